// SPDX-License-Identifier: MIT
// fixed-buffer: all memory of an arena is one buffer of a fixed size, got when the arena is created.
//
// For programs that are to stop asking the system for memory once they have started: what does not fit the buffer is
// refused, however much the machine has. There is no reserve entry point, because everything is there from the start.
// Each arena has a buffer of its own; a static one in this file would be shared by all arenas of the process.
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include <samrena/adapter.h>

#define DEFAULT_SIZE UINT64_C(65536)
#define SMALLEST_SIZE UINT64_C(1024)
#define LARGEST_SIZE (UINT64_C(1) << 30) /* more is taken for a slip of the finger */

typedef struct FixedBuffer {
    const SamrenaHost *host;
    unsigned char *block;  /* the C heap's */
    unsigned char *memory; /* in it, aligned as a region is */
    uint64_t size;
    bool in_use;
} FixedBuffer;

/* Digits alone: strtoull() would also take signs and spaces, and read on to the next option. */
static bool read_size(const char *text, size_t length, uint64_t *size) {
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || value > LARGEST_SIZE)
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    *size = value;
    return value >= SMALLEST_SIZE && value <= LARGEST_SIZE;
}

static SamrenaError fixed_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    FixedBuffer *buffer = context;
    uint64_t size = DEFAULT_SIZE;
    size_t length = 0;
    const char *text = samrena_adapter_option(params->options, "size", &length);
    if (text && !read_size(text, length, &size)) {
        host->set_error(host, "option size is \"%.*s\", expected a number from %" PRIu64 " to %" PRIu64,
                        (int)(length < 64 ? length : 64), text, SMALLEST_SIZE, LARGEST_SIZE);
        return SAMRENA_ERROR_INVALID_PARAMETER;
    }

    size = (size + SAMRENA_REGION_ALIGNMENT - 1) & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1);
    buffer->block =
        malloc((size_t)size + SAMRENA_REGION_ALIGNMENT - 1); /* no heap has to align more than for its types */
    if (!buffer->block) {
        host->set_error(host, "the C heap has no buffer of %" PRIu64 " bytes", size);
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    buffer->memory = buffer->block + (0 - (uintptr_t)buffer->block) % SAMRENA_REGION_ALIGNMENT;
    buffer->host = host;
    buffer->size = size;
    params->ceiling = size; /* a reserve of more is refused before anything is asked, */
    params->largest = size; /* and so is a push of more */
    return SAMRENA_OK;
}

static void fixed_destroy(void *context) {
    FixedBuffer *buffer = context;
    free(buffer->block);
}

/* The first region is the whole buffer, whatever growth would like; there is no second one. */
static SamrenaError fixed_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    FixedBuffer *buffer = context;
    if (buffer->in_use || want->required > buffer->size) {
        buffer->host->set_error(buffer->host, "its one buffer has %" PRIu64 " bytes (option size)%s", buffer->size,
                                buffer->in_use ? " and is in use" : "");
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    buffer->in_use = true;
    region->base = buffer->memory;
    region->size = buffer->size;
    region->zero_from = buffer->size; /* nothing is known: the heap may hand out used memory */
    return SAMRENA_OK;
}

static void fixed_release(void *context, const SamrenaRegion *region) {
    FixedBuffer *buffer = context;
    (void)region;
    buffer->in_use = false;
}

SAMRENA_ADAPTER_DEFINE(
    fixed_buffer, "fixed-buffer", .version = "1.0.0", .summary = "one buffer of a fixed size for each arena",
    .capabilities = SAMRENA_ADAPTER_CONTIGUOUS, .option_keys = "size", .context_size = sizeof(FixedBuffer),
    .operations = {
        .create = fixed_create, .destroy = fixed_destroy, .acquire = fixed_acquire, .release = fixed_release});
