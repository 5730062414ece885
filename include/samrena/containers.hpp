// SPDX-License-Identifier: MIT
// What containers of std take their memory from an arena with: an allocator for any of them, resources for std::pmr.
// A part of samrena.hpp, which is what programs include.
//
// Neither owns the arena, nor minds its owner being moved. A container ends before its memory is taken back.
//
// allocate() throws std::bad_alloc for whatever fails: no memory, the config's limit, a size above PTRDIFF_MAX, a null
// arena. Built without exceptions it calls std::abort().
//
// deallocate() gives a block back where nothing was pushed since, so that temporaries leave nothing. Any other block
// stays until the arena's memory is taken back, as does what a container leaves behind that grows. It costs a
// comparison then, and samrena_resize() for the last block. A heap_resource takes all of them back.
#ifndef SAMRENA_CONTAINERS_HPP
#define SAMRENA_CONTAINERS_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <type_traits>

#if __has_include(<memory_resource>)
#include <memory_resource>
#endif

#include "../samrena.h"
#include "heap.h"

SAMRENA_QUIET_BEGIN
namespace samrena {

class arena;

namespace detail {

/* samrena_push_aligned(), also without an arena. */
inline void *push(Samrena *handle, std::uint64_t size, std::uint64_t alignment) noexcept {
    return handle ? samrena_push_aligned(handle, size, alignment) : samrena_push_slow(nullptr, size, alignment);
}

/* Mostly a block is not the last one, and is known not to be without a call. Behind the last one is padding, less than
   16 bytes, or a region that is empty again: there `packed` is where the cursor is. A closed window tells nothing; then
   it may be a checker that has to hear of each block. */
inline void give_back(Samrena *handle, void *block, std::uint64_t size) noexcept {
    const SamrenaWindow &window = *reinterpret_cast<SamrenaWindow *>(handle);
    std::uintptr_t cursor = reinterpret_cast<std::uintptr_t>(window.cursor);
    std::uintptr_t end = reinterpret_cast<std::uintptr_t>(block) + static_cast<std::uintptr_t>(size);
    if (cursor - end < SAMRENA_DEFAULT_ALIGNMENT || window.packed == window.cursor || cursor == 0)
        (void)samrena_resize(handle, block, size, 0);
}

template <class Exception> [[noreturn]] void fail() {
#if defined(__cpp_exceptions)
    throw Exception();
#else
    std::abort();
#endif
}

} // namespace detail

/* For containers of any kind, without a virtual call:
 *
 *     std::vector<int, samrena::allocator<int>> numbers(arena);
 *
 * allocate() also throws std::bad_array_new_length, where count * sizeof(T) overflows. Allocators are equal that use
 * one arena. A container that is moved or swapped takes its arena along, the copy of one is in the same arena, and one
 * that is assigned a copy stays in its own. What is in a container gets no allocator from it, but through
 * std::scoped_allocator_adaptor. */
template <class T> class allocator {
  public:
    using value_type = T;
    using is_always_equal = std::false_type;
    using propagate_on_container_move_assignment = std::true_type;
    using propagate_on_container_swap = std::true_type;

    allocator(Samrena *handle) noexcept : handle_(handle) {
    }
    allocator(arena &owner) noexcept;
    template <class U> allocator(const allocator<U> &other) noexcept : handle_(other.get()) {
    }

    [[nodiscard]] Samrena *get() const noexcept {
        return handle_;
    }

    [[nodiscard]] T *allocate(std::size_t count) {
        if (count > SIZE_MAX / sizeof(T)) {
            (void)samrena_push_overflow(handle_, count, sizeof(T));
            detail::fail<std::bad_array_new_length>();
        }
        void *block = detail::push(handle_, count * sizeof(T), alignof(T));
        if (!block)
            detail::fail<std::bad_alloc>();
        return static_cast<T *>(block);
    }
    /* A compiler drops the walk over nodes that nobody looks at: a list costs two thirds then. */
    void deallocate(T *block, std::size_t count) noexcept {
        if (count > 1)
            detail::give_back(handle_, block, count * sizeof(T));
    }

  private:
    Samrena *handle_;
};

template <class T, class U> bool operator==(const allocator<T> &one, const allocator<U> &other) noexcept {
    return one.get() == other.get();
}
template <class T, class U> bool operator!=(const allocator<T> &one, const allocator<U> &other) noexcept {
    return !(one == other);
}

#if __has_include(<memory_resource>)
namespace detail {

/* Resources are equal that are of one kind over one arena; in a build without RTTI only one and the same is. */
template <class Kind> class resource : public std::pmr::memory_resource {
  public:
    explicit resource(Samrena *handle) noexcept : handle_(handle) {
    }
    explicit resource(arena &owner) noexcept;
    resource(const resource &) = delete;
    resource &operator=(const resource &) = delete;
    ~resource() override = default;

    [[nodiscard]] Samrena *get() const noexcept {
        return handle_;
    }

  private:
    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept final {
#if defined(__cpp_rtti)
        const resource *same = dynamic_cast<const resource *>(&other);
        return same && same->handle_ == handle_;
#else
        return this == &other;
#endif
    }

    Samrena *handle_;
};

/* Blocks of nothing take a byte, so that each has an address of its own. */
inline std::size_t bytes_of(std::size_t size) noexcept {
    return size > 0 ? size : 1;
}

} // namespace detail

/* For std::pmr. An alignment that is no power of two is refused as what else fails. */
class memory_resource : public detail::resource<memory_resource> {
  public:
    using resource::resource;

  private:
    void *do_allocate(std::size_t size, std::size_t alignment) final {
        void *block = detail::push(get(), detail::bytes_of(size), alignment);
        if (!block)
            detail::fail<std::bad_alloc>();
        return block;
    }
    void do_deallocate(void *block, std::size_t size, std::size_t) final {
        detail::give_back(get(), block, detail::bytes_of(size));
    }
};

/* For what comes and goes while the arena lives: every block that is deallocated is used again, in the ways and with
 * the limits of samrena/heap.h. Blocks aligned to more than 16 take their alignment in addition. */
class heap_resource final : public detail::resource<heap_resource> {
  public:
    using resource::resource;

  private:
    void *do_allocate(std::size_t size, std::size_t alignment) override {
        void *block = alignment <= SAMRENA_DEFAULT_ALIGNMENT
                          ? samrena_allocator(get(), nullptr, 0, detail::bytes_of(size))
                          : allocate_aligned(size, alignment);
        if (!block)
            detail::fail<std::bad_alloc>();
        return block;
    }
    void do_deallocate(void *block, std::size_t size, std::size_t alignment) override {
        if (alignment <= SAMRENA_DEFAULT_ALIGNMENT)
            (void)samrena_allocator(get(), block, detail::bytes_of(size), 0);
        else
            (void)samrena_allocator(get(), static_cast<void **>(block)[-1], size + alignment, 0);
    }

    /* Where the block of the heap begins stands right before the one that is handed out. */
    void *allocate_aligned(std::size_t size, std::size_t alignment) noexcept {
        if ((alignment & (alignment - 1)) != 0)
            return detail::push(get(), size, alignment); // which says what is wrong with it
        std::size_t whole = size < SIZE_MAX - alignment ? size + alignment : SIZE_MAX;
        char *begin = static_cast<char *>(samrena_allocator(get(), nullptr, 0, whole));
        if (!begin)
            return nullptr;
        char *block = begin + alignment - reinterpret_cast<std::uintptr_t>(begin) % alignment;
        ::new (block - sizeof(void *)) void *(begin);
        return block;
    }
};
#endif

} // namespace samrena
SAMRENA_QUIET_END

#endif
