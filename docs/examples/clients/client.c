// SPDX-License-Identifier: MIT
// What the clients share: texts that are read or made up, and digests of results.
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void client_fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* ---- Texts ---- */

static char *room_for(size_t size) {
    char *bytes = malloc(size + 1);
    if (!bytes)
        client_fail("no memory for the text");
    bytes[size] = '\0';
    return bytes;
}

/* In one block: what reading leaves behind on the heap would be a gift to the job. */
static Text read_text(const char *name) {
    FILE *file = fopen(name, "rb");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size < 0) {
        fprintf(stderr, "cannot read '%s': %s\n", name, strerror(errno));
        exit(2);
    }
    rewind(file);
    char *bytes = room_for((size_t)size);
    if (fread(bytes, 1, (size_t)size, file) != (size_t)size)
        client_fail("the text changes while it is read");
    fclose(file);
    return (Text){bytes, (size_t)size};
}

static const struct {
    const char *start, *before, *after, *end; /* of the text; of a line */
} frames[] = {
    [PLAIN_TEXT] = {"", "", "\n", ""},
    [XML_TEXT] = {"<lines>\n", "<line kind=\"made up\">", "</line>\n", "</lines>\n"},
    [JSON_TEXT] = {"{\"lines\": [\n", "{\"line\": \"", "\", \"made\": \"up\"},\n", "null]}\n"},
};

/* Words of two to nine letters, the same each time. */
static char *append_words(char *end, int words, uint64_t *state) {
    for (int i = 0; i < words; i++) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t letters = *state >> 16;
        if (i > 0)
            *end++ = ' ';
        for (uint64_t length = 2 + (letters & 7); length > 0; length--, letters /= 26)
            *end++ = (char)('a' + letters % 26);
    }
    return end;
}

static char *append(char *end, const char *string) {
    size_t length = strlen(string);
    memcpy(end, string, length);
    return end + length;
}

static Text make_text(TextKind kind) {
    enum { LINES = 8000, WORDS = 16, LINE_MOST = WORDS * 10 + 64 };
    char *bytes = room_for((LINES + 2) * LINE_MOST);
    char *end = append(bytes, frames[kind].start);
    uint64_t state = 1;
    for (int i = 0; i < LINES; i++) {
        end = append(end, frames[kind].before);
        end = append_words(end, WORDS, &state);
        end = append(end, frames[kind].after);
    }
    end = append(end, frames[kind].end);
    *end = '\0';
    return (Text){bytes, (size_t)(end - bytes)};
}

static bool is_there(const char *name) {
    FILE *file = fopen(name, "rb");
    return file && fclose(file) == 0;
}

Text client_text(const Client *client, const char *file, bool tell) {
    if (!file && is_there(client->file))
        file = client->file;
    Text text = file ? read_text(file) : make_text(client->kind);
    if (tell)
        printf("%s: %s%s, %.1f MiB\n", client->name, file ? file : client->file,
               file ? "" : " is not there; a text is made up", (double)text.size / 0x1p20);
    return text;
}

uint64_t client_need(const Client *client, Text text) {
    return text.size / 100 * client->need;
}

static Text take(Text *rest, size_t size, size_t behind) {
    Text taken = {rest->bytes, size};
    rest->bytes += size + behind;
    rest->size -= size + behind;
    return taken;
}

static bool take_up_to(Text *rest, Text *taken, char mark) {
    if (rest->size == 0)
        return false;
    const char *end = memchr(rest->bytes, mark, rest->size);
    *taken = end ? take(rest, (size_t)(end - rest->bytes), 1) : take(rest, rest->size, 0);
    return true;
}

bool text_line(Text *rest, Text *line) {
    return take_up_to(rest, line, '\n');
}

bool text_word(Text *rest, Text *word) {
    while (take_up_to(rest, word, ' '))
        if (word->size > 0)
            return true;
    return false;
}

bool text_part(Text *rest, Text *part, size_t size) {
    *part = take(rest, size < rest->size ? size : rest->size, 0);
    return part->size > 0;
}

/* ---- Digests ---- */

/* Each step can be undone, so that no difference gets lost on the way. */
static uint64_t digest_word(uint64_t digest, uint64_t word) {
    digest = (digest ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ digest >> 32;
}

uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    digest = digest_word(digest, size);
    for (; size > 0;) {
        uint64_t word = 0;
        size_t step = size < sizeof(word) ? size : sizeof(word);
        memcpy(&word, next, step);
        digest = digest_word(digest, word);
        next += step;
        size -= step;
    }
    return digest;
}

uint64_t digest_string(uint64_t digest, const char *string) {
    return string ? digest_bytes(digest, string, strlen(string)) : digest_word(digest, UINT64_MAX);
}
