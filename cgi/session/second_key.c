#include "second_key.h"

#include "arena.h"
#include "second_seal.h"
#include "utf8.h"

enum { ROOM = 64 * 1024, SEALED_TEXT_MAX = 1000 };

#define KEY_PURPOSE SV("second factor: key 1")

/* ---- what is sealed: number, number, then four texts, each behind its length ---- */

static void add_number(struct sb *out, uint64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        sb_add_char(out, (char)(value >> shift & 0xff));
}

static void add_text(struct sb *out, const void *bytes, size_t n)
{
    add_number(out, n);
    sb_add(out, (struct sv){bytes, n});
}

static bool take_number(struct sv *rest, uint64_t *out)
{
    uint64_t value = 0;
    if (rest->n < 8)
        return false;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | (uint8_t)rest->p[i];
    *rest = sv_slice(*rest, 8, rest->n);
    *out = value;
    return true;
}

static bool take_text(struct sv *rest, size_t most, struct sv *out)
{
    uint64_t n;
    if (!take_number(rest, &n) || n > rest->n || n > most)
        return false;
    *out = sv_slice(*rest, 0, (size_t)n);
    *rest = sv_slice(*rest, (size_t)n, rest->n);
    return true;
}

static void write_key(const struct second_key *key, struct sb *out)
{
    add_number(out, (uint64_t)key->added);
    add_number(out, (uint64_t)(int64_t)key->passkey.algorithm);
    add_text(out, key->passkey.id, key->passkey.id_n);
    add_text(out, key->passkey.bytes, key->passkey.bytes_n);
    add_text(out, key->rp_id.p, key->rp_id.n);
    add_text(out, key->name.p, key->name.n);
}

static bool read_key(struct sv text, struct second_key *out)
{
    uint64_t added, algorithm;
    struct sv id, bytes, rp_id, name;
    if (!take_number(&text, &added) || !take_number(&text, &algorithm) ||
        !take_text(&text, PASSKEY_ID_MAX, &id) || !take_text(&text, PASSKEY_BYTES_MAX, &bytes) ||
        !take_text(&text, PASSKEY_RP_MAX, &rp_id) ||
        !take_text(&text, SECOND_KEY_NAME_MAX, &name) || text.n > 0)
        return false;
    *out = (struct second_key){.name = name, .rp_id = rp_id, .added = (int64_t)added};
    out->passkey.algorithm = (enum passkey_algorithm)(int64_t)algorithm;
    out->passkey.id_n = id.n;
    out->passkey.bytes_n = bytes.n;
    memcpy(out->passkey.id, id.p, id.n);
    memcpy(out->passkey.bytes, bytes.p, bytes.n);
    return true;
}

/* ---- listing ---- */

static bool open_row(struct sessions *sessions, struct sv account,
                     const struct store_second_key *row, struct arena *arena,
                     struct second_key *out)
{
    struct sb text;
    uint8_t hash[SEAL_HASH_SIZE];
    sb_init(&text, arena, SEALED_TEXT_MAX);
    if (second_unseal(sessions, account, KEY_PURPOSE, row->sealed, &text) != STATUS_OK ||
        !read_key(sb_view(&text), out))
        return false;
    seal_hash((struct sv){(const char *)out->passkey.id, out->passkey.id_n}, hash);
    memcpy(out->hash, row->hash, sizeof out->hash);
    out->passkey.counter = row->counter;
    out->used = row->used;
    return seal_equal(hash, row->hash, sizeof hash);
}

enum status second_key_list(struct sessions *sessions, struct sv account, struct arena *arena,
                            struct second_key **out, size_t *count)
{
    struct store_second_key *rows;
    size_t n, kept = 0;
    enum status st = store_second_key_list(sessions->store, account, arena, &rows, &n);
    if (st != STATUS_OK)
        return st;
    struct second_key *keys = arena_array(arena, n + 1, sizeof *keys);
    for (size_t i = 0; i < n; i++)
        if (open_row(sessions, account, &rows[i], arena, &keys[kept]))
            kept++;
    *out = keys;
    *count = kept;
    return STATUS_OK;
}

/* ---- adding ---- */

static enum status check_client_data(const struct second_key_answer *answer, struct sv type)
{
    const struct client_data want = {
        .type = type, .challenge = answer->challenge, .origin = answer->origin};
    return client_data_check(answer->client_data, &want) == STATUS_OK ? STATUS_OK : STATUS_DENIED;
}

static struct passkey_answer passkey_answer(const struct second_key_answer *answer)
{
    struct passkey_answer out = {
        .rp_id = answer->rp_id, .data = answer->data, .signature = answer->signature};
    seal_hash(answer->client_data, out.client_data_hash);
    return out;
}

static enum status keep(struct sessions *sessions, struct sv account, const struct second_key *key)
{
    struct sb text, sealed;
    struct arena *arena = arena_new(ROOM);
    struct store_second_key row = {.counter = key->passkey.counter};
    seal_hash((struct sv){(const char *)key->passkey.id, key->passkey.id_n}, row.hash);
    sb_init(&text, arena, SEALED_TEXT_MAX);
    sb_init(&sealed, arena, STORE_SEALED_MAX);
    write_key(key, &text);
    enum status st = text.over
                         ? STATUS_DENIED
                         : second_seal(sessions, account, KEY_PURPOSE, sb_view(&text), &sealed);
    row.sealed = sb_view(&sealed);
    if (st == STATUS_OK)
        st = store_second_key_add(sessions->store, account, &row);
    arena_free(&arena);
    return st;
}

enum status second_key_add(struct sessions *sessions, struct sv account,
                           const struct second_key_answer *answer, struct sv name)
{
    struct second_key key = {
        .name = utf8_cut(name, SECOND_KEY_NAME_MAX), .rp_id = answer->rp_id, .added = clock_wall()};
    const struct passkey_answer passkey = passkey_answer(answer);
    if (check_client_data(answer, SV("webauthn.create")) != STATUS_OK ||
        passkey_read(&passkey, &key.passkey) != STATUS_OK)
        return STATUS_DENIED;
    return keep(sessions, account, &key);
}

/* ---- using ---- */

static const struct second_key *find(const struct second_key *keys, size_t n, struct sv id)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq((struct sv){(const char *)keys[i].passkey.id, keys[i].passkey.id_n}, id))
            return &keys[i];
    return NULL;
}

static enum status check(struct sessions *sessions, struct sv account,
                         const struct second_key_answer *answer, struct arena *arena)
{
    struct second_key *keys;
    size_t n;
    uint32_t counter;
    enum status st = second_key_list(sessions, account, arena, &keys, &n);
    if (st != STATUS_OK)
        return st;
    const struct second_key *key = find(keys, n, answer->id);
    const struct passkey_answer passkey = passkey_answer(answer);
    if (!key || !sv_eq(key->rp_id, answer->rp_id) ||
        check_client_data(answer, SV("webauthn.get")) != STATUS_OK ||
        passkey_verify(&key->passkey, &passkey, &counter) != STATUS_OK)
        return STATUS_DENIED;
    return store_second_key_use(sessions->store, account, key->hash, counter);
}

enum status second_key_check(struct sessions *sessions, struct sv account,
                             const struct second_key_answer *answer)
{
    struct arena *arena = arena_new(ROOM);
    enum status st = check(sessions, account, answer, arena);
    arena_free(&arena);
    return st == STATUS_NOT_FOUND ? STATUS_DENIED : st;
}

enum status second_key_drop(struct sessions *sessions, struct sv account,
                            const uint8_t hash[STORE_ID_SIZE])
{
    return store_second_key_delete(sessions->store, account, hash);
}
