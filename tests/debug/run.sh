#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a command with stderr in a file, whose name it finds in $DEBUG_LOG; what a checker writes there is part of the test.
# usage: run.sh COMMAND ARGUMENT...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
DEBUG_LOG=$(host_path "$work/log")
export DEBUG_LOG
$wrapper "$@" 2>"$work/log"
