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
#include <inttypes.h>
#include <samrena.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fork.h"

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
            fork_with(arena);
        else if (strcmp(command, "cycle") == 0)
            cycle(&arena, &config, strtoull(argument, NULL, 10));
        else
            fill(arena, strtoull(argument, NULL, 10));
    }
    samrena_destroy(arena);
    return 0;
}
