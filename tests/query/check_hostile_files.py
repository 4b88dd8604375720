#!/usr/bin/env python3
"""Files that are none where the tools expect one: pipes, folders, devices, sockets, links, as the
store, as input and as target. Told at once, in one line; a pipe is read where input is wanted, and
nothing waits for one where a store is. The last line is "N passed, N failed"."""

import json
import os
import socket
import subprocess
import threading

import query_testing
from query_testing import ENVIRONMENT, TOOL

RUN = TOOL.parent / "fnstore-run"
ROW = json.dumps({"id": "1", "fn_id": "f", "status": "success"}).encode() + b"\n"
PATIENCE = 60  # seconds; beyond, something waits for a pipe's other end


class HostileFiles(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        self.run_tool("--db", "a.db", "import", data=ROW)
        self.run_tool("--db", "a.db", "backup", "copy.db")
        os.mkfifo(self.folder / "pipe")
        os.mkdir(self.folder / "folder")
        os.symlink("a.db", self.folder / "link")
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        here = os.getcwd()
        os.chdir(self.folder)  # a socket's path must be short
        listening.bind("socket")
        os.chdir(here)

    def refuse(self, *words, tool=TOOL, status=1):
        """One line that says what is wrong, and nothing changed."""
        before = sorted(os.listdir(self.folder))
        done = subprocess.run([tool, *words], cwd=self.folder, env=ENVIRONMENT, timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        return done.stderr.decode()

    def test_as_the_store(self):
        for name in ("pipe", "folder", "socket", "link", "/dev/null"):
            for words in (["list"], ["info"], ["verify"], ["import", "/dev/null"], ["compact"],
                          ["backup", "new.db"], ["sql", "SELECT 1"], ["tail", "-f"]):
                with self.subTest(name=name, words=words):
                    self.assertIn("not a regular file", self.refuse("--db", name, *words))
            with self.subTest(name=name, tool="fnstore-run"):
                told = self.refuse("--db", name, "exec", "f", "--", "true", tool=RUN, status=125)
                self.assertIn("not a regular file", told)

    def test_beside_the_store(self):
        for ending in ("-wal", "-shm", "-journal", "-lock"):
            os.mkfifo(self.folder / f"a.db{ending}")
            with self.subTest(ending=ending):
                told = self.refuse("--db", "a.db", "list")
                self.assertIn(f"a.db{ending}: not a regular file", told)
            os.unlink(self.folder / f"a.db{ending}")

    def test_as_a_backup_or_its_target(self):
        for name in ("pipe", "folder", "socket", "link"):
            with self.subTest(name=name):
                self.refuse("--db", "a.db", "backup", name)
                self.refuse("--db", "a.db", "backup", name, "--force")
                self.refuse("--db", "new.db", "restore", name)
                self.refuse("--db", name, "restore", "copy.db", "--force")

    def test_as_input(self):
        for name in ("folder", "socket"):
            with self.subTest(name=name):
                self.assertIn(name, self.refuse_import(name))
                told = self.refuse("--db", "a.db", "submit", "f", "--input", name, "--", "true",
                                   tool=RUN, status=2)
                self.assertIn(name, told)
        self.assertIn("line 1", self.refuse_import("/dev/zero"))
        told = self.refuse("--db", "a.db", "submit", "f", "--input", "/dev/zero", "--", "true",
                           tool=RUN, status=2)
        self.assertIn("longer than a payload", told)

    def refuse_import(self, name):
        for extra in ([], ["--input-format", "csv"], ["--input-format", "azure"]):
            told = self.refuse("--db", "a.db", "import", name, *extra)
        return told

    def test_input_from_a_pipe(self):
        """A name like any other: `import <(command)` gives one."""
        def feed():
            with open(self.folder / "pipe", "wb") as pipe:
                pipe.write(ROW.replace(b'"1"', b'"2"'))
        feeder = threading.Thread(target=feed)
        feeder.start()
        done = self.run_tool("--db", "a.db", "import", "pipe")
        feeder.join()
        self.assertEqual(json.loads(done.stdout), {"imported": 1, "skipped": 0})

    def test_as_the_target_of_an_export(self):
        for name in ("folder", "socket"):
            with self.subTest(name=name):
                self.assertIn(name, self.refuse("--db", "a.db", "export", "-o", name))


if __name__ == "__main__":
    query_testing.main()
