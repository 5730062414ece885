// SPDX-License-Identifier: MIT
// What Linux says about this process: a field of /proc/self/status, in bytes.
#ifndef SAMRENA_TESTS_STATUS_H
#define SAMRENA_TESTS_STATUS_H

#include "support.h"

/* `field` with its colon: "VmSize:". */
static inline uint64_t status_bytes(const char *field) {
    char line[256];
    unsigned long long kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    assert_non_null(status);
    while (fgets(line, sizeof(line), status))
        if (strncmp(line, field, strlen(field)) == 0)
            assert_int_equal(sscanf(line + strlen(field), "%llu", &kilobytes), 1);
    fclose(status);
    return kilobytes * KIB;
}

#endif
