// SPDX-License-Identifier: MIT
// Every check of the suite, file by file; conformance.c has them in a table with what each is about.
#ifndef SAMRENA_TESTS_CONFORMANCE_CHECKS_H
#define SAMRENA_TESTS_CONFORMANCE_CHECKS_H

#include "trial.h"

/* check_regions.c: the required operations, and refusing. */
void check_descriptor(Trial *trial);
void check_lifecycle(Trial *trial);
void check_sizes(Trial *trial);
void check_desired(Trial *trial);
void check_zeros(Trial *trial);
void check_contents(Trial *trial);
void check_overlap(Trial *trial);
void check_reuse(Trial *trial);
void check_ceiling(Trial *trial);
void check_refusal(Trial *trial);

/* check_growth.c: the optional operations. */
void check_extend(Trial *trial);
void check_reserve_extra(Trial *trial);
void check_reserve_in_place(Trial *trial);
void check_prefault(Trial *trial);
void check_prefault_edges(Trial *trial);
void check_resident(Trial *trial);

/* check_trim.c: trim, alone and with what comes after it. */
void check_trim(Trial *trial);
void check_trim_refusal(Trial *trial);
void check_trim_others(Trial *trial);
void check_trim_reuse(Trial *trial);
void check_trim_growth(Trial *trial);
void check_trim_prefault(Trial *trial);
void check_trim_resident(Trial *trial);

/* check_process.c: more than one context, thread or process; and what an adapter must not touch or keep. */
void check_struct_size(Trial *trial);
void check_context_size(Trial *trial);
void check_contexts(Trial *trial);
void check_threads(Trial *trial);
void check_hand_over(Trial *trial);
void check_fork(Trial *trial);
void check_leaks(Trial *trial);

/* check_arena.c: through the public API. */
void check_arena_contents(Trial *trial);
void check_arena_limit(Trial *trial);
void check_arena_growth(Trial *trial);
void check_arena_reserve(Trial *trial);
void check_arena_zero(Trial *trial);
void check_arena_trim(Trial *trial);

/* check_plugin.c: the plugin's file. */
void check_plugin_symbols(Trial *trial);

#endif
