// SPDX-License-Identifier: MIT
// What the test programs share: cmocka, the table of adapters, and short words for common steps.
#ifndef SAMRENA_TESTS_SUPPORT_H
#define SAMRENA_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samrena.h"

/* One entry of a test table for each adapter that ships; the test finds the name in *state. */
#define OVER_ADAPTERS(test)                                                                                            \
    {#test " [chained]", test, NULL, NULL, (void *)(uintptr_t) "chained"}, {                                           \
#test " [virtual]", test, NULL, NULL, (void *)(uintptr_t) "virtual"                                            \
    }

/* The same, and for an arena that starts in a block of the caller's own. */
#define OVER_ARENAS(test)                                                                                              \
    OVER_ADAPTERS(test), {                                                                                             \
#test " [block]", test, NULL, NULL, (void *)(uintptr_t) "block"                                                \
    }

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What a test program passes to the adapters of all its arenas; NULL: nothing. */
static const char *common_options;

/* All defaults but the adapter, or the block, that the test is to use. */
static inline SamrenaConfig config_of(void **state) {
    static unsigned char block[2048];
    SamrenaConfig config = samrena_default_config();
    config.adapter_options = common_options;
    if (strcmp(*state, "block") == 0) {
        config.first_block = block;
        config.first_block_size = sizeof(block);
    } else {
        config.adapter = *state;
    }
    return config;
}

static inline Samrena *create(const SamrenaConfig *config) {
    Samrena *arena = samrena_create(config);
    if (!arena)
        fail_msg("no arena: %s", samrena_last_error_message());
    return arena;
}

static inline Samrena *create_named(const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    config.adapter_options = common_options;
    return create(&config);
}

static inline Samrena *create_for(void **state) {
    SamrenaConfig config = config_of(state);
    return create(&config);
}

static inline SamrenaInfo info_of(const Samrena *arena) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    assert_int_equal(samrena_get_info(arena, &info), SAMRENA_OK);
    return info;
}

static inline bool is_aligned(const void *block, uint64_t alignment) {
    return (uintptr_t)block % alignment == 0;
}

#define assert_message_has(text)                                                                                       \
    do {                                                                                                               \
        if (!strstr(samrena_last_error_message(), (text)))                                                             \
            fail_msg("expected \"%s\" in the message \"%s\"", (text), samrena_last_error_message());                   \
    } while (0)

#endif
