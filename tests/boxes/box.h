// SPDX-License-Identifier: MIT
// What a box is made of. Each part changes the calling process for good and gives NULL, or why it cannot be done here.
#ifndef SAMRENA_TESTS_BOX_H
#define SAMRENA_TESTS_BOX_H

#include <stddef.h>

#define EVERY_ADVICE (-1)

/* madvise() with this advice answers `error`, 0 included, and does nothing. */
const char *filter_advice(int advice, int error);
/* mincore() answers `error`. */
const char *filter_mincore(int error);

/* An empty file system over the folder. */
const char *hide_folder(const char *folder);
/* Nothing can be written to but a folder of temporary files, which $TMPDIR names from then on. */
const char *make_all_read_only(void);

#endif
