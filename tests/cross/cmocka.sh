#!/bin/sh
# SPDX-License-Identifier: MIT
# cmocka for another system, from Debian's source: cmocka.sh FOLDER PREFIX COMPILER [FLAG...]
# The source lies in FOLDER/cmocka. It is fetched with an apt configuration of its own in FOLDER/apt: the machine's says
# where Debian is, and is left as it is.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
folder=$(CDPATH='' cd -- "$1" && pwd) prefix=$2
shift 2

# The machine's entries for Debian, as sources of source packages.
source_entries() {
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
        case $([ ! -f "$file" ] || echo "$file") in
        *.list) sed -n 's/^deb \(.*debian.*\)/deb-src \1/p' "$file" >"$apt/parts/$(basename "$file")" ;;
        *.sources) awk -v RS= -v ORS='\n\n' '/URIs:[^\n]*debian/ { sub(/Types:[^\n]*/, "Types: deb-src"); print }' \
            "$file" >"$apt/parts/$(basename "$file")" ;;
        esac
    done
}

private_apt() {
    apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt/parts" \
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@"
}

fetch() {
    apt=$folder/apt
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial" "$folder/cmocka.new"
    source_entries
    private_apt update
    (cd "$folder/cmocka.new" && private_apt source --download-only cmocka && tar -xf cmocka_*.orig.tar.xz --strip-components=1)
    mv "$folder/cmocka.new" "$folder/cmocka"
}

# What its own configuration would find; one source file is all of it.
build() {
    has='-DHAVE_INTTYPES_H -DHAVE_MALLOC_H -DHAVE_SIGNAL_H -DHAVE_STRUCT_TIMESPEC'
    case $1 in
    *mingw*) has="$has -D__USE_MINGW_ANSI_STDIO=1" ;;
    *) has="$has -D_GNU_SOURCE -DHAVE_CLOCK_REALTIME -DHAVE_GCC_THREAD_LOCAL_STORAGE -DHAVE_SIGLONGJMP -DHAVE_STRINGS_H -DHAVE_STRSIGNAL" ;;
    esac
    mkdir -p "$prefix/include" "$prefix/lib/pkgconfig"
    cp "$folder"/cmocka/include/*.h "$prefix/include"
    # What is skipped is "ok" in TAP, as later releases have it.
    sed 's/"not ok %u # SKIP/"ok %u # SKIP/' "$folder/cmocka/src/cmocka.c" >"$prefix/cmocka.c"
    # shellcheck disable=SC2086 # one word for each macro
    "$@" -std=gnu99 -O1 -g -fPIC -w $has -I"$prefix/include" -c "$prefix/cmocka.c" -o "$prefix/cmocka.o"
    ar rcs "$prefix/lib/libcmocka.a" "$prefix/cmocka.o"
    version=$(sed -n 's/^project(cmocka VERSION \([0-9.]*\).*/\1/p' "$folder/cmocka/CMakeLists.txt")
    printf 'Name: cmocka\nDescription: unit tests\nVersion: %s\nLibs: -L%s/lib -lcmocka\nCflags: -I%s/include\n' \
        "$version" "$prefix" "$prefix" >"$prefix/lib/pkgconfig/cmocka.pc"
}

[ -d "$folder/cmocka" ] || fetch
[ -f "$prefix/lib/pkgconfig/cmocka.pc" ] || build "$@"
