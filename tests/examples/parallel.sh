#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/examples/parallel.c: many threads make the tree that one makes, with each adapter. Prints TAP.
# usage: parallel.sh PROGRAM
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
program=$1

same() { # ADAPTER FILE THREADS
    status=0
    SAMRENA_ADAPTER=$1 $wrapper "$program" "$2" "$3" >"$work/said" 2>&1 || status=$?
    end_lines "$work/said"
    cat "$work/said"
    [ "$status" -eq 0 ] && grep -qx 'the same tree' "$work/said" && grep -q ", $4 words, " "$work/said"
}

awk 'BEGIN { for (i = 0; i < 5000; i++) print "some words and the number", i * 7919 % 4999 }' >"$work/text"
printf 'a b' >"$work/short"
: >"$work/empty"
for adapter in chained virtual; do
    check "$adapter: 8 threads" same "$adapter" "$work/text" 8 30000
    check "$adapter: one thread" same "$adapter" "$work/text" 1 30000
    check "$adapter: more threads than lines" same "$adapter" "$work/short" 64 2
    check "$adapter: an empty text" same "$adapter" "$work/empty" 3 0
done
check 'a text that is made up' $wrapper "$program"

tap_end
