#!/bin/sh
# SPDX-License-Identifier: MIT
# Which system and which compiler it is, is asked in the build and in one header each; atomics have one page. Prints TAP.
# usage: pages.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
cd "$1"

# nowhere_but PAGE|PAGE PATTERN FOLDER...: no line of a source has it but the pages, which do.
nowhere_but() {
    pages=$1 pattern=$2
    shift 2
    grep -rnwE --include='*.[ch]' --include='*.cc' --include='*.hh' --include='*.hpp' --include='*.in' "$pattern" "$@" >"$work/found"
    ! grep -vE "^($pages):" "$work/found" && [ "$(grep -oE "^($pages):" "$work/found" | sort -u | tr -d '\n')" = "$(echo "$pages" | tr '|' ':'):" ]
}
systems='_WIN32|_WIN64|_AIX|TARGET_OS_[A-Z]+|__(linux|unix|gnu_linux|APPLE|MACH|FreeBSD|NetBSD|OpenBSD|DragonFly|sun|hpux|HAIKU)(__)?'
systems="$systems|__(ANDROID|BIONIC|CYGWIN|EMSCRIPTEN|MINGW32|MINGW64|GLIBC|GNU_LIBRARY|BSD_VISIBLE|MUSL)(_[A-Z]+)?(__)?"
compilers='__(GNUC|clang|INTEL_COMPILER|BYTE_ORDER|ELF)__|_MSC_VER|__has_(attribute|builtin|feature|extension)'
extensions='__(attribute|asm|extension|typeof|alignof|inline|auto_type)(__)?|__declspec|__(builtin|atomic|sync)_[a-z_0-9]+|typeof|asm'

check 'no source asks which system it is' nowhere_but 'include/samrena/compiler.h' "$systems" \
    core adapters include tests docs/examples
check 'no source of the library asks which compiler it is' \
    nowhere_but 'core/compiler.h|core/memcheck.h|include/samrena/compiler.h' "$compilers" core adapters include docs/examples
check 'nor uses what C11 does not have' \
    nowhere_but 'core/compiler.h|core/memcheck.h|include/samrena/compiler.h' "$extensions" core adapters include docs/examples
check 'atomics come from one page' nowhere_but 'adapters/atomic.h|core/atomic.h' '#include <stdatomic\.h>' core adapters include
tap_end
