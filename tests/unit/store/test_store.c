#include <sys/stat.h>

#include "sqlite.h"
#include "store_fixture.h"

static struct session_record record_of(const char *user)
{
    return (struct session_record){.id = {1, 2, 3},
                                   .user = sv_of(user),
                                   .kind = SESSION_FULL,
                                   .created = 100,
                                   .used = 200,
                                   .address = SV("192.0.2.1"),
                                   .agent = SV("w3m"),
                                   .sealed = SV("SEALED-SECRET-BYTES")};
}

static void a_session_is_kept_over_a_restart(void **state)
{
    struct store_fixture *f = *state;
    struct session_record record = record_of("claire@demo.example"), got;
    struct sv reason;
    assert_int_equal(store_session_put(f->store, &record), STATUS_OK);
    assert_int_equal(store_session_touch(f->store, record.id, 250), STATUS_OK);
    store_close(&f->store);
    assert_int_equal(store_open(f->path.p, f->arena, &f->store, &reason), STATUS_OK);
    assert_int_equal(store_session_get(f->store, record.id, f->arena, &got), STATUS_OK);
    assert_sv(got.user, "claire@demo.example");
    assert_sv(got.sealed, "SEALED-SECRET-BYTES");
    assert_int_equal(got.used, 250);
    assert_int_equal(got.created, 100);
}

static bool files_hold(struct store_fixture *f, const char *needle)
{
    const char *const suffixes[] = {"", "-wal"};
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(arena_printf(f->arena, "%s%s", f->path.p, suffixes[i]).p, "r");
        if (!file)
            continue;
        char *bytes = arena_alloc(f->arena, 300000);
        size_t n = fread(bytes, 1, 300000, file);
        fclose(file);
        if (sv_find((struct sv){bytes, n}, sv_of(needle)) != SIZE_MAX)
            return true;
    }
    return false;
}

static void a_deleted_session_leaves_no_bytes(void **state)
{
    struct store_fixture *f = *state;
    struct session_record record = record_of("claire"), got;
    assert_int_equal(store_session_put(f->store, &record), STATUS_OK);
    assert_true(files_hold(f, "SEALED-SECRET-BYTES"));
    assert_int_equal(store_session_delete(f->store, record.id), STATUS_OK);
    assert_int_equal(store_session_get(f->store, record.id, f->arena, &got), STATUS_NOT_FOUND);
    assert_false(files_hold(f, "SEALED-SECRET-BYTES"));
    assert_int_equal(store_session_delete(f->store, record.id), STATUS_OK);
}

static void old_sessions_are_swept(void **state)
{
    struct store_fixture *f = *state;
    struct session_record record = record_of("claire"), got;
    assert_int_equal(store_session_put(f->store, &record), STATUS_OK);
    assert_int_equal(store_session_sweep(f->store, SESSION_PUBLIC, 1000, 1000), STATUS_OK);
    assert_int_equal(store_session_sweep(f->store, SESSION_FULL, 100, 200), STATUS_OK);
    assert_int_equal(store_session_get(f->store, record.id, f->arena, &got), STATUS_OK);
    assert_int_equal(store_session_sweep(f->store, SESSION_FULL, 100, 201), STATUS_OK);
    assert_int_equal(store_session_get(f->store, record.id, f->arena, &got), STATUS_NOT_FOUND);
}

static void preferences_are_saved_whole_or_not_at_all(void **state)
{
    struct store_fixture *f = *state;
    struct preference good[] = {{SV("language"), SV("fr")}, {SV("theme"), SV("dark")}};
    char *big = arena_alloc(f->arena, STORE_VALUE_MAX + 1);
    memset(big, 'x', STORE_VALUE_MAX + 1);
    struct preference bad[] = {{SV("language"), SV("en")}, {SV("x"), {big, STORE_VALUE_MAX + 1}}};
    struct preference *got;
    size_t n;
    assert_int_equal(store_preferences_put(f->store, SV("claire"), good, 2), STATUS_OK);
    assert_int_equal(store_preferences_put(f->store, SV("claire"), bad, 2), STATUS_TOO_LARGE);
    assert_int_equal(store_preferences_get(f->store, SV("claire"), f->arena, &got, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_sv(got[0].value, "fr");
    assert_sv(got[1].name, "theme");
    assert_int_equal(store_preferences_get(f->store, SV("karim"), f->arena, &got, &n), STATUS_OK);
    assert_int_equal(n, 0);
}

static void sends_are_kept_by_user_and_message(void **state)
{
    struct store_fixture *f = *state;
    struct send_record *list;
    size_t n;
    struct send_record row = {0};
    assert_int_equal(store_send_put(f->store, SV("claire"), SV("<a@b>"), 1), STATUS_OK);
    assert_int_equal(store_send_put(f->store, SV("claire"), SV("<a@b>"), 2), STATUS_OK);
    assert_int_equal(store_send_get(f->store, SV("claire"), SV("<a@b>"), &row), STATUS_OK);
    assert_int_equal(row.state, 2);
    assert_int_equal(store_send_get(f->store, SV("karim"), SV("<a@b>"), &row), STATUS_NOT_FOUND);
    assert_int_equal(store_send_list(f->store, SV("claire"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_sv(list[0].message_id, "<a@b>");
    assert_int_equal(store_send_delete(f->store, SV("claire"), SV("<a@b>")), STATUS_OK);
    assert_int_equal(store_send_list(f->store, SV("claire"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 0);
}

static void one_of_several_gets_the_send(void **state)
{
    struct store_fixture *f = *state;
    struct send_record row = {0};
    struct sv user = SV("claire"), id = SV("<a@b>");
    assert_int_equal(store_send_claim(f->store, user, id, 1, SV("d"), 0), STATUS_OK);
    assert_int_equal(store_send_claim(f->store, user, id, 1, SV("d"), 0), STATUS_EXISTS);
    assert_int_equal(store_send_claim(f->store, SV("karim"), id, 1, SV("d"), 0), STATUS_OK);
    /* one whose owner is gone is free again, but only in the state that is asked for */
    assert_int_equal(store_send_claim(f->store, user, id, 1, SV("d"), clock_wall() + 10),
                     STATUS_OK);
    assert_int_equal(store_send_put(f->store, user, id, 2), STATUS_OK);
    assert_int_equal(store_send_claim(f->store, user, id, 1, SV("d"), clock_wall() + 10),
                     STATUS_EXISTS);
    /* who takes over what he has seen is alone too, within the same second */
    assert_int_equal(store_send_get(f->store, user, id, &row), STATUS_OK);
    assert_int_equal(store_send_retake(f->store, user, id, 1, SV("e"), row.changed), STATUS_OK);
    assert_int_equal(store_send_retake(f->store, user, id, 1, SV("e"), row.changed),
                     STATUS_CHANGED);
    assert_int_equal(store_send_retake(f->store, user, SV("<c@d>"), 1, SV("e"), row.changed),
                     STATUS_CHANGED);
}

static void old_sends_are_swept(void **state)
{
    struct store_fixture *f = *state;
    struct send_record row;
    assert_int_equal(store_send_put(f->store, SV("claire"), SV("<a@b>"), 1), STATUS_OK);
    assert_int_equal(store_send_sweep(f->store, clock_wall() - 10), STATUS_OK);
    assert_int_equal(store_send_get(f->store, SV("claire"), SV("<a@b>"), &row), STATUS_OK);
    assert_int_equal(store_send_sweep(f->store, clock_wall() + 10), STATUS_OK);
    assert_int_equal(store_send_get(f->store, SV("claire"), SV("<a@b>"), &row), STATUS_NOT_FOUND);
}

static void senders_are_remembered_by_user(void **state)
{
    struct store_fixture *f = *state;
    struct sv *list, user = SV("claire"), sender = SV("news@ok.example");
    size_t n;
    assert_int_equal(store_remote_sender_find(f->store, user, sender), STATUS_NOT_FOUND);
    assert_int_equal(store_remote_sender_put(f->store, user, sender), STATUS_OK);
    assert_int_equal(store_remote_sender_put(f->store, user, sender), STATUS_OK);
    assert_int_equal(store_remote_sender_put(f->store, user, SV("a@b.example")), STATUS_OK);
    assert_int_equal(store_remote_sender_find(f->store, user, sender), STATUS_OK);
    assert_int_equal(store_remote_sender_find(f->store, SV("paul"), sender), STATUS_NOT_FOUND);
    assert_int_equal(store_remote_sender_list(f->store, user, f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_sv(list[0], "a@b.example");
    assert_int_equal(store_remote_sender_delete(f->store, user, sender), STATUS_OK);
    assert_int_equal(store_remote_sender_find(f->store, user, sender), STATUS_NOT_FOUND);
    assert_int_equal(store_remote_sender_put(f->store, user, SV("")), STATUS_TOO_LARGE);
}

static void no_user_fills_the_store_with_senders(void **state)
{
    struct store_fixture *f = *state;
    struct sv *list;
    size_t n;
    for (int i = 0; i < STORE_REMOTE_SENDERS_MAX + 20; i++) {
        struct sv address = arena_printf(f->arena, "s%d@b.example", i);
        assert_int_equal(store_remote_sender_put(f->store, SV("claire"), address), STATUS_OK);
    }
    assert_int_equal(store_remote_sender_list(f->store, SV("claire"), f->arena, &list, &n),
                     STATUS_OK);
    assert_int_equal(n, STORE_REMOTE_SENDERS_MAX);
}

static void folders_are_kept_by_user_and_follow_their_names(void **state)
{
    struct store_fixture *f = *state;
    struct store_folder *list;
    size_t n;
    struct sv claire = SV("claire"), karim = SV("karim");
    assert_int_equal(store_folder_colour_put(f->store, claire, SV("a/b"), 3), STATUS_OK);
    assert_int_equal(store_folder_colour_put(f->store, claire, SV("ab"), 2), STATUS_OK);
    assert_int_equal(store_folder_use_put(f->store, claire, SV("a"), 5), STATUS_OK);
    assert_int_equal(store_folder_use_put(f->store, karim, SV("a"), 5), STATUS_OK);
    /* one folder to a use */
    assert_int_equal(store_folder_use_put(f->store, claire, SV("a/b"), 5), STATUS_OK);
    assert_int_equal(store_folder_list(f->store, claire, f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_sv(list[0].name, "a/b");
    assert_int_equal(list[0].use, 5);
    assert_int_equal(list[0].colour, 3);
    assert_int_equal(store_folder_renamed(f->store, claire, SV("a"), SV("\xc3\xa9/x"), '/'),
                     STATUS_OK);
    assert_int_equal(store_folder_list(f->store, claire, f->arena, &list, &n), STATUS_OK);
    assert_sv(list[0].name, "ab");
    assert_sv(list[1].name, "\xc3\xa9/x/b");
    assert_int_equal(store_folder_delete(f->store, claire, SV("ab")), STATUS_OK);
    assert_int_equal(store_folder_use_put(f->store, claire, SV("\xc3\xa9/x/b"), 0), STATUS_OK);
    assert_int_equal(store_folder_colour_put(f->store, claire, SV("\xc3\xa9/x/b"), 0), STATUS_OK);
    assert_int_equal(store_folder_list(f->store, claire, f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_folder_list(f->store, karim, f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 1);
}

static void the_last_targets_are_remembered_in_order(void **state)
{
    struct store_fixture *f = *state;
    struct store_folder *list;
    size_t n, targets = 0;
    int64_t last = 0, first = 0;
    for (char c = 'a'; c <= 'h'; c++)
        assert_int_equal(store_folder_target_put(f->store, SV("claire"), (struct sv){&c, 1}),
                         STATUS_OK);
    assert_int_equal(store_folder_target_put(f->store, SV("claire"), SV("e")), STATUS_OK);
    assert_int_equal(store_folder_list(f->store, SV("claire"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, STORE_TARGETS_MAX);
    for (size_t i = 0; i < n; i++) {
        targets += list[i].target > 0;
        first = sv_eq(list[i].name, SV("e")) ? list[i].target : first;
        last = list[i].target > last ? list[i].target : last;
    }
    assert_int_equal(targets, STORE_TARGETS_MAX);
    assert_int_equal(first, last);
}

static void no_user_fills_the_store_with_folders_or_tags(void **state)
{
    struct store_fixture *f = *state;
    for (int i = 0; i < STORE_FOLDERS_MAX; i++)
        assert_int_equal(
            store_folder_colour_put(f->store, SV("claire"), arena_printf(f->arena, "f%d", i), 1),
            STATUS_OK);
    assert_int_equal(store_folder_colour_put(f->store, SV("claire"), SV("more"), 1),
                     STATUS_TOO_LARGE);
    assert_int_equal(store_folder_colour_put(f->store, SV("claire"), SV("f1"), 2), STATUS_OK);
    struct store_tag tag = {.name = SV("x"), .colour = 1};
    for (int i = 0; i < STORE_TAGS_MAX; i++) {
        tag.keyword = arena_printf(f->arena, "t%d", i);
        assert_int_equal(store_tag_put(f->store, SV("claire"), &tag), STATUS_OK);
    }
    tag.keyword = SV("more");
    assert_int_equal(store_tag_put(f->store, SV("claire"), &tag), STATUS_TOO_LARGE);
    assert_int_equal(store_tag_put(f->store, SV("karim"), &tag), STATUS_OK);
}

static void tags_are_one_whatever_their_case(void **state)
{
    struct store_fixture *f = *state;
    struct store_tag *list;
    size_t n;
    const struct store_tag one = {SV("budget"), SV("Budget"), 1};
    const struct store_tag same = {SV("BUDGET"), SV("Le budget"), 4};
    assert_int_equal(store_tag_put(f->store, SV("claire"), &one), STATUS_OK);
    assert_int_equal(store_tag_put(f->store, SV("claire"), &same), STATUS_OK);
    assert_int_equal(store_tag_list(f->store, SV("claire"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_sv(list[0].keyword, "budget");
    assert_sv(list[0].name, "Le budget");
    assert_int_equal(list[0].colour, 4);
    assert_int_equal(store_tag_delete(f->store, SV("claire"), SV("Budget")), STATUS_OK);
    assert_int_equal(store_tag_list(f->store, SV("claire"), f->arena, &list, &n), STATUS_OK);
    assert_int_equal(n, 0);
}

static void a_file_that_others_can_read_is_refused(void **state)
{
    struct store_fixture *f = *state;
    struct sv reason = SV("");
    store_close(&f->store);
    assert_int_equal(chmod(f->path.p, 0640), 0);
    assert_int_equal(store_open(f->path.p, f->arena, &f->store, &reason), STATUS_DENIED);
    assert_true(sv_find(reason, SV("chmod 0600")) != SIZE_MAX);
    assert_null(f->store);
}

static void a_directory_in_which_others_can_make_files_is_refused(void **state)
{
    struct store_fixture *f = *state;
    struct sv reason = SV("");
    store_close(&f->store);
    assert_int_equal(chmod(f->dir, 0777), 0);
    assert_int_equal(store_open(f->path.p, f->arena, &f->store, &reason), STATUS_DENIED);
    assert_true(sv_find(reason, SV("chmod 0700")) != SIZE_MAX);
    assert_int_equal(chmod(f->dir, 0700), 0);
    assert_true(store_fixture_reopen(f));
}

static void what_people_typed_is_not_in_the_file(void **state)
{
    struct store_fixture *f = *state;
    const struct saved_search search = {SV("Weathervane"), SV("gooseberry"), SV("all"), SV("")};
    struct saved_search *got;
    struct sv *senders;
    size_t n = 0;
    assert_int_equal(store_search_add(f->store, SV("claire"), &search), STATUS_OK);
    assert_int_equal(store_remote_sender_put(f->store, SV("claire"), SV("lamp@x.example")),
                     STATUS_OK);
    const char *const words[] = {"Weathervane", "gooseberry", "lamp@x.example"};
    for (size_t i = 0; i < 3; i++)
        assert_false(files_hold(f, words[i]));
    /* moved to another user's row it does not open, and is as if it were not there */
    assert_int_equal(store_search_list(f->store, SV("claire"), f->arena, &got, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_sv(got[0].q, "gooseberry");
    assert_int_equal(store_execute(f->store, "UPDATE saved_search SET user = 'eve';"
                                             "UPDATE remote_sender SET user = 'eve'"),
                     STATUS_OK);
    assert_int_equal(store_search_list(f->store, SV("eve"), f->arena, &got, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(store_remote_sender_list(f->store, SV("eve"), f->arena, &senders, &n),
                     STATUS_OK);
    assert_int_equal(n, 0);
}

/* As the version before this one wrote it; killed, so that its journal stays. */
static void nothing_of_an_earlier_store_stays_in_clear(void **state)
{
    struct store_fixture *f = *state;
    sqlite3 *other;
    struct preference *preferences;
    struct saved_search *searches;
    size_t n = 0;
    assert_int_equal(sqlite3_open(f->path.p, &other), SQLITE_OK); /* it keeps the journal */
    assert_int_equal(sqlite3_exec(other, "SELECT count(*) FROM preference", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(
        store_execute(
            f->store,
            "DROP TABLE saved_search; DROP TABLE remote_sender; DROP TABLE pass;"
            "DROP TABLE pass_generation; DROP TABLE sending; DROP TABLE second;"
            "DROP TABLE second_key; DROP TABLE second_code; DROP TABLE visit;"
            "DROP TABLE visit_line; DROP TABLE place; DROP INDEX session_user;"
            "CREATE TABLE saved_search(user TEXT, name TEXT, q TEXT, scope TEXT, folder TEXT);"
            "CREATE TABLE remote_sender(user TEXT, address TEXT, added INTEGER);"
            "INSERT INTO saved_search VALUES('claire', 'Weathervane', 'gooseberry', 'all', '');"
            "INSERT INTO remote_sender VALUES('claire', 'lamp@x.example', 1);"
            "INSERT INTO preference VALUES('claire', 'language', 'fr');"
            "PRAGMA user_version = 6;"),
        STATUS_OK);
    const char *const words[] = {"Weathervane", "gooseberry", "lamp@x.example"};
    for (size_t i = 0; i < 3; i++)
        assert_true(files_hold(f, words[i]));
    store_close(&f->store);
    assert_true(store_fixture_reopen(f));
    for (size_t i = 0; i < 3; i++)
        assert_false(files_hold(f, words[i]));
    assert_int_equal(store_preferences_get(f->store, SV("claire"), f->arena, &preferences, &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_search_list(f->store, SV("claire"), f->arena, &searches, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void without_a_seal_no_text_is_kept(void **state)
{
    struct store_fixture *f = *state;
    const struct saved_search search = {SV("A"), SV("b"), SV("all"), SV("")};
    const struct store_seal none = {0};
    store_use_seal(f->store, &none);
    assert_int_equal(store_search_add(f->store, SV("claire"), &search), STATUS_IO);
    assert_int_equal(store_remote_sender_put(f->store, SV("claire"), SV("a@x.example")), STATUS_IO);
    assert_int_equal(store_job_plan_put(f->store, 1, SV("plan")), STATUS_IO);
}

static void searches_are_kept_by_name(void **state)
{
    struct store_fixture *f = *state;
    const struct sv user = SV("claire@demo.example");
    struct saved_search search = {SV("Été"), SV("de:anne été"), SV("all"), SV("")}, *got;
    size_t count = 0;
    assert_int_equal(store_search_add(f->store, user, &search), STATUS_OK);
    assert_int_equal(store_search_add(f->store, user, &search), STATUS_EXISTS);
    assert_int_equal(store_search_add(f->store, SV("bob"), &search), STATUS_OK);
    search = (struct saved_search){SV("A"), SV("x"), SV("below"), SV("Amis/Été")};
    assert_int_equal(store_search_add(f->store, user, &search), STATUS_OK);
    assert_int_equal(store_search_list(f->store, user, f->arena, &got, &count), STATUS_OK);
    assert_int_equal(count, 2);
    assert_sv(got[0].name, "A");
    assert_sv(got[0].folder, "Amis/Été");
    assert_sv(got[0].scope, "below");
    assert_sv(got[1].q, "de:anne été");
    assert_int_equal(store_search_rename(f->store, user, SV("A"), SV("Été")), STATUS_EXISTS);
    assert_int_equal(store_search_rename(f->store, user, SV("none"), SV("B")), STATUS_NOT_FOUND);
    assert_int_equal(store_search_rename(f->store, user, SV("A"), SV("A")), STATUS_OK);
    assert_int_equal(store_search_rename(f->store, user, SV("A"), SV("B")), STATUS_OK);
    assert_int_equal(store_folder_renamed(f->store, user, SV("Amis"), SV("Gens"), '/'), STATUS_OK);
    assert_int_equal(store_search_list(f->store, user, f->arena, &got, &count), STATUS_OK);
    assert_sv(got[0].folder, "Gens/Été");
    assert_sv(got[1].folder, "");
    assert_int_equal(store_search_delete(f->store, user, SV("Été")), STATUS_OK);
    assert_int_equal(store_search_delete(f->store, user, SV("Été")), STATUS_OK);
    assert_int_equal(store_search_list(f->store, user, f->arena, &got, &count), STATUS_OK);
    assert_int_equal(count, 1);
    assert_sv(got[0].name, "B");
    assert_int_equal(store_search_list(f->store, SV("bob"), f->arena, &got, &count), STATUS_OK);
    assert_int_equal(count, 1);
}

static void searches_are_bounded(void **state)
{
    struct store_fixture *f = *state;
    char long_name[STORE_SEARCH_NAME_MAX + 2];
    struct saved_search search = {SV(""), SV("x"), SV("all"), SV("")}, *got;
    size_t count = 0;
    for (int i = 0; i < STORE_SEARCHES_MAX; i++) {
        search.name = arena_printf(f->arena, "%d", i);
        assert_int_equal(store_search_add(f->store, SV("u"), &search), STATUS_OK);
    }
    search.name = SV("one more");
    assert_int_equal(store_search_add(f->store, SV("u"), &search), STATUS_TOO_LARGE);
    search.name = SV("7");
    assert_int_equal(store_search_add(f->store, SV("u"), &search), STATUS_EXISTS);
    assert_int_equal(store_search_list(f->store, SV("u"), f->arena, &got, &count), STATUS_OK);
    assert_int_equal(count, STORE_SEARCHES_MAX);
    memset(long_name, 'n', sizeof long_name);
    search.name = (struct sv){long_name, STORE_SEARCH_NAME_MAX + 1};
    assert_int_equal(store_search_add(f->store, SV("v"), &search), STATUS_TOO_LARGE);
    assert_int_equal(store_search_rename(f->store, SV("u"), SV("7"), search.name),
                     STATUS_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_store(searches_are_kept_by_name),
        with_store(searches_are_bounded),
        with_store(a_session_is_kept_over_a_restart),
        with_store(a_deleted_session_leaves_no_bytes),
        with_store(old_sessions_are_swept),
        with_store(preferences_are_saved_whole_or_not_at_all),
        with_store(sends_are_kept_by_user_and_message),
        with_store(one_of_several_gets_the_send),
        with_store(old_sends_are_swept),
        with_store(senders_are_remembered_by_user),
        with_store(no_user_fills_the_store_with_senders),
        with_store(folders_are_kept_by_user_and_follow_their_names),
        with_store(the_last_targets_are_remembered_in_order),
        with_store(no_user_fills_the_store_with_folders_or_tags),
        with_store(tags_are_one_whatever_their_case),
        with_store(a_file_that_others_can_read_is_refused),
        with_store(a_directory_in_which_others_can_make_files_is_refused),
        with_store(what_people_typed_is_not_in_the_file),
        with_store(nothing_of_an_earlier_store_stays_in_clear),
        with_store(without_a_seal_no_text_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
