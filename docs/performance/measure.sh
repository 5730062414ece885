#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures anew and draws the plots of docs/performance.md: sh docs/performance/measure.sh
# Installs what is missing (Debian and its kin), takes some minutes, wants an idle machine.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
sh .ci/apt-install gcc libc6-dev meson ninja-build pkg-config gnuplot-nox
build=build-benchmarks
[ -f "$build/build.ninja" ] ||
    meson setup "$build" --buildtype=release -Dtests=false -Dbenchmarks=true >/dev/null
ninja -C "$build" --quiet
meson test -C "$build" --benchmark --no-rebuild --verbose
cp "$build/tests/bench/reserve.csv" docs/performance/reserve.csv
cd docs/performance
gnuplot -e "csv='reserve.csv'" plot.gp
echo "Written: docs/performance/reserve.csv, fill.svg, latency.svg"
