#!/usr/bin/env python3
"""`tail` and `tail -f` as processes, beside others that record, change and exchange what they
follow. The last line is "N passed, N failed"."""

import csv
import json
import os
import queue
import signal
import statistics
import subprocess
import threading
import time

import query_testing
from query_testing import ENVIRONMENT, TOOL

RUNNER = TOOL.parent / "fnstore-run"
PATIENCE = 20.0  # seconds, on a busy machine
CREATED = "2019-04-05T00:00:00Z"


def call_line(call_id, fn_id="f", status="success", **more):
    return json.dumps({"id": call_id, "fn_id": fn_id, "status": status, "created_at": CREATED,
                       **more}).encode() + b"\n"


class Follower:
    """`tail` as a process; its lines come with the time at which they did."""

    def __init__(self, folder, words, db="a.db"):
        self.process = subprocess.Popen([TOOL, "--db", db, *words], cwd=folder, env=ENVIRONMENT,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.lines = queue.Queue()
        self.errors = queue.Queue()
        self.readers = [threading.Thread(target=self.read, args=pair) for pair in
                        ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def read(pipe, lines):
        for line in pipe:
            lines.put((line.decode().rstrip("\n"), time.monotonic()))
        lines.put(None)

    def next(self):
        """The next line and when it came."""
        try:
            line = self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            line = None
        if line is None:
            raise AssertionError(f"no line came; stderr: {self.said()}")
        return line

    def said(self):
        """What is left of its stderr."""
        return [line[0] for line in self.errors.queue if line]

    def call(self):
        return json.loads(self.next()[0])

    def end(self, sent=signal.SIGINT):
        """Ends it; returns its exit status and the lines that were left."""
        if self.process.poll() is None:
            self.process.send_signal(sent)
        status = self.process.wait(timeout=PATIENCE)
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return status, [line[0] for line in self.lines.queue if line]


class TailCase(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        self.add(call_line("a1"), call_line("a2", status="error", error="lost"),
                 call_line("b1", fn_id="g"))

    def add(self, *lines, db="a.db", words=()):
        self.run_tool("--db", db, "import", *words, data=b"".join(lines))

    def tail(self, *words, form="jsonl"):
        return self.run_tool("--db", "a.db", "--format", form, "tail", *words).stdout.decode()

    def ids(self, *words):
        return [json.loads(line)["id"] for line in self.tail(*words).splitlines()]

    def follow(self, *words, form="json", begin=("-n", "1")):
        """A follower that has shown its first page, and so follows."""
        follower = Follower(self.folder, ["--format", form, "tail", "-f", *begin, *words])
        self.addCleanup(follower.end, signal.SIGKILL)
        follower.next()
        return follower

    def runner(self, *words):
        return subprocess.run([RUNNER, "--db", "a.db", *words], cwd=self.folder, env=ENVIRONMENT,
                              stdin=subprocess.DEVNULL, capture_output=True, check=True,
                              timeout=60).stdout.decode().strip()

    def end_without_more(self, follower):
        """What was not asked for has not come either: a last call, and nothing before it."""
        self.add(call_line("z-last"))
        self.assertEqual(follower.call()["id"], "z-last")
        self.assertEqual(follower.end(), (-signal.SIGINT, []))
        self.assertEqual(follower.said(), [])


class Once(TailCase):
    """Without -f."""

    def test_the_newest_come_last(self):
        self.add(*(call_line(f"c{n:02}", fn_id="h") for n in range(15)))
        self.assertEqual(self.ids("h"), [f"c{n:02}" for n in range(5, 15)])
        self.assertEqual(self.ids("h", "-n", "3"), ["c12", "c13", "c14"])
        self.assertEqual(self.ids("h", "-n", "10000"), [f"c{n:02}" for n in range(15)])
        self.assertEqual(self.ids("h", "-n", "0"), [])
        self.assertEqual(self.ids("absent"), [])

    def test_the_filters(self):
        self.assertEqual(self.ids("f"), ["a1", "a2"])
        self.assertEqual(self.ids("--status", "error"), ["a2"])
        self.assertEqual(self.ids("g", "--status", "error"), [])
        self.assertEqual(sorted(self.ids("--status", "error", "--status", "success")),
                         ["a1", "a2", "b1"])

    def test_the_formats(self):
        self.assertEqual(len(json.loads(self.tail("f", form="json"))["items"]), 2)
        rows = list(csv.DictReader(self.tail("f", form="csv").splitlines()))
        self.assertEqual([row["id"] for row in rows], ["a1", "a2"])

    def test_what_makes_no_sense_is_refused(self):
        for words in (["-n", "-1"], ["-n", "10001"], ["-n", "x"], ["--status", "odd"]):
            with self.subTest(words=words):
                done = self.run_tool("--db", "a.db", "tail", *words, status=2)
                self.assertIn(words[0].encode(), done.stderr)


class Following(TailCase):
    """What other processes record."""

    def test_each_call_soon_and_once(self):
        follower = self.follow()
        delays = []
        for number in range(15):
            self.add(call_line(f"c{number:02}"))
            recorded = time.monotonic()
            line, shown = follower.next()
            self.assertEqual(json.loads(line)["id"], f"c{number:02}")
            delays.append(shown - recorded)
            time.sleep(0.013 * number % 0.1)
        print(f"from the end of the import to the line, median: "
              f"{1000 * statistics.median(delays):.0f} ms")
        self.assertLess(statistics.median(delays), 1)
        self.end_without_more(follower)

    def test_a_call_comes_again_when_its_state_changes(self):
        follower = self.follow()
        self.runner("exec", "run", "--", "sleep", "1")
        first, second = follower.call(), follower.call()
        self.assertEqual([first["status"], second["status"]], ["running", "success"])
        self.assertEqual(first["id"], second["id"])

        waiting = self.runner("submit", "later", "--", "true")
        self.assertEqual(self.seen(follower), (waiting, "queued"))
        self.run_tool("--db", "a.db", "cancel", "later", waiting)
        self.assertEqual(self.seen(follower), (waiting, "cancelled"))
        again = json.loads(self.run_tool("--db", "a.db", "retry", "later", waiting).stdout)
        self.assertEqual(self.seen(follower), (again["id"], "queued"))
        self.end_without_more(follower)

    def seen(self, follower):
        call = follower.call()
        return call["id"], call["status"]

    def test_the_filters(self):
        of_function = self.follow("g")
        failed = self.follow("--status", "error", "--status", "cancelled")
        self.add(call_line("c1"), call_line("c2", fn_id="g"))
        self.add(call_line("c3", status="error", error="lost"))
        self.add(call_line("c4", fn_id="g", status="cancelled", error="client_request"))
        self.assertEqual([of_function.call()["id"] for _ in range(2)], ["c2", "c4"])
        self.assertEqual([failed.call()["id"] for _ in range(2)], ["c3", "c4"])
        self.assertEqual(of_function.end(), (-signal.SIGINT, []))
        self.assertEqual(failed.end(), (-signal.SIGINT, []))

    def test_csv_has_one_header(self):
        follower = self.follow(form="csv", begin=("-n", "0"))
        for number in range(3):
            self.add(call_line(f"c{number}"))
            self.assertEqual(next(csv.reader([follower.next()[0]]))[0], f"c{number}")
        self.assertEqual(follower.end(), (-signal.SIGINT, []))

    def test_the_table_goes_on(self):
        follower = self.follow(form="table", begin=("-n", "2"))
        for call_id in ("a2", "b1"):
            self.assertIn(call_id, follower.next()[0])
        self.add(call_line("c1"))
        self.assertIn("c1", follower.next()[0])
        self.assertEqual(follower.end(), (-signal.SIGINT, []))


class Through(TailCase):
    """What happens to the store meanwhile."""

    def test_deletions_and_a_compaction(self):
        follower = self.follow()
        for number, words in enumerate((["delete", "f", "a1"], ["prune", "--keep-last", "1"],
                                        ["compact"], ["verify"], ["backup", "copy"])):
            self.run_tool("--db", "a.db", *words)
            self.add(call_line(f"c{number}"))
            self.assertEqual(follower.call()["id"], f"c{number}", words)
        self.end_without_more(follower)

    def test_a_restore(self):
        self.run_tool("--db", "a.db", "backup", "copy")
        follower = self.follow()
        for number in range(3):
            with self.subTest(number=number):
                self.add(call_line(f"before{number}"))
                self.assertEqual(follower.call()["id"], f"before{number}")
                self.run_tool("--db", "a.db", "restore", "copy", "--force")
                text, _ = follower.errors.get(timeout=PATIENCE)
                self.assertEqual(text, "the store was exchanged; following the new one")
                self.add(call_line(f"after{number}"))
                self.assertEqual(follower.call()["id"], f"after{number}")
        self.assertEqual(follower.end(), (-signal.SIGINT, []))
        self.assertEqual(follower.said(), [])

    def test_a_store_that_goes_away_ends_it_with_the_reason(self):
        follower = self.follow()
        for path in self.folder.glob("a.db*"):
            path.unlink()
        status, lines = follower.process.wait(timeout=60), follower.end()[1]
        self.assertEqual((status, lines), (1, []))
        self.assertIn("a.db: the store's file was exchanged", "".join(follower.said()))

    def test_it_holds_no_transaction_while_it_waits(self):
        follower = self.follow()
        log = self.folder / "a.db-wal"
        for number in range(5):
            self.add(call_line(f"c{number}"))
            self.assertEqual(follower.call()["id"], f"c{number}")
            # Others take a moment for a look: a compaction that meets one leaves the log.
            for _ in range(20):
                self.run_tool("--db", "a.db", "compact")
                size = os.path.getsize(log) if log.exists() else 0
                if size == 0:
                    break
            self.assertEqual(size, 0)
        self.end_without_more(follower)


class Ending(TailCase):
    """How it ends."""

    def test_by_a_signal(self):
        for sent in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(sent=sent):
                follower = self.follow()
                self.assertEqual(follower.end(sent), (-sent, []))
                self.assertEqual(follower.said(), [])

    def test_when_nobody_reads_any_more(self):
        process = subprocess.Popen([TOOL, "--db", "a.db", "tail", "-f", "-n", "1"],
                                   cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        process.stdout.readline()
        process.stdout.close()
        self.add(call_line("c1"))
        self.assertEqual(process.wait(timeout=PATIENCE), 128 + signal.SIGPIPE)
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()

    def test_without_a_store(self):
        done = self.run_tool("--db", "absent.db", "tail", "-f", status=3)
        self.assertIn(b"absent.db", done.stderr)


if __name__ == "__main__":
    query_testing.main()
