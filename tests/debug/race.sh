#!/bin/sh
# SPDX-License-Identifier: MIT
# ThreadSanitizer, which the program alone brings along, reports two threads in one arena. Prints TAP.
# usage: race.sh PROGRAM
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

status=0
"$1" at-once >"$work/log" 2>&1 || status=$?
[ "$status" -eq 99 ] && grep -q 'data race' "$work/log" && status=0 || status=1
report $status 'two threads that push at once are reported' "$work/log"
check 'two threads that push in turn are not' "$1" in-turn
tap_end
