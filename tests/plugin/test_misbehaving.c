// SPDX-License-Identifier: MIT
// A plugin that passes every check when it is loaded, and whose operations then break the contract: the arena tells
// so, keeps what it has, and never hands out memory that it does not have.
#define _GNU_SOURCE
#include "loading.h"

enum { KEPT = 1000 };

typedef struct Fault {
    const char *how;
    SamrenaError error; /* OK: tolerated */
    const char *says;
} Fault;

#define BROKEN SAMRENA_ERROR_ADAPTER_INVALID

/* Met by a push and by a reserve. */
static const Fault faults[] = {
    {"acquire-null", BROKEN, "() returned OK without memory"},
    {"acquire-misaligned", BROKEN, "() returned memory that is not aligned to 16"},
    {"acquire-small", BROKEN, "() returned less than was required"},
    {"acquire-empty", BROKEN, "() returned less than was required"},
    {"acquire-wraps", BROKEN, "() returned a size that wraps the address space"},
    {"acquire-half-wraps", BROKEN, "() returned a size that wraps the address space"},
    {"acquire-struct", SAMRENA_OK, NULL},
    {"acquire-zeros", SAMRENA_OK, NULL},
    {"extend-shrinks", BROKEN, "() returned less than was required"},
    {"extend-small", BROKEN, "() returned less than was required"},
    {"extend-moves", BROKEN, "() moved the region"},
    {"extend-null", BROKEN, "() moved the region"},
    {"extend-wraps", BROKEN, "() returned a size that wraps the address space"},
    {"prefault-more", SAMRENA_OK, NULL},
    {"prefault-code", SAMRENA_OK, NULL},
    {"create-note", SAMRENA_OK, NULL},
};

static Samrena *create_misbehaving(const char *how, SamrenaPrefault prefault) {
    char options[64];
    SamrenaConfig config = samrena_default_config();
    snprintf(options, sizeof(options), "how=%s", how);
    config.adapter = "misbehaving";
    config.adapter_options = options;
    config.prefault = (int32_t)prefault;
    return samrena_create(&config);
}

static void check_told(const Fault *fault) {
    check(samrena_last_error() == fault->error);
    check(message_has("adapter misbehaving broke its contract: ") && message_has(fault->says));
}

/* A push of more than the window holds, and a reserve of more than the capacity. */
static void check_outcome(Samrena *arena, const Fault *fault) {
    uint64_t allocated = samrena_allocated(arena);
    unsigned char *block = samrena_push_zero(arena, 100000);
    check((block != NULL) == (fault->error == SAMRENA_OK));
    if (!block) {
        check_told(fault);
        check(samrena_allocated(arena) == allocated);
    } else {
        memset(block, 1, 100000);
    }
    check(samrena_reserve_more(arena, 300000) == fault->error);
    if (fault->error)
        check_told(fault);
    SamrenaInfo info = {.struct_size = sizeof(info)};
    check(samrena_get_info(arena, &info) == SAMRENA_OK);
    check(info.reserve.prefaulted <= info.capacity);
}

IN_A_FRESH_PROCESS(test_fault) {
    const Fault *fault = argument;
    (void)folder;
    Samrena *arena = create_misbehaving(fault->how, SAMRENA_PREFAULT_ALWAYS);
    check(arena);
    unsigned char *kept = samrena_push(arena, KEPT);
    check(kept);
    memset(kept, 0x55, KEPT);
    for (int round = 0; round < 3; round++)
        check_outcome(arena, fault);

    for (int i = 0; i < KEPT; i++)
        check(kept[i] == 0x55);
    check(samrena_push(arena, 16)); /* what the window has left is as good as before */
    samrena_reset(arena);
    check(samrena_push(arena, KEPT) == kept);
    samrena_destroy(arena);
}

/* ---- Where the words differ ---- */

/* No memory for nothing: whatever the number, it is a failure. */
IN_A_FRESH_PROCESS(test_unknown_error_codes) {
    static const char *const hows[] = {"acquire-code", "acquire-negative", "extend-code"};
    (void)folder;
    (void)argument;
    for (size_t i = 0; i < COUNT_OF(hows); i++) {
        Samrena *arena = create_misbehaving(hows[i], SAMRENA_PREFAULT_AUTO);
        check(arena && !samrena_push(arena, 100000));
        check(samrena_last_error() != SAMRENA_OK && message_has("adapter misbehaving"));
        check(samrena_reserve(arena, 100000) != SAMRENA_OK);
        check(samrena_push(arena, 16));
        samrena_destroy(arena);
    }
    check(!create_misbehaving("create-code", SAMRENA_PREFAULT_AUTO));
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_INVALID && message_has("it returned the unknown error 99"));
}

IN_A_FRESH_PROCESS(test_ceiling_of_nothing) {
    (void)folder;
    (void)argument;
    Samrena *arena = create_misbehaving("create-ceiling", SAMRENA_PREFAULT_AUTO);
    check(arena && samrena_push(arena, 100));
    check(samrena_reserve(arena, MIB) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(message_has("can give this arena at most 0"));
    samrena_destroy(arena);
}

/* A step that no adapter can take: growth asks once more for what is needed, a reserve may be refused. */
IN_A_FRESH_PROCESS(test_step_without_end) {
    (void)folder;
    (void)argument;
    Samrena *arena = create_misbehaving("create-step", SAMRENA_PREFAULT_AUTO);
    check(arena && samrena_push(arena, 100000));
    uint64_t allocated = samrena_allocated(arena);
    SamrenaError error = samrena_reserve_more(arena, 300000);
    check(error == SAMRENA_OK || error == SAMRENA_ERROR_OUT_OF_MEMORY);
    check(samrena_allocated(arena) == allocated && samrena_push(arena, 300000));
    samrena_destroy(arena);
}

int main(int argc, char **argv) {
    static char names[COUNT_OF(faults)][60];
    struct CMUnitTest tests[COUNT_OF(faults) + 3];
    if (argc != 2) {
        fprintf(stderr, "usage: test_misbehaving WRONG-PLUGINS\n");
        return 2;
    }
    setenv("SAMRENA_ADAPTER_PATH", argv[1], 1);
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        snprintf(names[i], sizeof(names[0]), "test_fault [%s]", faults[i].how);
        tests[i] = (struct CMUnitTest){names[i], test_fault, NULL, NULL, (void *)(uintptr_t)&faults[i]};
    }
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_unknown_error_codes),
        cmocka_unit_test(test_ceiling_of_nothing),
        cmocka_unit_test(test_step_without_end),
    };
    memcpy(tests + COUNT_OF(faults), others, sizeof(others));
    return cmocka_run_group_tests_name("misbehaving", tests, NULL, NULL);
}
