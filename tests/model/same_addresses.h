// SPDX-License-Identifier: MIT
// The same addresses in each run of a program.
#ifndef SAMRENA_TESTS_SAME_ADDRESSES_H
#define SAMRENA_TESTS_SAME_ADDRESSES_H

/* Starts the program again without random addresses, where the system lets it. Else the program goes on with them. */
void have_same_addresses(char **argv);

#endif
