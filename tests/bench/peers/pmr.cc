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
        alignas(std::max_align_t) std::byte buffer[4096];
        std::pmr::monotonic_buffer_resource resource(buffer, sizeof(buffer));
        Block *newest = nullptr;
        for (int i = 0; i < REQUEST_PUSHES; i++)
            newest = use_block(resource.allocate(REQUEST_SIZE), newest);
    }
}

} // namespace

static inline void *peer_push(void *state, size_t size) {
    return static_cast<State *>(state)->resource.allocate(size);
}

static inline void *peer_push_node(void *state) {
    return static_cast<State *>(state)->resource.allocate(sizeof(Node), alignof(Node));
}

static inline void peer_take_back(void *state, Block *) {
    static_cast<State *>(state)->resource.release();
}

static inline void peer_take_back_tree(void *state, Node *) {
    static_cast<State *>(state)->resource.release();
}

const Peer peer_pmr_heap = {nullptr, open_on_heap, close_state, request_on_heap, &peer_loops};
const Peer peer_pmr_buffer = {nullptr, open_on_buffer, close_state, request_on_buffer, &peer_loops};
