// SPDX-License-Identifier: MIT
// Loops whose instructions are counted: usage: loops ADAPTER. Each does its work LOOP_COUNT times.
#include <stdio.h>
#include <stdlib.h>

#include "samrena.h"

enum { LOOP_COUNT = 1000 };

__attribute__((noinline)) void loop_reserve_satisfied(Samrena *arena);
__attribute__((noinline)) void loop_push_constant(Samrena *arena);
__attribute__((noinline)) void loop_push_typed(Samrena *arena);
__attribute__((noinline)) void loop_push_size(Samrena *arena, const uint64_t *sizes);
__attribute__((noinline)) void loop_request(const char *adapter);
__attribute__((noinline)) void loop_request_config(const char *adapter);
__attribute__((noinline)) void loop_request_label(const char *adapter);
__attribute__((noinline)) void loop_storage(void);
__attribute__((noinline)) void loop_frame(Samrena *arena);
__attribute__((noinline)) void loop_scope(Samrena *arena);

void loop_reserve_satisfied(Samrena *arena) {
    for (int i = 0; i < LOOP_COUNT; i++)
        samrena_reserve(arena, 1000);
}

/* The store keeps the block, and tells the compiler that the cursor may have changed. */
void loop_push_constant(Samrena *arena) {
    for (int i = 0; i < LOOP_COUNT; i++)
        *(unsigned char *)samrena_push(arena, 24) = 1;
}

typedef struct Node {
    struct Node *left, *right;
    uint64_t value;
} Node;

void loop_push_typed(Samrena *arena) {
    for (int i = 0; i < LOOP_COUNT; i++)
        SAMRENA_PUSH_TYPE(arena, Node)->value = 1;
}

void loop_push_size(Samrena *arena, const uint64_t *sizes) {
    for (int i = 0; i < LOOP_COUNT; i++)
        *(unsigned char *)samrena_push(arena, sizes[i]) = 1;
}

static void push_request(Samrena *arena) {
    for (int i = 0; i < 20; i++)
        *(unsigned char *)samrena_push(arena, 64) = 1;
}

void loop_request(const char *adapter) {
    for (int i = 0; i < LOOP_COUNT; i++) {
        Samrena *arena = samrena_create_named(adapter);
        push_request(arena);
        samrena_destroy(arena);
    }
}

static void request(const SamrenaConfig *config) {
    for (int i = 0; i < LOOP_COUNT; i++) {
        Samrena *arena = samrena_create(config);
        push_request(arena);
        samrena_destroy(arena);
    }
}

void loop_request_config(const char *adapter) {
    request(&SAMRENA_CONFIG(.adapter = adapter));
}

void loop_request_label(const char *adapter) {
    static SamrenaLabel label = SAMRENA_LABEL("request");
    request(&SAMRENA_CONFIG(.adapter = adapter, .label = &label));
}

void loop_storage(void) {
    for (int i = 0; i < LOOP_COUNT; i++) {
        SAMRENA_STORAGE(storage, 1024);
        Samrena *arena = samrena_create_in(storage, sizeof(storage), NULL);
        *(unsigned char *)samrena_push(arena, 24) = 1;
        samrena_destroy(arena);
    }
}

void loop_frame(Samrena *arena) {
    for (int i = 0; i < LOOP_COUNT; i++) {
        push_request(arena);
        samrena_reset(arena);
    }
}

void loop_scope(Samrena *arena) {
    for (int i = 0; i < LOOP_COUNT; i++) {
        SAMRENA_SCOPE(arena);
        *(unsigned char *)samrena_push(arena, 64) = 1;
    }
}

int main(int argc, char **argv) {
    static uint64_t sizes[LOOP_COUNT];
    Samrena *arena = argc == 2 ? samrena_create_named(argv[1]) : NULL;
    if (!arena || samrena_reserve(arena, 1 << 20) != SAMRENA_OK) {
        fprintf(stderr, "loops: %s\n", argc == 2 ? samrena_last_error_message() : "usage: loops ADAPTER");
        return 2;
    }
    for (int i = 0; i < LOOP_COUNT; i++)
        sizes[i] = (uint64_t)(8 + i % 120);
    samrena_push(arena, 8 << 10); /* past the first region, into what was reserved */

    loop_reserve_satisfied(arena);
    loop_push_constant(arena);
    loop_push_typed(arena);
    loop_push_size(arena, sizes);
    loop_frame(arena);
    loop_scope(arena);
    samrena_destroy(arena);

    samrena_destroy(samrena_create_named(argv[1])); /* recycled from here on */
    loop_request(argv[1]);
    loop_request_config(argv[1]);
    loop_request_label(argv[1]);
    loop_storage();
    return 0;
}
