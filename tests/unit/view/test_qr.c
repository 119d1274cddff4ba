#include "qr.h"

#include <string.h>

#include "test.h"

static uint32_t little(struct sv bytes, size_t at)
{
    const uint8_t *p = (const uint8_t *)bytes.p + at;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Its pixels themselves are compared with what qrencode makes, over HTTP (second.test.mjs). */
static void a_picture_is_as_large_as_it_says(void **state)
{
    struct arena *arena = arena_new(1024 * 1024);
    struct sv picture;
    (void)state;
    assert_int_equal(qr_picture(SV("otpauth://totp/a"), arena, &picture), STATUS_OK);
    assert_int_equal(memcmp(picture.p, "BM", 2), 0);
    assert_int_equal(little(picture, 2), picture.n);
    uint32_t side = little(picture, 18), row = (side + 31) / 32 * 4;
    assert_int_equal(side, little(picture, 22));
    assert_int_equal(picture.n, little(picture, 10) + row * side);
    assert_int_equal((side / QR_SCALE - 2 * QR_QUIET - 21) % 4, 0); /* 21, 25, 29… modules */
    arena_free(&arena);
}

static void a_text_has_its_bounds(void **state)
{
    struct arena *arena = arena_new(4 * 1024 * 1024);
    struct sb text;
    struct sv picture;
    (void)state;
    sb_init(&text, arena, 2 * QR_TEXT_MAX);
    assert_int_equal(qr_picture(SV(""), arena, &picture), STATUS_INVALID);
    for (size_t i = 0; i < QR_TEXT_MAX; i++)
        sb_add_char(&text, (char)(0x80 + i % 64));
    assert_int_equal(qr_picture(sb_view(&text), arena, &picture), STATUS_OK);
    sb_add_char(&text, 'x');
    assert_int_equal(qr_picture(sb_view(&text), arena, &picture), STATUS_TOO_LARGE);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_as_large_as_it_says),
        cmocka_unit_test(a_text_has_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
