// SPDX-License-Identifier: MIT
// Reads the table of dynamic symbols of an ELF file.
#define _GNU_SOURCE
#include <elf.h>
#include <link.h> /* ElfW: this process's own class */
#include <string.h>

#include "symbols.h"

typedef struct Symbols {
    const ElfW(Sym) * all;
    uint64_t count;
    const char *names;
    uint64_t names_size;
} Symbols;

static const char *symbol_name(const Symbols *symbols, uint64_t index) {
    uint64_t at = symbols->all[index].st_name;
    bool inside = at < symbols->names_size && memchr(symbols->names + at, '\0', (size_t)(symbols->names_size - at));
    return inside ? symbols->names + at : "";
}

/* As image_at(), for what is read in place. */
static const void *table_at(const Image *image, uint64_t offset, uint64_t count, uint64_t size) {
    return offset % 4 == 0 ? image_at(image, offset, count, size) : NULL;
}

static bool find_symbols(const Image *image, Symbols *symbols) {
    const ElfW(Ehdr) *header = table_at(image, 0, 1, sizeof(*header));
    if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_shentsize != sizeof(ElfW(Shdr)))
        return false;
    const ElfW(Shdr) *sections = table_at(image, header->e_shoff, header->e_shnum, sizeof(*sections));
    for (unsigned i = 0; sections && i < header->e_shnum; i++) {
        const ElfW(Shdr) *table = &sections[i];
        if (table->sh_type != SHT_DYNSYM || table->sh_link >= header->e_shnum)
            continue;
        const ElfW(Shdr) *names = &sections[table->sh_link];
        symbols->count = table->sh_size / sizeof(ElfW(Sym));
        symbols->all = table_at(image, table->sh_offset, symbols->count, sizeof(ElfW(Sym)));
        symbols->names_size = names->sh_size;
        if (names->sh_offset > image->size || names->sh_size > image->size - names->sh_offset)
            return false;
        symbols->names = (const char *)image->bytes + names->sh_offset;
        return symbols->all != NULL;
    }
    return false;
}

bool symbols_each(const Image *image, SymbolVisit *visit, void *user) {
    Symbols symbols;
    if (!find_symbols(image, &symbols))
        return false;
    for (uint64_t i = 1; i < symbols.count; i++)
        visit(symbol_name(&symbols, i), symbols.all[i].st_shndx != SHN_UNDEF, user);
    return true;
}
