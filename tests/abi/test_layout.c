// SPDX-License-Identifier: MIT
// Sizes and values that programs and plugins have compiled in: a change here changes the ABI, and is to be meant.
//
// The offsets of the adapter ABI's fields are asserted in its header.
#include "support.h"

typedef struct Fact {
    const char *name;
    uint64_t now, expected;
} Fact;

#define SIZE(type, expected)                                                                                           \
    { #type, sizeof(type), expected }
#define VALUE(name, expected)                                                                                          \
    { #name, (uint64_t)(name), expected }

static void assert_facts(const Fact *facts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (facts[i].now != facts[i].expected)
            fail_msg("%s is %llu, was %llu", facts[i].name, (unsigned long long)facts[i].now,
                     (unsigned long long)facts[i].expected);
}

static void test_sizes_of_the_adapter_abi(void **state) {
    static const Fact sizes[] = {
        SIZE(SamrenaError, 4),          SIZE(SamrenaRegion, 40), SIZE(SamrenaHost, 32),
        SIZE(SamrenaAdapterParams, 72), SIZE(SamrenaWant, 32),   SIZE(SamrenaAdapterOperations, 80),
        SIZE(SamrenaAdapter, 176),
    };
    (void)state;
    if (sizeof(void *) != 8)
        skip_because("these are the sizes of 64 bits");
    assert_facts(sizes, COUNT_OF(sizes));
}

static void test_sizes_of_the_public_api(void **state) {
    static const Fact sizes[] = {
        SIZE(SamrenaWindow, 24),      SIZE(SamrenaMark, 16),        SIZE(SamrenaLabel, 512),
        SIZE(SamrenaConfig, 168),     SIZE(SamrenaReserveInfo, 32), SIZE(SamrenaInfo, 120),
        SIZE(SamrenaAdapterInfo, 56), SIZE(SamrenaBudget, 32),      SIZE(SamrenaLabelInfo, 96),
    };
    (void)state;
    if (sizeof(void *) != 8)
        skip_because("these are the sizes of 64 bits");
    assert_facts(sizes, COUNT_OF(sizes));
}

/* Of the adapter ABI. */
static void test_values_of_the_adapter_abi(void **state) {
    static const Fact values[] = {
        VALUE(SAMRENA_ADAPTER_MAGIC, 0x414d4153),
        VALUE(SAMRENA_REGION_ALIGNMENT, 16),
        VALUE(SAMRENA_ADAPTER_NAME_SIZE, 32),
        VALUE(SAMRENA_ADAPTER_VERSION_SIZE, 16),
        VALUE(SAMRENA_ADAPTER_CONTIGUOUS, 1),
        VALUE(SAMRENA_ADAPTER_SHARED, 2),
        VALUE(SAMRENA_ADAPTER_HUGE_PAGES_AUTO, 0),
        VALUE(SAMRENA_ADAPTER_HUGE_PAGES_NEVER, 1),
        VALUE(SAMRENA_ADAPTER_HUGE_PAGES_ALWAYS, 2),
        VALUE(SAMRENA_WANT_RESERVED, 1),
        VALUE(SAMRENA_WANT_PREFAULT, 2),
        VALUE(SAMRENA_WANT_SURELY, 4),
    };
    (void)state;
    assert_facts(values, COUNT_OF(values));
}

/* Structs hold numbers of 32 bits, not these types: no tool sees which values they take. */
static void test_values(void **state) {
    static const Fact values[] = {
        VALUE(SAMRENA_DEFAULT_ALIGNMENT, 16),
        VALUE(SAMRENA_GRANULE, 8),
        VALUE(SAMRENA_STORAGE_LEAST, 768),
        VALUE(SAMRENA_OK, 0),
        VALUE(SAMRENA_ERROR_INVALID_PARAMETER, 1),
        VALUE(SAMRENA_ERROR_OUT_OF_MEMORY, 2),
        VALUE(SAMRENA_ERROR_LIMIT_EXCEEDED, 3),
        VALUE(SAMRENA_ERROR_UNSUPPORTED, 4),
        VALUE(SAMRENA_ERROR_ADAPTER_NOT_FOUND, 5),
        VALUE(SAMRENA_ERROR_ADAPTER_INVALID, 6),
        VALUE(SAMRENA_CAPABILITY_RESERVE, 1),
        VALUE(SAMRENA_CAPABILITY_PREFAULT, 2),
        VALUE(SAMRENA_CAPABILITY_EXTEND, 4),
        VALUE(SAMRENA_CAPABILITY_CONTIGUOUS, 8),
        VALUE(SAMRENA_CAPABILITY_TRIM, 16),
        VALUE(SAMRENA_CAPABILITY_SHARED, 32),
        VALUE(SAMRENA_CAPABILITY_CONCURRENT, 64),
        VALUE(SAMRENA_GROWTH_GEOMETRIC, 0),
        VALUE(SAMRENA_GROWTH_FIXED, 1),
        VALUE(SAMRENA_GROWTH_NONE, 2),
        VALUE(SAMRENA_PREFAULT_AUTO, 0),
        VALUE(SAMRENA_PREFAULT_NEVER, 1),
        VALUE(SAMRENA_PREFAULT_ALWAYS, 2),
        VALUE(SAMRENA_PREFAULT_PARALLEL, 3),
        VALUE(SAMRENA_PREFAULT_AHEAD, 4),
        VALUE(SAMRENA_LEARN_AUTO, 0),
        VALUE(SAMRENA_LEARN_NEVER, 1),
        VALUE(SAMRENA_HUGE_PAGES_AUTO, SAMRENA_ADAPTER_HUGE_PAGES_AUTO),
        VALUE(SAMRENA_HUGE_PAGES_NEVER, SAMRENA_ADAPTER_HUGE_PAGES_NEVER),
        VALUE(SAMRENA_HUGE_PAGES_ALWAYS, SAMRENA_ADAPTER_HUGE_PAGES_ALWAYS),
        VALUE(SAMRENA_DEBUG_AUTO, 0),
        VALUE(SAMRENA_DEBUG_NEVER, 1),
        VALUE(SAMRENA_DEBUG_JUNK, 2),
        VALUE(SAMRENA_RECYCLE_AUTO, 0),
        VALUE(SAMRENA_RECYCLE_NEVER, 1),
        VALUE(SAMRENA_LOG_ERROR, 1),
        VALUE(SAMRENA_LOG_WARNING, 2),
        VALUE(SAMRENA_LOG_INFO, 3),
        VALUE(SAMRENA_LOG_DEBUG, 4),
        VALUE(SAMRENA_RESERVE_COMPLETE, 0),
        VALUE(SAMRENA_RESERVE_UNSUPPORTED, 1),
        VALUE(SAMRENA_RESERVE_POLICY, 2),
        VALUE(SAMRENA_RESERVE_PRESSURE, 3),
        VALUE(SAMRENA_RESERVE_LIMIT, 4),
        VALUE(SAMRENA_RESERVE_REFUSED, 5),
        VALUE(SAMRENA_RESERVE_AHEAD, 6),
    };
    (void)state;
    assert_facts(values, COUNT_OF(values));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_of_the_adapter_abi),
        cmocka_unit_test(test_sizes_of_the_public_api),
        cmocka_unit_test(test_values_of_the_adapter_abi),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
