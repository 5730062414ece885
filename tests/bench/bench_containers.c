// SPDX-License-Identifier: MIT
// What std's containers of nodes cost over each kind of allocator: 10,000 integers, put in one by one and thrown away.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "containers.h"
#include "measure.h"
#include "samrena.h"

static double turn(const void *what, uint64_t size) {
    (void)size;
    Samrena *arena = samrena_create(NULL);
    if (!arena || samrena_reserve(arena, 1 << 20) != SAMRENA_OK) {
        fprintf(stderr, "%s\n", samrena_last_error_message());
        exit(1);
    }
    double nanoseconds = time_operations(*(ContainerLoop *const *)what, arena, CONTAINER_ELEMENTS);
    samrena_destroy(arena);
    return nanoseconds;
}

static ContainerLoop *const lists[] = {list_on_heap, list_over_monotonic, list_over_resource, list_over_allocator};
static ContainerLoop *const sets[] = {set_on_heap, set_over_monotonic, set_over_resource, set_over_allocator};

static const char resource[] = "samrena::memory_resource";
static const char allocator[] = "samrena::allocator";

static const Candidate list_candidates[] = {{"std::allocator", &lists[0], NULL},
                                            {"std::pmr::monotonic_buffer_resource", &lists[1], NULL},
                                            {resource, &lists[2], NULL},
                                            {allocator, &lists[3], NULL}};
static const Candidate set_candidates[] = {{"std::allocator", &sets[0], NULL},
                                           {"std::pmr::monotonic_buffer_resource", &sets[1], NULL},
                                           {resource, &sets[2], NULL},
                                           {allocator, &sets[3], NULL}};

enum { LIST, SET, QUESTIONS };

static Question questions[QUESTIONS] = {
    [LIST] = {.title = "A list of 10,000 integers, built and thrown away",
              .unit = "ns an element",
              .reference = allocator,
              .candidates = list_candidates,
              .candidate_count = 4,
              .turn = turn},
    [SET] = {.title = "An unordered_set of 10,000 integers, built and thrown away",
             .unit = "ns an element",
             .reference = allocator,
             .candidates = set_candidates,
             .candidate_count = 4,
             .turn = turn},
};

int main(int argc, char **argv) {
    Bench bench;
    bench_start(&bench, "bench_containers", argc, argv, questions);
    for (int i = 0; i < QUESTIONS; i++)
        bench_run(&bench, &questions[i]);
    bench_judge(&bench, ratio_of(&bench, &questions[LIST], resource, allocator), false, 2.0, "A list: %s over %s",
                resource, allocator);
    bench_judge(&bench, ratio_of(&bench, &questions[SET], resource, allocator), false, 1.65,
                "An unordered_set: %s over %s", resource, allocator);
    bench_end(&bench);
    return 0;
}
