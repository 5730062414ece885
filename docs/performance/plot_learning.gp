# SPDX-License-Identifier: MIT
# gnuplot -e "csv='learning.csv'" plot_learning.gp: learning.svg, what each arena took, without a label and with one.
set datafile separator ","
set key outside top center horizontal
set grid ytics lc rgb "#dddddd"
set logscale y 2
set ylabel "KiB"
set format y "%.0f"

rows(name) = sprintf("< awk -F, '$1 == \"%s\"' %s", name, csv)

set terminal svg size 1200,900 font "sans-serif,12" noenhanced background rgb "white"
set output "learning.svg"
set multiplot layout 3,1
set yrange [16:2048]
set title "phase: small arenas, a thousand large ones, small ones again"
plot rows("phase") using 2:($4/1024) with points pt 7 ps 0.3 lc rgb "#b5544d" title "capacity, no label", \
     "" using 2:($5/1024) with points pt 7 ps 0.3 lc rgb "#3f5f8a" title "capacity, label", \
     "" using 2:($3/1024) with lines lc rgb "#aaaaaa" title "size"
set title "frames: about 3 MB each; the first forty"
set xrange [0:40]
set yrange [1024:16384]
plot rows("frames") using 2:($4/1024) with linespoints pt 7 ps 0.4 lc rgb "#b5544d" title "capacity, no label", \
     "" using 2:($5/1024) with linespoints pt 7 ps 0.4 lc rgb "#3f5f8a" title "capacity, label", \
     "" using 2:($3/1024) with lines lc rgb "#aaaaaa" title "size"
unset logscale y
set yrange [0:*]
set ylabel "adapter calls"
set title "frames: adapter calls of each"
plot rows("frames") using 2:6 with linespoints pt 7 ps 0.4 lc rgb "#b5544d" title "no label", \
     "" using 2:7 with linespoints pt 7 ps 0.4 lc rgb "#3f5f8a" title "label"
unset multiplot
