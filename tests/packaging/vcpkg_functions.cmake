# SPDX-License-Identifier: MIT
# What the port calls, in the place of vcpkg's own: by the contracts of its documentation, for this machine, release alone.
# Run as: cmake -DPORT=FOLDER -DCURRENT_PACKAGES_DIR=FOLDER -DCURRENT_BUILDTREES_DIR=FOLDER -P vcpkg_functions.cmake
cmake_policy(VERSION 3.15)

function(must)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${said}")
  endif()
endfunction()

function(must_be_there)
  foreach(file IN LISTS ARGN)
    if(NOT EXISTS "${file}")
      message(FATAL_ERROR "${file} is not there")
    endif()
  endforeach()
endfunction()

function(vcpkg_configure_meson)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  must(meson setup "${CURRENT_BUILDTREES_DIR}" "${arg_SOURCE_PATH}" --prefix "${CURRENT_PACKAGES_DIR}" --libdir lib
    --buildtype release --default-library static --wrap-mode nodownload ${arg_OPTIONS})
endfunction()

function(vcpkg_install_meson)
  must(meson install -C "${CURRENT_BUILDTREES_DIR}")
endfunction()

function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "PACKAGE_NAME;CONFIG_PATH" "")
  must_be_there("${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}/${arg_PACKAGE_NAME}Config.cmake")
endfunction()

function(vcpkg_fixup_pkgconfig)
  must_be_there("${CURRENT_PACKAGES_DIR}/lib/pkgconfig/samrena.pc")
endfunction()

function(vcpkg_copy_tools)
  cmake_parse_arguments(PARSE_ARGV 0 arg "AUTO_CLEAN" "" "TOOL_NAMES")
  foreach(name IN LISTS arg_TOOL_NAMES)
    must_be_there("${CURRENT_PACKAGES_DIR}/bin/${name}")
  endforeach()
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
  must_be_there(${arg_FILE_LIST})
endfunction()

include("${PORT}/portfile.cmake")
