#!/bin/sh
# SPDX-License-Identifier: MIT
# Proves what stands at the head of each proof, with CBMC; a TAP line each, with the seconds of processor time.
# usage: run.sh [--quick] [--bugs] [NAME...]
#   NAME      a file of this folder without its .c; none: all of them, with --quick those that are not slow
#   --bugs    also makes each mistake that the proofs name, in a copy of the sources, and wants the proof to fail then;
#             with --quick the first one of each
# CBMC is the one on PATH, or is got from Debian 11 into the folder $PROOF_FOLDER, build-proof where that is not set.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
source=$(CDPATH='' cd -- "$here/../.." && pwd)

quick=false bugs=false names=
for argument; do
    case $argument in
    --quick) quick=true ;;
    --bugs) bugs=true ;;
    -*) echo "run.sh: no option $argument" >&2 && exit 2 ;;
    *) [ -f "$here/$argument.c" ] || { echo "run.sh: no proof $argument" >&2 && exit 2; }
        names="$names $argument" ;;
    esac
done

# NAME.proof tells, a line each: `bounds`, up to where it is proved, for people; `with`, the library's sources; `cases`,
# proved one after the other with -DCASE=NUMBER; `options` of CBMC; `slow`, where it is not part of the short form; and
# `bug: FILE: SED`, a mistake with which the proof must fail; in the case NUMBER, where it is `bug NUMBER: FILE: SED`.
told() { # NAME KEY
    sed -n "s,^$2: *,,p" "$here/$1.proof"
}
is_slow() {
    grep -q '^slow:' "$here/$1.proof"
}
[ -n "$names" ] || for file in "$here"/*.c; do
    name=$(basename "$file" .c)
    ! $quick || ! is_slow "$name" || continue
    names="$names $name"
done

why=$(sh "$here/cbmc.sh" "${PROOF_FOLDER:-$source/build-proof}" 2>&1 >"$work/cbmc") || {
    for name in $names; do
        skip "$name" "no CBMC: $(echo "$why" | tail -n 1)"
    done
    tap_end
}
cbmc=$(cat "$work/cbmc")

# What the build writes, as far as the proofs go: for this system.
cat >"$work/build_config.h" <<'END'
#define ELF_MACHINE EM_X86_64
#define ELF_DATA ELFDATA2LSB
END

# solve TREE NAME CASE [OPTION]: CBMC's words in $work/log
solve() {
    set -- "$1" "$2" "$3" "$(told "$2" with)" "$(told "$2" options) ${4-}"
    (
        cd "$1"
        # shellcheck disable=SC2086 # one word for each file and option
        sh "$cbmc" --slice-formula $5 -I"$work" -Iinclude -Icore -Icore/loader -Itests/proof -DCASE="${3:-0}" \
            "tests/proof/$2.c" $4
    ) >"$work/log" 2>&1
}

cases() {
    set -- "$(told "$1" cases)"
    echo "${1:-0}"
}

# Processor time of what this shell waited for, which a subshell would not know: `start`, then `stop` sets $took.
start() {
    times >"$work/start"
}
stop() {
    times >"$work/stop"
    took=$(awk 'FNR == 2 { split($1, t, /[ms]/); sum = t[1] * 60 + t[2] - sum } END { printf "%.1f s", sum }' "$work/start" "$work/stop")
}

prove() { # NAME
    start
    for case in $(cases "$1"); do
        solve "$source" "$1" "$case" && grep -q '^VERIFICATION SUCCESSFUL$' "$work/log" && continue
        { echo "case $case"; grep -vE ': SUCCESS$|^aborting path|^\*\*\*\* WARNING' "$work/log" | tail -n 15; } >"$work/told"
        report 1 "$1" "$work/told"
        return
    done
    stop
    report 0 "$1, bounds: $(told "$1" bounds): $took"
}

# Whether the proof fails because of what it is to show: an error of CBMC's would be no find.
is_found() { # NAME CASE...
    name=$1
    shift
    for case; do
        solve "$work/tree" "$name" "$case" --stop-on-fail && continue
        grep -q '^VERIFICATION FAILED$' "$work/log" && return
        tail -n 5 "$work/log" >"$work/told"
        return 1
    done
    echo 'the proof succeeds all the same' >"$work/told"
    return 1
}

find_bugs() { # NAME
    grep '^bug' "$here/$1.proof" >"$work/bugs"
    ! $quick || sed -i 1q "$work/bugs"
    while IFS= read -r bug; do
        where=${bug%%: *} bug=${bug#*: }
        where=${where#bug} file=${bug%%: *}
        start
        rm -rf "$work/tree"
        mkdir -p "$work/tree/tests/fuzz"
        cp -R "$source/core" "$source/include" "$work/tree"
        cp -R "$here" "$work/tree/tests"
        cp -R "$source/tests/fuzz/pe" "$work/tree/tests/fuzz"
        sed -i "${bug#*: }" "$work/tree/$file"
        # shellcheck disable=SC2086 # one word for each case
        if cmp -s "$source/$file" "$work/tree/$file"; then
            echo 'it changes nothing' >"$work/told"
            report 1 "$1: $bug" "$work/told"
        elif is_found "$1" ${where:-$(cases "$1")}; then
            stop
            report 0 "$1 fails with $bug: $took"
        else
            report 1 "$1 fails with $bug" "$work/told"
        fi
    done <"$work/bugs"
}

for name in $names; do
    prove "$name"
    ! $bugs || find_bugs "$name"
done
tap_end
