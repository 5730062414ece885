// SPDX-License-Identifier: MIT
// Single checks of the conformance suite: what each says of an adapter that is odd in one thing, of a file that is
// none, and where the system refuses what the check itself needs. Prints TAP.
//
// usage: test_checks PLUGIN
#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "child.h"
#include "conformance.h"
#include "files.h"
#include "refusals.h"
#include "tap.h"
#include "wrong_adapters.h"

/* ---- The adapter: the sound one, with one thing changed ---- */

static SamrenaAdapter sound, odd;
static SamrenaAdapterParams told; /* what create() says beyond the sound one's; 0: nothing */
static SamrenaError answer;       /* of the operation that is changed */

static const SamrenaHost *the_host;
static pid_t creator;

static SamrenaError create_told(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    SamrenaError error = sound.operations.create(host, params, context);
    the_host = host;
    creator = getpid();
    params->step = told.step ? told.step : params->step;
    params->ceiling = told.ceiling ? told.ceiling : params->ceiling;
    params->largest = told.largest ? told.largest : params->largest;
    params->recyclable = told.recyclable;
    params->struct_size += told.struct_size;
    return error;
}

static SamrenaError acquire_nothing(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    (void)want;
    (void)region;
    return answer;
}

/* A context's first region alone. */
static SamrenaError acquire_once(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    static const void *had;
    if (had == context)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    had = context;
    return sound.operations.acquire(context, want, region);
}

static SamrenaError extend_never(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    (void)context;
    (void)newest;
    (void)want;
    return answer;
}

static SamrenaError reserve_never(void *context, SamrenaRegion *newest, const SamrenaWant *want, SamrenaRegion *extra) {
    (void)context;
    (void)newest;
    (void)want;
    (void)extra;
    return answer;
}

static SamrenaError prefault_never(void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                   uint64_t *populated) {
    (void)context;
    (void)region;
    (void)from;
    (void)bytes;
    (void)populated;
    return answer;
}

static SamrenaError concurrently_never(const void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                       uint64_t *populated) {
    (void)context;
    (void)region;
    (void)from;
    (void)bytes;
    (void)populated;
    return answer;
}

static SamrenaError trim_never(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    (void)region;
    (void)keep;
    return answer;
}

static SamrenaError create_refuses_more(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    if (params->max_reserve > UINT64_C(256) << 20)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    return create_told(host, params, context);
}

static SamrenaError create_answers(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)params;
    (void)context;
    return answer;
}

static SamrenaError acquire_refuses_in_words(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    (void)want;
    (void)region;
    the_host->set_error(the_host, "the pool is empty");
    return SAMRENA_ERROR_OUT_OF_MEMORY;
}

/* One region may have no more than was told, all together may. */
static SamrenaError acquire_up_to_told(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    uint64_t most = told.largest ? told.largest : told.ceiling;
    if (want->required > most || want->desired > most)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    return sound.operations.acquire(context, want, region);
}

static SamrenaError acquire_not_16(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    return want->required == 16 ? SAMRENA_ERROR_OUT_OF_MEMORY : sound.operations.acquire(context, want, region);
}

static SamrenaError acquire_leaves_mappings(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    static int protection; /* in turns, or the system joins them */
    protection = protection ? PROT_NONE : PROT_READ;
    if (mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        return SAMRENA_ERROR_OUT_OF_MEMORY;
    return sound.operations.acquire(context, want, region);
}

static SamrenaError acquire_ends_children(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    if (creator != getpid())
        _exit(3);
    return sound.operations.acquire(context, want, region);
}

static SamrenaError extend_forgets_zeros(void *context, SamrenaRegion *newest, const SamrenaWant *want) {
    SamrenaError error = sound.operations.extend(context, newest, want);
    if (!error)
        newest->zero_from = 0; /* the host knows better */
    return error;
}

static SamrenaError concurrently_once(const void *context, const SamrenaRegion *region, uint64_t from, uint64_t bytes,
                                      uint64_t *populated) {
    static atomic_int calls;
    return atomic_fetch_add(&calls, 1) > 0
               ? SAMRENA_ERROR_LIMIT_EXCEEDED
               : sound.operations.prefault_concurrently(context, region, from, bytes, populated);
}

static SamrenaError trim_in_words(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    (void)region;
    (void)keep;
    the_host->set_error(the_host, "it stays");
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError trim_in_turns(void *context, SamrenaRegion *region, uint64_t keep) {
    static int calls;
    return calls++ % 2 ? SAMRENA_ERROR_UNSUPPORTED : sound.operations.trim(context, region, keep);
}

static SamrenaError trim_moves(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    (void)keep;
    region->base += 16;
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError trim_knows_zeros(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)context;
    (void)keep;
    region->zero_from ^= 1;
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError trim_notes(void *context, SamrenaRegion *region, uint64_t keep) {
    (void)keep;
    region->cookie = region->cookie ? NULL : context;
    return SAMRENA_ERROR_UNSUPPORTED;
}

static SamrenaError trim_writes_behind(void *context, SamrenaRegion *region, uint64_t keep) {
    ((unsigned char *)context)[odd.context_size] = 0;
    return sound.operations.trim(context, region, keep);
}

typedef void Change(void);

static void tell(SamrenaAdapterParams what) {
    told = what;
    odd.operations.create = create_told;
}

/* What the descriptor says. */
static void change_magic(void) {
    odd.magic = 1;
}
static void change_abi(void) {
    odd.abi_major++;
}
static void require_features(void) {
    odd.features = 1;
}
static void name_without_end(void) {
    memset(odd.name, 'a', sizeof(odd.name));
}
static void empty_name(void) {
    odd.name[0] = '\0';
}
static void version_without_end(void) {
    memset(odd.version, '1', sizeof(odd.version));
}
static void large_context(void) {
    odd.context_size = UINT64_C(2) << 20;
}
static void key_with_space(void) {
    odd.option_keys = "a b";
}
static void key_with_letter(void) {
    odd.option_keys = "a,\xc3\xa4";
}
static void key_with_value(void) {
    odd.option_keys = "a=b";
}
static void later_minor(void) {
    odd.abi_minor = SAMRENA_ADAPTER_ABI_MINOR + 1, odd.capabilities = UINT32_C(1) << 30;
}
static void later_minor_alone(void) {
    odd.abi_minor = SAMRENA_ADAPTER_ABI_MINOR + 1;
}

/* What it has, and tells. */
static void no_prefault(void) {
    odd.operations.prefault = NULL, odd.operations.trim = NULL, tell((SamrenaAdapterParams){.recyclable = 65536});
}
static void no_prefault_but_trim(void) {
    odd.operations.prefault = NULL;
}
static void no_reserve(void) {
    odd.operations.reserve = NULL;
}
static void no_rest(void) {
    odd.operations.rest = NULL;
}
static void ceiling_of_8(void) {
    tell((SamrenaAdapterParams){.ceiling = 8, .recyclable = 8});
}
static void ceiling_of_64k(void) {
    tell((SamrenaAdapterParams){.ceiling = 65536, .largest = 65536, .recyclable = 65536});
}
static void largest_of_16(void) {
    tell((SamrenaAdapterParams){.largest = 16, .recyclable = 65536});
}
static void largest_of_all(void) {
    tell((SamrenaAdapterParams){.largest = (uint64_t)PTRDIFF_MAX});
}
static void largest_is_passed(void) {
    tell((SamrenaAdapterParams){.largest = 65536});
}
static void recycles_nothing(void) {
    tell((SamrenaAdapterParams){0});
}
static void recycles_little(void) {
    tell((SamrenaAdapterParams){.recyclable = 16});
}
static void params_grow(void) {
    tell((SamrenaAdapterParams){.struct_size = 8});
}
static void is_one_range(void) {
    odd.capabilities |= SAMRENA_ADAPTER_CONTIGUOUS;
}

/* What it answers. */
static void acquire_gives_nothing(void) {
    odd.operations.acquire = acquire_nothing, answer = SAMRENA_OK;
}
static void acquire_refuses(void) {
    odd.operations.acquire = acquire_nothing, answer = SAMRENA_ERROR_OUT_OF_MEMORY;
}
static void one_region(void) {
    odd.operations.acquire = acquire_once;
}
static void extend_refuses(void) {
    odd.operations.extend = extend_never, answer = SAMRENA_ERROR_OUT_OF_MEMORY;
}
static void extend_says_limit(void) {
    odd.operations.extend = extend_never, answer = SAMRENA_ERROR_LIMIT_EXCEEDED;
}
static void reserve_refuses(void) {
    odd.operations.reserve = reserve_never, answer = SAMRENA_ERROR_OUT_OF_MEMORY;
}
static void prefault_refuses(void) {
    odd.operations.prefault = prefault_never, answer = SAMRENA_ERROR_UNSUPPORTED;
}
static void prefault_says_limit(void) {
    odd.operations.prefault = prefault_never, answer = SAMRENA_ERROR_LIMIT_EXCEEDED;
}
static void prefault_has_no_memory(void) {
    odd.operations.prefault = prefault_never, answer = SAMRENA_ERROR_OUT_OF_MEMORY;
}
static void concurrently_refuses(void) {
    odd.operations.prefault_concurrently = concurrently_never, answer = SAMRENA_ERROR_UNSUPPORTED;
}
static void trim_refuses(void) {
    odd.operations.trim = trim_never, answer = SAMRENA_ERROR_UNSUPPORTED;
}
static void nothing_grows(void) {
    extend_refuses();
    reserve_refuses();
}
static void extend_and_one_region(void) {
    extend_refuses(), one_region();
}

#define CHANGES(name, operation, function)                                                                             \
    static void name(void) {                                                                                           \
        tell((SamrenaAdapterParams){.recyclable = 65536});                                                             \
        odd.operations.operation = function;                                                                           \
    }
CHANGES(acquire_says_why, acquire, acquire_refuses_in_words)
CHANGES(gives_all_but_16, acquire, acquire_not_16)
CHANGES(leaves_mappings, acquire, acquire_leaves_mappings)
CHANGES(ends_children, acquire, acquire_ends_children)
CHANGES(forgets_zeros, extend, extend_forgets_zeros)
CHANGES(populates_once, prefault_concurrently, concurrently_once)
CHANGES(trim_says_why, trim, trim_in_words)
CHANGES(trims_in_turns, trim, trim_in_turns)
CHANGES(refuses_and_moves, trim, trim_moves)
CHANGES(refuses_and_knows_zeros, trim, trim_knows_zeros)
CHANGES(refuses_and_notes, trim, trim_notes)
CHANGES(writes_behind, trim, trim_writes_behind)

static void all_is_told(void) {
    tell((SamrenaAdapterParams){.ceiling = (uint64_t)PTRDIFF_MAX, .largest = (uint64_t)PTRDIFF_MAX});
}
static void reserve_passes_largest(void) {
    tell((SamrenaAdapterParams){.largest = 65536});
    odd.operations.acquire = acquire_up_to_told;
}
static void wishes_are_refused(void) {
    reserve_passes_largest();
    odd.operations.reserve = NULL;
    odd.operations.extend = NULL;
}
static void ceiling_is_passed_in_parts(void) {
    tell((SamrenaAdapterParams){.ceiling = 65536});
    odd.operations.acquire = acquire_up_to_told;
    odd.operations.extend = NULL;
}
static void large_steps_are_refused(void) {
    tell((SamrenaAdapterParams){.step = UINT64_C(64) << 20});
    odd.operations.create = create_refuses_more;
}
static void steps_wrap(void) {
    tell((SamrenaAdapterParams){.step = UINT64_MAX / 2});
}
static void create_says_invalid(void) {
    odd.operations.create = create_answers;
    answer = SAMRENA_ERROR_INVALID_PARAMETER;
}
static void concurrently_has_no_memory(void) {
    odd.operations.prefault_concurrently = concurrently_never;
    answer = SAMRENA_ERROR_OUT_OF_MEMORY;
}
static void key_of_control(void) {
    odd.option_keys = "a\x7f";
}

/* ---- Files ---- */

static char folder[FOLDER_MOST], copy[PATH_MOST + 20];
static const char *sound_plugin;

typedef struct Patch {
    enum { IN_HEADER, IN_DYNSYM, IN_NAMES, IN_SYMBOL } where;
    size_t offset, size;
    uint64_t value;
} Patch;

static size_t section_of(const unsigned char *bytes, unsigned type) {
    const ElfW(Ehdr) *header = (const void *)bytes;
    const ElfW(Shdr) *sections = (const void *)(bytes + header->e_shoff);
    for (unsigned i = 0; i < header->e_shnum; i++)
        if (sections[i].sh_type == type)
            return i;
    abort();
}

/* A copy of the plugin with another value in one place. */
static void write_copy(const Patch *patch) {
    static _Alignas(16) unsigned char bytes[1 << 20];
    FILE *file = fopen(sound_plugin, "rb");
    check(file);
    size_t size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    const ElfW(Ehdr) *header = (const void *)bytes;
    const ElfW(Shdr) *sections = (const void *)(bytes + header->e_shoff);
    size_t dynsym = section_of(bytes, SHT_DYNSYM);
    size_t at[] = {[IN_HEADER] = 0,
                   [IN_DYNSYM] = header->e_shoff + dynsym * sizeof(*sections),
                   [IN_NAMES] = header->e_shoff + sections[dynsym].sh_link * sizeof(*sections),
                   [IN_SYMBOL] = sections[dynsym].sh_offset + sizeof(ElfW(Sym))};
    memcpy(bytes + at[patch->where] + patch->offset, &patch->value, patch->size);
    file = fopen(copy, "wb");
    check(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

#define PLACE(type, field) offsetof(ElfW(type), field), sizeof(((ElfW(type) *)0)->field)

static const Patch no_magic = {IN_HEADER, 0, 1, 0};
static const Patch odd_entries = {IN_HEADER, PLACE(Ehdr, e_shentsize), 8};
static const Patch sections_behind = {IN_HEADER, PLACE(Ehdr, e_shoff), UINT64_C(1) << 40};
static const Patch sections_odd = {IN_HEADER, PLACE(Ehdr, e_shoff), 65};
static const Patch many_sections = {IN_HEADER, PLACE(Ehdr, e_shnum), 65000};
static const Patch no_dynsym = {IN_DYNSYM, PLACE(Shdr, sh_type), SHT_NOTE};
static const Patch names_nowhere = {IN_DYNSYM, PLACE(Shdr, sh_link), 60000};
static const Patch symbols_behind = {IN_DYNSYM, PLACE(Shdr, sh_offset), UINT64_C(1) << 40};
static const Patch names_behind = {IN_NAMES, PLACE(Shdr, sh_offset), UINT64_C(1) << 40};
static const Patch names_too_long = {IN_NAMES, PLACE(Shdr, sh_size), UINT64_C(1) << 40};
static const Patch names_without_end = {IN_NAMES, PLACE(Shdr, sh_size), 2};
static const Patch name_behind = {IN_SYMBOL, PLACE(Sym, st_name), UINT32_MAX};

static void write_text(void) {
    FILE *file = fopen(copy, "wb");
    check(file && fputs("no ELF file\n", file) >= 0 && fclose(file) == 0);
}

/* ---- The rows ---- */

typedef struct Row {
    const char *check, *what;
    Change *change;
    const char *file; /* the subject's; "": `copy`; NULL: none */
    const Patch *patch;
    Refused refused;
    int from;
    ConformanceOutcome outcome;
    const char *says;
} Row;

#define PASSED CONFORMANCE_PASSED
#define FAILED CONFORMANCE_FAILED
#define SKIPPED CONFORMANCE_SKIPPED
#define ODD(check, what, change, outcome, says)                                                                        \
    { check, what, change, NULL, NULL, NOTHING_REFUSED, 0, outcome, says }
#define FILE_IS(what, patch, says)                                                                                     \
    { "plugin-symbols", what, NULL, "", patch, NOTHING_REFUSED, 0, SKIPPED, says }
#define REFUSED(check, what, which, from, outcome, says)                                                               \
    { check, what, NULL, NULL, NULL, which, from, outcome, says }

#define NO_SYMBOLS "has no section with dynamic symbols"
#define NOT_TOLD "the system cannot tell what is resident"
#define NOTHING_BACK "trim() gave nothing back: no reason given"

static const Row rows[] = {
    ODD("descriptor", "another magic number", change_magic, FAILED, "the magic number is 0x1"),
    ODD("descriptor", "another ABI", change_abi, FAILED, "ABI major is "),
    ODD("descriptor", "features that nobody knows", require_features, FAILED, "it requires features 0x1"),
    ODD("descriptor", "a name without an end", name_without_end, FAILED, "its name is not terminated"),
    ODD("descriptor", "no name", empty_name, FAILED, "its name is not terminated"),
    ODD("descriptor", "a version without an end", version_without_end, FAILED, "its version is not terminated"),
    ODD("descriptor", "a context of 2 MiB", large_context, FAILED, "its context has 2097152 bytes"),
    ODD("descriptor", "a key with a space", key_with_space, FAILED, "option_keys is \"a b\""),
    ODD("descriptor", "a key beyond ASCII", key_with_letter, FAILED, "option_keys is "),
    ODD("descriptor", "a key with a value", key_with_value, FAILED, "option_keys is \"a=b\""),
    ODD("descriptor", "a later minor ABI, with bits of its own", later_minor, PASSED, ""),
    ODD("descriptor", "a later minor ABI", later_minor_alone, PASSED, ""),
    {"descriptor", "a file of another name", NULL, "/a/other.so", NULL, NOTHING_REFUSED, 0, FAILED,
     "its file is other.so"},
    {"descriptor", "a file whose name is none", NULL, "Other.so", NULL, NOTHING_REFUSED, 0, FAILED,
     "its file is Other.so"},

    {"plugin-symbols", "no file", NULL, "/there/is/no/such/file.so", NULL, NOTHING_REFUSED, 0, SKIPPED,
     "it cannot be read: "},
    {"plugin-symbols", "a folder", NULL, "/", NULL, NOTHING_REFUSED, 0, SKIPPED,
     "it cannot be read: not a regular file"},
    FILE_IS("a text", NULL, NO_SYMBOLS),
    FILE_IS("no ELF file", &no_magic, NO_SYMBOLS),
    FILE_IS("sections of another size", &odd_entries, NO_SYMBOLS),
    FILE_IS("sections behind the end", &sections_behind, NO_SYMBOLS),
    FILE_IS("sections at an odd place", &sections_odd, NO_SYMBOLS),
    FILE_IS("more sections than there are", &many_sections, NO_SYMBOLS),
    FILE_IS("no dynamic symbols", &no_dynsym, NO_SYMBOLS),
    FILE_IS("names in no section", &names_nowhere, NO_SYMBOLS),
    FILE_IS("symbols behind the end", &symbols_behind, NO_SYMBOLS),
    FILE_IS("names behind the end", &names_behind, NO_SYMBOLS),
    FILE_IS("names beyond the end", &names_too_long, NO_SYMBOLS),
    {"plugin-symbols", "names without an end", NULL, "", &names_without_end, NOTHING_REFUSED, 0, FAILED,
     "it does not export"},
    {"plugin-symbols", "one name behind the others", NULL, "", &name_behind, NOTHING_REFUSED, 0, PASSED, ""},

    ODD("sizes", "OK, and no memory", acquire_gives_nothing, FAILED, "returned OK without memory"),
    ODD("contents", "no memory, and no word", acquire_refuses, SKIPPED, "was refused: no reason given"),
    ODD("contents", "a ceiling of 8 bytes", ceiling_of_8, SKIPPED, "its ceiling of 8 bytes is too low"),
    ODD("alignment", "a ceiling of 8 bytes", ceiling_of_8, SKIPPED, "was refused"),
    ODD("ahead", "no prefault(), no trim()", no_prefault, PASSED, ""),
    ODD("contents", "no reserve()", no_reserve, PASSED, ""),
    ODD("largest", "a largest region beyond all memory", largest_of_all, FAILED, ""),
    ODD("largest", "a largest region that is passed", largest_is_passed, FAILED,
        "and the largest region was told to be 65536"),
    ODD("extend", "extend() that refuses", extend_refuses, SKIPPED, "extend() refused to grow a region at all"),
    ODD("extend", "extend() with another error", extend_says_limit, FAILED,
        "expected OK, OUT_OF_MEMORY or UNSUPPORTED"),
    ODD("extend-refused", "one range", is_one_range, SKIPPED, ""),
    ODD("extend-refused", "one region, and it does not grow", extend_and_one_region, PASSED, ""),
    ODD("extend-refused", "a ceiling of one region", ceiling_of_64k, SKIPPED, "extend() refused nothing"),
    ODD("extend", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("reserve-extra", "reserve() that refuses", reserve_refuses, FAILED, "reserve() gave no region of any size"),
    ODD("reserve-extra", "a largest region of 16 bytes", largest_of_16, PASSED, ""),
    ODD("prefault", "prefault() that is not supported", prefault_refuses, PASSED, ""),
    ODD("prefault", "prefault() without memory", prefault_has_no_memory, PASSED, ""),
    ODD("prefault", "prefault() with another error", prefault_says_limit, FAILED,
        "expected OK, UNSUPPORTED or OUT_OF_MEMORY"),
    ODD("resident", "prefault() that is not supported", prefault_refuses, SKIPPED, "prefault() populated nothing"),
    ODD("concurrent", "it is not supported", concurrently_refuses, SKIPPED,
        "prefault_concurrently() is UNSUPPORTED here"),
    ODD("concurrent-writes", "a ceiling of 8 bytes", ceiling_of_8, SKIPPED, "is too low"),
    ODD("concurrent-writes", "regions of 16 bytes", largest_of_16, SKIPPED, "its regions are too small for 3 threads"),
    ODD("trim", "trim() that refuses", trim_refuses, SKIPPED, NOTHING_BACK),
    ODD("trim-others", "trim() that refuses", trim_refuses, SKIPPED, NOTHING_BACK),
    ODD("trim-others", "one region", one_region, SKIPPED, "it gives one region at a time"),
    ODD("trim-others", "a ceiling of one region", ceiling_of_64k, SKIPPED, "it gives one region at a time"),
    ODD("trim-reuse", "trim() that refuses", trim_refuses, SKIPPED, NOTHING_BACK),
    ODD("trim-growth", "trim() that refuses", trim_refuses, SKIPPED, "no region was trimmed and grew again"),
    ODD("trim-growth", "no reserve()", no_reserve, PASSED, ""),
    ODD("trim-growth", "extend() and reserve() that refuse", nothing_grows, SKIPPED,
        "no region was trimmed and grew again"),
    ODD("trim-prefault", "no prefault()", no_prefault_but_trim, SKIPPED, "it has no prefault()"),
    ODD("trim-resident", "regions of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("trim-resident", "regions of 16 bytes", largest_of_16, SKIPPED, "is too small to tell"),
    ODD("struct-size", "params that grow", params_grow, FAILED, ""),
    ODD("struct-size", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("rest", "no rest()", no_rest, SKIPPED, "it has no rest()"),
    ODD("rest", "nothing is recycled", recycles_nothing, SKIPPED, "it has nothing recycled"),
    ODD("rest", "regions of 16 bytes are recycled", recycles_little, PASSED, ""),
    ODD("rest", "regions smaller than what is recycled", largest_of_16, SKIPPED,
        "it gives no region of the 65536 bytes"),
    ODD("rest", "no region", acquire_refuses, SKIPPED, ""),
    ODD("rest", "no prefault(), no trim()", no_prefault, PASSED, ""),
    ODD("reuse", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("arena-contents", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("arena-growth", "one range", is_one_range, PASSED, ""),
    ODD("arena-apart", "one range", is_one_range, SKIPPED, ""),
    ODD("arena-apart", "no reserve()", no_reserve, PASSED, ""),
    ODD("arena-trim", "trim() that refuses", trim_refuses, PASSED, ""),
    ODD("arena-fork", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("arena-reserve", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),

    ODD("descriptor", "a key with a control character", key_of_control, FAILED, "option_keys is "),
    {"plugin-symbols", "no file in a folder", NULL, "/samrena-is-not-here.so", NULL, NOTHING_REFUSED, 0, SKIPPED,
     "it cannot be read: nothing is there"},
    ODD("lifecycle", "create() with another error", create_says_invalid, FAILED, "create() failed with "),
    ODD("contents", "large steps that are refused", large_steps_are_refused, PASSED, ""),
    ODD("contents", "steps that wrap", steps_wrap, PASSED, ""),
    ODD("contents", "no memory, and why", acquire_says_why, SKIPPED, "was refused: the pool is empty"),
    ODD("extend", "extend() that forgets zeros", forgets_zeros, PASSED, ""),
    ODD("ceiling", "a ceiling that is passed in parts", ceiling_is_passed_in_parts, FAILED, "and told a ceiling of"),
    ODD("largest", "all that there can be", all_is_told, PASSED, ""),
    ODD("largest", "reserve() that gives more", reserve_passes_largest, FAILED, "reserve(65537) is OK"),
    ODD("largest", "wishes that are refused", wishes_are_refused, PASSED, ""),
    ODD("refusal", "no 16 bytes", gives_all_but_16, FAILED, "it gives nothing any more"),
    ODD("concurrent", "no memory", concurrently_has_no_memory, PASSED, ""),
    ODD("concurrent-writes", "another error later", populates_once, FAILED, "failed with another error"),
    ODD("trim", "trim() in turns", trims_in_turns, PASSED, ""),
    ODD("trim-others", "trim() in turns", trims_in_turns, PASSED, ""),
    ODD("trim-reuse", "trim() in turns", trims_in_turns, PASSED, ""),
    ODD("trim-growth", "trim() in turns", trims_in_turns, PASSED, ""),
    ODD("trim-growth", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("trim-others", "trim() that refuses, and why", trim_says_why, SKIPPED, "it stays"),
    ODD("trim-refusal", "a refusal that moves", refuses_and_moves, FAILED, "wrote to the region all the same"),
    ODD("trim-refusal", "a refusal that knows zeros", refuses_and_knows_zeros, FAILED,
        "wrote to the region all the same"),
    ODD("trim-refusal", "a refusal that notes", refuses_and_notes, FAILED, "wrote to the region all the same"),
    ODD("context-size", "trim() that writes behind", writes_behind, FAILED, "it wrote behind its context_size"),
    ODD("context-size", "no reserve()", no_reserve, PASSED, ""),
    ODD("context-size", "a ceiling of 64 KiB", ceiling_of_64k, PASSED, ""),
    ODD("rest", "no 16 bytes", gives_all_but_16, FAILED, "16 bytes were refused"),
    ODD("rest", "extend() that refuses", extend_refuses, PASSED, ""),
    ODD("fork", "a child that ends", ends_children, FAILED, "in the child: ended without a word"),
    ODD("leaks", "mappings that are left", leaves_mappings, FAILED, "more mappings"),

    REFUSED("fork", "no process", REFUSED_FORK, 1, SKIPPED, "no process to be had"),
    REFUSED("fork", "no pipe", REFUSED_PIPE, 1, SKIPPED, "no pipe to be had"),
    REFUSED("fork", "no second pipe", REFUSED_PIPE, 2, SKIPPED, "no pipe to be had"),
    REFUSED("resident", "mincore()", REFUSED_MINCORE, 1, SKIPPED, NOT_TOLD),
    REFUSED("concurrent-resident", "mincore()", REFUSED_MINCORE, 1, SKIPPED, NOT_TOLD),
    REFUSED("trim-resident", "mincore()", REFUSED_MINCORE, 1, SKIPPED, NOT_TOLD),
    REFUSED("trim-prefault", "mincore()", REFUSED_MINCORE, 1, PASSED, ""),
    REFUSED("resident", "mincore() of a touched page", REFUSED_MINCORE, 2, SKIPPED, NOT_TOLD),
    REFUSED("concurrent-resident", "a page", REFUSED_MMAP, 1, SKIPPED, NOT_TOLD),
    REFUSED("leaks", "/proc", REFUSED_FOPEN, 1, SKIPPED, "/proc/self/statm cannot be read"),
    REFUSED("leaks", "the mappings", REFUSED_FOPEN, 2, SKIPPED, "/proc/self/statm cannot be read"),
    REFUSED("leaks", "the folder of files", REFUSED_OPENDIR, 1, PASSED, ""),
    REFUSED("threads", "a thread", REFUSED_THREAD, 1, SKIPPED, "no thread to be had"),
    REFUSED("threads", "the second thread", REFUSED_THREAD, 2, SKIPPED, "no thread to be had"),
    REFUSED("hand-over", "a thread", REFUSED_THREAD, 1, SKIPPED, "no thread to be had"),
    REFUSED("concurrent-writes", "all threads", REFUSED_THREAD, 1, SKIPPED, "no thread to be had"),
    REFUSED("concurrent-writes", "the third thread", REFUSED_THREAD, 3, PASSED, ""),
    REFUSED("lifecycle", "heap memory for a context", REFUSED_CALLOC, 1, SKIPPED, "the test has no heap memory left"),
    REFUSED("lifecycle", "heap memory for the adapter's", REFUSED_MALLOC, 1, SKIPPED,
            "the test has no heap memory left"),
};

/* ---- One row ---- */

typedef struct Told {
    ConformanceOutcome outcome;
    char message[512];
} Told;

static Told *last; /* shared with the child */

static void note(const ConformanceResult *result, void *user) {
    (void)user;
    last->outcome = result->outcome;
    snprintf(last->message, sizeof(last->message), "%s", result->message);
}

static size_t number_of(const char *name) {
    for (size_t i = 0; i < conformance_count(); i++)
        if (strcmp(conformance_name(i), name) == 0)
            return i;
    abort();
}

static void run_row(const void *argument) {
    const Row *row = *(const Row *const *)argument;
    odd = sound = *wrong_adapter(NOTHING_WRONG);
    if (row->change)
        row->change();
    if (row->patch)
        write_copy(row->patch);
    else if (row->file && !row->file[0])
        write_text();
    const char *file = row->file && !row->file[0] ? copy : row->file;
    ConformanceSubject subject = {.adapter = &odd, .plugin_file = file};
    refuse(row->refused, row->from);
    conformance_run_one(&subject, number_of(row->check), note, NULL);
    refuse(NOTHING_REFUSED, 0);
}

static const char *word_of(ConformanceOutcome outcome) {
    return outcome == PASSED ? "passed" : outcome == FAILED ? "failed" : outcome == SKIPPED ? "skipped" : "untested";
}

static void report_row(const Row *row) {
    memset(last, 0, sizeof(*last));
    int status = status_of_child(run_row, &row, sizeof(row));
    bool right = status == 0 && last->outcome == row->outcome && strstr(last->message, row->says);
    if (!right)
        tap_note("the child %s; %s, expected %s, \"%s\": %s", words_of_status(status), word_of(last->outcome),
                 word_of(row->outcome), row->says, last->message);
    tap_report(right, "%s: %s%s", row->check, row->refused ? "refused: " : "", row->what);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return fputs("usage: test_checks PLUGIN\n", stderr), 2;
    sound_plugin = argv[1];
    last = shared_with_children(sizeof(*last));
    child_starts_here();
    if (!make_temporary_folder(folder))
        return tap_skip_all("no temporary folder");
    snprintf(copy, sizeof(copy), "%s/sound.so", folder);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        report_row(&rows[i]);
    (void)remove_folder_and_files(folder);
    return tap_end();
}
