// SPDX-License-Identifier: MIT
// Pushes of text and copies, of exactly the bytes that they hold.
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "error.h"
#include "report.h"

static void *refuse_text(const Samrena *arena, const char *function, const char *what) {
    if (!check_alive(arena, function))
        (void)report(arena, error_set(SAMRENA_ERROR_INVALID_PARAMETER, "%s: %s", function, what));
    return NULL;
}

void *samrena_push_copy(Samrena *arena, const void *source, uint64_t size) {
    if (!arena || (!source && size > 0))
        return refuse_text(arena, "samrena_push_copy", "the source is NULL");
    void *copy = samrena_push(arena, size);
    if (copy && size > 0)
        memcpy(copy, source, (size_t)size);
    return copy;
}

/* Characters need no alignment: strings stand side by side. */
static char *push_characters(Samrena *arena, const char *characters, size_t length) {
    char *copy = samrena_push_aligned(arena, (uint64_t)length + 1, 1);
    if (copy) {
        memcpy(copy, characters, length);
        copy[length] = '\0';
    }
    return copy;
}

char *samrena_push_string(Samrena *arena, const char *string) {
    if (!arena || !string)
        return refuse_text(arena, "samrena_push_string", "the string is NULL");
    return push_characters(arena, string, strlen(string));
}

char *samrena_push_substring(Samrena *arena, const char *string, uint64_t length) {
    if (!arena || (!string && length > 0))
        return refuse_text(arena, "samrena_push_substring", "the string is NULL");
    size_t most = length < SIZE_MAX ? (size_t)length : SIZE_MAX;
    const char *end = length > 0 ? memchr(string, '\0', most) : NULL;
    return push_characters(arena, string ? string : "", end ? (size_t)(end - string) : most);
}

/* Most texts fit the stack, and are formatted once; longer ones twice, as their length is not known before. */
char *samrena_push_vformat(Samrena *arena, const char *format, va_list arguments) {
    char text[512];
    if (!arena || !format)
        return refuse_text(arena, "samrena_push_format", "the format is NULL");
    va_list again;
    va_copy(again, arguments);
    char *pushed = NULL;
    int length = vsnprintf(text, sizeof(text), format, arguments);
    if (length < 0)
        (void)refuse_text(arena, "samrena_push_format", "the C library cannot format this");
    else if ((size_t)length < sizeof(text))
        pushed = push_characters(arena, text, (size_t)length);
    else if ((pushed = samrena_push_aligned(arena, (uint64_t)length + 1, 1)) != NULL)
        (void)vsnprintf(pushed, (size_t)length + 1, format, again);
    va_end(again);
    return pushed;
}

char *samrena_push_format(Samrena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *pushed = samrena_push_vformat(arena, format, arguments);
    va_end(arguments);
    return pushed;
}
