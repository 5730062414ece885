// SPDX-License-Identifier: MIT
// A sound shared object that is no adapter: it exports nothing by the name that matters.
int samrena_is_not_here(void);

int samrena_is_not_here(void) {
    return 0;
}
