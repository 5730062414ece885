// SPDX-License-Identifier: MIT
// Guards that the kernel has advice for take no mapping more: there may be 65,530 of them in a process.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>

#include "pages.h"
#include "support.h"
#include "test_adapters.h"

enum { REGIONS = 40, GUARD_INSTALL = 102 }; /* MADV_GUARD_INSTALL, which not every C library names */

static bool kernel_has_the_advice(void) {
    void *page = mmap(NULL, size_of_page(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(page != MAP_FAILED);
    bool has = madvise(page, size_of_page(), GUARD_INSTALL) == 0;
    munmap(page, size_of_page());
    return has;
}

static int count_mappings(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    int count = 0;
    if (!maps)
        skip();
    for (int c; (c = fgetc(maps)) != EOF;)
        count += c == '\n';
    fclose(maps);
    return count;
}

static void test_guards_take_no_mapping(void **state) {
    (void)state;
    if (!kernel_has_the_advice())
        skip();
    SamrenaConfig config = config_named("separate");
    config.debug = SAMRENA_DEBUG_GUARD;
    config.growth = SAMRENA_GROWTH_FIXED;
    config.growth_size = 64 * KIB;
    int before = count_mappings();
    Samrena *arena = create(&config);
    for (int i = 0; i < REGIONS; i++)
        assert_non_null(samrena_push(arena, 40 * KIB));
    assert_true(info_of(arena).regions >= REGIONS);
    assert_true(count_mappings() - before < REGIONS / 2); /* some are the heap's */
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_guards_take_no_mapping, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("guard mappings", tests, NULL, NULL);
}
