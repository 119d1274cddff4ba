/* One-time passes. What was sealed is overwritten in the row (secure_delete) and leaves the journal
 * with the next checkpoint, which follows at once. */
#include "clock.h"
#include "sqlite.h"

static int64_t bound_selector(uint32_t selector)
{
    return selector == PASS_SELECTOR_ANY ? -1 : (int64_t)selector;
}

static void bind_key(sqlite3_stmt *q, const struct pass_record *pass)
{
    store_bind_text(q, 1, pass->name);
    sqlite3_bind_int64(q, 2, pass->selector);
}

static enum status read_number(struct store *store, sqlite3_stmt *q, uint64_t *out)
{
    enum status st = STATUS_OK;
    if (sqlite3_step(q) == SQLITE_ROW)
        *out = (uint64_t)sqlite3_column_int64(q, 0);
    else
        st = store_failed(store, "counting passes");
    store_reset(q);
    return st;
}

/* Within a transaction. */
static enum status raise_generation(struct store *store, uint64_t least, uint64_t *out)
{
    sqlite3_stmt *q = store->queries[GENERATION_RAISE];
    sqlite3_bind_int64(q, 1, (int64_t)least);
    enum status st = store_step(store, q, "moving the generation");
    return st == STATUS_OK ? read_number(store, store->queries[GENERATION_GET], out) : st;
}

/* ---- making ---- */

static bool fits(const struct pass_record *pass)
{
    return pass->name.n <= STORE_USER_MAX && pass->user.n <= STORE_USER_MAX &&
           pass->sealed.n <= STORE_SEALED_MAX;
}

static enum status add_one(struct store *store, const struct pass_record *pass)
{
    sqlite3_stmt *q = store->queries[PASS_PUT];
    bind_key(q, pass);
    store_bind_text(q, 3, pass->user);
    sqlite3_bind_int(q, 4, pass->policy);
    sqlite3_bind_int64(q, 5, pass->made);
    sqlite3_bind_int64(q, 6, pass->expires);
    store_bind_blob(q, 7, pass->sealed.p, pass->sealed.n);
    return store_step_if(store, q, STATUS_EXISTS, "keeping a pass");
}

enum status store_pass_add(struct store *store, const struct pass_record *passes, size_t n)
{
    uint64_t alive = 0;
    for (size_t i = 0; i < n; i++)
        if (!fits(&passes[i]))
            return STATUS_TOO_LARGE;
    enum status st = n > 0 ? store_transaction_begin(store) : STATUS_INVALID;
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[PASS_ALIVE];
    store_bind_text(q, 1, passes[0].name);
    sqlite3_bind_int64(q, 2, clock_wall());
    st = read_number(store, q, &alive);
    if (st == STATUS_OK && (n > STORE_PASSES_ALIVE_MAX || alive > STORE_PASSES_ALIVE_MAX - n))
        st = STATUS_TOO_LARGE;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = add_one(store, &passes[i]);
    return store_transaction_end(store, st);
}

/* ---- reading ---- */

static struct pass_record record_of(sqlite3_stmt *q, struct arena *arena)
{
    return (struct pass_record){.name = store_column(q, 0, arena),
                                .selector = (uint32_t)sqlite3_column_int64(q, 1),
                                .user = store_column(q, 2, arena),
                                .policy = sqlite3_column_int(q, 3),
                                .state = (enum pass_state)sqlite3_column_int(q, 4),
                                .why = (enum pass_why)sqlite3_column_int(q, 5),
                                .made = sqlite3_column_int64(q, 6),
                                .expires = sqlite3_column_int64(q, 7),
                                .changed = sqlite3_column_int64(q, 8),
                                .address = store_column(q, 9, arena),
                                .agent = store_column(q, 10, arena),
                                .sealed = store_column(q, 11, arena)};
}

enum status store_pass_get(struct store *store, struct sv name, uint32_t selector,
                           struct arena *arena, struct pass_record *out)
{
    enum status st = STATUS_OK;
    const struct pass_record key = {.name = name, .selector = selector};
    sqlite3_stmt *q = store_begin(store, PASS_GET);
    bind_key(q, &key);
    int code = sqlite3_step(q);
    if (code == SQLITE_ROW)
        *out = record_of(q, arena);
    else
        st = code == SQLITE_DONE ? STATUS_NOT_FOUND : store_failed(store, "reading a pass");
    store_end(store, q);
    return st;
}

static enum status list(struct store *store, enum query query, struct sv name, struct arena *arena,
                        struct pass_record **out, size_t *count)
{
    struct pass_record *rows = arena_array(arena, STORE_PASSES_LISTED_MAX, sizeof *rows);
    size_t n = 0;
    int code;
    sqlite3_stmt *q = store_begin(store, query);
    store_bind_text(q, 1, name);
    sqlite3_bind_int(q, 2, STORE_PASSES_LISTED_MAX);
    while ((code = sqlite3_step(q)) == SQLITE_ROW && n < STORE_PASSES_LISTED_MAX)
        rows[n++] = record_of(q, arena);
    enum status st = code == SQLITE_DONE ? STATUS_OK : store_failed(store, "listing passes");
    store_end(store, q);
    if (st == STATUS_OK) {
        *out = rows;
        *count = n;
    }
    return st;
}

enum status store_pass_list(struct store *store, struct sv name, struct arena *arena,
                            struct pass_record **out, size_t *count)
{
    return list(store, PASS_LIST, name, arena, out, count);
}

enum status store_pass_untold(struct store *store, struct sv name, struct arena *arena,
                              struct pass_record **out, size_t *count)
{
    return list(store, PASS_UNTOLD, name, arena, out, count);
}

enum status store_pass_told(struct store *store, struct sv name, uint32_t selector)
{
    sqlite3_stmt *q = store_begin(store, PASS_TOLD);
    store_bind_text(q, 1, name);
    sqlite3_bind_int64(q, 2, selector);
    return store_run(store, q, "noting that a pass has been told of");
}

enum status store_pass_generation(struct store *store, uint64_t *out)
{
    sqlite3_stmt *q = store_begin(store, GENERATION_GET);
    enum status st = read_number(store, q, out);
    store_end(store, q);
    return st;
}

/* ---- what becomes of it ---- */

enum status store_pass_claim(struct store *store, const struct pass_record *pass,
                             uint64_t *generation)
{
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[PASS_CLAIM];
    bind_key(q, pass);
    sqlite3_bind_int64(q, 3, clock_wall());
    store_bind_text(q, 4, pass->address);
    store_bind_text(q, 5, sv_slice(pass->agent, 0, STORE_AGENT_MAX));
    st = store_step_if(store, q, STATUS_CHANGED, "claiming a pass");
    if (st == STATUS_OK)
        st = raise_generation(store, 0, generation);
    return store_transaction_end(store, st);
}

enum status store_pass_settle(struct store *store, const struct pass_record *pass, bool used)
{
    sqlite3_stmt *q = store_begin(store, used ? PASS_USE : PASS_GIVE_BACK);
    bind_key(q, pass);
    sqlite3_bind_int64(q, 3, clock_wall());
    enum status st = store_run_if(store, q, STATUS_CHANGED, "settling a pass");
    return st == STATUS_OK && used ? store_forget_journal(store) : st;
}

/* Commits, and then leaves nothing of what was wiped in the journal. */
static enum status end_wiping(struct store *store, enum status st)
{
    st = store_transaction_end(store, st);
    return st == STATUS_OK ? store_forget_journal(store) : st;
}

enum status store_pass_void(struct store *store, struct sv name, uint32_t selector,
                            enum pass_why why, uint64_t *generation)
{
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[PASS_VOID_SOME];
    store_bind_text(q, 1, name);
    sqlite3_bind_int64(q, 2, bound_selector(selector));
    sqlite3_bind_int(q, 3, (int)why);
    sqlite3_bind_int64(q, 4, clock_wall());
    st = store_step(store, q, "voiding passes");
    if (st == STATUS_OK)
        st = raise_generation(store, 0, generation);
    return end_wiping(store, st);
}

enum status store_pass_void_everyone(struct store *store, enum pass_why why, uint64_t generation,
                                     size_t *count)
{
    int changed = 0;
    uint64_t now;
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[PASS_VOID_EVERYONE];
    sqlite3_bind_int(q, 1, (int)why);
    sqlite3_bind_int64(q, 2, clock_wall());
    st = store_step(store, q, "voiding everybody's passes");
    changed = sqlite3_changes(store->db);
    if (st == STATUS_OK)
        st = raise_generation(store, generation, &now);
    st = end_wiping(store, st);
    if (st == STATUS_OK)
        *count = (size_t)changed;
    return st;
}

enum status store_pass_sweep(struct store *store, int64_t claimed_before, int64_t expired_before)
{
    int wiped = 0;
    int64_t now = clock_wall();
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    sqlite3_stmt *q = store->queries[PASS_EXPIRE];
    sqlite3_bind_int64(q, 1, now);
    st = store_step(store, q, "ending expired passes");
    wiped += sqlite3_changes(store->db);
    if (st == STATUS_OK) {
        q = store->queries[PASS_BREAK];
        sqlite3_bind_int64(q, 1, now);
        sqlite3_bind_int64(q, 2, claimed_before);
        st = store_step(store, q, "ending claimed passes");
        wiped += sqlite3_changes(store->db);
    }
    if (st == STATUS_OK) {
        q = store->queries[PASS_FORGET];
        sqlite3_bind_int64(q, 1, expired_before);
        st = store_step(store, q, "forgetting passes");
    }
    st = store_transaction_end(store, st);
    return st == STATUS_OK && wiped > 0 ? store_forget_journal(store) : st;
}
