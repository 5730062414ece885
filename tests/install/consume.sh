# SPDX-License-Identifier: MIT
# README's program, built as somebody else's by what an installed library is found with; to be sourced behind tap.sh, with
#   source    the library's own folder
#   compiler  the C compiler, and its arguments
# Each function takes the PREFIX of an installation first and leaves the program built in $work/program; `runs` starts it.
# shellcheck shell=sh disable=SC2016,SC2154

consumer=$source/tests/install/consumer
readme_program() { # what is printed in README's first block
    sed -n '/^```c$/,/^```$/{/^```/d;p;}' "$source/README.md"
}
readme_program >"$work/program.c"
grep -q 'int main' "$work/program.c" || bail_out 'README has no program'

readme_commands() { # NUMBER: of a block of commands under "Use it"
    awk -v wanted="$1" '/^## / { on = /^## Use it/ }
        on && /^    / { number += !block; block = 1; if (number == wanted) print substr($0, 5); next }
        { block = 0 }' "$source/README.md"
}

start_anew() {
    rm -rf "$work/program"
    mkdir "$work/program"
}
runs() {
    $wrapper "$work/program/program$exe"
}
and_runs() { # FUNCTION ARGUMENT...: what it builds also runs
    "$@" && runs
}
check_cmake() { # as check, for what needs CMake
    if command -v cmake >/dev/null; then check "$@"; else skip "$1" 'no cmake'; fi
}

# Where a folder has spaces the flags do: then they are the shell's words, and not what blanks make of them.
with_pkg_config() { # PREFIX [OPTION]
    start_anew
    folder=$(find "$1" -name pkgconfig)
    flags=$(PKG_CONFIG_PATH=$folder pkg-config ${2+"$2"} --cflags --libs samrena) && echo "$flags" &&
        eval "$compiler ${2+-static}" '-o "$work/program/program$exe" "$work/program.c" -Wl,-rpath,"${folder%/*}"' "$flags"
}
with_cmake() { # PREFIX TARGET [OPTION]...
    start_anew
    found=$1 target=$2
    shift 2
    # shellcheck disable=SC2086 # one word, or none
    cmake -S "$consumer" -B "$work/program" -DCMAKE_PREFIX_PATH="$found" -DTARGET="$target" -DPROGRAM="$work/program.c" \
        -DCMAKE_C_COMPILER="${compiler%% *}" ${cmake_system-} "$@" && cmake --build "$work/program"
}
with_meson() { # PREFIX [OPTION]
    start_anew
    cp "$consumer/meson.build" "$work/program.c" "$work/program"
    CC=$compiler PKG_CONFIG_PATH=$(find "$1" -name pkgconfig) meson setup ${2+"$2"} "$work/program" "$work/program/build" &&
        ninja -C "$work/program/build" && cp "$work/program/build/program$exe" "$work/program"
}
