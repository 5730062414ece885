// SPDX-License-Identifier: MIT
// Adapters that can prefault concurrently, note each time that they are asked to, and take as long over it as a test
// likes.
#define _DEFAULT_SOURCE
#include "concurrent_adapter.h"

#include <string.h>
#include <time.h>

#include "adapter_parts.h"
#include "pages.h"
#include "samrena.h"

#define CEILING (UINT64_C(256) << 20)

ConcurrentState concurrent;

enum { MOST_REGIONS = 64, MOST_AT_ONCE = 64 };

/* Under the lock: what is there, and what is under way. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static SamrenaRegion regions[MOST_REGIONS];
static struct {
    const void *context; /* NULL: none */
    ConcurrentCall call;
} under_way[MOST_AT_ONCE];

typedef struct OneContext {
    Context context;
    unsigned char *mapping; /* of the one region */
    bool shared;
} OneContext;

int set_up_concurrent_adapters(void **state) {
    static const SamrenaAdapter *const all[] = {&samrena_adapter_concurrent, &samrena_adapter_concurrent_pieces,
                                                &samrena_adapter_concurrent_shared};
    (void)state;
    pthread_mutex_init(&lock, NULL);
    memset(&concurrent, 0, sizeof(concurrent));
    memset(under_way, 0, sizeof(under_way));
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (samrena_adapter_register(all[i]) != SAMRENA_OK)
            return 1;
    return 0;
}

/* ---- Regions ---- */

static SamrenaRegion *find(const unsigned char *base) {
    for (size_t i = 0; i < MOST_REGIONS; i++)
        if (regions[i].base == base)
            return &regions[i];
    host_must(false);
    return NULL;
}

static SamrenaError map(uint64_t mapped, uint64_t size, bool shared, SamrenaRegion *region) {
    void *memory = get_pages((size_t)mapped, shared);
    if (!memory)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    region->base = memory;
    region->size = size;
    region->zero_from = 0;
    region->cookie = (void *)(uintptr_t)mapped;
    pthread_mutex_lock(&lock);
    *find(NULL) = *region;
    pthread_mutex_unlock(&lock);
    concurrent.live_regions++;
    return SAMRENA_OK;
}

/* Nothing of [from, from + bytes) is under way, nor is anything of `context`. */
static void must_be_left_alone(const unsigned char *from, uint64_t bytes, const void *context) {
    for (size_t i = 0; i < MOST_AT_ONCE; i++) {
        const ConcurrentCall *call = &under_way[i].call;
        bool overlaps = from < call->from + call->bytes && call->from < from + bytes;
        host_must(!under_way[i].context || (!overlaps && under_way[i].context != context));
    }
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    pthread_mutex_lock(&lock);
    must_be_left_alone(region->base, region->size, NULL);
    find(region->base)->base = NULL;
    pthread_mutex_unlock(&lock);
    give_pages_back(region->base, (size_t)(uintptr_t)region->cookie);
    concurrent.live_regions--;
}

static SamrenaError create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    SamrenaError error = context_create(host, params, context);
    if (!error)
        concurrent.live_contexts++;
    return error;
}

static void destroy(void *context) {
    pthread_mutex_lock(&lock);
    must_be_left_alone(NULL, 0, context);
    pthread_mutex_unlock(&lock);
    concurrent.live_contexts--;
    context_destroy(context);
}

/* ---- One region that grows ---- */

static SamrenaError one_create(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    SamrenaError error = create(host, params, context);
    params->ceiling = CEILING;
    return error;
}

static SamrenaError one_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    OneContext *one = context;
    SamrenaError error = context_call(&one->context, want);
    if (error || one->mapping || want->required > CEILING)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    error = map(CEILING, in_16s(want->desired < CEILING ? want->desired : CEILING), false, region);
    one->mapping = error ? NULL : region->base;
    return error;
}

static void one_release(void *context, const SamrenaRegion *region) {
    ((OneContext *)context)->mapping = NULL;
    release(context, region);
}

static SamrenaError one_extend(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    SamrenaError error = context_call(context, want);
    uint64_t left = CEILING - newest->size;
    if (error || want->required > left)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    newest->size += in_16s(want->desired) < left ? in_16s(want->desired) : left;
    pthread_mutex_lock(&lock);
    find(newest->base)->size = newest->size;
    pthread_mutex_unlock(&lock);
    return SAMRENA_OK;
}

static SamrenaError one_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    return newest ? one_extend(context, newest, want) : one_acquire(context, want, extra);
}

static SamrenaError one_trim(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    host_must(keep > 0 && keep % 16 == 0 && keep <= region->size);
    pthread_mutex_lock(&lock);
    must_be_left_alone(region->base, region->size, NULL);
    find(region->base)->size = region->size = keep;
    pthread_mutex_unlock(&lock);
    uint64_t from = (keep + 65535) / 65536 * 65536;
    empty_pages(region->base + from, (size_t)(CEILING - from));
    return SAMRENA_OK;
}

/* ---- Pieces ---- */

static SamrenaError pieces_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    SamrenaError error = context_call(context, want);
    uint64_t size = in_16s(want->desired);
    return error ? error : map(size, size, false, region);
}

static SamrenaError pieces_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                   SamrenaRegion *extra) {
    host_must(!newest);
    return pieces_acquire(context, want, extra);
}

static SamrenaError shared_acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    SamrenaError error = context_call(context, want);
    uint64_t size = in_16s(want->desired);
    return error ? error : map(size, size, true, region);
}

static SamrenaError shared_reserve(void *context, SamrenaRegion *newest, const SamrenaWant *want,
                                   SamrenaRegion *extra) {
    host_must(!newest);
    return shared_acquire(context, want, extra);
}

/* ---- Prefaulting ---- */

static SamrenaError plain_prefault(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                   uint64_t *populated) {
    (void)context;
    host_must(from <= region->size && bytes <= region->size - from);
    concurrent.plain++;
    concurrent.plain_bytes += bytes;
    *populated = bytes;
    return SAMRENA_OK;
}

/* The region is one that is there, as it is now or was before it grew. */
static size_t begin(const void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes) {
    size_t slot = 0, count = 0;
    pthread_mutex_lock(&lock);
    host_must(region->struct_size == sizeof(*region) && region->size <= find(region->base)->size);
    host_must(bytes > 0 && from <= region->size && bytes <= region->size - from);
    host_must(concurrent.most == 0 || bytes <= concurrent.most);
    must_be_left_alone(region->base + from, bytes, NULL);
    while (under_way[slot].context)
        slot++;
    under_way[slot].context = context;
    under_way[slot].call = (ConcurrentCall){region->base + from, bytes, pthread_self()};
    for (size_t i = 0; i < MOST_AT_ONCE; i++)
        count += under_way[i].context != NULL;
    if ((int)count > concurrent.most_at_once)
        concurrent.most_at_once = (int)count;
    concurrent.begun++;
    pthread_mutex_unlock(&lock);
    return slot;
}

static SamrenaError end(size_t slot) {
    pthread_mutex_lock(&lock);
    int number = ++concurrent.ended;
    if (number <= CONCURRENT_CALLS)
        concurrent.calls[number - 1] = under_way[slot].call;
    under_way[slot].context = NULL;
    pthread_mutex_unlock(&lock);
    return concurrent.fails_at == number ? SAMRENA_ERROR_UNSUPPORTED : (SamrenaError)concurrent.error;
}

static SamrenaError prefault_concurrently(const void *context, const SamrenaRegion *region, uint64_t from,
                                          uint64_t bytes, uint64_t *populated) {
    const OneContext *own = context;
    const struct timespec moment = {0, 100000}, delay = {0, (long)concurrent.delay * 1000};
    size_t slot = begin(context, region, from, bytes);
    if (delay.tv_nsec > 0)
        nanosleep(&delay, NULL);
    while (concurrent.closed)
        nanosleep(&moment, NULL);
    SamrenaError error = end(slot);
    *populated = error ? 0 : bytes;
    if (error)
        own->context.host->set_error(own->context.host, "not populating, as planned");
    return error;
}

uint64_t concurrent_bytes(void) {
    uint64_t total = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < concurrent.ended && i < CONCURRENT_CALLS; i++)
        total += concurrent.calls[i].bytes;
    pthread_mutex_unlock(&lock);
    return total;
}

/* A first region of a few KiB may lie right behind it. */
uint64_t concurrent_end(const unsigned char *start) {
    uint64_t end = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < concurrent.ended && i < CONCURRENT_CALLS; i++) {
        const ConcurrentCall *call = &concurrent.calls[i];
        uint64_t last = (uint64_t)(call->from + call->bytes - start);
        if (call->from >= start && last > end && last <= CEILING && call->bytes > 4096)
            end = last;
    }
    pthread_mutex_unlock(&lock);
    return end;
}

bool concurrent_asked_for(const unsigned char *from, uint64_t bytes) {
    bool asked = false;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < concurrent.ended && i < CONCURRENT_CALLS; i++) {
        const ConcurrentCall *call = &concurrent.calls[i];
        asked = asked || (from < call->from + call->bytes && call->from < from + bytes);
    }
    pthread_mutex_unlock(&lock);
    return asked;
}

/* ---- The tables ---- */

SAMRENA_ADAPTER_DEFINE(concurrent, "concurrent", .version = "1.0.0", .context_size = sizeof(OneContext),
                       .capabilities = SAMRENA_ADAPTER_CONTIGUOUS,
                       .operations = {.create = one_create,
                                      .destroy = destroy,
                                      .acquire = one_acquire,
                                      .release = one_release,
                                      .extend = one_extend,
                                      .reserve = one_reserve,
                                      .prefault = plain_prefault,
                                      .prefault_concurrently = prefault_concurrently,
                                      .trim = one_trim});

SAMRENA_ADAPTER_DEFINE(concurrent_pieces, "concurrent_pieces", .version = "1.0.0", .context_size = sizeof(OneContext),
                       .operations = {.create = create,
                                      .destroy = destroy,
                                      .acquire = pieces_acquire,
                                      .release = release,
                                      .reserve = pieces_reserve,
                                      .prefault = plain_prefault,
                                      .prefault_concurrently = prefault_concurrently});

SAMRENA_ADAPTER_DEFINE(concurrent_shared, "concurrent_shared", .version = "1.0.0", .context_size = sizeof(OneContext),
                       .capabilities = SAMRENA_ADAPTER_SHARED,
                       .operations = {.create = create,
                                      .destroy = destroy,
                                      .acquire = shared_acquire,
                                      .release = release,
                                      .reserve = shared_reserve,
                                      .prefault = plain_prefault,
                                      .prefault_concurrently = prefault_concurrently});
