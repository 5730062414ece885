# SPDX-License-Identifier: MIT
# The library as it is installed, in a folder that it was moved to; to be sourced behind tap.sh, with
#   build     the folder of its build
#   compiler  the C compiler of that build, and its arguments
# Sets `installed`, the folder; `library`, the folder of the library itself; `library_file`; and what pkg-config reads.
# shellcheck shell=sh disable=SC2154

unset SAMRENA_ADAPTER_PATH SAMRENA_ADAPTER SAMRENA_LOG LD_LIBRARY_PATH CMOCKA_MESSAGE_OUTPUT DESTDIR CFLAGS LDFLAGS

DESTDIR=$work/first meson install -C "$build" --no-rebuild >"$work/log" 2>&1 ||
    bail_out 'the library cannot be installed' "$work/log"
option() {
    meson introspect "$build" --buildoptions |
        python3 -c 'import json,sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == sys.argv[1]))' "$1"
}
installed=$work/installed
mv "$work/first$(option prefix)" "$installed"
library_file=$(find "$installed" -name 'libsamrena.so.0' -o -name 'libsamrena-0.dll')
library=$(dirname "$library_file")
PKG_CONFIG_PATH=$(find "$installed" -name pkgconfig)
export PKG_CONFIG_PATH
# Who packages may have asked for files that name the prefix they were made for.
[ "$(option pkgconfig.relocatable)" = True ] || sed -i "s|^prefix=.*|prefix=$installed|" "$PKG_CONFIG_PATH"/*.pc
# POSIX does not tell a library where it lies.
[ "$(option portable)" = False ] || export SAMRENA_ADAPTER_PATH="$library/samrena-1/adapters"
# Programs find the library by their -rpath, or by this.
WINEPATH=$(host_path "$library")
export WINEPATH
