#!/usr/bin/env python3
"""Does what README.md tells its readers to do, and checks that it tells them about every command.

usage: check_readme.py EXAMPLE EXECUTOR_EXAMPLE, the programs built from the README's C++ blocks.
The last line is "N passed, N failed"."""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

import readme_blocks

SOURCE = pathlib.Path(os.environ["FNSTORE_SOURCE"])
TOOLS = pathlib.Path(os.environ["FNSTORE_TOOLS"])
README = (SOURCE / "README.md").read_text(encoding="utf-8")

# The blocks whose commands set up, build and test: running them here would run this test again.
ENTRY_COMMANDS = {"tools/quickstart", "tests/run", "tools/setup"}


def run(command, folder):
    """Runs a command in a folder; its stdout and stderr come back as text."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("FNSTORE_")}
    return subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)


def documented(tool):
    """The commands of a tool that the README's table has a row for."""
    return set(re.findall(rf"^\| `{tool} ([a-z]+)\b", README, re.M))


def offered(tool):
    """The commands of a tool according to its own --help."""
    result = run([str(TOOLS / tool), "--help"], SOURCE)
    heading = re.search(r"^(?:sub)?commands:\s*$", result.stdout, re.I | re.M)
    assert result.returncode == 0 and heading, result.stdout + result.stderr
    block = re.split(r"\n\s*\n", result.stdout[heading.end():].lstrip("\n"))[0]
    return set(re.findall(r"^  ([a-z]+)\b", block, re.M))


def alike(text):
    """A session without what differs from one time to the next: ids, times, sizes, widths."""
    for pattern, word in ((r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "ID"),
                          (r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b", "TIME"),
                          (r"\b\d+ms\b", "DURATION"), (r'"bytes":\d+', "BYTES"), (r" +", " ")):
        text = re.sub(pattern, word, text)
    return text


class Readme(unittest.TestCase):
    """Everything a reader might copy."""

    def test_example_is_short_and_runs(self):
        example, = readme_blocks.blocks(README, "cpp")
        self.assertLessEqual(len(example.splitlines()), 15)
        with tempfile.TemporaryDirectory() as folder:
            result = run([os.path.abspath(sys.argv[1])], folder)
            self.assertEqual(result.returncode, 0, msg=result.stderr)
            self.assertRegex(result.stdout, r"^[0-9A-HJKMNP-TV-Z]{26} error bad_exit: 3\n$")
            log = run([str(TOOLS / "fnstore-query"), "--db", "history.db", "log", "resize",
                       result.stdout.split()[0]], folder)
            self.assertEqual(log.stdout, "cannot read image\n")

    def test_executor_example_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run([os.path.abspath(sys.argv[2])], folder)
            self.assertEqual((result.returncode, result.stdout), (0, "now!\nsoon!\n"))

    def test_shell_examples_run(self):
        ran = 0
        for block in readme_blocks.blocks(README, "sh"):
            if ENTRY_COMMANDS & set(block.split()):
                continue
            with tempfile.TemporaryDirectory() as folder:
                (pathlib.Path(folder) / "build").symlink_to(TOOLS.parent)
                result = run(["bash", "-euxo", "pipefail", "-c", block], folder)
                self.assertEqual(result.returncode, 0, msg=result.stdout + result.stderr)
                self.check(block, folder, result.stdout)
            ran += 1
        self.assertEqual(ran, 2)

    def check(self, block, folder, output):
        """What the README's commands print and leave behind."""
        if "cron.db" in block:
            self.assertIn("cleanup: status 124", output)
            self.assertRegex(output, r"cleanup +error .* timeou")
        else:
            self.assertIn("made\n", output)
            self.assertIn('"status":"delayed"', output)

    def test_the_tour_shows_what_its_commands_print(self):
        tour, = readme_blocks.blocks(README, "console")
        script = ["exec 2>&1"]
        for line in tour.splitlines():
            if line.startswith("$ "):
                script += ["echo " + shlex.quote(line), line[2:]]
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "build").symlink_to(TOOLS.parent)
            environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
            result = subprocess.run(["bash", "-c", "\n".join(script)], cwd=folder, env=environment,
                                    stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                    timeout=120, check=True)
        self.assertEqual(alike(result.stdout), alike(tour))

    def test_entry_commands_can_be_run(self):
        named = set()
        for block in readme_blocks.blocks(README, "sh"):
            named |= {line for line in block.splitlines() if line in ENTRY_COMMANDS}
        self.assertEqual(named, ENTRY_COMMANDS)
        for command in named:
            self.assertTrue(os.access(SOURCE / command, os.X_OK), msg=command)
            result = run(["bash", "-n", command], SOURCE)
            self.assertEqual(result.returncode, 0, msg=result.stderr)

    def test_quickstart_shows_what_it_promises(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run([str(SOURCE / "tools/quickstart"), "--no-build",
                          "--build-dir", str(TOOLS.parent), "--db", "shown.db"], folder)
            self.assertEqual(result.returncode, 0, msg=result.stdout + result.stderr)
            self.assertTrue((pathlib.Path(folder) / "shown.db").exists())

    def test_every_command_has_a_row(self):
        for tool in ("fnstore-query", "fnstore-run"):
            self.assertTrue(offered(tool))
            self.assertEqual(offered(tool), documented(tool))

    def test_links_lead_somewhere(self):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
            self.assertTrue((SOURCE / target).exists(), msg=target)

    def test_every_folder_is_on_the_map(self):
        named = set(re.findall(r"^\| \[([\w./-]+?)/?\]", README, re.M))
        there = {f"lib/{path.name}" for path in (SOURCE / "lib").iterdir()
                 if path.is_dir() and path.name != "include"}
        there |= {"lib/include/fnstore", "schema", "tools", "bench", "tests", ".ci"}
        self.assertEqual(named, there)

    def test_length(self):
        self.assertLess(len(README.splitlines()), 200)


if __name__ == "__main__":
    outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=1).result
    bad = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
