/* passkey.h — security keys and passkeys (W3C Web Authentication, Level 2), as far as their own
 * bytes go: libfido2 reads and verifies them, and is known to no other file.
 *
 * Attestation is neither asked for nor looked at: who makes a key is no business of ours. What the
 * browser says beside it is client_data.h's, and who may use which key second_key.h's.
 */
#ifndef VM_PASSKEY_H
#define VM_PASSKEY_H

#include "str.h"

enum {
    PASSKEY_ID_MAX = 400,    /* bytes; longer ones are refused */
    PASSKEY_BYTES_MAX = 260, /* of a public key: RS256, the longest */
    PASSKEY_DATA_MAX = 2048, /* of authenticator data */
    PASSKEY_SIGNATURE_MAX = 512,
    PASSKEY_RP_MAX = 253,
    PASSKEY_HASH_SIZE = 32,
};

/* COSE's numbers (RFC 9053), best first. */
enum passkey_algorithm { PASSKEY_EDDSA = -8, PASSKEY_ES256 = -7, PASSKEY_RS256 = -257 };

struct passkey {
    uint8_t id[PASSKEY_ID_MAX];
    size_t id_n;
    enum passkey_algorithm algorithm;
    uint8_t bytes[PASSKEY_BYTES_MAX]; /* of the public key, as libfido2 keeps it */
    size_t bytes_n;
    uint32_t counter; /* 0: it does not count */
};

/* What came from the browser. */
struct passkey_answer {
    struct sv rp_id; /* the site's name, without a port: from us */
    uint8_t client_data_hash[PASSKEY_HASH_SIZE];
    struct sv data;      /* authenticator data */
    struct sv signature; /* of an assertion */
};

/* A new key. STATUS_INVALID: it cannot be read, is of no kind that we know, or was made for another
 * site or without a touch. */
enum status passkey_read(const struct passkey_answer *answer, struct passkey *out) MUST_USE;
/* Whether this key has signed it, for this site, touched; `counter` is what it says now, for the
 * caller to compare. STATUS_DENIED if not. */
enum status passkey_verify(const struct passkey *key, const struct passkey_answer *answer,
                           uint32_t *counter) MUST_USE;

#endif
