// SPDX-License-Identifier: MIT
// A program with rights that its caller does not have: no variable of the caller chooses what it loads, and no file
// that anybody but root may have written is opened.
//
// Copies itself, set-user-ID root, and runs the copy as nobody. Needs root and a folder that is not mounted nosuid;
// exits with 77, "skipped", elsewhere. The core is linked into it: the paths to a build's library do not count there.
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "child.h"

enum { SKIPPED = 77, NOBODY = 65534 };

static char folder[] = "/tmp/samrena-elevated-XXXXXX";

static bool message_has(const char *text) {
    return strstr(samrena_last_error_message(), text) != NULL;
}

/* ---- In the copy, elevated ---- */

static void check_environment_is_ignored(void) {
    check(getenv("SAMRENA_ADAPTER_PATH") && getenv("SAMRENA_ADAPTER"));
    check(!samrena_create_named("third-party"));
    check(samrena_last_error() == SAMRENA_ERROR_ADAPTER_NOT_FOUND);
    check(message_has("$SAMRENA_ADAPTER_PATH is ignored: this process has elevated rights"));
    check(!message_has(folder));

    /* The default of the build, found or not. */
    Samrena *arena = samrena_create(NULL);
    check(arena || (message_has("no adapter \"") && !message_has("third-party") && message_has("is ignored")));
    samrena_destroy(arena);

    check(unsetenv("SAMRENA_ADAPTER_PATH") == 0);
    check(!samrena_create_named("third-party"));
    check(!message_has("is ignored"));
}

static void check_refused(const char *file, const char *says) {
    check(samrena_adapter_load(file) == SAMRENA_ERROR_ADAPTER_INVALID);
    check(message_has(file) && message_has("refused: ") && message_has(says));
}

static void check_owners(const char *own_folder) {
    char file[200];
    snprintf(file, sizeof(file), "%s/theirs/third-party.so", own_folder);
    check_refused(file, "the file is not owned by root, and this process has elevated rights");
    snprintf(file, sizeof(file), "%s/their-folder/third-party.so", own_folder);
    check_refused(file, "its folder is not owned by root, and this process has elevated rights");
    snprintf(file, sizeof(file), "%s/their-folder/below/third-party.so", own_folder);
    check_refused(file, "a folder above it is not owned by root, and this process has elevated rights");
    snprintf(file, sizeof(file), "%s/open-folder/below/third-party.so", own_folder);
    check_refused(file, "a folder above it is writable by others");
    snprintf(file, sizeof(file), "%s/link/third-party.so", own_folder);
    check_refused(file, "not owned by root");
    snprintf(file, sizeof(file), "%s/ours/third-party.so", own_folder);
    check(samrena_adapter_load(file) == SAMRENA_OK);
    snprintf(file, sizeof(file), "%s/theirs/third-party.so", own_folder);
    check(samrena_labels_load(file) == SAMRENA_ERROR_INVALID_PARAMETER);
    check(message_has("it is not owned by root, and this process has elevated rights"));
    Samrena *arena = samrena_create_named("third-party");
    check(arena && samrena_push(arena, 100000));
    samrena_destroy(arena);
}

static int be_elevated(const char *own_folder) {
    if (getauxval(AT_SECURE) == 0)
        return SKIPPED; /* no_new_privs, or a container that forbids it */
    check_environment_is_ignored();
    check_owners(own_folder);
    return 0;
}

/* ---- As root ---- */

static void copy_file(const char *from, const char *to, mode_t mode, uid_t owner) {
    static char bytes[65536];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    check(in && out);
    for (size_t n; (n = fread(bytes, 1, sizeof(bytes), in)) > 0;)
        check(fwrite(bytes, 1, n, out) == n);
    fclose(in);
    check(fclose(out) == 0);
    check(chown(to, owner, owner) == 0 && chmod(to, mode) == 0); /* in this order: chown takes the bit away */
}

/* The plugin in a subfolder, each with an owner and a mode. */
static void put(const char *plugin, const char *subfolder, mode_t mode, uid_t owner, uid_t file_owner) {
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", folder, subfolder);
    check(mkdir(path, 0755) == 0 && chown(path, owner, owner) == 0 && chmod(path, mode) == 0);
    snprintf(path, sizeof(path), "%s/%s/third-party.so", folder, subfolder);
    copy_file(plugin, path, 0644, file_owner);
}

static void fill_folder(const char *plugin, const char *program) {
    char link[200];
    check(chmod(folder, 0755) == 0);
    copy_file("/proc/self/exe", program, 04755, 0);
    put(plugin, "ours", 0755, 0, 0);
    put(plugin, "theirs", 0755, 0, NOBODY);
    put(plugin, "their-folder", 0755, NOBODY, 0);
    put(plugin, "their-folder/below", 0755, 0, 0);
    put(plugin, "open-folder", 0777, 0, 0);
    put(plugin, "open-folder/below", 0755, 0, 0);
    snprintf(link, sizeof(link), "%s/link", folder);
    check(symlink("theirs", link) == 0);
}

static void become_nobody(const void *program) {
    char path[200];
    snprintf(path, sizeof(path), "%s/ours", folder);
    setenv("SAMRENA_ADAPTER_PATH", path, 1);
    setenv("SAMRENA_ADAPTER", "third-party", 1);
    check(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
    execl(program, program, "elevated", folder, (char *)NULL);
    _exit(1);
}

static int run_as_nobody(const char *program) {
    return status_of_child(become_nobody, program, strlen(program) + 1);
}

int main(int argc, char **argv) {
    struct statvfs mount;
    char program[200];
    char command[100];
    if (argc == 3 && strcmp(argv[1], "elevated") == 0)
        return be_elevated(argv[2]);
    if (argc != 2) {
        fprintf(stderr, "usage: test_elevated PLUGIN\n");
        return 2;
    }
    child_starts_here();
    if (geteuid() != 0 || !mkdtemp(folder))
        return SKIPPED;
    int result = SKIPPED;
    if (statvfs(folder, &mount) == 0 && !(mount.f_flag & ST_NOSUID)) {
        snprintf(program, sizeof(program), "%s/elevated", folder);
        fill_folder(argv[1], program);
        result = run_as_nobody(program);
    }
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command) == 0 ? result : 1;
}
