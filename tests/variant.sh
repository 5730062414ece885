# SPDX-License-Identifier: MIT
# One build of the library and its tests, or several, with one line each; sourced by run.sh and cross.sh, which have:
#   describe NAME          sets about, seconds (that it takes), tests (none: all), options (of meson setup), test_options,
#                          and folder, where it has the build of another one
#   prepare NAME FOLDER    makes what the build needs; what it prints is shown where it fails
# and say in $builds in which folder the builds are.

passed=0 failed=0 skipped=0

# describe_all NAME...: what they are for
describe_all() {
    for name; do
        describe "$name"
        printf '  %-16s %s\n' "$name" "$about"
    done
}

# count LOG TESTLOG: passed, failed, skipped. `meson test` prints a line a program: those that speak TAP say how many of
# their tests passed. What they skipped stands in what they printed.
count() {
    awk '
        FILENAME != ARGV[1] { part += /^(not )?ok .*# SKIP/; next }
        /^Summary of Failures/ { over = 1 }
        !over && /^ *[0-9]+\/[0-9]+ .* (OK|FAIL|ERROR|TIMEOUT|SKIP) +[0-9.]+s/ {
            n = 1
            if (match($0, /[0-9]+ subtests passed/)) n = substr($0, RSTART) + 0
            if (/ OK +[0-9.]+s/) ok += n; else if (/ SKIP +[0-9.]+s/) skip += n; else bad += 1
        }
        END { print ok + 0, bad + 0, skip + part }' "$1" "$2"
}

build() {
    prepare "$1" "$folder" || return
    reconfigure=
    [ ! -f "$folder/build.ninja" ] || reconfigure=--reconfigure
    # shellcheck disable=SC2086 # one word for each option
    meson setup "$folder" $reconfigure -Dwerror=true $options || return
    [ -n "$tests" ] || ninja -C "$folder" # else meson builds what the chosen ones need
}

# variant NAME: set up, build, test; the log is shown only where something failed. What it took is noted for next time.
variant() {
    test_options='' tests='' options='' folder=$builds/$1
    describe "$1"
    log=$builds/$1.log noted=$builds/$1.seconds
    setup=$(expr " $tests" : '.* --setup \([a-z]*\)') || true
    testlog=$folder/meson-logs/testlog${setup:+-$setup}.txt
    [ ! -f "$noted" ] || seconds=$(cat "$noted")
    start=$(date +%s)
    printf '%-16s (about %s s) building ... ' "$1" "$seconds"
    if ! build "$1" >"$log" 2>&1; then
        failed=$((failed + 1))
        echo "does not build:"
        grep -E 'error|ERROR|warning' "$log" | head -n 20 || true
        tail -n 20 "$log"
        return
    fi
    printf 'testing ... '
    status=0 rebuild=
    [ -n "$tests" ] || rebuild=--no-rebuild
    # shellcheck disable=SC2086 # one word for each test; none: all
    meson test -C "$folder" $rebuild --print-errorlogs $test_options $tests >"$log" 2>&1 || status=$?
    [ -f "$testlog" ] || testlog=/dev/null # what the tests need does not build
    # shellcheck disable=SC2046 # three numbers
    set -- $(count "$log" "$testlog")
    [ "$status" -eq 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1 "$3"
    seconds=$(($(date +%s) - start))
    echo "$seconds" >"$noted"
    echo "$1 passed, $2 failed, $3 skipped in $seconds s"
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    [ "$2" -eq 0 ] || show_failures
}

# Meson prints what failed, but of a program that speaks TAP not what it said of that: notes that stand behind the test.
show_failures() {
    grep -vE '^ *[0-9]+/[0-9]+ .* (OK|SKIP) |^\[[0-9]+/[0-9]+\] ' "$log" || true
    echo 'What they said:'
    awk '/^not ok/ { shown = 12 } /^ok/ { shown = 0 } shown-- > 0' "$testlog"
}

# variants NAME...: each of them, then the line of totals; fails where anything failed
variants() {
    echo "Building and testing in $builds: $*"
    for name; do
        variant "$name"
    done
    echo "$passed passed, $failed failed, $skipped skipped" | tee "$builds/total"
    [ "$failed" -eq 0 ]
}
