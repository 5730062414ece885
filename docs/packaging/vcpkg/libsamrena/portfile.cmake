# SPDX-License-Identifier: MIT
# An overlay port of the tree that it stands in: vcpkg install libsamrena --overlay-ports=docs/packaging/vcpkg
# Programs that vcpkg makes leave plugins behind: both adapters are in the library.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

vcpkg_configure_meson(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS -Dtests=false -Dbenchmarks=false -Ddocs=false -Dbuiltin_adapters=chained,virtual)
vcpkg_install_meson()
vcpkg_cmake_config_fixup(PACKAGE_NAME Samrena CONFIG_PATH lib/cmake/Samrena)
vcpkg_fixup_pkgconfig()
vcpkg_copy_tools(TOOL_NAMES samrena-adapter samrena-profile AUTO_CLEAN)

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
