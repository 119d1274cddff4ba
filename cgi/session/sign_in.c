/* How a session begins, and begins anew under another token. */
#include "arena.h"
#include "base64.h"
#include "random.h"
#include "table.h"
#include "utf8.h"

static bool credentials_sound(struct sv user, struct sv password)
{
    return user.n > 0 && user.n <= STORE_USER_MAX && !sv_has_control(user) && password.n > 0 &&
           password.n <= SESSION_PASSWORD_MAX && !sv_has_control(password);
}

struct sv table_seal_context(struct arena *arena, const struct session_record *record)
{
    struct sb context;
    sb_init(&context, arena, STORE_USER_MAX + STORE_ID_SIZE);
    sb_add(&context, (struct sv){(const char *)record->id, STORE_ID_SIZE});
    sb_add(&context, record->user);
    return sb_view(&context);
}

static enum status keep_in_store(struct sessions *table, struct arena *arena, struct sv secret,
                                 struct session_record *record, struct sv password)
{
    struct sb sealed;
    sb_init(&sealed, arena, STORE_SEALED_MAX);
    enum status st =
        seal_close(&table->key, secret, table_seal_context(arena, record), password, &sealed);
    record->sealed = sb_view(&sealed);
    return st == STATUS_OK ? store_session_put(table->store, record) : st;
}

/* Under a new token, in the table, and in the store if it is one that outlives the process. imap
 * may be NULL. */
static enum status admit(struct sessions *table, struct session_record *record,
                         const struct session_nature *nature, struct sv password, struct imap *imap,
                         char token[SESSION_TOKEN_TEXT + 1], struct session **out)
{
    uint8_t secret[SESSION_TOKEN_SIZE];
    struct sv secret_view = {(char *)secret, sizeof secret};
    enum status st = STATUS_OK;
    random_bytes(secret, sizeof secret);
    seal_hash(secret_view, record->id);
    if (record->kind == SESSION_FULL && !nature->half) {
        struct arena *arena = arena_new(TABLE_ARENA);
        st = keep_in_store(table, arena, secret_view, record, password);
        record->sealed = SV("");
        arena_free(&arena);
    }
    if (st == STATUS_OK) {
        struct sb text;
        struct session *session = table_session_new(table, record, nature, password);
        sb_fixed(&text, token, SESSION_TOKEN_TEXT + 1);
        base64url_encode(&text, secret, sizeof secret);
        session->connections[0].imap = imap;
        pthread_mutex_lock(&table->lock);
        table->connections += imap ? 1 : 0;
        table_insert(table, session);
        pthread_mutex_unlock(&table->lock);
        *out = session;
    }
    seal_wipe(secret, sizeof secret);
    return st;
}

static enum status open_server(struct sessions *table, const struct imap_login *login,
                               struct deadline deadline, struct imap **out, struct diagnosis *d)
{
    char host[HOST_MAX];
    struct stream_target server = table_server(table, host);
    table_make_room(table);
    enum status st = imap_open(&server, login, deadline, out, d);
    if (st == STATUS_CLOSED) /* a server that is being reloaded drops whom it has just accepted */
        st = imap_open(&server, login, deadline, out, d);
    return st;
}

enum status session_sign_in(struct sessions *table, const struct sign_in *who,
                            struct deadline deadline, char token[SESSION_TOKEN_TEXT + 1],
                            struct session **out, struct diagnosis *d)
{
    struct imap *imap;
    if (!credentials_sound(who->user, who->password))
        return STATUS_INVALID;
    const struct imap_login login = {.user = who->user,
                                     .password = who->password,
                                     .client = who->browser.address,
                                     .reading = who->reading,
                                     .veil = table_veil(table, who->kind)};
    enum status st = open_server(table, &login, deadline, &imap, d);
    if (st != STATUS_OK)
        return st;
    struct session_nature nature = {.pass = who->pass, .reading = who->reading, .half = who->half};
    struct session_record record = {.user = who->user,
                                    .kind = who->kind,
                                    .created = clock_lasting(),
                                    .used = clock_lasting(),
                                    .address = who->browser.address,
                                    .agent = utf8_cut(who->browser.agent, AGENT_MAX)};
    seal_hash(who->browser.traits, nature.browser);
    st = admit(table, &record, &nature, who->password, imap, token, out);
    if (st != STATUS_OK) {
        diagnosis_set(d, STAGE_STORE, CAUSE_STORE, "", 0, "");
        imap_close(&imap);
    }
    return st;
}

enum status session_confirm(struct session *session, struct sv password, struct deadline deadline,
                            struct diagnosis *d)
{
    struct imap *imap;
    struct sv user = session_user(session);
    if (!credentials_sound(user, password))
        return STATUS_INVALID;
    const struct imap_login login = {
        .user = user, .password = password, .client = sv_of(session->address)};
    enum status st = open_server(session->table, &login, deadline, &imap, d);
    if (st == STATUS_OK)
        imap_close(&imap);
    return st;
}

/* One request of several takes it over, and none if somebody has ended it meanwhile. */
static bool take_over(struct session *session)
{
    pthread_mutex_lock(&session->table->lock);
    bool ours = !session->ended && !session->cut;
    if (ours)
        session->cut = clock_lasting();
    pthread_mutex_unlock(&session->table->lock);
    return ours;
}

enum status session_renew(struct session *session, char token[SESSION_TOKEN_TEXT + 1],
                          struct session **out)
{
    struct sessions *table = session->table;
    struct session_nature nature = session->nature;
    struct session_record record = {.user = session_user(session),
                                    .kind = session->kind,
                                    .created = session->created,
                                    .used = clock_lasting(),
                                    .address = sv_of(session->address),
                                    .agent = sv_of(session->agent)};
    nature.half = false;
    if (!take_over(session))
        return STATUS_SIGNED_OUT;
    enum status st = admit(table, &record, &nature,
                           (struct sv){session->password, session->password_n}, NULL, token, out);
    session_end(session);
    return st;
}
