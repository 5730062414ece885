// SPDX-License-Identifier: MIT
// What SamrenaConfig.debug and $SAMRENA_DEBUG turn on and off, in processes that are watched and in others.
#include <string.h>

#include "debug.h"

enum { JUNK = 0xdd, KEPT = 0x11 };

static Place open_with(const Switch *self, Source source) {
    Place place;
    SamrenaConfig config = place_config(&place, source);
    config.debug = self->config;
    place_create(&place, &config);
    return place;
}

static bool is_filled(const unsigned char *block, int byte, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (block[i] != byte)
            return false;
    return true;
}

static unsigned char *push_kept(Samrena *arena, uint64_t size) {
    unsigned char *block = samrena_push(arena, size);
    check(block);
    memset(block, KEPT, (size_t)size);
    return block;
}

/* ---- Watching ---- */

/* No red zone and no poison: what an arena does where nobody debugs, and costs. */
static void is_open(const Switch *self, Source source) {
    Place place = open_with(self, source);
    const SamrenaWindow *window = (const SamrenaWindow *)(const void *)place.arena;
    check(window->cursor && window->end && (uintptr_t)window->end % SAMRENA_DEFAULT_ALIGNMENT == 0);

    unsigned char *first = push_kept(place.arena, 16);
    unsigned char *second = push_kept(place.arena, 13);
    check(second == first + 16 && window->cursor == second + 16);
    char *text = samrena_push_string(place.arena, "text");
    check(text == (char *)second + 16);
    check(samrena_allocated(place.arena) == 37);
    memset(text + 5, KEPT, 1000);
    check(samrena_reset(place.arena) == SAMRENA_OK);
    check(is_filled(first, KEPT, 29));
    check(samrena_push(place.arena, 5) == first && is_filled(first, KEPT, 29));
    samrena_destroy(place.arena);
}

static void is_closed(const Switch *self, Source source) {
    Place place = open_with(self, source);
    const SamrenaWindow *window = (const SamrenaWindow *)(const void *)place.arena;
    check(!window->cursor && !window->end);

    unsigned char *first = push_kept(place.arena, 16);
    unsigned char *second = push_kept(place.arena, 13);
    check(second == first + 32);
    char *text = samrena_push_string(place.arena, "text");
    check((unsigned char *)text >= second + 13 + 16);
    check(samrena_allocated(place.arena) == (uint64_t)(text - (char *)first) + 16 + 5);
    check(!window->cursor && !window->end);
    check(samrena_reset(place.arena) == SAMRENA_OK);
    check(samrena_allocated(place.arena) == 0 && !window->end);

    /* Freed in reverse, the red zones go with them, but for the first one. */
    first = push_kept(place.arena, 13);
    second = push_kept(place.arena, 16);
    check(samrena_resize(place.arena, second, 16, 0) == second);
    check(samrena_resize(place.arena, first, 13, 0) == first);
    check(samrena_allocated(place.arena) == 16);
    samrena_destroy(place.arena);
}

/* ---- Junk ---- */

static void junk_after_reset(const Switch *self, Source source) {
    Place place = open_with(self, source);
    unsigned char *first = push_kept(place.arena, 100);
    unsigned char *later = push_kept(place.arena, 200 * KIB);
    check(samrena_reset(place.arena) == SAMRENA_OK);
    check(is_filled(first, JUNK, 100));
    check(is_filled(later, JUNK, 200 * KIB));
    check(samrena_push_zero(place.arena, 100) == first && is_filled(first, 0, 100));
    samrena_destroy(place.arena);
}

static void junk_after_rewind(const Switch *self, Source source) {
    Place place = open_with(self, source);
    unsigned char *kept = push_kept(place.arena, 100);
    SamrenaMark mark = samrena_mark(place.arena);
    unsigned char *first = push_kept(place.arena, 100);
    unsigned char *later = push_kept(place.arena, 200 * KIB);
    unsigned char *last = push_kept(place.arena, 200 * KIB);
    check(samrena_rewind(place.arena, mark) == SAMRENA_OK);
    check(is_filled(kept, KEPT, 100));
    check(is_filled(first, JUNK, 100));
    check(is_filled(later, JUNK, 200 * KIB));
    check(is_filled(last, JUNK, 200 * KIB));
    check(samrena_rewind(place.arena, mark) == SAMRENA_OK);
    samrena_destroy(place.arena);
}

/* The mark's own memory goes as well. */
static void junk_after_scope(const Switch *self, Source source) {
    Place place = open_with(self, source);
    unsigned char *kept = push_kept(place.arena, 96);
    unsigned char *block;
    {
        SAMRENA_SCOPE(place.arena);
        block = push_kept(place.arena, 100);
    }
    check(samrena_allocated(place.arena) == 96);
    check(is_filled(kept, KEPT, 96));
    check(is_filled(kept + 96, JUNK, (size_t)(block + 100 - (kept + 96))));
    samrena_destroy(place.arena);
}

/* Only the last block gives bytes back. */
static void junk_after_shrinking(const Switch *self, Source source) {
    Place place = open_with(self, source);
    unsigned char *block = push_kept(place.arena, 100);
    check(samrena_resize(place.arena, block, 100, 30) == block);
    check(is_filled(block, KEPT, 30));
    check(is_filled(block + 30, JUNK, 70));

    unsigned char *last = push_kept(place.arena, 10);
    check(samrena_resize(place.arena, block, 30, 20) == block);
    check(is_filled(block, KEPT, 30));
    check(is_filled(last, KEPT, 10));
    samrena_destroy(place.arena);
}

/* ---- Guards ---- */

/* No red zones, but each push is seen. In storage a config alone asks for them. What they do is in tests/unit. */
static void has_guards(const Switch *self, Source source) {
    Place place = open_with(self, source);
    const SamrenaWindow *window = (const SamrenaWindow *)(const void *)place.arena;
    check((window->end == NULL) == (source != CALLERS || self->config == SAMRENA_DEBUG_GUARD));
    unsigned char *first = push_kept(place.arena, 16);
    unsigned char *second = push_kept(place.arena, 13);
    check(second == first + 16);
    check(samrena_allocated(place.arena) == 32);
    check(samrena_reset(place.arena) == SAMRENA_OK);
    check(source != CALLERS || is_filled(first, JUNK, 29));
    check(samrena_push(place.arena, 5) == first);
    samrena_destroy(place.arena);
}

/* ---- What cannot be read ---- */

static void opens_twice(const Switch *self, Source source) {
    Place place = open_with(self, source);
    Place second = source == CALLERS ? place : open_with(self, source);
    if (second.arena != place.arena)
        samrena_destroy(second.arena);
    const SamrenaWindow *window = (const SamrenaWindow *)(const void *)place.arena;
    unsigned char *block = push_kept(place.arena, 100);
    bool open = window->end != NULL;
    check(samrena_reset(place.arena) == SAMRENA_OK);
    check(!open || is_filled(block, KEPT, 100));
    samrena_destroy(place.arena);
}

#define AUTO SAMRENA_DEBUG_AUTO
#define NEVER SAMRENA_DEBUG_NEVER
#define WITH_JUNK SAMRENA_DEBUG_JUNK
#define WITH_GUARDS SAMRENA_DEBUG_GUARD
#define COMPLAINT(value) "samrena: SAMRENA_DEBUG=" value " is ignored: expected auto, never, junk or guard\n"

const Switch switches[] = {
    {"nothing watches", NULL, AUTO, is_open, false, true, ""},
    {"nothing watches, auto", "auto", AUTO, is_open, false, true, ""},
    {"watched", NULL, AUTO, is_closed, true, false, ""},
    {"watched, auto", "auto", AUTO, is_closed, true, false, ""},
    {"watched, junk", "junk", AUTO, is_closed, true, false, ""},
    {"watched, junk by config", NULL, WITH_JUNK, is_closed, true, false, ""},
    {"watched, never is overruled by the config's junk", "never", WITH_JUNK, is_closed, true, false, ""},
    {"never", "never", AUTO, is_open, true, true, ""},
    {"never by config", NULL, NEVER, is_open, true, true, ""},
    {"junk is overruled by the config's never", "junk", NEVER, is_open, true, true, ""},
    {"auto is overruled by the config's never", "auto", NEVER, is_open, true, true, ""},

    {"junk after reset", "junk", AUTO, junk_after_reset, false, true, ""},
    {"junk after rewind", "junk", AUTO, junk_after_rewind, false, true, ""},
    {"junk after a scope", "junk", AUTO, junk_after_scope, false, true, ""},
    {"junk after shrinking", "junk", AUTO, junk_after_shrinking, false, true, ""},
    {"junk by config after reset", NULL, WITH_JUNK, junk_after_reset, false, true, ""},
    {"junk by config after rewind", NULL, WITH_JUNK, junk_after_rewind, false, true, ""},
    {"junk by config after a scope", NULL, WITH_JUNK, junk_after_scope, false, true, ""},
    {"junk by config after shrinking", NULL, WITH_JUNK, junk_after_shrinking, false, true, ""},
    {"never is overruled by the config's junk", "never", WITH_JUNK, junk_after_reset, false, true, ""},

    {"watched, guard", "guard", AUTO, is_closed, true, false, ""},
    {"watched, guards by config", NULL, WITH_GUARDS, is_closed, true, false, ""},
    {"guard", "guard", AUTO, has_guards, false, true, ""},
    {"guards by config", NULL, WITH_GUARDS, has_guards, false, true, ""},
    {"never is overruled by the config's guards", "never", WITH_GUARDS, has_guards, false, true, ""},
    {"guard is overruled by the config's never", "guard", NEVER, is_open, true, true, ""},
    {"guard is overruled by the config's junk", "guard", WITH_JUNK, junk_after_reset, false, true, ""},

    {"an empty value is none", "", AUTO, opens_twice, true, true, ""},
    {"a bad value is told once", "yes", AUTO, opens_twice, true, true, COMPLAINT("yes")},
    {"a bad value is told: more than a word", "junk,auto", AUTO, opens_twice, true, true, COMPLAINT("junk,auto")},
    {"a bad value is told: case", "Never", AUTO, is_closed, true, false, COMPLAINT("Never")},
    {"a bad value is ignored", "Junk", AUTO, is_open, false, true, COMPLAINT("Junk")},
    {"a bad value is not read where the config says", "yes", NEVER, is_open, true, true, ""},
};

const size_t switch_count = COUNT_OF(switches);
