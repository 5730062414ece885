// SPDX-License-Identifier: MIT
// The last error of each thread, and the text it is told with.
#include "error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "samrena.h"

/* Long enough for the loader's report with a line per file tried; thread-local memory is part of each thread's stack.
 */
static _Thread_local SamrenaError last_error = SAMRENA_OK;
/* In turns: the arguments of a message may lie in the one before. */
static _Thread_local char messages[2][ERROR_MESSAGE_SIZE];
static _Thread_local unsigned char last_message;
static _Thread_local char adapter_note[ERROR_NOTE_SIZE];

SamrenaError error_set(SamrenaError error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(messages[!last_message], ERROR_MESSAGE_SIZE, format, arguments);
    va_end(arguments);
    last_message = !last_message;
    last_error = error;
    return error;
}

SamrenaError error_set_of(SamrenaError error, const char *format, va_list arguments) {
    char asked[128];
    vsnprintf(asked, sizeof(asked), format, arguments);
    return error_set(error, "%s: %s", asked, messages[last_message]);
}

SamrenaError error_set_unknown(const char *adapter, SamrenaError error) {
    return error_set(SAMRENA_ERROR_ADAPTER_INVALID, "adapter %s broke its contract: it returned the unknown error %d",
                     adapter, (int)error);
}

/* Texts end where they end: what is behind is not copied. */
void error_keep(ErrorState *state) {
    state->error = last_error;
    strcpy(state->message, messages[last_message]);
    strcpy(state->note, adapter_note);
}

void error_restore(const ErrorState *state) {
    last_error = state->error;
    strcpy(messages[last_message], state->message);
    strcpy(adapter_note, state->note);
}

SamrenaError stream_check(FILE *stream, const char *function) {
    errno = 0;
    if (!ferror(stream) && fflush(stream) == 0)
        return SAMRENA_OK;
    return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "%s: the stream cannot be written: %s", function,
                     errno ? strerror(errno) : "an earlier error is noted in it");
}

void error_note(const char *format, va_list arguments) {
    vsnprintf(adapter_note, sizeof(adapter_note), format, arguments);
}

void error_clear_note(void) {
    adapter_note[0] = '\0';
}

const char *error_note_or_string(SamrenaError error) {
    return adapter_note[0] ? adapter_note : samrena_error_string(error);
}

bool error_has_note(void) {
    return adapter_note[0] != '\0';
}

SamrenaError samrena_last_error(void) {
    return last_error;
}

const char *samrena_last_error_message(void) {
    return messages[last_message];
}

const char *samrena_error_string(SamrenaError error) {
    switch (error) {
    case SAMRENA_OK: return "success";
    case SAMRENA_ERROR_INVALID_PARAMETER: return "invalid parameter";
    case SAMRENA_ERROR_OUT_OF_MEMORY: return "out of memory";
    case SAMRENA_ERROR_LIMIT_EXCEEDED: return "limit exceeded";
    case SAMRENA_ERROR_UNSUPPORTED: return "not supported";
    case SAMRENA_ERROR_ADAPTER_NOT_FOUND: return "adapter not found";
    case SAMRENA_ERROR_ADAPTER_INVALID: return "invalid adapter";
    }
    return "unknown error";
}
