// SPDX-License-Identifier: MIT
// Reads a small text file line by line, in a buffer of the caller's.
#include "line_reader_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* No file read here is that long; one that is has no end. */
enum { FILE_SIZE_MAX = 32 * 1024 * 1024 };

bool open_lines(Lines *lines, const char *folder, const char *name) {
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s%s", folder, name);
    if ((size_t)length >= sizeof path)
        return false;
    lines->broken = false;
    lines->next = lines->filled = lines->total = 0;
    /* O_NONBLOCK: whatever lies there, a FIFO even, nobody waits for it. */
    lines->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return lines->file >= 0;
}

void close_lines(Lines *lines) {
    close(lines->file);
}

static bool fill_chunk(Lines *lines) {
    ssize_t got;
    do
        got = read(lines->file, lines->chunk, sizeof lines->chunk);
    while (got < 0 && errno == EINTR);
    lines->next = 0;
    lines->filled = got > 0 ? (size_t)got : 0;
    lines->total += lines->filled;
    lines->broken = got < 0 || lines->total > FILE_SIZE_MAX;
    return got > 0 && !lines->broken;
}

static int next_byte(Lines *lines) {
    if (lines->next == lines->filled && !fill_chunk(lines))
        return EOF;
    return (unsigned char)lines->chunk[lines->next++];
}

/* Overlay mounts have lines that are too long in mountinfo, cgroup mounts do not. */
bool next_line(Lines *lines) {
    size_t length;
    int byte;
    do {
        length = 0;
        while ((byte = next_byte(lines)) != EOF && byte != '\n')
            if (length < LINE_SIZE)
                lines->line[length++] = (char)byte;
    } while (length == LINE_SIZE && byte != EOF);
    if (length == LINE_SIZE || lines->broken)
        return false;
    lines->line[length] = '\0';
    return byte != EOF || length > 0;
}

uint64_t take_number(const char **text) {
    uint64_t value = 0;
    if (**text < '0' || **text > '9')
        return NOT_A_NUMBER;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        uint64_t digit = (uint64_t)(**text - '0');
        if (value > (NOT_A_NUMBER - digit) / 10)
            return NOT_A_NUMBER;
        value = value * 10 + digit;
    }
    return value;
}

const char *find_text(Lines *lines, const char *folder, const char *name, const char *key) {
    if (!open_lines(lines, folder, name))
        return NULL;
    bool found = false;
    while (!found && next_line(lines))
        found = strncmp(lines->line, key, strlen(key)) == 0;
    close_lines(lines);
    return found ? lines->line + strlen(key) : NULL;
}

uint64_t read_number(Lines *lines, const char *folder, const char *name, const char *key, const char *unit) {
    const char *text = find_text(lines, folder, name, key);
    if (text == NULL)
        return NOT_A_NUMBER;
    text += strspn(text, " \t");
    uint64_t value = take_number(&text);
    return strcmp(text, unit) == 0 ? value : NOT_A_NUMBER;
}
