# SPDX-License-Identifier: MIT
# gnuplot -e "csv='peers.csv'" plot_peers.gp: peers.svg from the rows of tests/bench that compare allocators.
set datafile separator ","
set style data histograms
set style histogram errorbars gap 0.4 lw 1
set style fill solid 0.9 border -1
set grid ytics lc rgb "#dddddd"
set xtics rotate by -35 scale 0 offset -1,0
unset key
set rmargin 8
set logscale y
set yrange [0.2:*]
set ylabel "nanoseconds, logarithmic"

# Rows of one question; median, quartiles and name are columns 5, 6, 7 and 3.
rows(question) = sprintf("< awk -F '\"' '$2 == \"%s\"' %s", question, csv)

set terminal svg size 1000,1950 font "sans-serif,13" background rgb "white"
set output "peers.svg"
set multiplot layout 5,1
set title "A typed push of 24 bytes"
plot rows("A typed push of 24 bytes") using 5:6:7:xtic(3) lc rgb "#7a9cc6"
set title "A push of 24 bytes, aligned to 16"
plot rows("A push of 24 bytes") using 5:6:7:xtic(3) lc rgb "#7a9cc6"
set title "A push of 8 to 127 bytes"
plot rows("A push of 8 to 127 bytes") using 5:6:7:xtic(3) lc rgb "#7a9cc6"
set title "A request: create, 20 pushes of 64 bytes, destroy"
plot rows("A request: create, 20 pushes of 64 bytes, destroy") using 5:6:7:xtic(3) lc rgb "#e0a458"
set title "A node of a tree of a million, built and thrown away"
plot rows("A tree of 2^20 - 1 nodes of 24 bytes, built and thrown away") using 5:6:7:xtic(3) lc rgb "#9bbf85"
unset multiplot
