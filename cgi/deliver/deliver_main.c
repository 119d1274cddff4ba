/* vaguemestre-procmail — started by procmail as the user whose mail is being delivered.
 *
 *   check    reads the message; checks the recipes that the webmail wrote for this user, puts them
 * into
 *            ~/.vaguemestre.procmail, and describes the message for them (mail_lines.h). Prints
 * nothing where there are none or something is wrong with them: mail then goes where it would
 *            without us.
 *   reply    reads the message; sends the vacation reply if one is due and none was sent lately
 *   recipes  reads rules as text (rule.h); prints the file that the webmail would write
 *
 * It has no privileges, needs none and takes no word of the message or of the recipes for a
 * command.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "mail_lines.h"
#include "procmail.h"
#include "recipe_file.h"
#include "replied.h"
#include "vacation_reply.h"

#define COPY_NAME ".vaguemestre.procmail"
#define REPLIED_NAME ".vaguemestre.replied"

enum {
    MEMORY = 64 * 1024 * 1024,
    LASTS_SECONDS = 120, /* then it is ended, whatever it waits for */
    EXIT_USAGE = 64
};

struct options {
    const char *directory, *home, *sendmail;
    struct sv account;
    uid_t owner;
    enum procmail_layout layout;
    bool forwarding;
    struct procmail_site site; /* of `recipes` */
    struct reply_person person;
};

/* ---- the command line ---- */

static bool layout_read(struct sv value, enum procmail_layout *layout)
{
    static const char *const names[PROCMAIL_LAYOUT_COUNT] = {"maildir++", "fs", "mbox"};
    for (size_t i = 0; i < PROCMAIL_LAYOUT_COUNT; i++)
        if (sv_eq(value, sv_of(names[i]))) {
            *layout = (enum procmail_layout)i;
            return true;
        }
    return false;
}

static bool owner_read(const char *name, uid_t *owner)
{
    const struct passwd *entry = getpwnam(name);
    if (entry)
        *owner = entry->pw_uid;
    return entry != NULL;
}

static bool option_read(struct options *o, const char *word)
{
    struct sv value = sv_of(word), name = sv_cut(&value, '=');
    if (sv_eq(name, SV("--directory")))
        o->directory = value.p;
    else if (sv_eq(name, SV("--account")))
        o->account = value;
    else if (sv_eq(name, SV("--owner")))
        return owner_read(value.p, &o->owner);
    else if (sv_eq(name, SV("--layout")))
        return layout_read(value, &o->layout);
    else if (sv_eq(name, SV("--sendmail")))
        o->sendmail = value.p;
    else if (sv_eq(name, SV("--separator")) && value.n == 1)
        o->site.separator = value.p[0];
    else if (sv_eq(name, SV("--prefix")))
        o->site.prefix = value;
    else if (sv_eq(name, SV("--no-forwarding")))
        o->forwarding = false;
    else if (sv_eq(name, SV("--delivered-to")))
        o->person.delivered_to = true;
    else if (sv_eq(name, SV("--domain")) && o->person.domains_n < REPLY_DOMAINS_MAX)
        o->person.domains[o->person.domains_n++] = value;
    else
        return false;
    return true;
}

/* Account and home are the process's own unless procmail says otherwise, as it must where several
 * accounts share a user. */
static bool options_read(struct options *o, struct arena *arena, int argc, char **argv)
{
    const struct passwd *entry = getpwuid(geteuid());
    *o = (struct options){.owner = 0,
                          .sendmail = "/usr/sbin/sendmail",
                          .home = getenv("HOME"),
                          .forwarding = true,
                          .site = {.separator = '/'}};
    for (int i = 2; i < argc; i++)
        if (!option_read(o, argv[i])) {
            fprintf(stderr, "vaguemestre-procmail: cannot use \"%s\"\n", argv[i]);
            return false;
        }
    if (o->account.n == 0 && entry)
        o->account = arena_sv(arena, sv_of(entry->pw_name));
    o->person.account = o->account;
    o->site.layout = o->layout;
    o->site.forwarding = o->forwarding;
    return o->account.n > 0;
}

/* ---- streams ---- */

static enum status descriptor_read(void *context, void *buffer, size_t room, size_t *n)
{
    const int *fd = context;
    ssize_t got;
    do
        got = read(*fd, buffer, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return STATUS_IO;
    *n = (size_t)got;
    return STATUS_OK;
}

static enum status descriptor_write(int fd, struct sv text)
{
    while (text.n > 0) {
        ssize_t put = write(fd, text.p, text.n);
        if (put < 0 && errno != EINTR)
            return STATUS_IO;
        if (put > 0)
            text = sv_slice(text, (size_t)put, text.n);
    }
    return STATUS_OK;
}

/* procmail complains in its log about who does not listen to the end. */
static void input_drain(void)
{
    char buffer[65536];
    while (read(STDIN_FILENO, buffer, sizeof buffer) > 0)
        ;
}

/* ---- check ---- */

struct checked {
    struct sv recipes;
    struct recipe_needs needs;
    struct rule_set set; /* from the comments; empty if they are not readable */
};

static bool complain(const struct options *o, const char *what, enum status status)
{
    fprintf(stderr, "vaguemestre-procmail: %.*s: %s (%s): no filters for this message\n",
            SV_ARG(o->account), what, status_name(status));
    return false;
}

static bool recipes_take(struct arena *arena, const struct options *o, struct checked *out)
{
    struct sv text;
    size_t line = 0;
    if (!o->directory || !o->home)
        return complain(o, "no directory or no home", STATUS_INVALID);
    enum status status = recipe_file_read(arena, o->directory, o->account, o->owner, &text);
    if (status == STATUS_NOT_FOUND)
        return false;
    if (status != STATUS_OK)
        return complain(o, "the recipe file cannot be used", status);
    status = recipe_check(arena, text, o->layout, o->forwarding, &out->recipes, &out->needs, &line);
    if (status != STATUS_OK) {
        fprintf(
            stderr,
            "vaguemestre-procmail: %.*s: line %zu of the recipe file is none of ours: no filters "
            "for this message\n",
            SV_ARG(o->account), line);
        return false;
    }
    if (procmail_read(arena, text, &out->set) != STATUS_OK)
        out->set = (struct rule_set){0};
    return true;
}

static int check(struct arena *arena, const struct options *o)
{
    struct checked checked = {0};
    struct mail mail;
    struct reply reply;
    int in = STDIN_FILENO;
    enum status status = STATUS_OK;
    bool usable = recipes_take(arena, o, &checked);
    if (usable && (status = recipe_place_check(o->home)) != STATUS_OK)
        usable = complain(o, "MAILDIR is the home itself", status);
    if (usable &&
        (status = recipe_file_write(arena, o->home, COPY_NAME, checked.recipes)) != STATUS_OK)
        usable = complain(o, "the recipes cannot be put into the home", status);
    if (usable && (status = mail_read(arena, (struct source){descriptor_read, &in},
                                      checked.needs.attachment, &mail)) != STATUS_OK)
        usable = complain(o, "the message cannot be read", status);
    if (!usable) {
        input_drain();
        return 0;
    }
    bool due = reply_is_due(arena, &mail, &checked.set.vacation, &o->person,
                            reply_today(clock_wall()), &reply);
    struct sv lines = mail_lines_write(arena, &mail, &checked.needs, due);
    return descriptor_write(STDOUT_FILENO, lines) == STATUS_OK ? 0 : 1;
}

/* ---- reply ---- */

static void message_write(int fd, const struct message *message)
{
    struct message_reader reader;
    char buffer[8192];
    size_t n = 0;
    message_reader_init(&reader, message, false);
    struct source source = message_reader_source(&reader);
    while (source_read(source, buffer, sizeof buffer, &n) == STATUS_OK && n > 0) {
        struct sb out;
        char lines[sizeof buffer + 1];
        sb_fixed(&out, lines, sizeof lines);
        for (size_t i = 0; i < n; i++)
            if (buffer[i] != '\r') /* sendmail(1) takes lines as files have them */
                sb_add_char(&out, buffer[i]);
        if (descriptor_write(fd, sb_view(&out)) != STATUS_OK)
            return;
    }
}

/* No shell: the address is one argument, behind "--", and has passed address_check(). */
static int message_send(const struct options *o, const char *to, const struct message *message)
{
    int ends[2], result = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return 1;
    pid_t child = fork();
    if (child == 0) {
        if (dup2(ends[0], STDIN_FILENO) >= 0)
            execl(o->sendmail, "sendmail", "-oi", "-f", "<>", "--", to, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    if (child > 0)
        message_write(ends[1], message);
    close(ends[1]);
    if (child < 0 || waitpid(child, &result, 0) != child || result != 0) {
        fprintf(stderr, "vaguemestre-procmail: %s could not send the reply\n", o->sendmail);
        return 1;
    }
    return 0;
}

static int reply_run(struct arena *arena, const struct options *o)
{
    struct checked checked = {0};
    struct mail mail;
    struct reply reply;
    struct message message;
    bool first = false;
    int in = STDIN_FILENO;
    int64_t now = clock_wall();
    if (!recipes_take(arena, o, &checked) ||
        mail_read(arena, (struct source){descriptor_read, &in}, false, &mail) != STATUS_OK ||
        !reply_is_due(arena, &mail, &checked.set.vacation, &o->person, reply_today(now), &reply)) {
        input_drain();
        return 0;
    }
    struct sv to = address_spec(arena, reply.to);
    const char *path = arena_printf(arena, "%s/" REPLIED_NAME, o->home).p;
    uint64_t key = replied_key(arena_lower(arena, to), checked.set.vacation.subject, reply.text);
    enum status status = replied_note(arena, path, key, checked.set.vacation.days, now, &first);
    if (status == STATUS_OK && !first)
        return 0;
    if (status == STATUS_OK)
        status = reply_compose(arena, &reply, now, &message);
    if (status != STATUS_OK) {
        fprintf(stderr, "vaguemestre-procmail: no reply: %s\n", status_name(status));
        return 1;
    }
    return message_send(o, arena_cstr(arena, to), &message);
}

/* ---- recipes ---- */

static int recipes(struct arena *arena, const struct options *o)
{
    char *bytes = arena_alloc(arena, RULE_TEXT_MAX + 1);
    struct rule_set set;
    struct sv text;
    size_t n = 0;
    ssize_t got;
    while (n <= RULE_TEXT_MAX && (got = read(STDIN_FILENO, bytes + n, RULE_TEXT_MAX + 1 - n)) > 0)
        n += (size_t)got;
    enum status status = rule_text_read(arena, (struct sv){bytes, n}, &set);
    if (status == STATUS_OK)
        status = procmail_write(arena, &set, &o->site, &text);
    if (status == STATUS_OK)
        return descriptor_write(STDOUT_FILENO, text) == STATUS_OK ? 0 : 1;
    fprintf(stderr, "vaguemestre-procmail: these rules: %s\n", status_name(status));
    return 1;
}

static int usage(void)
{
    fprintf(
        stderr,
        "vaguemestre-procmail " VM_VERSION "\n"
        "usage: vaguemestre-procmail check|reply|recipes [--directory=DIR] [--owner=USER]\n"
        "  [--account=NAME] [--layout=maildir++|fs|mbox] [--no-forwarding] [--domain=DOMAIN]...\n"
        "  [--delivered-to] [--sendmail=PROGRAM] [--separator=CHARACTER] [--prefix=TEXT]\n");
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct options options;
    struct rlimit none = {0, 0};
    struct sv task = sv_of(argc > 1 ? argv[1] : NULL);
    (void)setrlimit(RLIMIT_CORE, &none);
    umask(077);
    (void)alarm(LASTS_SECONDS);
    (void)signal(SIGPIPE, SIG_IGN);
    struct arena *arena = arena_new(MEMORY);
    int code = !options_read(&options, arena, argc, argv) ? usage()
               : sv_eq(task, SV("check"))                 ? check(arena, &options)
               : sv_eq(task, SV("reply"))                 ? reply_run(arena, &options)
               : sv_eq(task, SV("recipes"))               ? recipes(arena, &options)
                                                          : usage();
    arena_free(&arena);
    return code;
}
