/* script.h — what the program says to the IMAP server, for the raw client to say again.
 *
 * While the directory that Dovecot's rawlog_dir names exists, each new IMAP connection is recorded
 * there with the time of each line. The bench notes when each of its requests began and ended; the
 * commands that the server read in that time are the script of that request. Commands that were
 * read together are sent together; others wait for the answers before them.
 */
#ifndef BENCH_SCRIPT_H
#define BENCH_SCRIPT_H

#include "arena.h"
#include "str.h"

enum {
    SCRIPT_CONNECTIONS = 32, /* of one session: what was idle for long is opened anew */
    STEPS_MAX = 256
};

struct batch {
    unsigned connection; /* of the session, in the order of their first command */
    unsigned replies;
    struct sb commands;
    struct batch *next;
};

struct window {
    double start, end; /* wall clock, seconds */
    struct batch *first, *last;
};

double wall_s(void);
/* Fills the windows, which do not overlap, from the recordings in that directory. Commands outside
 * of them are left out. */
void script_load(struct arena *arena, const char *directory, struct window *windows, size_t n);

#endif
