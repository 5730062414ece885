// SPDX-License-Identifier: MIT
// How make() and make_array() build objects in an arena. A part of samrena.hpp, and nothing for programs to call.
#ifndef SAMRENA_OBJECTS_HPP
#define SAMRENA_OBJECTS_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "containers.hpp"

SAMRENA_QUIET_BEGIN
namespace samrena::detail {

template <class T>
inline constexpr bool is_plain_object =
    std::is_object_v<T> && !std::is_array_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>;

/* Types whose T() is all bytes zero, and for which such bytes are an object. */
template <class T>
inline constexpr bool is_zero_bytes = is_plain_object<T> &&std::is_scalar_v<T> && !std::is_member_pointer_v<T>;

/* What can be gone through twice: a view may say so by its concept alone, a moving iterator by its category alone. */
template <class Iterator>
inline constexpr bool is_forward =
#if defined(__cpp_lib_concepts)
    std::forward_iterator<Iterator> ||
#endif
    std::is_base_of_v<std::forward_iterator_tag, typename std::iterator_traits<Iterator>::iterator_category>;

/* ---- Objects that lie in a row ---- */

template <class T> struct row {
    T *first;
    std::uint64_t count;

    /* Newest first. */
    void destroy() noexcept {
        while (count > 0)
            std::destroy_at(first + --count);
    }
};

/* Release functions. */
template <class T> void destroy_object(void *object) noexcept {
    std::destroy_at(static_cast<T *>(object));
}
template <class T> void destroy_row(void *objects) noexcept {
    static_cast<row<T> *>(objects)->destroy();
}

template <class T> bool register_destructors(Samrena *handle, const row<T> &built) noexcept {
    if (std::is_trivially_destructible_v<T> || built.count == 0)
        return true;
    if (built.count == 1)
        return samrena_on_release(handle, destroy_object<T>, built.first) == SAMRENA_OK;
    void *note = samrena_push_aligned(handle, sizeof(built), alignof(row<T>));
    return note && samrena_on_release(handle, destroy_row<T>, ::new (note) row<T>(built)) == SAMRENA_OK;
}

/* A block in which objects are being built. Unless they are kept, those that are there are destroyed again, and the
   block is given back where nothing was pushed behind it. */
template <class T> struct unfinished {
    Samrena *handle;
    std::uint64_t size;
    row<T> built;

    unfinished(Samrena *arena, void *block, std::uint64_t bytes) noexcept
        : handle(arena), size(bytes), built{static_cast<T *>(block), 0} {
    }
    unfinished(const unfinished &) = delete;
    unfinished &operator=(const unfinished &) = delete;
    ~unfinished() {
        if (!built.first)
            return;
        built.destroy();
        give_back(handle, built.first, size);
    }

    T *keep() noexcept {
        return std::exchange(built.first, nullptr);
    }
};

/* ---- What takes an allocator gets one ---- */

template <class T, class Allocator, class... Arguments>
inline constexpr bool takes_before = std::uses_allocator_v<T, Allocator>
    &&std::is_constructible_v<T, std::allocator_arg_t, const Allocator &, Arguments...>;
template <class T, class Allocator, class... Arguments>
inline constexpr bool takes_behind =
    std::uses_allocator_v<T, Allocator> &&std::is_constructible_v<T, Arguments..., const Allocator &>;
template <class T, class Allocator, class... Arguments>
inline constexpr bool takes = takes_before<T, Allocator, Arguments...> || takes_behind<T, Allocator, Arguments...>;

/* Offered to what takes none. */
struct no_allocator {};

template <class T, class Allocator, class... Arguments>
void construct(void *place, const Allocator &offered, Arguments &&...arguments) {
    if constexpr (takes_before<T, Allocator, Arguments...>)
        ::new (place) T(std::allocator_arg, offered, std::forward<Arguments>(arguments)...);
    else if constexpr (takes_behind<T, Allocator, Arguments...>)
        ::new (place) T(std::forward<Arguments>(arguments)..., offered);
    else if constexpr (std::is_constructible_v<T, Arguments...>)
        ::new (place) T(std::forward<Arguments>(arguments)...);
    else
        ::new (place) T{std::forward<Arguments>(arguments)...};
}

/* ---- Building ---- */

/* samrena_push_array_aligned(), also without an arena. */
inline void *push_array(Samrena *handle, std::uint64_t count, std::uint64_t size, std::uint64_t alignment) noexcept {
    return handle ? samrena_push_array_aligned(handle, count, size, alignment)
                  : samrena_push_slow(nullptr, size, alignment);
}

/* `construct` is called with the place of each object, and the allocator. It may move the owner of the arena. */
template <class T, class Construct, class Allocator>
T *build_with(Samrena *handle, std::uint64_t count, const Construct &construct, const Allocator &offered) {
    void *block = push_array(handle, count, sizeof(T), alignof(T));
    if (!block)
        return nullptr;
    unfinished<T> made(handle, block, count * sizeof(T));
    for (row<T> &built = made.built; built.count < count; built.count++)
        construct(static_cast<void *>(built.first + built.count), offered);
    return register_destructors(handle, made.built) ? made.keep() : nullptr;
}

/* The same with the allocator over the arena that a T takes besides these arguments, if any. The resource behind one of
   std::pmr lies in the arena, right before the objects that use it, and lives as long. */
template <class T, class... Arguments, class Construct>
T *build(Samrena *handle, std::uint64_t count, const Construct &construct) {
    static_assert(is_plain_object<T>, "T is an object type, neither an array nor const");
    if constexpr (takes<T, allocator<std::byte>, Arguments...>)
        return build_with<T>(handle, count, construct, allocator<std::byte>(handle));
#if __has_include(<memory_resource>)
    else if constexpr (takes<T, std::pmr::polymorphic_allocator<std::byte>, Arguments...>) {
        void *block = push(handle, sizeof(memory_resource), alignof(memory_resource));
        if (!block)
            return nullptr;
        unfinished<memory_resource> resource(handle, block, sizeof(memory_resource));
        std::pmr::polymorphic_allocator<std::byte> offered(::new (block) memory_resource(handle));
        T *made = build_with<T>(handle, count, construct, offered);
        if (made)
            (void)resource.keep();
        return made;
    }
#endif
    else
        return build_with<T>(handle, count, construct, no_allocator());
}

} // namespace samrena::detail
SAMRENA_QUIET_END

#endif
