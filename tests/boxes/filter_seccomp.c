// SPDX-License-Identifier: MIT
// Calls that answer what another kernel would, by seccomp. Nothing is killed.
#include <seccomp.h>

#include "box.h"

static const char *load(scmp_filter_ctx filter, int added) {
    int error = added ? added : seccomp_load(filter);
    seccomp_release(filter);
    return error ? "seccomp filters are not to be had" : NULL;
}

const char *filter_advice(int advice, int error) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const struct scmp_arg_cmp is_advice = SCMP_A2(SCMP_CMP_EQ, (scmp_datum_t)advice);
    return load(filter, seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((uint32_t)error), SCMP_SYS(madvise),
                                               advice == EVERY_ADVICE ? 0 : 1, &is_advice));
}

const char *filter_mincore(int error) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    return load(filter, seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)error), SCMP_SYS(mincore), 0));
}
