#!/bin/sh
# SPDX-License-Identifier: MIT
# A tree that cannot be written to: its commands say so, and Meson builds from it into another folder. Prints TAP.
# usage: read_only.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
source=$1
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
export PYTHONDONTWRITEBYTECODE=1

tree="$work/a tree"
mkdir "$tree"
(cd "$source" && cp -R .ci meson.build meson_options.txt include core adapters docs tests LICENSE README.md CHANGELOG.md "$tree")

# Root writes where modes forbid it, but not to what is mounted read-only.
if [ "$(id -u)" -ne 0 ]; then
    chmod -R a-w "$tree"
    trap 'chmod -R u+w "$tree"; rm -rf "$work"' EXIT
    read_only() { (cd "$tree" && "$@"); }
elif unshare --mount mount --bind "$tree" "$tree" 2>/dev/null; then
    read_only() { # COMMAND...
        # shellcheck disable=SC2016 # for the shell that has the mount
        unshare --mount sh -c 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && shift && exec "$@"' \
            sh "$tree" "$@"
    }
else
    echo '1..0 # SKIP root writes everywhere, and nothing may be mounted here'
    exit 0
fi

says_so() { # COMMAND...: in two lines of its own, and fails
    ! read_only "$@" >"$work/said" 2>&1 && cat "$work/said" &&
        grep -q "cannot be made.*$tree" "$work/said" && [ "$(wc -l <"$work/said")" -eq 2 ]
}
check 'sh docs/quickstart.sh' says_so sh docs/quickstart.sh
check 'sh tests/run.sh' says_so sh tests/run.sh
check 'sh tests/cross.sh' says_so sh tests/cross.sh
check 'sh tests/bench/run.sh' says_so sh tests/bench/run.sh
check 'meson setup, into another folder' read_only meson setup "$work/build" -Dtests=false -Dbenchmarks=false -Ddocs=false
check 'ninja' read_only ninja -C "$work/build"
tap_end
