// SPDX-License-Identifier: MIT
// What a short-lived arena costs: 20 blocks of 64 bytes, with a new arena for each request, or with one that is reset.
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

static Question questions[] = {
    {.title = "A request: create, 20 pushes of 64 bytes, destroy",
     .unit = "ns a request",
     .reference = "samrena chained",
     .turn = turn_request},
    {.title = "A request with reset: 20 pushes of 64 bytes, reset",
     .unit = "ns a request",
     .reference = "samrena chained",
     .turn = turn_reset},
};

static const char *const heap_arenas[] = {"obstack", "LLVM BumpPtrAllocator", "pmr on the heap", "APR pool", NULL};
static const char *const buffer[] = {"pmr on a buffer", NULL};

static void judge_best(Bench *bench, const char *name, const Question *question, const char *arena,
                       const char *const *names) {
    const char *best = best_of(bench, question, names);
    Spread ratio = ratio_of(bench, question, arena, best);
    bench_judge(bench, ratio, true, 1.0, "%s: %s over %s", name, arena, best);
}

int main(int argc, char **argv) {
    Bench bench;
    for (int i = 0; i < 2; i++)
        questions[i].candidate_count = peer_candidates(&questions[i].candidates);
    bench_start(&bench, "bench_request", argc, argv, questions);
    bench_run(&bench, &questions[0]);
    bench_run(&bench, &questions[1]);

    judge_best(&bench, "A request", &questions[0], "samrena chained", heap_arenas);
    bench_judge(&bench, ratio_of(&bench, &questions[0], "samrena virtual", "samrena chained"), true, 2.0,
                "A request: virtual over chained");
    judge_best(&bench, "A request with reset", &questions[1], "samrena chained", buffer);
    judge_best(&bench, "A request with reset", &questions[1], "samrena virtual", buffer);
    bench_end(&bench);
    return 0;
}
