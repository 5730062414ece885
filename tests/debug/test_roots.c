// SPDX-License-Identifier: MIT
// LeakSanitizer beside an arena: heap blocks that only an arena points to are not leaked, those that nobody points to
// are. Prints TAP. To be run with detect_leaks=1; what the checker says at the end of a process is that process's exit.
#include <string.h>

#include "debug.h"
#include "tap.h"

enum { BLOCKS = 300, BETWEEN = 1000 };

/* How the arena came to its memory. */
typedef enum Way { GROWN, RESERVED, FROM_STORAGE, SPLICED, CHILD, RECYCLED, HEAP } Way;

static const char *const ways[] = {"grown", "reserved", "from storage", "spliced", "a child", "recycled", "a heap"};

typedef struct Row {
    const char *adapter; /* NULL: no arena at all */
    int32_t debug;
    bool held;
    Way way;
} Row;

static const Row rows[] = {
    {NULL, 0, false, GROWN},
    {"chained", SAMRENA_DEBUG_AUTO, true, GROWN},
    {"chained", SAMRENA_DEBUG_NEVER, true, GROWN},
    {"virtual", SAMRENA_DEBUG_AUTO, true, GROWN},
    {"virtual", SAMRENA_DEBUG_NEVER, true, GROWN},
    {"chained", SAMRENA_DEBUG_GUARD, true, GROWN},
    {"virtual", SAMRENA_DEBUG_GUARD, true, GROWN},
    {"chained", SAMRENA_DEBUG_AUTO, false, GROWN},
    {"virtual", SAMRENA_DEBUG_AUTO, false, GROWN},
    {"virtual", SAMRENA_DEBUG_NEVER, false, GROWN},
    {"chained", SAMRENA_DEBUG_NEVER, true, RESERVED},
    {"virtual", SAMRENA_DEBUG_NEVER, true, RESERVED},
    {"chained", SAMRENA_DEBUG_NEVER, true, FROM_STORAGE},
    {"virtual", SAMRENA_DEBUG_NEVER, true, FROM_STORAGE},
    {"chained", SAMRENA_DEBUG_NEVER, true, SPLICED},
    {"virtual", SAMRENA_DEBUG_NEVER, true, SPLICED},
    {"virtual", SAMRENA_DEBUG_NEVER, false, SPLICED},
    {"chained", SAMRENA_DEBUG_NEVER, true, CHILD},
    {"virtual", SAMRENA_DEBUG_NEVER, true, CHILD},
    {"chained", SAMRENA_DEBUG_NEVER, true, RECYCLED},
    {"virtual", SAMRENA_DEBUG_NEVER, true, RECYCLED},
    {"chained", SAMRENA_DEBUG_NEVER, true, HEAP},
    {"virtual", SAMRENA_DEBUG_NEVER, true, HEAP},
};

static Samrena *arena;

/* What the pointers are pushed to; `arena` is what is left of it, and of what it came from. */
static Samrena *make_holder(const Row *row) {
    static SAMRENA_STORAGE(storage, 4096);
    SamrenaConfig config = samrena_default_config();
    config.adapter = row->adapter;
    config.debug = row->debug;
    if (row->way == RECYCLED)
        samrena_destroy(samrena_create(&config));
    arena = row->way == FROM_STORAGE ? samrena_create_in(storage, sizeof(storage), &config) : samrena_create(&config);
    check(arena);
    config.parent = row->way == CHILD ? arena : NULL;
    Samrena *holder = row->way == SPLICED || row->way == CHILD ? samrena_create(&config) : arena;
    check(holder && (row->way != RESERVED || samrena_reserve(holder, 2 * BLOCKS * BETWEEN) == SAMRENA_OK));
    return holder;
}

static void *push_holder(const Row *row, Samrena *to) {
    return row->way == HEAP ? samrena_malloc(to, sizeof(void *)) : SAMRENA_PUSH_TYPE(to, void *);
}

/* The pointers lie far apart: in regions, or in parts of one, that the arena came to one after the other. */
static void hold_in_arena(const Row *row) {
    Samrena *to = make_holder(row);
    for (int i = 0; i < BLOCKS; i++) {
        void **holder = push_holder(row, to);
        check(holder && samrena_push(to, BETWEEN));
        *holder = malloc(100);
        check(*holder);
        if (!row->held)
            *holder = NULL;
    }
    check(row->way != SPLICED || samrena_splice(arena, to) == SAMRENA_OK);
}

static __attribute__((noinline)) void leak(void) {
    void *volatile block = malloc(100);
    check(block);
}

/* What a call left on the stack would count as a pointer. */
static __attribute__((noinline)) void clear_stack(void) {
    volatile unsigned char bytes[4096];
    memset((void *)(uintptr_t)bytes, 0, sizeof(bytes));
}

static void hold_and_end(const void *argument) {
    const Row *row = argument;
    if (row->adapter)
        hold_in_arena(row);
    else
        leak();
    clear_stack();
    exit(0); /* where leaks are looked for */
}

static bool is_reported(const Row *row) {
    int status = status_of_child(hold_and_end, row, sizeof(*row));
    check(status == 0 || status == REPORTED);
    return status == REPORTED;
}

int main(void) {
    child_starts_here();
    if (!is_reported(&rows[0]))
        return tap_skip_all("no leak is looked for here");
    for (size_t i = 1; i < COUNT_OF(rows); i++)
        tap_report(is_reported(&rows[i]) != rows[i].held, "%s [%s, %s, debug %d]",
                   rows[i].held ? "held by an arena alone" : "held by nobody", rows[i].adapter, ways[rows[i].way],
                   (int)rows[i].debug);
    return tap_end();
}
