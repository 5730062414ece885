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
#pragma weak peer_llvm
#include "list.h"

static Candidate all[] = {
    {"by hand", &peer_by_hand, NULL},
    {"by hand with rounded sizes", &peer_by_hand_rounded, NULL},
    {"samrena chained", &peer_chained, NULL},
    {"samrena virtual", &peer_virtual, NULL},
    {"obstack", &peer_obstack, NULL},
    {"LLVM BumpPtrAllocator", &peer_llvm, NULL},
    {"pmr on the heap", &peer_pmr_heap, NULL},
    {"pmr on a buffer", &peer_pmr_buffer, NULL},
    {"APR pool", &peer_apr, NULL},
    {"talloc pool", &peer_talloc, NULL},
    {"mimalloc heap", &peer_mimalloc_heap, NULL},
    {"mimalloc", &peer_mimalloc, NULL},
    {"jemalloc", &peer_jemalloc, NULL},
    {"glibc malloc", &peer_glibc, NULL},
};

static const char *not_found(void) {
    return "not found when built";
}

int peer_candidates(const Candidate **candidates) {
    enum { COUNT = sizeof(all) / sizeof(all[0]) };
    for (int i = 0; i < COUNT; i++) {
        const Peer *peer = all[i].what;
        all[i].missing = peer ? peer->missing : not_found;
    }
    *candidates = all;
    return COUNT;
}

uint32_t mixed_sizes[MIXED_PUSHES];

/* Sizes that look like chance to the processor, and are the same in every run. */
static void mix_sizes(void) {
    uint32_t state = 1;
    for (int i = 0; i < MIXED_PUSHES; i++) {
        state = state * 1664525 + 1013904223;
        mixed_sizes[i] = 8 + (state >> 16) % 120;
    }
}

double time_peer(const Peer *peer, PeerLoop *loop, double operations) {
    mix_sizes();
    void *state = peer->open();
    double value = time_operations(loop, state, operations);
    peer->close(state);
    return value;
}
