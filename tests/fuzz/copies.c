// SPDX-License-Identifier: MIT
// Copies of inputs that are as long as they are.
#include "fuzz.h"

#include <string.h>

void *copy_of(const void *bytes, size_t size) {
    void *copy = malloc(size > 0 ? size : 1);
    must(copy);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *text_of(const void *bytes, size_t size) {
    char *text = malloc(size + 1);
    must(text);
    if (size > 0)
        memcpy(text, bytes, size);
    text[size] = '\0';
    return text;
}
