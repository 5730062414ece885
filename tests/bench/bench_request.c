// SPDX-License-Identifier: MIT
// What a short-lived arena costs: 20 blocks of 64 bytes, with a new arena for each request, or with one that is reset;
// and one block of 24 in an arena on the stack.
#include "bench.h"
#include "peers/candidates.h"

static double turn_request(const void *what, uint64_t size) {
    const Peer *peer = what;
    (void)size;
    return time_peer(peer, peer->request, 1);
}

static double turn_reset(const void *what, uint64_t size) {
    const Peer *peer = what;
    (void)size;
    return time_peer(peer, peer->loops->request_reset, 1);
}

static double turn_on_stack(const void *what, uint64_t size) {
    const Peer *peer = what;
    (void)size;
    return time_peer(peer, peer->on_stack, 1);
}

enum { CREATE, RESET, ON_STACK, QUESTIONS };

static Question questions[QUESTIONS] = {
    [CREATE] = {.title = "A request: create, 20 pushes of 64 bytes, destroy",
                .unit = "ns a request",
                .reference = "samrena chained",
                .turn = turn_request},
    [RESET] = {.title = "A request with reset: 20 pushes of 64 bytes, reset",
               .unit = "ns a request",
               .reference = "samrena chained",
               .turn = turn_reset},
    [ON_STACK] = {.title = "An arena on the stack: create in 1 KiB, one push of 24 bytes, end",
                  .unit = "ns an arena",
                  .reference = "samrena in storage",
                  .turn = turn_on_stack},
};

/* Who is not there was named at the first question. */
static int choose_on_stack(const Candidate **candidates) {
    static Candidate chosen[MOST_CANDIDATES];
    const Candidate *all;
    int chosen_count = 0;
    int count = peer_candidates(ALL_WAYS_TO_CREATE, &all);
    for (int i = 0; i < count; i++) {
        const Peer *peer = all[i].what;
        if (peer && peer->on_stack)
            chosen[chosen_count++] = all[i];
    }
    *candidates = chosen;
    return chosen_count;
}

static void choose_candidates(void) {
    questions[CREATE].candidate_count = peer_candidates(ALL_WAYS_TO_CREATE, &questions[CREATE].candidates);
    questions[RESET].candidate_count = peer_candidates(ARENAS_AND_HEAPS, &questions[RESET].candidates);
    questions[ON_STACK].candidate_count = choose_on_stack(&questions[ON_STACK].candidates);
}

static const char *const heap_arenas[] = {
    "obstack", "LLVM 14 BumpPtrAllocator", "newest LLVM BumpPtrAllocator", "pmr on the heap", "APR pool", "upb", NULL};

static void judge_over(Bench *bench, int question, const char *arena, double bound, const char *peer) {
    static const char *const names[] = {"A request", "A request with reset"};
    Spread ratio = ratio_of(bench, &questions[question], arena, peer);
    bench_judge(bench, ratio, true, bound, "%s: %s over %s", names[question], arena, peer);
}

static void judge(Bench *bench) {
    judge_over(bench, CREATE, "samrena chained", 1.0, best_of(bench, &questions[CREATE], heap_arenas));
    judge_over(bench, CREATE, "samrena virtual", 2.0, "samrena chained");
    judge_over(bench, CREATE, "samrena chained", 0.8, "bumpalo");
    judge_over(bench, CREATE, "samrena, NULL", 0.8, "bumpalo");
    judge_over(bench, CREATE, "samrena, a config", 0.8, "bumpalo");
    judge_over(bench, CREATE, "samrena in storage", 1.0, "pmr on a buffer");
    judge_over(bench, RESET, "samrena chained", 1.0, "pmr on a buffer");
    judge_over(bench, RESET, "samrena virtual", 1.0, "pmr on a buffer");
    bench_judge(bench, spread_of(bench, &questions[ON_STACK], "samrena in storage"), true, 12,
                "An arena on the stack: nanoseconds");
}

int main(int argc, char **argv) {
    Bench bench;
    choose_candidates();
    bench_start(&bench, "bench_request", argc, argv, questions);
    for (int i = 0; i < QUESTIONS; i++)
        bench_run(&bench, &questions[i]);
    judge(&bench);
    bench_end(&bench);
    return 0;
}
