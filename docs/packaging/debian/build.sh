#!/bin/sh
# SPDX-License-Identifier: MIT
# Lays out a Debian source package of this tree and builds it: libsamrena0, libsamrena-dev, samrena-tools.
# usage: build.sh [FOLDER]     the packages come to FOLDER (default: build-debian, which is made anew); $DEBFULLNAME and $DEBEMAIL are
#                              the maintainer's, DEB_BUILD_OPTIONS=nocheck leaves the tests out
# Needs dpkg-dev, debhelper, meson, pkgconf, scdoc, and libcmocka-dev for the tests; lintian looks at the packages where it is there.
set -eu
case ${1-} in -h | --help) sed -n '3,/^[^#]/s/^# //p' "$0" && exit ;; esac

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../../.." && pwd)
folder=${1-$top/build-debian}

version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$top/meson.build")
: "${DEBFULLNAME:=The libsamrena authors}" "${DEBEMAIL:=libsamrena@packages.example.org}"
rm -rf "$folder"
mkdir -p "$folder"
folder=$(CDPATH='' cd -- "$folder" && pwd)
source=$folder/libsamrena-$version

# The upstream source: what belongs to the tree, as it is now.
mkdir "$source"
(cd "$top" && tar -cf - meson.build meson_options.txt include core adapters tests docs README.md LICENSE CHANGELOG.md .ci) |
    tar -xf - -C "$source"
tar -czf "$folder/libsamrena_$version.orig.tar.gz" -C "$folder" "libsamrena-$version"

# debian/: what stands here, and what follows from files that stand elsewhere.
cp -R "$here/debian" "$source/debian"
sed -i "s/@MAINTAINER@/$DEBFULLNAME <$DEBEMAIL>/" "$source/debian/control"
sed '1,4d; s/^$/./; s/^/ /' "$top/LICENSE" >"$folder/license"
sed -i -e "/@LICENSE@/r $folder/license" -e '/@LICENSE@/d' "$source/debian/copyright"
rm "$folder/license"
{ # Until 1.0 freezes the ABI, who links the library needs this very version.
    echo "libsamrena.so.0 libsamrena0 #MINVER#"
    echo "* Build-Depends-Package: libsamrena-dev"
    echo " SAMRENA_0@SAMRENA_0 $version"
    sed -n "s/^ *\(samrena_[a-z_]*\);$/ \1@SAMRENA_0 $version/p" "$top/core/libsamrena.map"
} >"$source/debian/libsamrena0.symbols"
cat >"$source/debian/changelog" <<EOF
libsamrena ($version-1) unstable; urgency=medium

  * New upstream version.

 -- $DEBFULLNAME <$DEBEMAIL>  $(date -R)
EOF

cd "$source"
dpkg-buildpackage -us -uc
cd "$folder"
if command -v lintian >/dev/null; then
    lintian --fail-on error ./*.changes
fi
echo "In $folder:" ./*.deb
