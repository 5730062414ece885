#!/bin/sh
# SPDX-License-Identifier: MIT
# All tests, in every build that matters: sh tests/run.sh
# Installs what is missing (Debian and its kin), builds each variant below build-tests, ends in one line of counts.
set -eu

CDPATH='' cd -- "$(dirname -- "$0")/.."
sh .ci/apt-install gcc g++ libc6-dev libasan8 libubsan1 libtsan2 meson ninja-build pkg-config libcmocka-dev \
    libseccomp-dev scdoc valgrind wordnet-base

passed=0 failed=0 skipped=0

# `meson test` prints a line a program: those that speak TAP say how many of their tests passed.
count() {
    awk '
        /^Summary of Failures/ { exit }
        /^ *[0-9]+\/[0-9]+ .* (OK|FAIL|ERROR|TIMEOUT|SKIP) +[0-9.]+s/ {
            n = 1
            if (match($0, /[0-9]+ subtests passed/)) n = substr($0, RSTART) + 0
            if (/ OK +[0-9.]+s/) ok += n; else if (/ SKIP +[0-9.]+s/) skip += n; else bad += 1
        }
        END { print ok + 0, bad + 0, skip + 0 }' "$1"
}

# variant NAME TESTS MESON-OPTION...: set up, build, test; the log is shown only where something failed.
variant() {
    name=$1 tests=$2
    shift 2
    folder=build-tests/$name
    log=$folder.log
    mkdir -p build-tests
    printf '%-12s' "$name"
    reconfigure=
    [ ! -f "$folder/build.ninja" ] || reconfigure=--reconfigure
    if ! { meson setup "$folder" $reconfigure -Dwerror=true "$@" && ninja -C "$folder"; } >"$log" 2>&1; then
        failed=$((failed + 1))
        echo "does not build:"
        grep -E 'error|ERROR|warning' "$log" | head -n 20 || true
        tail -n 20 "$log"
        return
    fi
    status=0
    # shellcheck disable=SC2086 # one word for each test; none: all
    meson test -C "$folder" --no-rebuild --print-errorlogs $tests >"$log" 2>&1 || status=$?
    # shellcheck disable=SC2046 # three numbers
    set -- $(count "$log")
    [ "$status" -eq 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1 "$3"
    echo "$1 passed, $2 failed, $3 skipped"
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    [ "$2" -eq 0 ] || cat "$log"
}

echo "Building and testing each variant in build-tests:"
variant default ''
variant optimised '' --buildtype=release -Doptimization=3 -Db_ndebug=true
variant sanitized '' -Db_sanitize=address,undefined -Db_lundef=false
variant threads 'loader arena kept first-use' -Db_sanitize=thread -Db_lundef=false
variant builtin '' -Dbuiltin_adapters=chained,virtual
variant portable '' -Dportable=true
variant static '' -Ddefault_library=static

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
