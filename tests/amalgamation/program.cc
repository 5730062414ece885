// SPDX-License-Identifier: MIT
// A C++17 program with the made files: objects and containers in an arena of each adapter; samrena.c is compiled as C.
#include "samrena.h"
#include "samrena.hpp"

#include <cstdio>
#include <string>
#include <vector>

static int ended = 0;

struct Counted {
    ~Counted() {
        ended++;
    }
};

static bool use(const char *adapter) {
    samrena::arena arena(adapter);
    if (!arena || arena.reserve(UINT64_C(8) << 20) != SAMRENA_OK || !arena.make<Counted>())
        return false;
    std::vector<int, samrena::allocator<int>> numbers{samrena::allocator<int>(arena)};
    for (int i = 0; i < 100000; i++)
        numbers.push_back(i);
    samrena::scope scope(arena);
    const char *text = arena.push_string("in C++");
    return scope && numbers[99999] == 99999 && text && std::string(text) == "in C++";
}

int main() {
    if (use("chained") && use("virtual") && ended == 2)
        return 0;
    std::fprintf(stderr, "%d objects ended, of 2: %s\n", ended, samrena_last_error_message());
    return 1;
}
