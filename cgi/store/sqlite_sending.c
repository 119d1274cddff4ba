#include "sqlite.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

/* What rows use up, the newest first, and until when they leave too little. */
struct use {
    const struct sending_limits *limits;
    int64_t messages, recipients;
    int64_t until;
};

static void later(int64_t *until, int64_t at)
{
    if (at > *until)
        *until = at;
}

/* The first row that no longer fits beside the newer ones and the new message must have left. */
static void add_row(struct use *use, int64_t now, int64_t at, int64_t recipients)
{
    if (use->limits->messages_hour > 0 && at > now - HOUR &&
        ++use->messages >= use->limits->messages_hour)
        later(&use->until, at + HOUR);
    use->recipients += recipients;
    if (use->limits->recipients_day > 0 && use->recipients > use->limits->recipients_day)
        later(&use->until, at + DAY);
}

static enum status run(struct store *store, enum query query, struct sv user, int64_t now)
{
    sqlite3_stmt *q = store->queries[query];
    int index = 1;
    if (query != SENDING_SWEEP)
        store_bind_text(q, index++, user);
    sqlite3_bind_int64(q, index, query == SENDING_SWEEP ? now - DAY : now);
    return store_step(store, q, "counting what was sent");
}

static enum status has(struct store *store, struct sv user, struct sv id, bool *known)
{
    sqlite3_stmt *q = store->queries[SENDING_HAS];
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, id);
    int code = sqlite3_step(q);
    *known = code == SQLITE_ROW;
    store_reset(q);
    return code == SQLITE_ROW || code == SQLITE_DONE ? STATUS_OK
                                                     : store_failed(store, "looking what was sent");
}

static enum status look(struct store *store, struct sv user, int64_t now, struct use *all,
                        struct use *public_only)
{
    sqlite3_stmt *q = store->queries[SENDING_LIST];
    int code;
    store_bind_text(q, 1, user);
    while ((code = sqlite3_step(q)) == SQLITE_ROW) {
        int64_t at = sqlite3_column_int64(q, 0), recipients = sqlite3_column_int64(q, 1);
        add_row(all, now, at, recipients);
        if (sqlite3_column_int(q, 2))
            add_row(public_only, now, at, recipients);
    }
    store_reset(q);
    return code == SQLITE_DONE ? STATUS_OK : store_failed(store, "listing what was sent");
}

static enum status add(struct store *store, struct sv user, const struct store_sending *sending,
                       int64_t now)
{
    sqlite3_stmt *q = store->queries[SENDING_ADD];
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, sending->id);
    sqlite3_bind_int64(q, 3, now);
    sqlite3_bind_int64(q, 4, sending->recipients);
    sqlite3_bind_int(q, 5, sending->public);
    return store_step(store, q, "counting what is sent");
}

enum status store_sending_count(struct store *store, struct sv user,
                                const struct store_sending *sending,
                                const struct sending_limits *all,
                                const struct sending_limits *public_only, int64_t now,
                                int64_t *until, bool *added)
{
    struct use of_all = {.limits = all, .recipients = sending->recipients};
    struct use of_public = {.limits = public_only, .recipients = sending->recipients};
    bool known = false;
    enum status st = store_transaction_begin(store);
    if (st != STATUS_OK)
        return st;
    st = run(store, SENDING_SWEEP, user, now);
    /* what a clock that was ahead has written is as if sent now: it ages from here */
    if (st == STATUS_OK)
        st = run(store, SENDING_SETTLE, user, now);
    if (st == STATUS_OK)
        st = has(store, user, sending->id, &known);
    if (st == STATUS_OK && !known)
        st = look(store, user, now, &of_all, &of_public);
    int64_t wait = of_all.until;
    if (sending->public)
        later(&wait, of_public.until);
    if (st == STATUS_OK && !known && wait == 0)
        st = add(store, user, sending, now);
    st = store_transaction_end(store, st);
    if (st == STATUS_OK)
        *until = wait;
    if (st == STATUS_OK)
        *added = !known && wait == 0;
    return st;
}

enum status store_sending_forget(struct store *store, struct sv user, struct sv id)
{
    sqlite3_stmt *q = store_begin(store, SENDING_DELETE);
    store_bind_text(q, 1, user);
    store_bind_text(q, 2, id);
    return store_run(store, q, "forgetting what was not sent");
}
