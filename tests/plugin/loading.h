// SPDX-License-Identifier: MIT
// What the programs of this folder share: a folder for their files, and a fresh process for each test, because the
// registration table of a process only ever grows.
#ifndef SAMRENA_TESTS_LOADING_H
#define SAMRENA_TESTS_LOADING_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "child.h"
#include "files.h"
#include "support.h"
#include "variables.h"

#define SO SHARED_OBJECT_SUFFIX

/* A handful of results are valid at a time. */
static inline char *path_of(const char *folder, const char *file) {
    static char paths[8][1200];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, file);
    return path;
}

static inline void write_bytes(const char *path, const void *bytes, size_t size) {
    FILE *out = fopen(path, "wb");
    check(out);
    check(fwrite(bytes, 1, size, out) == size);
    check(fclose(out) == 0);
}

/* A whole file; freed by the process's end. */
static inline unsigned char *read_bytes(const char *path, size_t *size) {
    FILE *in = fopen(path, "rb");
    check(in && fseek(in, 0, SEEK_END) == 0);
    *size = (size_t)ftell(in);
    unsigned char *bytes = malloc(*size);
    rewind(in);
    check(bytes && fread(bytes, 1, *size, in) == *size);
    fclose(in);
    return bytes;
}

static inline void copy_file(const char *from, const char *to) {
    size_t size;
    unsigned char *bytes = read_bytes(from, &size);
    write_bytes(to, bytes, size);
    free(bytes);
}

static inline bool message_has(const char *text) {
    return strstr(samrena_last_error_message(), text) != NULL;
}

/* Whichever of its separators the system writes. */
static inline bool begins_with_path(const char *text, const char *path) {
    for (; *path; path++, text++)
        if (*text != *path && !(*text == '\\' && *path == '/'))
            return false;
    return true;
}

static inline bool message_has_path(const char *path) {
    const char *at = samrena_last_error_message();
    while (*at && !begins_with_path(at, path))
        at++;
    return *at;
}

static inline bool creates(const char *name) {
    Samrena *arena = samrena_create_named(name);
    bool works = arena && samrena_push(arena, 100000);
    samrena_destroy(arena);
    return works;
}

typedef struct Visit {
    void (*body)(const char *folder, const void *argument);
    char folder[FOLDER_MOST];
    const void *argument;
} Visit;

static inline void visit(const void *argument) {
    const Visit *visit = argument;
    visit->body(visit->folder, visit->argument);
}

/* Runs `body` in a child with a folder of its own. The argument is static. */
static inline void in_a_fresh_process(void (*body)(const char *folder, const void *argument), const void *argument) {
    Visit each = {.body = body, .argument = argument};
    if (!make_temporary_folder(each.folder))
        fail_msg("no folder to be had");
    int status = status_of_child(visit, &each, sizeof(each));
    if (!remove_folder_and_files(each.folder))
        fprintf(stderr, "# %s cannot be removed\n", each.folder);
    if (status != 0)
        fail_msg("the child %s", words_of_status(status));
}

#define IN_A_FRESH_PROCESS(name)                                                                                       \
    static void name##_body(const char *folder, const void *argument);                                                 \
    static void name(void **state) {                                                                                   \
        in_a_fresh_process(name##_body, *state);                                                                       \
    }                                                                                                                  \
    static void name##_body(const char *folder, const void *argument)

#endif
