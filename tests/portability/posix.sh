#!/bin/sh
# SPDX-License-Identifier: MIT
# A build with -Dportable=true takes nothing from the system but what POSIX.1-2008 and C11 have. Prints TAP.
# usage: posix.sh SYMBOLS SHARED-OBJECT... -- SOURCE...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

sed 's/#.*//; /^$/d' "$1" | sort -u >"$work/known"
shift

# Weak symbols need not be there.
takes_what_is_known() { # SHARED-OBJECT
    nm -D --undefined-only "$1" | awk '$1 == "U" { sub(/@.*/, "", $2); print $2 }' | sort -u >"$work/taken"
    [ -s "$work/taken" ] && comm -23 "$work/taken" "$work/known" >"$work/unknown"
    cat "$work/unknown"
    [ ! -s "$work/unknown" ]
}
asks_for_no_more() { # SOURCE...
    ! grep -nE '_(GNU|DEFAULT|BSD|XOPEN|DARWIN_C)_SOURCE|_XOPEN_SOURCE_EXTENDED|_POSIX_C_SOURCE' "$@"
}

while [ "$1" != -- ]; do
    check "$(basename "$1") takes symbols of POSIX and C alone" takes_what_is_known "$1"
    shift
done
shift
check 'no source asks its headers for more' asks_for_no_more "$@"
tap_end
