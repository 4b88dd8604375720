#!/usr/bin/env python3
"""Runs bench/run over programs that only pretend to measure, and checks what it makes of them.

The last line is "N passed, N failed"."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUN = pathlib.Path(os.environ["FNSTORE_SOURCE"]) / "bench" / "run"

# Prints a measure of its workload with what it was called with, makes the history of --db, and
# leaves a file behind in the folder it was told to use.
BENCH = f"#!{sys.executable} -IS\n" + """
import json, pathlib, sys
arguments = sys.argv[1:]
if arguments == ["--version"]:
    print("fnstore-bench 9.8.7")
    sys.exit()
if arguments[0] == "FAILING":
    print('{"workload":"lost"}')
    sys.exit("fnstore-bench: corrupt: peers disagree")
options = dict(zip(arguments, arguments[1:]))
pathlib.Path(options["--dir"], "left_behind").touch()
if "--db" in options:
    pathlib.Path(options["--db"]).touch()
params = {"calls": int(options["--calls"]), "arguments": " ".join(arguments),
          "durability": options.get("--durability", "power_safe"),
          "batch": int(options.get("--batch", 65536))}
for metric, unit in (("calls_per_s", "calls/s"), ("bytes_per_call", "bytes")):
    print(json.dumps({"workload": arguments[0], "engine": "fnstore", "params": params,
                      "metric": metric, "unit": unit, "median": 5, "min": 4, "max": 6,
                      "runs": 3}, separators=(",", ":")))
"""

QUERY = f"#!{sys.executable} -IS\n" + """
import os, sys
assert os.path.exists(sys.argv[sys.argv.index("--db") + 1])
print('{"column_name":"id","bytes":50000}')
print('{"column_name":"status","bytes":0}')
"""


def install(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


class Run(unittest.TestCase):
    """The suite from its commands to its report."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.out = self.folder / "out"

    def run_suite(self, *arguments, failing="nothing"):
        install(self.folder / "built", "bench/fnstore-bench", BENCH.replace("FAILING", failing))
        install(self.folder / "built", "tools/fnstore-query", QUERY)
        return subprocess.run(
            [sys.executable, str(RUN), "--no-build", "--build-dir", "built", "--out", "out",
             *arguments], cwd=self.folder, capture_output=True, text=True, timeout=100,
            check=False)

    def lines(self):
        text = (self.out / "results.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def test_writes_header_runs_measures_and_report(self):
        done = self.run_suite("--quick", "--figure", "small.svg")
        self.assertEqual(done.returncode, 0, msg=done.stderr)
        self.assertEqual(done.stdout.splitlines(), [
            str(self.out / "results.jsonl"), str(self.out / "report.html"), "small.svg"])
        header, *lines = self.lines()
        header = header["header"]
        self.assertEqual((header["version"], header["suite"], header["shrink"]),
                         ("9.8.7", "quick", 1))
        for field in ("date", "cpu", "cores", "kernel", "filesystem", "sqlite", "command"):
            self.assertTrue(header[field], msg=field)
        runs = [line["run"] for line in lines if "run" in line]
        self.assertEqual({run["status"] for run in runs}, {"done"})
        workloads = {run["command"].split()[1] for run in runs}
        self.assertEqual(workloads, {"ingest", "group", "page", "range", "filter",
                                     "all-functions", "scale", "mixed", "stats", "prune",
                                     "reopen"})
        self.assertTrue((self.out / "throughput.svg").exists())

    def test_asks_what_the_columns_take(self):
        self.run_suite("--quick", "--only", "ingest")
        columns = [line for line in self.lines() if line.get("workload") == "columns"]
        calls = columns[0]["params"]["calls"]
        self.assertEqual([(line["params"]["column"], line["median"]) for line in columns],
                         [("id", round(50000 / calls, 4)), ("status", 0)])

    def test_what_does_not_fit_into_the_time_is_named(self):
        sys.path.insert(0, str(RUN.parent))
        from report import runner, suite  # the scripts' own parts: no option makes time short
        self.run_suite("--quick", "--only", "reopen")
        with open(self.folder / "late.jsonl", "w+", encoding="utf-8") as out:
            late = runner.Runner(self.folder / "built", self.folder, out, 0, lambda text: None)
            late.run_all(suite.steps(suite.QUICK))
            out.seek(0)
            lines = [json.loads(line)["run"] for line in out]
        self.assertEqual({line["status"] for line in lines}, {"out of time"})
        self.assertEqual((late.failed, late.left_out), (0, len(lines)))

    def test_leaves_no_history_behind(self):
        self.run_suite("--quick", "--only", "ingest")
        self.assertEqual([path.name for path in self.out.iterdir() if path.is_dir()], [])
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"built", "out"})

    def test_shrink_makes_histories_smaller(self):
        sizes = []
        for arguments in (["--quick"], ["--quick", "--shrink", "10"]):
            self.run_suite(*arguments, "--only", "scale")
            sizes.append([line["params"]["calls"] for line in self.lines() if "params" in line])
        self.assertEqual([size // 10 for size in sizes[0]], sizes[1])

    def test_a_failure_is_told_and_the_rest_goes_on(self):
        done = self.run_suite("--quick", "--only", "page", "--only", "reopen", failing="page")
        self.assertEqual(done.returncode, 1)
        self.assertIn("peers disagree", done.stderr)
        lines = self.lines()
        self.assertEqual([line["run"]["status"] for line in lines if "run" in line
                          and " page " in line["run"]["command"]], ["failed"])
        self.assertTrue([line for line in lines if line.get("workload") == "reopen"])
        self.assertFalse([line for line in lines if line.get("workload") == "lost"])
        page = (self.out / "report.html").read_text(encoding="utf-8")
        self.assertIn("failed, so that its measures are missing: built/bench/fnstore-bench page",
                      page)

    def test_the_trace_is_replayed_when_it_is_given(self):
        self.run_suite("--quick", "--only", "replay", "--trace", "day")
        commands = [line["run"]["command"] for line in self.lines() if "run" in line]
        self.assertEqual(len(commands), 2)
        for command in commands:
            self.assertIn(f"--trace {self.folder / 'day'} ", command)


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=1).result
    bad_ones = len(outcome.failures) + len(outcome.errors)
    print(f"{outcome.testsRun - bad_ones} passed, {bad_ones} failed")
    sys.exit(1 if bad_ones else 0)
