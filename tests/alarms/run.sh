#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether the suite cries wolf: runs the gate's tests again and again where they have it hard. Each run is of freshly
# copied files, in a folder whose name has spaces; three go on at once, so that no processor is idle; as root also, in
# turn, as an ordinary user, without a network, and with a machine that stalls for memory.
# usage: run.sh [RUNS [SUITE...]]     200 runs unless told, of the suites that are named here if none is
# A line a run, and the number of runs with a failure. Below build-alarms: the builds, and what each run that failed has said.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
runs=${1:-200}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- unit plugin model conformance profile abi fault limits debug examples
sh .ci/make-folder build-alarms
sh .ci/apt-install gcc g++ libc6-dev meson ninja-build pkg-config libcmocka-dev libseccomp-dev util-linux

at_once=3
suites=
for suite; do
    suites="$suites --suite $suite"
done

# place NUMBER: of one of those that go on at once. The tests know where their build is: it stays there.
place() {
    folder=$PWD/build-alarms/$1
    build="$folder/a folder with spaces"
    group_name=samrena-alarms-$1
}

setup() {
    mkdir -p "$folder"
    [ -f "$build/build.ninja" ] || meson setup "$build" -Dwerror=true -Dbenchmarks=false -Ddocs=false
    ninja -C "$build"
}

# Pages of files that were just written are in memory and dirty, those of files that were read are not.
copy_freshly() {
    cp -a "$build" "$folder/fresh" && rm -rf "$build" && mv "$folder/fresh" "$build"
}

# Groups of both versions; 32 MiB for somebody who reads more than that all the time.
stall_for_memory() {
    group=/sys/fs/cgroup/memory/$group_name limit=memory.limit_in_bytes
    [ -d /sys/fs/cgroup/memory ] || group=/sys/fs/cgroup/$group_name limit=memory.max
    mkdir -p "$group" && echo 33554432 >"$group/$limit" || return
    (
        while [ -d "$folder" ]; do
            find "$folder" -type f -exec cat {} + >/dev/null 2>&1
        done
    ) &
    reader=$!
    echo "$reader" >"$group/cgroup.procs"
}
stop_stalling() {
    [ -n "${reader-}" ] || return 0
    kill "$reader" 2>/dev/null || true
    wait "$reader" 2>/dev/null || true
    reader=
    rmdir "$group" 2>/dev/null || true
}

as_user() {
    setpriv --reuid nobody --regid nogroup --clear-groups env HOME=/nonexistent "$@"
}
# way RUN: what is different in this run, a word; as root alone, and another user where he gets to the folder
way() {
    [ "$(id -u)" -eq 0 ] || { echo plain && return; }
    case $(($1 % 4)) in
    0) echo plain ;;
    1) as_user test -x "$build" && echo user || echo plain ;;
    2) echo offline ;;
    3) echo stalled ;;
    esac
}
run_tests() {
    set -- meson test -C "$build" --no-rebuild -t 10
    # shellcheck disable=SC2086 # two words for each suite
    case $way in
    user)
        chown -R nobody "$build"
        as_user "$@" $suites
        ;;
    offline) unshare --net "$@" $suites ;;
    stalled) stall_for_memory && "$@" $suites ;;
    *) "$@" $suites ;;
    esac
}

tell() {
    echo "$1" | tee -a build-alarms/told
}

# one_run NUMBER: its line; a failure leaves its logs
one_run() {
    copy_freshly
    way=$(way "$1")
    if run_tests >"$folder/log" 2>&1; then
        tell "run $1 ($way): none"
    else
        cp "$folder/log" "build-alarms/$1-$way.log"
        cp "$build/meson-logs/testlog.txt" "build-alarms/$1-$way.testlog" 2>/dev/null || true
        tell "run $1 ($way): a failure
$(grep -E '^ *[0-9]+/[0-9]+ .* (FAIL|ERROR|TIMEOUT) |^▶.*FAIL' "$folder/log" | sort -u || tail -n 5 "$folder/log")"
    fi
    stop_stalling
}

# every_so_many FIRST: that run, and each one `at_once` later
every_so_many() {
    trap stop_stalling EXIT
    trap 'exit 1' HUP INT TERM
    place "$1"
    run=$1
    while [ "$run" -le "$runs" ]; do
        one_run "$run"
        run=$((run + at_once))
    done
}

rm -f build-alarms/*log build-alarms/told
for number in $(seq "$at_once"); do
    place "$number"
    setup >"$folder.setup" 2>&1 || { tail -n 20 "$folder.setup" && exit 1; }
done
workers=
# shellcheck disable=SC2086 # one word for each process
trap 'kill $workers 2>/dev/null || true' EXIT
trap 'exit 1' HUP INT TERM
for number in $(seq "$at_once"); do
    every_so_many "$number" &
    workers="$workers $!"
done
wait
awk -v runs="$runs" '/^run / { made++ } /: a failure$/ { alarms++ }
    END { print made + 0 " of " runs " runs made, " alarms + 0 " with a failure"; exit made < runs || alarms > 0 }' build-alarms/told
