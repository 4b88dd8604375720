#!/usr/bin/env python3
"""No command without its help, its line in the README, its place in the manual page and in the
completions, and its transcripts in every format. The last line is "N passed, N failed"."""

import json
import re
import shutil
import subprocess
import unittest

import query_testing
from query_testing import ENVIRONMENT, SOURCE, TOOL
from shell_line import bash_candidates, script
from transcript_uses import transcript_uses
from writing_commands import READING, WRITING

FORMATS = {"table", "json", "jsonl", "csv"}
INSTALLED = {
    "share/man/man1/{}.1", "share/bash-completion/completions/{}.bash",
    "share/zsh/site-functions/_{}", "share/fish/vendor_completions.d/{}.fish",
}


def without_blanks(text):
    return re.sub(r"\s+", "", text)


class Documentation:
    """What holds for both programs."""

    program = ""
    commands_heading = ""
    least_uses = 3

    def output(self, *words, data=b""):
        done = subprocess.run([TOOL.parent / self.program, *words], input=data, timeout=60,
                              cwd=self.folder, env=ENVIRONMENT, capture_output=True, check=True)
        return done.stdout.decode()

    def help(self, command=""):
        return self.output(*filter(None, [command]), "--help")

    def commands(self):
        section = self.help().split(f"\n{self.commands_heading}:\n")[1].split("\n\n")[0]
        names = re.findall(r"^  ([a-z]+) ", section, re.MULTILINE)
        self.assertGreaterEqual(len(names), 4)
        return names

    def options(self, command=""):
        """(names, value name, description) of each option that the help tells of."""
        found = re.findall(r"^  ((?:-\w, ?)?--[a-z-]+)(?: (\S+))?((?:  | *\n).*(?:\n {6,}.*)*)",
                           self.help(command), re.MULTILINE)
        self.assertTrue(found)
        return [(re.split(", ?", names), value, text) for names, value, text in found]

    def examples(self, command=""):
        text = re.split(r"\nExamples?:\n", self.help(command))[1]
        return [line.strip() for line in text.strip().splitlines()]

    def each(self):
        """The program itself and its commands."""
        return ["", *self.commands()]

    def page(self):
        """The manual page as a terminal shows it, on lines long enough for everything."""
        done = subprocess.run(["groff", "-ww", "-man", "-Tascii", "-rLL=300n", "-P-cbou"],
                              input=self.output("--man").encode(), capture_output=True, timeout=60,
                              check=True)
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode()

    def test_every_command_has_help_with_examples(self):
        for name in self.commands():
            text = self.help(name)
            self.assertTrue(text.startswith("Usage: "), text)
            self.assertRegex(text.splitlines()[0], rf"{self.program} .*\b{name}\b")
            self.assertTrue([line for line in self.examples(name)
                             if f"{self.program} " in line and f" {name}" in line], name)

    def test_every_option_is_described(self):
        for name in self.each():
            for option, _, description in self.options(name):
                self.assertTrue(description.strip(), f"{name} {option}")

    def test_every_command_is_in_the_readme(self):
        readme = (SOURCE / "README.md").read_text()
        for name in self.commands():
            self.assertTrue(re.search(rf"^\| `{self.program} {name}\b", readme, re.MULTILINE),
                            f"README.md has no row for {self.program} {name}")

    def test_the_manual_page_has_everything(self):
        page = self.page()
        dense = without_blanks(page)
        lines = {line.strip() for line in page.splitlines()}
        for command in self.each():
            for names, value, description in self.options(command):
                label = without_blanks(",".join(names) + value)
                self.assertIn(label + without_blanks(description), dense, command)
            for example in self.examples(command):
                self.assertIn(example, lines, command)
            usage, *paragraphs = self.help(command).removeprefix("Usage: ").split("\n\n")
            self.assertIn(usage, lines)
            for paragraph in paragraphs:
                if not re.match("\n?[A-Z][a-z, ]+:\n  ", paragraph):  # options and examples
                    self.assertIn(without_blanks(paragraph.replace("`", "")), dense, command)

    def test_man_has_nothing_to_warn_of(self):
        if not shutil.which("man"):
            print("not tried: there is no man here; groff has been asked")
            return
        (self.folder / "page.1").write_text(self.output("--man"))
        done = subprocess.run(["man", "--warnings", "-l", "page.1"], cwd=self.folder, timeout=60,
                              capture_output=True, check=True,
                              env={**ENVIRONMENT, "MANPAGER": "cat", "MANWIDTH": "80"})
        self.assertEqual(done.stderr, b"")
        self.assertIn(self.program, done.stdout.decode())

    def test_completion_knows_everything(self):
        zsh, fish = script(self.program, "zsh"), script(self.program, "fish")
        for name in self.commands():
            self.assertIn(name, bash_candidates(self.folder, f"{self.program} ", self.program))
            self.assertRegex(zsh, rf"(?m)^    '{name}:")
            self.assertRegex(fish, rf"-a {name} -d '")
        for command in self.each():
            line = f"{self.program} {command} " if command else f"{self.program} "
            offered = bash_candidates(self.folder, line + "-", self.program)
            for names, value, _ in self.options(command):
                self.assertLessEqual(set(names), set(offered), line)
                self.assertIn(names[-1] + ("=[" if value else "["), zsh)
                self.assertRegex(fish, rf" -l {names[-1][2:]} .*-d '")
                if "|" in value:
                    choices = [word for word in value.split("|") if word != '""']
                    line_of_option = f"{line}{names[-1]} "
                    self.assertEqual(bash_candidates(self.folder, line_of_option, self.program),
                                     choices, line_of_option)

    def test_pages_and_completions_are_installed(self):
        build = TOOL.parent.parent
        done = subprocess.run(["meson", "introspect", "--installed", build], timeout=60,
                              capture_output=True, check=True)
        places = json.loads(done.stdout).values()
        for ending in INSTALLED:
            name = ending.format(self.program)
            self.assertTrue([place for place in places if place.endswith(name)], name)

    def test_every_command_has_transcripts(self):
        uses = [use for use in transcript_uses() if use.program == self.program]
        for name in self.commands():
            found = [use for use in uses if use.command == name]
            self.assertGreaterEqual(len(found), self.least_uses, name)
            self.assertTrue([use for use in found if use.help], f"{name} --help")
            for outcome in (True, False):
                self.assertTrue([use for use in found if use.succeeds == outcome],
                                f"{name}: no transcript that {'ends well' if outcome else 'fails'}")


class Query(Documentation, query_testing.QueryTest):
    program = "fnstore-query"
    commands_heading = "Commands"

    def test_every_source_of_a_command_is_in_the_table(self):
        folder = SOURCE / "tools" / "fnstore-query"
        defined = set()
        for path in folder.glob("*.cpp"):
            defined |= set(re.findall(r"^Run define_([a-z]+)\(", path.read_text(), re.MULTILINE))
        self.assertEqual(defined, set(self.commands()))

    def test_help_fits_80_columns(self):
        for name in self.each():
            examples = self.examples(name)
            for line in self.help(name).splitlines():
                if line.strip() not in examples:
                    self.assertLessEqual(len(line), 81, line)

    def test_every_command_has_a_transcript_in_every_format(self):
        uses = [use for use in transcript_uses() if use.program == self.program]
        for name in self.commands():
            formats = {use.format for use in uses if use.command == name}
            self.assertEqual(FORMATS - formats, set(), f"{name} lacks transcripts in these formats")


    def test_every_command_that_writes_is_killed(self):
        """By check_kills.py: it belongs into WRITING with how to run it, any other into READING."""
        self.assertEqual(set(self.commands()) - set(WRITING) - READING, set())


class Run(Documentation, query_testing.QueryTest):
    program = "fnstore-run"
    commands_heading = "Subcommands"
    least_uses = 2


class TheChecksThemselves(unittest.TestCase):
    def test_uses_are_found(self):
        uses = transcript_uses()
        self.assertGreater(len(uses), 300)
        found = {(use.program, use.command, use.format, use.succeeds) for use in uses}
        self.assertIn(("fnstore-query", "export", "csv", True), found)
        self.assertIn(("fnstore-query", "export", "table", False), found)
        self.assertNotIn(("fnstore-query", "export", "table", True), found)


if __name__ == "__main__":
    query_testing.main()
