// SPDX-License-Identifier: MIT
// Reservation: room ahead of need, resident as far as the policy and the machine allow.
#include <inttypes.h>

#include "arena.h"
#include "checked_math.h"
#include "error.h"
#include "grow.h"
#include "log.h"
#include "prefault.h"
#include "regions.h"
#include "report.h"
#include "reserve.h"
#include "supply.h"
#include "system/system.h"

/* ---- Capacity ---- */

/* Where all of the next `need` bytes of pushes find room, in whatever sizes they come: the current region, or a spare
   one that holds them alone. What does not fit the one before then fits that. NO_REGION: none does. */
static uint32_t room_for(const Samrena *arena, uint64_t need) {
    if (need <= region_left(arena))
        return arena->regions.current;
    return regions_find_spare(arena, arena->regions.current + 1, round_up(need, SAMRENA_REGION_ALIGNMENT));
}

/* What a reserve is to come to. */
typedef struct Aim {
    uint64_t size;  /* of the capacity */
    uint64_t need;  /* of pushes until then */
    uint32_t ahead; /* SamrenaWant.ahead */
} Aim;

/* Where next to nothing that is new is to be resident, prefault() may not come. */
static uint32_t ahead_of(const Samrena *arena, uint64_t immediate) {
    bool prefaulted = prefault_is_at_once(arena) && prefault_is_worth(arena, immediate);
    return SAMRENA_WANT_RESERVED | (prefaulted ? SAMRENA_WANT_PREFAULT : 0);
}

/* What is to be reserved of `bytes`: not less than growth would take, where that can be used, as many small reserves
   must not make many small regions. */
static SamrenaWant want_of(const Samrena *arena, const Aim *aim, uint64_t bytes) {
    uint64_t usable = min_u64(arena->config->limit - arena_allocated(arena),
                              arena->supply->ceiling - min_u64(arena->supply->ceiling, arena->regions.held));
    uint64_t wish = max_u64(bytes, min_u64(arena->supply->step, usable));
    return (SamrenaWant){.ahead = aim->ahead,
                         .required = round_up(bytes, SAMRENA_REGION_ALIGNMENT),
                         .desired = round_up(wish, SAMRENA_REGION_ALIGNMENT),
                         .alignment = SAMRENA_REGION_ALIGNMENT};
}

/* The newest region grows until all that is to come fits it, whatever other regions hold: a push is never split. */
static SamrenaError reserve_in_place(Samrena *arena, const Aim *aim) {
    if (!grow_may_be_in_place(arena))
        return SAMRENA_ERROR_UNSUPPORTED;
    uint32_t newest = arena->regions.newest;
    uint64_t there = region_usable(region_at(arena, newest)) - region_used_at(arena, newest);
    return grow_in_place(arena, want_of(arena, aim, aim->need - there));
}

/* The smallest piece of a reserve that is worth having: a sixteenth, or the largest that the adapter can give at once,
   but for a size that would take a thousand of those. What the system rightly refuses as a whole must not be talked out
   of it in a million pieces. */
static uint64_t smallest_piece(const Samrena *arena, uint64_t bytes) {
    uint64_t piece = max_u64(round_up(bytes / 16, SAMRENA_REGION_ALIGNMENT), arena->supply->step);
    uint64_t largest = arena->supply->largest;
    if (arena_has_guards(arena))
        largest = guard_largest(largest);
    largest = max_u64(largest, bytes / 1024);
    return max_u64(round_down(min_u64(piece, largest), SAMRENA_REGION_ALIGNMENT), SAMRENA_REGION_ALIGNMENT);
}

/* Where all of it cannot be had in one region: what is missing of the capacity, in halves of what was refused. What was
   got stays. */
static SamrenaError reserve_in_pieces(Samrena *arena, const Aim *aim) {
    uint64_t smallest = smallest_piece(arena, aim->need);
    SamrenaError error = SAMRENA_OK;
    while (!error && arena_capacity(arena) < aim->size) {
        SamrenaWant want = want_of(arena, aim, aim->size - arena_capacity(arena));
        want.required = min_u64(want.required, smallest);
        want.desired = max_u64(want.required, min_u64(want.desired, round_up(aim->need / 2, SAMRENA_REGION_ALIGNMENT)));
        error = grow_by_region(arena, want);
    }
    return error ? error_set(error, "nor in pieces: %s", samrena_last_error_message()) : SAMRENA_OK;
}

/* The same from an adapter that has one region, if that was not come to yet. `error`: how asking for all of it failed.
 */
static SamrenaError reserve_missing(Samrena *arena, const Aim *aim, SamrenaError error) {
    SamrenaWant want = want_of(arena, aim, aim->size - arena_capacity(arena));
    if (arena->regions.newest == NO_REGION)
        return grow_by_region(arena, want);
    bool spare = arena->regions.newest > arena->regions.current;
    SamrenaError grown = spare ? grow_in_place(arena, want) : SAMRENA_ERROR_UNSUPPORTED;
    return grown == SAMRENA_ERROR_UNSUPPORTED ? error : grown;
}

static SamrenaError raise_capacity(Samrena *arena, const Aim *aim) {
    if (round_up(aim->need, SAMRENA_REGION_ALIGNMENT) > PTRDIFF_MAX)
        return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "no region can have as much");
    SamrenaError error = reserve_in_place(arena, aim);
    if (error == SAMRENA_ERROR_UNSUPPORTED)
        error = grow_by_region(arena, want_of(arena, aim, aim->need));
    if (!grow_was_refused(arena, error))
        return error;
    uint64_t capacity = arena_capacity(arena);
    if (capacity >= aim->size)
        return SAMRENA_OK;
    if (error == SAMRENA_ERROR_LIMIT_EXCEEDED && supply_budget_left(arena->supply) < aim->size - capacity)
        return error;
    return supply_is_contiguous(arena->supply) ? reserve_missing(arena, aim, error) : reserve_in_pieces(arena, aim);
}

static SamrenaError check_reserve(const Samrena *arena, uint64_t size) {
    uint64_t ceiling = min_u64(grow_ceiling(arena), PTRDIFF_MAX);
    if (size > ceiling)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                         "adapter %s can give this arena at most %" PRIu64
                         ": raise max_reserve, or what its options say of sizes%s",
                         arena->supply->adapter->descriptor.name, ceiling, system_limits().text);
    if (size > arena->config->limit)
        return error_set(SAMRENA_ERROR_LIMIT_EXCEEDED, "the arena's limit is %" PRIu64, arena->config->limit);
    return SAMRENA_OK;
}

/* ---- Outcome ---- */

const char *reserve_reason_text(int32_t reason) {
    static const char *const texts[] = {
        [SAMRENA_RESERVE_COMPLETE] = "complete",
        [SAMRENA_RESERVE_UNSUPPORTED] = "the adapter supports no more",
        [SAMRENA_RESERVE_POLICY] = "as the prefault policy says",
        [SAMRENA_RESERVE_PRESSURE] = "less than asked for, memory is short",
        [SAMRENA_RESERVE_LIMIT] = "less than asked for, above the arena's limit, budget or ceiling",
        [SAMRENA_RESERVE_REFUSED] = "less than asked for, the system refused",
        [SAMRENA_RESERVE_AHEAD] = "done ahead of the cursor",
    };
    return texts[reason];
}

static SamrenaError tell_outcome(Samrena *arena, SamrenaReserveInfo outcome) {
    outcome.capacity = min_u64(arena_capacity(arena), arena->config->limit);
    arena->now.last_reserve = outcome;
    log_line(arena->config, SAMRENA_LOG_DEBUG,
             "arena %p: reserve of %" PRIu64 ": capacity %" PRIu64 ", %" PRIu64 " bytes prefaulted: %s", (void *)arena,
             outcome.requested, outcome.capacity, outcome.prefaulted, reserve_reason_text(outcome.reason));
    regions_check(arena);
    return (SamrenaError)outcome.error;
}

/* Bytes of pushes until `total` are allocated. */
static uint64_t to_come(const Samrena *arena, uint64_t total) {
    return total - min_u64(total, arena_allocated(arena));
}

/* A checked size, and how much of it is prefaulted. */
static SamrenaError reserve_total(Samrena *arena, uint64_t size, uint64_t immediate) {
    SamrenaReserveInfo outcome = {.requested = size};
    uint64_t need = to_come(arena, size);
    if (room_for(arena, need) == NO_REGION) {
        if (!supply_operations(arena->supply)->reserve) {
            outcome.reason = SAMRENA_RESERVE_UNSUPPORTED;
            return tell_outcome(arena, outcome);
        }
        Aim aim = {.size = size, .need = need, .ahead = ahead_of(arena, immediate)};
        outcome.error = (int32_t)raise_capacity(arena, &aim);
        if (outcome.error) {
            outcome.reason =
                outcome.error == SAMRENA_ERROR_LIMIT_EXCEEDED ? SAMRENA_RESERVE_LIMIT : SAMRENA_RESERVE_REFUSED;
            return tell_outcome(arena, outcome);
        }
    }
    uint32_t room = room_for(arena, need);
    if (room != NO_REGION && room != arena->regions.current)
        regions_bring_forward(arena, room);
    outcome.reason = (int32_t)prefault_ahead(arena, to_come(arena, immediate), &outcome.prefaulted);
    regions_promise(arena, max_u64(immediate, arena->now.reserved));
    return tell_outcome(arena, outcome);
}

static SamrenaError refuse(Samrena *arena, uint64_t size, SamrenaReserveReason reason, SamrenaError error) {
    SamrenaReserveInfo outcome = {.requested = size, .reason = (int32_t)reason, .error = (int32_t)error};
    return tell_outcome(arena, outcome);
}

/* An arena in its owner's storage needs no adapter for what that can hold. */
static SamrenaError need_supply_for(Samrena *arena, uint64_t size) {
    if (room_for(arena, to_come(arena, size)) != NO_REGION)
        return SAMRENA_OK;
    SamrenaError error = grow_need_supply(arena);
    return error ? refuse(arena, size, SAMRENA_RESERVE_REFUSED, error) : SAMRENA_OK;
}

static SamrenaError reserve_checked(Samrena *arena, uint64_t size, uint64_t immediate) {
    SamrenaError error = need_supply_for(arena, size);
    if (error)
        return error;
    error = check_reserve(arena, size);
    return error ? refuse(arena, size, SAMRENA_RESERVE_LIMIT, error) : reserve_total(arena, size, immediate);
}

/* Apart from the comparison that mostly is enough. `asked`: `size`, or what it is more than is allocated. */
SAMRENA_NOINLINE static SamrenaError reserve(Samrena *arena, const char *function, uint64_t size, uint64_t asked) {
    SamrenaError error = check_alive(arena, function);
    if (error)
        return error;
    error = reserve_checked(arena, size, size);
    if (error)
        (void)report_of(arena, error, "a reserve of %" PRIu64 "%s bytes", asked, asked == size ? "" : " more");
    return error;
}

SamrenaError samrena_reserve(Samrena *arena, uint64_t size) {
    if (arena && size - 1 < arena->now.reserved) /* 0 is told from what is reserved in an arena that has ended */
        return SAMRENA_OK;
    return reserve(arena, "samrena_reserve", size, size);
}

SamrenaError samrena_reserve_more(Samrena *arena, uint64_t size) {
    uint64_t total = arena ? add_saturating(arena_allocated(arena), size) : size;
    if (arena && total - 1 < arena->now.reserved)
        return SAMRENA_OK;
    return reserve(arena, "samrena_reserve_more", total, size);
}

/* ---- With a growth hint ---- */

static uint64_t with_headroom(const Samrena *arena, uint64_t immediate, uint64_t hint) {
    uint64_t headroom = double_saturating(immediate);
    if (hint)
        headroom = min_u64(max_u64(headroom, hint / 4), hint);
    uint64_t most = min_u64(min_u64(grow_ceiling(arena), arena->config->limit), PTRDIFF_MAX);
    return max_u64(immediate, min_u64(headroom, most));
}

/* `total` where it can be had, else the part of it that matters now. */
static SamrenaError reserve_ideally(Samrena *arena, uint64_t total, uint64_t immediate) {
    if (total <= arena->now.reserved)
        return SAMRENA_OK;
    SamrenaError error = reserve_checked(arena, total, immediate);
    if (!grow_was_refused(arena, error))
        return error;
    if (immediate > arena->now.reserved)
        return reserve_checked(arena, immediate, immediate);
    arena->now.last_reserve.error = SAMRENA_OK;
    return SAMRENA_OK;
}

SamrenaError samrena_reserve_with_growth(Samrena *arena, uint64_t immediate_size, uint64_t expected_total) {
    SamrenaError error = check_alive(arena, "samrena_reserve_with_growth");
    if (error)
        return error;
    uint64_t hint = expected_total >= immediate_size ? expected_total : 0;
    error = need_supply_for(arena, with_headroom(arena, immediate_size, hint)); /* which tells the ceiling */
    if (!error || room_for(arena, to_come(arena, immediate_size)) != NO_REGION)
        error =
            reserve_ideally(arena, error ? immediate_size : with_headroom(arena, immediate_size, hint), immediate_size);
    if (error)
        return report_of(arena, error, "a reserve of %" PRIu64 " bytes, %" PRIu64 " expected", immediate_size,
                         expected_total);
    arena->now.hint = hint;
    arena->now.hint_is_learnt = false;
    return SAMRENA_OK;
}
