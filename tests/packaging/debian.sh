#!/bin/sh
# SPDX-License-Identifier: MIT
# Debian's packages: built, judged by lintian, unpacked, and used by a program. Prints TAP.
# usage: debian.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
top=$1
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
unset CFLAGS LDFLAGS LD_LIBRARY_PATH SAMRENA_ADAPTER SAMRENA_ADAPTER_PATH SAMRENA_LOG

for tool in dpkg-buildpackage dh lintian pkg-config scdoc; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not there" && exit 0; }
done
export DEB_BUILD_OPTIONS='nocheck parallel=2' DEBFULLNAME='A Packager' DEBEMAIL='packager@example.org'
packages="$work/the packages" root=$work/root
sh "$top/docs/packaging/debian/build.sh" "$packages" >"$work/log" 2>&1 || bail_out 'they cannot be built, or lintian has errors' "$work/log"
report 0 'they are built, and lintian has no errors'

package() { # NAME: its file
    echo "$packages/$1"_*.deb
}
has() { # PACKAGE PATTERN...: files that it has
    dpkg-deb -c "$(package "$1")" >"$work/files"
    shift
    for pattern; do
        grep -q "$pattern" "$work/files" || { echo "no $pattern" && return 1; }
    done
}
field() { # PACKAGE FIELD VALUE
    [ "$(dpkg-deb -f "$(package "$1")" "$2")" = "$3" ]
}
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
check 'libsamrena0 has the library and both adapters, among those of its architecture' has libsamrena0 \
    "/usr/lib/$triplet/libsamrena\\.so\\.0\$" "/usr/lib/$triplet/samrena-1/adapters/chained\\.so" "/usr/lib/$triplet/samrena-1/adapters/virtual\\.so"
check 'libsamrena0 goes beside that of another architecture' field libsamrena0 Multi-Arch same
check 'libsamrena-dev has headers, both libraries and pkg-config files' has libsamrena-dev /usr/include/samrena.h /usr/include/samrena.hpp \
    /usr/include/samrena/adapter.h "/$triplet/libsamrena.a" "/$triplet/libsamrena.so " "/$triplet/pkgconfig/samrena.pc" \
    "/$triplet/cmake/Samrena/SamrenaConfig.cmake"
check 'libsamrena-dev goes beside that of another architecture' field libsamrena-dev Multi-Arch same
check 'samrena-tools has the tools and their pages' has samrena-tools /usr/bin/samrena-adapter /usr/bin/samrena-profile \
    /usr/share/man/man1/samrena-adapter.1.gz

all_symbols_are_there() {
    dpkg-deb -e "$(package libsamrena0)" "$work/control"
    sed -n 's/^ *\(samrena_[a-z_]*\);$/\1/p' "$top/core/libsamrena.map" | sort >"$work/exported"
    sed -n 's/^ \(samrena_[a-z_]*\)@SAMRENA_0 .*/\1/p' "$work/control/symbols" | sort >"$work/listed"
    [ -s "$work/exported" ] && diff "$work/exported" "$work/listed"
}
check 'the symbols file has all that is exported' all_symbols_are_there

mkdir "$root"
for name in libsamrena0 libsamrena-dev samrena-tools; do
    dpkg-deb -x "$(package $name)" "$root"
done
export PKG_CONFIG_SYSROOT_DIR="$root" PKG_CONFIG_LIBDIR="$root/usr/lib/$triplet/pkgconfig"
export LD_LIBRARY_PATH="$root/usr/lib/$triplet"
program_runs() {
    # shellcheck disable=SC2046 # words
    cc -Werror -o "$work/program" "$top/docs/packaging/conan/test_package/program.c" $(pkg-config --cflags --libs samrena) && "$work/program"
}
tool_lists_adapters() {
    "$root/usr/bin/samrena-adapter" list | tee "$work/list"
    for name in chained virtual; do
        grep -A 1 "^$name .*usable" "$work/list" | grep -q "/usr/lib/$triplet/samrena-1/adapters/$name\.so\$" || return
    done
}
check 'a program is made and runs' program_runs
check 'samrena-adapter lists the adapters of the package' tool_lists_adapters
tap_end
