# SPDX-License-Identifier: MIT
# gnuplot -e "csv='ahead.csv'" plot_ahead.gp: ahead.svg, what a program waits for that reserves ahead, at once, or not.
set datafile separator ","
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set boxwidth 0.8
set grid ytics lc rgb "#dddddd"
set xtics rotate by -20 scale 0
unset key

# The median, by candidate, of one question; the order of the file.
rows(question) = sprintf("< awk -F '\"' '$2 == \"%s\" { split($5, v, \",\"); print \"\\\"\" $4 \"\\\",\" v[3] }' %s", question, csv)

set terminal svg size 1200,860 font "sans-serif,12" noenhanced background rgb "white"
set output "ahead.svg"
set multiplot layout 3,1
shown(value) = sprintf("%.3g", value)
set yrange [0:*]
set ylabel "ms"
set title "128 MiB pushed with work, two idle processors: all of it"
plot rows("128 MiB with work") using 2:xtic(1) lc rgb "#7a9cc6", \
    "" using 0:2:(shown($2)) with labels offset 0, 0.5 font ",10"
set logscale y
set yrange [0.01:1000]
set title "The same: to the first push"
plot rows("The same, to the first push") using 2:xtic(1) lc rgb "#e0a458", \
    "" using 0:2:(shown($2)) with labels offset 0, 0.5 font ",10"
set ylabel "ns"
set yrange [1:100000]
set title "One push and its store, 99th percentile"
plot rows("One push and its store, 99th percentile") using 2:xtic(1) lc rgb "#9bbf85", \
    "" using 0:2:(shown($2)) with labels offset 0, 0.5 font ",10"
unset multiplot
