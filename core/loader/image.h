// SPDX-License-Identifier: MIT
// Judges a file before the system loads it: its loader is no parser for hostile files, and dies of most truncations of
// a plugin. What is checked here is what it maps and writes by the headers alone: damaged and truncated files are told,
// not died of. Symbols, relocations and code are not looked at: no check makes hostile code safe to run.
#ifndef SAMRENA_CORE_LOADER_IMAGE_H
#define SAMRENA_CORE_LOADER_IMAGE_H

#include <stdint.h>

/* `file`: the system's, open for reading; `size`: of the file. NULL: it can be loaded. Else what is wrong, for people.
 */
const char *image_check(intptr_t file, uint64_t size);

#endif
