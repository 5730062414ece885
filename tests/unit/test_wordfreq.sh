#!/bin/sh
# SPDX-License-Identifier: MIT
# Tests the example program wordfreq: test_wordfreq.sh WORDFREQ FOLDER, with SAMRENA_ADAPTER_PATH set. Prints TAP.
# The counts are judged by a pipeline of tr, sort and uniq; FOLDER is for temporary files.
set -u
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

wordfreq=$1
LC_ALL=C
export LC_ALL
unset SAMRENA_ADAPTER SAMRENA_LOG MALLOC_PERTURB_ # the last makes the heap touch every block, hiding page faults

TMPDIR=$2
export TMPDIR
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
folder=$work
adapters=$SAMRENA_ADAPTER_PATH

judge() { # STATUS DESCRIPTION
    report "$1" "$2" "$folder/errors"
}

# Counts as wordfreq should print them. A newline after each file: no word runs on into the next.
reference() { # FILE...
    for file; do
        cat "$file"
        echo
    done | tr '[:upper:]' '[:lower:]' | tr -cs '[:lower:]' '\n' | grep . | sort | uniq -c | sed 's/^ *//' | sort -k1,1nr -k2,2
}

run() { # ARGUMENT...
    $wrapper "$wordfreq" "$@" >"$folder/actual" 2>"$folder/errors"
}

prints() { # TEXT DESCRIPTION ARGUMENT...
    printf '%s' "$1" >"$folder/expected"
    description=$2
    shift 2
    run "$@" && cmp -s "$folder/expected" "$folder/actual"
    judge $? "$description"
}

# One line on stderr that names what was given, nothing on stdout, and the exit status.
refuses() { # STATUS NAMED DESCRIPTION ARGUMENT...
    expected=$1 named=$2 description=$3
    shift 3
    run "$@"
    [ $? -eq "$expected" ] && [ "$(wc -l <"$folder/errors")" -eq 1 ] && grep -qF -- "$named" "$folder/errors" &&
        [ ! -s "$folder/actual" ]
    judge $? "$description: exit $expected, one line"
}

letters() { # COUNT LETTER
    head -c "$1" /dev/zero | tr '\0' "$2"
}

# A real text, and a smaller one for what runs it many times.
if [ -r /usr/share/wordnet/data.noun ] && [ -r /usr/share/wordnet/data.adj ]; then
    set -- /usr/share/wordnet/data.noun /usr/share/wordnet/data.verb /usr/share/wordnet/data.adj \
        /usr/share/wordnet/data.adv
    text=/usr/share/wordnet/data.adj
else
    for file in /usr/share/common-licenses/* "$0"; do
        cat "$file"
    done >"$folder/text" 2>/dev/null
    text=$folder/text
    set -- "$text" "$0"
fi

test_real_text() { # FILE...
    reference "$@" >"$folder/reference"
    for adapter in chained virtual; do
        for options in '' '--reserve' '--expect 8M' '--expect 100K' '--expect 8M --reserve'; do
            # shellcheck disable=SC2086 # options are several words, or none
            run --adapter "$adapter" $options "$@" && [ -s "$folder/actual" ] &&
                cmp -s "$folder/reference" "$folder/actual"
            judge $? "counts agree with sort and uniq: $adapter${options:+, $options}"
        done
    done
    run "$@" && grep -q 'words, .* different; adapter .* allocated, .* capacity' "$folder/errors" &&
        grep -q 'ms, .* page faults' "$folder/errors"
    judge $? 'a summary on stderr'
    run --top 7 "$@" && head -n 7 "$folder/reference" | cmp -s - "$folder/actual"
    judge $? '--top prints that many'
}

test_small_texts() {
    : >"$folder/empty"
    prints '' 'an empty file' "$folder/empty"
    prints '' 'an empty file, with a reservation' --reserve "$folder/empty"
    printf '12 34 -- \n\303\251\n' >"$folder/no-letters"
    prints '' 'a file without a letter' "$folder/no-letters"
    printf 'end' >"$folder/no-newline"
    prints '1 end
' 'no newline at the end' "$folder/no-newline"
    printf 'b a d c a B\n' >"$folder/ties"
    prints '2 a
2 b
1 c
1 d
' 'the most frequent first, ties in alphabetical order, case ignored' "$folder/ties"
    prints '2 a
' '--top cuts among ties' --top 1 "$folder/ties"
    prints '' '--top 0' --top 0 "$folder/ties"
    prints '2 a
' 'no adapter options' --adapter-options '' --top 1 "$folder/ties"
    printf 'x@Z[y`{z\000q\303\251q_q' >"$folder/bytes"
    prints '3 q
2 z
1 x
1 y
' 'what is next to the letters, zero and bytes above 127 end a word' "$folder/bytes"
    printf 'no' >"$folder/one"
    printf 'where' >"$folder/two"
    prints '2 no
1 where
' 'a word does not run across files' "$folder/one" "$folder/two" "$folder/one"
    printf 'no' | $wrapper "$wordfreq" "$folder/two" - "$folder/one" >"$folder/actual" 2>"$folder/errors" &&
        [ "$(cat "$folder/actual")" = '2 no
1 where' ]
    judge $? 'the file - is what comes in'
}

test_buffer_borders() {
    status=0
    for size in 512 4096 8192 16384 32768 65536 131072 1048576; do
        for before in $((size - 7)) $((size - 1)) "$size" $((size + 1)); do
            letters "$before" . >"$folder/border"
            printf 'Borderword.next' >>"$folder/border"
            run "$folder/border" && [ "$(cat "$folder/actual")" = '1 borderword
1 next' ] || status=1
        done
    done
    judge $status 'a word across the borders of any likely read buffer'

    status=0
    for size in 63 64 65 4095 4096 4097 65535 65536 65537 3000000; do
        { letters $size Q; echo; letters $((size - 1)) q; } >"$folder/long"
        { echo "1 $(letters $((size - 1)) q)"; echo "1 $(letters $size q)"; } >"$folder/expected"
        run "$folder/long" && cmp -s "$folder/expected" "$folder/actual" || status=1
    done
    judge $status 'words as long as read buffers, and far longer'
}

# A second run starts with what the first one came to.
test_profile() {
    profile=$folder/profile
    run --profile "$profile" "$text" && grep -q '^label "wordfreq" arenas 1 ' "$profile"
    judge $? '--profile begins a profile'
    calls=$(sed -n 's/.* \([0-9]*\) adapter calls$/\1/p' "$folder/errors")
    run --profile "$profile" "$text" && again=$(sed -n 's/.* \([0-9]*\) adapter calls$/\1/p' "$folder/errors") &&
        [ "$again" -le $((calls / 2)) ] && grep -q '^label "wordfreq" arenas 2 ' "$profile"
    judge $? '--profile: the second run asks half as often at most'
    run --label words --profile "$folder/named" "$folder/one" && grep -q '^label "words" ' "$folder/named"
    judge $? '--label names what is in the profile'
    (SAMRENA_STATS=1 && export SAMRENA_STATS && run --label words "$folder/one") && grep -q '^words ' "$folder/errors"
    judge $? '--label names what is in the statistics'
    run --ahead --expect 1M "$folder/one" && grep -q 'and reserving' "$folder/errors"
    judge $? '--ahead reserves'
    echo 'no profile' >"$folder/damaged"
    refuses 2 "$folder/damaged" 'a file that is no profile' --profile "$folder/damaged" "$folder/one"
    grep -q 'no profile' "$folder/damaged"
    judge $? 'a file that is no profile is left as it is'
}

test_progress() {
    if is_windows; then
        skip 'no progress where stderr is no terminal' 'standard input has no name there, to be read slowly'
        skip 'progress on a terminal is erased' 'the same'
        return
    fi
    cat >"$folder/slow" <<'END'
{ yes progress | head -n 100000; sleep 0.7; yes progress | head -n 100000; } | $2 "$1" /dev/stdin
END
    sh "$folder/slow" "$wordfreq" "$wrapper" >"$folder/actual" 2>"$folder/errors" && [ "$(wc -l <"$folder/errors")" -eq 2 ] &&
        ! grep -q "$(printf '\033')" "$folder/errors"
    judge $? 'no progress where stderr is no terminal'
    yes 'a text of some length' | head -n 300000 >"$folder/large"
    if ! command -v script >/dev/null; then
        skip 'progress on a terminal is erased' 'no script command'
        return
    fi
    script -qec "$wrapper '$wordfreq' --compare '$folder/large' >'$folder/actual'" "$folder/errors" >/dev/null </dev/null
    grep -q 'wordfreq: [0-9]* of [1-9][0-9]* runs done' "$folder/errors"
    judge $? 'progress of --compare says of how many runs'
    # What script gives is a terminal; of the file that it writes only the order counts.
    script -qec "sh '$folder/slow' '$wordfreq' '$wrapper' >'$folder/actual'" "$folder/errors" >/dev/null </dev/null
    grep -q "wordfreq: [0-9]* words counted$(printf '\033')\[K$(printf '\r\033')\[Kwordfreq: 200000 words" \
        "$folder/errors" && [ "$(cat "$folder/actual")" = '200000 progress' ]
    judge $? 'progress on a terminal is erased'
}

test_refusals() {
    refuses 2 "$folder/missing" 'a missing file' "$folder/missing"
    refuses 2 "$folder/missing" 'a missing file after one that is there' "$folder/one" "$folder/missing"
    refuses 2 "$folder/missing" 'a missing file, --compare' --compare "$folder/missing"
    refuses 2 "$folder" 'a directory' "$folder"
    refuses 2 "''" 'an empty name' ''
    refuses 2 'two lines' 'a name with a newline' "$(printf 'two\nlines')"
    cp "$folder/one" "$folder/unreadable"
    chmod 000 "$folder/unreadable"
    if [ -r "$folder/unreadable" ]; then
        skip 'an unreadable file' 'this user may read everything'
    else
        refuses 2 "$folder/unreadable" 'an unreadable file' "$folder/unreadable"
    fi
    if [ -r /proc/self/mem ]; then
        refuses 2 /proc/self/mem 'a file that fails when it is read' /proc/self/mem
    else
        skip 'a file that fails when it is read' 'no /proc/self/mem'
    fi
    if [ -r /usr/share/wordnet/data.noun ]; then
        skip 'the text to read by default is missing' 'it is not'
    else
        refuses 2 wordnet-base 'the text to read by default is missing'
    fi

    refuses 2 --nonsense 'an unknown option' --nonsense "$folder/one"
    refuses 2 "'-x'" 'an unknown short option' -x "$folder/one"
    refuses 2 --expect 'a missing argument' --expect
    for number in '' x 12x 1KB -1 ' 1' +1 0x10 1.5M 18446744073709551616 18446744073709551615K 17179869184G; do
        refuses 2 "--expect '$number'" "--expect '$number'" --expect "$number" "$folder/one"
    done
    refuses 2 "unknown option '-x'" 'an unknown letter of several' -xy "$folder/one"
    refuses 2 "--top '-1'" '--top -1' --top -1 "$folder/one"
    refuses 2 --top '--top with --compare' --compare --top 1 "$folder/one"
    refuses 2 nonesuch 'an unknown adapter' --adapter nonesuch "$folder/one"
    refuses 2 '../chained' 'an adapter name that is a path' --adapter ../chained "$folder/one"
    refuses 2 'the key "colour"' 'an option that the adapter does not know' --adapter chained \
        --adapter-options colour=green "$folder/one"
    refuses 2 'key=value' 'an adapter option without a value' --adapter-options colour "$folder/one"
    refuses 2 --adapter-options '--adapter-options with --compare' --compare --adapter-options '' "$folder/one"
    refuses 2 1125899906842624 'a reservation above what the adapter can give' --adapter virtual --reserve \
        --expect 1048576G "$folder/one"
    if grep -q '__[am]san_init' "$wordfreq"; then
        skip 'a reservation that cannot be had' 'a sanitizer aborts, or says more, where malloc would fail'
    else
        # With pointers of 32 bits that is no size.
        [ "$(od -An -tu1 -j4 -N1 "$wordfreq")" -eq 1 ] && status=2 || status=1
        refuses $status chained 'a reservation that cannot be had' --adapter chained --reserve --expect 4294967296G \
            "$folder/one"
    fi

    if [ ! -c /dev/full ]; then
        skip 'a full disk' 'no /dev/full'
        return
    fi
    full_disk --help
    full_disk --version
    full_disk "$folder/one"
    full_disk "$text"
    full_disk --compare "$folder/one"
}

full_disk() { # ARGUMENT...
    $wrapper "$wordfreq" "$@" >/dev/full 2>"$folder/errors"
    [ $? -eq 1 ] && grep -q 'cannot write to standard output: No space left' "$folder/errors"
    judge $? "a full disk: $*"
}

# Whether all that runs waited for memory for one percent of the last ten seconds.
machine_is_short() {
    [ -r /proc/pressure/memory ] && sed -n 's/^full avg10=\([0-9]*\).*/\1/p' /proc/pressure/memory | grep -q '[1-9]'
}

# Columns: adapter, reserved, then ms and page faults of the reserve, ms and page faults of the count, adapter calls.
test_compare() {
    mkdir "$folder/adapters"
    echo 'no ELF file' >"$folder/adapters/broken$plugin"
    (SAMRENA_ADAPTER_PATH=$(host_paths "$folder/adapters" "$adapters") && run --compare "$text")
    judge $? '--compare'
    sed 's/^/# /' "$folder/actual"
    if $wrapper "$wordfreq" --adapter nonesuch 2>&1 | grep -q 'cannot load plugins'; then
        skip '--compare names a broken adapter and leaves it out' 'a static build loads none'
    else
        grep -q "adapter 'broken' is left out: ." "$folder/errors" && ! grep -q '^broken' "$folder/actual"
        judge $? '--compare names a broken adapter and leaves it out'
    fi
    [ "$(grep -c '^adapter  *reserved' "$folder/actual")" -eq 1 ] &&
        awk 'BEGIN { split("no yes ahead learnt", ways) }
            NR > 2 && (NF != 9 || $2 != ways[(NR - 3) % 4 + 1] || ((NR - 3) % 4 && $1 != last)) { exit 1 }
            { last = $1 } END { if (NR < 10 || (NR - 2) % 4) exit 1 }' "$folder/actual"
    judge $? '--compare prints one table, four rows for each adapter'
    untold=${FAULTS_UNTOLD-}
    # Then the library prefaults nothing, and is right.
    ! machine_is_short || untold='tasks of this machine wait for memory'
    for adapter in chained virtual; do
        [ "$(grep -c "^$adapter " "$folder/actual")" -eq 4 ]
        judge $? "--compare has all rows of $adapter"
        moved="$adapter: a reservation moves the page faults out of the count"
        if [ -n "$untold" ]; then
            skip "$moved" "$untold"
        elif awk 'NR > 2 { faults += $4 + $6 } END { exit faults > 0 }' "$folder/actual"; then
            skip "$moved" 'this system does not count page faults'
        else
            awk -v adapter="$adapter" '$1 == adapter { faults[$2] = $6; setup[$2] = $4 }
                END { exit !(faults["yes"] < faults["no"] / 2 && setup["yes"] > setup["no"]) }' "$folder/actual"
            judge $? "$moved"
        fi
        awk -v adapter="$adapter" '$1 == adapter { calls[$2] = $7 } END { exit !(calls["yes"] < calls["no"]) }' \
            "$folder/actual"
        judge $? "$adapter: a reservation saves adapter calls"
        # The heap's pages are not prepared where the system does not tell which of them are there.
        awk -v adapter="$adapter" -v untold="$untold" '
            $1 == adapter { calls[$2] = $7; setup[$2] = $4; faults[$2] = $6 }
            END { prepared = untold == "" && (adapter == "virtual" || setup["learnt"] > setup["no"] + 100)
                exit !(calls["ahead"] < calls["no"] && calls["learnt"] <= calls["no"] / 2 &&
                    (!prepared || faults["learnt"] <= faults["no"] / 2)) }' "$folder/actual"
        judge $? "$adapter: so does one ahead of use; with a profile half of the calls go, and of the faults in the count"
    done
    (SAMRENA_ADAPTER_PATH=/ && run --compare "$folder/empty") || grep -q 'no usable adapter' "$folder/errors"
    judge $? '--compare without an adapter says so'
}

test_real_text "$@"
test_small_texts
test_buffer_borders
test_profile
test_progress
test_refusals
test_compare
for option in -h --help; do
    run "$option" && grep -q '^Usage: wordfreq' "$folder/actual" && [ ! -s "$folder/errors" ] &&
        ! grep -q -e '^.\{80\}' "$folder/actual"
    judge $? "$option, in 79 columns"
done
run --version && grep -q '^wordfreq.* [0-9]*\.[0-9]*\.[0-9]*$' "$folder/actual" && [ ! -s "$folder/errors" ]
judge $? '--version'

tap_end
