// SPDX-License-Identifier: MIT
// The peers as candidates of a question.
#include "candidates.h"

#include "../measure.h"

#pragma weak peer_jemalloc
#pragma weak peer_mimalloc
#pragma weak peer_mimalloc_heap
#pragma weak peer_obstack
#pragma weak peer_apr
#pragma weak peer_talloc
#pragma weak peer_pmr_heap
#pragma weak peer_pmr_buffer
#pragma weak peer_bumpalo
#pragma weak peer_upb
#pragma weak peer_upb_buffer
#ifndef PEER_LLVM_14 /* in a shared library, for which a weak reference is no need */
#pragma weak peer_llvm_14
#endif
#ifndef PEER_LLVM_NEWEST
#pragma weak peer_llvm_newest
#endif
#include "list.h"

/* In the order of the sets. */
static Candidate all[] = {
    {"by hand, exact", &peer_by_hand_exact, NULL},
    {"by hand, rounded to 8", &peer_by_hand_rounded_8, NULL},
    {"by hand, rounded to 16", &peer_by_hand_rounded_16, NULL},
    {"by hand, downwards", &peer_by_hand_downwards, NULL},
    {"samrena chained", &peer_chained, NULL},
    {"samrena virtual", &peer_virtual, NULL},
    {"bumpalo", &peer_bumpalo, NULL},
    {"upb", &peer_upb, NULL},
    {"obstack", &peer_obstack, NULL},
    {"LLVM 14 BumpPtrAllocator", &peer_llvm_14, NULL},
    {"newest LLVM BumpPtrAllocator", &peer_llvm_newest, NULL},
    {"pmr on the heap", &peer_pmr_heap, NULL},
    {"pmr on a buffer", &peer_pmr_buffer, NULL},
    {"APR pool", &peer_apr, NULL},
    {"talloc pool", &peer_talloc, NULL},
    {"mimalloc heap", &peer_mimalloc_heap, NULL},

    {"mimalloc", &peer_mimalloc, NULL},
    {"jemalloc", &peer_jemalloc, NULL},
    {"glibc malloc", &peer_glibc, NULL},

    {"samrena, NULL", &peer_samrena_null, NULL},
    {"samrena, a config", &peer_samrena_config, NULL},
    {"samrena in storage", &peer_samrena_storage, NULL},
    {"upb on a buffer", &peer_upb_buffer, NULL},
};

enum { CANDIDATES = sizeof(all) / sizeof(all[0]), WAYS = 4, HEAPS = 3 };

static const char *not_found(void) {
    return "not found when built";
}

int peer_candidates(CandidateSet set, const Candidate **candidates) {
    static const int counts[] = {CANDIDATES - WAYS - HEAPS, CANDIDATES - WAYS, CANDIDATES};
    for (int i = 0; i < CANDIDATES; i++) {
        const Peer *peer = all[i].what;
        all[i].missing = peer ? peer->missing : not_found;
    }
    *candidates = all;
    return counts[set];
}

uint32_t mixed_sizes[MIXED_PUSHES];
uint32_t text_sizes[PUSHES];

/* Sizes that look like chance to the processor, and are the same in every run. */
static void mix_sizes(uint32_t *sizes, int count, uint32_t least, uint32_t range) {
    uint32_t state = 1;
    for (int i = 0; i < count; i++) {
        state = state * 1664525 + 1013904223;
        sizes[i] = least + (state >> 16) % range;
    }
}

double time_peer(const Peer *peer, PeerLoop *loop, double operations) {
    mix_sizes(mixed_sizes, MIXED_PUSHES, 8, 120);
    mix_sizes(text_sizes, PUSHES, 1, 40);
    void *state = peer->open();
    double value = time_operations(loop, state, operations);
    peer->close(state);
    return value;
}
