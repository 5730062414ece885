// SPDX-License-Identifier: MIT
// The one thread of the library's own: makes memory resident ahead of arenas that go on meanwhile.
//
// It is started by the first that asks, does one chunk after the other for all of them in turn, sleeps while nobody
// wants anything, and ends when that lasts. It stops where no processor is idle, or memory is short, and whoever asks
// is refused for a while then. There is none in a forked child, before that asks.
#ifndef SAMRENA_CORE_BACKGROUND_H
#define SAMRENA_CORE_BACKGROUND_H

#include <stdbool.h>

#include "samrena/adapter.h"

/* What is done at once: who waits for the thread waits no longer than for this. A huge page, wherever one can be. */
#define BACKGROUND_CHUNK (UINT64_C(2) << 20)

/* Of one supply; what its thread has done of it, and still has to do. */
typedef struct Background Background;

/* For an adapter that can prefault concurrently. NULL: no heap, or no such thread on this system. */
Background *background_begin(const SamrenaAdapterOperations *operations, void *context);
/* Waits for at most one chunk. */
void background_end(Background *background);

/* For the end of the library: no thread is there any more, nor comes one. */
void background_end_thread(void);

/* The bytes from offset `from` to `to` of the region are to be made resident, as far as they were not yet, and no
   others any more. Makes no system call while the thread is at work, or has nothing to do; waits for nobody, unless
   `waits`: for some instructions of whoever else is here. False: not now. It may come to nothing even so: the same can
   be posted again. */
bool background_post(Background *background, const SamrenaRegion *memory, uint64_t from, uint64_t to, bool waits);

/* Nothing of the region at `base` is to be made resident any more, nor being made. Waits for at most one chunk. */
void background_withdraw(Background *background, const unsigned char *base);

#endif
