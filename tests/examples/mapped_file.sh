# SPDX-License-Identifier: MIT
# What a program sees of mapped-file; to be sourced by run.sh, which has $program and says() and lacks().
# shellcheck shell=sh disable=SC2154

file=$work/data
holds_what_was_pushed() {
    [ "$(tr '\000' '\n' <"$file" | grep -cx -e 'kept one' -e 'kept two')" -eq 2 ] && ! grep -q old "$file"
}
has_files() {
    [ "$(find "$work" -name 'many.*' | wc -l)" -eq "$1" ]
}
is_private() {
    [ "$(stat -c %a "$file")" = 600 ]
}
leaves_a_file_in_use_alone() {
    says "file '$file': in use by another arena" mapped-file "path=$file" push 'kept one' second - push 'kept two' &&
        holds_what_was_pushed
}
stops_at_the_size_limit() { # of 512 KiB, whose signal is ignored: the error is the adapter's to report
    (trap '' XFSZ && ulimit -f 1024 && $wrapper "$work/program$exe" mapped-file "path=$file" fill 1000) >"$work/said"
    cat "$work/said"
    grep -q 'fill: .* out of memory: .*cannot grow from .*: File too large' "$work/said" && lacks 'not zero' &&
        [ "$(wc -c <"$file")" -gt 400000 ] && [ "$(wc -c <"$file")" -le 524288 ]
}
has_its_space_on_disk() { # so little that nothing is prefaulted: no page is written
    $wrapper "$work/program$exe" mapped-file "path=$file" reserve 12000 && [ "$(stat -c %s "$file")" -ge 12000 ] &&
        [ "$(($(stat -c %b "$file") * 512))" -ge "$(stat -c %s "$file")" ]
}
gives_disk_space_back() { # what is pushed before and after it stays
    says 'trim: ' mapped-file "path=$file" push 'kept one' reserve 8000000 trim 100000 push 'kept two' &&
        holds_what_was_pushed && [ "$(stat -c %s "$file")" -ge 8000000 ] &&
        [ "$(($(stat -c %b "$file") * 512))" -lt 1000000 ]
}
spares_the_parent() { # nor does the child get anything
    says 'parent: the child ended with 0; 300000 of 300000 bytes kept; a push: done' \
        mapped-file "path=$file" push 'kept one' child - push 'kept two' && ! grep '^child: .*: done' "$work/said" &&
        holds_what_was_pushed
}
leaks_no_descriptor() {
    # shellcheck disable=SC3045 # not in POSIX, but in dash, bash, busybox and ksh
    (ulimit -n 16 && $wrapper "$work/program$exe" mapped-file "path=$file" cycle 100) >"$work/said"
    cat "$work/said"
    grep -q 'cycle: 100 of 100, last error: .*in use by another arena' "$work/said"
}
# Less than 1 MiB: for that the core does not ask how busy the machine is. Before Linux 5.14 nothing is prefaulted.
prefaults_or_says_so() {
    $wrapper "$work/program$exe" mapped-file "path=$file" reserve 900000 >"$work/said" && cat "$work/said"
    grep -qE 'OK, (reason 0, [1-9][0-9]*|reason 5, 0) prefaulted' "$work/said"
}

rm -f "$file"
check 'mapped-file: selected by name' says 'push: kept two' mapped-file "path=$file" push 'kept one' push 'kept two'
check 'mapped-file: the file holds what was pushed' holds_what_was_pushed
check 'mapped-file: a new file is its owner'\''s alone' is_private
yes old | head -n 100000 >"$file"
check 'mapped-file: an existing file' says 'push: kept two' mapped-file "path=$file" push 'kept one' push 'kept two'
check 'mapped-file: its old contents are gone' holds_what_was_pushed
check 'mapped-file: a reserve has its place on the disk' has_its_space_on_disk
check 'mapped-file: a reserve is prefaulted, or says that it was not' prefaults_or_says_so
if [ -n "$wrapper" ]; then
    skip 'mapped-file: a trim gives disk space back' 'an emulator says that it does, and keeps the pages'
elif python3 -c "import mmap; f = open('$work/hole', 'w+b'); f.truncate(1 << 20)
mmap.mmap(f.fileno(), 0).madvise(mmap.MADV_REMOVE, 0, 4096)" 2>/dev/null; then
    check 'mapped-file: a trim gives disk space back' gives_disk_space_back
else
    skip 'mapped-file: a trim gives disk space back' 'this file system has no holes'
fi
check 'mapped-file: what a forked child does takes nothing from the parent' spares_the_parent
check 'mapped-file: no path' says 'no option path: adapter_options must name the file' mapped-file ''
check 'mapped-file: an empty path' says 'option path is empty' mapped-file path=
check 'mapped-file: an unknown key is named' says 'does not know the key "size"; it knows: path,keep' mapped-file size=1
check 'mapped-file: keep is yes or no' says 'option keep is "maybe", expected yes or no' \
    mapped-file "path=$file,keep=maybe"
check 'mapped-file: a new file for each arena' says 'second: an arena' mapped-file "path=$work/many.XXXXXX" second -
check 'mapped-file: both stay' has_files 2
check 'mapped-file: keep=no' says 'push: word' mapped-file "path=$work/many.none,keep=no" push word reserve 100000
check 'mapped-file: it leaves no file' has_files 2
check 'mapped-file: a folder that is not there' says "file '$work/none/data': No such file or directory" \
    mapped-file "path=$work/none/data"
check 'mapped-file: a folder is no file' says "file '$work': Is a directory" mapped-file "path=$work"
check 'mapped-file: a device is no file' says "file '/dev/null': not a regular file" mapped-file path=/dev/null
mkfifo "$work/fifo"
check 'mapped-file: a FIFO is no file' says "file '$work/fifo': not a regular file" mapped-file "path=$work/fifo"
: >"$work/readonly"
chmod 400 "$work/readonly"
if [ -w "$work/readonly" ]; then
    skip 'mapped-file: a file that may not be written' 'this user may write everything'
else
    check 'mapped-file: a file that may not be written' says "file '$work/readonly': Permission denied" \
        mapped-file "path=$work/readonly"
fi
check 'mapped-file: no descriptor leaks, refused or not' leaks_no_descriptor
check 'mapped-file: a file in use is left alone' leaves_a_file_in_use_alone
check 'mapped-file: a file that may not grow is out of memory' stops_at_the_size_limit
# Where addresses are of 32 bits the library refuses it before the adapter is asked.
check 'mapped-file: more than any disk is out of memory at once' \
    says_either 'No space left on device' 'can give this arena at most' mapped-file "path=$file" push word reserve 1125899906842624
check 'mapped-file: nothing of that stays in the file' [ "$(wc -c <"$file")" -le 65536 ]
