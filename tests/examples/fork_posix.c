// SPDX-License-Identifier: MIT
// An arena in a forked child.
#define _POSIX_C_SOURCE 200809L
#include "fork.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* All that asks an adapter for something or gives it something back. */
static void use_in_child(Samrena *arena) {
    samrena_trim(arena, 0); /* first: behind the cursor lies what the parent has pushed meanwhile */
    printf("child: a push: %s\n", samrena_push(arena, samrena_capacity(arena)) ? "done" : samrena_last_error_message());
    printf("child: a reserve: %s\n", samrena_reserve_more(arena, 1000000) ? samrena_last_error_message() : "done");
    samrena_reset(arena);
    samrena_destroy(arena);
    fflush(stdout);
}

/* The parent pushes into room that the region in use had at the fork: its child takes that for unused. */
void fork_with(Samrena *arena) {
    enum { SIZE = 300000 };
    int ends[2], status = -1;
    char go, *text = NULL;
    uint64_t kept = 0;
    fflush(stdout);
    bool ready = samrena_reserve_more(arena, 3 * SIZE) == SAMRENA_OK && samrena_push(arena, SIZE) && pipe(ends) == 0;
    pid_t pid = ready ? fork() : -1;
    if (pid == 0) {
        if (read(ends[0], &go, 1) == 1)
            use_in_child(arena);
        _exit(0);
    }
    if (pid > 0 && (text = samrena_push(arena, SIZE)) != NULL)
        memset(text, 'x', SIZE);
    if (pid > 0 && write(ends[1], "", 1) == 1)
        waitpid(pid, &status, 0);
    while (text && kept < SIZE && text[kept] == 'x')
        kept++;
    printf("parent: the child ended with %d; %" PRIu64 " of %d bytes kept; a push: %s\n", status, kept, SIZE,
           samrena_push(arena, 1000000) ? "done" : samrena_last_error_message());
}
