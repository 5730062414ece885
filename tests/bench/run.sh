#!/bin/sh
# SPDX-License-Identifier: MIT
# All benchmarks and one report: [CC=clang CXX=clang++] sh tests/bench/run.sh [FOLDER]
# Installs the peers that this system has (Debian and its kin), builds into build-bench (another compiler than cc: into
# build-bench-clang), takes some minutes, wants an idle machine. FOLDER, `report` in there by default, gets report.md and
# a CSV for each program.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
compiler=${CC:-cc}
build="build-bench"
[ "$compiler" = cc ] || build="build-bench-$(basename "$compiler")"
report=${1:-$build/report}

sh .ci/make-folder "$build"
sh .ci/apt-install gcc libc6-dev meson ninja-build pkg-config
packages="g++ libapr1-dev libtalloc-dev libmimalloc-dev libjemalloc-dev llvm-14-dev llvm-19-dev librust-bumpalo-dev"
clients="libsqlite3-dev liblua5.4-dev libcjson-dev libjansson-dev libexpat1-dev libxml2-dev zlib1g-dev libpcre2-dev
    libprotobuf-c-dev protobuf-c-compiler libstb-dev"
for package in $packages $clients wordnet-base iso-codes shared-mime-info gnuplot-nox; do
    sh .ci/apt-install "$package" || echo "run.sh: without $package"
done
command -v rustc >/dev/null || sh .ci/apt-install rustc || echo "run.sh: without rustc"

# The peers are looked for anew each time.
reconfigure=
[ ! -f "$build/build.ninja" ] || { reconfigure=--reconfigure && meson configure "$build" --clearcache; }
# shellcheck disable=SC2086 # one word for each option
if ! { meson setup "$build" $reconfigure --buildtype=release -Doptimization=3 -Dtests=false -Ddocs=true \
    -Dbenchmarks=true && ninja -C "$build"; } >"$build/run.log" 2>&1; then
    echo "run.sh: the benchmarks do not build:" >&2
    tail -n 20 "$build/run.log" >&2
    exit 1
fi

mkdir -p "$report"
SAMRENA_ADAPTER_PATH=$PWD/$build/adapters
export SAMRENA_ADAPTER_PATH
unset MALLOC_PERTURB_
{
    echo "# libsamrena beside its peers"
    echo
    echo "Measured on $(date -u +%Y-%m-%d): $(nproc) processors, $(uname -sm), $(uname -r)," \
        "$("$compiler" --version | head -n 1); load when started: $(cut -d ' ' -f 1-3 /proc/loadavg)."
    # shellcheck disable=SC2086 # one word for each package
    echo "Packages: $(dpkg-query -W -f '${Package} ${Version}, ' $packages $clients 2>/dev/null)" \
        "$(rustc --version 2>/dev/null)"
} >"$report/report.md"
for name in push request tree heap containers memory growth cliffs labels threads fill clients ahead reserve; do
    [ -x "$build/tests/bench/bench_$name" ] || continue # without a C++ compiler, or where no client's library is there
    echo "Measuring: $name"
    "$build/tests/bench/bench_$name" --csv "$report/$name.csv" >"$report/$name.txt"
    fence=
    [ "$name" != reserve ] || fence='```' # tables of its own kind
    printf '\n%s\n' "$fence" | cat - "$report/$name.txt" >>"$report/report.md"
    echo "$fence" >>"$report/report.md"
    rm "$report/$name.txt"
done
grep -hE 'reached|MISSED|not measured' "$report/report.md"
grep -h '^skipped' "$report/report.md" | sort -u
echo "Written: $report/report.md and a CSV for each program"
