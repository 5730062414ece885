// SPDX-License-Identifier: MIT
// Folders and files of a test's own.
#ifndef SAMRENA_TESTS_FILES_H
#define SAMRENA_TESTS_FILES_H

#include <stdbool.h>
#include <stdio.h>

enum { FOLDER_MOST = 300, PATH_MOST = 1200 };

/* A new folder below the system's temporary one, which nobody else can write to. */
bool make_temporary_folder(char folder[FOLDER_MOST]);
/* With all that is in it. */
bool remove_folder_and_files(const char *folder);
int files_in(const char *folder); /* -1: there is no such folder */

/* ---- As the system has it ---- */

/* Has the C library find out where a path leads, and forgets it. */
void resolve_path(const char *path);
bool make_directory(const char *path); /* that its owner alone can write to; false also where it is there */
FILE *open_temporary_file(void);       /* to write and then to read; gone when it is closed; NULL: there is none */
/* `path` from anywhere, as the system writes paths; the builder's, which a program is handed, may be another's. */
bool whole_path(const char *path, char whole[PATH_MOST]);
/* The folder's path; false: longer than a folder's. */
bool temporary_folder(char folder[FOLDER_MOST]);
/* Anybody may write to the file or folder from here on, or, again, only its owner. */
bool let_others_write(const char *path, bool let);

#endif
