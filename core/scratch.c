// SPDX-License-Identifier: MIT
// Two scratch arenas a thread, ended with it.
#include <inttypes.h>

#include "arena.h"
#include "compiler.h"
#include "config.h"
#include "error.h"
#include "report.h"
#include "scratch.h"
#include "system/system.h"

enum { SCRATCHES = 2 };

static _Thread_local Samrena *scratches[SCRATCHES];

/* The younger one first: the other may be what it was made for. */
void scratch_end(void) {
    for (int i = SCRATCHES; i-- > 0;) {
        Samrena *ended = scratches[i];
        scratches[i] = NULL;
        if (ended)
            ended->ties &= (uint8_t)~TIED_TO_THREAD;
        samrena_destroy(ended);
    }
}

SAMRENA_NOINLINE static Samrena *make_scratch(int index) {
    static const SystemThreadEnd thread_end = {scratch_end};
    static SamrenaLabel label = SAMRENA_LABEL("samrena_scratch");
    SamrenaConfig config = samrena_default_config();
    config.label = &label;
    if (!system_at_thread_end(&thread_end)) {
        (void)report_without_arena(
            &config, error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "the system cannot note what ends with a thread"));
        return NULL;
    }
    Samrena *made = samrena_create(&config);
    if (made)
        made->ties |= TIED_TO_THREAD;
    return scratches[index] = made;
}

static bool is_among(const Samrena *arena, Samrena *const *conflicts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (conflicts[i] == arena)
            return true;
    return false;
}

Samrena *samrena_scratch(Samrena *const *conflicts, size_t count) {
    for (int i = 0; i < SCRATCHES; i++) {
        if (!scratches[i])
            return make_scratch(i);
        if (!is_among(scratches[i], conflicts, count))
            return scratches[i];
    }
    (void)report_without_arena(
        &samrena_config_defaults,
        error_set(SAMRENA_ERROR_INVALID_PARAMETER,
                  "samrena_scratch: both scratch arenas of this thread are among the %zu conflicts", count));
    return NULL;
}
