#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs programs of the other folders in every box that there is: programs.sh BOX BUILD, with the environment of unit
# tests. Prints TAP. What a box takes away these find out for themselves.
set -u
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
box=$1 build=$2
text=$(dirname -- "$0")/../../docs/architecture.md

# All that look at what a box takes away; in 64 MiB, those that need no more.
units='prefault reserve growth info trim loader ahead prefault_parallel labels profile'
small_units='arena create_in heap marks resize text statistics profile'

in_box() { # DESCRIPTION PROGRAM [ARGUMENT...]
    description="$1 in $name"
    shift
    "$box" "$name" -- "$@" >"$work/told" 2>&1
    status=$?
    reason=$(sed -n 's/^1\.\.0 # SKIP //p' "$work/told")
    if [ -n "$reason" ]; then
        skip "$description" "$reason"
    else
        report "$status" "$description" "$work/told"
    fi
}

# The words are the same as outside.
count_words() { # ADAPTER
    # shellcheck disable=SC2016 # the arguments are the inner shell's
    in_box "wordfreq over $1" sh -c '"$1" --adapter "$2" --reserve --expect 1M "$3" 2>&1 >"$TMPDIR/counted" &&
        cmp "$4" "$TMPDIR/counted"' sh "$build/docs/examples/wordfreq" "$1" "$text" "$work/words"
}

in_each() { # the programs that box $name is for
    checked='chained virtual' chosen=$units
    case $name in
    small-address-space) checked=chained chosen=$small_units ;; # the suite has virtual take 256 MiB of addresses
    small-data) chosen=$small_units ;;
    no-guard | no-madvise | idle-madvise) chosen="$units guard" ;;
    esac
    for adapter in $checked; do
        in_box "conformance of $adapter" "$build/core/tool/samrena-adapter" check "$adapter"
        count_words "$adapter"
    done
    for unit in $chosen; do
        in_box "$unit" "$build/tests/unit/test_$unit" "$build/adapters" "$build/tests/plugin"
    done
    [ "$chosen" = "$small_units" ] || in_box model "$build/tests/model/test_model" --operations 2000
}

TMPDIR=$work
export TMPDIR
"$box" --list >"$work/boxes" && "$build/docs/examples/wordfreq" "$text" >"$work/words" 2>"$work/log" ||
    bail_out 'no boxes, or no wordfreq' "$work/log"
while read -r name what; do
    echo "# $name: $what"
    in_each
done <"$work/boxes"

tap_end
