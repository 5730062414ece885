#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the example adapters as a stranger would: outside the tree, against an installed library, through pkg-config
# alone; installs them, and selects them by name. Prints TAP.
# usage: run.sh BUILD-FOLDER ADAPTER-FOLDER COMPILER [ARGUMENT]...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
build=$1 adapters=$2 here=$(dirname -- "$0")
shift 2
compiler=$*
umask 022 # folders that others may write are refused
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
# shellcheck source=tests/support/installed.sh
. "$here/../support/installed.sh"

# ---- The adapters ----

variable_follows_the_prefix() {
    folder=$(pkg-config --variable=adapterdir samrena-adapter)
    [ -f "$folder/chained$plugin" ] && [ "${folder#"$installed"}" != "$folder" ]
}
abi_is_the_header_s() {
    major=$(sed -n 's/^#define SAMRENA_ADAPTER_ABI_MAJOR \([0-9]*\).*/\1/p' "$installed/include/samrena/adapter.h")
    minor=$(sed -n 's/^#define SAMRENA_ADAPTER_ABI_MINOR \([0-9]*\).*/\1/p' "$installed/include/samrena/adapter.h")
    [ "$(pkg-config --variable=adapter_abi samrena-adapter)" = "$major.$minor" ]
}
names_no_library() {
    [ -z "$(pkg-config --libs samrena-adapter)" ]
}
cross=$(sed -n "s/^cross_file = \['\([^']*\)'\]\$/\1/p" "$build/meson-private/cmd_line.txt")
builds() { # ADAPTER
    cp -R "$adapters/$1" "$work/$1" &&
        meson setup "$work/build-$1" "$work/$1" --werror ${cross:+--cross-file "$cross" "-Dpkg_config_path=$PKG_CONFIG_PATH"} &&
        meson compile -C "$work/build-$1" && meson install -C "$work/build-$1"
}
builds_with_cc() { # FILE
    # shellcheck disable=SC2046 # flags are words
    $compiler -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Werror -shared -fPIC \
        -o "$work/any$plugin" "$1" $(pkg-config --cflags samrena-adapter)
}
forks=$(is_windows && echo fork_none.c || echo fork_posix.c)
program_builds() {
    # shellcheck disable=SC2046 # flags are words
    $compiler -o "$work/program$exe" "$here/program.c" "$here/$forks" $(pkg-config --cflags --libs samrena) \
        -Wl,-rpath,"$library"
}

check 'samrena-adapter: adapterdir follows a moved prefix' variable_follows_the_prefix
check "samrena-adapter: adapter_abi is the header's" abi_is_the_header_s
check 'samrena-adapter: no library to link' names_no_library
# The smallest one asks more of calloc than every C library promises, as it says itself.
first=first
# shellcheck disable=SC2046 # flags are words
if $compiler -fsyntax-only $(pkg-config --cflags samrena-adapter) "$adapters/first-adapter/first.c" 2>&1 |
    grep -q 'calloc aligns too little'; then
    first=
    skip 'first' 'calloc aligns to less than a region here'
fi
for folder in ${first:+first-adapter} fixed-buffer $(is_windows || echo mapped-file); do
    check "$folder builds outside the tree and installs itself" builds "$folder"
    check "$folder builds with cc and pkg-config" builds_with_cc "$adapters/$folder"/*.c
done
check 'a program builds with pkg-config' program_builds

# ---- What a program sees of them ----

# MALLOC_PERTURB_: glibc's heap writes over what it hands out, so that it is not zero by chance.
says() { # EXPECTED-TEXT PROGRAM-ARGUMENT...: somewhere in what the program prints
    expected=$1
    shift
    MALLOC_PERTURB_=165 $wrapper "$work/program$exe" "$@" >"$work/said" || true
    end_lines "$work/said"
    cat "$work/said"
    grep -qF -- "$expected" "$work/said"
}
says_either() { # EXPECTED-TEXT OTHER-TEXT PROGRAM-ARGUMENT...
    expected=$1 other=$2
    shift 2
    says "$expected" "$@" || grep -qF -- "$other" "$work/said"
}
lacks() { # UNEXPECTED-TEXT: in what the program printed last
    ! grep -F -- "$1" "$work/said"
}

if [ -n "$first" ]; then
    check 'first: selected by name' says 'push: word' first '' push word
    check 'first: grows without end' says 'OK, reason 1' first '' push word reserve 10000000
    check 'first: an option is refused' says 'it knows: none' first size=1
fi

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

if is_windows; then
    skip 'mapped-file' 'it maps files as POSIX does'
else
    # shellcheck source=tests/examples/mapped_file.sh
    . "$(dirname -- "$0")/mapped_file.sh"
fi

# ---- The tools of the tree ----

wordfreq=$build/docs/examples/wordfreq$exe
tool=$build/core/tool/samrena-adapter$exe
SAMRENA_ADAPTER_PATH=$(host_paths "$library/samrena-1/adapters")
export SAMRENA_ADAPTER_PATH
counts() {
    printf 'one two two\n' >"$work/text" && [ "$($wrapper "$wordfreq" --adapter fixed-buffer \
        --adapter-options size=100000 --reserve --expect 60000 "$work/text")" = '2 two
1 one' ]
}
if [ -x "$wordfreq" ]; then
    check 'wordfreq selects fixed-buffer and gives it a size' counts
else
    skip 'wordfreq selects fixed-buffer and gives it a size' 'not built'
fi
for name in $first fixed-buffer $(is_windows || echo mapped-file); do
    if [ $name = mapped-file ] && [ -n "$wrapper" ]; then
        skip "samrena-adapter check $name" 'told to populate or to give back, an emulator says yes, and does neither'
        continue
    fi
    options=
    [ $name != mapped-file ] || options="path=$work/check.XXXXXX,keep=no" # several arenas at once
    if [ -x "$tool" ]; then
        check "samrena-adapter check $name" $wrapper "$tool" check "$name" ${options:+--options "$options"}
        check "samrena-adapter check, the file of $name" \
            $wrapper "$tool" check "$library/samrena-1/adapters/$name$plugin" ${options:+--options "$options"}
    else
        skip "samrena-adapter check $name" 'the tool is not built'
        skip "samrena-adapter check, the file of $name" 'the tool is not built'
    fi
done

tap_end
