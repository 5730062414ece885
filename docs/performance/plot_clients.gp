# SPDX-License-Identifier: MIT
# gnuplot -e "csv='clients.csv'" plot_clients.gp: clients.svg, CPU time of whole jobs over that on the C heap.
set datafile separator ","
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set grid ytics lc rgb "#dddddd"
set xtics scale 0
set key outside top center horizontal
set yrange [0:1.3]
set ylabel "CPU time over the C heap"

# Rows of one candidate; the client stands before the colon, the ratio's median is column 8.
rows(candidate) = sprintf("< awk -F '\"' -v OFS='\"' '$4 == \"%s\" && sub(/: CPU time/, \"\", $2)' %s", candidate, csv)

set terminal svg size 1200,480 font "sans-serif,13" noenhanced background rgb "white"
set output "clients.svg"
set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead lc rgb "#555555" dt 2 front
array names[6] = ["mimalloc", "jemalloc", "chained", "virtual", "chained, reserved", "virtual, reserved"]
array colours[6] = ["#bbbbbb", "#888888", "#7a9cc6", "#e0a458", "#3f5f8a", "#a8672a"]
shown(value) = sprintf("%.2f", value)
plot for [i = 1:6] rows(names[i]) using 8:xtic(2) title names[i] lc rgb colours[i], \
    for [i = 1:6] rows(names[i]) using ($0 + (i - 3.5) / 7):8:(shown($8)) with labels rotate left offset 0, 0.4 \
    font ",9" notitle
