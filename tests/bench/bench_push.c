// SPDX-License-Identifier: MIT
// What a push costs when everything is warm: blocks of several sizes and alignments, in a working set that stays in the
// first-level cache; after each turn everything is taken back.
#include "bench.h"
#include "peers/candidates.h"

static double turn(const void *what, uint64_t kind) {
    const Peer *peer = what;
    return time_peer(peer, peer->loops->push[kind], kind == PUSH_MIXED ? MIXED_PUSHES : PUSHES);
}

static Question questions[PUSH_KINDS] = {
    [PUSH_CONSTANT] = {.title = "A push of 24 bytes"},    [PUSH_MIXED] = {.title = "A push of 8 to 127 bytes"},
    [PUSH_TYPED] = {.title = "A typed push of 24 bytes"}, [PUSH_INTS] = {.title = "Ints"},
    [PUSH_TRIPLES] = {.title = "Structs of 12 bytes"},    [PUSH_TEXTS] = {.title = "Texts of 1 to 40 bytes"},
};

static const char *const arenas[] = {"samrena chained", "samrena virtual"};

/* The first two give an alignment of 8 whatever is asked. */
static const char *const peers[] = {"upb",
                                    "APR pool",
                                    "bumpalo",
                                    "obstack",
                                    "LLVM 14 BumpPtrAllocator",
                                    "newest LLVM BumpPtrAllocator",
                                    "pmr on the heap",
                                    "pmr on a buffer",
                                    "talloc pool",
                                    "mimalloc heap",
                                    "mimalloc",
                                    "jemalloc",
                                    "glibc malloc",
                                    NULL};
static const char *const *const peers_aligned_to_16 = peers + 2;

static void judge(Bench *bench, PushKind kind, const char *reference, double bound) {
    const Question *question = &questions[kind];
    for (int i = 0; i < 2; i++)
        bench_judge(bench, ratio_of(bench, question, arenas[i], reference), true, bound, "%s: %s over %s",
                    question->title, arenas[i], reference);
}

static void judge_best(Bench *bench, PushKind kind, const char *const *names) {
    const Question *question = &questions[kind];
    const char *best = best_of(bench, question, names);
    for (int i = 0; i < 2; i++)
        bench_judge(bench, ratio_of(bench, question, arenas[i], best), true, 1.0, "%s: %s over the best peer, %s",
                    question->title, arenas[i], best);
}

static void judge_adapters(Bench *bench, PushKind kind) {
    const Question *question = &questions[kind];
    Spread ratio = ratio_of(bench, question, arenas[0], arenas[1]);
    bench_judge(bench, ratio, true, 1.05, "%s: chained over virtual", question->title);
    bench_judge(bench, ratio, false, 0.95, "%s: chained over virtual", question->title);
}

static void judge_all(Bench *bench) {
    judge(bench, PUSH_CONSTANT, "by hand, exact", 1.05);
    judge(bench, PUSH_CONSTANT, "by hand, downwards", 1.10);
    judge(bench, PUSH_CONSTANT, "bumpalo", 1.10);
    judge_adapters(bench, PUSH_CONSTANT);
    judge(bench, PUSH_MIXED, "by hand, exact", 1.05);
    judge_best(bench, PUSH_MIXED, peers_aligned_to_16);
    judge(bench, PUSH_TYPED, "by hand, rounded to 8", 1.05);
    judge_best(bench, PUSH_TYPED, peers);
    judge(bench, PUSH_INTS, "by hand, exact", 1.3);
    judge(bench, PUSH_TRIPLES, "by hand, exact", 1.3);
}

int main(int argc, char **argv) {
    Bench bench;
    for (int i = 0; i < PUSH_KINDS; i++) {
        Question *question = &questions[i];
        question->unit = "ns a push";
        question->reference = "by hand, exact";
        question->turn = turn;
        question->size = (uint64_t)i;
        question->candidate_count = peer_candidates(i < PUSH_INTS ? ARENAS_AND_HEAPS : ARENAS, &question->candidates);
    }
    bench_start(&bench, "bench_push", argc, argv, questions);
    for (int i = 0; i < PUSH_KINDS; i++)
        bench_run(&bench, &questions[i]);
    judge_all(&bench);
    bench_end(&bench);
    return 0;
}
