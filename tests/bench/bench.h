/* bench.h — what the parts of the bench share. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "mailbox.h"
#include "web.h"

struct settings {
    const char *host, *port; /* of the web server */
    const char *socket;      /* of the program */
    struct account account;
    const char *recordings; /* Dovecot's rawlog_dir (script.h) */
    struct sv folders;      /* names parted by ':', smallest first */
    unsigned passes, sessions;
    bool commands;   /* tell what the program says to the IMAP server */
    const char *pid; /* of the program */
    const char *jail;
    unsigned users;                                      /* of the stampede */
    const char *dovecot_pid;                             /* its master's */
    const char *program, *startup_conf, *startup_socket; /* for further starts of it */
};

void web_at(struct web *web, const struct settings *s, bool https);
void bench_pages(const struct settings *s);
void bench_move(const struct settings *s);
void bench_search(const struct settings *s);
void bench_memory(const struct settings *s);
void bench_startup(const struct settings *s);
void bench_jail(const struct settings *s);
void bench_stampede(const struct settings *s);
void bench_stampede_raw(const struct settings *s);
void bench_weight(const struct settings *s);

#endif
