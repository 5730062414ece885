// SPDX-License-Identifier: MIT
// Config structs of any version and contents: an arena that works, or an error, and nothing read behind the struct.
#include "fuzz.h"

#include <string.h>

#include "recycle.h"
#include "samrena.h"
#include "test_adapters.h"

enum { MOST_BYTES = 5000, LARGEST_TOLD = 4096 };

#define LARGEST_WISH (UINT64_C(1) << 20)

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count, (void)arguments;
    must(set_up_test_adapters(NULL) == 0);
    return 0;
}

static void on_failure(SamrenaError error, const char *message, void *user) {
    must(error != SAMRENA_OK && *message && !user);
}

/* Pointers are not for an input to say, but whether there is one. */
static void put_pointer(uint8_t *bytes, size_t size, size_t offset, const void *pointer) {
    if (offset + sizeof(pointer) > size)
        return;
    if (bytes[offset] % 2 == 0)
        pointer = NULL;
    memcpy(bytes + offset, &pointer, sizeof(pointer));
}

#define PUT_POINTER(field, pointer) put_pointer(bytes, size, offsetof(SamrenaConfig, field), pointer)

static void put_pointers(uint8_t *bytes, size_t size) {
    static const char *const names[] = {"separate", "trimming", "growing", "plain", "stacked", "shared", "no-such"};
    static SamrenaLabel label = SAMRENA_LABEL("fuzzed");
    static SamrenaBudget budget = SAMRENA_BUDGET(1 << 19);
    void (*function)(SamrenaError, const char *, void *) = on_failure;
    const void *callback;
    memcpy(&callback, &function, sizeof(callback));
    const char *name = names[size > offsetof(SamrenaConfig, adapter) + 1
                                 ? bytes[offsetof(SamrenaConfig, adapter) + 1] % COUNT_OF(names)
                                 : 0];
    PUT_POINTER(adapter, name);
    if (offsetof(SamrenaConfig, adapter) + sizeof(name) <= size) /* the default one takes what it is asked for */
        memcpy(bytes + offsetof(SamrenaConfig, adapter), &name, sizeof(name));
    PUT_POINTER(adapter_options, "colour=red");
    PUT_POINTER(failure, callback);
    PUT_POINTER(failure_user, NULL);
    PUT_POINTER(log, NULL);
    PUT_POINTER(log_user, NULL);
    PUT_POINTER(label, &label);
    PUT_POINTER(budget, &budget);
    PUT_POINTER(parent, NULL);
}

static void use(Samrena *arena) {
    for (uint64_t size = 1; size < 5000; size *= 3) {
        unsigned char *block = samrena_push_zero(arena, size);
        for (uint64_t i = 0; block && i < size; i++)
            must(block[i] == 0);
        if (block)
            memset(block, 0xff, (size_t)size);
    }
    must(samrena_reset(arena) == SAMRENA_OK && samrena_allocated(arena) == 0);
    samrena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t input_size) {
    Input in = {input, input_size};
    size_t size = take_bytes(&in, 2) % MOST_BYTES;
    if (size < sizeof(size_t))
        return 0;
    uint8_t *bytes = calloc(1, size);
    must(bytes);
    memcpy(bytes, in.at, in.left < size ? in.left : size);
    size_t told = take_byte(&in) % 8 ? size : take_bytes(&in, 2);
    if (told > size && told <= LARGEST_TOLD)
        told = size; /* it would be read */
    memcpy(bytes, &told, sizeof(told));
    put_pointers(bytes, size);
    test_adapter = (TestAdapterState){.refuse_above = LARGEST_WISH};
    Samrena *arena = samrena_create((const SamrenaConfig *)(const void *)bytes);
    free(bytes);
    if (arena)
        use(arena);
    else
        must(samrena_last_error() != SAMRENA_OK && *samrena_last_error_message());
    recycle_end_all();
    must(test_adapter.live_regions == 0 && test_adapter.live_contexts == 0);
    return 0;
}
