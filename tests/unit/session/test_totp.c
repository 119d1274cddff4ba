#include "totp.h"

#include "arena.h"
#include "seal.h"
#include "test.h"

/* RFC 6238, appendix B, and RFC 4226, appendix D, share it. */
static const uint8_t secret[TOTP_SECRET_SIZE] = "12345678901234567890";

static void macs_as_rfc_2202(void **state)
{
    uint8_t mac[SEAL_SHA1_SIZE];
    static const uint8_t first[] = {0xb6, 0x17, 0x31, 0x86}, long_key[] = {0xaa, 0x4a, 0xe5, 0xe1};
    char key[80];
    (void)state;
    memset(key, 0x0b, 20);
    seal_mac_sha1((struct sv){key, 20}, SV("Hi There"), mac);
    assert_memory_equal(mac, first, sizeof first);
    memset(key, 0xaa, sizeof key);
    seal_mac_sha1((struct sv){key, sizeof key},
                  SV("Test Using Larger Than Block-Size Key - Hash Key First"), mac);
    assert_memory_equal(mac, long_key, sizeof long_key);
}

static void codes_as_rfc_4226(void **state)
{
    static const char *const want[] = {"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
    char code[TOTP_DIGITS + 1];
    (void)state;
    for (int64_t step = 0; step < 10; step++) {
        totp_code(secret, step, code);
        assert_string_equal(code, want[step]);
    }
}

/* The RFC's codes have eight digits: ours are their last six. */
static void times_as_rfc_6238(void **state)
{
    static const struct {
        int64_t now;
        const char *code;
    } want[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        int64_t step;
        assert_int_equal(totp_find(secret, sv_of(want[i].code), want[i].now, &step), STATUS_OK);
        assert_int_equal(step, totp_step(want[i].now));
        assert_int_equal(step, want[i].now / 30);
    }
}

static void takes_one_step_to_either_side_and_no_more(void **state)
{
    int64_t now = 1234567890, step;
    char code[TOTP_DIGITS + 1];
    (void)state;
    for (int64_t away = -3; away <= 3; away++) {
        totp_code(secret, totp_step(now) + away, code);
        enum status st = totp_find(secret, sv_of(code), now, &step);
        assert_int_equal(st, away >= -1 && away <= 1 ? STATUS_OK : STATUS_DENIED);
        if (st == STATUS_OK)
            assert_int_equal(step, totp_step(now) + away);
    }
}

static void reads_a_code_as_people_type_it(void **state)
{
    int64_t step;
    (void)state;
    assert_int_equal(totp_find(secret, SV(" 287 082 "), 59, &step), STATUS_OK);
    const struct sv wrong[] = {SV(""),        SV("28708"),  SV("2870822"), SV("28708x"),
                               SV("287082x"), SV("287083"), SV("-287082"), {"287082\0", 7}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(totp_find(secret, wrong[i], 59, &step), STATUS_DENIED);
}

static void writes_secret_and_link(void **state)
{
    struct arena *arena = arena_new(4096);
    char text[TOTP_SECRET_TEXT + 1];
    struct sb link;
    (void)state;
    totp_secret_text(secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    sb_init(&link, arena, 1000);
    totp_link(secret, SV("Univ: \xc3\xa9t\xc3\xa9 & co"), SV("claire@demo.example"), &link);
    assert_sv(sb_view(&link),
              "otpauth://totp/Univ%20%20%C3%A9t%C3%A9%20%26%20co:claire%40demo.example"
              "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Univ%20%20%C3%A9t%C3%A9%20%26%20co");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(macs_as_rfc_2202),
        cmocka_unit_test(codes_as_rfc_4226),
        cmocka_unit_test(times_as_rfc_6238),
        cmocka_unit_test(takes_one_step_to_either_side_and_no_more),
        cmocka_unit_test(reads_a_code_as_people_type_it),
        cmocka_unit_test(writes_secret_and_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
