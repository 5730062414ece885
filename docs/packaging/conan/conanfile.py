# SPDX-License-Identifier: MIT
# A recipe of the tree that it stands in, for Conan 2: conan create docs/packaging/conan
import os
import re

from conan import ConanFile
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout
from conan.tools.meson import Meson, MesonToolchain

required_conan_version = ">=2.0"


class Libsamrena(ConanFile):
    name = "libsamrena"
    description = "Arena allocator with memory reservation and adapters chosen at run time"
    license = "MIT"
    topics = ("arena", "allocator", "memory")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True}
    implements = ["auto_shared_fpic"]
    languages = ["C"]

    @property
    def _tree(self):
        return os.path.join(self.recipe_folder, "..", "..", "..")

    def set_version(self):
        project = load(self, os.path.join(self._tree, "meson.build"))
        self.version = re.search(r"version: '([0-9.]+)'", project).group(1)

    def export_sources(self):
        for pattern in "meson.build", "meson_options.txt", "LICENSE", "include/*", "core/*", "adapters/*", "docs/*":
            copy(self, pattern, src=self._tree, dst=self.export_sources_folder)

    def build_requirements(self):
        self.tool_requires("meson/[>=1.0 <2]")

    def layout(self):
        basic_layout(self)

    def generate(self):
        toolchain = MesonToolchain(self)
        # Programs that Conan links leave plugins behind: both adapters are in the library.
        toolchain.project_options.update({
            "tests": False, "benchmarks": False, "docs": False, "builtin_adapters": ["chained", "virtual"]})
        toolchain.generate()

    def build(self):
        meson = Meson(self)
        meson.configure()
        meson.build()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        Meson(self).install()

    def package_info(self):
        self.cpp_info.libs = ["samrena"]
        self.cpp_info.set_property("cmake_file_name", "Samrena")
        self.cpp_info.set_property("cmake_target_name", "Samrena::samrena")
        self.cpp_info.set_property("pkg_config_name", "samrena")
        if self.settings.os == "Windows":
            self.cpp_info.system_libs = ["advapi32"]
        else:
            self.cpp_info.system_libs = ["pthread", "dl"] if self.settings.os == "Linux" else ["pthread"]
