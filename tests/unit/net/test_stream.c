/* Streams to a server of our own in a thread, with certificates made for each fault. */
#include <poll.h>

#include "net_server.h"

/* ---- a server for one connection at a time ---- */

enum manner {
    SPEAKS_PLAIN,
    SPEAKS_STARTTLS,
    SPEAKS_TLS,
    SAYS_NOTHING,
    HANGS_UP,
    SAYS_BYE,
    SPEAKS_SMTP
};

struct peer {
    int fd;
    SSL *ssl;
};

static void say(struct peer *p, const char *text)
{
    int n = (int)strlen(text);
    if ((p->ssl ? SSL_write(p->ssl, text, n) : (int)write(p->fd, text, (size_t)n)) < 0)
        return;
}

static int hear(struct peer *p, char *line, int room)
{
    int n = 0;
    while (n < room - 1) {
        int got = p->ssl ? SSL_read(p->ssl, line + n, 1) : (int)read(p->fd, line + n, 1);
        if (got <= 0)
            return -1;
        if (line[n++] == '\n')
            break;
    }
    line[n] = '\0';
    return n;
}

static bool handshake(struct server *s, struct peer *p)
{
    p->ssl = SSL_new(s->context);
    SSL_set_fd(p->ssl, p->fd);
    return SSL_accept(p->ssl) == 1;
}

/* Answers what libcurl asks, then echoes lines until "QUIT". */
static void converse(struct server *s, struct peer *p)
{
    char line[1024], answer[1200];
    bool smtp = s->manner == SPEAKS_SMTP;
    if (s->manner == SPEAKS_TLS && !handshake(s, p))
        return;
    say(p, smtp ? "220 hello\r\n" : "* OK hello\r\n");
    while (hear(p, line, sizeof line) > 0) {
        char *space = strchr(line, ' ');
        if (strncmp(line, "QUIT", 4) == 0)
            return;
        if (space && strncmp(space, " CAPABILITY", 11) == 0) {
            *space = '\0';
            snprintf(answer, sizeof answer, "* CAPABILITY IMAP4rev1%s\r\n%s OK done\r\n",
                     s->manner == SPEAKS_STARTTLS && !p->ssl ? " STARTTLS" : "", line);
            say(p, answer);
        } else if (space && strncmp(space, " STARTTLS", 9) == 0) {
            *space = '\0';
            snprintf(answer, sizeof answer, "%s OK go\r\n", line);
            say(p, answer);
            if (!handshake(s, p))
                return;
        } else if (smtp && strncmp(line, "EHLO", 4) == 0) {
            say(p, p->ssl ? "250 me\r\n" : "250-me\r\n250 STARTTLS\r\n");
        } else if (smtp && strncmp(line, "STARTTLS", 8) == 0) {
            say(p, "220 go\r\n");
            if (!handshake(s, p))
                return;
        } else {
            say(p, line);
        }
    }
}

static void *serve(void *context)
{
    struct server *s = context;
    int fd;
    while ((fd = accept(s->listening, NULL, NULL)) >= 0) {
        struct peer p = {fd, NULL};
        char byte;
        if (s->manner == SAYS_BYE)
            say(&p, "* BYE overloaded\r\n");
        else if (s->manner == SAYS_NOTHING)
            while (read(fd, &byte, 1) > 0)
                ;
        else if (s->manner != HANGS_UP)
            converse(s, &p);
        if (p.ssl) {
            SSL_shutdown(p.ssl);
            SSL_free(p.ssl);
        }
        close(fd);
    }
    return NULL;
}

static void good_server(struct server *s, enum manner manner)
{
    server_start(s, manner, "DNS:localhost,IP:127.0.0.1", -YEAR, YEAR, false);
}

/* ---- tests ---- */

static enum status opened(const struct server *s, enum stream_security security, const char *host,
                          int ms, struct stream **stream, struct diagnosis *d)
{
    struct trust *trust = NULL;
    assert_int_equal(trust_new(ca_path, &trust), STATUS_OK);
    const struct stream_target target = {s->manner == SPEAKS_SMTP ? STREAM_SMTP : STREAM_IMAP, host,
                                         s->port, security, trust};
    *d = (struct diagnosis){.stage = STAGE_NONE};
    *stream = NULL;
    enum status status = stream_open(&target, deadline_in(ms), stream, d);
    trust_free(&trust); /* a connection keeps what it needs of it */
    return status;
}

static void echoes(struct stream *stream)
{
    char buffer[100];
    size_t n = 0, all = 0;
    assert_true(stream_alive(stream));
    assert_int_equal(stream_receive(stream, buffer, sizeof buffer, deadline_in(50), &n),
                     STATUS_TIMEOUT);
    assert_int_equal(stream_send(stream, SV("hello there\r\n"), deadline_in(2000)), STATUS_OK);
    while (all < 13) {
        assert_int_equal(
            stream_receive(stream, buffer + all, sizeof buffer - all, deadline_in(2000), &n),
            STATUS_OK);
        all += n;
    }
    assert_memory_equal(buffer, "hello there\r\n", 13);
    assert_int_equal(stream_send(stream, SV("QUIT\r\n"), deadline_in(2000)), STATUS_OK);
    for (int i = 0; i < 200 && stream_alive(stream); i++)
        poll(NULL, 0, 10);
    assert_false(stream_alive(stream));
    assert_int_equal(stream_receive(stream, buffer, sizeof buffer, deadline_in(2000), &n),
                     STATUS_CLOSED);
}

static void bytes_go_both_ways(void **state)
{
    static const struct {
        enum manner manner;
        enum stream_security security;
    } cases[] = {{SPEAKS_PLAIN, STREAM_PLAIN},
                 {SPEAKS_STARTTLS, STREAM_STARTTLS},
                 {SPEAKS_TLS, STREAM_TLS},
                 {SPEAKS_SMTP, STREAM_STARTTLS}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct server s;
        struct stream *stream;
        struct diagnosis d;
        good_server(&s, cases[i].manner);
        assert_int_equal(opened(&s, cases[i].security, "localhost", 5000, &stream, &d), STATUS_OK);
        echoes(stream);
        stream_close(&stream);
        assert_null(stream);
        server_stop(&s);
    }
}

static void fails(struct server *s, enum stream_security security, const char *host, int ms,
                  enum status status, enum stage stage, enum cause cause, struct diagnosis *d)
{
    struct stream *stream;
    assert_int_equal(opened(s, security, host, ms, &stream, d), status);
    assert_null(stream);
    assert_int_equal(d->cause, cause);
    assert_int_equal(d->stage, stage);
    assert_string_equal(d->host, host);
    assert_int_equal(d->port, s->port);
    server_stop(s);
}

static void certificates_are_judged(void **state)
{
    struct server s;
    struct diagnosis d;
    (void)state;
    server_start(&s, SPEAKS_TLS, "DNS:localhost", -YEAR, -86400, false);
    fails(&s, STREAM_TLS, "localhost", 5000, STATUS_TLS, STAGE_CERTIFICATE, CAUSE_CERT_EXPIRED, &d);
    assert_in_range(d.not_after, clock_wall() - 86410, clock_wall() - 86390);
    assert_in_range(d.not_before, clock_wall() - YEAR - 10, clock_wall() - YEAR + 10);
    assert_string_equal(d.names, "localhost");
    server_start(&s, SPEAKS_STARTTLS, "DNS:localhost", 86400, YEAR, false);
    fails(&s, STREAM_STARTTLS, "localhost", 5000, STATUS_TLS, STAGE_CERTIFICATE, CAUSE_CERT_NOT_YET,
          &d);
    server_start(&s, SPEAKS_TLS, "DNS:mail.example.org,DNS:*.example.net,IP:192.0.2.1", -YEAR, YEAR,
                 false);
    fails(&s, STREAM_TLS, "localhost", 5000, STATUS_TLS, STAGE_CERTIFICATE, CAUSE_CERT_NAME, &d);
    assert_string_equal(d.names, "mail.example.org, *.example.net, 192.0.2.1");
    server_start(&s, SPEAKS_TLS, "DNS:localhost", -YEAR, YEAR, true);
    fails(&s, STREAM_TLS, "localhost", 5000, STATUS_TLS, STAGE_CERTIFICATE, CAUSE_CERT_UNTRUSTED,
          &d);
    server_start(&s, SPEAKS_SMTP, "DNS:localhost", -YEAR, YEAR, true);
    fails(&s, STREAM_STARTTLS, "localhost", 5000, STATUS_TLS, STAGE_CERTIFICATE,
          CAUSE_CERT_UNTRUSTED, &d);
}

static void other_failures_are_told_apart(void **state)
{
    struct server s;
    struct diagnosis d;
    (void)state;
    good_server(&s, SPEAKS_PLAIN);
    fails(&s, STREAM_STARTTLS, "localhost", 5000, STATUS_TLS, STAGE_TLS, CAUSE_NO_STARTTLS, &d);
    good_server(&s, SPEAKS_PLAIN);
    fails(&s, STREAM_TLS, "localhost", 5000, STATUS_TLS, STAGE_TLS, CAUSE_TLS_MISMATCH, &d);
    good_server(&s, SPEAKS_TLS);
    fails(&s, STREAM_STARTTLS, "localhost", 1600, STATUS_TLS, STAGE_TLS, CAUSE_TLS_MISMATCH, &d);
    good_server(&s, SAYS_NOTHING);
    fails(&s, STREAM_PLAIN, "localhost", 600, STATUS_TIMEOUT, STAGE_GREETING, CAUSE_TIMEOUT, &d);
    good_server(&s, HANGS_UP);
    fails(&s, STREAM_PLAIN, "localhost", 5000, STATUS_CLOSED, STAGE_GREETING, CAUSE_CLOSED, &d);
    good_server(&s, SAYS_BYE);
    fails(&s, STREAM_PLAIN, "localhost", 5000, STATUS_UNAVAILABLE, STAGE_GREETING,
          CAUSE_UNAVAILABLE, &d);
    assert_string_equal(d.detail, "* BYE overloaded");
    good_server(&s, SPEAKS_PLAIN);
    fails(&s, STREAM_PLAIN, "nowhere.invalid", 5000, STATUS_UNREACHABLE, STAGE_RESOLVE,
          CAUSE_NAME_UNKNOWN, &d);
}

static void nobody_listens(void **state)
{
    struct server s;
    struct stream *stream;
    struct diagnosis d;
    (void)state;
    good_server(&s, SPEAKS_PLAIN);
    server_stop(&s);
    assert_int_equal(opened(&s, STREAM_PLAIN, "127.0.0.1", 5000, &stream, &d), STATUS_UNREACHABLE);
    assert_int_equal(d.cause, CAUSE_CONNECTION_REFUSED);
    assert_int_equal(opened(&s, STREAM_PLAIN, "bad host/", 5000, &stream, &d), STATUS_INVALID);
    struct trust *trust = NULL;
    assert_int_equal(trust_new("/nonexistent/ca.pem", &trust), STATUS_IO);
    assert_null(trust);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_both_ways),
        cmocka_unit_test(certificates_are_judged),
        cmocka_unit_test(other_failures_are_told_apart),
        cmocka_unit_test(nobody_listens),
    };
    return cmocka_run_group_tests(tests, ca_make, ca_unmake);
}
