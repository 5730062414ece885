// SPDX-License-Identifier: MIT
// The peer std::pmr::monotonic_buffer_resource, of C++: on the heap, and on a buffer that is there already.
#include <cstddef>
#include <memory_resource>

#include "list.h"
#include "loops.h"

namespace {

struct State {
    std::byte *buffer;
    std::pmr::monotonic_buffer_resource resource;

    State() : buffer(nullptr), resource(PEER_PAGE) {
    }
    explicit State(std::byte *memory) : buffer(memory), resource(memory, PEER_PAGE) {
    }
    ~State() {
        resource.release();
        delete[] buffer;
    }
};

void *open_on_heap() {
    return new State;
}

void *open_on_buffer() {
    return new State(new std::byte[PEER_PAGE]);
}

void close_state(void *state) {
    delete static_cast<State *>(state);
}

void request_on_heap(void *, uint64_t turns) {
    for (; turns > 0; turns--) {
        std::pmr::monotonic_buffer_resource resource;
        Block *newest = nullptr;
        for (int i = 0; i < REQUEST_PUSHES; i++)
            newest = use_block(resource.allocate(REQUEST_SIZE), newest);
    }
}

void request_on_buffer(void *, uint64_t turns) {
    for (; turns > 0; turns--) {
        alignas(std::max_align_t) std::byte buffer[REQUEST_BUFFER];
        std::pmr::monotonic_buffer_resource resource(buffer, sizeof(buffer));
        Block *newest = nullptr;
        for (int i = 0; i < REQUEST_PUSHES; i++)
            newest = use_block(resource.allocate(REQUEST_SIZE), newest);
    }
}

void on_stack(void *, uint64_t turns) {
    for (; turns > 0; turns--) {
        alignas(std::max_align_t) std::byte buffer[STACK_SIZE];
        std::pmr::monotonic_buffer_resource resource(buffer, sizeof(buffer));
        use_block(resource.allocate(BLOCK_SIZE), nullptr);
    }
}

} // namespace

static inline void *peer_push_aligned(void *state, size_t size, size_t alignment) {
    return static_cast<State *>(state)->resource.allocate(size, alignment);
}

static inline void peer_reset(void *state) {
    static_cast<State *>(state)->resource.release();
}

const Peer peer_pmr_heap = {nullptr, open_on_heap, close_state, &peer_loops, request_on_heap, nullptr};
const Peer peer_pmr_buffer = {nullptr, open_on_buffer, close_state, &peer_loops, request_on_buffer, on_stack};
