// SPDX-License-Identifier: MIT
// Checks with a forked child: what it can do with its context, and whether its memory is a copy.
#include <inttypes.h>
#include <stddef.h>

#include "area.h"
#include "checks.h"
#include "forked.h"

/* ---- A context that the child goes on with ---- */

static void use_inherited_context(Trial *trial, void *user) {
    Area *area = user;
    Context *context = area->context;
    context->trial = trial;
    trial->contexts = context;
    area_verify(area, "fork(), in the child");
    area_fill(area, area->region.size);
    (void)area_grow(area, 64 * KIB);
    area_verify(area, "extend(), in the child");
    area_release(area);
    use_context(context, 5);
    context_end(context);
}

void check_fork(Trial *trial) {
    if (is_shared(trial))
        skip(trial, "its memory is shared with forked children: nothing is asked of it there");
    Context *context = context_new(trial);
    Area *area = area_of(context, 64 * KIB);
    area_fill(area, area->region.size / 2);
    Forked forked = forked_begin(trial, use_inherited_context, area);
    forked_end(trial, &forked);
    (void)area_grow(area, 4 * KIB);
    area_release(area);
    use_context(context, 13);
}

/* ---- Whose memory it is ---- */

enum { MARKS_APART = 4096 };

/* The regions that a context can have in different ways; NULL: not this one. */
typedef struct Regions {
    Area *acquired; /* and extended */
    Area *reserved;
} Regions;

/* Changes a byte of each page, in use or not. */
static void mark(const Area *area) {
    for (uint64_t at = 0; area && at < area->region.size; at += MARKS_APART)
        area->region.base[at] ^= 0xFF;
}

static void mark_regions(Trial *trial, void *user) {
    const Regions *regions = user;
    (void)trial;
    mark(regions->acquired);
    mark(regions->reserved);
}

/* Which of the child's marks the parent sees, of a region that it has filled. */
static void require_as_told(Trial *trial, const Area *area) {
    uint64_t seen = 0, marks = 0;
    for (uint64_t at = 0; area && at < area->region.size; at += MARKS_APART, marks++) {
        unsigned char found = area->region.base[at];
        area->region.base[at] ^= 0xFF;
        seen += area_byte_is_right(area, at);
        area->region.base[at] = found;
    }
    if (marks == 0)
        return;
    REQUIRE(trial, seen == 0 || is_shared(trial),
            "memory is shared with forked children, and capabilities does not say so");
    REQUIRE(trial, seen > 0 || !is_shared(trial),
            "capabilities says SAMRENA_ADAPTER_SHARED, and a forked child has a copy of the memory");
    REQUIRE(trial, seen == 0 || seen == marks, "of %" PRIu64 " pages a forked child shares %" PRIu64, marks, seen);
}

void check_sharing(Trial *trial) {
    Context *context = context_new(trial);
    Regions regions = {area_of(context, 64 * KIB), NULL};
    (void)area_grow(regions.acquired, 64 * KIB);
    uint64_t fits = trial->adapter.operations.reserve ? fitting(context, 64 * KIB) : 0;
    if (fits > 0)
        regions.reserved = area_reserve(context, exactly(fits));
    area_fill(regions.acquired, regions.acquired->region.size);
    if (regions.reserved)
        area_fill(regions.reserved, regions.reserved->region.size);
    Forked forked = forked_begin(trial, mark_regions, &regions);
    forked_end(trial, &forked);
    require_as_told(trial, regions.acquired);
    require_as_told(trial, regions.reserved);
}
