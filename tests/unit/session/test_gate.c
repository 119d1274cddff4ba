/* The gate: how many at once, whose turn it is, what becomes of works that nobody wants. */
#include <stdatomic.h>

#include "gate.h"
#include "session_fixture.h"

enum { USERS = 3, FORGET_MS = 150, SOON_MS = 3000, ORDER_MAX = 64 };

struct fixture {
    struct session_fixture base;
    struct session *session[USERS]; /* of "u0", "u1", "u2" */
    struct gate *gate;
};

/* What the steps of one test share. */
static struct {
    atomic_bool open; /* steps may end */
    atomic_int running, most, begun, freed;
    int order[ORDER_MAX]; /* names of works, as they began */
} shared;

/* ---- set up ---- */

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(&f->base))
        return -1;
    for (unsigned i = 0; i < USERS; i++)
        f->session[i] = session_fixture_enter(&f->base, arena_printf(f->base.arena, "u%u", i),
                                              (uint8_t)(i + 1));
    memset(&shared, 0, sizeof shared);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    atomic_store(&shared.open, true);
    gate_free(&f->gate);
    for (unsigned i = 0; i < USERS; i++)
        session_release(&f->session[i]);
    session_fixture_close(&f->base);
    free(f);
    return 0;
}

static void open_gate(struct fixture *f, size_t running)
{
    const struct gate_limits limits = {.running = running, .each = 20, .forget_ms = FORGET_MS};
    f->gate = gate_new(&limits);
}

/* ---- works ---- */

struct work {
    int name;
    int again; /* further steps */
    bool quick;
    enum status status;
    bool heeds; /* ends when it is told that nobody wants it */
};

static enum status step(struct gate_turn *turn, void *context)
{
    struct work *work = context;
    int now = atomic_fetch_add(&shared.running, 1) + 1, most = atomic_load(&shared.most);
    while (now > most && !atomic_compare_exchange_weak(&shared.most, &most, now))
        ;
    int place = atomic_fetch_add(&shared.begun, 1);
    if (place < ORDER_MAX)
        shared.order[place] = work->name;
    while (!work->quick && !atomic_load(&shared.open) && !(work->heeds && atomic_load(turn->left)))
        usleep(1000);
    diagnosis_set(turn->diagnosis, STAGE_COMMAND, CAUSE_REFUSED, "host", 1, "words");
    turn->again = work->again-- > 0;
    atomic_fetch_sub(&shared.running, 1);
    return work->status;
}

static void work_free(void *context)
{
    atomic_fetch_add(&shared.freed, 1);
    free(context);
}

static struct gate_ticket *submit(struct fixture *f, unsigned user, enum gate_urgency urgency,
                                  const char *name, struct work like)
{
    struct work *work = malloc(sizeof *work);
    struct gate_ticket *ticket = NULL;
    *work = like;
    const struct gate_work asked = {.key = sv_of(name),
                                    .urgency = urgency,
                                    .step = step,
                                    .context = work,
                                    .free_context = work_free};
    assert_int_equal(gate_submit(f->gate, f->session[user], &asked, &ticket), STATUS_OK);
    return ticket;
}

static enum status finish(struct gate_ticket *ticket)
{
    struct diagnosis diagnosis = {0};
    enum status status = gate_wait(ticket, deadline_in(SOON_MS), &diagnosis);
    gate_release(&ticket);
    return status;
}

static void wait_until(atomic_int *what, int value)
{
    struct deadline deadline = deadline_in(SOON_MS);
    while (atomic_load(what) != value && !deadline_passed(deadline))
        usleep(1000);
    assert_int_equal(atomic_load(what), value);
}

/* ---- tests ---- */

static void never_more_at_once_than_the_limit(void **state)
{
    struct fixture *f = *state;
    struct gate_ticket *tickets[6];
    open_gate(f, 2);
    for (unsigned i = 0; i < 6; i++)
        tickets[i] =
            submit(f, i % USERS, GATE_PAGE, i < USERS ? "a" : "b", (struct work){.name = (int)i});
    wait_until(&shared.begun, 2);
    usleep(20000);
    assert_int_equal(shared.begun, 2);
    assert_int_equal(gate_state(f->gate).running, 2);
    assert_int_equal(gate_state(f->gate).waiting, 4);
    atomic_store(&shared.open, true);
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(finish(tickets[i]), STATUS_OK);
    assert_int_equal(shared.most, 2);
    assert_int_equal(shared.freed, 6);
}

static void users_take_turns_and_their_places_are_true(void **state)
{
    struct fixture *f = *state;
    struct gate_ticket *tickets[8];
    static const unsigned USER[] = {0, 0, 0, 0, 0, 1, 1, 2};
    static const int PLACE[] = {0, 3, 5, 6, 7, 1, 4, 2};
    open_gate(f, 1);
    for (unsigned i = 0; i < 8; i++) {
        tickets[i] = submit(f, USER[i], GATE_PAGE, arena_printf(f->base.arena, "%u", i).p,
                            (struct work){.name = (int)i});
        if (i == 0)
            wait_until(&shared.begun, 1);
    }
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(gate_place(tickets[i]), PLACE[i]);
    atomic_store(&shared.open, true);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(finish(tickets[i]), STATUS_OK);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(shared.order[PLACE[i]], i);
}

static void pages_come_before_jobs_and_find_a_thread(void **state)
{
    struct fixture *f = *state;
    open_gate(f, 2);
    struct gate_ticket *job = submit(f, 0, GATE_JOB, "j0", (struct work){.name = 10});
    struct gate_ticket *other = submit(f, 1, GATE_JOB, "j1", (struct work){.name = 11});
    wait_until(&shared.begun, 1);
    struct gate_ticket *page =
        submit(f, 0, GATE_PAGE, "p", (struct work){.name = 1, .quick = true});
    assert_int_equal(finish(page), STATUS_OK);
    assert_int_equal(shared.order[1], 1);
    assert_int_equal(gate_place(other), 1);
    atomic_store(&shared.open, true);
    assert_int_equal(finish(job), STATUS_OK);
    assert_int_equal(finish(other), STATUS_OK);
}

static void a_work_of_many_steps_lets_others_between(void **state)
{
    struct fixture *f = *state;
    open_gate(f, 1);
    struct gate_ticket *first = submit(f, 0, GATE_PAGE, "x", (struct work){.name = 0});
    struct gate_ticket *many =
        submit(f, 1, GATE_PAGE, "many", (struct work){.name = 1, .again = 2});
    struct gate_ticket *other = submit(f, 2, GATE_PAGE, "one", (struct work){.name = 2});
    atomic_store(&shared.open, true);
    assert_int_equal(finish(first), STATUS_OK);
    assert_int_equal(finish(other), STATUS_OK);
    assert_int_equal(finish(many), STATUS_OK);
    static const int ORDER[] = {0, 1, 2, 1, 1};
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(shared.order[i], ORDER[i]);
}

static void who_comes_back_joins_and_is_told_the_outcome(void **state)
{
    struct fixture *f = *state;
    struct diagnosis diagnosis = {0};
    open_gate(f, 1);
    const struct work refused = {.status = STATUS_REFUSED};
    struct gate_ticket *first = submit(f, 0, GATE_PAGE, "k", refused);
    assert_int_equal(gate_wait(first, deadline_in(20), &diagnosis), STATUS_TIMEOUT);
    gate_release(&first);
    assert_true(gate_pending(f->gate, f->session[0], SV("k")));
    assert_false(gate_pending(f->gate, f->session[1], SV("k")));
    struct gate_ticket *again = submit(f, 0, GATE_PAGE, "k", refused);
    assert_int_equal(shared.freed, 1); /* the second context was not needed */
    atomic_store(&shared.open, true);
    wait_until(&shared.running, 0);
    gate_release(&again);
    struct gate_ticket *late = submit(f, 0, GATE_PAGE, "k", refused);
    assert_int_equal(gate_wait(late, deadline_in(SOON_MS), &diagnosis), STATUS_REFUSED);
    assert_string_equal(diagnosis.host, "host");
    assert_false(gate_pending(f->gate, f->session[0], SV("k")));
    gate_release(&late);
    assert_int_equal(shared.begun, 1);
    struct gate_ticket *anew = submit(f, 0, GATE_PAGE, "k", refused);
    assert_int_equal(finish(anew), STATUS_REFUSED);
    assert_int_equal(shared.begun, 2);
}

static void what_nobody_asks_for_is_forgotten_but_no_job(void **state)
{
    struct fixture *f = *state;
    open_gate(f, 1);
    struct gate_ticket *holds = submit(f, 0, GATE_PAGE, "holds", (struct work){.name = 0});
    wait_until(&shared.begun, 1);
    struct gate_ticket *page = submit(f, 1, GATE_PAGE, "page", (struct work){.name = 1});
    struct gate_ticket *job = submit(f, 2, GATE_JOB, "job", (struct work){.name = 2});
    gate_release(&page);
    gate_release(&job);
    usleep((FORGET_MS + 50) * 1000);
    atomic_store(&shared.open, true);
    assert_int_equal(finish(holds), STATUS_OK);
    wait_until(&shared.freed, 3);
    assert_int_equal(shared.begun, 2);
    assert_int_equal(shared.order[1], 2);
}

static void who_leaves_stops_it(void **state)
{
    struct fixture *f = *state;
    open_gate(f, 1);
    struct gate_ticket *runs = submit(f, 0, GATE_PAGE, "runs", (struct work){.heeds = true});
    wait_until(&shared.begun, 1);
    struct gate_ticket *waits = submit(f, 0, GATE_PAGE, "waits", (struct work){.name = 1});
    gate_release(&waits);
    gate_leave(f->gate, f->session[0], SV("waits"));
    assert_int_equal(shared.freed, 1);
    /* left while a request still has it in its hands */
    struct gate_ticket *held = submit(f, 0, GATE_PAGE, "held", (struct work){.name = 2});
    gate_leave(f->gate, f->session[0], SV("held"));
    assert_int_equal(shared.freed, 1);
    gate_leave(f->gate, f->session[0], SV("runs"));
    gate_leave(f->gate, f->session[0], SV("no such"));
    assert_int_equal(finish(runs), STATUS_OK);
    usleep(20000);
    gate_release(&held);
    assert_int_equal(shared.freed, 3);
    assert_int_equal(shared.begun, 1);
}

/* Two tabs wait for a work, one leaves it, and the other asks again: it is begun at once, and not
 * when a thread next happens to wake. */
static void what_was_left_is_begun_when_it_is_asked_for_again(void **state)
{
    struct fixture *f = *state;
    open_gate(f, 1);
    struct gate_ticket *first = submit(f, 0, GATE_PAGE, "first", (struct work){.name = 1});
    wait_until(&shared.begun, 1);
    struct gate_ticket *tab = submit(f, 1, GATE_PAGE, "left", (struct work){.name = 2});
    gate_leave(f->gate, f->session[1], SV("left"));
    atomic_store(&shared.open, true);
    assert_int_equal(finish(first), STATUS_OK);
    usleep(50000); /* its thread has found nothing to do */
    assert_int_equal(atomic_load(&shared.begun), 1);
    assert_int_equal(finish(submit(f, 1, GATE_PAGE, "left", (struct work){.name = 2})), STATUS_OK);
    assert_int_equal(finish(tab), STATUS_OK);
}

static void a_user_has_so_many_works_and_keys_have_a_length(void **state)
{
    struct fixture *f = *state;
    struct gate_ticket *tickets[20], *ticket = NULL;
    open_gate(f, 1);
    for (unsigned i = 0; i < 20; i++)
        tickets[i] = submit(f, 0, GATE_PAGE, arena_printf(f->base.arena, "%u", i).p,
                            (struct work){.name = 0});
    struct gate_work asked = {.key = SV("one more"), .step = step, .free_context = work_free};
    assert_int_equal(gate_submit(f->gate, f->session[0], &asked, &ticket), STATUS_UNAVAILABLE);
    asked.key = (struct sv){arena_alloc(f->base.arena, GATE_KEY_MAX + 1), GATE_KEY_MAX + 1};
    assert_int_equal(gate_submit(f->gate, f->session[1], &asked, &ticket), STATUS_TOO_LARGE);
    assert_int_equal(shared.freed, 2);
    atomic_store(&shared.open, true);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(finish(tickets[i]), STATUS_OK);
}

static void a_session_that_ends_takes_its_pages_along_but_no_job(void **state)
{
    struct fixture *f = *state;
    open_gate(f, 1);
    struct gate_ticket *holds = submit(f, 1, GATE_PAGE, "holds", (struct work){.name = 0});
    wait_until(&shared.begun, 1);
    struct gate_ticket *page = submit(f, 0, GATE_PAGE, "page", (struct work){.name = 1});
    struct gate_ticket *other = submit(f, 2, GATE_PAGE, "page", (struct work){.name = 2});
    struct gate_ticket *job = submit(f, 0, GATE_JOB, "job", (struct work){.name = 3});
    gate_release(&page);
    gate_leave_all(f->gate, f->session[0]);
    assert_int_equal(shared.freed, 1);
    atomic_store(&shared.open, true);
    assert_int_equal(finish(holds), STATUS_OK);
    assert_int_equal(finish(other), STATUS_OK);
    assert_int_equal(finish(job), STATUS_OK);
    assert_int_equal(shared.begun, 3);
}

/* A command that ran out of time is no wait that did. */
static void a_timeout_of_the_work_is_told_from_one_of_the_wait(void **state)
{
    struct fixture *f = *state;
    struct diagnosis diagnosis = {0};
    open_gate(f, 1);
    struct gate_ticket *late =
        submit(f, 0, GATE_PAGE, "late", (struct work){.status = STATUS_TIMEOUT});
    assert_int_equal(gate_wait(late, deadline_in(20), &diagnosis), STATUS_TIMEOUT);
    assert_false(gate_finished(late));
    atomic_store(&shared.open, true);
    assert_int_equal(gate_wait(late, deadline_in(SOON_MS), &diagnosis), STATUS_TIMEOUT);
    assert_true(gate_finished(late));
    assert_string_equal(diagnosis.host, "host");
    gate_release(&late);
}

/* However many works of one user there are, another one waits for none of them but the one that
 * runs. */
static void many_works_of_one_user_are_no_queue_for_another(void **state)
{
    struct fixture *f = *state;
    struct gate_ticket *many[19];
    open_gate(f, 1);
    for (unsigned i = 0; i < 19; i++) {
        many[i] = submit(f, 0, GATE_PAGE, arena_printf(f->base.arena, "%u", i).p,
                         (struct work){.name = (int)i});
        if (i == 0)
            wait_until(&shared.begun, 1);
    }
    struct gate_ticket *one = submit(f, 1, GATE_PAGE, "one", (struct work){.name = 100});
    assert_int_equal(gate_place(one), 1);
    atomic_store(&shared.open, true);
    assert_int_equal(finish(one), STATUS_OK);
    assert_int_equal(shared.order[1], 100);
    for (unsigned i = 0; i < 19; i++)
        assert_int_equal(finish(many[i]), STATUS_OK);
}

static void it_stops_when_it_can_and_says_when_not(void **state)
{
    struct fixture *f = *state;
    open_gate(f, 1);
    struct gate_ticket *runs = submit(f, 0, GATE_PAGE, "runs", (struct work){.name = 0});
    struct gate_ticket *waits = submit(f, 1, GATE_PAGE, "waits", (struct work){.name = 1});
    wait_until(&shared.begun, 1);
    assert_false(gate_stop(f->gate, deadline_in(30)));
    atomic_store(&shared.open, true);
    assert_true(gate_stop(f->gate, deadline_in(SOON_MS)));
    assert_int_equal(finish(waits), STATUS_TIMEOUT);
    assert_int_equal(finish(runs), STATUS_OK);
    assert_int_equal(shared.begun, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(never_more_at_once_than_the_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(users_take_turns_and_their_places_are_true, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(pages_come_before_jobs_and_find_a_thread, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_work_of_many_steps_lets_others_between, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_comes_back_joins_and_is_told_the_outcome, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_nobody_asks_for_is_forgotten_but_no_job, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_leaves_stops_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_left_is_begun_when_it_is_asked_for_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_user_has_so_many_works_and_keys_have_a_length, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_session_that_ends_takes_its_pages_along_but_no_job,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_timeout_of_the_work_is_told_from_one_of_the_wait, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_works_of_one_user_are_no_queue_for_another, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(it_stops_when_it_can_and_says_when_not, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
