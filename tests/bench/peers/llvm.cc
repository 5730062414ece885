// SPDX-License-Identifier: MIT
// The peer llvm::BumpPtrAllocator.
#include <llvm/Support/Allocator.h>

#include "list.h"
#include "loops.h"

namespace {

using Pool = llvm::BumpPtrAllocatorImpl<llvm::MallocAllocator, PEER_PAGE>;

void *open_pool() {
    return new Pool;
}

void close_pool(void *state) {
    delete static_cast<Pool *>(state);
}

void request(void *, uint64_t turns) {
    for (; turns > 0; turns--) {
        llvm::BumpPtrAllocator pool;
        Block *newest = nullptr;
        for (int i = 0; i < REQUEST_PUSHES; i++)
            newest = use_block(pool.Allocate(REQUEST_SIZE, 16), newest);
    }
}

} // namespace

static inline void *peer_push(void *state, size_t size) {
    return static_cast<Pool *>(state)->Allocate(size, 16);
}

static inline void *peer_push_node(void *state) {
    return static_cast<Pool *>(state)->Allocate(sizeof(Node), alignof(Node));
}

static inline void peer_take_back(void *state, Block *) {
    static_cast<Pool *>(state)->Reset();
}

static inline void peer_take_back_tree(void *state, Node *) {
    static_cast<Pool *>(state)->Reset();
}

const Peer peer_llvm = {nullptr, open_pool, close_pool, request, &peer_loops};
