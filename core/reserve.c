// SPDX-License-Identifier: MIT
// Reservation: capacity ahead of need, and its pages resident as far as the policy and the machine allow.
#include <inttypes.h>

#include "arena.h"
#include "checked_math.h"
#include "error.h"
#include "regions.h"
#include "reserve.h"
#include "supply.h"
#include "system/system.h"

/* Below this AUTO prefaults nothing: a few page faults cost less than one more system call for every small arena. */
#define SMALLEST_AUTO_PREFAULT (UINT64_C(16) << 10)
/* Below this the machine is not asked what it can spare: reading that costs more than prefaulting could hurt. */
#define SMALLEST_PRESSURE_CHECK (UINT64_C(1) << 20)

/* ---- Prefaulting ---- */

/* The bytes of one region that pushes up to the reserved total may touch, and that are not resident yet. */
typedef struct Untouched {
    uint64_t from;
    uint64_t bytes;
} Untouched;

/* `need` bytes are to be pushed from here on; what the region can take of them is taken off. The last bytes of the
   current region may be skipped by a push that does not fit: the spare ones must then hold all of the need. */
static Untouched untouched(const Samrena *arena, uint32_t index, uint64_t *need) {
    const Region *region = &arena->regions[index];
    uint64_t used = region_used_at(arena, index);
    uint64_t taken = min_u64(*need, region_usable(region) - used);
    uint64_t from = max_u64(used, region->resident);
    uint64_t to = used + taken;
    if (index != arena->current || taken == *need)
        *need -= taken;
    return to > from ? (Untouched){from, to - from} : (Untouched){from, 0};
}

static uint64_t untouched_total(const Samrena *arena, uint64_t need) {
    uint64_t total = 0;
    for (uint32_t i = arena->current; i < arena->region_count && need > 0; i++)
        total += untouched(arena, i, &need).bytes;
    return total;
}

/* What may be made resident of `bytes`: at most half of what the machine can spare. */
static uint64_t spared(const Samrena *arena, uint64_t bytes) {
    if (bytes < SMALLEST_PRESSURE_CHECK)
        return bytes;
    SystemPressure pressure = system_pressure("");
    uint64_t allowed = pressure.stalled ? 0 : min_u64(bytes, pressure.spare / 2);
    if (allowed < bytes)
        log_line(&arena->log, SAMRENA_LOG_INFO,
                 "arena %p: prefaults %" PRIu64 " of %" PRIu64 " bytes: %" PRIu64 " to spare by %s%s",
                 (const void *)arena, allowed, bytes, pressure.spare, pressure.decided,
                 pressure.stalled ? ", and tasks are stalled for memory" : "");
    return allowed;
}

static SamrenaReserveReason prefault_within(Samrena *arena, uint64_t need, uint64_t total, uint64_t *prefaulted) {
    uint64_t allowed = spared(arena, total);
    for (uint32_t i = arena->current; i < arena->region_count && need > 0 && *prefaulted < allowed; i++) {
        Untouched part = untouched(arena, i, &need);
        uint64_t bytes = min_u64(part.bytes, allowed - *prefaulted);
        if (bytes == 0)
            continue;
        uint64_t populated = region_prefault(arena, &arena->regions[i], part.from, bytes);
        *prefaulted += populated;
        if (populated < bytes)
            return SAMRENA_RESERVE_REFUSED;
    }
    return allowed < total ? SAMRENA_RESERVE_PRESSURE : SAMRENA_RESERVE_COMPLETE;
}

/* Makes resident what pushes up to `size` in total will touch. */
static SamrenaReserveReason prefault_up_to(Samrena *arena, uint64_t size, uint64_t *prefaulted) {
    uint64_t need = size - min_u64(size, arena_allocated(arena));
    uint64_t total = untouched_total(arena, need);
    if (total == 0)
        return SAMRENA_RESERVE_COMPLETE;
    if (arena->prefault == SAMRENA_PREFAULT_NEVER ||
        (arena->prefault == SAMRENA_PREFAULT_AUTO && total < SMALLEST_AUTO_PREFAULT))
        return SAMRENA_RESERVE_POLICY;
    if (!arena->adapter->descriptor.operations.prefault)
        return SAMRENA_RESERVE_UNSUPPORTED;
    return prefault_within(arena, need, total, prefaulted);
}

/* ---- Capacity ---- */

/* Not less than growth would take, where that can be used: many small reserves must not make many small regions. */
static uint64_t with_step(const Samrena *arena, uint64_t bytes) {
    uint64_t usable =
        min_u64(arena->limit - arena_allocated(arena), arena->ceiling - min_u64(arena->ceiling, arena->held));
    return round_up(max_u64(bytes, min_u64(arena->growth.step, usable)), SAMRENA_REGION_ALIGNMENT);
}

/* `bytes` as one spare region, or in halves where that is refused, down to a sixteenth: a size that the system rightly
   refuses as a whole must not be talked out of it in a million pieces. What was got stays. */
static SamrenaError reserve_spare(Samrena *arena, uint64_t bytes) {
    uint64_t piece = bytes;
    uint64_t smallest = max_u64(bytes / 16, arena->growth.step);
    if (with_step(arena, bytes) > bytes) {
        SamrenaError error = region_reserve_extra(arena, with_step(arena, bytes));
        if (error != SAMRENA_ERROR_OUT_OF_MEMORY)
            return error;
    }
    while (bytes > 0) {
        SamrenaError error = region_reserve_extra(arena, min_u64(piece, bytes));
        if (!error) {
            bytes -= min_u64(piece, bytes);
        } else {
            uint64_t half = round_up(piece / 2, SAMRENA_REGION_ALIGNMENT);
            if (error != SAMRENA_ERROR_OUT_OF_MEMORY || half < smallest || half == piece)
                return error;
            piece = half;
        }
    }
    return SAMRENA_OK;
}

/* The newest region grows until all that is to come fits it, whatever other regions hold: a push is never split. */
static SamrenaError reserve_in_place(Samrena *arena, uint64_t size) {
    if (!newest_may_grow(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    bool current = arena->newest == arena->current;
    uint64_t there =
        arena_allocated(arena) + (current ? region_left(arena) : region_usable(&arena->regions[arena->newest]));
    uint64_t bytes = round_up(size - there, SAMRENA_REGION_ALIGNMENT);
    uint64_t wish = with_step(arena, bytes);
    SamrenaError error = region_reserve_in_place(arena, wish);
    return error == SAMRENA_ERROR_OUT_OF_MEMORY && wish > bytes ? region_reserve_in_place(arena, bytes) : error;
}

static SamrenaError raise_capacity(Samrena *arena, uint64_t size) {
    if (round_up(size - arena_allocated(arena), SAMRENA_REGION_ALIGNMENT) > PTRDIFF_MAX)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "a reserve of %" PRIu64 " bytes fits into no region", size);

    /* All that is to come, not only what is missing: whatever does not fit the window then fits the new region. */
    SamrenaError error = reserve_in_place(arena, size);
    if (error == SAMRENA_ERROR_UNSUPPORTED)
        error = reserve_spare(arena, round_up(size - arena_allocated(arena), SAMRENA_REGION_ALIGNMENT));
    if (error != SAMRENA_ERROR_OUT_OF_MEMORY)
        return error;

    /* Where that much cannot be had as one piece, it may with the window's tail, from an adapter that has but one
     * piece. */
    if (arena_capacity(arena) < size) {
        uint64_t missing = round_up(size - arena_capacity(arena), SAMRENA_REGION_ALIGNMENT);
        if (arena->newest == NO_REGION)
            (void)region_reserve_extra(arena, missing);
        else if (arena->newest > arena->current)
            (void)region_reserve_in_place(arena, missing);
    }
    return arena_capacity(arena) >= size ? SAMRENA_OK : error;
}

static SamrenaError check_size(const Samrena *arena, uint64_t size) {
    if (size > min_u64(arena->ceiling, PTRDIFF_MAX))
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "a reserve of %" PRIu64 " bytes: adapter %s can give this arena at most %" PRIu64, size,
                         arena->adapter->descriptor.name, min_u64(arena->ceiling, PTRDIFF_MAX));
    if (size > arena->limit)
        return error_set(SAMRENA_ERROR_LIMIT_EXCEEDED, "a reserve of %" PRIu64 " bytes: the arena's limit is %" PRIu64,
                         size, arena->limit);
    return SAMRENA_OK;
}

const char *reserve_reason_text(int32_t reason) {
    static const char *const texts[] = {
        [SAMRENA_RESERVE_COMPLETE] = "complete",
        [SAMRENA_RESERVE_UNSUPPORTED] = "the adapter supports no more",
        [SAMRENA_RESERVE_POLICY] = "as the prefault policy says",
        [SAMRENA_RESERVE_PRESSURE] = "less than asked for, memory is short",
        [SAMRENA_RESERVE_LIMIT] = "less than asked for, above the arena's limit or ceiling",
        [SAMRENA_RESERVE_REFUSED] = "less than asked for, the system refused",
    };
    return texts[reason];
}

static SamrenaError tell_outcome(Samrena *arena, SamrenaReserveInfo outcome) {
    outcome.capacity = min_u64(arena_capacity(arena), arena->limit);
    arena->last_reserve = outcome;
    log_line(&arena->log, SAMRENA_LOG_DEBUG,
             "arena %p: reserve of %" PRIu64 ": capacity %" PRIu64 ", %" PRIu64 " bytes prefaulted: %s", (void *)arena,
             outcome.requested, outcome.capacity, outcome.prefaulted, reserve_reason_text(outcome.reason));
    return (SamrenaError)outcome.error;
}

/* A checked size, larger than what is reserved. */
static SamrenaError reserve_total(Samrena *arena, uint64_t size) {
    SamrenaReserveInfo outcome = {.requested = size};
    if (arena_capacity(arena) < size) {
        if (!arena->adapter->descriptor.operations.reserve) {
            outcome.reason = SAMRENA_RESERVE_UNSUPPORTED;
            return tell_outcome(arena, outcome);
        }
        outcome.error = (int32_t)raise_capacity(arena, size);
        if (outcome.error) {
            outcome.reason = SAMRENA_RESERVE_REFUSED;
            return tell_outcome(arena, outcome);
        }
    }
    outcome.reason = (int32_t)prefault_up_to(arena, size, &outcome.prefaulted);
    arena->reserved = size;
    return tell_outcome(arena, outcome);
}

static SamrenaError reserve_checked(Samrena *arena, uint64_t size) {
    SamrenaError error = check_size(arena, size);
    if (error)
        return tell_outcome(
            arena, (SamrenaReserveInfo){.requested = size, .reason = SAMRENA_RESERVE_LIMIT, .error = (int32_t)error});
    return reserve_total(arena, size);
}

static SamrenaError reserve_or_report(Samrena *arena, uint64_t size) {
    SamrenaError error = reserve_checked(arena, size);
    return error ? arena_report(arena, error) : SAMRENA_OK;
}

SamrenaError samrena_reserve(Samrena *arena, uint64_t size) {
    if (!arena)
        return arena_missing("samrena_reserve");
    if (size <= arena->reserved)
        return SAMRENA_OK;
    return reserve_or_report(arena, size);
}

SamrenaError samrena_reserve_more(Samrena *arena, uint64_t size) {
    if (!arena)
        return arena_missing("samrena_reserve_more");
    return samrena_reserve(arena, add_saturating(arena_allocated(arena), size));
}

/* ---- With a growth hint ---- */

static uint64_t with_headroom(const Samrena *arena, uint64_t immediate, uint64_t hint) {
    uint64_t headroom = multiply_saturating(immediate, 2);
    if (hint)
        headroom = min_u64(max_u64(headroom, hint / 4), hint);
    uint64_t most = min_u64(min_u64(arena->ceiling, arena->limit), PTRDIFF_MAX);
    return max_u64(immediate, min_u64(headroom, most));
}

/* `total` where it can be had, else the part of it that matters now. */
static SamrenaError reserve_ideally(Samrena *arena, uint64_t total, uint64_t immediate) {
    if (total <= arena->reserved)
        return SAMRENA_OK;
    SamrenaError error = reserve_checked(arena, total);
    if (error != SAMRENA_ERROR_OUT_OF_MEMORY)
        return error;
    if (immediate > arena->reserved)
        return reserve_checked(arena, immediate);
    arena->last_reserve.error = SAMRENA_OK;
    return SAMRENA_OK;
}

SamrenaError samrena_reserve_with_growth(Samrena *arena, uint64_t immediate_size, uint64_t expected_total) {
    if (!arena)
        return arena_missing("samrena_reserve_with_growth");
    uint64_t hint = expected_total >= immediate_size ? expected_total : 0;
    SamrenaError error = reserve_ideally(arena, with_headroom(arena, immediate_size, hint), immediate_size);
    if (error)
        return arena_report(arena, error);
    arena->growth.hint = hint;
    return SAMRENA_OK;
}
