/* The texts were made by polynomial division over big integers, in another language. */
#include "pass_text.h"
#include "test.h"

static const struct {
    struct pass_code code;
    const char *text;
} vectors[] = {
    {{0, {0}}, "0000-0000-0000-0000-00000-00FZZ"},
    {{0xfffff, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}},
     "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZZ-ZZY4A"},
    {{0x3a7c5, {0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb}},
     "79Y5-008J-4CT4-ANK7-F24SN-AXPNM"},
};
#define ONE "79Y5-008J-4CT4-ANK7-F24SN-AXPNM"

static void assert_reads(const char *typed, size_t vector)
{
    struct pass_code code;
    if (pass_text_read(sv_of(typed), &code) != STATUS_OK)
        fail_msg("not read: %s", typed);
    assert_int_equal(code.selector, vectors[vector].code.selector);
    assert_memory_equal(code.secret, vectors[vector].code.secret, PASS_SECRET_SIZE);
}

static void known_passes_are_written_and_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        char text[PASS_TEXT + 1], number[PASS_NUMBER_TEXT + 1];
        pass_text_write(&vectors[i].code, text);
        assert_string_equal(text, vectors[i].text);
        assert_reads(text, i);
        pass_text_number(vectors[i].code.selector, number);
        assert_memory_equal(number, text, PASS_NUMBER_TEXT);
        assert_int_equal(strlen(number), PASS_NUMBER_TEXT);
    }
}

static void it_is_read_as_people_type_it(void **state)
{
    (void)state;
    assert_reads("79y5oo8j4ct4ank7f24snaxpnm", 2);
    assert_reads("  79Y5 O08J 4CT4 ANK7 F24SN AXPNM\t", 2);
    assert_reads("79Y5.008J.4CT4.ANK7.F24SN.AXPNM.", 2);
    assert_reads("7 9 Y 5 0 0 8 J 4 C T 4 A N K 7 F 2 4 S N A X P N M", 2);
    /* as a word processor or a telephone writes it */
    assert_reads("79Y5\u2011008J\u20134CT4\u00a0ANK7\u202fF24SN\u2014AXPNM", 2);
    assert_reads("oooo-OOOO-0000-0000-00000-00fzz", 0);
}

static void i_and_l_are_one(void **state)
{
    (void)state;
    char text[PASS_TEXT + 1];
    const struct pass_code ones = {0x8421, {0x08, 0x42, 0x10, 0x84, 0x21}};
    struct pass_code got;
    pass_text_write(&ones, text);
    const char letters[] = "iIlL";
    for (size_t i = 0, n = 0; text[i]; i++)
        if (text[i] == '1')
            text[i] = letters[n++ % 4];
    assert_null(strchr(text, '1'));
    assert_int_equal(pass_text_read(sv_of(text), &got), STATUS_OK);
    assert_int_equal(got.selector, ones.selector);
    assert_memory_equal(got.secret, ones.secret, PASS_SECRET_SIZE);
}

static void every_slip_of_a_finger_is_found(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct pass_code code;
    for (size_t i = 0; i < PASS_TEXT; i++) {
        char text[] = ONE;
        if (text[i] == '-')
            continue;
        for (size_t c = 0; alphabet[c]; c++) {
            text[i] = alphabet[c];
            assert_int_equal(pass_text_read(sv_of(text), &code),
                             text[i] == ONE[i] ? STATUS_OK : STATUS_INVALID);
        }
        text[i] = ONE[i];
        size_t next = text[i + 1] == '-' ? i + 2 : i + 1;
        if (next >= PASS_TEXT || text[i] == text[next])
            continue;
        text[i] = ONE[next];
        text[next] = ONE[i];
        assert_int_equal(pass_text_read(sv_of(text), &code), STATUS_INVALID);
    }
}

static void what_is_no_pass_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "-",
                                        "79Y5",
                                        "79Y5-008J-4CT4-ANK7-F24SN-AXPN",
                                        "79Y5-008J-4CT4-ANK7-F24SN-AXPNM0",
                                        "79Y5-008J-4CT4-ANK7-F24SN-AXPN\n",
                                        "U9Y5-008J-4CT4-ANK7-F24SN-AXPNM",
                                        "79Y5-008J-4CT4-ANK7-F24SN-AXPN\xc3",
                                        "\u00e99Y5-008J-4CT4-ANK7-F24SN-AXPNM"};
    struct pass_code code = {.selector = 42};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(pass_text_read(sv_of(wrong[i]), &code), STATUS_INVALID);
    assert_int_equal(pass_text_read((struct sv){ONE "\0", sizeof ONE}, &code), STATUS_INVALID);
    char long_one[PASS_TYPED_MAX + 2];
    memset(long_one, ' ', sizeof long_one);
    memcpy(long_one, ONE, PASS_TEXT);
    assert_int_equal(pass_text_read((struct sv){long_one, PASS_TYPED_MAX + 1}, &code),
                     STATUS_INVALID);
    assert_int_equal(code.selector, 42);
    assert_int_equal(pass_text_read((struct sv){long_one, PASS_TYPED_MAX}, &code), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_passes_are_written_and_read),
        cmocka_unit_test(it_is_read_as_people_type_it),
        cmocka_unit_test(i_and_l_are_one),
        cmocka_unit_test(every_slip_of_a_finger_is_found),
        cmocka_unit_test(what_is_no_pass_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
