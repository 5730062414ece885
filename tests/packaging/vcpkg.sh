#!/bin/sh
# SPDX-License-Identifier: MIT
# The vcpkg port, with functions of our own in the place of vcpkg's, and a program of what it makes. Prints TAP.
# usage: vcpkg.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
top=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
unset CFLAGS LDFLAGS SAMRENA_ADAPTER SAMRENA_ADAPTER_PATH SAMRENA_LOG

command -v cmake >/dev/null || { echo '1..0 # SKIP cmake is not there' && exit 0; }
port=$top/docs/packaging/vcpkg/libsamrena

check 'the port makes what it moves' cmake -DPORT="$port" -DCURRENT_PACKAGES_DIR="$work/packages" -DCURRENT_BUILDTREES_DIR="$work/build" \
    -P "$here/vcpkg_functions.cmake"
version() { # FILE PATTERN
    sed -n "s/^ *$2: ['\"]\(.*\)['\"],\$/\1/p" "$1"
}
has_the_version_of_the_library() {
    [ -n "$(version "$top/meson.build" version)" ] && [ "$(version "$top/meson.build" version)" = "$(version "$port/vcpkg.json" '"version"')" ]
}
check 'its version is that of the library' has_the_version_of_the_library
program_runs() {
    cmake -S "$top/docs/packaging/conan/test_package" -B "$work/program" -DCMAKE_PREFIX_PATH="$work/packages" &&
        cmake --build "$work/program" && "$work/program/program"
}
check 'a program finds it, and runs without a file beside it' program_runs
tap_end
