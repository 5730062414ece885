// SPDX-License-Identifier: MIT
// The shadow of an arena, and what holds of every arena at all times.
#include "model.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arenas.h"

/* Halvings of a wish, twice, and the pieces of a reserve. */
enum { MOST_CALLS = 300 };

/* ---- Random numbers: splitmix64 ---- */

uint64_t draw(Model *model) {
    uint64_t z = model->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t below(Model *model, uint64_t bound) {
    return draw(model) % bound;
}

/* ---- Expectations ---- */

void expect(Model *model, bool holds, const char *format, ...) {
    if (holds)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(model->message, sizeof(model->message), format, arguments);
    va_end(arguments);
    longjmp(model->broken, 1);
}

void learn_adapter(Model *model) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    expect(model, samrena_get_info(model->arena, &info) == SAMRENA_OK, "samrena_get_info() failed");
    model->ceiling = info.ceiling;
    model->contiguous = samrena_has_capability(model->arena, SAMRENA_CAPABILITY_CONTIGUOUS);
    model->reserves = samrena_has_capability(model->arena, SAMRENA_CAPABILITY_RESERVE);
}

static uint64_t adapter_calls(Model *model) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    expect(model, samrena_get_info(model->arena, &info) == SAMRENA_OK, "samrena_get_info() failed");
    return info.adapter_calls;
}

void expect_few_calls(Model *model) {
    uint64_t calls = adapter_calls(model) - model->calls_before;
    expect(model, calls <= MOST_CALLS, "%" PRIu64 " calls of the adapter for one operation", calls);
}

void begin(Model *model) {
    model->failures = 0;
    model->failure = SAMRENA_OK;
    model->capacity = samrena_capacity(model->arena);
    model->refusals_before = arena_refusals();
    model->lies_before = arena_lies();
    learn_adapter(model);
    model->calls_before = adapter_calls(model);
    arena_plan_refusal(model);
}

void expect_unchanged(Model *model) {
    uint64_t allocated = samrena_allocated(model->arena);
    expect(model, allocated == model->now.allocated, "%" PRIu64 " bytes allocated, expected %" PRIu64 " as before",
           allocated, model->now.allocated);
}

void expect_success(Model *model) {
    expect(model, model->failures == 0, "a success, yet the failure callback was called with error %d",
           (int)model->failure);
}

void expect_failure(Model *model, SamrenaError error) {
    expect(model, error != SAMRENA_OK && samrena_last_error() == error,
           "failed with error %d, but the last error is %d", (int)error, (int)samrena_last_error());
    unsigned told = model->taking_back ? 0 : 1; /* what a release function calls tells it alone */
    expect(model, model->failures == told && (told == 0 || model->failure == error),
           "failed with error %d, the failure callback was called %u times, last with %d", (int)error, model->failures,
           (int)model->failure);
    expect_unchanged(model);
    if (model->setting->callers)
        learn_adapter(model);
}

void expect_refused(Model *model, SamrenaError error) {
    expect_failure(model, error);
    uint64_t capacity = samrena_capacity(model->arena);
    expect(model, capacity == model->capacity, "refused, yet the capacity went from %" PRIu64 " to %" PRIu64,
           model->capacity, capacity);
}

static uint64_t lost_of(Model *model, const SamrenaInfo *info) {
    if (model->setting->limit)
        return NOT_KNOWN;
    expect(model, info->capacity <= info->committed, "capacity %" PRIu64 " of %" PRIu64 " bytes held", info->capacity,
           info->committed);
    uint64_t lost = info->committed - info->capacity;
    expect(model, lost == 0 || !model->contiguous || model->parts > 0,
           "%" PRIu64 " bytes of one range of addresses are out of reach", lost);
    return lost;
}

uint64_t lost_now(Model *model) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    expect(model, samrena_get_info(model->arena, &info) == SAMRENA_OK, "samrena_get_info() failed");
    return lost_of(model, &info);
}

SamrenaInfo expect_sound_info(Model *model) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    expect(model, samrena_get_info(model->arena, &info) == SAMRENA_OK, "samrena_get_info() failed");
    if (info.adapter || !model->setting->callers)
        expect(model, info.adapter && strcmp(info.adapter, model->setting->adapter) == 0, "the adapter is %s",
               info.adapter ? info.adapter : "none");
    expect(model, info.allocated == model->now.allocated, "%" PRIu64 " bytes allocated, expected %" PRIu64,
           info.allocated, model->now.allocated);
    expect(model, info.allocated == samrena_allocated(model->arena), "samrena_allocated() differs from the info");
    expect(model, info.capacity == samrena_capacity(model->arena), "samrena_capacity() differs from the info");
    expect(model, info.capacity >= info.allocated, "capacity %" PRIu64 " below the %" PRIu64 " allocated",
           info.capacity, info.allocated);
    expect(model, info.capacity <= info.committed, "capacity %" PRIu64 " above the %" PRIu64 " held", info.capacity,
           info.committed);
    expect(model, info.limit == model->setting->limit, "the limit is %" PRIu64, info.limit);
    expect(model, info.limit == 0 || info.capacity <= info.limit, "capacity %" PRIu64 " above the limit of %" PRIu64,
           info.capacity, info.limit);
    if (model->setting->callers)
        learn_adapter(model); /* what is lost of the storage lowers its ceiling */
    expect(model, info.ceiling == model->ceiling, "the ceiling went to %" PRIu64, info.ceiling);
    expect(model, info.high_water == model->high_water, "high water %" PRIu64 ", expected %" PRIu64, info.high_water,
           model->high_water);
    expect(model, info.growth_hint == model->hint, "growth hint %" PRIu64 ", expected %" PRIu64, info.growth_hint,
           model->hint);
    expect(model, info.adapter_calls >= model->adapter_calls, "adapter calls went down to %" PRIu64,
           info.adapter_calls);
    uint64_t lost = lost_of(model, &info);
    expect(model, lost == model->now.lost, "%" PRIu64 " bytes are out of reach, expected %" PRIu64, lost,
           model->now.lost);
    arena_expect_held(model, &info);
    model->adapter_calls = info.adapter_calls;
    return info;
}

/* ---- Contents ---- */

static uint64_t word_at(uint64_t id, uint64_t index) {
    return (id + 1) * UINT64_C(0x9e3779b97f4a7c15) + index * UINT64_C(0xd1342543de82ef95);
}

void fill(unsigned char *bytes, uint64_t size, uint64_t id) {
    uint64_t at = 0;
    for (; size - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word = word_at(id, at);
        memcpy(bytes + at, &word, sizeof(word));
    }
    uint64_t last = word_at(id, at);
    if (at < size)
        memcpy(bytes + at, &last, (size_t)(size - at));
}

void expect_filled(Model *model, const unsigned char *bytes, uint64_t size, uint64_t id) {
    uint64_t at = 0;
    bool holds = true;
    for (; size - at >= sizeof(uint64_t) && holds; at += sizeof(uint64_t)) {
        uint64_t word = word_at(id, at);
        holds = memcmp(bytes + at, &word, sizeof(word)) == 0;
    }
    if (holds && at < size) {
        uint64_t last = word_at(id, at);
        holds = memcmp(bytes + at, &last, (size_t)(size - at)) == 0;
    }
    expect(model, holds, "the %" PRIu64 " bytes at %p, block %" PRIu64 ", changed near offset %" PRIu64, size,
           (const void *)bytes, id, at);
}

void expect_entry_intact(Model *model, const Entry *entry) {
    if (entry->kind == ENTRY_BLOCK && entry->alive)
        expect_filled(model, entry->bytes, entry->size, entry->id);
}

void expect_intact(Model *model, size_t first) {
    for (size_t i = first; i < model->count; i++)
        expect_entry_intact(model, &model->entries[i]);
}

/* ---- Entries ---- */

Entry *add_entry(Model *model, EntryKind kind) {
    if (model->count == model->room) {
        model->room = model->room ? model->room * 2 : 1024;
        model->entries = realloc(model->entries, model->room * sizeof(Entry));
        if (!model->entries)
            abort();
    }
    Entry *entry = &model->entries[model->count++];
    *entry = (Entry){.kind = kind, .alive = true, .id = model->next_id++};
    return entry;
}

static void remember_stale(Model *model, SamrenaMark mark) {
    model->stale[model->stale_count++ % COUNT_OF(model->stale)] = mark;
}

void forget_entries(Model *model, size_t first) {
    while (model->count > first) {
        const Entry *entry = &model->entries[--model->count];
        if (entry->kind == ENTRY_MARK)
            remember_stale(model, entry->mark);
        if (entry->kind == ENTRY_PART)
            model->parts--;
    }
}

const Entry *find_mark(const Model *model, SamrenaMark mark) {
    for (size_t i = model->count; i-- > 0;) {
        const Entry *entry = &model->entries[i];
        if (entry->kind == ENTRY_MARK && entry->mark.serial == mark.serial && entry->mark.index == mark.index)
            return entry;
    }
    return NULL;
}

SamrenaWindow window_of(const Model *model) {
    SamrenaWindow window;
    memcpy(&window, model->arena, sizeof(window));
    return window;
}

void move_to(Model *model, Place place) {
    model->now = place;
    if (place.allocated > model->high_water)
        model->high_water = place.allocated;
    model->just_marked = false;
}

void learn_cursor(Model *model) {
    if (model->red_zone || model->now.cursor)
        return;
    model->now.cursor = samrena_push_aligned(model->arena, 0, 1);
    expect(model, model->now.cursor != NULL, "a push of no bytes failed: %s", samrena_last_error_message());
    expect_unchanged(model);
}
