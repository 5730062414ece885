#!/bin/sh
# SPDX-License-Identifier: MIT
# The tests on other systems, or on those that are named: sh tests/cross.sh [--short] [SYSTEM...]
# Installs what they need (Debian), builds each below build-cross, ends in one line of counts. An emulator or Wine runs
# what this machine does not.
set -eu

CDPATH='' cd -- "$(dirname -- "$0")/.."

systems='windows i386 musl armhf aarch64 riscv64 s390x clang-address clang-thread clang-memory clang-undefined'

builds=build-cross
. tests/variant.sh

# Of each part of the library something, in a few minutes also where each instruction is emulated; nothing that starts
# hundreds of processes, which Wine on a busy machine now and then cannot.
short_tests='arena config family heap info log marks prefault regions reserve retain scratch splice text trim budget ahead
    labels recycle loader hostile layout window versions parallel'
short=no

# gnu TRIPLET FAMILY [ENDIAN [EMULATOR]]: a GNU system that Debian has a cross compiler for
gnu() {
    compiler=$1-gcc family=$2 endian=${3-little} packages="gcc-$1 g++-$1"
    [ -z "${4-}" ] || emulator="qemu-$4-static -L /usr/$1" packages="$packages qemu-user-static"
}

# Natively, with each of clang's checkers.
clang() {
    about="clang's $1 sanitizer" compiler=clang native=yes packages='clang libclang-rt-dev libcmocka-dev'
    options="$options -Db_sanitize=$1 -Db_lundef=false"
}

# Further, for prepare(): compiler, family, endian, emulator (none: runs here), native (no cross build), flags (of
# compiler and linker), link_flags, packages.
describe() {
    options='-Dbenchmarks=false' test_options='' seconds=300
    compiler='' family=x86_64 endian=little emulator='' native='' flags='' link_flags='' packages=''
    case $1 in
    windows) about='Windows, x86_64, by mingw-w64 and Wine' compiler=x86_64-w64-mingw32-gcc emulator=wine
        packages='gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 wine wine64' test_options='-t 3' seconds=600 ;;
    i386) about='Linux, 32 bits' ; gnu i686-linux-gnu x86
        link_flags='-Wl,--dynamic-linker=/usr/i686-linux-gnu/lib/ld-linux.so.2 -Wl,-rpath,/usr/i686-linux-gnu/lib' ;;
    musl) about='Linux with musl' compiler=musl-gcc packages='gcc musl-tools' ;;
    armhf) about='Linux, ARM of 32 bits' ; gnu arm-linux-gnueabihf arm little arm ;;
    aarch64) about='Linux, ARM of 64 bits' ; gnu aarch64-linux-gnu aarch64 little aarch64 ;;
    riscv64) about='Linux, RISC-V of 64 bits' ; gnu riscv64-linux-gnu riscv64 little riscv64 ;;
    s390x) about='Linux, big-endian' ; gnu s390x-linux-gnu s390x big s390x ;;
    clang-address | clang-thread | clang-undefined) clang "${1#clang-}" ;;
    clang-memory)
        clang memory
        # Of libraries that it does not check, nor knows, clang believes that they leave all as it was: so cmocka is
        # compiled with it, and stat() is not stat64().
        flags='-fsanitize=memory' options="$options -Dc_args=-U_FILE_OFFSET_BITS"
        ;;
    *) return 1 ;;
    esac
    [ -z "$emulator" ] || test_options='-t 5'
    test_options="$test_options --no-suite once" # what no system changes
    [ "$short" = no ] || tests=$short_tests
}

# qemu takes memory for each page of addresses that is reserved: of 64 bits there are 128 GiB, and what is more is refused
# at once.
wrapper() { # FOLDER: what runs a program, in one word
    wrapper=
    case $emulator in
    '') return ;;
    wine) wrapper=$PWD/tests/cross/wine.sh ;;
    *)
        wrapper=$1/run
        case $family in arm) space='' ;; *) space='-R 0x2000000000' ;; esac
        printf '#!/bin/sh\nexec %s %s "$@"\n' "$emulator" "$space" >"$wrapper"
        chmod +x "$wrapper"
        ;;
    esac
}

# list WORD...: as meson writes a list of strings
list() {
    separator=''
    for word; do
        printf "%s'%s'" "$separator" "$word"
        separator=', '
    done
}

# machine FOLDER: what meson has to know of a system, on stdout
machine() {
    tools=${compiler%gcc}
    echo "[binaries]"
    # shellcheck disable=SC2086 # one word for each flag
    echo "c = [$(list $compiler $link_flags)]"
    case $compiler in
    clang) [ -n "$flags" ] && echo "cpp = 'none'" || echo "cpp = 'clang++'" ;; # with a library that is not checked
    *-linux-*gcc | *-mingw*)
        # shellcheck disable=SC2086 # one word for each flag
        echo "cpp = [$(list "${tools}g++" $link_flags)]"
        printf "ar = '%sar'\nstrip = '%sstrip'\n" "$tools" "$tools"
        ;;
    *) printf "cpp = 'none'\nar = 'ar'\nstrip = 'strip'\n" ;;
    esac
    printf "pkgconfig = 'pkg-config'\ncmake = 'none'\n"
    [ -z "$wrapper" ] || echo "exe_wrapper = '$wrapper'"
    echo "[properties]"
    [ "$native$flags" = yes ] || echo "pkg_config_libdir = '$1/lib/pkgconfig'"
    [ -n "$native" ] || echo "needs_exe_wrapper = $([ -n "$wrapper" ] && echo true || echo false)"
    [ -z "$native" ] || return 0
    echo "[host_machine]"
    echo "system = '$([ "$emulator" = wine ] && echo windows || echo linux)'"
    printf "cpu_family = '%s'\ncpu = '%s'\nendian = '%s'\n" "$family" "$family" "$endian"
}

# prepare NAME FOLDER: cmocka for the system, and the file that meson reads
prepare() {
    target=$PWD/$builds/machines/$1
    mkdir -p "$target"
    wrapper "$target"
    # shellcheck disable=SC2086 # one word for each flag
    [ "$native$flags" = yes ] || sh tests/cross/cmocka.sh "$builds" "$target" $compiler $flags || return
    machine "$target" >"$target/machine.ini.new"
    # Meson sets up from scratch where the file is newer.
    if cmp -s "$target/machine.ini.new" "$target/machine.ini"; then
        rm "$target/machine.ini.new"
    else
        mv "$target/machine.ini.new" "$target/machine.ini"
        rm -rf "$2"
    fi
    [ -n "$native" ] && kind=native || kind=cross
    options="--$kind-file $target/machine.ini $options"
}

# What is asked of apt at once, for all that are named.
install() {
    all='meson ninja-build pkg-config xz-utils'
    for name; do
        describe "$name"
        all="$all $packages"
    done
    # shellcheck disable=SC2086 # one word for each package
    sh .ci/apt-install $all
}

# One server for all programs: each would otherwise start and end its own. The services that the first program starts
# keep its output open for as long as they live, so that is a program nobody waits for.
start_wine() {
    export WINEPREFIX="$PWD/$builds/machines/wine"
    mkdir -p "$WINEPREFIX"
    wineserver -p
    sh tests/cross/wine.sh cmd /c exit </dev/null >/dev/null 2>&1 || true
    trap 'wineserver -k' EXIT
    trap 'exit 1' HUP INT TERM
}

usage() {
    echo 'usage: sh tests/cross.sh [--short] [SYSTEM...]'
    echo
    echo 'Builds and tests on each system below build-cross; none named: all of them. --short: a part of the tests.'
    # shellcheck disable=SC2086 # one word for each system
    describe_all $systems
    echo 'The last line says: N passed, N failed, N skipped.'
}

case ${1-} in
-h | --help) usage && exit 0 ;;
--short) short=yes && shift ;;
esac
for name; do
    describe "$name" || { echo "cross.sh: no system \"$name\"; there are: $systems" >&2 && exit 2; }
done

# shellcheck disable=SC2086 # one word for each system
[ $# -gt 0 ] || set -- $systems
sh .ci/make-folder "$builds"
install "$@"
case " $* " in
*" windows "*) start_wine ;;
esac
variants "$@"
