/* web_server.h — a web server in a thread, for one connection after the other: it says what it is
 * told to say, counts who connects and keeps what was asked. */
#ifndef VM_WEB_SERVER_H
#define VM_WEB_SERVER_H

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "net_certificates.h"

enum manner { ANSWERS, DRIPS, STAYS_SILENT };

struct server {
    enum manner manner;
    const char *answer;
    size_t times; /* the answer's last byte is sent so often */
    int listening;
    uint16_t port;
    SSL_CTX *context;
    pthread_t thread;
    int connections;
    char asked[4096];
};

static bool say(SSL *ssl, int fd, const char *bytes, size_t n)
{
    return n == 0 || (ssl ? SSL_write(ssl, bytes, (int)n) : send(fd, bytes, n, MSG_NOSIGNAL)) > 0;
}

static void hear(struct server *s, SSL *ssl, int fd)
{
    size_t n = 0;
    char *end = NULL;
    for (;;) {
        size_t room = sizeof s->asked - 1 - n;
        ssize_t got = ssl ? SSL_read(ssl, s->asked + n, (int)room) : read(fd, s->asked + n, room);
        if (got <= 0)
            return;
        n += (size_t)got;
        s->asked[n] = '\0';
        end = strstr(s->asked, "\r\n\r\n");
        if (end && (strncmp(s->asked, "POST", 4) != 0 || strstr(end, "=One-Click")))
            return;
    }
}

static void respond(struct server *s, SSL *ssl, int fd)
{
    size_t n = strlen(s->answer);
    const char *last = s->answer + n - 1;
    struct pollfd gone = {.fd = fd, .events = POLLRDHUP};
    if (s->manner != STAYS_SILENT && !say(ssl, fd, s->answer, n))
        return;
    for (size_t i = 1; i < s->times; i++)
        if (!say(ssl, fd, last, 1))
            return;
    while (s->manner != ANSWERS && poll(&gone, 1, 20) == 0)
        if (s->manner == DRIPS && !say(ssl, fd, last, 1))
            return;
}

static void *serve(void *context)
{
    struct server *s = context;
    int fd;
    while ((fd = accept(s->listening, NULL, NULL)) >= 0) {
        SSL *ssl = s->context ? SSL_new(s->context) : NULL;
        s->connections++;
        if (ssl)
            SSL_set_fd(ssl, fd);
        if (!ssl || SSL_accept(ssl) == 1) {
            hear(s, ssl, fd);
            respond(s, ssl, fd);
        }
        if (ssl)
            SSL_shutdown(ssl);
        SSL_free(ssl);
        close(fd);
    }
    return NULL;
}

static void listen_on(struct server *s, const struct sockaddr *address, socklen_t n)
{
    struct sockaddr_in6 bound;
    socklen_t room = sizeof bound;
    s->listening = socket(address->sa_family, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listening, address, n), 0);
    assert_int_equal(listen(s->listening, 20), 0);
    assert_int_equal(getsockname(s->listening, (struct sockaddr *)&bound, &room), 0);
    s->port = ntohs(bound.sin6_port); /* in the same place as IPv4's */
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

/* On every IPv4 address of this machine, so that it would hear whatever leads here. */
static void server_start(struct server *s, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_ANY)}};
    *s = (struct server){.answer = answer};
    listen_on(s, (struct sockaddr *)&address, sizeof address);
}

static void server_start_tls(struct server *s, const char *answer, const char *names)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *leaf = leaf_new(key, names, -YEAR, YEAR, false);
    *s = (struct server){.answer = answer, .context = SSL_CTX_new(TLS_server_method())};
    SSL_CTX_use_certificate(s->context, leaf);
    SSL_CTX_use_PrivateKey(s->context, key);
    X509_free(leaf);
    EVP_PKEY_free(key);
    listen_on(s, (struct sockaddr *)&address, sizeof address);
}

static void server_stop(struct server *s)
{
    shutdown(s->listening, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listening);
    SSL_CTX_free(s->context);
}

#endif
