# SPDX-License-Identifier: MIT
# What the sources of the manual pages say; to be sourced behind tap.sh, in the folder of those sources.
# shellcheck shell=sh

# section PAGE TITLE...: the lines of these sections
section() {
    page=$1
    shift
    for title; do
        awk -v title="# $title" '/^# / { on = $0 == title; next } on' "$page.scd"
    done
}

# code: of what is read, the lines of literal blocks as the page shows them. What is no C is left out.
code() {
    awk '/^```/ { on = !on; block = ""; next }
        on { if (!block) block = /^#include/ ? "C" : "other"; gsub(/\\\\/, "\\"); if (block == "C") print }'
}

# The names of functions and macros in what is read, each once.
names() {
    grep -ohE '\b(samrena_[a-z_]+[a-z]|SAMRENA_[A-Z_]+[A-Z])\b' "$@" | sort -u
}

# exported LIBRARY VERSION-SCRIPT: the functions that it gives to programs, a line each
exported() {
    if is_windows; then # PE, made from the same names
        sed -n 's/^ *\(samrena_[a-z_]*\);$/\1/p' "$2"
    else
        nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }'
    fi
}

# The pages, a line each.
pages() {
    for page in *.scd; do
        echo "${page%.scd}"
    done
}
