#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh clone to a result: sh docs/quickstart.sh
# Installs what the build needs (Debian and its kin), builds into build-quickstart, counts the words of WordNet.
set -eu

CDPATH='' cd -- "$(dirname -- "$0")/.."
build="build-quickstart"
log=$build/quickstart.log

quietly() {
    if ! "$@" >>"$log" 2>&1; then
        echo "quickstart: '$*' failed. The end of $PWD/$log:" >&2
        tail -n 20 "$log" >&2
        exit 1
    fi
}

sh .ci/apt-install gcc libc6-dev meson ninja-build pkg-config wordnet-base

echo "Building libsamrena in $PWD/$build"
mkdir -p "$build"
: >"$log"
[ -f "$build/build.ninja" ] || quietly meson setup "$build" --buildtype=release -Dtests=false -Dbenchmarks=false
quietly ninja -C "$build"

wordfreq=$build/docs/examples/wordfreq

echo
echo "The most frequent words of the WordNet files (single letters are mostly marks of the file format):"
"$wordfreq" --reserve --top 10
echo
echo "The same count on every adapter: nothing reserved; reserved, so that the page faults come before the count; reserved"
echo "ahead of use, where another processor takes them if one is idle; and with what a run before has learnt:"
"$wordfreq" --compare
