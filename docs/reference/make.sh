#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the reference of the headers: make.sh DOXYGEN VERSION FOLDER [SETTING=VALUE]...
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
doxygen=$1 version=$2 folder=$3
shift 3
mkdir -p "$folder"
cd "$(dirname -- "$0")"
{
    cat Doxyfile
    printf 'PROJECT_NUMBER = "%s"\nOUTPUT_DIRECTORY = "%s"\n' "$version" "$folder"
    [ $# -eq 0 ] || printf '%s\n' "$@"
} | "$doxygen" -
