// SPDX-License-Identifier: MIT
// Systems on which there are no more tests.
#include "more_tests.h"

const MoreTests more_tests = {NULL, 0};
