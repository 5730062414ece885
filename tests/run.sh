#!/bin/sh
# SPDX-License-Identifier: MIT
# All tests, in every build that matters, or in those that are named: sh tests/run.sh [VARIANT...]
# Installs what is missing (Debian and its kin), builds each variant below build-tests, ends in one line of counts.
set -eu

CDPATH='' cd -- "$(dirname -- "$0")/.."

variants='default optimised sanitized threads builtin portable static'

# What a variant is for, the seconds that it took with nothing built before on two cores, the tests that it runs (none
# named: all) and its options.
describe() {
    tests='' options=''
    case $1 in
    default) about='as a developer builds' seconds=200 ;;
    optimised) about='as a distribution builds; instruction bounds' seconds=200
        options='--buildtype=release -Doptimization=3 -Db_ndebug=true' ;;
    sanitized) about='AddressSanitizer and UndefinedBehaviorSanitizer' seconds=320
        options='-Db_sanitize=address,undefined -Db_lundef=false' ;;
    threads) about='ThreadSanitizer, over what threads share' seconds=80
        tests='loader arena ahead ahead-thread prefault-parallel model-auto recycle scratch parallel first-use pressure-shared'
        tests="$tests budget labels profile statistics" options='-Db_sanitize=thread -Db_lundef=false' ;;
    builtin) about='adapters linked into the library' seconds=200 options='-Dbuiltin_adapters=chained,virtual' ;;
    portable) about='POSIX calls alone' seconds=200 options='-Dportable=true' ;;
    static) about='a static library' seconds=200 options='-Ddefault_library=static' ;;
    *) return 1 ;;
    esac
}

usage() {
    echo 'usage: sh tests/run.sh [VARIANT...]'
    echo
    echo 'Builds and tests each variant below build-tests; none named: all of them.'
    for name in $variants; do
        describe "$name"
        printf '  %-10s %s\n' "$name" "$about"
    done
    echo 'The last line says: N passed, N failed, N skipped.'
}

case ${1-} in
-h | --help) usage && exit 0 ;;
esac
for name; do
    describe "$name" || { echo "run.sh: no variant \"$name\"; there are: $variants" >&2 && exit 2; }
done

sh .ci/apt-install gcc g++ libc6-dev libasan8 libubsan1 libtsan2 meson ninja-build pkg-config libcmocka-dev \
    libseccomp-dev scdoc valgrind wordnet-base iso-codes shared-mime-info libsqlite3-dev liblua5.4-dev libcjson-dev \
    libjansson-dev libexpat1-dev libxml2-dev zlib1g-dev libpcre2-dev libprotobuf-c-dev protobuf-c-compiler libstb-dev

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

build() {
    reconfigure=
    [ ! -f "$folder/build.ninja" ] || reconfigure=--reconfigure
    # shellcheck disable=SC2086 # one word for each option
    meson setup "$folder" $reconfigure -Dwerror=true $options && ninja -C "$folder"
}

# variant NAME: set up, build, test; the log is shown only where something failed. What it took is noted for next time.
variant() {
    describe "$1"
    folder=build-tests/$1
    log=$folder.log
    mkdir -p build-tests
    [ ! -f "$folder.seconds" ] || seconds=$(cat "$folder.seconds")
    start=$(date +%s)
    printf '%-10s (about %s s) building ... ' "$1" "$seconds"
    if ! build >"$log" 2>&1; then
        failed=$((failed + 1))
        echo "does not build:"
        grep -E 'error|ERROR|warning' "$log" | head -n 20 || true
        tail -n 20 "$log"
        return
    fi
    printf 'testing ... '
    status=0
    # shellcheck disable=SC2086 # one word for each test; none: all
    meson test -C "$folder" --no-rebuild --print-errorlogs $tests >"$log" 2>&1 || status=$?
    # shellcheck disable=SC2046 # three numbers
    set -- $(count "$log")
    [ "$status" -eq 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1 "$3"
    seconds=$(($(date +%s) - start))
    echo "$seconds" >"$folder.seconds"
    echo "$1 passed, $2 failed, $3 skipped in $seconds s"
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    [ "$2" -eq 0 ] || grep -vE '^ *[0-9]+/[0-9]+ .* (OK|SKIP) ' "$log" || true
}

# shellcheck disable=SC2086 # one word for each variant
[ $# -gt 0 ] || set -- $variants
echo "Building and testing in build-tests: $*"
for name; do
    variant "$name"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
