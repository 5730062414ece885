// SPDX-License-Identifier: MIT
// Limits that are met while arenas live: the documented error, which names the limit, nothing lost, and all as before
// when the limit is gone. Prints TAP.
//
//     test_limits [--machine]
//
// --machine: as root also vm.overcommit_memory = 2, a setting of the whole machine, which is put back.
//
// Elsewhere: limits that are there before the first arena in unit/test_address_space.c and the boxes, RLIMIT_STACK in
// unit/test_stack.c and the box small-stack, memory cgroups in unit/test_memory_cgroup.c.
#define _DEFAULT_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "child.h"
#include "memory_limits.h"
#include "status.h"
#include "tap.h"

#define OVERCOMMIT "/proc/sys/vm/overcommit_memory"

/* 0 where the file or the field is not there. */
static unsigned long long number_in(const char *path, const char *field) {
    char line[256];
    unsigned long long number = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, field, strlen(field)) == 0 && sscanf(line + strlen(field), "%llu", &number) == 1)
            break;
    if (file)
        fclose(file);
    return number;
}

static Samrena *create_plain(const char *adapter, uint64_t max_reserve) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = adapter;
    config.max_reserve = max_reserve;
    config.recycle = SAMRENA_RECYCLE_NEVER;
    config.prefault = SAMRENA_PREFAULT_NEVER;
    return samrena_create(&config);
}

static void check_refused(const char *words) {
    check(samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY);
    check(strstr(samrena_last_error_message(), words));
}

/* ---- Limits of the process ---- */

typedef struct Limited {
    const char *adapter;
    int resource;
    const char *field; /* of /proc/self/status: what is limited */
    const char *words;
} Limited;

static void set_limit(int resource, rlim_t most) {
    struct rlimit limit;
    check(getrlimit(resource, &limit) == 0);
    limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
    check(setrlimit(resource, &limit) == 0);
}

static void grow_into_a_limit(const void *argument) {
    const Limited *limited = argument;
    Samrena *arena = create_plain(limited->adapter, 256 * MIB);
    check(arena);
    unsigned char *first = samrena_push(arena, 1000);
    check(first);
    memset(first, 0x5a, 1000);
    set_limit(limited->resource, status_bytes(limited->field) + 16 * MIB);
    for (int i = 0; samrena_push(arena, 100 * KIB); i++)
        check(i < 1000);
    check_refused(limited->words);
    uint64_t allocated = samrena_allocated(arena);
    check(samrena_reserve(arena, 200 * MIB) == SAMRENA_ERROR_OUT_OF_MEMORY);
    check_refused(limited->words);
    check(samrena_allocated(arena) == allocated);
    for (int i = 0; i < 1000; i++)
        check(first[i] == 0x5a);
    set_limit(limited->resource, RLIM_INFINITY);
    check(samrena_push(arena, 100 * KIB) && samrena_reserve(arena, 200 * MIB) == SAMRENA_OK);
    samrena_destroy(arena);
}

/* virtual has all its addresses from its creation on: who comes later is who is refused. */
static void have_addresses_before_a_limit(const void *unused) {
    (void)unused;
    Samrena *arena = create_plain("virtual", 256 * MIB);
    check(arena && samrena_push(arena, 1000));
    set_limit(RLIMIT_AS, status_bytes("VmSize:") + 16 * MIB);
    check(!create_plain("virtual", 256 * MIB));
    check_refused("RLIMIT_AS is ");
    for (int i = 0; i < 1000; i++)
        check(samrena_push(arena, 100 * KIB));
    set_limit(RLIMIT_AS, RLIM_INFINITY);
    Samrena *later = create_plain("virtual", 256 * MIB);
    check(later && samrena_push(later, 1000));
    samrena_destroy(later);
    samrena_destroy(arena);
}

/* ---- Mappings ---- */

#define MAP_COUNT "/proc/sys/vm/max_map_count"

/* Takes all but a few of the mappings that the process may have: every second page of a range has another protection.
 */
static void take_mappings(size_t left) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t most = (size_t)number_in(MAP_COUNT, "");
    unsigned char *range = mmap(NULL, most * 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    check(range != MAP_FAILED);
    size_t taken = 0;
    while (taken < most && mprotect(range + 2 * taken * page, page, PROT_READ) == 0)
        taken++;
    check(taken < most);
    check(munmap(range + 2 * (taken - left / 2) * page, (most - taken + left / 2) * 2 * page) == 0);
}

static void meet_the_most_mappings(const void *unused) {
    enum { SOME = 1000 };
    Samrena *arenas[SOME];
    int *numbers[SOME], count = 0;
    (void)unused;
    samrena_destroy(create_plain("virtual", MIB));
    take_mappings(200);
    while (count < SOME && (arenas[count] = create_plain("virtual", MIB)) != NULL &&
           (numbers[count] = SAMRENA_PUSH_TYPE(arenas[count], int)) != NULL) {
        *numbers[count] = count;
        count++;
    }
    check(count > 10 && count < SOME);
    check_refused(strerror(ENOMEM));
    samrena_destroy(arenas[count]);
    check(samrena_push(arenas[0], 200 * KIB)); /* in place: no further mapping */
    for (int i = 0; i < count; i++) {
        check(*numbers[i] == i);
        samrena_destroy(arenas[i]);
    }
    for (int i = 0; i < count; i++) /* what was given back is there again */
        check((arenas[i] = create_plain("virtual", MIB)) != NULL);
    for (int i = 0; i < count; i++)
        samrena_destroy(arenas[i]);
}

/* ---- Huge pages that nobody set aside ---- */

/* The library takes none of the pool: huge pages are the kernel's own, or there are none. */
static void reserve_huge_pages(const void *argument) {
    SamrenaConfig config = samrena_default_config();
    config.adapter = argument;
    config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
    Samrena *arena = samrena_create(&config);
    check(arena && samrena_reserve(arena, 16 * MIB) == SAMRENA_OK);
    void *block = samrena_push(arena, 15 * MIB);
    check(block);
    memset(block, 1, 15 * MIB);
    samrena_destroy(arena);
}

/* ---- Memory that is never promised twice ---- */

static bool set_overcommit(const char *value) {
    FILE *file = fopen(OVERCOMMIT, "w");
    bool written = file && fputs(value, file) >= 0;
    return file && fclose(file) == 0 && written;
}

/* More than there is left is refused at once, so that nobody else meets the limit. */
static void meet_the_commit_limit(const void *argument) {
    uint64_t most = number_in("/proc/meminfo", "CommitLimit:") * KIB;
    Samrena *arena = create_plain(argument, 2 * most);
    check(arena && samrena_push(arena, MIB));
    uint64_t allocated = samrena_allocated(arena);
    check(samrena_reserve(arena, most + MIB) == SAMRENA_ERROR_OUT_OF_MEMORY);
    check(samrena_last_error_message()[0]);
    check(!samrena_push(arena, most));
    check(samrena_last_error() == SAMRENA_ERROR_OUT_OF_MEMORY);
    check(samrena_allocated(arena) == allocated);
    check(samrena_push(arena, MIB) && samrena_reserve(arena, 16 * MIB) == SAMRENA_OK);
    samrena_destroy(arena);
    arena = create_plain(argument, 0); /* all defaults: addresses are no memory */
    check(arena && samrena_push(arena, 300 * KIB));
    samrena_destroy(arena);
}

static const char *why_no_overcommit(bool wanted) {
    if (!wanted)
        return "a setting of the whole machine: --machine";
    if (geteuid() != 0)
        return "needs root";
    if (number_in("/proc/meminfo", "Committed_AS:") * 2 > number_in("/proc/meminfo", "CommitLimit:"))
        return "too much is committed for others to bear it";
    return NULL;
}

/* ---- The program ---- */

static void run(const char *name, const char *adapter, void (*body)(const void *argument), const void *argument,
                size_t size) {
    int status = status_of_child(body, argument, size);
    if (!tap_report(status == 0, "%s [%s]", name, adapter))
        tap_note("the child %s", words_of_status(status));
}

static void run_under_overcommit(const char *adapter, bool wanted) {
    char before[8];
    const char *why = why_no_overcommit(wanted);
    snprintf(before, sizeof(before), "%llu", number_in(OVERCOMMIT, ""));
    if (!why && !set_overcommit("2"))
        why = "the setting cannot be written here";
    if (why) {
        tap_skip("vm.overcommit_memory is 2", why);
        return;
    }
    run("vm.overcommit_memory is 2", adapter, meet_the_commit_limit, adapter, strlen(adapter) + 1);
    if (!set_overcommit(before))
        tap_report(false, "the setting is put back: %s", before);
}

static void run_under_limits(const char *adapter) {
    const Limited data = {adapter, RLIMIT_DATA, "VmData:", "RLIMIT_DATA is "};
    const Limited addresses = {adapter, RLIMIT_AS, "VmSize:", "RLIMIT_AS is "};
    if (!memory_limits_are_kept()) {
        tap_skip("limits of the process", LIMITS_ARE_NOT_KEPT);
        return;
    }
    run("RLIMIT_DATA", adapter, grow_into_a_limit, &data, sizeof(data));
    if (strcmp(adapter, "virtual") == 0)
        run("RLIMIT_AS", adapter, have_addresses_before_a_limit, NULL, 0);
    else
        run("RLIMIT_AS", adapter, grow_into_a_limit, &addresses, sizeof(addresses));
}

static void run_with(const char *adapter, bool machine) {
    run_under_limits(adapter);
    if (number_in("/proc/sys/vm/nr_hugepages", "") > 0)
        tap_skip("no huge pages set aside", "there are some: vm.nr_hugepages");
    else
        run("no huge pages set aside", adapter, reserve_huge_pages, adapter, strlen(adapter) + 1);
    run_under_overcommit(adapter, machine);
}

int main(int count, char **arguments) {
    bool machine = count > 1 && strcmp(arguments[1], "--machine") == 0;
    child_starts_here();
    run_with("chained", machine);
    run_with("virtual", machine);
    if (number_in(MAP_COUNT, "") == 0 || number_in(MAP_COUNT, "") > 1000000)
        tap_skip("vm.max_map_count", "not told, or too many to be taken");
    else
        run("vm.max_map_count", "virtual", meet_the_most_mappings, NULL, 0);
    return tap_end();
}
