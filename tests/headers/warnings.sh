#!/bin/sh
# SPDX-License-Identifier: MIT
# The public headers as a program's own code, not a system's, give no warning: each of them alone, and the programs that
# use all of them, in each language, with all that gcc and clang can warn of. Prints TAP.
# usage: warnings.sh INCLUDE-FOLDER PROGRAM.c PROGRAM.cc COMPILER...   each a gcc or a clang, for C and C++
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
include=$1 program_c=$2 program_cc=$3
shift 3
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

# clang: all but that structs have padding, and that older languages have not what this one has.
everything='-Weverything -Wno-padded -Wno-c++98-compat -Wno-c++98-compat-pedantic -Wno-pre-c11-compat -Wno-pre-c23-compat
    -Wno-pre-c2x-compat -Wno-unknown-warning-option -Wno-unused-command-line-argument'
# gcc: what it has for both languages, and for each.
most='-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Warith-conversion -Wredundant-decls -Wshadow -Wundef
    -Wcast-qual -Wcast-align=strict -Wwrite-strings -Wformat=2 -Wmissing-declarations -Wnull-dereference
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wdouble-promotion -Wswitch-default -Wswitch-enum -Wvla
    -Wunused-macros -Winvalid-pch'
most_c='-Wc++-compat -Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes -Wbad-function-cast -Wnested-externs
    -Wdeclaration-after-statement -Wjump-misses-init'
most_cpp='-Wold-style-cast -Wzero-as-null-pointer-constant -Wextra-semi -Wnon-virtual-dtor -Woverloaded-virtual
    -Wctor-dtor-privacy -Wsuggest-override -Wcomma-subscript'

warnings_of() { # COMPILER LANGUAGE
    if "$1" --version | grep -q clang; then
        echo "$everything"
    elif [ "$2" = c ]; then
        echo "$most $most_c"
    else
        echo "$most $most_cpp"
    fi
}

knows() { # COMPILER LANGUAGE DIALECT
    echo 'int main(void) { return 0; }' >"$work/empty.$2"
    "$1" "-std=$3" -fsyntax-only "$work/empty.$2" 2>/dev/null
}

compile() { # COMPILER DIALECT FILE: optimised, since some warnings come with that
    # shellcheck disable=SC2046 # each warning is a word
    "$1" "-std=$2" $(warnings_of "$1" "${3##*.}") -Werror -O2 -I"$include" -c -o "$work/object" "$3"
}

try() { # COMPILER LANGUAGE DIALECT PROGRAM
    if knows "$1" "$2" "$3"; then
        check "$1, $3" compile "$1" "$3" "$4"
    else
        skip "$1, $3" 'this compiler does not have it'
    fi
}

alone() { # COMPILER LANGUAGE DIALECT HEADER
    printf '#include <%s>\nint main(void);\n' "$4" >"$work/alone.$2"
    check "$1, $3, $4 alone" compile "$1" "$3" "$work/alone.$2"
}

# The flags do warn: what stays silent here would prove nothing below.
must_warn() { # COMPILER
    printf 'int a(char *p);\nint a(char *p);\nint a(char *p) { int b = 1L << 40; return *p + b; }\n' >"$work/bad.c"
    ! compile "$1" c11 "$work/bad.c"
}

for compiler; do
    if ! command -v "$compiler" >/dev/null; then
        skip "$compiler" 'it is not installed'
        continue
    fi
    check "$compiler warns" must_warn "$compiler"
    for dialect in c99 c11 c17 c2x c23; do
        try "$compiler" c "$dialect" "$program_c"
    done
    for header in samrena.h samrena/adapter.h samrena/compiler.h samrena/error.h samrena/heap.h; do
        alone "$compiler" c c99 "$header"
    done
    if ! echo '#include <vector>' | "$compiler" -x c++ -fsyntax-only - 2>/dev/null; then
        skip "$compiler, C++" 'it has no C++ here'
        continue
    fi
    cp "$program_c" "$work/program.cc"
    for dialect in c++11 c++14 c++17 c++20 c++2b; do
        try "$compiler" cc "$dialect" "$work/program.cc"
    done
    for dialect in c++17 c++20 c++2b; do
        try "$compiler" cc "$dialect" "$program_cc"
    done
    for header in samrena.hpp samrena/containers.hpp samrena/objects.hpp; do
        alone "$compiler" cc c++17 "$header"
    done
done
tap_end
