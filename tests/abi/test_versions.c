// SPDX-License-Identifier: MIT
// Plugins of another minor version of the adapter ABI in today's library, and descriptors of every size.
#include "loading.h"
#include "pages.h"
#include "region_memory.h"
#include "shared_object.h"
#include "variables.h"

static const char *plugins;

/* The part of a descriptor that every version has. */
#define SMALLEST offsetof(SamrenaAdapter, operations.extend)

/* ---- Plugins compiled with other headers ---- */

static void check_trim(Samrena *arena, unsigned char *first) {
    memset(first, 3, 20000);
    samrena_trim(arena, 1000);
    check(samrena_allocated(arena) == 20000);
    check(samrena_capacity(arena) >= 20000 + 1000 && samrena_capacity(arena) <= 20000 + 1000 + 16);
    for (size_t i = 0; i < 20000; i++)
        check(first[i] == 3);
    unsigned char *next = samrena_push_zero(arena, 100000);
    check(next && next[0] == 0 && next[99999] == 0 && first[19999] == 3);
    samrena_trim(arena, 0);
    check(samrena_push(arena, 4 * MIB) && first[0] == 3);
}

/* Each way of getting memory, and what it holds. */
static void check_works(const char *name) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = name;
    config.prefault = SAMRENA_PREFAULT_ALWAYS;
    Samrena *arena = samrena_create(&config);
    check(arena);
    check(samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE | SAMRENA_CAPABILITY_PREFAULT |
                                            SAMRENA_CAPABILITY_EXTEND | SAMRENA_CAPABILITY_TRIM));
    unsigned char *first = samrena_push_zero(arena, 20000); /* acquire, extend */
    check(first && samrena_reserve(arena, 200000) == SAMRENA_OK);
    memset(first, 1, 20000);
    unsigned char *large = samrena_push_zero(arena, 4 * MIB); /* a second region */
    check(large && first[0] == 1 && first[19999] == 1);
    for (size_t i = 0; i < 4 * MIB; i += 512)
        check(large[i] == 0);
    check(samrena_reserve_more(arena, 8 * MIB) == SAMRENA_OK);

    SamrenaInfo info = {.struct_size = sizeof(info)};
    check(samrena_get_info(arena, &info) == SAMRENA_OK);
    check(strcmp(info.adapter, name) == 0 && info.regions >= 2);
    check(info.reserve.reason == SAMRENA_RESERVE_COMPLETE || info.reserve.reason == SAMRENA_RESERVE_PRESSURE);
    check(samrena_reset(arena) == SAMRENA_OK && samrena_push(arena, 20000) == first);
    check_trim(arena, first);
    samrena_destroy(arena);
}

IN_A_FRESH_PROCESS(test_plugin_works) {
    (void)folder;
    check_works(argument);
}

IN_A_FRESH_PROCESS(test_unknown_feature_is_refused) {
    (void)folder;
    (void)argument;
    check(!samrena_create_named("later-feature"));
    check(samrena_last_error() == SAMRENA_ERROR_UNSUPPORTED);
    check(message_has("later-feature" SHARED_OBJECT_SUFFIX ": requires features 0x1 that libsamrena ") &&
          message_has("use a newer one"));
}

/* What today's host hands out, with a margin behind it that is not the plugin's. */
typedef struct Guarded {
    union {
        SamrenaRegion region;
        SamrenaAdapterParams params;
        SamrenaHost host;
        SamrenaWant want;
    } given;
    unsigned char margin[64];
} Guarded;

static Guarded guarded(void) {
    Guarded object;
    memset(&object, 0xa5, sizeof(object));
    return object;
}

/* `size`: of the struct that the plugin knows to be there. */
static void check_margin(const Guarded *object, size_t size) {
    const unsigned char *bytes = (const unsigned char *)object;
    for (size_t i = size; i < sizeof(*object); i++)
        check(bytes[i] == 0xa5);
}

static void ignore(const SamrenaHost *host, const char *format, ...) {
    (void)host;
    (void)format;
}

/* A plugin of a later version neither writes behind what it was given nor calls what the host does not have. */
IN_A_FRESH_PROCESS(test_later_plugin_stays_inside) {
    (void)folder;
    (void)argument;
    void *handle = open_object(path_of(plugins, "later" SHARED_OBJECT_SUFFIX));
    const SamrenaAdapter *adapter = handle ? find_symbol(handle, "samrena_adapter") : NULL;
    check(adapter && adapter->struct_size > sizeof(*adapter) && adapter->abi_minor == 9);

    Guarded host = guarded(), params = guarded(), region = guarded(), wanted = guarded();
    host.given.host =
        (SamrenaHost){.struct_size = sizeof(SamrenaHost), .page_size = 4096, .log = ignore, .set_error = ignore};
    params.given.params = (SamrenaAdapterParams){.struct_size = sizeof(SamrenaAdapterParams)};
    region.given.region = (SamrenaRegion){.struct_size = sizeof(SamrenaRegion)};
    wanted.given.want =
        (SamrenaWant){.struct_size = sizeof(SamrenaWant), .required = 4096, .desired = 4096, .alignment = 16};
    const SamrenaWant *want = &wanted.given.want;

    void *context = calloc(1, (size_t)adapter->context_size);
    check(adapter->operations.create(&host.given.host, &params.given.params, context) == SAMRENA_OK);
    check(adapter->operations.acquire(context, want, &region.given.region) == SAMRENA_OK);
    check(adapter->operations.extend(context, &region.given.region, want) == SAMRENA_OK);
    check(adapter->operations.reserve(context, &region.given.region, want, NULL) == SAMRENA_OK);
    check(region.given.region.size == 3 * 4096);
    check(adapter->operations.trim(context, &region.given.region, 4096) == SAMRENA_OK);
    check(region.given.region.size == 4096);
    check_margin(&host, sizeof(SamrenaHost));
    check_margin(&params, sizeof(SamrenaAdapterParams));
    check_margin(&region, sizeof(SamrenaRegion));
    check_margin(&wanted, sizeof(SamrenaWant));
    adapter->operations.release(context, &region.given.region);
    adapter->operations.destroy(context);
    free(context);
}

/* ---- Descriptors of every size ---- */

static SamrenaError create_nothing(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)params;
    (void)context;
    return SAMRENA_OK;
}

static void destroy_nothing(void *context) {
    (void)context;
}

static SamrenaError acquire_block(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    void *block = region_calloc(want->desired);
    if (!block)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = block;
    region->size = want->desired;
    return SAMRENA_OK;
}

static void release_block(void *context, const SamrenaRegion *region) {
    (void)context;
    region_free(region->base);
}

static SamrenaError extend_not(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    (void)context;
    (void)newest;
    (void)want;
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError reserve_block(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    return newest ? SAMRENA_ERROR_UNSUPPORTED : acquire_block(context, want, extra);
}

static SamrenaError prefault_all(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                 uint64_t *populated) {
    (void)context;
    memset(region->base + from, 0, (size_t)bytes);
    *populated = bytes;
    return SAMRENA_OK;
}

static SamrenaError trim_not(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    (void)region;
    (void)keep;
    return SAMRENA_ERROR_UNSUPPORTED;
}

static const SamrenaAdapter whole = {
    .magic = SAMRENA_ADAPTER_MAGIC,
    .abi_major = SAMRENA_ADAPTER_ABI_MAJOR,
    .abi_minor = SAMRENA_ADAPTER_ABI_MINOR,
    .operations = {.create = create_nothing,
                   .destroy = destroy_nothing,
                   .acquire = acquire_block,
                   .release = release_block,
                   .extend = extend_not,
                   .reserve = reserve_block,
                   .prefault = prefault_all,
                   .trim = trim_not,
                   .rest = destroy_nothing},
};

/* A descriptor of `size` bytes that ends where the memory does, so that reading more of it is fatal. */
static SamrenaAdapter *cut_descriptor(size_t size) {
    size_t aligned = (size + 7) & ~(size_t)7;
    unsigned char *bytes = bytes_before_a_wall(aligned);
    check(bytes);
    SamrenaAdapter copy = whole;
    copy.struct_size = (uint32_t)size;
    snprintf(copy.name, sizeof(copy.name), "size-%zu", size);
    memset(bytes, 0xa5, aligned);
    return memcpy(bytes, &copy, size);
}

static bool has(size_t size, size_t offset) {
    return size >= offset + sizeof(void (*)(void));
}

static void check_legal(size_t size) {
    const SamrenaAdapter *adapter = cut_descriptor(size);
    check(samrena_adapter_register(adapter) == SAMRENA_OK);
    Samrena *arena = samrena_create_named(adapter->name);
    check(arena && samrena_push(arena, 100000) && samrena_reserve_more(arena, MIB) == SAMRENA_OK);
    check(samrena_has_capability(arena, SAMRENA_CAPABILITY_EXTEND) ==
          has(size, offsetof(SamrenaAdapter, operations.extend)));
    check(samrena_has_capability(arena, SAMRENA_CAPABILITY_RESERVE) ==
          has(size, offsetof(SamrenaAdapter, operations.reserve)));
    check(samrena_has_capability(arena, SAMRENA_CAPABILITY_PREFAULT) ==
          has(size, offsetof(SamrenaAdapter, operations.prefault)));
    check(samrena_has_capability(arena, SAMRENA_CAPABILITY_TRIM) ==
          has(size, offsetof(SamrenaAdapter, operations.trim)));
    samrena_trim(arena, 0);
    check(samrena_push(arena, 100000));
    samrena_destroy(arena);
}

IN_A_FRESH_PROCESS(test_descriptor_of_every_legal_size) {
    (void)folder;
    (void)argument;
    for (size_t size = SMALLEST; size <= sizeof(SamrenaAdapter); size++)
        check_legal(size);
}

IN_A_FRESH_PROCESS(test_descriptor_of_every_illegal_size) {
    char says[60];
    (void)folder;
    (void)argument;
    /* Magic, version and size are there to be read, whatever they say. */
    for (size_t size = offsetof(SamrenaAdapter, capabilities); size < SMALLEST; size++) {
        check(samrena_adapter_register(cut_descriptor(size)) == SAMRENA_ERROR_ADAPTER_INVALID);
        snprintf(says, sizeof(says), "descriptor of %zu bytes, expected %zu or more", size, (size_t)SMALLEST);
        check(message_has(says));
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: test_versions PLUGINS\n");
        return 2;
    }
    static char path[PATH_MOST];
    if (!whole_path(argv[1], path))
        return 1;
    plugins = path;
    set_environment("SAMRENA_ADAPTER_PATH", plugins);
    child_starts_here();
#define WORKS(name)                                                                                                    \
    { "test_plugin_works [" name "]", test_plugin_works, NULL, NULL, (void *)(uintptr_t)(name) }
    const struct CMUnitTest tests[] = {
        WORKS("current"),
        WORKS("later"),
        cmocka_unit_test(test_unknown_feature_is_refused),
        cmocka_unit_test(test_later_plugin_stays_inside),
        cmocka_unit_test(test_descriptor_of_every_legal_size),
        cmocka_unit_test(test_descriptor_of_every_illegal_size),
    };
    return cmocka_run_group_tests_name("versions", tests, NULL, NULL);
}
