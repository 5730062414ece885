// SPDX-License-Identifier: MIT
// Judges a file before dlopen sees it. dlopen is no parser for hostile files: most truncations of a plugin make it die
// with SIGBUS. What is checked here is what dlopen maps and writes by the headers alone: damaged and
// truncated files are told, not died of. Symbols, relocations and code are not looked at: no check makes hostile code
// safe to run.
#ifndef SAMRENA_CORE_LOADER_IMAGE_H
#define SAMRENA_CORE_LOADER_IMAGE_H

#include <stdint.h>

/* `file`: open for reading; `size`: of the file. NULL: it can be handed to dlopen. Else what is wrong, for people. */
const char *image_check(int file, uint64_t size);

#endif
