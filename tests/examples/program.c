// SPDX-License-Identifier: MIT
// Drives an arena from the command line: program ADAPTER OPTIONS [COMMAND ARGUMENT]...
//     push TEXT      pushes a string
//     reserve BYTES  reserves a total
//     fill BYTES     pushes blocks of that size until a push fails
//     trim BYTES     gives back what is unused beyond that
//     second -       asks for a second arena of the same kind
//     child -        forks; the child trims, grows, empties and ends the arena after the parent has pushed on
//     cycle N        does that, ends the first and makes it anew, N times
// Prints a line for each command; exit status 1 where there is no arena.
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <samrena.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void push(Samrena *arena, const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = SAMRENA_PUSH_ARRAY(arena, char, size);
    printf("push: %s\n", copy ? (const char *)memcpy(copy, text, size) : samrena_last_error_message());
}

static void reserve(Samrena *arena, uint64_t size) {
    SamrenaInfo info = {.struct_size = sizeof(info)};
    SamrenaError error = samrena_reserve(arena, size);
    samrena_get_info(arena, &info);
    printf("reserve: %s, reason %" PRId32 ", %" PRIu64 " prefaulted, capacity %" PRIu64 "\n",
           error ? samrena_last_error_message() : "OK", info.reserve.reason, info.reserve.prefaulted, info.capacity);
}

static void trim(Samrena *arena, uint64_t keep) {
    uint64_t before = samrena_capacity(arena);
    samrena_trim(arena, keep);
    printf("trim: %" PRIu64 " bytes given back, %" PRIu64 " unused\n", before - samrena_capacity(arena),
           samrena_capacity(arena) - samrena_allocated(arena));
}

static void fill(Samrena *arena, uint64_t size) {
    uint64_t count = 0;
    for (unsigned char *block; (block = samrena_push_zero(arena, size)) != NULL; count++) {
        for (uint64_t i = 0; i < size; i++)
            if (block[i] != 0)
                printf("block %" PRIu64 " is not zero\n", count);
        memset(block, 0xff, (size_t)size);
    }
    printf("fill: %" PRIu64 " blocks, %" PRIu64 " allocated, %s: %s\n", count, samrena_allocated(arena),
           samrena_error_string(samrena_last_error()), samrena_last_error_message());
}

static void second(const SamrenaConfig *config) {
    Samrena *arena = samrena_create(config);
    printf("second: %s\n", arena ? "an arena" : samrena_last_error_message());
    samrena_destroy(arena);
}

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
static void child(Samrena *arena) {
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

static void cycle(Samrena **arena, const SamrenaConfig *config, uint64_t times) {
    uint64_t made = 0;
    for (uint64_t i = 0; i < times; i++) {
        samrena_destroy(samrena_create(config));
        samrena_destroy(*arena);
        *arena = samrena_create(config);
        made += *arena != NULL;
    }
    printf("cycle: %" PRIu64 " of %" PRIu64 ", last error: %s\n", made, times, samrena_last_error_message());
}

int main(int argc, char **argv) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = argc > 2 ? argv[1] : NULL;
    config.adapter_options = argc > 2 ? argv[2] : NULL;
    Samrena *arena = samrena_create(&config);
    if (!arena) {
        printf("no arena: %s: %s\n", samrena_error_string(samrena_last_error()), samrena_last_error_message());
        return 1;
    }
    for (int i = 3; i + 1 < argc; i += 2) {
        const char *command = argv[i], *argument = argv[i + 1];
        if (strcmp(command, "push") == 0)
            push(arena, argument);
        else if (strcmp(command, "reserve") == 0)
            reserve(arena, strtoull(argument, NULL, 10));
        else if (strcmp(command, "trim") == 0)
            trim(arena, strtoull(argument, NULL, 10));
        else if (strcmp(command, "second") == 0)
            second(&config);
        else if (strcmp(command, "child") == 0)
            child(arena);
        else if (strcmp(command, "cycle") == 0)
            cycle(&arena, &config, strtoull(argument, NULL, 10));
        else
            fill(arena, strtoull(argument, NULL, 10));
    }
    samrena_destroy(arena);
    return 0;
}
