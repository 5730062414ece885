// SPDX-License-Identifier: MIT
// Lists and sets of integers over each kind of allocator: built, and thrown away.
#include "containers.h"

#include <cstddef>
#include <functional>
#include <list>
#include <memory_resource>
#include <unordered_set>

#include "samrena.hpp"

namespace {

using ArenaList = std::list<int, samrena::allocator<int>>;
using ArenaSet = std::unordered_set<int, std::hash<int>, std::equal_to<int>, samrena::allocator<int>>;

template <class Allocator> void add(std::list<int, Allocator> &list, int number) {
    list.push_back(number);
}
template <class Allocator>
void add(std::unordered_set<int, std::hash<int>, std::equal_to<int>, Allocator> &set, int number) {
    set.insert(number);
}

/* A function of its own: a container is mostly filled by somebody who was handed it. */
template <class Container> __attribute__((noinline)) void fill(Container &container) {
    for (int i = 0; i < CONTAINER_ELEMENTS; i++)
        add(container, i);
}

/* The compiler is shown the container with all memory: nothing of it is dropped. */
template <class Container, class... Allocator> void build(const Allocator &...allocator) {
    Container container(allocator...);
    fill(container);
    __asm__ volatile("" : : "r"(&container) : "memory");
}

/* Of a resource that comes from elsewhere a compiler does not know the type. */
std::pmr::memory_resource *hide(std::pmr::memory_resource &resource) {
    std::pmr::memory_resource *hidden = &resource;
    __asm__("" : "+r"(hidden));
    return hidden;
}

template <class Container> void on_heap(uint64_t turns) {
    for (; turns > 0; turns--)
        build<Container>();
}

/* On a buffer that is large enough, and warm. */
template <class Container> void over_monotonic(uint64_t turns) {
    alignas(std::max_align_t) static std::byte buffer[1 << 20];
    for (; turns > 0; turns--) {
        std::pmr::monotonic_buffer_resource resource(buffer, sizeof(buffer));
        build<Container>(hide(resource));
    }
}

template <class Container> void over_resource(void *state, uint64_t turns) {
    Samrena *arena = static_cast<Samrena *>(state);
    samrena::memory_resource resource(arena);
    for (; turns > 0; turns--) {
        build<Container>(hide(resource));
        (void)samrena_reset(arena);
    }
}

template <class Container> void over_allocator(void *state, uint64_t turns) {
    Samrena *arena = static_cast<Samrena *>(state);
    for (; turns > 0; turns--) {
        build<Container>(typename Container::allocator_type(arena));
        (void)samrena_reset(arena);
    }
}

} // namespace

void list_on_heap(void *, uint64_t turns) {
    on_heap<std::list<int>>(turns);
}
void list_over_monotonic(void *, uint64_t turns) {
    over_monotonic<std::pmr::list<int>>(turns);
}
void list_over_resource(void *arena, uint64_t turns) {
    over_resource<std::pmr::list<int>>(arena, turns);
}
void list_over_allocator(void *arena, uint64_t turns) {
    over_allocator<ArenaList>(arena, turns);
}

void set_on_heap(void *, uint64_t turns) {
    on_heap<std::unordered_set<int>>(turns);
}
void set_over_monotonic(void *, uint64_t turns) {
    over_monotonic<std::pmr::unordered_set<int>>(turns);
}
void set_over_resource(void *arena, uint64_t turns) {
    over_resource<std::pmr::unordered_set<int>>(arena, turns);
}
void set_over_allocator(void *arena, uint64_t turns) {
    over_allocator<ArenaSet>(arena, turns);
}
