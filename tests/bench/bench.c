/* bench — times the pages at the FastCGI socket and at the web server, side by side with the IMAP
 * server's own time for the same commands.
 *
 *   bench pages    the table of operations
 *   bench move     20,000 messages moved as a job
 *   bench search   a search in all folders: its first results, and all of them
 *   bench startup  time from the start to the first answer
 *   bench memory   resident memory at start and for each session
 *   bench jail     time and memory of letters in the jail
 *   bench stampede   many people open large cold mailboxes at once (tests/bench/stampede)
 *   bench stampede-raw   one plain client opens one
 *   bench weight   bytes of the pages, compressed as a web server does
 *
 * Everything comes from the environment; tests/bench/run sets it.
 */
#include "bench.h"

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    if (!value || !value[0])
        fail("%s is not set: start tests/bench/run", name);
    return value;
}

static unsigned setting_number(const char *name)
{
    uint32_t n;
    if (sv_to_u32(sv_of(setting(name)), &n) != STATUS_OK)
        fail("%s is no number", name);
    return n;
}

static void settings_read(struct settings *s)
{
    struct sv url = sv_of(setting("URL"));
    size_t colon = sv_find_last_char(url, ':');
    struct sv host = sv_slice(url, sizeof("https://") - 1, colon);
    struct sv port = sv_trim(sv_slice(url, colon + 1, url.n));
    struct arena *arena = arena_new(SIZE_MAX); /* as long as the program */
    *s = (struct settings){
        .host = arena_cstr(arena, host),
        .port = arena_cstr(arena, sv_slice(port, 0, sv_find_char(port, '/'))),
        .socket = setting("SOCKET"),
        .account = {.host = setting("IMAP_HOST"),
                    .port = setting("IMAPS_PORT"),
                    .ca = setting("CA"),
                    .user = setting("USER1"),
                    .password = setting("PASS1")},
        .recordings = setting("RECORDINGS"),
        .folders = sv_of(setting("FOLDERS")),
        .passes = setting_number("PASSES"),
        .sessions = setting_number("SESSIONS"),
        .commands = getenv("COMMANDS") != NULL,
        .pid = setting("PROGRAM_PID"),
        .users = getenv("USERS") ? setting_number("USERS") : 0,
        .dovecot_pid = getenv("DOVECOT_PID"),
        .program = setting("PROGRAM"),
        .jail = setting("JAIL"),
        .startup_conf = setting("STARTUP_CONF"),
        .startup_socket = setting("STARTUP_SOCKET"),
    };
}

void web_at(struct web *web, const struct settings *s, bool https)
{
    *web = (struct web){
        .socket = https ? NULL : s->socket, .host = s->host, .port = s->port, .ca = s->account.ca};
}

int main(int argc, char **argv)
{
    struct settings s;
    struct sv task = sv_of(argc == 2 ? argv[1] : "");
    settings_read(&s);
    if (sv_eq(task, SV("pages")))
        bench_pages(&s);
    else if (sv_eq(task, SV("move")))
        bench_move(&s);
    else if (sv_eq(task, SV("search")))
        bench_search(&s);
    else if (sv_eq(task, SV("startup")))
        bench_startup(&s);
    else if (sv_eq(task, SV("memory")))
        bench_memory(&s);
    else if (sv_eq(task, SV("jail")))
        bench_jail(&s);
    else if (sv_eq(task, SV("stampede")))
        bench_stampede(&s);
    else if (sv_eq(task, SV("stampede-raw")))
        bench_stampede_raw(&s);
    else if (sv_eq(task, SV("weight")))
        bench_weight(&s);
    else
        fail("bench pages, move, search, startup, memory, jail, stampede, stampede-raw or "
             "weight");
    return 0;
}
