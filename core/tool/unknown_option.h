// SPDX-License-Identifier: MIT
// What getopt_long() did not know, as it was written.
#ifndef SAMRENA_TOOL_UNKNOWN_OPTION_H
#define SAMRENA_TOOL_UNKNOWN_OPTION_H

#include <getopt.h>

enum { LONG_OPTION = 256 }; /* values of long options begin here */

/* After a '?'. In the midst of several letters behind one dash the word before the next is not theirs: that may be the
   program's own path. */
static inline const char *unknown_option(char **argv) {
    static char letter[] = "-?";
    if (optopt == 0 || optopt >= LONG_OPTION)
        return argv[optind - 1];
    letter[1] = (char)optopt;
    return letter;
}

#endif
