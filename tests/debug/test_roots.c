// SPDX-License-Identifier: MIT
// LeakSanitizer beside an arena: heap blocks that only an arena points to are not leaked, those that nobody points to
// are. Prints TAP. To be run with detect_leaks=1; what the checker says at the end of a process is that process's exit.
#include <string.h>

#include "debug.h"
#include "tap.h"

enum { BLOCKS = 300, BETWEEN = 1000 };

typedef struct Row {
    const char *adapter; /* NULL: no arena at all */
    int32_t debug;
    bool held;
} Row;

static const Row rows[] = {
    {NULL, 0, false},
    {"chained", SAMRENA_DEBUG_AUTO, true},
    {"chained", SAMRENA_DEBUG_NEVER, true},
    {"virtual", SAMRENA_DEBUG_AUTO, true},
    {"virtual", SAMRENA_DEBUG_NEVER, true},
    {"chained", SAMRENA_DEBUG_AUTO, false},
    {"virtual", SAMRENA_DEBUG_AUTO, false},
    {"virtual", SAMRENA_DEBUG_NEVER, false},
};

static Samrena *arena;

/* The pointers lie far apart: in regions, or in parts of one, that the arena came to one after the other. */
static void hold_in_arena(const Row *row) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = row->adapter;
    config.debug = row->debug;
    arena = samrena_create(&config);
    check(arena);
    for (int i = 0; i < BLOCKS; i++) {
        void **holder = SAMRENA_PUSH_TYPE(arena, void *);
        check(holder && samrena_push(arena, BETWEEN));
        *holder = malloc(100);
        check(*holder);
        if (!row->held)
            *holder = NULL;
    }
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
        tap_report(is_reported(&rows[i]) != rows[i].held, "%s [%s, debug %d]",
                   rows[i].held ? "held by an arena alone" : "held by nobody", rows[i].adapter, (int)rows[i].debug);
    return tap_end();
}
