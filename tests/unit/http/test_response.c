#include "arena.h"
#include "cookie.h"
#include "response.h"
#include "test.h"

static struct arena *arena;
static struct sb out;
static struct response response;
static enum status sink_fails;

static enum status take(void *context, struct sv piece)
{
    (void)context;
    sb_add(&out, piece);
    return sink_fails;
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 << 20);
    sb_init(&out, arena, 1 << 20);
    sink_fails = STATUS_OK;
    response_init(&response, arena, (struct sink){take, NULL}, false);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static bool has(const char *line)
{
    struct sv whole = sb_view(&out);
    struct sv head = sv_slice(whole, 0, sv_find(whole, SV("\r\n\r\n")));
    struct sv wanted = sv_of(line);
    while (head.n > 0) {
        struct sv got = sv_trim(sv_cut(&head, '\n'));
        if (sv_eq(got, wanted))
            return true;
    }
    return false;
}

static bool mentions(const char *text)
{
    return sv_find(sb_view(&out), sv_of(text)) != SIZE_MAX;
}

static struct sv body(void)
{
    struct sv whole = sb_view(&out);
    size_t end = sv_find(whole, SV("\r\n\r\n"));
    return end == SIZE_MAX ? (struct sv){NULL, 0} : sv_slice(whole, end + 4, whole.n);
}

static void a_page_that_asks_for_a_key_may_and_no_other_answer(void **state)
{
    (void)state;
    response_allow_keys(&response);
    response_set_kind(&response, RESPONSE_LETTER);
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(mentions("publickey-credentials-get=()\r\n"));
    assert_false(mentions("(self)"));
    sb_clear(&out);
    response_init(&response, arena, (struct sink){take, NULL}, false);
    response_allow_keys(&response);
    assert_true(response_reset(&response)); /* an error page instead */
    response_allow_keys(&response);
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(
        mentions("publickey-credentials-create=(self), publickey-credentials-get=(self)\r\n"));
    assert_true(mentions("camera=()"));
}

static void a_page_has_its_walls(void **state)
{
    (void)state;
    response_add_header(&response, "X-One", SV("1"));
    assert_int_equal(response_write(&response, SV("<p>")), STATUS_OK);
    response_add_header(&response, "X-Two", SV("2"));
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(sv_starts(sb_view(&out), SV("Status: 200 OK\r\n")));
    assert_true(has("Content-Type: text/html; charset=utf-8"));
    assert_true(has("Content-Length: 3"));
    assert_true(has("X-One: 1"));
    assert_true(has("X-Two: 2"));
    assert_true(has("Cache-Control: no-store, no-cache"));
    assert_true(has("X-Content-Type-Options: nosniff"));
    assert_true(has("Referrer-Policy: same-origin"));
    assert_true(has("Cross-Origin-Opener-Policy: same-origin"));
    assert_true(has("Cross-Origin-Resource-Policy: same-origin"));
    assert_true(has("X-Frame-Options: DENY"));
    assert_true(mentions("Content-Security-Policy: default-src 'none'; script-src 'self'; "));
    assert_true(mentions("frame-ancestors 'none'"));
    assert_true(mentions("camera=()"));
    assert_true(mentions("publickey-credentials-create=(), publickey-credentials-get=()\r\n"));
    assert_false(mentions("unsafe"));
    assert_false(mentions("data:"));
    assert_sv(body(), "<p>");
}

static void a_letter_is_sandboxed(void **state)
{
    (void)state;
    response_set_kind(&response, RESPONSE_LETTER);
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(has("Content-Security-Policy: sandbox allow-same-origin allow-popups "
                    "allow-popups-to-escape-sandbox; default-src 'none'; script-src 'none'; "
                    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'none'; "
                    "base-uri 'none'; frame-ancestors 'self'"));
    assert_false(mentions("allow-scripts"));
    assert_false(mentions("https:"));
    assert_false(mentions("Opener"));
    assert_true(has("X-Frame-Options: SAMEORIGIN"));
}

static void remote_images_only_when_allowed(void **state)
{
    (void)state;
    response_set_kind(&response, RESPONSE_LETTER_REMOTE);
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(mentions("img-src 'self' data: https: http:; "));
    assert_true(mentions("default-src 'none'; script-src 'none'; "));
}

static void downloads_are_inert_and_named(void **state)
{
    (void)state;
    response_set_kind(&response, RESPONSE_DOWNLOAD);
    response_set_filename(&response, SV("/tmp/R\xc3\xa9sum\xc3\xa9 \"2\"\r\n.html"));
    assert_int_equal(response_write(&response, SV("<script>")), STATUS_OK);
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(has("Content-Type: application/octet-stream"));
    assert_true(has("Content-Disposition: attachment; filename=\"R_sum_ _2_.html\"; "
                    "filename*=UTF-8''R%C3%A9sum%C3%A9%20%222%22.html"));
    assert_true(
        has("Content-Security-Policy: sandbox; default-src 'none'; frame-ancestors 'none'"));
}

static void only_harmless_images_are_shown(void **state)
{
    (void)state;
    response_set_kind(&response, RESPONSE_IMAGE);
    response_set_image_type(&response, SV("IMAGE/PNG"));
    response_set_filename(&response, SV("a.png"));
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(has("Content-Type: image/png"));
    assert_true(has("Content-Disposition: inline; filename=\"a.png\""));
    (void)teardown(NULL);
    (void)setup(NULL);
    response_set_kind(&response, RESPONSE_IMAGE);
    response_set_image_type(&response, SV("image/svg+xml"));
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(has("Content-Type: application/octet-stream"));
    assert_true(has("Content-Disposition: attachment"));
}

static void a_forged_header_spoils_the_response(void **state)
{
    (void)state;
    response_add_header(&response, "X-A", SV("b\r\nSet-Cookie: c=d"));
    assert_int_equal(response_write(&response, SV("secret")), STATUS_OK);
    assert_int_equal(response_end(&response), STATUS_INVALID);
    assert_true(sv_starts(sb_view(&out), SV("Status: 500 ")));
    assert_false(mentions("Set-Cookie"));
    assert_false(mentions("secret"));
    assert_true(has("Cache-Control: no-store, no-cache"));
}

static void redirects_stay_at_home(void **state)
{
    (void)state;
    assert_int_equal(response_redirect(&response, SV("/mail?folder=INBOX")), STATUS_OK);
    assert_true(sv_starts(sb_view(&out), SV("Status: 303 See Other\r\n")));
    assert_true(has("Location: /mail?folder=INBOX"));
    static const char *const bad[] = {"//evil", "https://evil", "/\\evil", "/a\r\nX: y", ""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        sb_clear(&out);
        response_init(&response, arena, (struct sink){take, NULL}, false);
        assert_int_equal(response_redirect(&response, sv_of(bad[i])), STATUS_OK);
        assert_true(has("Location: /"));
        assert_false(mentions("evil"));
    }
}

static void head_has_the_headers_alone(void **state)
{
    (void)state;
    response_init(&response, arena, (struct sink){take, NULL}, true);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(response_write(&response, SV("0123456789")), STATUS_OK);
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(has("Content-Length: 100000"));
    assert_sv(body(), "");
}

static void large_bodies_stream_and_their_length_is_kept(void **state)
{
    (void)state;
    static char big[RESPONSE_BUFFER * 2];
    memset(big, 'x', sizeof(big));
    assert_int_equal(response_write(&response, SV("ab")), STATUS_OK);
    assert_int_equal(out.n, 0);
    assert_int_equal(response_write(&response, (struct sv){big, sizeof(big)}), STATUS_OK);
    assert_int_equal(response_write(&response, SV("z")), STATUS_OK);
    assert_false(response_reset(&response));
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_false(mentions("Content-Length"));
    assert_int_equal(body().n, sizeof(big) + 3);
    assert_int_equal(body().p[0], 'a');
    assert_int_equal(body().p[sizeof(big) + 2], 'z');
    (void)teardown(NULL);
    (void)setup(NULL);
    response_set_length(&response, 4);
    assert_int_equal(response_write(&response, SV("abc")), STATUS_OK);
    assert_int_equal(response_end(&response), STATUS_PROTOCOL);
}

static void a_page_can_be_taken_back(void **state)
{
    (void)state;
    cookie_set(&response, SV("__Host-a"), SV("b"), COOKIE_SESSION);
    response_set_kind(&response, RESPONSE_DOWNLOAD);
    assert_int_equal(response_write(&response, SV("half")), STATUS_OK);
    assert_true(response_reset(&response));
    assert_int_equal(response_text(&response, 404, SV("no")), STATUS_OK);
    assert_true(sv_starts(sb_view(&out), SV("Status: 404 Not Found\r\n")));
    assert_true(has("Content-Type: text/plain; charset=utf-8"));
    assert_false(mentions("Set-Cookie"));
    assert_sv(body(), "no");
}

static void a_lost_client_is_noticed_once_and_for_all(void **state)
{
    (void)state;
    static char big[RESPONSE_BUFFER];
    memset(big, 'x', sizeof(big));
    sink_fails = STATUS_CLOSED;
    struct sink sink = response_sink(&response);
    assert_int_equal(sink_write(sink, SV("a")), STATUS_OK);
    assert_int_equal(sink_write(sink, (struct sv){big, sizeof(big)}), STATUS_CLOSED);
    sink_fails = STATUS_OK;
    size_t before = out.n;
    assert_int_equal(sink_write(sink, SV("a")), STATUS_CLOSED);
    assert_int_equal(response_end(&response), STATUS_CLOSED);
    assert_int_equal(out.n, before);
}

static void cookies_are_locked_down(void **state)
{
    (void)state;
    cookie_set(&response, SV("__Host-vm"), SV("t_-k"), COOKIE_SESSION);
    cookie_set(&response, SV("__Host-x"), SV("v"), 60);
    cookie_set(&response, SV("__Host-y"), SV("ignored"), COOKIE_EXPIRED);
    response_clear_site_data(&response);
    assert_int_equal(response_end(&response), STATUS_OK);
    assert_true(has("Set-Cookie: __Host-vm=t_-k; Path=/; Secure; HttpOnly; SameSite=Strict"));
    assert_true(
        has("Set-Cookie: __Host-x=v; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60"));
    assert_true(has("Set-Cookie: __Host-y=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"));
    assert_true(has("Clear-Site-Data: \"cache\", \"storage\""));
    static const char *const bad[] = {"", "a;b", "a b", "a\r\nX: y", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        response_init(&response, arena, (struct sink){take, NULL}, false);
        cookie_set(&response, SV("__Host-vm"), sv_of(bad[i]), COOKIE_SESSION);
        assert_int_equal(response_end(&response), STATUS_INVALID);
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_page_has_its_walls),
        test(a_page_that_asks_for_a_key_may_and_no_other_answer),
        test(a_letter_is_sandboxed),
        test(remote_images_only_when_allowed),
        test(downloads_are_inert_and_named),
        test(only_harmless_images_are_shown),
        test(a_forged_header_spoils_the_response),
        test(redirects_stay_at_home),
        test(head_has_the_headers_alone),
        test(large_bodies_stream_and_their_length_is_kept),
        test(a_page_can_be_taken_back),
        test(a_lost_client_is_noticed_once_and_for_all),
        test(cookies_are_locked_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
