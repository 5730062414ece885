// SPDX-License-Identifier: MIT
// Plugins that were cut off or have one byte changed in their headers: taken or refused, but the host lives on.
//
// dlopen itself is no parser for such files: what core/loader/image_elf.c does not find, it dies of. No header tells
// that a segment is a page away from where the code expects it, so that a few in 100,000 changes of a byte still kill.
#define _GNU_SOURCE
#include "loading.h"

#include <elf.h>
#include <link.h>
#include <sys/stat.h>

enum { TRUNCATIONS = 1000, CORRUPTIONS = 500, FIELDS = 2000 };

static char name[SAMRENA_ADAPTER_NAME_SIZE]; /* of the adapter, and of its file without .so */
static unsigned char *original;
static size_t original_size;
static size_t headers_size; /* ELF header and program headers */

/* What the children tell, so that one that dies can be named and the next one goes on behind it. */
typedef struct Progress {
    int at;
    int refused;
    int accepted;
} Progress;

static Progress *progress;

/* Writes damaged file number `n`; says what was done to it. */
typedef const char *(*Damage)(const char *path, int n);

static const char *truncate_at(const char *path, int n) {
    static char text[60];
    size_t size = (size_t)n;
    if (size > headers_size) {
        size_t rest = original_size - headers_size;
        size = headers_size + rest * (size - headers_size) / (TRUNCATIONS - headers_size);
    }
    write_bytes(path, original, size);
    snprintf(text, sizeof(text), "cut to %zu of %zu bytes", size, original_size);
    return text;
}

/* A fixed sequence, spread by a multiplicative hash: any number can be had without the ones before. */
static uint32_t spread(uint32_t n) {
    n = (n + 1) * UINT32_C(0x9e3779b1);
    n = (n ^ n >> 15) * UINT32_C(0x85ebca77);
    return n ^ n >> 13;
}

static const char *change_a_byte(const char *path, int n) {
    static char text[60];
    uint32_t random = spread((uint32_t)n);
    size_t at = random % headers_size;
    unsigned char before = original[at];
    original[at] ^= (unsigned char)(1 + (random >> 16) % 255);
    write_bytes(path, original, original_size);
    snprintf(text, sizeof(text), "byte %zu is 0x%02x, was 0x%02x", at, original[at], before);
    original[at] = before;
    return text;
}

/* Values that are nearly right, or at an edge. */
static uint64_t odd_value(uint64_t before, uint32_t random) {
    const uint64_t page = 4096, power = UINT64_C(1) << (random >> 8) % 64;
    const uint64_t values[] = {0,          1,           page,         before + 1,      before - 1,      before + page,
                               2 * before, before / 2,  before ^ 8,   before + 0x1280, before - page,   power,
                               power - 1,  before + 16, before - 16,  UINT64_MAX,      UINT64_MAX - 15, before | power,
                               ~before,    3 * page,    before + 256, 16 * page,       before * 3,      0x12b0};
    return values[random % COUNT_OF(values)];
}

/* One field of a program header, or two: damage that follows the form. */
static const char *change_fields(const char *path, int n) {
    static char text[200];
    const ElfW(Ehdr) *header = (const void *)original;
    unsigned char *copy = malloc(original_size);
    check(copy);
    memcpy(copy, original, original_size);
    ElfW(Phdr) *segments = (void *)(copy + header->e_phoff);
    size_t length = 0;
    for (int i = 0; i <= n % 2; i++) {
        uint32_t random = spread((uint32_t)(2 * n + i));
        unsigned segment = random % header->e_phnum;
        ElfW(Off) *const fields[] = {&segments[segment].p_offset, &segments[segment].p_vaddr,
                                     (ElfW(Off) *)&segments[segment].p_filesz, (ElfW(Off) *)&segments[segment].p_memsz,
                                     (ElfW(Off) *)&segments[segment].p_align};
        unsigned field = (random >> 8) % COUNT_OF(fields);
        ElfW(Off) before = *fields[field];
        *fields[field] = (ElfW(Off))odd_value(before, spread(random));
        length += (size_t)snprintf(
            text + length, sizeof(text) - length, "segment %u of type 0x%x, field %u: %#llx, was %#llx; ", segment,
            (unsigned)segments[segment].p_type, field, (unsigned long long)*fields[field], (unsigned long long)before);
    }
    write_bytes(path, copy, original_size);
    free(copy);
    return text;
}

typedef struct Files {
    const char *path;
    Damage damage;
    int count;
} Files;

/* Loads files from the last one on, until the last, or until one was accepted: its name is then taken. */
static void load_some(const void *argument) {
    const Files *files = argument;
    while (progress->at < files->count) {
        unlink(files->path);
        files->damage(files->path, progress->at++);
        if (samrena_adapter_load(files->path) == SAMRENA_OK) {
            progress->accepted++;
            check(creates(name));
            break;
        }
        progress->refused++;
        check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_INVALID);
        check(strncmp(samrena_last_error_message(), files->path, strlen(files->path)) == 0);
    }
    exit(0); /* what is left of the plugin to run at exit is run */
}

static int load_all(const char *path, Damage damage, int count) {
    const Files files = {path, damage, count};
    int died = 0;
    *progress = (Progress){0};
    while (progress->at < count) {
        const int accepted = progress->accepted;
        int status = status_of_child(load_some, &files, sizeof(files));
        if (status == 0)
            continue;
        died++;
        progress->accepted = accepted; /* it may have died of one afterwards */
        unlink(path);
        fprintf(stderr, "# the child %s: %s\n", words_of_status(status), damage(path, progress->at - 1));
    }
    return died;
}

static void run(Damage damage, int count, int most_died) {
    char folder[FOLDER_MOST], path[PATH_MOST];
    assert_true(make_temporary_folder(folder));
    snprintf(path, sizeof(path), "%s/%s.so", folder, name);
    int died = load_all(path, damage, count);
    assert_true(remove_folder_and_files(folder));
    printf("# %d refused, %d accepted, %d died\n", progress->refused, progress->accepted, died);
    assert_true(died <= most_died);
    assert_int_equal(progress->refused + progress->accepted + died, count);
}

static void test_truncated(void **state) {
    (void)state;
    run(truncate_at, TRUNCATIONS, 0);
    assert_true(progress->refused > TRUNCATIONS / 4);
}

static void test_one_byte_of_the_headers_changed(void **state) {
    const char *count = getenv("SAMRENA_TEST_CORRUPTIONS"); /* more, for an afternoon */
    (void)state;
    run(change_a_byte, count ? atoi(count) : CORRUPTIONS, 1);
    assert_true(progress->refused > 0 && progress->accepted > 0);
}

static void test_fields_of_the_headers_changed(void **state) {
    const char *count = getenv("SAMRENA_TEST_CORRUPTIONS");
    (void)state;
    run(change_fields, count ? atoi(count) : FIELDS, 1);
    assert_true(progress->refused > FIELDS / 4 && progress->accepted > 0);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: test_damaged PLUGIN\n");
        return 2;
    }
    umask(022);
    const char *file = strrchr(argv[1], '/') ? strrchr(argv[1], '/') + 1 : argv[1];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(file, "."), file);
    original = read_bytes(argv[1], &original_size);
    headers_size = sizeof(ElfW(Ehdr)) + ((const ElfW(Ehdr) *)(const void *)original)->e_phnum * sizeof(ElfW(Phdr));
    progress = shared_with_children(sizeof(*progress));
    if (headers_size >= TRUNCATIONS)
        return 1;
    child_starts_here();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_one_byte_of_the_headers_changed),
        cmocka_unit_test(test_fields_of_the_headers_changed),
    };
    return cmocka_run_group_tests_name("damaged", tests, NULL, NULL);
}
