// SPDX-License-Identifier: MIT
// Every check of the suite, file by file; conformance.c has them in a table with what each is about.
#ifndef SAMRENA_CONFORMANCE_CHECKS_H
#define SAMRENA_CONFORMANCE_CHECKS_H

#include "trial.h"

/* check_descriptor.c, check_plugin.c: what an adapter says, and the plugin's file; nothing is called. */
void check_descriptor(Trial *trial);
void check_plugin_symbols(Trial *trial);

/* check_regions.c: the required operations. */
void check_lifecycle(Trial *trial);
void check_sizes(Trial *trial);
void check_desired(Trial *trial);
void check_alignment(Trial *trial);
void check_ahead(Trial *trial);
void check_zeros(Trial *trial);
void check_contents(Trial *trial);
void check_overlap(Trial *trial);
void check_reuse(Trial *trial);

/* check_refusal.c: what cannot be had. */
void check_ceiling(Trial *trial);
void check_largest(Trial *trial);
void check_refusal(Trial *trial);
void check_extend_refused(Trial *trial);

/* check_growth.c: extend and reserve. */
void check_extend(Trial *trial);
void check_reserve_extra(Trial *trial);
void check_reserve_in_place(Trial *trial);

/* check_prefault.c */
void check_prefault(Trial *trial);
void check_prefault_edges(Trial *trial);
void check_resident(Trial *trial);

/* check_concurrent.c: prefault_concurrently. */
void check_concurrent(Trial *trial);
void check_concurrent_resident(Trial *trial);
void check_concurrent_writes(Trial *trial);

/* check_trim.c: trim, alone and with what comes after it. */
void check_trim(Trial *trial);
void check_trim_refusal(Trial *trial);
void check_trim_others(Trial *trial);
void check_trim_reuse(Trial *trial);
void check_trim_growth(Trial *trial);
void check_trim_prefault(Trial *trial);
void check_trim_resident(Trial *trial);

/* check_contexts.c: what an adapter must not touch, and more than one context. */
void check_struct_size(Trial *trial);
void check_context_size(Trial *trial);
void check_contexts(Trial *trial);

/* check_rest.c: an arena that ended and is kept. */
void check_rest(Trial *trial);

/* check_threads.c */
void check_threads(Trial *trial);
void check_hand_over(Trial *trial);

/* check_fork.c: a forked child. */
void check_fork(Trial *trial);
void check_sharing(Trial *trial);

/* check_leaks.c */
void check_leaks(Trial *trial);

/* check_arena.c: through the public API. */
void check_arena_contents(Trial *trial);
void check_arena_limit(Trial *trial);
void check_arena_growth(Trial *trial);
void check_arena_apart(Trial *trial);
void check_arena_reserve(Trial *trial);
void check_arena_zero(Trial *trial);

/* check_arena_trim.c */
void check_arena_trim(Trial *trial);

/* check_arena_fork.c: the same in a forked child. */
void check_arena_fork(Trial *trial);

#endif
