/* What a user is told of sign-ins, and of what was done on public computers. */
#include "session_fixture.h"
#include "visit.h"

static int set_up(void **state)
{
    struct session_fixture *f = calloc(1, sizeof *f);
    *state = f;
    return session_fixture_open(f) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct session_fixture *f = *state;
    session_fixture_close(f);
    free(f);
    return 0;
}

/* A sign-in that is complete; news: whether its user is to be told. */
static struct session *sign_in_as(struct session_fixture *f, const char *user, uint8_t first,
                                  enum session_kind kind, const char *address, const char *agent,
                                  bool news)
{
    bool got = !news;
    struct session *session = session_fixture_enter_as(f, sv_of(user), first, kind);
    struct sb text;
    sb_fixed(&text, session->address, sizeof session->address);
    sb_add_cstr(&text, address);
    sb_fixed(&text, session->agent, sizeof session->agent);
    sb_add_cstr(&text, agent);
    assert_int_equal(visit_begin(session, &got), STATUS_OK);
    assert_int_equal(got, news);
    return session;
}

static struct session *sign_in(struct session_fixture *f, uint8_t first, enum session_kind kind,
                               const char *address, const char *agent, bool news)
{
    return sign_in_as(f, "claire", first, kind, address, agent, news);
}

static size_t told_to(struct session_fixture *f, struct session *asking, struct visit **visits)
{
    size_t n = 99;
    assert_int_equal(visit_list(asking, true, f->arena, visits, &n), STATUS_OK);
    return n;
}

static struct visit newest(struct session_fixture *f, struct session *asking)
{
    struct visit *visits;
    size_t n = 0;
    assert_int_equal(visit_list(asking, false, f->arena, &visits, &n), STATUS_OK);
    assert_true(n > 0);
    return visits[0];
}

static void a_place_is_a_network_and_a_browser(void **state)
{
    struct session_fixture *f = *state;
    static const struct {
        const char *address, *agent;
        bool news;
    } steps[] = {
        {"192.0.2.1", "Firefox/1", false}, /* the first one of all */
        {"192.0.2.200", "Firefox/2 (Linux)", false},
        {"192.0.3.1", "Firefox/2", true},
        {"192.0.3.9", "Firefox/2", false}, /* known from then on */
        {"192.0.2.1", "Chrome/1", true},
        {"2001:db8:1:2::1", "Firefox/2", true},
        {"2001:db8:1:ffff::9", "Firefox/2", false},
        {"2001:db8:2:2::1", "Firefox/2", true},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct session *s = sign_in(f, (uint8_t)(i + 1), SESSION_FULL, steps[i].address,
                                    steps[i].agent, steps[i].news);
        session_release(&s);
    }
}

static void a_place_is_forgotten_after_months_and_then_new(void **state)
{
    struct session_fixture *f = *state;
    const uint8_t a[STORE_PLACE_SIZE] = {1}, b[STORE_PLACE_SIZE] = {2};
    bool known = false;
    struct store *store = f->kept.store;
    assert_int_equal(store_place_note(store, SV("x"), a, 1000, 0, &known), STATUS_OK);
    assert_true(known);
    assert_int_equal(store_place_note(store, SV("x"), a, 3000, 2000, &known), STATUS_OK);
    assert_false(known);
    for (uint8_t i = 0; i < STORE_PLACES_MAX; i++) {
        const uint8_t other[STORE_PLACE_SIZE] = {3, i};
        assert_int_equal(store_place_note(store, SV("x"), other, 4000, 2000, &known), STATUS_OK);
        assert_false(known);
    }
    assert_int_equal(store_place_note(store, SV("x"), a, 5000, 2000, &known), STATUS_OK);
    assert_false(known); /* pushed out by so many others */
    assert_int_equal(store_place_note(store, SV("y"), b, 5000, 2000, &known), STATUS_OK);
    assert_true(known); /* another user's first */
}

static void a_new_place_is_told_to_the_others_until_they_have_seen_it(void **state)
{
    struct session_fixture *f = *state;
    struct visit *v;
    struct session *home =
        sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1 (X11; Linux)", false);
    struct session *away = sign_in(f, 2, SESSION_FULL, "198.51.100.7", "Chrome/1", true);
    assert_int_equal(told_to(f, home, &v), 1);
    assert_int_equal(v[0].kind, SESSION_FULL);
    assert_sv(v[0].address, "198.51.100.7");
    assert_sv(v[0].agent, "Chrome/1");
    assert_int_equal(told_to(f, away, &v), 0);
    assert_int_equal(visit_tell(home, f->arena), STATUS_OK);
    assert_int_equal(told_to(f, home, &v), 0);
    assert_int_equal(newest(f, home).told, VISIT_ALL_TOLD);
    session_release(&home);
    session_release(&away);
}

/* Whoever has the password may come in twice, from two places: neither can hide the other. */
static void who_is_new_cannot_hide_what_is_new(void **state)
{
    struct session_fixture *f = *state;
    struct visit *v;
    struct session *home = sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1", false);
    struct session *one = sign_in(f, 2, SESSION_FULL, "198.51.100.7", "Chrome/1", true);
    struct session *two = sign_in(f, 3, SESSION_FULL, "203.0.113.7", "Chrome/1", true);
    assert_int_equal(told_to(f, one, &v), 1);
    assert_int_equal(visit_tell(one, f->arena), STATUS_OK);
    assert_int_equal(visit_tell(two, f->arena), STATUS_OK);
    assert_int_equal(told_to(f, one, &v), 0); /* for itself it has been said */
    assert_int_equal(told_to(f, two, &v), 0);
    assert_int_equal(told_to(f, home, &v), 2);
    session_release(&home);
    session_release(&one);
    session_release(&two);
}

static void another_spelling_of_the_name_hides_nothing(void **state)
{
    struct session_fixture *f = *state;
    struct visit *visits;
    struct visit_text *texts;
    size_t n;
    struct session *home = sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1", false);
    struct session *thief =
        sign_in_as(f, "CLAIRE", 2, SESSION_FULL, "198.51.100.1", "Chrome/1", true);
    struct session *kiosk =
        sign_in_as(f, "Claire", 3, SESSION_PUBLIC, "203.0.113.1", "Chrome/1", true);
    assert_int_equal(visit_note(kiosk, VISIT_OPENED, SV("a"), SV("what was read")), STATUS_OK);
    assert_int_equal(told_to(f, home, &visits), 2);
    for (size_t i = 0; i < 2; i++) {
        bool public = visits[i].kind == SESSION_PUBLIC;
        assert_sv(visits[i].address, public ? "203.0.113.1" : "198.51.100.1");
        assert_int_equal(visit_texts(home, &visits[i], f->arena, &texts, &n), STATUS_OK);
        assert_int_equal(n, public ? 1 : 0);
        if (public)
            assert_sv(texts[0].text, "what was read");
    }
    session_release(&kiosk);
    session_release(&thief);
    session_release(&home);
}

/* Who has moved has no other place, and is not asked for ever. */
static void a_place_that_is_new_no_longer_speaks_for_its_user(void **state)
{
    struct session_fixture *f = *state;
    struct visit *v;
    struct session *home = sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1", false);
    struct session *moved = session_fixture_enter_as(f, SV("claire"), 2, SESSION_FULL);
    struct sb text;
    bool news = false;
    sb_fixed(&text, moved->address, sizeof moved->address);
    sb_add_cstr(&text, "198.51.100.7");
    moved->created -= (int64_t)(VISIT_DOUBT_DAYS + 1) * 86400;
    assert_int_equal(visit_begin(moved, &news), STATUS_OK);
    assert_true(news);
    session_release(&moved);
    moved = sign_in(f, 3, SESSION_FULL, "198.51.100.7", "w3m", false);
    struct session *kiosk = sign_in(f, 4, SESSION_PUBLIC, "203.0.113.7", "Chrome/1", true);
    assert_int_equal(told_to(f, moved, &v), 1);
    assert_int_equal(told_to(f, home, &v), 2);
    assert_int_equal(visit_tell(moved, f->arena), STATUS_OK);
    assert_int_equal(told_to(f, moved, &v), 0);
    assert_int_equal(told_to(f, home, &v), 0);
    session_release(&home);
    session_release(&moved);
    session_release(&kiosk);
}

static void what_a_public_session_did_is_told_and_kept(void **state)
{
    struct session_fixture *f = *state;
    struct visit *v;
    struct visit_text *texts;
    size_t n = 0;
    struct session *home = sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1", false);
    struct session *kiosk = sign_in(f, 2, SESSION_PUBLIC, "198.51.100.7", "Chrome/1", true);
    struct session *full = home;
    assert_int_equal(visit_note(kiosk, VISIT_OPENED, SV("INBOX 1 7"), SV("Zoé — été")), STATUS_OK);
    assert_int_equal(visit_note(kiosk, VISIT_OPENED, SV("INBOX 1 7"), SV("Zoé — été")), STATUS_OK);
    assert_int_equal(visit_note(kiosk, VISIT_SENT, SV("<m@x>"), SV("paul@example.org")), STATUS_OK);
    assert_int_equal(visit_note(full, VISIT_OPENED, SV("INBOX 1 8"), SV("not kept")), STATUS_OK);
    assert_int_equal(told_to(f, home, &v), 1);
    assert_int_equal(v[0].how, VISIT_GOES_ON);
    assert_int_equal(v[0].done[VISIT_OPENED], 1);
    assert_int_equal(v[0].done[VISIT_SENT], 1);
    assert_int_equal(visit_texts(home, &v[0], f->arena, &texts, &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_int_equal(texts[0].deed, VISIT_OPENED);
    assert_sv(texts[0].text, "Zoé — été");
    assert_sv(texts[1].text, "paul@example.org");
    /* that it began is known now; that it has ended, and with what, is news again */
    assert_int_equal(visit_tell(home, f->arena), STATUS_OK);
    assert_int_equal(told_to(f, home, &v), 0);
    visit_ends(kiosk, VISIT_SIGNED_OUT);
    session_end(kiosk);
    session_release(&kiosk);
    assert_int_equal(told_to(f, home, &v), 1);
    assert_int_equal(v[0].how, VISIT_SIGNED_OUT);
    assert_true(v[0].ended > 0);
    assert_int_equal(visit_tell(home, f->arena), STATUS_OK);
    assert_int_equal(told_to(f, home, &v), 0);
    assert_int_equal(newest(f, home).done[VISIT_OPENED], 1);
    session_release(&home);
}

static void the_store_alone_tells_nothing(void **state)
{
    struct session_fixture *f = *state;
    static const struct server_key other = {{8}};
    struct visit *v;
    struct visit_text *texts;
    size_t n = 0;
    struct session *kiosk = sign_in(f, 2, SESSION_PUBLIC, "198.51.100.7", "Chrome/1", true);
    assert_int_equal(visit_note(kiosk, VISIT_OPENED, SV("INBOX"), SV("Secret subject")), STATUS_OK);
    session_release(&kiosk);
    static const char *const suffixes[] = {"", "-wal"};
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(arena_printf(f->arena, "%s%s", f->kept.path.p, suffixes[i]).p, "r");
        char *bytes = arena_alloc(f->arena, 1000000);
        struct sv all = {bytes, file ? fread(bytes, 1, 1000000, file) : 0};
        assert_true(sv_find(all, SV("198.51.100")) == SIZE_MAX);
        assert_true(sv_find(all, SV("Secret")) == SIZE_MAX);
        if (file)
            fclose(file);
    }
    /* under another key it is there, but says no more than when */
    sessions_free(&f->table);
    session_fixture_start(f, &other);
    struct session_record record = {.user = SV("claire"),
                                    .kind = SESSION_PUBLIC,
                                    .created = clock_wall(),
                                    .used = clock_wall()};
    record.id[0] = 9;
    record.address = record.agent = SV("");
    struct session *asking = session_fixture_admit(f, &record, (struct session_nature){0});
    assert_int_equal(told_to(f, asking, &v), 1);
    assert_int_equal(v[0].address.n, 0);
    assert_int_equal(visit_texts(asking, &v[0], f->arena, &texts, &n), STATUS_OK);
    assert_int_equal(n, 0);
    session_release(&asking);
}

/* The process dies: what was done is there, and nobody says that it goes on. */
static void a_visit_outlives_the_process(void **state)
{
    struct session_fixture *f = *state;
    struct session *kiosk = sign_in(f, 2, SESSION_PUBLIC, "198.51.100.7", "Chrome/1", true);
    assert_int_equal(visit_note(kiosk, VISIT_DOWNLOADED, SV("a"), SV("a.pdf")), STATUS_OK);
    kiosk->visiting = false; /* so that its end is not written, as by kill -9 */
    session_release(&kiosk);
    sessions_free(&f->table);
    session_fixture_start(f, &session_fixture_key);
    struct session *home = sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1", false);
    struct visit visit = newest(f, home);
    assert_int_equal(visit.how, VISIT_LOST);
    assert_int_equal(visit.done[VISIT_DOWNLOADED], 1);
    session_release(&home);
}

static void an_end_by_the_clock_is_when_the_time_was_over(void **state)
{
    struct session_fixture *f = *state;
    struct session *home = sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1", false);
    struct session *kiosk = sign_in(f, 2, SESSION_PUBLIC, "198.51.100.7", "Chrome/1", true);
    kiosk->used -= 2000;
    kiosk->created -= 2000;
    int64_t over = session_expires(kiosk);
    assert_int_equal(newest(f, home).how, VISIT_RAN_OUT); /* before anybody swept */
    session_release(&kiosk);
    sessions_sweep(f->table);
    struct visit visit = newest(f, home);
    assert_int_equal(visit.how, VISIT_RAN_OUT);
    assert_int_equal(visit.ended, over);
    session_release(&home);
}

static void lines_and_visits_are_bounded_and_counted(void **state)
{
    struct session_fixture *f = *state;
    struct visit_text *texts;
    size_t n = 0;
    struct session *kiosk = sign_in(f, 2, SESSION_PUBLIC, "198.51.100.7", "Chrome/1", true);
    for (int i = 0; i < STORE_VISIT_LINES_MAX + 3; i++)
        assert_int_equal(visit_note(kiosk, VISIT_OPENED, arena_printf(f->arena, "%d", i), SV("x")),
                         STATUS_OK);
    struct visit visit = newest(f, kiosk);
    assert_int_equal(visit.done[VISIT_OPENED], STORE_VISIT_LINES_MAX + 3);
    assert_int_equal(visit_texts(kiosk, &visit, f->arena, &texts, &n), STATUS_OK);
    assert_int_equal(n, STORE_VISIT_LINES_MAX);
    session_release(&kiosk);
    assert_int_equal(store_visit_sweep(f->kept.store, clock_wall() + 1), STATUS_OK);
    struct session *home = sign_in(f, 1, SESSION_FULL, "192.0.2.1", "Firefox/1", false);
    struct visit *v;
    assert_int_equal(visit_list(home, false, f->arena, &v, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(visit_texts(home, &visit, f->arena, &texts, &n), STATUS_OK);
    assert_int_equal(n, 0);
    session_release(&home);
}

#define with_sessions(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_sessions(a_place_is_a_network_and_a_browser),
        with_sessions(a_place_is_forgotten_after_months_and_then_new),
        with_sessions(a_new_place_is_told_to_the_others_until_they_have_seen_it),
        with_sessions(who_is_new_cannot_hide_what_is_new),
        with_sessions(another_spelling_of_the_name_hides_nothing),
        with_sessions(a_place_that_is_new_no_longer_speaks_for_its_user),
        with_sessions(what_a_public_session_did_is_told_and_kept),
        with_sessions(the_store_alone_tells_nothing),
        with_sessions(a_visit_outlives_the_process),
        with_sessions(an_end_by_the_clock_is_when_the_time_was_over),
        with_sessions(lines_and_visits_are_bounded_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
