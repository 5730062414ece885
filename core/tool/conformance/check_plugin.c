// SPDX-License-Identifier: MIT
// What a plugin's file exports and needs, read from its ELF table of dynamic symbols.
#define _GNU_SOURCE
#include <elf.h>
#include <inttypes.h>
#include <link.h> /* ElfW: this process's own class */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"

/* The file as it is on disk. */
typedef struct Image {
    unsigned char *bytes;
    uint64_t size;
} Image;

static Image image_read(const char *path) {
    Image image = {NULL, 0};
    FILE *file = fopen(path, "rb");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size > 0 && fseek(file, 0, SEEK_SET) == 0)
        image.bytes = malloc((size_t)size);
    if (image.bytes && fread(image.bytes, 1, (size_t)size, file) == (size_t)size)
        image.size = (uint64_t)size;
    if (file)
        fclose(file);
    return image;
}

/* `count` entries of `size` bytes at `offset`; NULL: they do not lie inside the file, or not aligned. */
static const void *image_at(const Image *image, uint64_t offset, uint64_t count, uint64_t size) {
    if (offset > image->size || count > (image->size - offset) / size || offset % 4 != 0)
        return NULL;
    return image->bytes + offset;
}

typedef struct Symbols {
    const ElfW(Sym) * all;
    uint64_t count;
    const char *names;
    uint64_t names_size;
} Symbols;

static const char *symbol_name(const Symbols *symbols, uint64_t index) {
    uint64_t at = symbols->all[index].st_name;
    bool inside = at < symbols->names_size && memchr(symbols->names + at, '\0', symbols->names_size - at);
    return inside ? symbols->names + at : "";
}

static bool find_symbols(const Image *image, Symbols *symbols) {
    const ElfW(Ehdr) *header = image_at(image, 0, 1, sizeof(*header));
    if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_shentsize != sizeof(ElfW(Shdr)))
        return false;
    const ElfW(Shdr) *sections = image_at(image, header->e_shoff, header->e_shnum, sizeof(*sections));
    for (unsigned i = 0; sections && i < header->e_shnum; i++) {
        const ElfW(Shdr) *table = &sections[i];
        if (table->sh_type != SHT_DYNSYM || table->sh_link >= header->e_shnum)
            continue;
        const ElfW(Shdr) *names = &sections[table->sh_link];
        symbols->count = table->sh_size / sizeof(ElfW(Sym));
        symbols->all = image_at(image, table->sh_offset, symbols->count, sizeof(ElfW(Sym)));
        symbols->names_size = names->sh_size;
        if (names->sh_offset > image->size || names->sh_size > image->size - names->sh_offset)
            return false;
        symbols->names = (const char *)image->bytes + names->sh_offset;
        return symbols->all != NULL;
    }
    return false;
}

/* What is wrong with them, into `message`; "" where nothing is. */
static void judge_symbols(const Symbols *symbols, char *message, size_t size) {
    bool descriptor = false;
    message[0] = '\0';
    for (uint64_t i = 1; i < symbols->count && !message[0]; i++) {
        const char *name = symbol_name(symbols, i);
        bool defined = symbols->all[i].st_shndx != SHN_UNDEF;
        if (strncmp(name, "samrena_", strlen("samrena_")) != 0)
            continue;
        if (!defined)
            snprintf(message, size, "it needs %s of libsamrena: use the host's table instead", name);
        else if (strcmp(name, "samrena_adapter") != 0)
            snprintf(message, size, "it exports %s beside samrena_adapter: make it static or hidden", name);
        else
            descriptor = true;
    }
    if (!message[0] && !descriptor)
        snprintf(message, size, "it does not export samrena_adapter");
}

void check_plugin_symbols(Trial *trial) {
    char message[sizeof(trial->message)];
    if (!trial->subject->plugin_file)
        skip(trial, "linked into the program, not a plugin file");
    Image image = image_read(trial->subject->plugin_file);
    Symbols symbols;
    bool found = image.size > 0 && find_symbols(&image, &symbols);
    if (found)
        judge_symbols(&symbols, message, sizeof(message));
    free(image.bytes);
    if (!found)
        skip(trial, "%s has no section with dynamic symbols", trial->subject->plugin_file);
    REQUIRE(trial, !message[0], "%s", message);
}
