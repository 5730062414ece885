// SPDX-License-Identifier: MIT
// Profiles where there are links, modes, limits and forks.
#define _DEFAULT_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "files.h"
#include "more_tests.h"
#include "profile_file.h"

/* As /tmp is: others can write to it, and swap nothing. */
static void test_sticky_folders(void **state) {
    (void)state;
    assert_child_passes(save_from_child, "one", sizeof("one"));
    assert_int_equal(chmod(folder, 01707), 0);
    assert_int_equal(samrena_labels_load(path), SAMRENA_OK);
}

static void test_fifos_are_not_opened(void **state) {
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_load_refused("not a regular file");
}

/* The kernel's own files say more than they have. */
static void test_files_that_are_shorter_than_they_say(void **state) {
    static const char shorter[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    (void)state;
    if (access(shorter, R_OK) != 0)
        return; /* not everywhere */
    assert_fails(!samrena_labels_load(shorter), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("it does not begin with");
}

/* The link is its owner's alone; what it leads to is not. */
static void test_links_into_a_folder_of_others(void **state) {
    (void)state;
    char open_folder[FOLDER_MOST + 8], target[PATH_MOST];
    snprintf(open_folder, sizeof(open_folder), "%s/open", folder);
    snprintf(target, sizeof(target), "%s/target", open_folder);
    assert_int_equal(mkdir(open_folder, 0700), 0);
    assert_int_equal(symlink(target, path), 0);
    write_file("", 0);
    assert_child_passes(save_from_child, "one", sizeof("one"));
    assert_int_equal(samrena_labels_load(path), SAMRENA_OK);
    assert_int_equal(chmod(open_folder, 0707), 0);
    assert_load_refused("others can write to its folder");
}

static void test_links_stay(void **state) {
    (void)state;
    char target[PATH_MOST];
    struct stat status;
    snprintf(target, sizeof(target), "%s/target", folder);
    assert_int_equal(symlink(target, path), 0);
    write_file("", 0);
    assert_child_passes(save_from_child, "one", sizeof("one"));
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_non_null(parsed_record("one"));
}

/* A limit on the size of files stands for a disk that is full. */
static void test_a_full_disk_leaves_the_old_file(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("two");
    (void)state;
    size_t size = 0, size_after = 0;
    assert_child_passes(save_from_child, "one", sizeof("one"));
    char *before = read_file(&size);
    before = copy_of(before, size);
    live_often(NULL, &label, 300 * KIB, 1);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {64, 64};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_fails(!samrena_labels_save(path), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("not written: ");
    const char *after = read_file(&size_after);
    assert_int_equal(size_after, size);
    assert_memory_equal(after, before, size);
    assert_int_equal(files_in(folder), 1);
    free(before);
}

/* A forked child that ends by exit() writes as well, and damages nothing. */
static void fork_and_exit(const void *argument) {
    static SamrenaLabel label = SAMRENA_LABEL("family");
    (void)argument;
    setenv("SAMRENA_PROFILE", path, 1);
    live_often(NULL, &label, 300 * KIB, 2);
    pid_t child = fork();
    if (child == 0) {
        live_often(NULL, &label, 300 * KIB, 3);
        exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(parsed_record("family")->arenas, 5);
    exit(0);
}

static void test_forked_children(void **state) {
    (void)state;
    assert_child_passes(fork_and_exit, NULL, 0);
    assert_int_equal(parsed_record("family")->arenas, 2); /* the last one's file */
}

static const struct CMUnitTest tests[] = {
    IN_A_FOLDER(test_sticky_folders),
    IN_A_FOLDER(test_fifos_are_not_opened),
    IN_A_FOLDER(test_files_that_are_shorter_than_they_say),
    IN_A_FOLDER(test_links_stay),
    IN_A_FOLDER(test_links_into_a_folder_of_others),
    IN_A_FOLDER(test_a_full_disk_leaves_the_old_file),
    IN_A_FOLDER(test_forked_children),
};

const MoreTests more_tests = {tests, COUNT_OF(tests)};
