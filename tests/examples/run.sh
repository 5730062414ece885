#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the example adapters as a stranger would: outside the tree, against an installed library, through pkg-config
# alone; installs them, and selects them by name. Prints TAP.
# usage: run.sh BUILD-FOLDER ADAPTER-FOLDER PROGRAM.c
set -eu
build=$1 adapters=$2 program=$3
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
unset SAMRENA_ADAPTER_PATH SAMRENA_ADAPTER SAMRENA_LOG LD_LIBRARY_PATH CMOCKA_MESSAGE_OUTPUT DESTDIR CFLAGS LDFLAGS
umask 022 # folders that others may write are refused

# ---- The installed library, and the adapters ----

DESTDIR=$work/first meson install -C "$build" --no-rebuild >"$work/log" 2>&1 ||
    bail_out 'the library cannot be installed' "$work/log"
option() {
    meson introspect "$build" --buildoptions |
        python3 -c 'import json,sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == sys.argv[1]))' "$1"
}
prefix=$(option prefix)
mv "$work/first$prefix" "$work/installed"
library=$(dirname "$(find "$work/installed" -name 'libsamrena.so.0')")
export PKG_CONFIG_PATH="$library/pkgconfig"
# POSIX does not tell a library where it lies.
[ "$(option portable)" = False ] || export SAMRENA_ADAPTER_PATH="$library/samrena-1/adapters"

variable_follows_the_prefix() {
    [ "$(pkg-config --define-variable=prefix=/elsewhere --variable=adapterdir samrena-adapter)" = \
        "/elsewhere${library#"$work/installed"}/samrena-1/adapters" ]
}
abi_is_the_header_s() {
    major=$(sed -n 's/^#define SAMRENA_ADAPTER_ABI_MAJOR \([0-9]*\).*/\1/p' "$work/installed/include/samrena/adapter.h")
    minor=$(sed -n 's/^#define SAMRENA_ADAPTER_ABI_MINOR \([0-9]*\).*/\1/p' "$work/installed/include/samrena/adapter.h")
    [ "$(pkg-config --variable=adapter_abi samrena-adapter)" = "$major.$minor" ]
}
names_no_library() {
    [ -z "$(pkg-config --libs samrena-adapter)" ]
}
builds() { # ADAPTER
    cp -R "$adapters/$1" "$work/$1" && meson setup "$work/build-$1" "$work/$1" --werror &&
        meson compile -C "$work/build-$1" && meson install -C "$work/build-$1"
}
builds_with_cc() { # FILE
    # shellcheck disable=SC2046 # flags are words
    cc -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Werror -shared -fPIC \
        -o "$work/any.so" "$1" $(pkg-config --cflags samrena-adapter)
}
program_builds() {
    # shellcheck disable=SC2046 # flags are words
    cc -o "$work/program" "$program" $(pkg-config --cflags --libs samrena) -Wl,-rpath,"$library"
}

check 'samrena-adapter: adapterdir follows a moved prefix' variable_follows_the_prefix
check "samrena-adapter: adapter_abi is the header's" abi_is_the_header_s
check 'samrena-adapter: no library to link' names_no_library
# The .pc files name the prefix they were made for, and Meson has no way to tell pkg-config another one.
sed -i "s|^prefix=.*|prefix=$work/installed|" "$PKG_CONFIG_PATH"/*.pc
for folder in first-adapter fixed-buffer mapped-file; do
    check "$folder builds outside the tree and installs itself" builds "$folder"
    check "$folder builds with cc and pkg-config" builds_with_cc "$adapters/$folder"/*.c
done
check 'a program builds with pkg-config' program_builds

# ---- What a program sees of them ----

# MALLOC_PERTURB_: glibc's heap writes over what it hands out, so that it is not zero by chance.
says() { # EXPECTED-TEXT PROGRAM-ARGUMENT...: somewhere in what the program prints
    expected=$1
    shift
    MALLOC_PERTURB_=165 "$work/program" "$@" >"$work/said" || true
    cat "$work/said"
    grep -qF -- "$expected" "$work/said"
}
lacks() { # UNEXPECTED-TEXT: in what the program printed last
    ! grep -F -- "$1" "$work/said"
}

check 'first: selected by name' says 'push: word' first '' push word
check 'first: grows without end' says 'OK, reason 1' first '' push word reserve 10000000
check 'first: an option is refused' says 'it knows: none' first size=1

check 'fixed-buffer: selected by name' says 'push: word' fixed-buffer '' push word
check 'fixed-buffer: each arena has a buffer of its own' says 'second: an arena' fixed-buffer '' second - fill 1024
check 'fixed-buffer: a reserve is OK, and what it could not do is told' \
    says 'reserve: OK, reason 1, 0 prefaulted, capacity 65536' fixed-buffer '' reserve 60000
check 'fixed-buffer: a reserve above its ceiling is refused' says '65537' fixed-buffer '' reserve 65537
check 'fixed-buffer: it gives all of its buffer, and no more' \
    says 'fill: 64 blocks, 65536 allocated, out of memory' fixed-buffer '' fill 1024
check 'fixed-buffer: that error names the size and the option' says '65536 bytes (option size)' fixed-buffer '' fill 1024
check 'fixed-buffer: push_zero gives zeros' lacks 'not zero'
check 'fixed-buffer: its size is an option' \
    says 'fill: 1000 blocks, 1008000 allocated, out of memory' fixed-buffer size=1008000 fill 1008
for size in '' 0 1023 1073741825 99999999999999999999 -1 4K 0x1000 ' 4096'; do
    check "fixed-buffer: size='$size' is refused" \
        says "invalid parameter: adapter fixed-buffer cannot create an arena: option size is \"$size\"" \
        fixed-buffer "size=$size"
done
check 'fixed-buffer: an unknown key is named' says 'does not know the key "path"; it knows: size' fixed-buffer path=x

file=$work/data
holds_what_was_pushed() {
    [ "$(tr '\000' '\n' <"$file" | grep -cx -e 'kept one' -e 'kept two')" -eq 2 ] && ! grep -q old "$file"
}
has_files() {
    [ "$(find "$work" -name 'many.*' | wc -l)" -eq "$1" ]
}
is_private() {
    [ "$(stat -c %a "$file")" = 600 ]
}
leaves_a_file_in_use_alone() {
    says "file '$file': in use by another arena" mapped-file "path=$file" push 'kept one' second - push 'kept two' &&
        holds_what_was_pushed
}
stops_at_the_size_limit() { # of 512 KiB, whose signal is ignored: the error is the adapter's to report
    (trap '' XFSZ && ulimit -f 1024 && "$work/program" mapped-file "path=$file" fill 1000) >"$work/said"
    cat "$work/said"
    grep -q 'fill: .* out of memory: .*cannot grow from .*: File too large' "$work/said" && lacks 'not zero' &&
        [ "$(wc -c <"$file")" -gt 400000 ] && [ "$(wc -c <"$file")" -le 524288 ]
}
has_its_space_on_disk() { # so little that nothing is prefaulted: no page is written
    "$work/program" mapped-file "path=$file" reserve 12000 && [ "$(stat -c %s "$file")" -ge 12000 ] &&
        [ "$(($(stat -c %b "$file") * 512))" -ge "$(stat -c %s "$file")" ]
}
gives_disk_space_back() { # what is pushed before and after it stays
    says 'trim: ' mapped-file "path=$file" push 'kept one' reserve 8000000 trim 100000 push 'kept two' &&
        holds_what_was_pushed && [ "$(stat -c %s "$file")" -ge 8000000 ] &&
        [ "$(($(stat -c %b "$file") * 512))" -lt 1000000 ]
}
spares_the_parent() { # nor does the child get anything
    says 'parent: the child ended with 0; 300000 of 300000 bytes kept; a push: done' \
        mapped-file "path=$file" push 'kept one' child - push 'kept two' && ! grep '^child: .*: done' "$work/said" &&
        holds_what_was_pushed
}
leaks_no_descriptor() {
    # shellcheck disable=SC3045 # not in POSIX, but in dash, bash, busybox and ksh
    (ulimit -n 16 && "$work/program" mapped-file "path=$file" cycle 100) >"$work/said"
    cat "$work/said"
    grep -q 'cycle: 100 of 100, last error: .*in use by another arena' "$work/said"
}
# Less than 1 MiB: for that the core does not ask how busy the machine is. Before Linux 5.14 nothing is prefaulted.
prefaults_or_says_so() {
    "$work/program" mapped-file "path=$file" reserve 900000 >"$work/said" && cat "$work/said"
    grep -qE 'OK, (reason 0, [1-9][0-9]*|reason 5, 0) prefaulted' "$work/said"
}

rm -f "$file"
check 'mapped-file: selected by name' says 'push: kept two' mapped-file "path=$file" push 'kept one' push 'kept two'
check 'mapped-file: the file holds what was pushed' holds_what_was_pushed
check 'mapped-file: a new file is its owner'\''s alone' is_private
yes old | head -n 100000 >"$file"
check 'mapped-file: an existing file' says 'push: kept two' mapped-file "path=$file" push 'kept one' push 'kept two'
check 'mapped-file: its old contents are gone' holds_what_was_pushed
check 'mapped-file: a reserve has its place on the disk' has_its_space_on_disk
check 'mapped-file: a reserve is prefaulted, or says that it was not' prefaults_or_says_so
if python3 -c "import mmap; f = open('$work/hole', 'w+b'); f.truncate(1 << 20)
mmap.mmap(f.fileno(), 0).madvise(mmap.MADV_REMOVE, 0, 4096)" 2>/dev/null; then
    check 'mapped-file: a trim gives disk space back' gives_disk_space_back
else
    skip 'mapped-file: a trim gives disk space back' 'this file system has no holes'
fi
check 'mapped-file: what a forked child does takes nothing from the parent' spares_the_parent
check 'mapped-file: no path' says 'no option path: adapter_options must name the file' mapped-file ''
check 'mapped-file: an empty path' says 'option path is empty' mapped-file path=
check 'mapped-file: an unknown key is named' says 'does not know the key "size"; it knows: path,keep' mapped-file size=1
check 'mapped-file: keep is yes or no' says 'option keep is "maybe", expected yes or no' \
    mapped-file "path=$file,keep=maybe"
check 'mapped-file: a new file for each arena' says 'second: an arena' mapped-file "path=$work/many.XXXXXX" second -
check 'mapped-file: both stay' has_files 2
check 'mapped-file: keep=no' says 'push: word' mapped-file "path=$work/many.none,keep=no" push word reserve 100000
check 'mapped-file: it leaves no file' has_files 2
check 'mapped-file: a folder that is not there' says "file '$work/none/data': No such file or directory" \
    mapped-file "path=$work/none/data"
check 'mapped-file: a folder is no file' says "file '$work': Is a directory" mapped-file "path=$work"
check 'mapped-file: a device is no file' says "file '/dev/null': not a regular file" mapped-file path=/dev/null
mkfifo "$work/fifo"
check 'mapped-file: a FIFO is no file' says "file '$work/fifo': not a regular file" mapped-file "path=$work/fifo"
: >"$work/readonly"
chmod 400 "$work/readonly"
if [ -w "$work/readonly" ]; then
    skip 'mapped-file: a file that may not be written' 'this user may write everything'
else
    check 'mapped-file: a file that may not be written' says "file '$work/readonly': Permission denied" \
        mapped-file "path=$work/readonly"
fi
check 'mapped-file: no descriptor leaks, refused or not' leaks_no_descriptor
check 'mapped-file: a file in use is left alone' leaves_a_file_in_use_alone
check 'mapped-file: a file that may not grow is out of memory' stops_at_the_size_limit
check 'mapped-file: more than any disk is out of memory at once' \
    says 'No space left on device' mapped-file "path=$file" push word reserve 1125899906842624
check 'mapped-file: nothing of that stays in the file' [ "$(wc -c <"$file")" -le 65536 ]

# ---- The tools of the tree ----

wordfreq=$build/docs/examples/wordfreq
tool=$build/core/tool/samrena-adapter
export SAMRENA_ADAPTER_PATH="$library/samrena-1/adapters"
counts() {
    printf 'one two two\n' >"$work/text" && [ "$("$wordfreq" --adapter mapped-file --adapter-options "path=$file" \
        --reserve "$work/text")" = '2 two
1 one' ]
}
if [ -x "$wordfreq" ]; then
    check 'wordfreq selects mapped-file and gives it a path' counts
else
    skip 'wordfreq selects mapped-file and gives it a path' 'not built'
fi
for name in first fixed-buffer mapped-file; do
    options=
    [ $name != mapped-file ] || options="path=$work/check.XXXXXX,keep=no" # several arenas at once
    if [ -x "$tool" ]; then
        check "samrena-adapter check $name" "$tool" check "$name" ${options:+--options "$options"}
        check "samrena-adapter check, the file of $name" \
            "$tool" check "$SAMRENA_ADAPTER_PATH/$name.so" ${options:+--options "$options"}
    else
        skip "samrena-adapter check $name" 'the tool is not built'
        skip "samrena-adapter check, the file of $name" 'the tool is not built'
    fi
done

tap_end
