// SPDX-License-Identifier: MIT
// What the C++ tests share: cmocka, the table of arenas, and objects that tell of their lives.
#ifndef SAMRENA_TESTS_CPP_SUPPORT_HH
#define SAMRENA_TESTS_CPP_SUPPORT_HH

#include <cstdarg>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "samrena.hpp"

/* Behind all of std, where `fail` is a name and not a macro. */
extern "C" {
#include <cmocka.h>
}

inline constexpr std::uint64_t KIB = 1024;
inline constexpr std::uint64_t MIB = KIB * KIB;

/* The kind of arena that lies in storage of the caller's, with chained behind it; the other kinds are adapters. */
#define IN_STORAGE "in storage"

/* A config, and where the arena is to lie; nowhere: on the heap. */
struct Config : SamrenaConfig {
    unsigned char *storage = nullptr;
    std::uint64_t size = 0;
};

inline Config config_of(void **state) {
    static unsigned char storage[8][16 * KIB];
    static unsigned next;
    Config config{samrena_default_config()};
    config.adapter = static_cast<const char *>(*state);
    if (std::strcmp(config.adapter, IN_STORAGE) == 0) {
        config.adapter = "chained";
        config.storage = storage[next++ % 8] + 1; // not aligned, on purpose
        config.size = sizeof(storage[0]) - 1;
    }
    return config;
}

/* Without red zones, whatever watches: what is allocated can be told to the byte. */
inline Config exact_config_of(void **state) {
    Config config = config_of(state);
    config.debug = SAMRENA_DEBUG_NEVER;
    return config;
}

inline samrena::arena open(const Config &config) {
    samrena::arena made =
        config.storage ? samrena::arena::in(config.storage, config.size, &config) : samrena::arena(config);
    if (!made)
        fail_msg("no arena: %s", samrena_last_error_message());
    return made;
}

inline samrena::arena open_for(void **state) {
    return open(config_of(state));
}

inline bool is_aligned(const void *block, std::uint64_t alignment) {
    return reinterpret_cast<std::uintptr_t>(block) % alignment == 0;
}

/* An object that notes its construction and its end. */
struct Life {
    static inline int alive = 0;
    static inline int born = 0;
    static inline std::vector<int> ended; /* in this order */

    int number;

    explicit Life(int given) noexcept : number(given) {
        alive++;
        born++;
    }
    Life() noexcept : Life(born) {
    }
    Life(const Life &) = delete;
    Life &operator=(const Life &) = delete;
    ~Life() {
        alive--;
        ended.push_back(number);
    }

    static void forget() {
        alive = born = 0;
        ended.clear();
    }
};

inline void assert_ended(const std::vector<int> &expected) {
    assert_int_equal(Life::ended.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); i++)
        assert_int_equal(Life::ended[i], expected[i]);
}

/* A cmocka setup. */
inline int forget_lives(void **) {
    Life::forget();
    return 0;
}

/* One entry of a test table for each kind of arena; the test finds its kind in *state. */
#define OVER_KINDS(test) OF_KIND(test, "chained"), OF_KIND(test, "virtual"), OF_KIND(test, IN_STORAGE)
#define OF_KIND(test, kind) of_kind(#test " [" kind "]", test, kind)

inline CMUnitTest of_kind(const char *name, CMUnitTestFunction test, const char *kind) {
    return {name, test, forget_lives, nullptr, const_cast<char *>(kind)};
}

#endif
