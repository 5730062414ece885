#!/bin/sh
# SPDX-License-Identifier: MIT
# Branch coverage of core and loader, of the adapters, and of the tool, by gcovr: builds below build-coverage, runs the tests of these parts, prints
# the figures. Which branches are not taken is in build-coverage/missing.csv and, with the sources, in build-coverage/html.
# usage: run.sh [--report]     --report: of the runs that were made, without another one
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
folder=build-coverage
sh .ci/make-folder "$folder"
sh .ci/apt-install gcc libc6-dev meson ninja-build pkg-config libcmocka-dev libseccomp-dev gcovr

run_tests() {
    # Counters of threads that run at once are lost without `atomic`. Without optimisation a branch is one of the source.
    [ -f "$folder/build/build.ninja" ] ||
        CC=gcc meson setup "$folder/build" -Db_coverage=true -Doptimization=0 -Dc_args=-fprofile-update=atomic -Dbenchmarks=false \
            -Ddocs=false >"$folder/log" || { tail -n 20 "$folder/log" && exit 1; }
    find "$folder/build" -name '*.gcda' -exec rm -f {} +
    for suite in unit plugin abi profile model conformance; do
        meson test -C "$folder/build" -t 10 --suite "$suite"
    done >"$folder/log" 2>&1 || true
    meson test -C "$folder/build" -t 10 'debug asan' 'debug off' >>"$folder/log" 2>&1 || true
    ! grep -E '^ *[0-9]+/[0-9]+ .* (FAIL|ERROR|TIMEOUT) ' "$folder/log" || echo 'not all tests passed: what they reached counts'
}

# Left out: what the compiler made branches of, and the program has none; the file that is made of all others; an exchange that fails
# because of another thread at that moment, and a call that a signal interrupts, which no test can bring about. What else is left out says why beside it.
coverage() { # OPTION...
    gcovr --root . --exclude-branches-by-pattern '.*(compare_exchange_weak|errno [!=]= EINTR).*' --filter core/ --filter adapters/ --exclude core/amalgamation/ --exclude-unreachable-branches --object-directory "$folder/build" "$@" \
        "$folder/build/core" "$folder/build/adapters" "$folder/build/tests/support" "$folder/build/tests/unit" "$folder/build/tests/plugin"
}

# figures: gcovr's CSV has a line a file: name, lines and those that were reached, branches and those that were taken
figures() {
    awk -F , '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        {
            part = $1 ~ /^adapters\// ? "adapters" : $1 ~ /^core\/tool\// ? "tool" : "core and loader"
            all[part] += $column["branch_total"]
            taken[part] += $column["branch_covered"]
        }
        END {
            split("core and loader,adapters,tool", parts, ",")
            split("100,98,95", aims, ",")
            for (i = 1; i <= 3; i++)
                printf "%-16s %5d of %5d branches, %5.1f %%; the aim is %d %%\n", parts[i], taken[parts[i]], all[parts[i]],
                    all[parts[i]] ? 100 * taken[parts[i]] / all[parts[i]] : 0, aims[i]
        }' "$1"
}

[ "${1-}" = --report ] || run_tests
mkdir -p "$folder/html"
coverage --csv "$folder/missing.csv" --json "$folder/report.json" --html-details "$folder/html/index.html" >"$folder/gcovr.log" 2>&1 || { tail -n 20 "$folder/gcovr.log" && exit 1; }
figures "$folder/missing.csv"
