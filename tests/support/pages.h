// SPDX-License-Identifier: MIT
// Memory as the system gives it.
#ifndef SAMRENA_TESTS_PAGES_H
#define SAMRENA_TESTS_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t size_of_page(void);

/* What a test may ask for: as much as there can be, or less where a page that is only reserved costs memory. */
uint64_t most_to_reserve(void);

/* Zeroed; those that a forked child shares with its parent are its own where nothing forks. NULL: there are none. */
void *get_pages(size_t size, bool shared);
void give_pages_back(void *pages, size_t size);
/* As they came, in whole pages; not shared ones. */
void empty_pages(void *pages, size_t size);

/* `size` bytes, less than a page, that end where no byte can be touched; never given back. NULL: there are none. */
unsigned char *bytes_before_a_wall(size_t size);

/* What the heap holds of what it was given back goes to the system, as far as it can be told to. */
void trim_heap(void);

/* A block of the heap that is aligned to 16, whatever malloc() does. */
void *get_block(size_t size);
void free_block(void *block);

#endif
