#include "test.h"

#include "siphash.h"

/* The first vectors of the authors' own table (key 00…0f, message 00, 01, 02…), and the one of
 * their paper. */
static void it_is_siphash_2_4(void **state)
{
    const struct siphash_key key = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    char bytes[16];
    (void)state;
    for (int i = 0; i < 16; i++)
        bytes[i] = (char)i;
    assert_true(siphash(key, (struct sv){bytes, 0}) == UINT64_C(0x726fdb47dd0e0e31));
    assert_true(siphash(key, (struct sv){bytes, 1}) == UINT64_C(0x74f839c593dc67fd));
    assert_true(siphash(key, (struct sv){bytes, 8}) == UINT64_C(0x93f5f5799a932462));
    assert_true(siphash(key, (struct sv){bytes, 15}) == UINT64_C(0xa129ca6149be45e5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_siphash_2_4)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
