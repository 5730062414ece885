// SPDX-License-Identifier: MIT
// Operations of the adapters that ship, called as a host may that is not the core, and where the system refuses: each
// says why, and goes on.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "calls.h"
#include "child.h"
#include "memory_limits.h"
#include "pages.h"
#include "samrena/adapter.h"
#include "shared_object.h"
#include "support.h"

/* ---- A host ---- */

static char last_error[512];

SAMRENA_PRINTF_FORMAT(2, 3)
static void note_error(const SamrenaHost *host, const char *format, ...) {
    va_list arguments;
    (void)host;
    va_start(arguments, format);
    vsnprintf(last_error, sizeof(last_error), format, arguments);
    va_end(arguments);
}

SAMRENA_PRINTF_FORMAT(2, 3)
static void ignore_log(const SamrenaHost *host, const char *format, ...) {
    (void)host;
    (void)format;
}

static SamrenaHost host = {.struct_size = sizeof(host), .log = ignore_log, .set_error = note_error};

typedef struct Plugin {
    const SamrenaAdapterOperations *operations;
    void *context;
    SamrenaError created;
    SamrenaAdapterParams params;
} Plugin;

static const SamrenaAdapter *plugin_of(const char *name) {
    char path[4096];
    const char *folder = getenv("SAMRENA_ADAPTER_PATH");
    snprintf(path, sizeof(path), "%s/%s%s", folder ? folder : ".", name, SHARED_OBJECT_SUFFIX);
    void *object = open_object(path);
    if (!object)
        skip_because("the adapters are linked into the library");
    return find_symbol(object, "samrena_adapter");
}

static Plugin begin(const char *name, uint64_t max_reserve) {
    const SamrenaAdapter *adapter = plugin_of(name);
    Plugin plugin = {
        .operations = &adapter->operations,
        .context = calloc(1, (size_t)adapter->context_size + 16),
        .params = {.struct_size = sizeof(plugin.params), .max_reserve = max_reserve, .commit_size = 64 * KIB}};
    assert_non_null(plugin.context);
    memset(&calls, 0, sizeof(calls));
    last_error[0] = '\0';
    plugin.created = plugin.operations->create(&host, &plugin.params, plugin.context);
    return plugin;
}

static void end(const Plugin *plugin) {
    memset(&calls, 0, sizeof(calls));
    if (!plugin->created)
        plugin->operations->destroy(plugin->context);
    free(plugin->context);
}

static SamrenaWant exactly(uint64_t bytes) {
    return (SamrenaWant){.struct_size = sizeof(SamrenaWant), .required = bytes, .desired = bytes, .alignment = 16};
}

static SamrenaRegion acquired(const Plugin *plugin, uint64_t bytes) {
    const SamrenaWant want = exactly(bytes);
    SamrenaRegion region = {.struct_size = sizeof(region)};
    assert_int_equal(plugin->operations->acquire(plugin->context, &want, &region), SAMRENA_OK);
    assert_non_null(region.base);
    assert_true(region.size >= bytes);
    return region;
}

/* ---- Each of both ---- */

#if POPULATES
static void test_concurrent_populate_that_is_refused(void **state) {
    Plugin plugin = begin(*state, 64 * MIB);
    SamrenaRegion region = acquired(&plugin, MIB);
    uint64_t populated = 1;
    calls.fail_populate = ENOMEM;
    assert_int_equal(plugin.operations->prefault_concurrently(plugin.context, &region, 0, MIB, &populated),
                     SAMRENA_ERROR_UNSUPPORTED);
    assert_int_equal(populated, 0);
    assert_non_null(strstr(last_error, "populating 1048576 bytes: "));
    calls.fail_populate = EAGAIN; /* for now: touched instead */
    region.base[5] = 7;
    assert_int_equal(plugin.operations->prefault_concurrently(plugin.context, &region, 0, MIB, &populated), SAMRENA_OK);
    assert_int_equal(populated, MIB);
    assert_int_equal(region.base[5], 7);
    calls.fail_populate = 0;
    calls.fail_kernel_at = 1; /* these bytes alone: the advice itself is there */
    calls.fail_errno = EINVAL;
    assert_int_equal(plugin.operations->prefault_concurrently(plugin.context, &region, 0, MIB, &populated), SAMRENA_OK);
    calls.populates = 0;
    assert_int_equal(plugin.operations->prefault_concurrently(plugin.context, &region, 0, MIB, &populated), SAMRENA_OK);
    assert_int_equal(calls.populates, 1);
    plugin.operations->release(plugin.context, &region);
    end(&plugin);
}
#endif

/* ---- chained ---- */

static void test_a_heap_block_does_not_grow(void **state) {
    (void)state;
    Plugin plugin = begin("chained", 0);
    SamrenaRegion region = acquired(&plugin, 4096), before = region;
    SamrenaRegion extra = {.struct_size = sizeof(extra)};
    const SamrenaWant want = exactly(4096);
    assert_int_equal(plugin.operations->reserve(plugin.context, &region, &want, &extra), SAMRENA_ERROR_UNSUPPORTED);
    assert_memory_equal(&region, &before, sizeof(region));
    assert_null(extra.base);
    plugin.operations->release(plugin.context, &region);
    end(&plugin);
}

/* ---- virtual ---- */

/* No region is there: nothing can rest. Then the range that was released is refused once. */
static void test_a_range_that_cannot_be_had_again(void **state) {
    (void)state;
    Plugin plugin = begin("virtual", 64 * MIB);
    const SamrenaWant want = exactly(4096);
    SamrenaRegion region = {.struct_size = sizeof(region)};
    plugin.operations->rest(plugin.context);
    SamrenaRegion first = acquired(&plugin, 4096);
    plugin.operations->release(plugin.context, &first);
    calls.fail_kernel_at = 1;
    calls.fail_errno = ENOMEM;
    assert_int_equal(plugin.operations->acquire(plugin.context, &want, &region), SAMRENA_ERROR_OUT_OF_MEMORY);
    assert_non_null(strstr(last_error, "the system refused to reserve 67108864 bytes of address space: "));
    region = acquired(&plugin, 4096);
    plugin.operations->release(plugin.context, &region);
    end(&plugin);
}

/* The addresses behind a resting range are somebody else's: the region is left behind, and neither grows nor shrinks.
 */
static void test_a_region_that_is_left_behind(void **state) {
    (void)state;
    Plugin plugin = begin("virtual", 256 * MIB);
    SamrenaRegion left = acquired(&plugin, 64 * KIB);
    plugin.operations->rest(plugin.context);
    unsigned char *behind = left.base + left.size;
    void *theirs = mmap(behind, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_equal(theirs, behind);
    SamrenaWant want = exactly(64 * KIB);
    assert_int_equal(plugin.operations->extend(plugin.context, &left, &want), SAMRENA_ERROR_UNSUPPORTED);
    SamrenaRegion next = {.struct_size = sizeof(next)};
    want = exactly(64 * MIB);
    want.ahead = SAMRENA_WANT_RESERVED | SAMRENA_WANT_PREFAULT;
    assert_int_equal(plugin.operations->reserve(plugin.context, NULL, &want, &next), SAMRENA_OK);
    want = exactly(4096);
    assert_int_equal(plugin.operations->extend(plugin.context, &left, &want), SAMRENA_ERROR_UNSUPPORTED);
    assert_int_equal(plugin.operations->trim(plugin.context, &left, 4096), SAMRENA_ERROR_UNSUPPORTED);
    uint64_t populated = 0;
    assert_int_equal(plugin.operations->prefault(plugin.context, &left, 0, 4096, &populated), SAMRENA_OK);
    assert_int_equal(populated, 4096);
    plugin.operations->release(plugin.context, &next);
    plugin.operations->release(plugin.context, &left);
    munmap(theirs, 4096);
    end(&plugin);
}

static void refuse_all_addresses(const void *max_reserve) {
    struct rlimit limit;
    check(getrlimit(RLIMIT_AS, &limit) == 0);
    limit.rlim_cur = 4096;
    Plugin plugin = begin("virtual", MIB);
    end(&plugin);
    check(setrlimit(RLIMIT_AS, &limit) == 0);
    void *context = malloc(1000); /* not each C library has some left */
    if (!context)
        return;
    free(context);
    plugin = begin("virtual", *(const uint64_t *)max_reserve);
    check(plugin.created == SAMRENA_ERROR_OUT_OF_MEMORY);
    check(strstr(last_error, "bytes of address space"));
    check(!strstr(last_error, "(max_reserve)") == (*(const uint64_t *)max_reserve == 0));
}

/* A limit below what the process has already. */
static void test_no_addresses_are_left(void **state) {
    static const uint64_t chosen[] = {0, 64 * MIB};
    (void)state;
    if (!memory_limits_are_kept())
        skip_because(LIMITS_ARE_NOT_KEPT);
    for (size_t i = 0; i < COUNT_OF(chosen); i++)
        assert_child_passes(refuse_all_addresses, &chosen[i], sizeof(chosen[i]));
}

/* A step beyond all memory is a step to the end. */
static void test_a_step_that_wraps(void **state) {
    (void)state;
    Plugin plugin = begin("virtual", 64 * MIB);
    end(&plugin);
    plugin.params = (SamrenaAdapterParams){
        .struct_size = sizeof(plugin.params), .max_reserve = 64 * MIB, .commit_size = UINT64_MAX - 10};
    plugin.context = calloc(1, (size_t)plugin_of("virtual")->context_size + 16);
    assert_int_equal(plugin.operations->create(&host, &plugin.params, plugin.context), SAMRENA_OK);
    SamrenaRegion region = acquired(&plugin, 4096);
    assert_int_equal(region.size, 64 * MIB);
    plugin.operations->release(plugin.context, &region);
    end(&plugin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#if POPULATES
        OVER_ADAPTERS(test_concurrent_populate_that_is_refused),
#endif
        cmocka_unit_test(test_a_heap_block_does_not_grow),
        cmocka_unit_test(test_a_range_that_cannot_be_had_again),
        cmocka_unit_test(test_a_region_that_is_left_behind),
        cmocka_unit_test(test_no_addresses_are_left),
        cmocka_unit_test(test_a_step_that_wraps),
    };
    host.page_size = size_of_page();
    child_starts_here();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
