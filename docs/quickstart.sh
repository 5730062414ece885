#!/bin/sh
# SPDX-License-Identifier: MIT
# From a fresh clone to a result: sh docs/quickstart.sh
# Builds into build-quickstart, fills arenas, counts words. Installs what the build needs where it is missing (Debian and
# its kin); the sample text only where that asks nobody for a password.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

case ${1-} in
-h | --help)
    echo 'usage: sh docs/quickstart.sh'
    echo
    echo 'Builds libsamrena in build-quickstart and shows what a reservation does.'
    exit 0
    ;;
esac
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

has() {
    for command; do
        command -v "$command" >/dev/null || return
    done
}

sh .ci/make-folder "$build"
has cc meson ninja || sh .ci/apt-install gcc libc6-dev meson ninja-build
if [ "$(id -u)" -eq 0 ] && has apt-get && ! [ -d /usr/share/wordnet ]; then
    sh .ci/apt-install wordnet-base || true
fi

echo "Building libsamrena in $build"
: >"$log"
[ -f "$build/build.ninja" ] || quietly meson setup "$build" --buildtype=release -Dtests=false -Dbenchmarks=false
quietly ninja -C "$build"

if [ -d /usr/share/wordnet ]; then
    set -- /usr/share/wordnet/data.*
    text='WordNet, single letters being marks of its format'
else
    set -- docs/*.md include/*.h core/*.c
    text='this folder (there is more in the package wordnet-base)'
fi

echo
echo "What a reservation is for:"
"$build/docs/examples/fill"
echo
echo "An arena at work: the most frequent words of"
echo "$text."
"$build/docs/examples/wordfreq" --reserve --top 8 "$@"
echo
echo "The same count on each adapter: with nothing reserved; reserved; made resident"
echo "while it runs, where a processor is idle; and with what a run before has learnt."
"$build/docs/examples/wordfreq" --compare "$@"
echo
echo "What next:"
echo "  docs/guide.md               ten short chapters, from a first arena to adapters"
echo "  docs/examples/wordfreq.c    the program that has just run"
echo "  meson install -C $build, then"
echo "  cc program.c \$(pkg-config --cflags --libs samrena)"
echo "  sh tests/run.sh             all tests"
