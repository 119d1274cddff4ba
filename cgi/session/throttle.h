/* throttle.h — who may try a password, or another secret, now, and who has to wait: counters of
 * failures with growing delays, and a limit on how many secrets are checked at once.
 *
 * A delay is answered, never slept: throttle_enter() says for how long. Every try is counted as a
 * failure when it begins, so that a thousand tries at once are counted like one after the other,
 * and taken back when it turns out otherwise. All times are the steady clock's (clock_ms()): nobody
 * shortens a delay by setting the machine's clock.
 *
 * What is counted. An address is an IPv4 address or an IPv6 /64, which is what one line gets. Each
 * counter leaks: it forgets one failure in so many minutes, the cap is where it stops to grow.
 *
 *   counter   free   forgets one in   cap   delay
 *   pair         4        15 min        16   2 s after the fifth failure, doubled by each further
 *                                            one, 15 min at most
 *   address     30         2 min        60   the same after the 31st
 *   user        10         5 min        40   none of its own: see below
 *
 * The 11th, 13th … 19th failure of others at one user, from wherever, makes every pair of his wait
 * before its first try, for 2 s, 4 s … 32 s, and from there on doubled by each failure of the pair.
 *
 * A pair that is familiar (familiar.h: that user has signed in there for good before) is judged by
 * its own counter alone, waits a minute at most, and counts on no other counter. A success empties
 * the pair's counter and gives back what the try took from the others, no more: one's own account
 * does not wash an address clean.
 *
 * Codes (second factor, short codes, the password asked for again) are counted apart, so that
 * the right password empties no counter of wrong codes; they are short, so there the user's counter
 * delays too, as the pair's does (4 free, one in 15 min), and a familiar pair may wait 15 min.
 *
 * One-time passes cannot be guessed. They are counted by pair alone, apart from the others, so that
 * a pass opens however many passwords are tried at this name or behind this address.
 *
 * What this stops. From one address: 31 passwords at once, then some 30 in an hour over all users;
 * 5 at once at one user, then 4 in an hour. At one user: after 10 failures from anywhere each
 * further address has one try, after 32 s, and then 4 in an hour. Codes at one user: 5, then 4 in
 * an hour, from anywhere.
 *
 * What an attacker cannot do to the owner. Where he has signed in before nobody elsewhere can delay
 * him. From a new address he waits 32 s at most, once, whatever others do meanwhile: his turn is
 * kept with his pair and not taken by who comes first. So that nobody washes it out by asking from
 * thousands of addresses, which costs no failure, he also carries it himself (throttle_turn()).
 *
 * What remains. Behind the very same address attacker and owner are one: who goes on trying the
 * owner's name there takes the tries as they come due, one in a minute, until he stops or is thrown
 * out; and those who have never signed in there share the address's tries with him. Whoever knows
 * the password and tries codes does the same to the owner's codes at new addresses. Passes, other
 * addresses and sessions that are open are not touched by any of this. A cookie that told a browser
 * from its neighbours would help, but would stay in browsers whose owners are told that nothing
 * does.
 *
 * What this does not stop. Many addresses have many tries: a thousand of them some 1,000 passwords
 * at one user at once and 4,000 in an hour, or one password each at any number of users; and behind
 * an address where many have signed in, 5 at once and one in a minute at each of these. Against
 * that stand good passwords, the second factor, and fail2ban (deploy/fail2ban). A restart forgets
 * the counters, not which pairs are familiar.
 *
 * Memory is fixed (THROTTLE_KEYS of each kind, 24 bytes each). Where a key belongs follows from a
 * keyed hash (SipHash), so that nobody can aim at another's place; of the eight there, one that has
 * run out gives way, else the lightest. Who wants to wash out a counter of n failures must bring
 * some THROTTLE_KEYS others above n, each of which costs n failures: whoever has so many addresses
 * has better use for them.
 *
 * At once. Of `most` checks a quarter is kept for familiar pairs, and strangers of one address have
 * half at most: a mail server that hangs while people sign in, or somebody who sees to that, takes
 * no more threads than these. Of those who find no place, as many as there is `room` for wait a
 * moment (a class that comes in at nine is let in by and by); the others are told at once.
 */
#ifndef VM_THROTTLE_H
#define VM_THROTTLE_H

#include <stdbool.h>

#include "clock.h"
#include "network.h"
#include "str.h"

enum { THROTTLE_KEYS = 8192 };

enum throttle_kind {
    THROTTLE_PASSWORD, /* at sign-in */
    THROTTLE_CODE,     /* what is short, or is asked for in the midst of a session */
    THROTTLE_PASS      /* a one-time pass: too long to be guessed */
};

struct throttle;
struct throttle_limits {
    unsigned most; /* checks at once, at least 1 */
    unsigned room; /* of these, and of those who wait to be one of them, together: `most` or more */
};
struct throttle *throttle_new(struct throttle_limits limits);
void throttle_configure(struct throttle *throttle, struct throttle_limits limits);
void throttle_free(struct throttle **throttle);

struct throttle_who {
    enum throttle_kind kind;
    struct ip address;
    struct sv user; /* account_short(); empty: only the address counts */
    bool familiar;
    struct sv turn; /* what throttle_turn() gave him, from whomever it comes; may be empty */
};

/* A try under way: the caller's memory, throttle.c's to fill. */
struct throttle_mark {
    uint64_t key;        /* hash; 0: does not count */
    int64_t added;       /* ms until it is forgotten */
    int64_t before, set; /* when the next try might begin, before this one and since */
};
struct throttle_try {
    struct throttle_try *next;
    struct throttle_mark address, user, pair;
    uint64_t pairs[3]; /* the hashes of all kinds */
    enum throttle_kind kind;
    bool familiar, alone; /* alone: judged by its own counter */
    bool held;
};

enum throttle_verdict {
    THROTTLE_LET_IN, /* throttle_leave() is due */
    THROTTLE_WAIT,   /* *wait_ms says how long */
    THROTTLE_FULL    /* so many are being checked already */
};

/* now: clock_ms(). patience: how long it may take until another check ends, where there is room for
 * waiting. *try_ stays where it is until throttle_leave(). Thread-safe. */
enum throttle_verdict throttle_enter(struct throttle *throttle, const struct throttle_who *who,
                                     int64_t now, struct deadline patience,
                                     struct throttle_try *try_, int64_t *wait_ms) MUST_USE;

/* For one who was told to wait: when that will be over, as a text that his next try brings with it,
 * good for him alone, until a restart. It spares nobody what his own failures cost. */
enum { THROTTLE_TURN_TEXT = 41 };
void throttle_turn(const struct throttle *throttle, const struct throttle_who *who, int64_t now,
                   int64_t wait_ms, char out[THROTTLE_TURN_TEXT + 1]);

enum throttle_outcome {
    THROTTLE_RIGHT,  /* the pair's counters are emptied, of all kinds */
    THROTTLE_WRONG,  /* stays counted */
    THROTTLE_UNKNOWN /* nobody knows: the try is taken back, nothing is emptied */
};
/* A try that was not let in is left alone. */
void throttle_leave(struct throttle *throttle, struct throttle_try *try_,
                    enum throttle_outcome outcome, int64_t now);

#endif
