// SPDX-License-Identifier: MIT
// What a program of this folder prints: within 79 columns, and written, or it is told that it was not.
#ifndef SAMRENA_TOOL_OUTPUT_H
#define SAMRENA_TOOL_OUTPUT_H

/* The text from column `indent` on, where the line is now, and a newline; lines of more than 79 columns are broken
   between words, and go on in that column. */
void output_wrapped(int indent, const char *text);

/* What was printed so far is to be seen now. */
void output_flush(void);

/* At the end of the program. `status`, or 1 with a line on stderr where standard output could not be written. */
int output_end(const char *program, int status);

#endif
