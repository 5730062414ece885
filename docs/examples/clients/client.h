// SPDX-License-Identifier: MIT
// What the clients share: the shape of a job, its text, and digests of results.
#ifndef SAMRENA_EXAMPLES_CLIENT_H
#define SAMRENA_EXAMPLES_CLIENT_H

#include <samrena.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Text {
    const char *bytes; /* a NUL lies behind them */
    size_t size;
} Text;

/* What is made up where a file is not there. */
typedef enum TextKind { PLAIN_TEXT, XML_TEXT, JSON_TEXT } TextKind;

typedef struct Result {
    uint64_t count;
    uint64_t digest; /* of all that the library computed */
} Result;

typedef struct Client {
    const char *name;
    const char *counted; /* "rows" */
    const char *file;    /* its text, where the user names none */
    TextKind kind;
    uint64_t need; /* what the arena comes to, in hundredths of the text's size; measured */
    /* The whole job. A NULL arena: with the library as it comes, on the C heap. */
    Result (*job)(Samrena *arena, Text text);
} Client;

/* Says why on stderr and exits. */
void client_fail(const char *what);

/* `file`; for NULL the client's own; where that is not there, a text that is made up. Says in a line which, where
   `tell`. */
Text client_text(const Client *client, const char *file, bool tell);

/* What the arena is to hold for that text. */
uint64_t client_need(const Client *client, Text text);

/* Takes the first line off `rest`; false at the end. The line has no NUL behind it. */
bool text_line(Text *rest, Text *line);
/* The same, what stands between spaces. */
bool text_word(Text *rest, Text *word);
/* The same, at most `size` bytes. */
bool text_part(Text *rest, Text *part, size_t size);

/* Goes on from `digest`, 0 at first. Any difference in the bytes or in where they are cut changes it. */
uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t size);
uint64_t digest_string(uint64_t digest, const char *string); /* NULL is a string of its own */

#ifdef __cplusplus
}
#endif

#endif
