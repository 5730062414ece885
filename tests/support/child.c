// SPDX-License-Identifier: MIT
// What children are whatever the system.
#include "child.h"

unsigned child_seconds = 300;

int status_of_child(void (*body)(const void *argument), const void *argument, size_t size) {
    return end_of_child(start_child(body, argument, size));
}

const char *words_of_status(int status) {
    static char words[64];
    if (status == CHILD_NOT_MADE)
        return "could not be made";
    if (status == CHILD_HUNG)
        return "comes to no end";
    if (status >= CHILD_KILLED(0))
        snprintf(words, sizeof(words), "was killed by signal %d", status - CHILD_KILLED(0));
    else
        snprintf(words, sizeof(words), "exited with %d", status);
    return words;
}
