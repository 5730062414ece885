// SPDX-License-Identifier: MIT
// A build that cannot load plugins: built-in adapters work, and everything about files says so.
#include "support.h"

static void test_built_in_adapters_work(void **state) {
    Samrena *arena = create_for(state);
    assert_non_null(samrena_push(arena, MIB));
    samrena_destroy(arena);
}

static void test_loading_is_unsupported(void **state) {
    (void)state;
    assert_int_equal(samrena_adapter_load("/some/where/plugin.so"), SAMRENA_ERROR_UNSUPPORTED);
    assert_message_has("/some/where/plugin.so: this build of libsamrena cannot load plugins");
}

static void test_unknown_names_tell_what_is_built_in(void **state) {
    (void)state;
    assert_null(samrena_create_named("unheard-of"));
    assert_int_equal(samrena_last_error(), SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    assert_message_has("no adapter \"unheard-of\": this build cannot load plugins");
    assert_message_has("chained");
    assert_message_has("virtual");
}

static bool count(const SamrenaAdapterInfo *info, void *user) {
    assert_int_equal(info->error, SAMRENA_OK);
    assert_string_equal(info->source, "built in");
    ++*(int *)user;
    return true;
}

static void test_each_is_what_is_built_in(void **state) {
    (void)state;
    int adapters = 0;
    assert_int_equal(samrena_adapter_each(count, &adapters), SAMRENA_OK);
    assert_int_equal(adapters, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_built_in_adapters_work),
        cmocka_unit_test(test_loading_is_unsupported),
        cmocka_unit_test(test_unknown_names_tell_what_is_built_in),
        cmocka_unit_test(test_each_is_what_is_built_in),
    };
    return cmocka_run_group_tests_name("static", tests, NULL, NULL);
}
