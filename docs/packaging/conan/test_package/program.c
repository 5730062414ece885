// SPDX-License-Identifier: MIT
// A program with a packaged libsamrena: an arena of each adapter, with a reserve.
#include <samrena.h>
#include <stdio.h>

static int use(const char *adapter) {
    Samrena *arena = samrena_create_named(adapter);
    int *numbers;
    if (!arena || samrena_reserve(arena, UINT64_C(4) << 20) != SAMRENA_OK)
        return fprintf(stderr, "%s\n", samrena_last_error_message()), 1;
    numbers = SAMRENA_PUSH_ARRAY(arena, int, 1000000);
    numbers[999999] = 42;
    samrena_destroy(arena);
    return 0;
}

int main(void) {
    return use("chained") || use("virtual") || printf("%s\n", samrena_version()) < 0;
}
