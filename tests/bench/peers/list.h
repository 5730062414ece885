// SPDX-License-Identifier: MIT
// All peers. Those that the build did not find are not linked in, and their addresses are NULL.
#ifndef SAMRENA_TESTS_LIST_H
#define SAMRENA_TESTS_LIST_H

#include "peer.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const Peer peer_by_hand, peer_by_hand_rounded, peer_chained, peer_virtual, peer_glibc;
extern const Peer peer_jemalloc, peer_mimalloc, peer_mimalloc_heap, peer_obstack, peer_apr, peer_talloc;
extern const Peer peer_pmr_heap, peer_pmr_buffer, peer_llvm;

#ifdef __cplusplus
}
#endif

#endif
