#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs into a temporary folder, moves it, and builds and runs a program with nothing but pkg-config. Prints TAP.
# usage: run.sh BUILD-FOLDER PROGRAM.c
set -eu
build=$1 program=$2
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
unset SAMRENA_ADAPTER_PATH SAMRENA_ADAPTER LD_LIBRARY_PATH CMOCKA_MESSAGE_OUTPUT

DESTDIR=$work/first meson install -C "$build" --no-rebuild >/dev/null 2>&1
option() {
    meson introspect "$build" --buildoptions |
        python3 -c 'import json,sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == sys.argv[1]))' "$1"
}
prefix=$(option prefix)
mv "$work/first$prefix" "$work/moved"
library=$(dirname "$(find "$work/moved" -name 'libsamrena.so.0')")
export PKG_CONFIG_PATH=$library/pkgconfig
# POSIX does not tell a library where it lies.
[ "$(option portable)" = False ] || export SAMRENA_ADAPTER_PATH="$library/samrena-1/adapters"

# The .pc file names the prefix it was made for; a moved installation says where it is now.
flags() {
    pkg-config --define-variable=prefix="$work/moved" "$@" samrena
}
build_program() {
    # shellcheck disable=SC2046 # flags are words
    cc -o "$work/program" "$program" $(flags --cflags) $(flags --libs) -Wl,-rpath,"$library"
}
adapters_are_listed() {
    [ -f "$(flags --variable=adapterdir)/chained.so" ] && [ -f "$(flags --variable=adapterdir)/virtual.so" ]
}
headers_are_there() {
    for header in samrena.h samrena.hpp samrena/adapter.h samrena/compiler.h samrena/containers.hpp samrena/error.h \
        samrena/heap.h samrena/objects.hpp; do
        [ -f "$work/moved/include/$header" ] || return 1
    done
}
imports_nothing_of_the_library() {
    ! nm -D --undefined-only "$1" | grep samrena
}
exports_one_symbol() {
    [ "$(nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }')" = samrena_adapter ]
}
exports_only_our_names() {
    ! nm -D --defined-only "$library/libsamrena.so.0" | awk '$2 != "A" { print $3 }' | grep -v '^samrena_'
}
needs_only_the_c_library() {
    ! objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }' | grep -vE '^(libc|libdl|ld-linux.*)\.so'
}

check "headers are installed" headers_are_there
check "pkg-config knows the folder of adapters" adapters_are_listed
check "a program builds with pkg-config alone" build_program
check "it finds the default adapter beside the library" "$work/program"
check "it finds virtual" env SAMRENA_ADAPTER=virtual "$work/program"
check "the library exports only samrena_ names" exports_only_our_names
for adapter in chained virtual; do
    file=$library/samrena-1/adapters/$adapter.so
    check "$adapter imports no symbol of the library" imports_nothing_of_the_library "$file"
    check "$adapter exports its descriptor alone" exports_one_symbol "$file"
    check "$adapter needs the C library alone" needs_only_the_c_library "$file"
done
check "the library needs the C library alone" needs_only_the_c_library "$library/libsamrena.so.0"
profile_tool_runs() {
    bin=$(dirname "$(find "$work/moved" -name samrena-profile)")
    "$bin/samrena-profile" --version && "$bin/samrena-profile" show "$(dirname -- "$0")/../profile/sample.profile"
}
check "samrena-profile runs where it was moved to" profile_tool_runs
for tool in samrena-adapter samrena-profile; do
    if command -v scdoc >/dev/null; then
        check "$tool has a man page" test -n "$(find "$work/moved" -name "$tool.1")"
    else
        skip "$tool has a man page" "no scdoc"
    fi
done
check "the link name is there" [ -e "$library/libsamrena.so" ]
tap_end
