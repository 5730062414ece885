// SPDX-License-Identifier: MIT
// Where the fields of the adapter ABI are, as one version of its header has them.
#ifndef SAMRENA_TESTS_LAYOUT_H
#define SAMRENA_TESTS_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

typedef struct Place {
    const char *name;
    uint64_t offset; /* or the value of a constant */
    uint64_t size;   /* 0: of a constant */
} Place;

typedef struct Layout {
    uint32_t major, minor;
    size_t place_count;
    const Place *places; /* never change */
    size_t size_count;
    const Place *sizes; /* of structs, in `size`: may grow */
} Layout;

extern const Layout layout_1_0, layout_1_9, layout_today;

#endif
