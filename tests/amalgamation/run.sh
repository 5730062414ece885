#!/bin/sh
# SPDX-License-Identifier: MIT
# The made files, in a folder with nothing else in it: each compiler that is there makes programs of them, by its name alone. Prints TAP.
# usage: run.sh MADE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
made=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
unset SAMRENA_ADAPTER SAMRENA_LOG CFLAGS CXXFLAGS LDFLAGS

mkdir "$work/drop in"
cp "$made/samrena.c" "$made/samrena.h" "$made/samrena.hpp" "$made/CMakeLists.txt" "$work/drop in"
cp "$here/program.c" "$here/program.cc" "$work"
cd "$work/drop in"
strict='-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Werror'
strict_cpp='-Wall -Wextra -Wconversion -Wshadow -Werror -I.'

# Not a word is to be said by any compiler.
quietly() { # COMMAND...
    "$@" >../said 2>&1 || { cat ../said && return 1; }
    cat ../said
    [ ! -s ../said ]
}
starts() { # PROGRAM: and tells the version that it has
    # shellcheck disable=SC2086 # words
    [ "$($runner "$1" | tr -d '\r')" = "$(sed -n '1s/^.*libsamrena \([0-9.]*\),.*/\1/p' samrena.h)" ]
}

# links_and_runs COMPILER ARGUMENT...: samrena.o, in a program in C
links_and_runs() {
    # shellcheck disable=SC2086 # words
    quietly "$@" $strict -I. -o ../program.exe ../program.c samrena.o $libraries && starts ../program.exe
}
# is_enough COMPILER ARGUMENT...: samrena.c, as whoever takes it over would compile it
is_enough() {
    quietly "$@" -O2 -c samrena.c && links_and_runs "$@"
}
is_clean() {
    # shellcheck disable=SC2086 # words
    quietly "$@" $strict -O2 -c samrena.c && links_and_runs "$@"
}
has_names_of_its_own_alone() { # NM OBJECT
    "$1" -g --defined-only "$2" | awk 'NF == 3 { print $3 }' >../names
    grep -q '^samrena_push$' ../names && ! grep -v '^samrena_' ../names
}
is_part_of_cpp() { # C++-COMPILER ARGUMENT...
    # shellcheck disable=SC2086 # words
    quietly "$@" -std=c++17 $strict_cpp -o ../program ../program.cc samrena.o $libraries && ../program &&
        quietly "$@" -std=c++11 $strict_cpp -x c++ -o ../program ../program.c -x none samrena.o $libraries && starts ../program
}

libraries=-pthread runner=''
check 'cc -O2 -c samrena.c' is_enough cc
for words in 'gcc -std=c11' 'gcc -std=gnu11' 'clang -std=c11' 'musl-gcc -std=c11'; do
    if command -v "${words% *}" >/dev/null; then
        # shellcheck disable=SC2086 # words
        check "$words, with warnings" is_clean $words
        check "$words: all that others see begins with samrena_" has_names_of_its_own_alone nm samrena.o
    else
        skip "$words" 'it is not there'
    fi
done
check 'cc, in the calls of POSIX alone' is_clean cc -DSAMRENA_PORTABLE
check 'cc, checking itself' is_clean cc -DSAMRENA_CHECKS
for compiler in g++ clang++; do
    if command -v $compiler >/dev/null; then
        check "$compiler: part of a C++ program" is_part_of_cpp $compiler
    else
        skip "$compiler: part of a C++ program" 'it is not there'
    fi
done

libraries=-static
for wine in wine wine64 /usr/lib/wine/wine64 ''; do
    ! command -v "$wine" >/dev/null || break
done
mingw=x86_64-w64-mingw32
if ! command -v $mingw-gcc >/dev/null; then
    skip 'mingw' "$mingw-gcc is not there"
elif [ -z "$wine" ]; then
    # shellcheck disable=SC2086 # words
    check 'mingw, with warnings; not run, as there is no Wine' quietly $mingw-gcc -std=c11 $strict -O2 -c samrena.c
else
    export WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
    runner=$wine
    check 'mingw -O2 -c samrena.c' is_enough $mingw-gcc
    check 'mingw, c11, with warnings' is_clean $mingw-gcc -std=c11
fi

consumes_by_cmake() { # FOLDER [ARGUMENT]...: a program of a project of its own
    folder=$work/$1
    shift
    cmake -S "$here/cmake" -B "$folder" -DSAMRENA_FOLDER="$work/drop in" "$@" && cmake --build "$folder" &&
        runner='' && starts "$folder/program"
}
if command -v cmake >/dev/null; then
    check 'CMake: add_subdirectory(), static' consumes_by_cmake 'cmake static'
    check 'CMake: add_subdirectory(), shared' consumes_by_cmake 'cmake shared' -DBUILD_SHARED_LIBS=ON
else
    skip 'CMake: add_subdirectory()' 'cmake is not there'
fi
tap_end
