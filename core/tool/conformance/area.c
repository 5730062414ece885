// SPDX-License-Identifier: MIT
// Regions, what may come back for them, and the model of their bytes.
#include "area.h"

#include <inttypes.h>
#include <string.h>

/* ---- Asking ---- */

SamrenaWant want(uint64_t required, uint64_t desired) {
    return (SamrenaWant){.struct_size = sizeof(SamrenaWant),
                         .required = required,
                         .desired = desired,
                         .alignment = SAMRENA_REGION_ALIGNMENT};
}

SamrenaWant exactly(uint64_t bytes) {
    return want(bytes, bytes);
}

uint64_t zero_from(const SamrenaRegion *region) {
    return region->zero_from < region->size ? region->zero_from : region->size;
}

static void require_sound(Trial *trial, const char *operation, const SamrenaRegion *region, uint64_t required) {
    REQUIRE(trial, region->base, "%s(%" PRIu64 ") returned OK without memory", operation, required);
    REQUIRE(trial, (uintptr_t)region->base % SAMRENA_REGION_ALIGNMENT == 0,
            "%s(%" PRIu64 ") gave %p, not aligned to %d", operation, required, (void *)region->base,
            SAMRENA_REGION_ALIGNMENT);
    REQUIRE(trial, region->size >= required, "%s(%" PRIu64 ") gave only %" PRIu64 " bytes", operation, required,
            region->size);
    REQUIRE(trial, region->size <= PTRDIFF_MAX && region->size <= UINTPTR_MAX - (uintptr_t)region->base,
            "%s(%" PRIu64 ") gave %" PRIu64 " bytes at %p: that wraps the address space", operation, required,
            region->size, (void *)region->base);
}

/* ---- New regions ---- */

static Area *area_free(Context *context) {
    for (size_t i = 0; i < MOST_REGIONS; i++)
        if (!context->areas[i].context) {
            Area *area = &context->areas[i];
            memset(area, 0, sizeof(*area));
            area->region.struct_size = sizeof(SamrenaRegion);
            memset(area->guard, GUARD_BYTE, GUARD_SIZE);
            area->seed = (unsigned)i * 37 + 11;
            return area;
        }
    fail(context->trial, "the check holds more than %d regions", MOST_REGIONS);
}

/* Books what came back for a new region. It is given back also where it turns out not to be sound, as the core does. */
static Area *area_book(Context *context, Area *area, const char *operation, SamrenaError error, uint64_t required) {
    REQUIRE(context->trial, !error || error == SAMRENA_ERROR_OUT_OF_MEMORY,
            "%s(%" PRIu64 ") failed with \"%s\", expected OK or OUT_OF_MEMORY", operation, required,
            samrena_error_string(error));
    if (error)
        return NULL;
    if (area->region.base) {
        area->context = context;
        context->held += area->region.size;
    }
    require_sound(context->trial, operation, &area->region, required);
    return area;
}

Area *area_acquire(Context *context, SamrenaWant wanted) {
    const SamrenaAdapterOperations *operations = &context->trial->adapter.operations;
    Area *area = area_free(context);
    SamrenaError error = operations->acquire(context->memory, &wanted, &area->region);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY && wanted.desired > wanted.required) {
        wanted.desired = wanted.required;
        error = operations->acquire(context->memory, &wanted, &area->region);
    }
    return area_book(context, area, "acquire", error, wanted.required);
}

Area *area_reserve(Context *context, SamrenaWant wanted) {
    Area *area = area_free(context);
    SamrenaError error = context->trial->adapter.operations.reserve(context->memory, NULL, &wanted, &area->region);
    return area_book(context, area, "reserve", error, wanted.required);
}

Area *area_of(Context *context, uint64_t size) {
    uint64_t bytes = fitting(context, size);
    if (bytes == 0)
        skip(context->trial, "its ceiling of %" PRIu64 " bytes is too low", context->told.params.ceiling);
    Area *area = area_acquire(context, exactly(bytes));
    if (!area)
        skip(context->trial, "acquire(%" PRIu64 ") was refused: %s", bytes,
             context->note[0] ? context->note : "no reason given");
    return area;
}

void area_release(Area *area) {
    Context *context = area->context;
    if (!context)
        return;
    area->context = NULL;
    context->held -= area->region.size;
    context->trial->adapter.operations.release(context->memory, &area->region);
}

/* ---- Growing ---- */

/* Takes over what an adapter made of a region, when it is sound; the old record stays otherwise. */
static SamrenaError area_adopt(Area *area, const char *operation, SamrenaError error, Area *larger, uint64_t required) {
    Trial *trial = area->context->trial;
    REQUIRE(trial, !error || error == SAMRENA_ERROR_OUT_OF_MEMORY || error == SAMRENA_ERROR_UNSUPPORTED,
            "%s(%" PRIu64 ") failed with \"%s\", expected OK, OUT_OF_MEMORY or UNSUPPORTED", operation, required,
            samrena_error_string(error));
    if (error)
        return error;
    REQUIRE(trial, larger->region.base == area->region.base, "%s(%" PRIu64 ") moved the region from %p to %p",
            operation, required, (void *)area->region.base, (void *)larger->region.base);
    require_sound(trial, operation, &larger->region, area->region.size + required);
    area->context->held += larger->region.size - area->region.size;
    if (larger->region.zero_from < area->region.zero_from)
        larger->region.zero_from = area->region.zero_from;
    *area = *larger;
    return SAMRENA_OK;
}

SamrenaError area_extend(Area *area, SamrenaWant wanted) {
    const SamrenaAdapterOperations *operations = &area->context->trial->adapter.operations;
    Area larger = *area;
    SamrenaError error = operations->extend(area->context->memory, &larger.region, &wanted);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY && wanted.desired > wanted.required) {
        larger = *area;
        wanted.desired = wanted.required;
        error = operations->extend(area->context->memory, &larger.region, &wanted);
    }
    return area_adopt(area, "extend", error, &larger, wanted.required);
}

SamrenaError area_reserve_more(Area *area, SamrenaWant wanted) {
    SamrenaRegion unused = {.struct_size = sizeof(unused)};
    SamrenaRegion before = unused;
    Area larger = *area;
    SamrenaError error =
        area->context->trial->adapter.operations.reserve(area->context->memory, &larger.region, &wanted, &unused);
    REQUIRE(area->context->trial, memcmp(&unused, &before, sizeof(unused)) == 0,
            "reserve(%" PRIu64 ") of the newest region filled in an extra one", wanted.required);
    return area_adopt(area, "reserve", error, &larger, wanted.required);
}

SamrenaError area_grow(Area *area, uint64_t size) {
    uint64_t largest = largest_of(area->context);
    uint64_t left = largest > area->region.size ? largest - area->region.size : 0;
    uint64_t bytes = fitting(area->context, size);
    bytes = (bytes < left ? bytes : left) & ~(uint64_t)(SAMRENA_REGION_ALIGNMENT - 1);
    if (!area->context->trial->adapter.operations.extend || bytes == 0)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    return area_extend(area, exactly(bytes));
}

/* ---- Giving back, and prefaulting ---- */

static void require_trimmed(const Area *area, const SamrenaRegion *smaller, uint64_t keep) {
    Trial *trial = area->context->trial;
    REQUIRE(trial, smaller->base == area->region.base, "trim(%" PRIu64 ") moved the region from %p to %p", keep,
            (void *)area->region.base, (void *)smaller->base);
    REQUIRE(trial, smaller->size >= keep, "trim(%" PRIu64 ") left only %" PRIu64 " bytes", keep, smaller->size);
    REQUIRE(trial, smaller->size <= area->region.size, "trim(%" PRIu64 ") is OK and made %" PRIu64 " bytes of %" PRIu64,
            keep, smaller->size, area->region.size);
    for (uint64_t i = area->region.zero_from; i < keep; i++)
        REQUIRE(trial, smaller->base[i] == 0, "trim(%" PRIu64 ") made byte %" PRIu64 " 0x%02x, it was zero", keep, i,
                smaller->base[i]);
}

/* The cookie is the adapter's to change, and zero_from is what the host knows, as in the core. */
SamrenaError area_trim(Area *area, uint64_t keep) {
    const uint64_t mask = SAMRENA_REGION_ALIGNMENT - 1;
    Trial *trial = area->context->trial;
    uint64_t before = area->region.size;
    uint64_t kept = keep ? (keep + mask) & ~mask : SAMRENA_REGION_ALIGNMENT;
    if (kept > before)
        kept = before & ~mask;
    Area smaller = *area;
    SamrenaError error = trial->adapter.operations.trim(area->context->memory, &smaller.region, kept);
    area->filled = area->filled < kept ? area->filled : kept;
    REQUIRE(trial, !error || error == SAMRENA_ERROR_UNSUPPORTED,
            "trim(%" PRIu64 ") failed with \"%s\", expected OK or UNSUPPORTED", kept, samrena_error_string(error));
    if (error)
        return error;
    require_trimmed(area, &smaller.region, kept);
    uint64_t after = smaller.region.size;
    smaller.filled = area->filled;
    smaller.region.zero_from = after < before && area->region.zero_from < after ? area->region.zero_from : after;
    area->context->held -= before - after;
    *area = smaller;
    return SAMRENA_OK;
}

uint64_t area_prefault(Area *area, uint64_t from, uint64_t bytes) {
    Context *context = area->context;
    SamrenaRegion region = area->region;
    uint64_t populated = 0;
    SamrenaError error = context->trial->adapter.operations.prefault(context->memory, &region, from, bytes, &populated);
    REQUIRE(context->trial, !error || error == SAMRENA_ERROR_UNSUPPORTED || error == SAMRENA_ERROR_OUT_OF_MEMORY,
            "prefault() failed with \"%s\", expected OK, UNSUPPORTED or OUT_OF_MEMORY", samrena_error_string(error));
    REQUIRE(context->trial, populated <= bytes, "prefault() of %" PRIu64 " bytes says that %" PRIu64 " are populated",
            bytes, populated);
    REQUIRE(context->trial, error || populated == bytes,
            "prefault() of %" PRIu64 " bytes is OK and says that %" PRIu64 " are populated", bytes, populated);
    return populated;
}

/* ---- The model ---- */

/* Eight bytes at a time: regions may have many. No two words of a region are the same. */
static uint64_t pattern_word(const Area *area, uint64_t index) {
    return (index + 1 + ((uint64_t)area->seed << 40)) * UINT64_C(0x9E3779B97F4A7C15);
}

static unsigned char pattern(const Area *area, uint64_t offset) {
    uint64_t word = pattern_word(area, offset / sizeof(word));
    return ((unsigned char *)&word)[offset % sizeof(word)];
}

bool area_byte_is_right(const Area *area, uint64_t offset) {
    return area->region.base[offset] == pattern(area, offset);
}

void area_fill(Area *area, uint64_t end) {
    unsigned char *base = area->region.base;
    uint64_t i = area->filled;
    for (; i < end && i % sizeof(uint64_t) != 0; i++)
        base[i] = pattern(area, i);
    for (; i + sizeof(uint64_t) <= end; i += sizeof(uint64_t)) {
        uint64_t word = pattern_word(area, i / sizeof(word));
        memcpy(base + i, &word, sizeof(word));
    }
    for (; i < end; i++)
        base[i] = pattern(area, i);
    if (area->filled < end)
        area->filled = end;
    if (area->region.zero_from < area->filled)
        area->region.zero_from = area->filled;
}

/* How many bytes from `from` on are as they must be, whole words of them; `zero`: not the pattern. */
static uint64_t right_words(const Area *area, uint64_t from, uint64_t end, bool zero) {
    uint64_t i = from;
    for (; i + sizeof(uint64_t) <= end; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, area->region.base + i, sizeof(word));
        if (word != (zero ? 0 : pattern_word(area, i / sizeof(word))))
            break;
    }
    return i - from;
}

void area_verify(const Area *area, const char *after) {
    Trial *trial = area->context->trial;
    const SamrenaRegion *region = &area->region;
    for (uint64_t i = right_words(area, 0, area->filled, false); i < area->filled; i++)
        REQUIRE(trial, region->base[i] == pattern(area, i), "after %s: byte %" PRIu64 " is 0x%02x, 0x%02x was written",
                after, i, region->base[i], pattern(area, i));
    uint64_t zeros = zero_from(region);
    for (uint64_t i = zeros + right_words(area, zeros, region->size, true); i < region->size; i++)
        REQUIRE(trial, region->base[i] == 0, "after %s: byte %" PRIu64 " is 0x%02x, zero_from %" PRIu64 " says zero",
                after, i, region->base[i], region->zero_from);
}

void use_context(Context *context, unsigned seed) {
    int rounds = rounds_of(context, 50);
    for (int round = 0; round < rounds; round++) {
        Area *area = area_of(context, 16 * KIB + (uint64_t)round * 1000);
        area->seed += seed;
        area_fill(area, area->region.size);
        (void)area_grow(area, 4 * KIB);
        area_verify(area, "extend()");
        area_release(area);
    }
}
