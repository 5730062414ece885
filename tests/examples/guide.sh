#!/bin/sh
# SPDX-License-Identifier: MIT
# Holds docs/adapter-guide.md to what is there: its C and Meson code is an extract of the example adapters, the messages
# that it explains are the library's, its links lead somewhere. Prints TAP.
# usage: guide.sh SOURCE-ROOT
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
root=$1
guide=$root/docs/adapter-guide.md
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"

# Each fenced block: a file named after its first line and its language; the text of block n is block-n.LANGUAGE.
awk -v work="$work" '
    /^```/ {
        if (file) { close(file); file = ""; next }
        language = substr($0, 4)
        file = work "/block-" NR "." (language == "" ? "none" : language)
        printf "" >file
        next
    }
    file { print >file }' "$guide"

contains() { # FILE BLOCK: the block's lines, one after the other, somewhere in the file
    awk 'NR == FNR { block = block $0 "\n"; next } { text = text $0 "\n" }
        END { exit !index("\n" text, "\n" block) }' "$2" "$1"
}
is_extract() { # BLOCK FILE...
    block=$1
    shift
    [ -s "$block" ] || return 1
    for file; do
        ! contains "$file" "$block" || return 0
    done
    return 1
}

blocks=0
for block in "$work"/block-*; do
    line=${block##*/block-}
    case $block in
    *.c) set -- "$root"/docs/examples/adapters/*/*.c ;;
    *.meson) set -- "$root"/docs/examples/adapters/*/meson.build ;;
    *.sh | *.text) continue ;;
    *) set -- ;; # a language that nothing checks is a mistake
    esac
    blocks=$((blocks + 1))
    status=0
    is_extract "$block" "$@" || status=1
    report $status "the code from line ${line%.*} on is in an example adapter"
done
status=0
[ "$blocks" -ge 6 ] || status=1
report $status 'there is code in the guide'

# The test itself can fail: a block that nobody wrote.
echo 'static int nobody_wrote_this;' >"$work/other"
status=0
! is_extract "$work/other" "$root"/docs/examples/adapters/*/*.c || status=1
report $status 'code from elsewhere is noticed'

# Messages: the first column of that table, with ... for what varies. In the sources a message may be spread over several
# literals, with macros of <inttypes.h> between them.
cat "$root"/core/*.c "$root"/core/loader/*.c | tr '\n' ' ' | sed -e 's/" *PRI[a-z0-9]* *"//g' -e 's/" *"//g' >"$work/sources"
# shellcheck disable=SC2016 # backquotes of Markdown
sed -n '/^## When something is wrong/,/^## /s/^| `\([^`]*\)` |.*/\1/p' "$guide" >"$work/messages"
says() { # MESSAGE
    printf '%s\n' "$1" | sed 's/\.\.\./\n/g' | sed -e 's/^ *//' -e 's/ *$//' -e 's/"/\\"/g' >"$work/parts"
    while read -r part; do
        [ -z "$part" ] || grep -qF -- "$part" "$work/sources" || return 1
    done <"$work/parts"
}
while read -r message; do
    status=0
    says "$message" || status=1
    report $status "the library says: $message"
done <"$work/messages"
status=0
[ "$(wc -l <"$work/messages")" -ge 20 ] || status=1
report $status 'there are messages in the guide'

grep -o '](\([^)#]*\)' "$guide" | sed 's/^](//' | grep -v '^https\?:' | sort -u >"$work/links" || true
while read -r link; do
    status=0
    [ -e "$root/docs/$link" ] || status=1
    report $status "a link leads to $link"
done <"$work/links"

tap_end
