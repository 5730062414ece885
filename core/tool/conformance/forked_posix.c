// SPDX-License-Identifier: MIT
// Forks, and carries the outcome from the child to the parent.
#include "forked.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Never returns: what else the process has, exit handlers of plugins too, is the parent's. */
static void run_in_child(const Trial *parent, TrialPart *part, void *user, const int go[2], int words) {
    static Trial trial;
    char nothing;
    close(go[1]);
    while (read(go[0], &nothing, 1) < 0 && errno == EINTR) {
    }
    trial_init(&trial, parent->subject);
    trial_run(&trial, part, user);
    ssize_t written = trial.outcome == CONFORMANCE_PASSED ? 0 : write(words, trial.message, strlen(trial.message));
    _exit(written < 0 || trial.outcome != CONFORMANCE_PASSED);
}

static void close_both(const int ends[2]) {
    close(ends[0]);
    close(ends[1]);
}

Forked forked_begin(Trial *trial, TrialPart *part, void *user) {
    int go[2], words[2];
    if (pipe(go) != 0)
        skip(trial, "no pipe to be had");
    if (pipe(words) != 0) {
        close_both(go);
        skip(trial, "no pipe to be had");
    }
    pid_t child = fork();
    if (child == 0)
        run_in_child(trial, part, user, go, words[1]);
    close(go[0]);
    close(words[1]);
    if (child < 0) {
        close(go[1]);
        close(words[0]);
        skip(trial, "no process to be had");
    }
    return (Forked){child, go[1], words[0]};
}

void forked_end(Trial *trial, const Forked *forked) {
    char message[sizeof(trial->message)];
    ssize_t length;
    int status = 0;
    close(forked->go);
    while ((length = read(forked->words, message, sizeof(message) - 1)) < 0 && errno == EINTR) {
    }
    close(forked->words);
    while (waitpid((pid_t)forked->process, &status, 0) < 0 && errno == EINTR) {
    }
    message[length > 0 ? length : 0] = '\0';
    REQUIRE(trial, !WIFSIGNALED(status), "the child died of signal %d", WTERMSIG(status));
    REQUIRE(trial, status == 0, "in the child: %s", message[0] ? message : "ended without a word");
}
