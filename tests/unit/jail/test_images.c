/* Remote images of a letter get other addresses, and nothing else of it changes. */
#include "arena.h"
#include "images.h"
#include "test.h"
#include "verify.h"

enum { OUT_MAX = 1 << 20 };

static struct arena *arena;
static char asked[IMAGES_URL_MAX + 1]; /* the last address */
static size_t count;

static bool write_address(void *context, struct sv remote, struct sb *out)
{
    const char *address = context;
    struct sb b;
    sb_fixed(&b, asked, sizeof asked);
    sb_add(&b, remote);
    count++;
    if (address)
        sb_add_cstr(out, address);
    return address != NULL;
}

static enum status readdress(struct sv document, const char *address, struct sb *out)
{
    char *context = address ? arena_cstr(arena, sv_of(address)) : NULL;
    const struct image_addresses addresses = {.write = write_address, .context = context};
    count = 0;
    assert_true(verify_document(document, true));
    return images_readdress(document, &addresses, out);
}

static void becomes(const char *inside, const char *address, const char *want)
{
    struct sb out;
    sb_init(&out, arena, OUT_MAX);
    struct sv document = arena_printf(arena, "<div class=\"vm-letter\">%s</div>", inside);
    assert_int_equal(readdress(document, address, &out), STATUS_OK);
    assert_sv(sb_view(&out), arena_printf(arena, "<div class=\"vm-letter\">%s</div>", want).p);
}

static void remote_addresses_are_replaced(void **state)
{
    (void)state;
    becomes("a<img src=\"https://ok.example/a?b&amp;c=d\" alt=\"x\">b", "/i?a&b",
            "a<img src=\"/i?a&amp;b\" alt=\"x\">b");
    assert_string_equal(asked, "https://ok.example/a?b&c=d");
    becomes("<img alt=\"\" src=\"http://a/\"><p><img src=\"http://b/\" width=\"1\"></p>", "/i",
            "<img alt=\"\" src=\"/i\"><p><img src=\"/i\" width=\"1\"></p>");
    assert_int_equal(count, 2);
    /* whatever element it stands on: the child may have been taken over */
    becomes("<p src=\"http://a/\">x</p><td src=\"https://b\"></td>", "/i",
            "<p src=\"/i\">x</p><td src=\"/i\"></td>");
}

static void links_becomes(const char *inside, const char *address, const char *want)
{
    struct sb out;
    struct sv document = arena_printf(arena, "<div class=\"vm-letter\">%s</div>", inside);
    const struct image_addresses addresses = {
        .context = address ? arena_cstr(arena, sv_of(address)) : NULL, .write_link = write_address};
    sb_init(&out, arena, OUT_MAX);
    count = 0;
    assert_true(verify_document(document, true));
    assert_int_equal(images_readdress(document, &addresses, &out), STATUS_OK);
    assert_sv(sb_view(&out), arena_printf(arena, "<div class=\"vm-letter\">%s</div>", want).p);
}

static void links_are_replaced_where_that_is_wanted(void **state)
{
    (void)state;
    links_becomes("<a href=\"https://ok.example/a?b&amp;c=d\" target=\"_blank\">x</a>",
                  "/link?url=a&sig=b", "<a href=\"/link?url=a&amp;sig=b\" target=\"_blank\">x</a>");
    assert_string_equal(asked, "https://ok.example/a?b&c=d");
    /* images keep theirs, as do links to what is no other site */
    links_becomes("<img src=\"https://ok.example/\"><a href=\"tel:+33\">a</a>"
                  "<a href=\"#x-a\">b</a><a href=\"/compose?to=a\">c</a>",
                  "/link?x",
                  "<img src=\"https://ok.example/\"><a href=\"tel:+33\">a</a>"
                  "<a href=\"#x-a\">b</a><a href=\"/compose?to=a\">c</a>");
    assert_int_equal(count, 0);
    /* one that cannot be had leads nowhere */
    links_becomes("<a href=\"http://a/\" rel=\"noopener\">words</a>", NULL,
                  "<a rel=\"noopener\">words</a>");
}

static void a_wrong_link_spoils_the_document(void **state)
{
    static const char *const wrong[] = {"/other?x", "//other.example/", "javascript:alert(1)",
                                        "/link?\"><b>", "/link?<"};
    const struct sv document = SV("<div class=\"vm-letter\"><a href=\"http://a/\">x</a></div>");
    struct sb out;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct image_addresses addresses = {.context = arena_cstr(arena, sv_of(wrong[i])),
                                                  .write_link = write_address};
        sb_init(&out, arena, OUT_MAX);
        assert_int_equal(images_readdress(document, &addresses, &out), STATUS_PROTOCOL);
        assert_int_equal(out.n, 0);
    }
}

static void all_else_stays(void **state)
{
    static const char *const kept[] = {
        "",
        "text http://ok.example/ src=&quot;http://ok.example/&quot; &amp; so",
        "<a href=\"https://ok.example/?a&amp;b\" rel=\"noopener\">src=</a>",
        "<img src=\"/part?folder=a&amp;part=2\" alt=\" src=\" title=\"http://a/\">",
        "<img src=\"data:image/png;base64,AAAA\" alt=\"http://\">",
        "<img alt=\"no source\"><br><hr noshade=\"\">",
        "<style>\n@media (max-width: 9px) {.vm-x > a{color:red}}\n</style>",
        "<p title=\" src=\" class=\"https://ok.example/\">\xc3\xa9\n\t</p>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        becomes(kept[i], "/i", kept[i]);
        assert_int_equal(count, 0);
    }
}

static void an_image_without_an_address_shows_its_text(void **state)
{
    struct sb longer, many, want;
    (void)state;
    becomes("<img src=\"https://ok.example/\" alt=\"words\">", NULL, "<img alt=\"words\">");
    becomes("<img src=\"http://a/&#39;\" alt=\"w\">", "/i", "<img alt=\"w\">");
    becomes("<img src=\"http://a/&amp;&quot;\" alt=\"w\">", "/i", "<img alt=\"w\">");
    sb_init(&longer, arena, OUT_MAX);
    sb_add_cstr(&longer, "<img src=\"http://a/");
    for (int i = 0; i < IMAGES_URL_MAX; i++)
        sb_add_char(&longer, 'a');
    sb_add_cstr(&longer, "\" alt=\"w\">");
    becomes(longer.p, "/i", "<img alt=\"w\">");
    assert_int_equal(count, 0);
    sb_init(&many, arena, OUT_MAX);
    sb_init(&want, arena, OUT_MAX);
    for (int i = 0; i < IMAGES_MAX + 5; i++) {
        sb_add_cstr(&many, "<img src=\"http://a/\">");
        sb_add_cstr(&want, i < IMAGES_MAX ? "<img src=\"/i\">" : "<img>");
    }
    becomes(many.p, "/i", want.p);
    assert_int_equal(count, IMAGES_MAX);
}

static void a_wrong_address_spoils_the_document(void **state)
{
    static const char *const wrong[] = {"https://other.example/",
                                        "//other.example/",
                                        "i",
                                        "",
                                        "/i\"><b>",
                                        "/i<",
                                        "/i>",
                                        "/\\other.example/",
                                        "/\t/other.example/",
                                        "/\n/other.example/",
                                        "/i\n\x01"};
    struct sb out;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        sb_init(&out, arena, OUT_MAX);
        sb_add_cstr(&out, "before");
        assert_int_equal(
            readdress(SV("<div class=\"vm-letter\"><img src=\"http://a/\"></div>"), wrong[i], &out),
            STATUS_PROTOCOL);
        assert_sv(sb_view(&out), "before");
    }
}

static void what_does_not_fit_is_taken_back(void **state)
{
    struct sb out;
    (void)state;
    sb_init(&out, arena, 60);
    sb_add_cstr(&out, "before");
    assert_int_equal(readdress(SV("<div class=\"vm-letter\"><img src=\"http://a/\">more</div>"),
                               "/something-long?is=here", &out),
                     STATUS_TOO_LARGE);
    assert_sv(sb_view(&out), "before");
    assert_true(out.over);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remote_addresses_are_replaced),
        cmocka_unit_test(links_are_replaced_where_that_is_wanted),
        cmocka_unit_test(a_wrong_link_spoils_the_document),
        cmocka_unit_test(all_else_stays),
        cmocka_unit_test(an_image_without_an_address_shows_its_text),
        cmocka_unit_test(a_wrong_address_spoils_the_document),
        cmocka_unit_test(what_does_not_fit_is_taken_back),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
