#!/bin/sh
# SPDX-License-Identifier: MIT
# Static analysis of the library and the adapters: a finding that tests/analysis/known does not explain fails, and so
# does an explanation of none.
# usage: run.sh [--folder FOLDER] [gcc] [cppcheck] [clang-tidy]
#   --folder     builds there, installs nothing, and is skipped (77) where a tool is missing; else builds below
#                build-analysis
#   gcc          gcc -fanalyzer, with the build's own warnings: half a minute
#   cppcheck     two minutes
#   clang-tidy   with the clang static analyzer: half an hour
# Named none: all of them.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
if [ "${1-}" = --folder ]; then
    folder=$2 && shift 2
    for tool; do
        command -v "$tool" >/dev/null || { echo "$tool is missing" && exit 77; }
    done
else
    folder=build-analysis
    sh .ci/apt-install gcc libc6-dev meson ninja-build pkg-config cppcheck clang-tidy
fi
sh .ci/make-folder "$folder"
[ $# -gt 0 ] || set -- gcc cppcheck clang-tidy
unexplained=0 explained=0

# Names of files from the top of the sources, wherever the build is.
from_top() {
    sed -E 's#^[^: ]*/((core|adapters|include)/)#\1#'
}
# Objects and sources of the library and the adapters; the file of all files says everything twice.
objects() {
    ninja -C "$folder/build" -t targets all | sed -nE 's/^((core\/lib(core|lookup|profiles)\.a|adapters\/[a-z]+\.so)\.p\/.*\.o): c_COMPILER$/\1/p'
}
sources() {
    objects | while read -r object; do
        ninja -C "$folder/build" -t query "$object" | awk '$1 ~ /\.c$/ { print $1; exit }'
    done | from_top | sort -u
}

# Each prints FILE:LINE:COLUMN: KIND: MESSAGE [CHECK], among other things.
gcc_finds() {
    rm -f "$folder/build/core/"lib*.a.p/*.o "$folder/build/adapters/"*.so.p/*.o
    # shellcheck disable=SC2046 # one word for each object
    ninja -C "$folder/build" -k 0 $(objects)
}
cppcheck_finds() {
    # shellcheck disable=SC2046 # one word for each file
    cppcheck -q -j "$(nproc)" --std=c11 --enable=warning,portability,performance --inconclusive --inline-suppr \
        --suppress=missingIncludeSystem -D__linux__ -D__x86_64__ -D__GNUC__=12 -D_POSIX_C_SOURCE=200809L -Iinclude -Icore "-I$folder/build/core" \
        --template='{file}:{line}:{column}: {severity}: {message} [{id}]' $(sources) 2>&1
}
clang_tidy_finds() {
    mkdir -p "$folder/clang"
    sed 's/ -fanalyzer / /' "$folder/build/compile_commands.json" >"$folder/clang/compile_commands.json" # it knows none
    # shellcheck disable=SC2046 # one word for each file
    printf '%s\n' $(sources) | xargs -n 4 -P "$(nproc)" clang-tidy -p "$folder/clang" --quiet --config-file=tests/analysis/clang-tidy 2>&1
}

# findings LOG TOOL: those of the log, each FILE<tab>CHECK<tab>SOURCE LINE<tab>MESSAGE, without the place that changes
findings() {
    from_top <"$1" | sed 's/ \[CWE-[0-9]*\]//' | grep -E '^[a-z_/]+\.[ch]:[0-9]+:[0-9]+: (warning|error|style|portability|performance): ' |
        sed -E 's/^([^:]+):([0-9]+):[0-9]+: [a-z]+: (.*) \[([^][]*)\]$/\1\t\2\t\4\t\3/' | sort -u |
        while IFS='	' read -r file line name message; do
            printf '%s\t%s\t%s\t%s\n' "$file" "$name" "$(sed -n "${line}s/^ *//p" "$file")" "$message"
        done
}

[ -f "$folder/build/build.ninja" ] ||
    CC=gcc meson setup "$folder/build" -Dc_args=-fanalyzer -Dtests=false -Dbenchmarks=false -Ddocs=false >"$folder/setup.log" ||
    { cat "$folder/setup.log" && exit 1; }

for tool; do
    case $tool in
    gcc) gcc_finds ;;
    cppcheck) cppcheck_finds ;;
    clang-tidy) clang_tidy_finds ;;
    *) echo "run.sh: no tool \"$tool\"; there are: gcc cppcheck clang-tidy" >&2 && exit 2 ;;
    esac >"$folder/$tool.log" || true # findings are judged below
    findings "$folder/$tool.log" >"$folder/$tool.findings"
    # A line of `known`: TOOL, FILE, CHECK, SOURCE LINE, REASON
    awk -F '\t' -v tool="$tool" '
        FILENAME == ARGV[1] { if ($1 == tool && $5) known[$2 "\t" $3 "\t" $4] = 0; next }
        { key = $1 "\t" $2 "\t" $3 }
        key in known { known[key]++; next }
        { print tool ": " $1 ": " $4 " [" $2 "]\n    " $3; bad++ }
        END {
            for (key in known) if (known[key]) good++; else { print tool ": nothing like that is found any more: " key; bad++ }
            print good + 0, bad + 0 >"/dev/stderr"
        }' tests/analysis/known "$folder/$tool.findings" 2>"$folder/counts"
    read -r good bad <"$folder/counts"
    echo "$tool: $(sources | wc -l) files, $good findings explained, $bad not"
    explained=$((explained + good)) unexplained=$((unexplained + bad))
done
[ "$unexplained" -eq 0 ]
