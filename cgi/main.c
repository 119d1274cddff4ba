/* vaguemestre — a webmail over FastCGI. This file reads the command line and starts the rest. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "forget_second.h"
#include "listen.h"
#include "server.h"

#define DEFAULT_CONFIG "/etc/vaguemestre/vaguemestre.conf"

static const char help[] =
    "usage: vaguemestre [--config FILE] [--check | --forget-second USER | --version | --help]\n"
    "\n"
    "Serves the webmail over FastCGI, on the socket that systemd or spawn-fcgi hands over or\n"
    "that the configuration names under \"listen\".\n"
    "\n"
    "  --config FILE  the configuration (default " DEFAULT_CONFIG ")\n"
    "  --check        tries everything that the configuration names, says what is wrong, ends\n"
    "  --forget-second USER\n"
    "                 takes the second factor of somebody who has lost it off the account, ends\n"
    "  --version      prints the version\n"
    "  --help         prints this text\n"
    "\n"
    "SIGTERM finishes the requests in flight and ends; SIGHUP reads the configuration again.\n";

struct arguments {
    const char *config, *forget;
    bool check, version, help;
};

static bool parse(int argc, char **argv, struct arguments *out)
{
    *out = (struct arguments){.config = DEFAULT_CONFIG};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            out->config = argv[++i];
        else if (strcmp(argv[i], "--check") == 0)
            out->check = true;
        else if (strcmp(argv[i], "--forget-second") == 0 && i + 1 < argc)
            out->forget = argv[++i];
        else if (strcmp(argv[i], "--version") == 0)
            out->version = true;
        else if (strcmp(argv[i], "--help") == 0)
            out->help = true;
        else
            return false;
    }
    return true;
}

/* No password may reach a core file or another process of the same user; no file of ours is for
 * others; a reader that has gone away is an error of write(), not the end. */
static void harden(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifndef VM_SANITIZED
    prctl(PR_SET_DUMPABLE, 0);
#endif
    umask(0077);
    signal(SIGPIPE, SIG_IGN);
}

static void block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static enum status serve(struct config *config, const char *config_path, struct arena *arena,
                         struct sv *reason)
{
    struct server *server;
    int fd;
    struct sv listen_path = arena_sv(arena, sv_of(config->listen));
    log_init(config->log_target, config->log_level);
    enum status st = server_new(config, arena, &server, reason);
    if (st != STATUS_OK)
        return st;
    st = listen_open(listen_path.p, arena, &fd, reason);
    if (st == STATUS_OK) {
        st = server_run(server, fd, config_path);
        listen_close(listen_path.p, fd);
    }
    server_free(&server);
    return st;
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    if (!parse(argc, argv, &arguments)) {
        fputs(help, stderr);
        return 2;
    }
    if (arguments.version || arguments.help) {
        fputs(arguments.help ? help : "vaguemestre " VM_VERSION "\n", stdout);
        return 0;
    }
    harden();
    block_signals();
    struct arena *arena = arena_new(4 * 1024 * 1024);
    struct config *config;
    struct sv reason = SV("the network library could not be set up");
    enum status st = net_init();
    if (st == STATUS_OK)
        st = config_load(arguments.config, arena, &config, &reason);
    if (st == STATUS_OK && arguments.check) {
        st = check_run(config, arena); /* says itself what is wrong */
    } else if (st == STATUS_OK && arguments.forget) {
        st = forget_second(config, arguments.forget, arena, &reason);
        if (st != STATUS_OK)
            fprintf(stderr, "vaguemestre: %.*s\n", SV_ARG(reason));
    } else {
        if (st == STATUS_OK)
            st = serve(config, arguments.config, arena, &reason);
        if (st != STATUS_OK)
            log_event(LOG_LEVEL_ERROR, "not-started", "cause=\"%.*s\"", SV_ARG(reason));
    }
    net_deinit();
    arena_free(&arena);
    return st == STATUS_OK ? 0 : 1;
}
