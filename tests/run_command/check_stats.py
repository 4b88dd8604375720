#!/usr/bin/env python3
"""fnstore-run: the samples of a call have the values that the command really used."""

import datetime
import os
import pathlib
import subprocess
import time

import runner

MIB = 1 << 20
SECOND = 1_000_000_000

BURN = """
import os, sys
while sum(os.times()[:2]) < float(sys.argv[1]): pass
"""

HOLD = """
import sys, time
held = bytearray(int(sys.argv[1]) << 20)
time.sleep(float(sys.argv[2]))
"""

WRITE = """
import os, sys
with open(sys.argv[1], "wb") as file:
    file.write(os.urandom(8 << 20))
    os.fsync(file.fileno())
"""


def on_a_disk():
    """A folder where writing is counted as disk I/O: not on a file system that lives in memory."""
    for folder in (os.environ.get("TMPDIR", ""), str(runner.TOOLS), "/var/tmp", "/"):
        if not folder or not os.access(folder, os.W_OK):
            continue
        kind = subprocess.run(["stat", "-f", "-c", "%T", folder], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()
        if kind not in ("tmpfs", "ramfs"):
            return pathlib.Path(folder)
    raise AssertionError("no folder on a disk can be written; set TMPDIR to one")


class StatsCase(runner.RunCase):
    """Knows the stats of the one call."""

    def stats(self):
        """The metrics of each sample."""
        return [sample["metrics"] for sample in self.call()["stats"]]


class Values(StatsCase):
    """Single metrics."""

    def test_a_short_command_has_one_sample_with_everything(self):
        self.run_exec("true")
        stats = self.stats()
        self.assertEqual(len(stats), 1)
        self.assertEqual(set(stats[0]), {"cpu_user", "cpu_kernel", "cpu_total", "mem_usage",
                                         "disk_read", "disk_write"})
        self.assertGreater(stats[0]["mem_usage"], 100_000)
        self.assertLess(stats[0]["mem_usage"], 32 * MIB)
        self.assertLess(stats[0]["cpu_total"], SECOND)

    def test_cpu(self):
        self.run_exec("python3", "-c", BURN, "1.5")
        last = self.stats()[-1]
        self.assertGreater(last["cpu_user"], SECOND // 4)
        self.assertGreaterEqual(last["cpu_total"], 1.5 * SECOND)
        self.assertLess(last["cpu_total"], 3 * SECOND)
        self.assertEqual(last["cpu_total"], last["cpu_user"] + last["cpu_kernel"])

    def test_cpu_of_children(self):
        self.run_exec("sh", "-c", 'python3 -c "$0" 0.6; python3 -c "$0" 0.6 & wait', BURN)
        self.assertGreaterEqual(self.stats()[-1]["cpu_total"], 1.2 * SECOND)

    def test_cpu_in_the_samples_of_a_running_group(self):
        self.run_exec("sh", "-c", 'python3 -c "$0" 60 & python3 -c "$0" 60 & sleep 60', BURN,
                      options=("--timeout", "2"))
        self.assertGreater(self.stats()[-1]["cpu_total"], SECOND // 5)

    def test_memory(self):
        self.run_exec("python3", "-c", HOLD, "64", "0")
        last = self.stats()[-1]
        self.assertGreaterEqual(last["mem_usage"], 60 * MIB)
        self.assertLess(last["mem_usage"], 120 * MIB)

    def test_memory_of_the_whole_group(self):
        self.run_exec("sh", "-c", 'python3 -c "$0" 64 2 & python3 -c "$0" 64 2 & wait', HOLD)
        self.assertGreaterEqual(self.stats()[-1]["mem_usage"], 120 * MIB)

    def test_disk(self):
        path = on_a_disk() / f"fnstore-run-written-{os.getpid()}"
        self.addCleanup(lambda: path.unlink(missing_ok=True))
        result = self.run_exec("python3", "-c", WRITE, str(path))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertGreaterEqual(self.stats()[-1]["disk_write"], 8 * MIB)
        self.assertLess(self.stats()[-1]["disk_write"], 24 * MIB)

    def test_a_command_that_could_not_start_has_none(self):
        self.run_exec("no-such-program")
        self.assertNotIn("stats", self.call())


class Limit(StatsCase):
    """--memory."""

    def test_it_holds_and_is_recorded(self):
        script = "b = bytearray(1 << 30)"
        result = self.run_exec("python3", "-c", script, options=("--memory", "256"))
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"MemoryError", result.stderr)
        self.assertEqual(self.stats()[-1]["mem_limit"], 256 * MIB)

    def test_it_leaves_room_below(self):
        result = self.run_exec("python3", "-c", HOLD, "64", "0", options=("--memory", "1024"))
        self.assertEqual(result.returncode, 0, result.stderr)


class Times(StatsCase):
    """When samples are taken, and how long a call took."""

    def test_about_one_a_second_and_one_at_the_end(self):
        started = time.monotonic()
        self.run_exec("sleep", "2.5")
        took = time.monotonic() - started
        call = self.call()
        times = [self.moment(sample["timestamp"]) for sample in call["stats"]]
        offsets = [(at - self.moment(call["started_at"])).total_seconds() for at in times]
        self.assertEqual(len(offsets), 3, offsets)
        self.assertLess(abs(offsets[0] - 1), 0.5)
        self.assertLess(abs(offsets[1] - 2), 0.5)
        self.assertEqual(call["stats"][-1]["timestamp"], call["completed_at"])
        self.assertGreaterEqual(offsets[2], 2.5)
        self.assertLessEqual(offsets[2], took)

    def test_counters_never_go_down(self):
        self.run_exec("sh", "-c", 'python3 -c "$0" 0.4 & wait; sleep 0.8; python3 -c "$0" 0.8',
                      BURN)
        stats = self.stats()
        self.assertGreaterEqual(len(stats), 2)
        for before, after in zip(stats, stats[1:]):
            for name in ("cpu_user", "cpu_kernel", "cpu_total", "disk_read", "disk_write"):
                self.assertLessEqual(before[name], after[name], name)

    def moment(self, text):
        """RFC 3339 as a time."""
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


if __name__ == "__main__":
    runner.main()
