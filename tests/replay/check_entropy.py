#!/usr/bin/env python3
"""Runs bench/entropy on small stores whose entropy is known. The last line is "N passed, N failed".
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(os.environ["FNSTORE_SOURCE"]) / "bench/entropy"
QUERY = pathlib.Path(os.environ["FNSTORE_TOOLS"]) / "fnstore-query"


def call(number):
    """Two states, four run times, all else alike; ids 16 ms apart."""
    id_time = 1_563_148_800_000 + 16 * number
    bits = id_time << 80 | 7 << 32 | number
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    text = "".join(digits[bits >> shift & 31] for shift in range(125, -1, -5))
    second, rest = divmod(16 * number, 1000)
    start = f"2019-07-15T00:00:{second:02}.{rest:03}Z"
    failed = {"status": "error", "error": "timeout"} if number % 2 else {"status": "success"}
    second, rest = divmod(16 * number + 4 + number % 4, 1000)
    return {"id": text, "fn_id": f"f{number // 512}", "created_at": start, "started_at": start,
            "completed_at": f"2019-07-15T00:00:{second:02}.{rest:03}Z", **failed}


class Entropy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = pathlib.Path(folder.name) / "a.db"

    def fill(self, calls):
        lines = "".join(json.dumps(call(number)) + "\n" for number in range(calls))
        subprocess.run([QUERY, "--db", self.store, "import"], input=lines, text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def pack(self):
        subprocess.run([QUERY, "--db", self.store, "compact"], check=True,
                       stdout=subprocess.DEVNULL)

    def run_script(self, *words):
        return subprocess.run([sys.executable, SCRIPT, "--query", QUERY, *words, self.store],
                              capture_output=True, text=True, check=False)

    def test_figures(self):
        self.fill(1024)
        self.pack()
        done = self.run_script("--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        result = json.loads(done.stdout)
        columns = {column["column"]: column for column in result["columns"]}
        self.assertEqual(result["calls"], 1024)
        self.assertAlmostEqual(columns["status"]["values"], 1 / 8)
        self.assertAlmostEqual(columns["run"]["values"], 2 / 8)
        self.assertAlmostEqual(columns["run"]["lengths"], 2 / 8)  # 4 to 7: three bits, two below
        self.assertAlmostEqual(columns["error"]["values"], 0)  # known with the status
        self.assertAlmostEqual(columns["created"]["values"], 0)
        self.assertLess(columns["id_time"]["values"], 0.01)
        self.assertGreater(columns["status"]["spent"], 1 / 8)
        self.assertAlmostEqual(sum(column["spent"] for column in result["columns"]) * 1024,
                               self.store.stat().st_size)

    def test_table(self):
        self.fill(1024)
        self.pack()
        done = self.run_script()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^\| status \| 0\.125 \|  \| 0\.\d{3} \|$")
        self.assertRegex(done.stdout.splitlines()[-1], r"^\| \*\*all\*\* \|")

    def test_calls_that_are_not_packed_are_refused(self):
        self.fill(5)
        done = self.run_script()
        self.assertEqual(done.returncode, 1)
        self.assertIn("packed", done.stderr)


if __name__ == "__main__":
    outcome = unittest.main(argv=sys.argv[:1], exit=False, verbosity=1).result
    bad = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
