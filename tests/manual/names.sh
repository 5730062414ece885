#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual pages describe what there is: each function, macro, enumerator, field and variable, and nothing else. Prints TAP.
# usage: names.sh SOURCE-FOLDER LIBRARY
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
here=$(cd "$(dirname -- "$0")" && pwd)
root=$1 library=$(realpath "$2")
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
# shellcheck source=tests/manual/pages.sh
. "$here/pages.sh"
cd "$root/docs/man"

for page in $(pages); do
    section "$page" NAME SYNOPSIS >"$work/head"
    names "$work/head" | sed "s/\$/ $page/"
done >"$work/described"

# ---- Each name is in one page ----

described_once() { # FILE: one name a line
    while read -r name; do
        awk -v name="$name" '$1 == name { n++; where = where " " $2 }
            END { if (n != 1) print name ": in " n + 0 " pages" where; exit n != 1 }' "$work/described" || return 1
    done <"$1"
}
exported "$library" "$root/core/libsamrena.map" >"$work/exports"
sed -nE 's/^(static inline|SAMRENA_INLINE|SAMRENA_INLINE_PART) .*[ *](samrena_[a-z_]+)\(.*/\2/p' \
    "$root/include/samrena.h" "$root/include/samrena/adapter.h" | sort -u >"$work/inline"
# What one header needs of another, and what a macro is made of, is not for programs.
own='SAMRENA_H SAMRENA_HEAP_H SAMRENA_ADAPTER_H SAMRENA_INLINE SAMRENA_INLINE_PART SAMRENA_SCOPE_AT SAMRENA_SCOPE_NAMED
    SAMRENA_ABI_OFFSET SAMRENA_ADAPTER_SYMBOL'
# shellcheck disable=SC2086 # one word for each name
printf '%s\n' $own | sort >"$work/own"
sed -nE 's/^#define (SAMRENA_[A-Z_]+).*/\1/p' "$root/include/samrena.h" "$root/include/samrena/heap.h" \
    "$root/include/samrena/adapter.h" | sort -u >"$work/all_macros"
comm -23 "$work/all_macros" "$work/own" >"$work/macros"

check 'every exported function is in one page' described_once "$work/exports"
check 'every inline function is in one page' described_once "$work/inline"
check 'every macro is in one page' described_once "$work/macros"
check "there are that many" test "$(cat "$work/exports" "$work/inline" "$work/macros" | sort -u | wc -l)" -ge 90
nobody() {
    echo samrena_nobody >"$work/nobody"
    ! described_once "$work/nobody"
}
check 'a name in no page is noticed' nobody
only_what_there_is() {
    pages | tr . ' ' | cut -d' ' -f1 | sort -u >"$work/titles"
    cut -d' ' -f1 "$work/described" | sort -u | grep -vxF -f "$work/titles" |
        grep -vxF -f "$work/exports" -f "$work/inline" -f "$work/macros" >"$work/unknown" || true
    cat "$work/unknown"
    [ ! -s "$work/unknown" ]
}
check 'the pages name nothing else' only_what_there_is

# ---- What belongs to them ----

told() { # PAGE FILE: each line of the file is a word of the page, without the marks of scdoc around it
    sed -E 's/(^|[^A-Za-z])_/\1 /g; s/_([^A-Za-z]|$)/ \1/g' "$1" >"$work/words"
    [ -s "$2" ] || return 1
    while read -r word; do
        grep -qw -- "$word" "$work/words" || { echo "$word is not in it" && return 1; }
    done <"$2"
}
# fields STRUCT: of samrena.h
fields() {
    awk -v begin="typedef struct $1 {" '$0 == begin { on = 1; next } /^}/ { on = 0 } on' "$root/include/samrena.h" |
        sed -nE -e 's|/\*.*||' -e 's/^    [A-Za-z].*[ *]([a-z_]+);.*/\1/p' | grep -vx struct_size
}
cat ./*.scd >"$work/all"
sed -nE 's/^    (SAMRENA_[A-Z_]+) = [0-9]+,?.*/\1/p' "$root/include/samrena.h" "$root/include/samrena/error.h" >"$work/enumerators"
check 'every enumerator is in a page' told "$work/all" "$work/enumerators"
for pair in SamrenaConfig:create SamrenaInfo:get_info SamrenaReserveInfo:reserve SamrenaLabelInfo:label \
    SamrenaAdapterInfo:adapter_load; do
    fields "${pair%:*}" >"$work/fields"
    check "every field of ${pair%:*} is in samrena_${pair#*:}(3)" told "samrena_${pair#*:}.3.scd" "$work/fields"
done
cat "$root"/core/*.c "$root"/core/loader/*.c | grep -oE '(system_environment\(|\.name = )"SAMRENA_[A-Z_]+"' |
    grep -oE 'SAMRENA_[A-Z_]+' | sort -u >"$work/variables"
section samrena.7 ENVIRONMENT >"$work/environment"
check 'every variable that the library reads is in samrena(7)' told "$work/environment" "$work/variables"

# ---- Each page is whole ----

has_sections() { # PAGE TITLE...
    page=$1
    shift
    for title; do
        [ -n "$(section "$page" "$title")" ] || { echo "no $title" && return 1; }
    done
}
fits() { # PAGE: where a terminal has 80 columns, a literal block begins in column 12
    awk '/^```/ { on = !on; next } { gsub(/\\\\/, "\\") } on && length > 68 { print; bad = 1 } END { exit bad }' "$1.scd"
}
leads_somewhere() { # PAGE
    grep -oE '\*(samrena|SAMRENA)[A-Za-z_-]*\*\([1-9]\)' "$1.scd" | tr -d '*)' | tr '(' ' ' | sort -u >"$work/links"
    while read -r name number; do
        [ -f "$name.$number.scd" ] || { [ "$number" = 3 ] && grep -q "^$name [a-z_]*\.3\$" "$work/described"; } ||
            { echo "$name($number)" && return 1; }
    done <"$work/links"
}
for page in $(pages); do
    case $page in
    *.3) more='ERRORS:RETURN VALUE' ;;
    *) more=DESCRIPTION ;;
    esac
    check "$page has its sections" has_sections "$page" NAME SYNOPSIS DESCRIPTION "${more%:*}" "${more#*:}" EXAMPLES 'SEE ALSO'
    check "$page fits 80 columns" fits "$page"
    check "$page leads to pages that there are" leads_somewhere "$page"
done
tap_end
