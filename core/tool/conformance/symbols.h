// SPDX-License-Identifier: MIT
// The names that a plugin's file exports and needs; one file a format.
#ifndef SAMRENA_CONFORMANCE_SYMBOLS_H
#define SAMRENA_CONFORMANCE_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

/* The file as it is on disk. */
typedef struct Image {
    const unsigned char *bytes;
    uint64_t size;
} Image;

/* `count` entries of `size` bytes at `offset`; NULL: they do not lie inside the file. */
static inline const void *image_at(const Image *image, uint64_t offset, uint64_t count, uint64_t size) {
    bool inside = offset <= image->size && count <= (image->size - offset) / size;
    return inside ? image->bytes + offset : NULL;
}

typedef void SymbolVisit(const char *name, bool exported, void *user);

/* Calls for each name, one that is needed where it is not exported. False: the file has no table of them. */
bool symbols_each(const Image *image, SymbolVisit *visit, void *user);

#endif
