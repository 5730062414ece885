#!/bin/sh
# SPDX-License-Identifier: MIT
# The last words of `meson install`, which starts it: where things are, and what is still to do until a program finds them.
# usage: last_words.sh VERSION LIBRARY-FOLDER SONAME ADAPTER-FOLDER TOOL-FOLDER DOCUMENT-FOLDER
#   SONAME          of the shared library; empty: there is none
#   ADAPTER-FOLDER  empty: no plugins
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
version=$1 libraries=$2 soname=$3 adapters=$4 tools=$5 documents=$6
[ -z "${MESON_INSTALL_QUIET-}" ] || exit 0
seen=$PATH
PATH=$PATH:/usr/sbin:/sbin # where ldconfig is, and only root looks

real() { # FOLDER: by whatever name it is known
    (CDPATH='' cd -P -- "$1" 2>/dev/null && pwd -P) || echo "$1"
}
is_among() { # FOLDER: those on standard input, a line each
    while read -r among; do
        [ "$(real "$among")" != "$(real "$1")" ] || return 0
    done
    return 1
}
in_list() { # FOLDER LIST: as $PATH is one
    echo "$2" | tr : '\n' | grep . | is_among "$1"
}
linker_knows() {
    in_list "$libraries" "${LD_LIBRARY_PATH-}" ||
        ldconfig -p 2>/dev/null | sed -n "s|^[[:space:]]*$soname .* => \(.*\)/[^/]*$|\1|p" | is_among "$libraries"
}
linker_looks_there() {
    ldconfig -v -N -X 2>/dev/null | sed -n 's|^\(/[^:]*\):.*|\1|p' | is_among "$libraries"
}
pkg_config_knows() {
    pkg-config --variable=pcfiledir samrena 2>/dev/null | sed 's/\\\(.\)/\1/g' | is_among "$libraries/pkgconfig"
}

todo() { # COMMAND REASON
    [ -n "$heading" ] || echo 'Still to do:'
    heading=said
    printf '    %s\n        # %s\n' "$1" "$2"
}
add_to() { # VARIABLE FOLDER REASON: as a line for the shell, whatever the folder is called
    eval "present=\${$1-}"
    # shellcheck disable=SC2016 # $ for the shell that reads the line
    todo "export $1=$(printf "%s\n" "$2" | sed "s|'|'\\\\''|g; s|.*|'&'|")${present:+\":\$$1\"}" "$3"
}

last_words() {
    heading=
    echo
    echo "libsamrena $version: the library is in $libraries,"
    [ -z "$adapters" ] || echo "adapters in $adapters,"
    echo "samrena-adapter and samrena-profile in $tools, documents in $documents."
    [ -z "$soname" ] || linker_knows || tell_of_linker
    if ! command -v pkg-config >/dev/null; then
        add_to PKG_CONFIG_PATH "$libraries/pkgconfig" 'there is no pkg-config yet that could tell whether it looks there'
    elif ! pkg_config_knows; then
        add_to PKG_CONFIG_PATH "$libraries/pkgconfig" 'pkg-config does not look there'
    fi
    in_list "$tools" "$seen" || add_to PATH "$tools" 'for the tools, and for CMake, which looks beside the folders of PATH'
    [ -n "$heading" ] || echo 'Nothing is left to do: pkg-config and the dynamic linker find it.'
}
tell_of_linker() {
    if ! command -v ldconfig >/dev/null; then
        add_to LD_LIBRARY_PATH "$libraries" 'where the dynamic linker does not look there'
    elif linker_looks_there; then
        todo ldconfig 'as root: the dynamic linker has not seen the library yet'
    else
        add_to LD_LIBRARY_PATH "$libraries" 'the dynamic linker does not look there; -Wl,-rpath, when linking, does as well'
    fi
}

# Meson 1.0 shows nothing of what its scripts print: there the words go where its own go, and into a file when it has ended, as it
# would write over them what it still holds back.
shown=/proc/$PPID/fd/1
own=$(readlink "/proc/$$/fd/1" || echo none)
if [ "$own" = "$(readlink "$shown")" ]; then
    last_words
elif [ -f "$shown" ] && [ -w "$shown" ]; then
    { while kill -0 "$PPID"; do sleep 0.1; done && last_words; } >>"$shown" 2>/dev/null </dev/null &
elif [ -w "$shown" ]; then
    last_words >>"$shown"
elif [ -t 0 ]; then
    last_words >&0 || exit 0 # no /proc, or somebody else's terminal; it need not be for writing
else
    last_words
fi
