#!/usr/bin/env python3
"""verify, backup and restore as processes: ended by signals, on a terminal, beside others that have
the store open. The last line is "N passed, N failed"."""

import base64
import json
import os
import random
import signal
import subprocess
import time

import query_testing
from query_testing import ENVIRONMENT, TOOL

RUNNER = TOOL.parent / "fnstore-run"
CALLS = 300


class Safekeeping(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("FNSTORE_SEED", random.randrange(1 << 30)))
        print(f"FNSTORE_SEED={self.seed}")
        self.random = random.Random(self.seed)
        with open(self.folder / "calls.jsonl", "w", encoding="utf-8") as file:
            for number in range(CALLS):
                payload = base64.b64encode(self.random.randbytes(60_000)).decode()
                file.write(json.dumps({"id": f"c{number:05}", "fn_id": "f", "status": "success",
                                       "created_at": "2019-04-05T00:00:00Z",
                                       "payload_base64": payload}) + "\n")
        self.run_tool("--db", "a.db", "import", "calls.jsonl")
        self.run_tool("--db", "b.db", "import", data=b'{"id":"b","fn_id":"b","status":"success"}')
        self.run_tool("--db", "a.db", "backup", "a.backup")

    def names(self):
        return sorted(os.listdir(self.folder))

    def calls_in(self, name):
        found = json.loads(self.run_tool("--db", name, "verify").stdout)
        self.assertTrue(found["ok"], found)
        return found["calls"]

    def start(self, *words):
        return subprocess.Popen([TOOL, *words], cwd=self.folder, env=ENVIRONMENT,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def seconds_of(self, words):
        """How long the command takes when nothing stops it; the copy it makes is taken away."""
        started = time.monotonic()
        self.run_tool(*words)
        taken = time.monotonic() - started
        (self.folder / "copy").unlink(missing_ok=True)
        return taken

    def signal_while(self, words, sent, longest):
        """Sends a signal at a random moment of `longest` seconds; returns whether the process
        ended by it."""
        process = self.start(*words)
        time.sleep(self.random.uniform(0, longest))
        process.send_signal(sent)
        _, error = process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, -sent), error)
        if process.returncode != 0 and error:  # none when it came before the command had begun
            self.assertIn(b"stopped", error)
        return process.returncode == -sent and error != b""

    def test_a_signal_leaves_nothing_behind_and_the_store_whole(self):
        names = self.names()
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for words in (["--db", "a.db", "verify"],
                          ["--db", "a.db", "backup", "copy"],
                          ["--db", "b.db", "restore", "a.backup", "--force"]):
                with self.subTest(sent=sent, words=words):
                    ended = 0
                    longest = self.seconds_of(words)  # a sanitizer takes many times as long
                    for _ in range(40):
                        ended += self.signal_while(words, sent, longest)
                        left = [name for name in self.names() if name not in names]
                        self.assertIn(left, ([], ["copy"]))
                        if "copy" in left:
                            self.assertEqual(self.calls_in("copy"), CALLS)
                            os.remove(self.folder / "copy")
                        self.assertIn(self.calls_in("b.db"), (1, CALLS))
                        if ended == 3:
                            break
                    self.assertGreater(ended, 0, "no signal came while it worked")
        self.assertEqual(self.calls_in("a.db"), CALLS)

    def test_progress_is_on_the_terminal_only(self):
        for words in (["verify"], ["backup", "copy"], ["restore", "a.backup", "--force"]):
            name = words[0]
            with self.subTest(name=name):
                status, seen = self.run_on_terminal("--db", "a.db", *words)
                self.assertEqual(status, 0, seen)
                self.assertRegex(seen, rb"%s: [0-9.]+[MGk]? bytes in [0-9.]+ s \(" % name.encode())
                self.assertIn(f"{name} [".encode(), seen)
                self.assertIn(b" left", seen)
        self.assertEqual(self.run_tool("--db", "a.db", "verify").stderr, b"")
        self.assertEqual(self.run_tool("--db", "a.db", "backup", "c2").stderr, b"")
        self.assertEqual(self.run_tool("--db", "c3", "restore", "c2").stderr, b"")

    def test_names_in_a_damaged_store_do_not_drive_the_terminal(self):
        evil = json.dumps({"id": "e\u202ee", "fn_id": "f\u202ef", "status": "success",
                           "payload": "x"})
        self.run_tool("--db", "e.db", "import", data=evil.encode())
        damage = "import sqlite3; d = sqlite3.connect('e.db'); " \
                 "d.execute('DELETE FROM call_details'); d.commit()"
        subprocess.run(["python3", "-c", damage], cwd=self.folder, check=True)
        for words in (["verify"], ["verify", "--format", "json"], ["verify", "--format", "csv"]):
            status, seen = self.run_on_terminal("--db", "e.db", *words)
            self.assertEqual(status, 1)
            self.assertNotIn("\u202e".encode(), seen)
            self.assertIn(b"is missing", seen.replace(b"\r\n", b""))

    def test_a_worker_that_has_the_old_store_open_says_so(self):
        with open(self.folder / "errors", "wb") as errors:
            worker = subprocess.Popen([RUNNER, "--db", "b.db", "worker"], cwd=self.folder,
                                      env=ENVIRONMENT, stdin=subprocess.DEVNULL, stderr=errors)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        time.sleep(0.5)
        self.run_tool("--db", "b.db", "restore", "a.backup", "--force")
        done = subprocess.run([RUNNER, "--db", "b.db", "submit", "g", "--", "true"],
                              cwd=self.folder, env=ENVIRONMENT, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            text = (self.folder / "errors").read_bytes()
            if b"was exchanged while it was open: close it and open it anew" in text:
                break
            time.sleep(0.05)
        else:
            self.fail(f"the worker said nothing: {text}")
        self.assertEqual(worker.wait(60), 125)
        found = json.loads(self.run_tool("--db", "b.db", "list", "g").stdout)["items"]
        self.assertEqual(found[0]["status"], "queued")
        self.assertEqual(self.calls_in("b.db"), CALLS + 1)

    def test_every_command_notices_a_full_disk(self):
        for words in (["verify"], ["backup", "copy", "--force"],
                      ["restore", "a.backup", "--force"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([TOOL, "--db", "b.db", *words], cwd=self.folder,
                                      env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE,
                                      timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"cannot write to standard output", done.stderr)


if __name__ == "__main__":
    query_testing.main()
