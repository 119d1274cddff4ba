#include "roll.h"

#include "arena.h"
#include "crockford.h"
#include "log.h"
#include "table.h"
#include "visit.h"

enum { CODE_BYTES = 5, ROUNDS_MAX = 1000 };

static struct sv id_view(const uint8_t id[STORE_ID_SIZE])
{
    return (struct sv){(const char *)id, STORE_ID_SIZE};
}

/* ---- who is there ---- */

/* An entry with the id that it must not show. */
struct listed {
    uint8_t id[STORE_ID_SIZE];
    struct roll_entry entry;
};

static bool has(const struct listed *list, size_t n, const uint8_t id[STORE_ID_SIZE])
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(list[i].id, id, STORE_ID_SIZE) == 0)
            return true;
    return false;
}

/* Lock held. */
static struct listed in_memory(struct session *s, const struct session *asking, struct arena *arena)
{
    struct listed one = {.entry = {.kind = s->kind,
                                   .pass = session_by_pass(s),
                                   .reading = session_reading(s),
                                   .half = session_half(s),
                                   .self = s == asking,
                                   .created = s->created,
                                   .used = s->used,
                                   .expires = table_expires(s),
                                   .address = arena_sv(arena, sv_of(s->address)),
                                   .agent = arena_sv(arena, sv_of(s->agent))}};
    memcpy(one.id, s->id, STORE_ID_SIZE);
    return one;
}

static size_t take_memory(struct session *asking, struct arena *arena, struct listed *list)
{
    struct sessions *table = asking->table;
    struct sv account = session_account(asking);
    int64_t now = clock_lasting();
    size_t n = 0;
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < TABLE_BUCKETS && n < ROLL_MAX; i++)
        for (struct session *s = table->buckets[i]; s && n < ROLL_MAX; s = s->next)
            if (sv_eq(session_account(s), account) && (s == asking || now < table_expires(s)))
                list[n++] = in_memory(s, asking, arena);
    pthread_mutex_unlock(&table->lock);
    return n;
}

static struct session_limits limits_of(struct sessions *table)
{
    pthread_mutex_lock(&table->lock);
    struct session_limits limits = table->limits;
    pthread_mutex_unlock(&table->lock);
    return limits;
}

/* Those of the store that are not in memory; what is in memory knows better when it was used. */
static enum status take_store(struct session *asking, struct arena *arena, struct listed *list,
                              size_t *n)
{
    struct session_record *records;
    size_t count, memory = *n;
    const struct session_limits limits = limits_of(asking->table);
    enum status st =
        store_session_list(asking->table->store, session_account(asking),
                           table_domain(asking->table, arena), arena, &records, &count);
    for (size_t i = 0; st == STATUS_OK && i < count && *n < ROLL_MAX; i++) {
        const struct session_record *r = &records[i];
        int64_t idle = r->used + limits.idle_s, end = r->created + limits.absolute_s;
        int64_t expires = idle < end ? idle : end;
        if (r->kind != SESSION_FULL || clock_lasting() >= expires || has(list, memory, r->id))
            continue;
        struct listed *one = &list[(*n)++];
        one->entry = (struct roll_entry){.kind = r->kind,
                                         .created = r->created,
                                         .used = r->used,
                                         .expires = expires,
                                         .address = r->address,
                                         .agent = r->agent};
        memcpy(one->id, r->id, STORE_ID_SIZE);
    }
    return st;
}

static int by_use(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if (x->entry.used != y->entry.used)
        return x->entry.used < y->entry.used ? 1 : -1;
    return memcmp(x->id, y->id, STORE_ID_SIZE);
}

static enum status gather(struct session *asking, struct arena *arena, struct listed **out,
                          size_t *count)
{
    struct listed *list = arena_array(arena, ROLL_MAX, sizeof *list);
    size_t n = take_memory(asking, arena, list);
    enum status st = take_store(asking, arena, list, &n);
    if (st != STATUS_OK)
        return st;
    qsort(list, n, sizeof *list, by_use);
    for (size_t i = 0; i < n; i++)
        session_sign(asking, "roll", id_view(list[i].id), list[i].entry.name);
    *out = list;
    *count = n;
    return STATUS_OK;
}

enum status roll_list(struct session *asking, struct arena *arena, struct roll_entry **out,
                      size_t *count)
{
    struct listed *list;
    size_t n;
    enum status st = gather(asking, arena, &list, &n);
    if (st != STATUS_OK)
        return st;
    struct roll_entry *entries = arena_array(arena, n + 1, sizeof *entries);
    for (size_t i = 0; i < n; i++)
        entries[i] = list[i].entry;
    *out = entries;
    *count = n;
    return STATUS_OK;
}

/* ---- ending ---- */

static void close_idle(struct session *session)
{
    struct imap *idle[CONNECTIONS_EACH_MAX];
    pthread_mutex_lock(&session->table->lock);
    size_t n = table_take_idle(session, INT64_MAX, idle);
    pthread_mutex_unlock(&session->table->lock);
    for (size_t i = 0; i < n; i++)
        imap_close(&idle[i]);
}

/* The store first: whoever comes with its cookie meanwhile puts it into memory and then looks for
 * the row again, and either finds it gone or has been before us, and we find what he has put. */
static enum status end(struct sessions *table, struct gate *gate, const uint8_t id[STORE_ID_SIZE],
                       enum visit_end how)
{
    enum status st = store_session_delete(table->store, id);
    pthread_mutex_lock(&table->lock);
    struct session *session = table_lookup(table, id);
    if (session)
        session->references++;
    pthread_mutex_unlock(&table->lock);
    if (!session)
        return st;
    visit_ends(session, how);
    gate_leave_all(gate, session);
    session_end(session);
    close_idle(session);
    table_release(session);
    return st;
}

enum status roll_end(struct session *asking, struct gate *gate, struct sv name)
{
    struct listed *list;
    size_t n;
    struct arena *arena = arena_new((size_t)4 * 1024 * 1024);
    enum status st = gather(asking, arena, &list, &n), found = STATUS_NOT_FOUND;
    for (size_t i = 0; st == STATUS_OK && i < n && found == STATUS_NOT_FOUND; i++)
        if (sv_eq(sv_of(list[i].entry.name), name))
            found = end(asking->table, gate, list[i].id, VISIT_ENDED_AFAR);
    arena_free(&arena);
    return st == STATUS_OK ? found : st;
}

/* As many of the others as one list holds. */
static enum status end_listed(struct session *asking, struct gate *gate, size_t *ended)
{
    struct listed *list;
    size_t n = 0, done = 0;
    struct arena *arena = arena_new((size_t)4 * 1024 * 1024);
    enum status st = gather(asking, arena, &list, &n);
    for (size_t i = 0; i < n && st == STATUS_OK; i++)
        if (!list[i].entry.self) {
            st = end(asking->table, gate, list[i].id, VISIT_ENDED_AFAR);
            done += st == STATUS_OK;
        }
    arena_free(&arena);
    if (st == STATUS_OK)
        *ended = done;
    return st;
}

/* Whoever has the password can sign in more often than a list is long: nobody stays for that. */
enum status roll_end_others(struct session *asking, struct gate *gate, size_t *ended)
{
    size_t done = 0, more = 1;
    enum status st = STATUS_OK;
    for (int i = 0; i < ROUNDS_MAX && more > 0 && st == STATUS_OK; i++) {
        st = end_listed(asking, gate, &more);
        done += st == STATUS_OK ? more : 0;
    }
    if (st == STATUS_OK)
        *ended = done;
    return st;
}

/* ---- the code ---- */

static void code_of(const struct server_key *key, const uint8_t id[STORE_ID_SIZE],
                    uint8_t out[CODE_BYTES])
{
    uint8_t mac[SEAL_HASH_SIZE];
    seal_mac(key, "end code", id_view(id), mac);
    memcpy(out, mac, CODE_BYTES);
}

void roll_code(const struct session *session, char out[ROLL_CODE_TEXT + 2])
{
    uint8_t code[CODE_BYTES];
    uint64_t bits = 0;
    struct sb text;
    code_of(&session->table->key, session->id, code);
    for (size_t i = 0; i < CODE_BYTES; i++)
        bits = bits << 8 | code[i];
    sb_fixed(&text, out, ROLL_CODE_TEXT + 2);
    for (int i = ROLL_CODE_TEXT - 1; i >= 0; i--) {
        sb_add_char(&text, crockford_letter((unsigned)(bits >> 5 * i & 31)));
        if (i == ROLL_CODE_TEXT / 2)
            sb_add_char(&text, '-');
    }
}

static enum status read_code(struct sv typed, uint8_t out[CODE_BYTES])
{
    uint8_t values[ROLL_CODE_TEXT];
    uint64_t bits = 0;
    enum status st = crockford_read(typed, ROLL_CODE_TEXT, values);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < ROLL_CODE_TEXT; i++)
        bits = bits << 5 | values[i];
    for (int i = 0; i < CODE_BYTES; i++)
        out[i] = (uint8_t)(bits >> 8 * (CODE_BYTES - 1 - i));
    return STATUS_OK;
}

/* The public sessions whose time is not over, each held. Lock not held. */
static struct session **hold_public(struct sessions *table, struct arena *arena, size_t *count)
{
    int64_t now = clock_lasting();
    size_t n = 0;
    pthread_mutex_lock(&table->lock);
    struct session **list = arena_array(arena, table->count + 1, sizeof *list);
    for (size_t i = 0; i < TABLE_BUCKETS; i++)
        for (struct session *s = table->buckets[i]; s; s = s->next)
            if (s->kind == SESSION_PUBLIC && now < table_expires(s)) {
                s->references++;
                list[n++] = s;
            }
    pthread_mutex_unlock(&table->lock);
    *count = n;
    return list;
}

enum status roll_end_code(struct sessions *table, struct gate *gate, struct sv typed,
                          struct arena *arena, struct sv *user)
{
    uint8_t wanted[CODE_BYTES], code[CODE_BYTES];
    size_t n;
    struct session *found = NULL;
    enum status st = read_code(typed, wanted);
    if (st != STATUS_OK)
        return st;
    struct session **list = hold_public(table, arena, &n);
    for (size_t i = 0; i < n; i++) {
        code_of(&table->key, list[i]->id, code);
        found = seal_equal(code, wanted, CODE_BYTES) ? list[i] : found;
    }
    st = STATUS_NOT_FOUND;
    if (found) {
        struct sv whose = arena_sv(arena, session_user(found));
        st = end(table, gate, found->id, VISIT_ENDED_CODE);
        if (st == STATUS_OK)
            *user = whose;
    }
    for (size_t i = 0; i < n; i++)
        table_release(list[i]);
    return st;
}
