// SPDX-License-Identifier: MIT
// The virtual adapter: an arena's memory is one range of addresses, reserved up front and committed as it grows.
//
//     mapping                                                   mapping + mapping_size
//     |..|<- base, aligned to a huge page        <- ceiling ->|.|
//        [ committed: the one region ][ address space only   ]
//        [ advised: huge pages asked for ]
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "../keep.h"
#include "../vm/vm.h"
#include "samrena/adapter.h"

/* Less than this is not worth the zeroing and the memory of whole huge pages: AUTO leaves it to the system. */
#define SMALLEST_HUGE_RESERVE (UINT64_C(8) << 20)
/* max_reserve is halved down to this when the system refuses it; a smaller one is taken as it is. */
#define SMALLEST_MAX_RESERVE (UINT64_C(1) << 30)
/* Larger ranges are not kept for the next arena: several of them would be felt. */
#define MOST_KEPT_SPACE (UINT64_C(32) << 30)

typedef struct Virtual {
    const SamrenaHost *host;
    unsigned char *mapping;
    uint64_t mapping_size;
    unsigned char *base;
    uint64_t ceiling;
    uint64_t committed;
    uint64_t advised;
    uint64_t commit_size;
    int32_t huge_pages;
} Virtual;

static uint64_t round_up_to(uint64_t value, uint64_t alignment) {
    uint64_t rounded = (value + alignment - 1) / alignment * alignment;
    return rounded < value ? UINT64_MAX / alignment * alignment : rounded;
}

static uint64_t round_down_to(uint64_t value, uint64_t alignment) {
    return value / alignment * alignment;
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

/* ---- Address space ---- */

/* Room for `ceiling` bytes from a base that huge pages can start at. */
static int map(Virtual *range, uint64_t ceiling) {
    uint64_t alignment = most(vm_huge_page_size(), range->host->page_size);
    uint64_t slack = alignment - range->host->page_size;
    unsigned char *mapping;
    int error = ceiling > PTRDIFF_MAX - slack ? ENOMEM : vm_reserve(ceiling + slack, &mapping);
    if (error)
        return error;
    range->mapping = mapping;
    range->mapping_size = ceiling + slack;
    range->base = mapping + (round_up_to((uintptr_t)mapping, alignment) - (uintptr_t)mapping);
    range->ceiling = ceiling;
    return 0;
}

static SamrenaError virtual_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Virtual *range = context;
    range->host = host;
    range->huge_pages = params->huge_pages;
    range->commit_size = round_up_to(params->commit_size, host->page_size);
    SamrenaError unknown = keep_as_asked(host, params);
    if (unknown)
        return unknown;

    uint64_t wanted = round_up_to(params->max_reserve, host->page_size);
    uint64_t ceiling = wanted;
    int error;
    while ((error = map(range, ceiling)) != 0 && ceiling / 2 >= SMALLEST_MAX_RESERVE)
        ceiling = round_down_to(ceiling / 2, host->page_size);
    if (error) {
        host->set_error(host, "the system refused to reserve %" PRIu64 " bytes of address space (max_reserve): %s",
                        ceiling, strerror(error));
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    if (ceiling < wanted)
        host->log(host, "virtual: %" PRIu64 " bytes of address space instead of %" PRIu64, ceiling, wanted);
    bool scarce = ceiling < wanted || ceiling > MOST_KEPT_SPACE || vm_space_is_scarce();
    if (scarce && SAMRENA_ADAPTER_HAS(params, SamrenaAdapterParams, keep))
        params->keep = 0;
    params->ceiling = ceiling;
    params->step = most(params->step, range->commit_size);
    return SAMRENA_OK;
}

static void unmap(Virtual *range) {
    if (range->mapping)
        vm_release(range->mapping, range->mapping_size);
    range->mapping = NULL;
    range->committed = 0;
    range->advised = 0;
}

static void virtual_destroy(void *context) {
    unmap(context);
}

/* ---- Memory ---- */

/* For at least `smallest` bytes that were committed from offset `from` on; the first huge page may start before it. */
static void ask_for_huge_pages(Virtual *range, uint64_t from, uint64_t smallest) {
    uint64_t huge = vm_huge_page_size();
    if (huge == 0 || range->huge_pages == SAMRENA_ADAPTER_HUGE_PAGES_NEVER)
        return;
    uint64_t start = most(range->advised, round_down_to(from, huge));
    uint64_t end = round_down_to(range->committed, huge);
    if (end > start && end - start >= smallest) {
        vm_advise_huge(range->base + start, end - start);
        range->advised = end;
    }
}

/* Commits up to `desired` more bytes, `required` at least. */
static SamrenaError commit(Virtual *range, uint64_t required, uint64_t desired) {
    uint64_t page = range->host->page_size;
    uint64_t left = range->ceiling - range->committed;
    if (required > left) {
        range->host->set_error(range->host,
                               "%" PRIu64 " more bytes pass its %" PRIu64 " bytes of address space (max_reserve)",
                               required, range->ceiling);
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    uint64_t bytes = least(most(round_up_to(required, page), round_down_to(desired, page)), left);
    int error = vm_commit(range->base + range->committed, bytes);
    if (error) {
        range->host->set_error(range->host, "the system refused to commit %" PRIu64 " bytes: %s", bytes,
                               strerror(error));
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    range->committed += bytes;
    if (range->huge_pages == SAMRENA_ADAPTER_HUGE_PAGES_ALWAYS)
        ask_for_huge_pages(range, range->advised, 0);
    return SAMRENA_OK;
}

static SamrenaError virtual_acquire(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region) {
    Virtual *range = context;
    if (range->committed > 0) {
        range->host->set_error(range->host, "its one range of addresses is in use");
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    int unmapped = range->mapping ? 0 : map(range, range->ceiling);
    if (unmapped) {
        range->host->set_error(range->host, "the system refused to reserve %" PRIu64 " bytes of address space: %s",
                               range->ceiling, strerror(unmapped));
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    SamrenaError error = commit(range, required, most(desired, range->commit_size));
    if (error)
        return error;
    region->base = range->base;
    region->size = range->committed;
    region->zero_from = 0;
    return SAMRENA_OK;
}

static SamrenaError virtual_extend(void *context, SamrenaRegion *newest, uint64_t required, uint64_t desired) {
    Virtual *range = context;
    SamrenaError error = commit(range, required, desired);
    if (!error)
        newest->size = range->committed;
    return error;
}

static SamrenaError virtual_reserve(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra) {
    Virtual *range = context;
    uint64_t before = range->committed;
    SamrenaError error =
        newest ? virtual_extend(range, newest, bytes, bytes) : virtual_acquire(range, bytes, bytes, extra);
    if (!error)
        ask_for_huge_pages(range, before, SMALLEST_HUGE_RESERVE);
    return error;
}

/* The whole mapping goes, with its advice on huge pages: that would stick to a range kept for reuse. */
static void virtual_release(void *context, const SamrenaRegion *region) {
    (void)region;
    unmap(context);
}

static SamrenaError virtual_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                     uint64_t *populated) {
    const Virtual *range = context;
    int error = vm_populate(region->base + from, bytes, range->host->page_size, populated);
    if (!error)
        return SAMRENA_OK;
    range->host->set_error(range->host, "populating %" PRIu64 " bytes: %s", bytes, strerror(error));
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError virtual_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    Virtual *range = context;
    uint64_t kept = round_up_to(keep, range->host->page_size);
    if (kept >= range->committed)
        return SAMRENA_ERROR_UNSUPPORTED;
    int error = vm_decommit(range->base + kept, range->committed - kept);
    if (error) {
        range->host->set_error(range->host, "the system refused to decommit %" PRIu64 " bytes: %s",
                               range->committed - kept, strerror(error));
        return SAMRENA_ERROR_UNSUPPORTED;
    }
    range->committed = kept;
    range->advised = least(range->advised, round_down_to(kept, most(vm_huge_page_size(), 1)));
    region->size = kept;
    return SAMRENA_OK;
}

SAMRENA_ADAPTER_DEFINE(virtual, "virtual", .version = "1.0.0",
                       .summary = "one range of addresses, committed as it grows",
                       .capabilities = SAMRENA_ADAPTER_CONTIGUOUS, .option_keys = "keep",
                       .context_size = sizeof(Virtual),
                       .operations = {.create = virtual_create,
                                      .destroy = virtual_destroy,
                                      .acquire = virtual_acquire,
                                      .release = virtual_release,
                                      .extend = virtual_extend,
                                      .reserve = virtual_reserve,
                                      .prefault = virtual_prefault,
                                      .trim = virtual_trim});
