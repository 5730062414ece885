#!/bin/sh
# SPDX-License-Identifier: MIT
# A manual page from its source: page.sh SCDOC FILE.scd
# Names are not hyphenated; what scdoc says of that stands too early in the page to hold.
set -eu
"$1" <"$2" | sed '/^\.TH/a .nh'
