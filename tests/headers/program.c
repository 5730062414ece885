// SPDX-License-Identifier: MIT
// The public header at work in whatever language the build compiles this as: C11, C99, gnu89, C++17, C++20.
#include <samrena.h>

struct node {
    struct node *next;
    double value;
};

static SamrenaLabel label = SAMRENA_LABEL("headers");

static int use(Samrena *arena) {
    struct node *node;
    int *numbers;
    if (!arena)
        return 1;
    node = SAMRENA_PUSH_TYPE_ZERO(arena, struct node);
    numbers = SAMRENA_PUSH_ARRAY(arena, int, 10);
    if (!node || !numbers || !samrena_push(arena, 3) || node->next)
        return 2;
    numbers[9] = 1;
    numbers = (int *)samrena_resize_aligned(arena, numbers, 10 * sizeof(int), 20 * sizeof(int), 64);
    return numbers && numbers[9] == 1 && samrena_reset(arena) == SAMRENA_OK ? 0 : 3;
}

int main(void) {
    static SAMRENA_STORAGE(storage, 4096);
    SamrenaConfig config = samrena_default_config();
    Samrena *arenas[2];
    int i, failed = 0;
    config.label = &label;
    arenas[0] = samrena_create(&config);
    arenas[1] = samrena_create_in(storage, sizeof(storage), &config);
    for (i = 0; i < 2; i++) {
        failed = failed ? failed : use(arenas[i]);
        samrena_destroy(arenas[i]);
    }
    return failed;
}
