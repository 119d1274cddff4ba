#include "second_key.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "base64.h"
#include "cbor.h"
#include "session_fixture.h"

#define CLAIRE SV("claire@demo.example")
#define KARIM SV("karim@demo.example")
#define ORIGIN "https://mail.example.org:8443"
#define RP "mail.example.org"
#define CHALLENGE "Y2hhbGxlbmdlIG9mIDMyIGJ5dGVzLCBhdCByYW5kb20"

enum { TOUCHED = 0x01, HAS_KEY = 0x40 };

/* A security key of our own: ES256, packed as CTAP2 does. */
struct device {
    EVP_PKEY *pair;
    uint8_t id[32];
    uint32_t counter;
};

struct fixture {
    struct session_fixture sessions;
    struct device device;
};

static void device_make(struct device *device, uint8_t first)
{
    *device = (struct device){.pair = EVP_EC_gen("P-256"), .id = {first, 2, 3}, .counter = 5};
    assert_non_null(device->pair);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (!f || !session_fixture_open(&f->sessions))
        return -1;
    device_make(&f->device, 1);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    EVP_PKEY_free(f->device.pair);
    session_fixture_close(&f->sessions);
    free(f);
    return 0;
}

static void add_head(struct sb *out, const char *rp, uint8_t flags, uint32_t counter)
{
    uint8_t hash[SEAL_HASH_SIZE];
    seal_hash(sv_of(rp), hash);
    sb_add(out, (struct sv){(const char *)hash, sizeof hash});
    sb_add_char(out, (char)flags);
    for (int shift = 24; shift >= 0; shift -= 8)
        sb_add_char(out, (char)(counter >> shift & 0xff));
}

/* AAGUID, id, and the key as a COSE map (RFC 9053, 7.1): EC2, ES256, P-256, x, y. */
static struct sv attested(struct fixture *f, const char *rp, uint8_t flags)
{
    struct sb out;
    uint8_t point[65];
    size_t n = 0;
    sb_init(&out, f->sessions.arena, 1000);
    add_head(&out, rp, flags, f->device.counter);
    for (int i = 0; i < 16 + 1; i++)
        sb_add_char(&out, 0);
    sb_add_char(&out, (char)sizeof f->device.id);
    sb_add(&out, (struct sv){(const char *)f->device.id, sizeof f->device.id});
    assert_int_equal(
        EVP_PKEY_get_octet_string_param(f->device.pair, "pub", point, sizeof point, &n), 1);
    assert_int_equal(n, sizeof point);
    sb_add(&out, SV("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"));
    sb_add(&out, (struct sv){(const char *)point + 1, 32});
    sb_add(&out, SV("\x22\x58\x20"));
    sb_add(&out, (struct sv){(const char *)point + 33, 32});
    return sb_view(&out);
}

static struct sv client_data(struct fixture *f, const char *type, const char *challenge,
                             const char *origin)
{
    return arena_printf(f->sessions.arena,
                        "{\"type\":\"webauthn.%s\",\"challenge\":\"%s\",\"origin\":\"%s\","
                        "\"crossOrigin\":false}",
                        type, challenge, origin);
}

static struct second_key_answer made(struct fixture *f)
{
    return (struct second_key_answer){.origin = SV(ORIGIN),
                                      .rp_id = SV(RP),
                                      .challenge = SV(CHALLENGE),
                                      .client_data = client_data(f, "create", CHALLENGE, ORIGIN),
                                      .data = attested(f, RP, TOUCHED | HAS_KEY)};
}

static void sign(struct fixture *f, struct second_key_answer *answer)
{
    uint8_t hash[SEAL_HASH_SIZE];
    char signature[128];
    size_t n = sizeof signature;
    struct sb both;
    seal_hash(answer->client_data, hash);
    sb_init(&both, f->sessions.arena, 1000);
    sb_add(&both, answer->data);
    sb_add(&both, (struct sv){(const char *)hash, sizeof hash});
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, f->device.pair), 1);
    assert_int_equal(
        EVP_DigestSign(context, (uint8_t *)signature, &n, (const uint8_t *)both.p, both.n), 1);
    EVP_MD_CTX_free(context);
    answer->signature = arena_sv(f->sessions.arena, (struct sv){signature, n});
}

static struct second_key_answer touched(struct fixture *f, const char *rp, uint8_t flags)
{
    struct sb data;
    sb_init(&data, f->sessions.arena, 100);
    add_head(&data, rp, flags, f->device.counter);
    struct second_key_answer answer = {.origin = SV(ORIGIN),
                                       .rp_id = SV(RP),
                                       .challenge = SV(CHALLENGE),
                                       .client_data = client_data(f, "get", CHALLENGE, ORIGIN),
                                       .data = sb_view(&data),
                                       .id = {(const char *)f->device.id, sizeof f->device.id}};
    sign(f, &answer);
    return answer;
}

static enum status add(struct fixture *f, struct sv account)
{
    const struct second_key_answer answer = made(f);
    return second_key_add(f->sessions.table, account, &answer, SV("Blue"));
}

static enum status check(struct fixture *f, const struct second_key_answer *answer)
{
    return second_key_check(f->sessions.table, CLAIRE, answer);
}

static enum status use(struct fixture *f)
{
    const struct second_key_answer answer = touched(f, RP, TOUCHED);
    return check(f, &answer);
}

/* ---- the tests ---- */

static void a_key_is_added_and_signs(void **state)
{
    struct fixture *f = *state;
    struct second_key *keys;
    size_t n;
    assert_int_equal(add(f, CLAIRE), STATUS_OK);
    assert_int_equal(add(f, CLAIRE), STATUS_EXISTS);
    f->device.counter = 6;
    assert_int_equal(use(f), STATUS_OK);
    assert_int_equal(second_key_list(f->sessions.table, CLAIRE, f->sessions.arena, &keys, &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
    assert_sv(keys[0].name, "Blue");
    assert_sv(keys[0].rp_id, RP);
    assert_int_equal(keys[0].passkey.counter, 6);
    assert_true(keys[0].used > 0 && keys[0].added > 0);
    assert_int_equal(second_key_drop(f->sessions.table, CLAIRE, keys[0].hash), STATUS_OK);
    f->device.counter = 7;
    assert_int_equal(use(f), STATUS_DENIED);
}

static void a_counter_that_goes_back_is_told(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(add(f, CLAIRE), STATUS_OK); /* at 5 */
    assert_int_equal(use(f), STATUS_CHANGED);
    f->device.counter = 4;
    assert_int_equal(use(f), STATUS_CHANGED);
    f->device.counter = 0;
    assert_int_equal(use(f), STATUS_CHANGED);
    f->device.counter = 9;
    assert_int_equal(use(f), STATUS_OK);
}

/* As passkeys that are shared between devices do. */
static void a_key_that_does_not_count_serves_again(void **state)
{
    struct fixture *f = *state;
    f->device.counter = 0;
    assert_int_equal(add(f, CLAIRE), STATUS_OK);
    assert_int_equal(use(f), STATUS_OK);
    assert_int_equal(use(f), STATUS_OK);
    f->device.counter = 1;
    assert_int_equal(use(f), STATUS_OK);
    f->device.counter = 0;
    assert_int_equal(use(f), STATUS_CHANGED);
}

static void what_was_not_asked_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(add(f, CLAIRE), STATUS_OK);
    f->device.counter = 6;
    const struct sv datas[] = {
        client_data(f, "create", CHALLENGE, ORIGIN), client_data(f, "get", "AAAA", ORIGIN),
        client_data(f, "get", CHALLENGE, "https://evil.example"),
        client_data(f, "get", CHALLENGE, "https://mail.example.org"), SV("")};
    for (size_t i = 0; i < sizeof datas / sizeof datas[0]; i++) {
        struct second_key_answer answer = touched(f, RP, TOUCHED);
        answer.client_data = datas[i];
        sign(f, &answer);
        assert_int_equal(check(f, &answer), STATUS_DENIED);
    }
    struct second_key_answer answer = touched(f, "evil.example", TOUCHED);
    assert_int_equal(check(f, &answer), STATUS_DENIED);
    answer = touched(f, RP, 0); /* nobody touched it */
    assert_int_equal(check(f, &answer), STATUS_DENIED);
    answer = touched(f, RP, TOUCHED);
    answer.rp_id = SV("other.example.org"); /* the site has another name today */
    assert_int_equal(check(f, &answer), STATUS_DENIED);
    answer = touched(f, RP, TOUCHED);
    answer.id = SV("another");
    assert_int_equal(check(f, &answer), STATUS_DENIED);
    answer = touched(f, RP, TOUCHED);
    for (size_t n = 0; n < answer.data.n; n++) {
        struct second_key_answer cut = answer;
        cut.data = sv_slice(answer.data, 0, n);
        assert_int_equal(check(f, &cut), STATUS_DENIED);
    }
    char *bent = arena_alloc(f->sessions.arena, answer.signature.n);
    memcpy(bent, answer.signature.p, answer.signature.n);
    bent[answer.signature.n - 1] ^= 1;
    answer.signature.p = bent;
    assert_int_equal(check(f, &answer), STATUS_DENIED);
    answer.signature = SV("");
    assert_int_equal(check(f, &answer), STATUS_DENIED);
    assert_int_equal(second_key_check(f->sessions.table, KARIM, &answer), STATUS_DENIED);
    assert_int_equal(use(f), STATUS_OK);
}

static void another_key_is_none_of_ours(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(add(f, CLAIRE), STATUS_OK);
    EVP_PKEY_free(f->device.pair);
    f->device.pair = EVP_EC_gen("P-256"); /* under the same id */
    f->device.counter = 6;
    assert_int_equal(use(f), STATUS_DENIED);
}

static void a_key_of_another_site_is_not_added(void **state)
{
    struct fixture *f = *state;
    const struct sv datas[] = {attested(f, "evil.example", TOUCHED | HAS_KEY),
                               attested(f, RP, HAS_KEY), attested(f, RP, TOUCHED), SV("")};
    struct second_key_answer answer;
    for (size_t i = 0; i < sizeof datas / sizeof datas[0]; i++) {
        answer = made(f);
        answer.data = datas[i];
        assert_int_equal(second_key_add(f->sessions.table, CLAIRE, &answer, SV("")), STATUS_DENIED);
    }
    const struct second_key_answer good = made(f);
    for (size_t n = 0; n < good.data.n; n++) {
        answer = good;
        answer.data = sv_slice(good.data, 0, n);
        assert_int_equal(second_key_add(f->sessions.table, CLAIRE, &answer, SV("")), STATUS_DENIED);
    }
    answer = good;
    answer.client_data = client_data(f, "get", CHALLENGE, ORIGIN);
    assert_int_equal(second_key_add(f->sessions.table, CLAIRE, &answer, SV("")), STATUS_DENIED);
}

/* libcbor would ask for as much memory as these claim. */
static void lengths_that_lie_do_not_reach_the_library(void **state)
{
    const struct sv good[] = {SV("\xa1\x01\x02"), SV("\x83\x01\x20\x43\x61\x62\x63"),
                              SV("\x18\xff\x19\x01\x00\xf5\xf6"), SV(""), SV("\x81\x81\x81\x01")};
    const struct sv bad[] = {SV("\xbb\x01\xae\xbf\x1e\x86\xcd\xff\x2d"),
                             SV("\x9a\x7f\xff\xff\xff"),
                             SV("\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
                             SV("\xa2\x01\x02"),
                             SV("\x42\x61"),
                             SV("\xbf\xff"),
                             SV("\x5f\x41\x61\xff"),
                             SV("\xc0\x01"),
                             SV("\xf9\x3c\x01"),
                             SV("\x19\x01"),
                             SV("\x1c"),
                             SV("\x81\x81\x81\x81\x01")};
    struct fixture *f = *state;
    struct sb data;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(cbor_sound(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(cbor_sound(bad[i]));
        sb_init(&data, f->sessions.arena, 1000);
        add_head(&data, RP, TOUCHED | HAS_KEY, 1);
        for (int n = 0; n < 16 + 2; n++)
            sb_add_char(&data, n == 17 ? 1 : 0);
        sb_add_char(&data, 'x');
        sb_add(&data, bad[i]);
        struct second_key_answer answer = made(f);
        answer.data = sb_view(&data);
        assert_int_equal(second_key_add(f->sessions.table, CLAIRE, &answer, SV("")), STATUS_DENIED);
    }
}

static void a_row_that_somebody_else_wrote_is_no_key(void **state)
{
    struct fixture *f = *state;
    struct store_second_key *rows, forged;
    struct second_key *keys;
    size_t n;
    struct store *store = f->sessions.kept.store;
    assert_int_equal(add(f, KARIM), STATUS_OK); /* the thief's own account and key */
    assert_int_equal(store_second_key_list(store, KARIM, f->sessions.arena, &rows, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(store_second_key_add(store, CLAIRE, &rows[0]), STATUS_OK);
    forged = rows[0];
    forged.hash[0] ^= 1;
    assert_int_equal(store_second_key_add(store, KARIM, &forged), STATUS_OK);
    assert_int_equal(second_key_list(f->sessions.table, CLAIRE, f->sessions.arena, &keys, &n),
                     STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(second_key_list(f->sessions.table, KARIM, f->sessions.arena, &keys, &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
    f->device.counter = 6;
    assert_int_equal(use(f), STATUS_DENIED);
}

static void an_account_has_ten_keys(void **state)
{
    struct fixture *f = *state;
    struct store_second_counts counts;
    for (uint8_t i = 0; i < STORE_SECOND_KEYS_MAX; i++) {
        f->device.id[0] = i;
        assert_int_equal(add(f, CLAIRE), STATUS_OK);
    }
    f->device.id[0] = 99;
    assert_int_equal(add(f, CLAIRE), STATUS_TOO_LARGE);
    assert_int_equal(second_state(f->sessions.table, CLAIRE, &counts), STATUS_OK);
    assert_int_equal(counts.keys, STORE_SECOND_KEYS_MAX);
    assert_true(second_on(&counts));
    f->device.id[0] = 4;
    f->device.counter = 6;
    assert_int_equal(use(f), STATUS_OK);
}

#define case_of(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(a_key_is_added_and_signs),
        case_of(a_counter_that_goes_back_is_told),
        case_of(a_key_that_does_not_count_serves_again),
        case_of(what_was_not_asked_is_refused),
        case_of(another_key_is_none_of_ours),
        case_of(a_key_of_another_site_is_not_added),
        case_of(lengths_that_lie_do_not_reach_the_library),
        case_of(a_row_that_somebody_else_wrote_is_no_key),
        case_of(an_account_has_ten_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
