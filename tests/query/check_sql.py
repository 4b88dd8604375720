#!/usr/bin/env python3
"""`sql` while it runs: rows come as they are found, Ctrl-C ends it, and no terminal is driven by
what it shows. The last line is "N passed, N failed"."""

import json
import pathlib
import re
import signal
import subprocess
import time

import query_testing
from query_testing import ENVIRONMENT, TOOL

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
SILENT = ENDLESS + "count(*) FROM n"
TALKING = ENDLESS + "i FROM n"


def line(number, **more):
    return json.dumps({"id": f"{number:026}", "fn_id": f"f{number % 3}", "status": "success",
                       "created_at": "2019-04-05T00:00:00Z", **more}).encode() + b"\n"


class Sql(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        rows = b"".join(line(n) for n in range(3_000))
        self.run_tool("--db", "a.db", "import", data=rows)

    def ask(self, sql, *words):
        return json.loads(self.run_tool("--db", "a.db", "sql", sql, *words).stdout)["rows"]

    def start(self, sql, *words, **options):
        process = subprocess.Popen([TOOL, "--db", "a.db", "sql", sql, *words], cwd=self.folder,
                                   env=ENVIRONMENT, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **options)
        self.addCleanup(process.kill)
        return process

    def wait_until_running(self, process):
        """Until the tool takes Ctrl-C upon itself, and somewhat longer."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            blocked = int(re.search(r"^SigBlk:\s*(\w+)", status, re.MULTILINE)[1], 16)
            if blocked & 1 << (signal.SIGINT - 1):
                time.sleep(0.3)
                return
            time.sleep(0.01)
        self.fail("the tool never made itself ready for Ctrl-C")

    def interrupt(self, process):
        """Ctrl-C; returns what the tool says."""
        self.wait_until_running(process)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        self.assertLess(time.monotonic() - begun, 30)
        self.assertEqual(process.returncode, 130)
        return said

    def test_an_interrupt_ends_it_and_leaves_the_store_whole(self):
        process = self.start(SILENT)
        self.assertEqual(self.interrupt(process),
                         b"fnstore-query: interrupted; the output is not complete\n")
        self.assertEqual(self.ask("SELECT count(*) AS n FROM calls"), [{"n": 3000}])
        self.assertEqual(self.ask("PRAGMA integrity_check"), [{"integrity_check": "ok"}])

    def test_an_interrupt_ends_a_write_that_nobody_reads(self):
        process = self.start(TALKING, "--format", "jsonl")
        self.wait_until_running(process)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 130)
        process.stdout.close()
        process.stderr.close()

    def test_rows_come_before_the_end(self):
        for form, first in (("jsonl", b'{"i":1}\n'), ("csv", b"i\n"), ("json", b'{"columns":')):
            with self.subTest(form=form):
                process = self.start(TALKING, "--format", form)
                self.assertTrue(process.stdout.readline().startswith(first))
                process.stdout.close()
                self.assertEqual(process.stderr.read(), b"")
                process.stderr.close()
                self.assertEqual(process.wait(timeout=60), 141)

    def test_a_time_limit(self):
        done = self.run_tool("--db", "a.db", "sql", SILENT, "--timeout", "0.1", status=1)
        self.assertIn(b"took longer than its time limit of 0.1 s", done.stderr)

    def test_other_processes_write_meanwhile(self):
        process = self.start(SILENT)
        self.wait_until_running(process)
        self.run_tool("--db", "a.db", "import", data=line(9_999))
        self.interrupt(process)
        self.assertEqual(self.ask("SELECT count(*) AS n FROM calls"), [{"n": 3001}])

    def test_a_terminal_is_not_driven(self):
        evil = "SELECT char(27) || '[31m' AS \"a\x1b[2J\", char(7), x'1b' AS b"
        for form in ("table", "json", "jsonl", "csv"):
            with self.subTest(form=form):
                status, seen = self.run_on_terminal("--db", "a.db", "sql", evil, "--format", form,
                                                    "--color", "never")
                self.assertEqual(status, 0)
                for byte in b"\x1b\x07":
                    self.assertNotIn(byte, seen)

    def test_a_message_drives_no_terminal(self):
        status, seen = self.run_on_terminal("--db", "a.db", "sql", "SELECT 1 \x1b[31m", "--color",
                                            "never")
        self.assertEqual(status, 1)
        self.assertNotIn(b"\x1b", seen)

    def test_a_table_longer_than_what_decides_its_widths(self):
        out = self.run_tool("--db", "a.db", "sql", "SELECT id, fn_id FROM calls ORDER BY id",
                            "--format", "table").stdout.splitlines()
        self.assertEqual(len(out), 3_001)
        self.assertEqual(out[-1], f"{2999:026}  f2".encode())

    def test_more_names_than_keys(self):
        self.assertEqual(self.ask("SELECT 1 AS a_2, 2 AS a, 3 AS a, 4 AS a"),
                         [{"a_2": 1, "a": 2, "a_3": 3, "a_4": 4}])


if __name__ == "__main__":
    query_testing.main()
