// SPDX-License-Identifier: MIT
// What a large structure costs: a perfect binary tree of 2^20 - 1 nodes of 24 bytes, built and thrown away. A heap
// frees it node by node, an arena is reset. The first trees are not measured: memory is warm.
#include <math.h>

#include "bench.h"
#include "measure.h"
#include "peers/candidates.h"

static double turn_tree(const void *what, uint64_t size) {
    enum { WARM_UP = 2, TREES = 5 };
    const Peer *peer = what;
    double seconds[TREES];
    (void)size;
    void *state = peer->open();
    peer->loops->tree(state, WARM_UP);
    for (int i = 0; i < TREES; i++) {
        double start = now_seconds();
        peer->loops->tree(state, 1);
        seconds[i] = now_seconds() - start;
    }
    peer->close(state);
    return median(seconds, TREES) * 1e9 / (double)((1 << TREE_DEPTH) - 1);
}

static Question question = {.title = "A tree of 2^20 - 1 nodes of 24 bytes, built and thrown away",
                            .unit = "ns a node",
                            .reference = "samrena chained",
                            .turn = turn_tree};

static const char *const arenas[] = {"samrena chained", "samrena virtual"};
static const char *const heaps[] = {"glibc malloc", "mimalloc", "jemalloc", NULL};

int main(int argc, char **argv) {
    Bench bench;
    question.candidate_count = peer_candidates(ARENAS_AND_HEAPS, &question.candidates);
    bench_start(&bench, "bench_tree", argc, argv, &question);
    bench_run(&bench, &question);

    const char *best = best_of(&bench, &question, heaps);
    for (int i = 0; i < 2; i++) {
        bench_judge(&bench, ratio_of(&bench, &question, best, arenas[i]), false, 2.0,
                    "A tree built and thrown away: the best heap, %s, over %s", best, arenas[i]);
        bench_judge(&bench, ratio_of(&bench, &question, arenas[i], "by hand, exact"), true, 1.10,
                    "A tree built and thrown away: %s over by hand, exact", arenas[i]);
    }
    bench_end(&bench);
    return 0;
}
