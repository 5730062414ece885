// SPDX-License-Identifier: MIT
// The adapter ABI: what a plugin exports so that arenas can take their memory from it.
//
// An adapter supplies regions, contiguous pieces of memory. The core decides when to ask, how much to ask for and what
// to prefault; the adapter does it. The core owns every region from acquire() or reserve() until release() and keeps
// the list of them, so an adapter needs no list of its own, and no symbol of libsamrena.
//
// Rules for every operation:
// - Sizes are bytes. A region's base is a multiple of SAMRENA_REGION_ALIGNMENT.
// - Operations on one context are called by one thread at a time, but for prefault_concurrently(); different contexts
//   may be used by different threads at once. No lock of the core is held during a call.
// - On any return but SAMRENA_OK nothing has changed: no memory was taken and no output was written, but for what
//   prefault() populated. host->set_error() may have been called before, to say why.
// - OUT_OF_MEMORY: it cannot be had, or not so much of it; the host asks again for less, down to what is required.
//   INVALID_PARAMETER: what the arena's owner configured is wrong. UNSUPPORTED: only where an operation says so.
//   Nothing else is for adapters.
// - Several contexts may live at once, also with equal options. An adapter whose resource can serve but one refuses
//   the next with OUT_OF_MEMORY, and says so.
// - After fork() the child goes on with its copy of a context, as with any memory of its own. Where it is no copy, but
//   memory that parent and child share, the adapter says so (SAMRENA_ADAPTER_SHARED): the host then asks it for nothing
//   in the child, and gives nothing back there.
// - Nothing may throw, longjmp or call back into libsamrena.
// - Structs that carry `struct_size` are written by the side that sets it; the other side reads and writes only inside
//   that size. Fields are only ever appended.
#ifndef SAMRENA_ADAPTER_H
#define SAMRENA_ADAPTER_H

#include <stddef.h>
#include <stdint.h>

#include "compiler.h"
#include "error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SAMRENA_ADAPTER_MAGIC UINT32_C(0x414d4153) /* "SAMA" in memory on a little-endian machine */
#define SAMRENA_ADAPTER_ABI_MAJOR 2                /* must be equal on both sides */
#define SAMRENA_ADAPTER_ABI_MINOR 0                /* may differ: newer fields are appended and optional */

#define SAMRENA_REGION_ALIGNMENT 16
#define SAMRENA_ADAPTER_NAME_SIZE 32
#define SAMRENA_ADAPTER_VERSION_SIZE 16

/* What the operations themselves do not already tell; bits of SamrenaAdapter.capabilities. */
#define SAMRENA_ADAPTER_CONTIGUOUS UINT32_C(1) /* an arena's memory is one range of addresses */
#define SAMRENA_ADAPTER_SHARED UINT32_C(2) /* after fork() parent and child have the same memory, not copies of it */

/* One contiguous piece of memory that the adapter gave to an arena. */
typedef struct SamrenaRegion {
    uint32_t struct_size; /* set by the host before every call */
    uint32_t reserved;    /* zero */
    unsigned char *base;  /* first byte; a multiple of SAMRENA_REGION_ALIGNMENT */
    uint64_t size;        /* usable bytes from base on; base + size does not wrap */
    uint64_t zero_from;   /* offset from which on every byte is known to be zero; size: nothing is known. Of shared
                             memory the host takes nothing for known: another process may have written to it. */
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
    const char *label;    /* what the arena is for, in its owner's words; NULL: not told. Valid for good. */
    uint64_t max_reserve; /* address space that the arena may come to use; 0: as much as the adapter finds right */
    uint64_t commit_size; /* step in which address space is made usable; never 0, not rounded to pages */
    /* Told back by create(): */
    uint64_t ceiling; /* the most that all regions together can reach; starts as 0: no ceiling */
    uint64_t largest; /* the most that one region can have: a larger push is refused for good; starts as 0: any size */
    uint64_t step;    /* smallest growth that is worth a call; starts as the config's growth_size */
    /* An arena that ends may be recycled: kept with this context and its first region, if that has no more bytes than
       told here, and made the next arena with equal params; what came after the first region is released or trimmed
       before. release() and destroy() come when the host no longer keeps it: perhaps on another thread, in a forked
       child as well, at exit after the program's own destructors, or never; their log lines go to nobody's callback.
       Not for a resource that other arenas may lack meanwhile. Starts as 0: never. */
    uint64_t recyclable;
} SamrenaAdapterParams;

/* Whether the other side's struct is long enough to have a field that was appended after 2.0. */
#define SAMRENA_ADAPTER_HAS(object, type, field)                                                                       \
    ((object)->struct_size >= offsetof(type, field) + sizeof((object)->field))

/* Bits of SamrenaWant.ahead. */
#define SAMRENA_WANT_RESERVED UINT32_C(1) /* ahead of need */
#define SAMRENA_WANT_PREFAULT UINT32_C(2) /* and prefault() comes next, as far as the machine can spare the memory */
#define SAMRENA_WANT_SURELY UINT32_C(4)   /* nearly all of it will be used: whole huge pages pay, from one on */

/* What is asked of the operations that give memory. */
typedef struct SamrenaWant {
    uint32_t struct_size; /* set by the host before every call */
    uint32_t ahead;       /* 0: for a push; else SAMRENA_WANT_..., or'ed: reserved, and worth preparing for */
    uint64_t required;    /* less is of no use */
    uint64_t desired;     /* what would be best; never below `required`. Anything from `required` up is right. Both are
                             above 0 and at most PTRDIFF_MAX. Where more than `required` is refused with OUT_OF_MEMORY,
                             the host asks again and again for less of it. */
    uint64_t alignment;   /* a power of two, 16 or more: a new region whose base has it wastes nothing; `required` is
                             enough with any base */
} SamrenaWant;

typedef struct SamrenaAdapterOperations {
    /* Required. Prepares `context`, context_size zeroed bytes that the host owns, aligned to 16, for one arena.
       UNSUPPORTED: not on this system. After a failure destroy() is not called. */
    SamrenaError (*create)(const SamrenaHost *host, SamrenaAdapterParams *params, void *context);

    /* Required. Ends the context; every region has been released before. */
    void (*destroy)(void *context);

    /* Required. Fills in *region with a new, separate region. */
    SamrenaError (*acquire)(void *context, const SamrenaWant *want, SamrenaRegion *region);

    /* Required. Gives the memory of a region back to where it came from. */
    void (*release)(void *context, const SamrenaRegion *region);

    /* Optional. Makes *newest, the region got last, larger in place by at least want->required and ideally
       want->desired bytes: size grows, base and contents stay, and zero_from rises where the new bytes are not zero;
       the host knows better where it was lower. UNSUPPORTED: not this region, and not later either; OUT_OF_MEMORY: not
       now. After both the host acquires another region, unless the adapter is contiguous and said OUT_OF_MEMORY. */
    SamrenaError (*extend)(void *context, SamrenaRegion *newest, const SamrenaWant *want);

    /* Optional: the reserve entry point. Gets memory ahead of need, so that using it later asks the system for nothing
       but perhaps pages. With `newest` given, which only adapters with extend() see: by growing that region in place as
       extend() does. With newest NULL: by filling in *extra, as acquire() does. */
    SamrenaError (*reserve)(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra);

    /* Optional. Makes `bytes` bytes from offset `from` of the region on resident, so that touching them takes no page
       fault. The range lies inside the region and holds nothing yet; contents known to be zero must stay zero.
       *populated says how many bytes from `from` on were made resident, also when the call fails: UNSUPPORTED or
       OUT_OF_MEMORY where that is less than all of them. */
    SamrenaError (*prefault)(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                             uint64_t *populated);

    /* Optional. Gives memory of the region behind offset `keep`, which holds nothing, back to the system, as far as
       pages allow: size falls, but not below `keep`, a multiple of 16 above 0; or it stays, where the addresses are
       good for nothing else: the pages then come back when they are touched, and hold anything. cookie may change;
       base, and the bytes before `keep`, stay, zero ones too: the host goes by its own zero_from. What a smaller size
       leaves out is the adapter's again, to be used by extend() or not before release(). UNSUPPORTED: nothing could be
       given back. */
    SamrenaError (*trim)(void *context, SamrenaRegion *region, uint64_t keep);

    /* Optional, and asked of adapters that tell `recyclable` alone. The arena ended, and is kept for the next one or
       became a part of another: what it needs only when it grows again, address space above all, is to be given up
       until then. It has its first region; any operation may follow, or none for long. */
    void (*rest)(void *context);

    /* Optional. prefault() that any thread may call, several at once for ranges that do not overlap, beside every other
       operation of the context but release() and trim() of that region and destroy(); and while the program writes to
       the same bytes: so it has the system make the pages there, or at most compares and exchanges a byte in one step
       with itself, and never writes plainly. It reads nothing of the context that other operations write. `region` is
       as the host knew it when it began: it may have grown since.
       UNSUPPORTED: the system has no such call, prefault() may do it. set_error() may be called, log() not. */
    SamrenaError (*prefault_concurrently)(const void *context, const SamrenaRegion *region, uint64_t from,
                                          uint64_t bytes, uint64_t *populated);
} SamrenaAdapterOperations;

/* The descriptor: a constant, so that a plugin is judged before any of its functions runs. */
typedef struct SamrenaAdapter {
    uint32_t magic;
    uint16_t abi_major;
    uint16_t abi_minor;
    uint32_t struct_size;
    uint32_t capabilities;                      /* SAMRENA_ADAPTER_CONTIGUOUS, SAMRENA_ADAPTER_SHARED */
    uint64_t features;                          /* that the host must know, bits; none are defined yet */
    char name[SAMRENA_ADAPTER_NAME_SIZE];       /* [a-z][a-z0-9_-]{0,30}, its file's name without .so, .dll */
    char version[SAMRENA_ADAPTER_VERSION_SIZE]; /* the adapter's own; terminated, may be empty */
    const char *summary;                        /* one line for people; may be NULL */
    const char *option_keys;                    /* "path,size": known keys of adapter_options; NULL: none */
    uint64_t context_size;
    SamrenaAdapterOperations operations; /* last, so that operations can be appended */
} SamrenaAdapter;

/* For create(): the value of `key` in params->options and its length; NULL: not given. The host has checked the form
   and that the adapter knows every key and each is given once. */
SAMRENA_QUIET_BEGIN
static inline const char *samrena_adapter_option(const char *options, const char *key, size_t *length) {
    const char *value = SAMRENA_NULL;
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
            *length = SAMRENA_CAST(size_t, options - value);
        }
        if (*options)
            options++;
    }
    return value;
}
SAMRENA_QUIET_END

/* The layout is the ABI: a change here is a new major version. Sizes differ with the size of a pointer. */
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
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, label, 16);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, max_reserve, 24);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, commit_size, 32);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, ceiling, 40);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, largest, 48);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, step, 56);
SAMRENA_ABI_OFFSET(SamrenaAdapterParams, recyclable, 64);
SAMRENA_ABI_OFFSET(SamrenaWant, ahead, 4);
SAMRENA_ABI_OFFSET(SamrenaWant, required, 8);
SAMRENA_ABI_OFFSET(SamrenaWant, desired, 16);
SAMRENA_ABI_OFFSET(SamrenaWant, alignment, 24);
SAMRENA_ABI_OFFSET(SamrenaAdapter, abi_major, 4);
SAMRENA_ABI_OFFSET(SamrenaAdapter, abi_minor, 6);
SAMRENA_ABI_OFFSET(SamrenaAdapter, struct_size, 8);
SAMRENA_ABI_OFFSET(SamrenaAdapter, capabilities, 12);
SAMRENA_ABI_OFFSET(SamrenaAdapter, features, 16);
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
SAMRENA_ABI_OFFSET(SamrenaAdapterOperations, rest, 64);
SAMRENA_ABI_OFFSET(SamrenaAdapterOperations, prefault_concurrently, 72);

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
#ifdef SAMRENA_ADAPTER_STATIC
#define SAMRENA_ADAPTER_SYMBOL(identifier)                                                                             \
    extern SAMRENA_ADAPTER_HIDDEN const SamrenaAdapter samrena_adapter_##identifier;                                   \
    const SamrenaAdapter samrena_adapter_##identifier
#else
#define SAMRENA_ADAPTER_SYMBOL(identifier)                                                                             \
    extern SAMRENA_ADAPTER_VISIBLE const SamrenaAdapter samrena_adapter;                                               \
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
