#include "second.h"

#include "arena.h"
#include "base64.h"
#include "crockford.h"
#include "log.h"
#include "random.h"
#include "second_seal.h"

enum { ROOM = 8 * 1024 };

#define TOTP_PURPOSE SV("second factor: one-time codes 1")
#define CODE_LABEL "second factor: recovery code 1"

/* ---- what it has ---- */

enum status second_state(struct sessions *sessions, struct sv account,
                         struct store_second_counts *out)
{
    return store_second_count(sessions->store, account, out);
}

bool second_on(const struct store_second_counts *state)
{
    return state->totp || state->keys > 0;
}

void second_handle(struct sessions *sessions, struct sv account, char out[SESSION_CSRF_TEXT + 1])
{
    uint8_t mac[SEAL_HASH_SIZE];
    struct sb text;
    seal_mac(&sessions->key, "second factor: handle", account, mac);
    sb_fixed(&text, out, SESSION_CSRF_TEXT + 1);
    base64url_encode(&text, mac, sizeof mac);
}

enum status second_anywhere(struct sessions *sessions, bool *out)
{
    return store_second_any(sessions->store, out);
}

enum status second_drop(struct sessions *sessions, struct sv account)
{
    return store_second_forget(sessions->store, account);
}

/* ---- sealing ---- */

enum status second_seal(struct sessions *sessions, struct sv account, struct sv purpose,
                        struct sv text, struct sb *out)
{
    return seal_close(&sessions->key, account, purpose, text, out);
}

enum status second_unseal(struct sessions *sessions, struct sv account, struct sv purpose,
                          struct sv sealed, struct sb *out)
{
    enum status st = seal_open(&sessions->key, account, purpose, sealed, out);
    if (st != STATUS_OK)
        log_event(LOG_LEVEL_ERROR, "second-unreadable", "code=%s account=\"%.*s\"",
                  diagnosis_code(CAUSE_STORE), SV_ARG(account));
    return st;
}

/* ---- one-time codes ---- */

enum status second_totp_set(struct sessions *sessions, struct sv account,
                            const uint8_t secret[TOTP_SECRET_SIZE], struct sv code, int64_t now)
{
    struct store_second second;
    struct sb sealed;
    enum status st = totp_find(secret, code, now, &second.step);
    if (st != STATUS_OK)
        return st;
    struct arena *arena = arena_new(ROOM);
    sb_init(&sealed, arena, STORE_SEALED_MAX);
    st = second_seal(sessions, account, TOTP_PURPOSE,
                     (struct sv){(const char *)secret, TOTP_SECRET_SIZE}, &sealed);
    second.sealed = sb_view(&sealed);
    if (st == STATUS_OK)
        st = store_second_put(sessions->store, account, &second);
    arena_free(&arena);
    return st;
}

static enum status check(struct sessions *sessions, struct sv account,
                         const struct store_second *second, struct sv code, int64_t now)
{
    char room[TOTP_SECRET_SIZE + 1];
    struct sb secret;
    int64_t step;
    sb_fixed(&secret, room, sizeof room);
    enum status st = second_unseal(sessions, account, TOTP_PURPOSE, second->sealed, &secret);
    if (st == STATUS_OK && secret.n != TOTP_SECRET_SIZE)
        st = STATUS_DENIED;
    if (st == STATUS_OK)
        st = totp_find((const uint8_t *)room, code, now, &step);
    seal_wipe(room, sizeof room);
    return st == STATUS_OK ? store_second_step(sessions->store, account, step) : st;
}

enum status second_totp_check(struct sessions *sessions, struct sv account, struct sv code,
                              int64_t now)
{
    struct store_second second;
    struct arena *arena = arena_new(ROOM);
    enum status st = store_second_get(sessions->store, account, arena, &second);
    if (st == STATUS_OK)
        st = check(sessions, account, &second, code, now);
    arena_free(&arena);
    return st == STATUS_NOT_FOUND ? STATUS_DENIED : st;
}

enum status second_totp_drop(struct sessions *sessions, struct sv account)
{
    return store_second_delete(sessions->store, account);
}

/* ---- recovery codes ---- */

/* Bound to the account: the same code is another one elsewhere. */
static void code_mac(struct sessions *sessions, struct sv account,
                     const char code[SECOND_CODE_SIGNS], uint8_t mac[STORE_ID_SIZE])
{
    char room[SECOND_CODE_SIGNS + 1 + 2 * STORE_USER_MAX];
    struct sb text;
    sb_fixed(&text, room, sizeof room);
    sb_add(&text, (struct sv){code, SECOND_CODE_SIGNS});
    sb_add(&text, account);
    seal_mac(&sessions->key, CODE_LABEL, sb_view(&text), mac);
    seal_wipe(room, sizeof room);
}

/* 32 signs: five bits of each byte, without bias. */
static void make_code(char code[SECOND_CODE_SIGNS], char out[SECOND_CODE_TEXT + 1])
{
    uint8_t bytes[SECOND_CODE_SIGNS];
    struct sb text;
    random_bytes(bytes, sizeof bytes);
    sb_fixed(&text, out, SECOND_CODE_TEXT + 1);
    for (size_t i = 0; i < SECOND_CODE_SIGNS; i++) {
        code[i] = crockford_letter(bytes[i]);
        if (i > 0 && i % 4 == 0)
            sb_add_char(&text, '-');
        sb_add_char(&text, code[i]);
    }
    seal_wipe(bytes, sizeof bytes);
}

enum status second_codes_make(struct sessions *sessions, struct sv account,
                              char out[SECOND_CODES][SECOND_CODE_TEXT + 1])
{
    char texts[SECOND_CODES][SECOND_CODE_TEXT + 1], code[SECOND_CODE_SIGNS];
    uint8_t macs[SECOND_CODES][STORE_ID_SIZE];
    for (size_t i = 0; i < SECOND_CODES; i++) {
        make_code(code, texts[i]);
        code_mac(sessions, account, code, macs[i]);
    }
    enum status st = store_second_codes_put(sessions->store, account,
                                            (const uint8_t(*)[STORE_ID_SIZE])macs, SECOND_CODES);
    if (st == STATUS_OK)
        memcpy(out, texts, sizeof texts);
    seal_wipe(texts, sizeof texts);
    seal_wipe(code, sizeof code);
    return st;
}

enum status second_code_use(struct sessions *sessions, struct sv account, struct sv text)
{
    uint8_t values[SECOND_CODE_SIGNS], mac[STORE_ID_SIZE];
    char code[SECOND_CODE_SIGNS];
    if (crockford_read(text, SECOND_CODE_SIGNS, values) != STATUS_OK)
        return STATUS_DENIED;
    for (size_t i = 0; i < SECOND_CODE_SIGNS; i++)
        code[i] = crockford_letter(values[i]);
    code_mac(sessions, account, code, mac);
    seal_wipe(values, sizeof values);
    seal_wipe(code, sizeof code);
    enum status st = store_second_code_use(sessions->store, account, mac);
    return st == STATUS_NOT_FOUND ? STATUS_DENIED : st;
}
