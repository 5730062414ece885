// SPDX-License-Identifier: MIT
// How much stack the library needs: programs call it on threads with 16 KiB. Each call is made on a thread of its own,
// whose stack is painted before, and looked at afterwards.
#include <pthread.h>

#include "files.h"
#include "support.h"
#include "test_adapters.h"
#include "variables.h"

enum { STACK = 1024 * 1024, PAINTED = 512 * 1024, PAINT = 0xA5, MOST = 8 * 1024 };

static Samrena *arena;

/* On a thread, where a failed check of the runner's cannot jump back. */
static void require(bool condition) {
    if (!condition)
        abort();
}

static void nothing(void) {
}

static void load(void) {
    Samrena *made = samrena_create_named("virtual");
    require(made);
    samrena_destroy(made);
}

static void create_one(void) {
    SamrenaConfig config = samrena_default_config();
    config.recycle = SAMRENA_RECYCLE_NEVER;
    Samrena *made = samrena_create(&config);
    require(made);
    samrena_destroy(made);
}

static void fail_to_push(void) {
    require(!samrena_push(arena, UINT64_MAX));
}

static void reserve(void) {
    require(samrena_reserve_more(arena, 4 * MIB) == SAMRENA_OK);
}

static void create_unknown(void) {
    require(!samrena_create_named("unheard-of"));
}

static void register_one(void) {
    require(samrena_adapter_register(&samrena_adapter_plain) == SAMRENA_OK);
}

static bool see(const SamrenaAdapterInfo *info, void *user) {
    (void)info;
    ++*(int *)user;
    return true;
}

static void list(void) {
    int seen = 0;
    require(samrena_adapter_each(see, &seen) == SAMRENA_OK && seen > 0);
}

static void get_info(void) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    require(samrena_get_info(arena, &info) == SAMRENA_OK);
}

/* Where the paint begins: below the frame of whoever calls this, and of all that he calls next. */
static __attribute__((noinline)) uintptr_t paint(void) {
    volatile unsigned char bytes[PAINTED];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = PAINT;
    return (uintptr_t)bytes;
}

typedef struct Measured {
    void (*call)(void);
    size_t bytes;
} Measured;

static void *run(void *given) {
    Measured *measured = given;
    volatile const unsigned char *painted = (volatile const unsigned char *)paint();
    size_t untouched = 0;
    measured->call();
    while (untouched < PAINTED && painted[untouched] == PAINT)
        untouched++;
    measured->bytes = PAINTED - untouched;
    return NULL;
}

static size_t stack_of(void (*call)(void)) {
    Measured measured = {.call = call};
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, STACK), 0);
    assert_int_equal(pthread_create(&thread, &attributes, run, &measured), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    return measured.bytes;
}

/* Beyond what a call takes that does nothing. */
static size_t stack_beyond_none(const char *what, void (*call)(void)) {
    size_t bytes = stack_of(call) - stack_of(nothing);
    printf("# %s: %llu\n", what, (unsigned long long)bytes);
    return bytes;
}

static void resolve(void) {
    resolve_path("/");
}

/* Some C libraries need more to resolve a path than the whole library otherwise. */
static void test_calls_need_little_stack(void **state) {
    static const struct {
        const char *what;
        void (*call)(void);
    } calls[] = {{"create", create_one},
                 {"a push that fails", fail_to_push},
                 {"reserve 4 MiB", reserve},
                 {"an unknown adapter", create_unknown},
                 {"register an adapter", register_one},
                 {"list adapters", list},
                 {"info", get_info}};
    (void)state;
    arena = samrena_create(NULL);
    assert_non_null(arena);
    list(); /* loads all that it lists */
    const size_t paths = stack_beyond_none("a path resolved by the C library", resolve);
    const size_t most = paths > MOST - 1024 ? paths + 1024 : MOST;
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        assert_in_range(stack_beyond_none(calls[i].what, calls[i].call), 0, most - 1);
    samrena_destroy(arena);
}

/* What the C library takes to load a plugin is its own: told, and not held against the library. */
static void test_loading(void **state) {
    (void)state;
    assert_true(stack_beyond_none("load a plugin", load) < PAINTED);
}

int main(void) {
    set_environment("SAMRENA_LOG", "debug"); /* telling it is part of a call */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loading),
        cmocka_unit_test(test_calls_need_little_stack),
    };
    return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
