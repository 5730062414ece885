// SPDX-License-Identifier: MIT
// What each target is: one function of the bytes that it is given, which ends the process where something does not
// hold.
#ifndef SAMRENA_TESTS_FUZZ_H
#define SAMRENA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Named by libFuzzer. */
int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define must(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* An input as something that is read from its beginning. */
typedef struct Input {
    const uint8_t *at;
    size_t left;
} Input;

/* What is not there any more is 0. */
static inline uint8_t take_byte(Input *input) {
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

static inline uint32_t take_bytes(Input *input, unsigned count) {
    uint32_t value = 0;
    while (count-- > 0)
        value = value << 8 | take_byte(input);
    return value;
}

/* A copy on the heap that ends where it ends, so that a checker sees what reads beyond. */
void *copy_of(const void *bytes, size_t size);
/* The same, with a 0 behind it. */
char *text_of(const void *bytes, size_t size);

#endif
