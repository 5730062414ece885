// SPDX-License-Identifier: MIT
// Judges a file before dlopen sees it.
#define _GNU_SOURCE
#include "elf_check.h"

#include <elf.h>
#include <errno.h>
#include <link.h> /* ElfW: this process's own class */
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_PROGRAM_HEADERS = 128 };

/* The machine this is compiled for, in ELF's terms; EM_NONE: not known here, and left to dlopen. */
#if defined(__x86_64__)
enum { OWN_MACHINE = EM_X86_64 };
#elif defined(__i386__)
enum { OWN_MACHINE = EM_386 };
#elif defined(__aarch64__)
enum { OWN_MACHINE = EM_AARCH64 };
#elif defined(__arm__)
enum { OWN_MACHINE = EM_ARM };
#elif defined(__riscv)
enum { OWN_MACHINE = EM_RISCV };
#elif defined(__powerpc64__)
enum { OWN_MACHINE = EM_PPC64 };
#elif defined(__s390x__)
enum { OWN_MACHINE = EM_S390 };
#else
enum { OWN_MACHINE = EM_NONE };
#endif

enum {
    OWN_CLASS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
    OWN_DATA = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB,
};

static bool read_at(int file, uint64_t offset, void *bytes, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(file, (char *)bytes + done, size - done, (off_t)(offset + done));
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0)
            done += (size_t)got;
    }
    return true;
}

static bool lies_inside(uint64_t offset, uint64_t length, uint64_t size) {
    return offset <= size && length <= size - offset;
}

static const char *check_header(const ElfW(Ehdr) * header, uint64_t size) {
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return memcmp(header->e_ident, "!<ar", 4) == 0 ? "not a plugin: a static archive, expected a shared object"
                                                       : "not a plugin: no ELF file";
    if (header->e_ident[EI_CLASS] != OWN_CLASS || header->e_ident[EI_DATA] != OWN_DATA)
        return "made for another kind of machine: word size or byte order differ from this process's";
    if (OWN_MACHINE != EM_NONE && header->e_machine != OWN_MACHINE)
        return "made for another machine than this process runs on";
    if (header->e_type != ET_DYN)
        return "not a plugin: an ELF file, but no shared object";
    if (header->e_phentsize != sizeof(ElfW(Phdr)) || header->e_phnum == 0 || header->e_phnum > MOST_PROGRAM_HEADERS ||
        !lies_inside(header->e_phoff, (uint64_t)header->e_phnum * sizeof(ElfW(Phdr)), size))
        return "damaged: its program headers do not lie inside the file";
    return NULL;
}

static const char *check_segments(const ElfW(Phdr) * segments, unsigned count, uint64_t size) {
    bool loads = false, dynamic = false, quiet_stack = false;
    for (unsigned i = 0; i < count; i++) {
        const ElfW(Phdr) *segment = &segments[i];
        if (segment->p_type != PT_NULL && !lies_inside(segment->p_offset, segment->p_filesz, size))
            return "damaged: it ends before its contents do";
        loads = loads || segment->p_type == PT_LOAD;
        dynamic = dynamic || segment->p_type == PT_DYNAMIC;
        if (segment->p_type == PT_INTERP)
            return "not a plugin: a program, expected a shared object";
        /* Without this header the loader takes an executable stack as asked for. */
        quiet_stack = quiet_stack || (segment->p_type == PT_GNU_STACK && !(segment->p_flags & PF_X));
    }
    if (!loads || !dynamic)
        return "damaged: it has nothing to load";
    return quiet_stack ? NULL : "refused: it asks for an executable stack";
}

const char *elf_check(int file, uint64_t size) {
    ElfW(Ehdr) header;
    ElfW(Phdr) segments[MOST_PROGRAM_HEADERS];
    if (size < sizeof(header) || !read_at(file, 0, &header, sizeof(header)))
        return "not a plugin: too short for an ELF file";
    const char *fault = check_header(&header, size);
    if (fault)
        return fault;
    if (!read_at(file, header.e_phoff, segments, header.e_phnum * sizeof(segments[0])))
        return "damaged: its program headers cannot be read";
    return check_segments(segments, header.e_phnum, size);
}
