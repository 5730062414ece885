// SPDX-License-Identifier: MIT
// Files and plugins that must be refused, each wrong in exactly one way: with which error, and in which words.
//
// tests/unit/test_loader.c has the ordinary ways of the loader, bad names and the end of a search among them.
#define _GNU_SOURCE
#include "loading.h"

#include <sys/stat.h>

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/socket.h>
#include <sys/un.h>

#define INVALID SAMRENA_ERROR_ADAPTER_INVALID

enum { NOBODY = 65534 };

static const char *plugins; /* where the sound test plugins were built */
static const char *wrong;   /* and the others */

static const char *third_party(void) {
    return path_of(plugins, "third-party.so");
}

/* By path and by name, from the folder that the file is in. */
static void check_refused(const char *folder, const char *name, SamrenaError error, const char *says) {
    char path[1200];
    snprintf(path, sizeof(path), "%s/%s.so", folder, name);
    for (int round = 0; round < 2; round++) {
        check(samrena_adapter_load(path) == error);
        check(samrena_last_error() == error && message_has(says));
        check(strncmp(samrena_last_error_message(), path, strlen(path)) == 0);
    }
    setenv("SAMRENA_ADAPTER_PATH", folder, 1);
    check(!samrena_create_named(name));
    check(samrena_last_error() == error && message_has(says) && message_has(path));
}

/* ---- Files that are no shared object of this machine ---- */

static void make_nothing(const char *path) {
    (void)path;
}

static void make_subfolder(const char *path) {
    check(mkdir(path, 0700) == 0);
}

static void make_fifo(const char *path) {
    check(mkfifo(path, 0600) == 0);
}

static void make_device(const char *path) {
    check(symlink("/dev/zero", path) == 0);
}

static void make_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(made >= 0 && bind(made, (struct sockaddr *)&address, sizeof(address)) == 0);
}

static void make_loop(const char *path) {
    check(symlink(path, path) == 0);
}

static void make_dangling_link(const char *path) {
    check(symlink("/not/there.so", path) == 0);
}

static void make_empty(const char *path) {
    write_bytes(path, "", 0);
}

static void make_text(const char *path) {
    static const char text[] = "#!/bin/sh\necho long enough to hold an ELF header, but not one of them all\n";
    write_bytes(path, text, sizeof(text) - 1);
}

static void make_archive(const char *path) {
    static const char text[] = "!<arch>\nplugin.o/       0           0     0     644     0         `\n";
    write_bytes(path, text, sizeof(text) - 1);
}

static void make_thin_archive(const char *path) {
    static const char text[] = "!<thin>\nplugin.o/       0           0     0     644     0         `\n";
    write_bytes(path, text, sizeof(text) - 1);
}

static void make_object(const char *path) {
    copy_file(path_of(wrong, "relocatable.o"), path);
}

static void make_program(const char *path) {
    copy_file("/proc/self/exe", path);
}

/* A copy of a sound plugin with other bytes at one place. */
static void make_patched(const char *path, size_t offset, const void *bytes, size_t count) {
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    memcpy(file + offset, bytes, count);
    write_bytes(path, file, size);
}

static void make_fixed_program(const char *path) {
    const ElfW(Half) type = ET_EXEC;
    make_patched(path, offsetof(ElfW(Ehdr), e_type), &type, sizeof(type));
}

static void make_core_dump(const char *path) {
    const ElfW(Half) type = ET_CORE;
    make_patched(path, offsetof(ElfW(Ehdr), e_type), &type, sizeof(type));
}

static void make_other_machine(const char *path) {
    const ElfW(Half) machine = EM_VAX;
    make_patched(path, offsetof(ElfW(Ehdr), e_machine), &machine, sizeof(machine));
}

static void make_other_class(const char *path) {
    const unsigned char class = sizeof(void *) == 8 ? ELFCLASS32 : ELFCLASS64;
    make_patched(path, EI_CLASS, &class, 1);
}

static void make_other_byte_order(const char *path) {
    const unsigned char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;
    make_patched(path, EI_DATA, &order, 1);
}

/* Sparse; only its size is wrong. */
static void make_huge(const char *path) {
    copy_file(third_party(), path);
    if (truncate(path, INT64_C(1) << 40) != 0)
        check(truncate(path, INT64_C(1) << 30) == 0); /* file systems with less room for a file */
}

static void make_executable_stack(const char *path) {
    copy_file(path_of(wrong, "executable-stack.so"), path);
}

/* Linked against a library of a name that nobody has. */
static void make_without_dependency(const char *path) {
    size_t size;
    unsigned char *file = read_bytes(path_of(plugins, "borrower.so"), &size);
    char *name = memmem(file, size, "third-party.so", 14);
    check(name);
    memcpy(name, "third-nobod", 11);
    write_bytes(path, file, size);
}

static void make_unreadable(const char *path) {
    copy_file(third_party(), path);
    check(chmod(path, 0) == 0);
    if (geteuid() == 0) {
        char folder[1200];
        snprintf(folder, sizeof(folder), "%s", path);
        *strrchr(folder, '/') = '\0';
        check(chmod(folder, 0755) == 0 && setuid(NOBODY) == 0);
    }
}

typedef struct BadFile {
    const char *kind;
    void (*make)(const char *path);
    SamrenaError error;
    const char *says;
} BadFile;

static const BadFile bad_files[] = {
    {"a folder", make_subfolder, INVALID, "not a regular file"},
    {"a FIFO", make_fifo, INVALID, "not a regular file"},
    {"a device", make_device, INVALID, "not a regular file"},
    {"a socket", make_socket, INVALID, "not a regular file"},
    {"a link to itself", make_loop, SAMRENA_ERROR_ADAPTER_NOT_FOUND, "symbolic links"},
    {"a dangling link", make_dangling_link, SAMRENA_ERROR_ADAPTER_NOT_FOUND, "No such file"},
    {"a terabyte", make_huge, INVALID, "bytes long, expected at most"},
    {"a missing dependency", make_without_dependency, INVALID, "third-nobod.so: "},
    {"an unreadable file", make_unreadable, INVALID, "Permission denied"},
};

static const BadFile bad_images[] = {
    {"an empty file", make_empty, INVALID, "too short for an ELF file"},
    {"a text", make_text, INVALID, "not a plugin: no ELF file"},
    {"a static archive", make_archive, INVALID, "a static archive, expected a shared object"},
    {"a thin archive", make_thin_archive, INVALID, "a static archive, expected a shared object"},
    {"an object file", make_object, INVALID, "an ELF file, but no shared object"},
    {"a program", make_program, INVALID, "a program, expected a shared object"},
    {"a program at a fixed address", make_fixed_program, INVALID, "an ELF file, but no shared object"},
    {"a core dump", make_core_dump, INVALID, "an ELF file, but no shared object"},
    {"another machine's", make_other_machine, INVALID, "made for another machine than this process runs on"},
    {"another word size", make_other_class, INVALID, "word size or byte order differ"},
    {"another byte order", make_other_byte_order, INVALID, "word size or byte order differ"},
    {"an executable stack", make_executable_stack, INVALID, "executable stack: link it with -z noexecstack"},
};

IN_A_FRESH_PROCESS(test_bad_file) {
    const BadFile *bad = argument;
    bad->make(path_of(folder, "bad.so"));
    check_refused(folder, "bad", bad->error, bad->says);
}

/* ---- Program headers that dlopen would die of, or worse ---- */

typedef struct BadSegment {
    const char *kind;
    ElfW(Word) type;  /* the first of this type */
    ElfW(Word) flags; /* and with these flags; 0: any */
    size_t field;
    uint64_t value;
    const char *says;
} BadSegment;

#define SET(field, value) offsetof(ElfW(Phdr), field), value

static const BadSegment bad_segments[] = {
    {"nothing to load first", PT_LOAD, PF_R, SET(p_type, PT_NULL), "damaged: "},
    {"header not readable", PT_LOAD, PF_R, SET(p_flags, PF_W), "first segment does not hold its header"},
    {"no code", PT_LOAD, PF_R | PF_X, SET(p_flags, PF_R), "no code to load"},
    {"code not readable", PT_LOAD, PF_R | PF_X, SET(p_flags, PF_W), "a segment is not readable"},
    {"behind the end", PT_LOAD, PF_R | PF_W, SET(p_filesz, 1 << 20), "it ends before its contents do"},
    {"offset that wraps", PT_LOAD, PF_R | PF_X, SET(p_offset, UINT64_MAX - 4095), "it ends before its contents do"},
    {"address that wraps", PT_LOAD, PF_R | PF_X, SET(p_vaddr, UINT64_MAX - 4095), "span more than an adapter's can"},
    {"overlapping segments", PT_LOAD, PF_R | PF_X, SET(p_vaddr, 0), "its segments overlap"},
    {"data not there", PT_LOAD, PF_R | PF_W, SET(p_type, PT_NULL), "what it needs at run time is not loaded"},
    {"segments far apart", PT_LOAD, PF_R | PF_X, SET(p_vaddr, 1 << 28), "damaged: "},
    {"a huge bss", PT_LOAD, PF_R | PF_W, SET(p_memsz, UINT64_C(1) << 40), "span more than an adapter's can"},
    {"no room for its contents", PT_LOAD, PF_R | PF_X, SET(p_memsz, 1), "not as large as its contents"},
    {"a bss in code", PT_LOAD, PF_R | PF_X, SET(p_filesz, 1), "not as large as its contents"},
    {"data not writable", PT_LOAD, PF_R | PF_W, SET(p_flags, PF_R), "is not writable"},
    {"no dynamic section", PT_DYNAMIC, 0, SET(p_type, PT_NULL), "no dynamic section, or several"},
    {"two dynamic sections", PT_GNU_EH_FRAME, 0, SET(p_type, PT_DYNAMIC), "no dynamic section, or several"},
    {"dynamic section elsewhere", PT_DYNAMIC, 0, SET(p_vaddr, 8), "what it needs at run time is not loaded"},
    {"dynamic section too long", PT_DYNAMIC, 0, SET(p_filesz, 4096), "damaged: "},
    {"program headers elsewhere", PT_PHDR, 0, SET(p_vaddr, 1 << 28), "what it needs at run time is not loaded"},
    {"unwinding elsewhere", PT_GNU_EH_FRAME, 0, SET(p_vaddr, 1 << 28), "what it needs at run time is not loaded"},
    {"all made read-only", PT_GNU_RELRO, 0, SET(p_memsz, 1 << 28), "is not writable"},
    {"protected without bound", PT_GNU_RELRO, 0, SET(p_memsz, UINT64_MAX - 15), "is not writable"},
    {"notes elsewhere", PT_NOTE, 0, SET(p_vaddr, 1 << 28), "what it needs at run time is not loaded"},
    {"notes without bound", PT_NOTE, 0, SET(p_memsz, 1 << 28), "what it needs at run time is not loaded"},
    {"an alignment between two", PT_LOAD, PF_R, SET(p_align, 0x1800), "an alignment is no power of two"},
    {"an alignment without bound", PT_LOAD, PF_R | PF_W, SET(p_align, UINT64_MAX - 4095), "an alignment is no power"},
    {"a very large alignment", PT_GNU_RELRO, 0, SET(p_align, UINT64_C(1) << (sizeof(void *) == 8 ? 59 : 31)),
     "or more than an adapter's can be"},
    {"less aligned than it says", PT_LOAD, PF_R | PF_W, SET(p_align, 1 << 24), "does not start where a page"},
    {"a program's interpreter", PT_GNU_EH_FRAME, 0, SET(p_type, PT_INTERP), "a program, expected a shared object"},
    {"no word about its stack", PT_GNU_STACK, 0, SET(p_type, PT_NULL), "it asks for an executable stack"},
};

static ElfW(Phdr) * find_segment(unsigned char *file, ElfW(Word) type, ElfW(Word) flags) {
    const ElfW(Ehdr) *header = (const void *)file;
    ElfW(Phdr) *segments = (void *)(file + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == type && (flags == 0 || segments[i].p_flags == flags))
            return &segments[i];
    return NULL;
}

/* Where the linker made no such segment, or put code and header into one, there is nothing to spoil. */
IN_A_FRESH_PROCESS(test_bad_segment) {
    const BadSegment *bad = argument;
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    unsigned char *segment = (void *)find_segment(file, bad->type, bad->flags);
    if (!segment || (bad->flags & PF_X && segment == (void *)find_segment(file, PT_LOAD, 0)))
        return;
    const ElfW(Word) word = (ElfW(Word))bad->value;
    const ElfW(Off) number = (ElfW(Off))bad->value;
    bool short_field = bad->field == offsetof(ElfW(Phdr), p_type) || bad->field == offsetof(ElfW(Phdr), p_flags);
    memcpy(segment + bad->field, short_field ? (const void *)&word : &number,
           short_field ? sizeof(word) : sizeof(number));
    write_bytes(path_of(folder, "third-party.so"), file, size);
    check_refused(folder, "third-party", INVALID, bad->says);
}

/* What is made read-only must end where its contents do: the page behind it is written to when the program ends. */
IN_A_FRESH_PROCESS(test_data_made_read_only) {
    (void)argument;
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    ElfW(Phdr) *relro = find_segment(file, PT_GNU_RELRO, 0);
    if (!relro)
        return;
    uint64_t end = (relro->p_vaddr + relro->p_filesz + page - 1) / page * page;
    relro->p_memsz = (ElfW(Off))(end + page - relro->p_vaddr);
    write_bytes(path_of(folder, "third-party.so"), file, size);
    check_refused(folder, "third-party", INVALID, "what is written when it is loaded is not writable");
    relro->p_memsz = (ElfW(Off))(end - relro->p_vaddr); /* as one linker does it */
    write_bytes(path_of(folder, "third-party.so"), file, size);
    check(creates("third-party"));
}

static const struct {
    size_t field;
    ElfW(Half) value;
} bad_counts[] = {
    {offsetof(ElfW(Ehdr), e_phnum), 0},
    {offsetof(ElfW(Ehdr), e_phnum), 0xffff},
    {offsetof(ElfW(Ehdr), e_phentsize), 8},
    {offsetof(ElfW(Ehdr), e_phoff) + 2 * (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__), 0x7fff},
};

IN_A_FRESH_PROCESS(test_bad_number_of_segments) {
    (void)argument;
    for (size_t i = 0; i < COUNT_OF(bad_counts); i++) {
        make_patched(path_of(folder, "third-party.so"), bad_counts[i].field, &bad_counts[i].value,
                     sizeof(bad_counts[i].value));
        check_refused(folder, "third-party", INVALID, "damaged: its program headers do not lie inside the file");
    }
}

/* ---- Plugins that were built wrong ---- */

typedef struct BadPlugin {
    const char *name;
    SamrenaError error; /* OK: odd, but sound */
    const char *says;
} BadPlugin;

static const BadPlugin bad_plugins[] = {
    {"wrong-magic", INVALID, "does not start with the magic number"},
    {"older-major", INVALID, "made for adapter ABI 1.1, this library has 2.0: rebuild it"},
    {"newer-major", INVALID, "made for adapter ABI 3.7, this library has 2.0: rebuild it"},
    {"unknown-feature", SAMRENA_ERROR_UNSUPPORTED, "requires features 0x8000000000000000"},
    {"size-zero", INVALID, "descriptor of 0 bytes, expected "},
    {"size-short", INVALID, "descriptor of "},
    {"size-odd", SAMRENA_OK, NULL},
    {"size-huge", SAMRENA_OK, NULL},
    {"context-huge", INVALID, "context of 18446744073709551615 bytes, expected at most"},
    {"no-create", INVALID, "missing operation `create`"},
    {"no-destroy", INVALID, "missing operation `destroy`"},
    {"no-acquire", INVALID, "missing operation `acquire`"},
    {"no-release", INVALID, "missing operation `release`"},
    {"name-unterminated", INVALID, "adapter name \"a2345678901234567890123456789012\", expected"},
    {"name-empty", INVALID, "adapter name \"\", expected a lower-case letter"},
    {"name-upper", INVALID, "adapter name \"Upper\", expected a lower-case letter"},
    {"name-unlike", INVALID, "holds adapter another: rename the file to another.so"},
    {"version-unterminated", INVALID, "its version is not terminated"},
    {"undefined-symbol", INVALID, "samrena_is_nowhere"},
    {"constructor-creates", SAMRENA_OK, NULL},
    {"constructor-loads-itself", SAMRENA_OK, NULL},
};

IN_A_FRESH_PROCESS(test_bad_plugin) {
    const BadPlugin *bad = argument;
    char file[1200];
    char path[2400];
    (void)folder;
    snprintf(file, sizeof(file), "%s/%s.so", wrong, bad->name);
    if (bad->error) {
        check_refused(wrong, bad->name, bad->error, bad->says);
        check(!dlopen(file, RTLD_NOW | RTLD_NOLOAD));
        return;
    }
    snprintf(path, sizeof(path), "%s:%s", wrong, plugins);
    setenv("SAMRENA_ADAPTER_PATH", path, 1);
    check(creates(bad->name));
    check(samrena_adapter_load(file) == SAMRENA_OK);
}

/* ---- Who may have written it ---- */

IN_A_FRESH_PROCESS(test_file_that_others_write) {
    (void)argument;
    copy_file(third_party(), path_of(folder, "third-party.so"));
    check(chmod(path_of(folder, "third-party.so"), 0646) == 0);
    check_refused(folder, "third-party", INVALID, "refused: the file is writable by others: chmod o-w it");
    check(chmod(path_of(folder, "third-party.so"), 0644) == 0);
    check(creates("third-party"));
}

IN_A_FRESH_PROCESS(test_folder_that_others_write) {
    (void)argument;
    copy_file(third_party(), path_of(folder, "third-party.so"));
    check(chmod(folder, 0777) == 0);
    check_refused(folder, "third-party", INVALID, "refused: its folder is writable by others: chmod o-w it");
    check(chmod(folder, 0755) == 0);
    check(creates("third-party"));
}

/* As /tmp is: there anybody can put a file of that name first. Nobody is to be told to change /tmp. */
IN_A_FRESH_PROCESS(test_sticky_folder) {
    (void)argument;
    copy_file(third_party(), path_of(folder, "third-party.so"));
    check(chmod(folder, 01777) == 0);
    check_refused(folder, "third-party", INVALID, "its folder is writable by others: move it to one that is not");
    check(!message_has("chmod"));
}

IN_A_FRESH_PROCESS(test_link_into_a_folder_that_others_write) {
    (void)argument;
    const char *file = path_of(folder, "open/third-party.so");
    check(mkdir(path_of(folder, "open"), 0700) == 0 && mkdir(path_of(folder, "safe"), 0700) == 0);
    copy_file(third_party(), file);
    check(chmod(path_of(folder, "open"), 0777) == 0);
    check(symlink(file, path_of(folder, "safe/third-party.so")) == 0);
    check_refused(path_of(folder, "safe"), "third-party", INVALID, "its folder is writable by others");

    check(symlink("open", path_of(folder, "link")) == 0);
    check_refused(path_of(folder, "link"), "third-party", INVALID, "its folder is writable by others");
}

IN_A_FRESH_PROCESS(test_link_in_a_folder_that_others_write) {
    (void)argument;
    check(symlink(third_party(), path_of(folder, "third-party.so")) == 0 && chmod(folder, 0777) == 0);
    check_refused(folder, "third-party", INVALID, "its folder is writable by others");
    check(chmod(folder, 0755) == 0);
    check(creates("third-party"));
}

/* ---- One name, several files; one file, several names ---- */

static bool count_third_party(const SamrenaAdapterInfo *info, void *user) {
    *(int *)user += strcmp(info->name, "third-party") == 0;
    return true;
}

IN_A_FRESH_PROCESS(test_same_file_by_several_paths) {
    (void)argument;
    static const char *const folders[] = {"first", "hard", "soft"};
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        check(mkdir(path_of(folder, folders[i]), 0700) == 0);
    const char *file = path_of(folder, "first/third-party.so");
    copy_file(third_party(), file);
    check(link(file, path_of(folder, "hard/third-party.so")) == 0);
    check(symlink("../first/third-party.so", path_of(folder, "soft/third-party.so")) == 0);
    check(symlink("first", path_of(folder, "folder")) == 0);
    check(chdir(folder) == 0);

    check(samrena_adapter_load(path_of(folder, "hard/third-party.so")) == SAMRENA_OK);
    check(samrena_adapter_load(file) == SAMRENA_OK);
    check(samrena_adapter_load("soft/third-party.so") == SAMRENA_OK);
    check(samrena_adapter_load("folder/../first/./third-party.so") == SAMRENA_OK);
    check(creates("third-party"));
    int count = 0;
    check(samrena_adapter_each(count_third_party, &count) == SAMRENA_OK);
    check(count == 1);
}

/* The second folder's is never opened: the name is taken. */
IN_A_FRESH_PROCESS(test_same_name_in_a_second_folder) {
    (void)argument;
    char path[2400];
    copy_file(third_party(), path_of(folder, "third-party.so"));
    snprintf(path, sizeof(path), "%s:%s", plugins, folder);
    setenv("SAMRENA_ADAPTER_PATH", path, 1);
    check(creates("third-party"));
    int count = 0;
    check(samrena_adapter_each(count_third_party, &count) == SAMRENA_OK);
    check(count == 1);
    check(!dlopen(path_of(folder, "third-party.so"), RTLD_NOW | RTLD_NOLOAD));
    check(samrena_adapter_load(path_of(folder, "third-party.so")) == INVALID);
    check(message_has("adapter third-party is registered already, from ") && message_has(plugins));
}

/* A file that gets better is taken at the next try, one that gets worse no longer matters. */
IN_A_FRESH_PROCESS(test_failures_are_not_remembered) {
    (void)argument;
    const char *file = path_of(folder, "third-party.so");
    static void (*const makes[])(const char *path) = {make_nothing, make_loop, make_empty,           make_text,
                                                      make_archive, make_huge, make_executable_stack};
    setenv("SAMRENA_ADAPTER_PATH", folder, 1);
    for (size_t i = 0; i < COUNT_OF(makes); i++) {
        makes[i](file);
        check(!creates("third-party"));
        check(i == 0 || unlink(file) == 0);
    }
    copy_file(third_party(), file);
    check(creates("third-party"));
    check(unlink(file) == 0);
    make_text(file);
    check(creates("third-party"));
}

int main(int argc, char **argv) {
    static char names[COUNT_OF(bad_files) + COUNT_OF(bad_images) + COUNT_OF(bad_segments) + COUNT_OF(bad_plugins)][80];
    static struct CMUnitTest tests[COUNT_OF(names) + 10]; /* those without a name are passed over */
    size_t count = 0;
    if (argc != 3) {
        fprintf(stderr, "usage: test_hostile PLUGINS WRONG-PLUGINS\n");
        return 2;
    }
    plugins = argv[1];
    wrong = argv[2];
    umask(022);
    child_starts_here();

#define ADD_EACH(test, table, label)                                                                                   \
    for (size_t i = 0; i < COUNT_OF(table); i++, count++) {                                                            \
        snprintf(names[count], sizeof(names[0]), #test " [%s]", table[i].label);                                       \
        tests[count] = (struct CMUnitTest){names[count], test, NULL, NULL, (void *)(uintptr_t)&table[i]};              \
    }
    ADD_EACH(test_bad_file, bad_files, kind)
    ADD_EACH(test_bad_plugin, bad_plugins, name)
    if (CHECKS_IMAGES) {
        ADD_EACH(test_bad_file, bad_images, kind)
        ADD_EACH(test_bad_segment, bad_segments, kind)
        tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_bad_number_of_segments);
        tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_data_made_read_only);
    }
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_file_that_others_write),
        cmocka_unit_test(test_folder_that_others_write),
        cmocka_unit_test(test_sticky_folder),
        cmocka_unit_test(test_link_into_a_folder_that_others_write),
        cmocka_unit_test(test_link_in_a_folder_that_others_write),
        cmocka_unit_test(test_same_file_by_several_paths),
        cmocka_unit_test(test_same_name_in_a_second_folder),
        cmocka_unit_test(test_failures_are_not_remembered),
    };
    memcpy(tests + count, others, sizeof(others));
    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
