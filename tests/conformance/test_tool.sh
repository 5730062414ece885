#!/bin/sh
# SPDX-License-Identifier: MIT
# The program samrena-adapter, over sound adapters and over plugins that misbehave. Prints TAP.
# usage: test_tool.sh TOOL ADAPTERS TEMPORARY TEST-PLUGINS WRONG-PLUGINS BESIDE BUILT-IN
# BESIDE: not empty where the library finds the folder beside itself; BUILT-IN: where adapters are linked into it
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
tool=$(realpath "$1") adapters=$2 temporary=$3 test_plugins=$4 wrong=$5 beside=$6 built_in=$7
TMPDIR=$temporary
export TMPDIR
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
SAMRENA_ADAPTER_PATH=$(host_paths "$adapters")
export SAMRENA_ADAPTER_PATH
unset SAMRENA_ADAPTER SAMRENA_LOG
separator=$(is_windows && echo ';' || echo ':')

# run STATUS ARGUMENT...: output in $work/out and $work/err.
run() {
    expected=$1 status=0
    shift
    $wrapper "$tool" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    [ "$status" -eq "$expected" ] || { echo "exit status $status, expected $expected"; cat "$work/out" "$work/err"; return 1; }
}
out_has() {
    grep -q -e "$1" "$work/out" || { echo "not in the output: $1"; cat "$work/out"; return 1; }
}
err_is_one_line_with() {
    grep -q -e "$1" "$work/err" && [ "$(wc -l <"$work/err")" -eq 1 ] && [ ! -s "$work/out" ]
}
out_is_json() {
    python3 -m json.tool "$work/out" >"$work/json"
}
json_has() {
    out_is_json && python3 - "$work/out" "$1" <<'PYTHON'
import json, sys
d = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else "not so: " + sys.argv[2])
PYTHON
}

# ---- Sound adapters ----

list_names_both() {
    run 0 list && out_has '^NAME .*STATE$' && out_has '^chained .*usable$' && out_has "^    $(host_path "$adapters/chained$plugin")\$" &&
        out_has '^virtual .*usable$' && out_has '^    can reserve prefault extend trim contiguous concurrent$'
}
# shellcheck disable=SC2016 # names of variables
list_says_where_it_looked() {
    (unset SAMRENA_ADAPTER_PATH && run 0 list) && out_has '^  \$SAMRENA_ADAPTER_PATH is not set$' &&
        { [ -z "$beside" ] || out_has '/samrena-1/adapters (beside the library)$'; } &&
        out_has '^  the default is [a-z]*, from the build: \$SAMRENA_ADAPTER is not set$'
    SAMRENA_ADAPTER=some SAMRENA_ADAPTER_PATH=$(host_paths "$adapters" "$work/no/folder")${separator}relative run 0 list &&
        out_has "^  $(host_path "$adapters") (\$SAMRENA_ADAPTER_PATH)\$" &&
        out_has "^  $(host_path "$work/no/folder") (\$SAMRENA_ADAPTER_PATH): not there\$" &&
        out_has '^  relative (\$SAMRENA_ADAPTER_PATH): ignored, not an absolute folder$' &&
        out_has '^  the default is some, from \$SAMRENA_ADAPTER$'
}
json_says_where_it_looked() {
    SAMRENA_ADAPTER_PATH=$(host_paths "$adapters")${separator}relative run 0 list --json &&
        json_has '[f["ignored"] for f in d["folders"]][:2] == [None, "ignored, not an absolute folder"]' &&
        json_has 'd["default_from"] == "the build" and d["missing"] == []'
}
# Of a build without plugins beside the library there is none to look at: a copy is.
list_shows_what_is_missing() {
    mkdir -p "$work/alone" && cp -L "$(dirname -- "$adapters")/core/libsamrena.so.0" "$work/alone" && cp "$tool" "$work/alone"
    (unset SAMRENA_ADAPTER_PATH && LD_LIBRARY_PATH=$work/alone $wrapper "$work/alone/${tool##*/}" list >"$work/out") && out_has '^virtual .*missing$' &&
        out_has "^    libsamrena's own: install virtual$plugin with the library, name its folder\$"
}
no_line_is_wide() { # but for paths, which are as long as they are
    COLUMNS=79 run 0 "$@" && ! grep -v / "$work/out" | grep -e '^.\{80\}'
}
json_shows_what_is_missing() {
    cp "$tool" "$work/alone" && (unset SAMRENA_ADAPTER_PATH && LD_LIBRARY_PATH=$work/alone $wrapper "$work/alone/${tool##*/}" list --json >"$work/out") &&
        json_has 'd["missing"] == ["chained", "virtual"]'
}
empty_variables_are_told() {
    SAMRENA_ADAPTER='' SAMRENA_ADAPTER_PATH='' run 0 list && out_has '^  \$SAMRENA_ADAPTER_PATH is empty$' &&
        out_has '^  the default is [a-z]*, from the build: \$SAMRENA_ADAPTER is empty$' &&
        SAMRENA_ADAPTER='' run 0 list --json && json_has 'd["default_from"] == "the build"' &&
        SAMRENA_ADAPTER=some run 0 list --json && json_has 'd["default"] == "some" and d["default_from"] == "$SAMRENA_ADAPTER"'
}
list_as_json() {
    run 0 list --json && json_has 'd["loads_plugins"] and all(a["usable"] for a in d["adapters"])' &&
        json_has '[a["capabilities"]["extend"] for a in d["adapters"] if a["shadowed_by"] is None] == [False, True]' &&
        json_has 'all(a["capabilities"]["trim"] for a in d["adapters"])'
}
show_tells_the_descriptor() {
    run 0 show virtual && out_has '^version  *1.0.0' && out_has '^adapter ABI  *2\.' &&
        out_has '^capabilities  *reserve prefault extend trim contiguous concurrent$'
}
show_takes_a_file() {
    run 0 show "$adapters/chained$plugin" && out_has '^name  *chained$' && (cd "$adapters" && run 0 show "chained$plugin")
}
show_tells_what_is_not_there() {
    run 0 show "$test_plugins/third-party$plugin" && out_has '^capabilities  *-$' &&
        run 0 show "$test_plugins/third-party$plugin" --json && json_has 'not any(d["capabilities"].values()) and d["option_keys"] == []'
}
half_an_operation_is_none() {
    run 0 show "$test_plugins/wrong/size-odd$plugin" && out_has '^capabilities  *-$' &&
        run 0 check "$test_plugins/wrong/size-odd$plugin" && out_has ' passed, 0 failed, [0-9]* skipped$' &&
        out_has 'it has no extend()'
}
show_as_json() {
    run 0 show chained --json && json_has 'd["name"] == "chained" and d["abi"]["major"] == 2 and isinstance(d["option_keys"], list)'
}
show_tells_option_keys() {
    run 0 show "$wrong/noisy$plugin" && out_has '^option keys  *colour,size$' &&
        run 0 show "$wrong/noisy$plugin" --json && json_has 'd["option_keys"] == ["colour", "size"]' &&
        run 0 show "$test_plugins/wrong/size-odd$plugin" && out_has '^option keys  *-$'
}
options_reach_the_adapter() {
    run 0 check "$wrong/noisy$plugin" --options colour=1,size=2 && out_has '^passed  *sizes ' &&
        run 2 check "$wrong/crash_acquire$plugin" --options colour && err_is_one_line_with 'not of the form key=value' &&
        run 1 check "$wrong/refuses_create$plugin" --options colour=1 && out_has 'nothing was tested'
}
check_passes() {
    run 0 check "$1" && out_has '^passed  *sizes ' && out_has ' passed, 0 failed, [0-9]* skipped$'
}
check_as_json() {
    run 0 check chained --json && json_has 'd["failed"] == 0 and d["passed"] == sum(c["outcome"] == "passed" for c in d["checks"])'
}
check_as_tap() {
    run 0 check chained --tap && out_has '^ok 1 - ' && out_has '# SKIP ' && out_has '^1\.\.'
}
check_says_that_nothing_was_tested() {
    run 1 check "$wrong/refuses_create$plugin" && out_has '^untested  *sizes ' &&
        [ "$(tail -n 1 "$work/out")" = 'nothing was tested: create() refused: the pool is empty' ]
}
nothing_tested_as_json() {
    run 1 check "$wrong/refuses_create$plugin" --json && json_has 'd["not_tested"].startswith("nothing was tested: ")' &&
        json_has 'd["failed"] == 0 and d["untested"] > 20' && run 0 check "$wrong/noisy$plugin" --json &&
        json_has 'd["not_tested"] is None and d["untested"] == 0'
}
nothing_tested_as_tap() {
    run 1 check "$wrong/refuses_create$plugin" --tap && out_has '# SKIP create() refused' && ! out_has '^not ok' &&
        tail -n 1 "$work/out" | grep -q '^Bail out! nothing was tested: create() refused: '
}
check_refuses_options() {
    run 2 check chained --options size=1 && err_is_one_line_with 'does not know the key "size"'
}

# ---- Files that cannot be used, or not by their name ----

fill_folder() {
    mkdir -p "$work/first" "$work/second"
    cp "$test_plugins/third-party$plugin" "$work/first"
    cp "$test_plugins/third-party$plugin" "$work/second"
    cp "$test_plugins/third-party$plugin" "$work/first/broken$plugin"
    chmod o+w "$work/first/broken$plugin"
    echo 'not looked at' >"$work/first/Not-A-Name$plugin"
}
list_shows_shadowed() {
    fill_folder && rm "$work/first/broken$plugin"
    SAMRENA_ADAPTER_PATH=$(host_paths "$work/first" "$work/second") run 0 list &&
        out_has '^third-party .*shadowed$' && out_has "^    $(host_path "$work/second/third-party$plugin")\$" &&
        out_has "shadowed by: $(host_path "$work/first/third-party$plugin")"
}
json_shows_shadowed() {
    SAMRENA_ADAPTER_PATH=$(host_paths "$work/first" "$work/second") run 0 list --json &&
        json_has '[bool(a["shadowed_by"]) for a in d["adapters"] if a["name"] == "third-party"] == [False, True]'
}
list_shows_broken() {
    fill_folder && SAMRENA_ADAPTER_PATH=$(host_paths "$work/first" "$adapters") run 1 list && out_has '^broken .*unusable' &&
        out_has 'cannot be used: refused: the file' && out_has '^chained .*usable' && ! out_has 'Not-A-Name'
}
json_shows_broken() {
    SAMRENA_ADAPTER_PATH=$(host_paths "$work/first" "$adapters") run 1 list --json &&
        json_has '[a["reason"] for a in d["adapters"] if a["name"] == "broken"][0].startswith("refused: the file is writable by others")'
}
show_tells_why_not() {
    run 1 show "$work/first/broken$plugin" && out_has '^unusable  *refused: the file'
}
check_tells_why_not() {
    run 1 check "$work/first/broken$plugin" && out_has '^failed  *open ' && out_has '0 passed, 1 failed'
}
unknown_names() {
    run 1 show unheard-of && err_is_one_line_with 'no adapter "unheard-of"' && run 1 check unheard-of &&
        run 1 show "$work/no/such/file$plugin" && out_has 'No such file' &&
        run 1 show chianed && err_is_one_line_with 'no adapter "chianed": did you mean "chained"? ' &&
        run 1 check virtul && err_is_one_line_with 'did you mean "virtual"?'
}
show_tells_why_not_as_json() {
    run 1 show "$work/first/broken$plugin" --json && json_has 'd["usable"] is False and d["reason"].startswith("refused: the file")'
}
names_that_are_none() {
    long=abcdefghijklmnopqrstuvwxyz0123456789
    run 1 show "$long" && err_is_one_line_with "no adapter \"$long\": samrena-adapter list" &&
        run 1 show ab && err_is_one_line_with 'no adapter "ab"' && run 1 show "$plugin" && err_is_one_line_with 'no adapter "[.]' &&
        mkdir -p "$work/close" && cp "$test_plugins/third-party$plugin" "$work/close/virtuez$plugin" &&
        SAMRENA_ADAPTER_PATH=$(host_paths "$work/close" "$adapters") run 1 show virtuex && err_is_one_line_with 'did you mean "virtuez"?'
}
# Where it begins is longer than most are; and not there any more.
folders_to_begin_in() {
    deep=$work/$(printf '%0200d/%0200d' 0 0)
    mkdir -p "$deep" "$work/gone" && cp "$adapters/chained$plugin" "$deep" && (cd "$deep" && run 0 show "chained$plugin") &&
        out_has "^source  *$deep/chained$plugin\$" &&
        (cd "$work/gone" && rmdir "$work/gone" && run 1 show "./chained$plugin") && grep -q 'no adapter' "$work/err"
}
# UTF-8 stays as it is; what only resembles it does not get into JSON.
bytes_are_json() {
    sound=$(printf '\303\251\340\244\204\342\202\254\355\237\277\360\220\215\210\360\237\230\200\361\200\200\200\364\217\277\277')
    false=$(printf 'a\177b\200c\301\201d\303(e\340\200\200f\355\240\200g\360\200\200\200h\364\220\200\200i\365j\342\202')
    mkdir -p "$work/$sound" "$work/$false" && cp "$test_plugins/third-party$plugin" "$work/$sound"
    SAMRENA_ADAPTER_PATH=$work/$sound:$work/$false run 0 list --json && out_is_json && out_has "$sound" &&
        json_has 'any(f["folder"].endswith("j\ufffd\ufffd") and "a\x7fb\ufffdc" in f["folder"] for f in d["folders"])'
}
odd_paths_are_json() {
    # What cannot be in a name there is left out.
    odd='qu"o\\te\t\377\303\244'
    ! is_windows || odd="qu'o te\\303\\244"
    folder=$(printf "%s/$odd" "$work")
    mkdir -p "$folder" && cp "$test_plugins/third-party$plugin" "$folder"
    SAMRENA_ADAPTER_PATH=$(host_paths "$folder") run 0 list --json && out_is_json
}

# ---- Plugins that misbehave ----

misbehave() {
    rm -rf "$work/bad" && mkdir "$work/bad"
    for name; do cp "$wrong/$name$plugin" "$work/bad"; done
}
list_survives_crash() {
    misbehave crash_constructor noisy
    SAMRENA_ADAPTER_PATH=$(host_paths "$work/bad" "$adapters") run 1 list && out_has '^crash_constructor .*unusable' &&
        out_has 'opening it: crashed: Aborted' && out_has '^chained .*usable' && out_has '^noisy .*usable' &&
        ! out_has 'noisy is here'
}
list_survives_hang() {
    misbehave hang_constructor
    SAMRENA_ADAPTER_PATH=$(host_paths "$work/bad" "$adapters") run 1 list --timeout 2 && out_has 'opening it: hung' &&
        out_has '^virtual .*usable'
}
show_survives() {
    run 1 show "$wrong/crash_constructor$plugin" && out_has 'crashed' && run 1 show --timeout=2 "$wrong/hang_constructor$plugin" &&
        out_has 'hung'
}
check_survives_crash_at_open() {
    run 1 check "$wrong/crash_constructor$plugin" --json && json_has 'd["failed"] == 1 and len(d["checks"]) == 1'
}
check_survives_hang_at_open() {
    run 1 check "$wrong/hang_constructor$plugin" --timeout 2 && out_has 'hung'
}
check_survives_crash_in_an_operation() {
    run 1 check "$wrong/crash_acquire$plugin" && out_has '^failed  *sizes ' && out_has 'crashed: Aborted' &&
        out_has '^passed  *lifecycle '
}
check_survives_crash_as_tap() {
    run 1 check "$wrong/crash_acquire$plugin" --tap && out_has '^not ok [0-9]* - sizes' && out_has '^# crashed: Aborted'
}
check_ends_in_time() {
    run 1 check "$wrong/hang_acquire$plugin" --timeout 1 && out_has '^failed  *sizes ' && out_has 'hung: it was ended' &&
        out_has '^untested  *leaks ' && out_has 'the time was up before' &&
        tail -n 1 "$work/out" | grep -q '^not all was tested: the time was up before'
    run 1 check "$wrong/hang_acquire$plugin" --timeout 1 --tap && tail -n 1 "$work/out" | grep -q '^Bail out! not all was tested: '
}
# With so many, the tool alone: a shell's own redirections take some.
run_with_files() { # FILES STATUS ARGUMENT...
    files=$1 expected=$2 status=0
    shift 2
    # shellcheck disable=SC2016,SC3045 # POSIX leaves -n to shells, and all have it
    sh -c 'ulimit -n "$1" && shift && exec "$@"' sh "$files" "$tool" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    [ "$status" -eq "$expected" ] || { echo "exit status $status, expected $expected"; cat "$work/out" "$work/err"; return 1; }
}
# A pipe takes two.
no_files_are_left() {
    run_with_files 4 1 show "$adapters/chained$plugin" && out_has '^unusable  *opening it: no process to try it in: ' &&
        run_with_files 4 1 check "$adapters/chained$plugin" && out_has '^failed  *open ' &&
        run_with_files 7 0 show "$adapters/chained$plugin"
}
noise_is_kept_out() {
    run 0 check "$wrong/noisy$plugin" --json && out_is_json && grep -q 'noisy gives memory' "$work/err" &&
        run 0 show "$wrong/noisy$plugin" --json && out_is_json
}
check_finds_symbols() {
    run 1 check "$wrong/extra_symbol$plugin" && out_has '^failed  *plugin-symbols' && run 1 check "$wrong/uses_library$plugin" &&
        out_has '1 failed'
}

# ---- The command line ----

bad_usage() {
    run 2 "$@" && err_is_one_line_with '^samrena-adapter: '
}
unknown_letter() { # of several: the program's path is no option
    run 2 -xy list && err_is_one_line_with '^samrena-adapter: unknown option: -x;'
}
help_and_version() {
    run 0 --version && out_has '^samrena-adapter [0-9]' || return 1
    for command in '' list show check; do
        for option in -h --help; do
            # shellcheck disable=SC2086 # no command is no word
            run 0 $command $option && out_has '^usage: ' || return 1
        done
    done
}
# What could not be written is told with the system's words, whatever was to be written.
full_output_is_told() {
    [ -w /dev/full ] || return 0
    for command in list 'list --json' 'show chained' 'check chained --tap' --help --version; do
        status=0
        # shellcheck disable=SC2086 # a command and its option
        $wrapper "$tool" $command >/dev/full 2>"$work/err" || status=$?
        [ "$status" -eq 1 ] && grep -q '^samrena-adapter: cannot write to standard output: .' "$work/err" && continue
        echo "$command ends with $status:" && cat "$work/err"
        return 1
    done
}

check "list names both adapters" list_names_both
check "list says where it looked, and what it ignored" list_says_where_it_looked
check "list --json says so too" json_says_where_it_looked
if is_windows || [ -n "$built_in" ] || [ ! -f "$(dirname -- "$adapters")/core/libsamrena.so.0" ]; then
    skip "list shows what is missing, also as JSON" "the library does not lie alone in build/core, or has its adapters linked in"
else
    check "list shows what is missing" list_shows_what_is_missing
    check "list --json shows what is missing" json_shows_what_is_missing
fi
for command in list 'show chained' 'check chained' --help; do
    # shellcheck disable=SC2086 # a command and its name
    check "$command: 79 columns" no_line_is_wide $command
done
check "list --json" list_as_json
check "show tells what the descriptor says" show_tells_the_descriptor
check "show takes a file" show_takes_a_file
check "show tells what is not there" show_tells_what_is_not_there
check "show --json" show_as_json
check "show tells the keys of options" show_tells_option_keys
check "check gives the adapter its options" options_reach_the_adapter
check "empty variables are told" empty_variables_are_told
check "half an operation at the end of a descriptor is none" half_an_operation_is_none
check "check passes over chained" check_passes chained
check "check passes over virtual" check_passes virtual
check "check passes over an adapter of the required operations alone" check_passes "$test_plugins/third-party$plugin"
check "check --json" check_as_json
check "check --tap" check_as_tap
check "check says that nothing was tested" check_says_that_nothing_was_tested
check "check --json says that nothing was tested" nothing_tested_as_json
check "check --tap says that nothing was tested" nothing_tested_as_tap
check "check refuses options that the adapter does not know" check_refuses_options
check "list shows what is shadowed" list_shows_shadowed
check "list --json shows what is shadowed" json_shows_shadowed
check "list shows a broken file, with the reason" list_shows_broken
check "list --json shows a broken file, with the reason" json_shows_broken
check "show tells why a file cannot be used" show_tells_why_not
check "check tells why a file cannot be used" check_tells_why_not
check "show --json tells why a file cannot be used" show_tells_why_not_as_json
check "unknown names and files" unknown_names
check "names that are none" names_that_are_none
is_windows || check "folders to begin in" folders_to_begin_in
is_windows || check "bytes that are no text, as JSON" bytes_are_json
check "odd characters in a path are JSON" odd_paths_are_json
check "list survives a crash in a constructor" list_survives_crash
check "list survives a constructor that hangs" list_survives_hang
check "show survives both" show_survives
check "check survives a crash in a constructor" check_survives_crash_at_open
check "check survives a constructor that hangs" check_survives_hang_at_open
check "check survives a crash in an operation" check_survives_crash_in_an_operation
check "check --tap survives it too" check_survives_crash_as_tap
is_windows || check "check ends in time" check_ends_in_time
is_windows || [ -n "$wrapper" ] || check "no files are left to open" no_files_are_left
check "what a plugin prints stays out of JSON" noise_is_kept_out
check "check finds what a file exports and needs" check_finds_symbols
check "no command" bad_usage
check "an unknown command" bad_usage frobnicate
check "an unknown option" bad_usage list --frobnicate
check "an unknown letter" unknown_letter
check "a missing name" bad_usage check
check "too many names" bad_usage show chained virtual
check "an option of another command" bad_usage list --options a=b
check "a bad time-out" bad_usage list --timeout soon
for seconds in 0 2000000 5x :; do
    check "a time-out of $seconds" bad_usage list --timeout "$seconds"
done
check "TAP of a list" bad_usage list --tap
check "a value for an option that has none" bad_usage list --json=1
check "an option without its value" bad_usage list --timeout
check "help and version" help_and_version
check "output that cannot be written" full_output_is_told
tap_end
