/* What a session keeps of conversations, seen by those who ask while there is nothing. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "session_fixture.h"
#include "thread_cabinet.h"
#include "threads.h"

enum { SOON_MS = 30, LONG_MS = 5000 };

struct fixture {
    struct session_fixture base;
    struct session *session;
    struct thread_cabinet *cabinet;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(&f->base))
        return -1;
    f->session = session_fixture_enter(&f->base, SV("u"), 1);
    f->cabinet = thread_cabinet_of(f->session);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    thread_cabinet_release(&f->cabinet);
    session_release(&f->session);
    session_fixture_close(&f->base);
    free(f);
    return 0;
}

/* A row stands for its conversation: whoever cannot tell which that is must not act on less. */
static void what_is_not_kept_is_not_taken_for_the_ticked_ones(void **state)
{
    struct fixture *f = *state;
    const uint32_t ticked[] = {7, 9};
    struct imap_uids out = {NULL, 0};
    assert_int_equal(threads_expand(f->session, f->base.arena, SV("INBOX"), 1,
                                    (struct imap_uids){ticked, 2}, 10, &out),
                     STATUS_NOT_FOUND);
    assert_int_equal(out.n, 0);
}

/* ---- the cabinet ---- */

static enum status enter(struct fixture *f, const char *folder, enum thread_want want, int64_t ms,
                         struct thread_place **place)
{
    return thread_place_enter(f->cabinet, sv_of(folder), 1, want, deadline_in(ms), place);
}

static void keep(struct fixture *f, struct thread_place *place, uint32_t uid)
{
    const uint32_t label = 0;
    struct thread_kept kept = {.uidnext = uid + 1};
    thread_forest_build(&kept.forest, &uid, &label, 1);
    thread_place_put(f->cabinet, place, &kept);
}

/* UIDNEXT of what is kept; 0: nothing is. */
static uint32_t looked_up(struct fixture *f, const char *folder, uint32_t uidvalidity)
{
    thread_cabinet_lock(f->cabinet);
    const struct thread_kept *kept = thread_cabinet_look(f->cabinet, sv_of(folder), uidvalidity);
    uint32_t uidnext = kept ? kept->uidnext : 0;
    thread_cabinet_unlock(f->cabinet);
    return uidnext;
}

static void fill(struct fixture *f, const char *folder, uint32_t uid)
{
    struct thread_place *place;
    assert_int_equal(enter(f, folder, THREAD_WANT_PLACE, SOON_MS, &place), STATUS_OK);
    keep(f, place, uid);
    thread_place_leave(f->cabinet, &place);
}

struct second {
    struct fixture *f;
    enum thread_want want;
    atomic_bool begun;
    enum status status;
    uint32_t found; /* UIDNEXT of what it found when its turn came; 0: nothing */
};

static void *second_request(void *context)
{
    struct second *s = context;
    struct thread_place *place;
    atomic_store(&s->begun, true);
    s->status = enter(s->f, "INBOX", s->want, LONG_MS, &place);
    if (s->status == STATUS_OK) {
        const struct thread_kept *kept = thread_place_kept(place);
        s->found = kept ? kept->uidnext : 0;
        thread_place_leave(s->f->cabinet, &place);
    }
    return NULL;
}

static void a_second_request_waits_and_finds_what_the_first_has_found(void **state)
{
    struct fixture *f = *state;
    struct second second = {.f = f, .want = THREAD_WANT_PLACE};
    struct thread_place *place, *other;
    pthread_t thread;
    assert_int_equal(enter(f, "INBOX", THREAD_WANT_PLACE, SOON_MS, &place), STATUS_OK);
    assert_null(thread_place_kept(place));
    assert_int_equal(pthread_create(&thread, NULL, second_request, &second), 0);
    while (!atomic_load(&second.begun))
        sched_yield();
    assert_int_equal(enter(f, "INBOX", THREAD_WANT_PLACE, SOON_MS, &other), STATUS_TIMEOUT);
    assert_int_equal(looked_up(f, "INBOX", 1), 0);
    keep(f, place, 7);
    thread_place_leave(f->cabinet, &place);
    pthread_join(thread, NULL);
    assert_int_equal(second.status, STATUS_OK);
    assert_int_equal(second.found, 8);
}

static void who_wants_only_what_is_kept_does_not_wait_for_the_first_of_it(void **state)
{
    struct fixture *f = *state;
    struct thread_place *place, *other;
    assert_int_equal(enter(f, "INBOX", THREAD_WANT_KEPT, LONG_MS, &other), STATUS_NOT_FOUND);
    assert_int_equal(enter(f, "INBOX", THREAD_WANT_PLACE, SOON_MS, &place), STATUS_OK);
    int64_t begun = clock_ms();
    assert_int_equal(enter(f, "INBOX", THREAD_WANT_KEPT, LONG_MS, &other), STATUS_NOT_FOUND);
    assert_true(clock_ms() - begun < LONG_MS / 2);
    thread_place_leave(f->cabinet, &place);
    /* but for its turn, and not for who has it to find out anew what it has thrown away */
    fill(f, "INBOX", 7);
    struct second second = {.f = f, .want = THREAD_WANT_KEPT};
    pthread_t thread;
    assert_int_equal(enter(f, "INBOX", THREAD_WANT_KEPT, SOON_MS, &place), STATUS_OK);
    assert_int_equal(pthread_create(&thread, NULL, second_request, &second), 0);
    while (!atomic_load(&second.begun))
        sched_yield();
    (void)poll(NULL, 0, SOON_MS); /* by then it waits */
    begun = clock_ms();
    thread_place_put(f->cabinet, place, NULL);
    pthread_join(thread, NULL);
    assert_int_equal(second.status, STATUS_NOT_FOUND);
    assert_true(clock_ms() - begun < LONG_MS / 2);
    thread_place_leave(f->cabinet, &place);
}

static void who_looks_never_waits(void **state)
{
    struct fixture *f = *state;
    struct thread_place *place;
    fill(f, "INBOX", 7);
    assert_int_equal(enter(f, "INBOX", THREAD_WANT_KEPT, SOON_MS, &place), STATUS_OK);
    assert_int_equal(looked_up(f, "INBOX", 1), 8);
    assert_int_equal(looked_up(f, "INBOX", 2), 0); /* another mailbox: what was kept goes */
    assert_int_equal(looked_up(f, "INBOX", 1), 0);
    keep(f, place, 9); /* whoever was at work on it may end that */
    thread_place_leave(f->cabinet, &place);
    assert_int_equal(looked_up(f, "INBOX", 1), 0);
}

static void the_folder_used_longest_ago_makes_room_unless_one_is_at_work_on_it(void **state)
{
    struct fixture *f = *state;
    static const char *const FOLDERS[] = {"a", "b", "c", "d", "e", "f"};
    struct thread_place *place;
    for (uint32_t i = 0; i < THREADS_FOLDERS; i++)
        fill(f, FOLDERS[i], i + 1);
    assert_int_equal(looked_up(f, "a", 1), 2); /* and so used last */
    fill(f, "e", 5);
    assert_int_equal(looked_up(f, "b", 1), 0);
    assert_int_equal(looked_up(f, "a", 1), 2);
    assert_int_equal(enter(f, "c", THREAD_WANT_KEPT, SOON_MS, &place), STATUS_OK);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_not_equal(looked_up(f, i == 0 ? "d" : i == 1 ? "e" : "a", 1), 0);
    fill(f, "f", 6);
    assert_int_equal(looked_up(f, "d", 1), 0);
    assert_int_equal(looked_up(f, "c", 1), 4);
    thread_place_leave(f->cabinet, &place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_not_kept_is_not_taken_for_the_ticked_ones, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_second_request_waits_and_finds_what_the_first_has_found,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            who_wants_only_what_is_kept_does_not_wait_for_the_first_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_looks_never_waits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_folder_used_longest_ago_makes_room_unless_one_is_at_work_on_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
