#include "throttle.h"

#include <pthread.h>
#include <stdlib.h>

#include "random.h"
#include "siphash.h"

enum {
    KINDS = THROTTLE_PASS + 1,
    WAYS = 8, /* places for one key */
    SETS = THROTTLE_KEYS / WAYS,
    MINUTE = 60 * 1000,
    FIRST_MS = 2000, /* the first delay */
    DOUBLINGS_MAX = 20,
    MOST_MS = 15 * MINUTE,
    FAMILIAR_MOST_MS = MINUTE,
    BONUS_MAX = 5,         /* FIRST_MS << 4: 32 s */
    TURN_MS = 10 * MINUTE, /* how long somebody's turn is kept for him once it has come */
};

/* A leaking bucket is one number: the time at which it will be empty. */
struct counter {
    uint64_t key;       /* 0: nobody's */
    int64_t empty_at;   /* level: (empty_at - now) / leak, rounded up */
    int64_t not_before; /* when the next try may begin */
};

struct rule {
    int64_t leak_ms;
    unsigned free, cap;
};
static const struct rule pair_rule = {15 * MINUTE, 4, 16};
static const struct rule address_rule = {2 * MINUTE, 30, 60};
static const struct rule user_rule[] = {[THROTTLE_PASSWORD] = {5 * MINUTE, 10, 40},
                                        [THROTTLE_CODE] = {15 * MINUTE, 4, 16},
                                        [THROTTLE_PASS] = {0}};

struct throttle {
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t left;  /* a check has ended */
    struct siphash_key key, turn_key;
    struct throttle_limits limits;
    unsigned waiting;
    struct throttle_try *trying; /* those who were let in */
    struct counter address[SETS][WAYS], user[SETS][WAYS], pair[SETS][WAYS];
};

struct throttle *throttle_new(struct throttle_limits limits)
{
    struct throttle *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    pthread_mutex_init(&t->lock, NULL);
    random_bytes(&t->key, sizeof t->key);
    random_bytes(&t->turn_key, sizeof t->turn_key);
    deadline_cond_init(&t->left);
    t->limits = limits;
    return t;
}

void throttle_configure(struct throttle *t, struct throttle_limits limits)
{
    pthread_mutex_lock(&t->lock);
    t->limits = limits;
    pthread_mutex_unlock(&t->lock);
}

void throttle_free(struct throttle **t)
{
    if (!t || !*t)
        return;
    pthread_cond_destroy(&(*t)->left);
    pthread_mutex_destroy(&(*t)->lock);
    free(*t);
    *t = NULL;
}

/* ---- counters ---- */

static uint64_t key_of(const struct throttle *t, char kind, const struct ip *address,
                       struct sv user)
{
    uint64_t parts[2];
    char head[1 + sizeof address->bytes] = {kind};
    if (address) {
        const struct ip line = ip_line(*address);
        memcpy(head + 1, line.bytes, sizeof line.bytes);
    }
    parts[0] = siphash(t->key, (struct sv){head, sizeof head});
    parts[1] = siphash(t->key, user);
    uint64_t key = siphash(t->key, (struct sv){(const char *)parts, sizeof parts});
    return key ? key : 1;
}

static int64_t forgotten_at(const struct counter *c)
{
    int64_t turn = c->not_before ? c->not_before + TURN_MS : 0;
    return c->empty_at > turn ? c->empty_at : turn;
}

/* NULL if nothing is known of the key. */
static struct counter *find(struct counter table[SETS][WAYS], uint64_t key, int64_t now)
{
    struct counter *set = table[key % SETS];
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].key == key)
            return forgotten_at(&set[i]) > now ? &set[i] : NULL;
    return NULL;
}

/* The key's counter, a new one in the place of what is forgotten first if it has none. */
static struct counter *counter_of(struct counter table[SETS][WAYS], uint64_t key, int64_t now)
{
    struct counter *set = table[key % SETS], *least = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            least = &set[i];
        if (least->key == key)
            break;
        if (forgotten_at(&set[i]) < forgotten_at(least))
            least = &set[i];
    }
    if (least->key != key || forgotten_at(least) <= now)
        *least = (struct counter){.key = key};
    return least;
}

static unsigned level_of(const struct counter *c, const struct rule *rule, int64_t now)
{
    if (!c || c->empty_at <= now)
        return 0;
    return (unsigned)((c->empty_at - now + rule->leak_ms - 1) / rule->leak_ms);
}

static int64_t delay_of(unsigned beyond, int64_t most)
{
    unsigned doublings = beyond - 1 < DOUBLINGS_MAX ? beyond - 1 : DOUBLINGS_MAX;
    int64_t delay = beyond == 0 ? 0 : (int64_t)FIRST_MS << doublings;
    return delay < most ? delay : most;
}

static unsigned beyond_of(unsigned level, unsigned free)
{
    return level > free ? level - free : 0;
}

/* ---- the rules ---- */

/* How much longer a pair waits because others try the same name everywhere. */
static unsigned bonus_of(struct throttle *t, const struct throttle_try *try_, unsigned own,
                         int64_t now)
{
    const struct rule *rule = &user_rule[try_->kind];
    if (try_->alone || try_->kind == THROTTLE_CODE)
        return 0;
    unsigned level = level_of(find(t->user, try_->user.key, now), rule, now);
    unsigned bonus = (beyond_of(level, rule->free + own) + 1) / 2;
    return bonus < BONUS_MAX ? bonus : BONUS_MAX;
}

static int64_t pair_delay(const struct throttle_try *try_, unsigned level, unsigned bonus)
{
    bool soon = try_->alone && try_->kind != THROTTLE_CODE;
    return delay_of(bonus > 0 ? level + bonus : beyond_of(level, pair_rule.free),
                    soon ? FAMILIAR_MOST_MS : MOST_MS);
}

static int64_t left(const struct counter *c, int64_t now)
{
    return c && c->not_before > now ? c->not_before - now : 0;
}

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static uint64_t turn_mac(const struct throttle *t, uint64_t pair, uint64_t at)
{
    const uint64_t parts[2] = {pair, at};
    return siphash(t->turn_key, (struct sv){(const char *)parts, sizeof parts});
}

/* True if it is ours for this pair, and not too old: *at says when it comes. */
static bool read_turn(const struct throttle *t, uint64_t pair, struct sv turn, int64_t now,
                      int64_t *at)
{
    uint64_t when, mac;
    if (sv_to_u64(sv_cut(&turn, '-'), INT64_MAX / 2, &when) != STATUS_OK ||
        sv_to_u64(turn, UINT64_MAX, &mac) != STATUS_OK || mac != turn_mac(t, pair, when) ||
        now >= (int64_t)when + TURN_MS)
        return false;
    *at = (int64_t)when;
    return true;
}

/* Whose name is under attack gives strangers their turn later; it is noted, so that it comes. */
static int64_t pair_wait(struct throttle *t, const struct throttle_try *try_, struct sv turn,
                         int64_t now)
{
    int64_t at;
    const struct counter *known = find(t->pair, try_->pair.key, now);
    if (known)
        return left(known, now);
    int64_t wait = delay_of(bonus_of(t, try_, 0, now), MOST_MS);
    if (wait > 0 && read_turn(t, try_->pair.key, turn, now, &at))
        return at > now ? at - now : 0;
    if (wait > 0)
        counter_of(t->pair, try_->pair.key, now)->not_before = now + wait;
    return wait;
}

static int64_t wait_of(struct throttle *t, const struct throttle_try *try_, struct sv turn,
                       int64_t now)
{
    int64_t wait = 0;
    if (!try_->alone) {
        wait = left(find(t->address, try_->address.key, now), now);
        if (try_->user.key && try_->kind == THROTTLE_CODE)
            wait = longer(wait, left(find(t->user, try_->user.key, now), now));
    }
    /* who has to wait anyhow gets no turn, so that asking fills no table */
    return wait == 0 && try_->pair.key ? pair_wait(t, try_, turn, now) : wait;
}

/* One failure more; returns how many there are. */
static unsigned add(struct counter *c, struct throttle_mark *mark, const struct rule *rule,
                    int64_t now)
{
    int64_t from = longer(c->empty_at, now), to = from + rule->leak_ms;
    int64_t full = now + rule->cap * rule->leak_ms;
    c->empty_at = to < full ? to : longer(from, full);
    mark->added = c->empty_at - from;
    return level_of(c, rule, now);
}

static void delay(struct counter *c, struct throttle_mark *mark, int64_t now, int64_t ms)
{
    mark->before = c->not_before;
    mark->set = c->not_before =
        ms > 0 ? now + ms : 0; /* others may have read the clock before us */
}

static void charge(struct counter table[SETS][WAYS], struct throttle_mark *mark,
                   const struct rule *rule, bool delays, int64_t now)
{
    if (!mark->key)
        return;
    struct counter *c = counter_of(table, mark->key, now);
    unsigned level = add(c, mark, rule, now);
    delay(c, mark, now, delays ? delay_of(beyond_of(level, rule->free), MOST_MS) : 0);
}

static void charge_all(struct throttle *t, struct throttle_try *try_, int64_t now)
{
    if (!try_->alone) {
        charge(t->address, &try_->address, &address_rule, true, now);
        charge(t->user, &try_->user, &user_rule[try_->kind], try_->kind == THROTTLE_CODE, now);
    }
    if (!try_->pair.key)
        return;
    struct counter *c = counter_of(t->pair, try_->pair.key, now);
    unsigned level = add(c, &try_->pair, &pair_rule, now);
    delay(c, &try_->pair, now, pair_delay(try_, level, bonus_of(t, try_, level, now)));
}

static void take_back(struct counter table[SETS][WAYS], const struct throttle_mark *mark,
                      int64_t now)
{
    struct counter *c = mark->key ? find(table, mark->key, now) : NULL;
    if (!c)
        return;
    c->empty_at -= mark->added;
    if (c->not_before == mark->set)
        c->not_before = mark->before;
}

static void forget(struct counter table[SETS][WAYS], uint64_t key, int64_t now)
{
    struct counter *c = key ? find(table, key, now) : NULL;
    if (c)
        *c = (struct counter){0};
}

/* ---- at once ---- */

static bool is_full(const struct throttle *t, const struct throttle_try *try_)
{
    unsigned most = t->limits.most, all = 0, strangers = 0, here = 0;
    for (const struct throttle_try *one = t->trying; one; one = one->next) {
        all++;
        strangers += one->familiar ? 0 : 1;
        here += !one->familiar && one->address.key == try_->address.key ? 1 : 0;
    }
    if (all >= most || try_->familiar)
        return all >= most;
    return strangers >= most - most / 4 || here >= (most + 1) / 2;
}

/* Until another check has ended. False: that took too long, or there is no room for waiting. */
static bool may_wait(struct throttle *t, struct deadline patience)
{
    unsigned running = 0;
    for (const struct throttle_try *one = t->trying; one; one = one->next)
        running++;
    if (running + t->waiting >= t->limits.room || deadline_passed(patience))
        return false;
    const struct timespec until = deadline_timespec(patience);
    t->waiting++;
    pthread_cond_timedwait(&t->left, &t->lock, &until);
    t->waiting--;
    return true;
}

static void drop(struct throttle *t, struct throttle_try *try_)
{
    struct throttle_try **at = &t->trying;
    while (*at != try_)
        at = &(*at)->next;
    *at = try_->next;
    try_->held = false;
    pthread_cond_broadcast(&t->left);
}

/* ---- the door ---- */

static void name(const struct throttle *t, const struct throttle_who *who, struct throttle_try *out)
{
    *out = (struct throttle_try){.kind = who->kind,
                                 .familiar = who->familiar,
                                 .alone = who->familiar || who->kind == THROTTLE_PASS};
    out->address.key = key_of(t, 'a', &who->address, SV(""));
    if (who->user.n == 0)
        return;
    out->user.key = key_of(t, (char)('u' + who->kind), NULL, who->user);
    for (int i = 0; i < KINDS; i++)
        out->pairs[i] = key_of(t, (char)('p' + i), &who->address, who->user);
    out->pair.key = out->pairs[who->kind];
}

enum throttle_verdict throttle_enter(struct throttle *t, const struct throttle_who *who,
                                     int64_t now, struct deadline patience,
                                     struct throttle_try *try_, int64_t *wait_ms)
{
    int64_t wait;
    bool full;
    name(t, who, try_);
    pthread_mutex_lock(&t->lock);
    do {
        wait = wait_of(t, try_, who->turn, now);
        full = wait == 0 && is_full(t, try_);
    } while (full && may_wait(t, patience));
    if (wait == 0 && !full) {
        charge_all(t, try_, now);
        try_->held = true;
        try_->next = t->trying;
        t->trying = try_;
    }
    pthread_mutex_unlock(&t->lock);
    if (wait > 0)
        *wait_ms = wait;
    if (full)
        return THROTTLE_FULL;
    return wait > 0 ? THROTTLE_WAIT : THROTTLE_LET_IN;
}

void throttle_turn(const struct throttle *t, const struct throttle_who *who, int64_t now,
                   int64_t wait_ms, char out[THROTTLE_TURN_TEXT + 1])
{
    struct throttle_try named;
    struct sb text;
    uint64_t at = (uint64_t)(now + wait_ms);
    name(t, who, &named);
    sb_fixed(&text, out, THROTTLE_TURN_TEXT + 1);
    sb_add_u64(&text, at);
    sb_add_char(&text, '-');
    sb_add_u64(&text, turn_mac(t, named.pair.key, at));
}

void throttle_leave(struct throttle *t, struct throttle_try *try_, enum throttle_outcome outcome,
                    int64_t now)
{
    if (!try_->held)
        return;
    pthread_mutex_lock(&t->lock);
    drop(t, try_);
    if (outcome != THROTTLE_WRONG) {
        if (!try_->alone) {
            take_back(t->address, &try_->address, now);
            take_back(t->user, &try_->user, now);
        }
        take_back(t->pair, &try_->pair, now);
    }
    for (size_t i = 0; outcome == THROTTLE_RIGHT && i < KINDS; i++)
        forget(t->pair, try_->pairs[i], now);
    pthread_mutex_unlock(&t->lock);
}
