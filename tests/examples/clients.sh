#!/bin/sh
# SPDX-License-Identifier: MIT
# Each client of docs/examples, with each adapter: its results have to be those of the C heap. Prints TAP.
# usage: clients.sh PROGRAM...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

agrees() { # PROGRAM ADAPTER: three runs, two of them in an arena of that adapter
    status=0
    SAMRENA_ADAPTER=$2 $wrapper "$1" >"$work/said" || status=$?
    end_lines "$work/said"
    cat "$work/said"
    [ "$status" -eq 0 ] && grep -qx '  the results agree' "$work/said" &&
        [ "$(grep -c ', digest [0-9a-f]' "$work/said")" -eq 3 ] &&
        [ "$(grep -c ", digest .* MiB with $2\$" "$work/said")" -eq 2 ]
}
refuses() { # PROGRAM FILE
    status=0
    $wrapper "$1" "$2" >"$work/said" 2>&1 || status=$?
    end_lines "$work/said"
    cat "$work/said"
    [ "$status" -eq 2 ] && grep -qF "cannot read '$(host_path "$2")'" "$work/said"
}

[ $# -gt 0 ] || bail_out 'no programs'
for program; do
    name=$(basename "$program")
    for adapter in chained virtual; do
        check "$name, $adapter: as on the C heap" agrees "$program" "$adapter"
    done
done
check 'a file that is not there is named' refuses "$1" "$work/none"

tap_end
