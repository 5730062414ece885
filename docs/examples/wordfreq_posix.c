// SPDX-License-Identifier: MIT
// What wordfreq asks of the system, as Linux and its kin have it.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wordfreq_system.h"

void begin_program(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
}

Cost cost_since(Cost start) {
    struct timespec now;
    struct rusage usage;
    clock_gettime(CLOCK_MONOTONIC, &now);
    getrusage(RUSAGE_THREAD, &usage);
    return (Cost){.seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9 - start.seconds,
                  .page_faults = usage.ru_minflt - start.page_faults};
}

bool is_terminal(FILE *file) {
    return isatty(fileno(file));
}

FILE *open_file(const char *name) {
    return fopen(name, "rb");
}

bool file_is_there(const char *name) {
    return access(name, F_OK) == 0;
}

uint64_t file_size(const char *name) {
    struct stat status;
    return stat(name, &status) == 0 && S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
}

bool temporary_name(char name[TEMPORARY_NAME_SIZE]) {
    snprintf(name, TEMPORARY_NAME_SIZE, "/tmp/wordfreq-XXXXXX");
    int file = mkstemp(name);
    return file >= 0 && close(file) == 0 && unlink(name) == 0;
}

/* The order is there already: what it is copied to is this process forked. */
bool in_a_process(const void *order, size_t order_size, void *result, size_t result_size) {
    int ends[2];
    pid_t child = pipe(ends) == 0 ? fork() : -1;
    (void)order_size;
    if (child < 0)
        return false;
    if (child == 0) {
        do_order((void *)(uintptr_t)order, result);
        _exit(write(ends[1], result, result_size) == (ssize_t)result_size ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    close(ends[1]);
    bool done = read(ends[0], result, result_size) == (ssize_t)result_size; /* below PIPE_BUF: it comes in one piece */
    close(ends[0]);
    waitpid(child, NULL, 0);
    return done;
}
