/* seal.h — keys, seals and fingerprints: the only file of the session floor that knows OpenSSL.
 *
 * Primitives: SHA-256, HMAC-SHA256, HMAC-SHA1, HKDF-SHA256 (RFC 5869), AES-256-GCM (NIST SP
 * 800-38D). A failure inside the library stops the process: carrying on without cryptography is no
 * option.
 */
#ifndef VM_SEAL_H
#define VM_SEAL_H

#include "str.h"

enum {
    SEAL_HASH_SIZE = 32,
    SEAL_KEY_SIZE = 32,
    SEAL_OVERHEAD = 16 + 12 + 16, /* salt, nonce, tag in front of and behind the text */
    SEAL_SHA1_SIZE = 20,
    SEAL_PAD = 64, /* texts are padded to a multiple, so that a seal tells no length */
};

/* The server's own key, kept in a file outside the store (mode 0600, made when missing; one that
 * others can read is refused). */
struct server_key {
    uint8_t bytes[SEAL_KEY_SIZE];
};
enum status seal_key_load(const char *path, struct arena *arena, struct server_key *out,
                          struct sv *reason) MUST_USE;
/* The same for a key that root may keep: a file of root's own may be readable by a group too, as
 * systemd hands credentials to a service. */
enum status seal_pepper_load(const char *path, struct arena *arena, struct server_key *out,
                             struct sv *reason) MUST_USE;

void seal_hash(struct sv text, uint8_t out[SEAL_HASH_SIZE]);
/* HMAC over label, a NUL, and text: one key serves several purposes without mixing them. */
void seal_mac(const struct server_key *key, const char *label, struct sv text,
              uint8_t out[SEAL_HASH_SIZE]);
/* HMAC-SHA1 (RFC 2104) under a key of the caller's: for one-time codes (RFC 4226), nothing else. */
void seal_mac_sha1(struct sv key, struct sv text, uint8_t out[SEAL_SHA1_SIZE]);
bool seal_equal(const void *a, const void *b, size_t n); /* in constant time */
void seal_wipe(void *p, size_t n);

/* Seals text under HKDF(server key ‖ secret); `context` is bound to it. STATUS_TOO_LARGE if it does
 * not fit out. */
enum status seal_close(const struct server_key *key, struct sv secret, struct sv context,
                       struct sv text, struct sb *out) MUST_USE;
/* Opens it again into out (wiped by the caller); STATUS_DENIED if any of the three differs. */
enum status seal_open(const struct server_key *key, struct sv secret, struct sv context,
                      struct sv sealed, struct sb *out) MUST_USE;

/* Texts of any length under the server's key alone, bound to `place`. The results live in the
 * arena. STATUS_DENIED: it was not sealed so. */
enum status seal_text_close(const struct server_key *key, struct sv place, struct sv text,
                            struct arena *arena, struct sv *sealed) MUST_USE;
enum status seal_text_open(const struct server_key *key, struct sv place, struct sv sealed,
                           struct arena *arena, struct sv *text) MUST_USE;

/* What the key of a seal is derived from: HKDF(first ‖ second, a salt of each seal's own, info).
 * first and second: SEAL_MATERIAL_MAX bytes together. */
enum { SEAL_MATERIAL_MAX = 512 };
struct seal_material {
    struct sv first, second; /* one of them at least is secret */
    struct sv info;          /* what the key is for: two purposes never share one */
};
/* seal_close() and seal_open() under a key of another derivation. */
enum status seal_close_under(const struct seal_material *material, struct sv context,
                             struct sv text, struct sb *out) MUST_USE;
enum status seal_open_under(const struct seal_material *material, struct sv context,
                            struct sv sealed, struct sb *out) MUST_USE;

#endif
