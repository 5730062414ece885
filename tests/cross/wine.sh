#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a Windows program: wine.sh PROGRAM [ARGUMENT...]; its registry and drives are in $WINEPREFIX.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
export WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=;winedbg.exe=d' # no debugger for what is meant to crash

# Z: is this machine's root. Without it a path would be on the drive that the program happens to be on.
case ${SAMRENA_ADAPTER_PATH-} in
/*) export SAMRENA_ADAPTER_PATH="Z:$SAMRENA_ADAPTER_PATH" ;;
esac
program=$1
shift
for argument; do
    shift
    case $argument in
    /*) argument=Z:$argument ;;
    esac
    set -- "$@" "$argument"
done

# KiB: Wine takes a byte for each page of addresses, and what goes wrong here would take the machine.
# shellcheck disable=SC3045 # not in POSIX, but in dash, bash, busybox and ksh
ulimit -d 6000000
exec wine "$program" "$@"
