// SPDX-License-Identifier: MIT
// A peer: an allocator that is measured beside this library, with the loops that every peer runs alike.
#ifndef SAMRENA_TESTS_PEER_H
#define SAMRENA_TESTS_PEER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a loop pushes in one turn stays below 32 KiB, the smallest first-level cache in use. */
enum {
    CONSTANT_SIZE = 24,
    CONSTANT_PUSHES = 640,
    MIXED_PUSHES = 320, /* of 8 to 127 bytes */
    REQUEST_SIZE = 64,
    REQUEST_PUSHES = 20,
    TREE_DEPTH = 20, /* 2^20 - 1 nodes */
    PEER_PAGE = 32 << 10
};

extern uint32_t mixed_sizes[MIXED_PUSHES];

/* Does its work `turns` times. */
typedef void PeerLoop(void *state, uint64_t turns);

typedef struct PeerLoops {
    PeerLoop *push_constant;
    PeerLoop *push_mixed;
    PeerLoop *request_reset; /* a request's pushes, then everything is taken back */
    PeerLoop *tree;          /* built, then thrown away */
} PeerLoops;

typedef struct Peer {
    const char *(*missing)(void); /* loads it, or says why it cannot run; no function: it can */
    void *(*open)(void);          /* in pages of PEER_PAGE, where the peer can be told */
    void (*close)(void *state);
    PeerLoop *request; /* created as its users do by default, used and destroyed; `state` is not for it */
    const PeerLoops *loops;
} Peer;

#ifdef __cplusplus
}
#endif

#endif
