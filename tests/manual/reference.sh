#!/bin/sh
# SPDX-License-Identifier: MIT
# The reference of the headers is made without a warning, and says something of each function. Prints TAP.
# usage: reference.sh SOURCE-FOLDER LIBRARY
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
here=$(cd "$(dirname -- "$0")" && pwd)
root=$1 library=$2
# shellcheck source=tests/support/tap.sh
. "$here/../support/tap.sh"
# shellcheck source=tests/manual/pages.sh
. "$here/pages.sh"
if ! command -v doxygen >/dev/null; then
    skip 'the reference is made without a warning' 'no doxygen'
    tap_end
fi

makes() { # FOLDER [SETTING=VALUE]...: silently
    folder=$1
    shift
    sh "$root/docs/reference/make.sh" doxygen 0 "$folder" "$@" >"$work/said" 2>&1 || return 1
    cat "$work/said"
    [ ! -s "$work/said" ] && [ -f "$folder/html/samrena_8h.html" ]
}
# Functions whose description is not empty.
described_functions() {
    python3 - "$1" <<'END'
import sys, glob
from xml.etree import ElementTree
for file in glob.glob(sys.argv[1] + "/xml/*.xml"):
    for function in ElementTree.parse(file).iter("memberdef"):
        said = "".join(text for part in ("briefdescription", "detaileddescription") for text in function.find(part).itertext())
        if function.get("kind") == "function" and said.strip():
            print(function.find("name").text)
END
}
describes_all() {
    described_functions "$work/reference" | sort >"$work/described"
    exported "$library" "$root/core/libsamrena.map" | sort >"$work/exports"
    comm -23 "$work/exports" "$work/described" >"$work/missing"
    cat "$work/missing"
    [ -s "$work/exports" ] && [ ! -s "$work/missing" ]
}
notices() {
    printf '/** \\file\n \\nothing_of_doxygen */\nint other(void); /**< \\ref nowhere_at_all */\n' >"$work/other.h"
    ! makes "$work/other" "INPUT += \"$work/other.h\"" "FILTER_PATTERNS ="
}

check 'the reference is made without a warning' makes "$work/reference" GENERATE_XML=YES
check 'every exported function is described there' describes_all
check 'a comment that doxygen warns of is noticed' notices
tap_end
