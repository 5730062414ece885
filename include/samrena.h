// SPDX-License-Identifier: MIT
// libsamrena: an arena allocator with memory reservation and memory back ends chosen at run time.
//
// An arena hands out memory by moving a cursor and takes all of it back at once. Its memory comes in regions from an
// adapter, a plugin chosen by name at creation. A program that knows how much it will need says so with
// samrena_reserve() and gets that memory, resident, before the first push.
//
// Sizes are bytes, uint64_t. Memory from an arena stays valid until it is taken back: by samrena_reset(), by
// samrena_rewind() to an older mark, by samrena_destroy().
// Costs: every call is constant in time, amortised, or logarithmic in the number of regions where the declaration says
// so. No call takes more than 8 KiB of stack, but for what a plugin or the dynamic linker takes when it is loaded.
// Threads: an arena belongs to one thread at a time; different arenas never contend. What takes no arena may be
// called from any thread. After fork() parent and child have an arena each, unless its adapter shares memory between
// them (SAMRENA_CAPABILITY_SHARED): then a child gets no more of it and gives nothing back, but what it pushes into the
// room that is left is what the parent pushes there.
// Errors: a function that fails returns NULL or an error code and leaves the arena's contents and position as they
// were; samrena_last_error() and samrena_last_error_message() then say, for this thread, what was asked, what was
// expected and what the system said. The first failure of a process that no callback of its arena hears is also told on
// stderr, once, unless $SAMRENA_LOG is set: "none" has nothing told. Answers are no failures: those of calls that only
// ask, of samrena_adapter_load() where there is no such file, and of profiles. A NULL arena is
// SAMRENA_ERROR_INVALID_PARAMETER, but not checked by the inline samrena_push(), samrena_push_aligned(),
// samrena_push_array() and samrena_push_array_aligned().
//
// Languages: C99 and later, C++11 and later; in C++17 samrena.hpp is more at hand. For bindings to others every
// function is exported, those that are inline here too; `cc -std=c99 -E -P samrena.h` is what LuaJIT's ffi.cdef() takes
// whole.
//
// In this order: creating, pushing, text and copies, taking back, scratch arenas, reserving, asking, what was learnt,
// adapters, errors. samrena/heap.h has malloc and free over an arena.
#ifndef SAMRENA_H
#define SAMRENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "samrena/adapter.h"
#include "samrena/compiler.h"
#include "samrena/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SAMRENA_VERSION_MAJOR 0
#define SAMRENA_VERSION_MINOR 1
#define SAMRENA_VERSION_PATCH 0

/* The library also exports every push that is inline under its own name. */
#ifdef __cplusplus
#define SAMRENA_INLINE_PART inline
#else
#define SAMRENA_INLINE_PART static inline
#endif
#ifndef SAMRENA_INLINE
#define SAMRENA_INLINE SAMRENA_INLINE_PART
#endif

/* What every push without an alignment of its own is aligned to: enough for any type without alignas. */
#define SAMRENA_DEFAULT_ALIGNMENT 16
/* What a push that is aligned to as much or more takes a multiple of. */
#define SAMRENA_GRANULE UINT64_C(8)

typedef struct Samrena Samrena;

/* ---- Creating an arena ---- */

typedef enum SamrenaGrowth {
    SAMRENA_GROWTH_GEOMETRIC = 0, /* each step as much as is allocated already */
    SAMRENA_GROWTH_FIXED = 1,     /* growth_size each time */
    SAMRENA_GROWTH_NONE = 2       /* only reserving grows the arena; a push that does not fit is OUT_OF_MEMORY */
} SamrenaGrowth;

typedef enum SamrenaPrefault {
    SAMRENA_PREFAULT_AUTO = 0,     /* reserved memory of a few pages or more, as far as the machine can spare it */
    SAMRENA_PREFAULT_NEVER = 1,    /* reserving gets memory, its pages come when they are first touched */
    SAMRENA_PREFAULT_ALWAYS = 2,   /* as AUTO, also for the smallest reserve */
    SAMRENA_PREFAULT_PARALLEL = 3, /* as AUTO, and reserves of 64 MiB and more with one thread for each idle processor,
                                      which end before the call does */
    SAMRENA_PREFAULT_AHEAD = 4     /* reserving returns at once; a thread of the library's own makes resident what is
                                      reserved, `ahead` bytes before the cursor, see samrena_reserve() */
} SamrenaPrefault;

typedef enum SamrenaLearn {
    SAMRENA_LEARN_AUTO = 0, /* an arena with a label takes at first what earlier ones of it came to */
    SAMRENA_LEARN_NEVER = 1 /* nothing is told to the label, and nothing taken from it, but its name */
} SamrenaLearn;

typedef enum SamrenaHugePages {
    SAMRENA_HUGE_PAGES_AUTO = 0,  /* for reserves of 8 MiB and more, wherever whole ones fit */
    SAMRENA_HUGE_PAGES_NEVER = 1, /* do not ask for them */
    SAMRENA_HUGE_PAGES_ALWAYS = 2 /* wherever one fits: with chained in what is prefaulted, with virtual also in memory
                                     that was not reserved */
} SamrenaHugePages;

typedef enum SamrenaDebug {
    SAMRENA_DEBUG_AUTO = 0,  /* what is not handed out is poisoned where AddressSanitizer or Valgrind watches; a red
                                zone of 16 bytes, counted as padding, lies between two pushes then */
    SAMRENA_DEBUG_NEVER = 1, /* whatever watches */
    SAMRENA_DEBUG_JUNK = 2,  /* AUTO, and where nothing watches, what is taken back is filled with 0xdd bytes */
    SAMRENA_DEBUG_GUARD = 3  /* AUTO, and where nothing watches, whole pages that are not handed out are guards */
} SamrenaDebug;
/* Guards end a program that touches them: by SIGSEGV, or by an access violation.
 *
 * Of a region each page behind what is handed out is one, and so is the last whole page, which is never handed out: who
 * runs off the end of a full region is caught at the first byte, who runs off another end at the next page. What is
 * taken back, in whatever way, is guarded until it is handed out again; what lies on a page with something that stays
 * is junk. A system call that is given such an address fails with EFAULT. A block of samrena/heap.h that is freed twice
 * may fault instead of being refused.
 *
 * Where the system has guards of its own (Linux 6.13, MADV_GUARD_INSTALL), what they held goes back to it, as with
 * samrena_trim(), and pages of private memory come back as zero. Elsewhere pages are protected: they keep what they
 * hold, and take some of the mappings that a process may have.
 *
 * It costs: each push is a call, and a push that comes to a further page is a system call, as is each call that takes
 * back; about a microsecond a page, and a fault for each that comes back; up to two pages a region, which count neither
 * as capacity nor as committed. Nothing is prefaulted (SAMRENA_RESERVE_POLICY), and nothing recycled.
 *
 * As with JUNK are regions of less than two pages; memory that the system does not let be guarded, such as explicit
 * huge pages; all, where LeakSanitizer runs, which reads all memory; and an arena in storage of its owner's, unless its
 * config says GUARD itself: guards lie in the storage until samrena_destroy(). An adapter never sees guards in memory
 * that it is given to work on, or gets back. A forked child has them as well. */

typedef enum SamrenaRecycle {
    SAMRENA_RECYCLE_AUTO = 0, /* a small arena that ends may become the next one of its kind, see samrena_destroy() */
    SAMRENA_RECYCLE_NEVER = 1 /* its memory goes back where it came from at once */
} SamrenaRecycle;

/* What arenas are for: their log lines and errors name it, their adapter is told, and they learn from one another. What
   each came to, from its creation or a reset to the next reset or its end, is told to the label, where anything was
   pushed; after four of them the next one's first region goes by it. Where most come to much the same, it is what nine
   of ten need, and the part that will surely be used is prefaulted, if it is untouched yet; else about what half of
   them use, and growth goes on from there: at once to what those come to that outgrow it, where that is much the same.
   It is a wish, within `limit`, `growth_most` and what the machine can spare; an `initial_size` comes before it, and
   growth NONE takes nothing from it. An arena in storage tells, and grows as without a label. For any number of
   threads, without a lock. Static, and as long as the process: the library keeps a list of those that were used, and
   where one lies in a shared library, that is not unloaded any more.

       static SamrenaLabel parsing = SAMRENA_LABEL("json.parse"); */
typedef struct SamrenaLabel {
    const char *name;
    struct SamrenaLabel *next; /* from here on the library's, which alone reads and writes it */
    size_t listed;
    size_t arenas;
    size_t ended;
    size_t rounds;
    size_t most;
    size_t calls;
    size_t avoided;
    size_t regretted;
    size_t plan;
    size_t seeded;
    size_t newest;
    size_t sizes[192 / sizeof(size_t)];
    size_t later[512 / sizeof(size_t) - 13 - 192 / sizeof(size_t)];
} SamrenaLabel;
#define SAMRENA_LABEL(name)                                                                                            \
    {                                                                                                                  \
        name, SAMRENA_NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {0}, {                                                    \
            0                                                                                                          \
        }                                                                                                              \
    }

/* What several arenas, of any thread of the process, hold together at most: the regions that their adapters gave, not
 * their handles, and not storage of their owners'. Static, or as long as the last of them, those included that were
 * spliced into others. A wish is cut to what is left; where what is needed is not left, the call is LIMIT_EXCEEDED at
 * once, and the message says who holds how much. Regions are counted as their adapter cuts them: virtual takes its
 * first one in a commit_size, and pages then, and a block of chained that was trimmed is held until it goes as a whole.
 * Where an adapter of somebody else's extends a region by more than was wished, by pages and more, the budget is passed
 * by that. Of 0 bytes nothing can be had. Arenas with a budget are not recycled. A forked child has a copy of it.
 *
 *     static SamrenaBudget requests = SAMRENA_BUDGET(UINT64_C(256) << 20); */
typedef struct SamrenaBudget {
    uint64_t most;   /* bytes */
    uint64_t own[3]; /* the library's */
} SamrenaBudget;
#define SAMRENA_BUDGET(bytes)                                                                                          \
    {                                                                                                                  \
        bytes, {                                                                                                       \
            0                                                                                                          \
        }                                                                                                              \
    }

/* Bytes that its arenas hold now. Any thread may ask. 0 for NULL. */
SAMRENA_API uint64_t samrena_budget_used(const SamrenaBudget *budget);

typedef enum SamrenaLogLevel {
    SAMRENA_LOG_ERROR = 1, /* a call failed */
    SAMRENA_LOG_WARNING = 2,
    SAMRENA_LOG_INFO = 3,
    SAMRENA_LOG_DEBUG = 4 /* every step from an arena to its adapter */
} SamrenaLogLevel;

/* Receives one line without a newline. `message` is valid during the call. Has to return, and must not call into the
   same arena. */
typedef void (*SamrenaLogCallback)(SamrenaLogLevel level, const char *message, void *user);

/* Called last when creating an arena or a call that takes the arena is about to return a failure; not for a NULL arena,
   not by what only asks, not by samrena_rewind_and_drop(), and not by what a release function calls. `message` is valid
   during the call. May exit instead of returning, or longjmp, though not over C++ objects with destructors. Where it
   returns, the thread's last error is the one that it was called for, whatever it did meanwhile. */
typedef void (*SamrenaFailureCallback)(SamrenaError error, const char *message, void *user);

/* Start from samrena_default_config(): a struct that nobody initialised is refused before any of it is used. Zero means
   the default for every field; an adapter ignores what it has no use for. Strings and user pointers are the caller's;
   strings are read during samrena_create() only, but as long as the arena lives after samrena_create_in(). */
typedef struct SamrenaConfig {
    size_t struct_size;
    const char *adapter;         /* name; NULL: $SAMRENA_ADAPTER, else the build's default; read until it is found */
    const char *adapter_options; /* "key=value,...", each key once; one that the adapter does not know is an error that
                                    names it */
    SamrenaLabel *label;         /* what the arena is for; NULL: not told */
    SamrenaBudget *budget;       /* what it holds together with others; NULL: none */
    Samrena *parent;             /* an arena that this one ends with, see samrena_destroy(); NULL: none */
    uint64_t initial_size;       /* bytes had at creation, or it fails; default 0: 4 KiB where they can be had. What is
                                    known to be needed is best said here: it is the first region then */
    uint64_t growth_size;        /* bytes of the smallest growth step, under FIXED of each one; default 4 KiB */
    uint64_t growth_most;   /* bytes of the largest growth step, but for a push that needs more; not below growth_size;
                               default: none */
    uint64_t max_reserve;   /* address space of an arena that is one range; default 0: 32 GiB where addresses are
                               plenty, a part of what is left where they are not; less where refused; 4 KiB at least */
    uint64_t commit_size;   /* step in which address space is made usable; default 64 KiB */
    uint64_t limit;         /* most that may be allocated, padding included; default 0: no limit */
    uint64_t retain;        /* unused bytes that a reset keeps, see samrena_trim(); default 0: all; 1: next to none */
    uint64_t ahead;         /* bytes before the cursor that SAMRENA_PREFAULT_AHEAD keeps resident; default 16 MiB; less
                               than 256 KiB is as that */
    int32_t growth;         /* SamrenaGrowth */
    int32_t prefault;       /* SamrenaPrefault */
    int32_t huge_pages;     /* SamrenaHugePages */
    int32_t debug;          /* SamrenaDebug; AUTO: $SAMRENA_DEBUG (auto, never, junk, guard; read once) where set */
    int32_t recycle;        /* SamrenaRecycle */
    int32_t learn;          /* SamrenaLearn */
    SamrenaLogCallback log; /* NULL: lines up to the level named by $SAMRENA_LOG (none, error, warning, info, debug;
                               read once) go to stderr; of an arena in storage, but for failures, those from its first
                               adapter on */
    void *log_user;
    SamrenaFailureCallback failure; /* NULL: none; also called when samrena_create() fails with this config */
    void *failure_user;
} SamrenaConfig;

/* All defaults. Inline on purpose: the struct may grow in a later version. */
static inline SamrenaConfig samrena_default_config(void) {
    SamrenaConfig config;
    memset(&config, 0, sizeof(config));
    config.struct_size = sizeof(config);
    return config;
}

/* The same for who cannot inline C: fills in `struct_size` bytes, which is how large the caller knows the struct to be.
   INVALID_PARAMETER, and nothing written: NULL, or no size of one. */
SAMRENA_API SamrenaError samrena_config_init(SamrenaConfig *config, size_t struct_size);

/* The same with some fields set, within the call itself, in C:
 *
 *     Samrena *arena = samrena_create(&SAMRENA_CONFIG(.adapter = "virtual", .limit = 1 << 20)); */
#if !defined(__cplusplus)
#define SAMRENA_CONFIG(...) ((SamrenaConfig){.struct_size = sizeof(SamrenaConfig), __VA_ARGS__})
#endif

/* A new arena, or NULL. NULL config: all defaults. The caller owns it and ends it with samrena_destroy(). */
SAMRENA_API Samrena *samrena_create(const SamrenaConfig *config);
/* All defaults but the adapter; NULL: the default adapter. */
SAMRENA_API Samrena *samrena_create_named(const char *adapter);

/* The least that samrena_create_in() takes. Some of it is the arena's own; the rest is its first memory. */
#define SAMRENA_STORAGE_LEAST 768
/* Declares storage for samrena_create_in(), aligned so that no byte is skipped; less than the least does not compile.
 *
 *     SAMRENA_STORAGE(storage, 4096);
 *     Samrena *arena = samrena_create_in(storage, sizeof(storage), NULL); */
#define SAMRENA_STORAGE_SIZE(bytes) (sizeof(char[(bytes) >= SAMRENA_STORAGE_LEAST ? 1 : -1]) * (bytes))
#define SAMRENA_STORAGE(name, bytes) SAMRENA_ALIGNED(16) unsigned char name[SAMRENA_STORAGE_SIZE(bytes)]
/* An arena in `size` bytes of the caller's own, on the stack, static, or a block of another arena, at any address:
   handle and first memory lie there. It asks for no heap, no adapter and no environment until that is full; then it
   grows as any arena. ($SAMRENA_LOG is asked for by a call that fails, and $SAMRENA_DEBUG when something is taken back
   and the config leaves that open, once a process each; $SAMRENA_PROFILE and the dynamic linker are, at the first use
   of a label.) With growth NONE and no reserve, nobody is asked for more when it is full either. The adapter is looked
   for then, so that a name that does not exist is an error of each push that needs it, and samrena_has_capability()
   says nothing before. With an initial_size that the storage cannot hold the rest is got at once. The storage has to
   outlive the arena, and stays the caller's; samrena_destroy() gives back what was got beyond it. */
SAMRENA_API Samrena *samrena_create_in(void *storage, uint64_t size, const SamrenaConfig *config);

/* Runs what samrena_on_release() registered and gives the memory back. NULL is fine. Arenas whose config names this one
   as `parent` are ended before, the youngest first, each after its own children; who ends before its parent leaves
   nothing behind there. A reset or a rewind of the parent leaves them alone. An arena and its parent belong to one
   thread at a time where either is made, spliced or ended. Refused, as an error of this thread that the log hears of,
   inside a release function of the same arena or of one that ends with it, and for a scratch arena. Up to
   eight small arenas a process are recycled: kept to become the next ones of their kind, where their adapter agrees and
   the config says AUTO. chained and virtual keep 64 KiB of each at most, virtual without the addresses behind: where
   others took those meanwhile, the next arena goes on in a second range when it grows. What is kept goes when any arena
   finds no memory. A call for an arena that was kept is refused where it is not inlined, until it is the next one. The
   rest goes back: chained gives it to the C heap, which may hold some MiB of it for what comes next. */
SAMRENA_API void samrena_destroy(Samrena *arena);

/* ---- Pushing: every function returns NULL on failure ----
 *
 * A push of 0 bytes gives a valid, aligned pointer that must not be dereferenced.
 * INVALID_PARAMETER: a size above PTRDIFF_MAX, an alignment that is no power of two, count * size overflows.
 * LIMIT_EXCEEDED: the config's limit, or its budget. OUT_OF_MEMORY: the adapter, its ceiling, or growth NONE. */

/* The start of every Samrena, for the inline functions alone: the free part of the region in use. Frozen in the ABI.
 *
 *     ...[ blocks ][ text ][ text ]gap[ window ....................... )tail
 *                                 |   |                                |
 *                                 |   cursor, a multiple of 8          end, a multiple of 16
 *                                 packed: where the newest small block ends
 *
 * What is aligned to 8 or more starts at the cursor, and takes a multiple of 8 bytes. What is aligned to less is
 * packed: it starts where the last packed block ended, if that is in the 8 bytes before the cursor, so that text and
 * ints stand side by side. Small blocks, for `packed`, are those and the ones of up to 8 bytes that are aligned to 8:
 * no other can lie in a gap of less than 16 bytes before a multiple of 16, so that behind `packed` such gaps are
 * padding.
 *
 * A push is made inline where it ends at or before `end`, which is below 2^63: with a size below that, and an aligned
 * start of 2^63 at most, no sum wraps.
 * While the arena wants to see each push, cursor and end are NULL, and nothing of one byte or more fits. */
typedef struct SamrenaWindow {
    unsigned char *cursor;
    unsigned char *end;
    unsigned char *packed;
} SamrenaWindow;
SAMRENA_ABI_OFFSET(SamrenaWindow, end, 8);
SAMRENA_ABI_OFFSET(SamrenaWindow, packed, 16);

/* What the inline functions call when the window is too small; any push may be made through it. Where that leads into
   another region of many, it costs the logarithm of their number. */
SAMRENA_API SAMRENA_COLD void *samrena_push_slow(Samrena *arena, uint64_t size, uint64_t alignment);
/* Reports that count * size overflows; always NULL. */
SAMRENA_API SAMRENA_COLD void *samrena_push_overflow(Samrena *arena, uint64_t count, uint64_t size);

/* For samrena_push_aligned(): what is aligned to less than 8. */
SAMRENA_INLINE_PART void *samrena_push_packed(Samrena *arena, uint64_t size, uint64_t alignment) {
    SamrenaWindow *window = SAMRENA_CAST(SamrenaWindow *, SAMRENA_CAST(void *, arena));
    uint64_t cursor = SAMRENA_ADDRESS(window->cursor);
    uint64_t start = SAMRENA_ADDRESS(window->packed);
    uint64_t past;

    if (!SAMRENA_LIKELY(cursor - start < SAMRENA_GRANULE)) {
        start = cursor;
        SAMRENA_OPAQUE(start); /* a branch is foreseen, a conditional move would be waited for */
    }
    start = (start + (alignment - 1)) & ~(alignment - 1);
    past = start + size;
    if (SAMRENA_LIKELY((0x16 >> alignment & 1) /* 1, 2, 4 */ && SAMRENA_CAST(int64_t, size) > 0 &&
                       past <= SAMRENA_ADDRESS(window->end))) {
        window->packed = SAMRENA_POINTER(unsigned char *, past);
        window->cursor = SAMRENA_POINTER(unsigned char *, (past + SAMRENA_GRANULE - 1) & ~(SAMRENA_GRANULE - 1));
        return SAMRENA_POINTER(void *, start);
    }
    return samrena_push_slow(arena, size, alignment);
}

/* `size` bytes at a multiple of `alignment`, a power of two. Sizes are rounded up to 8 where the alignment is 8 or
   more, which counts as padding. */
SAMRENA_INLINE void *samrena_push_aligned(Samrena *arena, uint64_t size, uint64_t alignment) {
    uint64_t rounded = (size + SAMRENA_GRANULE - 1) & ~(SAMRENA_GRANULE - 1);
    if (alignment < SAMRENA_GRANULE)
        return samrena_push_packed(arena, size, alignment);
    if (SAMRENA_LIKELY(SAMRENA_CAST(int64_t, rounded) > 0 && (alignment & (alignment - 1)) == 0)) {
        SamrenaWindow *window = SAMRENA_CAST(SamrenaWindow *, SAMRENA_CAST(void *, arena));
        uint64_t cursor = SAMRENA_ADDRESS(window->cursor);
        uint64_t past = cursor + rounded;
        bool by_size = alignment == SAMRENA_DEFAULT_ALIGNMENT && SAMRENA_IS_KNOWN(rounded);

        /* What a push costs is the way from one cursor to the next. From a multiple of 8 that is one instruction, and
           two to align to 16: the block ends where bit 3 is as in its size, or two sums are made at the same time. */
        if (by_size) {
            past = rounded & SAMRENA_GRANULE ? past | SAMRENA_GRANULE : (past + SAMRENA_GRANULE) & ~SAMRENA_GRANULE;
        } else if (alignment > SAMRENA_GRANULE) {
            SAMRENA_OPAQUE(past); /* not to be made from the aligned cursor, one after the other */
            past += (alignment == SAMRENA_DEFAULT_ALIGNMENT ? cursor : 0 - cursor) & (alignment - 1);
        }
        if (SAMRENA_LIKELY(past <= SAMRENA_ADDRESS(window->end))) {
            window->cursor = SAMRENA_POINTER(unsigned char *, past);
            if (alignment == SAMRENA_GRANULE && rounded == SAMRENA_GRANULE)
                window->packed = window->cursor;
            if (!by_size)
                return SAMRENA_POINTER(void *, past - rounded);
            SAMRENA_OPAQUE(cursor); /* not before the way to the next cursor is behind */
            return SAMRENA_POINTER(void *, cursor + (cursor & SAMRENA_GRANULE));
        }
    }
    return samrena_push_slow(arena, size, alignment);
}

/* `size` bytes, aligned for any type. */
SAMRENA_INLINE void *samrena_push(Samrena *arena, uint64_t size) {
    return samrena_push_aligned(arena, size, SAMRENA_DEFAULT_ALIGNMENT);
}

/* An array of `count` elements of `size` bytes each. */
SAMRENA_INLINE void *samrena_push_array_aligned(Samrena *arena, uint64_t count, uint64_t size, uint64_t alignment) {
    if (size != 0 && count > UINT64_MAX / size)
        return samrena_push_overflow(arena, count, size);
    return samrena_push_aligned(arena, count * size, alignment);
}

SAMRENA_INLINE void *samrena_push_array(Samrena *arena, uint64_t count, uint64_t size) {
    return samrena_push_array_aligned(arena, count, size, SAMRENA_DEFAULT_ALIGNMENT);
}

/* The same with every byte zero. Only bytes that are not known to be zero are cleared: those that were used before, and
   with chained those of fresh heap blocks. */
SAMRENA_API void *samrena_push_zero(Samrena *arena, uint64_t size);
SAMRENA_API void *samrena_push_array_zero(Samrena *arena, uint64_t count, uint64_t size, uint64_t alignment);

/* Typed: a `type *` with the type's own size and alignment. */
#define SAMRENA_PUSH_TYPE(arena, type)                                                                                 \
    SAMRENA_CAST(type *, samrena_push_aligned((arena), sizeof(type), SAMRENA_ALIGNOF(type)))
#define SAMRENA_PUSH_ARRAY(arena, type, count)                                                                         \
    SAMRENA_CAST(type *, samrena_push_array_aligned((arena), (count), sizeof(type), SAMRENA_ALIGNOF(type)))
#define SAMRENA_PUSH_TYPE_ZERO(arena, type)                                                                            \
    SAMRENA_CAST(type *, samrena_push_array_zero((arena), 1, sizeof(type), SAMRENA_ALIGNOF(type)))
#define SAMRENA_PUSH_ARRAY_ZERO(arena, type, count)                                                                    \
    SAMRENA_CAST(type *, samrena_push_array_zero((arena), (count), sizeof(type), SAMRENA_ALIGNOF(type)))

/* ---- Text and copies: pushes that are filled. Texts stand side by side, and no byte lies between them ---- */

/* `size` bytes from `source`, an object of any type: aligned, and rounded up, as samrena_push() does, which takes up to
   15 bytes before it and 7 behind it. `source` may be NULL where size is 0. */
SAMRENA_API void *samrena_push_copy(Samrena *arena, const void *source, uint64_t size);
/* A terminated string. */
SAMRENA_API char *samrena_push_string(Samrena *arena, const char *string);
/* The first `length` characters, or less where the string ends before; terminated. It is not read beyond `length`. */
SAMRENA_API char *samrena_push_substring(Samrena *arena, const char *string, uint64_t length);
/* What printf would write. INVALID_PARAMETER too where the C library cannot format it. */
SAMRENA_API char *samrena_push_format(Samrena *arena, const char *format, ...) SAMRENA_PRINTF_FORMAT(2, 3);
SAMRENA_API char *samrena_push_vformat(Samrena *arena, const char *format, va_list arguments)
    SAMRENA_PRINTF_FORMAT(2, 0);

/* ---- Resizing and taking back ----
 *
 * Taking back moves the cursor; the memory stays the arena's until samrena_trim(), `retain` or samrena_destroy(). */

/* `new_size` bytes that begin with what `ptr`, a block of `old_size` bytes, holds: in place where the block was pushed
   last or shrinks, otherwise a copy, aligned as samrena_push() aligns, with as much room behind it as it has bytes
   where memory has to be got for it. Shrinking the last block gives the bytes back, whole eights of them where it is
   aligned to 8 or more, and so blocks that are shrunk to nothing in the reverse order of their pushes give back all, in
   whatever regions they lie: with the padding before each of them where both are aligned to 16 and nothing smaller was
   pushed in between. Any other block keeps its bytes until it is taken back as a whole. NULL with size 0 for `ptr`: a
   push. On failure NULL, and the block is as it was. INVALID_PARAMETER: the block is not this arena's. Costs the
   logarithm of the number of regions, and the copy. */
SAMRENA_API void *samrena_resize(Samrena *arena, void *ptr, uint64_t old_size, uint64_t new_size);
/* The same; what is copied, or pushed, is aligned to `alignment`, a power of two. */
SAMRENA_API void *samrena_resize_aligned(Samrena *arena, void *ptr, uint64_t old_size, uint64_t new_size,
                                         uint64_t alignment);

/* A position of one arena; opaque, but for this: a serial of 0 is no mark. It costs 64 bytes of the arena (fewer on
   32 bits), and up to 7 that align them, or none where nothing was pushed since the last one; they count as allocated
   and go when an older position is rewound to. */
typedef struct SamrenaMark {
    uint64_t serial;
    uint64_t index;
} SamrenaMark;
SAMRENA_ABI_ASSERT(sizeof(SamrenaMark) == 16, "SamrenaMark is passed by value: its size is frozen");

/* Where the arena stands. Fails as a push does: the mark is then zeroed, and refused by samrena_rewind(). */
SAMRENA_API SamrenaMark samrena_mark(Samrena *arena);
/* Takes back everything that was pushed after the mark. It stays valid, every later mark is stale for good.
   INVALID_PARAMETER, and nothing changed: the mark is stale, failed or another arena's, or a release function calls. */
SAMRENA_API SamrenaError samrena_rewind(Samrena *arena, SamrenaMark mark);
/* samrena_rewind(), and the mark itself is given back. A failed mark is OK and changes nothing. */
SAMRENA_API SamrenaError samrena_rewind_and_drop(Samrena *arena, SamrenaMark mark);

/* Takes back `block`, and all that was pushed after it, without a mark: marks made since are stale, release functions
   registered since are called. An empty block stands for whatever lies at its address. INVALID_PARAMETER, and nothing
   changed: it points to nothing that is handed out, or came with samrena_splice(), or a release function calls. Costs
   the logarithm of the number of regions, and as much for each mark and release function that goes. */
SAMRENA_API SamrenaError samrena_rewind_to(Samrena *arena, const void *block);

/* Takes everything back and keeps the memory, up to `retain` of it, and the growth hint, for what comes next. All marks
   become stale. INVALID_PARAMETER, and nothing changed: a release function calls. Costs what the release functions
   cost; with `retain`, and more unused than that, also what samrena_trim() costs. */
SAMRENA_API SamrenaError samrena_reset(Samrena *arena);

/* Gives unused memory back to the system, but for what the next `keep` bytes of pushes need: the room in the region in
   use where that is enough, else the smallest region that is, else several. Unused is capacity - allocated; never less
   than `keep` of it is left where there was as much. Pages go, but addresses inside a block of the C heap can only go
   with all of it: they stay part of the capacity, and are resident again when they are used. Costs a step for each
   unused region. */
SAMRENA_API void samrena_trim(Samrena *arena, uint64_t keep);

typedef void (*SamrenaReleaseFunction)(void *argument);

/* Has function(argument) called when this point is taken back: by a rewind to an older mark, a reset, or at the end.
   Newest first; all that was pushed is still there. Costs 24 bytes of the arena (fewer on 32 bits),
   and up to 7 that align them; fails as a push does. The function has to return. It may push, which is taken back as
   well, but not rewind, reset, splice or destroy this arena, nor cancel: that is refused with INVALID_PARAMETER. */
SAMRENA_API SamrenaError samrena_on_release(Samrena *arena, SamrenaReleaseFunction function, void *argument);
/* Forgets function(argument), registered last of several that are equal, without calling it; the bytes it cost go with
   what is around them. INVALID_PARAMETER: it is not registered, or a release function calls. Costs a step for each mark
   and release function made since. */
SAMRENA_API SamrenaError samrena_cancel_release(Samrena *arena, SamrenaReleaseFunction function, void *argument);

/* All that `from` holds, with its release functions, lives as long as what `into` holds from now on: until a place in
   `into` from before this call is taken back. Arenas that end with `from` end with
   `into`. Pointers stay valid, nothing is copied, whatever adapters the two have. `from` ends: what has room in it goes
   back to the system, its marks are stale, and whoever still calls it, a release function of its own too, is refused
   until `into` gives it back. Its blocks can be resized and asked for with `into`; storage of samrena_create_in() has
   to outlive that. INVALID_PARAMETER, and nothing changed: the two are one, `into` ends with `from`, `from` is a
   scratch arena, shares its memory with a parent process, or is watched by a checker where `into` is not, a release
   function of either calls. LIMIT_EXCEEDED: that of
   `into`. OUT_OF_MEMORY: the heap. Costs a step for each region of `from` that nothing was pushed into, for each of its
   children, and for each arena that `into` ends with. With `into`, samrena_contains(), samrena_resize() and
   samrena_resident() then cost as much more for each arena that was spliced.

       for (int i = 0; i < THREADS; i++)  // each parsed its part into an arena of its own
           pthread_join(threads[i], NULL), samrena_splice(tree, parts[i].arena); */
SAMRENA_API SamrenaError samrena_splice(Samrena *into, Samrena *from);

#if defined(SAMRENA_CLEANUP)
typedef struct SamrenaScope {
    Samrena *arena;
    SamrenaMark mark;
} SamrenaScope;

static inline SamrenaScope samrena_scope_enter(Samrena *arena) {
    SamrenaScope scope;
    SamrenaMark mark = samrena_mark(arena);
    uint64_t serial = mark.serial, index = mark.index;
    SAMRENA_OPAQUE(serial); /* each from its register: what is written in halves is slow to be read as a whole */
    SAMRENA_OPAQUE(index);
    scope.arena = arena;
    scope.mark.serial = serial;
    scope.mark.index = index;
    return scope;
}

static inline void samrena_scope_leave(SamrenaScope *scope) {
    (void)samrena_rewind_and_drop(scope->arena, scope->mark);
}

/* A declaration: what is pushed after it is taken back at the end of the block, however that is left but by longjmp.
   Where the mark cannot be made, nothing is taken back there. Not with MSVC, which has no such
   thing in C. */
#define SAMRENA_SCOPE(arena) SAMRENA_SCOPE_AT(arena, __LINE__)
#define SAMRENA_SCOPE_AT(arena, line) SAMRENA_SCOPE_NAMED(arena, line)
#define SAMRENA_SCOPE_NAMED(arena, line)                                                                               \
    SamrenaScope samrena_scope_##line SAMRENA_CLEANUP(samrena_scope_leave) = samrena_scope_enter(arena)
#endif

/* ---- Scratch arenas ---- */

/* This thread's scratch arena, for what is needed during a call, that is none of the `count` arenas in `conflicts`.
 * There are two a thread, made on first use with the default adapter, and ended with the thread, or at exit. Who gets
 * an arena to put results into names it as a conflict, for it may be a scratch arena of a caller's; and who has a scope
 * leaves nothing. NULL: INVALID_PARAMETER where both are conflicts, else as samrena_create(). Its memory stays with the
 * thread: samrena_trim() gives back what a large one left. It is not to be destroyed, spliced, or handed to another
 * thread.
 *
 *     Samrena *scratch = samrena_scratch(&result, 1);
 *     SAMRENA_SCOPE(scratch); */
SAMRENA_API Samrena *samrena_scratch(Samrena *const *conflicts, size_t count);

/* ---- Reserving: telling the arena what is to come ----
 *
 * A reservation is a hint with an effect: the memory is got now and, as far as the prefault policy and the machine's
 * free memory allow, made resident, so that later pushes neither ask the system nor take page faults. It is no
 * promise of contiguity. SAMRENA_OK means that the capacity is reached, however much was prefaulted, or that the
 * adapter has no reserve entry point; SamrenaInfo.reserve says which.
 * Errors: INVALID_PARAMETER above the adapter's ceiling (virtual: max_reserve) or PTRDIFF_MAX, LIMIT_EXCEEDED above
 * the config's limit, or beyond its budget, nothing changed; OUT_OF_MEMORY, and what was got stays usable. */

/* Raises the capacity to at least `size` bytes in total, what is already allocated included, so that pushes that need
   no more than the rest together, padding included, find room, in whatever sizes they come. Costs a comparison where
   that much is reserved already, else what it costs to make the memory resident.
   With SAMRENA_PREFAULT_AHEAD, from 256 KiB on, the memory is got and the call returns: one thread a process, which
   the first such reserve starts, makes pages resident from the cursor to `ahead` bytes before it, 2 MiB at a time,
   as the cursor goes on. It sleeps while nobody needs it, ends after a second of that, and stops where no processor
   is idle, by the whole machine's run queue, or memory is short: the arena is then as without it, and tries again
   later. What gives memory back waits for 2 MiB at most. A forked child has no such thread, and starts one when it
   pushes on. Needs an adapter that can prefault concurrently (SAMRENA_CAPABILITY_CONCURRENT), else nothing is
   prefaulted: UNSUPPORTED in SamrenaInfo.reserve. */
SAMRENA_API SamrenaError samrena_reserve(Samrena *arena, uint64_t size);

/* Makes room for the next `size` bytes, whatever is used: samrena_reserve(arena, allocated + size). */
SAMRENA_API SamrenaError samrena_reserve_more(Samrena *arena, uint64_t size);

/* Reserves `immediate_size` in total with headroom, and remembers `expected_total` as the size that the arena will
   reach, padding included. The headroom is twice the immediate size or a quarter of the expected total, whichever is
   more, but not beyond the expected total, the adapter's ceiling or the config's limit; where only the headroom
   cannot be had, the call is still OK. The immediate size is prefaulted, with what the region in use has left,
   and to the end of the page, or huge page, that it ends in; of the headroom nothing else is. Later growth asks for a
   quarter of the hint a step and does not overshoot it; past it, for an eighth a step until half as much again is
   reached, then as the growth policy says. A hint that the system cannot satisfy costs no more than none.
   expected_total below immediate_size means "unknown": no hint. */
SAMRENA_API SamrenaError samrena_reserve_with_growth(Samrena *arena, uint64_t immediate_size, uint64_t expected_total);

/* samrena_push(), and where that fails for want of memory the same push with growth allowed, also under growth NONE:
   by up to twice what is then allocated, or to the growth hint where that is more. */
SAMRENA_API void *samrena_push_with_reserve(Samrena *arena, uint64_t size);

/* ---- Asking an arena ---- */

/* Bytes that are handed out now: alignment padding, marks and release functions included. 0 for NULL. */
SAMRENA_API uint64_t samrena_allocated(const Samrena *arena);
/* What the arena can hold without going back to the system, what is allocated included. 0 for NULL. */
SAMRENA_API uint64_t samrena_capacity(const Samrena *arena);
/* Bytes of its memory that are in the machine's own memory now. Asks the system, a call for 1,024 pages each, on
   Windows for 128. 0 where the system does not tell, and for NULL. */
SAMRENA_API uint64_t samrena_resident(const Samrena *arena);
/* Whether `ptr` points into memory that is handed out, padding included. Costs the logarithm of the number of regions.
 */
SAMRENA_API bool samrena_contains(const Samrena *arena, const void *ptr);

/* Bits of a mask. */
typedef enum SamrenaCapability {
    SAMRENA_CAPABILITY_RESERVE = 1,    /* the adapter has a reserve entry point */
    SAMRENA_CAPABILITY_PREFAULT = 2,   /* it can make memory resident ahead of use */
    SAMRENA_CAPABILITY_EXTEND = 4,     /* a region can grow in place */
    SAMRENA_CAPABILITY_CONTIGUOUS = 8, /* the arena's memory is one range of addresses */
    SAMRENA_CAPABILITY_TRIM = 16,      /* a part of a region can be given back; spare regions always can */
    SAMRENA_CAPABILITY_SHARED = 32,    /* a forked child has the same memory, not a copy of it */
    SAMRENA_CAPABILITY_CONCURRENT = 64 /* memory can be made resident by other threads while this one goes on */
} SamrenaCapability;

/* Whether the arena has all of `capability`, one or several of them or'ed together. */
SAMRENA_API bool samrena_has_capability(const Samrena *arena, SamrenaCapability capability);

/* Why the last reserve reached or prefaulted less than it was asked for. */
typedef enum SamrenaReserveReason {
    SAMRENA_RESERVE_COMPLETE = 0,    /* it did not */
    SAMRENA_RESERVE_UNSUPPORTED = 1, /* the adapter cannot reserve or prefault */
    SAMRENA_RESERVE_POLICY = 2,      /* the config's prefault policy: NEVER, or AUTO with too little to gain */
    SAMRENA_RESERVE_PRESSURE = 3,    /* the machine, the memory cgroup or a resource limit has too little to spare */
    SAMRENA_RESERVE_LIMIT = 4,       /* the config's limit or budget, or the adapter's ceiling */
    SAMRENA_RESERVE_REFUSED = 5,     /* the system refused memory or pages */
    SAMRENA_RESERVE_AHEAD = 6        /* nothing was prefaulted yet: it is being done ahead of the cursor */
} SamrenaReserveReason;

typedef struct SamrenaReserveInfo {
    uint64_t requested;  /* total capacity asked for; 0: nothing was reserved yet */
    uint64_t capacity;   /* reached */
    uint64_t prefaulted; /* bytes that this reserve made resident */
    int32_t reason;      /* SamrenaReserveReason */
    int32_t error;       /* SamrenaError that the call returned */
} SamrenaReserveInfo;

typedef struct SamrenaInfo {
    size_t struct_size;         /* set by the caller: sizeof(SamrenaInfo) */
    const char *adapter;        /* name; valid as long as the process; NULL: none was needed yet */
    uint64_t allocated;         /* as samrena_allocated() */
    uint64_t capacity;          /* as samrena_capacity() */
    uint64_t high_water;        /* most that was ever allocated */
    uint64_t committed;         /* bytes of all regions, also what no push can reach any more before a reset */
    uint64_t regions;           /* how many regions the arena holds */
    uint64_t adapter_calls;     /* calls that asked the adapter for memory: acquire, extend, reserve */
    uint64_t growth_hint;       /* expected total; 0: none */
    uint64_t ceiling;           /* most that this arena can come to; 0: no ceiling */
    uint64_t limit;             /* of the config; 0: none */
    SamrenaReserveInfo reserve; /* the last reserve that had something to do */
} SamrenaInfo;

/* Fills in what fits into info->struct_size; a larger struct of a later version is zeroed beyond. Asks nobody. */
SAMRENA_API SamrenaError samrena_get_info(const Samrena *arena, SamrenaInfo *info);
/* The same for people, a line each, and what is resident; the stream is flushed. INVALID_PARAMETER where it cannot be
   written. */
SAMRENA_API SamrenaError samrena_print_info(const Samrena *arena, FILE *stream);

/* ---- What was learnt ----
 *
 * $SAMRENA_STATS=1 prints a table of all labels to stderr when the process ends. $SAMRENA_PROFILE=file has labels learn
 * from earlier runs: the file is read when the first arena with a label is made, one arena that it tells of is enough,
 * and written when the process ends, with what it had of labels that this run did not use. Only what has ended, or was
 * reset, is told. A process that ends by _exit(), a signal or abort() tells nothing; a forked child that ends by exit()
 * tells its own, with what it had from its parent. Where several end at once the last one's file stays, whole. A file
 * that others can write, is damaged, or is none of these is told on stderr and left as it is. Processes with elevated
 * rights ignore both variables. */

typedef struct SamrenaLabelInfo {
    size_t struct_size;
    const char *name;
    uint64_t arenas;         /* made, exactly */
    uint64_t alive;          /* of these, exactly */
    uint64_t rounds;         /* in which something was pushed: from creation or a reset to a reset or the end. From here
                                on threads that tell at the same moment may lose one another's */
    uint64_t most;           /* bytes that one round came to */
    uint64_t median;         /* bytes that half of the newest rounds did not pass, to an eighth of an octave; 0: none
                                ended. Older ones count less and less, those that a profile tells of among them */
    uint64_t ninetieth;      /* the same for 90 of 100 */
    uint64_t adapter_calls;  /* of arenas that ended, as in SamrenaInfo */
    uint64_t faults_avoided; /* pages that the label, or an arena's last reserve, made resident, and that were used */
    uint64_t regretted;      /* bytes that arenas held at their end and had never used */
    const char *advice;      /* the line of code that would have reserved best */
} SamrenaLabelInfo;

/* `info` is valid during the call. Return false to stop. */
typedef bool (*SamrenaLabelCallback)(const SamrenaLabelInfo *info, void *user);

/* Every label of arenas that learn, in the order of their first use. Costs a step for each two of them. */
SAMRENA_API SamrenaError samrena_labels_each(SamrenaLabelCallback callback, void *user);
/* The same for people, as a table of 79 columns; the stream is flushed. INVALID_PARAMETER where it cannot be written.
 */
SAMRENA_API SamrenaError samrena_labels_print(FILE *stream);

/* Labels learn from a profile, also those that are used later; what was read is kept until the process ends.
   INVALID_PARAMETER: there is no such file, others can write it, it is above 4 MiB, or no profile: nothing of it is
   taken then, and the message names line and reason. OUT_OF_MEMORY: the heap. */
SAMRENA_API SamrenaError samrena_labels_load(const char *path);
/* Writes what all labels came to, earlier runs that were loaded included, and what the file has of others. Another one
   takes its place at once, or it stays as it is: INVALID_PARAMETER where it is no profile, or the system refuses. */
SAMRENA_API SamrenaError samrena_labels_save(const char *path);

/* ---- Adapters ----
 *
 * A name that no adapter is registered under yet is looked for as NAME.so in the absolute folders of
 * $SAMRENA_ADAPTER_PATH (separated by ':'), in samrena-1/adapters beside libsamrena, and in the folder compiled in. On
 * Windows as NAME.dll, separated by ';'. Paths are the system's, on Windows UTF-8.
 * A process with elevated rights ignores the SAMRENA_ variables. A loaded plugin is never unloaded. */

/* Loads one plugin file and registers its adapter. Loading a file again is OK and changes nothing. */
SAMRENA_API SamrenaError samrena_adapter_load(const char *path);
/* Registers an adapter linked into the program; the descriptor stays the caller's and must stay valid for good. Where
   it lies in a shared library, that is not unloaded any more, whatever is closed. Another adapter of that name:
   ADAPTER_INVALID. */
SAMRENA_API SamrenaError samrena_adapter_register(const SamrenaAdapter *adapter);

typedef struct SamrenaAdapterInfo {
    size_t struct_size;
    const char *name;      /* of the adapter, or what its file's name says where it could not be read */
    const char *version;   /* "" where not known */
    const char *summary;   /* "" where not known */
    const char *source;    /* absolute path of the plugin file; "built in"; "registered" */
    uint32_t capabilities; /* SamrenaCapability, or'ed */
    int32_t error;         /* SAMRENA_OK, or why it cannot be used */
    const char *message;   /* the reason, "" for OK */
} SamrenaAdapterInfo;

/* `info` is valid during the call. Return false to stop. */
typedef bool (*SamrenaAdapterCallback)(const SamrenaAdapterInfo *info, void *user);

/* Every adapter that a name can select. Loads what the search path holds: first come the files that cannot be used,
   each with its reason, then every adapter that can. */
SAMRENA_API SamrenaError samrena_adapter_each(SamrenaAdapterCallback callback, void *user);

/* ---- Errors and version ---- */

/* Of this thread; set by every failure, never cleared by a success. */
SAMRENA_API SamrenaError samrena_last_error(void);
/* Never NULL; valid until the next failure in this thread. */
SAMRENA_API const char *samrena_last_error_message(void);
/* A short description; never NULL, also for unknown values. */
SAMRENA_API const char *samrena_error_string(SamrenaError error);
/* Of the library in use, "0.1.0". */
SAMRENA_API const char *samrena_version(void);

#ifdef __cplusplus
}
#endif

#endif
