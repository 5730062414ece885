#!/bin/sh
# SPDX-License-Identifier: MIT
# Whether the suite cries wolf: runs the gate's tests again and again where they have it hard. Each run is of freshly
# copied files, in a folder whose name has spaces, with all processors busy; as root also, in turn, as an ordinary user,
# without a network, and with a machine that stalls for memory.
# usage: run.sh [RUNS [SUITE...]]     200 runs unless told, of the suites that are named here if none is
# A line a run, and the number of runs with a failure. Below build-alarms: the build, and what each run that failed has said.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
runs=${1:-200}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- unit plugin model conformance profile abi fault limits debug examples
folder="$PWD/build-alarms" build="$PWD/build-alarms/a folder with spaces" # as the tests know it: it stays where it is
sh .ci/make-folder build-alarms
sh .ci/apt-install gcc g++ libc6-dev meson ninja-build pkg-config libcmocka-dev libseccomp-dev util-linux

suites=
for suite; do
    suites="$suites --suite $suite"
done

setup() {
    [ -f "$build/build.ninja" ] || meson setup "$build" -Dwerror=true -Dbenchmarks=false -Ddocs=false
    ninja -C "$build"
}

# Pages of files that were just written are in memory and dirty, those of files that were read are not.
copy_freshly() {
    cp -a "$build" "$folder/fresh" && rm -rf "$build" && mv "$folder/fresh" "$build"
}

# Groups of both versions; 32 MiB for somebody who reads more than that all the time.
stall_for_memory() {
    group=/sys/fs/cgroup/memory/samrena-alarms limit=memory.limit_in_bytes
    [ -d /sys/fs/cgroup/memory ] || group=/sys/fs/cgroup/samrena-alarms limit=memory.max
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

loops=
keep_busy() {
    for _ in $(seq "$(nproc)"); do
        sh -c 'while :; do :; done' &
        loops="$loops $!"
    done
}
leave() {
    stop_stalling
    # shellcheck disable=SC2086 # one word for each process
    kill $loops 2>/dev/null || true
}
trap leave EXIT
trap 'exit 1' HUP INT TERM

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

setup >"$folder/log" 2>&1 || { tail -n 20 "$folder/log" && exit 1; }
keep_busy
alarms=0 run=1
while [ "$run" -le "$runs" ]; do
    copy_freshly
    way=$(way "$run")
    printf 'run %s (%s): ' "$run" "$way"
    if ! run_tests >"$folder/log" 2>&1; then
        alarms=$((alarms + 1))
        cp "$folder/log" "$folder/$run-$way.log"
        cp "$build/meson-logs/testlog.txt" "$folder/$run-$way.testlog" 2>/dev/null || true
        echo 'a failure'
        grep -E '^ *[0-9]+/[0-9]+ .* (FAIL|ERROR|TIMEOUT) |^▶.*FAIL' "$folder/log" | sort -u || tail -n 5 "$folder/log"
    else
        echo none
    fi
    stop_stalling
    run=$((run + 1))
done
echo "$runs runs of $*: $alarms with a failure"
[ "$alarms" -eq 0 ]
