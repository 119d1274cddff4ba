/* net_server.h — a server of a test's own: one connection at a time, in a thread, on a port of its
 * own, with a certificate made for the fault that is tried. */
#ifndef VM_NET_SERVER_H
#define VM_NET_SERVER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "net_certificates.h"

struct server {
    int manner; /* the test's own enum */
    int listening;
    uint16_t port;
    SSL_CTX *context;
    pthread_t thread;
};

/* The test's: what the server (struct server) does until its socket is shut down. */
static void *serve(void *context);

/* names, from, to, self_signed: of the certificate (leaf_new). */
static inline void server_start(struct server *s, int manner, const char *names, long from, long to,
                                bool self_signed)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof address;
    *s = (struct server){.manner = manner, .listening = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(s->listening, (struct sockaddr *)&address, n), 0);
    assert_int_equal(listen(s->listening, 5), 0);
    assert_int_equal(getsockname(s->listening, (struct sockaddr *)&address, &n), 0);
    s->port = ntohs(address.sin_port);
    s->context = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *leaf = leaf_new(key, names, from, to, self_signed);
    SSL_CTX_use_certificate(s->context, leaf);
    SSL_CTX_use_PrivateKey(s->context, key);
    X509_free(leaf);
    EVP_PKEY_free(key);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static inline void server_stop(struct server *s)
{
    shutdown(s->listening, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listening);
    SSL_CTX_free(s->context);
}

#endif
