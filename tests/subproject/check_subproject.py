#!/usr/bin/env python3
"""Builds the README's example against fnstore the two ways other projects get it.

usage: check_subproject.py installed BUILD   the library installed from BUILD, with pkg-config
       check_subproject.py subproject        the sources as a meson subproject
The last line is "N passed, N failed"."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["FNSTORE_SOURCE"])
EXAMPLE_OUTPUT = r"^[0-9A-HJKMNP-TV-Z]{26} error bad_exit: 3\n$"
COMPILER = shlex.split(os.environ.get("CXX", "c++"))


def run(*command, folder, environment=None):
    """Runs a command that must succeed; its stdout comes back."""
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                            text=True, env=os.environ | (environment or {}), check=False)
    if result.returncode != 0:
        raise AssertionError(f"{shlex.join(command)}: exit status {result.returncode}\n"
                             f"{result.stdout}{result.stderr}")
    return result.stdout


def write_example(folder):
    """Puts the README's C++ block into folder/example.cpp."""
    run(sys.executable, "-B", str(SOURCE / "tests/readme/readme_blocks.py"),
        str(SOURCE / "README.md"), "cpp", "example.cpp", folder=folder)


class Temporary(unittest.TestCase):
    """A test in a folder of its own."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)


class Installed(Temporary):
    """meson install, then nothing but pkg-config and a compiler."""

    build = ""

    def setUp(self):
        super().setUp()
        run("meson", "install", "-C", self.build, "--no-rebuild", "--destdir",
            str(self.folder / "stage"), folder=self.folder)
        self.config, = self.folder.glob("stage/**/pkgconfig/fnstore.pc")
        self.prefix = re.search(r"^prefix=(.*)$", self.config.read_text(), re.M)[1]
        self.stage = self.folder / "stage" / self.prefix.lstrip("/")

    def pkg_config(self, *arguments):
        """The answer of pkg-config about the staged library, as a list of words."""
        answer = run("pkg-config", f"--define-variable=prefix={self.stage}", *arguments, "fnstore",
                     folder=self.folder, environment={"PKG_CONFIG_PATH": str(self.config.parent)})
        return shlex.split(answer)

    def build_and_run(self, *link_arguments):
        write_example(self.folder)
        run(*COMPILER, "-std=c++20", "example.cpp", "-o", "example", *self.pkg_config("--cflags"),
            *link_arguments, folder=self.folder)
        self.assertRegex(run("./example", folder=self.folder), EXAMPLE_OUTPUT)

    def test_example_links_with_plain_libs(self):
        self.build_and_run(*self.pkg_config("--libs"))

    def test_example_links_with_static_libs(self):
        self.build_and_run(*self.pkg_config("--static", "--libs"))

    def test_exactly_the_public_headers_are_installed(self):
        wanted = {path.name for path in (SOURCE / "lib/include/fnstore").iterdir()}
        there = {path.relative_to(self.stage / "include").as_posix()
                 for path in (self.stage / "include").rglob("*") if path.is_file()}
        self.assertEqual(there, {f"fnstore/{name}" for name in wanted})

    def test_each_public_header_stands_alone(self):
        for header in (self.stage / "include/fnstore").iterdir():
            source = self.folder / "alone.cpp"
            source.write_text(f"#include <fnstore/{header.name}>\n", encoding="utf-8")
            run(*COMPILER, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                "-fsyntax-only", "alone.cpp", *self.pkg_config("--cflags"), folder=self.folder)

    def test_pkg_config_names_no_machine_and_the_right_version(self):
        text = self.config.read_text(encoding="utf-8")
        self.assertNotRegex(text, r"\.so|\.a\b")
        version = re.search(r'version = "([^"]+)"',
                            (self.stage / "include/fnstore/version.h").read_text())[1]
        self.assertEqual(self.pkg_config("--modversion"), [version])


class Subproject(Temporary):
    """fnstore below the subprojects/ of another project."""

    def test_example_builds_and_runs(self):
        shutil.copy(SOURCE / "tests/subproject/as_subproject/meson.build", self.folder)
        (self.folder / "subprojects").mkdir()
        (self.folder / "subprojects/fnstore").symlink_to(SOURCE)
        write_example(self.folder)
        run("meson", "setup", "build", "--wrap-mode", "default", folder=self.folder)
        run("ninja", "-C", "build", "example", folder=self.folder)
        self.assertRegex(run("build/example", folder=self.folder), EXAMPLE_OUTPUT)


def main():
    case = {"installed": Installed, "subproject": Subproject}[sys.argv[1]]
    if case is Installed:
        Installed.build = sys.argv[2]
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
