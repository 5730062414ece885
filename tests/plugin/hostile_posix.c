// SPDX-License-Identifier: MIT
// Files that POSIX has, in the place of a plugin: links, devices, modes. Each is refused with an error in words.
#define _GNU_SOURCE
#include "hostile.h"

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "shared_object.h"

enum { NOBODY = 65534 };

/* ---- Files that are no shared object ---- */

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

/* Sparse; only its size is wrong. */
static void make_huge(const char *path) {
    copy_file(third_party(), path);
    if (truncate(path, INT64_C(1) << 40) != 0)
        check(truncate(path, INT64_C(1) << 30) == 0); /* file systems with less room for a file */
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

static const BadFile bad_files[] = {
    {"a FIFO", make_fifo, INVALID, "not a regular file"},
    {"a device", make_device, INVALID, "not a regular file"},
    {"a socket", make_socket, INVALID, "not a regular file"},
    {"a link to itself", make_loop, SAMRENA_ERROR_ADAPTER_NOT_FOUND, "ymbolic link"},
    {"a dangling link", make_dangling_link, SAMRENA_ERROR_ADAPTER_NOT_FOUND, "No such file"},
    {"a terabyte", make_huge, INVALID, "bytes long, expected at most"},
    {"a missing dependency", make_without_dependency, INVALID, "third-nobod.so: "},
    {"an unreadable file", make_unreadable, INVALID, "Permission denied"},
};

/* ---- Who may have written it ---- */

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

/* ---- What is to be told how to do better ---- */

IN_A_FRESH_PROCESS(test_words_for_modes) {
    (void)argument;
    copy_file(third_party(), path_of(folder, "third-party.so"));
    check(chmod(path_of(folder, "third-party.so"), 0646) == 0);
    check_refused(folder, "third-party", INVALID, "refused: the file is writable by others: chmod o-w it");
    check(chmod(path_of(folder, "third-party.so"), 0644) == 0 && chmod(folder, 0777) == 0);
    check_refused(folder, "third-party", INVALID, "refused: its folder is writable by others: chmod o-w it");
}

/* Such a plugin cannot even be linked elsewhere. */
IN_A_FRESH_PROCESS(test_undefined_symbol) {
    (void)folder;
    (void)argument;
    check_refused(wrong, "undefined-symbol", INVALID, "samrena_is_nowhere");
    check(!is_loaded(path_of(wrong, "undefined-symbol.so")));
}

/* Nothing is wrong with it: the library itself, whose segments are larger than those of the plugins here. */
IN_A_FRESH_PROCESS(test_library_that_is_no_plugin) {
    Dl_info library, program;
    (void)argument;
    check(dladdr((void *)(uintptr_t)samrena_create, &library) && dladdr((void *)(uintptr_t)make_fifo, &program));
    if (library.dli_fbase == program.dli_fbase)
        return;
    check(symlink(library.dli_fname, path_of(folder, "large.so")) == 0);
    check(samrena_adapter_load(path_of(folder, "large.so")) == INVALID);
    check(message_has("it has no symbol `samrena_adapter"));
}

/* ---- One file, several names ---- */

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

/* A folder that can be named, and files in it that cannot. */
IN_A_FRESH_PROCESS(test_paths_that_are_too_long) {
    enum { LONGEST = 4095, LEFT = 10, PART = 200 };
    (void)argument;
    char path[LONGEST + 1];
    const size_t begin = strlen(folder), end = LONGEST - LEFT;
    memcpy(path, folder, begin);
    for (size_t at = begin, part; at + 1 < end; at += 1 + part) {
        part = end - at - 1 < PART ? end - at - 1 : PART;
        path[at] = '/';
        memset(path + at + 1, 'd', part);
        path[at + 1 + part] = '\0';
        check(mkdir(path, 0700) == 0);
    }
    check(chdir(path) == 0);
    copy_file(third_party(), "third-party.so");
    set_environment("SAMRENA_ADAPTER_PATH", path);
    int count = 0;
    check(samrena_adapter_each(count_third_party, &count) == SAMRENA_OK && count == 0);
    check(!creates("third-party") && samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    check(unlink("third-party.so") == 0);
    for (size_t length = strlen(path); length > begin;
         length = (size_t)(strrchr(path, '/') - path), path[length] = '\0')
        check(rmdir(path) == 0);
}

/* Once loaded, a file no longer matters. */
IN_A_FRESH_PROCESS(test_file_that_goes) {
    (void)argument;
    const char *file = path_of(folder, "third-party.so");
    set_environment("SAMRENA_ADAPTER_PATH", folder);
    make_loop(file);
    check(!creates("third-party") && unlink(file) == 0);
    copy_file(third_party(), file);
    check(creates("third-party") && unlink(file) == 0);
    make_text(file);
    check(creates("third-party"));
}

void add_tests_of_posix(void) {
    ADD_EACH(test_bad_file, bad_files, kind);
    ADD(test_words_for_modes);
    ADD(test_undefined_symbol);
    ADD(test_sticky_folder);
    ADD(test_link_into_a_folder_that_others_write);
    ADD(test_link_in_a_folder_that_others_write);
    ADD(test_same_file_by_several_paths);
    ADD(test_library_that_is_no_plugin);
    ADD(test_file_that_goes);
    ADD(test_paths_that_are_too_long);
}
