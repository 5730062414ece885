// SPDX-License-Identifier: MIT
// What was reserved is resident, by the working set itself, and what was given back is not.
#include "system/wide_windows.h"

#include <psapi.h>

#include "support.h"
#include "system/system.h"

enum { PAGE = 4096 };
#define SIZE (64 * MIB)

/* Pages of it in the working set, asked one by one. */
static uint64_t pages_of(const unsigned char *from, uint64_t size) {
    uint64_t count = 0;
    for (uint64_t at = 0; at < size; at += PAGE) {
        PSAPI_WORKING_SET_EX_INFORMATION page = {.VirtualAddress = (void *)(uintptr_t)(from + at)};
        assert_true(K32QueryWorkingSetEx(GetCurrentProcess(), &page, sizeof(page)));
        count += page.VirtualAttributes.Valid;
    }
    return count;
}

static void test_all_that_was_reserved(void **state) {
    SamrenaConfig config = config_of(state);
    config.prefault = SAMRENA_PREFAULT_ALWAYS;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_reserve(arena, SIZE), SAMRENA_OK);
    assert_true(samrena_resident(arena) >= SIZE);
    SamrenaInfo info = {.struct_size = sizeof(info)};
    assert_int_equal(samrena_get_info(arena, &info), SAMRENA_OK);
    assert_true(info.reserve.prefaulted >= SIZE);
    const unsigned char *block = samrena_push_aligned(arena, SIZE - PAGE, PAGE);
    assert_non_null(block);
    assert_int_equal(pages_of(block, SIZE - PAGE), SIZE / PAGE - 1);
    samrena_destroy(arena);
}

static void test_trimmed_memory_is_gone(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create(&config);
    memset(samrena_push(arena, SIZE), 1, SIZE);
    assert_true(samrena_resident(arena) >= SIZE);
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_trim(arena, 0);
    assert_true(samrena_resident(arena) < MIB);
    samrena_destroy(arena);
}

static void test_parts_of_pages(void **state) {
    (void)state;
    unsigned char *memory = VirtualAlloc(NULL, 1024 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    assert_non_null(memory);
    assert_int_equal(system_resident(memory, 1024 * PAGE), 0);
    memory[5 * PAGE] = memory[600 * PAGE] = memory[1023 * PAGE] = 1;
    assert_int_equal(system_resident(memory, 1024 * PAGE), 3 * PAGE);
    assert_int_equal(system_resident(memory + 5 * PAGE + 1, PAGE), PAGE - 1);
    assert_int_equal(system_resident(memory + 4 * PAGE + 1, PAGE), 1);
    assert_true(VirtualFree(memory, 0, MEM_RELEASE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_all_that_was_reserved),
        OVER_ADAPTERS(test_trimmed_memory_is_gone),
        cmocka_unit_test(test_parts_of_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
