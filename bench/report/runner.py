"""Runs the steps of a suite, one after the other, and writes what they print as results."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAM = "bench/fnstore-bench"
QUERY = "tools/fnstore-query"

COLUMN_BYTES = ("SELECT column_name, sum(bytes) AS bytes FROM block_columns GROUP BY column_name "
                "ORDER BY column_name")


class Runner:
    """Writes to `out`, an open file, line by line, so that nothing is lost when it is ended. Each
    step has a folder of its own inside of `folder`, which goes away with it."""

    def __init__(self, build, folder, out, seconds, say):
        self.build, self.folder, self.out, self.say = pathlib.Path(build), folder, out, say
        self.deadline = time.monotonic() + seconds
        self.failed = 0
        self.left_out = 0

    def write(self, line):
        self.out.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n")
        self.out.flush()

    def run_all(self, steps):
        for step in steps:
            self.run(step)

    def run(self, step):
        """One step: done, failed, or out of time, which its run line tells."""
        command = f"{self.build.name}/{PROGRAM} {' '.join(step.arguments)}"
        left = self.deadline - time.monotonic()
        if left <= 1:
            self.left_out += 1
            self.write({"run": {"command": command, "seconds": 0, "status": "out of time"}})
            return
        self.say(f"{' '.join(step.arguments)}")
        begun = time.monotonic()
        scratch = tempfile.mkdtemp(prefix="scratch-", dir=self.folder)
        try:
            status, output = self.measure(step, scratch, left)
            seconds = round(time.monotonic() - begun, 1)
            self.write({"run": {"command": command, "seconds": seconds, "status": status}})
            self.out.write(output)
            self.out.flush()
            if status == "done" and step.columns_of:
                self.ask_columns(pathlib.Path(scratch) / step.columns_of, output)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def measure(self, step, scratch, left):
        """(status, what it printed); of a step that was ended or failed only whole lines."""
        try:
            done = subprocess.run([str(self.build / PROGRAM), *step.arguments, "--dir", "."],
                                  cwd=scratch, stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, timeout=left, check=False)
        except subprocess.TimeoutExpired:
            self.left_out += 1
            self.say("  out of time, left out")
            return "out of time", ""
        if done.returncode == 0:
            return "done", done.stdout
        self.failed += 1
        sys.stderr.write(done.stderr)
        self.say(f"  failed with exit status {done.returncode}")
        return "failed", ""

    def ask_columns(self, history, output):
        """A line for each column of the packed blocks of `history`, with the params of the step
        that recorded it."""
        recorded = next(json.loads(line) for line in output.splitlines()
                        if '"bytes_per_call"' in line)
        done = subprocess.run([str(self.build / QUERY), "--db", str(history), "sql", COLUMN_BYTES,
                               "--format", "jsonl"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.failed += 1
            sys.stderr.write(done.stderr)
            return
        for line in done.stdout.splitlines():
            column = json.loads(line)
            value = round(column["bytes"] / recorded["params"]["calls"], 4)
            self.write({"workload": "columns", "engine": "fnstore",
                        "params": {**recorded["params"], "column": column["column_name"]},
                        "metric": "bytes_per_call", "unit": "bytes", "median": value,
                        "min": value, "max": value, "runs": 1})
