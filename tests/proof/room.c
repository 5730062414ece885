// SPDX-License-Identifier: MIT
// Room behind the last block where an arena does not grow, for every size: push_make_room() says that it is there
// exactly where it lies in the current region, its red zone with it, and within the limit.
#include "config.h"
#include "proof.h"
#include "push.h"
#include "regions.h"

const SamrenaConfig samrena_config_defaults;
Samrena any_samrena(void);
SamrenaConfig any_config(void);

int main(void) {
    SamrenaConfig config = any_config();
    Samrena arena = any_samrena();
    arena.config = &config;
    arena.regions.records = arena.first;
    arena.regions.current = 0;
    arena.window.cursor = arena.window.end = NULL;
    uint64_t usable = arena.first[0].size & ~UINT64_C(15), start = arena.first[0].start, taken = arena.parts.allocated;
    uint64_t used = arena.used, end = any_u64(), more = any_u64();
    GIVEN(end <= used && used <= usable && usable <= INT64_MAX);
    GIVEN(start <= INT64_MAX && taken <= INT64_MAX && start + used <= INT64_MAX &&
          start + used + taken <= config.limit);
    PushGrowth growth = {.allowed = false, .to_hint = any_bool(), .lean = any_bool(), .headroom = any_u64()};

    bool room = push_make_room(&arena, end, more, growth);

    uint64_t rest = more - (used - end);
    bool is_within_limit = rest <= INT64_MAX && rest <= config.limit - (start + used + taken);
    SHOW(room == (more <= used - end || (is_within_limit && rest + arena.red_zone <= usable - used)));
    SHOW(arena.used == used && !arena.window.cursor);
    return 0;
}
