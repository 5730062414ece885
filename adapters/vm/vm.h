// SPDX-License-Identifier: MIT
// Page primitives: vm_posix.c is the same on every POSIX system, the rest is one way of it a file. Linked into each
// adapter that needs them.
//
// Addresses and sizes are multiples of the page size unless a line says otherwise. Functions that can fail return 0 or
// an errno value.
#ifndef SAMRENA_ADAPTERS_VM_H
#define SAMRENA_ADAPTERS_VM_H

#include <stdbool.h>
#include <stdint.h>

/* Pages are asked for in this alignment where huge pages are wanted; 0: the system has none to ask for. */
uint64_t vm_huge_page_size(void);

/* On POSIX systems: mmap() of private memory that reads as zero once it is made usable; `flags`: 0 or MAP_FIXED. What
   the others are made of where POSIX leaves it open. */
void *vm_map(void *at, uint64_t size, int flags);

/* Address space without memory behind it: touching it is an error until it is committed. At an address of the system's
   choice, or at `base`, EEXIST where that is in use. */
int vm_reserve(uint64_t size, unsigned char **base);
int vm_reserve_at(unsigned char *base, uint64_t size);
/* What was reserved, or a part of it where the system takes parts back. */
void vm_release(unsigned char *base, uint64_t size);
bool vm_releases_parts(void);
/* Bytes of addresses that a program of this machine has, about. */
uint64_t vm_space(void);
/* Bytes of addresses that the process may still take, by its limit on them; UINT64_MAX: there is none. */
uint64_t vm_space_left(void);

/* On POSIX systems: bytes of addresses that it has, as far as the system tells. */
uint64_t vm_space_taken(void);

/* What LeakSanitizer, where it runs, is to look through for pointers, as it does with the heap; forgotten with the same
   arguments. */
void vm_add_root(const unsigned char *base, uint64_t size);
void vm_remove_root(const unsigned char *base, uint64_t size);

/* Makes reserved pages usable; fresh ones read as zero. Commit contiguously: alternating protections split mappings
   until the kernel's limit on their number is hit. */
int vm_commit(unsigned char *from, uint64_t size);

/* Takes the memory of committed pages back; they are reserved again, as if never committed, advice forgotten. */
int vm_decommit(unsigned char *from, uint64_t size);

/* Lets the system take back pages that stay usable; their contents are lost. ENOTSUP: it has no call for that. */
int vm_discard(unsigned char *from, uint64_t size);

/* Less than this that was reserved is not worth the clearing and the memory of whole huge pages. */
#define VM_LEAST_HUGE (UINT64_C(8) << 20)

/* Asks for huge pages; advice, and nothing is lost where it is ignored. */
void vm_advise_huge(unsigned char *from, uint64_t size);

/* Huge pages at once, resident, of all that fit into [from, from + size), whatever they hold: no byte changes, and no
   advice stays on the mapping. Any address and size in usable memory, also while other threads write there. NULL, or
   why not all of them came to be: for want of memory in one piece, of a call, or of the operator's consent. At the
   first that fails it ends: what is missing is as before, but for a page in some of them. */
const char *vm_collapse(unsigned char *from, uint64_t size, uint64_t page_size);

/* Makes every page that [from, from + size) touches resident and writable without changing a byte. Any address and
   size in usable memory. *populated: bytes from `from` on, also when it fails half way. */
int vm_populate(unsigned char *from, uint64_t size, uint64_t page_size, uint64_t *populated);

/* Why vm_populate() touches pages in this process, for the log; NULL: it has the system populate them, so far. */
const char *vm_touched_because(void);

/* The same while other threads write to the same bytes. */
int vm_populate_concurrently(unsigned char *from, uint64_t size, uint64_t page_size);

/* A write to each page without changing a byte: what vm_populate does where the system has no call for it. The second
   while other threads write to the same bytes. */
void vm_touch(unsigned char *from, uint64_t size, uint64_t page_size);
void vm_touch_concurrently(unsigned char *from, uint64_t size, uint64_t page_size);

#endif
