// SPDX-License-Identifier: MIT
// Every class of samrena.hpp at work: for its warnings. tests/cpp has what they do.
#include <samrena.hpp>

#include <string>
#include <vector>

namespace {

struct word {
    std::string text;
    int count;
};

bool push(samrena::arena &arena) {
    samrena::scope frame(arena);
    samrena::scratch temporary(arena);
    word *one = arena.make<word>();
    int *numbers = temporary->make_array<int>(10);
    std::vector<int, samrena::allocator<int>> grown{samrena::allocator<int>(arena)};
    grown.push_back(1);
    return frame && one && numbers && arena.push_string("text") && arena.make_array<word>(3) && grown.size() == 1;
}

bool contain(samrena::arena &arena) {
    samrena::memory_resource memory(arena);
    samrena::heap_resource heap(arena);
    samrena::owning_resource owning;
    std::pmr::vector<int> numbers(&memory), others(&heap), own(&owning);
    numbers.push_back(1);
    others.push_back(2);
    own.push_back(3);
    void *aligned = heap.allocate(64, 64);
    heap.deallocate(aligned, 64, 64);
    return numbers.size() + others.size() + own.size() == 3;
}

} // namespace

int main() {
    samrena::arena arena;
    return arena && push(arena) && contain(arena) && arena.reset() == SAMRENA_OK ? 0 : 1;
}
