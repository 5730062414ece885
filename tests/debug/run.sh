#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a command with stderr in a file that the command can read back; what a checker writes there is part of the test.
# usage: run.sh COMMAND ARGUMENT...
set -eu
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" 2<>"$log"
