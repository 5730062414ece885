// SPDX-License-Identifier: MIT
// What the tests of the loader share: a fresh process for each, with a folder of its own.
#include "loader_files.h"

#include "child.h"
#include "files.h"
#include "support.h"

char *folder;
const char *plugins, *adapters;

char *path_of(const char *where, const char *file) {
    static char paths[4][1200];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", where, file);
    return path;
}

void copy_file(const char *from, const char *to) {
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    char bytes[4096];
    assert_non_null(in);
    assert_non_null(out);
    for (size_t n; (n = fread(bytes, 1, sizeof(bytes), in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

void write_file(const char *path, const char *text) {
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

int remove_folder(void **state) {
    (void)state;
    return remove_folder_and_files(folder) ? 0 : -1;
}

int make_folder(void **state) {
    (void)state;
    return make_temporary_folder(folder) ? 0 : -1;
}

static void run_body(const void *body) {
    (*(void (*const *)(void))body)();
}

void in_a_fresh_process(void (*body)(void)) {
    assert_child_passes(run_body, &body, sizeof(body));
}

bool message_has(const char *text) {
    return strstr(samrena_last_error_message(), text) != NULL;
}

bool creates(const char *name) {
    Samrena *arena = samrena_create_named(name);
    bool works = arena && samrena_push(arena, 100000);
    samrena_destroy(arena);
    return works;
}
