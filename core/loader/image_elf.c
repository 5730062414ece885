// SPDX-License-Identifier: MIT
// Judges an ELF file before dlopen sees it.
#define _GNU_SOURCE
#include "image.h"

#include <elf.h>
#include <errno.h>
#include <link.h> /* ElfW: this process's own class */
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "build_config.h"
#include "checked_math.h"
#include "system/system.h"

enum { MOST_PROGRAM_HEADERS = 64 }; /* they are read to the stack */

/* Of addresses, from the first segment to the end of the last, and of thread-local memory: more is no adapter. */
#define LARGEST_IMAGE (UINT64_C(1) << 30)
#define LARGEST_ALIGNMENT LARGEST_IMAGE

#ifndef PT_GNU_PROPERTY
#define PT_GNU_PROPERTY 0x6474e553 /* older C libraries do not name it */
#endif

enum {
    OWN_CLASS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
    OWN_DATA = ELF_DATA,
    OWN_MACHINE = ELF_MACHINE, /* EM_NONE: left to dlopen */
};

static bool read_at(intptr_t file, uint64_t offset, void *bytes, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread((int)file, (char *)bytes + done, size - done, (off_t)(offset + done));
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) /* GCOVR_EXCL_BR_LINE: not where a signal came */
            done += (size_t)got;
    }
    return true;
}

static bool lies_inside(uint64_t offset, uint64_t length, uint64_t size) {
    return offset <= size && length <= size - offset;
}

static const char *check_header(const ElfW(Ehdr) * header, uint64_t size) {
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return memcmp(header->e_ident, "!<", 2) == 0 ? "not a plugin: a static archive, expected a shared object"
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

/* ---- Segments: what the dynamic linker maps, reads and writes without a further look ----
 *
 * Headers are held against each other. What they lead to, symbols, relocations and code, is taken as it is. */

typedef struct Segments {
    const ElfW(Phdr) * entries;
    unsigned count;
} Segments;

static const char *check_flags(const ElfW(Phdr) * load, bool first) {
    if (first && (load->p_offset != 0 || !(load->p_flags & PF_R)))
        return "damaged: its first segment does not hold its header";
    if (!(load->p_flags & PF_R) && load->p_flags != PF_X)
        return "damaged: a segment is not readable";
    return NULL;
}

/* Segments are mapped in steps of it. */
static uint64_t step_of(const ElfW(Phdr) * load) {
    return max_u64(load->p_align, system_page_size());
}

/* Linkers leave up to two alignments between segments. One further away has been moved from what refers to it. */
static bool is_far_behind(const ElfW(Phdr) * load, const ElfW(Phdr) * before) {
    uint64_t gap = load->p_vaddr - ((uint64_t)before->p_vaddr + before->p_memsz);
    return gap / 4 > step_of(load) && gap / 4 > step_of(before);
}

/* `from`: the first segment; `before`: the one before; both this one where it is the first. */
static const char *check_load(const ElfW(Phdr) * load, const ElfW(Phdr) * from, const ElfW(Phdr) * before) {
    if (load->p_vaddr < from->p_vaddr || load->p_vaddr - from->p_vaddr > LARGEST_IMAGE || load->p_memsz > LARGEST_IMAGE)
        return "damaged: its segments span more than an adapter's can";
    if (load != before &&
        (round_down(load->p_vaddr, system_page_size()) < (uint64_t)before->p_vaddr + before->p_memsz ||
         load->p_offset < (uint64_t)before->p_offset + before->p_filesz))
        return "damaged: its segments overlap"; /* two in one page would: it is mapped from one place of the file */
    if (load != before && is_far_behind(load, before))
        return "damaged: its segments lie too far apart";
    if (((uint64_t)load->p_vaddr - load->p_offset) % step_of(load) != 0)
        return "damaged: a segment does not start where a page of the file does";
    /* What the file does not hold is cleared, up to the end of the page: over code where the segment is not data. */
    if (load->p_filesz > load->p_memsz || (load->p_filesz < load->p_memsz && !(load->p_flags & PF_W)))
        return "damaged: a segment is not as large as its contents";
    return check_flags(load, load == from);
}

static const char *check_loads(Segments segments) {
    const ElfW(Phdr) *first = NULL, *before = NULL;
    bool code = false;
    for (unsigned i = 0; i < segments.count; i++) {
        const ElfW(Phdr) *load = &segments.entries[i];
        if (load->p_type != PT_LOAD)
            continue;
        const char *fault = check_load(load, first ? first : load, before ? before : load);
        if (fault)
            return fault;
        first = first ? first : load;
        before = load;
        code = code || ((load->p_flags & PF_X) && load->p_filesz > 0);
    }
    return code ? NULL : "damaged: it has no code to load";
}

/* How much of it has to come from the file. Linkers count the padding of what is protected. */
static uint64_t bytes_in_file(const ElfW(Phdr) * part) {
    if (part->p_type == PT_GNU_RELRO)
        return 0;
    return part->p_type == PT_TLS ? part->p_filesz : max_u64(part->p_filesz, part->p_memsz);
}

/* The loaded segment that brings `part` from where it is in the file to where it says it will be. */
static const ElfW(Phdr) * load_of(Segments segments, const ElfW(Phdr) * part) {
    for (unsigned i = 0; i < segments.count; i++) {
        const ElfW(Phdr) *load = &segments.entries[i];
        if (load->p_type == PT_LOAD && part->p_vaddr >= load->p_vaddr &&
            part->p_vaddr - load->p_vaddr == part->p_offset - load->p_offset &&
            lies_inside(part->p_vaddr - load->p_vaddr, bytes_in_file(part), load->p_filesz))
            return load;
    }
    return NULL;
}

/* Made read-only after relocation, in whole pages: where it ends in the middle of one, linkers round that end up, but
   not to more than the page that its contents end in. What lies behind is written to later. Contents end in what is
   loaded, or, with the padding counted, where a page does. */
static bool protects_data(const ElfW(Phdr) * relro, const ElfW(Phdr) * load) {
    uint64_t filled = add_saturating(relro->p_vaddr, relro->p_filesz);
    uint64_t contents = round_up(filled, step_of(load));
    if (relro->p_filesz > relro->p_memsz ||
        (filled > (uint64_t)load->p_vaddr + load->p_memsz && filled % system_page_size() != 0))
        return false;
    uint64_t end = round_down(add_saturating(relro->p_vaddr, relro->p_memsz), system_page_size());
    return (load->p_flags & PF_W) && end <= contents &&
           lies_inside(relro->p_vaddr - load->p_vaddr, relro->p_memsz, load->p_memsz + step_of(load) - 1);
}

static bool is_used_where_loaded(const ElfW(Phdr) * part) {
    switch (part->p_type) {
    case PT_DYNAMIC:
    case PT_PHDR:
    case PT_NOTE:
    case PT_GNU_PROPERTY:
    case PT_GNU_RELRO:
    case PT_GNU_EH_FRAME: return true;
    case PT_TLS: return part->p_filesz > 0;
    default: return false;
    }
}

static const char *check_part(Segments segments, const ElfW(Phdr) * part) {
    if (!is_used_where_loaded(part))
        return NULL;
    const ElfW(Phdr) *load = load_of(segments, part);
    if (!load)
        return "damaged: what it needs at run time is not loaded";
    if ((part->p_type == PT_DYNAMIC && (part->p_flags & PF_W) && !(load->p_flags & PF_W)) ||
        (part->p_type == PT_GNU_RELRO && !protects_data(part, load)))
        return "damaged: what is written when it is loaded is not writable";
    return NULL;
}

static const char *check_segments(Segments segments, uint64_t size) {
    unsigned dynamic = 0;
    bool quiet_stack = false;
    for (unsigned i = 0; i < segments.count; i++) {
        const ElfW(Phdr) *segment = &segments.entries[i];
        if (segment->p_type != PT_NULL && !lies_inside(segment->p_offset, segment->p_filesz, size))
            return "damaged: it ends before its contents do";
        if (segment->p_type != PT_NULL &&
            ((segment->p_align & (segment->p_align - 1)) != 0 || segment->p_align > LARGEST_ALIGNMENT))
            return "damaged: an alignment is no power of two, or more than an adapter's can be";
        if (segment->p_type == PT_TLS && (segment->p_memsz < segment->p_filesz || segment->p_memsz > LARGEST_IMAGE))
            return "damaged: its thread-local memory is not as large as its contents, or more than an adapter's can be";
        if (segment->p_type == PT_INTERP)
            return "not a plugin: a program, expected a shared object";
        const char *fault = check_part(segments, segment);
        if (fault)
            return fault;
        dynamic += segment->p_type == PT_DYNAMIC;
        /* Without this header the loader takes an executable stack as asked for. */
        quiet_stack = quiet_stack || (segment->p_type == PT_GNU_STACK && !(segment->p_flags & PF_X));
    }
    if (dynamic != 1)
        return "damaged: it has no dynamic section, or several";
    return quiet_stack ? NULL : "refused: it asks for an executable stack: link it with -z noexecstack";
}

/* ---- The dynamic section: where the dynamic linker finds all else ---- */

enum { MOST_DYNAMIC_ENTRIES = 4096 };

/* Whether it ends, and tells before that where names and symbols are, without which the dynamic linker dies. */
static bool is_dynamic_section(intptr_t file, const ElfW(Phdr) * section) {
    bool names = false, symbols = false;
    uint64_t count = min_u64(section->p_filesz / sizeof(ElfW(Dyn)), MOST_DYNAMIC_ENTRIES);
    for (uint64_t i = 0; i < count; i++) {
        ElfW(Dyn) entry;
        if (!read_at(file, section->p_offset + i * sizeof(entry), &entry, sizeof(entry)))
            return false;
        if (entry.d_tag == DT_NULL)
            return names && symbols;
        names = names || entry.d_tag == DT_STRTAB;
        symbols = symbols || entry.d_tag == DT_SYMTAB;
    }
    return false;
}

static const char *check_dynamic(intptr_t file, Segments segments) {
    const ElfW(Phdr) *section = segments.entries;
    while (section->p_type != PT_DYNAMIC) /* there is one */
        section++;
    return is_dynamic_section(file, section) ? NULL : "damaged: its dynamic section is not one";
}

const char *image_check(intptr_t file, uint64_t size) {
    ElfW(Ehdr) header;
    ElfW(Phdr) segments[MOST_PROGRAM_HEADERS];
    if (size < sizeof(header) || !read_at(file, 0, &header, sizeof(header)))
        return "not a plugin: too short for an ELF file";
    const char *fault = check_header(&header, size);
    if (fault)
        return fault;
    if (!read_at(file, header.e_phoff, segments, header.e_phnum * sizeof(segments[0])))
        return "damaged: its program headers cannot be read";
    Segments all = {segments, header.e_phnum};
    fault = check_segments(all, size);
    if (!fault)
        fault = check_loads(all);
    return fault ? fault : check_dynamic(file, all);
}
