// SPDX-License-Identifier: MIT
// Tests that cannot be made here; to be included behind cmocka.h.
#ifndef SAMRENA_TESTS_SKIP_H
#define SAMRENA_TESTS_SKIP_H

/* The reason is told before TAP's line. */
#define skip_because(reason)                                                                                           \
    do {                                                                                                               \
        print_message("# skipped: %s\n", reason);                                                                      \
        skip();                                                                                                        \
    } while (0)

#endif
