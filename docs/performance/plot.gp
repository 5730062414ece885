# SPDX-License-Identifier: MIT
# gnuplot -e "csv='reserve.csv'" plot.gp: fill.svg and latency.svg from the table that bench_reserve writes.
set datafile separator ","
set datafile commentschars "#"
set style data histograms
set style fill solid 0.9 border -1
set boxwidth 0.75
set grid ytics lc rgb "#dddddd"
set xtics rotate by -35 scale 0 offset -1,0
set key outside top center horizontal

# Rows of one size, in the order of the file; columns by their place in the header.
rows(size) = sprintf("< awk -F, '$1 == %s' %s", size, csv)

set terminal svg size 1000,760 font "sans-serif,13" background rgb "white"
set output "fill.svg"
set multiplot layout 2,1
set style histogram rowstacked
set ylabel "milliseconds"
set yrange [0:*]
set title "1 GiB: getting the memory, and filling it"
plot rows("1073741824") using ($3/1000):xtic(2) title "create and reserve" lc rgb "#7a9cc6", \
     "" using ($4/1000) title "fill" lc rgb "#e0a458"
set title "64 MiB"
plot rows("67108864") using ($3/1000):xtic(2) title "create and reserve" lc rgb "#7a9cc6", \
     "" using ($4/1000) title "fill" lc rgb "#e0a458"
unset multiplot

set terminal svg size 1000,480 font "sans-serif,13" background rgb "white"
set output "latency.svg"
set style histogram clustered gap 1
set logscale y
set yrange [10:*]
set ylabel "nanoseconds, logarithmic"
set title "One push and its first store, filling 64 MiB"
plot rows("67108864") using 8:xtic(2) title "median" lc rgb "#9bbf85", \
     "" using 9 title "p99" lc rgb "#7a9cc6", \
     "" using 10 title "p99.99" lc rgb "#e0a458", \
     "" using 11 title "longest" lc rgb "#b5544d"
