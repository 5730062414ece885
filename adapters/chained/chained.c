// SPDX-License-Identifier: MIT
// The chained adapter: an arena's memory is pages from the C heap, which the core chains.
//
// A page is as large as the core asks for: the config's initial_size at first, then what growth wants. Reserving takes
// pages ahead of need. What is large and prefaulted becomes huge pages, without advice: the heap is the program's own,
// and outlives the arena.
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "../vm/vm.h"
#include "heap.h"
#include "samrena/adapter.h"

/* The most that one recycled arena may hold resident. */
#define CHAINED_RECYCLABLE (UINT64_C(64) << 10)

typedef struct Chained {
    const SamrenaHost *host;
    int32_t huge_pages;
} Chained;

static SamrenaError chained_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Chained *chained = context;
    chained->host = host;
    chained->huge_pages = params->huge_pages;
    params->recyclable = CHAINED_RECYCLABLE;
    return SAMRENA_OK;
}

static void chained_destroy(void *context) {
    (void)context;
}

/* Takes one page of at least `size` bytes from the heap. */
static SamrenaError take_page(const Chained *chained, uint64_t size, SamrenaRegion *page) {
    uint64_t rounded = (size + SAMRENA_REGION_ALIGNMENT - 1) & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1);
    void *memory = rounded <= SIZE_MAX ? heap_take((size_t)rounded) : NULL;
    if (!memory) {
        chained->host->set_error(chained->host, "the C heap has no %" PRIu64 " bytes: %s", rounded, strerror(ENOMEM));
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    page->base = memory;
    page->size = rounded;
    page->zero_from = rounded; /* the heap may hand out used memory */
    return SAMRENA_OK;
}

static SamrenaError chained_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    return take_page(context, want->desired, region);
}

static void chained_release(void *context, const SamrenaRegion *region) {
    (void)context;
    heap_give_back(region->base);
    heap_keep((size_t)region->size);
}

static SamrenaError chained_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                    SamrenaRegion *extra) {
    return newest ? SAMRENA_ERROR_UNSUPPORTED : take_page(context, want->desired, extra);
}

/* Which may begin inside a huge page: what was pushed before counts as reserved too. */
static bool wants_huge_pages(const Chained *chained, uint64_t bytes) {
    uint64_t least = VM_LEAST_HUGE - vm_huge_page_size();
    return chained->huge_pages == SAMRENA_ADAPTER_HUGE_PAGES_ALWAYS ||
           (chained->huge_pages == SAMRENA_ADAPTER_HUGE_PAGES_AUTO && bytes > least);
}

/* Small pages where no huge one fits, or came to be. */
static SamrenaError chained_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                     uint64_t *populated) {
    const Chained *chained = context;
    const char *small = NULL;
    if (wants_huge_pages(chained, bytes))
        small = vm_collapse(region->base + from, bytes, chained->host->page_size);
    if (small)
        chained->host->log(chained->host, "chained: %" PRIu64 " bytes in small pages, huge ones are not to be had: %s",
                           bytes, small);
    int error = vm_populate(region->base + from, bytes, chained->host->page_size, populated);
    if (vm_touched_because())
        chained->host->log(chained->host, "chained: prefaulted by touching each page, the system does not populate: %s",
                           vm_touched_because());
    if (!error)
        return SAMRENA_OK;
    chained->host->set_error(chained->host, "populating %" PRIu64 " bytes: %s", bytes, strerror(error));
    return SAMRENA_ERROR_UNSUPPORTED;
}

/* The same by the bytes of each call: while the program pushes into the region, collapsing a little at a time has the
   system wait for the processor that it pushes on. */
static SamrenaError chained_prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                                  uint64_t bytes, uint64_t *populated) {
    const Chained *chained = context;
    if (wants_huge_pages(chained, bytes))
        (void)vm_collapse(region->base + from, bytes, chained->host->page_size);
    int error = vm_populate_concurrently(region->base + from, bytes, chained->host->page_size);
    *populated = error ? 0 : bytes;
    if (!error)
        return SAMRENA_OK;
    chained->host->set_error(chained->host, "populating %" PRIu64 " bytes: %s", bytes, strerror(error));
    return SAMRENA_ERROR_UNSUPPORTED;
}

/* The heap takes back whole blocks alone, but the system takes the pages inside. The block keeps its size: its
   addresses are good for nothing else, and come to have pages again when they are touched. */
static SamrenaError chained_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    const Chained *chained = context;
    uintptr_t page = (uintptr_t)chained->host->page_size;
    uintptr_t base = (uintptr_t)region->base;
    uintptr_t from = (base + (uintptr_t)keep + page - 1) & ~(page - 1);
    uintptr_t to = (base + (uintptr_t)region->size) & ~(page - 1);
    if (to <= from)
        return SAMRENA_ERROR_UNSUPPORTED;
    int error = vm_discard(region->base + (from - base), to - from);
    if (error) {
        chained->host->set_error(chained->host, "discarding %" PRIu64 " bytes: %s", (uint64_t)(to - from),
                                 strerror(error));
        return SAMRENA_ERROR_UNSUPPORTED;
    }
    return SAMRENA_OK;
}

SAMRENA_ADAPTER_DEFINE(chained, "chained", .version = "1.0.0", .summary = "pages from the C heap, chained",
                       .context_size = sizeof(Chained),
                       .operations = {.create = chained_create,
                                      .destroy = chained_destroy,
                                      .acquire = chained_acquire,
                                      .release = chained_release,
                                      .reserve = chained_reserve,
                                      .prefault = chained_prefault,
                                      .prefault_concurrently = chained_prefault_concurrently,
                                      .trim = chained_trim});
