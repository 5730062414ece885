// SPDX-License-Identifier: MIT
// PCRE2 with its patterns in an arena: a filter of 20,000 rules is compiled, used and thrown away as a whole.
//
// An arena fits, and gains little, because compiling is what takes the time: CPU time 0.88 of that on the C heap, peak
// memory 0.96. Pushes are enough, a pattern is one block.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>

#include "client.h"

/* ---- The glue ---- */

static void *push(size_t size, void *arena) {
    return samrena_push(arena, size);
}
static void leave(void *block, void *arena) {
    (void)block; /* samrena_reset() takes the whole filter */
    (void)arena;
}

static pcre2_general_context *new_context(Samrena *arena) {
    return arena ? pcre2_general_context_create(push, leave, arena) : pcre2_general_context_create(NULL, NULL, NULL);
}

/* ---- The job ---- */

enum { RULES = 20000, LINES = 4 }; /* of a filter; that a rule is tried on, its own the first */

typedef struct Rule {
    pcre2_code *code;
    Text line, behind;
} Rule;

/* Two words of the line, the later of which may have an ending. */
static int make_pattern(char *pattern, size_t size, Text line) {
    Text words[8] = {{"", 0}};
    int count = 0;
    while (count < 8 && text_word(&line, &words[count]))
        count++;
    Text first = words[count / 2], last = words[count > 0 ? count - 1 : 0];
    return snprintf(pattern, size, "(?i)\\b(\\Q%.*s\\E)\\s.*?(\\Q%.*s\\E\\w*)", (int)first.size, first.bytes,
                    (int)last.size, last.bytes);
}

static Result match(Result result, const pcre2_code *code, pcre2_match_data *data, Text line) {
    int groups = pcre2_match(code, (PCRE2_SPTR)line.bytes, line.size, 0, PCRE2_NO_UTF_CHECK, data, NULL);
    if (groups > 0) {
        const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(data);
        result.count++;
        result.digest = digest_bytes(result.digest, ends, 2 * sizeof(*ends) * (size_t)groups);
    }
    return result;
}

static Rule make_rule(pcre2_compile_context *context, Text line, Text behind) {
    char pattern[1024];
    int length = make_pattern(pattern, sizeof(pattern), line), error;
    PCRE2_SIZE place;
    Rule rule = {.line = line, .behind = behind};
    rule.code = pcre2_compile((PCRE2_SPTR)pattern, (size_t)length, 0, &error, &place, context);
    if (!rule.code)
        client_fail("PCRE2 cannot compile a pattern");
    return rule;
}

static Result apply(Result result, Rule rule, pcre2_match_data *data) {
    for (int i = 0; i < LINES && (i == 0 || text_line(&rule.behind, &rule.line)); i++)
        result = match(result, rule.code, data, rule.line);
    return result;
}

/* Makes a filter of the first lines, uses it and throws it away. */
static Result filter(Result result, Samrena *arena, Text *text) {
    static Rule rules[RULES];
    int count = 0;
    pcre2_general_context *context = new_context(arena);
    pcre2_compile_context *compiling = pcre2_compile_context_create(context);
    pcre2_match_data *data = pcre2_match_data_create(3, context);
    if (!data)
        client_fail("PCRE2 has no memory");
    for (Text line; count < RULES && text_line(text, &line); count++)
        rules[count] = make_rule(compiling, line, *text);
    for (int i = 0; i < count; i++)
        result = apply(result, rules[i], data);
    if (arena) {
        samrena_reset(arena);
        return result;
    }
    for (int i = 0; i < count; i++)
        pcre2_code_free(rules[i].code);
    pcre2_match_data_free(data);
    pcre2_compile_context_free(compiling);
    pcre2_general_context_free(context);
    return result;
}

static Result job(Samrena *arena, Text text) {
    Result result = {0};
    while (text.size > 0)
        result = filter(result, arena, &text);
    return result;
}

const Client pcre2_client = {.name = "pcre2",
                             .counted = "matches",
                             .file = "/usr/share/wordnet/data.noun",
                             .kind = PLAIN_TEXT,
                             .need = 27,
                             .job = job};
