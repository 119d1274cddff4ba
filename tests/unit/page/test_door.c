/* What stands before every check of a secret: names, places, deadlines, answers. */
#include "door.h"
#include "log.h"
#include "session_fixture.h"

struct fixture {
    struct session_fixture base;
    struct throttle *throttle;
    struct locale *locales[LANGUAGE_COUNT];
    struct site site;
    struct app app;
    struct request request;
    struct response response;
    struct page page;
};

static enum status nowhere(void *context, struct sv piece)
{
    (void)context;
    (void)piece;
    return STATUS_OK;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    log_init(LOG_TO_STDERR, LOG_LEVEL_ERROR);
    if (!session_fixture_open(&f->base) || locale_load("templates/locale", f->locales) != STATUS_OK)
        return -1;
    f->throttle = throttle_new((struct throttle_limits){.most = 8, .room = 8});
    f->site = (struct site){.domain = SV("demo.example")};
    f->app = (struct app){.site = &f->site,
                          .throttle = f->throttle,
                          .sessions = f->base.table,
                          .store = f->base.kept.store};
    response_init(&f->response, f->base.arena, (struct sink){.write = nowhere}, false);
    f->page = (struct page){.app = &f->app,
                            .site = &f->site,
                            .request = &f->request,
                            .response = &f->response,
                            .arena = f->base.arena,
                            .locale = f->locales[LANGUAGE_EN],
                            .deadline = deadline_in(120 * 1000)};
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    throttle_free(&f->throttle);
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        locale_free(&f->locales[i]);
    session_fixture_close(&f->base);
    free(f);
    return 0;
}

static struct page *at(struct fixture *f, const char *address)
{
    struct sb b;
    sb_fixed(&b, f->request.client, sizeof f->request.client);
    sb_add_cstr(&b, address);
    return &f->page;
}

static unsigned try_as(struct page *page, const char *user, enum door_outcome outcome)
{
    struct door door;
    if (door_enter(page, sv_of(user), &door) != STATUS_OK)
        return door.code;
    door_leave(&door, outcome);
    return 200;
}

/* So many wrong passwords that every new address has to wait. */
static void attack(struct fixture *f, const char *user)
{
    for (unsigned i = 0; i < 20; i++)
        try_as(at(f, arena_printf(f->base.arena, "203.0.113.%u", i % 10).p), user, DOOR_WRONG);
    assert_int_equal(try_as(at(f, "203.0.113.99"), user, DOOR_WRONG), 429);
}

static void a_check_is_given_up_before_the_request_is(void **state)
{
    struct fixture *f = *state;
    struct door door;
    assert_int_equal(door_enter(at(f, "192.0.2.1"), SV("ann"), &door), STATUS_OK);
    assert_in_range(deadline_left(door.deadline), 1, DOOR_CHECK_MS);
    door_leave(&door, DOOR_UNKNOWN);
    f->page.deadline = deadline_in(1000);
    assert_int_equal(door_enter(at(f, "192.0.2.1"), SV("ann"), &door), STATUS_OK);
    assert_in_range(deadline_left(door.deadline), 0, 1000);
    door_leave(&door, DOOR_UNKNOWN);
}

static void one_account_has_one_name(void **state)
{
    static const char *const names[] = {"ann", "ANN", "Ann@demo.example", "ann@DEMO.example",
                                        "aNn"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(try_as(at(f, "192.0.2.1"), names[i], DOOR_WRONG), 200);
    assert_int_equal(try_as(&f->page, "ann", DOOR_WRONG), 429);
    assert_int_equal(try_as(&f->page, "ann@demo.example", DOOR_WRONG), 429);
    assert_int_equal(try_as(&f->page, "ann@other.example", DOOR_WRONG), 200);
    assert_int_equal(try_as(&f->page, "@demo.example", DOOR_WRONG), 200);
}

static void who_waits_is_told_for_how_long(void **state)
{
    struct fixture *f = *state;
    struct door door;
    for (int i = 0; i < 5; i++)
        assert_int_equal(try_as(at(f, "192.0.2.1"), "ann", DOOR_WRONG), 200);
    assert_int_equal(door_enter(&f->page, SV("ann"), &door), STATUS_UNAVAILABLE);
    assert_int_equal(door.code, 429);
    assert_sv(door.words, "Too many failed attempts. Try again in 2 seconds.");
    assert_int_not_equal(sv_find(sb_view(&f->response.headers), SV("Retry-After: 2\r\n")),
                         SIZE_MAX);
    door_leave(&door, DOOR_WRONG); /* which counts for nothing */
}

static void a_place_is_remembered_when_all_was_right_and_for_good(void **state)
{
    struct fixture *f = *state;
    struct door door;
    assert_int_equal(door_enter(at(f, "192.0.2.1"), SV("ann"), &door), STATUS_OK);
    door.passing = true; /* a public session */
    door_leave(&door, DOOR_RIGHT);
    assert_int_equal(try_as(at(f, "192.0.2.2"), "ann", DOOR_HALF), 200);
    assert_int_equal(try_as(at(f, "192.0.2.3"), "ann", DOOR_UNKNOWN), 200);
    assert_int_equal(try_as(at(f, "192.0.2.4"), "ann", DOOR_WRONG), 200);
    assert_int_equal(try_as(at(f, "192.0.2.5"), "Ann@demo.example", DOOR_RIGHT), 200);
    attack(f, "ann");
    for (unsigned i = 1; i < 4; i++)
        assert_int_equal(
            try_as(at(f, arena_printf(f->base.arena, "192.0.2.%u", i).p), "ann", DOOR_RIGHT), 429);
    assert_int_equal(try_as(at(f, "192.0.2.5"), "ann", DOOR_RIGHT), 200);
}

static void a_pass_opens_where_a_password_has_to_wait(void **state)
{
    struct fixture *f = *state;
    struct door door;
    attack(f, "ann");
    assert_int_equal(try_as(at(f, "192.0.2.1"), "ann", DOOR_RIGHT), 429);
    assert_int_equal(door_enter_pass(&f->page, SV("ann"), &door), STATUS_OK);
    assert_string_equal(door.cause, "pass");
    door_leave(&door, DOOR_RIGHT);
}

/* Whoever asks for the same name from everywhere washes it out of the tables. */
static void ask_from_everywhere(struct fixture *f, const char *user)
{
    struct throttle_who other = {.kind = THROTTLE_PASSWORD, .user = sv_of(user)};
    struct throttle_try one;
    int64_t wait;
    for (uint32_t i = 0; i < 8 * THROTTLE_KEYS; i++) {
        memcpy(other.address.bytes, &i, sizeof i);
        assert_int_equal(
            throttle_enter(f->throttle, &other, clock_ms(), deadline_in(0), &one, &wait),
            THROTTLE_WAIT);
    }
}

static void ones_turn_comes_with_the_form(void **state)
{
    struct fixture *f = *state;
    struct door door;
    attack(f, "ann");
    assert_int_equal(door_enter(at(f, "192.0.2.1"), SV("ann"), &door), STATUS_UNAVAILABLE);
    assert_sv(door.words, "Too many failed attempts. Try again in 32 seconds.");
    struct sv form = arena_printf(f->base.arena, "turn=%s", door.turn);
    ask_from_everywhere(f, "ann");
    nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 200 * 1000 * 1000}, NULL);
    inputs_init(&f->request.form, 10);
    assert_int_equal(inputs_decode(&f->request.form, f->base.arena, form), STATUS_OK);
    assert_int_equal(door_enter(&f->page, SV("Ann@demo.example"), &door), STATUS_UNAVAILABLE);
    assert_sv(door.words, "Too many failed attempts. Try again in 31 seconds.");
}

static void an_address_that_nobody_knows_is_one_address(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(try_as(at(f, "unknown"), "ann", DOOR_WRONG), 200);
    assert_int_equal(try_as(at(f, "unknown"), "ann", DOOR_WRONG), 429);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_check_is_given_up_before_the_request_is),
        TEST(one_account_has_one_name),
        TEST(who_waits_is_told_for_how_long),
        TEST(a_place_is_remembered_when_all_was_right_and_for_good),
        TEST(a_pass_opens_where_a_password_has_to_wait),
        TEST(ones_turn_comes_with_the_form),
        TEST(an_address_that_nobody_knows_is_one_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
