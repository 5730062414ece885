#!/bin/sh
# SPDX-License-Identifier: MIT
# The library exports what core/libsamrena.map lists and the public headers declare: no more, no less.
# sh tests/abi/exports.sh LIBRARY MAP HEADER...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

library=$1 map=$2
shift 2
case $library in
*.dll) objdump -p "$library" | awk '/^\[Ordinal.Name Pointer\]/ { on = 1; next } /^$/ { on = 0 } on { print $NF }' ;;
*) nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' ;;
esac | sort >"$work/exported"
awk '/global:/ { on = 1; next } /local:/ { on = 0 } on { gsub(/[ ;\t]/, ""); if ($0) print }' "$map" | sort >"$work/mapped"
sed -nE 's/^(SAMRENA_API|SAMRENA_INLINE) .*[ *](samrena_[a-z_]+)\(.*/\2/p' "$@" | sort >"$work/declared"

check 'every exported symbol is in the map' diff "$work/exported" "$work/mapped"
check 'every exported symbol is declared' diff "$work/exported" "$work/declared"
tap_end
