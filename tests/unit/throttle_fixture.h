/* throttle_fixture.h — a throttle, a clock that stands still, and people who try. */
#ifndef VM_THROTTLE_FIXTURE_H
#define VM_THROTTLE_FIXTURE_H

#include "test.h"
#include "throttle.h"

enum {
    SECOND = 1000,
    MINUTE = 60 * SECOND,
    HOUR = 60 * MINUTE,
    START = 12345678,
    PAIR_FREE = 5, /* failures before the first delay */
    ADDRESS_FREE = 31
};

#define HOME "198.51.100.7"

static struct throttle *throttle;
static int64_t now;
static const struct deadline at_once; /* long past */

static inline int throttle_set_up(void **state)
{
    (void)state;
    throttle = throttle_new((struct throttle_limits){.most = 8, .room = 8});
    now = START;
    return 0;
}

static inline int throttle_tear_down(void **state)
{
    (void)state;
    throttle_free(&throttle);
    return 0;
}

#define THROTTLE_TEST(name)                                                                        \
    cmocka_unit_test_setup_teardown(name, throttle_set_up, throttle_tear_down)

static inline struct throttle_who who_of(const char *address, const char *user)
{
    struct throttle_who who = {.kind = THROTTLE_PASSWORD, .user = sv_of(user)};
    assert_int_equal(ip_parse(sv_of(address), &who.address), STATUS_OK);
    return who;
}

/* ms to wait; 0: it was let in, and turned out like that. */
static inline int64_t try_as(struct throttle_who who, enum throttle_outcome outcome)
{
    struct throttle_try one;
    int64_t wait = 0;
    enum throttle_verdict verdict = throttle_enter(throttle, &who, now, at_once, &one, &wait);
    assert_int_not_equal(verdict, THROTTLE_FULL);
    assert_int_equal(verdict == THROTTLE_WAIT, wait > 0);
    throttle_leave(throttle, &one, outcome, now);
    return wait;
}

static inline int64_t fails(const char *address, const char *user)
{
    return try_as(who_of(address, user), THROTTLE_WRONG);
}

static inline int64_t succeed(const char *address, const char *user)
{
    return try_as(who_of(address, user), THROTTLE_RIGHT);
}

/* The pattern with the number in the place of "#", as two parts of an address; until the next call.
 */
static inline const char *numbered(const char *pattern, unsigned i)
{
    static char text[64];
    struct sb b;
    sb_fixed(&b, text, sizeof text);
    for (const char *p = pattern; *p; p++)
        if (*p == '#')
            sb_printf(&b, "%u.%u", i / 250, i % 250);
        else
            sb_add_char(&b, *p);
    return text;
}

#endif
