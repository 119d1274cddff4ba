#include "passkey.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <pthread.h>

#include "cbor.h"
#include "seal.h"

/* 32 bytes of the site's hash, flags, counter (Web Authentication, 6.1); with a new key, 16 bytes
 * of its kind, two of its id's length, the id, and then CBOR. */
enum { DATA_MIN = 37, FLAGS_AT = 32, USER_PRESENT = 0x01, ID_LENGTH_AT = 53, ID_AT = 55 };

static const enum passkey_algorithm algorithms[] = {PASSKEY_ES256, PASSKEY_EDDSA, PASSKEY_RS256};

static void set_up(void)
{
    fido_init(0);
}

static void ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up);
}

static bool in_bounds(const struct passkey_answer *answer)
{
    return answer->rp_id.n > 0 && answer->rp_id.n <= PASSKEY_RP_MAX && answer->data.n >= DATA_MIN &&
           answer->data.n <= PASSKEY_DATA_MAX;
}

/* For this site, and touched. libfido2 looks at both when it verifies, not when it reads. */
static bool ours_and_touched(const struct passkey_answer *answer)
{
    uint8_t hash[SEAL_HASH_SIZE];
    seal_hash(answer->rp_id, hash);
    return seal_equal(hash, answer->data.p, sizeof hash) &&
           (answer->data.p[FLAGS_AT] & USER_PRESENT) != 0;
}

/* What libfido2 may be given: libcbor takes lengths at their word. */
static bool sound_with_key(struct sv data)
{
    if (data.n < ID_AT)
        return false;
    size_t id_n = (size_t)((uint8_t)data.p[ID_LENGTH_AT] << 8 | (uint8_t)data.p[ID_LENGTH_AT + 1]);
    return id_n <= data.n - ID_AT && cbor_sound(sv_slice(data, ID_AT + id_n, data.n));
}

static bool copy_key(const fido_cred_t *cred, enum passkey_algorithm algorithm, struct passkey *out)
{
    size_t id_n = fido_cred_id_len(cred), bytes_n = fido_cred_pubkey_len(cred);
    if (id_n == 0 || id_n > sizeof out->id || bytes_n == 0 || bytes_n > sizeof out->bytes)
        return false;
    *out = (struct passkey){.id_n = id_n,
                            .algorithm = algorithm,
                            .bytes_n = bytes_n,
                            .counter = fido_cred_sigcount(cred)};
    memcpy(out->id, fido_cred_id_ptr(cred), id_n);
    memcpy(out->bytes, fido_cred_pubkey_ptr(cred), bytes_n);
    return true;
}

static bool read_as(const struct passkey_answer *answer, enum passkey_algorithm algorithm,
                    struct passkey *out)
{
    fido_cred_t *cred = fido_cred_new();
    bool ok = cred && fido_cred_set_type(cred, algorithm) == FIDO_OK &&
              fido_cred_set_authdata_raw(cred, (const unsigned char *)answer->data.p,
                                         answer->data.n) == FIDO_OK &&
              copy_key(cred, algorithm, out);
    fido_cred_free(&cred);
    return ok;
}

enum status passkey_read(const struct passkey_answer *answer, struct passkey *out)
{
    ready();
    if (!in_bounds(answer) || !ours_and_touched(answer) || !sound_with_key(answer->data))
        return STATUS_INVALID;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (read_as(answer, algorithms[i], out))
            return STATUS_OK;
    return STATUS_INVALID;
}

/* ---- verifying ---- */

/* The three kinds of public keys behind one face. */
struct public_key {
    es256_pk_t *es256;
    rs256_pk_t *rs256;
    eddsa_pk_t *eddsa;
};

static void public_key_free(struct public_key *pk)
{
    es256_pk_free(&pk->es256);
    rs256_pk_free(&pk->rs256);
    eddsa_pk_free(&pk->eddsa);
}

/* NULL if these bytes are no such key. Freed by public_key_free(). */
static const void *public_key_make(const struct passkey *key, struct public_key *pk)
{
    *pk = (struct public_key){0};
    switch (key->algorithm) {
    case PASSKEY_ES256:
        pk->es256 = es256_pk_new();
        return pk->es256 && es256_pk_from_ptr(pk->es256, key->bytes, key->bytes_n) == FIDO_OK
                   ? pk->es256
                   : NULL;
    case PASSKEY_RS256:
        pk->rs256 = rs256_pk_new();
        return pk->rs256 && rs256_pk_from_ptr(pk->rs256, key->bytes, key->bytes_n) == FIDO_OK
                   ? pk->rs256
                   : NULL;
    case PASSKEY_EDDSA:
        pk->eddsa = eddsa_pk_new();
        return pk->eddsa && eddsa_pk_from_ptr(pk->eddsa, key->bytes, key->bytes_n) == FIDO_OK
                   ? pk->eddsa
                   : NULL;
    }
    return NULL;
}

static bool fill(fido_assert_t *assert, const struct passkey_answer *answer)
{
    char rp[PASSKEY_RP_MAX + 1];
    struct sb text;
    sb_fixed(&text, rp, sizeof rp);
    sb_add(&text, answer->rp_id);
    return fido_assert_set_count(assert, 1) == FIDO_OK &&
           fido_assert_set_rp(assert, rp) == FIDO_OK &&
           fido_assert_set_clientdata_hash(assert, answer->client_data_hash,
                                           sizeof answer->client_data_hash) == FIDO_OK &&
           fido_assert_set_authdata_raw(assert, 0, (const unsigned char *)answer->data.p,
                                        answer->data.n) == FIDO_OK &&
           fido_assert_set_sig(assert, 0, (const unsigned char *)answer->signature.p,
                               answer->signature.n) == FIDO_OK &&
           fido_assert_set_up(assert, FIDO_OPT_TRUE) == FIDO_OK;
}

enum status passkey_verify(const struct passkey *key, const struct passkey_answer *answer,
                           uint32_t *counter)
{
    struct public_key pk;
    ready();
    if (!in_bounds(answer) || !ours_and_touched(answer) ||
        !cbor_sound(sv_slice(answer->data, DATA_MIN, answer->data.n)) || answer->signature.n == 0 ||
        answer->signature.n > PASSKEY_SIGNATURE_MAX)
        return STATUS_DENIED;
    fido_assert_t *assert = fido_assert_new();
    const void *bytes = public_key_make(key, &pk);
    bool ok = assert &&bytes &&fill(assert, answer) &&
              fido_assert_verify(assert, 0, (int)key->algorithm, bytes) == FIDO_OK;
    if (ok)
        *counter = fido_assert_sigcount(assert, 0);
    fido_assert_free(&assert);
    public_key_free(&pk);
    return ok ? STATUS_OK : STATUS_DENIED;
}
