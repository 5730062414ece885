// SPDX-License-Identifier: MIT
// Asks a forked child.
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a child that has answered may go on; one whose counters of coverage are wanted writes them then. */
#ifndef CHILD_GRACE_MS
#define CHILD_GRACE_MS 0
#endif

enum { REASON_SIZE = 128 };

static const ChildWork *all_works;

void child_begin(const ChildWork *works, int argc, char **argv) {
    (void)argc;
    (void)argv;
    all_works = works;
}

/* ---- In the child ---- */

static void prepare(int64_t deadline) {
    int nothing = open("/dev/null", O_RDONLY);
    struct rlimit no_core = {0, 0};
    if (nothing >= 0)
        (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)setpgid(0, 0);
    /* The parent ends it in time; this is for when the parent is gone. */
    int64_t left = (deadline - clock_now()) / 1000;
    alarm(left < 0 ? 1 : (unsigned)left + 2);
}

static bool write_all(int file, const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t written = write(file, (const char *)bytes + done, size - done);
        if (written < 0 && errno != EINTR)
            return false;
        done += written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Ends without the plugin's exit handlers: what there was to say has been said. */
static void answer_and_end(const ChildWork *work, const void *question, int out, int64_t deadline) {
    prepare(deadline);
    void *answer = calloc(1, work->answer_size);
    if (answer)
        work->answer(question, answer);
    _exit(answer && write_all(out, answer, work->answer_size) ? 0 : 1);
}

/* ---- In the parent ---- */

typedef enum Reading { READING_DONE, READING_ENDED, READING_LATE } Reading;

static Reading read_until(int file, char *bytes, size_t size, int64_t deadline) {
    for (size_t done = 0; done < size;) {
        int64_t left = deadline - clock_now();
        struct pollfd wait = {.fd = file, .events = POLLIN};
        int ready = poll(&wait, 1, left <= 0 ? 0 : left > 60000 ? 60000 : (int)left);
        if (ready == 0 && deadline <= clock_now())
            return READING_LATE;
        if (ready <= 0)
            continue;
        ssize_t got = read(file, bytes + done, size - done);
        if (got == 0 || (got < 0 && errno != EINTR))
            return READING_ENDED;
        done += got > 0 ? (size_t)got : 0;
    }
    return READING_DONE;
}

/* A child that is already dying keeps its own cause of death; only one that lives on dies of this. */
static int end_child(pid_t child) {
    int status = 0;
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static void describe_end(Reading reading, int status, char reason[REASON_SIZE]) {
    if (reading == READING_LATE)
        snprintf(reason, REASON_SIZE, "hung: it was ended when its time was up");
    else if (WIFSIGNALED(status))
        snprintf(reason, REASON_SIZE, "crashed: %s", strsignal(WTERMSIG(status)));
    else
        snprintf(reason, REASON_SIZE, "ended the process with status %d", WEXITSTATUS(status));
}

/* The child's process, and the end of a pipe that its answer comes from; -1: there is none. */
static pid_t start(const ChildWork *work, const void *question, int64_t deadline, int *answers) {
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        answer_and_end(work, question, ends[1], deadline);
    }
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    *answers = ends[0];
    return child;
}

bool child_ask(unsigned work, const void *question, size_t question_size, void *answer, int64_t deadline,
               char reason[REASON_SIZE]) {
    size_t size = all_works[work].answer_size;
    char *bytes = malloc(size);
    int answers = -1;
    (void)question_size; /* it is there already */
    pid_t child = bytes ? start(&all_works[work], question, deadline, &answers) : -1;
    if (child < 0) {
        free(bytes);
        snprintf(reason, REASON_SIZE, "no process to try it in: %s", strerror(errno));
        return false;
    }
    (void)setpgid(child, child);
    Reading reading = read_until(answers, bytes, size, deadline);
    if (CHILD_GRACE_MS > 0 && reading == READING_DONE)
        (void)read_until(answers, &(char){0}, 1, clock_now() + CHILD_GRACE_MS);
    close(answers);
    describe_end(reading, end_child(child), reason);
    if (reading == READING_DONE)
        memcpy(answer, bytes, size);
    free(bytes);
    return reading == READING_DONE;
}
