#!/bin/sh
# SPDX-License-Identifier: MIT
# README's program finds the library with pkg-config, CMake and Meson, shared and static, in a folder that the installation was moved
# to and in one with spaces. Prints TAP.
# usage: consumers.sh BUILD-FOLDER SOURCE-FOLDER COMPILER [ARGUMENT]...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
build=$1 source=$2
shift 2
compiler=$*
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
# shellcheck source=tests/support/installed.sh
. "$(dirname -- "$0")/../support/installed.sh"
# shellcheck source=tests/install/consume.sh
. "$(dirname -- "$0")/consume.sh"
version=$(sed -n 's/^Version: //p' "$PKG_CONFIG_PATH/samrena.pc")
unset PKG_CONFIG_PATH # each says where
if [ "$(option pkgconfig.relocatable)" = False ]; then
    echo '1..0 # SKIP this build was set up for one folder alone (pkgconfig.relocatable)'
    exit 0
fi

kind=$(option default_library)
cmake_system=
! is_windows || cmake_system=-DCMAKE_SYSTEM_NAME=Windows
export PYTHONDONTWRITEBYTECODE=1

# Once more where no adapter can be found as a file.
and_needs_no_file() { # FUNCTION ARGUMENT...
    "$@" && mv "$prefix" "$prefix.away" && if runs; then mv "$prefix.away" "$prefix"; else mv "$prefix.away" "$prefix" && false; fi
}
versions_are_told_apart() { # as until 1.0: another minor version is another interface
    major=${version%%.*} minor=${version#*.} patch=${version##*.}
    minor=${minor%%.*}
    with_cmake "$prefix" Samrena::samrena "-DACCEPTED=$version;$major.$minor" \
        "-DREFUSED=$major.$((minor + 1));$((major + 1)).0;$major.$minor.$((patch + 1));99.$minor"
}
adapter_folder_is_there() { # as the last with_cmake was told
    folder=$(cat "$work/program/adapter_folder")
    if [ "$kind" = static ]; then [ -z "$folder" ]; else [ "${folder#"$prefix"/}" != "$folder" ] && [ -f "$folder/virtual$plugin" ]; fi
}
says_where_it_is() {
    [ -n "$(PKG_CONFIG_PATH=$(find "$prefix" -name pkgconfig) pkg-config --print-errors --print-variables samrena)" ] &&
        find "$prefix" -name samrena.pc -exec grep '^URL: https://' {} +
}

consume_static() { # WORDS
    check "$1: pkg-config --static, all in one file" and_needs_no_file with_pkg_config "$prefix" --static
    check_cmake "$1: CMake's Samrena::samrena_static" and_needs_no_file with_cmake "$prefix" Samrena::samrena_static
    if is_windows; then
        skip "$1: Meson with -Dprefer_static" "it needs a file that describes this system"
    else
        check "$1: Meson with -Dprefer_static" and_needs_no_file with_meson "$prefix" -Dprefer_static=true
    fi
}
consume() { # WORDS
    WINEPATH=$(host_path "$prefix/bin")
    check "$1: pkg-config" and_runs with_pkg_config "$prefix"
    check_cmake "$1: CMake's Samrena::samrena" and_runs with_cmake "$prefix" Samrena::samrena
    check_cmake "$1: CMake knows the folder of adapters" adapter_folder_is_there
    if is_windows; then
        skip "$1: Meson" "it needs a file that describes this system"
    else
        check "$1: Meson" and_runs with_meson "$prefix"
    fi
    if [ "$kind" = shared ]; then
        skip "$1: static programs" 'this build has no static library'
    else
        consume_static "$1"
    fi
}

prefix=$installed
consume 'in a moved folder'
check_cmake 'CMake: versions are told apart' versions_are_told_apart
check "pkg-config tells the project's home" says_where_it_is
prefix="$work/a folder with spaces"
mv "$installed" "$prefix"
[ -z "${SAMRENA_ADAPTER_PATH-}" ] || SAMRENA_ADAPTER_PATH="$prefix${SAMRENA_ADAPTER_PATH#"$installed"}"
consume 'in a folder with spaces'
tap_end
