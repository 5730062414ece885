// SPDX-License-Identifier: MIT
// Children that are forked.
#define _DEFAULT_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "child.h"

static bool children_are_expected;

void child_starts_here(void) {
    children_are_expected = true;
}

void *shared_with_children(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    return memory;
}

static void die_openly(void) {
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    setenv("CMOCKA_TEST_ABORT", "1", 1);
    alarm(child_seconds);
}

intptr_t start_child(void (*body)(const void *argument), const void *argument, size_t size) {
    (void)size; /* it is there already */
    if (!children_are_expected) {
        fputs("main() does not call child_starts_here()\n", stderr);
        abort();
    }
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        die_openly();
        body(argument);
        fflush(NULL);
        _exit(0);
    }
    return child;
}

int end_of_child(intptr_t child) {
    int status;
    if (child < 0 || waitpid((pid_t)child, &status, 0) != (pid_t)child)
        return CHILD_NOT_MADE;
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    return WTERMSIG(status) == SIGALRM ? CHILD_HUNG : CHILD_KILLED(WTERMSIG(status));
}
