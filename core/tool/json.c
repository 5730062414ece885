// SPDX-License-Identifier: MIT
// Writes JSON to stdout.
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stddef.h>

static bool first = true; /* of what is open */

/* Length of the UTF-8 character at `at`; 0: it is none. Overlong forms, surrogates and what is beyond Unicode are not.
 */
static size_t utf8_length(const unsigned char *at) {
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) || (at[0] == 0xF0 && at[1] < 0x90) ||
        (at[0] == 0xF4 && at[1] > 0x8F))
        return 0;
    return length;
}

static void write_string(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    putchar('"');
    while (*at) {
        size_t length = utf8_length(at);
        if (length == 0)
            fputs("\\ufffd", stdout);
        else if (*at < 0x20 || *at == 0x7F)
            printf("\\u%04x", *at);
        else if (*at == '"' || *at == '\\')
            printf("\\%c", *at);
        else
            fwrite(at, 1, length, stdout);
        at += length ? length : 1;
    }
    putchar('"');
}

static void begin(const char *key) {
    if (!first)
        fputs(", ", stdout);
    first = false;
    if (key) {
        write_string(key);
        fputs(": ", stdout);
    }
}

void json_open(const char *key, char bracket) {
    begin(key);
    putchar(bracket);
    first = true;
}

void json_close(char bracket) {
    putchar(bracket);
    first = false;
}

void json_text(const char *key, const char *text) {
    begin(key);
    if (text)
        write_string(text);
    else
        fputs("null", stdout);
}

void json_number(const char *key, uint64_t number) {
    begin(key);
    printf("%" PRIu64, number);
}

void json_bool(const char *key, bool value) {
    begin(key);
    fputs(value ? "true" : "false", stdout);
}

void json_end(void) {
    putchar('\n');
    first = true;
}
