#!/bin/sh
# SPDX-License-Identifier: MIT
# Does what docs/guide.md tells its reader to do, against an installed library: its programs are compiled by its commands, and
# print what it says. Prints TAP.
# usage: user_guide.sh SOURCE-FOLDER BUILD-FOLDER C++-COMPILER COMPILER [ARGUMENT]...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
here=$(cd "$(dirname -- "$0")" && pwd)
# The command, by its path: others of its name are made below.
absolute() {
    [ $# -eq 0 ] || { found=$(command -v "$1") && shift && echo "$found $*"; }
}
guide=$1/docs/guide.md build=$2
# shellcheck disable=SC2086 # one word for each argument
cpp_compiler=$(absolute $3)
shift 3
compiler=$(absolute "$@")
umask 022 # folders that others may write are refused
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
if is_windows; then
    skip 'the programs of the guide' 'its commands are those of a POSIX shell'
    tap_end
fi
# shellcheck source=tests/support/installed.sh
. "$here/../support/installed.sh"
unset SAMRENA_DEBUG

# What the reader calls cc and c++ is what built the library; pkg-config is told where that is.
mkdir "$work/bin" "$work/programs"
command_is() { # NAME COMMAND
    printf '#!/bin/sh\nexec %s\n' "$2" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
command_is cc "$compiler -Wall -Wextra -Werror \"\$@\" '-Wl,-rpath,$library'"
command_is c++ "$cpp_compiler -Wall -Wextra -Werror \"\$@\" '-Wl,-rpath,$library'"
PATH=$work/bin:$PATH
cd "$work/programs"

# A program stands in a block whose first line names its file; commands and what they print in one of ```console.
awk '
    /^## / { chapter = $0; sub(/^## /, "", chapter) }
    /^```/ && on { on = 0; close(file); next }
    /^```(c|cpp)$/ { on = 1; getline; file = $2; print >file; next }
    /^```console$/ { on = 1; file = sprintf("session-%02d", ++sessions); print chapter >(file ".title"); close(file ".title") ; next }
    /^```/ { print "a block that nothing checks: " $0 >"strange"; on = 1; file = "/dev/null"; next }
    on { print >file }' "$guide"

# session FILE: runs each line that begins with $, and prints it and what it writes to its standard output
session() {
    : >"$work/errors"
    sed -n 's/^\$ //p' "$1" | while read -r line; do
        printf '$ %s\n' "$line"
        sh -c "$line" 2>>"$work/errors" || echo "status $?"
    done
}
agrees() { # FILE
    session "$1" >"$work/found"
    diff "$1" "$work/found" || { cat "$work/errors" && return 1; }
}
needs() { # FILE: what cannot be had here; nothing, where all can
    if grep -q '^\$ c++' "$1" && [ -z "$cpp_compiler" ]; then
        echo 'no C++ compiler'
    elif grep -q 'fsanitize=address' "$1" && ! printf 'int main(void) { return 0; }\n' | cc -fsanitize=address -o probe -xc - 2>"$work/log"; then
        echo 'AddressSanitizer is not installed'
    elif grep -q 'fsanitize=address' "$1" && [ -n "$wrapper" ]; then
        echo 'no AddressSanitizer in an emulator'
    fi
}
for file in session-*[0-9]; do
    missing=$(needs "$file")
    if [ -n "$missing" ]; then
        skip "$(cat "$file.title"): $file" "$missing"
    else
        check "$(cat "$file.title"): $file" agrees "$file"
    fi
done
check 'each of ten chapters has a program that is run' test "$(cat session-*.title | sort -u | wc -l)" -eq 10
check 'there is no other block of code' test ! -e strange
wrong() {
    printf '$ echo one\ntwo\n' >other && ! agrees other
}
check 'other output is noticed' wrong
tap_end
