#!/bin/sh
# SPDX-License-Identifier: MIT
# What documents call the API is what the headers declare. Prints TAP.
# usage: names.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
cd "$1"

# One name a line; what is cut short, as in samrena_push_*, or names a file is none. Variables and what builds name are left out below.
names() {
    grep -ohE '\b(samrena_[a-z_]+[a-z]|SAMRENA_[A-Z_]+[A-Z]|Samrena[A-Z][A-Za-z]+)\b' "$@" | sort -u
}
cat include/samrena.h include/samrena/*.h >"$work/headers"
names "$work/headers" >"$work/declared"
declared() { # DOCUMENT
    names "$1" | grep -vxF -e SAMRENA_ADAPTER_PATH -e SAMRENA_ADAPTER -e SAMRENA_LOG -e SAMRENA_DEBUG -e SAMRENA_CHECKS -e samrena_static |
        comm -23 - "$work/declared" >"$work/unknown"
    cat "$work/unknown"
    [ ! -s "$work/unknown" ]
}

for document in README.md docs/coming-from.md docs/guide.md docs/SECURITY.md docs/CONTRIBUTING.md; do
    check "$document: every name is declared" declared "$document"
done
tap_end
