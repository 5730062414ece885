// SPDX-License-Identifier: MIT
// Where addresses lead, by dladdr().
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "samrena.h"
#include "system.h"

bool system_pin(const void *address) {
    Dl_info object;
    return dladdr(address, &object) && dlopen(object.dli_fname, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD | RTLD_NODELETE);
}

bool system_is_from(const void *address, const char *file) {
    Dl_info object;
    struct stat a, b;
    return dladdr(address, &object) && stat(object.dli_fname, &a) == 0 && stat(file, &b) == 0 &&
           a.st_dev == b.st_dev && /* GCOVR_EXCL_BR_LINE: on two devices */
           a.st_ino == b.st_ino;
}

/* Looked for by a text of the library: the address of a function may be in the program that calls it, and this file is
   part of samrena-adapter as well. */
bool system_library_folder(char *folder, size_t size) {
    Dl_info library;
    char *file = dladdr(samrena_version(), &library) ? realpath(library.dli_fname, NULL) : NULL;
    const char *slash = file ? strrchr(file, '/') : NULL;
    bool known = slash && (size_t)(slash - file) < size; /* GCOVR_EXCL_BR_LINE: realpath() gives none that is longer */
    if (known) {
        memcpy(folder, file, (size_t)(slash - file));
        folder[slash - file] = '\0';
    }
    free(file);
    return known;
}
