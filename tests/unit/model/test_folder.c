#include "test.h"

#include "collate.h"
#include "folder.h"
#include "folder_choice.h"

enum { MOST = 16 };

static struct arena *arena;
static struct imap_folder listed[MOST];
static size_t count;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    count = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct imap_folder *add(const char *name, char delimiter, enum imap_use use)
{
    listed[count] = (struct imap_folder){.name = sv_of(name),
                                         .delimiter = delimiter,
                                         .selectable = true,
                                         .may_have_children = true,
                                         .use = use};
    return &listed[count++];
}

/* "INBOX 0, Été 1": labels and levels in order; hidden ones in brackets. */
static struct sv arranged(const char *prefix)
{
    struct folders folders;
    struct sb out;
    const struct imap_folders all = {listed, count};
    const struct imap_namespace own = {IMAP_REALM_OWN, sv_of(prefix), '/'};
    folders_arrange(arena, &all, &own, 1, &folders);
    assert_int_equal(folders.n, count);
    sb_init(&out, arena, 10000);
    for (size_t i = 0; i < folders.n; i++)
        sb_printf(&out, "%s%s%.*s %u%s", i > 0 ? ", " : "", folders.p[i].shown ? "" : "[",
                  SV_ARG(folders.p[i].label), folders.p[i].level, folders.p[i].shown ? "" : "]");
    return sb_view(&out);
}

static void special_folders_come_first(void **state)
{
    (void)state;
    add("Amis", '/', IMAP_USE_NONE);
    add("Trash", '/', IMAP_USE_TRASH);
    add("Sent", '/', IMAP_USE_SENT);
    add("INBOX", '/', IMAP_USE_INBOX);
    add("All", '/', IMAP_USE_ALL);
    assert_sv(arranged(""), "INBOX 0, Sent 0, Trash 0, All 0, Amis 0");
}

static void children_stand_below_parents(void **state)
{
    (void)state;
    add("b", '/', IMAP_USE_NONE);
    add("a/z", '/', IMAP_USE_NONE);
    add("a", '/', IMAP_USE_NONE);
    add("INBOX/c", '/', IMAP_USE_NONE);
    add("INBOX", '/', IMAP_USE_INBOX);
    add("a/b/c", '/', IMAP_USE_NONE);
    add("ab", '/', IMAP_USE_NONE);
    assert_sv(arranged(""), "INBOX 0, c 1, a 0, b / c 1, z 1, ab 0, b 0");
}

static void the_namespace_is_no_level(void **state)
{
    (void)state;
    add("INBOX", '.', IMAP_USE_INBOX);
    add("INBOX.Cours", '.', IMAP_USE_NONE);
    add("INBOX.Cours.L3", '.', IMAP_USE_NONE);
    add("INBOX.Sent", '.', IMAP_USE_SENT);
    assert_sv(arranged("INBOX."), "INBOX 0, Sent 0, Cours 0, L3 1");
}

static void accents_and_case_do_not_part_names(void **state)
{
    (void)state;
    add("Zoo", '/', IMAP_USE_NONE);
    add("été", '/', IMAP_USE_NONE);
    add("Étoile", '/', IMAP_USE_NONE);
    add("Est", '/', IMAP_USE_NONE);
    assert_sv(arranged(""), "Est 0, été 0, Étoile 0, Zoo 0");
}

static void unsubscribed_folders_hide_unless_all_are(void **state)
{
    (void)state;
    add("INBOX", '/', IMAP_USE_INBOX);
    add("a", '/', IMAP_USE_NONE);
    add("a/b", '/', IMAP_USE_NONE);
    add("c", '/', IMAP_USE_NONE);
    assert_sv(arranged(""), "INBOX 0, a 0, b 1, c 0");
    listed[2].subscribed = true;
    assert_sv(arranged(""), "INBOX 0, a 0, b 1, [c 0]");
}

static void a_flat_server_has_no_levels(void **state)
{
    (void)state;
    add("a", 0, IMAP_USE_NONE);
    add("a/b", 0, IMAP_USE_NONE);
    assert_sv(arranged(""), "a 0, a/b 0");
}

static void labels_are_fit_to_be_shown(void **state)
{
    (void)state;
    add("\x7f"
        "caf\xc3\xa9",
        '/', IMAP_USE_NONE);
    add(" ", '/', IMAP_USE_NONE);
    add("a//b", '/', IMAP_USE_NONE);
    assert_sv(arranged(""), "? 0, a /  / b 0, café 0");
}

static void the_last_level_is_what_a_rename_begins_with(void **state)
{
    (void)state;
    struct folders folders;
    add("INBOX.a.b", '.', IMAP_USE_NONE);
    const struct imap_folders all = {listed, count};
    const struct imap_namespace own = {IMAP_REALM_OWN, SV("INBOX."), '.'};
    folders_arrange(arena, &all, &own, 1, &folders);
    assert_sv(folders.p[0].last, "b");
    assert_ptr_equal(folder_find(&folders, SV("INBOX.a.b")), &folders.p[0]);
    assert_null(folder_find(&folders, SV("b")));
    assert_null(folder_of_use(&folders, IMAP_USE_SENT));
}

static void those_of_others_stand_apart(void **state)
{
    (void)state;
    struct folders folders;
    const struct imap_namespace spaces[] = {{IMAP_REALM_OWN, SV(""), '/'},
                                            {IMAP_REALM_OTHERS, SV("user/"), '/'},
                                            {IMAP_REALM_SHARED, SV("Public/"), '/'}};
    add("Public/Trash", '/', IMAP_USE_TRASH);
    add("user", '/', IMAP_USE_NONE)->selectable = false;
    add("user/anne", '/', IMAP_USE_NONE)->selectable = false;
    add("user/anne/x", '/', IMAP_USE_NONE);
    add("user/bob/y", '/', IMAP_USE_NONE);
    add("z", '/', IMAP_USE_NONE)->subscribed = true;
    add("username", '/', IMAP_USE_NONE);
    const struct imap_folders all = {listed, count};
    folders_arrange(arena, &all, spaces, 3, &folders);
    static const struct {
        const char *label;
        enum imap_realm realm;
        bool shown;
    } WANTED[] = {
        {"username", IMAP_REALM_OWN, false},  {"z", IMAP_REALM_OWN, true},
        {"anne", IMAP_REALM_OTHERS, true},    {"x", IMAP_REALM_OTHERS, true},
        {"bob / y", IMAP_REALM_OTHERS, true}, {"Trash", IMAP_REALM_SHARED, true},
    };
    assert_int_equal(folders.n, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_sv(folders.p[i].label, WANTED[i].label);
        assert_int_equal(folders.p[i].realm, WANTED[i].realm);
        assert_int_equal(folders.p[i].shown, WANTED[i].shown);
        assert_int_equal(folders.p[i].use, IMAP_USE_NONE);
    }
}

static void a_choice_stands_above_the_servers_word(void **state)
{
    (void)state;
    struct store_folder rows[] = {{SV("Bin"), 0, IMAP_USE_TRASH, 0},
                                  {SV("Gone"), 0, IMAP_USE_SENT, 0},
                                  {SV("INBOX"), 0, IMAP_USE_JUNK, 0},
                                  {SV("Odd"), 4, 99, 7}};
    const struct folder_choices choices = {rows, 4};
    add("INBOX", '/', IMAP_USE_INBOX);
    add("Trash", '/', IMAP_USE_TRASH);
    add("Bin", '/', IMAP_USE_NONE);
    add("Sent", '/', IMAP_USE_SENT);
    add("Odd", '/', IMAP_USE_NONE);
    struct imap_folders all = {listed, count};
    folder_choices_apply(arena, &choices, &all);
    static const enum imap_use WANTED[] = {IMAP_USE_INBOX, IMAP_USE_NONE, IMAP_USE_TRASH,
                                           IMAP_USE_SENT, IMAP_USE_NONE};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(all.p[i].use, WANTED[i]);
    assert_int_equal(listed[1].use, IMAP_USE_TRASH); /* what was listed is not written to */
    struct folders folders;
    const struct imap_namespace own = {IMAP_REALM_OWN, SV(""), '/'};
    folders_arrange(arena, &all, &own, 1, &folders);
    folder_choices_mark(&choices, &folders);
    assert_int_equal(folder_find(&folders, SV("Odd"))->colour, COLOUR_BLUE);
    assert_int_equal(folder_find(&folders, SV("Odd"))->target, 7);
    assert_true(folder_of_use(&folders, IMAP_USE_TRASH)->use_chosen);
    assert_false(folder_of_use(&folders, IMAP_USE_SENT)->use_chosen);
}

static void names_above_and_below(void **state)
{
    (void)state;
    struct folders folders;
    const struct imap_namespace spaces[] = {{IMAP_REALM_OWN, SV("INBOX."), '.'},
                                            {IMAP_REALM_SHARED, SV("Public."), '.'}};
    add("INBOX", '.', IMAP_USE_INBOX);
    add("INBOX.a", '.', IMAP_USE_NONE);
    add("INBOX.a.b", '.', IMAP_USE_NONE);
    add("INBOX.ab", '.', IMAP_USE_NONE);
    add("Public.x", '.', IMAP_USE_NONE);
    add("INBOX.Trash", '.', IMAP_USE_TRASH);
    add("INBOX.Trash.c", '.', IMAP_USE_NONE);
    const struct imap_folders all = {listed, count};
    folders_arrange(arena, &all, spaces, 2, &folders);
    const struct folder *a = folder_find(&folders, SV("INBOX.a"));
    const struct folder *b = folder_find(&folders, SV("INBOX.a.b"));
    const struct folder *shared = folder_find(&folders, SV("Public.x"));
    assert_sv(folder_above(&folders, a), "");
    assert_sv(folder_above(&folders, b), "INBOX.a");
    assert_sv(folder_above(&folders, shared), "Public");
    assert_true(folder_is_below(&folders, a, b));
    assert_false(folder_is_below(&folders, a, a));
    assert_false(folder_is_below(&folders, a, folder_find(&folders, SV("INBOX.ab"))));
    assert_true(folder_may_discard(&folders, a));
    assert_false(folder_may_discard(&folders, shared));
    assert_false(folder_may_discard(&folders, folder_find(&folders, SV("INBOX.Trash.c"))));
    assert_false(folder_may_discard(&folders, folder_of_use(&folders, IMAP_USE_TRASH)));
}

static void collation_is_total(void **state)
{
    (void)state;
    assert_true(collate_compare(SV("œuvre"), SV("OEUVRE")) != 0);
    assert_true(collate_compare(SV("œuvre"), SV("of")) < 0);
    assert_true(collate_compare(SV("a"), SV("B")) < 0);
    assert_true(collate_compare(SV("ß"), SV("st")) < 0);
    assert_true(collate_compare(SV("Ж"), SV("ж")) != 0);
    assert_int_equal(collate_compare(SV("ж"), SV("ж")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(special_folders_come_first, setup, teardown),
        cmocka_unit_test_setup_teardown(children_stand_below_parents, setup, teardown),
        cmocka_unit_test_setup_teardown(the_namespace_is_no_level, setup, teardown),
        cmocka_unit_test_setup_teardown(accents_and_case_do_not_part_names, setup, teardown),
        cmocka_unit_test_setup_teardown(unsubscribed_folders_hide_unless_all_are, setup, teardown),
        cmocka_unit_test_setup_teardown(a_flat_server_has_no_levels, setup, teardown),
        cmocka_unit_test_setup_teardown(labels_are_fit_to_be_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(the_last_level_is_what_a_rename_begins_with, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(those_of_others_stand_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(a_choice_stands_above_the_servers_word, setup, teardown),
        cmocka_unit_test_setup_teardown(names_above_and_below, setup, teardown),
        cmocka_unit_test_setup_teardown(collation_is_total, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
