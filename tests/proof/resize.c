// SPDX-License-Identifier: MIT
// Another size for a block of an arena with one region: where it stays in place, no other block that is alive is within
// it, none comes to lie behind what is used, the limit is kept, and so is what the next resize goes by. Where it does
// not stay, it is copied whole to a block of the new size, and nothing was changed before.
//
// A case is an arena with an open window, a shut one, one that a checker watches, or one with guards, of which any
// number of bytes stay open that guard.c may tell. push_make_room() does what room.c proves of it.
#include "config.h"
#include "proof.h"
#include "push.h"
#include "regions.h"

enum { OPEN = 1, SHUT, WATCHED, GUARDED };

/* `taken`: bytes that it was pushed with, or came to have while it was the last one: one that shrinks with others
   behind it leaves the rest unused. Small ones, by alignment or size, are packed; all others are aligned to 8 at least,
   and larger than that or aligned to 16, and what is packed ends before them or behind them. */
typedef struct Block {
    uint64_t start, size, taken;
    bool small;
} Block;

Block any_block(void);
Samrena any_samrena(void);
SamrenaConfig any_config(void);

static const uint64_t MOST_OF_A_REGION = 63;
static unsigned char *const base = (unsigned char *)(UINT64_C(1) << 20);

const SamrenaConfig samrena_config_defaults;
static SamrenaConfig config;
static Samrena arena, before;
static Block block, other;
static unsigned char elsewhere;
static uint64_t pushed, copied, touchable = UINT64_MAX;

static bool is_alive(Block one) {
    uint64_t end = one.start + one.taken, packed = (uint64_t)(arena.window.packed - base);
    bool placed = one.small ? end <= packed
                            : one.start % 8 == 0 && (one.start % 16 == 0 || one.taken > 8) &&
                                  (packed <= one.start || packed >= end);
    return one.size <= one.taken && end <= region_used(&arena) && (placed || one.taken == 0);
}

static bool are_apart(Block one, Block two) {
    return one.start + one.taken + arena.red_zone <= two.start || two.start + two.taken + arena.red_zone <= one.start;
}

bool push_make_room(Samrena *of, uint64_t end, uint64_t more, PushGrowth growth) {
    (void)growth;
    SHOW(end <= region_used(of));
    uint64_t padding = region_used(of) - end, rest = more > padding ? more - padding : 0;
    if (CASE == GUARDED && any_bool()) /* the system does not let guards go */
        return false;
    return rest == 0 || (any_bool() && rest <= of->config->limit - arena_allocated(of) && rest <= INT64_MAX &&
                         rest + of->red_zone <= region_left(of));
}

bool guard_fits(uint64_t size) {
    (void)size;
    return any_bool();
}

uint64_t guard_close(unsigned char *from, uint64_t size) {
    uint64_t open = any_u64();
    (void)from;
    GIVEN(open <= size);
    touchable = open;
    return open;
}

SamrenaError push_block(Samrena *of, uint64_t size, uint64_t alignment, PushGrowth growth, void **got) {
    (void)alignment;
    (void)growth;
    SHOW(region_used(of) == region_used(&before) && of->window.packed == before.window.packed);
    pushed = size;
    *got = &elsewhere;
    return any_bool() ? SAMRENA_OK : SAMRENA_ERROR_OUT_OF_MEMORY;
}

void *memcpy(void *to, const void *from, size_t size) {
    SHOW(to == &elsewhere && from == base + block.start);
    copied = size;
    return to;
}

/* What is spoilt is of this block, or padding behind it, and no guard. */
void *memset(void *bytes, int value, size_t size) {
    uint64_t start = (uint64_t)((unsigned char *)bytes - base);
    (void)value;
    SHOW(start >= block.start && start + size <= region_used(&before));
    SHOW(size <= touchable);
    SHOW(start + size <= other.start || start >= other.start + other.taken);
    return bytes;
}

SamrenaDebug config_debug(const SamrenaConfig *of) {
    (void)of;
    return any_bool() ? SAMRENA_DEBUG_JUNK : SAMRENA_DEBUG_NEVER;
}

static uint64_t cut(uint64_t value) {
    return value & MOST_OF_A_REGION;
}

/* As regions.c leaves it. */
static void given_window(uint64_t used, uint64_t packed, uint64_t end) {
    uint64_t cursor = (used + 7) & ~UINT64_C(7);
    arena.watch = CASE == WATCHED ? WATCHED_BY_CHECKER : CASE == GUARDED ? WATCHED_BY_GUARDS : NOT_WATCHED;
    arena.red_zone = CASE == WATCHED ? RED_ZONE : 0;
    arena.used = used;
    arena.window.cursor = CASE == OPEN ? base + cursor : NULL;
    arena.window.end = CASE == OPEN ? base + end : NULL;
    arena.window.packed = base + packed;
    GIVEN(used <= region_usable(&arena.first[0]) && packed <= used);
    GIVEN(CASE != OPEN || (end % 16 == 0 && cursor <= end && end <= region_usable(&arena.first[0])));
    GIVEN(CASE != OPEN || (cursor - packed < 8 ? packed == used : cursor == used));
}

static void given_arena(void) {
    config = any_config();
    arena = any_samrena();
    arena.config = &config;
    arena.regions.records = arena.first;
    arena.regions.index = NULL;
    arena.regions.count = 1;
    arena.regions.current = 0;
    arena.parts.newest = NULL;
    arena.parts.allocated = 0;
    arena.now.state = ALIVE;
    uint64_t all = cut(any_u64());
    arena.first[0] = (Region){.base = base, .usable = all & ~UINT64_C(15), .lost = all & 15};
    given_window(cut(any_u64()), cut(any_u64()), cut(any_u64()));
    GIVEN(region_used(&arena) <= config.limit && arena.shown_to <= config.limit);
}

static Block given_block(void) {
    Block one = any_block();
    one.start = cut(one.start);
    one.size = cut(one.size);
    one.taken = cut(one.taken);
    GIVEN(is_alive(one) && one.size > 0 && one.start >= arena.red_zone);
    return one;
}

int main(void) {
    uint64_t size = any_u64();
    given_arena();
    block = given_block();
    other = given_block();
    GIVEN(are_apart(block, other));
    before = arena;
    before.regions.records = before.first;

    const unsigned char *resized = samrena_resize(&arena, base + block.start, block.size, size);

    SHOW(region_used(&arena) <= region_usable(&arena.first[0]) && region_used(&arena) <= config.limit);
    SHOW(arena.shown_to <= config.limit);
    if (resized != base + block.start) {
        SHOW(size > block.size && copied == (resized ? block.size : 0));
        SHOW(!resized || (resized == &elsewhere && pushed == size));
        return 0;
    }
    Block smaller = block, last = {block.start, size, size, false}, last_and_small = {block.start, size, size, true};
    smaller.size = size;
    bool is_as_before = size <= block.size && is_alive(smaller) && are_apart(smaller, other);
    SHOW(is_alive(other));
    SHOW(is_as_before || ((is_alive(last) || is_alive(last_and_small)) && are_apart(last, other)));
    return 0;
}
