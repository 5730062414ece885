// SPDX-License-Identifier: MIT
// The end of the library, or of the process, as the dynamic linker and the C library tell of it.
#include "compiler.h"
#include "system.h"

/* Other threads go on until the process is gone. */
bool system_threads_are_gone(void) {
    return false;
}

SAMRENA_AT_END(end);
static void end(void) {
    library_end();
}
