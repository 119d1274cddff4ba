#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "seal.h"
#include "test.h"

static struct server_key key_a = {{1}}, key_b = {{2}};

static struct sv sealed_password(char *room, size_t size)
{
    struct sb out;
    sb_fixed(&out, room, size);
    assert_int_equal(seal_close(&key_a, SV("token"), SV("claire"), SV("s3cret"), &out), STATUS_OK);
    return sb_view(&out);
}

static void a_seal_opens_only_with_key_secret_and_context(void **state)
{
    (void)state;
    char room[512], text[64];
    struct sv sealed = sealed_password(room, sizeof room);
    struct sb out;
    sb_fixed(&out, text, sizeof text);
    assert_int_equal(seal_open(&key_b, SV("token"), SV("claire"), sealed, &out), STATUS_DENIED);
    assert_int_equal(seal_open(&key_a, SV("tokem"), SV("claire"), sealed, &out), STATUS_DENIED);
    assert_int_equal(seal_open(&key_a, SV("token"), SV("karim"), sealed, &out), STATUS_DENIED);
    assert_int_equal(out.n, 0);
    assert_int_equal(seal_open(&key_a, SV("token"), SV("claire"), sealed, &out), STATUS_OK);
    assert_sv(sb_view(&out), "s3cret");
}

static void a_text_of_any_length_opens_in_its_place_alone(void **state)
{
    (void)state;
    struct arena *arena = arena_new(10000000);
    const size_t lengths[] = {0, 1, 59, 60, 61, 124, 5000, 300000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char *bytes = arena_alloc(arena, lengths[i] + 1);
        memset(bytes, 'x', lengths[i]);
        struct sv text = {bytes, lengths[i]}, sealed, got = SV("untouched");
        assert_int_equal(seal_text_close(&key_a, SV("job 1"), text, arena, &sealed), STATUS_OK);
        assert_int_equal((sealed.n - SEAL_OVERHEAD) % SEAL_PAD, 0);
        assert_int_equal(seal_text_open(&key_b, SV("job 1"), sealed, arena, &got), STATUS_DENIED);
        assert_int_equal(seal_text_open(&key_a, SV("job 2"), sealed, arena, &got), STATUS_DENIED);
        assert_int_equal(
            seal_text_open(&key_a, SV("job 1"), sv_slice(sealed, 0, sealed.n - 1), arena, &got),
            STATUS_DENIED);
        assert_sv(got, "untouched");
        ((char *)sealed.p)[sealed.n / 2] ^= 1;
        assert_int_equal(seal_text_open(&key_a, SV("job 1"), sealed, arena, &got), STATUS_DENIED);
        ((char *)sealed.p)[sealed.n / 2] ^= 1;
        assert_int_equal(seal_text_open(&key_a, SV("job 1"), sealed, arena, &got), STATUS_OK);
        assert_true(sv_eq(got, text));
    }
    arena_free(&arena);
}

static void every_changed_byte_is_noticed(void **state)
{
    (void)state;
    char room[512], text[64];
    struct sv sealed = sealed_password(room, sizeof room);
    for (size_t i = 0; i < sealed.n; i++) {
        struct sb out;
        sb_fixed(&out, text, sizeof text);
        room[i] = (char)(room[i] ^ 1);
        assert_int_equal(seal_open(&key_a, SV("token"), SV("claire"), sealed, &out), STATUS_DENIED);
        assert_int_equal(seal_open(&key_a, SV("token"), SV("claire"), sv_slice(sealed, 0, i), &out),
                         STATUS_DENIED);
        room[i] = (char)(room[i] ^ 1);
    }
}

static void a_seal_tells_neither_text_nor_length(void **state)
{
    (void)state;
    char room[512], other[512];
    struct sv first = sealed_password(room, sizeof room);
    struct sv second = sealed_password(other, sizeof other);
    assert_false(sv_eq(first, second));
    assert_int_equal(sv_find(first, SV("s3cret")), SIZE_MAX);
    struct sb longer;
    sb_fixed(&longer, other, sizeof other);
    assert_int_equal(
        seal_close(&key_a, SV("token"), SV("claire"), SV("a much longer password"), &longer),
        STATUS_OK);
    assert_int_equal(longer.n, first.n);
}

static void the_key_file_is_made_once_and_must_be_private(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100000);
    char dir[] = "/tmp/vm-seal-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct sv path = arena_printf(arena, "%s/server.key", dir), reason = SV("");
    struct server_key first, second;
    assert_int_equal(seal_key_load(path.p, arena, &first, &reason), STATUS_OK);
    assert_int_equal(seal_key_load(path.p, arena, &second, &reason), STATUS_OK);
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(chmod(path.p, 0644), 0);
    assert_int_equal(seal_key_load(path.p, arena, &second, &reason), STATUS_DENIED);
    assert_true(sv_find(reason, SV("chmod 0600")) != SIZE_MAX);
    assert_int_equal(chmod(path.p, 0600), 0);
    assert_int_equal(truncate(path.p, 5), 0);
    assert_int_equal(seal_key_load(path.p, arena, &second, &reason), STATUS_INVALID);
    unlink(path.p);
    rmdir(dir);
    arena_free(&arena);
}

static void purposes_do_not_mix(void **state)
{
    (void)state;
    uint8_t a[SEAL_HASH_SIZE], b[SEAL_HASH_SIZE];
    seal_mac(&key_a, "csrf", SV("x"), a);
    seal_mac(&key_a, "login", SV("x"), b);
    assert_false(seal_equal(a, b, sizeof a));
    seal_mac(&key_a, "csrf", SV("x"), b);
    assert_true(seal_equal(a, b, sizeof a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seal_opens_only_with_key_secret_and_context),
        cmocka_unit_test(a_text_of_any_length_opens_in_its_place_alone),
        cmocka_unit_test(every_changed_byte_is_noticed),
        cmocka_unit_test(a_seal_tells_neither_text_nor_length),
        cmocka_unit_test(the_key_file_is_made_once_and_must_be_private),
        cmocka_unit_test(purposes_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
