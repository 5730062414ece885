// SPDX-License-Identifier: MIT
// The judgement of PE files, for every file of every size: nothing is read outside of its bytes, nor past what it is
// read to, and no text is looked for further than it was read. The headers first; then tables, each of any image that
// has as many sections as the headers may tell.
#include "loader/image_pe.c"

#include "proof.h"

static uint64_t size;

/* Whatever lies in the memory that it is asked to fill is what the file holds: it was written by nobody before, but
   where one relocation after the other is read. */
BOOL ReadFile(HANDLE file, void *bytes, DWORD count, DWORD *got, OVERLAPPED *at) {
    (void)file;
    uint64_t offset = (uint64_t)at->OffsetHigh << 32 | at->Offset;
    SHOW(count > 0 && offset <= size && count <= size - offset);
    SHOW(__CPROVER_w_ok(bytes, count));
    if (CASE == 3)
        *(uint64_t *)bytes = any_u64();
    *got = any_u32();
    GIVEN(*got <= count);
    return any_bool();
}

void *memchr(const void *bytes, int byte, size_t count) {
    (void)byte;
    SHOW(__CPROVER_r_ok(bytes, count));
    return any_bool() ? (void *)bytes : 0;
}

static void any_image(Image *image) {
    size = any_u64();
    GIVEN(size <= INT64_MAX);
    image->size = size;
}

#if CASE == 0
int main(void) {
    Image image;
    any_image(&image);
    if (!read_headers(&image) && !check_sections(&image))
        SHOW(image.count > 0 && image.count <= MOST_SECTIONS);
    return 0;
}
#else
int main(void) {
    static const char *(*const tables[])(const Image *) = {check_places, check_exports, check_relocations,
                                                           check_thread_local, check_imports};
    Image image;
    any_image(&image);
    GIVEN(image.count <= MOST_SECTIONS);
    (void)tables[CASE - 1](&image);
    return 0;
}
#endif
