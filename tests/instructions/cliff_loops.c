// SPDX-License-Identifier: MIT
// One loop of cliffs.h, for instructions to be counted in cliff_run(). Prints how many operations that were.
// usage: cliff_loops NAME N
#include <stdio.h>
#include <stdlib.h>

#include "cliffs.h"

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: cliff_loops NAME N\n");
        return 2;
    }
    Stage stage;
    cliff_open(&stage, cliff_named(argv[1]), strtoull(argv[2], NULL, 10));
    printf("operations: %llu\n", (unsigned long long)cliff_run(&stage));
    cliff_close(&stage);
    return 0;
}
