#!/bin/sh
# SPDX-License-Identifier: MIT
# All tests, in every build that matters, or in those that are named: sh tests/run.sh [VARIANT...]
# Installs what is missing (Debian and its kin), builds each variant below build-tests, ends in one line of counts.
set -eu

CDPATH='' cd -- "$(dirname -- "$0")/.."

variants='default proofs boxes optimised sanitized fuzz threads builtin portable static both'
on_request='bare memcheck drd' # minutes, and of bare hundreds of megabytes from the network

builds=build-tests
. tests/variant.sh

# What a variant is for, the seconds that it took with nothing built before on two cores, the tests that it runs (none
# named: all) and its options.
describe() {
    # What no option changes is looked at once, and benchmarks are built as developers and as distributions build.
    [ "$1" = default ] || test_options='--no-suite once'
    case $1 in default | optimised) ;; *) options='-Dbenchmarks=false' ;; esac
    case $1 in
    default) about='as a developer builds' seconds=200 ;;
    proofs) about='what is proved of the core, by CBMC, and that the proofs can fail' seconds=60 folder=build-tests/default
        tests='--setup proofs --suite proofs' ;;
    boxes) about='the same, its programs as on older kernels and in tight boxes' seconds=180 folder=build-tests/default
        tests='--setup boxes --suite boxes' ;;
    bare) about='README, followed in a Debian that has nothing else' seconds=300 folder=build-tests/default
        tests='--setup bare --suite bare' ;;
    optimised) about='as a distribution builds; instruction bounds' seconds=200
        options='--buildtype=release -Doptimization=3 -Db_ndebug=true' ;;
    sanitized) about='AddressSanitizer and UndefinedBehaviorSanitizer' seconds=320
        options="$options -Db_sanitize=address,undefined -Db_lundef=false" ;;
    fuzz) about='libFuzzer over the committed inputs, and a minute of each target' seconds=330
        tests='fuzz-model fuzz-config fuzz-options fuzz-descriptor fuzz-profile fuzz-proc fuzz-elf fuzz-pe'
        options="$options --native-file tests/fuzz/clang.ini" ;;
    threads) about='ThreadSanitizer, over what threads share' seconds=80
        tests='loader arena ahead ahead-thread prefault-parallel model-auto recycle scratch parallel first-use pressure-shared'
        tests="$tests budget labels profile statistics" options="$options -Db_sanitize=thread -Db_lundef=false" ;;
    memcheck) about="Valgrind's Memcheck" seconds=600 folder=build-tests/default
        tests='--setup memcheck --no-suite unwatched --suite unit --suite plugin --suite model --suite profile --suite abi' ;;
    drd) about="Valgrind's drd, over what threads share" seconds=300
        tests='--setup drd recycle scratch budget labels statistics pressure-shared'
        options="$options -Ddocs=false -Dc_args=-fno-inline-atomics -Dcpp_args=-fno-inline-atomics"
        options="$options -Dc_link_args=-latomic -Dcpp_link_args=-latomic" ;;
    builtin) about='adapters linked into the library' seconds=100 options="$options -Dbuiltin_adapters=chained,virtual"
        tests='loader arena calls free growth heap labels log model recycle reserve names exports layout window versions hostile'
        tests="$tests misbehaving first-use damaged install consumers" ;;
    portable) about='POSIX calls alone' seconds=200 options="$options -Dportable=true" ;;
    static) about='a static library' seconds=200 options="$options -Ddefault_library=static" ;;
    both) about='a shared library and a static one, found by others' seconds=60 tests='consumers stack exports'
        options="$options -Ddefault_library=both" ;;
    *) return 1 ;;
    esac
}

prepare() {
    :
}

usage() {
    echo 'usage: sh tests/run.sh [VARIANT...]'
    echo
    echo 'Builds and tests each variant below build-tests; none named: all of them.'
    # shellcheck disable=SC2086 # one word for each variant
    describe_all $variants
    echo 'Where it is named:'
    # shellcheck disable=SC2086 # one word for each variant
    describe_all $on_request
    echo 'The last line says: N passed, N failed, N skipped.'
}

case ${1-} in
-h | --help) usage && exit 0 ;;
esac
for name; do
    describe "$name" || { echo "run.sh: no variant \"$name\"; there are: $variants $on_request" >&2 && exit 2; }
done

sh .ci/make-folder "$builds"
sh .ci/apt-install abigail-tools gcc g++ libc6-dev libasan8 libubsan1 libtsan2 meson ninja-build pkg-config libcmocka-dev \
    libseccomp-dev cppcheck scdoc groff-base doxygen valgrind clang luajit cmake wordnet-base iso-codes shared-mime-info libsqlite3-dev \
    liblua5.4-dev libcjson-dev libjansson-dev libexpat1-dev libxml2-dev zlib1g-dev libpcre2-dev libprotobuf-c-dev protobuf-c-compiler libstb-dev
case " $* " in
*" bare "*) sh .ci/apt-install debootstrap debhelper lintian ;;
esac

# shellcheck disable=SC2086 # one word for each variant
[ $# -gt 0 ] || set -- $variants
variants "$@"
