// SPDX-License-Identifier: MIT
// The peer bumpalo, of Rust; its loops are in bumpalo.rs.
#include "list.h"

void *bumpalo_open(void);
void bumpalo_close(void *state);
PeerLoop bumpalo_push_constant, bumpalo_push_mixed, bumpalo_push_typed;
PeerLoop bumpalo_push_ints, bumpalo_push_triples, bumpalo_push_texts;
PeerLoop bumpalo_request, bumpalo_request_reset, bumpalo_tree;

static const PeerLoops loops = {.push = {bumpalo_push_constant, bumpalo_push_mixed, bumpalo_push_typed,
                                         bumpalo_push_ints, bumpalo_push_triples, bumpalo_push_texts},
                                .request_reset = bumpalo_request_reset,
                                .tree = bumpalo_tree};

const Peer peer_bumpalo = {.open = bumpalo_open, .close = bumpalo_close, .loops = &loops, .request = bumpalo_request};
