#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual pages as they are installed: each has a file, is formatted without a warning, declares in its synopsis what the
# headers declare, and has an example that compiles and runs. Prints TAP.
# usage: examples.sh SOURCE-FOLDER BUILD-FOLDER COMPILER [ARGUMENT]...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
here=$(cd "$(dirname -- "$0")" && pwd)
root=$1 build=$2
shift 2
compiler=$*
umask 022 # folders that others may write are refused
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
# shellcheck source=tests/support/installed.sh
. "$here/../support/installed.sh"
# shellcheck source=tests/manual/pages.sh
. "$here/pages.sh"
cd "$root/docs/man"
strict='-Wall -Wextra -Werror'

# ---- Synopses ----

# Macros stand there as if they were functions: their statements are left out.
prototypes() {
    awk '/^#/ { print; next }
        { statement = statement $0 "\n" }
        /;$/ { if (statement !~ /SAMRENA_[A-Z_]*\(/) printf "%s", statement; statement = "" }'
}
synopsis_compiles() { # PAGE
    section "$1" SYNOPSIS | code | prototypes >"$work/synopsis.c"
    # shellcheck disable=SC2046,SC2086 # flags are words
    $compiler $strict -Wno-unused-function -fsyntax-only $(pkg-config --cflags samrena) "$work/synopsis.c"
}
for page in $(pages); do
    case $page in *.1) ;; *) check "$page: its synopsis agrees with the headers" synopsis_compiles "$page" ;; esac
done
other_type() {
    printf '#include <samrena.h>\nint samrena_reserve(Samrena *arena, int size);\n' >"$work/other.c"
    # shellcheck disable=SC2046 # flags are words
    ! $compiler -fsyntax-only $(pkg-config --cflags samrena) "$work/other.c"
}
check 'a synopsis that does not agree is noticed' other_type

# ---- Examples ----

example_runs() { # PAGE
    section "$1" EXAMPLES | code >"$work/example.c"
    grep -q 'int main(void)' "$work/example.c" || return 1
    # shellcheck disable=SC2046,SC2086 # flags are words
    $compiler $strict -o "$work/example$exe" "$work/example.c" $(pkg-config --cflags --libs samrena) -Wl,-rpath,"$library" &&
        $wrapper "$work/example$exe"
}
adapter_passes() {
    section samrena-adapter.5 EXAMPLES | code >"$work/pages.c"
    # shellcheck disable=SC2046,SC2086 # flags are words
    $compiler $strict -shared -fPIC -o "$work/pages$plugin" "$work/pages.c" $(pkg-config --cflags samrena-adapter) &&
        $wrapper "$build/core/tool/samrena-adapter$exe" check "$(host_path "$work/pages$plugin")"
}
for page in $(pages); do
    case $page in *.[37]) check "$page: its example compiles and runs" example_runs "$page" ;; esac
done
if is_windows; then
    skip 'samrena-adapter.5: its example passes the conformance suite' 'this C library has no aligned_alloc()'
else
    check 'samrena-adapter.5: its example passes the conformance suite' adapter_passes
fi

# ---- Files ----

if ! command -v scdoc >/dev/null; then
    skip 'the pages are installed' 'no scdoc'
    tap_end
fi
manual=$(dirname "$(dirname "$(find "$installed" -name samrena.7)")")
page_file() { # PAGE: as it is installed
    echo "$manual/man${1##*.}/$1"
}
formats() { # PAGE
    groff -man -Tutf8 -ww "$(page_file "$1")" >"$work/formatted" 2>"$work/warnings"
    cat "$work/warnings"
    [ -s "$work/formatted" ] && [ ! -s "$work/warnings" ]
}
# Each name before the dash has a page, which is this one or leads to it.
has_pages() { # PAGE
    section "$1" NAME | tr '\n' ' ' | sed 's/ - .*//' | tr , '\n' | tr -d ' ' >"$work/listed"
    while read -r name || [ -n "$name" ]; do
        [ "$name.${1##*.}" != "$1" ] || continue
        [ "$(cat "$(page_file "$name.${1##*.}")")" = ".so man${1##*.}/$1" ] || { echo "$name" && return 1; }
    done <"$work/listed"
    [ -f "$(page_file "$1")" ]
}
for page in $(pages); do
    check "$page is installed under each of its names" has_pages "$page"
    if command -v groff >/dev/null; then
        check "$page is formatted without a warning" formats "$page"
    else
        skip "$page is formatted without a warning" 'no groff'
    fi
done
tap_end
