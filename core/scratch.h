// SPDX-License-Identifier: MIT
// Two scratch arenas a thread, ended with it.
#ifndef SAMRENA_CORE_SCRATCH_H
#define SAMRENA_CORE_SCRATCH_H

/* Ends the calling thread's. */
void scratch_end(void);

#endif
