// SPDX-License-Identifier: MIT
// Another arena, with blocks, heap blocks and release functions, that is taken in.
#include <inttypes.h>

#include "arenas.h"
#include "operations.h"
#include "samrena/heap.h"

enum { MOST_PARTS = 4, MOST_BLOCKS = 6, MOST_FUNCTIONS = 3 };

typedef struct Part {
    Samrena *arena;
    size_t first;      /* of its entries */
    size_t first_heap; /* of its heap blocks */
} Part;

static void fill_part(Model *model, Part part) {
    for (uint64_t i = below(model, MOST_BLOCKS); i > 0; i--) {
        uint64_t size = 1 + below(model, one_in(model, 8) ? 20000 : 300);
        unsigned char *bytes = samrena_push(part.arena, size);
        if (!bytes)
            continue;
        Entry *entry = add_entry(model, ENTRY_BLOCK);
        entry->spliced = true;
        entry->bytes = bytes;
        entry->size = size;
        fill(bytes, size, entry->id);
    }
    for (uint64_t i = below(model, MOST_FUNCTIONS); i > 0; i--)
        if (samrena_on_release(part.arena, on_release, (void *)(uintptr_t)model->next_id) == SAMRENA_OK)
            add_entry(model, ENTRY_RELEASE)->spliced = true;
}

/* Where it is refused nothing of it may be left. */
static void forget_part(Model *model, Part part) {
    for (size_t i = part.first; i < model->count; i++)
        if (model->entries[i].kind == ENTRY_RELEASE)
            expect(model,
                   samrena_cancel_release(part.arena, on_release, (void *)(uintptr_t)model->entries[i].id) ==
                       SAMRENA_OK,
                   "a release function that was not found: %s", samrena_last_error_message());
    forget_entries(model, part.first);
    model->heap_count = part.first_heap;
    samrena_destroy(part.arena);
}

static void expect_spliced(Model *model, Part part) {
    uint64_t allocated = samrena_allocated(part.arena), limit = model->setting->limit;
    bool fits = !limit || allocated <= limit - model->now.allocated;
    SamrenaError error = samrena_splice(model->arena, part.arena);
    expect(model, error == (fits ? SAMRENA_OK : SAMRENA_ERROR_LIMIT_EXCEEDED), "error %d: %s", (int)error,
           samrena_last_error_message());
    if (error) {
        expect_refused(model, error);
        forget_part(model, part);
        return;
    }
    expect_success(model);
    learn_adapter(model);
    move_to(model, (Place){model->now.allocated + allocated, lost_now(model), model->now.cursor});
    expect_unchanged(model);
    expect(model, samrena_push(part.arena, 1) == NULL, "a handle that is none was pushed into");
    expect_intact(model, part.first);
}

void do_splice(Model *model) {
    if (model->parts == MOST_PARTS)
        return;
    Part part = {arena_create_another(model), model->count, model->heap_count};
    if (!part.arena)
        return;
    add_entry(model, ENTRY_PART);
    model->parts++;
    fill_part(model, part);
    heap_fill_another(model, part.arena);
    expect_spliced(model, part);
}
