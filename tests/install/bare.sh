#!/bin/sh
# SPDX-License-Identifier: MIT
# README's "Use it" in a Debian that has nothing but what it says there, as printed: as root and into a home folder, without dpkg-dev
# and with it, by which Meson guesses other folders. Prints TAP.
# usage: bare.sh SOURCE-FOLDER
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac
source=$1 compiler=cc
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "$0")/../support/tap.sh"
# shellcheck source=tests/install/consume.sh
. "$(dirname -- "$0")/consume.sh"

skip_all() { # REASON
    echo "1..0 # SKIP $1"
    exit 0
}
[ "$(id -u)" -eq 0 ] || skip_all 'only root can change into another root folder'
command -v debootstrap >/dev/null || skip_all 'no debootstrap'
unshare --mount true 2>/dev/null || skip_all 'nothing may be mounted here'

# ---- A bare Debian, as this one gets its packages ----

box=$work/box
# shellcheck disable=SC1091 # of this machine
suite=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
mirror=$(apt-get indextargets --format "\$(SITE) \$(RELEASE)" 'Created-By: Packages' | sed -n "s/ $suite\$//p" | head -n 1)
debootstrap --variant=minbase "$suite" "$box" "$mirror" >"$work/log" 2>&1 || skip_all "debootstrap: $(tail -n 1 "$work/log")"
cp /etc/resolv.conf "$box/etc" 2>/dev/null || true

inside() { # USER COMMAND: as somebody who has just logged in there
    # shellcheck disable=SC2016 # for the shell that has the mounts
    unshare --mount --pid --fork sh -c 'mount -t proc proc "$1/proc" && mount --bind /dev/pts "$1/dev/pts" && shift && exec "$@"' sh "$box" \
        chroot "$box" su - "$1" -c "$2" </dev/null
}
packages() { # NAME...
    inside root "apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $*"
}
packages_of_readme() {
    # shellcheck disable=SC2046 # words
    packages $(sed -n '/^## Use it/,/^## /s/.*`apt install \([^`]*\)`.*/\1/p' "$source/README.md")
}
fresh_copy() { # USER
    home=$(inside "$1" pwd)
    rm -rf "$box$home/library"
    mkdir -p "$box$home/library"
    (cd "$source" && cp -R meson.build meson_options.txt include core adapters docs tests LICENSE README.md CHANGELOG.md "$work/program.c" \
        "$box$home/library")
    inside root "chown -R $1 $home"
}

# ---- What README says ----

as_printed() { # USER BLOCK...
    user=$1
    shift
    fresh_copy "$user"
    for block; do
        readme_commands "$block"
    done >"$box$home/library/commands"
    inside "$user" 'cd library && sh -ex commands && test -x a.out'
}
says() { # USER TEXT: the install at a terminal, in its last words
    inside "$1" 'cd library && script -qec "meson install -C build --no-rebuild" /dev/null' | tr -d '\r' |
        sed -n '/^libsamrena/,$p' >"$work/words"
    cat "$work/words"
    grep -F -- "$2" "$work/words"
}
is_gone() { # nothing of it is there for whoever comes next
    inside root 'cd library && ninja -C build uninstall && /sbin/ldconfig && ! /sbin/ldconfig -p | grep samrena'
}
names_the_option() {
    ! inside root 'cd library && meson setup with-tests' >"$work/words" 2>&1 && grep 'ERROR.*cmocka.*-Dtests=false' "$work/words"
}
readme_holds() { # WORDS
    check "as root, $1" as_printed root 1 3
    check "as root, $1: the install says that nothing is left" says root 'Nothing is left to do'
    check "as root, $1: uninstalled" is_gone
    check "as root, $1: the install asks for ldconfig" says root '    ldconfig'
    check "as root, $1: uninstalled again" is_gone
    check "into a home folder, $1" as_printed somebody 2 3
    check "into a home folder, $1: the install asks for PKG_CONFIG_PATH" says somebody '    export PKG_CONFIG_PATH='
    check "into a home folder, $1: and for LD_LIBRARY_PATH" says somebody '    export LD_LIBRARY_PATH='
}

check 'a user' inside root 'useradd --create-home somebody'
check 'the packages that README names' packages_of_readme
check 'dpkg-dev is not among them' inside root '! command -v dpkg-architecture'
readme_holds 'without dpkg-dev'
check 'where cmocka is missing, the option to go without is named' names_the_option
check 'dpkg-dev' packages dpkg-dev
readme_holds 'with dpkg-dev'
tap_end
