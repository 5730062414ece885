// SPDX-License-Identifier: MIT
// Making memory resident ahead of use, as far as the policy and the machine allow.
#include "prefault.h"

#include "ahead.h"
#include "checked_math.h"
#include "poison.h"
#include "pressure.h"
#include "regions.h"
#include "supply.h"

/* Below this AUTO prefaults nothing: a few page faults cost less than one more system call for every small arena. */
#define SMALLEST_AUTO_PREFAULT (UINT64_C(16) << 10)
/* Below these a thread is not worth its start, or its waking. */
#define SMALLEST_PARALLEL (UINT64_C(64) << 20)
#define SMALLEST_AHEAD (UINT64_C(256) << 10)

bool prefault_is_worth(const Samrena *arena, uint64_t total) {
    uint64_t capacity = arena_capacity(arena);
    return total >= capacity && total - capacity >= SMALLEST_AUTO_PREFAULT;
}

/* The bytes of one region that pushes may touch, and that are not resident yet. */
typedef struct Untouched {
    uint64_t from;
    uint64_t bytes;
} Untouched;

/* `need` bytes are to be pushed from here on; what the region can take of them is taken off. The last bytes of the
   current region may be skipped by a push that does not fit: the spare ones must then hold all of the need. */
static Untouched untouched(const Samrena *arena, uint32_t index, uint64_t *need) {
    const Region *region = region_at(arena, index);
    uint64_t used = region_used_at(arena, index);
    uint64_t taken = min_u64(*need, region_usable(region) - used);
    uint64_t from = max_u64(used, region->resident);
    uint64_t to = used + taken;
    if (index != arena->regions.current || taken == *need)
        *need -= taken;
    return to > from ? (Untouched){from, to - from} : (Untouched){from, 0};
}

static uint64_t untouched_total(const Samrena *arena, uint64_t need) {
    uint64_t total = 0;
    for (uint32_t i = arena->regions.current; i < arena->regions.count && need > 0; i++)
        total += untouched(arena, i, &need).bytes;
    return total;
}

/* It may be done by touching: a checker has to look away meanwhile. */
static uint64_t prefault(Samrena *arena, uint32_t index, uint64_t from, uint64_t bytes) {
    Region *region = region_at(arena, index);
    SamrenaRegion memory = region_as_memory(region);
    (void)poison_lend((Watch)arena->watch, region->base, from, from + bytes);
    bool parallel = arena->config->prefault == SAMRENA_PREFAULT_PARALLEL && bytes >= SMALLEST_PARALLEL;
    uint64_t populated = parallel ? supply_prefault_in_parallel(arena->supply, &memory, from, bytes)
                                  : supply_prefault(arena->supply, &memory, from, bytes);
    poison_lent((Watch)arena->watch, region->base, region_used_at(arena, index), from, from + bytes);
    region->resident = from + populated;
    return populated;
}

static SamrenaReserveReason prefault_within(Samrena *arena, uint64_t need, uint64_t allowed, uint64_t *prefaulted) {
    for (uint32_t i = arena->regions.current; i < arena->regions.count && need > 0 && *prefaulted < allowed; i++) {
        Untouched part = untouched(arena, i, &need);
        uint64_t bytes = min_u64(part.bytes, allowed - *prefaulted);
        if (bytes == 0)
            continue;
        uint64_t populated = prefault(arena, i, part.from, bytes);
        *prefaulted += populated;
        if (populated < bytes)
            return SAMRENA_RESERVE_REFUSED;
    }
    return SAMRENA_RESERVE_COMPLETE;
}

static SamrenaReserveReason prefault_as_admitted(Samrena *arena, uint64_t need, uint64_t total, uint64_t *prefaulted) {
    uint64_t admitted = pressure_admit(arena->config, total);
    SamrenaReserveReason reason = prefault_within(arena, need, admitted, prefaulted);
    pressure_settle(admitted);
    return reason == SAMRENA_RESERVE_COMPLETE && admitted < total ? SAMRENA_RESERVE_PRESSURE : reason;
}

/* A page behind the cursor that is a guard cannot be made resident. */
SamrenaReserveReason prefault_ahead(Samrena *arena, uint64_t need, uint64_t *prefaulted) {
    uint64_t total = untouched_total(arena, need);
    if (total == 0)
        return SAMRENA_RESERVE_COMPLETE;
    if (arena_has_guards(arena) || arena->config->prefault == SAMRENA_PREFAULT_NEVER ||
        (arena->config->prefault != SAMRENA_PREFAULT_ALWAYS && total < SMALLEST_AUTO_PREFAULT))
        return SAMRENA_RESERVE_POLICY;
    if (arena->config->prefault == SAMRENA_PREFAULT_AHEAD && total >= SMALLEST_AHEAD)
        return ahead_begin(arena, need) ? SAMRENA_RESERVE_AHEAD : SAMRENA_RESERVE_UNSUPPORTED;
    if (!supply_operations(arena->supply)->prefault)
        return SAMRENA_RESERVE_UNSUPPORTED;
    /* With the rest of the region in use it may be a little more than was asked for. */
    return min_u64(need, total) < PRESSURE_LEAST ? prefault_within(arena, need, total, prefaulted)
                                                 : prefault_as_admitted(arena, need, total, prefaulted);
}
