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
#include "skip.h"

/* One entry of a test table for each adapter that ships; the test finds the name in *state. */
#define OVER_ADAPTERS_WITH(test, setup, teardown)                                                                      \
    {#test " [chained]", test, setup, teardown, (void *)(uintptr_t) "chained"}, {                                      \
#test " [virtual]", test, setup, teardown, (void *)(uintptr_t) "virtual"                                       \
    }
#define OVER_ADAPTERS(test) OVER_ADAPTERS_WITH(test, NULL, NULL)

/* The same, and for an arena that starts in storage of the caller's own. */
#define OVER_ARENAS(test)                                                                                              \
    OVER_ADAPTERS(test), {                                                                                             \
#test " [storage]", test, NULL, NULL, (void *)(uintptr_t) "storage"                                            \
    }

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Whether the arenas of a test program may be recycled: SamrenaRecycle. */
static int32_t common_recycle;

static inline bool is_in_storage(void **state) {
    return strcmp(*state, "storage") == 0;
}

/* All defaults but the adapter that the test is to use. */
static inline SamrenaConfig config_of(void **state) {
    SamrenaConfig config = samrena_default_config();
    config.recycle = common_recycle;
    config.adapter = is_in_storage(state) ? NULL : *state;
    return config;
}

static inline SamrenaConfig config_named(const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    config.recycle = common_recycle;
    config.adapter = adapter;
    return config;
}

static inline Samrena *must_be_made(Samrena *arena) {
    if (!arena)
        fail_msg("no arena: %s", samrena_last_error_message());
    return arena;
}

static inline Samrena *create(const SamrenaConfig *config) {
    return must_be_made(samrena_create(config));
}

/* As the test's table says: by the adapter, or in one of a few storages of 4 KiB, taken in turns. */
static inline Samrena *create_as(void **state, const SamrenaConfig *config) {
    static unsigned char storages[4][4096];
    static unsigned next;
    if (!is_in_storage(state))
        return create(config);
    return must_be_made(samrena_create_in(storages[next++ % 4], sizeof(storages[0]), config));
}

static inline Samrena *create_for(void **state) {
    SamrenaConfig config = config_of(state);
    return create_as(state, &config);
}

static inline Samrena *create_named(const char *adapter) {
    SamrenaConfig config = config_named(adapter);
    return create(&config);
}

/* Arenas of that label, one after the other, that come to `size` each. */
static inline void live_often(const char *adapter, SamrenaLabel *label, uint64_t size, int times) {
    SamrenaConfig config = config_named(adapter);
    config.label = label;
    for (int i = 0; i < times; i++) {
        Samrena *arena = create(&config);
        for (uint64_t pushed = 0; pushed < size; pushed += 64)
            assert_non_null(samrena_push(arena, 64));
        samrena_destroy(arena);
    }
}

static inline SamrenaInfo info_of(const Samrena *arena) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    assert_int_equal(samrena_get_info(arena, &info), SAMRENA_OK);
    return info;
}

static inline bool is_aligned(const void *block, uint64_t alignment) {
    return (uintptr_t)block % alignment == 0;
}

static inline void assert_filled_with(const void *block, uint64_t size, unsigned char byte) {
    for (uint64_t i = 0; i < size; i++)
        if (((const unsigned char *)block)[i] != byte)
            fail_msg("byte %llu of %llu is 0x%02x, expected 0x%02x", (unsigned long long)i, (unsigned long long)size,
                     ((const unsigned char *)block)[i], byte);
}

#define assert_message_has(text)                                                                                       \
    do {                                                                                                               \
        if (!strstr(samrena_last_error_message(), (text)))                                                             \
            fail_msg("expected \"%s\" in the message \"%s\"", (text), samrena_last_error_message());                   \
    } while (0)

#define assert_fails(call, error)                                                                                      \
    do {                                                                                                               \
        assert_false(call);                                                                                            \
        if (samrena_last_error() != (error))                                                                           \
            fail_msg("expected error %d, got %d: %s", (int)(error), (int)samrena_last_error(),                         \
                     samrena_last_error_message());                                                                    \
    } while (0)

#endif
