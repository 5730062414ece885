// SPDX-License-Identifier: MIT
// Runs a part of a test in a process of its own.
#define _DEFAULT_SOURCE
#include "child.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { SECONDS = 300 };

static void die_openly(void) {
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    setenv("CMOCKA_TEST_ABORT", "1", 1);
    alarm(SECONDS);
}

int status_of_child(void (*body)(const void *argument), const void *argument) {
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        die_openly();
        body(argument);
        fflush(NULL);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return status;
}

void *shared_with_children(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    return memory;
}
