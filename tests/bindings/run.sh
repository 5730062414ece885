#!/bin/sh
# SPDX-License-Identifier: MIT
# Preprocesses the public header as docs and header say, and gives it and the library to a script that prints TAP.
# usage: run.sh INTERPRETER SCRIPT LIBRARY HEADER COMPILER [ARGUMENT]...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
interpreter=$1 script=$2 library=$3 header=$4
shift 4
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

if ! command -v "$interpreter" >/dev/null; then
    skip "$interpreter" 'it is not installed'
    tap_end
fi
"$@" -std=c99 -E -P "$header" >"$work/samrena.h"
"$interpreter" "$script" "$library" "$work/samrena.h"
