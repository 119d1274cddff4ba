/* Tags without a server: which keywords are some, and what a name becomes. */
#include "arena.h"
#include "tags.h"
#include "test.h"

static void programs_keywords_are_no_tags(void **state)
{
    static const char *const NONE[] = {"",          "$Forwarded",   "$label6",
                                       "$Junk",     "\\Seen",       "Redirected",
                                       "FORWARDED", "JunkRecorded", "$label10"};
    static const char *const SOME[] = {"$label1", "$LABEL5", "budget", "Junk", "NonJunk"};
    (void)state;
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        assert_false(tag_is_one(sv_of(NONE[i])));
    for (size_t i = 0; i < sizeof SOME / sizeof SOME[0]; i++)
        assert_true(tag_is_one(sv_of(SOME[i])));
}

static void names_are_found_without_regard_to_case_and_accents(void **state)
{
    const struct tag list[] = {{SV("$label1"), SV(""), COLOUR_RED, 1},
                               {SV("&amk-t&aok-"), SV("\xc3\x89t\xc3\xa9"), COLOUR_BLUE, 0}};
    const struct tags tags = {list, 2};
    (void)state;
    assert_ptr_equal(tag_find_named(&tags, SV("ete")), &list[1]);
    assert_ptr_equal(tag_find(&tags, SV("$LABEL1")), &list[0]);
    assert_null(tag_find_named(&tags, SV("")));
    assert_null(tag_find(&tags, SV("ete")));
}

static void impossible_names_make_no_keyword(void **state)
{
    struct arena *arena = arena_new(100000);
    struct sv keyword;
    char longest[TAG_NAME_MAX + 2];
    (void)state;
    memset(longest, 'x', sizeof longest);
    assert_int_equal(tag_keyword(arena, (struct sv){longest, TAG_NAME_MAX}, &keyword), STATUS_OK);
    assert_int_equal(tag_keyword(arena, (struct sv){longest, TAG_NAME_MAX + 1}, &keyword),
                     STATUS_INVALID);
    static const char *const WRONG[] = {"", "a\nb", "$forwarded", "Forwarded", "\xc3", "\x7f"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(tag_keyword(arena, sv_of(WRONG[i]), &keyword), STATUS_INVALID);
    assert_int_equal(tag_keyword(arena, SV("$label3"), &keyword), STATUS_OK);
    arena_free(&arena);
}

static void colours_have_names(void **state)
{
    enum colour colour;
    (void)state;
    for (int i = 0; i < COLOUR_COUNT; i++) {
        assert_int_equal(colour_find(sv_of(colour_names[i]), &colour), STATUS_OK);
        assert_int_equal(colour, i);
    }
    assert_int_equal(colour_find(SV("Red"), &colour), STATUS_INVALID);
    assert_int_equal(colour_of(-1), COLOUR_NONE);
    assert_int_equal(colour_of(COLOUR_COUNT), COLOUR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_keywords_are_no_tags),
        cmocka_unit_test(names_are_found_without_regard_to_case_and_accents),
        cmocka_unit_test(impossible_names_make_no_keyword),
        cmocka_unit_test(colours_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
