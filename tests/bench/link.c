#include "link.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

void times_sort(double *ms, size_t n)
{
    qsort(ms, n, sizeof(*ms), by_value);
}

double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void timeouts_set(int fd)
{
    struct timeval tv = {.tv_sec = LINK_TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static int tcp_open(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(host, port, &hints, &found) != 0)
        fail("cannot resolve %s", host);
    int fd = -1;
    for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            (void)close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    if (fd < 0)
        fail("cannot connect to %s port %s", host, port);
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    timeouts_set(fd);
    return fd;
}

void link_tls(struct link *link, const char *host, const char *port, const char *ca)
{
    static SSL_CTX *context;
    if (!context) {
        context = SSL_CTX_new(TLS_client_method());
        if (!context || SSL_CTX_load_verify_locations(context, ca, NULL) != 1)
            fail("cannot read the certificates in %s", ca);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    }
    link->from = link->to = 0;
    link->fd = tcp_open(host, port);
    link->ssl = SSL_new(context);
    if (!link->ssl || SSL_set_fd(link->ssl, link->fd) != 1 || SSL_set1_host(link->ssl, host) != 1 ||
        SSL_set_tlsext_host_name(link->ssl, host) != 1 || SSL_connect(link->ssl) != 1)
        fail("no TLS with %s port %s", host, port);
}

void link_unix(struct link *link, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct sb b;
    sb_fixed(&b, address.sun_path, sizeof(address.sun_path));
    sb_add_cstr(&b, path);
    link->from = link->to = 0;
    link->ssl = NULL;
    link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (b.over || connect(link->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        fail("cannot connect to %s: %s", path, strerror(errno));
    timeouts_set(link->fd);
}

void link_close(struct link *link)
{
    if (link->ssl) {
        SSL_shutdown(link->ssl);
        SSL_free(link->ssl);
    }
    (void)close(link->fd);
    link->ssl = NULL;
    link->fd = -1;
}

void link_write(struct link *link, struct sv bytes)
{
    while (bytes.n > 0) {
        ssize_t n = link->ssl ? SSL_write(link->ssl, bytes.p, (int)bytes.n)
                              : send(link->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0)
            fail("the server does not take what is sent");
        bytes = sv_slice(bytes, (size_t)n, bytes.n);
    }
}

static bool link_fill(struct link *link)
{
    ssize_t n = link->ssl ? SSL_read(link->ssl, link->buffer, LINK_BUFFER)
                          : recv(link->fd, link->buffer, LINK_BUFFER, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        fail("no answer within %d s", LINK_TIMEOUT_S);
    link->from = 0;
    link->to = n > 0 ? (size_t)n : 0;
    return n > 0;
}

struct sv link_some(struct link *link, size_t most)
{
    if (link->from == link->to && !link_fill(link))
        return (struct sv){NULL, 0};
    size_t n = link->to - link->from;
    struct sv some = {link->buffer + link->from, n < most ? n : most};
    link->from += some.n;
    return some;
}

void link_exactly(struct link *link, void *out, size_t n)
{
    for (size_t done = 0; done < n;) {
        struct sv some = link_some(link, n - done);
        if (some.n == 0)
            fail("the answer ends too early");
        memcpy((char *)out + done, some.p, some.n);
        done += some.n;
    }
}

void link_skip(struct link *link, uint64_t n)
{
    while (n > 0) {
        struct sv some = link_some(link, n < LINK_BUFFER ? (size_t)n : LINK_BUFFER);
        if (some.n == 0)
            fail("the answer ends too early");
        n -= some.n;
    }
}

bool link_line(struct link *link, char *line, size_t size)
{
    struct sb b;
    bool any = false;
    sb_fixed(&b, line, size);
    for (;;) {
        if (link->from == link->to && !link_fill(link))
            return any;
        any = true;
        struct sv here = {link->buffer + link->from, link->to - link->from};
        size_t end = sv_find_char(here, '\n');
        size_t n = end == SIZE_MAX ? here.n : end + 1;
        struct sv text = sv_slice(here, 0, end == SIZE_MAX ? n : end);
        sb_add(&b, sv_slice(text, 0, b.cap - b.n));
        link->from += n;
        if (end == SIZE_MAX)
            continue;
        if (b.n > 0 && b.p[b.n - 1] == '\r')
            b.p[--b.n] = '\0';
        return true;
    }
}
