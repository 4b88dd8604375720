#!/usr/bin/env python3
"""Every command that writes is killed at random moments, again and again: afterwards the store
opens, holds what it should, and nothing lies about. FNSTORE_KILL_ROUNDS and FNSTORE_SEED repeat a
run. The last line is "N passed, N failed".

What is tested elsewhere: that calls acknowledged by the library survive (tests/crash), the queue
and its workers (tests/queue_crash), and signals while a temporary file is there
(check_export_file)."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

import query_testing
from query_testing import ENVIRONMENT, TOOL
from writing_commands import WRITING, calls, lines_of, new_calls

ROUNDS = int(os.environ.get("FNSTORE_KILL_ROUNDS", "6"))
SEED = int(os.environ.get("FNSTORE_SEED", str(random.SystemRandom().randrange(10**6))))
INPUTS = {"base.db", "new.jsonl", "source.db"}
STORE = {"a.db", "a.db-wal", "a.db-shm", "a.db-lock"}


def by_key(text):
    rows = [json.loads(line) for line in text.splitlines()]
    found = {(row["fn_id"], row["id"]): row for row in rows}
    assert len(found) == len(rows)
    return found


class Kills(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        print(f"FNSTORE_SEED={SEED} FNSTORE_KILL_ROUNDS={ROUNDS}")
        (self.folder / "new.jsonl").write_bytes(lines_of(new_calls()))
        self.run_tool("--db", "base.db", "import", data=lines_of(calls()))
        shutil.copy(self.folder / "base.db", self.folder / "source.db")
        self.before = self.export("base.db")
        self.forget("base.db-")

    def export(self, store):
        return by_key(self.run_tool("--db", store, "export").stdout)

    def commands(self):
        section = self.run_tool("--help").stdout.decode().split("\nCommands:\n")[1]
        return re.findall(r"^  ([a-z]+) ", section.split("\n\n")[0], re.MULTILINE)

    def forget(self, start):
        for path in self.folder.iterdir():
            if path.name.startswith(start):
                path.unlink()

    def fresh(self):
        """A store like the first in an otherwise empty folder."""
        for path in self.folder.iterdir():
            if path.name not in INPUTS:
                path.unlink()
        shutil.copy(self.folder / "base.db", self.folder / "a.db")

    def left_over(self, command):
        return sorted({path.name for path in self.folder.iterdir()} - INPUTS - STORE
                      - {command.output})

    def check_output(self, name, command):
        """A file that a command makes is whole, or it is not there."""
        path = self.folder / (command.output or "")
        if not command.output or not path.exists():
            return
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        content = by_key(path.read_bytes()) if name == "export" else self.export(path.name)
        self.assertEqual(content, self.before)

    def check_store(self, command, words):
        info = json.loads(self.run_tool("--db", "a.db", "info").stdout)
        listed = self.run_tool("--db", "a.db", "list", "--all", "--format", "jsonl").stdout
        keys = [(row["id"], row["fn_id"]) for row in map(json.loads, listed.splitlines())]
        self.assertEqual(keys, sorted(set(keys), reverse=True))
        self.assertEqual(len(keys), info["calls"])
        after = self.export("a.db")
        self.assertEqual({(function, call) for call, function in keys}, set(after))
        command.may_change(self.before, after, words)
        self.run_tool("--db", "a.db", "import", data=lines_of([{
            "id": "one more", "fn_id": "later", "status": "success"}]))

    def run_whole(self, name, command, words):
        """Not killed it does its work; returns how long that took."""
        self.fresh()
        start = time.monotonic()
        self.run_tool("--db", "a.db", *words)
        seconds = time.monotonic() - start
        self.check_output(name, command)
        self.check_store(command, words)
        return seconds

    def kill(self, name, command, words, ending, seconds):
        """Returns whether it came before the end."""
        self.fresh()
        process = subprocess.Popen([TOOL, "--db", "a.db", *words], cwd=self.folder,
                                   env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(seconds)
        process.send_signal(ending)
        _, error = process.communicate(timeout=120)
        if ending == signal.SIGINT:
            self.assertEqual(self.left_over(command), [])
            self.assertNotIn(b"terminate called", error)
        self.check_output(name, command)
        self.check_store(command, words)
        return process.returncode != 0

    def test_killed_at_random_moments(self):
        choices = random.Random(SEED)
        for name in [name for name in WRITING if name in self.commands()]:
            command = WRITING[name]
            seconds = self.run_whole(name, command, command.words(choices))
            killed = 0
            for number in range(2 * ROUNDS):
                words = command.words(choices)
                ending = signal.SIGKILL if number % 2 else signal.SIGINT
                moment = choices.uniform(0, seconds)
                with self.subTest(words=words, ending=ending, moment=moment, seed=SEED):
                    killed += self.kill(name, command, words, ending, moment)
            print(f"{name}: {killed} of {2 * ROUNDS} rounds ended before the command did")
            self.assertGreater(killed, 0, name)


if __name__ == "__main__":
    query_testing.main()
