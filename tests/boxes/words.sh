#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs test_words in every box that there is: words.sh BOX TEST_WORDS, with SAMRENA_ADAPTER_PATH set. Prints TAP.
set -u
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

"$1" --list >"$work/boxes" || bail_out 'no list of boxes'
while read -r name what; do
    "$1" "$name" -- "$2" "$name" >"$work/told" 2>&1
    status=$?
    reason=$(sed -n 's/^1\.\.0 # SKIP //p' "$work/told")
    if [ -n "$reason" ]; then
        skip "words in $name: $what" "$reason"
        continue
    fi
    [ "$status" -eq 0 ] && grep -q '^1\.\.[1-9]' "$work/told"
    report $? "words in $name: $what" "$work/told"
done <"$work/boxes"

tap_end
