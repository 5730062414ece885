// SPDX-License-Identifier: MIT
// From a profile's text to the profile: all of it, or nothing and the reason.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "profile_hash.h"

/* Where reading stands; the text ends in a 0, which no line has. */
typedef struct Parser {
    char *at;
    const char *end;
    unsigned line;
    char *reason; /* "" until something is wrong */
} Parser;

static bool fail_parse(Parser *parser, const char *what) {
    snprintf(parser->reason, PROFILE_REASON, "line %u: %s", parser->line, what);
    return false;
}

/* ---- Words ---- */

static bool take_text(Parser *parser, const char *text, const char *expected) {
    size_t length = strlen(text);
    if (strncmp(parser->at, text, length) != 0)
        return fail_parse(parser, expected);
    parser->at += length;
    return true;
}

static bool take_newline(Parser *parser) {
    if (*parser->at != '\n')
        return fail_parse(parser, *parser->at ? "there is more than there should be" : "it ends in the middle");
    parser->at++;
    parser->line++;
    return true;
}

static bool parse_number(Parser *parser, uint64_t *number) {
    uint64_t value = 0;
    const char *from = parser->at;
    for (; *parser->at >= '0' && *parser->at <= '9'; parser->at++) {
        unsigned digit = (unsigned)(*parser->at - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return fail_parse(parser, "a number is above 2^64");
        value = value * 10 + digit;
    }
    *number = value;
    if (parser->at > from)
        return true;
    return fail_parse(parser, "a number is missing");
}

static bool take_field(Parser *parser, const char *name, uint64_t *number) {
    return take_text(parser, name, "a field is missing, or another one is there") && parse_number(parser, number);
}

static int hex_digit(char digit) {
    return digit >= '0' && digit <= '9' ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The byte after a backslash; -1: it is none that a name can have. */
static int escaped_byte(const char *at) {
    int high = at[0] == 'x' ? hex_digit(at[1]) : -1;
    int low = high >= 0 ? hex_digit(at[2]) : -1;
    return low >= 0 && high * 16 + low > 0 ? high * 16 + low : -1;
}

/* Up to the quote; it comes to stand where it is, ended by a 0. */
static bool take_name(Parser *parser, const char **name) {
    char *to = parser->at;
    *name = to;
    while (*parser->at != '"') {
        int byte = (unsigned char)*parser->at;
        if (byte < ' ' || byte == 0x7f)
            return fail_parse(parser, "a name is not ended, or has a control character");
        if (byte == '\\') {
            byte = escaped_byte(parser->at + 1);
            parser->at += 3;
        }
        if (byte < 0)
            return fail_parse(parser, "a name has an escape other than \\xHH");
        parser->at++;
        *to++ = (char)byte;
    }
    parser->at++;
    *to = '\0';
    return true;
}

/* ---- Lines ---- */

static bool take_size(Parser *parser, Sizes *sizes, unsigned *least_class, unsigned *total) {
    uint64_t size, count;
    if (!take_text(parser, " ", "a size is missing") || !parse_number(parser, &size) ||
        !take_text(parser, " ", "a count is missing") || !parse_number(parser, &count))
        return false;
    unsigned bin = size_class(size);
    if (size_class_top(bin) != size || bin < *least_class)
        return fail_parse(parser, "a size is not that of a bin, or not in order");
    if (count == 0 || count > SIZES_REMEMBERED - *total)
        return fail_parse(parser, "there are more counts than a label keeps, or one of 0");
    sizes->words[bin / SIZES_IN_A_WORD] += (size_t)count << sizes_shift(bin);
    *least_class = bin + 1;
    *total += (unsigned)count;
    return true;
}

static bool take_sizes(Parser *parser, Sizes *sizes) {
    unsigned least_class = 0, total = 0;
    if (!take_text(parser, "sizes", "\"sizes\" is missing"))
        return false;
    while (*parser->at != '\n')
        if (!take_size(parser, sizes, &least_class, &total))
            return false;
    return take_newline(parser);
}

static bool take_record(Parser *parser, LabelRecord *record) {
    return take_text(parser, "label \"", "neither a label nor the end") && take_name(parser, &record->name) &&
           take_field(parser, " arenas ", &record->arenas) && take_field(parser, " rounds ", &record->rounds) &&
           take_field(parser, " most ", &record->most) && take_field(parser, " calls ", &record->calls) &&
           take_field(parser, " avoided ", &record->avoided) && take_field(parser, " regretted ", &record->regretted) &&
           take_newline(parser) && take_sizes(parser, &record->sizes);
}

static bool take_records(Parser *parser, Profile *profile) {
    while (strncmp(parser->at, "end ", 4) != 0) {
        LabelRecord *record = &profile->records[profile->count];
        if (!take_record(parser, record))
            return false;
        if (profile->count > 0 && strcmp(record[-1].name, record->name) >= 0)
            return fail_parse(parser, "labels are not in order, or one is there twice");
        profile->count++;
    }
    return true;
}

static bool take_hash(Parser *parser, uint64_t *hash) {
    *hash = 0;
    for (int i = 0; i < 16; i++) {
        int digit = hex_digit(*parser->at);
        if (digit < 0)
            return fail_parse(parser, "the hash is missing");
        *hash = *hash << 4 | (unsigned)digit;
        parser->at++;
    }
    return true;
}

/* `hash`: of what is before the last line, which unescaping has changed since. */
static bool take_end(Parser *parser, size_t count, uint64_t hash) {
    uint64_t told_count, told_hash;
    if (!take_field(parser, "end ", &told_count) || !take_text(parser, " ", "the hash is missing") ||
        !take_hash(parser, &told_hash))
        return false;
    if (told_count != count || told_hash != hash)
        return fail_parse(parser, "it is not what was written: the count or the hash is another");
    if (!take_newline(parser))
        return false;
    if (parser->at == parser->end) /* GCOVR_EXCL_BR_LINE: the hash would have to be one of itself */
        return true;
    return fail_parse(parser, "there is more behind the end");
}

/* ---- All of it ---- */

/* Of what is before the last line; 0 where there is none. */
static uint64_t hash_before_end(const char *text, size_t size) {
    size_t end = size > 0 ? size - 1 : 0;
    while (end > 0 && text[end - 1] != '\n')
        end--;
    return profile_hash(text, end);
}

/* A text has no more labels than it has so many bytes, and one that breaks off. */
enum { LEAST_RECORD = sizeof("label \"\" arenas 0 rounds 0 most 0 calls 0 avoided 0 regretted 0\nsizes\n") - 1 };

Profile *profile_parse(char *text, size_t size, char reason[PROFILE_REASON]) {
    Parser parser = {.at = text, .end = text + size, .line = 1, .reason = reason};
    uint64_t hash = hash_before_end(text, size);
    Profile *profile = profile_create(size / LEAST_RECORD + 1);
    if (!profile) {
        free(text);
        snprintf(reason, PROFILE_REASON, "no heap memory for its labels");
        return NULL;
    }
    profile->text = text;
    bool sound = take_text(&parser, PROFILE_HEAD, "it does not begin with \"samrena-profile 1\"");
    parser.line = 2;
    if (sound && take_records(&parser, profile) && take_end(&parser, profile->count, hash))
        return profile;
    profile_free(profile);
    return NULL;
}
