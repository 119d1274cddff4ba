/* What a session keeps of conversations, seen by those who ask while there is nothing. */
#include "session_fixture.h"
#include "threads.h"

struct fixture {
    struct session_fixture base;
    struct session *session;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(&f->base))
        return -1;
    f->session = session_fixture_enter(&f->base, SV("u"), 1);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_not_kept_is_not_taken_for_the_ticked_ones, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
