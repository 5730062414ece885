// SPDX-License-Identifier: MIT
// The first failure of a process that nobody listens to is told on stderr, once. Each test looks at what a process of
// its own left there.
#include <pthread.h>

#include "child.h"
#include "files.h"
#include "samrena/heap.h"
#include "support.h"
#include "test_adapters.h"
#include "variables.h"

typedef struct Order {
    void (*body)(void);
    const char *level; /* of $SAMRENA_LOG; NULL: not set */
    char path[FOLDER_MOST + 16];
} Order;

static void carry_out(const void *argument) {
    const Order *order = argument;
    set_environment("SAMRENA_LOG", order->level);
    check(freopen(order->path, "w", stderr));
    order->body();
    fflush(stderr);
}

/* What the body's process writes to stderr. */
static const char *told_by(void (*body)(void), const char *level) {
    static char text[8192];
    char folder[FOLDER_MOST];
    Order order = {.body = body, .level = level};
    assert_true(make_temporary_folder(folder));
    snprintf(order.path, sizeof(order.path), "%s/stderr", folder);
    assert_child_passes(carry_out, &order, sizeof(order));
    FILE *in = fopen(order.path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
    fclose(in);
    assert_true(remove_folder_and_files(folder));
    return text;
}

static int lines_in(const char *text) {
    int lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* ---- Told ---- */

static void fail_to_push(void) {
    Samrena *arena = samrena_create(NULL);
    check(arena && !samrena_push_aligned(arena, 1, 3) && !samrena_push_aligned(arena, 1, 5));
    check(samrena_reserve(arena, UINT64_MAX) != SAMRENA_OK);
    samrena_destroy(arena);
}

static void test_the_first_alone(void **state) {
    (void)state;
    const char *text = told_by(fail_to_push, NULL);
    assert_true(strstr(text, "samrena: a push of 1 bytes aligned to 3: expected a power of two\n") == text);
    assert_non_null(strstr(text, "SAMRENA_LOG=error"));
    assert_int_equal(lines_in(text), 2);
    assert_true(strstr(told_by(fail_to_push, ""), "samrena: a push of 1 bytes aligned to 3") != NULL);
}

/* Who has chosen what is told gets that. */
static void test_the_variable_decides(void **state) {
    (void)state;
    assert_string_equal(told_by(fail_to_push, "none"), "");
    const char *text = told_by(fail_to_push, "error");
    assert_int_equal(lines_in(text), 3); /* one a failure */
    assert_null(strstr(text, "this is the first failure"));
}

static void create_of_no_name(void) {
    check(!samrena_create_named("unheard-of"));
}
static void read_no_config(void) {
    check(!samrena_create(&(SamrenaConfig){.struct_size = 1}));
}
static void reserve_without_an_arena(void) {
    check(samrena_reserve(NULL, 1) != SAMRENA_OK);
}
static void allocate_without_an_arena(void) {
    check(!samrena_malloc(NULL, 1));
}
static void load_what_is_no_plugin(void) {
    check(samrena_adapter_load("nonsense") != SAMRENA_OK);
}
static void register_nothing(void) {
    check(samrena_adapter_register(NULL) != SAMRENA_OK);
}
static void have_two_conflicts(void) {
    Samrena *both[2] = {samrena_scratch(NULL, 0), NULL};
    both[1] = samrena_scratch(both, 1);
    check(!samrena_scratch(both, 2));
}

static void test_failures_of_all_kinds(void **state) {
    static const struct {
        void (*body)(void);
        const char *text;
    } failures[] = {
        {create_of_no_name, "samrena: no adapter \"unheard-of\""},
        {read_no_config, "samrena: SamrenaConfig.struct_size is 1"},
        {reserve_without_an_arena, "samrena: samrena_reserve: the arena is NULL"},
        {allocate_without_an_arena, "samrena: samrena_malloc: the arena is NULL"},
        {load_what_is_no_plugin, "samrena: nonsense: "},
        {register_nothing, "samrena: samrena_adapter_register: the adapter is NULL"},
        {have_two_conflicts, "samrena: samrena_scratch: both"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        const char *text = told_by(failures[i].body, NULL);
        if (strstr(text, failures[i].text) != text || !strstr(text, "this is the first failure"))
            fail_msg("expected \"%s\", told was:\n%s", failures[i].text, text);
        assert_string_equal(told_by(failures[i].body, "none"), "");
    }
}

static void *fail_often(void *arena) {
    for (int i = 0; i < 1000; i++)
        check(!samrena_push_aligned(arena, 1, 3));
    return NULL;
}

static void fail_in_threads(void) {
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    Samrena *arenas[THREADS];
    for (int i = 0; i < THREADS; i++)
        check((arenas[i] = samrena_create(NULL)) != NULL);
    for (int i = 0; i < THREADS; i++)
        check(pthread_create(&threads[i], NULL, fail_often, arenas[i]) == 0);
    for (int i = 0; i < THREADS; i++)
        check(pthread_join(threads[i], NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        samrena_destroy(arenas[i]);
}

static void test_once_for_all_threads(void **state) {
    (void)state;
    assert_int_equal(lines_in(told_by(fail_in_threads, NULL)), 2);
}

/* ---- Not told ---- */

/* What only asks has an answer, and a file may be looked for where it is not. */
static void ask(void) {
    int here;
    SamrenaInfo info = {.struct_size = 1};
    Samrena *arena = samrena_create(NULL);
    check(!samrena_contains(NULL, &here) && !samrena_contains(arena, &here));
    check(samrena_allocated(NULL) == 0 && samrena_capacity(NULL) == 0 && samrena_resident(NULL) == 0);
    check(!samrena_has_capability(NULL, SAMRENA_CAPABILITY_TRIM));
    check(samrena_get_info(NULL, &info) != SAMRENA_OK && samrena_get_info(arena, &info) != SAMRENA_OK);
    check(samrena_print_info(NULL, stdout) != SAMRENA_OK);
    if (LOADS)
        check(samrena_adapter_load("/not/there/plugin" SHARED_OBJECT_SUFFIX) == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    check(samrena_labels_load("/not-there") != SAMRENA_OK);
    samrena_destroy(arena);
    samrena_destroy(NULL);
}

static void test_questions_are_not_told(void **state) {
    (void)state;
    assert_string_equal(told_by(ask, NULL), "");
}

static void listen_to_failure(SamrenaError error, const char *message, void *user) {
    (void)error, (void)message, (void)user;
}

static void listen_to_log(SamrenaLogLevel level, const char *message, void *user) {
    (void)level, (void)message, (void)user;
}

/* A library in somebody else's program keeps quiet by either callback, for creation and for what comes after it. */
static void fail_with_listeners(void) {
    for (int i = 0; i < 2; i++) {
        SamrenaConfig config = samrena_default_config();
        config.failure = i == 0 ? listen_to_failure : NULL;
        config.log = i == 1 ? listen_to_log : NULL;
        Samrena *arena = samrena_create(&config);
        check(arena && !samrena_push_aligned(arena, 1, 3));
        samrena_destroy(arena);
        config.adapter = "unheard-of";
        check(!samrena_create(&config));
    }
}

static void test_who_listens_is_not_told(void **state) {
    (void)state;
    assert_string_equal(told_by(fail_with_listeners, NULL), "");
}

/* What was heard by somebody is not the first that nobody listens to. */
static void fail_with_and_without(void) {
    fail_with_listeners();
    fail_to_push();
}

static void test_the_first_that_nobody_hears(void **state) {
    (void)state;
    assert_int_equal(lines_in(told_by(fail_with_and_without, NULL)), 2);
}

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_alone),
        cmocka_unit_test(test_the_variable_decides),
        cmocka_unit_test(test_failures_of_all_kinds),
        cmocka_unit_test(test_once_for_all_threads),
        cmocka_unit_test(test_questions_are_not_told),
        cmocka_unit_test(test_who_listens_is_not_told),
        cmocka_unit_test(test_the_first_that_nobody_hears),
    };
    return cmocka_run_group_tests_name("first failure", tests, NULL, NULL);
}
