#include "check.h"

#include "filter_sieve.h"
#include "pass_generation.h"
#include "procmail_file.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { CHECK_MS = 10000 };

static bool say(bool ok, const char *what, struct sv why)
{
    printf("%-10s %s%s%.*s\n", what, ok ? "ok" : "WRONG", why.n ? ": " : "", SV_ARG(why));
    return ok;
}

/* ---- servers ---- */

static struct sv sentence(const struct config *config, struct arena *arena, const char *leaf,
                          const struct diagnosis *d)
{
    struct locale *catalogues[LANGUAGE_COUNT];
    if (locale_load(arena_printf(arena, "%s/locale", config->templates).p, catalogues) != STATUS_OK)
        return SV("");
    struct dates dates = {.locale = catalogues[LANGUAGE_EN], .zone = zone_utc()};
    struct sv key = arena_printf(arena, "failure.%s.%s", diagnosis_key(d->cause), leaf);
    int64_t day = d->cause == CAUSE_CERT_NOT_YET ? d->not_before : d->not_after;
    struct sv text = arena_sv(
        arena, locale_format(catalogues[LANGUAGE_EN], arena, key.p, sv_of(d->host),
                             day ? date_day(&dates, arena, day) : SV(""), sv_of(d->names)));
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        locale_free(&catalogues[i]);
    return text;
}

static bool say_failure(const struct config *config, struct arena *arena, const char *what,
                        const struct diagnosis *d)
{
    struct sv cause = sentence(config, arena, "cause", d);
    struct sv remedy = sentence(config, arena, "remedy", d);
    return say(false, what,
               arena_printf(arena, "%.*s %.*s (%s, %s port %u%s%s)", SV_ARG(cause), SV_ARG(remedy),
                            diagnosis_code(d->cause), d->host, d->port, d->detail[0] ? ": " : "",
                            d->detail));
}

static bool check_server(const struct config *config, struct arena *arena, const char *what,
                         const struct stream_target *target)
{
    struct diagnosis d = {0};
    struct stream *stream;
    if (stream_open(target, deadline_in(CHECK_MS), &stream, &d) == STATUS_OK) {
        stream_close(&stream);
        return say(true, what,
                   arena_printf(arena, "%s port %u answers%s", target->host, target->port,
                                target->security == STREAM_PLAIN ? ", WITHOUT TLS"
                                                                 : ", its certificate is good"));
    }
    return say_failure(config, arena, what, &d);
}

/* The greeting and the certificate, without signing in. */
static bool check_sieve(const struct config *config, struct arena *arena)
{
    const struct stream_target *target = &config->site.filters.sieve;
    struct diagnosis d = {0};
    if (filter_sieve_try(target, arena, deadline_in(CHECK_MS), &d) == STATUS_OK)
        return say(true, "sieve",
                   arena_printf(arena, "%s port %u answers%s", target->host, target->port,
                                target->security == STREAM_PLAIN ? ", WITHOUT TLS"
                                                                 : ", its certificate is good"));
    return say_failure(config, arena, "sieve", &d);
}

/* ---- files and programs ---- */

static bool check_procmail(const struct config *config, struct arena *arena)
{
    const char *directory = config->site.filters.procmail.directory;
    enum status st = procmail_directory_check(directory);
    if (st == STATUS_OK)
        return say(true, "procmail",
                   arena_printf(arena, "recipes can be written to %s", directory));
    return say(
        false, "procmail",
        st == STATUS_DENIED
            ? arena_printf(arena, "%s must belong to this user and have mode 0711", directory)
            : arena_printf(arena, "%s cannot be written to: %s", directory, strerror(errno)));
}

static bool check_store(const struct config *config, struct arena *arena)
{
    struct store *store = NULL;
    struct server_key key;
    struct sv reason = SV("");
    bool key_ok = seal_key_load(config->key_path, arena, &key, &reason) == STATUS_OK;
    seal_wipe(&key, sizeof key);
    say(key_ok, "key", key_ok ? sv_of(config->key_path) : reason);
    reason = SV("");
    bool store_ok = store_open(config->store_path, arena, &store, &reason) == STATUS_OK;
    store_close(&store);
    say(store_ok, "store", store_ok ? sv_of(config->store_path) : reason);
    return key_ok && store_ok;
}

/* The files alone: claims in the store belong to a program that may be running. */
static bool check_passes(const struct config *config, struct arena *arena)
{
    const struct passes_site *passes = &config->passes;
    struct server_key pepper;
    struct generation generation;
    struct sv reason = SV("");
    if (!passes->pepper_file[0])
        return say(true, "passes", SV("no one-time passes are made"));
    bool ok = seal_pepper_load(passes->pepper_file, arena, &pepper, &reason) == STATUS_OK;
    seal_wipe(&pepper, sizeof pepper);
    if (ok && generation_begin(passes->generation_file, arena, &generation) == STATUS_OK) {
        ok = access(arena_printf(arena, "/proc/self/fd/%d", generation.directory).p, W_OK) == 0;
        generation_end(&generation);
    } else if (ok) {
        ok = false;
    }
    if (!ok && reason.n == 0)
        reason = arena_printf(arena, "%s: its directory must be there and writable",
                              passes->generation_file);
    return say(ok, "passes", ok ? sv_of(passes->pepper_file) : reason);
}

static bool check_templates(const struct config *config)
{
    struct templates *templates = NULL;
    bool ok = templates_load(config->templates, &templates) == STATUS_OK;
    templates_free(&templates);
    return say(ok, "templates", sv_of(config->templates));
}

static enum status read_sample(void *context, void *buffer, size_t room, size_t *n)
{
    static const char sample[] = "<p onclick=x>caf=C3=A9<script>x</script></p>";
    bool *done = context;
    *n = *done || room < sizeof sample - 1 ? 0 : sizeof sample - 1;
    if (*n > 0)
        memcpy(buffer, sample, *n);
    *done = true;
    return STATUS_OK;
}

/* A whole letter through it: that it starts, raises its walls and sanitises. */
static bool check_jail(const struct config *config, struct arena *arena)
{
    bool done = false;
    struct jail_request request = {.input = JAIL_INPUT_HTML,
                                   .output = JAIL_OUTPUT_DOCUMENT,
                                   .encoding = SV("quoted-printable"),
                                   .charset = SV("utf-8")};
    struct jail_result result;
    enum status st = jail_run(&config->site.jail, &request, (struct source){read_sample, &done},
                              arena, deadline_in(CHECK_MS), &result);
    bool ok = st == STATUS_OK && sv_find(result.document.html, SV("café")) != SIZE_MAX &&
              sv_find(result.document.html, SV("script")) == SIZE_MAX;
    return say(ok, "jail",
               ok ? sv_of(config->site.jail.program)
                  : arena_printf(arena, "%s did not read a sample letter: %s",
                                 config->site.jail.program, status_name(st)));
}

/* Nothing to try: what these servers do shows in letters alone. */
static void tell_authentication(const struct config *config, struct arena *arena)
{
    struct sv servers = config->site.authentication;
    say(true, "senders",
        servers.n > 0 ? arena_printf(arena,
                                     "Authentication-Results of %.*s are believed; these servers "
                                     "must remove forged ones",
                                     SV_ARG(servers))
                      : SV("no Authentication-Results are believed"));
}

static bool check_spool(const struct config *config, struct arena *arena)
{
    struct spool spool;
    bool ok = spool_open(&spool, config->site.spool_directory, 1) == STATUS_OK;
    if (ok)
        spool_close(&spool);
    return say(ok, "spool",
               ok ? sv_of(config->site.spool_directory)
                  : arena_printf(arena, "no file can be made in %s", config->site.spool_directory));
}

/* Nobody is asked: there is no server that every site could try. */
static void say_images(const struct web *web, struct arena *arena)
{
    if (web->image_proxy)
        say(true, "images",
            arena_printf(arena, "fetched from public addresses%s, %llu MB at most",
                         web->also.n > 0 ? " and those of web.also" : "",
                         (unsigned long long)(web->image_max / 1000000)));
}

enum status check_run(struct config *config, struct arena *arena)
{
    bool ok = say(true, "file", SV("every key is known and in bounds"));
    ok = check_templates(config) && ok;
    ok = check_store(config, arena) && ok;
    ok = check_passes(config, arena) && ok;
    ok = check_spool(config, arena) && ok;
    ok = check_jail(config, arena) && ok;
    tell_authentication(config, arena);
    ok = check_server(config, arena, "imap", &config->imap) && ok;
    ok = check_server(config, arena, "smtp", &config->site.smtp) && ok;
    if (config->site.filters.way == FILTER_SIEVE)
        ok = check_sieve(config, arena) && ok;
    if (config->site.filters.way == FILTER_PROCMAIL)
        ok = check_procmail(config, arena) && ok;
    say_images(&config->site.web, arena);
    config_free(&config);
    return ok ? STATUS_OK : STATUS_UNAVAILABLE;
}
