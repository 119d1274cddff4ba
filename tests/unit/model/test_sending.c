/* How much one person may send: what goes round the count, and what does not. */
#include "sending.h"
#include "session_fixture.h"

enum { MOST = 2 };

static const struct sending limits = {.any = {.lately = {.messages_hour = MOST}}};

static int set_up(void **state)
{
    struct session_fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!session_fixture_open(f))
        return -1;
    sessions_use_domain(f->table, SV("example.org"));
    return 0;
}

static int tear_down(void **state)
{
    struct session_fixture *f = *state;
    session_fixture_close(f);
    free(f);
    return 0;
}

static const struct sv somebody = {"nobody@outside.example", 22};

static struct sending_order letter(const char *message_id, const char *text)
{
    return (struct sending_order){.message_id = sv_of(message_id),
                                  .text = sv_of(text),
                                  .recipients = &somebody,
                                  .recipient_count = 1};
}

/* counted: whether it was this time. */
static enum status take(struct session_fixture *f, struct session *session, const char *message_id,
                        const char *text, bool *counted)
{
    struct diagnosis d = {0};
    const struct sending_order order = letter(message_id, text);
    *counted = false;
    return sending_take(&limits, session, f->kept.store, &order, counted, &d);
}

static void the_same_again_is_counted_once(void **state)
{
    struct session_fixture *f = *state;
    bool counted;
    struct session *one = session_fixture_enter(f, SV("claire"), 1);
    struct session *two = session_fixture_enter(f, SV("claire"), 2);
    assert_int_equal(take(f, one, "a@x", "hello", &counted), STATUS_OK);
    assert_true(counted);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(take(f, two, "a@x", "hello", &counted), STATUS_OK);
        assert_false(counted);
    }
    assert_int_equal(take(f, one, "b@x", "hello", &counted), STATUS_OK);
    assert_int_equal(take(f, one, "c@x", "hello", &counted), STATUS_UNAVAILABLE);
    assert_false(counted);
    /* what was not sent after all makes room */
    const struct sending_order b = letter("b@x", "hello");
    sending_give_back(one, f->kept.store, &b);
    assert_int_equal(take(f, one, "c@x", "hello", &counted), STATUS_OK);
    session_release(&one);
    session_release(&two);
}

/* A Message-ID is the form's to choose: another text under the same one is another letter. */
static void another_text_is_another_letter(void **state)
{
    struct session_fixture *f = *state;
    bool counted;
    struct session *one = session_fixture_enter(f, SV("claire"), 1);
    assert_int_equal(take(f, one, "a@x", "hello", &counted), STATUS_OK);
    assert_int_equal(take(f, one, "a@x", "buy this", &counted), STATUS_OK);
    assert_true(counted);
    assert_int_equal(take(f, one, "a@x", "and this", &counted), STATUS_UNAVAILABLE);
    session_release(&one);
}

static void another_spelling_of_the_name_has_no_limit_of_its_own(void **state)
{
    struct session_fixture *f = *state;
    bool counted;
    struct session *one = session_fixture_enter(f, SV("claire"), 1);
    struct session *two = session_fixture_enter(f, SV("CLAIRE"), 2);
    struct session *three = session_fixture_enter(f, SV("Claire@Example.org"), 3);
    struct session *other = session_fixture_enter(f, SV("claire@elsewhere.org"), 4);
    assert_int_equal(take(f, one, "a@x", "1", &counted), STATUS_OK);
    assert_int_equal(take(f, two, "b@x", "2", &counted), STATUS_OK);
    assert_int_equal(take(f, three, "c@x", "3", &counted), STATUS_UNAVAILABLE);
    assert_int_equal(take(f, one, "d@x", "4", &counted), STATUS_UNAVAILABLE);
    assert_int_equal(take(f, other, "e@x", "5", &counted), STATUS_OK);
    session_release(&one);
    session_release(&two);
    session_release(&three);
    session_release(&other);
}

#define with_sessions(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sessions(the_same_again_is_counted_once),
        with_sessions(another_text_is_another_letter),
        with_sessions(another_spelling_of_the_name_has_no_limit_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
