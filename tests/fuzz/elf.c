// SPDX-License-Identifier: MIT
// The check of ELF files: any bytes, as a file. None may be read beyond its end, and what is taken has to be as the
// dynamic linker wants it.
#define _GNU_SOURCE
#include "fuzz.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loader/image.h"

/* What check_segments() promises of a file that it takes, looked at once more and otherwise. */
static void expect_loadable(const uint8_t *bytes, size_t size) {
    ElfW(Ehdr) header;
    unsigned dynamic = 0;
    must(size >= sizeof(header));
    memcpy(&header, bytes, sizeof(header));
    must(header.e_type == ET_DYN && header.e_phoff + (uint64_t)header.e_phnum * sizeof(ElfW(Phdr)) <= size);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        ElfW(Phdr) segment;
        memcpy(&segment, bytes + header.e_phoff + i * sizeof(segment), sizeof(segment));
        if (segment.p_type != PT_NULL)
            must(segment.p_offset <= size && segment.p_filesz <= size - segment.p_offset);
        if (segment.p_type == PT_LOAD)
            must(segment.p_filesz <= segment.p_memsz && segment.p_vaddr + segment.p_memsz >= segment.p_vaddr);
        must(segment.p_type != PT_INTERP);
        dynamic += segment.p_type == PT_DYNAMIC;
    }
    must(dynamic == 1);
}

static int file_of(const uint8_t *bytes, size_t size) {
    static int file = -1;
    if (file < 0)
        file = memfd_create("image", 0);
    must(file >= 0 && ftruncate(file, 0) == 0 && pwrite(file, bytes, size, 0) == (ssize_t)size);
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    const char *fault = image_check(file_of(bytes, size), size);
    if (!fault)
        expect_loadable(bytes, size);
    else
        must(strlen(fault) > 10);
    image_check(file_of(bytes, size / 2), size); /* one that was cut off meanwhile */
    return 0;
}
