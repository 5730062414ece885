// SPDX-License-Identifier: MIT
// The adapter ABI: what a plugin exports so that arenas can take their memory from it.
//
// An adapter supplies regions, contiguous pieces of memory. The core decides when to ask, how much to ask for and what
// to prefault; the adapter does it. The core owns every region from acquire() or reserve() until release() and keeps
// the list of them, so an adapter needs no list of its own, and no symbol of libsamrena.
//
// Rules for every operation:
// - Sizes are bytes. A region's base is a multiple of SAMRENA_REGION_ALIGNMENT.
// - Operations on one context are called by one thread at a time; different contexts may be used by different threads
//   at once. No lock of the core is held during a call.
// - On any return but SAMRENA_OK nothing has changed: no memory was taken and no output was written, but for what
//   prefault() populated. host->set_error() may have been called before, to say why.
// - OUT_OF_MEMORY: it cannot be had, or not so much of it; the host may ask again for less. INVALID_PARAMETER: what the
//   arena's owner configured is wrong. UNSUPPORTED: only where an operation says so. Nothing else is for adapters.
// - Several contexts may live at once, also with equal options. An adapter whose resource can serve but one refuses
//   the next with OUT_OF_MEMORY, and says so.
// - After fork() the child goes on with its copy of a context, as with any memory of its own.
// - Nothing may throw, longjmp or call back into libsamrena.
// - Structs that carry `struct_size` are written by the side that sets it; the other side reads and writes only inside
//   that size. Fields are only ever appended.
#ifndef SAMRENA_ADAPTER_H
#define SAMRENA_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SAMRENA_ADAPTER_MAGIC UINT32_C(0x414d4153) /* "SAMA" in memory on a little-endian machine */
#define SAMRENA_ADAPTER_ABI_MAJOR 1                /* must be equal on both sides */
#define SAMRENA_ADAPTER_ABI_MINOR 1                /* may differ: newer fields are appended and optional */

#define SAMRENA_REGION_ALIGNMENT 16
#define SAMRENA_ADAPTER_NAME_SIZE 32
#define SAMRENA_ADAPTER_VERSION_SIZE 16

/* What the operations themselves do not already tell; bits of SamrenaAdapter.capabilities. */
#define SAMRENA_ADAPTER_CONTIGUOUS UINT32_C(1) /* an arena's memory is one range of addresses */

#if defined(__GNUC__)
#define SAMRENA_PRINTF_FORMAT(format_index, first_argument)                                                            \
    __attribute__((format(printf, format_index, first_argument)))
#else
#define SAMRENA_PRINTF_FORMAT(format_index, first_argument)
#endif

/* One contiguous piece of memory that the adapter gave to an arena. */
typedef struct SamrenaRegion {
    uint32_t struct_size; /* set by the host before every call */
    uint32_t reserved;    /* zero */
    unsigned char *base;  /* first byte; a multiple of SAMRENA_REGION_ALIGNMENT */
    uint64_t size;        /* usable bytes from base on; base + size does not wrap */
    uint64_t zero_from;   /* offset from which on every byte is known to be zero; size: nothing is known */
    void *cookie;         /* the adapter's own word about this region; the host never reads it */
} SamrenaRegion;

/* What the host offers to an adapter. Valid from create() until destroy() has returned. */
typedef struct SamrenaHost SamrenaHost;
struct SamrenaHost {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t page_size; /* of the system; a power of two */
    /* A line for the arena's debug log; no newline at its end. */
    void (*log)(const SamrenaHost *host, const char *format, ...) SAMRENA_PRINTF_FORMAT(2, 3);
    /* Says why the current operation is about to fail: what was refused, with the system's own words.
       The host puts the adapter's name and the size asked for around it. */
    void (*set_error)(const SamrenaHost *host, const char *format, ...) SAMRENA_PRINTF_FORMAT(2, 3);
};

/* Values of SamrenaAdapterParams.huge_pages. */
#define SAMRENA_ADAPTER_HUGE_PAGES_AUTO 0   /* where memory was reserved and is large enough to gain from them */
#define SAMRENA_ADAPTER_HUGE_PAGES_NEVER 1  /* never ask the system for them */
#define SAMRENA_ADAPTER_HUGE_PAGES_ALWAYS 2 /* wherever a huge page fits, however the memory came about */

/* What the arena's owner wants, and what the adapter tells back. An adapter ignores what it has no use for. */
typedef struct SamrenaAdapterParams {
    uint32_t struct_size;
    int32_t huge_pages;
    const char *options;  /* "key=value,..." with only keys named in option_keys; NULL: none. Valid during create(). */
    uint64_t max_reserve; /* address space that the arena may come to use; never 0 */
    uint64_t commit_size; /* step in which address space is made usable; never 0, not rounded to pages */
    /* Told back by create(): */
    uint64_t ceiling; /* the most that all regions together can reach; starts as UINT64_MAX, "no ceiling" */
    uint64_t step;    /* smallest growth that is worth a call; starts as what the config's pages ask for */
    /* Told back, since 1.1: an arena that ends may be kept with this context and its first region, if that has no more
       bytes than `keep`, and become the next arena with equal params; what came after the first region is released or
       trimmed before. release() and destroy() come when the host no longer keeps it: perhaps on another thread, in a
       forked child as well, at exit after the program's own destructors, or never; their log lines go to nobody's
       callback. Not for a resource that other arenas may lack meanwhile. Starts as 0: not kept. */
    uint64_t keep;
} SamrenaAdapterParams;

/* Whether the other side's struct is long enough to have a field that was appended. */
#define SAMRENA_ADAPTER_HAS(object, type, field)                                                                       \
    ((object)->struct_size >= offsetof(type, field) + sizeof((object)->field))

typedef struct SamrenaAdapterOperations {
    /* Required. Prepares `context`, context_size zeroed bytes that the host owns, aligned to 16, for one arena.
       UNSUPPORTED: not on this system. After a failure destroy() is not called. */
    SamrenaError (*create)(const SamrenaHost *host, SamrenaAdapterParams *params, void *context);

    /* Required. Ends the context; every region has been released before. */
    void (*destroy)(void *context);

    /* Required. Fills in *region with a new, separate region of at least `required` bytes; `desired`, never below
       `required`, is what growth would like. Anything from the first up is right. Where it fails for a larger
       `desired`, the host asks once more with desired == required. Both are above 0 and at most PTRDIFF_MAX. */
    SamrenaError (*acquire)(void *context, uint64_t required, uint64_t desired, SamrenaRegion *region);

    /* Required. Gives the memory of a region back to where it came from. */
    void (*release)(void *context, const SamrenaRegion *region);

    /* Optional. Makes *newest, the region got last, larger in place by at least `required` and ideally `desired`
       bytes: size grows, base and contents stay, and zero_from rises where the new bytes are not zero; the host knows
       better where it was lower.
       Repeated with desired == required as acquire() is. UNSUPPORTED: not this region; the host then acquires. */
    SamrenaError (*extend)(void *context, SamrenaRegion *newest, uint64_t required, uint64_t desired);

    /* Optional: the reserve entry point. Gets memory ahead of need, at least `bytes` of it, so that using it later
       asks the system for nothing but perhaps pages. With `newest` given, which only adapters with extend() see: by
       growing that region in place as extend() does. With newest NULL: by filling in *extra, as acquire() does. */
    SamrenaError (*reserve)(void *context, SamrenaRegion *newest, uint64_t bytes, SamrenaRegion *extra);

    /* Optional. Makes `bytes` bytes from offset `from` of the region on resident, so that touching them takes no page
       fault. The range lies inside the region and holds nothing yet; contents known to be zero must stay zero.
       *populated says how many bytes from `from` on were made resident, also when the call fails: UNSUPPORTED or
       OUT_OF_MEMORY where that is less than all of them. */
    SamrenaError (*prefault)(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                             uint64_t *populated);

    /* Optional, since 1.1. Gives memory of the region behind offset `keep`, which holds nothing, back to the system, as
       far as pages allow: size falls, but not below `keep`, a multiple of 16 above 0; cookie may change; base, and the
       bytes before, stay, zero ones too: the host goes by its own zero_from. What was given back is the adapter's
       again, to be used by extend() or not before release(). UNSUPPORTED: nothing could be given back. */
    SamrenaError (*trim)(void *context, SamrenaRegion *region, uint64_t keep);
} SamrenaAdapterOperations;

/* The descriptor: a constant, so that a plugin is judged before any of its functions runs. */
typedef struct SamrenaAdapter {
    uint32_t magic;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t struct_size;
    uint32_t capabilities; /* SAMRENA_ADAPTER_CONTIGUOUS */
#if defined(__cplusplus) && __cplusplus >= 202002L
    uint64_t requires_; /* `requires` is a keyword there */
#else
    uint64_t requires; /* features that the host must know, bits; none are defined yet */
#endif
    char name[SAMRENA_ADAPTER_NAME_SIZE];       /* [a-z][a-z0-9_-]{0,30}, the file's name without .so */
    char version[SAMRENA_ADAPTER_VERSION_SIZE]; /* the adapter's own; terminated, may be empty */
    const char *summary;                        /* one line for people; may be NULL */
    const char *option_keys;                    /* "path,size": known keys of adapter_options; NULL: none */
    uint64_t context_size;
    SamrenaAdapterOperations operations; /* last, so that operations can be appended */
} SamrenaAdapter;

/* For create(): the value of `key` in params->options and its length; NULL: not given. The host has checked the form
   and that the adapter knows every key. The last of several equal keys counts. */
static inline const char *samrena_adapter_option(const char *options, const char *key, size_t *length) {
    const char *value = NULL;
    size_t key_length = 0;
    *length = 0;
    while (key[key_length])
        key_length++;
    while (options && *options) {
        const char *start = options;
        size_t equal = 0;
        while (equal < key_length && start[equal] == key[equal])
            equal++;
        while (*options && *options != ',')
            options++;
        if (equal == key_length && start[equal] == '=') {
            value = start + equal + 1;
            *length = (size_t)(options - value);
        }
        if (*options)
            options++;
    }
    return value;
}

/* The layout is the ABI: a change here is a new major version. Sizes differ with the size of a pointer. */
#if defined(__cplusplus)
#define SAMRENA_ABI_ASSERT(condition, text) static_assert(condition, text)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define SAMRENA_ABI_ASSERT(condition, text) _Static_assert(condition, text)
#else
#define SAMRENA_ABI_ASSERT(condition, text) extern int samrena_abi_assert_in_c11
#endif
#define SAMRENA_ABI_OFFSET(type, field, offset)                                                                        \
    SAMRENA_ABI_ASSERT(sizeof(void *) != 8 || offsetof(type, field) == (offset), #type "." #field " has moved")
SAMRENA_ABI_OFFSET(SamrenaRegion, base, 8);
SAMRENA_ABI_OFFSET(SamrenaRegion, size, 16);
SAMRENA_ABI_OFFSET(SamrenaRegion, zero_from, 24);
SAMRENA_ABI_OFFSET(SamrenaRegion, cookie, 32);
SAMRENA_ABI_OFFSET(SamrenaHost, page_size, 8);
SAMRENA_ABI_OFFSET(SamrenaHost, log, 16);
SAMRENA_ABI_OFFSET(SamrenaHost, set_error, 24);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, huge_pages, 4);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, options, 8);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, max_reserve, 16);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, commit_size, 24);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, ceiling, 32);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, step, 40);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, keep, 48);
SAMRENA_ABI_OFFSET(SamrenaAdapter, abi_major, 4);
SAMRENA_ABI_OFFSET(SamrenaAdapter, abi_minor, 6);
SAMRENA_ABI_OFFSET(SamrenaAdapter, struct_size, 8);
SAMRENA_ABI_OFFSET(SamrenaAdapter, capabilities, 12);
SAMRENA_ABI_OFFSET(SamrenaAdapter, name, 24);
SAMRENA_ABI_OFFSET(SamrenaAdapter, version, 56);
SAMRENA_ABI_OFFSET(SamrenaAdapter, summary, 72);
SAMRENA_ABI_OFFSET(SamrenaAdapter, option_keys, 80);
SAMRENA_ABI_OFFSET(SamrenaAdapter, context_size, 88);
SAMRENA_ABI_OFFSET(SamrenaAdapter, operations, 96);
SAMRENA_ABI_OFFSET(SamrenaAdapterOperations, acquire, 16);
SAMRENA_ABI_OFFSET(SamrenaAdapterOperations, extend, 32);
SAMRENA_ABI_OFFSET(SamrenaAdapterOperations, prefault, 48);
SAMRENA_ABI_OFFSET(SamrenaAdapterOperations, trim, 56);

/*
 * Defines the descriptor. `identifier` is the name as a C identifier, `adapter_name` a string literal:
 *
 *     SAMRENA_ADAPTER_DEFINE(example, "example",
 *         .version = "1.0.0", .summary = "an example", .context_size = sizeof(Example),
 *         .operations = {.create = example_create, .destroy = example_destroy,
 *                        .acquire = example_acquire, .release = example_release});
 *
 * A plugin exports it as `samrena_adapter`. With SAMRENA_ADAPTER_STATIC defined it is `samrena_adapter_<identifier>`
 * instead, hidden, for samrena_adapter_register() or for linking adapters into libsamrena.
 */
#if defined(__GNUC__)
#define SAMRENA_ADAPTER_VISIBLE __attribute__((visibility("default")))
#define SAMRENA_ADAPTER_HIDDEN __attribute__((visibility("hidden")))
#else
#define SAMRENA_ADAPTER_VISIBLE
#define SAMRENA_ADAPTER_HIDDEN
#endif

#ifdef SAMRENA_ADAPTER_STATIC
#define SAMRENA_ADAPTER_SYMBOL(identifier)                                                                             \
    extern const SamrenaAdapter samrena_adapter_##identifier SAMRENA_ADAPTER_HIDDEN;                                   \
    const SamrenaAdapter samrena_adapter_##identifier
#else
#define SAMRENA_ADAPTER_SYMBOL(identifier)                                                                             \
    extern const SamrenaAdapter samrena_adapter SAMRENA_ADAPTER_VISIBLE;                                               \
    const SamrenaAdapter samrena_adapter
#endif

#define SAMRENA_ADAPTER_DEFINE(identifier, adapter_name, ...)                                                          \
    SAMRENA_ADAPTER_SYMBOL(identifier) = {.magic = SAMRENA_ADAPTER_MAGIC,                                              \
                                          .abi_major = SAMRENA_ADAPTER_ABI_MAJOR,                                      \
                                          .abi_minor = SAMRENA_ADAPTER_ABI_MINOR,                                      \
                                          .struct_size = (uint32_t)sizeof(SamrenaAdapter),                             \
                                          .name = adapter_name,                                                        \
                                          __VA_ARGS__}

#ifdef __cplusplus
}
#endif

#endif
