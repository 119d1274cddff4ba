/* link.h — a byte stream to a server, for the clients of the bench. Whatever fails ends the
 * program with a sentence: a bench has nobody to go on for. */
#ifndef BENCH_LINK_H
#define BENCH_LINK_H

#include <openssl/ssl.h>

#include "str.h"

enum { LINK_BUFFER = 64 * 1024, LINK_TIMEOUT_S = 120 };

struct link {
    int fd;
    SSL *ssl; /* NULL: plain */
    size_t from, to;
    char buffer[LINK_BUFFER];
};

_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
double now_ms(void);                   /* monotonic */
void times_sort(double *ms, size_t n); /* ascending */

/* `ca` is a file of certificates; the server's is verified against it and `host`. */
void link_tls(struct link *link, const char *host, const char *port, const char *ca);
void link_unix(struct link *link, const char *path);
void link_close(struct link *link);
void link_write(struct link *link, struct sv bytes);
/* At most `most` bytes that are there or come next; the empty view at the end. Valid until the next
 * call. */
struct sv link_some(struct link *link, size_t most);
void link_exactly(struct link *link, void *out, size_t n);
void link_skip(struct link *link, uint64_t n);
/* One line without its line end; false at the end of the stream. A line longer than `size` is
 * cut. */
bool link_line(struct link *link, char *line, size_t size);

#endif
