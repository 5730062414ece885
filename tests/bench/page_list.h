// SPDX-License-Identifier: MIT
// The design that this library replaced, as a reference: a list of pages, searched from its head at every push for the
// first with room.
#ifndef SAMRENA_TESTS_PAGE_LIST_H
#define SAMRENA_TESTS_PAGE_LIST_H

#include <stddef.h>

enum { PAGE_LIST_PAGE = 4096 };

typedef struct PageList {
    struct Page *first;
} PageList;

/* Aligned to 16; NULL without memory, or for more than a page. */
void *page_list_push(PageList *list, size_t size);
void page_list_free(PageList *list);

#endif
