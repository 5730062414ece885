// SPDX-License-Identifier: MIT
// Systems whose images are not looked at: all is left to dlopen.
#include "image.h"

#include <stddef.h>

const char *image_check(intptr_t file, uint64_t size) {
    (void)file;
    (void)size;
    return NULL;
}
