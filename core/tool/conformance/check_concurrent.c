// SPDX-License-Identifier: MIT
// Checks of prefault_concurrently(): what it changes, what it tells, and that nobody has to hold still for it.
#include <inttypes.h>
#include <string.h>

#include "atomic.h"
#include "area.h"
#include "checks.h"
#include "pages.h"
#include "threads.h"

static void require_concurrent(Trial *trial) {
    if (!trial->adapter.operations.prefault_concurrently)
        skip(trial, "it has no prefault_concurrently()");
}

/* What is wrong with the answer; NULL: nothing. */
static const char *fault_of(SamrenaError error, uint64_t bytes, uint64_t populated) {
    if (error && error != SAMRENA_ERROR_UNSUPPORTED && error != SAMRENA_ERROR_OUT_OF_MEMORY)
        return "failed with another error than UNSUPPORTED or OUT_OF_MEMORY";
    if (populated > bytes)
        return "says that more bytes are populated than it was asked for";
    return !error && populated < bytes ? "is OK and says that fewer bytes are populated" : NULL;
}

static SamrenaError call(const Area *area, uint64_t from, uint64_t bytes, uint64_t *populated) {
    const Context *context = area->context;
    SamrenaRegion region = area->region;
    *populated = 0;
    return context->trial->adapter.operations.prefault_concurrently(context->memory, &region, from, bytes, populated);
}

/* Bytes that are resident, by what it says. Where the system has no such call the check has nothing to hold. */
static uint64_t populate(Area *area, uint64_t from, uint64_t bytes) {
    Trial *trial = area->context->trial;
    uint64_t populated;
    SamrenaError error = call(area, from, bytes, &populated);
    const char *fault = fault_of(error, bytes, populated);
    REQUIRE(trial, !fault, "prefault_concurrently() of %" PRIu64 " bytes %s (%" PRIu64 ", \"%s\")", bytes, fault,
            populated, samrena_error_string(error));
    if (error == SAMRENA_ERROR_UNSUPPORTED)
        skip(trial, "prefault_concurrently() is UNSUPPORTED here: this cannot tell more");
    return populated;
}

/* ---- Alone ---- */

/* All over it are the pattern or zeros, and nothing but those afterwards, wherever the range begins and ends. */
void check_concurrent(Trial *trial) {
    static const uint64_t froms[] = {0, 1, 15, 4095, 4096, 4097, 20000};
    static const uint64_t lengths[] = {1, 4095, 4096, 4097, 10000};
    require_concurrent(trial);
    Context *context = context_new(trial);
    Area *area = area_of(context, 64 * KIB);
    uint64_t size = area->region.size;
    (void)populate(area, 0, size);
    area_verify(area, "prefault_concurrently() of a fresh region");
    area_fill(area, size);
    for (size_t i = 0; i < sizeof(froms) / sizeof(froms[0]); i++)
        for (size_t j = 0; j < sizeof(lengths) / sizeof(lengths[0]); j++) {
            uint64_t from = froms[i] % size;
            (void)populate(area, from, lengths[j] < size - from ? lengths[j] : size - from);
            area_verify(area, "prefault_concurrently() of a part that is in use");
        }
    (void)populate(area, size - 1, 1);
    area_verify(area, "prefault_concurrently() of the last byte");
}

/* In pieces, as it will be asked for. */
void check_concurrent_resident(Trial *trial) {
    require_concurrent(trial);
    Context *context = context_new(trial);
    uint64_t page = context->host.page_size;
    if (!residence_is_told(page))
        skip(trial, "the system cannot tell what is resident");
    Area *area = area_of(context, 4 * MIB);
    for (uint64_t from = 0; from < area->region.size && from < 4 * MIB; from += 256 * KIB) {
        uint64_t left = area->region.size - from;
        uint64_t populated = populate(area, from, left < 256 * KIB ? left : 256 * KIB);
        Pages pages = pages_between(area->region.base + from, area->region.base + from + populated, page);
        REQUIRE(trial, pages.resident == pages.whole,
                "prefault_concurrently() says that %" PRIu64 " bytes are populated, and %" PRId64 " of %" PRId64
                " pages are not",
                populated, pages.whole - pages.resident, pages.whole);
    }
    area_verify(area, "prefault_concurrently() in pieces");
}

/* ---- With others ---- */

enum { POPULATING = 3, ROUNDS = 100000, LEAST_CALLS = 200, WRITTEN = 4 /* words at the start of each range */ };

typedef struct Populating {
    const Area *area;
    uint64_t from, bytes;
    const atomic_bool *enough;
    atomic_int calls;
    const char *fault;
} Populating;

/* The same range again and again: there is always a call under way. */
static void populate_on(void *given) {
    Populating *part = given;
    while (!atomic_load(part->enough) && !part->fault) {
        uint64_t populated;
        SamrenaError error = call(part->area, part->from, part->bytes, &populated);
        part->fault = fault_of(error, part->bytes, populated);
        atomic_fetch_add(&part->calls, part->fault ? LEAST_CALLS : 1);
    }
}

/* What was written a moment ago is there, also what was written in the round before. */
static bool words_stay(volatile uint64_t *words, uint64_t number) {
    bool stay = true;
    for (int i = 0; i < WRITTEN; i++)
        stay = stay && words[i] == number - 1;
    for (int i = 0; i < WRITTEN; i++)
        words[i] = number;
    for (int i = 0; i < WRITTEN; i++)
        stay = stay && words[i] == number;
    return stay;
}

/* Writes to the start of each range, where an adapter that touches pages would write too, until each thread was at it
   often enough. */
static bool write_on(const Populating *parts, unsigned count) {
    bool stay = true, busy = count > 0;
    for (unsigned i = 0; i < count; i++)
        memset(parts[i].area->region.base + parts[i].from, 0, WRITTEN * sizeof(uint64_t));
    for (uint64_t number = 1; stay && (busy || number < ROUNDS); number++) {
        busy = false;
        for (unsigned i = 0; i < count; i++) {
            stay =
                stay && words_stay((volatile uint64_t *)(void *)(parts[i].area->region.base + parts[i].from), number);
            busy = busy || atomic_load(&parts[i].calls) < LEAST_CALLS;
        }
    }
    return stay;
}

/* How many could be started. */
static unsigned start(Populating *parts, Thread *threads, const Area *area, uint64_t bytes, const atomic_bool *enough) {
    for (unsigned i = 0; i < POPULATING; i++) {
        parts[i] = (Populating){.area = area, .from = i * bytes, .bytes = bytes, .enough = enough};
        if (!thread_start(&threads[i], populate_on, &parts[i]))
            return i;
    }
    return POPULATING;
}

/* Between start and join nothing leaves the check; a range that two have a page of is two ranges. */
void check_concurrent_writes(Trial *trial) {
    Populating parts[POPULATING];
    Thread threads[POPULATING];
    atomic_bool enough = false;
    require_concurrent(trial);
    Context *context = context_new(trial);
    Area *area = area_of(context, 16 * KIB);
    uint64_t bytes = area->region.size / POPULATING & ~UINT64_C(15);
    if (bytes < WRITTEN * sizeof(uint64_t))
        skip(trial, "its regions are too small for %d threads", POPULATING);
    (void)populate(area, 0, area->region.size);
    unsigned started = start(parts, threads, area, bytes < 4 * KIB ? bytes : 4 * KIB, &enough);
    bool stay = write_on(parts, started);
    atomic_store(&enough, true);
    for (unsigned i = 0; i < started; i++)
        thread_join(&threads[i]);
    for (unsigned i = 0; i < started; i++)
        REQUIRE(trial, !parts[i].fault, "prefault_concurrently() %s", parts[i].fault);
    REQUIRE(trial, stay, "what was written is lost while prefault_concurrently() is at work");
    if (started == 0)
        skip(trial, "no thread to be had");
}
