#!/usr/bin/env python3
"""Import of broken and interrupted inputs: the number of the line, and what is in the store after
it. The last line is "N passed, N failed"."""

import json
import os
import signal
import subprocess
import threading
import time

import query_testing
from query_testing import ENVIRONMENT, TOOL

BATCH = 16384


def line(number, function="f", **more):
    return json.dumps({"id": f"{number:026}", "fn_id": function, "status": "success",
                       "created_at": "2019-04-05T00:00:00Z", **more}).encode() + b"\n"


class Import(query_testing.QueryTest):
    def ids(self, store="a.db"):
        out = self.run_tool("--db", store, "list", "--all", "--format", "jsonl").stdout
        return sorted(int(json.loads(row)["id"]) for row in out.splitlines())

    def refuse(self, data, message, imported, *words, skipped=0, **options):
        done = self.run_tool("--db", "a.db", "import", *words, data=data, status=1, **options)
        self.assertIn(message, done.stderr.decode())
        self.assertEqual(done.stderr.count(b"\n"), 1)
        self.assertEqual(json.loads(done.stdout), {"imported": imported, "skipped": skipped})

    def test_a_bad_line_anywhere(self):
        for bad in (1, 2, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + 100):
            with self.subTest(bad=bad):
                self.folder.joinpath("a.db").unlink(missing_ok=True)
                rows = [line(n) for n in range(1, bad)] + [b"{]\n"] + [line(n) for n in (7, 8)]
                self.refuse(b"".join(rows), f"line {bad}: ", bad - 1)
                self.assertEqual(self.ids(), list(range(1, bad)))

    def test_a_conflict_anywhere(self):
        total = BATCH + 200
        for existing in (1, 2, 777, BATCH, BATCH + 1, total):
            with self.subTest(existing=existing):
                self.folder.joinpath("a.db").unlink(missing_ok=True)
                self.run_tool("--db", "a.db", "import", data=line(existing))
                rows = b"".join(line(n) for n in range(1, total + 1))
                self.refuse(rows, f"line {existing}: ", existing - 1)
                self.assertEqual(self.ids(), list(range(1, existing + 1)))

    def test_what_the_store_refuses_comes_before_a_later_bad_line(self):
        self.run_tool("--db", "a.db", "import", data=line(3))
        rows = line(1) + line(2) + line(3) + b"\n" + b"no json\n"
        self.refuse(rows, "line 3: ", 2)
        rows = line(4) + line(5, function="x" * 257) + line(4) + b"no json\n"
        self.refuse(rows, "line 2: ", 1)

    def test_on_conflict(self):
        rows = b"".join(line(n, log="old") for n in range(1, 1001))
        self.run_tool("--db", "a.db", "import", data=rows)
        new = b"".join(line(n, log="new") for n in range(501, BATCH + 501))
        done = self.run_tool("--db", "a.db", "import", "--on-conflict", "skip", data=new)
        self.assertEqual(json.loads(done.stdout), {"imported": BATCH - 500, "skipped": 500})
        self.assertEqual(self.log(600), b"old")
        done = self.run_tool("--db", "a.db", "import", "--on-conflict", "replace", data=new)
        self.assertEqual(json.loads(done.stdout), {"imported": BATCH, "skipped": 0})
        self.assertEqual(self.log(600), b"new")
        self.assertEqual(self.log(500), b"old")
        self.assertEqual(self.ids(), list(range(1, BATCH + 501)))

    def test_skipping_stops_at_a_bad_line_too(self):
        self.run_tool("--db", "a.db", "import", data=line(1))
        self.refuse(line(1) + line(2) + b"[]\n", "line 3: ", 1, "--on-conflict", "skip", skipped=1)

    def log(self, number):
        return self.run_tool("--db", "a.db", "log", "f", f"{number:026}").stdout

    def test_slow_input(self):
        """Bytes that come one by one, a mark at the start among them."""
        data = b"\xef\xbb\xbf" + line(1) + b"\r\n" + line(2)[:-1]
        process = subprocess.Popen([TOOL, "--db", "a.db", "import"], cwd=self.folder,
                                   env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def feed():
            for start in range(len(data)):
                os.write(process.stdin.fileno(), data[start:start + 1])
                time.sleep(0.0005)
            process.stdin.close()

        feeder = threading.Thread(target=feed)
        feeder.start()
        self.assertEqual(json.loads(process.stdout.read())["imported"], 2)
        feeder.join()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 0)

    def test_killed_in_the_middle(self):
        """What was committed stays, and importing the rest with skip completes it."""
        rows = b"".join(line(n) for n in range(1, 100_001))
        process = subprocess.Popen([TOOL, "--db", "a.db", "import"], cwd=self.folder,
                                   env=ENVIRONMENT, stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL)
        process.stdin.write(rows[:len(rows) // 2])
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
        there = self.ids()
        self.assertEqual(there, list(range(1, len(there) + 1)))
        done = self.run_tool("--db", "a.db", "import", "--on-conflict", "skip", data=rows)
        self.assertEqual(json.loads(done.stdout),
                         {"imported": 100_000 - len(there), "skipped": len(there)})


if __name__ == "__main__":
    query_testing.main()
