#include "jail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "verify.h"
#include "wire.h"

enum { PIECE = 16384 };

/* One conversation with one child. */
struct talk {
    const struct jail *jail;
    const struct jail_request *request;
    struct source body;
    struct arena *arena;
    struct deadline deadline;
    int fd;
    pid_t child;
    struct sv pending; /* to be sent before the body is read on */
    uint64_t fed;      /* bytes of the body */
    bool fed_all;      /* nothing is left to send */
    size_t answer_n;   /* bytes received of the answer's head */
    struct wire_answer answer;
    struct sb payload;
    char piece[PIECE];
};

static bool label_fits(struct sv label)
{
    return label.n <= JAIL_LABEL_MAX && !sv_has_control(label);
}

/* Labels that no table could know are passed on as none. */
static void set_label(char *out, struct sv label)
{
    if (label.n > 0 && label_fits(label))
        memcpy(out, label.p, label.n);
}

static bool url_fits(struct sv url)
{
    if (!sv_starts(url, SV("/")) || sv_starts(url, SV("//")) || url.n > JAIL_URL_MAX ||
        sv_has_control(url))
        return false;
    for (size_t i = 0; i < url.n; i++)
        if (strchr("\"'<>\\ ", url.p[i]))
            return false;
    return true;
}

/* Those that give lists for the parent, never a document. */
static bool gives_text(enum jail_input input)
{
    return input == JAIL_INPUT_TNEF || input == JAIL_INPUT_CALENDAR ||
           input == JAIL_INPUT_CONTACT || input == JAIL_INPUT_REPORT;
}

static enum status request_check(const struct jail *jail, const struct jail_request *request)
{
    if (gives_text(request->input) && request->output != JAIL_OUTPUT_TEXT)
        return STATUS_INVALID;
    if (request->cid_count > JAIL_CIDS_MAX || jail->max_input == 0 || jail->max_output == 0)
        return STATUS_INVALID;
    for (size_t i = 0; i < request->cid_count; i++)
        if (request->cids[i].cid.n > JAIL_CID_MAX || !url_fits(request->cids[i].url))
            return STATUS_INVALID;
    return STATUS_OK;
}

static struct sv request_bytes(const struct jail *jail, const struct jail_request *request,
                               struct arena *arena)
{
    struct wire_request head = {.magic = WIRE_MAGIC,
                                .max_input = jail->max_input,
                                .max_output = jail->max_output,
                                .cid_count = (uint32_t)request->cid_count,
                                .input = (uint8_t)request->input,
                                .output = (uint8_t)request->output,
                                .flowed = request->flowed,
                                .delsp = request->delsp,
                                .keep_files = request->keep_files,
                                .allow_remote = request->allow_remote};
    struct sb bytes;
    sb_init(&bytes, arena, sizeof head + JAIL_CIDS_MAX * (JAIL_CID_MAX + JAIL_URL_MAX + 8));
    set_label(head.encoding, request->encoding);
    set_label(head.charset, request->charset);
    sb_add(&bytes, (struct sv){(const char *)&head, sizeof head});
    for (size_t i = 0; i < request->cid_count; i++) {
        const struct jail_cid *cid = &request->cids[i];
        struct wire_cid sizes = {(uint16_t)cid->cid.n, (uint16_t)cid->url.n};
        sb_add(&bytes, (struct sv){(const char *)&sizes, sizeof sizes});
        sb_add(&bytes, cid->cid);
        sb_add(&bytes, cid->url);
    }
    return sb_view(&bytes);
}

static int spawn_actions(posix_spawn_file_actions_t *actions, int fd)
{
    int error = posix_spawn_file_actions_adddup2(actions, fd, STDIN_FILENO);
    if (!error)
        error = posix_spawn_file_actions_adddup2(actions, fd, STDOUT_FILENO);
    if (!error)
        error = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    return error ? error : posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}

static int spawn_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawnattr_setsigdefault(attributes, &all);
    if (!error)
        error = posix_spawnattr_setsigmask(attributes, &none);
    return error ? error
                 : posix_spawnattr_setflags(attributes,
                                            POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

/* Returns an errno. The child holds the other end of t->fd and nothing else. */
static int spawn(struct talk *t)
{
    char *argv[] = {(char[]){"vaguemestre-jail"}, NULL}, *environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int pair[2], error;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return errno;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    error = spawn_actions(&actions, pair[1]);
    if (!error)
        error = spawn_attributes(&attributes);
    if (!error)
        error = posix_spawn(&t->child, t->jail->program, &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(pair[1]);
    if (error)
        close(pair[0]);
    else
        t->fd = pair[0];
    return error;
}

/* One byte more than the child reads tells it that something is missing. */
static enum status refill(struct talk *t)
{
    uint64_t left = (uint64_t)t->jail->max_input + 1 - t->fed;
    size_t n = 0, room = left < sizeof t->piece ? (size_t)left : sizeof t->piece;
    if (room > 0) {
        enum status status = source_read(t->body, t->piece, room, &n);
        if (status != STATUS_OK)
            return status;
    }
    t->fed += n;
    t->pending = (struct sv){t->piece, n};
    if (n == 0) {
        t->fed_all = true;
        shutdown(t->fd, SHUT_WR);
    }
    return STATUS_OK;
}

static enum status feed(struct talk *t)
{
    if (t->pending.n == 0) {
        enum status status = refill(t);
        if (status != STATUS_OK || t->fed_all)
            return status;
    }
    ssize_t n = send(t->fd, t->pending.p, t->pending.n, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0)
        t->pending = sv_slice(t->pending, (size_t)n, t->pending.n);
    else if (errno == EPIPE || errno == ECONNRESET)
        t->fed_all = true; /* the child is gone: its exit says why */
    else if (errno != EAGAIN && errno != EINTR)
        return STATUS_IO;
    return STATUS_OK;
}

static bool answer_head_valid(const struct talk *t)
{
    const struct wire_answer *a = &t->answer;
    return a->magic == WIRE_MAGIC && a->length <= t->jail->max_output && a->too_large <= 1 &&
           a->truncated <= 1 && a->charset_replaced <= 1 && a->fallback < JAIL_FALLBACK_COUNT &&
           (!a->too_large || (a->length == 0 && a->files_length == 0)) &&
           a->files_length <= WIRE_FILES_MAX && a->file_count <= JAIL_FILES_MAX &&
           memchr(a->charset, '\0', sizeof a->charset) != NULL &&
           !sv_has_control(sv_of(a->charset));
}

static enum status accept_bytes(struct talk *t, struct sv bytes)
{
    size_t head = sizeof t->answer - t->answer_n;
    if (head > bytes.n)
        head = bytes.n;
    memcpy((char *)&t->answer + t->answer_n, bytes.p, head);
    t->answer_n += head;
    bytes = sv_slice(bytes, head, bytes.n);
    if (t->answer_n < sizeof t->answer)
        return STATUS_OK;
    if (head > 0) {
        if (!answer_head_valid(t))
            return STATUS_PROTOCOL;
        size_t size = (size_t)t->answer.length + t->answer.files_length + 1;
        sb_fixed(&t->payload, arena_alloc(t->arena, size), size);
    }
    sb_add(&t->payload, bytes);
    return t->payload.over ? STATUS_PROTOCOL : STATUS_OK;
}

static enum status drain(struct talk *t, bool *ended)
{
    char bytes[PIECE];
    ssize_t n = recv(t->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0)
        return accept_bytes(t, (struct sv){bytes, (size_t)n});
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return STATUS_OK;
    *ended = true;
    return STATUS_OK;
}

static enum status converse(struct talk *t)
{
    enum status status = STATUS_OK;
    bool ended = false;
    while (status == STATUS_OK && !ended) {
        struct pollfd poll_fd = {.fd = t->fd,
                                 .events = (short)(POLLIN | (t->fed_all ? 0 : POLLOUT))};
        int n = poll(&poll_fd, 1, deadline_left(t->deadline));
        if (deadline_passed(t->deadline))
            return STATUS_TIMEOUT;
        if (n < 0 && errno != EINTR)
            return STATUS_IO;
        if (n <= 0)
            continue;
        if (poll_fd.revents & (POLLIN | POLLHUP | POLLERR))
            status = drain(t, &ended);
        if (status == STATUS_OK && !ended && !t->fed_all && (poll_fd.revents & POLLOUT))
            status = feed(t);
    }
    return status;
}

/* How the child ended, and what that makes of the conversation. */
static enum status reap(struct talk *t, enum status status)
{
    int how = 0;
    if (status != STATUS_OK)
        kill(t->child, SIGKILL);
    while (waitpid(t->child, &how, 0) < 0)
        if (errno != EINTR)
            return STATUS_IO;
    if (status != STATUS_OK || (WIFEXITED(how) && WEXITSTATUS(how) == 0))
        return status;
    log_event(LOG_LEVEL_WARNING, "jail-failed", "%s=%d", WIFSIGNALED(how) ? "signal" : "exit",
              WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
    if (WIFEXITED(how) && WEXITSTATUS(how) == WIRE_EXIT_WALL)
        return STATUS_REFUSED;
    return WIFSIGNALED(how) && WTERMSIG(how) == SIGXCPU ? STATUS_TIMEOUT : STATUS_IO;
}

static bool files_take(struct sv bytes, size_t count, struct jail_file *out)
{
    struct wire_file file;
    for (size_t i = 0; i < count; i++) {
        if (bytes.n < sizeof file)
            return false;
        memcpy(&file, bytes.p, sizeof file);
        bytes = sv_slice(bytes, sizeof file, bytes.n);
        out[i] = (struct jail_file){sv_slice(bytes, 0, file.name), file.size};
        if (file.name == 0 || file.name > JAIL_FILE_NAME_MAX || file.name > bytes.n ||
            !verify_name(out[i].name))
            return false;
        bytes = sv_slice(bytes, file.name, bytes.n);
    }
    return bytes.n == 0;
}

static enum status answer_take(const struct talk *t, struct jail_result *result)
{
    const struct wire_answer *a = &t->answer;
    bool document = t->request->output == JAIL_OUTPUT_DOCUMENT;
    struct sv payload = sb_view(&t->payload);
    if (t->answer_n < sizeof t->answer || payload.n != (size_t)a->length + a->files_length)
        return STATUS_PROTOCOL;
    struct sv files = sv_slice(payload, a->length, payload.n);
    payload = sv_slice(payload, 0, a->length);
    if (a->too_large)
        return STATUS_TOO_LARGE;
    if (document ? !verify_document(payload, t->request->allow_remote) : !verify_text(payload))
        return STATUS_PROTOCOL;
    struct jail_file *list = arena_array(t->arena, JAIL_FILES_MAX, sizeof *list);
    if (!files_take(files, a->file_count, list))
        return STATUS_PROTOCOL;
    *result = (struct jail_result){.remote_blocked = a->remote_blocked,
                                   .truncated = a->truncated,
                                   .charset_replaced = a->charset_replaced,
                                   .fallback = (enum jail_fallback)a->fallback,
                                   .files = list,
                                   .file_count = a->file_count};
    memcpy(result->charset, a->charset, sizeof result->charset);
    if (document)
        result->document.html = payload;
    else
        result->text = payload;
    return STATUS_OK;
}

enum status jail_run(const struct jail *jail, const struct jail_request *request,
                     struct source body, struct arena *arena, struct deadline deadline,
                     struct jail_result *result)
{
    struct talk t = {
        .jail = jail, .request = request, .body = body, .arena = arena, .deadline = deadline};
    enum status status = request_check(jail, request);
    if (status != STATUS_OK)
        return status;
    t.pending = request_bytes(jail, request, arena);
    int error = spawn(&t);
    if (error) {
        log_event(LOG_LEVEL_ERROR, "jail-missing", "program=%s errno=%d", jail->program, error);
        return STATUS_IO;
    }
    status = reap(&t, converse(&t));
    close(t.fd);
    return status == STATUS_OK ? answer_take(&t, result) : status;
}
