#!/usr/bin/env python3
"""Where the output goes: files that appear whole or not at all, readers that go away, disks that
are full. The last line is "N passed, N failed"."""

import json
import os
import resource
import signal
import subprocess
import time

import query_testing
from query_testing import ENVIRONMENT, TOOL

CALLS = 60_000


class Outputs(query_testing.QueryTest):
    @classmethod
    def setUpClass(cls):
        cls.rows = "".join(
            json.dumps({"id": f"{n:026}", "fn_id": "f", "status": "success", "log": "x" * 200,
                        "created_at": "2019-04-05T00:00:00Z"}) + "\n" for n in range(CALLS))

    def setUp(self):
        super().setUp()
        self.run_tool("--db", "a.db", "import", data=self.rows.encode())

    def left(self):
        """Files of the folder that are not the store's."""
        return sorted(p.name for p in self.folder.iterdir() if not p.name.startswith("a.db"))

    def start(self, *words):
        return subprocess.Popen([TOOL, "--db", "a.db", *words], cwd=self.folder, env=ENVIRONMENT,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def wait_for_temporary(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if any(name.startswith("out.") for name in self.left()):
                return
            time.sleep(0.002)
        self.fail("no temporary file beside the target")

    def test_the_target_appears_whole(self):
        (self.folder / "out").write_text("old")
        process = self.start("export", "-o", "out")
        self.wait_for_temporary()
        self.assertEqual((self.folder / "out").read_text(), "old")
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self.left(), ["out"])
        self.assertEqual((self.folder / "out").read_bytes().count(b"\n"), CALLS)
        self.assertEqual((self.folder / "out").stat().st_mode & 0o777, 0o600)

    def test_a_signal_leaves_nothing(self):
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(ending=ending):
                process = self.start("export", "-o", "out")
                self.wait_for_temporary()
                process.send_signal(ending)
                process.communicate(timeout=60)
                self.assertEqual(process.returncode, -ending)
                self.assertEqual(self.left(), [])

    def test_a_full_disk_leaves_nothing(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        done = self.run_tool("--db", "a.db", "export", "-o", "out", status=1, preexec_fn=limit)
        self.assertIn(b'fnstore-query: cannot write to "out": File too large', done.stderr)
        self.assertEqual(self.left(), [])

    def test_a_pipe_as_target(self):
        os.mkfifo(self.folder / "pipe")
        process = self.start("export", "-o", "pipe")
        with open(self.folder / "pipe", "rb") as pipe:
            self.assertEqual(pipe.read().count(b"\n"), CALLS)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self.left(), ["pipe"])

    def test_a_reader_that_goes_away_is_no_error(self):
        for words in (["export"], ["export", "--format", "csv"], ["list", "--all"],
                      ["list", "--all", "--format", "table"], ["list", "--all", "--format", "csv"]):
            with self.subTest(words=words):
                process = self.start(*words)
                process.stdout.readline()
                process.stdout.close()
                error = process.stderr.read()
                process.stderr.close()
                self.assertEqual(process.wait(timeout=60), 141)
                self.assertEqual(error, b"")

    def test_every_command_notices_a_full_disk(self):
        number = f"{7:026}"
        for words in (["list"], ["list", "--format", "table"], ["list", "--all"],
                      ["get", "f", number], ["log", "f", number], ["export"], ["info"],
                      ["import", "/dev/null"], ["--help"], ["--version"], ["list", "--help"]):
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                done = subprocess.run([TOOL, "--db", "a.db", *words], cwd=self.folder,
                                      env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE,
                                      timeout=60)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr.decode(), "^fnstore-query: cannot write to standard "
                                                       "output: No space left on device; .*\n$")

    def test_closed_descriptors(self):
        done = subprocess.run(f"exec '{TOOL}' --db a.db list >&-", shell=True, cwd=self.folder,
                              env=ENVIRONMENT, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        done = subprocess.run(f"exec '{TOOL}' --db a.db list none 2>&-", shell=True,
                              cwd=self.folder, env=ENVIRONMENT, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (0, b'{"items":[]}\n'))


if __name__ == "__main__":
    query_testing.main()
