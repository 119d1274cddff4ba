/* Where a search that refines another one begins, and what "all that has been found" means. */
#include "seek_inside.h"
#include "session_fixture.h"

static const struct folder FOLDERS[] = {
    {.name = {"INBOX", 5},
     .selectable = true,
     .counted = true,
     .counts = {.messages = 1000, .uidvalidity = 7}},
    {.name = {"Amis", 4},
     .selectable = true,
     .counted = true,
     .counts = {.messages = 9000, .uidvalidity = 8}},
};
static const struct folders ALL = {.p = FOLDERS, .n = 2};

static struct seek_request request(struct sv q)
{
    return (struct seek_request){.q = q, .folders = &ALL, .today = {2026, 11, 25}};
}

/* One in the middle of INBOX: of the five messages in the window the two newest have been looked
 * at, and one of them was found. */
static struct seek *half_way(void)
{
    const uint32_t in_window[] = {901, 902, 903, 904, 905};
    const struct seek_hit found = {0, 905, 1000};
    const struct seek_request all = request(SV("texte:a"));
    struct seek *seek = seek_new(&all, NULL);
    pthread_mutex_lock(&seek->lock);
    seek_list_put(seek, 0, in_window, 5);
    seek->list_count = 3;
    seek->folders[0].looked = 2;
    seek->window_looked = 2;
    seek_add(seek, &found, 1);
    pthread_mutex_unlock(&seek->lock);
    return seek;
}

/* What has been looked at is not looked at again, or it would be found twice, and what is left
 * would count as done before anybody has looked. */
static void a_refined_search_goes_on_where_the_other_was(void **state)
{
    (void)state;
    const struct seek_request narrower = request(SV("texte:a texte:b"));
    struct seek *before = half_way(), *seek = seek_new(&narrower, before);
    assert_int_equal(seek->again_count, 1);
    assert_int_equal(seek->again[0].uid, 905);
    assert_int_equal(seek->folders[0].looked, 2);
    assert_int_equal(seek->list_folder, 0);
    assert_int_equal(seek->list_count, 3);
    assert_int_equal(seek->list[2], 903);
    assert_ptr_not_equal(seek->list, before->list);
    seek_release(&before);
    assert_int_equal(seek->list[0], 901);
    seek_release(&seek);
}

static void a_search_of_its_own_has_no_list_yet(void **state)
{
    (void)state;
    const struct seek_request all = request(SV("texte:a"));
    struct seek *seek = seek_new(&all, NULL);
    assert_int_equal(seek->list_folder, UINT32_MAX);
    assert_int_equal(seek_state(seek).messages, 10000);
    seek_release(&seek);
}

/* ---- all that has been found ---- */

static void find(struct seek *seek, const struct seek_hit *hits, size_t n, int64_t until)
{
    pthread_mutex_lock(&seek->lock);
    seek_add(seek, hits, n);
    seek_settle(seek, until);
    pthread_mutex_unlock(&seek->lock);
}

static void what_is_found_later_was_not_meant(void **state)
{
    (void)state;
    struct session_fixture f;
    const struct seek_request all = request(SV("a"));
    const struct seek_hit first[] = {{0, 7, 900}, {1, 5, 800}, {0, 3, 950}, {1, 9, 100}};
    const struct seek_hit later[] = {{0, 1, 90}, {0, 2, 750}};
    struct selection got = {0};
    struct seek *kept = NULL;
    assert_true(session_fixture_open(&f));
    struct session *session = session_fixture_enter(&f, SV("u"), 1);
    struct seek *seek = seek_find(session, &all);
    assert_sv(seek_mark(f.arena, seek), "");
    find(seek, first, 4, 700);
    struct sv mark = seek_mark(f.arena, seek); /* of three: the fourth may be joined by others */
    find(seek, later, 2, INT64_MIN);
    seek_forget(seek, first[2]);
    assert_int_equal(seek_marked(session, f.arena, mark, &kept, &got), STATUS_OK);
    assert_ptr_equal(kept, seek);
    assert_int_equal(got.uids, 2);
    assert_int_equal(got.n, 2);
    assert_sv(got.p[0].folder, "INBOX");
    assert_int_equal(got.p[0].uidvalidity, 7);
    assert_int_equal(got.p[0].uids.n, 1);
    assert_int_equal(got.p[0].uids.p[0], 7);
    assert_int_equal(got.p[1].uids.p[0], 5);
    /* what has been done to them leaves the rest, and those that were there already */
    seek_forget_all(seek, &got, SV("Amis"));
    assert_int_equal(seek_state(seek).found, 4);
    assert_int_equal(seek_position(seek, SV("INBOX"), 7), SIZE_MAX);
    assert_int_equal(seek_position(seek, SV("Amis"), 5), 0);
    seek_release(&kept);
    seek_anew(session, SV("a"));
    assert_int_equal(seek_marked(session, f.arena, mark, &kept, &got), STATUS_CHANGED);
    static const char *const WRONG[] = {"",          "1",         "1.2.3.4", "1.2.3.4.5.6",
                                        "x.2.3.4.5", "1.2.3.4.-5"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(seek_marked(session, f.arena, sv_of(WRONG[i]), &kept, &got),
                         STATUS_INVALID);
    seek_release(&seek);
    session_release(&session);
    session_fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refined_search_goes_on_where_the_other_was),
        cmocka_unit_test(a_search_of_its_own_has_no_list_yet),
        cmocka_unit_test(what_is_found_later_was_not_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
