/* What is given back to the allocator is wiped, in the program that people run. */
#include <libgen.h>
#include <unistd.h>

#include "str.h"
#include "test.h"

static void what_is_given_back_is_wiped(void **state)
{
    (void)state;
    char self[4096], probe[4200];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = '\0';
    /* BUILD/unit/cgi/test_forget */
    snprintf(probe, sizeof probe, "%s/forget-probe", dirname(dirname(dirname(self))));
    assert_int_equal(access(probe, X_OK), 0);
    assert_int_equal(system(probe), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_given_back_is_wiped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
