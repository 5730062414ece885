// SPDX-License-Identifier: MIT
// Every macro and inline function of the public headers at work, in whatever language the build compiles this as, from
// gnu89 and C++11 on. As a program that takes its warnings seriously writes it: tests/headers/warnings.sh.
#include <samrena.h>
#include <samrena/heap.h>

struct node {
    struct node *next;
    double value;
};

static SamrenaLabel label = SAMRENA_LABEL("headers");
static SamrenaBudget budget = SAMRENA_BUDGET(UINT64_C(1) << 20);

static int push(Samrena *arena) {
    struct node *node = SAMRENA_PUSH_TYPE(arena, struct node);
    struct node *zero = SAMRENA_PUSH_TYPE_ZERO(arena, struct node);
    int *numbers = SAMRENA_PUSH_ARRAY(arena, int, 10);
    int *zeros = SAMRENA_PUSH_ARRAY_ZERO(arena, int, 10);
    if (!node || !zero || !numbers || !zeros || !samrena_push(arena, 3) || !samrena_push_array(arena, 3, 5))
        return 1;
    if (zero->next || *zeros != 0)
        return 2;
    node->next = zero;
    *numbers = 1;
    numbers = SAMRENA_CAST(int *, samrena_resize_aligned(arena, numbers, 10 * sizeof(int), 20 * sizeof(int), 64));
    return numbers && *numbers == 1 ? 0 : 3;
}

static int take_back(Samrena *arena) {
    uint64_t before = samrena_allocated(arena);
#if defined(SAMRENA_CLEANUP)
    {
        SAMRENA_SCOPE(arena);
        if (!samrena_push(arena, 100))
            return 4;
    }
#endif
    if (samrena_allocated(arena) != before)
        return 5;
    samrena_free(arena, samrena_malloc(arena, 24));
    return samrena_reset(arena) == SAMRENA_OK ? 0 : 6;
}

static int use(Samrena *arena) {
    int failed = arena ? push(arena) : 7;
    failed = failed ? failed : take_back(arena);
    samrena_destroy(arena);
    return failed;
}

/* What an adapter reads its options with. */
static int read_options(void) {
    size_t length;
    const char *value = samrena_adapter_option("path=x,size=12", "size", &length);
    return value && length == 2 && *value == '1' ? 0 : 8;
}

int main(void) {
    static SAMRENA_STORAGE(storage, 4096);
    SamrenaConfig config = samrena_default_config();
    int failed = read_options();
    config.label = &label;
    config.budget = &budget;
    failed = failed ? failed : use(samrena_create(&config));
    failed = failed ? failed : use(samrena_create_in(storage, sizeof(storage), &config));
#if !defined(__cplusplus) && defined(__STDC_VERSION__)
    samrena_destroy(samrena_create(&SAMRENA_CONFIG(.budget = &budget, .limit = 4096)));
#endif
    return failed;
}
