// SPDX-License-Identifier: MIT
// The check of PE files, with the few things of Windows that it uses in pe/: any bytes, as a file.
#include "fuzz.h"

#include <string.h>

#include "loader/image.h"
#include "system/wide_windows.h"

static const uint8_t *all;
static size_t all_size;

/* Of a copy on the heap: reading beyond it is seen. */
BOOL ReadFile(HANDLE file, void *bytes, DWORD size, DWORD *got, OVERLAPPED *at) {
    uint64_t offset = (uint64_t)at->OffsetHigh << 32 | at->Offset;
    must(file && offset <= all_size && size <= all_size - offset); /* within what it was told of the file */
    memcpy(bytes, all + offset, size);
    *got = size;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    all = bytes;
    all_size = size;
    const char *fault = image_check(1, size);
    must(!fault || strlen(fault) > 10);
    if (fault)
        return 0;
    must(size > sizeof(IMAGE_DOS_HEADER) && memcmp(bytes, "MZ", 2) == 0);
    return 0;
}
