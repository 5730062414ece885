#!/bin/sh
# SPDX-License-Identifier: MIT
# Counts instructions with callgrind and holds them against committed bounds. Prints TAP. Counts are the same on a busy
# machine and an idle one, so they guard the fast path where seconds could not.
# usage: run.sh LOOPS-PROGRAM
set -eu
loops=$1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

number=0
# bound FUNCTION ADAPTER MOST: instructions per turn of the loop, what the loop itself costs included.
bound() {
    number=$((number + 1))
    if ! valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="$1" "$loops" "$2" >"$log" 2>&1; then
        echo "not ok $number - $1 with $2 does not run"
        sed 's/^/# /' "$log"
        return
    fi
    counted=$(awk '/Collected :/ { print $4 }' "$log")
    each=$(awk -v n="$counted" 'BEGIN { printf "%.1f", n / 1000 }')
    verdict=$(awk -v n="$counted" -v most="$3" 'BEGIN { print (n > 0 && n <= most * 1000 + 20 ? "ok" : "not ok") }')
    echo "$verdict $number - $1 with $2: $each instructions, at most $3"
}

echo 1..12
for adapter in chained virtual; do
    bound loop_reserve_satisfied "$adapter" 20
    bound loop_push_constant "$adapter" 13
    bound loop_push_size "$adapter" 15
    bound loop_request "$adapter" 680
    bound loop_frame "$adapter" 420
    bound loop_scope "$adapter" 245
done
