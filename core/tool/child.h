// SPDX-License-Identifier: MIT
// Asks a child process: whatever a plugin does there, crash, hang or print, this process goes on.
#ifndef SAMRENA_TOOL_CHILD_H
#define SAMRENA_TOOL_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Milliseconds of a clock that only goes forward. */
int64_t clock_now(void);

/* Calls work(question, answer) in a child, where stdout is stderr and stdin is empty, and takes over the `size` bytes
   of *answer that it leaves behind. False where there is none until `deadline`; `reason` then says why, as in "crashed:
   Aborted". *answer is as before in that case. The child and what it started are gone afterwards. */
typedef void ChildWork(const void *question, void *answer);
bool child_ask(ChildWork *work, const void *question, void *answer, size_t size, int64_t deadline, char reason[128]);

#endif
