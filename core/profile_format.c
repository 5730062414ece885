// SPDX-License-Identifier: MIT
// From a profile to its text.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "profile_hash.h"
#include "samrena/adapter.h"

/* Text that grows on the heap; NULL: there was no memory. */
typedef struct Buffer {
    char *text;
    size_t size;
    size_t room;
} Buffer;

static void add_bytes(Buffer *buffer, const char *bytes, size_t size) {
    if (!buffer->text)
        return;
    if (size > buffer->room - buffer->size) {
        size_t room = (buffer->room + size) * 2;
        char *larger = realloc(buffer->text, room);
        if (!larger)
            free(buffer->text);
        buffer->text = larger;
        buffer->room = room;
        if (!larger)
            return;
    }
    memcpy(buffer->text + buffer->size, bytes, size);
    buffer->size += size;
}

static void add_text(Buffer *buffer, const char *format, ...) SAMRENA_PRINTF_FORMAT(2, 3);
static void add_text(Buffer *buffer, const char *format, ...) {
    char line[320]; /* more than the numbers of one line need */
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    add_bytes(buffer, line, (size_t)length);
}

static void add_name(Buffer *buffer, const char *name) {
    for (; *name; name++) {
        unsigned char byte = (unsigned char)*name;
        if (byte < ' ' || byte == 0x7f || byte == '"' || byte == '\\')
            add_text(buffer, "\\x%02x", byte);
        else
            add_bytes(buffer, name, 1);
    }
}

static void add_record(Buffer *buffer, const LabelRecord *record) {
    Sizes sizes = record->sizes;
    sizes_settle(&sizes);
    add_text(buffer, "label \"");
    add_name(buffer, record->name);
    add_text(buffer,
             "\" arenas %" PRIu64 " rounds %" PRIu64 " most %" PRIu64 " calls %" PRIu64 " avoided %" PRIu64
             " regretted %" PRIu64 "\nsizes",
             record->arenas, record->rounds, record->most, record->calls, record->avoided, record->regretted);
    for (unsigned bin = 0; bin < SIZE_CLASSES; bin++)
        if (sizes_count(&sizes, bin) > 0)
            add_text(buffer, " %" PRIu64 " %u", size_class_top(bin), sizes_count(&sizes, bin));
    add_text(buffer, "\n");
}

char *profile_format(const Profile *profile, size_t *size) {
    Buffer buffer = {.text = malloc(256), .room = 256};
    add_text(&buffer, PROFILE_HEAD);
    for (size_t i = 0; i < profile->count; i++)
        add_record(&buffer, &profile->records[i]);
    uint64_t hash = buffer.text ? profile_hash(buffer.text, buffer.size) : 0;
    add_text(&buffer, "end %zu %016" PRIx64 "\n", profile->count, hash);
    *size = buffer.size;
    return buffer.text;
}
