// SPDX-License-Identifier: MIT
// Much of everything: requests one after the other, arenas at once, forks beside a helper thread, signals during
// growth. Resident memory stays flat, and contents stay what they were. Prints TAP.
//
//     test_endurance [REQUESTS]
//
// REQUESTS: how many of each adapter, a million unless given; the long form is a hundred million.
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

#include "child.h"
#include "samrena/heap.h"
#include "status.h"
#include "tap.h"

/* What the heap and the kernel may come to hold more, in small change, once all is warm. */
#define SLACK (MIB / 2)

static uint64_t requests = 1000000;

static SamrenaConfig plain_config(const char *adapter) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    return config;
}

/* ---- Requests ---- */

static SamrenaLabel label = SAMRENA_LABEL("endurance");

/* What takes turns: small ones, ones that grow, with a label, with a heap, with marks, with a reserve. */
static void serve(SamrenaConfig *config, uint64_t number) {
    config->label = number % 16 == 3 ? &label : NULL;
    Samrena *arena = samrena_create(config);
    check(arena);
    for (int i = 0; i < 20; i++)
        check(samrena_push(arena, 100));
    if (number % 64 == 1) {
        void *block = samrena_malloc(arena, 300);
        check(block && samrena_realloc(arena, block, 3000));
    }
    if (number % 64 == 2) {
        SamrenaMark mark = samrena_mark(arena);
        check(samrena_push_string(arena, "text"));
        check(samrena_rewind(arena, mark) == SAMRENA_OK);
    }
    if (number % 1024 == 5)
        check(samrena_push_zero(arena, 200 * KIB));
    if (number % 8192 == 7)
        check(samrena_reserve(arena, MIB) == SAMRENA_OK);
    samrena_destroy(arena);
}

static void serve_all(const void *argument) {
    SamrenaConfig config = plain_config(argument);
    uint64_t warm = requests / 100 + 20000;
    for (uint64_t i = 0; i < warm; i++)
        serve(&config, i);
    uint64_t before = status_bytes("VmRSS:"), addresses = status_bytes("VmSize:");
    for (uint64_t i = warm; i < requests; i++)
        serve(&config, i);
    uint64_t after = status_bytes("VmRSS:");
    printf("# %llu requests [%s]: resident %llu KiB, then %llu KiB\n", (unsigned long long)requests,
           (const char *)argument, (unsigned long long)(before / KIB), (unsigned long long)(after / KIB));
    check(after <= before + SLACK);
    check(status_bytes("VmSize:") <= addresses + SLACK);
}

/* ---- Many at once ---- */

enum { MANY = 100000 };

/* How many there can be at once; all are ended again. */
static int live_at_once(const char *adapter, Samrena **arenas) {
    SamrenaConfig config = plain_config(adapter);
    config.max_reserve = 64 * KIB;
    config.recycle = SAMRENA_RECYCLE_NEVER;
    int count = 0;
    for (; count < MANY && (arenas[count] = samrena_create(&config)) != NULL; count++) {
        int *number = SAMRENA_PUSH_TYPE(arenas[count], int);
        if (!number) {
            samrena_destroy(arenas[count]);
            break;
        }
        *number = count;
    }
    check(count == MANY || samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY);
    for (int i = 0; i < count; i++) {
        check(samrena_allocated(arenas[i]) > 0);
        samrena_destroy(arenas[i]);
    }
    return count;
}

/* The kernel allows some 65,530 mappings a process: beyond them virtual is refused, and the next round has as many. */
static void live_many(const void *argument) {
    Samrena **arenas = calloc(MANY, sizeof(Samrena *));
    check(arenas);
    int first = live_at_once(argument, arenas);
    uint64_t before = status_bytes("VmRSS:"), addresses = status_bytes("VmSize:");
    for (int round = 0; round < 3; round++)
        check(live_at_once(argument, arenas) >= first);
    printf("# %d at once [%s]: resident %llu KiB, then %llu KiB\n", first, (const char *)argument,
           (unsigned long long)(before / KIB), (unsigned long long)(status_bytes("VmRSS:") / KIB));
    check(first >= 20000);
    check(first == MANY || strcmp(argument, "virtual") == 0);
    check(status_bytes("VmRSS:") <= before + SLACK);
    check(status_bytes("VmSize:") <= addresses + SLACK);
    free(arenas);
}

/* ---- Forks ---- */

enum { LIVE = 20, FORKS = 60, BLOCK = 30000 };

typedef struct Life {
    Samrena *arenas[LIVE];
    unsigned char *blocks[LIVE];
    Samrena *ahead; /* the helper thread is at work for it */
} Life;

static void check_blocks(const Life *life, int filled) {
    for (int i = 0; i < LIVE; i++)
        for (int j = 0; j < BLOCK; j++)
            check(life->blocks[i][j] == filled);
}

static void use_and_end(Life *life) {
    for (int i = 0; i < LIVE; i++) {
        check(samrena_push(life->arenas[i], 300 * KIB));
        samrena_destroy(life->arenas[i]);
    }
    while (samrena_allocated(life->ahead) < 12 * MIB)
        check(samrena_push(life->ahead, 60 * KIB));
    samrena_destroy(life->ahead);
}

static void live_in_a_fork(const void *argument) {
    Life life = *(const Life *)argument;
    check_blocks(&life, 0x11);
    for (int i = 0; i < LIVE; i++)
        memset(life.blocks[i], 0x22, BLOCK);
    use_and_end(&life);
    SamrenaConfig config = plain_config("virtual");
    for (uint64_t i = 0; i < 100; i++)
        serve(&config, i);
    exit(0);
}

static void begin_life(Life *life, const char *adapter) {
    SamrenaConfig config = plain_config(adapter);
    for (int i = 0; i < LIVE; i++) {
        life->arenas[i] = samrena_create(&config);
        life->blocks[i] = samrena_push(life->arenas[i], BLOCK);
        check(life->blocks[i]);
        memset(life->blocks[i], 0x11, BLOCK);
    }
    for (uint64_t i = 0; i < 100; i++)
        serve(&config, i); /* some are kept to be recycled */
    config.prefault = SAMRENA_PREFAULT_AHEAD;
    life->ahead = samrena_create(&config);
    check(life->ahead && samrena_reserve(life->ahead, 16 * MIB) == SAMRENA_OK);
}

/* The C library keeps what is large and was given back, or not, by what lies behind it: so it is the least late that
   must not pass the most early. */
static void fork_often(const void *argument) {
    uint64_t most_early = 0, least_late = UINT64_MAX;
    for (int i = 0; i < FORKS; i++) {
        Life life;
        begin_life(&life, argument);
        check(status_of_child(live_in_a_fork, &life, sizeof(life)) == 0);
        check_blocks(&life, 0x11);
        use_and_end(&life);
        uint64_t resident = status_bytes("VmRSS:");
        if (i < FORKS / 2 && resident > most_early)
            most_early = resident;
        if (i >= FORKS * 3 / 4 && resident < least_late)
            least_late = resident;
    }
    printf("# %d forks [%s]: resident %llu KiB at most, then %llu KiB at least\n", FORKS, (const char *)argument,
           (unsigned long long)(most_early / KIB), (unsigned long long)(least_late / KIB));
    /* The thread's stack and the heap's threads come and go; one block of 16 MiB is kept sooner or later. */
    check(least_late <= most_early + 20 * MIB);
}

/* ---- Signals ---- */

static atomic_long signals;
static atomic_bool ended;

static void count_signal(int number) {
    (void)number;
    atomic_fetch_add(&signals, 1);
}

static void *storm(void *argument) {
    const pthread_t *target = argument;
    while (!atomic_load(&ended)) {
        struct timespec pause = {.tv_sec = 0, .tv_nsec = 20000};
        pthread_kill(*target, SIGUSR1);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* One life: all ways to get memory and to give it back. */
static void grow_and_shrink(const char *adapter, int round) {
    SamrenaConfig config = plain_config(adapter);
    config.prefault = round % 2 ? SAMRENA_PREFAULT_ALWAYS : SAMRENA_PREFAULT_AHEAD;
    Samrena *arena = samrena_create(&config);
    check(arena);
    unsigned char *first = samrena_push(arena, 1000);
    check(first);
    memset(first, round, 1000);
    for (int i = 0; i < 300; i++)
        check(samrena_push(arena, 10 * KIB));
    check(samrena_reserve(arena, 12 * MIB) == SAMRENA_OK);
    check(samrena_push_zero(arena, 6 * MIB));
    samrena_trim(arena, 0);
    check(samrena_push(arena, MIB));
    for (int i = 0; i < 1000; i++)
        check(first[i] == (unsigned char)round);
    samrena_destroy(arena);
}

/* Without SA_RESTART: what the kernel interrupts says so. */
static void live_in_a_storm(const void *argument) {
    struct sigaction action = {.sa_handler = count_signal};
    pthread_t self = pthread_self(), thread;
    check(sigaction(SIGUSR1, &action, NULL) == 0);
    check(pthread_create(&thread, NULL, storm, &self) == 0);
    for (int round = 0; round < 30 || atomic_load(&signals) < 200; round++)
        grow_and_shrink(argument, round);
    atomic_store(&ended, true);
    check(pthread_join(thread, NULL) == 0);
    printf("# %ld signals [%s]\n", atomic_load(&signals), (const char *)argument);
}

/* ---- The program ---- */

static const struct Trial {
    const char *name;
    void (*body)(const void *adapter);
} trials[] = {
    {"requests, one after the other", serve_all},
    {"a hundred thousand arenas", live_many},
    {"forks with live arenas, recycled ones and the helper thread", fork_often},
    {"signals during growth", live_in_a_storm},
};

int main(int count, char **arguments) {
    static char adapters[][8] = {"chained", "virtual"};
    if (count > 1)
        requests = strtoull(arguments[1], NULL, 10);
    child_seconds = 3600;
    child_starts_here();
    for (size_t i = 0; i < COUNT_OF(trials); i++)
        for (size_t j = 0; j < COUNT_OF(adapters); j++) {
            int status = status_of_child(trials[i].body, adapters[j], sizeof(adapters[j]));
            if (!tap_report(status == 0, "%s [%s]", trials[i].name, adapters[j]))
                tap_note("the child %s", words_of_status(status));
        }
    return tap_end();
}
