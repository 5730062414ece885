// SPDX-License-Identifier: MIT
// The commands of samrena-adapter. Each returns the program's exit status: 0, 1 where an adapter is at fault, 2 where
// the command line is.
#ifndef SAMRENA_TOOL_COMMANDS_H
#define SAMRENA_TOOL_COMMANDS_H

#include <stdint.h>

enum { EXIT_FAULT = 1, EXIT_USAGE = 2 };

typedef enum Format { FORMAT_TEXT, FORMAT_JSON, FORMAT_TAP } Format;

typedef struct Request {
    const char *subject; /* NAME or FILE; NULL for list */
    const char *options; /* NULL: none */
    Format format;
    int64_t timeout; /* milliseconds */
} Request;

int command_list(const Request *request);
int command_show(const Request *request);
int command_check(const Request *request);

#endif
