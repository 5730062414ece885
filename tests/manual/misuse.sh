#!/bin/sh
# SPDX-License-Identifier: MIT
# Each row of docs/misuse.md names a test that is there. Prints TAP.
# usage: misuse.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
cd "$1"

# rows DOCUMENT: ROW<tab>FILE<tab>NAME for each name in the last column; a row that names none has an empty file
rows() {
    awk -F ' *[|] *' '
        !/^\|/ || $2 == "misuse" || /^\| *---/ { next }
        {
            count = split($4, words, /[ ,]+/)
            file = ""; named = 0
            for (i = 1; i <= count; i++)
                if (words[i] ~ /^`(tests|core)\//) file = substr(words[i], 2, length(words[i]) - 2)
                else if (file && words[i] ~ /^[a-z_-]+$/) { print $2 "\t" file "\t" words[i]; named = 1; if (file ~ /^core/) break }
            if (!named && !/SECURITY/) print $2 "\t\t"
        }' "$1"
}
holds() { # FILE NAME: as a whole word
    grep -qw -e "$2" "$1"
}

rows docs/misuse.md >"$work/rows"
while IFS='	' read -r row file name; do
    check "$row: $name" holds "${file:-/dev/null}" "${name:-none}"
done <"$work/rows"
status=0
[ "$tap_number" -ge 40 ] || status=1
report $status 'there are rows'

printf '| a | error | `tests/manual/misuse.sh` nobody_%s |\n| b | error | |\n' wrote_this >"$work/wrong.md"
rows "$work/wrong.md" >"$work/rows"
status=0
while IFS='	' read -r row file name; do
    ! holds "${file:-/dev/null}" "${name:-none}" || status=1
done <"$work/rows"
[ "$(wc -l <"$work/rows")" -eq 2 ] || status=1
report $status 'a row without its test is noticed' "$work/rows"
tap_end
