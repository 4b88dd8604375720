#!/usr/bin/env python3
"""Checks how tests/run_suite.py reads the output of test programs: a failure must never be counted
as a success. The last line is "N passed, N failed"."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["FNSTORE_SOURCE"], "tests"))
sys.dont_write_bytecode = True
import run_suite  # noqa: E402 (found through the path above)


def entry(stdout, result="OK", returncode=0):
    """One entry of meson's log."""
    return {"name": "x", "stdout": stdout, "result": result, "returncode": returncode}


class Counting(unittest.TestCase):
    """Test cases as the programs sum them up."""

    def test_catch2(self):
        for text, expected in (
                ("All tests passed (7 assertions in 2 test cases)", (2, 0)),
                ("All tests passed (1 assertion in 1 test case)", (1, 0)),
                ("test cases: 3 | 2 passed | 1 failed\nassertions: 5 | 5 passed", (2, 1)),
                ("test cases:  12 |  9 passed |  2 failed | 1 failed as expected", (10, 2)),
                ("test cases: 1 | 1 failed", (0, 1)),
                ("test cases: 2 | 2 passed\nassertions: - none -", (2, 0)),
                ("No tests ran", (0, 0))):
            self.assertEqual(run_suite.count_cases(f"=====\n{text}\n\n"), expected, msg=text)

    def test_scripts(self):
        self.assertEqual(run_suite.count_cases("ok a\n12 passed, 0 failed\n"), (12, 0))
        self.assertEqual(run_suite.count_cases("12 passed, 3 failed"), (12, 3))

    def test_only_the_last_summary_counts(self):
        self.assertEqual(run_suite.count_cases("9 passed, 0 failed\n1 passed, 2 failed\n"), (1, 2))

    def test_summaries_within_a_line_do_not_count(self):
        self.assertEqual(run_suite.count_cases("it said: 9 passed, 0 failed\n"), (0, 0))


class Judging(unittest.TestCase):
    """Whole programs."""

    def test_a_good_program(self):
        self.assertEqual(run_suite.judge(entry("4 passed, 0 failed\n")), (4, 0, ""))

    def test_a_crash_counts_even_after_a_good_summary(self):
        passed, failed, reason = run_suite.judge(entry("4 passed, 0 failed\n", "FAIL", -11))
        self.assertEqual((passed, failed), (4, 1))
        self.assertIn("-11", reason)

    def test_a_timeout_counts(self):
        self.assertEqual(run_suite.judge(entry("", "TIMEOUT", -15))[:2], (0, 1))

    def test_a_program_without_cases_counts(self):
        self.assertEqual(run_suite.judge(entry("No tests ran\n"))[:2], (0, 1))

    def test_a_program_that_skips_itself_counts(self):
        self.assertEqual(run_suite.judge(entry("", "SKIP", 77))[:2], (0, 1))

    def test_failures_count_whatever_the_exit_status(self):
        passed, failed, reason = run_suite.judge(entry("4 passed, 2 failed\n"))
        self.assertEqual((passed, failed), (4, 2))
        self.assertTrue(reason)

    def test_a_program_that_never_ran_counts(self):
        self.assertEqual(run_suite.report(["x", "y"], [entry("1 passed, 0 failed\n")
                                                       | {"duration": 0.1}]), (1, 1))


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=1).result
    bad = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
