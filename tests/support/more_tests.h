// SPDX-License-Identifier: MIT
// Tests of a program that some systems have and others do not: in a file of their own, which the build chooses.
#ifndef SAMRENA_TESTS_MORE_TESTS_H
#define SAMRENA_TESTS_MORE_TESTS_H

#include "support.h"

typedef struct MoreTests {
    const struct CMUnitTest *tests;
    size_t count;
} MoreTests;

/* NAME_posix.c has them; elsewhere more_tests_none.c, and there are none. */
extern const MoreTests more_tests;

/* What main() returns: those of all systems, then the others. */
static inline int run_all_tests(const char *name, const struct CMUnitTest *tests, size_t count) {
    struct CMUnitTest all[100];
    if (count + more_tests.count > COUNT_OF(all))
        abort();
    memcpy(all, tests, count * sizeof(*tests));
    if (more_tests.count > 0)
        memcpy(all + count, more_tests.tests, more_tests.count * sizeof(*tests));
    return _cmocka_run_group_tests(name, all, count + more_tests.count, NULL, NULL);
}

#endif
