// SPDX-License-Identifier: MIT
// The first failure of a process that nobody listens to is told on stderr, once.
#include "first_failure.h"

#include <stdio.h>
#include <stdlib.h>

#include "atomic.h"
#include "compiler.h"
#include "error.h"
#include "samrena.h"
#include "system/system.h"

/* An operator who has chosen what is told gets that. */
static bool may_be_told(void) {
    char *chosen;
    bool known = system_environment("SAMRENA_LOG", &chosen);
    bool wanted = known && !system_is_elevated() && (!chosen || !*chosen);
    free(chosen);
    return wanted;
}

/* In one piece, as other threads may write there too; without fprintf(), which takes some kilobytes of stack. */
SAMRENA_NOINLINE static void write_failure(void) {
    char text[ERROR_MESSAGE_SIZE + 256];
    snprintf(
        text, sizeof(text),
        "samrena: %s\n"
        "samrena: this is the first failure, others are not told: SAMRENA_LOG=error tells all, none not even this\n",
        samrena_last_error_message());
    fputs(text, stderr);
}

void first_failure_tell(void) {
    /* A flag: not each processor exchanges a byte without a library of the compiler's. */
    static atomic_flag told = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set_explicit(&told, memory_order_relaxed) && may_be_told())
        write_failure();
}
