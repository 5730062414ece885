// SPDX-License-Identifier: MIT
// A peer: an allocator that is measured beside this library, with the loops that every peer runs alike.
#ifndef SAMRENA_TESTS_PEER_H
#define SAMRENA_TESTS_PEER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a loop pushes in one turn stays below 32 KiB, the smallest first-level cache in use. peers/bumpalo.rs has these
   numbers again. */
enum {
    PUSHES = 640,
    BLOCK_SIZE = 24,
    INT_SIZE = 4,
    TRIPLE_SIZE = 12,
    MIXED_PUSHES = 320,
    REQUEST_SIZE = 64,
    REQUEST_PUSHES = 20,
    STACK_SIZE = 1 << 10,
    REQUEST_BUFFER = 4 << 10,
    TREE_DEPTH = 20, /* 2^20 - 1 nodes */
    PEER_PAGE = 32 << 10
};

extern uint32_t mixed_sizes[MIXED_PUSHES]; /* 8 to 127 bytes */
extern uint32_t text_sizes[PUSHES];        /* 1 to 40 bytes */

/* Does its work `turns` times. */
typedef void PeerLoop(void *state, uint64_t turns);

/* What is pushed in a turn, before everything is taken back. */
typedef enum PushKind {
    PUSH_CONSTANT, /* 24 bytes aligned to 16 */
    PUSH_MIXED,    /* 8 to 127 bytes aligned to 16 */
    PUSH_TYPED,    /* 24 bytes aligned to 8 */
    PUSH_INTS,     /* 4 bytes aligned to 4 */
    PUSH_TRIPLES,  /* 12 bytes aligned to 4 */
    PUSH_TEXTS,    /* 1 to 40 bytes aligned to 1 */
    PUSH_KINDS
} PushKind;

typedef struct PeerLoops {
    PeerLoop *push[PUSH_KINDS]; /* of a heap the last three are NULL */
    PeerLoop *request_reset;    /* a request's pushes, then everything is taken back */
    PeerLoop *tree;             /* built, then thrown away */
} PeerLoops;

typedef struct Peer {
    const char *(*missing)(void); /* loads it, or says why it cannot run; no function: it can */
    void *(*open)(void);          /* in pages of PEER_PAGE, where the peer can be told */
    void (*close)(void *state);
    const PeerLoops *loops;
    PeerLoop *request;  /* created as its users do by default, used and destroyed; `state` is not for it */
    PeerLoop *on_stack; /* the same for 24 bytes in 1 KiB of the stack; NULL: not what its users do */
} Peer;

#ifdef __cplusplus
}
#endif

#endif
