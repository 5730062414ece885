// SPDX-License-Identifier: MIT
// Whether arenas contend: two threads with an arena each, against one. 2 is twice the work in the same time.
#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "bench.h"
#include "measure.h"
#include "peers/candidates.h"
#include "peers/list.h"

/* Each thread stays on a processor of its own: the system needs a while to see that two share one. */
static void stay_on_processor(unsigned index) {
    cpu_set_t all, one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof(all), &all) != 0)
        return;
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &all) && index-- == 0) {
            CPU_SET(i, &one);
            pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
            return;
        }
}

enum { THREADS = 2 };

typedef struct Worker {
    pthread_t thread;
    pthread_barrier_t *start;
    const Peer *peer;
    PeerLoop *loop;
    unsigned processor;
    uint64_t turns;
    double seconds;
} Worker;

static void *work(void *argument) {
    Worker *worker = argument;
    stay_on_processor(worker->processor);
    void *state = worker->peer->open();
    worker->loop(state, worker->turns / 8 + 1); /* warm */
    pthread_barrier_wait(worker->start);
    double start = now_seconds();
    worker->loop(state, worker->turns);
    worker->seconds = now_seconds() - start;
    worker->peer->close(state);
    return NULL;
}

/* Seconds that `turns` take a thread, the mean of those on `count` processors from `first` on, all at a time. */
static double time_threads(const Peer *peer, PeerLoop *loop, uint64_t turns, unsigned first, unsigned count) {
    Worker workers[THREADS];
    pthread_barrier_t start;
    double seconds = 0;
    pthread_barrier_init(&start, NULL, count);
    for (unsigned i = 0; i < count; i++) {
        workers[i] = (Worker){.start = &start, .peer = peer, .loop = loop, .processor = first + i, .turns = turns};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            exit(1);
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
        seconds += workers[i].seconds / count;
    }
    pthread_barrier_destroy(&start);
    return seconds;
}

/* From the shortest of some batches, which nothing else disturbed: what contends does so in each. */
static double speed_up(const Peer *peer, PeerLoop *loop) {
    enum { BATCHES = 9 };
    double alone[THREADS] = {INFINITY, INFINITY}, together = INFINITY;
    uint64_t turns = 1;
    while (time_threads(peer, loop, turns, 0, 1) < 2e-3)
        turns *= 2;
    for (int i = 0; i < BATCHES; i++) {
        for (unsigned j = 0; j < THREADS; j++)
            alone[j] = fmin(alone[j], time_threads(peer, loop, turns, j, 1));
        together = fmin(together, time_threads(peer, loop, turns, 0, THREADS));
    }
    return (alone[0] + alone[1]) / together;
}

static double turn_push(const void *what, uint64_t size) {
    const Peer *peer = what;
    (void)size;
    return speed_up(peer, peer->loops->push[PUSH_CONSTANT]);
}

static double turn_request(const void *what, uint64_t size) {
    const Peer *peer = what;
    (void)size;
    return speed_up(peer, peer->request);
}

static const Candidate candidates[] = {
    {"by hand, exact", &peer_by_hand_exact, NULL},
    {"samrena chained", &peer_chained, NULL},
    {"samrena virtual", &peer_virtual, NULL},
    {"glibc malloc", &peer_glibc, NULL},
};

static Question questions[] = {
    {.title = "Pushes of 24 bytes in two threads", .turn = turn_push},
    {.title = "Requests in two threads: create, 20 pushes of 64 bytes, destroy", .turn = turn_request},
};

int main(int argc, char **argv) {
    Bench bench;
    for (int i = 0; i < 2; i++) {
        questions[i].unit = "speed-up";
        questions[i].reference = "by hand, exact";
        questions[i].candidates = candidates;
        questions[i].candidate_count = sizeof(candidates) / sizeof(candidates[0]);
    }
    bench_start(&bench, "bench_threads", argc, argv, questions);
    bench_run(&bench, &questions[0]);
    bench_run(&bench, &questions[1]);

    bench_judge(&bench, ratio_of(&bench, &questions[0], "samrena chained", "by hand, exact"), false, 0.97,
                "%s: speed-up of chained over that by hand", questions[0].title);
    bench_judge(&bench, ratio_of(&bench, &questions[0], "samrena virtual", "by hand, exact"), false, 0.97,
                "%s: speed-up of virtual over that by hand", questions[0].title);
    bench_end(&bench);
    return 0;
}
