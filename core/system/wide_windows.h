// SPDX-License-Identifier: MIT
// Between this library's texts, UTF-8 and errno, and those of Windows, UTF-16 and error codes. Before any other header.
#ifndef SAMRENA_CORE_WIDE_WINDOWS_H
#define SAMRENA_CORE_WIDE_WINDOWS_H

#define WIN32_LEAN_AND_MEAN
#include <stdbool.h>
#include <windows.h>

/* Each on the heap; NULL: errno says why, EILSEQ where the text cannot be had in the other form. */
wchar_t *wide_from_text(const char *text);
char *wide_to_text(const wchar_t *wide);

/* A path made absolute, links and all, in the form that has no limit of 260 characters where it needs that. */
wchar_t *wide_path(const char *path);

/* The same as people and programs write it. */
char *wide_path_to_text(const wchar_t *path);

/* The errno value that says most of it; and the system's own words. */
int wide_errno(DWORD error);
enum { WIDE_WORDS = 256 };
void wide_words(DWORD error, char words[WIDE_WORDS]);

#endif
