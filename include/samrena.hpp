// SPDX-License-Identifier: MIT
// libsamrena for C++17: an owner of an arena, objects and containers in it, and scope guards.
//
// A thin layer over samrena.h, whose contracts hold here too; what it does not wrap is called with get(). All of it is
// inline: a program links libsamrena and nothing more.
//
// Errors: what fails returns nullptr or an error code, and samrena_last_error_message() says why. Only two things
// throw: allocate() of what containers use, because std asks for it, and what a constructor or an iterator of the
// caller's throws. A destructor or a callback of the caller's that throws ends the program: a C function called it.
// Lifetime: an arena, or what owns it, has to outlive every scope, memory_resource and object that it gave memory to.
// Threads: all that refers to one arena belongs to one thread at a time.
#ifndef SAMRENA_HPP
#define SAMRENA_HPP

#if !defined(__cplusplus) || __cplusplus < 201703L
#error "samrena.hpp needs C++17 or later; samrena.h works in C and in any C++"
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>

#if __has_include(<span>)
#include <span>
#endif

#include "samrena.h"
#include "samrena/containers.hpp"
#include "samrena/objects.hpp"

SAMRENA_QUIET_BEGIN
namespace samrena {

/* Owns a Samrena. Moved, not copied; the handle and what lies in the arena stay where they are then.
   An arena that could not be made, was moved from or released is empty, and false. All that is asked of an empty one
   fails as with a NULL arena in C, allocating included. */
class arena {
  public:
    /* ---- Creating: as the C functions; empty on failure ---- */

    arena() noexcept : handle_(samrena_create(nullptr)) {
    }
    /* Terminated; a null `adapter` is the default one. */
    explicit arena(const char *adapter) noexcept : handle_(samrena_create_named(adapter)) {
    }
    /* With a `parent` it has to end, or to be released, before that does. */
    explicit arena(const SamrenaConfig &config) noexcept : handle_(samrena_create(&config)) {
    }
    /* Takes over what samrena_create() or release() gave. */
    explicit arena(Samrena *adopted) noexcept : handle_(adopted) {
    }
    /* Empty: to be assigned to later. */
    explicit arena(std::nullptr_t) noexcept : handle_(nullptr) {
    }
    /* In `size` bytes of the caller's own, SAMRENA_STORAGE_LEAST or more, which have to outlive the arena: as
       samrena_create_in(). The handle lies there too, so that moving this owner moves no byte of it.

           SAMRENA_STORAGE(storage, 4096);
           samrena::arena arena = samrena::arena::in(storage, sizeof(storage)); */
    [[nodiscard]] static arena in(void *storage, std::uint64_t size, const SamrenaConfig *config = nullptr) noexcept {
        return arena(samrena_create_in(storage, size, config));
    }

    arena(const arena &) = delete;
    arena &operator=(const arena &) = delete;
    arena(arena &&other) noexcept : handle_(other.release()) {
    }
    /* What this one owned before is destroyed. Moving to itself changes nothing. */
    arena &operator=(arena &&other) noexcept {
        arena taken(std::move(other));
        swap(taken);
        return *this;
    }
    /* Runs the destructors of what make() and make_array() made, newest first, and gives all memory back. */
    ~arena() {
        samrena_destroy(handle_);
    }

    void swap(arena &other) noexcept {
        std::swap(handle_, other.handle_);
    }
    friend void swap(arena &one, arena &other) noexcept {
        one.swap(other);
    }

    explicit operator bool() const noexcept {
        return handle_ != nullptr;
    }
    /* For the C functions. Still owned here; nullptr where empty. */
    [[nodiscard]] Samrena *get() const noexcept {
        return handle_;
    }
    /* Gives the arena up to the caller, who ends it with samrena_destroy(). */
    [[nodiscard]] Samrena *release() noexcept {
        return std::exchange(handle_, nullptr);
    }

    /* ---- Pushing: nullptr on failure; valid until taken back ---- */

    /* Raw bytes; `alignment` is a power of two. */
    [[nodiscard]] void *allocate(std::uint64_t size, std::uint64_t alignment = SAMRENA_DEFAULT_ALIGNMENT) noexcept {
        return detail::push(handle_, size, alignment);
    }

    /* A T, initialised as T(arguments...), or T{arguments...} where only that works: an aggregate before C++20.
       What takes an allocator and is given none gets one over this arena, by the rules of std::uses_allocator:
       samrena::allocator, or std::pmr::polymorphic_allocator, whose resource costs 16 bytes of the arena.
       Its destructor runs when it is taken back, newest first; registering that costs as samrena_on_release() does,
       a type without need for it costs its size alone. Where that fails the object is destroyed again. Where the
       constructor throws, the exception passes, and no destructor runs for the object later. Either way its bytes are
       given back, unless more was pushed behind them by then. */
    template <class T, class... Arguments> [[nodiscard]] T *make(Arguments &&...arguments) {
        return detail::build<T, Arguments...>(handle_, 1, [&](void *place, const auto &allocator) {
            detail::construct<T>(place, allocator, std::forward<Arguments>(arguments)...);
        });
    }

    /* `count` objects T(), so numbers and pointers are zero. Allocators, destructors, failures and exceptions as with
       make(), for all of them: those that were built already are destroyed. Count 0 gives a pointer not to be
       dereferenced. */
    template <class T> [[nodiscard]] T *make_array(std::uint64_t count) {
        if constexpr (detail::is_zero_bytes<T>)
            return static_cast<T *>(samrena_push_array_zero(handle_, count, sizeof(T), alignof(T)));
        else
            return detail::build<T>(handle_, count,
                                    [](void *place, const auto &allocator) { detail::construct<T>(place, allocator); });
    }
    /* The same, a T of each element from `first` up to `last`. */
    template <class T, class Iterator> [[nodiscard]] T *make_array(Iterator first, Iterator last) {
        static_assert(detail::is_forward<Iterator>, "elements are counted first, and gone through twice");
        using Element = typename std::iterator_traits<Iterator>::reference;
        auto count = static_cast<std::uint64_t>(std::distance(first, last));
        return detail::build<T, Element>(handle_, count, [&](void *place, const auto &allocator) {
            detail::construct<T>(place, allocator, *first);
            ++first;
        });
    }
    /* A T of each element of a container, an array or a view whose begin and end are of one type. */
    template <class T, class Range, class = decltype(std::begin(std::declval<Range &>()))>
    [[nodiscard]] T *make_array(Range &&range) {
        return make_array<T>(std::begin(range), std::end(range));
    }
    template <class T> [[nodiscard]] T *make_array(std::initializer_list<T> values) {
        return make_array<T>(values.begin(), values.end());
    }

#if defined(__cpp_lib_span)
    /* make_array() as a span. Empty, and its data() nullptr, on failure. */
    template <class T> [[nodiscard]] std::span<T> make_span(std::uint64_t count) {
        T *made = make_array<T>(count);
        return {made, made ? static_cast<std::size_t>(count) : 0};
    }
    template <class T, class Range, class = decltype(std::begin(std::declval<Range &>()))>
    [[nodiscard]] std::span<T> make_span(Range &&range) {
        T *made = make_array<T>(range);
        return {made, made ? static_cast<std::size_t>(std::distance(std::begin(range), std::end(range))) : 0};
    }
    template <class T> [[nodiscard]] std::span<T> make_span(std::initializer_list<T> values) {
        return make_span<T, std::initializer_list<T> &>(values);
    }
#endif

    /* All of `text`, NUL bytes included, and a terminator behind it. */
    [[nodiscard]] char *push_string(std::string_view text) noexcept {
        std::uint64_t length = text.size();
        // A length that has no successor is refused as it is.
        char *copy = static_cast<char *>(allocate(length < UINT64_MAX ? length + 1 : length, 1));
        if (!copy)
            return nullptr;
        if (length > 0)
            std::memcpy(copy, text.data(), text.size());
        copy[length] = '\0';
        return copy;
    }

    /* ---- Reserving, taking back, asking: as the C functions of these names ---- */

    SamrenaError reserve(std::uint64_t size) noexcept {
        return samrena_reserve(handle_, size);
    }
    SamrenaError reserve_more(std::uint64_t size) noexcept {
        return samrena_reserve_more(handle_, size);
    }
    SamrenaError reserve_with_growth(std::uint64_t immediate_size, std::uint64_t expected_total) noexcept {
        return samrena_reserve_with_growth(handle_, immediate_size, expected_total);
    }

    /* All that `from` owns is this arena's from now on, and `from` is empty; on failure it is as it was. Containers
       over the arena that `from` owned can be read, and end, but not grow. */
    SamrenaError splice(arena &&from) noexcept {
        SamrenaError error = samrena_splice(handle_, from.handle_);
        if (error == SAMRENA_OK)
            (void)from.release();
        return error;
    }

    /* See scope for marks that end by themselves. */
    [[nodiscard]] SamrenaMark mark() noexcept {
        return samrena_mark(handle_);
    }
    SamrenaError rewind(SamrenaMark mark) noexcept {
        return samrena_rewind(handle_, mark);
    }
    SamrenaError rewind_to(const void *block) noexcept {
        return samrena_rewind_to(handle_, block);
    }
    /* Empties the arena, unlike the reset() of a smart pointer: it stays owned. Refused inside a destructor that this
       arena runs. */
    SamrenaError reset() noexcept {
        return samrena_reset(handle_);
    }
    void trim(std::uint64_t keep = 0) noexcept {
        samrena_trim(handle_, keep);
    }

    [[nodiscard]] std::uint64_t allocated() const noexcept {
        return samrena_allocated(handle_);
    }
    [[nodiscard]] std::uint64_t capacity() const noexcept {
        return samrena_capacity(handle_);
    }
    [[nodiscard]] std::uint64_t resident() const noexcept {
        return samrena_resident(handle_);
    }
    /* All zero but struct_size where the arena is empty. */
    [[nodiscard]] SamrenaInfo info() const noexcept {
        SamrenaInfo told = {};
        told.struct_size = sizeof(told);
        (void)samrena_get_info(handle_, &told);
        return told;
    }

  private:
    Samrena *handle_;
};

/* Takes back, at the end of its block, what was pushed since its own declaration, destructors of make() included:
 *
 *     samrena::scope frame(arena);
 *
 * False where the mark could not be made: then nothing is taken back there, nor where the mark is stale by then,
 * through a reset or a rewind to an older one. Does not own the arena, and does not mind its owner being moved. What
 * lives in that memory, containers too, is declared after the scope, so that it ends before it. */
class [[nodiscard]] scope {
  public:
    [[nodiscard]] explicit scope(Samrena *handle) noexcept : handle_(handle), mark_(samrena_mark(handle)) {
    }
    [[nodiscard]] explicit scope(arena &owner) noexcept : scope(owner.get()) {
    }
    scope(const scope &) = delete;
    scope &operator=(const scope &) = delete;
    ~scope() {
        if (*this)
            (void)samrena_rewind_and_drop(handle_, mark_);
    }

    explicit operator bool() const noexcept {
        return mark_.serial != 0;
    }

  private:
    Samrena *handle_;
    SamrenaMark mark_;
};

/* A scratch arena of this thread, to push into until the end of its block: samrena_scratch() with a scope.
 *
 *     Report *report(samrena::arena &result) {
 *         samrena::scratch temporary(result);
 *         int *numbers = temporary->make_array<int>(1000);
 *
 * It is none of the arenas that are given, arena or Samrena *: those that results go into, which may be the scratch
 * arenas of a caller. False, and its arena empty, where there is none left or its mark could not be made. The arena is
 * the thread's, and not to be moved from. */
class [[nodiscard]] scratch {
  public:
    template <class... Arenas>
    [[nodiscard]] explicit scratch(const Arenas &...conflicts) noexcept
        : arena_(choose({handle_of(conflicts)...})), mark_(arena_ ? arena_.mark() : SamrenaMark()) {
        if (!*this)
            (void)arena_.release();
    }
    scratch(const scratch &) = delete;
    scratch &operator=(const scratch &) = delete;
    ~scratch() {
        Samrena *handle = arena_.release();
        if (*this)
            (void)samrena_rewind_and_drop(handle, mark_);
    }

    explicit operator bool() const noexcept {
        return mark_.serial != 0;
    }
    [[nodiscard]] arena &operator*() noexcept {
        return arena_;
    }
    [[nodiscard]] arena *operator->() noexcept {
        return &arena_;
    }

  private:
    static Samrena *handle_of(Samrena *handle) noexcept {
        return handle;
    }
    static Samrena *handle_of(const arena &owner) noexcept {
        return owner.get();
    }
    static Samrena *choose(std::initializer_list<Samrena *> conflicts) noexcept {
        return samrena_scratch(conflicts.begin(), conflicts.size());
    }

    arena arena_; // not owned: released before it ends
    SamrenaMark mark_;
};

template <class T> allocator<T>::allocator(arena &owner) noexcept : allocator(owner.get()) {
}

#if __has_include(<memory_resource>)
namespace detail {

/* A base, so that it is there before the resource is. */
struct arena_holder {
    arena held;
};

} // namespace detail

template <class Kind> detail::resource<Kind>::resource(arena &owner) noexcept : resource(owner.get()) {
}

/* An arena and a resource over it in one object, whose address containers keep: it cannot be moved.
 *
 *     samrena::owning_resource resource(samrena::arena("virtual"));
 *     std::pmr::vector<int> numbers(&resource); */
class owning_resource final : private detail::arena_holder, public memory_resource {
  public:
    explicit owning_resource(arena owned = arena()) noexcept : arena_holder{std::move(owned)}, memory_resource(held) {
    }

    /* For all that an arena does. Empty where none could be made. To be moved from only by who keeps it as long. */
    [[nodiscard]] arena &owner() noexcept {
        return held;
    }
};
#endif

} // namespace samrena
SAMRENA_QUIET_END

#endif
