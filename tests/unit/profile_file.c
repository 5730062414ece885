// SPDX-License-Identifier: MIT
// What the tests of profiles share: a folder for each, and the file in it.
#define _DEFAULT_SOURCE
#include "profile_file.h"

#include "child.h"
#include "files.h"
#include "support.h"

/* Shared with children. */
char *folder, *path;

int make_folder(void **state) {
    (void)state;
    if (!make_temporary_folder(folder))
        return -1;
    snprintf(path, PATH_MOST, "%s/profile", folder);
    return 0;
}

int remove_folder(void **state) {
    (void)state;
    return remove_folder_and_files(folder) ? 0 : -1;
}

/* By main(). */
void share_folder(void) {
    folder = shared_with_children(FOLDER_MOST);
    path = shared_with_children(PATH_MOST);
}

char *copy_of(const char *text, size_t size) {
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

void write_file(const char *text, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

char *read_file(size_t *size) {
    static char text[1 << 16];
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    *size = fread(text, 1, sizeof(text) - 1, file);
    text[*size] = '\0';
    fclose(file);
    return text;
}

const LabelRecord *parsed_record(const char *name) {
    static Profile *profile;
    char reason[PROFILE_REASON];
    size_t size = 0;
    char *text = read_file(&size);
    assert_non_null(text);
    profile_free(profile);
    profile = profile_parse(copy_of(text, size), size, reason);
    if (!profile)
        fail_msg("%s: %s", reason, text);
    return profile_find(profile, name);
}

/* By a process of its own, so that this one has not learnt it. */
void save_from_child(const void *name) {
    static SamrenaLabel label = SAMRENA_LABEL(NULL);
    label.name = name;
    live_often(NULL, &label, 300 * KIB, 1);
    assert_int_equal(samrena_labels_save(path), SAMRENA_OK);
}

void assert_load_refused(const char *message) {
    assert_fails(!samrena_labels_load(path), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has(message);
}
