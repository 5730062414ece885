// SPDX-License-Identifier: MIT
// What a program of this folder prints: within 79 columns, and written, or it is told that it was not.
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 79 };

void output_wrapped(int indent, const char *text) {
    for (int column = indent; *text;) {
        int length = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + length > COLUMNS) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        column += printf("%s%.*s", column > indent ? " " : "", length, text);
        text += length + (text[length] != '\0');
    }
    putchar('\n');
}

static int reason; /* why the first that failed did: what comes later only finds the stream broken */

void output_flush(void) {
    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && reason == 0)
        reason = errno ? errno : EIO;
}

int output_end(const char *program, int status) {
    output_flush();
    if (reason == 0)
        return status;
    fprintf(stderr, "%s: cannot write to standard output: %s\n", program, strerror(reason));
    return 1;
}
