// SPDX-License-Identifier: MIT
// ELF images that must be refused, each wrong in exactly one way: with which error, and in which words.
#define _GNU_SOURCE
#include "hostile.h"

#include <elf.h>
#include <link.h>

/* ---- Images of another kind ---- */

static void make_archive(const char *path) {
    static const char text[] = "!<arch>\nplugin.o/       0           0     0     644     0         `\n";
    write_bytes(path, text, sizeof(text) - 1);
}

static void make_thin_archive(const char *path) {
    static const char text[] = "!<thin>\nplugin.o/       0           0     0     644     0         `\n";
    write_bytes(path, text, sizeof(text) - 1);
}

static void make_program(const char *path) {
    copy_file("/proc/self/exe", path);
}

/* A copy of a sound plugin with other bytes at one place. */
static void make_patched(const char *path, size_t offset, const void *bytes, size_t count) {
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    memcpy(file + offset, bytes, count);
    write_bytes(path, file, size);
}

static void make_fixed_program(const char *path) {
    const ElfW(Half) type = ET_EXEC;
    make_patched(path, offsetof(ElfW(Ehdr), e_type), &type, sizeof(type));
}

static void make_core_dump(const char *path) {
    const ElfW(Half) type = ET_CORE;
    make_patched(path, offsetof(ElfW(Ehdr), e_type), &type, sizeof(type));
}

static void make_other_machine(const char *path) {
    const ElfW(Half) machine = EM_VAX;
    make_patched(path, offsetof(ElfW(Ehdr), e_machine), &machine, sizeof(machine));
}

static void make_other_class(const char *path) {
    const unsigned char class = sizeof(void *) == 8 ? ELFCLASS32 : ELFCLASS64;
    make_patched(path, EI_CLASS, &class, 1);
}

static void make_other_byte_order(const char *path) {
    const unsigned char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB;
    make_patched(path, EI_DATA, &order, 1);
}

static void make_executable_stack(const char *path) {
    copy_file(path_of(wrong, "executable-stack.so"), path);
}

static const BadFile bad_images[] = {
    {"an empty file", make_empty, INVALID, "too short for an ELF file"},
    {"a text", make_text, INVALID, "not a plugin: no ELF file"},
    {"a static archive", make_archive, INVALID, "a static archive, expected a shared object"},
    {"a thin archive", make_thin_archive, INVALID, "a static archive, expected a shared object"},
    {"an object file", make_object, INVALID, "an ELF file, but no shared object"},
    {"a program", make_program, INVALID, "a program, expected a shared object"},
    {"a program at a fixed address", make_fixed_program, INVALID, "an ELF file, but no shared object"},
    {"a core dump", make_core_dump, INVALID, "an ELF file, but no shared object"},
    {"another machine's", make_other_machine, INVALID, "made for another machine than this process runs on"},
    {"another word size", make_other_class, INVALID, "word size or byte order differ"},
    {"another byte order", make_other_byte_order, INVALID, "word size or byte order differ"},
    {"an executable stack", make_executable_stack, INVALID, "executable stack: link it with -z noexecstack"},
};

/* ---- Program headers that dlopen would die of, or worse ---- */

typedef struct BadSegment {
    const char *kind;
    ElfW(Word) type;  /* the first of this type */
    ElfW(Word) flags; /* and with these flags; 0: any */
    size_t field;
    uint64_t value;
    const char *says;
} BadSegment;

#define LESS_ALIGNED (1 << 24)
#define SET(field, value) offsetof(ElfW(Phdr), field), value

static const BadSegment bad_segments[] = {
    {"nothing to load first", PT_LOAD, PF_R, SET(p_type, PT_NULL), "damaged: "},
    {"header not readable", PT_LOAD, PF_R, SET(p_flags, PF_W), "first segment does not hold its header"},
    {"no code", PT_LOAD, PF_R | PF_X, SET(p_flags, PF_R), "no code to load"},
    {"code not readable", PT_LOAD, PF_R | PF_X, SET(p_flags, PF_W), "a segment is not readable"},
    {"behind the end", PT_LOAD, PF_R | PF_W, SET(p_filesz, 1 << 20), "it ends before its contents do"},
    {"offset that wraps", PT_LOAD, PF_R | PF_X, SET(p_offset, UINT64_MAX - 4095), "it ends before its contents do"},
    {"address that wraps", PT_LOAD, PF_R | PF_X, SET(p_vaddr, UINT64_MAX - 4095), "span more than an adapter's can"},
    {"overlapping segments", PT_LOAD, PF_R | PF_X, SET(p_vaddr, 0), "its segments overlap"},
    {"data not there", PT_LOAD, PF_R | PF_W, SET(p_type, PT_NULL), "what it needs at run time is not loaded"},
    {"segments far apart", PT_LOAD, PF_R | PF_X, SET(p_vaddr, 1 << 28), "damaged: "},
    {"a huge bss", PT_LOAD, PF_R | PF_W, SET(p_memsz, UINT64_C(3) << 29), "span more than an adapter's can"},
    {"no room for its contents", PT_LOAD, PF_R | PF_X, SET(p_memsz, 1), "not as large as its contents"},
    {"a bss in code", PT_LOAD, PF_R | PF_X, SET(p_filesz, 1), "not as large as its contents"},
    {"data not writable", PT_LOAD, PF_R | PF_W, SET(p_flags, PF_R), "is not writable"},
    {"no dynamic section", PT_DYNAMIC, 0, SET(p_type, PT_NULL), "no dynamic section, or several"},
    {"two dynamic sections", PT_GNU_EH_FRAME, 0, SET(p_type, PT_DYNAMIC), "no dynamic section, or several"},
    {"dynamic section elsewhere", PT_DYNAMIC, 0, SET(p_vaddr, 8), "what it needs at run time is not loaded"},
    {"dynamic section too long", PT_DYNAMIC, 0, SET(p_filesz, 4096), "damaged: "},
    {"program headers elsewhere", PT_PHDR, 0, SET(p_vaddr, 1 << 28), "what it needs at run time is not loaded"},
    {"unwinding elsewhere", PT_GNU_EH_FRAME, 0, SET(p_vaddr, 1 << 28), "what it needs at run time is not loaded"},
    {"all made read-only", PT_GNU_RELRO, 0, SET(p_memsz, 1 << 28), "is not writable"},
    {"protected without bound", PT_GNU_RELRO, 0, SET(p_memsz, UINT64_MAX - 15), "is not writable"},
    {"notes elsewhere", PT_NOTE, 0, SET(p_vaddr, 1 << 28), "what it needs at run time is not loaded"},
    {"notes without bound", PT_NOTE, 0, SET(p_memsz, 1 << 28), "what it needs at run time is not loaded"},
    {"an alignment between two", PT_LOAD, PF_R, SET(p_align, 0x1800), "an alignment is no power of two"},
    {"an alignment without bound", PT_LOAD, PF_R | PF_W, SET(p_align, UINT64_MAX - 4095), "an alignment is no power"},
    {"a very large alignment", PT_GNU_RELRO, 0, SET(p_align, UINT64_C(1) << (sizeof(void *) == 8 ? 59 : 31)),
     "or more than an adapter's can be"},
    {"less aligned than it says", PT_LOAD, PF_R | PF_W, SET(p_align, LESS_ALIGNED), "does not start where a page"},
    {"a program's interpreter", PT_GNU_EH_FRAME, 0, SET(p_type, PT_INTERP), "a program, expected a shared object"},
    {"no word about its stack", PT_GNU_STACK, 0, SET(p_type, PT_NULL), "it asks for an executable stack"},
};

static void check_bytes_refused(const char *folder, const unsigned char *file, size_t size, const char *says) {
    write_bytes(path_of(folder, "third-party.so"), file, size);
    check_refused(folder, "third-party", INVALID, says);
}

static ElfW(Phdr) * find_segment(unsigned char *file, ElfW(Word) type, ElfW(Word) flags) {
    const ElfW(Ehdr) *header = (const void *)file;
    ElfW(Phdr) *segments = (void *)(file + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == type && (flags == 0 || segments[i].p_flags == flags))
            return &segments[i];
    return NULL;
}

/* Where the linker made no such segment, or put code and header into one, there is nothing to spoil; nor is there an
   alignment where a segment's place in the file is its address. */
IN_A_FRESH_PROCESS(test_bad_segment) {
    const BadSegment *bad = argument;
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    unsigned char *segment = (void *)find_segment(file, bad->type, bad->flags);
    if (!segment || (bad->flags & PF_X && segment == (void *)find_segment(file, PT_LOAD, 0)))
        return;
    const ElfW(Phdr) *as_it_is = (const void *)segment;
    if (bad->field == offsetof(ElfW(Phdr), p_align) && bad->value == LESS_ALIGNED &&
        as_it_is->p_vaddr == as_it_is->p_offset)
        return;
    const ElfW(Word) word = (ElfW(Word))bad->value;
    const ElfW(Off) number = (ElfW(Off))bad->value;
    bool short_field = bad->field == offsetof(ElfW(Phdr), p_type) || bad->field == offsetof(ElfW(Phdr), p_flags);
    memcpy(segment + bad->field, short_field ? (const void *)&word : &number,
           short_field ? sizeof(word) : sizeof(number));
    write_bytes(path_of(folder, "third-party.so"), file, size);
    check_refused(folder, "third-party", INVALID, bad->says);
}

/* What is made read-only must end where its contents do: the page behind it is written to when the program ends. */
IN_A_FRESH_PROCESS(test_data_made_read_only) {
    (void)argument;
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    ElfW(Phdr) *relro = find_segment(file, PT_GNU_RELRO, 0);
    if (!relro)
        return;
    uint64_t end = (relro->p_vaddr + relro->p_filesz + page - 1) / page * page;
    relro->p_memsz = (ElfW(Off))(end + page - relro->p_vaddr);
    check_bytes_refused(folder, file, size, "what is written when it is loaded is not writable");
    relro->p_memsz = (ElfW(Off))(end - relro->p_vaddr); /* as one linker does it */
    write_bytes(path_of(folder, "third-party.so"), file, size);
    check(creates("third-party"));
}

/* Nor may it be said to have more contents than it has, in a file that is long enough for them. */
IN_A_FRESH_PROCESS(test_more_made_read_only_than_there_is) {
    (void)argument;
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    size_t size;
    const unsigned char *bytes = read_bytes(third_party(), &size);
    const ElfW(Phdr) *data = find_segment((unsigned char *)(uintptr_t)bytes, PT_LOAD, PF_R | PF_W);
    const uint64_t step = data && data->p_align > page ? data->p_align : page; /* data may be mapped in larger ones */
    const size_t longer = size + 3 * (size_t)step; /* whatever the segment says to begin with, the file has its bytes */
    unsigned char *file = calloc(1, longer);
    check(file);
    memcpy(file, bytes, size);
    ElfW(Phdr) *relro = find_segment(file, PT_GNU_RELRO, 0);
    if (!relro)
        return;
    uint64_t end = (relro->p_vaddr + relro->p_filesz + page - 1) / page * page;
    relro->p_memsz = (ElfW(Off))(end + page - relro->p_vaddr);
    relro->p_filesz = relro->p_memsz - 16;
    check_bytes_refused(folder, file, longer, "what is written when it is loaded is not writable");
    relro->p_filesz = relro->p_memsz + 16;
    check_bytes_refused(folder, file, longer, "what is written when it is loaded is not writable");
    relro->p_filesz = relro->p_memsz = (ElfW(Off))(end + 2 * step - relro->p_vaddr);
    check_bytes_refused(folder, file, longer, "what is written when it is loaded is not writable");
}

/* How far a segment may be from the one before is told by the larger of their alignments. */
IN_A_FRESH_PROCESS(test_alignments_that_differ) {
    enum { HUGE_PAGE = 2 << 20 };
    (void)argument;
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    ElfW(Phdr) *first = find_segment(file, PT_LOAD, PF_R), *code = find_segment(file, PT_LOAD, PF_R | PF_X);
    if (!first || !code)
        return;
    first->p_align = HUGE_PAGE;
    code->p_vaddr += HUGE_PAGE;
    check_bytes_refused(folder, file, size, "its segments overlap");
}

/* The first one, in a file in which nothing else tells that it was moved. */
IN_A_FRESH_PROCESS(test_first_segment_elsewhere) {
    (void)argument;
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    ElfW(Phdr) *first = find_segment(file, PT_LOAD, PF_R), *part;
    if (!first || first != find_segment(file, PT_LOAD, 0))
        return;
    const ElfW(Word) in_it[] = {PT_NOTE, PT_PHDR, PT_GNU_PROPERTY, PT_GNU_EH_FRAME};
    for (size_t i = 0; i < COUNT_OF(in_it); i++)
        while ((part = find_segment(file, in_it[i], 0)))
            part->p_type = PT_NULL;
    first->p_offset = first->p_align;
    check_bytes_refused(folder, file, size, "its first segment does not hold its header");
    first->p_offset = 0;
    first->p_vaddr = 1 << 28;
    check_bytes_refused(folder, file, size, "its segments span more than an adapter's can");
}

/* In the place of a header that nothing needs. */
IN_A_FRESH_PROCESS(test_thread_local_memory_without_bound) {
    (void)argument;
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    ElfW(Phdr) *part = find_segment(file, PT_GNU_EH_FRAME, 0);
    if (!part)
        return;
    part->p_type = PT_TLS;
    part->p_filesz = 16;
    part->p_memsz = (ElfW(Off))3 << 29;
    check_bytes_refused(folder, file, size, "its thread-local memory is not as large as its contents");
    part->p_memsz = 15;
    check_bytes_refused(folder, file, size, "its thread-local memory is not as large as its contents");
}

IN_A_FRESH_PROCESS(test_no_byte_of_code) {
    (void)argument;
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    ElfW(Phdr) *code = find_segment(file, PT_LOAD, PF_R | PF_X);
    if (!code || code == find_segment(file, PT_LOAD, 0))
        return;
    code->p_filesz = code->p_memsz = 0;
    check_bytes_refused(folder, file, size, "damaged: it has no code to load");
}

/* The end of it, without what tells where names and symbols are; and all of it but its end. */
IN_A_FRESH_PROCESS(test_part_of_the_dynamic_section) {
    enum { LEFT = 3 };
    (void)argument;
    size_t size;
    unsigned char *file = read_bytes(third_party(), &size);
    ElfW(Phdr) *dynamic = find_segment(file, PT_DYNAMIC, 0);
    const ElfW(Phdr) whole = *dynamic;
    const ElfW(Off) cut = whole.p_filesz - LEFT * sizeof(ElfW(Dyn));
    dynamic->p_offset += cut;
    dynamic->p_vaddr += cut;
    dynamic->p_filesz = dynamic->p_memsz = LEFT * sizeof(ElfW(Dyn));
    check_bytes_refused(folder, file, size, "its dynamic section is not one");
    *dynamic = whole;
    dynamic->p_filesz = dynamic->p_memsz = LEFT * sizeof(ElfW(Dyn));
    check_bytes_refused(folder, file, size, "its dynamic section is not one");
}

static const struct {
    size_t field;
    ElfW(Half) value;
} bad_counts[] = {
    {offsetof(ElfW(Ehdr), e_phnum), 0},
    {offsetof(ElfW(Ehdr), e_phnum), 0xffff},
    {offsetof(ElfW(Ehdr), e_phentsize), 8},
    {offsetof(ElfW(Ehdr), e_phoff) + 2 * (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__), 0x7fff},
};

IN_A_FRESH_PROCESS(test_bad_number_of_segments) {
    (void)argument;
    for (size_t i = 0; i < COUNT_OF(bad_counts); i++) {
        make_patched(path_of(folder, "third-party.so"), bad_counts[i].field, &bad_counts[i].value,
                     sizeof(bad_counts[i].value));
        check_refused(folder, "third-party", INVALID, "damaged: its program headers do not lie inside the file");
    }
}

void add_tests_of_elf(void) {
    ADD_EACH(test_bad_file, bad_images, kind);
    ADD_EACH(test_bad_segment, bad_segments, kind);
    ADD(test_bad_number_of_segments);
    ADD(test_data_made_read_only);
    ADD(test_more_made_read_only_than_there_is);
    ADD(test_alignments_that_differ);
    ADD(test_first_segment_elsewhere);
    ADD(test_thread_local_memory_without_bound);
    ADD(test_no_byte_of_code);
    ADD(test_part_of_the_dynamic_section);
}
