// SPDX-License-Identifier: MIT
// The peers as candidates of a question.
#ifndef SAMRENA_TESTS_CANDIDATES_H
#define SAMRENA_TESTS_CANDIDATES_H

#include "../bench.h"
#include "peer.h"

typedef enum CandidateSet {
    ARENAS,             /* who takes everything back at a time */
    ARENAS_AND_HEAPS,   /* also who frees block by block */
    ALL_WAYS_TO_CREATE, /* also arenas that differ from another only in how they are created */
} CandidateSet;

/* Those that the build did not find are among them. Returns how many there are. */
int peer_candidates(CandidateSet set, const Candidate **candidates);

/* One measurement of a peer's loop, nanoseconds an operation. */
double time_peer(const Peer *peer, PeerLoop *loop, double operations);

#endif
