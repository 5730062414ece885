#!/bin/sh
# SPDX-License-Identifier: MIT
# Counts instructions with callgrind and holds them against committed bounds. Prints TAP. Counts are the same on a busy
# machine and an idle one, so they guard the fast path where seconds could not.
# usage: run.sh LOOPS-PROGRAM CLIFF-LOOPS-PROGRAM
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
loops=$1 cliff_loops=$2
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
log=$work/log

# bound FUNCTION ADAPTER MOST: instructions per turn of the loop, what the loop itself costs included.
bound() {
    if ! valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="$1" "$loops" "$2" >"$log" 2>&1; then
        report 1 "$1 with $2 does not run" "$log"
        return
    fi
    counted=$(awk '/Collected :/ { print $4 }' "$log")
    each=$(awk -v n="$counted" 'BEGIN { printf "%.1f", n / 1000 }')
    awk -v n="$counted" -v most="$3" 'BEGIN { exit !(n > 0 && n <= most * 1000 + 20) }' && status=0 || status=1
    report $status "$1 with $2: $each instructions, at most $3"
}

# each NAME N: instructions per operation of a loop of cliffs.h, prepared for N; nothing where it does not run.
each() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=cliff_run "$cliff_loops" "$1" "$2" \
        >"$log" 2>&1 || return 0
    awk '/^operations:/ { n = $2 } /Collected :/ { all = $4 } END { if (n > 0) printf "%.1f", all / n }' "$log"
}

# cliff NAME N MOST MOST-RATIO: an operation costs at most MOST at 64 N, and at most MOST-RATIO times what it does at N.
cliff() {
    few=$(each "$1" "$2")
    many=$(each "$1" $(($2 * 64)))
    if [ -z "$few" ] || [ -z "$many" ]; then
        report 1 "$1 does not run" "$log"
        return
    fi
    ratio=$(awk -v few="$few" -v many="$many" 'BEGIN { printf "%.2f", many / few }')
    awk -v many="$many" -v most="$3" -v ratio="$ratio" -v most_ratio="$4" \
        'BEGIN { exit !(many > 0 && many <= most && ratio <= most_ratio) }' && status=0 || status=1
    report $status "$1: $few instructions at $2, $many at 64 times as many, at most $3; $ratio times, at most $4"
}

for adapter in chained virtual; do
    bound loop_reserve_satisfied "$adapter" 20
    bound loop_push_constant "$adapter" 12
    bound loop_push_typed "$adapter" 9
    bound loop_push_size "$adapter" 17
    bound loop_request "$adapter" 610
    bound loop_request_config "$adapter" 720
    bound loop_request_label "$adapter" 1060
    bound loop_frame "$adapter" 365
    bound loop_scope "$adapter" 245
done
bound loop_storage chained 210
cliff 'spare regions taken' 64 455 1.20
cliff 'spare regions behind smaller ones' 64 850 1.40
cliff 'an old block resized' 64 360 1.60
cliff 'growth refused, large wishes' 4096 20 1.10
tap_end
