// SPDX-License-Identifier: MIT
// Checks of prefault(): what it changes, what it tells, and whether that is so.
#include <inttypes.h>
#include <string.h>

#include "area.h"
#include "checks.h"
#include "pages.h"

static void require_prefault(Trial *trial) {
    if (!trial->adapter.operations.prefault)
        skip(trial, "it has no prefault()");
}

void check_prefault(Trial *trial) {
    require_prefault(trial);
    Context *context = context_new(trial);
    Area *area = area_of(context, MIB);
    (void)area_prefault(area, 0, area->region.size);
    area_verify(area, "prefault() of a fresh region");
    area_fill(area, area->region.size / 3);
    (void)area_prefault(area, area->filled, area->region.size - area->filled);
    area_verify(area, "prefault() of a region's unused part");
    (void)area_prefault(area, area->filled, area->region.size - area->filled);
    area_verify(area, "prefault() once more");
}

/* What lies around the range is in use: it must not change. */
void check_prefault_edges(Trial *trial) {
    require_prefault(trial);
    static const uint64_t froms[] = {0, 1, 15, 4095, 4096, 4097, 8191, 20000};
    static const uint64_t lengths[] = {1, 2, 4095, 4096, 4097, 10000};
    Context *context = context_new(trial);
    Area *area = area_of(context, 64 * KIB);
    area_fill(area, area->region.size); /* holding the pattern all over, so that any change shows */
    uint64_t size = area->region.size;
    for (size_t i = 0; i < sizeof(froms) / sizeof(froms[0]); i++)
        for (size_t j = 0; j < sizeof(lengths) / sizeof(lengths[0]); j++) {
            uint64_t from = froms[i] % size;
            uint64_t bytes = lengths[j] < size - from ? lengths[j] : size - from;
            (void)area_prefault(area, from, bytes);
            memset(area->region.base + from, 0, (size_t)bytes); /* the range held nothing; the model says the pattern */
            area->filled = from;
            area_fill(area, from + bytes);
            area->filled = size;
            area_verify(area, "prefault() of a part of the region");
        }
    (void)area_prefault(area, size - 1, 1);
    area->filled = size - 1;
    area_verify(area, "prefault() of the last byte");
}

/* Also the pages that what is populated begins and ends in. */
void check_resident(Trial *trial) {
    require_prefault(trial);
    Context *context = context_new(trial);
    Area *area = area_of(context, 4 * MIB);
    uint64_t page = context->host.page_size;
    uint64_t bytes = area->region.size < 4 * MIB ? area->region.size : 4 * MIB;
    uint64_t populated = area_prefault(area, 0, bytes);
    if (populated == 0)
        skip(trial, "prefault() populated nothing: %s", context->note);
    if (!residence_is_told(page))
        skip(trial, "the system cannot tell what is resident");
    const unsigned char *start = area->region.base - (uintptr_t)area->region.base % page;
    const unsigned char *end = area->region.base + populated + page - 1;
    Pages pages = pages_between(start, end, page);
    REQUIRE(trial, pages.resident == pages.whole,
            "prefault() says %" PRIu64 " bytes are populated, %" PRId64 " pages of them are not", populated,
            pages.whole - pages.resident);
}
