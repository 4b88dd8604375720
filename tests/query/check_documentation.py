#!/usr/bin/env python3
"""No command without its help, its line in the README and its transcript. The last line is
"N passed, N failed"."""

import re

import query_testing
from query_testing import SOURCE


class Documentation(query_testing.QueryTest):
    def help(self, *words):
        return self.run_tool(*words, "--help").stdout.decode()

    def commands(self):
        section = self.help().split("\nCommands:\n")[1].split("\n\n")[0]
        names = re.findall(r"^  ([a-z]+) ", section, re.MULTILINE)
        self.assertGreaterEqual(len(names), 6)
        return names

    def test_every_source_of_a_command_is_in_the_table(self):
        folder = SOURCE / "tools" / "fnstore-query"
        defined = set()
        for path in folder.glob("*.cpp"):
            defined |= set(re.findall(r"^Run define_([a-z]+)\(", path.read_text(), re.MULTILINE))
        self.assertEqual(defined, set(self.commands()))

    def test_every_command_has_help_with_examples(self):
        for name in self.commands():
            text = self.help(name)
            self.assertTrue(text.startswith(f"Usage: fnstore-query {name}"), text)
            examples = text.split("\nExamples:\n")[1]
            self.assertIn("fnstore-query ", examples)
            self.assertIn(f" {name}", examples)

    def test_every_option_is_described(self):
        for name in ["", *self.commands()]:
            words = [name] if name else []
            text = self.help(*words)
            options = re.findall(r"^  ((?:-\w, )?--[a-z-]+(?: [A-Z]+)?)(.*(?:\n {6,}.*)?)", text,
                                 re.MULTILINE)
            self.assertTrue(options, text)
            for option, description in options:
                self.assertTrue(description.strip(), f"{name} {option}")

    def test_help_fits_80_columns(self):
        for name in ["", *self.commands()]:
            for line in self.help(*([name] if name else [])).splitlines():
                if not line.startswith("  fnstore-query "):  # an example is one line
                    self.assertLessEqual(len(line), 81, line)

    def test_every_command_is_in_the_readme(self):
        readme = (SOURCE / "README.md").read_text()
        for name in self.commands():
            self.assertRegex(readme, rf"fnstore-query {name}\b", "README.md misses it")

    def test_every_command_has_transcripts(self):
        steps = ""
        for path in (SOURCE / "tests" / "query" / "transcripts").glob("*.txt"):
            steps += path.read_text()
        for name in self.commands():
            uses = re.findall(rf"^[$>] .*fnstore-query (?:.* )?{name}\b", steps, re.MULTILINE)
            self.assertGreaterEqual(len(uses), 3, name)
            self.assertIn(f"fnstore-query {name} --help", steps)


if __name__ == "__main__":
    query_testing.main()
