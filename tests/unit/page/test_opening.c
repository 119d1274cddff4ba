/* Requests that wait for their turn at the gate. */
#include <pthread.h>
#include <stdatomic.h>

#include "opening.h"
#include "session_fixture.h"
#include "zone.h"

enum { PATIENCE = 8 }; /* seconds, of who waits and is not served */

struct fixture {
    struct session_fixture base;
    struct session *session;
    struct gate *gate;
    atomic_bool busy; /* the gate's one thread */
};

static enum status keep_busy(struct gate_turn *turn, void *context)
{
    (void)turn;
    while (atomic_load((atomic_bool *)context))
        usleep(1000);
    return STATUS_OK;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    const struct gate_limits limits = {.running = 1, .each = 8, .forget_ms = 60000};
    *state = f;
    if (!session_fixture_open(&f->base))
        return -1;
    f->session = session_fixture_enter(&f->base, SV("u"), 1);
    f->gate = gate_new(&limits);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    atomic_store(&f->busy, false);
    gate_free(&f->gate);
    session_release(&f->session);
    session_fixture_close(&f->base);
    free(f);
    return 0;
}

struct waiting {
    struct fixture *f;
    struct arena *arena;
    atomic_int asked, patience; /* how often still() was, and says yes */
    enum status status;
};

static enum status still(void *context)
{
    struct waiting *w = context;
    return atomic_fetch_add(&w->asked, 1) < atomic_load(&w->patience) ? STATUS_OK
                                                                      : STATUS_CANCELLED;
}

static void *wait_for_turn(void *context)
{
    struct waiting *w = context;
    const struct site site = {.request_ms = 1000};
    const struct app app = {.site = &site, .gate = w->f->gate, .store = w->f->base.kept.store};
    struct page page = {.app = &app,
                        .site = &site,
                        .arena = w->arena,
                        .session = w->f->session,
                        .dates = {.zone = zone_utc()},
                        .preferences = {.page_size = 50},
                        .deadline = deadline_in(60000)};
    const struct place place = {
        .folder = SV("INBOX"), .sorting = {IMAP_ORDER_ARRIVAL, true}, .page = 1};
    w->status = opening_wait(&page, &place, still, w);
    return NULL;
}

static size_t at_the_gate(struct fixture *f, size_t n)
{
    for (int i = 0; i < 5000 && gate_state(f->gate).waiting != n; i++)
        usleep(1000);
    return gate_state(f->gate).waiting;
}

/* Two exports of one folder, of which one is given up. */
static void who_gives_up_takes_nobody_else_along(void **state)
{
    struct fixture *f = *state;
    struct waiting stays = {.f = f, .arena = arena_new(1 << 20), .patience = PATIENCE};
    struct waiting leaves = {.f = f, .arena = arena_new(1 << 20), .patience = 0};
    const struct gate_work other = {.key = SV("busy"), .step = keep_busy, .context = &f->busy};
    struct gate_ticket *ticket;
    pthread_t thread;
    atomic_store(&f->busy, true);
    assert_int_equal(gate_submit(f->gate, f->session, &other, &ticket), STATUS_OK);
    while (gate_state(f->gate).running == 0)
        usleep(1000);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_turn, &stays), 0);
    assert_int_equal(at_the_gate(f, 1), 1);
    wait_for_turn(&leaves);
    assert_int_equal(leaves.status, STATUS_CANCELLED);
    assert_int_equal(at_the_gate(f, 1), 1);
    atomic_store(&f->busy, false);
    pthread_join(thread, NULL);
    assert_int_equal(stays.status, STATUS_OK);
    gate_release(&ticket);
    arena_free(&stays.arena);
    arena_free(&leaves.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_gives_up_takes_nobody_else_along, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
