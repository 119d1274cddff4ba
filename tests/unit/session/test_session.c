/* Sessions as they live in the store and in time. Signing in needs a real server: see
 * tests/integration. */
#include "session_fixture.h"

static int set_up(void **state)
{
    struct session_fixture *f = calloc(1, sizeof *f);
    *state = f;
    return session_fixture_open(f) ? 0 : -1;
}

static int tear_down(void **state)
{
    session_fixture_close(*state);
    free(*state);
    return 0;
}

/* A row as a sign-in leaves it, so and so many seconds ago; returns the token. */
static struct sv kept_session(struct session_fixture *f, uint8_t first, int64_t created_ago,
                              int64_t used_ago)
{
    const struct session_record record = {.user = SV("claire"),
                                          .kind = SESSION_FULL,
                                          .created = clock_wall() - created_ago,
                                          .used = clock_wall() - used_ago};
    return session_fixture_keep(f, first, record);
}

static enum status same_password(void *context, struct sv password)
{
    (void)context;
    return sv_eq(password, SV("s3cret")) ? STATUS_OK : STATUS_DENIED;
}

static void a_token_brings_its_session_back_after_a_restart(void **state)
{
    struct session_fixture *f = *state;
    struct sv token = kept_session(f, 1, 100, 50);
    struct session *session = NULL, *again = NULL;
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    assert_sv(session_user(session), "claire");
    assert_int_equal(session_with_password(session, same_password, NULL), STATUS_OK);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &again),
        STATUS_OK);
    assert_ptr_equal(session, again);
    assert_int_equal(sessions_count(f->table), 1);
    session_release(&session);
    session_release(&again);
}

static void other_tokens_bring_nothing(void **state)
{
    struct session_fixture *f = *state;
    struct sv token = kept_session(f, 1, 100, 50);
    struct session *session = NULL;
    struct sv other = arena_sv(f->arena, token);
    ((char *)(uintptr_t)other.p)[5] = other.p[5] == 'A' ? 'B' : 'A';
    assert_int_equal(
        session_find(f->table, other, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_NOT_FOUND);
    assert_int_equal(
        session_find(f->table, SV(""), &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_NOT_FOUND);
    assert_int_equal(session_find(f->table, sv_slice(token, 0, token.n - 1),
                                  &session_fixture_browser, SESSION_USE_PAGE, &session),
                     STATUS_NOT_FOUND);
    assert_null(session);
}

static void a_store_under_another_key_opens_nothing(void **state)
{
    struct session_fixture *f = *state;
    struct sv token = kept_session(f, 1, 100, 50);
    const struct server_key other = {{8}};
    struct session *session = NULL;
    sessions_free(&f->table);
    session_fixture_start(f, &other);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_NOT_FOUND);
}

static void polling_extends_nothing_and_a_page_does(void **state)
{
    struct session_fixture *f = *state;
    struct sv token = kept_session(f, 1, 1000, 500);
    struct session *session = NULL;
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_POLL, &session),
        STATUS_OK);
    assert_in_range(session_expires(session) - clock_wall(), 98, 100);
    session_release(&session);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    assert_in_range(session_expires(session) - clock_wall(), 598, 600);
    session_release(&session);
}

static void idle_and_absolute_limits_end_it(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL;
    struct sv idle = kept_session(f, 1, 1000, 601), old = kept_session(f, 2, 3601, 1);
    struct sv nearly = kept_session(f, 3, 3500, 1);
    assert_int_equal(
        session_find(f->table, idle, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_DENIED);
    assert_int_equal(
        session_find(f->table, old, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_DENIED);
    assert_int_equal(
        session_find(f->table, nearly, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    assert_in_range(session_expires(session) - clock_wall(), 90, 100);
    session_release(&session);
}

static void a_clock_that_was_ahead_makes_no_session_immortal(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL;
    const int64_t year = 365 * 24 * 3600;
    struct sv token = kept_session(f, 1, -year, -year);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_POLL, &session),
        STATUS_OK);
    assert_in_range(session_expires(session) - clock_wall(), 590, 601);
    session_release(&session);
}

static void an_ended_session_may_save_for_a_quarter_of_an_hour(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL;
    struct sv recent = kept_session(f, 1, 1600, 1400), long_ago = kept_session(f, 2, 1700, 1600);
    assert_int_equal(
        session_find(f->table, recent, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_OK);
    session_release(&session);
    assert_int_equal(
        session_find(f->table, recent, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_DENIED);
    assert_int_equal(
        session_find(f->table, long_ago, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_DENIED);
}

static void one_that_has_lasted_too_long_may_save_as_well(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL;
    struct sv recent = kept_session(f, 1, 3600 + 890, 1), long_ago = kept_session(f, 2, 4501, 1);
    assert_int_equal(
        session_find(f->table, recent, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_DENIED);
    assert_int_equal(
        session_find(f->table, recent, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_OK);
    session_release(&session);
    assert_int_equal(
        session_find(f->table, long_ago, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_DENIED);
}

static void signing_out_is_final(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL;
    struct sv token = kept_session(f, 1, 100, 50);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    session_end(session);
    session_release(&session);
    assert_int_equal(sessions_count(f->table), 0);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_NOT_FOUND);
}

static void sweeping_wipes_what_is_over(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL;
    struct sv live = kept_session(f, 1, 100, 50), over = kept_session(f, 2, 5000, 1501);
    assert_int_equal(
        session_find(f->table, live, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    session_release(&session);
    sessions_sweep(f->table);
    assert_int_equal(sessions_count(f->table), 1);
    assert_int_equal(
        session_find(f->table, over, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_NOT_FOUND);
    assert_int_equal(
        session_find(f->table, live, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    session_release(&session);
}

/* A session in memory with this token's hash as its id; the token goes to *token. */
static struct session *in_memory(struct session_fixture *f, struct session_nature nature,
                                 int64_t created_ago, struct sv *token)
{
    uint8_t secret[SESSION_TOKEN_SIZE] = {9};
    struct session_record record = {.user = SV("claire"),
                                    .kind = SESSION_PUBLIC,
                                    .created = clock_wall() - created_ago,
                                    .used = clock_wall(),
                                    .address = session_fixture_browser.address};
    struct sb text;
    seal_hash((struct sv){(char *)secret, sizeof secret}, record.id);
    sb_init(&text, f->arena, 100);
    base64url_encode(&text, secret, sizeof secret);
    *token = sb_view(&text);
    return session_fixture_admit(f, &record, nature);
}

static void a_stolen_cookie_cuts_a_public_session(void **state)
{
    struct session_fixture *f = *state;
    const struct browser thief = {.traits = SV("lynx"), .address = SV("192.0.2.1")};
    struct session *session = NULL, *kept;
    struct sv token;
    kept = in_memory(f, (struct session_nature){0}, 10, &token);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    session_release(&session);
    assert_int_equal(session_find(f->table, token, &thief, SESSION_USE_RESCUE, &session),
                     STATUS_NOT_FOUND);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_DENIED);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_OK);
    session_release(&session);
    session_release(&kept);
}

static void another_address_cuts_it_where_the_site_wants_that(void **state)
{
    struct session_fixture *f = *state;
    const struct browser moved = {.traits = session_fixture_browser.traits,
                                  .address = SV("192.0.2.77")};
    struct session *session = NULL, *kept;
    struct sv token;
    kept = in_memory(f, (struct session_nature){0}, 10, &token);
    assert_int_equal(session_find(f->table, token, &moved, SESSION_USE_PAGE, &session), STATUS_OK);
    session_release(&session);
    f->table->limits.public_bind_address = true;
    assert_int_equal(session_find(f->table, token, &moved, SESSION_USE_PAGE, &session),
                     STATUS_NOT_FOUND);
    session_release(&kept);
}

static void half_a_session_lasts_five_minutes_and_rescues_nothing(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL, *kept;
    struct sv token;
    f->table->limits.public_absolute_s = f->table->limits.public_idle_s = 3600;
    kept = in_memory(f, (struct session_nature){.half = true}, SESSION_HALF_S - 10, &token);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_OK);
    assert_true(session_half(session));
    session_release(&session);
    kept->created -= 10;
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_DENIED);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_RESCUE, &session),
        STATUS_DENIED);
    session_release(&kept);
}

static void a_renewed_session_is_whole_and_its_old_token_dead(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL, *kept;
    char renewed[SESSION_TOKEN_TEXT + 1];
    struct sv token;
    kept = in_memory(f, (struct session_nature){.half = true}, 10, &token);
    assert_int_equal(session_renew(kept, renewed, &session), STATUS_OK);
    session_release(&kept);
    assert_false(session_half(session));
    assert_int_equal(session_with_password(session, same_password, NULL), STATUS_OK);
    session_release(&session);
    assert_int_equal(
        session_find(f->table, token, &session_fixture_browser, SESSION_USE_PAGE, &session),
        STATUS_NOT_FOUND);
    assert_int_equal(session_find(f->table, sv_of(renewed), &session_fixture_browser,
                                  SESSION_USE_PAGE, &session),
                     STATUS_OK);
    session_release(&session);
}

static void one_that_is_over_is_not_renewed(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL, *kept;
    char renewed[SESSION_TOKEN_TEXT + 1];
    struct sv token;
    void (*const ends[])(struct session *) = {session_end, session_cut};
    for (uint8_t i = 0; i < 2; i++) {
        size_t before = sessions_count(f->table);
        kept = in_memory(f, (struct session_nature){.half = true}, 10, &token);
        ends[i](kept);
        assert_int_equal(session_renew(kept, renewed, &session), STATUS_SIGNED_OUT);
        session_end(kept);
        assert_int_equal(sessions_count(f->table), before);
        session_release(&kept);
    }
    /* of two second steps that are right at the same time, one */
    kept = in_memory(f, (struct session_nature){.half = true}, 10, &token);
    assert_int_equal(session_renew(kept, renewed, &session), STATUS_OK);
    session_release(&session);
    assert_int_equal(session_renew(kept, renewed, &session), STATUS_SIGNED_OUT);
    session_release(&kept);
}

static void form_tokens_belong_to_one_session(void **state)
{
    struct session_fixture *f = *state;
    struct session *a = NULL, *b = NULL;
    char token_a[SESSION_CSRF_TEXT + 1], token_b[SESSION_CSRF_TEXT + 1];
    assert_int_equal(session_find(f->table, kept_session(f, 1, 10, 5), &session_fixture_browser,
                                  SESSION_USE_PAGE, &a),
                     STATUS_OK);
    assert_int_equal(session_find(f->table, kept_session(f, 2, 10, 5), &session_fixture_browser,
                                  SESSION_USE_PAGE, &b),
                     STATUS_OK);
    session_csrf(a, token_a);
    session_csrf(b, token_b);
    assert_true(session_csrf_matches(a, sv_of(token_a)));
    assert_false(session_csrf_matches(a, sv_of(token_b)));
    assert_false(session_csrf_matches(a, SV("")));
    session_login_token(f->table, SV("cookie"), token_a);
    assert_true(session_login_token_matches(f->table, SV("cookie"), sv_of(token_a)));
    assert_false(session_login_token_matches(f->table, SV("other"), sv_of(token_a)));
    session_release(&a);
    session_release(&b);
}

static void a_form_tells_its_writer_and_no_more(void **state)
{
    struct session_fixture *f = *state;
    struct session *first = session_fixture_enter(f, SV("claire"), 1),
                   *second = session_fixture_enter(f, SV("claire"), 2),
                   *other = session_fixture_enter(f, SV("zoe"), 3);
    char form[SESSION_FORM_TEXT + 1];
    session_form_token(first, form);
    struct sv token = sv_of(form);
    assert_int_equal(token.n, SESSION_FORM_TEXT);
    assert_true(session_csrf_matches(first, token));
    assert_false(session_csrf_matches(second, token));
    assert_true(session_wrote(first, token));
    assert_true(session_wrote(second, token));
    assert_false(session_wrote(other, token));
    /* half of it is no mark, and the mark alone is no token */
    assert_false(session_wrote(second, sv_slice(token, 0, SESSION_CSRF_TEXT)));
    assert_false(session_wrote(second, SV("")));
    assert_false(session_csrf_matches(first, sv_slice(token, SESSION_CSRF_TEXT, token.n)));
    assert_false(session_csrf_matches(first, sv_slice(token, 0, SESSION_CSRF_TEXT - 1)));
    session_release(&first);
    session_release(&second);
    session_release(&other);
}

static void control_characters_are_refused_before_any_server_is_asked(void **state)
{
    struct session_fixture *f = *state;
    char token[SESSION_TOKEN_TEXT + 1];
    struct session *session = NULL;
    struct diagnosis d = {0};
    const struct sign_in bad[] = {
        {.user = SV("a\r\nb"), .password = SV("x")}, {.user = SV("a"), .password = SV("x\ny")},
        {.user = SV("a"), .password = {"x\0y", 3}},  {.user = SV(""), .password = SV("x")},
        {.user = SV("a"), .password = SV("")},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(session_sign_in(f->table, &bad[i], deadline_in(1000), token, &session, &d),
                         STATUS_INVALID);
    assert_int_equal(d.cause, CAUSE_NONE);
}

static int freed;
static void count_free(void *value)
{
    (void)value;
    freed++;
}

static void a_slot_has_one_owner_at_a_time(void **state)
{
    struct session_fixture *f = *state;
    struct session *session = NULL;
    int one = 1, two = 2;
    freed = 0;
    assert_int_equal(session_find(f->table, kept_session(f, 1, 10, 5), &session_fixture_browser,
                                  SESSION_USE_PAGE, &session),
                     STATUS_OK);
    session_slot_put(session, SESSION_SLOT_ORDER, &one, count_free);
    assert_ptr_equal(session_slot_take(session, SESSION_SLOT_ORDER), &one);
    assert_null(session_slot_take(session, SESSION_SLOT_ORDER));
    session_slot_put(session, SESSION_SLOT_ORDER, &one, count_free);
    session_slot_put(session, SESSION_SLOT_ORDER, &two, count_free);
    assert_int_equal(freed, 1);
    session_end(session);
    session_release(&session);
    assert_int_equal(freed, 2);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_token_brings_its_session_back_after_a_restart),
        test(other_tokens_bring_nothing),
        test(a_store_under_another_key_opens_nothing),
        test(polling_extends_nothing_and_a_page_does),
        test(idle_and_absolute_limits_end_it),
        test(a_clock_that_was_ahead_makes_no_session_immortal),
        test(an_ended_session_may_save_for_a_quarter_of_an_hour),
        test(one_that_has_lasted_too_long_may_save_as_well),
        test(signing_out_is_final),
        test(sweeping_wipes_what_is_over),
        test(a_stolen_cookie_cuts_a_public_session),
        test(another_address_cuts_it_where_the_site_wants_that),
        test(half_a_session_lasts_five_minutes_and_rescues_nothing),
        test(a_renewed_session_is_whole_and_its_old_token_dead),
        test(one_that_is_over_is_not_renewed),
        test(form_tokens_belong_to_one_session),
        test(a_form_tells_its_writer_and_no_more),
        test(control_characters_are_refused_before_any_server_is_asked),
        test(a_slot_has_one_owner_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
