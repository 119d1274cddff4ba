/* What a rule does to messages that are there, act by act, and how such a job stands in the store.
 */
#include "arena_fixture.h"
#include "filter_apply_plan.h"

/* "copy B; tag x @B; move C; read @C": each effect, and where its messages are. */
static struct sv effects(const char *actions, const char *folder)
{
    struct filter_effect list[FILTER_EFFECTS_MAX];
    struct rule_set set;
    struct sb out;
    static const char *const ways[ACT_WAY_COUNT] = {"mark",  "move", "copy",
                                                    "purge", "tag",  "untag"};
    struct sv text = arena_printf(arena, "rules 1\nrule on every\n%s", actions);
    assert_int_equal(rule_text_read(arena, text, &set), STATUS_OK);
    size_t n = filter_effects(&set.rules[0], sv_of(folder), SV("Trash"), list);
    assert_int_equal(filter_appliable_in(&set.rules[0], sv_of(folder), SV("Trash")), n > 0);
    sb_init(&out, arena, 10000);
    for (size_t i = 0; i < n; i++) {
        sb_printf(&out, "%s%s %s%.*s", i > 0 ? "; " : "", ways[list[i].way],
                  list[i].set == IMAP_SEEN      ? "read"
                  : list[i].set == IMAP_FLAGGED ? "star"
                                                : "",
                  SV_ARG(list[i].target));
        if (list[i].way == ACT_WAY_MARK || list[i].way == ACT_WAY_TAG)
            sb_printf(&out, " @%.*s", SV_ARG(filter_effect_place(list, i, sv_of(folder))));
        sb_add_cstr(&out, list[i].on_copy ? " !" : "");
    }
    return sb_view(&out);
}

static void each_act_is_done_where_the_message_is(void **state)
{
    (void)state;
    assert_sv(effects("do read\ndo tag x\ndo copy B\ndo move C\ndo stop\n", "A"),
              "copy B; mark read @B !; tag x @B !; move C; mark read @C; tag x @C");
    assert_sv(effects("do flag\ndo copy B\ndo copy D\n", "A"),
              "copy B; mark star @B !; copy D; mark star @D !; mark star @A");
    assert_sv(effects("do tag x\ndo keep\n", "A"), "tag x @A");
    assert_sv(effects("do read\ndo delete\n", "A"), "move Trash; mark read @Trash");
}

static void nothing_goes_where_it_is(void **state)
{
    (void)state;
    assert_sv(effects("do move C\n", "C"), "");
    assert_sv(effects("do read\ndo copy B\ndo move C\n", "C"),
              "copy B; mark read @B !; mark read @C");
    assert_sv(effects("do copy B\ndo move C\n", "B"), "move C");
    assert_sv(effects("do move inbox\n", "INBOX"), "");
    assert_sv(effects("do delete\n", "Trash"), "");
    assert_sv(effects("do keep\n", "A"), "");
}

static void what_is_for_arrivals_is_not_applied(void **state)
{
    (void)state;
    static const char *const rules[] = {"do redirect a@b.example\n", "do reject no\n",
                                        "do tag x\ndo redirect a@b.example\n", "do stop\n"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct rule_set set;
        struct sv text = arena_printf(arena, "rules 1\nrule on every\n%s", rules[i]);
        assert_int_equal(rule_text_read(arena, text, &set), STATUS_OK);
        assert_false(filter_appliable(&set.rules[0]));
    }
}

#define RULES "rules 1\nrule on all Le nom\nif from contains a@\ndo move Été\n"

static void a_plan_comes_back(void **state)
{
    (void)state;
    struct filter_plan_folder folders[] = {{SV("INBOX"), 7, 90, 80}, {SV("Éclairs/Café"), 0, 0, 0}};
    struct filter_plan plan = {.trash = SV("Trash"), .folders = folders, .folders_n = 2}, got;
    assert_int_equal(rule_text_read(arena, SV(RULES), &plan.set), STATUS_OK);
    struct sv text = filter_plan_write(arena, &plan);
    assert_int_equal(filter_plan_read(arena, text, &got), STATUS_OK);
    assert_int_equal(got.folders_n, 2);
    assert_sv(got.folders[1].name, "Éclairs/Café");
    assert_int_equal(got.folders[0].uidnext, 90);
    assert_sv(got.trash, "Trash");
    assert_sv(got.set.rules[0].name, "Le nom");
    assert_sv(filter_plan_write(arena, &got), arena_cstr(arena, text));
    static const char *const wrong[] = {"",
                                        "rule 0 -\n",
                                        "rule 0 -\nfolder 1 1 1 SU5CT1g\n",
                                        "rule 0 -\n" RULES,
                                        "rule 1 -\nfolder 1 1 1 SU5CT1g\n" RULES, /* no such rule */
                                        "rule 0 -\nfolder 1 1 1 -\n" RULES,
                                        "rule 0 -\nfolder 1 1 SU5CT1g\n" RULES,
                                        "rule 0 _w\nfolder 1 1 1 SU5CT1g\n" RULES, /* no UTF-8 */
                                        "rule x -\nfolder 1 1 1 SU5CT1g\n" RULES,
                                        "acts\nmove 0 0 7 SU5CT1g VHJhc2g 1:5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(filter_plan_read(arena, sv_of(wrong[i]), &got), STATUS_INVALID);
    assert_int_equal(filter_plan_read(arena, SV("rule 0 -\nfolder 1 1 1 SU5CT1g\n" RULES), &got),
                     STATUS_OK);
    assert_true(filter_apply_undoes(SV("acts\nmove 0 0 7 SU5CT1g VHJhc2g 1:5")));
}

static void a_memo_comes_back(void **state)
{
    (void)state;
    static const char *const good[] = {"0 0 0", "3 7 900", "3 7 900 2 1:5,9 0 - ",
                                       "3 7 900 0 4 6 1:2 "};
    static const char *const wrong[] = {"x",
                                        "0",
                                        "0 0",
                                        "0 0 0 0",
                                        "0 0 0 0 - 0 - ",
                                        "0 0 0 65 1 0 - ",
                                        "5001 0 0",
                                        "0 0 0 0 1 x - "};
    struct filter_memo memo;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(filter_memo_read(sv_of(good[i]), &memo), STATUS_OK);
        assert_sv(filter_memo_write(arena, &memo), good[i]);
    }
    assert_int_equal(filter_memo_read(SV("3 7 900 2 1:5 6 8:9 0 0 1000 6 70 -"), &memo), STATUS_OK);
    assert_sv(memo.found, "1:5");
    assert_sv(memo.arrived, "8:9");
    assert_sv(memo.act, "0 0 1000 6 70 -");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(filter_memo_read(sv_of(wrong[i]), &memo), STATUS_INVALID);
}

static void a_part_says_whose_it_is(void **state)
{
    (void)state;
    struct filter_part part;
    assert_int_equal(filter_part_read(arena, SV("4 2 7 1:5,9"), &part), STATUS_OK);
    assert_int_equal(part.folder, 4);
    assert_int_equal(part.effect, 2);
    assert_int_equal(part.part.uidvalidity, 7);
    assert_int_equal(part.part.uids.n, 6);
    static const char *const wrong[] = {"", "4", "4 2", "4 64 7 1", "5000 2 7 1", "4 2 x 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(filter_part_read(arena, sv_of(wrong[i]), &part), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_act_is_done_where_the_message_is),
        cmocka_unit_test(nothing_goes_where_it_is),
        cmocka_unit_test(what_is_for_arrivals_is_not_applied),
        cmocka_unit_test(a_plan_comes_back),
        cmocka_unit_test(a_memo_comes_back),
        cmocka_unit_test(a_part_says_whose_it_is),
    };
    return cmocka_run_group_tests(tests, arena_up, arena_down);
}
