/* One-time passes: the seal against one that another program has made (HKDF and AES-256-GCM of
 * Node.js), and what those get who have something else than the right pass. */
#include "pass_fixture.h"

static const char foreign_seal[] =
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16"
    "\x17\x18\x19\x1a\x1b\x5f\xab\x55\x76"
    "\x83\xa6\x80\x4b\x1c\xef\x1b\xf5\xf1\x33\x87\x47\x70\x47\x57\x41\x69\x9c\xe4\x1a\x85\x01\xb4"
    "\xdd\x41\xdc\xfe\xe6\xc0\x63\x88\x5b"
    "\x2b\x88\x02\xe2\x01\x32\x31\x2f\x46\xf4\xfe\x98\x82\x16\xce\xad\x22\xc2\xfc\xc8\x67\x87\x41"
    "\x71\x2e\x3f\x75\x08\x91\x7d\x36\x66"
    "\x01\x1b\x8c\xae\xe6\xc8\xdc\x30\x03\x22\x3d\xad";
#define FOREIGN "79Y5-008J-4CT4-ANK7-F24SN-AXPNM"

static struct pass_record foreign_row(void)
{
    return (struct pass_record){.name = SV("claire"),
                                .selector = 0x3a7c5,
                                .user = SV("claire@example.org"),
                                .policy = PASS_READING,
                                .made = 1,
                                .expires = 4102444800,
                                .sealed = {foreign_seal, sizeof foreign_seal - 1}};
}

static void it_opens_what_another_program_has_sealed(void **state)
{
    struct pass_fixture *f = *state;
    struct pass_claim got;
    const struct pass_record row = foreign_row();
    assert_int_equal(store_pass_add(f->kept.store, &row, 1), STATUS_OK);
    assert_int_equal(pass_fixture_claim(f, "claire", FOREIGN, &got), STATUS_OK);
    assert_sv(((struct sv){got.password, got.password_n}), "Zw\u00f6lf Boxk\u00e4mpfer");
    assert_sv(got.row.user, "claire@example.org");
    assert_int_equal(pass_done(f->passes, &got, PASS_SIGNED_IN), STATUS_OK);
    assert_int_equal(got.password_n, 0);
    assert_int_equal(got.password[0], 0);
}

/* Who can write into the store makes no other pass of one: not a stronger one, nor one for longer,
 * nor somebody else's. */
static void everything_beside_the_seal_is_bound_to_it(void **state)
{
    struct pass_fixture *f = *state;
    struct pass_claim got;
    struct pass_record rows[5];
    for (size_t i = 0; i < 5; i++) {
        rows[i] = foreign_row();
        rows[i].name = arena_printf(f->kept.arena, "n%zu", i);
    }
    rows[0].policy = PASS_ANSWERING;
    rows[1].expires++;
    rows[2].user = SV("karim@example.org");
    rows[3].user = SV("Claire@example.org");
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(store_pass_add(f->kept.store, &rows[i], 1), STATUS_OK);
        assert_int_equal(pass_fixture_claim(f, rows[i].name.p, FOREIGN, &got),
                         i < 4 ? STATUS_DENIED : STATUS_OK);
    }
}

static void another_pepper_opens_nothing(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    struct pass_claim got;
    const char pepper[SEAL_KEY_SIZE] = {6};
    pass_fixture_make(f, "claire", 1, pass);
    pass_fixture_write(f->pepper, (struct sv){pepper, sizeof pepper});
    pass_fixture_restart(f);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
}

static void what_was_sealed_goes_with_its_use(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[3];
    pass_fixture_make(f, "claire", 3, pass);
    for (int i = 0; i < 3; i++) {
        struct sv head = sv_slice(pass_fixture_row(f, pass[i]).sealed, 0, 40);
        uint32_t selector = pass_fixture_row(f, pass[i]).selector;
        assert_true(pass_fixture_holds(f, head));
        assert_false(pass_fixture_holds(f, SV("OPEN-SESAME")));
        if (i == 0)
            pass_fixture_use(f, pass[i]);
        else
            assert_int_equal(pass_void(f->passes, SV("claire"),
                                       i == 1 ? selector : PASS_SELECTOR_ANY, PASS_WHY_USER),
                             STATUS_OK);
        assert_false(pass_fixture_holds(f, head));
        assert_int_equal(pass_fixture_row(f, pass[i]).sealed.n, 0);
        assert_int_equal(pass_fixture_row(f, pass[i]).state, i == 0 ? PASS_USED : PASS_VOID);
    }
}

/* ---- who types what ---- */

static void wrong_ones_are_all_the_same(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[2], karim[1], forged;
    struct pass_claim got = {.password_n = 42};
    pass_fixture_make(f, "claire", 2, pass);
    pass_fixture_make(f, "karim", 1, karim);
    pass_fixture_use(f, pass[0]);
    pass_fixture_forge(pass[1], forged);
    assert_int_equal(pass_fixture_claim(f, "nobody", pass[1], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "", pass[1], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", FOREIGN, &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", karim[0], &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", forged, &got), STATUS_DENIED);
    assert_int_equal(pass_fixture_claim(f, "claire", "79Y5", &got), STATUS_INVALID);
    assert_int_equal(got.password_n, 42);
    /* and none of these tries has cost the pass anything */
    pass_fixture_use(f, pass[1]);
}

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The least of many is what the work itself takes. */
static int64_t cost(struct pass_fixture *f, const char *user, const char *typed)
{
    struct pass_claim got;
    int64_t least = INT64_MAX;
    for (int i = 0; i < 200; i++) {
        int64_t from = cpu_ns();
        assert_int_equal(pass_fixture_claim(f, user, typed, &got), STATUS_DENIED);
        int64_t took = cpu_ns() - from;
        least = took < least ? took : least;
    }
    return least;
}

static void wrong_ones_cost_the_same_work(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[2], forged;
    pass_fixture_make(f, "claire", 2, pass);
    pass_fixture_use(f, pass[0]);
    pass_fixture_forge(pass[1], forged);
    int64_t wrong = cost(f, "claire", forged), used = cost(f, "claire", pass[0]);
    int64_t unknown = cost(f, "claire", FOREIGN), nobody = cost(f, "nobody", pass[1]);
    assert_in_range(used, wrong * 2 / 3, wrong * 3 / 2);
    assert_in_range(unknown, wrong * 2 / 3, wrong * 3 / 2);
    assert_in_range(nobody, wrong * 2 / 3, wrong * 3 / 2);
}

static void a_name_is_found_as_people_type_it(void **state)
{
    struct pass_fixture *f = *state;
    static const char *const typed[] = {
        "claire", "Claire", " claire ", "CLAIRE", "claire@example.org", "Claire@Example.ORG"};
    static const char *const made[] = {"claire", "Claire@example.org"};
    enum { N = sizeof typed / sizeof typed[0] };
    for (size_t m = 0; m < 2; m++) {
        pass_text pass[N];
        pass_fixture_make(f, made[m], N, pass);
        for (size_t i = 0; i < N; i++) {
            struct pass_claim got;
            assert_int_equal(pass_fixture_claim(f, typed[i], pass[i], &got), STATUS_OK);
            assert_sv(got.row.user, made[m]); /* as the IMAP server knows it */
        }
    }
}

static void at_most_twenty_are_alive(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[STORE_PASSES_ALIVE_MAX + 1];
    struct pass_claim got;
    pass_fixture_make(f, "claire", 19, pass);
    struct pass_order order = {.user = SV("claire"),
                               .password = SV("x"),
                               .policy = PASS_READING,
                               .expires = clock_wall() + 1000,
                               .count = 2};
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass + 19), STATUS_TOO_LARGE);
    order.count = 1;
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass + 19), STATUS_OK);
    assert_int_equal(pass_fixture_claim(f, "claire", pass[0], &got), STATUS_OK);
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass + 20), STATUS_TOO_LARGE);
    assert_int_equal(pass_done(f->passes, &got, PASS_SIGNED_IN), STATUS_OK);
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass + 20), STATUS_OK);
    order.count = 21;
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass), STATUS_TOO_LARGE);
    order.count = 1;
    order.expires = clock_wall();
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass), STATUS_INVALID);
    order.expires = clock_wall() + PASS_LIFE_MAX_S + 5;
    assert_int_equal(pass_make(f->passes, &order, f->kept.arena, pass), STATUS_INVALID);
}

static void the_pepper_is_made_once_and_must_be_private(void **state)
{
    struct pass_fixture *f = *state;
    pass_text pass[1];
    unlink(f->pepper.p);
    pass_fixture_restart(f);
    pass_fixture_make(f, "claire", 1, pass);
    pass_fixture_restart(f);
    pass_fixture_use(f, pass[0]);
    passes_close(&f->passes);
    assert_int_equal(chmod(f->pepper.p, 0644), 0);
    assert_int_equal(pass_fixture_start(f), STATUS_DENIED);
    assert_int_equal(chmod(f->pepper.p, 0640), 0);
    bool root = geteuid() == 0; /* whose own affair a group is */
    assert_int_equal(pass_fixture_start(f), root ? STATUS_OK : STATUS_DENIED);
    passes_close(&f->passes);
    if (root) {
        assert_int_equal(chown(f->pepper.p, 1, 1), 0);
        assert_int_equal(pass_fixture_start(f), STATUS_DENIED);
    }
}

#define PASS_TEST(name)                                                                            \
    cmocka_unit_test_setup_teardown(name, pass_fixture_set_up, pass_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PASS_TEST(it_opens_what_another_program_has_sealed),
        PASS_TEST(everything_beside_the_seal_is_bound_to_it),
        PASS_TEST(another_pepper_opens_nothing),
        PASS_TEST(what_was_sealed_goes_with_its_use),
        PASS_TEST(wrong_ones_are_all_the_same),
        PASS_TEST(wrong_ones_cost_the_same_work),
        PASS_TEST(a_name_is_found_as_people_type_it),
        PASS_TEST(at_most_twenty_are_alive),
        PASS_TEST(the_pepper_is_made_once_and_must_be_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
