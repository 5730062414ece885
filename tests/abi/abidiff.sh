#!/bin/sh
# SPDX-License-Identifier: MIT
# The ABI is the one of the committed dump: functions, their parameters, structs, enumerations, as libabigail's abidiff sees them. Prints TAP.
# A change that is meant: abidiff.sh --write LIBRARY DUMP HEADERS, and the commit says why.
# usage: abidiff.sh [--write] LIBRARY DUMP HEADERS
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

write=
[ "$1" != --write ] || { write=yes && shift; }
library=$1 dump=$2 headers=$3

# What the headers do not declare is left out, and so is where the sources were.
dump_abi() {
    abidw --exported-interfaces-only --drop-private-types --headers-dir "$headers" --no-corpus-path --no-comp-dir-path \
        --no-show-locs --type-id-style hash "$library" | sed "s|\( path='\)[^']*/\(core/\)|\1\2|"
}

[ -z "$write" ] || { dump_abi >"$dump" && exit; }

# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

reason=
if ! command -v abidiff >/dev/null; then
    reason='abidiff is missing: Debian calls it abigail-tools'
elif [ ! -f "$dump" ]; then
    reason='no dump for this processor'
elif ! readelf -S -W "$library" | grep -q ' \.debug_info '; then
    reason='the library has no debug information'
fi
[ -z "$reason" ] || { skip 'the ABI is that of the dump' "$reason" && tap_end; }

# seeded DESCRIPTION SED-SCRIPT: a dump with that change differs
seeded() {
    sed "$2" "$dump" >"$work/seeded.abi"
    status=0
    abidiff "$work/seeded.abi" "$work/now.abi" >"$work/log" 2>&1 || status=$?
    case $status in 4 | 12) status=0 ;; *) status=1 ;; esac # a change, an incompatible one; all else is trouble of its own
    report $status "noticed: $1" "$work/log"
}

check 'the library has a dump' dump_abi
dump_abi >"$work/now.abi"
check 'the ABI is that of the dump' abidiff "$dump" "$work/now.abi"
seeded 'a struct of another size' "s/\(class-decl name='SamrenaConfig' size-in-bits='\)1344/\11280/"
seeded 'another value of an enumeration' "s/\(enumerator name='SAMRENA_ERROR_OUT_OF_MEMORY' value='\)[0-9]*/\177/"
seeded 'another parameter' "/function-decl name='samrena_budget_used'/,/<\/function-decl>/s/<parameter .*//"
seeded 'a function more' "/elf-symbol name='samrena_splice'/d; /function-decl name='samrena_splice'/,/<\/function-decl>/d"
tap_end
