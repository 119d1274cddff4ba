/* Where a search that refines another one begins. */
#include "seek_inside.h"
#include "test.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refined_search_goes_on_where_the_other_was),
        cmocka_unit_test(a_search_of_its_own_has_no_list_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
