// SPDX-License-Identifier: MIT
// The public header at work in whatever language the build compiles this as: C11, C99, gnu89, C++17, C++20.
#include <samrena.h>

struct node {
    struct node *next;
    double value;
};

int main(void) {
    SamrenaConfig config = samrena_default_config();
    Samrena *arena = samrena_create(&config);
    struct node *node;
    int *numbers;
    int sum;
    if (!arena)
        return 1;
    node = SAMRENA_PUSH_TYPE_ZERO(arena, struct node);
    numbers = SAMRENA_PUSH_ARRAY(arena, int, 10);
    if (!node || !numbers || !samrena_push(arena, 3) || node->next)
        return 2;
    numbers[9] = 1;
    sum = numbers[9];
    samrena_destroy(arena);
    return sum == 1 ? 0 : 3;
}
