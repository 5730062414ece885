#!/bin/sh
# SPDX-License-Identifier: MIT
# Mutants: a copy of the sources with one line changed at a time is built and tested; those that no test notices are
# named. Takes hours where many are asked for.
# usage: run.sh [--one-in N] [--list] [FILE...]
#   --one-in N   of every N candidates of a file one, and one a file at least; 90 unless told
#   --list       the mutants, and no build
#   FILE         of the library or an adapter; none named: all that this system's build has
# Below build-mutants: results, survivors, log. Survivors that
# tests/mutants/equivalent explains (FILE<tab>NEW TEXT<tab>REASON) are counted apart.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

CDPATH='' cd -- "$(dirname -- "$0")/../.."
one_in=90 list=
while [ $# -gt 0 ]; do
    case $1 in
    --one-in) one_in=$2 && shift 2 ;;
    --list) list=yes && shift ;;
    *) break ;;
    esac
done

sh .ci/make-folder build-mutants
sh .ci/apt-install gcc libc6-dev meson ninja-build pkg-config libcmocka-dev libseccomp-dev
folder=$PWD/build-mutants
source=$folder/source build=$folder/build

# A mutant may want all memory that there is: then it is the one that goes.
[ ! -w /proc/self/oom_score_adj ] || echo 1000 >/proc/self/oom_score_adj

# all_tests OPTION...: without those that take minutes
all_tests() {
    meson test -C "$build" "$@" --suite unit --suite model --suite plugin --suite abi --suite profile --suite limits --suite fault &&
        meson test -C "$build" "$@" 'conformance of chained' 'conformance of virtual' 'debug asan' 'debug off' 'leaks asan' instructions
}

prepare() {
    mkdir -p "$source"
    # Only what differs, so that only that is built again.
    git ls-files --cached --others --exclude-standard | while read -r file; do
        cmp -s "$file" "$source/$file" || cp --parents "$file" "$source"
    done
    [ -f "$build/build.ninja" ] || meson setup "$build" "$source" -Dbenchmarks=false -Ddocs=false
    all_tests
}

# Sources of the library and the adapters, by what the compiler read.
sources() {
    ninja -C "$build" -t deps | awk '/^[^ ]/ { ours = /^(core\/lib(core|lookup|profiles)\.a\.p|adapters\/[a-z]*\.so\.p)\// } /^ / && ours { print $1 }' |
        sed -n "s|^.*/source/||p; s|^\.\./source/||p" | grep -E '^(core|adapters|include)/.*\.[ch]$' | sort -u
}

# first_tests FILE: those that are the likeliest to notice, some of them twice, so that most mutants cost seconds
first_tests() {
    basename "${1%.?}" | tr _ - | grep -Fx -f "$folder/tests" || true # that of its name
    case $1 in
    core/loader/*) echo 'loader hostile damaged misbehaving' ;;
    core/profile* | core/label* | core/learn* | core/sizes*) echo 'profile labels sizes' ;;
    core/system/file* | core/system/process_* | core/system/real_path* | core/system/library_*) echo 'profile loader elevated' ;;
    core/system/*) echo 'pressure processors ahead-thread' ;;
    core/ahead* | core/background* | core/populate*) echo 'ahead ahead-thread prefault-parallel' ;;
    core/allocator* | core/heap* | core/large* | core/malloc*) echo 'heap free model' ;;
    core/marks*) echo 'marks release model' ;;
    core/pressure* | core/prefault*) echo 'prefault pressure reserve' ;;
    core/config* | core/environment* | core/error* | core/log* | core/report* | core/first_failure*) echo 'config failures log info' ;;
    core/atomic*) echo 'labels' ;;
    adapters/vm/*) echo 'reserve trim prefault prefault-by-touching prefault-parallel-by-touching words limits' ;;
    adapters/*) echo 'reserve trim prefault model' ;;
    *) echo 'model regions reserve' ;;
    esac
}

# A fifth of their time is a minute: who hangs need not hang for five.
likely_tests() {
    # shellcheck disable=SC2046 # one word for each test
    meson test -C "$build" --maxfail 1 -t 0.2 $(first_tests "$1" | tr ' ' '\n' | sort -u)
}
other_tests() {
    all_tests --maxfail 1
}

# is_equivalent FILE TEXT: whether a line of `equivalent` gives the reason
is_equivalent() {
    awk -F '\t' -v file="$1" '
        NR == FNR { wanted = $0; next }
        $1 == file && $2 == wanted { found = 1 }
        END { exit !found }' "$folder/text" tests/mutants/equivalent
}

# mutant FILE LINE TESTS: the line becomes what is in the file `text`; $verdict is what became of it
mutant() {
    cp "$source/$1" "$folder/kept"
    awk -v line="$2" 'NR == FNR { text = $0; next } FNR == line { $0 = text } 1' "$folder/text" "$folder/kept" >"$source/$1"
    if ! ninja -C "$build" core/libsamrena.so.0 adapters/chained.so adapters/virtual.so; then
        verdict='does not build'
    elif "$3" "$1"; then
        verdict=survived
    else
        verdict=killed
    fi >"$folder/log" 2>&1 </dev/null
    cp "$folder/kept" "$source/$1"
}

# The first test that failed, and how: a kill by a test that has nothing to do with the line is none. Where no test is
# named the tests did not build, or Meson itself failed, as it does where a test is named twice.
killer() {
    sed -nE 's,^ *[0-9]+/[0-9]+ .* / (.*[^ ]) +(FAIL|ERROR|TIMEOUT) .*,\1 (\2),p' "$folder/log" | head -n 1
}

# mutants TESTS: each of standard input; those that survive are printed, what became of all others is in results
mutants() {
    while IFS='	' read -r file line operator text; do
        # read strips the blanks that the line begins with: no matter in C
        printf '%s\n' "$text" >"$folder/text"
        if [ "$1" = other_tests ] && is_equivalent "$file"; then
            verdict=equivalent
        else
            mutant "$file" "$line" "$1"
        fi
        by=
        [ "$verdict" != killed ] || by=$(killer)
        [ "$verdict$by" != killed ] || verdict='failed by no test'
        if [ "$verdict" = survived ]; then
            printf '%s\t%s\t%s\t%s\n' "$file" "$line" "$operator" "$text"
        else
            printf '%s\t%s:%s\t%s\t%s\t%s\n' "$verdict" "$file" "$line" "$operator" "$text" "$by" >>"$folder/results"
        fi
    done
}

prepare >"$folder/log" 2>&1 || { tail -n 20 "$folder/log" && exit 1; }
meson test -C "$build" --list 2>/dev/null | sed 's|.* / ||' >"$folder/tests"
# shellcheck disable=SC2046 # one word for each file
[ $# -gt 0 ] || set -- $(sources)
# The first mutant of each file before the second of any.
(cd "$source" && awk -v one_in="$one_in" -f tests/mutants/mutate.awk "$@") |
    awk -F '\t' '{ print ++turn[$1] "\t" $0 }' | sort -s -n -k 1,1 | cut -f 2- >"$folder/mutants"
[ -z "$list" ] || { cat "$folder/mutants" && exit; }

# Most are noticed in seconds by the likeliest tests; the others are for all tests.
: >"$folder/results"
mutants likely_tests <"$folder/mutants" >"$folder/unnoticed"
mutants other_tests <"$folder/unnoticed" >"$folder/survivors"
sed 's/^/survived: /' "$folder/survivors"
awk -F '\t' -v survivors="$(wc -l <"$folder/survivors")" '{ n[$1]++ }
    END {
        print n["killed"] + 0 " killed, " survivors + 0 " survived, " n["equivalent"] + 0 " equivalent, " n["does not build"] + 0 " not built, " \
            n["failed by no test"] + 0 " failed by no test"
        exit survivors > 0 || n["failed by no test"] > 0
    }' "$folder/results"
