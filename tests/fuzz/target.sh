#!/bin/sh
# SPDX-License-Identifier: MIT
# One target over its committed inputs, and where it is built for libFuzzer, a minute more: target.sh PROGRAM CORPUS [SECONDS]
# Beside the program are left PROGRAM-found-..., an input that brings back what was found, and PROGRAM-corpus, to go on from.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

program=$1 corpus=$2 seconds=${3:-60}
wrapper=${EXE_WRAPPER-}

# shellcheck disable=SC2086 # a wrapper and its options
if ! $wrapper "$program" -help=1 2>&1 | grep -q max_total_time; then
    exec $wrapper "$program" "$corpus"
fi

dictionary=$(dirname -- "$0")/$(basename -- "$corpus").dict
set --
[ ! -f "$dictionary" ] || set -- "-dict=$dictionary"
mkdir -p "$program-corpus"
# Less is kept of what was freed and of who asked for it: of the model's operations that takes most of the time. Blocks of
# gigabytes are refused: what the sanitizer notes of each stays resident.
export ASAN_OPTIONS="${ASAN_OPTIONS-}:quarantine_size_mb=8:malloc_context_size=4:max_allocation_size_mb=1024"
set -- "$@" -timeout=60 -rss_limit_mb=4096 -malloc_limit_mb=8192 -artifact_prefix="$program-found-"
"$program" "$@" -runs=0 "$corpus" # each of them once
exec "$program" "$@" -max_total_time="$seconds" -print_final_stats=1 "$program-corpus" "$corpus"
