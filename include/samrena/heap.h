// SPDX-License-Identifier: MIT
// A heap over an arena: malloc, calloc, realloc and free for libraries that ask for them, in the arena's memory, and
// gone with it.
//
// What is freed is used again by later calls for the same arena, whatever is pushed in between: blocks of up to 504
// bytes by class, in steps of 16; larger ones are split, and joined with free neighbours. A larger one that is the last
// of its arena grows in place, and is given back to the arena when it is freed.
//
// Blocks are aligned to 16, and have 8 bytes before them, 16 above 504 bytes. Their memory is pushed: it counts as
// allocated, and goes with a rewind to an older mark, a reset, and the end. What was made before a mark can be freed
// and resized behind it, but its memory is used again only once that mark was dropped: all that is made behind a mark
// goes with it, also what realloc moved there. After samrena_rewind_to() in front of heap blocks, and after
// samrena_splice(), the blocks that there are stay good, and can be freed, but their memory waits for a reset.
// samrena_resize() and samrena_rewind_to() are not for blocks of a heap.
//
// Where AddressSanitizer or Valgrind watches, what is freed is poisoned, and not used again.
// Costs: constant, and a step for each older mark behind which a heap was used; a copy where a block cannot grow in
// place. Threads, errors and callbacks: as in samrena.h.
#ifndef SAMRENA_HEAP_H
#define SAMRENA_HEAP_H

#include "../samrena.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `size` bytes, or NULL, as a push. Size 0 gives a block of its own that must not be dereferenced. */
SAMRENA_API void *samrena_malloc(Samrena *arena, uint64_t size);
/* count * size bytes of zero. INVALID_PARAMETER too where that overflows. */
SAMRENA_API void *samrena_calloc(Samrena *arena, uint64_t count, uint64_t size);
/* A block of `size` bytes that begins with what `block` holds, in place where that can be. NULL for `block`:
   samrena_malloc(). Size 0: samrena_free(), and NULL. On failure NULL, and the block is as it was; to make it smaller
   does not fail. INVALID_PARAMETER: it was freed already, or is none of this arena's, as with samrena_free(). */
SAMRENA_API void *samrena_realloc(Samrena *arena, void *block, uint64_t size);
/* NULL is fine. INVALID_PARAMETER, and nothing changed: the block was freed already, or is none of this arena's heap.
   That is told by the 8 bytes before it, which is cheap, and not for certain. */
SAMRENA_API void samrena_free(Samrena *arena, void *block);

/* Bytes of a block in use that may be written to: what was asked for, or some more. 0 for NULL. */
SAMRENA_API uint64_t samrena_block_size(const void *block);

/* All of it in one function, for whoever knows the sizes of his blocks: nothing lies before those of up to 512 bytes.
 * The shape is that of Lua's lua_Alloc and of upb's upb_alloc_func; `arena` is a Samrena.
 *
 *     lua_State *state = lua_newstate(samrena_allocator, arena);
 *
 * new_size 0: frees `block`, gives NULL. `block` NULL: makes one, whatever old_size says. Else resizes, as
 * samrena_realloc() does. old_size is what the block was asked for with; where that is not known it is 0: then the
 * block cannot be resized (INVALID_PARAMETER), and freeing leaves it in the arena. A wrong one is not noticed. Blocks
 * of this function are not for those above, nor theirs for this one. What was made before a mark and is freed behind it
 * is lost until a reset when that mark is rewound to. */
SAMRENA_API void *samrena_allocator(void *arena, void *block, size_t old_size, size_t new_size);

#ifdef __cplusplus
}
#endif

#endif
