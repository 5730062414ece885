#!/bin/sh
# SPDX-License-Identifier: MIT
# Tests samrena-profile: run.sh SAMRENA-PROFILE SAMPLE. Prints TAP.
set -u
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
tool=$1 sample=$2
LC_ALL=C
export LC_ALL
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
profile=$work/profile
cp "$sample" "$profile" && chmod 600 "$profile"

shows() { # TEXT: as a line of the table, whatever stands before and behind it
    $wrapper "$tool" show "$profile" | grep -F -- "$1"
}
status_is() { # STATUS COMMAND...
    wanted=$1
    shift
    "$@"
    [ $? -eq "$wanted" ]
}
# says TEXT STATUS ARGUMENT...: on standard error alone
says() {
    text=$1 wanted=$2
    shift 2
    $wrapper "$tool" "$@" >"$work/out" 2>"$work/error"
    status=$?
    cat "$work/error"
    [ $status -eq "$wanted" ] && [ ! -s "$work/out" ] && grep -F -- "$text" "$work/error"
}
is_json() {
    $wrapper "$tool" show "$profile" --json | python3 -c '
import json, sys
labels = {label["name"]: label for label in json.load(sys.stdin)["labels"]}
assert list(labels) == ["frame", "json.parse", "small", "two \"humps\""], labels
assert labels["json.parse"]["advice"] == "config.initial_size = 22528;", labels
assert labels["frame"]["arenas"] == 40 and labels["frame"]["sizes"][0]["up_to"] == 3145728
assert all(size["count"] > 0 for label in labels.values() for size in label["sizes"])'
}
explains() { # ARGUMENT...
    $wrapper "$tool" "$@" >"$work/out" && grep '^usage: samrena-profile ' "$work/out"
}
no_line_is_wide() { # ARGUMENT...
    $wrapper "$tool" "$@" >"$work/out" && ! grep -e '^.\{80\}' "$work/out"
}
full_device_is_told() { # ARGUMENT...
    status=0
    $wrapper "$tool" "$@" >/dev/full 2>"$work/error" || status=$?
    [ "$status" -eq 1 ] && grep '^samrena-profile: cannot write to standard output: .' "$work/error"
}
# Everything but a file that is what it was is refused.
cut_is_refused() {
    size=$(wc -c <"$profile")
    for cut in 0 1 17 18 60 $((size / 2)) $((size - 20)) $((size - 1)); do
        head -c "$cut" "$sample" >"$work/cut"
        status_is 1 $wrapper "$tool" show "$work/cut" || return 1
    done
}

check "a label's line of code" shows "    config.initial_size = 22528;"
check "a line for what is large" shows "    samrena_reserve_with_growth(arena, 3145728, 3145728);"
check "a label that needs nothing" shows "    nothing: doubling does well"
check "the histogram is drawn" shows "######################################## "
check "a gap between two humps" shows "             ..."
check "a name with quotes" shows 'two "humps"'
check "JSON is JSON" is_json
for command in -h --help 'show -h'; do
    # shellcheck disable=SC2086 # a command and its option
    check "$command" explains $command
done
check "79 columns" no_line_is_wide show "$profile"
check "79 columns of help" no_line_is_wide --help
check "version" status_is 0 $wrapper "$tool" --version
check "no command" says "expected show" 2
check "an unknown command" says "unknown command: draw" 2 draw
check "no file" says "expected FILE after show" 2 show
check "too much" says "unexpected: more" 2 show "$profile" more
check "an unknown option" says "unknown option: --xml" 2 show --xml "$profile"
check "an unknown letter" says "unknown option: -x" 2 -xyz show "$profile"
check "a file that is not there" says "there is no such file" 1 show "$work/none"
mkdir "$work/folder"
check "a folder" says "not a regular file" 1 show "$work/folder"
check "another file" says "line 1: it does not begin with" 1 show "$0"
check "cut files are refused" cut_is_refused
sed 's/ 40 / 41 /' "$sample" >"$work/changed"
check "a changed number" says "it is not what was written" 1 show "$work/changed"
chmod 622 "$profile"
check "a file that others can write" says "others can write it" 1 show "$profile"
if [ -w /dev/full ]; then
    chmod 600 "$profile"
    for command in "show $profile" --help --version; do
        # shellcheck disable=SC2086 # a command and its file
        check "a full device: ${command%% *}" full_device_is_told $command
    done
fi
tap_end
