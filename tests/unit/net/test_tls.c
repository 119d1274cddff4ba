/* TLS on a connection that began in plain text, with a server of our own in a thread and a
 * certificate made for each fault. */
#include "net_server.h"
#include "tls.h"

enum manner {
    TURNS,     /* a plain line, the handshake, then echoes */
    TLS_FIRST, /* the handshake at once */
    NO_TLS,    /* answers the handshake with plain text */
    SILENT     /* takes the plain line and says nothing more */
};

static void echo(SSL *ssl)
{
    char bytes[4096];
    for (int n; (n = SSL_read(ssl, bytes, sizeof bytes)) > 0;)
        if (SSL_write(ssl, bytes, n) != n)
            return;
}

static void converse(struct server *s, int fd)
{
    char line[64];
    if (s->manner != TLS_FIRST && read(fd, line, sizeof line) <= 0)
        return;
    if (s->manner == NO_TLS && write(fd, "NO such thing\r\n", 15) < 0)
        return;
    if (s->manner == NO_TLS || s->manner == SILENT) {
        while (read(fd, line, sizeof line) > 0)
            continue;
        return;
    }
    if (s->manner == TURNS && write(fd, "go\n", 3) < 0)
        return;
    SSL *ssl = SSL_new(s->context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1)
        echo(ssl);
    SSL_free(ssl);
}

static void *serve(void *context)
{
    struct server *s = context;
    for (int fd; (fd = accept(s->listening, NULL, NULL)) >= 0; close(fd))
        converse(s, fd);
    return NULL;
}

/* ---- one connection ---- */

struct client {
    struct trust *trust;
    struct stream_target target;
    struct tls *tls;
    struct diagnosis diagnosis;
};

static enum status reach(struct client *c, const struct server *s, enum stream_security security,
                         const char *host)
{
    *c = (struct client){.trust = NULL};
    assert_int_equal(trust_new(ca_path, &c->trust), STATUS_OK);
    c->target = (struct stream_target){
        .host = host, .port = s->port, .security = security, .trust = c->trust};
    return tls_connect(&c->target, deadline_in(5000), &c->tls, &c->diagnosis);
}

static void leave(struct client *c)
{
    tls_close(&c->tls);
    trust_free(&c->trust);
}

static void expect(struct transport *line, const char *wanted)
{
    char got[65536];
    size_t n = 0, all = strlen(wanted);
    while (n < all) {
        size_t more;
        assert_int_equal(
            line->receive(line->context, got + n, sizeof got - n, deadline_in(5000), &more),
            STATUS_OK);
        n += more;
    }
    assert_int_equal(n, all);
    assert_memory_equal(got, wanted, all);
}

static void ask_for_tls(struct client *c)
{
    struct transport line = tls_transport(c->tls);
    assert_int_equal(line.send(line.context, SV("STARTTLS\n"), deadline_in(5000)), STATUS_OK);
}

static void plain_bytes_then_encrypted_ones(void **state)
{
    struct server s;
    struct client c;
    (void)state;
    server_start(&s, TURNS, "DNS:localhost,IP:127.0.0.1", -60, YEAR, false);
    for (int numeric = 0; numeric < 2; numeric++) {
        assert_int_equal(reach(&c, &s, STREAM_STARTTLS, numeric ? "127.0.0.1" : "localhost"),
                         STATUS_OK);
        struct transport line = tls_transport(c.tls);
        ask_for_tls(&c);
        expect(&line, "go\n");
        assert_int_equal(tls_secure(c.tls, deadline_in(5000), &c.diagnosis), STATUS_OK);
        assert_int_equal(line.send(line.context, SV("hello\n"), deadline_in(5000)), STATUS_OK);
        expect(&line, "hello\n");
        static char large[40001];
        memset(large, 'x', sizeof large - 1);
        assert_int_equal(line.send(line.context, sv_of(large), deadline_in(5000)), STATUS_OK);
        expect(&line, large);
        char byte;
        size_t n;
        assert_int_equal(line.receive(line.context, &byte, 1, deadline_in(50), &n), STATUS_TIMEOUT);
        assert_true(line.alive(line.context));
        assert_int_equal(tls_secure(c.tls, deadline_in(50), &c.diagnosis), STATUS_INVALID);
        leave(&c);
    }
    server_stop(&s);
}

static void check_handshake(struct server *s, enum status wanted, enum cause cause,
                            struct diagnosis *d)
{
    struct client c;
    assert_int_equal(reach(&c, s, STREAM_STARTTLS, "localhost"), STATUS_OK);
    ask_for_tls(&c);
    if (s->manner == TURNS) {
        struct transport line = tls_transport(c.tls);
        expect(&line, "go\n");
    }
    assert_int_equal(tls_secure(c.tls, deadline_in(s->manner == SILENT ? 200 : 5000), &c.diagnosis),
                     wanted);
    assert_int_equal(c.diagnosis.cause, cause);
    *d = c.diagnosis;
    leave(&c);
    server_stop(s);
}

static void certificates_are_judged(void **state)
{
    struct server s;
    struct diagnosis d;
    (void)state;
    server_start(&s, TURNS, "DNS:localhost", -2 * YEAR, -YEAR, false);
    check_handshake(&s, STATUS_TLS, CAUSE_CERT_EXPIRED, &d);
    assert_int_equal(d.stage, STAGE_CERTIFICATE);
    assert_true(d.not_after > 0 && d.not_after < clock_wall());
    assert_string_equal(d.names, "localhost");
    server_start(&s, TURNS, "DNS:localhost", YEAR / 2, YEAR, false);
    check_handshake(&s, STATUS_TLS, CAUSE_CERT_NOT_YET, &d);
    server_start(&s, TURNS, "DNS:elsewhere.example", -60, YEAR, false);
    check_handshake(&s, STATUS_TLS, CAUSE_CERT_NAME, &d);
    assert_string_equal(d.names, "elsewhere.example");
    server_start(&s, TURNS, "DNS:localhost", -60, YEAR, true);
    check_handshake(&s, STATUS_TLS, CAUSE_CERT_UNTRUSTED, &d);
}

static void other_failures_are_told_apart(void **state)
{
    struct server s;
    struct client c;
    struct diagnosis d;
    (void)state;
    server_start(&s, NO_TLS, "DNS:localhost", -60, YEAR, false);
    check_handshake(&s, STATUS_TLS, CAUSE_TLS_MISMATCH, &d);
    server_start(&s, SILENT, "DNS:localhost", -60, YEAR, false);
    check_handshake(&s, STATUS_TIMEOUT, CAUSE_TIMEOUT, &d);
    server_start(&s, TLS_FIRST, "DNS:localhost", -60, YEAR, false);
    assert_int_equal(reach(&c, &s, STREAM_TLS, "localhost"), STATUS_OK);
    leave(&c);
    assert_int_equal(reach(&c, &s, STREAM_TLS, "127.0.0.1"), STATUS_TLS);
    assert_int_equal(c.diagnosis.cause, CAUSE_CERT_NAME);
    leave(&c);
    server_stop(&s);
    assert_int_equal(reach(&c, &s, STREAM_PLAIN, "localhost"), STATUS_UNREACHABLE);
    assert_int_equal(c.diagnosis.cause, CAUSE_CONNECTION_REFUSED);
    leave(&c);
    assert_int_equal(reach(&c, &s, STREAM_PLAIN, "bad host/"), STATUS_INVALID);
    leave(&c);
    assert_int_equal(reach(&c, &s, STREAM_PLAIN, "nowhere.invalid"), STATUS_UNREACHABLE);
    assert_int_equal(c.diagnosis.cause, CAUSE_NAME_UNKNOWN);
    leave(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_bytes_then_encrypted_ones),
        cmocka_unit_test(certificates_are_judged),
        cmocka_unit_test(other_failures_are_told_apart),
    };
    return cmocka_run_group_tests(tests, ca_make, ca_unmake);
}
