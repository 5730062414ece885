# SPDX-License-Identifier: MIT
# gnuplot plot_readme.gp: push.svg and peers_push.svg, README's pictures, from reserve.csv and peers.csv. Lying bars with
# their values beside them, for a narrow page.
set terminal svg size 640,300 font "sans-serif,14" background rgb "white"
set style fill solid 1 noborder
unset key
set border 2
set ytics scale 0
unset xtics
set yrange [*:*] reverse
# Colours by number: awk reads no hexadecimal. Ours orange, others blue, loops by hand grey.


set output "push.svg"
set datafile commentschars "#"
pushes = "< awk -F, '$1 == 1073741824 && $2 ~ /^(chained|virtual)( reserve)?$/ { \
    name = $2; told = sub(/ reserve/, \", reserved\", name); \
    printf \"\\\"%s\\\" %s %s %d\\n\", name, $9, $10, told ? 14722136 : 10466508 }' reserve.csv"
set multiplot layout 1,2 title "What a push takes while 1 GiB is filled, in nanoseconds" font ",15"
set title "one in 100 takes longer"
set lmargin at screen 0.29
set rmargin at screen 0.60
set xrange [0:1900]
plot pushes using (0):0:(0):2:($0-0.34):($0+0.34):4:ytic(1) with boxxyerror lc rgb variable, \
     "" using 2:0:(sprintf(" %.0f", $2)) with labels left
set title "one in 10,000"
set lmargin at screen 0.66
set rmargin at screen 0.98
set xrange [0:6000]
set format y ""
plot pushes using (0):0:(0):3:($0-0.34):($0+0.34):4 with boxxyerror lc rgb variable, \
     "" using 3:0:(sprintf(" %.0f", $3)) with labels left
unset multiplot

set terminal svg size 640,470 font "sans-serif,14" background rgb "white"
set output "peers_push.svg"
set format y "%g"
set lmargin at screen 0.49
set rmargin at screen 0.95
set xrange [0:18]
set title "A push of 24 bytes, in nanoseconds" font ",15"
peers = "< awk -F '\"' '$2 == \"A typed push of 24 bytes\" { split($5, n, \",\"); \
    printf \"\\\"%s\\\" %s %d\\n\", $4, n[3], $4 ~ /samrena/ ? 14722136 : $4 ~ /by hand/ ? 13684944 : 10466508 }' peers.csv \
    | sort -t'\"' -k3 -n"
plot peers using (0):0:(0):2:($0-0.36):($0+0.36):3:ytic(1) with boxxyerror lc rgb variable, \
     "" using 2:0:(sprintf(" %.2f", $2)) with labels left
