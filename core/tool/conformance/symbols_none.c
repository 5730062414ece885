// SPDX-License-Identifier: MIT
// A format of files that is not known here.
#include "symbols.h"

bool symbols_each(const Image *image, SymbolVisit *visit, void *user) {
    (void)image;
    (void)visit;
    (void)user;
    return false;
}
