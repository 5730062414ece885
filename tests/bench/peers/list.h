// SPDX-License-Identifier: MIT
// All peers. Those that the build did not find are not linked in, and their addresses are NULL.
#ifndef SAMRENA_TESTS_LIST_H
#define SAMRENA_TESTS_LIST_H

#include "peer.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const Peer peer_by_hand_exact, peer_by_hand_rounded_8, peer_by_hand_rounded_16, peer_by_hand_downwards;
extern const Peer peer_chained, peer_virtual, peer_samrena_null, peer_samrena_config, peer_samrena_storage;
extern const Peer peer_glibc, peer_jemalloc, peer_mimalloc, peer_mimalloc_heap, peer_obstack, peer_apr, peer_talloc;
extern const Peer peer_upb, peer_upb_buffer, peer_bumpalo, peer_pmr_heap, peer_pmr_buffer;
extern const Peer peer_llvm_14, peer_llvm_newest;

#ifdef __cplusplus
}
#endif

#endif
