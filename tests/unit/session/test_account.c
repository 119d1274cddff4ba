#include "account.h"

#include "arena.h"
#include "test.h"

struct pair {
    const char *typed, *name;
};

static void to_count_by_the_sites_own_domain_goes(void **state)
{
    static const struct pair pairs[] = {{"claire", "claire"},
                                        {" Claire\t", "claire"},
                                        {"Claire@Demo.Example", "claire"},
                                        {"claire@elsewhere.org", "claire@elsewhere.org"},
                                        {"a@b@demo.example", "a@b"},
                                        {"@demo.example", "@demo.example"},
                                        {"\xc3\x89lo\xc3\xafse", "\xc3\x89lo\xc3\xafse"},
                                        {"", ""}};
    struct arena *arena = arena_new(64 * 1024);
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_sv(account_short(sv_of(pairs[i].typed), SV("demo.EXAMPLE"), arena), pairs[i].name);
    arena_free(&arena);
}

static void a_second_factor_belongs_to_one_name(void **state)
{
    static const struct pair pairs[] = {{"claire@demo.example", "claire@demo.example"},
                                        {"Claire", "claire@demo.example"},
                                        {" CLAIRE@Demo.Example\t", "claire@demo.example"},
                                        {"claire@Elsewhere.org", "claire@elsewhere.org"}};
    const struct sv none[] = {SV(""),           SV(" "),        SV("cla ire"),
                              SV("cl\"aire"),   SV("cl\\aire"), SV("cl\xc3\xa0ire"),
                              SV("claire\x7f"), {"cla\0ire", 7}};
    struct arena *arena = arena_new(64 * 1024);
    struct sv name = SV("untouched");
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(account_full(none[i], SV("demo.example"), arena, &name), STATUS_INVALID);
    assert_sv(name, "untouched");
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_int_equal(account_full(sv_of(pairs[i].typed), SV("DEMO.example"), arena, &name),
                         STATUS_OK);
        assert_sv(name, pairs[i].name);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_count_by_the_sites_own_domain_goes),
        cmocka_unit_test(a_second_factor_belongs_to_one_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
