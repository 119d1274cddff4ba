/* How requests that last are shared out among users. */
#include "share.h"
#include "test.h"

static void one_user_takes_his_share_and_no_more(void **state)
{
    struct share share = SHARE_NEW;
    struct share_part a[3], b[3];
    (void)state;
    assert_true(share_take(&share, SV("ann"), 3, 2, &a[0]));
    assert_true(share_take(&share, SV("ann"), 3, 2, &a[1]));
    assert_false(share_take(&share, SV("ann"), 3, 2, &a[2]));
    assert_true(share_take(&share, SV("ben"), 3, 2, &b[0]));
    assert_false(share_take(&share, SV("ben"), 3, 2, &b[1]));
    share_give(&share, &b[1]); /* which has none */
    share_give(&share, &a[1]); /* neither the first nor the last that came */
    assert_true(share_take(&share, SV("ben"), 3, 2, &b[1]));
    assert_false(share_take(&share, SV("ann"), 3, 2, &a[1]));
    share_give(&share, &a[0]);
    share_give(&share, &a[0]); /* once is enough */
    assert_true(share_take(&share, SV("ann"), 3, 2, &a[1]));
    share_give(&share, &a[1]);
    share_give(&share, &b[0]);
    share_give(&share, &b[1]);
    assert_null(share.first);
}

static void half_is_for_others(void **state)
{
    (void)state;
    assert_int_equal(share_half(0), 1);
    assert_int_equal(share_half(1), 1);
    assert_int_equal(share_half(2), 1);
    assert_int_equal(share_half(3), 2);
    assert_int_equal(share_half(16), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_user_takes_his_share_and_no_more),
        cmocka_unit_test(half_is_for_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
