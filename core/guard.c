// SPDX-License-Identifier: MIT
// Guard pages: which pages of a region they are, and what is asked of an adapter and of the system for them.
#include "guard.h"

#include "checked_math.h"
#include "system/system.h"

bool guard_fits(uint64_t size) {
    return size >= 2 * system_page_size();
}

uint64_t guard_end(const unsigned char *base, uint64_t size) {
    uint64_t address = (uintptr_t)base;
    return round_down(address + size, system_page_size()) - address;
}

uint64_t guard_usable(const unsigned char *base, uint64_t size) {
    return guard_end(base, size) - system_page_size();
}

/* ---- Pages ---- */

uint64_t guard_page_at(const unsigned char *base, uint64_t offset) {
    return offset - min_u64(offset, (uintptr_t)(base + offset) & (system_page_size() - 1));
}

/* Bytes from there to the next page. */
static uint64_t before_next_page(const unsigned char *from) {
    return (0 - (uint64_t)(uintptr_t)from) & (system_page_size() - 1);
}

/* Of `size` bytes, those in pages that begin in them; the last page whole. */
static uint64_t guarded_bytes(uint64_t size, uint64_t before) {
    return size > before ? round_up(size - before, system_page_size()) : 0;
}

uint64_t guard_close(unsigned char *from, uint64_t size) {
    uint64_t before = before_next_page(from);
    uint64_t bytes = guarded_bytes(size, before);
    return bytes > 0 && system_guard(from + before, bytes) ? before : size;
}

bool guard_open(unsigned char *from, uint64_t size) {
    uint64_t before = before_next_page(from);
    uint64_t bytes = guarded_bytes(size, before);
    return bytes == 0 || system_unguard(from + before, bytes);
}

/* ---- What is asked for ---- */

static uint64_t at_most_askable(uint64_t bytes) {
    return min_u64(bytes, round_down(PTRDIFF_MAX, SAMRENA_REGION_ALIGNMENT));
}

uint64_t guard_ceiling(uint64_t ceiling) {
    return ceiling - min_u64(ceiling, system_page_size());
}

/* A page, and what the region has of another behind it. */
static uint64_t most_lost(void) {
    return 2 * system_page_size() - SAMRENA_REGION_ALIGNMENT;
}

uint64_t guard_largest(uint64_t largest) {
    return largest - min_u64(largest, most_lost());
}

uint64_t guard_keep(uint64_t keep) {
    return at_most_askable(add_saturating(keep, most_lost()));
}

SamrenaWant guard_want_new(SamrenaWant want) {
    want.required = guard_keep(want.required);
    want.desired = guard_keep(want.desired);
    return want;
}

/* So that the last whole page begins `more` bytes later, or behind that. */
static uint64_t with_guard_behind(uint64_t more, const unsigned char *base, uint64_t size, uint64_t usable) {
    uint64_t page = system_page_size(), address = (uintptr_t)base;
    uint64_t end = add_saturating(round_up(add_saturating(address + usable, more), page), page);
    return at_most_askable(round_up(end - address - size, SAMRENA_REGION_ALIGNMENT));
}

SamrenaWant guard_want_more(SamrenaWant want, const unsigned char *base, uint64_t size, uint64_t usable) {
    want.required = with_guard_behind(want.required, base, size, usable);
    want.desired = with_guard_behind(want.desired, base, size, usable);
    return want;
}
