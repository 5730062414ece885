// SPDX-License-Identifier: MIT
// Reads a small text file line by line, in a buffer of the caller's.
#ifndef SAMRENA_CORE_LINE_READER_LINUX_H
#define SAMRENA_CORE_LINE_READER_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PATH_SIZE = 1024, LINE_SIZE = 2048, CHUNK_SIZE = 1024 };

typedef struct Lines {
    int file;
    bool broken; /* a read failed: what was got of the last line may be half a number */
    size_t next, filled, total;
    char chunk[CHUNK_SIZE];
    char line[LINE_SIZE]; /* the current one, without its newline */
} Lines;

/* Opens `folder` and `name`, put together as they are. False: there is nothing to read, and nothing to close. */
bool open_lines(Lines *lines, const char *folder, const char *name);
void close_lines(Lines *lines);

/* Lines too long for the buffer are passed over. */
bool next_line(Lines *lines);

/* Moves *text past the decimal number that it starts with. NOT_A_NUMBER: there is none, or it needs more than 64 bits.
 */
#define NOT_A_NUMBER UINT64_MAX
uint64_t take_number(const char **text);

/* What follows `key` on the first line of the file that begins with it; lives in `lines`. NULL: there is none. */
const char *find_text(Lines *lines, const char *folder, const char *name, const char *key);
/* The number after `key`, if nothing but `unit` follows it. */
uint64_t read_number(Lines *lines, const char *folder, const char *name, const char *key, const char *unit);

#endif
