#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "random.h"

enum {
    SALT_SIZE = 16,
    NONCE_SIZE = 12,
    TAG_SIZE = 16,
    TEXT_MAX = 1024,
    TEXT_LONG_MAX = 64 * 1024 * 1024
};

static void must(bool ok)
{
    if (!ok) {
        fputs("vaguemestre: the cryptographic library failed\n", stderr);
        abort();
    }
}

void seal_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}

bool seal_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

void seal_hash(struct sv text, uint8_t out[SEAL_HASH_SIZE])
{
    must(EVP_Digest(text.n ? text.p : "", text.n, out, NULL, EVP_sha256(), NULL) == 1);
}

void seal_mac(const struct server_key *key, const char *label, struct sv text,
              uint8_t out[SEAL_HASH_SIZE])
{
    uint8_t derived[SEAL_HASH_SIZE];
    must(HMAC(EVP_sha256(), key->bytes, sizeof key->bytes, (const unsigned char *)label,
              strlen(label), derived, NULL) != NULL);
    must(HMAC(EVP_sha256(), derived, sizeof derived, (const unsigned char *)(text.n ? text.p : ""),
              text.n, out, NULL) != NULL);
    seal_wipe(derived, sizeof derived);
}

void seal_mac_sha1(struct sv key, struct sv text, uint8_t out[SEAL_SHA1_SIZE])
{
    must(HMAC(EVP_sha1(), key.n ? key.p : "", (int)key.n,
              (const unsigned char *)(text.n ? text.p : ""), text.n, out, NULL) != NULL);
}

/* ---- the key file ---- */

static enum status read_key(int fd, struct server_key *key)
{
    size_t have = 0;
    while (have < sizeof key->bytes) {
        ssize_t n = read(fd, key->bytes + have, sizeof key->bytes - have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return STATUS_INVALID;
        have += (size_t)n;
    }
    return STATUS_OK;
}

/* Written aside and linked into place, so that a killed process leaves no half a key, and two that
 * start at once agree on one. */
static enum status make_key(const char *path, struct arena *arena)
{
    struct server_key key;
    struct sv aside = arena_printf(arena, "%s.%d", path, (int)getpid());
    int fd = open(aside.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return STATUS_IO;
    random_bytes(key.bytes, sizeof key.bytes);
    bool written = write(fd, key.bytes, sizeof key.bytes) == (ssize_t)sizeof key.bytes;
    seal_wipe(&key, sizeof key);
    written = fsync(fd) == 0 && written;
    written = close(fd) == 0 && written;
    if (written)
        written = link(aside.p, path) == 0 || errno == EEXIST;
    int error = errno;
    unlink(aside.p);
    errno = error;
    return written ? STATUS_OK : STATUS_IO;
}

/* group: what root gives a group to read is root's own affair. */
static bool private_file(const struct stat *info, bool group)
{
    if (!S_ISREG(info->st_mode))
        return false;
    return (info->st_mode & 077) == 0 || (group && info->st_uid == 0 && (info->st_mode & 037) == 0);
}

static enum status load_key(const char *path, bool group, struct arena *arena,
                            struct server_key *out, struct sv *reason)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && make_key(path, arena) == STATUS_OK)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &info) != 0) {
        *reason = arena_printf(arena, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return STATUS_IO;
    }
    enum status st = STATUS_DENIED;
    if (!private_file(&info, group)) {
        *reason = arena_printf(arena, "%s: others may read it: chmod 0600", path);
    } else if ((st = read_key(fd, out)) != STATUS_OK) {
        *reason = arena_printf(arena, "%s: holds no key of %d bytes", path, SEAL_KEY_SIZE);
    }
    close(fd);
    return st;
}

enum status seal_key_load(const char *path, struct arena *arena, struct server_key *out,
                          struct sv *reason)
{
    return load_key(path, false, arena, out, reason);
}

enum status seal_pepper_load(const char *path, struct arena *arena, struct server_key *out,
                             struct sv *reason)
{
    return load_key(path, true, arena, out, reason);
}

/* ---- sealing ---- */

static void derive(const struct seal_material *material, const uint8_t salt[SALT_SIZE],
                   uint8_t out[SEAL_KEY_SIZE])
{
    uint8_t input[SEAL_MATERIAL_MAX];
    size_t n = SEAL_KEY_SIZE, first = material->first.n, second = material->second.n;
    must(first <= sizeof input && second <= sizeof input - first && first + second > 0);
    if (first > 0)
        memcpy(input, material->first.p, first);
    if (second > 0)
        memcpy(input + first, material->second.p, second);
    EVP_PKEY_CTX *kdf = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    must(kdf && EVP_PKEY_derive_init(kdf) == 1 &&
         EVP_PKEY_CTX_set_hkdf_md(kdf, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_salt(kdf, salt, SALT_SIZE) == 1 &&
         EVP_PKEY_CTX_set1_hkdf_key(kdf, input, (int)(first + second)) == 1 &&
         EVP_PKEY_CTX_add1_hkdf_info(kdf, (const unsigned char *)material->info.p,
                                     (int)material->info.n) == 1 &&
         EVP_PKEY_derive(kdf, out, &n) == 1);
    EVP_PKEY_CTX_free(kdf);
    seal_wipe(input, sizeof input);
}

/* AES-256-GCM in place; the tag goes behind the n bytes, where there is room for it. */
static void encrypt(const uint8_t key[SEAL_KEY_SIZE], const uint8_t nonce[NONCE_SIZE],
                    struct sv context, uint8_t *bytes, size_t n)
{
    int done = 0;
    EVP_CIPHER_CTX *gcm = EVP_CIPHER_CTX_new();
    must(gcm && EVP_EncryptInit_ex(gcm, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
         EVP_EncryptUpdate(gcm, NULL, &done, (const unsigned char *)context.p, (int)context.n) ==
             1 &&
         EVP_EncryptUpdate(gcm, bytes, &done, bytes, (int)n) == 1 &&
         EVP_EncryptFinal_ex(gcm, bytes + n, &done) == 1 &&
         EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, bytes + n) == 1);
    EVP_CIPHER_CTX_free(gcm);
}

/* The n bytes that encrypt() has made, with the tag behind them, into out; false if they are not
 * genuine. */
static bool decrypt(const uint8_t key[SEAL_KEY_SIZE], const uint8_t nonce[NONCE_SIZE],
                    struct sv context, const uint8_t *bytes, size_t n, uint8_t *out)
{
    uint8_t tag[TAG_SIZE];
    int done = 0;
    memcpy(tag, bytes + n, TAG_SIZE);
    EVP_CIPHER_CTX *gcm = EVP_CIPHER_CTX_new();
    must(gcm && EVP_DecryptInit_ex(gcm, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
         EVP_CIPHER_CTX_ctrl(gcm, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) == 1 &&
         EVP_DecryptUpdate(gcm, NULL, &done, (const unsigned char *)context.p, (int)context.n) ==
             1 &&
         EVP_DecryptUpdate(gcm, out, &done, bytes, (int)n) == 1);
    bool genuine = EVP_DecryptFinal_ex(gcm, out + n, &done) == 1;
    EVP_CIPHER_CTX_free(gcm);
    return genuine;
}

enum status seal_close_under(const struct seal_material *material, struct sv context,
                             struct sv text, struct sb *out)
{
    uint8_t padded[TEXT_MAX + SEAL_PAD + TAG_SIZE], head[SALT_SIZE + NONCE_SIZE];
    uint8_t derived[SEAL_KEY_SIZE];
    if (text.n > TEXT_MAX)
        return STATUS_TOO_LARGE;
    /* two bytes of length, the text, zeros to a multiple of SEAL_PAD */
    size_t total = (2 + text.n + SEAL_PAD - 1) / SEAL_PAD * SEAL_PAD;
    memset(padded, 0, sizeof padded);
    padded[0] = (uint8_t)(text.n >> 8);
    padded[1] = (uint8_t)(text.n & 0xff);
    if (text.n > 0)
        memcpy(padded + 2, text.p, text.n);
    random_bytes(head, sizeof head);
    derive(material, head, derived);
    encrypt(derived, head + SALT_SIZE, context, padded, total);
    seal_wipe(derived, sizeof derived);
    sb_add(out, (struct sv){(char *)head, sizeof head});
    sb_add(out, (struct sv){(char *)padded, total + TAG_SIZE});
    return out->over ? STATUS_TOO_LARGE : STATUS_OK;
}

enum status seal_open_under(const struct seal_material *material, struct sv context,
                            struct sv sealed, struct sb *out)
{
    uint8_t text[TEXT_MAX + SEAL_PAD], derived[SEAL_KEY_SIZE];
    if (sealed.n < SEAL_OVERHEAD + SEAL_PAD || sealed.n > SEAL_OVERHEAD + sizeof text)
        return STATUS_DENIED;
    const uint8_t *head = (const uint8_t *)sealed.p, *body = head + SALT_SIZE + NONCE_SIZE;
    size_t total = sealed.n - SEAL_OVERHEAD;
    derive(material, head, derived);
    bool genuine = decrypt(derived, head + SALT_SIZE, context, body, total, text);
    seal_wipe(derived, sizeof derived);
    size_t length = (size_t)text[0] << 8 | text[1];
    enum status st = STATUS_DENIED;
    if (genuine && length + 2 <= total) {
        sb_add(out, (struct sv){(char *)text + 2, length});
        st = out->over ? STATUS_TOO_LARGE : STATUS_OK;
    }
    seal_wipe(text, sizeof text);
    return st;
}

/* ---- under the server's key ---- */

static struct seal_material of_server(const struct server_key *key, struct sv secret)
{
    return (struct seal_material){.first = {(const char *)key->bytes, sizeof key->bytes},
                                  .second = secret,
                                  .info = SV("vaguemestre password seal 1")};
}

enum status seal_close(const struct server_key *key, struct sv secret, struct sv context,
                       struct sv text, struct sb *out)
{
    const struct seal_material material = of_server(key, secret);
    return seal_close_under(&material, context, text, out);
}

enum status seal_open(const struct server_key *key, struct sv secret, struct sv context,
                      struct sv sealed, struct sb *out)
{
    const struct seal_material material = of_server(key, secret);
    return seal_open_under(&material, context, sealed, out);
}

/* ---- texts of any length ---- */

static void derive_text(const struct server_key *key, const uint8_t salt[SALT_SIZE],
                        uint8_t out[SEAL_KEY_SIZE])
{
    const struct seal_material material = {.first = {(const char *)key->bytes, sizeof key->bytes},
                                           .info = SV("vaguemestre text seal 1")};
    derive(&material, salt, out);
}

enum status seal_text_close(const struct server_key *key, struct sv place, struct sv text,
                            struct arena *arena, struct sv *sealed)
{
    enum { LENGTH_SIZE = 4 };
    uint8_t derived[SEAL_KEY_SIZE];
    if (text.n > TEXT_LONG_MAX)
        return STATUS_TOO_LARGE;
    size_t rest = SEAL_PAD - (LENGTH_SIZE + text.n) % SEAL_PAD;
    size_t total = LENGTH_SIZE + text.n + rest;
    uint8_t *head = arena_alloc(arena, SEAL_OVERHEAD + total),
            *body = head + SALT_SIZE + NONCE_SIZE;
    for (size_t i = 0; i < LENGTH_SIZE; i++)
        body[i] = (uint8_t)(text.n >> (24 - 8 * i));
    if (text.n > 0)
        memcpy(body + LENGTH_SIZE, text.p, text.n);
    memset(body + LENGTH_SIZE + text.n, 0, rest);
    random_bytes(head, SALT_SIZE + NONCE_SIZE);
    derive_text(key, head, derived);
    encrypt(derived, head + SALT_SIZE, place, body, total);
    seal_wipe(derived, sizeof derived);
    *sealed = (struct sv){(const char *)head, SEAL_OVERHEAD + total};
    return STATUS_OK;
}

enum status seal_text_open(const struct server_key *key, struct sv place, struct sv sealed,
                           struct arena *arena, struct sv *text)
{
    uint8_t derived[SEAL_KEY_SIZE];
    if (sealed.n < SEAL_OVERHEAD + SEAL_PAD ||
        sealed.n > SEAL_OVERHEAD + TEXT_LONG_MAX + 2 * SEAL_PAD)
        return STATUS_DENIED;
    const uint8_t *head = (const uint8_t *)sealed.p, *body = head + SALT_SIZE + NONCE_SIZE;
    size_t total = sealed.n - SEAL_OVERHEAD;
    uint8_t *opened = arena_alloc(arena, total + 1);
    derive_text(key, head, derived);
    bool genuine = decrypt(derived, head + SALT_SIZE, place, body, total, opened);
    seal_wipe(derived, sizeof derived);
    size_t length = 0;
    for (size_t i = 0; i < 4; i++)
        length = length << 8 | opened[i];
    if (!genuine || length + 4 > total)
        return STATUS_DENIED;
    opened[4 + length] = '\0';
    *text = (struct sv){(const char *)opened + 4, length};
    return STATUS_OK;
}
