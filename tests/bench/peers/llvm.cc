// SPDX-License-Identifier: MIT
// The peer llvm::BumpPtrAllocator, of the version whose flags it is built with.
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

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    return static_cast<Pool *>(state)->Allocate(size, alignment);
}

static inline void peer_reset(void *state) {
    static_cast<Pool *>(state)->Reset();
}

extern "C" __attribute__((visibility("default")))
const Peer PEER_LLVM = {nullptr, open_pool, close_pool, &peer_loops, request, nullptr};
