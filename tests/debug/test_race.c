// SPDX-License-Identifier: MIT
// Two threads that push into one arena at once, which ThreadSanitizer has to report, or one after the other, which it
// must not.
//
// usage: test_race at-once|in-turn
#include <pthread.h>
#include <string.h>

#include "samrena.h"

static void *push_many(void *arena) {
    for (int i = 0; i < 1000; i++)
        if (!samrena_push(arena, 24))
            return arena;
    return NULL;
}

int main(int argc, char **argv) {
    bool at_once = argc == 2 && strcmp(argv[1], "at-once") == 0;
    Samrena *arena = samrena_create(NULL);
    pthread_t other;
    void *failed = arena;
    if (!arena || samrena_reserve(arena, 100000) || pthread_create(&other, NULL, push_many, arena) != 0)
        return 2;
    if (at_once)
        (void)push_many(arena);
    (void)pthread_join(other, &failed);
    if (!at_once && !failed)
        failed = push_many(arena);
    samrena_destroy(arena);
    return failed ? 2 : 0;
}
