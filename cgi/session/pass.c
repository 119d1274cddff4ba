#include "pass.h"

#include "account.h"
#include "clock.h"
#include "log.h"
#include "pass_generation.h"
#include "random.h"
#include "secret.h"

enum {
    ARENA_BUDGET = 64 * 1024,
    CLAIM_S = 600, /* longer than any sign-in lasts */
    TRIES = 8,     /* at selectors that are free */
    CONTEXT_MAX = STORE_USER_MAX + 32,
};

struct passes {
    struct store *store;
    struct server_key pepper;
    char *generation_path, *domain;
};

/* ---- the generation ---- */

static enum status void_everyone(struct passes *passes, struct generation *g, uint64_t kept)
{
    size_t count = 0;
    uint64_t file = g->known ? g->value : 0, value = (file > kept ? file : kept) + 1;
    enum status st = store_pass_void_everyone(passes->store, PASS_WHY_RESTORED, value, &count);
    if (count > 0)
        log_event(LOG_LEVEL_WARNING, "passes-void", "cause=restored count=%zu store=%llu file=%llu",
                  count, (unsigned long long)kept, (unsigned long long)file);
    return st == STATUS_OK ? generation_write(g, value) : st;
}

/* The store is never behind the file unless it has been set back; a file that is behind has missed
 * the last step before a crash. One that is gone could say anything. */
static enum status compare(struct passes *passes, struct generation *g)
{
    uint64_t kept;
    enum status st = store_pass_generation(passes->store, &kept);
    if (st != STATUS_OK)
        return st;
    if (!g->known || g->value > kept)
        return void_everyone(passes, g, kept);
    return g->value < kept ? generation_write(g, kept) : STATUS_OK;
}

/* A change that takes passes out of use. */
struct change {
    const struct pass_record *claim; /* NULL: voiding */
    struct sv name;
    uint32_t selector;
    enum pass_why why;
};

/* The store first: if the machine stops between the two, nobody has come in by what it has not
 * heard of. The lock keeps other processes' steps from falling in between. */
static enum status advance(struct passes *passes, const struct change *change)
{
    struct generation g;
    uint64_t value = 0;
    struct arena *arena = arena_new(ARENA_BUDGET);
    enum status st = generation_begin(passes->generation_path, arena, &g);
    if (st == STATUS_OK) {
        st = compare(passes, &g);
        if (st == STATUS_OK)
            st = change->claim ? store_pass_claim(passes->store, change->claim, &value)
                               : store_pass_void(passes->store, change->name, change->selector,
                                                 change->why, &value);
        if (st == STATUS_OK)
            st = generation_write(&g, value);
        generation_end(&g);
    }
    arena_free(&arena);
    return st;
}

/* ---- beginning and end ---- */

static enum status look_at_generation(struct passes *passes, struct arena *arena, struct sv *reason)
{
    struct generation g;
    enum status st = generation_begin(passes->generation_path, arena, &g);
    if (st == STATUS_OK) {
        st = compare(passes, &g);
        generation_end(&g);
    }
    if (st != STATUS_OK)
        *reason =
            arena_printf(arena, "%s: cannot be kept; the log says why", passes->generation_path);
    return st;
}

enum status passes_open(struct store *store, const struct passes_site *site, struct arena *arena,
                        struct passes **out, struct sv *reason)
{
    struct passes *passes = secret_new(sizeof *passes);
    passes->store = store;
    passes->generation_path = sv_copy(sv_of(site->generation_file));
    passes->domain = sv_copy(site->domain);
    enum status st = seal_pepper_load(site->pepper_file, arena, &passes->pepper, reason);
    if (st == STATUS_OK)
        st = look_at_generation(passes, arena, reason);
    if (st == STATUS_OK) {
        int64_t now = clock_wall();
        st = store_pass_sweep(store, now + 1, now - PASS_KEPT_S);
        if (st != STATUS_OK)
            *reason = SV("the passes in the store cannot be looked through; the log says why");
    }
    if (st == STATUS_OK)
        *out = passes;
    else
        passes_close(&passes);
    return st;
}

void passes_close(struct passes **passes)
{
    if (!passes || !*passes)
        return;
    free((*passes)->generation_path);
    free((*passes)->domain);
    secret_free(*passes);
    *passes = NULL;
}

void passes_sweep(struct passes *passes)
{
    int64_t now = clock_wall();
    if (store_pass_sweep(passes->store, now - CLAIM_S, now - PASS_KEPT_S) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "sweep-failed", "code=%s", diagnosis_code(CAUSE_STORE));
}

/* ---- the seal ---- */

static void add_number(struct sb *out, uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        sb_add_char(out, (char)(number >> (8 * i) & 0xff));
}

/* A NUL ends what has no fixed length: no login holds one. */
static void add_owner(struct sb *out, const struct pass_record *row)
{
    sb_add(out, row->user);
    sb_add_char(out, '\0');
    add_number(out, row->selector, 3);
}

struct binding {
    char info[CONTEXT_MAX + 32], data[CONTEXT_MAX + 32];
    struct seal_material material;
    struct sv context;
};

static void bind(struct passes *passes, const struct pass_code *code, const struct pass_record *row,
                 struct binding *out)
{
    struct sb info, data;
    sb_fixed(&info, out->info, sizeof out->info);
    sb_add(&info, SV("vaguemestre pass 1\0"));
    add_owner(&info, row);
    sb_fixed(&data, out->data, sizeof out->data);
    add_owner(&data, row);
    add_number(&data, (uint64_t)row->policy, 1);
    add_number(&data, (uint64_t)row->expires, 8);
    out->material = (struct seal_material){
        .first = {(const char *)code->secret, sizeof code->secret},
        .second = {(const char *)passes->pepper.bytes, sizeof passes->pepper.bytes},
        .info = sb_view(&info)};
    out->context = sb_view(&data);
}

/* ---- making ---- */

static enum status seal_one(struct passes *passes, const struct pass_order *order,
                            struct arena *arena, struct pass_record *row, char text[PASS_TEXT + 1])
{
    struct pass_code code = {.selector = (uint32_t)(random_u64() % PASS_SELECTOR_LIMIT)};
    struct binding binding;
    struct sb sealed;
    random_bytes(code.secret, sizeof code.secret);
    row->selector = code.selector;
    bind(passes, &code, row, &binding);
    sb_init(&sealed, arena, STORE_SEALED_MAX);
    enum status st = seal_close_under(&binding.material, binding.context, order->password, &sealed);
    row->sealed = sb_view(&sealed);
    pass_text_write(&code, text);
    seal_wipe(&code, sizeof code);
    return st;
}

enum status pass_make(struct passes *passes, const struct pass_order *order, struct arena *arena,
                      char (*texts)[PASS_TEXT + 1])
{
    struct pass_record rows[STORE_PASSES_ALIVE_MAX];
    int64_t now = clock_wall();
    if (order->count > STORE_PASSES_ALIVE_MAX)
        return STATUS_TOO_LARGE;
    if (order->count == 0 || order->expires <= now || order->expires > now + PASS_LIFE_MAX_S ||
        order->user.n == 0 || order->user.n > STORE_USER_MAX || sv_has_control(order->user) ||
        order->password.n == 0 || order->password.n > PASS_PASSWORD_MAX)
        return STATUS_INVALID;
    struct sv name = account_short(order->user, sv_of(passes->domain), arena);
    enum status st = STATUS_EXISTS; /* two of the same selector, or one that is taken */
    for (int i = 0; st == STATUS_EXISTS && i < TRIES; i++) {
        st = STATUS_OK;
        for (size_t n = 0; st == STATUS_OK && n < order->count; n++) {
            rows[n] = (struct pass_record){.name = name,
                                           .user = order->user,
                                           .policy = (int)order->policy,
                                           .made = now,
                                           .expires = order->expires};
            st = seal_one(passes, order, arena, &rows[n], texts[n]);
        }
        if (st == STATUS_OK)
            st = store_pass_add(passes->store, rows, order->count);
    }
    return st;
}

/* ---- using ---- */

/* What stands in for the seal of a pass that is not there, so that the work is the same. */
static struct sv decoy(void)
{
    static const char nothing[SEAL_OVERHEAD + SEAL_PAD] = {0};
    return (struct sv){nothing, sizeof nothing};
}

/* The row of the user and selector typed, or one that nothing opens. */
static enum status find(struct passes *passes, struct sv user, uint32_t selector,
                        struct arena *arena, struct pass_record *row)
{
    struct sv name = account_short(sv_slice(user, 0, STORE_USER_MAX), sv_of(passes->domain), arena);
    enum status st = store_pass_get(passes->store, name, selector, arena, row);
    if (st == STATUS_NOT_FOUND) {
        *row = (struct pass_record){.name = name, .user = name, .selector = selector};
        st = STATUS_OK;
    }
    if (row->sealed.n == 0)
        row->sealed = decoy();
    return st;
}

static bool open_seal(struct passes *passes, const struct pass_code *code,
                      const struct pass_record *row, struct pass_claim *out)
{
    struct binding binding;
    struct sb password;
    bind(passes, code, row, &binding);
    sb_fixed(&password, out->password, sizeof out->password);
    bool opened =
        seal_open_under(&binding.material, binding.context, row->sealed, &password) == STATUS_OK;
    out->password_n = password.n;
    return opened;
}

static void wipe(struct pass_claim *claim)
{
    seal_wipe(claim->password, sizeof claim->password);
    claim->password_n = 0;
}

enum status pass_claim(struct passes *passes, const struct pass_try *try, struct arena *arena,
                       struct pass_claim *out)
{
    struct pass_code code;
    struct pass_claim claim = {.password_n = 0};
    enum status st = pass_text_read(try->typed, &code);
    if (st != STATUS_OK)
        return st;
    st = find(passes, try->user, code.selector, arena, &claim.row);
    if (st == STATUS_OK) {
        bool right = open_seal(passes, &code, &claim.row, &claim);
        claim.row.address = try->address;
        claim.row.agent = try->agent;
        if (right)
            st = advance(passes, &(struct change){.claim = &claim.row});
        if (!right || st == STATUS_CHANGED)
            st = STATUS_DENIED;
    }
    seal_wipe(&code, sizeof code);
    if (st == STATUS_OK)
        *out = claim;
    wipe(&claim);
    return st;
}

enum status pass_done(struct passes *passes, struct pass_claim *claim, enum pass_outcome outcome)
{
    wipe(claim);
    if (outcome == PASS_REFUSED)
        return pass_void(passes, claim->row.user, PASS_SELECTOR_ANY, PASS_WHY_PASSWORD);
    return store_pass_settle(passes->store, &claim->row, outcome == PASS_SIGNED_IN);
}

enum status pass_void(struct passes *passes, struct sv user, uint32_t selector, enum pass_why why)
{
    struct arena *arena = arena_new(ARENA_BUDGET);
    struct sv name = account_short(user, sv_of(passes->domain), arena);
    enum status st =
        advance(passes, &(struct change){.name = name, .selector = selector, .why = why});
    arena_free(&arena);
    return st;
}
