#include "visit.h"

#include "agent.h"
#include "arena.h"
#include "log.h"
#include "network.h"
#include "random.h"
#include "table.h"
#include "utf8.h"

enum { DAY = 86400, HEAD_MAX = 600, PLACE_BITS_4 = 24, PLACE_BITS_6 = 48 };

/* ---- places ---- */

/* The network of an address: what follows its prefix is cleared. */
static void add_network(struct sb *out, struct sv address)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    struct ip ip;
    if (ip_parse(address, &ip) != STATUS_OK) {
        sb_add(out, address);
        return;
    }
    bool four = memcmp(ip.bytes, mapped, sizeof mapped) == 0;
    size_t kept = four ? sizeof mapped + PLACE_BITS_4 / 8 : PLACE_BITS_6 / 8;
    sb_add(out, (struct sv){(const char *)ip.bytes, kept});
}

static void place_of(const struct session *session, uint8_t out[STORE_PLACE_SIZE])
{
    char room[STORE_USER_MAX + 128];
    uint8_t mac[SEAL_HASH_SIZE];
    struct sb text;
    sb_fixed(&text, room, sizeof room);
    sb_add(&text, session_account(session));
    sb_add_char(&text, '\0');
    sb_add_cstr(&text, agent_read(sv_of(session->agent)).browser);
    sb_add_char(&text, '\0');
    add_network(&text, sv_of(session->address));
    seal_mac(&session->table->key, "place", sb_view(&text), mac);
    memcpy(out, mac, STORE_PLACE_SIZE);
}

/* ---- writing ---- */

/* For the account, so that it is readable however its user signs in. */
static enum status seal(const struct session *session, const char *purpose, struct sv text,
                        struct sb *out)
{
    return seal_close(&session->table->key, session_account(session), sv_of(purpose), text, out);
}

static enum status unseal(const struct session *session, const char *purpose, struct sv sealed,
                          struct sb *out)
{
    return seal_open(&session->table->key, session_account(session), sv_of(purpose), sealed, out);
}

/* "p" by a pass, "r" reading only, then address and User-Agent, a line each. */
static enum status seal_head(const struct session *session, struct sb *out)
{
    char room[HEAD_MAX];
    struct sb head;
    sb_fixed(&head, room, sizeof room);
    sb_add_cstr(&head, session_by_pass(session) ? "p" : "");
    sb_add_cstr(&head, session_reading(session) ? "r" : "");
    sb_add_char(&head, '\n');
    sb_add_cstr(&head, session->address);
    sb_add_char(&head, '\n');
    sb_add_cstr(&head, session->agent);
    return seal(session, "visit", sb_view(&head), out);
}

/* Gives it an id; false if it has one. */
static bool name_visit(struct session *session, uint8_t id[STORE_VISIT_ID_SIZE])
{
    struct sessions *table = session->table;
    uint8_t fresh[STORE_VISIT_ID_SIZE];
    random_bytes(fresh, sizeof fresh);
    pthread_mutex_lock(&table->lock);
    bool first = !session->visiting;
    if (first)
        memcpy(session->visit, fresh, sizeof fresh);
    session->visiting = true;
    memcpy(id, session->visit, sizeof fresh);
    pthread_mutex_unlock(&table->lock);
    return first;
}

static enum status write_visit(struct session *session, const uint8_t id[STORE_VISIT_ID_SIZE],
                               struct arena *arena)
{
    struct sb head;
    struct visit_record record = {
        .user = session_account(session), .kind = session->kind, .began = session->created};
    memcpy(record.id, id, sizeof record.id);
    place_of(session, record.place);
    sb_init(&head, arena, STORE_SEALED_MAX);
    enum status st = seal_head(session, &head);
    record.head = sb_view(&head);
    return st == STATUS_OK ? store_visit_put(session->table->store, &record) : st;
}

/* The visit of a session, made if there is none yet; tried again if that fails. */
static enum status ensure(struct session *session, uint8_t id[STORE_VISIT_ID_SIZE])
{
    if (!name_visit(session, id))
        return STATUS_OK;
    struct arena *arena = arena_new(TABLE_ARENA);
    enum status st = write_visit(session, id, arena);
    arena_free(&arena);
    if (st != STATUS_OK) {
        pthread_mutex_lock(&session->table->lock);
        session->visiting = false;
        pthread_mutex_unlock(&session->table->lock);
    }
    return st;
}

enum status visit_begin(struct session *session, bool *news)
{
    uint8_t place[STORE_PLACE_SIZE], id[STORE_VISIT_ID_SIZE];
    bool known = false;
    enum status st = STATUS_OK;
    if (session->kind == SESSION_FULL) {
        int64_t now = clock_wall();
        place_of(session, place);
        st = store_place_note(session->table->store, session_account(session), place, now,
                              now - (int64_t)VISIT_PLACE_DAYS * DAY, &known);
    }
    if (st == STATUS_OK && !known)
        st = ensure(session, id);
    if (st == STATUS_OK)
        *news = !known;
    return st;
}

enum status visit_note(struct session *session, enum visit_deed deed, struct sv once,
                       struct sv text)
{
    uint8_t id[STORE_VISIT_ID_SIZE], mac[SEAL_HASH_SIZE];
    struct sb sealed;
    if (session->kind != SESSION_PUBLIC)
        return STATUS_OK;
    enum status st = ensure(session, id);
    if (st != STATUS_OK)
        return st;
    struct arena *arena = arena_new(TABLE_ARENA);
    sb_init(&sealed, arena, STORE_SEALED_MAX);
    st = seal(session, "visit line", utf8_cut(text, VISIT_TEXT_MAX), &sealed);
    seal_mac(&session->table->key, "visit line", once, mac);
    const struct visit_line line = {
        .kind = (int)deed, .at = clock_wall(), .text = sb_view(&sealed)};
    if (st == STATUS_OK)
        st = store_visit_line_put(session->table->store, id, mac, &line);
    arena_free(&arena);
    return st;
}

void visit_ends(struct session *session, enum visit_end how)
{
    struct sessions *table = session->table;
    pthread_mutex_lock(&table->lock);
    if (!session->ending) {
        session->ending = clock_wall();
        session->ends = (int)how;
    }
    pthread_mutex_unlock(&table->lock);
}

void visit_close(struct session *session)
{
    if (!session->visiting || session->kind != SESSION_PUBLIC)
        return;
    pthread_mutex_lock(&session->table->lock); /* the limits may be changed meanwhile */
    int64_t now = clock_lasting(), over = table_expires(session), at = session->ending;
    pthread_mutex_unlock(&session->table->lock);
    enum visit_end how = (enum visit_end)session->ends;
    if (!at) {
        bool late = now >= over;
        at = late ? over : now;
        how = session->cut && late ? VISIT_CUT : late ? VISIT_RAN_OUT : VISIT_ENDED;
    }
    if (store_visit_end(session->table->store, session->visit, at, (int)how) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "visit-not-ended", "code=%s", diagnosis_code(CAUSE_STORE));
}

/* ---- reading ---- */

static void open_head(const struct session *asking, struct sv sealed, struct arena *arena,
                      struct visit *out)
{
    struct sb text;
    sb_init(&text, arena, HEAD_MAX);
    if (unseal(asking, "visit", sealed, &text) != STATUS_OK)
        return;
    struct sv rest = sb_view(&text), flags = sv_cut(&rest, '\n');
    out->pass = sv_find_char(flags, 'p') != SIZE_MAX;
    out->reading = sv_find_char(flags, 'r') != SIZE_MAX;
    out->address = sv_cut(&rest, '\n');
    out->agent = rest;
}

/* The session of a visit, if it is in the table and its time is not over. Lock held. */
static const struct session *alive(struct sessions *table, const uint8_t id[STORE_VISIT_ID_SIZE])
{
    for (size_t i = 0; i < TABLE_BUCKETS; i++)
        for (const struct session *s = table->buckets[i]; s; s = s->next)
            if (s->visiting && memcmp(s->visit, id, STORE_VISIT_ID_SIZE) == 0)
                return s;
    return NULL;
}

/* What the store does not know: whether it goes on, and how it ended if nobody could write that. */
static void look_at_end(struct sessions *table, struct visit *visit)
{
    if (visit->ended || visit->kind == SESSION_FULL)
        return;
    pthread_mutex_lock(&table->lock);
    const struct session *s = alive(table, visit->id);
    int64_t now = clock_lasting(), over = s ? table_expires(s) : 0;
    bool cut = s && s->cut;
    pthread_mutex_unlock(&table->lock);
    visit->how = !s ? VISIT_LOST : now < over ? VISIT_GOES_ON : cut ? VISIT_CUT : VISIT_RAN_OUT;
    visit->ended = s && now >= over ? over : 0;
}

static struct visit read_visit(struct session *asking, const struct visit_record *record,
                               struct arena *arena)
{
    uint8_t here[STORE_PLACE_SIZE];
    struct visit visit = {.kind = record->kind,
                          .began = record->began,
                          .ended = record->ended,
                          .how = (enum visit_end)record->how,
                          .told = (enum visit_told)record->told};
    memcpy(visit.id, record->id, sizeof visit.id);
    memcpy(visit.done, record->done, sizeof visit.done);
    session_sign(asking, "visit", (struct sv){(const char *)record->id, sizeof record->id},
                 visit.name);
    place_of(asking, here);
    visit.own = memcmp(here, record->place, sizeof here) == 0;
    open_head(asking, record->head, arena, &visit);
    look_at_end(asking->table, &visit);
    return visit;
}

static bool to_be_told(const struct visit *visit, int64_t seen)
{
    if (visit->kind == SESSION_FULL)
        return !visit->own && visit->began > seen;
    return (visit->how != VISIT_GOES_ON || visit->told == VISIT_UNTOLD) && visit->began > seen;
}

enum status visit_list(struct session *asking, bool untold, struct arena *arena, struct visit **out,
                       size_t *count)
{
    struct visit_record *records;
    size_t n, kept = 0;
    struct sessions *table = asking->table;
    enum status st =
        store_visit_list(table->store, session_account(asking),
                         untold ? VISIT_ALL_TOLD : VISIT_ALL_TOLD + 1, arena, &records, &n);
    if (st != STATUS_OK)
        return st;
    pthread_mutex_lock(&table->lock);
    int64_t seen = asking->news_seen;
    pthread_mutex_unlock(&table->lock);
    struct visit *list = n > 0 ? arena_array(arena, n, sizeof *list) : NULL;
    for (size_t i = 0; i < n; i++) {
        struct visit visit = read_visit(asking, &records[i], arena);
        if (!untold || to_be_told(&visit, seen))
            list[kept++] = visit;
    }
    *out = list;
    *count = kept;
    return STATUS_OK;
}

enum status visit_texts(struct session *asking, const struct visit *visit, struct arena *arena,
                        struct visit_text **out, size_t *count)
{
    struct visit_line *lines;
    size_t n, kept = 0;
    enum status st = store_visit_lines(asking->table->store, visit->id, arena, &lines, &n);
    if (st != STATUS_OK)
        return st;
    struct visit_text *list = arena_array(arena, n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        struct sb text;
        sb_init(&text, arena, VISIT_TEXT_MAX);
        if (unseal(asking, "visit line", lines[i].text, &text) != STATUS_OK)
            continue; /* sealed under a key that is gone */
        list[kept++] = (struct visit_text){
            .deed = (enum visit_deed)lines[i].kind, .at = lines[i].at, .text = sb_view(&text)};
    }
    *out = list;
    *count = kept;
    return STATUS_OK;
}

/* ---- being told ---- */

/* Whether the place of this session waits itself, and not for long, for its user to know it. */
static bool doubtful(struct session *asking, const struct visit_record *records, size_t n)
{
    uint8_t here[STORE_PLACE_SIZE];
    int64_t since = clock_wall() - (int64_t)VISIT_DOUBT_DAYS * DAY;
    place_of(asking, here);
    for (size_t i = 0; i < n; i++)
        if (records[i].kind == SESSION_FULL && records[i].began > since &&
            memcmp(records[i].place, here, sizeof here) == 0)
            return true;
    return false;
}

static enum status tell_passes(struct session *asking, struct arena *arena)
{
    struct pass_record *passes;
    size_t n;
    struct store *store = asking->table->store;
    enum status st = store_pass_untold(store, session_account(asking), arena, &passes, &n);
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = store_pass_told(store, session_account(asking), passes[i].selector);
    return st;
}

enum status visit_tell(struct session *asking, struct arena *arena)
{
    struct visit_record *records;
    size_t n;
    struct sessions *table = asking->table;
    enum status st = store_visit_list(table->store, session_account(asking), VISIT_ALL_TOLD, arena,
                                      &records, &n);
    if (st != STATUS_OK)
        return st;
    if (doubtful(asking, records, n)) {
        pthread_mutex_lock(&table->lock);
        asking->news_seen = records[0].began;
        pthread_mutex_unlock(&table->lock);
        return STATUS_OK;
    }
    for (size_t i = 0; i < n && st == STATUS_OK; i++) {
        struct visit visit = read_visit(asking, &records[i], arena);
        st = store_visit_told(table->store, session_account(asking), visit.id,
                              visit.how == VISIT_GOES_ON && visit.kind == SESSION_PUBLIC
                                  ? VISIT_BEGIN_TOLD
                                  : VISIT_ALL_TOLD);
    }
    return st == STATUS_OK ? tell_passes(asking, arena) : st;
}

void visits_sweep(struct sessions *table)
{
    if (store_visit_sweep(table->store, clock_wall() - (int64_t)VISIT_DAYS * DAY) != STATUS_OK)
        log_event(LOG_LEVEL_WARNING, "sweep-failed", "code=%s", diagnosis_code(CAUSE_STORE));
}
