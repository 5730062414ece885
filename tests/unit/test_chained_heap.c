// SPDX-License-Identifier: MIT
// What chained gives back to the C heap is there for the next arena. A program of its own: what a heap lets go of
// depends on all that was ever freed.
#include "faults.h"
#include "support.h"

/* Doubling gives back as much as glibc's heap would let go of, and it does not: up to some MiB nothing faults again.
   With 32 bits each block of 512 KiB has a mapping of its own, whatever came before. */
static void test_arenas_do_not_fault_again(void **state) {
    enum { LIVES = 5 };
    const uint64_t most = sizeof(void *) >= 8 ? 6 * MIB : 400 * KIB;
    (void)state;
    for (uint64_t size = 20 * KIB; size <= most; size += size / 4) {
        long before = 0;
        for (int life = 0; life < 2 * LIVES; life++) {
            if (life == LIVES)
                before = faults_so_far();
            Samrena *arena = create_named("chained");
            while (samrena_allocated(arena) < size)
                memset(samrena_push(arena, 1000), 0xff, 1000);
            samrena_destroy(arena);
        }
        assert_in_range(faults_so_far() - before, 0, LIVES);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_arenas_do_not_fault_again)};
    return cmocka_run_group_tests_name("chained heap", tests, NULL, NULL);
}
