// SPDX-License-Identifier: MIT
// Reads the tables of exports and imports of a PE file.
#include <string.h>
#include <windows.h>

#include "symbols.h"

typedef struct Sections {
    const Image *image;
    const IMAGE_NT_HEADERS *headers;
    const IMAGE_SECTION_HEADER *all;
} Sections;

static bool find_sections(const Image *image, Sections *sections) {
    const IMAGE_DOS_HEADER *start = image_at(image, 0, 1, sizeof(*start));
    if (!start || start->e_magic != IMAGE_DOS_SIGNATURE || start->e_lfanew < 0 || start->e_lfanew % 4 != 0)
        return false;
    uint64_t at = (uint64_t)start->e_lfanew;
    const IMAGE_NT_HEADERS *headers = image_at(image, at, 1, sizeof(*headers));
    if (!headers || headers->Signature != IMAGE_NT_SIGNATURE ||
        headers->OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR_MAGIC)
        return false;
    sections->image = image;
    sections->headers = headers;
    at += offsetof(IMAGE_NT_HEADERS, OptionalHeader) + headers->FileHeader.SizeOfOptionalHeader;
    sections->all = image_at(image, at, headers->FileHeader.NumberOfSections, sizeof(*sections->all));
    return sections->all != NULL;
}

/* `count` entries at an address as it is when the file is loaded; NULL: they do not lie in one section's part of the
   file. */
static const void *loaded_at(const Sections *sections, uint64_t address, uint64_t count, uint64_t size) {
    for (unsigned i = 0; i < sections->headers->FileHeader.NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *section = &sections->all[i];
        uint64_t offset = address - section->VirtualAddress;
        if (address >= section->VirtualAddress && offset < section->SizeOfRawData &&
            count <= (section->SizeOfRawData - offset) / size)
            return image_at(sections->image, section->PointerToRawData + offset, count, size);
    }
    return NULL;
}

/* "" where it has no end in the file. */
static const char *name_at(const Sections *sections, uint64_t address) {
    const char *name = loaded_at(sections, address, 1, 1);
    const Image *image = sections->image;
    return name && memchr(name, '\0', image->size - (uint64_t)((const unsigned char *)name - image->bytes)) ? name : "";
}

static const void *directory_at(const Sections *sections, unsigned which, uint64_t size) {
    const IMAGE_OPTIONAL_HEADER *header = &sections->headers->OptionalHeader;
    uint64_t address = which < header->NumberOfRvaAndSizes ? header->DataDirectory[which].VirtualAddress : 0;
    return address ? loaded_at(sections, address, 1, size) : NULL;
}

static void visit_exports(const Sections *sections, SymbolVisit *visit, void *user) {
    const IMAGE_EXPORT_DIRECTORY *exports = directory_at(sections, IMAGE_DIRECTORY_ENTRY_EXPORT, sizeof(*exports));
    const DWORD *names =
        exports ? loaded_at(sections, exports->AddressOfNames, exports->NumberOfNames, sizeof(*names)) : NULL;
    for (DWORD i = 0; names && i < exports->NumberOfNames; i++)
        visit(name_at(sections, names[i]), true, user);
}

/* From one library. */
static void visit_imports_from(const Sections *sections, const IMAGE_IMPORT_DESCRIPTOR *library, SymbolVisit *visit,
                               void *user) {
    uint64_t address = library->OriginalFirstThunk ? library->OriginalFirstThunk : library->FirstThunk;
    const IMAGE_THUNK_DATA *entry;
    while ((entry = loaded_at(sections, address, 1, sizeof(*entry))) && entry->u1.AddressOfData) {
        if (!IMAGE_SNAP_BY_ORDINAL(entry->u1.Ordinal))
            visit(name_at(sections, entry->u1.AddressOfData + offsetof(IMAGE_IMPORT_BY_NAME, Name)), false, user);
        address += sizeof(*entry);
    }
}

static void visit_imports(const Sections *sections, SymbolVisit *visit, void *user) {
    const IMAGE_IMPORT_DESCRIPTOR *library = directory_at(sections, IMAGE_DIRECTORY_ENTRY_IMPORT, sizeof(*library));
    while (library && library->Name) {
        visit_imports_from(sections, library, visit, user);
        library = image_at(sections->image, (uint64_t)((const unsigned char *)(library + 1) - sections->image->bytes),
                           1, sizeof(*library));
    }
}

bool symbols_each(const Image *image, SymbolVisit *visit, void *user) {
    Sections sections;
    if (!find_sections(image, &sections))
        return false;
    visit_exports(&sections, visit, user);
    visit_imports(&sections, visit, user);
    return true;
}
