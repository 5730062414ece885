#!/bin/sh
# SPDX-License-Identifier: MIT
# README's "Use it" into a home folder, as printed there, from a fresh copy; what the install's last words ask for is what a program
# needs; the same copy as a subproject. Prints TAP.
# usage: use.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
source=$1 compiler=cc
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
# shellcheck source=tests/install/consume.sh
. "$(dirname -- "$0")/consume.sh"
unset SAMRENA_ADAPTER_PATH SAMRENA_ADAPTER SAMRENA_LOG LD_LIBRARY_PATH PKG_CONFIG_PATH DESTDIR CC CFLAGS LDFLAGS
export PYTHONDONTWRITEBYTECODE=1

# As it is handed out: nothing that was built, and no tests.
copy=$work/copy HOME=$work/home
export HOME
mkdir "$copy" "$HOME"
(cd "$source" && cp -R meson.build meson_options.txt include core adapters docs LICENSE README.md CHANGELOG.md "$copy")
prefix=$HOME/.local
cp "$work/program.c" "$copy"
cd "$copy"

# ---- Installing ----

as_printed() { # NUMBER...: those blocks of README, in a shell of their own
    for block; do
        readme_commands "$block"
    done >"$work/commands"
    cat "$work/commands"
    rm -f a.out
    sh -e "$work/commands" && [ -x a.out ]
}
install_says() { # [ARGUMENT of env or meson]...: in $work/words
    env "$@" meson install -C build --no-rebuild 2>&1 | cat >"$work/words"
}
last_words_are_enough() {
    install_says && grep -qxF "libsamrena $version: the library is in $prefix/lib," "$work/words" || return
    { sed -n 's/^    export/export/p' "$work/words" && readme_commands 3; } >"$work/commands"
    cat "$work/commands"
    rm -f a.out
    sh -e "$work/commands" && [ -x a.out ] && [ "$(grep -c '^export' "$work/commands")" -eq 3 ]
}
nothing_is_left() {
    install_says LD_LIBRARY_PATH="/none:$prefix/lib" PKG_CONFIG_PATH="$prefix/lib/../lib/pkgconfig" PATH="$PATH:$prefix/bin"
    grep -q '^Nothing is left to do' "$work/words" && ! grep '^ *export' "$work/words"
}
what_is_set_is_kept() {
    install_says LD_LIBRARY_PATH=/none && grep -qxF "    export LD_LIBRARY_PATH='$prefix/lib'\":\$LD_LIBRARY_PATH\"" "$work/words"
}
staging_says_nothing() {
    install_says DESTDIR="$work/staged" && [ -f "$work/staged$prefix/lib/libsamrena.so.0" ] && ! grep -E '^libsamrena|export' "$work/words"
}

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
check 'README: built, installed, and a program that runs, as printed' as_printed 2 3
check "the install's last words are enough for that" last_words_are_enough
check 'they add to what is set' what_is_set_is_kept
check 'they ask for nothing where all is found' nothing_is_left
check 'they are silent where files are staged' staging_says_nothing

names_the_option() {
    printf "[binaries]\npkgconfig = 'false'\ncmake = 'false'\n" >"$work/nothing.ini"
    ! meson setup "$work/without-cmocka" "$source" --native-file "$work/nothing.ini" >"$work/words" 2>&1 &&
        grep 'ERROR.*cmocka.*-Dtests=false' "$work/words"
}
check 'where cmocka is missing, the option to go without is named' names_the_option

# ---- Found where it was installed ----

check 'pkg-config' and_runs with_pkg_config "$prefix"
check_cmake "CMake's Samrena::samrena" and_runs with_cmake "$prefix" Samrena::samrena
check 'Meson' and_runs with_meson "$prefix"

# ---- A subproject ----

as_subproject() {
    start_anew
    mkdir "$work/program/subprojects"
    cp "$consumer/meson.build" "$work/program.c" "$work/program"
    cp docs/packaging/meson/libsamrena.wrap "$work/program/subprojects"
    cp -R "$copy" "$work/program/subprojects/libsamrena" # where Meson would get it
    rm -rf "$work/program/subprojects/libsamrena/build"
    meson setup "$work/program" "$work/program/build" --prefix=/usr --force-fallback-for=samrena && ninja -C "$work/program/build" &&
        DESTDIR=$work/embedded meson install -C "$work/program/build" --no-rebuild
}
has_its_adapters() {
    "$work/program/build/program" && [ -z "$(find "$work/program/build" "$work/embedded" -name 'virtual.*')" ]
}
brings_no_tool() {
    ! find "$work/program/build" "$work/embedded" \( -name 'samrena-adapter*' -o -name 'samrena-profile*' -o -path '*/share/*' \) ! -name '*.pc' | grep . &&
        [ "$(ls "$work/embedded/usr/bin")" = program ]
}
check 'a subproject, by its wrap' as_subproject
check 'it has its adapters in it' has_its_adapters
check 'it builds and installs no tool' brings_no_tool
tap_end
