#include "client_data.h"

#include "arena.h"
#include "test.h"

#define CHALLENGE "Y2hhbGxlbmdlIG9mIDMyIGJ5dGVzLCBhdCByYW5kb20"
#define ORIGIN "https://mail.example.org"
#define RIGHT "\"type\":\"webauthn.get\",\"challenge\":\"" CHALLENGE "\",\"origin\":\"" ORIGIN "\""

static const struct client_data want = {
    .type = {"webauthn.get", 12},
    .challenge = {CHALLENGE, sizeof CHALLENGE - 1},
    .origin = {ORIGIN, sizeof ORIGIN - 1},
};

static enum status check(const char *json)
{
    return client_data_check(sv_of(json), &want);
}

static void takes_what_browsers_write(void **state)
{
    static const char *const good[] = {
        "{" RIGHT ",\"crossOrigin\":false}",
        "{" RIGHT "}",
        "{" RIGHT ",\"crossOrigin\":false,\"other_keys_can_be_added_here\":\"do not compare "
        "clientDataJSON against a template. See https://goo.gl/yabPex\"}",
        /* Firefox, once */
        "{\"challenge\":\"" CHALLENGE "\",\"clientExtensions\":{},\"hashAlgorithm\":\"SHA-256\","
        "\"origin\":\"" ORIGIN "\",\"type\":\"webauthn.get\"}",
        " {\n" RIGHT " , \"a\" : [ 1 , -2.5e3 , { \"b\" : null , \"c\" : [ ] } , true ] }\r\n",
        "{\"typ\\u0065\":\"webauthn\\u002eget\",\"challenge\":\"" CHALLENGE "\","
        "\"origin\":\"https:\\/\\/mail.example.org\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_int_equal(check(good[i]), STATUS_OK);
}

static void refuses_what_is_about_something_else(void **state)
{
    static const char *const wrong[] = {
        "{\"type\":\"webauthn.create\",\"challenge\":\"" CHALLENGE "\",\"origin\":\"" ORIGIN "\"}",
        "{\"type\":\"webauthn.get\",\"challenge\":\"" CHALLENGE "A\",\"origin\":\"" ORIGIN "\"}",
        "{\"type\":\"webauthn.get\",\"challenge\":\"\",\"origin\":\"" ORIGIN "\"}",
        "{\"type\":\"webauthn.get\",\"challenge\":\"" CHALLENGE "\",\"origin\":\"" ORIGIN
        ":8443\"}",
        "{\"type\":\"webauthn.get\",\"challenge\":\"" CHALLENGE "\",\"origin\":\"" ORIGIN
        ".evil.example\"}",
        "{\"type\":\"webauthn.get\",\"challenge\":\"" CHALLENGE
        "\",\"origin\":\"http://mail.example.org\"}",
        "{\"type\":\"webauthn.get\",\"challenge\":\"" CHALLENGE
        "\",\"origin\":\"https://mail.example.org\\u0000\"}",
        "{\"challenge\":\"" CHALLENGE "\",\"origin\":\"" ORIGIN "\"}",
        "{" RIGHT ",\"crossOrigin\":true}",
        "{" RIGHT ",\"topOrigin\":\"https://evil.example\"}",
        "{\"a\":1}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(check(wrong[i]), STATUS_DENIED);
}

static void refuses_what_is_no_such_object(void **state)
{
    static const char *const broken[] = {
        "",
        "{}",
        "{",
        "[]",
        "null",
        "{" RIGHT,
        "{" RIGHT "}x",
        "{" RIGHT "}{" RIGHT "}",
        "{" RIGHT ",}",
        "{" RIGHT ",\"type\":\"webauthn.get\"}", /* twice */
        "{" RIGHT ",\"typ\\u0065\":\"webauthn.create\"}",
        "{" RIGHT ",\"crossOrigin\":\"false\"}",
        "{" RIGHT ",\"a\":\"\\x\"}",
        "{" RIGHT ",\"a\":\"\\u12\"}",
        "{" RIGHT ",\"a\":\"\n\"}",
        "{" RIGHT ",\"a\":[[[[[[[[[]]]]]]]]]}",
        "{" RIGHT ",\"a\":tru}",
        "{" RIGHT ",\"a\" 1}",
        "{" RIGHT ",\"a\":{\"b\":}}",
        "{\"type\":1}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        if (check(broken[i]) != STATUS_INVALID)
            print_error("%s\n", broken[i]);
        assert_int_equal(check(broken[i]), STATUS_INVALID);
    }
}

static void keeps_its_bounds(void **state)
{
    struct arena *arena = arena_new(64 * 1024);
    struct sb text;
    (void)state;
    for (size_t n = CLIENT_DATA_MAX - 300; n < CLIENT_DATA_MAX; n += 100) {
        sb_init(&text, arena, 2 * CLIENT_DATA_MAX);
        sb_add(&text, SV("{" RIGHT ",\"a\":\""));
        for (size_t i = 0; i < n; i++)
            sb_add_char(&text, 'x');
        sb_add(&text, SV("\"}"));
        assert_int_equal(client_data_check(sb_view(&text), &want),
                         text.n <= CLIENT_DATA_MAX ? STATUS_OK : STATUS_INVALID);
    }
    sb_init(&text, arena, 2 * CLIENT_DATA_MAX);
    sb_add(&text, SV("{\"type\":\""));
    for (size_t i = 0; i <= CLIENT_DATA_TEXT_MAX; i++)
        sb_add_char(&text, 'x');
    sb_add(&text, SV("\"}"));
    assert_int_equal(client_data_check(sb_view(&text), &want), STATUS_INVALID);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_browsers_write),
        cmocka_unit_test(refuses_what_is_about_something_else),
        cmocka_unit_test(refuses_what_is_no_such_object),
        cmocka_unit_test(keeps_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
