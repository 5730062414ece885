// SPDX-License-Identifier: MIT
// Marks, release functions, and everything that takes memory back.
#include <inttypes.h>
#include <string.h>

#include "arenas.h"
#include "operations.h"

/* Bytes of the arena that the header promises at most, roughly, with padding and a red zone. */
enum { MARK_COST = 128, RELEASE_COST = 80, JUNK_BYTE = 0xdd };

/* ---- Marks ---- */

static void expect_mark(Model *model, SamrenaMark mark) {
    Place before = model->now;
    if (mark.serial == 0) {
        expect(model, mark.index == 0, "a failed mark is not zeroed");
        expect_push_error(model, (Attempt){.size = 64, .alignment = 8}, samrena_last_error());
        return;
    }
    expect_success(model);
    expect(model, find_mark(model, mark) == NULL, "a mark that was made before");
    bool free = samrena_allocated(model->arena) == before.allocated;
    expect(model, free || !model->just_marked || model->taking_back, "two marks in a row take two notes");
    if (!free)
        expect_note(model, MARK_COST);
    Entry *entry = add_entry(model, ENTRY_MARK);
    entry->mark = mark;
    entry->before = before;
    entry->after = model->now;
    model->just_marked = true;
}

void do_mark(Model *model) {
    expect_mark(model, samrena_mark(model->arena));
}

/* ---- Release functions ---- */

static Model *running; /* whose release functions are called */

/* The newest that was not called yet. */
static Entry *next_to_release(Model *model) {
    for (size_t i = model->count; i-- > 0;) {
        Entry *entry = &model->entries[i];
        if (entry->kind == ENTRY_RELEASE && entry->alive)
            return entry;
    }
    return NULL;
}

/* Nothing of this may be done from a release function. */
static void do_what_is_refused(Model *model) {
    SamrenaMark mark = model->foreign;
    for (size_t i = model->count; i-- > 0 && mark.serial == model->foreign.serial;)
        if (model->entries[i].kind == ENTRY_MARK)
            mark = model->entries[i].mark;
    SamrenaError error = SAMRENA_OK;
    switch (below(model, 4)) {
    case 0: error = samrena_rewind(model->arena, mark); break;
    case 1: error = samrena_rewind_and_drop(model->arena, mark); break;
    case 2: error = samrena_reset(model->arena); break;
    default:
        samrena_destroy(model->arena);
        error = samrena_last_error();
        break;
    }
    expect(model, error == SAMRENA_ERROR_INVALID_PARAMETER, "error %d", (int)error);
    expect(model, samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER, "last error %d", (int)samrena_last_error());
    expect_unchanged(model);
}

static void register_one(Model *model) {
    uint64_t id = model->next_id;
    SamrenaError error = samrena_on_release(model->arena, on_release, (void *)(uintptr_t)id);
    if (error) {
        expect_push_error(model, (Attempt){.size = 24, .alignment = 8}, error);
        return;
    }
    expect_success(model);
    expect_note(model, RELEASE_COST);
    Entry *entry = add_entry(model, ENTRY_RELEASE);
    expect(model, entry->id == id, "an entry was added on the way");
}

static void do_something_inside(Model *model) {
    static void (*const allowed[])(Model *) = {do_push,        do_push_zero,   register_one,   do_mark,
                                               do_resize_last, do_push_string, do_contains,    do_what_is_refused,
                                               do_heap_make,   do_heap_free,   do_heap_resize, do_heap_make_plain};
    begin(model);
    if (one_in(model, 40)) {
        samrena_trim(model->arena, below(model, 64 * KIB));
        model->disturbed = true;
        return;
    }
    allowed[below(model, COUNT_OF(allowed))](model);
}

void on_release(void *argument) {
    Model *model = running;
    Entry *entry = next_to_release(model);
    expect(model, model->taking_back, "a release function was called by an operation that takes nothing back");
    expect(model, entry != NULL && (uintptr_t)argument == entry->id,
           "release function %" PRIuPTR " was called, expected %" PRIu64, (uintptr_t)argument, entry ? entry->id : 0);
    entry->alive = false;
    model->just_marked = false; /* its note went first */
    size_t place = (size_t)(entry - model->entries);
    for (size_t i = place > 3 ? place - 3 : 0; i < model->count && i < place + 4; i++)
        expect_entry_intact(model, &model->entries[i]);
    expect_intact(model, model->count > 3 ? model->count - 3 : 0);
    unsigned failures = model->failures;
    uint64_t capacity = model->capacity;
    for (uint64_t i = below(model, 3); i > 0; i--)
        do_something_inside(model);
    expect_unchanged(model);
    model->failures = failures;
    model->capacity = capacity; /* that of a region which was left on the way comes back */
}

void do_on_release(Model *model) {
    if (one_in(model, 50)) {
        SamrenaError error = samrena_on_release(model->arena, NULL, model);
        expect(model, error == SAMRENA_ERROR_INVALID_PARAMETER, "error %d for no function", (int)error);
        expect_refused(model, error);
        return;
    }
    register_one(model);
}

/* ---- Taking back ---- */

static void start_taking_back(Model *model, size_t first) {
    expect_intact(model, first);
    running = model;
    model->taking_back = true;
    model->disturbed = model->parts > 0;
}

/* What was taken back is not handed out any more, and in an arena that fills it, is junk. */
static void expect_taken_back(Model *model, const Entry *entry, bool kept) {
    if (entry->kind != ENTRY_BLOCK || entry->size == 0)
        return;
    expect(model,
           !samrena_contains(model->arena, entry->bytes) &&
               !samrena_contains(model->arena, entry->bytes + entry->size - 1),
           "a block that was taken back is still contained");
    if (!kept || entry->spliced || model->red_zone || model->setting->debug != SAMRENA_DEBUG_JUNK || model->disturbed)
        return;
    for (uint64_t i = 0; i < entry->size; i += 1 + i / 16)
        expect(model, entry->bytes[i] == JUNK_BYTE, "byte %" PRIu64 " of what was taken back is no junk", i);
}

/* All entries from `first` on are gone, and the arena stands at `place`. */
static void finish_taking_back(Model *model, size_t first, Place place, bool kept) {
    model->taking_back = false;
    const Entry *missed = next_to_release(model);
    expect(model, missed == NULL || missed < model->entries + first, "release function %" PRIu64 " was not called",
           missed ? missed->id : 0);
    if (!model->arena)
        return;
    expect_success(model);
    expect(model, samrena_allocated(model->arena) == place.allocated, "%" PRIu64 " allocated, expected %" PRIu64,
           samrena_allocated(model->arena), place.allocated);
    uint64_t capacity = samrena_capacity(model->arena);
    expect(model, !kept || model->disturbed || capacity >= model->capacity,
           "capacity went from %" PRIu64 " to %" PRIu64, model->capacity, capacity);
    for (size_t i = first; i < model->count; i += 1 + (i - first) / 8)
        expect_taken_back(model, &model->entries[i], kept);
    if (first < model->count)
        expect_taken_back(model, &model->entries[model->count - 1], kept);
    forget_entries(model, first);
    move_to(model, place);
    learn_adapter(model);
    uint64_t lost = lost_now(model);
    expect(model, lost == place.lost, "%" PRIu64 " bytes out of reach, expected %" PRIu64, lost, place.lost);
}

/* A mark among the entries, mostly one of the newest; the number of entries: there is none. */
static size_t draw_mark(Model *model) {
    size_t found = model->count;
    uint64_t passed = one_in(model, 10) ? below(model, 12) : below(model, 2);
    for (size_t i = model->count; i-- > 0;) {
        if (model->entries[i].kind != ENTRY_MARK)
            continue;
        found = i;
        if (passed-- == 0)
            break;
    }
    return found;
}

void do_rewind(Model *model) {
    size_t index = draw_mark(model);
    if (index == model->count)
        return;
    Entry mark = model->entries[index];
    start_taking_back(model, index + 1);
    SamrenaError error = samrena_rewind(model->arena, mark.mark);
    expect(model, error == SAMRENA_OK, "error %d for a live mark", (int)error);
    finish_taking_back(model, index + 1, mark.after, true);
    heap_expect_taken_back(model, mark.id);
}

/* One of the newest blocks, of some bytes: an empty one may lie where others do since. */
void do_rewind_to(Model *model) {
    size_t back = (size_t)below(model, 12);
    if (back >= model->count)
        return;
    size_t index = model->count - 1 - back;
    Entry block = model->entries[index];
    if (block.kind != ENTRY_BLOCK || !block.alive || block.size == 0 || !block.before.cursor)
        return;
    start_taking_back(model, index);
    SamrenaError error = samrena_rewind_to(model->arena, block.bytes);
    expect(model, error == SAMRENA_OK, "error %d for a live block", (int)error);
    finish_taking_back(model, index, block.before, true);
    heap_expect_taken_back(model, block.id);
}

static void drop(Model *model, size_t index) {
    Entry mark = model->entries[index];
    start_taking_back(model, index);
    SamrenaError error = samrena_rewind_and_drop(model->arena, mark.mark);
    expect(model, error == SAMRENA_OK, "error %d for a live mark", (int)error);
    finish_taking_back(model, index, mark.before, true);
    heap_expect_taken_back(model, mark.id);
}

void do_drop(Model *model) {
    size_t index = draw_mark(model);
    if (index < model->count)
        drop(model, index);
}

/* ---- Marks that are none ---- */

static SamrenaMark draw_wrong_mark(Model *model) {
    SamrenaMark mark = {0, 0};
    size_t live = draw_mark(model);
    switch (below(model, 6)) {
    case 0: return model->foreign;
    case 1: return (SamrenaMark){0, below(model, 2)};
    case 2:
        if (live < model->count)
            mark = model->entries[live].mark;
        mark.index += below(model, 3);
        return mark;
    case 3:
        if (live < model->count)
            mark = model->entries[live].mark;
        mark.serial += below(model, 3) - 1;
        return mark;
    default: return model->stale_count ? model->stale[below(model, COUNT_OF(model->stale))] : mark;
    }
}

/* A rewind that nobody may look at, at the end of a scope, tells no failure callback. */
void do_refused_mark(Model *model) {
    SamrenaMark mark = draw_wrong_mark(model);
    if (find_mark(model, mark))
        return;
    if (one_in(model, 2)) {
        SamrenaError error = samrena_rewind(model->arena, mark);
        expect_refused(model, error);
        expect(model, error == SAMRENA_ERROR_INVALID_PARAMETER, "error %d for a mark that is none", (int)error);
        return;
    }
    SamrenaError error = samrena_rewind_and_drop(model->arena, mark);
    expect(model, error == (mark.serial ? SAMRENA_ERROR_INVALID_PARAMETER : SAMRENA_OK),
           "error %d for a mark that is none", (int)error);
    expect_unchanged(model);
}

/* ---- Scopes ---- */

/* The macro: whatever is pushed inside is not the model's. Where the mark fails, nothing is taken back. */
static void push_in_scope(Model *model) {
    SAMRENA_SCOPE(model->arena);
    for (uint64_t i = below(model, 4); i > 0; i--) {
        uint64_t size = below(model, 3000);
        unsigned char *bytes = samrena_push(model->arena, size);
        if (bytes)
            memset(bytes, 0x77, (size_t)size);
    }
    if (samrena_allocated(model->arena) > model->high_water)
        model->high_water = samrena_allocated(model->arena);
}

static void do_macro_scope(Model *model) {
    Place before = model->now;
    push_in_scope(model);
    uint64_t allocated = samrena_allocated(model->arena);
    expect(model, allocated == before.allocated || model->failures > 0,
           "%" PRIu64 " allocated after a scope, %" PRIu64 " before", allocated, before.allocated);
    bool left_over = allocated != before.allocated;
    if (left_over)
        before = (Place){allocated, lost_now(model), NULL};
    move_to(model, before);
}

void do_scope(Model *model) {
    static void (*const allowed[])(Model *) = {do_push,   do_push_aligned, do_push_zero, do_on_release,
                                               do_resize, do_heap_make,    do_heap_free, do_heap_resize};
    if (one_in(model, 2)) {
        do_macro_scope(model);
        return;
    }
    SamrenaScope scope = samrena_scope_enter(model->arena);
    expect_mark(model, scope.mark);
    uint64_t serial = scope.mark.serial;
    size_t index = model->count - (serial ? 1 : 0);
    for (uint64_t i = below(model, 10); i > 0; i--) {
        begin(model);
        allowed[below(model, COUNT_OF(allowed))](model);
    }
    begin(model);
    if (!serial) {
        samrena_scope_leave(&scope);
        expect_success(model);
        expect_unchanged(model);
        return;
    }
    Entry mark = model->entries[index];
    start_taking_back(model, index);
    samrena_scope_leave(&scope);
    finish_taking_back(model, index, mark.before, true);
    heap_expect_taken_back(model, mark.id);
}

/* ---- Everything ---- */

static void expect_largest_found(Model *model) {
    Attempt attempt = {.size = arena_largest_region(), .alignment = 16};
    if (attempt.size <= 2 * model->red_zone || model->setting->limit || model->setting->retain)
        return;
    attempt.size -= 2 * model->red_zone;
    begin(model);
    Entry *entry = expect_push(model, attempt, samrena_push(model->arena, attempt.size));
    expect(model, entry != NULL, "the largest region was not found: %s", samrena_last_error_message());
    fill(entry->bytes, entry->size, entry->id);
    uint64_t calls = model->adapter_calls;
    expect(model, expect_sound_info(model).adapter_calls == calls, "the adapter was asked for what is there already");
}

void do_reset(Model *model) {
    uint64_t retain = model->setting->retain;
    uint64_t held = expect_sound_info(model).committed;
    uint64_t most = model->setting->limit && model->setting->limit < held ? model->setting->limit : held;
    start_taking_back(model, 0);
    expect(model, samrena_reset(model->arena) == SAMRENA_OK, "a reset failed: %s", samrena_last_error_message());
    finish_taking_back(model, 0, (Place){.lost = model->setting->limit ? NOT_KNOWN : 0}, retain == 0);
    heap_expect_taken_back(model, 0);
    if (retain && !model->disturbed)
        expect_trimmed(model, retain, most);
    expect_sound_info(model);
    if (one_in(model, 2)) {
        expect_largest_found(model);
    } else if (one_in(model, 4)) {
        begin(model);
        do_reserve(model);
    }
}

void do_replace(Model *model) {
    expect_sound_info(model);
    start_taking_back(model, 0);
    arena_destroy(model);
    finish_taking_back(model, 0, (Place){0}, false);
    forget_entries(model, 0);
    model->heap_count = 0;
    arena_create(model);
    if (model->setting->hint) {
        begin(model);
        uint64_t immediate = below(model, model->setting->hint);
        if (samrena_reserve_with_growth(model->arena, immediate, model->setting->hint) == SAMRENA_OK)
            model->hint = model->setting->hint;
    }
}
