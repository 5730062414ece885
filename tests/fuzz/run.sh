#!/bin/sh
# SPDX-License-Identifier: MIT
# Fuzzes for a time: sh tests/fuzz/run.sh SECONDS [TARGET...]
# Each target, all if none is named, first replays its committed inputs, then runs for SECONDS, one after the other, under
# libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer of clang. Builds into build-tests/fuzz, prints a line a target.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
case ${1-} in '' | *[!0-9]*) sed -n '3,/^[^#]/s/^# //p' "$0" >&2 && exit 2 ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
seconds=$1 build=build-tests/fuzz
shift

sh .ci/make-folder "$build"
sh .ci/apt-install clang libc6-dev meson ninja-build pkg-config libcmocka-dev
if [ $# -eq 0 ]; then
    set -- tests/fuzz/corpus/*
fi
reconfigure=
[ ! -f "$build/build.ninja" ] || reconfigure=--reconfigure
if ! { meson setup "$build" $reconfigure -Dwerror=true --native-file tests/fuzz/clang.ini -Dbenchmarks=false -Ddocs=false &&
    ninja -C "$build" fuzz; } >"$build.log" 2>&1; then
    echo "run.sh: does not build:" >&2
    tail -n 20 "$build.log" >&2
    exit 1
fi

SAMRENA_ADAPTER_PATH=$PWD/$build/adapters SAMRENA_LOG=none SAMRENA_DEBUG=never
ASAN_OPTIONS=allocator_may_return_null=1:max_allocation_size_mb=4095
export SAMRENA_ADAPTER_PATH SAMRENA_LOG SAMRENA_DEBUG ASAN_OPTIONS
failed=0
for target; do
    name=$(basename "$target") log=$build/fuzz-$(basename "$target").log
    if sh tests/fuzz/target.sh "$build/tests/fuzz/fuzz_$name" "tests/fuzz/corpus/$name" "$seconds" >"$log" 2>&1; then
        awk -v name="$name" '/number_of_executed_units/ { runs = $2 } /average_exec_per_sec/ { speed = $2 }
            END { printf "%-12s %d inputs, %d a second, nothing found\n", name, runs, speed }' "$log"
    else
        failed=1
        echo "$name: see $log, and for the input $build/tests/fuzz/fuzz_$name-found-..."
        tail -n 15 "$log"
    fi
done
exit "$failed"
