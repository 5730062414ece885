// SPDX-License-Identifier: MIT
// A text of bounded length, built piece by piece; what does not fit is cut off.
#ifndef SAMRENA_CORE_TEXT_H
#define SAMRENA_CORE_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "samrena/adapter.h"

typedef struct Text {
    size_t length;
    char bytes[1536]; /* within an error message, with room for the words around it */
} Text;

/* Cheaper than {0}. */
static inline void text_start(Text *text) {
    text->length = 0;
    text->bytes[0] = '\0';
}

SAMRENA_PRINTF_FORMAT(2, 3)
static inline void text_add(Text *text, const char *format, ...) {
    size_t room = sizeof(text->bytes) - text->length;
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(text->bytes + text->length, room, format, arguments);
    va_end(arguments);
    if (wanted > 0) /* GCOVR_EXCL_BR_LINE: no text has what printf() refuses */
        text->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

#endif
