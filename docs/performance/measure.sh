#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures anew and draws the plots of docs/performance.md: sh docs/performance/measure.sh
# Installs what is missing (Debian and its kin), takes some minutes, wants an idle machine.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
CDPATH='' cd -- "$(dirname -- "$0")/../.."
report="build-bench/report"
sh .ci/apt-install gnuplot-nox
sh tests/bench/run.sh "$report"
cp "$report/reserve.csv" docs/performance/reserve.csv
{
    cat "$report/push.csv"
    for name in request tree heap containers fill memory growth threads; do
        tail -n +2 "$report/$name.csv"
    done
} >docs/performance/peers.csv
cp "$report/clients.csv" "$report/ahead.csv" "$report/labels.csv" docs/performance/
# Of three thousand arenas one in ten shows as much.
SAMRENA_ADAPTER_PATH=$PWD/build-bench/adapters build-bench/tests/bench/learning phase frames |
    awk '/^frames/ || NR % 10 == 1' >docs/performance/learning.csv
cd docs/performance
gnuplot plot_readme.gp
gnuplot -e "csv='reserve.csv'" plot.gp
gnuplot -e "csv='peers.csv'" plot_peers.gp
gnuplot -e "csv='clients.csv'" plot_clients.gp
gnuplot -e "csv='ahead.csv'" plot_ahead.gp
gnuplot -e "csv='learning.csv'" plot_learning.gp
echo "Written: docs/performance/*.csv and *.svg"
