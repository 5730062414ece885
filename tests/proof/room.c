// SPDX-License-Identifier: MIT
// Room behind the last block where an arena does not grow, for every size: push_make_room() says that it is there
// exactly where it lies in the current region, its red zone with it, and within the limit, and where who watches has
// let it be touched: all of it then, from the end of the block on, and never anything else.
#include "config.h"
#include "proof.h"
#include "push.h"
#include "regions.h"

const SamrenaConfig samrena_config_defaults;
Samrena any_samrena(void);
SamrenaConfig any_config(void);

static bool fits_guards, opens;
static uint64_t openings, opened_size;
static const unsigned char *opened_from;

static void open_up(const unsigned char *from, uint64_t size) {
    openings++;
    opened_from = from;
    opened_size = size;
}

void address_sanitizer_unpoison(const unsigned char *from, size_t size) {
    open_up(from, size);
}

bool guard_fits(uint64_t size) {
    (void)size;
    return fits_guards;
}

bool guard_open(unsigned char *from, uint64_t size) {
    open_up(from, size);
    return opens;
}

int main(void) {
    SamrenaConfig config = any_config();
    Samrena arena = any_samrena();
    arena.config = &config;
    arena.regions.records = arena.first;
    arena.regions.current = 0;
    arena.window.cursor = arena.window.end = NULL;
    fits_guards = any_bool();
    opens = any_bool();
    GIVEN(arena.watch <= WATCHED_BY_GUARDS);
    uint64_t usable = arena.first[0].usable, start = arena.first[0].start, taken = arena.parts.allocated;
    uint64_t used = arena.used, end = any_u64(), more = any_u64();
    GIVEN(end <= used && used <= usable && usable <= INT64_MAX);
    GIVEN(start <= INT64_MAX && taken <= INT64_MAX && start + used <= INT64_MAX &&
          start + used + taken <= config.limit);
    PushGrowth growth = {.allowed = false, .to_hint = any_bool(), .lean = any_bool(), .headroom = any_u64()};

    bool room = push_make_room(&arena, end, more, growth);

    uint64_t rest = more - (used - end);
    bool is_within_limit = rest <= INT64_MAX && rest <= config.limit - (start + used + taken);
    bool is_there = more <= used - end || (is_within_limit && rest + arena.red_zone <= usable - used);
    bool by_guards = arena.watch == WATCHED_BY_GUARDS && fits_guards;
    bool is_closed = by_guards || arena.watch == WATCHED_BY_CHECKER;
    SHOW(room == (is_there && (opens || !by_guards)));
    SHOW(openings == (is_there && is_closed));
    SHOW(openings == 0 || (opened_from == arena.first[0].base + end && opened_size == more));
    SHOW(arena.used == used && !arena.window.cursor);
    return 0;
}
