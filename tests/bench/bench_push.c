// SPDX-License-Identifier: MIT
// What a push costs when everything is warm: blocks of 24 bytes, and of 8 to 127, in a working set that stays in the
// first-level cache; after each turn everything is taken back.
#include "bench.h"
#include "peers/candidates.h"

static double turn_constant(const void *what, uint64_t size) {
    const Peer *peer = what;
    (void)size;
    return time_peer(peer, peer->loops->push_constant, CONSTANT_PUSHES);
}

static double turn_mixed(const void *what, uint64_t size) {
    const Peer *peer = what;
    (void)size;
    return time_peer(peer, peer->loops->push_mixed, MIXED_PUSHES);
}

static Question questions[] = {
    {.title = "A push of 24 bytes", .unit = "ns a push", .reference = "by hand", .turn = turn_constant},
    {.title = "A push of 8 to 127 bytes", .unit = "ns a push", .reference = "by hand", .turn = turn_mixed},
};

static const char *const peers[] = {
    "obstack",     "LLVM BumpPtrAllocator", "pmr on the heap", "pmr on a buffer", "APR pool",
    "talloc pool", "mimalloc heap",         "mimalloc",        "jemalloc",        "glibc malloc",
    NULL};

static void judge(Bench *bench, const Question *question) {
    static const char *const limits[] = {"by hand", "by hand with rounded sizes"};
    static const char *const arenas[] = {"samrena chained", "samrena virtual"};
    const char *best = best_of(bench, question, peers);
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++)
            bench_judge(bench, ratio_of(bench, question, arenas[i], limits[j]), true, 1.10, "%s: %s over %s",
                        question->title, arenas[i], limits[j]);
        bench_judge(bench, ratio_of(bench, question, arenas[i], best), true, 1.0, "%s: %s over the best peer, %s",
                    question->title, arenas[i], best);
    }
    bench_judge(bench, ratio_of(bench, question, arenas[0], arenas[1]), true, 1.05, "%s: chained over virtual",
                question->title);
    bench_judge(bench, ratio_of(bench, question, arenas[0], arenas[1]), false, 0.95, "%s: chained over virtual",
                question->title);
}

int main(int argc, char **argv) {
    Bench bench;
    for (int i = 0; i < 2; i++)
        questions[i].candidate_count = peer_candidates(&questions[i].candidates);
    bench_start(&bench, "bench_push", argc, argv, questions);
    for (int i = 0; i < 2; i++) {
        bench_run(&bench, &questions[i]);
        judge(&bench, &questions[i]);
    }
    bench_end(&bench);
    return 0;
}
