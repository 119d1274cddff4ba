/* The catalogues of templates/locale are those of the program: tests run at the top. */
#include "locale.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define NNBSP "\xe2\x80\xaf"
#define NBSP "\xc2\xa0"

static struct locale *locales[LANGUAGE_COUNT];
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return locale_load("templates/locale", locales) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        locale_free(&locales[i]);
    arena_free(&arena);
    return 0;
}

static const struct locale *fr(void)
{
    return locales[LANGUAGE_FR];
}

static const struct locale *en(void)
{
    return locales[LANGUAGE_EN];
}

static void a_language_is_known_by_its_code(void **state)
{
    (void)state;
    enum language found = LANGUAGE_COUNT;
    assert_int_equal(language_find(SV("fr"), &found), STATUS_OK);
    assert_int_equal(found, LANGUAGE_FR);
    assert_int_equal(language_find(SV("EN-gb"), &found), STATUS_OK);
    assert_int_equal(found, LANGUAGE_EN);
    assert_int_equal(language_find(SV("fr-CA"), &found), STATUS_OK);
    assert_int_equal(found, LANGUAGE_FR);
    static const char *const unknown[] = {"", "-", "f", "fra", "de", "english", "-fr", "fr_FR"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(language_find(sv_of(unknown[i]), &found), STATUS_NOT_FOUND);
    assert_int_equal(found, LANGUAGE_FR);
    assert_string_equal(language_code(LANGUAGE_FR), "fr");
    assert_string_equal(language_code(LANGUAGE_EN), "en");
    assert_int_equal(locale_language(fr()), LANGUAGE_FR);
    assert_int_equal(locale_language(en()), LANGUAGE_EN);
}

static void the_browser_says_which_language(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum language otherwise, expected;
    } cases[] = {
        {"", LANGUAGE_FR, LANGUAGE_FR},
        {"", LANGUAGE_EN, LANGUAGE_EN},
        {"en", LANGUAGE_FR, LANGUAGE_EN},
        {"fr-CH, fr;q=0.9, en;q=0.8", LANGUAGE_EN, LANGUAGE_FR},
        {"en;q=0.8,fr;q=0.9", LANGUAGE_EN, LANGUAGE_FR},
        {"en;q=0.8,fr;q=0.801", LANGUAGE_EN, LANGUAGE_FR},
        {"en;q=0.5, fr;q=0.5", LANGUAGE_FR, LANGUAGE_EN},
        {"de, ja;q=0.9, fr;q=0.1", LANGUAGE_EN, LANGUAGE_FR},
        {"de", LANGUAGE_FR, LANGUAGE_FR},
        {"*", LANGUAGE_EN, LANGUAGE_EN},
        {"fr;q=0, en;q=0.1", LANGUAGE_FR, LANGUAGE_EN},
        {"en;q=0", LANGUAGE_FR, LANGUAGE_FR},
        {"en;Q=1.000 , fr ; q=0.9", LANGUAGE_FR, LANGUAGE_EN},
        {"EN-US", LANGUAGE_FR, LANGUAGE_EN},
        {"en;q=1.", LANGUAGE_FR, LANGUAGE_EN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(language_negotiate(sv_of(cases[i].header), cases[i].otherwise),
                         cases[i].expected);
}

static void what_breaks_the_grammar_weighs_nothing(void **state)
{
    (void)state;
    static const char *const broken[] = {"en;q=",      "en;q=2",   "en;q=-1",       "en;q=0x9",
                                         "en;q=1x",    "en;q=0.a", "en;q=0.9999",   "en;level",
                                         "en;q=.9",    "en;;",     "en;q=1.1",      ";q=1",
                                         ",,,,;;;==,", "\xff\xfe", "en\x01;q=0.85", "en;q=1 1"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        if (language_negotiate(sv_of(broken[i]), LANGUAGE_FR) != LANGUAGE_FR)
            fail_msg("\"%s\" was taken", broken[i]);
    }
    /* and does not hide what is right behind it */
    assert_int_equal(language_negotiate(SV("en;q=9,fr;q=0.1,\xff"), LANGUAGE_EN), LANGUAGE_FR);
    assert_int_equal(language_negotiate(SV("x\0y,en"), LANGUAGE_FR), LANGUAGE_EN);
    struct sb b;
    sb_init(&b, arena, 400000);
    for (int i = 0; i < 30000; i++)
        sb_add_cstr(&b, i == 29999 ? "en;q=0.2" : "xx;q=0.9,");
    assert_int_equal(language_negotiate(sb_view(&b), LANGUAGE_FR), LANGUAGE_EN);
}

static void texts_are_found_by_key(void **state)
{
    (void)state;
    assert_sv(locale_text(fr(), "date.month.2"), "février");
    assert_sv(locale_text(en(), "date.month.2"), "February");
    assert_true(locale_has(fr(), "date.month.12"));
    assert_false(locale_has(fr(), "date.month.13"));
    assert_false(locale_has(fr(), "date.month")); /* a block is no text */
    assert_false(locale_has(fr(), ""));
}

static void a_missing_key_shows_itself(void **state)
{
    (void)state;
    assert_sv(locale_text(en(), "no.such"), "no.such");
    assert_sv(locale_format(en(), arena, "no.such", SV("x")), "no.such");
    assert_sv(locale_plural(en(), arena, "no.such", 2), "no.such.other");
}

static void places_take_values_as_they_are(void **state)
{
    (void)state;
    assert_sv(locale_format(fr(), arena, "nav.quota_text", SV("1 Go"), SV("2 Go")),
              "1 Go sur 2 Go");
    /* a value that looks like a place is none; a place without a value is empty; one too many is
     * not shown */
    assert_sv(locale_format(en(), arena, "nav.quota_text", SV("{1}<&\""), SV("{0}")),
              "{1}<&\" of {0}");
    assert_sv(locale_format(en(), arena, "nav.quota_text", SV("a")), "a of ");
    assert_sv(locale_format(en(), arena, "nav.quota_text", SV("a"), SV("b"), SV("c")), "a of b");
    char *big = arena_alloc(arena, 100000);
    memset(big, 'x', 100000);
    struct sv value = {big, 100000};
    assert_int_equal(locale_format(en(), arena, "nav.quota_text", value, value).n, 200004);
}

static void counts_agree_with_their_noun(void **state)
{
    (void)state;
    assert_sv(locale_plural(fr(), arena, "flash.archive", 0), "0 message archivé");
    assert_sv(locale_plural(fr(), arena, "flash.archive", 1), "1 message archivé");
    assert_sv(locale_plural(fr(), arena, "flash.archive", 2), "2 messages archivés");
    assert_sv(locale_plural(fr(), arena, "flash.archive", 20412),
              "20" NNBSP "412 messages archivés");
    assert_sv(locale_plural(en(), arena, "flash.archive", 0), "0 messages archived");
    assert_sv(locale_plural(en(), arena, "flash.archive", 1), "1 message archived");
    assert_sv(locale_plural(en(), arena, "flash.archive", 20412), "20,412 messages archived");
    assert_sv(locale_plural_of(fr(), arena, "flash.move", 2, SV("Été {0}")),
              "2 messages déplacés vers «" NNBSP "Été {0}" NNBSP "»");
}

static void numbers_are_grouped(void **state)
{
    (void)state;
    static const struct {
        uint64_t n;
        const char *fr, *en;
    } cases[] = {
        {0, "0", "0"},
        {7, "7", "7"},
        {999, "999", "999"},
        {1000, "1" NNBSP "000", "1,000"},
        {20412, "20" NNBSP "412", "20,412"},
        {100000, "100" NNBSP "000", "100,000"},
        {UINT64_MAX, "18" NNBSP "446" NNBSP "744" NNBSP "073" NNBSP "709" NNBSP "551" NNBSP "615",
         "18,446,744,073,709,551,615"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_sv(locale_number(fr(), arena, cases[i].n), cases[i].fr);
        assert_sv(locale_number(en(), arena, cases[i].n), cases[i].en);
    }
}

static void sizes_have_one_decimal_below_ten(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *fr, *en;
    } cases[] = {
        {0, "0" NBSP "o", "0" NBSP "B"},
        {1, "1" NBSP "o", "1" NBSP "B"},
        {999, "999" NBSP "o", "999" NBSP "B"},
        {1000, "1" NBSP "Ko", "1" NBSP "KB"},
        {1049, "1" NBSP "Ko", "1" NBSP "KB"},
        {1050, "1,1" NBSP "Ko", "1.1" NBSP "KB"},
        {9949, "9,9" NBSP "Ko", "9.9" NBSP "KB"},
        {9950, "10" NBSP "Ko", "10" NBSP "KB"},
        {84123, "84" NBSP "Ko", "84" NBSP "KB"},
        {84500, "85" NBSP "Ko", "85" NBSP "KB"},
        {999499, "999" NBSP "Ko", "999" NBSP "KB"},
        {999500, "1" NBSP "Mo", "1" NBSP "MB"},
        {6200000000, "6,2" NBSP "Go", "6.2" NBSP "GB"},
        {1500000000000, "1,5" NBSP "To", "1.5" NBSP "TB"},
        {UINT64_MAX, "18" NNBSP "446" NNBSP "744" NBSP "To", "18,446,744" NBSP "TB"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_sv(locale_size(fr(), arena, cases[i].bytes), cases[i].fr);
        assert_sv(locale_size(en(), arena, cases[i].bytes), cases[i].en);
    }
}

static void write_file(const char *directory, const char *name, const char *text, size_t n)
{
    FILE *file = fopen(arena_printf(arena, "%s/%s", directory, name).p, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

/* What locale_load says of an English catalogue with that text beside a good French one. */
static enum status loaded(struct sv text)
{
    char directory[] = "/tmp/test_locale.XXXXXX";
    assert_non_null(mkdtemp(directory));
    write_file(directory, "fr.hdf", "a = b\n", 6);
    write_file(directory, "en.hdf", text.p, text.n);
    struct locale *out[LANGUAGE_COUNT] = {0};
    enum status status = locale_load(directory, out);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        assert_true((out[i] != NULL) == (status == STATUS_OK));
        locale_free(&out[i]);
    }
    (void)unlink(arena_printf(arena, "%s/fr.hdf", directory).p);
    (void)unlink(arena_printf(arena, "%s/en.hdf", directory).p);
    assert_int_equal(rmdir(directory), 0);
    return status;
}

static void catalogues_are_read_strictly(void **state)
{
    (void)state;
    assert_int_equal(loaded(SV("")), STATUS_OK);
    assert_int_equal(loaded(SV("# note\n\na {\r\n  b = c = d\n}\na.c = e")), STATUS_OK);
    static const char *const broken[] = {
        "a\n",                  /* no text */
        "a =\n",                /* an empty text */
        "= b\n",                /* no key */
        "a b = c\n",            /* a key that is no name */
        "a = b\na = c\n",       /* twice */
        "a {\nb = c\n}\na.b=d", /* twice, once in its block */
        "}\n",                  /* nothing to close */
        "a {\nb = c\n",         /* not closed */
        "a/b {\n}\n",
        "a = say \"no\"\n",
        "a = x ?> y\n",
        "a = x\x01y\n",
        "a = x\x7f\n",
        "a = \xff\n",
        "a = \xc3\n",
        "a-b = c\n",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        if (loaded(sv_of(broken[i])) != STATUS_INVALID)
            fail_msg("was taken: %s", broken[i]);
    }
    assert_int_equal(loaded(SV("a = x\0y\n")), STATUS_INVALID);
    struct sb b;
    sb_init(&b, arena, 1 << 20);
    for (int i = 0; i < 60; i++)
        sb_add_cstr(&b, "deeper {\n");
    assert_int_equal(loaded(sb_view(&b)), STATUS_INVALID);
    while (b.n < 600000)
        sb_add_cstr(&b, "# a long note\n");
    assert_int_equal(loaded(sb_view(&b)), STATUS_IO);
    struct locale *out[LANGUAGE_COUNT] = {0};
    assert_int_equal(locale_load("/nowhere", out), STATUS_IO);
    locale_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_language_is_known_by_its_code),
        cmocka_unit_test(the_browser_says_which_language),
        cmocka_unit_test(what_breaks_the_grammar_weighs_nothing),
        cmocka_unit_test(texts_are_found_by_key),
        cmocka_unit_test(a_missing_key_shows_itself),
        cmocka_unit_test(places_take_values_as_they_are),
        cmocka_unit_test(counts_agree_with_their_noun),
        cmocka_unit_test(numbers_are_grouped),
        cmocka_unit_test(sizes_have_one_decimal_below_ten),
        cmocka_unit_test(catalogues_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
