// SPDX-License-Identifier: MIT
// The last error of each thread, and the text it is told with.
#ifndef SAMRENA_CORE_ERROR_H
#define SAMRENA_CORE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "samrena/adapter.h"

/* Notes the error of this thread and returns `error`, so that callers can return what they report. */
SamrenaError error_set(SamrenaError error, const char *format, ...) SAMRENA_PRINTF_FORMAT(2, 3);

/* Puts what was asked for before the message that there is: "a push of 100 bytes: adapter ...". */
SamrenaError error_set_of(SamrenaError error, const char *format, va_list arguments) SAMRENA_PRINTF_FORMAT(2, 0);

/* An adapter's errors are passed on to the program: they have to be errors. */
static inline bool error_is_known(SamrenaError error) {
    return error >= SAMRENA_OK && error <= SAMRENA_ERROR_ADAPTER_INVALID;
}
SamrenaError error_set_unknown(const char *adapter, SamrenaError error);

/* What the program's own callbacks may replace by failing calls of their own: kept while one runs. */
enum { ERROR_MESSAGE_SIZE = 2048, ERROR_NOTE_SIZE = 512 };
typedef struct ErrorState {
    SamrenaError error;
    char message[ERROR_MESSAGE_SIZE];
    char note[ERROR_NOTE_SIZE];
} ErrorState;
void error_keep(ErrorState *state);
void error_restore(const ErrorState *state);

/* What was printed is written, or INVALID_PARAMETER with the system's words. */
SamrenaError stream_check(FILE *stream, const char *function);

/* What an adapter has to say about the operation that is about to fail; taken by the error_set() that follows. */
void error_note(const char *format, va_list arguments) SAMRENA_PRINTF_FORMAT(1, 0);
void error_clear_note(void);
/* The note, or the general text for `error` where there is none. */
const char *error_note_or_string(SamrenaError error);
bool error_has_note(void);

#endif
