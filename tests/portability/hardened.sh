#!/bin/sh
# SPDX-License-Identifier: MIT
# The library and the adapters are hardened: relocations are read-only, the stack is not executable and is protected,
# C functions are checked. Prints TAP.
# usage: hardened.sh yes|no OBJECT...     yes: C functions are checked, which is where the C library can and the build
# optimises
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
fortified=$1
shift

uses() { # PATTERN: a symbol of another object
    grep -q " U $1" "$work/symbols"
}
for object; do
    name=${object##*/}
    readelf -l -d -W "$object" >"$work/headers"
    nm -D "$object" >"$work/symbols"
    check "$name: relocations are read-only" grep -q GNU_RELRO "$work/headers"
    check "$name: all of them, from the start" grep -Eq 'BIND_NOW|FLAGS_1.* NOW' "$work/headers"
    check "$name: the stack is not executable" grep -Eq 'GNU_STACK .* RW +0x' "$work/headers"
    case $name in
    libsamrena*)
        check "$name: the stack is protected" uses __stack_chk_
        if [ "$fortified" = yes ]; then
            check "$name: C functions are checked" uses '__[a-z]*_chk'
        fi
        ;;
    esac
done
tap_end
