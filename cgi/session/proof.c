/* Proofs that a form or a link is of our own making: MACs under the server's key. */
#include "base64.h"
#include "table.h"

static void mac_text(struct sessions *table, const char *label, struct sv text,
                     char out[SESSION_CSRF_TEXT + 1])
{
    uint8_t mac[SEAL_HASH_SIZE];
    struct sb b;
    seal_mac(&table->key, label, text, mac);
    sb_fixed(&b, out, SESSION_CSRF_TEXT + 1);
    base64url_encode(&b, mac, sizeof mac);
}

void session_csrf(const struct session *session, char out[SESSION_CSRF_TEXT + 1])
{
    mac_text(session->table, "csrf", (struct sv){(const char *)session->id, STORE_ID_SIZE}, out);
}

static bool same_text(const char want[SESSION_CSRF_TEXT + 1], struct sv got)
{
    return got.n == SESSION_CSRF_TEXT && seal_equal(want, got.p, got.n);
}

static void writer_mark(const struct session *session, char out[SESSION_CSRF_TEXT + 1])
{
    mac_text(session->table, "writer", session_user(session), out);
}

void session_form_token(const struct session *session, char out[SESSION_FORM_TEXT + 1])
{
    session_csrf(session, out);
    out[SESSION_CSRF_TEXT] = '.';
    writer_mark(session, out + SESSION_CSRF_TEXT + 1);
}

bool session_csrf_matches(const struct session *session, struct sv token)
{
    char want[SESSION_CSRF_TEXT + 1];
    session_csrf(session, want);
    return same_text(want, sv_cut(&token, '.'));
}

bool session_wrote(const struct session *session, struct sv form_token)
{
    char want[SESSION_CSRF_TEXT + 1];
    (void)sv_cut(&form_token, '.');
    writer_mark(session, want);
    return same_text(want, form_token);
}

void session_sign(const struct session *session, const char *purpose, struct sv text,
                  char out[SESSION_CSRF_TEXT + 1])
{
    char own[SESSION_CSRF_TEXT + 1];
    struct server_key key;
    uint8_t mac[SEAL_HASH_SIZE];
    struct sb b;
    session_csrf(session, own);
    seal_mac(&session->table->key, purpose, sv_of(own), key.bytes);
    seal_mac(&key, purpose, text, mac);
    sb_fixed(&b, out, SESSION_CSRF_TEXT + 1);
    base64url_encode(&b, mac, sizeof mac);
    seal_wipe(&key, sizeof key);
}

bool session_sign_matches(const struct session *session, const char *purpose, struct sv text,
                          struct sv token)
{
    char want[SESSION_CSRF_TEXT + 1];
    session_sign(session, purpose, text, want);
    return same_text(want, token);
}

void session_fingerprint(const struct session *session, const char *purpose, struct sv text,
                         char out[SESSION_CSRF_TEXT + 1])
{
    struct server_key key;
    uint8_t mac[SEAL_HASH_SIZE];
    struct sb b;
    seal_mac(&session->table->key, "fingerprint", session_user(session), key.bytes);
    seal_mac(&key, purpose, text, mac);
    sb_fixed(&b, out, SESSION_CSRF_TEXT + 1);
    base64url_encode(&b, mac, sizeof mac);
    seal_wipe(&key, sizeof key);
}

void session_login_token(struct sessions *table, struct sv cookie, char out[SESSION_CSRF_TEXT + 1])
{
    mac_text(table, "sign-in", cookie, out);
}

bool session_login_token_matches(struct sessions *table, struct sv cookie, struct sv token)
{
    char want[SESSION_CSRF_TEXT + 1];
    session_login_token(table, cookie, want);
    return same_text(want, token);
}
