// SPDX-License-Identifier: MIT
// The design that this library replaced, as a reference: a list of pages, searched from its head.
#include "page_list.h"

#include <stdlib.h>

typedef struct Page {
    struct Page *next;
    size_t used;
    _Alignas(16) unsigned char memory[PAGE_LIST_PAGE];
} Page;

/* The first page with room, or a new one at the end of the list. */
static Page *find(PageList *list, size_t size) {
    Page **link = &list->first;
    while (*link && PAGE_LIST_PAGE - (*link)->used < size)
        link = &(*link)->next;
    if (!*link) {
        *link = malloc(sizeof(Page));
        if (*link) {
            (*link)->next = NULL;
            (*link)->used = 0;
        }
    }
    return *link;
}

void *page_list_push(PageList *list, size_t size) {
    size_t rounded = (size + 15) & ~(size_t)15;
    Page *page = rounded <= PAGE_LIST_PAGE ? find(list, rounded) : NULL;
    if (!page)
        return NULL;
    void *block = page->memory + page->used;
    page->used += rounded;
    return block;
}

void page_list_free(PageList *list) {
    while (list->first) {
        Page *next = list->first->next;
        free(list->first);
        list->first = next;
    }
}
