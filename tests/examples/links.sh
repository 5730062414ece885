#!/bin/sh
# SPDX-License-Identifier: MIT
# Links of the documents to files of this repository, and to headings in them, lead somewhere. Prints TAP.
# usage: links.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
cd "$1"

# Headings of a document, as links call them.
anchors() {
    awk '/^```/ { code = !code } !code && /^#+ / { sub(/^#+ /, ""); print tolower($0) }' "$1" |
        sed -e 's/[^a-z0-9 _-]//g' -e 's/ /-/g'
}
links_of() { # DOCUMENT: of text, not of code
    awk '/^```/ { code = !code } !code' "$1" | grep -o '](\([^)]*\))' | sed -e 's/^](//' -e 's/)$//' | grep -v '^https\?:' | sort -u
}
lead_somewhere() { # DOCUMENT
    folder=$(dirname "$1")
    links_of "$1" >"$work/links" || return 0
    while read -r link; do
        file=${link%%#*}
        file=${file:+$folder/$file}
        file=${file:-$1}
        [ -e "$file" ] || { echo "$link: no such file" && return 1; }
        case $link in
        *#*) anchors "$file" | grep -qx -- "${link#*#}" || { echo "$link: no such heading" && return 1; } ;;
        esac
    done <"$work/links"
}
for document in README.md CHANGELOG.md docs/*.md docs/examples/*/*/*.md; do
    check "$document: every link leads somewhere" lead_somewhere "$document"
done
nowhere() {
    mkdir "$work/docs" && printf '[a](nowhere.md)\n' >"$work/docs/a.md" && printf '# A\n[a](#b)\n' >"$work/docs/b.md" &&
        ! lead_somewhere "$work/docs/a.md" && ! lead_somewhere "$work/docs/b.md"
}
check 'a link to nowhere is noticed' nowhere
tap_end
