// SPDX-License-Identifier: MIT
// The virtual adapter: an arena's memory is one range of addresses, reserved up front and committed as it grows.
//
//     mapping                                                   mapping + mapping_size
//     |..|<- base, aligned to a huge page        <- ceiling ->|.|
//        [ committed: the one region ][ address space only   ]
//        [ advised: huge pages asked for ]
//
// While an arena is kept for the next one, address space is given up where the system takes parts of a mapping back,
// and what is committed is all of it. The range is taken again when the arena grows. Where somebody else has taken
// addresses behind it meanwhile, the arena goes on in a second range: no longer contiguous, but better than no memory.
// The first is then its region's alone.
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "../atomic.h"
#include "../vm/vm.h"
#include "samrena/adapter.h"

/* From so much on collapsing costs three quarters of what populating after advice does; below, that is faster. */
#define LEAST_COLLAPSED (UINT64_C(32) << 20)
#define IS_WIDE (sizeof(void *) >= 8)
/* A max_reserve that the owner chose is halved down to this when the system refuses it; a smaller one is taken as it
   is. */
#define SMALLEST_CHOSEN_RESERVE (IS_WIDE ? UINT64_C(1) << 30 : UINT64_C(1) << 24)
/* Where none was chosen: at most this, at least that. */
#define USUAL_RESERVE (UINT64_C(32) << 30)
#define SMALLEST_RESERVE (IS_WIDE ? UINT64_C(1) << 20 : UINT64_C(1) << 16)
/* The most that one recycled arena may hold resident. */
#define VIRTUAL_RECYCLABLE (UINT64_C(64) << 10)

/* Arenas that choose none take a share of what other arenas left of the addresses that there are: so thousands fit, and
   the program keeps most. Where addresses are few, that is a larger share of half of them. */
#define PLENTY (UINT64_C(1) << 46)
#define SHARE_OF_PLENTY 2048
#define SHARE_OF_FEW (IS_WIDE ? 64 : 16)
#define SHARE_OF_LIMIT 8 /* where the process has a limit of its own */

static _Atomic(size_t) space_taken; /* by all arenas of this process */

typedef struct Virtual {
    const SamrenaHost *host;
    unsigned char *mapping;
    uint64_t mapping_size;
    unsigned char *base;
    uint64_t ceiling;
    uint64_t committed;
    uint64_t advised;
    uint64_t commit_size;
    uint64_t due_from; /* where `due` */
    int32_t huge_pages;
    bool due;   /* what was reserved waits for prefault(), which makes it huge; and for advice, as far as it does not */
    bool stuck; /* the addresses behind what is committed are somebody else's */
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

/* The mapping is this now; mapping NULL: nothing. */
static void set_mapping(Virtual *range, unsigned char *mapping, uint64_t size) {
    if (range->mapping)
        vm_remove_root(range->mapping, range->mapping_size);
    if (mapping)
        vm_add_root(mapping, size);
    atomic_fetch_add_explicit(&space_taken, (size_t)(size - range->mapping_size), memory_order_relaxed);
    range->mapping = mapping;
    range->mapping_size = size;
}

/* Room for `ceiling` bytes from a base that huge pages can start at, where they may be asked for. */
static int map(Virtual *range, uint64_t ceiling) {
    uint64_t page = range->host->page_size;
    uint64_t alignment = ceiling >= VM_LEAST_HUGE ? most(vm_huge_page_size(), page) : page;
    uint64_t slack = alignment - page;
    unsigned char *mapping = NULL;
    int error = ceiling > PTRDIFF_MAX - slack ? ENOMEM : vm_reserve(ceiling + slack, &mapping);
    if (error)
        return error;
    set_mapping(range, mapping, ceiling + slack);
    range->base = mapping + (round_up_to((uintptr_t)mapping, alignment) - (uintptr_t)mapping);
    range->ceiling = ceiling;
    return 0;
}

/* A part of what other arenas and the process's own limit leave. */
static uint64_t share_of_space(uint64_t page) {
    uint64_t taken = atomic_load_explicit(&space_taken, memory_order_relaxed);
    uint64_t all = vm_space();
    bool plenty = all >= PLENTY;
    uint64_t ours = plenty ? all : all / 2;                   /* GCOVR_EXCL_BR_LINE: 32 bits */
    uint64_t parts = plenty ? SHARE_OF_PLENTY : SHARE_OF_FEW; /* GCOVR_EXCL_BR_LINE: 32 bits */
    uint64_t share = least(USUAL_RESERVE, (ours - least(taken, ours)) / parts);
    uint64_t left = vm_space_left();
    if (left != UINT64_MAX)
        share = least(share, left / SHARE_OF_LIMIT);
    return round_up_to(most(share, SMALLEST_RESERVE), page);
}

static SamrenaError virtual_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    Virtual *range = context;
    bool chosen = params->max_reserve > 0;
    range->host = host;
    range->huge_pages = params->huge_pages;
    range->commit_size = round_up_to(params->commit_size, host->page_size);

    uint64_t wanted = chosen ? round_up_to(params->max_reserve, host->page_size) : share_of_space(host->page_size);
    uint64_t smallest = chosen ? SMALLEST_CHOSEN_RESERVE : SMALLEST_RESERVE;
    uint64_t ceiling = wanted;
    int error;
    while ((error = map(range, ceiling)) != 0 && ceiling / 2 >= smallest)
        ceiling = round_down_to(ceiling / 2, host->page_size);
    if (error) {
        host->set_error(host, "the system has no %" PRIu64 " bytes of address space%s, nor %" PRIu64 ": %s",
                        chosen ? params->max_reserve : wanted, chosen ? " (max_reserve)" : "", ceiling,
                        strerror(error));
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    if (ceiling < wanted || (!chosen && ceiling < USUAL_RESERVE))
        host->log(host, "virtual: %" PRIu64 " bytes of address space instead of %" PRIu64, ceiling,
                  chosen ? wanted : USUAL_RESERVE);
    params->recyclable = VIRTUAL_RECYCLABLE;
    params->ceiling = ceiling;
    params->largest = ceiling;
    params->step = most(params->step, range->commit_size);
    return SAMRENA_OK;
}

static void unmap(Virtual *range) {
    unsigned char *mapping = range->mapping;
    uint64_t size = range->mapping_size;
    set_mapping(range, NULL, 0);
    if (mapping)
        vm_release(mapping, size);
    range->committed = 0;
    range->advised = 0;
    range->due = false;
}

static void virtual_destroy(void *context) {
    unmap(context);
}

/* What lies before and behind what is committed. */
static void virtual_rest(void *context) {
    Virtual *range = context;
    unsigned char *mapping = range->mapping;
    uint64_t size = range->mapping_size;
    uint64_t before = (uint64_t)(range->base - mapping);
    uint64_t used = before + range->committed;
    if (range->committed == 0 || (before == 0 && size == used))
        return;
    if (!vm_releases_parts()) /* GCOVR_EXCL_BR_LINE: Windows */
        return;
    set_mapping(range, range->base, range->committed);
    if (before > 0)
        vm_release(mapping, before);
    if (size > used) /* GCOVR_EXCL_BR_LINE: as the system aligns */
        vm_release(mapping + used, size - used);
}

/* Has `end` bytes from the base on in the mapping. A range that was given up is taken again as a whole, or as much of
   it as is needed: who took addresses behind a resting arena's has them for good. */
static int claim(Virtual *range, uint64_t end) {
    uint64_t before = (uint64_t)(range->base - range->mapping);
    uint64_t have = range->mapping_size - before;
    if (end <= have)
        return 0;
    uint64_t claimed = range->ceiling;
    int error = vm_reserve_at(range->base + have, claimed - have);
    if (error) {
        claimed = end;
        error = vm_reserve_at(range->base + have, claimed - have);
    }
    if (!error)
        set_mapping(range, range->mapping, before + claimed);
    range->stuck = error == EEXIST;
    return error;
}

/* What is committed is left to its region: mapped, counted and a root as it is, it is forgotten here. */
static void leave(Virtual *range) {
    virtual_rest(range);
    range->mapping = range->base = NULL;
    range->mapping_size = range->committed = range->advised = 0;
    range->stuck = range->due = false;
}

static void release_left(const SamrenaRegion *region) {
    vm_remove_root(region->base, region->size);
    vm_release(region->base, region->size);
    atomic_fetch_sub_explicit(&space_taken, (size_t)region->size, memory_order_relaxed);
}

/* ---- Memory ---- */

/* For at least `smallest` bytes that were committed from offset `from` on; the first huge page may start before it. */
static void ask_for_huge_pages(Virtual *range, uint64_t from, uint64_t smallest) {
    uint64_t huge = vm_huge_page_size();
    if (huge == 0) /* GCOVR_EXCL_BR_LINE: systems without them */
        return;
    if (range->huge_pages == SAMRENA_ADAPTER_HUGE_PAGES_NEVER)
        return;
    uint64_t start = most(range->advised, round_down_to(from, huge));
    uint64_t end = round_down_to(range->committed, huge);
    if (end > start && end - start >= smallest) {
        vm_advise_huge(range->base + start, end - start);
        range->advised = end;
    }
}

/* Advice stays for as long as the mapping, and makes the system clear each page as it is touched, which is slower than
   collapsing: so what is large, and prefaulted next, is not advised before that. */
static void prepare_huge_pages(Virtual *range, const SamrenaWant *want, uint64_t from) {
    bool prefaulted = want->ahead & SAMRENA_WANT_PREFAULT;
    range->due_from = from;
    range->due = prefaulted && range->committed - from >= LEAST_COLLAPSED &&
                 range->huge_pages != SAMRENA_ADAPTER_HUGE_PAGES_NEVER;
    if (!range->due)
        ask_for_huge_pages(range, from, want->ahead & SAMRENA_WANT_SURELY ? vm_huge_page_size() : VM_LEAST_HUGE);
}

/* From offset `from` on nothing comes of it, or has come. */
static void give_due_advice(Virtual *range, uint64_t from) {
    if (range->due)
        ask_for_huge_pages(range, from, VM_LEAST_HUGE);
    range->due = false;
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
    give_due_advice(range, range->due_from);
    int error = claim(range, range->committed + bytes);
    if (!error)
        error = vm_commit(range->base + range->committed, bytes);
    if (error) {
        range->host->set_error(range->host, "the system refused to commit %" PRIu64 " bytes: %s", bytes,
                               strerror(error));
        return range->stuck ? SAMRENA_ERROR_UNSUPPORTED : SAMRENA_ERROR_OUT_OF_MEMORY;
    }
    range->committed += bytes;
    if (range->huge_pages == SAMRENA_ADAPTER_HUGE_PAGES_ALWAYS)
        ask_for_huge_pages(range, range->advised, 0);
    return SAMRENA_OK;
}

static SamrenaError virtual_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    Virtual *range = context;
    if (range->stuck)
        leave(range);
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
    SamrenaError error = commit(range, want->required, most(want->desired, range->commit_size));
    if (error)
        return error;
    region->base = range->base;
    region->size = range->committed;
    region->zero_from = 0;
    return SAMRENA_OK;
}

static SamrenaError virtual_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    Virtual *range = context;
    if (newest->base != range->base)
        return SAMRENA_ERROR_UNSUPPORTED; /* left behind */
    SamrenaError error = commit(range, want->required, want->desired);
    if (!error)
        newest->size = range->committed;
    return error;
}

/* Up to whole huge pages, where that is a quarter more at most. */
static uint64_t in_huge_pages(const Virtual *range, uint64_t bytes) {
    uint64_t whole = round_up_to(bytes, most(vm_huge_page_size(), 1));
    bool may = range->huge_pages != SAMRENA_ADAPTER_HUGE_PAGES_NEVER;
    return may && whole - bytes <= bytes / 4 ? whole : bytes;
}

static SamrenaError virtual_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                    SamrenaRegion *extra) {
    Virtual *range = context;
    SamrenaWant asked = *want;
    uint64_t before = range->committed;
    if (want->ahead & SAMRENA_WANT_SURELY)
        asked.desired = in_huge_pages(range, want->desired);
    SamrenaError error = newest ? virtual_extend(range, newest, &asked) : virtual_acquire(range, &asked, extra);
    if (!error)
        prepare_huge_pages(range, want, before);
    return error;
}

/* The whole mapping goes, with its advice on huge pages: that would stick to a range kept for reuse. */
static void virtual_release(void *context, const SamrenaRegion *region) {
    Virtual *range = context;
    if (region->base == range->base)
        unmap(range);
    else
        release_left(region);
}

static void make_huge(Virtual *range, uint64_t from, uint64_t bytes) {
    const char *reason = vm_collapse(range->base + from, bytes, range->host->page_size);
    if (reason)
        range->host->log(range->host, "virtual: %" PRIu64 " bytes in huge pages as the system likes, not at once: %s",
                         bytes, reason);
    give_due_advice(range, reason ? range->due_from : from + bytes);
}

static SamrenaError virtual_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                     uint64_t *populated) {
    Virtual *range = context;
    if (range->due && region->base == range->base)
        make_huge(range, from, bytes);
    int error = vm_populate(region->base + from, bytes, range->host->page_size, populated);
    if (vm_touched_because())
        range->host->log(range->host, "virtual: prefaulted by touching each page, the system does not populate: %s",
                         vm_touched_because());
    if (!error)
        return SAMRENA_OK;
    range->host->set_error(range->host, "populating %" PRIu64 " bytes: %s", bytes, strerror(error));
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError virtual_prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                                  uint64_t bytes, uint64_t *populated) {
    const Virtual *range = context;
    int error = vm_populate_concurrently(region->base + from, bytes, range->host->page_size);
    *populated = error ? 0 : bytes;
    if (!error)
        return SAMRENA_OK;
    range->host->set_error(range->host, "populating %" PRIu64 " bytes: %s", bytes, strerror(error));
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError virtual_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    Virtual *range = context;
    uint64_t kept = round_up_to(keep, range->host->page_size);
    if (region->base != range->base || kept >= range->committed)
        return SAMRENA_ERROR_UNSUPPORTED;
    int error = vm_decommit(range->base + kept, range->committed - kept);
    if (error) {
        range->host->set_error(range->host, "the system refused to decommit %" PRIu64 " bytes: %s",
                               range->committed - kept, strerror(error));
        return SAMRENA_ERROR_UNSUPPORTED;
    }
    range->due = false;
    range->committed = kept;
    range->advised = least(range->advised, round_down_to(kept, most(vm_huge_page_size(), 1)));
    region->size = kept;
    return SAMRENA_OK;
}

SAMRENA_ADAPTER_DEFINE(virtual, "virtual", .version = "1.0.0",
                       .summary = "one range of addresses, committed as it grows",
                       .capabilities = SAMRENA_ADAPTER_CONTIGUOUS, .context_size = sizeof(Virtual),
                       .operations = {.create = virtual_create,
                                      .destroy = virtual_destroy,
                                      .acquire = virtual_acquire,
                                      .release = virtual_release,
                                      .extend = virtual_extend,
                                      .reserve = virtual_reserve,
                                      .prefault = virtual_prefault,
                                      .prefault_concurrently = virtual_prefault_concurrently,
                                      .trim = virtual_trim,
                                      .rest = virtual_rest});
