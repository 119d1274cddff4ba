/* child_main.c — vaguemestre-jail: reads one letter from its standard input, writes what may be
 * shown of it to its standard output, and exits. Its other half is jail.c; wire.h is what they say.
 */
#include <unistd.h>

#include "charset.h"
#include "child_body.h"
#include "child_tnef.h"
#include "child_walls.h"
#include "wire.h"

/* The test build tries the walls from inside: see tests/unit/jail/probe.c. */
#ifdef VM_JAIL_PROBE
void probe_early(void);
void probe_run(const struct body_request *request, struct sv body);
#endif

/* Leaves without giving memory back: there may be a lot of it, and the kernel is faster. */
static _Noreturn void leave(int code)
{
    _exit(code);
}

/* Less than n only at the end of the stream. */
static size_t read_up_to(void *out, size_t n)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = read(STDIN_FILENO, (char *)out + have, n - have);
        if (got < 0)
            leave(WIRE_EXIT_IO);
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return have;
}

static void read_exactly(void *out, size_t n)
{
    if (read_up_to(out, n) != n)
        leave(WIRE_EXIT_REQUEST);
}

static void write_all(const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t put = write(STDOUT_FILENO, (const char *)bytes + done, n - done);
        if (put <= 0)
            leave(WIRE_EXIT_IO);
        done += (size_t)put;
    }
}

static void read_head(struct wire_request *head)
{
    read_exactly(head, sizeof *head);
    if (head->magic != WIRE_MAGIC || head->input >= JAIL_INPUT_COUNT ||
        head->output > JAIL_OUTPUT_TEXT || head->cid_count > JAIL_CIDS_MAX ||
        !memchr(head->encoding, '\0', sizeof head->encoding) ||
        !memchr(head->charset, '\0', sizeof head->charset))
        leave(WIRE_EXIT_REQUEST);
}

static struct sv read_sv(struct arena *arena, size_t n, size_t max)
{
    if (n > max)
        leave(WIRE_EXIT_REQUEST);
    char *bytes = arena_alloc(arena, n + 1);
    read_exactly(bytes, n);
    return (struct sv){bytes, n};
}

static void read_cids(struct arena *arena, struct body_request *request, uint32_t count)
{
    struct sanitise_cid *cids = arena_array(arena, count + 1, sizeof *cids);
    for (uint32_t i = 0; i < count; i++) {
        struct wire_cid sizes;
        read_exactly(&sizes, sizeof sizes);
        cids[i].cid = read_sv(arena, sizes.cid, JAIL_CID_MAX);
        cids[i].url = read_sv(arena, sizes.url, JAIL_URL_MAX);
    }
    request->cids = cids;
    request->cid_count = count;
}

/* The body as it came, at most `max` bytes of it. */
static struct sv read_body(struct arena *arena, size_t max, bool *truncated)
{
    size_t room = 1 << 16, n = 0;
    char *bytes = arena_alloc(arena, room);
    for (;;) {
        n += read_up_to(bytes + n, room - n);
        if (n < room || room > max)
            break;
        char *larger = arena_alloc(arena, room * 4);
        memcpy(larger, bytes, n);
        bytes = larger;
        room *= 4;
    }
    *truncated = n > max;
    return (struct sv){bytes, *truncated ? max : n};
}

/* The same, piece by piece. */
struct stream {
    size_t left;
    bool truncated;
};

static enum status stream_read(void *context, void *buffer, size_t room, size_t *n)
{
    struct stream *stream = context;
    size_t most = room < stream->left ? room : stream->left;
    char more;
    if (stream->left == 0)
        stream->truncated = read_up_to(&more, 1) == 1;
    *n = read_up_to(buffer, most);
    stream->left -= *n;
    return STATUS_OK;
}

static void answer(const struct body_result *result, bool truncated)
{
    struct wire_answer head = {.magic = WIRE_MAGIC,
                               .length = (uint32_t)result->content.n,
                               .remote_blocked = result->remote_blocked,
                               .too_large = result->too_large,
                               .truncated = truncated || result->cut,
                               .charset_replaced = result->charset_replaced,
                               .fallback = (uint8_t)result->fallback,
                               .file_count = (uint8_t)result->file_count};
    struct sb charset;
    for (size_t i = 0; i < result->file_count; i++)
        head.files_length += (uint32_t)(sizeof(struct wire_file) + result->files[i].name.n);
    sb_fixed(&charset, head.charset, sizeof head.charset);
    sb_add_cstr(&charset, result->charset);
    write_all(&head, sizeof head);
    write_all(result->content.p, result->content.n);
    for (size_t i = 0; i < result->file_count; i++) {
        const struct jail_file *file = &result->files[i];
        struct wire_file sizes;
        memset(&sizes, 0, sizeof sizes); /* its padding is sent too */
        sizes.size = file->size;
        sizes.name = (uint16_t)file->name.n;
        write_all(&sizes, sizeof sizes);
        write_all(file->name.p, file->name.n);
    }
}

/* Those that the letter may turn out to need are opened before the walls are closed. */
static struct codepages *open_codepages(const struct wire_request *head)
{
    return head->input == JAIL_INPUT_TNEF ? codepages_open() : NULL;
}

static bool convert(const struct wire_request *head, const struct body_request *request,
                    struct codepages *pages, struct arena *arena, struct body_result *result)
{
    bool truncated;
    if (pages) {
        struct stream stream = {.left = head->max_input};
        tnef_convert(request, (struct source){stream_read, &stream}, pages, arena, result);
        return stream.truncated;
    }
    struct sv body = read_body(arena, head->max_input, &truncated);
#ifdef VM_JAIL_PROBE
    probe_run(request, body);
#endif
    body_convert(request, body, arena, result);
    return truncated;
}

int main(void)
{
    struct wire_request head;
    struct body_result result;
    if (!walls_raise_first())
        leave(WIRE_EXIT_WALL);
#ifdef VM_JAIL_PROBE
    probe_early();
#endif
    read_head(&head);
    bool is_html = head.input == JAIL_INPUT_HTML || head.input == JAIL_INPUT_HTML_TEXT;
    struct body_request request = {
        .input = (enum jail_input)head.input,
        .as_text = head.output == JAIL_OUTPUT_TEXT,
        .flowed = head.flowed != 0,
        .delsp = head.delsp != 0,
        .keep_files = head.keep_files != 0,
        .allow_remote = head.allow_remote != 0,
        .max_output = head.max_output,
        .encoding = sv_of(head.encoding),
        .charset = charset_open(sv_of(head.charset), is_html ? CHARSET_MARKUP : CHARSET_PLAIN),
    };
    struct codepages *pages = open_codepages(&head);
    charset_seal();
    struct arena *arena = arena_new(SIZE_MAX); /* the wall is its limit */
    if (!walls_raise_last())
        leave(WIRE_EXIT_WALL);
    read_cids(arena, &request, head.cid_count);
    bool truncated = convert(&head, &request, pages, arena, &result);
    answer(&result, truncated);
    leave(0);
}
