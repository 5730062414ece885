// SPDX-License-Identifier: MIT
// Variables of this process and of its children to come.
#ifndef SAMRENA_TESTS_VARIABLES_H
#define SAMRENA_TESTS_VARIABLES_H

/* NULL: it is not set any more. */
void set_environment(const char *name, const char *value);

#endif
