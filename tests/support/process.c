// SPDX-License-Identifier: MIT
// A cmocka test in a process of its own.
#include "child.h"
#include "support.h"

static void run_body(const void *argument) {
    const TestBody *body = argument;
    void *no_state = NULL;
    body->run(&no_state);
}

void run_in_a_process(void **state) {
    assert_child_passes(run_body, *state, sizeof(TestBody));
}
