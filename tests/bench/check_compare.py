#!/usr/bin/env python3
"""Runs bench/compare on fixed files and checks what it prints and how it exits.

The last line is "N passed, N failed"."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
COMPARE = pathlib.Path(os.environ["FNSTORE_SOURCE"]) / "bench" / "compare"


def compare(*arguments):
    return subprocess.run([sys.executable, str(COMPARE), *map(str, arguments)], cwd=HERE,
                          capture_output=True, text=True, timeout=60, check=False)


class Compare(unittest.TestCase):
    """Ratios, verdicts and refusals."""

    maxDiff = None

    def test_prints_ratios_and_what_is_noise(self):
        done = compare("before.jsonl", "after.jsonl")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout,
                         (HERE / "expected_comparison.txt").read_text(encoding="utf-8"))

    def test_changed_leaves_out_noise_but_counts_it(self):
        whole = compare("before.jsonl", "after.jsonl").stdout.splitlines()
        done = compare("--changed", "before.jsonl", "after.jsonl").stdout.splitlines()
        self.assertFalse([line for line in done if line.startswith("  same")])
        self.assertEqual(done[-1], whole[-1])
        self.assertLess(len(done), len(whole))

    def test_a_file_is_the_same_as_itself(self):
        done = compare("after.jsonl", "after.jsonl")
        self.assertEqual(done.returncode, 0)
        self.assertIn("0 better, 0 worse, 10 same, 0 only in A, 0 only in B", done.stdout)

    def test_takes_an_array_of_measures_too(self):
        lines = (HERE / "after.jsonl").read_text(encoding="utf-8").splitlines()
        with tempfile.TemporaryDirectory() as folder:
            array = pathlib.Path(folder) / "after.json"
            array.write_text("[" + ",\n".join(lines) + "]", encoding="utf-8")
            done = compare("before.jsonl", array)
        self.assertEqual(done.stdout, compare("before.jsonl", "after.jsonl").stdout)

    def test_bad_input_is_told_with_its_place(self):
        good = (HERE / "after.jsonl").read_text(encoding="utf-8").splitlines()[1]
        for text, message in (("", "holds no measure"), (f"{good}\nnonsense\n", ":2: is not JSON"),
                              ("[1", ":1: is not JSON"), ("7\n", ":1: the line is not"),
                              (good.replace('"unit":"calls/s",', ""), ':1: "unit" is not a text'),
                              (good.replace('"max":260000', '"max":1'), ":1: the median is not"),
                              (good.replace("250000", "true"), ':1: "median" is not a number')):
            with tempfile.TemporaryDirectory() as folder:
                bad = pathlib.Path(folder) / "bad.jsonl"
                bad.write_text(text, encoding="utf-8")
                for pair in (("before.jsonl", bad), (bad, "before.jsonl")):
                    done = compare(*pair)
                    self.assertEqual((done.returncode, done.stdout), (2, ""), msg=text)
                    self.assertIn(message, done.stderr)
                    self.assertIn(str(bad), done.stderr)

    def test_mistakes_are_usage_errors(self):
        for arguments in ([], ["before.jsonl"], ["before.jsonl", "after.jsonl", "more"],
                          ["--nope", "before.jsonl", "after.jsonl"],
                          ["before.jsonl", "nowhere.jsonl"]):
            done = compare(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), msg=arguments)
            self.assertTrue(done.stderr)

    def test_help_tells_the_verdicts(self):
        done = compare("--help")
        self.assertEqual(done.returncode, 0)
        for word in ("better", "worse", "same", "changed", "--changed", "Exit status"):
            self.assertIn(word, done.stdout)


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=1).result
    bad_ones = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - bad_ones} passed, {bad_ones} failed")
    sys.exit(1 if bad_ones else 0)
