/* test.h — what every unit test includes: cmocka with the headers it needs before it. */
#ifndef VM_TEST_H
#define VM_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "str.h"

#define assert_sv(view, literal)                                                                   \
    do {                                                                                           \
        struct sv got_ = (view);                                                                   \
        struct sv want_ = sv_of(literal);                                                          \
        if (!sv_eq(got_, want_))                                                                   \
            print_error("got  \"%.*s\"\nwant \"%.*s\"\n", SV_ARG(got_), SV_ARG(want_));            \
        assert_true(sv_eq(got_, want_));                                                           \
    } while (0)

#endif
