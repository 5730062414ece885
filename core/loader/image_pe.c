// SPDX-License-Identifier: MIT
// Judges a PE file before the loader of Windows sees it: its headers, and the tables that are walked when it is loaded.
#include "system/wide_windows.h"

#include "image.h"

#include <string.h>

#include "checked_math.h"

/* Of addresses, from the header to the end of the last section, and of thread-local memory: more is no adapter. */
#define LARGEST_IMAGE (UINT64_C(1) << 30)
#define LEAST_FILE_ALIGNMENT UINT64_C(512)
#define MOST_TEXT 4096 /* of a symbol's name */

enum { MOST_SECTIONS = 96, PAGE = 4096 };

/* The machine this is compiled for, in the terms of PE. */
#if defined(__x86_64__) || defined(_M_X64)
enum { OWN_MACHINE = IMAGE_FILE_MACHINE_AMD64 };
#elif defined(__aarch64__) || defined(_M_ARM64)
enum { OWN_MACHINE = IMAGE_FILE_MACHINE_ARM64 };
#else
enum { OWN_MACHINE = IMAGE_FILE_MACHINE_I386 };
#endif

typedef struct Image {
    HANDLE file;
    uint64_t size;
    IMAGE_NT_HEADERS headers;
    uint64_t headers_at;
    IMAGE_SECTION_HEADER sections[MOST_SECTIONS];
    unsigned count;
} Image;

/* ---- Reading ---- */

static bool lies_inside(uint64_t offset, uint64_t length, uint64_t size) {
    return offset <= size && length <= size - offset;
}

static bool read_at(const Image *image, uint64_t offset, void *bytes, size_t size) {
    OVERLAPPED at = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
    DWORD got = 0;
    return lies_inside(offset, size, image->size) && ReadFile(image->file, bytes, (DWORD)size, &got, &at) &&
           got == size;
}

static uint64_t size_in_memory(const IMAGE_SECTION_HEADER *section) {
    return section->Misc.VirtualSize ? section->Misc.VirtualSize : section->SizeOfRawData;
}

static uint64_t size_in_file(const IMAGE_SECTION_HEADER *section) {
    return min_u64(section->SizeOfRawData, size_in_memory(section));
}

/* How many bytes of the image the file brings from that address on, up to the end of a section; 0: none. They are at
 *offset. */
static uint64_t bytes_at(const Image *image, uint64_t address, uint64_t *offset) {
    for (unsigned i = 0; i < image->count; i++) {
        const IMAGE_SECTION_HEADER *section = &image->sections[i];
        uint64_t before = address - section->VirtualAddress;
        if (address >= section->VirtualAddress && before < size_in_file(section)) {
            *offset = section->PointerToRawData + before;
            return size_in_file(section) - before;
        }
    }
    return 0;
}

static bool is_loaded(const Image *image, uint64_t address, uint64_t size) {
    uint64_t offset, bytes = bytes_at(image, address, &offset);
    return bytes > 0 && bytes >= size;
}

/* What will be at an address of the image; `size` is above 0. */
static bool read_loaded(const Image *image, uint64_t address, void *bytes, size_t size) {
    uint64_t offset;
    return bytes_at(image, address, &offset) >= size && read_at(image, offset, bytes, size);
}

/* Whether a text begins there, and ends where its section's bytes do at the latest. */
static bool is_text(const Image *image, uint64_t address) {
    char part[64];
    uint64_t offset, left = min_u64(bytes_at(image, address, &offset), MOST_TEXT);
    while (left > 0) {
        size_t size = (size_t)min_u64(left, sizeof(part));
        if (!read_at(image, offset, part, size))
            return false;
        if (memchr(part, 0, size))
            return true;
        offset += size;
        left -= size;
    }
    return false;
}

/* ---- Headers ---- */

static const char *check_kind(const IMAGE_NT_HEADERS *headers) {
    if (headers->FileHeader.Machine != OWN_MACHINE || headers->OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR_MAGIC)
        return "made for another machine than this process runs on";
    if (!(headers->FileHeader.Characteristics & IMAGE_FILE_DLL) ||
        !(headers->FileHeader.Characteristics & IMAGE_FILE_EXECUTABLE_IMAGE))
        return "not a plugin: a PE file, but no DLL";
    if (headers->FileHeader.SizeOfOptionalHeader < sizeof(headers->OptionalHeader) ||
        headers->OptionalHeader.NumberOfRvaAndSizes > IMAGE_NUMBEROF_DIRECTORY_ENTRIES)
        return "damaged: its header is not as large as its contents";
    return NULL;
}

static const char *check_sizes(const IMAGE_OPTIONAL_HEADER *header, uint64_t size) {
    if (!is_power_of_two(header->FileAlignment) || !is_power_of_two(header->SectionAlignment) ||
        header->FileAlignment < LEAST_FILE_ALIGNMENT || header->SectionAlignment < max_u64(header->FileAlignment, PAGE))
        return "damaged: an alignment is no power of two, or too small";
    if (header->SizeOfImage > LARGEST_IMAGE || header->SectionAlignment > LARGEST_IMAGE ||
        header->SizeOfStackReserve > LARGEST_IMAGE)
        return "damaged: its sections span more than an adapter's can";
    if (header->SizeOfHeaders > size || header->SizeOfHeaders > header->SizeOfImage || header->ImageBase % 65536 != 0)
        return "damaged: its header does not lie inside the file, or its image";
    return NULL;
}

static const char *read_headers(Image *image) {
    IMAGE_DOS_HEADER dos;
    if (image->size < sizeof(dos) || !read_at(image, 0, &dos, sizeof(dos)))
        return "not a plugin: too short for a DLL";
    if (dos.e_magic != IMAGE_DOS_SIGNATURE)
        return memcmp(&dos, "!<", 2) == 0 ? "not a plugin: a static archive, expected a DLL"
                                          : "not a plugin: no PE file";
    image->headers_at = (uint64_t)dos.e_lfanew;
    if (dos.e_lfanew < (LONG)sizeof(dos) || dos.e_lfanew % 4 != 0 ||
        !read_at(image, image->headers_at, &image->headers, sizeof(image->headers)) ||
        image->headers.Signature != IMAGE_NT_SIGNATURE)
        return "not a plugin: no PE file, or a damaged one";
    const char *fault = check_kind(&image->headers);
    return fault ? fault : check_sizes(&image->headers.OptionalHeader, image->size);
}

/* ---- Sections ---- */

/* Where the sections so far end, in the image and in the file. */
typedef struct Ends {
    uint64_t loaded, stored;
} Ends;

/* Nothing lies between sections but what fills up to the alignment, as linkers do it and the system demands it. */
static const char *check_place(const Image *image, const IMAGE_SECTION_HEADER *section, const Ends *before) {
    const IMAGE_OPTIONAL_HEADER *header = &image->headers.OptionalHeader;
    uint64_t stored = section->SizeOfRawData > 0 ? round_up(before->stored, header->FileAlignment) : 0;
    if (section->VirtualAddress != round_up(before->loaded, header->SectionAlignment) ||
        section->PointerToRawData != stored)
        return "damaged: its sections overlap, or lie too far apart";
    if (!lies_inside(stored, section->SizeOfRawData, image->size))
        return "damaged: it ends before its contents do";
    return size_in_memory(section) > 0 &&
                   lies_inside(section->VirtualAddress, size_in_memory(section), header->SizeOfImage)
               ? NULL
               : "damaged: a section does not lie inside its image";
}

static const char *check_rights(DWORD section) {
    if ((section & IMAGE_SCN_MEM_EXECUTE) && (section & IMAGE_SCN_MEM_WRITE))
        return "refused: it has code that can be written";
    const DWORD both = IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_CNT_CODE, code = section & both;
    if (code && code != both)
        return "damaged: it has code that is not to be run, or runs what is no code";
    return section & (IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_EXECUTE) ? NULL : "damaged: a section is not readable";
}

static const char *check_sections(Image *image) {
    const IMAGE_OPTIONAL_HEADER *header = &image->headers.OptionalHeader;
    uint64_t from =
        image->headers_at + offsetof(IMAGE_NT_HEADERS, OptionalHeader) + image->headers.FileHeader.SizeOfOptionalHeader;
    Ends ends = {header->SizeOfHeaders, header->SizeOfHeaders};
    bool begins = header->AddressOfEntryPoint == 0; /* it has nothing to do at its start */
    image->count = image->headers.FileHeader.NumberOfSections;
    if (image->count == 0 || image->count > MOST_SECTIONS ||
        !lies_inside(from, image->count * sizeof(image->sections[0]), header->SizeOfHeaders) ||
        !read_at(image, from, image->sections, image->count * sizeof(image->sections[0])))
        return "damaged: its section headers do not lie inside its header";
    for (unsigned i = 0; i < image->count; i++) {
        const IMAGE_SECTION_HEADER *section = &image->sections[i];
        const char *place = check_place(image, section, &ends), *rights = check_rights(section->Characteristics);
        if (place || rights)
            return place ? place : rights;
        ends.loaded = section->VirtualAddress + size_in_memory(section);
        ends.stored = max_u64(ends.stored, (uint64_t)section->PointerToRawData + section->SizeOfRawData);
        begins = begins ||
                 ((section->Characteristics & IMAGE_SCN_MEM_EXECUTE) &&
                  header->AddressOfEntryPoint >= section->VirtualAddress && header->AddressOfEntryPoint < ends.loaded);
    }
    if (round_up(ends.loaded, header->SectionAlignment) != header->SizeOfImage)
        return "damaged: its image is not as large as its sections";
    return begins ? NULL : "damaged: it does not begin in its code";
}

/* ---- Tables ---- */

static IMAGE_DATA_DIRECTORY directory(const Image *image, unsigned number) {
    const IMAGE_DATA_DIRECTORY none = {0, 0};
    return number < image->headers.OptionalHeader.NumberOfRvaAndSizes
               ? image->headers.OptionalHeader.DataDirectory[number]
               : none;
}

static const char *check_places(const Image *image) {
    static const unsigned char loaded[] = {
        IMAGE_DIRECTORY_ENTRY_EXPORT,       IMAGE_DIRECTORY_ENTRY_IMPORT, IMAGE_DIRECTORY_ENTRY_RESOURCE,
        IMAGE_DIRECTORY_ENTRY_EXCEPTION,    IMAGE_DIRECTORY_ENTRY_TLS,    IMAGE_DIRECTORY_ENTRY_BASERELOC,
        IMAGE_DIRECTORY_ENTRY_DEBUG,        IMAGE_DIRECTORY_ENTRY_IAT,    IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG,
        IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT,
    };
    for (size_t i = 0; i < sizeof(loaded); i++) {
        IMAGE_DATA_DIRECTORY place = directory(image, loaded[i]);
        if (place.VirtualAddress && !is_loaded(image, place.VirtualAddress, place.Size))
            return "damaged: what it needs at run time is not loaded";
    }
    if (directory(image, IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR).VirtualAddress)
        return "not a plugin: an assembly of .NET, expected a DLL of machine code";
    return NULL;
}

static bool export_is_sound(const Image *image, const IMAGE_EXPORT_DIRECTORY *exports, DWORD index) {
    DWORD name;
    WORD ordinal;
    return read_loaded(image, exports->AddressOfNames + (uint64_t)index * sizeof(name), &name, sizeof(name)) &&
           read_loaded(image, exports->AddressOfNameOrdinals + (uint64_t)index * sizeof(ordinal), &ordinal,
                       sizeof(ordinal)) &&
           ordinal < exports->NumberOfFunctions && is_text(image, name);
}

static const char *check_exports(const Image *image) {
    enum { MOST = 1 << 16 };
    IMAGE_DATA_DIRECTORY place = directory(image, IMAGE_DIRECTORY_ENTRY_EXPORT);
    IMAGE_EXPORT_DIRECTORY exports;
    if (!place.VirtualAddress)
        return NULL;
    bool sound = read_loaded(image, place.VirtualAddress, &exports, sizeof(exports)) &&
                 exports.NumberOfFunctions <= MOST && exports.NumberOfNames <= MOST &&
                 is_loaded(image, exports.AddressOfFunctions, exports.NumberOfFunctions * sizeof(DWORD));
    for (DWORD i = 0; sound && i < exports.NumberOfNames; i++)
        sound = export_is_sound(image, &exports, i);
    return sound ? NULL : "damaged: what it exports does not lie inside the file";
}

/* Of one DLL, up to a 0: by number, or by a name that a hint of two bytes stands before. */
static bool thunks_are_sound(const Image *image, uint64_t at) {
    IMAGE_THUNK_DATA thunk;
    for (; read_loaded(image, at, &thunk, sizeof(thunk)); at += sizeof(thunk)) {
        if (thunk.u1.AddressOfData == 0)
            return true;
        if (!IMAGE_SNAP_BY_ORDINAL(thunk.u1.Ordinal) &&
            (thunk.u1.AddressOfData > LARGEST_IMAGE || !is_text(image, thunk.u1.AddressOfData + sizeof(WORD))))
            return false;
    }
    return false;
}

static const char *check_imports(const Image *image) {
    static const char fault[] = "damaged: what it imports does not lie inside the file";
    IMAGE_IMPORT_DESCRIPTOR from;
    uint64_t at = directory(image, IMAGE_DIRECTORY_ENTRY_IMPORT).VirtualAddress;
    for (; at; at += sizeof(from)) {
        if (!read_loaded(image, at, &from, sizeof(from)))
            return fault;
        if (from.Name == 0 || from.FirstThunk == 0)
            return NULL;
        if (!is_text(image, from.Name) || !thunks_are_sound(image, from.FirstThunk) ||
            (from.OriginalFirstThunk && !thunks_are_sound(image, from.OriginalFirstThunk)))
            return fault;
    }
    return NULL;
}

/* Blocks of one page each; what they add to lies in the image by that. */
static const char *check_relocations(const Image *image) {
    IMAGE_DATA_DIRECTORY place = directory(image, IMAGE_DIRECTORY_ENTRY_BASERELOC);
    IMAGE_BASE_RELOCATION block;
    for (uint64_t at = 0; at < place.Size; at += block.SizeOfBlock)
        if (!read_loaded(image, place.VirtualAddress + at, &block, sizeof(block)) ||
            block.SizeOfBlock < sizeof(block) || block.SizeOfBlock % 2 != 0 ||
            !lies_inside(at, block.SizeOfBlock, place.Size) || block.VirtualAddress % PAGE != 0 ||
            !lies_inside(block.VirtualAddress, PAGE, image->headers.OptionalHeader.SizeOfImage))
            return "damaged: its relocations do not lie inside the file, or its image";
    return NULL;
}

/* Addresses in this table are of an image at the place that it would like best. */
static const char *check_thread_local(const Image *image) {
    IMAGE_DATA_DIRECTORY place = directory(image, IMAGE_DIRECTORY_ENTRY_TLS);
    IMAGE_TLS_DIRECTORY table;
    uint64_t base = image->headers.OptionalHeader.ImageBase;
    if (!place.VirtualAddress)
        return NULL;
    if (!read_loaded(image, place.VirtualAddress, &table, sizeof(table)))
        return "damaged: its thread-local memory is not told";
    uint64_t end = image->headers.OptionalHeader.SizeOfImage,
             length = table.EndAddressOfRawData - table.StartAddressOfRawData;
    bool inside = lies_inside(table.StartAddressOfRawData - base, length, end) &&
                  lies_inside(table.AddressOfIndex - base, sizeof(DWORD), end) &&
                  (!table.AddressOfCallBacks || lies_inside(table.AddressOfCallBacks - base, sizeof(void *), end));
    return inside && table.SizeOfZeroFill <= LARGEST_IMAGE
               ? NULL
               : "damaged: its thread-local memory does not lie inside its image, or is more than an adapter's can be";
}

const char *image_check(intptr_t file, uint64_t size) {
    typedef const char *Check(const Image *image);
    static Check *const checks[] = {check_places, check_exports, check_imports, check_relocations, check_thread_local};
    Image image;
    image.file = (HANDLE)file;
    image.size = size;
    const char *fault = read_headers(&image);
    if (!fault)
        fault = check_sections(&image);
    for (size_t i = 0; !fault && i < sizeof(checks) / sizeof(checks[0]); i++)
        fault = checks[i](&image);
    return fault;
}
