// SPDX-License-Identifier: MIT
// Guard pages, for every region and every request: what is closed or opened are whole pages from the first one on that
// begins where it is asked for, no byte before that; the usable part of a region lies before its last whole page; and
// what an adapter is asked for is enough: as much as was wanted comes to be usable.
#include "guard.h"
#include "proof.h"

static const uint64_t PAGE = 4096, MOST = UINT64_C(1) << (CASE == 3 ? 24 : 54);
static uint64_t calls, from_address, from_size;
static bool works;

uint64_t system_page_size(void) {
    return PAGE;
}

static bool note(const unsigned char *from, uint64_t size) {
    calls++;
    from_address = (uintptr_t)from;
    from_size = size;
    return works;
}

bool system_guard(unsigned char *from, uint64_t size) {
    return note(from, size);
}

bool system_unguard(unsigned char *from, uint64_t size) {
    return note(from, size);
}

/* Pages that begin in [from, from + size), and the last one of them is whole. */
static void show_pages(uint64_t from, uint64_t size) {
    SHOW(calls == (((0 - from) & (PAGE - 1)) < size));
    if (calls == 0)
        return;
    SHOW(from_address % PAGE == 0 && from_size % PAGE == 0 && from_size > 0);
    SHOW(from_address >= from && from_address - from < PAGE);
    SHOW(from_address + from_size >= from + size && from_address + from_size - (from + size) < PAGE);
}

static void close_and_open(uint64_t from, uint64_t size) {
    if (any_bool()) {
        uint64_t open = guard_close((unsigned char *)from, size);
        SHOW(open == (calls > 0 && works ? from_address - from : size));
    } else {
        bool opened = guard_open((unsigned char *)from, size);
        SHOW(opened == (calls == 0 || works));
    }
    show_pages(from, size);
}

static void lie(const unsigned char *base, uint64_t size) {
    uint64_t usable = guard_usable(base, size), end = guard_end(base, size), address = (uintptr_t)base;
    SHOW(guard_fits(size) == (size >= 2 * PAGE));
    if (!guard_fits(size))
        return;
    SHOW(end <= size && size - end < PAGE && (address + end) % PAGE == 0);
    SHOW(end == usable + PAGE && usable > 0 && usable % 16 == 0);
    uint64_t offset = any_u64();
    GIVEN(offset <= size);
    uint64_t page = guard_page_at(base, offset);
    SHOW(page <= offset && offset - page < PAGE && (page == 0 || (address + page) % PAGE == 0));
}

static uint64_t usable_of(const unsigned char *base, uint64_t size) {
    return guard_fits(size) ? guard_usable(base, size) : size & ~UINT64_C(15);
}

static void ask(const unsigned char *base, uint64_t size) {
    SamrenaWant want = {.required = any_u64(), .desired = any_u64()};
    GIVEN(want.required % 16 == 0 && want.required > 0 && want.required < MOST);
    if (any_bool()) {
        uint64_t asked = guard_want_new(want).required;
        SHOW(asked == guard_keep(want.required) && asked <= INT64_MAX);
        GIVEN(asked < (INT64_MAX & ~UINT64_C(15)) && size >= asked);
        SHOW(usable_of(base, size) >= want.required);
        return;
    }
    uint64_t usable = usable_of(base, size), asked = guard_want_more(want, base, size, usable).required;
    uint64_t larger = any_u64();
    SHOW(asked <= INT64_MAX && asked % 16 == 0);
    GIVEN(asked < (INT64_MAX & ~UINT64_C(15)) && larger >= size + asked && larger < 8 * MOST);
    SHOW(usable_of(base, larger) >= usable + want.required);
}

int main(void) {
    uint64_t base = any_u64(), size = any_u64();
    GIVEN(base % 16 == 0 && base < MOST && size < MOST);
    works = any_bool();
    switch (CASE) {
    case 1: close_and_open(base + any_u8() % 16, size); break;
    case 2: lie((const unsigned char *)base, size); break;
    default: ask((const unsigned char *)base, size); break;
    }
    return 0;
}
