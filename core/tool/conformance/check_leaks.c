// SPDX-License-Identifier: MIT
// The check of what is left behind when contexts have ended.
#include <inttypes.h>

#include "address_sanitizer.h"
#include "area.h"
#include "checks.h"
#include "usage.h"

static void live_and_die(Trial *trial, int rounds) {
    const uint64_t used = 2 * MIB;
    for (int round = 0; round < rounds; round++) {
        Context *context = context_new(trial);
        for (int i = 0; i < 2; i++) {
            Area *area = area_of(context, used);
            for (uint64_t at = 0; at < area->region.size && at < used; at += 4 * KIB)
                area->region.base[at] = 1;
            area->region.zero_from = area->region.size;
            if (i > 0 && trial->adapter.operations.trim)
                (void)area_trim(area, 1);
            area_release(area);
        }
        context_end(context);
    }
}

/* The bounds are generous: a C heap keeps some, a system rounds; what leaks in each round is far beyond them. */
void check_leaks(Trial *trial) {
    if (address_sanitizer_runs())
        skip(trial, "AddressSanitizer keeps what was freed");
    enum { ROUNDS = 64, MOST_LEFT = 24 * 1024 * 1024, MOST_SPACE = 64 * 1024 * 1024, MOST_OBJECTS = 24 };
    Usage before, after;
    live_and_die(trial, 8);
    const char *untold = usage_now(&before);
    if (!untold) {
        live_and_die(trial, ROUNDS);
        untold = usage_now(&after);
    }
    if (untold)
        skip(trial, "%s", untold);
    REQUIRE(trial, after.resident - before.resident < MOST_LEFT,
            "after %d contexts %" PRId64 " bytes more are resident", ROUNDS, after.resident - before.resident);
    REQUIRE(trial, after.space - before.space < MOST_SPACE,
            "after %d contexts %" PRId64 " bytes of address space are left", ROUNDS, after.space - before.space);
    REQUIRE(trial, after.files - before.files < MOST_OBJECTS, "after %d contexts %" PRId64 " more files are open",
            ROUNDS, after.files - before.files);
    REQUIRE(trial, after.mappings - before.mappings < MOST_OBJECTS,
            "after %d contexts there are %" PRId64 " more mappings", ROUNDS, after.mappings - before.mappings);
}
