#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/examples/fill.c: four rows that are no wider than a terminal, and what it says of a number that is none. TAP.
# usage: fill.sh PROGRAM
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
program=$1

prints_rows() {
    $wrapper "$program" 4 >"$work/said"
    end_lines "$work/said"
    cat "$work/said"
    [ "$(grep -cE '^(chained|virtual) +(reserved)? +[0-9.]+ ms +[0-9]+ ms +[0-9.]+ us +[0-9]+ us$' "$work/said")" -eq 4 ]
}
is_refused() { # ARGUMENT...
    status=0
    $wrapper "$program" "$@" 2>"$work/said" || status=$?
    end_lines "$work/said"
    cat "$work/said"
    [ "$status" -eq 2 ] && grep -qx 'usage: fill \[MIB\]' "$work/said"
}

helps() { # OPTION
    $wrapper "$program" "$1" >"$work/said" && end_lines "$work/said" && cat "$work/said" && grep -qx 'usage: fill \[MIB\]' "$work/said"
}
full_disk_is_told() {
    [ -w /dev/full ] || return 0
    status=0
    $wrapper "$program" 1 >/dev/full 2>"$work/said" || status=$?
    cat "$work/said"
    [ "$status" -eq 1 ] && grep -q '^fill: cannot write to standard output: .' "$work/said"
}

check 'four rows' prints_rows
check 'within 79 columns' [ "$(awk 'length($0) > 79' "$work/said" | wc -l)" -eq 0 ]
for argument in 0 16385 -1 '' 5x; do
    check "'$argument' is no number of MiB" is_refused "$argument"
done
check 'nor are two' is_refused 1 2
check '-h' helps -h
check '--help' helps --help
check 'a full disk' full_disk_is_told

tap_end
