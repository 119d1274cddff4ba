/* Texts in the store that only their user's sessions can read. */
#include "base64.h"
#include "table.h"

/* No secret: what keeps the text is the server's key, which is not in the store. */
static struct sv owner(const struct session *session)
{
    return (struct sv){session->user, session->user_n};
}

enum status session_seal(const struct session *session, const char *purpose, struct sv text,
                         struct sb *out)
{
    return seal_close(&session->table->key, owner(session), sv_of(purpose), text, out);
}

enum status session_unseal(const struct session *session, const char *purpose, struct sv sealed,
                           struct sb *out)
{
    return seal_open(&session->table->key, owner(session), sv_of(purpose), sealed, out);
}

/* ---- texts that the store seals itself ---- */

static enum status close_text(void *context, struct sv place, struct sv text, struct arena *arena,
                              struct sv *sealed)
{
    const struct sessions *table = context;
    return seal_text_close(&table->key, place, text, arena, sealed);
}

static enum status open_text(void *context, struct sv place, struct sv sealed, struct arena *arena,
                             struct sv *text)
{
    const struct sessions *table = context;
    return seal_text_open(&table->key, place, sealed, arena, text);
}

static void digest_text(void *context, struct sv place, struct sv text,
                        char out[STORE_DIGEST_MAX + 1])
{
    const struct sessions *table = context;
    struct server_key key;
    uint8_t mac[SEAL_HASH_SIZE];
    struct sb b;
    seal_mac(&table->key, "store", place, key.bytes);
    seal_mac(&key, "digest", text, mac);
    sb_fixed(&b, out, STORE_DIGEST_MAX + 1);
    base64url_encode(&b, mac, sizeof mac);
    seal_wipe(&key, sizeof key);
}

struct store_seal sessions_store_seal(struct sessions *table)
{
    return (struct store_seal){table, close_text, open_text, digest_text};
}
