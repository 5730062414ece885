// SPDX-License-Identifier: MIT
// A plugin that passes every check when it is loaded, and whose operations then break the contract: the arena tells
// so, keeps what it has, and never hands out memory that it does not have.
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
    check(!create_misbehaving("create-nothing", SAMRENA_PREFAULT_AUTO));
    check(samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY && message_has("gives no region above 1 bytes"));
}

/* A push that one region cannot hold is refused without asking for one: this adapter would give it. */
IN_A_FRESH_PROCESS(test_what_was_told_holds) {
    static const char *const hows[] = {"create-ceiling", "create-largest"};
    (void)folder;
    (void)argument;
    for (size_t i = 0; i < COUNT_OF(hows); i++) {
        SamrenaInfo before = {.struct_size = sizeof(before)}, after = before;
        Samrena *arena = create_misbehaving(hows[i], SAMRENA_PREFAULT_AUTO);
        check(arena && samrena_push(arena, 100) && samrena_get_info(arena, &before) == SAMRENA_OK);
        check(before.ceiling == (i == 0 ? 4096 : 0));
        check(!samrena_push(arena, 4 * MIB) && samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY);
        check(message_has("gives no region above 4096 bytes, and 4194304 are needed in one"));
        check(samrena_get_info(arena, &after) == SAMRENA_OK && after.regions == before.regions);
        samrena_destroy(arena);
    }
    Samrena *arena = create_misbehaving("create-ceiling", SAMRENA_PREFAULT_AUTO);
    check(arena && samrena_reserve(arena, MIB) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(message_has("can give this arena at most 4096"));
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

static void count_warnings(SamrenaLogLevel level, const char *message, void *user) {
    *(int *)user += level == SAMRENA_LOG_WARNING && strstr(message, "misbehaving could not trim a region") != NULL;
}

/* Nobody asked for a result: it is told in the log, and the region is as it was. */
IN_A_FRESH_PROCESS(test_trims_that_break_the_contract) {
    static const char *const hows[] = {"how=trim-below", "how=trim-grows", "how=trim-moves", "how=trim-code"};
    (void)folder;
    (void)argument;
    for (size_t i = 0; i < COUNT_OF(hows); i++) {
        int warnings = 0;
        SamrenaConfig config = samrena_default_config();
        config.adapter = "misbehaving";
        config.adapter_options = hows[i];
        config.log = count_warnings;
        config.log_user = &warnings;
        Samrena *arena = samrena_create(&config);
        unsigned char *kept = arena ? samrena_push(arena, KEPT) : NULL;
        check(kept && samrena_reserve(arena, 100000) == SAMRENA_OK);
        memset(kept, 0x55, KEPT);
        uint64_t capacity = samrena_capacity(arena);
        samrena_trim(arena, 0);
        check(warnings == 1 && samrena_capacity(arena) == capacity && samrena_allocated(arena) == KEPT);
        unsigned char *rest = samrena_push_zero(arena, capacity - KEPT - 16);
        check(rest > kept && rest[0] == 0 && rest[capacity - KEPT - 17] == 0 && kept[KEPT - 1] == 0x55);
        samrena_destroy(arena);
    }
}

int main(int argc, char **argv) {
    static char names[COUNT_OF(faults)][60];
    struct CMUnitTest tests[COUNT_OF(faults) + 5];
    if (argc != 2) {
        fprintf(stderr, "usage: test_misbehaving WRONG-PLUGINS\n");
        return 2;
    }
    set_environment("SAMRENA_ADAPTER_PATH", argv[1]);
    child_starts_here();
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        snprintf(names[i], sizeof(names[0]), "test_fault [%s]", faults[i].how);
        tests[i] = (struct CMUnitTest){names[i], test_fault, NULL, NULL, (void *)(uintptr_t)&faults[i]};
    }
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_unknown_error_codes),           cmocka_unit_test(test_ceiling_of_nothing),
        cmocka_unit_test(test_what_was_told_holds),           cmocka_unit_test(test_step_without_end),
        cmocka_unit_test(test_trims_that_break_the_contract),
    };
    memcpy(tests + COUNT_OF(faults), others, sizeof(others));
    return cmocka_run_group_tests_name("misbehaving", tests, NULL, NULL);
}
