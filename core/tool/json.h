// SPDX-License-Identifier: MIT
// Writes JSON to stdout: values with the commas between them.
#ifndef SAMRENA_TOOL_JSON_H
#define SAMRENA_TOOL_JSON_H

#include <stdbool.h>
#include <stdint.h>

/* A NULL key: the value is an element of an array, or the whole document. */
void json_open(const char *key, char bracket); /* '{' or '[' */
void json_close(char bracket);                 /* '}' or ']' */
/* NULL text: null. Bytes that are no UTF-8 become U+FFFD. */
void json_text(const char *key, const char *text);
void json_number(const char *key, uint64_t number);
void json_bool(const char *key, bool value);
/* Ends the document. */
void json_end(void);

#endif
