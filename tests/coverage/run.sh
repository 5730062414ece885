#!/bin/sh
# SPDX-License-Identifier: MIT
# Branch coverage of core and loader, of the adapters, and of the tool, by gcovr: builds below build-coverage, runs the tests of these parts, prints
# the figures, and the files that are not covered whole. Which branches are not taken is in build-coverage/missing.csv and, with the sources, in build-coverage/html.
# usage: run.sh [--report]     --report: of the runs that were made, without another one
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
folder="build-coverage"
sh .ci/make-folder "$folder"
sh .ci/apt-install gcc libc6-dev meson ninja-build pkg-config libcmocka-dev libseccomp-dev gcovr python3 valgrind

# Counters of threads that run at once are lost without `atomic`. Without optimisation a branch is one of the source.
set_up() { # BUILD OPTION...
    build=$folder/$1
    shift
    [ -f "$build/build.ninja" ] ||
        CC=gcc meson setup "$build" -Db_coverage=true -Doptimization=0 -Dc_args=-fprofile-update=atomic -Dbenchmarks=false \
            -Ddocs=false "$@" >"$folder/setup.log" || { tail -n 20 "$folder/setup.log" && exit 1; }
    find "$build" -name '*.gcda' -exec rm -f {} +
}

# What has adapters in it, and what has none.
run_tests() {
    set_up build
    for suite in unit fault plugin abi limits fuzz profile model conformance; do
        meson test -C "$folder/build" -t 10 --suite "$suite"
    done >"$folder/log" 2>&1 || true
    meson test -C "$folder/build" -t 10 'debug asan' 'debug off' 'debug memcheck' 'roots asan' 'roots lsan' >>"$folder/log" 2>&1 || true
    set_up builtin -Dbuiltin_adapters=chained,virtual
    meson test -C "$folder/builtin" -t 10 'adapter tool' loader 'conformance of chained' >>"$folder/log" 2>&1 || true
    ! grep -E '^ *[0-9]+/[0-9]+ .* (FAIL|ERROR|TIMEOUT) ' "$folder/log" || echo 'not all tests passed: what they reached counts'
}

# Left out: what the compiler made branches of, and the program has none; the file that is made of all others; the check of Windows' images,
# of which the inputs of the fuzzer are looked at alone here; and these branches, which no test can bring about. What else is left out says
# why in its line.
patterns() {
    sed '/^#/d' <<'LIST' | paste -s -d '|' -
# an exchange that fails because of another thread at that moment
compare_exchange_weak
# a call that a signal interrupts
errno [!=]= EINTR
# threads that were taken away before the library's end: on Windows alone
system_threads_are_gone\(\)
# what the conformance suite holds the core itself to, which no adapter can break: its own tests do that
REQUIRE\(trial, (!?samrena_(allocated|capacity|push_aligned)|trial_arena_info|bytes,|count >= first|trial->arena|\(uintptr_t\)bytes|!error(,| &&| \|\| !file))
LIST
}

coverage() { # BUILD
    gcovr --root . --gcov-ignore-parse-errors --exclude-branches-by-pattern ".*($(patterns)).*" --filter core/ --filter adapters/ \
        --exclude core/amalgamation/ --exclude core/loader/image_pe.c --exclude-unreachable-branches --object-directory "$1" \
        --json "$1.json" "$1" >"$folder/gcovr.log" 2>&1 &&
        python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
for f in d["files"]: f["functions"] = [] # gcovr 5.2 refuses to join those that two builds have in other lines
json.dump(d, open(sys.argv[1], "w"))' "$1.json"
}

# figures: gcovr's CSV has a line a file: name, lines and those that were reached, branches and those that were taken
figures() {
    awk -F , '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        {
            part = $1 ~ /^adapters\// ? "adapters" : $1 ~ /^core\/tool\// ? "tool" : "core and loader"
            all[part] += $column["branch_total"]
            taken[part] += $column["branch_covered"]
            if ($column["branch_covered"] < $column["branch_total"])
                missing[part] = missing[part] "\n    " $1 ": " $column["branch_total"] - $column["branch_covered"]
        }
        END {
            split("core and loader,adapters,tool", parts, ",")
            split("100,98,95", aims, ",")
            for (i = 1; i <= 3; i++)
                printf "%-16s %5d of %5d branches, %5.1f %%; the aim is %d %%; not taken:%s\n", parts[i], taken[parts[i]], all[parts[i]],
                    all[parts[i]] ? 100 * taken[parts[i]] / all[parts[i]] : 0, aims[i], missing[parts[i]] ? missing[parts[i]] : " none"
        }' "$1"
}

[ "${1-}" = --report ] || run_tests
mkdir -p "$folder/html"
for build in "$folder/build" "$folder/builtin"; do
    coverage "$build" || { tail -n 20 "$folder/gcovr.log" && exit 1; }
done
gcovr --root . --add-tracefile "$folder/build.json" --add-tracefile "$folder/builtin.json" --csv "$folder/missing.csv" --json "$folder/report.json" \
    --html-details "$folder/html/index.html" >"$folder/gcovr.log" 2>&1 || { tail -n 20 "$folder/gcovr.log" && exit 1; }
figures "$folder/missing.csv"
