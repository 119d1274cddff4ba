#include "server.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "fcgi.h"
#include "route.h"
#include "secret.h"
#include "visit.h"

enum {
    REQUEST_BUDGET = 48 * 1024 * 1024,
    REASON_BUDGET = 1024 * 1024,
    THREAD_STACK = 1024 * 1024,
    IMAGE_THREADS_MIN = 64, /* beside those for mail; browsers ask for all images at once */
    SWEEP_S = 30,
    WAKE_MS = 20,
    ACCEPT_PAUSE_MS = 100,
    ANSWER_MS = 10000,
    STEP_MS = 10000, /* for a step at the mail server to end when the program does */
    COSTLY_EACH = 40,
    FORGET_MS = 15000,
};

/* What a request sees of the configuration. A reload makes a new one; old ones stay until the end,
 * because requests and connections may still use them, and a reload is rare. */
struct snapshot {
    struct snapshot *older;
    struct config *config;
    struct templates *templates;
    struct app app;
};

struct server {
    _Atomic(struct snapshot *) current;
    struct store *store;
    struct sessions *sessions;
    struct gate *gate;
    struct jobs *jobs;
    struct throttle *throttle;
    struct passes *passes;
    bool cut_off;                   /* a step would not end */
    uint32_t threads, mail_threads; /* all; those that are not for images */
    unsigned image_slots, costly_slots, lasting_slots;
    int listen_fd;
    _Atomic bool stopping;
    _Atomic uint32_t running;
};

/* ---- building ---- */

static void snapshot_free(struct snapshot *snapshot)
{
    while (snapshot) {
        struct snapshot *older = snapshot->older;
        templates_free(&snapshot->templates);
        config_free(&snapshot->config);
        free(snapshot);
        snapshot = older;
    }
}

static enum status snapshot_new(struct config *config, struct snapshot **out, struct sv *reason)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (!snapshot)
        abort();
    snapshot->config = config;
    enum status st = templates_load(config->templates, &snapshot->templates);
    if (st == STATUS_OK && access(config->site.jail.program, X_OK) != 0) {
        *reason = SV("jail: the program vaguemestre-jail is not there or cannot be run");
        st = STATUS_NOT_FOUND;
    } else if (st != STATUS_OK) {
        *reason = SV("templates: could not be read; the log says which and why");
    }
    if (st != STATUS_OK) {
        snapshot_free(snapshot);
        return st;
    }
    snapshot->app.site = &config->site;
    snapshot->app.templates = snapshot->templates;
    *out = snapshot;
    return STATUS_OK;
}

/* However slow the servers of remote images are, as many threads as are configured remain for mail;
 * without images most of them. */
static void set_threads(struct server *server, const struct config *config)
{
    uint32_t images = 4 * config->threads;
    bool proxy = config->site.web.image_proxy;
    if (images < IMAGE_THREADS_MIN)
        images = IMAGE_THREADS_MIN;
    server->mail_threads = config->threads;
    server->threads = config->threads + (proxy ? images : 0);
    server->image_slots = proxy ? images : config->threads / 4 + 1;
    server->costly_slots = config->threads / 4 + 1;
    server->lasting_slots = config->threads / 4 + 1;
}

/* However many try to sign in, and however long the mail server takes, a quarter of the threads
 * remains for those who are signed in. */
static struct throttle_limits sign_ins(const struct server *server, const struct config *config)
{
    uint32_t room = server->mail_threads - server->mail_threads / 4;
    return (struct throttle_limits){.most = config->sign_ins < room ? config->sign_ins : room,
                                    .room = room};
}

enum status server_new(struct config *config, struct arena *arena, struct server **out,
                       struct sv *reason)
{
    struct server_key key;
    struct snapshot *snapshot;
    enum status st = snapshot_new(config, &snapshot, reason);
    if (st != STATUS_OK)
        return st;
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->current = snapshot;
    set_threads(server, config);
    st = seal_key_load(config->key_path, arena, &key, reason);
    if (st == STATUS_OK)
        st = store_open(config->store_path, arena, &server->store, reason);
    if (st == STATUS_OK && config->passes.pepper_file[0])
        st = passes_open(server->store, &config->passes, arena, &server->passes, reason);
    if (st != STATUS_OK) {
        server_free(&server);
        return st;
    }
    server->sessions = sessions_new(server->store, &key, &config->imap, &config->site.limits);
    seal_wipe(&key, sizeof key);
    sessions_use_domain(server->sessions, config->site.domain);
    const struct store_seal seal = sessions_store_seal(server->sessions);
    store_use_seal(server->store, &seal);
    sessions_use_passes(server->sessions, server->passes);
    const struct gate_limits costly = {
        .running = config->costly, .each = COSTLY_EACH, .forget_ms = FORGET_MS};
    server->gate = gate_new(&costly);
    server->jobs = jobs_new(server->store, server->gate, job_kinds);
    server->throttle = throttle_new(sign_ins(server, config));
    snapshot->app.throttle = server->throttle;
    snapshot->app.passes = server->passes;
    snapshot->app.sessions = server->sessions;
    snapshot->app.gate = server->gate;
    snapshot->app.jobs = server->jobs;
    snapshot->app.store = server->store;
    snapshot->app.image_slots = server->image_slots;
    snapshot->app.costly_slots = server->costly_slots;
    snapshot->app.lasting_slots = server->lasting_slots;
    snapshot->app.stopping = &server->stopping;
    *out = server;
    return STATUS_OK;
}

void server_free(struct server **server)
{
    if (!server || !*server)
        return;
    if ((*server)->cut_off)
        _exit(0); /* its thread still uses all of this; nothing that lasts is only in memory */
    gate_free(&(*server)->gate);
    jobs_free(&(*server)->jobs);
    throttle_free(&(*server)->throttle);
    sessions_free(&(*server)->sessions);
    passes_close(&(*server)->passes);
    store_close(&(*server)->store);
    snapshot_free((*server)->current);
    free(*server);
    *server = NULL;
}

/* ---- serving ---- */

static void serve_one(struct server *server, FCGX_Request *fcgx, struct arena *arena)
{
    struct page page;
    struct fcgi fcgi;
    const struct app *app = &atomic_load(&server->current)->app;
    /* longer than the page's own, so that a page that ran out of time can still say so */
    fcgi_init(&fcgi, fcgx, deadline_in(app->site->request_ms + ANSWER_MS));
    enum status st =
        route_serve(app, fcgi_env(&fcgi), fcgi_source(&fcgi), fcgi_sink(&fcgi), arena, &page);
    /* the browser's next request may come at once: then the connection should be back already */
    if (!page.after)
        route_release(&page);
    if (st == STATUS_OK)
        FCGX_Finish_r(fcgx);
    else
        fcgi_abort(&fcgi);
    route_finish(&page);
    arena_reset(arena);
    secret_forget_stack();
}

static void *serve(void *context)
{
    struct server *server = context;
    struct arena *arena = arena_new(REQUEST_BUDGET);
    FCGX_Request fcgx;
    FCGX_InitRequest(&fcgx, server->listen_fd, FCGI_FAIL_ACCEPT_ON_INTR);
    while (!atomic_load(&server->stopping)) {
        if (FCGX_Accept_r(&fcgx) >= 0) {
            serve_one(server, &fcgx, arena);
        } else if (!atomic_load(&server->stopping) && errno != EINTR) {
            log_event(LOG_LEVEL_WARNING, "accept-failed", "cause=\"%s\"", strerror(errno));
            usleep(ACCEPT_PAUSE_MS * 1000); /* out of descriptors: others must finish first */
        }
    }
    FCGX_Free(&fcgx, 1);
    arena_free(&arena);
    atomic_fetch_sub(&server->running, 1);
    return NULL;
}

static void wake(int signal_number)
{
    (void)signal_number; /* its arrival alone ends a blocking accept */
}

static enum status start_threads(struct server *server, pthread_t *threads)
{
    struct sigaction action = {.sa_handler = wake};
    pthread_attr_t attributes;
    sigaction(SIGUSR1, &action, NULL);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    for (uint32_t i = 0; i < server->threads; i++) {
        atomic_fetch_add(&server->running, 1);
        if (pthread_create(&threads[i], &attributes, serve, server) != 0)
            abort();
    }
    pthread_attr_destroy(&attributes);
    return STATUS_OK;
}

/* An accept cannot be cancelled otherwise without shutting the socket, which systemd still holds.
 * A signal that comes just before the call is lost, so they are sent until all have gone. */
static void stop_threads(struct server *server, pthread_t *threads)
{
    atomic_store(&server->stopping, true);
    FCGX_ShutdownPending();
    while (atomic_load(&server->running) > 0) {
        for (uint32_t i = 0; i < server->threads; i++)
            pthread_kill(threads[i], SIGUSR1);
        usleep(WAKE_MS * 1000);
    }
    for (uint32_t i = 0; i < server->threads; i++)
        pthread_join(threads[i], NULL);
}

/* ---- reloading ---- */

static bool needs_restart(const struct config *new, const struct config *old)
{
    return new->threads != old->threads || new->costly != old->costly ||
           strcmp(new->listen, old->listen) != 0 || strcmp(new->store_path, old->store_path) != 0 ||
           strcmp(new->key_path, old->key_path) != 0 ||
           strcmp(new->passes.pepper_file, old->passes.pepper_file) != 0 ||
           strcmp(new->passes.generation_file, old->passes.generation_file) != 0 ||
           !sv_eq(new->passes.domain, old->passes.domain);
}

static void reload(struct server *server, const char *path)
{
    struct arena *arena = arena_new(REASON_BUDGET);
    struct sv reason = SV("");
    struct config *config;
    struct snapshot *fresh, *old = atomic_load(&server->current);
    enum status st = config_load(path, arena, &config, &reason);
    if (st == STATUS_OK)
        st = snapshot_new(config, &fresh, &reason);
    if (st != STATUS_OK) {
        log_event(LOG_LEVEL_ERROR, "reload-refused", "cause=\"%.*s\" effect=\"nothing changed\"",
                  SV_ARG(reason));
        arena_free(&arena);
        return;
    }
    if (needs_restart(config, old->config))
        log_event(LOG_LEVEL_WARNING, "reload",
                  "note=\"listen, threads, limits.costly, store.*, passes.* and, for passes, "
                  "smtp.domain take "
                  "effect at the next start\"");
    fresh->older = old;
    fresh->app.throttle = server->throttle;
    fresh->app.passes = server->passes;
    fresh->app.sessions = server->sessions;
    fresh->app.gate = server->gate;
    fresh->app.jobs = server->jobs;
    fresh->app.store = server->store;
    fresh->app.image_slots = server->image_slots;
    fresh->app.costly_slots = server->costly_slots;
    fresh->app.lasting_slots = server->lasting_slots;
    fresh->app.stopping = &server->stopping;
    throttle_configure(server->throttle, sign_ins(server, config));
    sessions_configure(server->sessions, &config->imap, &config->site.limits);
    sessions_use_domain(server->sessions, config->site.domain);
    atomic_store(&server->current, fresh);
    log_init(config->log_target, config->log_level);
    log_event(LOG_LEVEL_INFO, "reload", "file=%s", path);
    arena_free(&arena);
}

static void watch(struct server *server, const char *config_path)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    for (;;) {
        const struct timespec pause = {.tv_sec = SWEEP_S};
        int got = sigtimedwait(&signals, NULL, &pause);
        if (got == SIGTERM || got == SIGINT)
            return;
        if (got == SIGHUP)
            reload(server, config_path);
        else {
            sessions_sweep(server->sessions);
            visits_sweep(server->sessions);
            if (server->passes)
                passes_sweep(server->passes);
            jobs_sweep(server->jobs);
        }
    }
}

enum status server_run(struct server *server, int listen_fd, const char *config_path)
{
    pthread_t *threads = calloc(server->threads, sizeof *threads);
    if (!threads)
        abort();
    server->listen_fd = listen_fd;
    if (FCGX_Init() != 0) {
        free(threads);
        return STATUS_IO;
    }
    enum status st = start_threads(server, threads);
    log_event(LOG_LEVEL_INFO, "start", "version=%s threads=%u", VM_VERSION, server->threads);
    watch(server, config_path);
    log_event(LOG_LEVEL_INFO, "stop", "sessions=%zu", sessions_count(server->sessions));
    stop_threads(server, threads);
    server->cut_off = !gate_stop(server->gate, deadline_in(STEP_MS));
    if (server->cut_off)
        log_event(LOG_LEVEL_WARNING, "cut-off", "cause=\"a command at the mail server\"");
    free(threads);
    return st;
}
