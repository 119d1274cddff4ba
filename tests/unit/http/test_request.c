#include "arena.h"
#include "cookie.h"
#include "failure.h"
#include "request.h"
#include "test.h"

struct variable {
    const char *name;
    const char *value;
};

static const char *get(void *context, const char *name)
{
    for (const struct variable *v = context; v->name; v++)
        if (strcmp(v->name, name) == 0)
            return v->value;
    return NULL;
}

static struct arena *arena;
static struct proxies proxies;

static enum status start(struct request *request, struct variable *variables)
{
    return request_init(request, arena, (struct request_env){.get = get, .context = variables},
                        &proxies);
}

static enum status start_uri(struct request *request, const char *uri)
{
    struct variable variables[] = {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", uri}, {NULL, NULL}};
    return start(request, variables);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    proxies = (struct proxies){.unix_socket = false};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void a_request_is_read(void **state)
{
    (void)state;
    struct request r;
    struct variable v[] = {
        {"REQUEST_METHOD", "POST"},
        {"REQUEST_URI", "/mail?folder=Re%C3%A7us+2%2F3&uid=1&x&uid=2&uid=%4"},
        {"CONTENT_LENGTH", "12"},
        {"CONTENT_TYPE", "text/plain"},
        {"HTTP_HOST", "mail.example.org:8443"},
        {"HTTP_COOKIE", "a=b"},
        {"HTTP_USER_AGENT", "evil\r\nX: y"},
        {"REMOTE_ADDR", "192.0.2.7"},
        {"REQUEST_ID", "0123456789abcdef0123456789abcdef"},
        {NULL, NULL},
    };
    assert_int_equal(start(&r, v), STATUS_OK);
    assert_int_equal(r.method, METHOD_POST);
    assert_sv(r.path, "/mail");
    assert_sv(request_param(&r, "folder"), "Reçus 2/3");
    assert_true(request_has(&r, "x"));
    assert_sv(request_param(&r, "x"), "");
    assert_false(request_has(&r, "y"));
    size_t at = 0;
    struct sv value;
    assert_true(request_param_next(&r, "uid", &at, &value));
    assert_sv(value, "1");
    assert_true(request_param_next(&r, "uid", &at, &value));
    assert_sv(value, "2");
    assert_true(request_param_next(&r, "uid", &at, &value));
    assert_sv(value, "%4");
    assert_false(request_param_next(&r, "uid", &at, &value));
    uint32_t uid = 9;
    assert_int_equal(request_u32(&r, "uid", &uid), STATUS_OK);
    assert_int_equal(uid, 1);
    assert_int_equal(request_u32(&r, "folder", &uid), STATUS_INVALID);
    assert_int_equal(request_u32(&r, "none", &uid), STATUS_NOT_FOUND);
    assert_int_equal(uid, 1);
    assert_int_equal(r.content_length, 12);
    assert_sv(r.host, "mail.example.org:8443");
    assert_sv(r.cookie, "a=b");
    assert_sv(r.user_agent, "");
    assert_sv(r.id, "0123456789abcdef");
    assert_string_equal(r.client, "192.0.2.7");
    assert_sv(request_target(&r), "/mail?folder=Re%C3%A7us+2%2F3&uid=1&x&uid=2&uid=%4");
}

static void form_comes_before_query(void **state)
{
    (void)state;
    struct request r;
    assert_int_equal(start_uri(&r, "/act?uid=3&v=1"), STATUS_OK);
    inputs_init(&r.form, 10);
    assert_int_equal(inputs_decode(&r.form, arena, SV("uid=1&act=move&uid=2")), STATUS_OK);
    assert_sv(request_param(&r, "uid"), "1");
    assert_sv(request_param(&r, "v"), "1");
    assert_null(inputs_get(&r.form, "v").p);
    size_t at = 0;
    struct sv value;
    char seen[8] = "";
    struct sb b;
    sb_fixed(&b, seen, sizeof(seen));
    while (request_param_next(&r, "uid", &at, &value))
        sb_add(&b, value);
    assert_string_equal(seen, "123");
}

static void hostile_targets_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",        "mail",        "http://evil/", "*",           "/a%00b", "/a%0d%0ab",
        "/../etc", "/a/%2e%2e/b", "/a/..",        "/%2e/",       "/a%2",   "/a%zz",
        "/a%ff",   "/a\tb",       "/mail?a=%00",  "/mail?%00=b",
    };
    struct request r;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (start_uri(&r, bad[i]) != STATUS_INVALID)
            print_error("not refused: %s\n", bad[i]);
        assert_int_equal(start_uri(&r, bad[i]), STATUS_INVALID);
        assert_int_equal(r.id.n, 16);
        assert_string_equal(r.client, "unknown");
    }
    static char longest[REQUEST_URI_MAX + 2];
    memset(longest, 'a', sizeof(longest) - 1);
    longest[0] = '/';
    assert_int_equal(start_uri(&r, longest), STATUS_TOO_LARGE);
    longest[REQUEST_URI_MAX] = '\0';
    assert_int_equal(start_uri(&r, longest), STATUS_OK);
    assert_int_equal(start_uri(&r, "/...//x%2Fy"), STATUS_OK);
    assert_sv(r.path, "/...//x/y");
    assert_int_equal(start_uri(&r, "//evil.example/x"), STATUS_OK);
    assert_sv(request_target(&r), "/");
}

static void values_become_utf8_and_counts_are_bounded(void **state)
{
    (void)state;
    struct request r;
    assert_int_equal(start_uri(&r, "/m?q=%ff%0D%0Aa"), STATUS_OK);
    assert_sv(request_param(&r, "q"), "\xef\xbf\xbd\r\na");
    struct inputs few;
    inputs_init(&few, 2);
    assert_int_equal(inputs_decode(&few, arena, SV("a=1&&b=2&c=3")), STATUS_TOO_LARGE);
    assert_int_equal(few.n, 2);
    struct arena *small = arena_new(1000);
    struct inputs many;
    inputs_init(&many, 1000000);
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (int i = 0; i < 10000; i++)
        sb_add(&b, SV("a&"));
    assert_int_equal(inputs_decode(&many, small, sb_view(&b)), STATUS_TOO_LARGE);
    arena_free(&small);
}

static void queries_are_written_as_they_are_read(void **state)
{
    (void)state;
    struct sb b;
    sb_init(&b, arena, 1000);
    sb_add(&b, SV("/mail?"));
    query_append(&b, "folder", SV("Reçus & co/100%+\"\r\n"));
    query_append(&b, "page", SV("2"));
    assert_sv(sb_view(&b), "/mail?folder=Re%C3%A7us%20%26%20co%2F100%25%2B%22%0D%0A&page=2");
    struct request r;
    assert_int_equal(start_uri(&r, b.p), STATUS_OK);
    assert_sv(request_param(&r, "folder"), "Reçus & co/100%+\"\r\n");
}

static void client(const char *peer, const char *forwarded, const char *wanted)
{
    char out[PROXY_ADDRESS_MAX];
    proxies_client(&proxies, sv_of(peer), sv_of(forwarded), out);
    assert_string_equal(out, wanted);
}

static void only_trusted_proxies_are_believed(void **state)
{
    (void)state;
    client("192.0.2.1", "10.0.0.1", "192.0.2.1");
    client("::ffff:192.0.2.1", NULL, "192.0.2.1");
    client("2001:DB8:0::1", NULL, "2001:db8::1");
    client("", "10.0.0.1", "unknown");
    client("unix:", "10.0.0.1", "unknown");
    assert_int_equal(proxies_add(&proxies, SV("192.0.2.0/24")), STATUS_OK);
    assert_int_equal(proxies_add(&proxies, SV("2001:db8::/33")), STATUS_OK);
    assert_int_equal(proxies_add(&proxies, SV("127.0.0.1")), STATUS_OK);
    assert_int_equal(proxies_add(&proxies, SV("unix:")), STATUS_OK);
    client("192.0.2.1", "1.1.1.1, 203.0.113.9", "203.0.113.9");
    client("192.0.2.1", "203.0.113.9, 192.0.2.200 , 127.0.0.1", "203.0.113.9");
    client("192.0.2.1", "192.0.2.2", "192.0.2.2");
    client("192.0.2.1", "6.6.6.6, not-an-address, 192.0.2.3", "192.0.2.3");
    client("192.0.2.1", "", "192.0.2.1");
    client("192.0.2.1", ",", "192.0.2.1");
    client("192.0.3.1", "1.1.1.1", "192.0.3.1");
    client("2001:db8:7fff::1", "[2001:db9::5]:4711", "2001:db9::5");
    client("2001:db8:8000::1", "1.1.1.1", "2001:db8:8000::1");
    client("127.0.0.1", "198.51.100.4:5000", "198.51.100.4");
    client("127.0.0.2", "198.51.100.4", "127.0.0.2");
    client("unix:", "198.51.100.4", "198.51.100.4");
}

static void broken_networks_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "x",      "1.2.3", "1.2.3.4/33", "1.2.3.4/",
                                      "1.2.3.4/-1", "::/129", "::1/a", "1.2.3.4/8 ", "[::1]"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(proxies_add(&proxies, sv_of(bad[i])), STATUS_INVALID);
    assert_int_equal(proxies.networks.n, 0);
    for (size_t i = 0; i < NETWORKS_MAX; i++)
        assert_int_equal(proxies_add(&proxies, SV("0.0.0.0/0")), STATUS_OK);
    assert_int_equal(proxies_add(&proxies, SV("::1")), STATUS_TOO_LARGE);
    client("8.8.8.8", "2001:db8::9", "2001:db8::9");
}

static bool same(const char *origin, const char *site, const char *host)
{
    struct request r;
    struct variable v[] = {{"REQUEST_URI", "/"},
                           {"HTTP_HOST", host},
                           {"HTTP_ORIGIN", origin},
                           {"HTTP_SEC_FETCH_SITE", site},
                           {NULL, NULL}};
    assert_int_equal(start(&r, v), STATUS_OK);
    return request_same_site(&r);
}

static void other_sites_are_told_apart(void **state)
{
    (void)state;
    assert_true(same(NULL, NULL, "m.example"));
    assert_true(same("https://m.example", "same-origin", "m.example"));
    assert_true(same("https://M.example", NULL, "m.example:443"));
    assert_true(same("https://m.example:8443", NULL, "m.example:8443"));
    assert_true(same(NULL, "none", "m.example"));
    assert_false(same("https://m.example", "same-site", "m.example"));
    assert_false(same("https://m.example", "cross-site", "m.example"));
    assert_false(same("https://evil.example", "same-origin", "m.example"));
    assert_false(same("http://m.example", NULL, "m.example"));
    assert_false(same("https://m.example:8443", NULL, "m.example"));
    assert_false(same("null", NULL, "m.example"));
    assert_false(same("https://", NULL, ""));
    assert_false(same("https://a/b", NULL, "a/b"));
}

static void only_local_targets_are_local(void **state)
{
    (void)state;
    assert_true(target_is_local(SV("/")));
    assert_true(target_is_local(SV("/mail?folder=a%20b&x=//y")));
    static const char *const bad[] = {
        "",     "//evil", "/\\evil", "/a\\b",    "https://evil", "mail",
        "/a b", "/a\n",   "/a\r\nX", "/\t/evil", "/é",           "javascript:x",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(target_is_local(sv_of(bad[i])));
}

static void cookies_are_exact_and_single(void **state)
{
    (void)state;
    struct sv value = {NULL, 0};
    struct sv name = SV("__Host-vm");
    assert_int_equal(cookie_get(SV("a=1; __Host-vm=tok-_=; b=2"), name, &value), STATUS_OK);
    assert_sv(value, "tok-_=");
    assert_int_equal(cookie_get(SV(""), name, &value), STATUS_NOT_FOUND);
    assert_int_equal(cookie_get(SV("__host-vm=x; __Host-vmx=y; x__Host-vm=z"), name, &value),
                     STATUS_NOT_FOUND);
    assert_int_equal(cookie_get(SV("__Host-vm=a; __Host-vm=a"), name, &value), STATUS_INVALID);
    assert_int_equal(cookie_get(SV("__Host-vm="), name, &value), STATUS_INVALID);
    assert_int_equal(cookie_get(SV("__Host-vm=\"a\""), name, &value), STATUS_INVALID);
    assert_int_equal(cookie_get(SV("__Host-vm=a b"), name, &value), STATUS_INVALID);
    assert_sv(value, "tok-_=");
}

static void every_status_has_its_row(void **state)
{
    (void)state;
    for (unsigned i = STATUS_INVALID; i < STATUS_COUNT; i++) {
        const struct failure *f = failure_of((enum status)i);
        assert_in_range(f->code, 400, 599);
        assert_true(f->key[0] != '\0');
    }
    assert_int_equal(failure_of(STATUS_OK)->code, 200);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_request_is_read),
        test(form_comes_before_query),
        test(hostile_targets_are_refused),
        test(values_become_utf8_and_counts_are_bounded),
        test(queries_are_written_as_they_are_read),
        test(only_trusted_proxies_are_believed),
        test(broken_networks_are_refused),
        test(other_sites_are_told_apart),
        test(only_local_targets_are_local),
        test(cookies_are_exact_and_single),
        test(every_status_has_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
