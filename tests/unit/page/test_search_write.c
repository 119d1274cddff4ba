#include "test.h"

#include "arena.h"
#include "search_write.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct sv filter(const char *q)
{
    return search_filter_url(arena, sv_of(q));
}

static void every_term_becomes_a_condition(void **state)
{
    (void)state;
    assert_sv(filter("de:anne"), "/filters/edit?from=anne");
    assert_sv(filter("à:bob cc:carl"), "");
    assert_sv(filter("cc:carl"), "/filters/edit?to=carl");
    assert_sv(filter("subject:\"deux mots\""), "/filters/edit?subject=deux%20mots");
    assert_sv(filter("objet:été"), "/filters/edit?subject=%C3%A9t%C3%A9");
    assert_sv(filter("liste:info&x=1"), "/filters/edit?list=info%26x%3D1");
    assert_sv(filter("plus:1,5M a:pièce"), "/filters/edit?larger=1500000&attachment=1");
    assert_sv(filter("has:attachment de:a"), "/filters/edit?attachment=1&from=a");
    assert_sv(filter("dans:partout de:a"), "/filters/edit?from=a");
}

static void what_no_filter_says_has_no_link(void **state)
{
    (void)state;
    static const char *const NONE[] = {"",        "mot",          "-de:a",    "de:a OR de:b",
                                       "est:lu",  "avant:2026",   "moins:5k", "tag:x",
                                       "texte:x", "de:a de:b",    "plus:mot", "de:a mot",
                                       "de:",     "dans:partout", "a:bidule", "\"de:anne\""};
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        if (!sv_eq(sv_of(NONE[i]), SV("a:bidule"))) /* "a:" is a recipient too */
            assert_sv(filter(NONE[i]), "");
    assert_sv(filter("a:bidule"), "/filters/edit?to=bidule");
}

static void only_more_words_narrow(void **state)
{
    (void)state;
    assert_true(search_narrows(SV("de:a"), SV("b")));
    assert_true(search_narrows(SV(""), SV("b OU c")));
    assert_true(search_narrows(SV("\"a b\""), SV("-c")));
    assert_false(search_narrows(SV("a"), SV("OU b")));
    assert_false(search_narrows(SV("a"), SV(" OR b")));
    assert_false(search_narrows(SV("a OU"), SV("b")));
    assert_false(search_narrows(SV("OR"), SV("b")));
    assert_false(search_narrows(SV("\"a"), SV("b\"")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_term_becomes_a_condition),
        cmocka_unit_test(what_no_filter_says_has_no_link),
        cmocka_unit_test(only_more_words_narrow),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
