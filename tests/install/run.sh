#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs into a temporary folder, moves it, and builds and runs a program with nothing but pkg-config. Prints TAP.
# usage: run.sh BUILD-FOLDER PROGRAM.c COMPILER [ARGUMENT]...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
build=$1 program=$2
shift 2
compiler=$*
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
# shellcheck source=tests/support/installed.sh
. "$(dirname -- "$0")/../support/installed.sh"
nm=$($compiler -print-prog-name=nm) objdump=$($compiler -print-prog-name=objdump)

flags() {
    pkg-config "$@" samrena
}
build_program() {
    # shellcheck disable=SC2046 # flags are words
    $compiler -o "$work/program$exe" "$program" $(flags --cflags --libs) -Wl,-rpath,"$library"
}
adapters_are_listed() {
    [ -f "$(flags --variable=adapterdir)/chained$plugin" ] && [ -f "$(flags --variable=adapterdir)/virtual$plugin" ]
}
headers_are_there() {
    for header in samrena.h samrena.hpp samrena/adapter.h samrena/compiler.h samrena/containers.hpp samrena/error.h \
        samrena/heap.h samrena/objects.hpp; do
        [ -f "$installed/include/$header" ] || return 1
    done
}
# The names that a shared object takes from others, that it gives, and the files that it needs.
if is_windows; then
    imports() { "$objdump" -p "$1" | awk '/DLL Name:/ { on = 1; next } on && NF == 3 { print $3 } /^$/ { on = 0 }'; }
    exports() { "$objdump" -p "$1" | awk '/Name Pointer. Table/ { on = 1; next } /^$/ { on = 0 } on { print $NF }'; }
    needs() { "$objdump" -p "$1" | awk '$1 == "DLL" && $2 == "Name:" { print tolower($3) }'; }
    of_the_system='^(kernel32|advapi32|msvcrt)\.dll$'
else
    imports() { "$nm" -D --undefined-only "$1" | awk '{ print $NF }'; }
    exports() { "$nm" -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }'; }
    needs() { "$objdump" -p "$1" | awk '$1 == "NEEDED" { print $2 }'; }
    of_the_system='^(libc|libdl|ld(64|-linux.*))\.so'
fi
imports_nothing_of_the_library() {
    imports "$1" >"$work/imports" && [ -s "$work/imports" ] && ! grep samrena "$work/imports"
}
exports_one_symbol() { # but for what musl's start files add to each shared object
    [ "$(exports "$1" | grep -vx -e _init -e _fini)" = samrena_adapter ]
}
exports_only_our_names() {
    exports "$library_file" >"$work/exports" && grep -qx samrena_create "$work/exports" &&
        ! grep -v '^samrena_' "$work/exports"
}
needs_only_the_c_library() {
    needs "$1" >"$work/needs" && [ -s "$work/needs" ] && ! grep -vE "$of_the_system" "$work/needs"
}

check "headers are installed" headers_are_there
check "pkg-config knows the folder of adapters" adapters_are_listed
check "a program builds with pkg-config alone" build_program
check "it finds the default adapter beside the library" $wrapper "$work/program$exe"
check "it finds virtual" env SAMRENA_ADAPTER=virtual $wrapper "$work/program$exe"
check "the library exports only samrena_ names" exports_only_our_names
for adapter in chained virtual; do
    file=$library/samrena-1/adapters/$adapter$plugin
    check "$adapter imports no symbol of the library" imports_nothing_of_the_library "$file"
    check "$adapter exports its descriptor alone" exports_one_symbol "$file"
    check "$adapter needs the C library alone" needs_only_the_c_library "$file"
done
check "the library needs the C library alone" needs_only_the_c_library "$library_file"
profile_tool_runs() {
    bin=$(dirname "$(find "$installed" -name "samrena-profile$exe")")
    $wrapper "$bin/samrena-profile$exe" --version && $wrapper "$bin/samrena-profile$exe" show "$(dirname -- "$0")/../profile/sample.profile"
}
check "samrena-profile runs where it was moved to" profile_tool_runs
for tool in samrena-adapter samrena-profile; do
    if command -v scdoc >/dev/null; then
        check "$tool has a man page" test -n "$(find "$installed" -name "$tool.1")"
    else
        skip "$tool has a man page" "no scdoc"
    fi
done
documents=$installed/share/doc/libsamrena
# Links to sources apart, which stay where they are.
documents_lead_on() {
    find "$documents" -name '*.md' >"$work/pages" && [ -s "$work/pages" ] || return
    while read -r page; do
        grep -o '](\([^)#]*\)' "$page" | sed 's/](//' | grep -vE '^$|^https?:|^(\.\./)?(include|tests)/' | while read -r link; do
            [ -e "$(dirname "$page")/$link" ] || echo "$page: $link leads nowhere"
        done
    done <"$work/pages" >"$work/broken"
    cat "$work/broken"
    [ ! -s "$work/broken" ]
}
check "the licence is there" grep -q '^MIT License' "$documents/LICENSE"
check "links of the documents lead on" documents_lead_on
link_name=$(is_windows && echo libsamrena.dll.a || echo libsamrena.so)
check "the link name is there" test -n "$(find "$installed" -name "$link_name")"
tap_end
