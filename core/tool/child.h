// SPDX-License-Identifier: MIT
// Asks a child process: whatever a plugin does there, crash, hang or print, this process goes on.
//
// Where there is fork(), a child is a copy of this process. Elsewhere it is the program started again. So a question is
// plain bytes, and the work is named by its place in a table.
#ifndef SAMRENA_TOOL_CHILD_H
#define SAMRENA_TOOL_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Milliseconds of a clock that only goes forward. */
int64_t clock_now(void);

/* What a child can do: *answer has `answer_size` bytes, zeroed. */
typedef struct ChildWork {
    void (*answer)(const void *question, void *answer);
    size_t answer_size;
} ChildWork;

/* Called first by main(), with the table of all that children can do. Does not return in a child that began there. */
void child_begin(const ChildWork *works, int argc, char **argv);

/* Has the work with that number done in a child, where stdout is stderr and stdin is empty, and takes over the answer
   that it leaves behind. False where there is none until `deadline`; `reason` then says why, as in "crashed: Aborted".
   *answer is as before in that case. The child and what it started are gone afterwards. */
bool child_ask(unsigned work, const void *question, size_t question_size, void *answer, int64_t deadline,
               char reason[128]);

#endif
