/* Requests to a web server of our own, and what must not become one. */
#include <ifaddrs.h>

#include "fetch.h"
#include "web_server.h"

enum { ANSWER_MAX = 256 * 1024, MANY = 1000 };

/* ---- asking it ---- */

static struct arena *arena;
static struct networks ours;
static struct trust *trust;

struct got {
    struct fetch_answer answer;
    struct diagnosis d;
    struct sb body;
    int begun;
    enum status begin, write; /* what is returned */
};

static enum status got_begin(void *context, const struct fetch_answer *answer)
{
    struct got *got = context;
    got->begun++;
    got->answer = *answer;
    return got->begin;
}

static enum status got_write(void *context, struct sv piece)
{
    struct got *got = context;
    assert_in_range(piece.n, 1, 16384);
    sb_add(&got->body, piece);
    return got->write;
}

/* GET with 127.0.0.0/8 and ::1 allowed. */
static struct fetch_request request_for(struct sv url, struct got *got)
{
    *got = (struct got){.begun = 0};
    sb_init(&got->body, arena, ANSWER_MAX);
    return (struct fetch_request){.url = url,
                                  .deadline = deadline_in(3000),
                                  .also = &ours,
                                  .trust = trust,
                                  .max_bytes = MANY,
                                  .begin = got_begin,
                                  .sink = {got_write, got}};
}

static struct sv url_of(const struct server *s, const char *scheme, const char *host)
{
    return arena_printf(arena, "%s://%s:%u/a?b=c", scheme, host, s->port);
}

static enum status fetched(const struct server *s, struct got *got)
{
    struct fetch_request request = request_for(url_of(s, "http", "127.0.0.1"), got);
    return net_fetch(&request, arena, &got->answer, &got->d);
}

static int setup(void **state)
{
    arena = arena_new(64 << 20);
    /* none of this may be heeded */
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "socks5://127.0.0.1:1", 1);
    if (ca_make(state) != 0 || trust_new(ca_path, &trust) != STATUS_OK)
        return -1;
    return networks_add(&ours, SV("127.0.0.0/8")) == STATUS_OK &&
                   networks_add(&ours, SV("::1")) == STATUS_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    trust_free(&trust);
    arena_free(&arena);
    return ca_unmake(state);
}

/* ---- tests ---- */

static void a_request_tells_little(void **state)
{
    struct server s;
    struct got got;
    (void)state;
    server_start(&s, "HTTP/1.1 200 Fine\r\nContent-Type: image/png; x=y\r\nSet-Cookie: a=b\r\n"
                     "Content-Length: 5\r\n\r\nhello");
    struct fetch_request request = request_for(url_of(&s, "http", "127.0.0.1"), &got);
    request.accept = "image/png";
    for (int i = 0; i < 2; i++) { /* a cookie of the first answer would come with the second */
        sb_clear(&got.body);
        assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_OK);
        assert_string_equal(s.asked, arena_printf(arena,
                                                  "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                                                  "User-Agent: Mozilla/5.0 (compatible; "
                                                  "Vaguemestre)\r\nAccept: image/png\r\n\r\n",
                                                  s.port)
                                         .p);
    }
    assert_int_equal(got.answer.code, 200);
    assert_sv(got.answer.content_type, "image/png; x=y");
    assert_sv(got.answer.location, "");
    assert_sv(sb_view(&got.body), "hello");
    assert_int_equal(got.begun, 2);
    server_stop(&s);
}

static void a_form_is_posted(void **state)
{
    struct server s;
    struct got got;
    (void)state;
    server_start(&s, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\nignored");
    struct fetch_request request = request_for(url_of(&s, "http", "localhost"), &got);
    request.method = FETCH_POST;
    request.body = SV("List-Unsubscribe=One-Click");
    request.type = "application/x-www-form-urlencoded";
    request.sink.write = NULL;
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_OK);
    assert_int_equal(got.answer.code, 202);
    assert_int_equal(got.begun, 0);
    assert_string_equal(s.asked,
                        arena_printf(arena,
                                     "POST /a?b=c HTTP/1.1\r\nHost: localhost:%u\r\n"
                                     "User-Agent: Mozilla/5.0 (compatible; Vaguemestre)\r\n"
                                     "Accept: */*\r\n"
                                     "Content-Type: application/x-www-form-urlencoded\r\n"
                                     "Content-Length: 26\r\n\r\nList-Unsubscribe=One-Click",
                                     s.port)
                            .p);
    server_stop(&s);
}

static void closed_addresses_are_not_asked(void **state)
{
    static const char *const hosts[] = {
        "127.0.0.1",       "localhost",  "LOCALHOST",       "127.1",
        "0x7f.1",          "0x7f000001", "2130706433",      "0177.0.0.1",
        "017700000001",    "0",          "0.0.0.0",         "127.127.127.127",
        "[::1]",           "[::]",       "[::ffff:7f00:1]", "[::ffff:127.0.0.1]",
        "%31%32%37.0.0.1", "127%2e0.0.1"};
    struct server s;
    struct got got;
    struct ifaddrs *all;
    (void)state;
    server_start(&s, "HTTP/1.1 200 Fine\r\n\r\n");
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct fetch_request request = request_for(url_of(&s, "http", hosts[i]), &got);
        request.also = NULL;
        enum status st = net_fetch(&request, arena, &got.answer, &got.d);
        if (st != STATUS_DENIED)
            print_error("%s gives %s\n", hosts[i], status_name(st));
        assert_int_equal(st, STATUS_DENIED);
        assert_int_equal(got.d.stage, STAGE_CONNECT);
        assert_int_equal(got.d.port, s.port);
    }
    assert_int_equal(getifaddrs(&all), 0);
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        char text[INET_ADDRSTRLEN];
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
            continue;
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr, text,
                  sizeof text);
        struct fetch_request request = request_for(url_of(&s, "http", text), &got);
        request.also = NULL;
        assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_DENIED);
    }
    freeifaddrs(all);
    /* those who connect are served in their order: the first is this one */
    assert_int_equal(fetched(&s, &got), STATUS_OK);
    assert_int_equal(s.connections, 1);
    server_stop(&s);
}

static void networks_of_the_site_may_be_asked(void **state)
{
    static const char *const hosts[] = {"127.0.0.1", "127.3.2.1", "localhost", "0x7f.1",
                                        "[::ffff:7f00:1]"};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct server s;
    struct got got;
    (void)state;
    server_start(&s, "HTTP/1.1 204 Nothing\r\n\r\n");
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct fetch_request request = request_for(url_of(&s, "http", hosts[i]), &got);
        assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_OK);
        assert_int_equal(got.answer.code, 204);
    }
    server_stop(&s);
    s = (struct server){.answer = "HTTP/1.1 200 Fine\r\n\r\nsix"};
    listen_on(&s, (struct sockaddr *)&v6, sizeof v6);
    struct fetch_request request = request_for(url_of(&s, "http", "[::1]"), &got);
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_OK);
    assert_sv(sb_view(&got.body), "six");
    server_stop(&s);
}

static void only_urls_of_the_web_are_asked(void **state)
{
    static const char *const bad[] = {"",
                                      "127.0.0.1",
                                      "/a",
                                      "//127.0.0.1/",
                                      "http:",
                                      "http://",
                                      "file:///etc/passwd",
                                      "file://127.0.0.1/etc/passwd",
                                      "ftp://127.0.0.1/",
                                      "gopher://127.0.0.1/",
                                      "dict://127.0.0.1/",
                                      "smtp://127.0.0.1/",
                                      "imap://127.0.0.1/",
                                      "ldap://127.0.0.1/",
                                      "javascript:alert(1)",
                                      "data:image/png;base64,AA",
                                      "unix:/run/x",
                                      "http://user@127.0.0.1/",
                                      "http://u:p@127.0.0.1/",
                                      "http://@127.0.0.1/",
                                      "http://127.0.0.1:0/",
                                      "http://127.0.0.1:22/",
                                      "http://127.0.0.1:25/",
                                      "http://127.0.0.1:143/",
                                      "http://127.0.0.1:587/",
                                      "http://127.0.0.1:993/",
                                      "http://127.0.0.1:4190/",
                                      "http://127.0.0.1:6667/",
                                      "http://127.0.0.1:65536/",
                                      "http://127.0.0.1:8080x/",
                                      "http://127.0.0.1/a\r\nb",
                                      "http://127.0.0.1/a\tb",
                                      "http://127.0.0.1 /",
                                      "http://[::1",
                                      "http://a b/"};
    struct got got;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fetch_request request = request_for(sv_of(bad[i]), &got);
        enum status st = net_fetch(&request, arena, &got.answer, &got.d);
        if (st != STATUS_INVALID)
            print_error("%s gives %s\n", bad[i], status_name(st));
        assert_int_equal(st, STATUS_INVALID);
    }
    struct sb longer;
    sb_init(&longer, arena, 2 * FETCH_URL_MAX);
    sb_add_cstr(&longer, "http://127.0.0.1/");
    while (longer.n <= FETCH_URL_MAX)
        sb_add_char(&longer, 'a');
    struct fetch_request request = request_for(sb_view(&longer), &got);
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_INVALID);
    request.url = (struct sv){"http://127.0.0.1/\0a", 19};
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_INVALID);
}

static void a_redirect_is_shown_and_not_followed(void **state)
{
    static const char *const places[][2] = {
        {"/x/../y", "http://127.0.0.1:%u/y"},
        {"z?q", "http://127.0.0.1:%u/z?q"},
        {"//other.example/p", "http://other.example/p"},
        {"HTTPS://Other.example", "https://Other.example/"},
        {"/with space/\xc3\xa9", "http://127.0.0.1:%u/with%%20space/%%c3%%a9"},
        {"file:///etc/passwd", ""},
        {"javascript:alert(1)", ""},
        {"http://user@other.example/", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct server s;
        struct got got;
        server_start(
            &s, arena_printf(arena, "HTTP/1.1 302 There\r\nLocation: %s\r\n\r\n", places[i][0]).p);
        assert_int_equal(fetched(&s, &got), STATUS_OK);
        assert_int_equal(got.answer.code, 302);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        assert_sv(got.answer.location, arena_printf(arena, places[i][1], s.port).p);
#pragma GCC diagnostic pop
        server_stop(&s);
        assert_int_equal(s.connections, 1);
        assert_int_equal(got.begun, 0);
    }
}

static void fails(const char *answer, size_t times, enum manner manner, enum status status)
{
    struct server s;
    struct got got;
    server_start(&s, answer);
    s.times = times;
    s.manner = manner;
    struct fetch_request request = request_for(url_of(&s, "http", "127.0.0.1"), &got);
    if (manner != ANSWERS)
        request.deadline = deadline_in(300);
    int64_t before = clock_ms();
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), status);
    assert_in_range(clock_ms() - before, 0, 4000);
    assert_in_range(got.body.n, 0, MANY);
    server_stop(&s);
}

static void what_is_too_much_ends(void **state)
{
    (void)state;
    fails("HTTP/1.1 200 Fine\r\nContent-Length: 1001\r\n\r\na", 1001, ANSWERS, STATUS_TOO_LARGE);
    fails("HTTP/1.1 200 Fine\r\nContent-Length: 99999999999\r\n\r\n", 0, ANSWERS, STATUS_TOO_LARGE);
    fails("HTTP/1.1 200 Fine\r\n\r\na", 1001, ANSWERS, STATUS_TOO_LARGE);
    fails("HTTP/1.1 200 Fine\r\n\r\na", 1000, ANSWERS, STATUS_OK);
    fails("HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\na", 4096, ANSWERS,
          STATUS_TOO_LARGE);
    fails("HTTP/1.1 200 Fine\r\nX: a", 2 * FETCH_HEAD_MAX, ANSWERS, STATUS_PROTOCOL);
    struct sb head;
    sb_init(&head, arena, 2 * FETCH_HEAD_MAX);
    for (sb_add_cstr(&head, "HTTP/1.1 200 Fine\r\n"); head.n <= FETCH_HEAD_MAX;)
        sb_add_cstr(&head, "X: y\r\n");
    sb_add_cstr(&head, "\r\n");
    fails(head.p, 0, ANSWERS, STATUS_PROTOCOL);
    fails("HTTP/1.1 404 No\r\nContent-Length: 99999\r\n\r\na", 99999, ANSWERS, STATUS_OK);
    fails("HTTP/1.1 200 Fine\r\nContent-Length: 9\r\n\r\nshort", 0, ANSWERS, STATUS_CLOSED);
    fails("Hello", 0, ANSWERS, STATUS_PROTOCOL);
    fails("HTTP/1.1 777 Odd\r\n\r\n", 0, ANSWERS, STATUS_PROTOCOL);
    fails("x", 0, STAYS_SILENT, STATUS_TIMEOUT);
    fails("HTTP/1.1 200 Fine\r\nX: a", 0, DRIPS, STATUS_TIMEOUT);
    fails("HTTP/1.1 200 Fine\r\n\r\na", 0, DRIPS, STATUS_TIMEOUT);
}

static void the_caller_may_refuse(void **state)
{
    struct server s;
    struct got got;
    (void)state;
    server_start(&s, "HTTP/1.1 200 Fine\r\n\r\nbody");
    struct fetch_request request = request_for(url_of(&s, "http", "127.0.0.1"), &got);
    got.begin = STATUS_UNSUPPORTED;
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_UNSUPPORTED);
    assert_int_equal(got.body.n, 0);
    request = request_for(request.url, &got);
    got.write = STATUS_CANCELLED;
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_CANCELLED);
    server_stop(&s);
}

static void certificates_are_judged(void **state)
{
    struct server s;
    struct got got;
    (void)state;
    server_start_tls(&s, "HTTP/1.1 200 Fine\r\n\r\nsecret", "DNS:localhost");
    struct fetch_request request = request_for(url_of(&s, "https", "localhost"), &got);
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_OK);
    assert_sv(sb_view(&got.body), "secret");
    request = request_for(url_of(&s, "https", "127.0.0.1"), &got);
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_TLS);
    assert_int_equal(got.d.cause, CAUSE_CERT_NAME);
    assert_string_equal(got.d.names, "localhost");
    request = request_for(url_of(&s, "https", "localhost"), &got);
    request.trust = NULL;
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_TLS);
    struct trust *other = NULL;
    assert_int_equal(trust_new(NULL, &other), STATUS_OK);
    request.trust = other;
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_TLS);
    assert_int_equal(got.d.cause, CAUSE_CERT_UNTRUSTED);
    assert_int_equal(got.body.n, 0);
    trust_free(&other);
    server_stop(&s);
}

static void what_is_not_there_is_told_apart(void **state)
{
    struct server s;
    struct got got;
    (void)state;
    server_start(&s, "HTTP/1.1 200 Fine\r\n\r\n");
    server_stop(&s);
    assert_int_equal(fetched(&s, &got), STATUS_UNREACHABLE);
    assert_int_equal(got.d.cause, CAUSE_CONNECTION_REFUSED);
    assert_string_equal(got.d.host, "127.0.0.1");
    struct fetch_request request = request_for(SV("http://nowhere.invalid/"), &got);
    assert_int_equal(net_fetch(&request, arena, &got.answer, &got.d), STATUS_UNREACHABLE);
    assert_int_equal(got.d.cause, CAUSE_NAME_UNKNOWN);
    assert_string_equal(got.d.host, "nowhere.invalid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_tells_little),
        cmocka_unit_test(a_form_is_posted),
        cmocka_unit_test(closed_addresses_are_not_asked),
        cmocka_unit_test(networks_of_the_site_may_be_asked),
        cmocka_unit_test(only_urls_of_the_web_are_asked),
        cmocka_unit_test(a_redirect_is_shown_and_not_followed),
        cmocka_unit_test(what_is_too_much_ends),
        cmocka_unit_test(the_caller_may_refuse),
        cmocka_unit_test(certificates_are_judged),
        cmocka_unit_test(what_is_not_there_is_told_apart),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
