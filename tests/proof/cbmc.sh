#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints a script that runs CBMC: the one on PATH, or Debian 11's, which is unpacked in FOLDER. usage: cbmc.sh FOLDER
# Later releases up to 12 have none. The machine's own apt configuration is left as it is.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
mkdir -p "$1"
folder=$(CDPATH='' cd -- "$1" && pwd)
apt=$folder/apt

private_apt() {
    apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt/parts" \
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@" >&2
}

# Its solver is a library of another package, of any release.
fetch() {
    command -v apt-get >/dev/null || { echo 'it is not on PATH, and there is no apt' >&2 && return 1; }
    [ "$(dpkg --print-architecture)" = amd64 ] || { echo 'it is not on PATH, and got for amd64 alone' >&2 && return 1; }
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial" "$folder/new"
    echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bullseye main' \
        >"$apt/parts/bullseye.list"
    private_apt update || return
    (cd "$folder/new" && private_apt download cbmc minisat) || return
    for package in "$folder"/new/*.deb; do
        dpkg-deb -x "$package" "$folder/new" || return
    done
    rm -f "$folder"/new/*.deb
    mv "$folder/new" "$folder/cbmc"
}

if command -v cbmc >/dev/null; then
    [ -f "$folder/run-cbmc" ] || echo 'exec cbmc "$@"' >"$folder/run-cbmc"
else
    [ -d "$folder/cbmc" ] || fetch
    cat >"$folder/run-cbmc" <<'END'
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/cbmc/usr
LD_LIBRARY_PATH=$folder/lib exec "$folder/bin/cbmc" "$@"
END
fi
echo "$folder/run-cbmc"
