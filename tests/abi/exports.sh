#!/bin/sh
# SPDX-License-Identifier: MIT
# The library exports what core/libsamrena.map lists and include/samrena.h declares: no more, no less.
# sh tests/abi/exports.sh LIBRARY MAP HEADER
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/exported"
awk '/global:/ { on = 1; next } /local:/ { on = 0 } on { gsub(/[ ;\t]/, ""); if ($0) print }' "$2" | sort >"$work/mapped"
sed -nE 's/^(SAMRENA_API|SAMRENA_INLINE) .*[ *](samrena_[a-z_]+)\(.*/\2/p' "$3" | sort >"$work/declared"

number=0 status=0
same() { # NAME FILE FILE
    number=$((number + 1))
    if diff "$work/$2" "$work/$3" >"$work/difference"; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' "$work/difference"
        status=1
    fi
}

echo 1..2
same 'every exported symbol is in the map' exported mapped
same 'every exported symbol is declared' exported declared
exit $status
