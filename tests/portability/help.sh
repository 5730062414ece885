#!/bin/sh
# SPDX-License-Identifier: MIT
# Each script of this repository says what it is for and how it is called, and does nothing else then. Prints TAP.
# usage: help.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
cd "$1"

# One without that line, or a usage() of its own, would do its work.
# shellcheck disable=SC2016 # as it stands in the scripts
line='case ${1-} in -h | --help) sed -n '"'3,/^[^#]/s/^# //p'"' "$0" && exit ;; esac'
helps() { # SCRIPT OPTION
    grep -qxF -- "$line" "$1" || grep -qx -- '-h | --help) usage && exit 0 ;;' "$1" || { echo "it lacks: $line"; return 1; }
    sh "$1" "$2" >"$work/help" 2>&1 && cat "$work/help" && grep -qF -- "${1##*/}" "$work/help" &&
        ! grep -q -e '^#' -e SPDX "$work/help"
}

find .ci docs tests -type f | sort >"$work/files"
while read -r file; do
    head -n 1 "$file" | grep -qx '#!/bin/sh' || continue
    check "$file -h" helps "$file" -h
    check "$file --help" helps "$file" --help
done <"$work/files"
status=0
[ "$tap_number" -ge 50 ] || status=1
report $status 'there are scripts'
tap_end
