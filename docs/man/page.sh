#!/bin/sh
# SPDX-License-Identifier: MIT
# A manual page from its source: page.sh SCDOC FILE.scd
# Names are not hyphenated; what scdoc says of that stands too early in the page to hold.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
"$1" <"$2" | sed '/^\.TH/a .nh'
