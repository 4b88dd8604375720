#!/usr/bin/env python3
"""fnstore-run: when the store fails, status 125, and what became of the command is said."""

import resource
import signal
import subprocess

import runner


class BeforeTheStart(runner.RunCase):
    """The command is not run."""

    def not_run(self, db):
        marker = self.folder / "ran"
        words = [runner.RUN, "--db", str(db), "exec", "f", "--", "touch", str(marker)]
        result = subprocess.run(words, check=False, capture_output=True, timeout=30,
                                stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, 125, result.stderr)
        self.assertIn(b"fnstore-run: the command was not run: ", result.stderr)
        self.assertFalse(marker.exists())

    def test_a_folder_that_cannot_be(self):
        file = self.folder / "file"
        file.write_text("")
        self.not_run(file / "history.db")

    def test_a_missing_folder(self):
        self.not_run(self.folder / "no" / "such" / "history.db")

    def test_a_folder(self):
        self.not_run(self.folder)

    def test_a_file_that_is_no_store(self):
        file = self.folder / "notes.txt"
        file.write_text("dear diary\n" * 1000)
        self.not_run(file)
        self.assertEqual(file.read_text(), "dear diary\n" * 1000)

    def test_a_store_that_takes_nothing_more(self):
        self.run_exec("true")
        limit = self.limit_file_size
        result = self.run_exec("touch", str(self.folder / "ran"), preexec_fn=limit)
        self.assertEqual(result.returncode, 125, result.stderr)
        self.assertIn(b"the command was not run", result.stderr)
        self.assertFalse((self.folder / "ran").exists())
        self.assertEqual(self.call()["status"], "success", "the first call is still alone there")

    @staticmethod
    def limit_file_size():
        """Any write to a file fails from now on."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class AtTheEnd(runner.RunCase):
    """The command has run; its end must not be lost without a word."""

    # The command takes away its runner's right to write to files.
    DISARM = ("import os, resource, sys; "
              "resource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (0, 0)); "
              "print('done'); sys.exit(7)")

    def test_how_it_ended_is_said(self):
        result = self.run_exec("python3", "-c", self.DISARM)
        self.assertEqual(result.returncode, 125)
        self.assertEqual(result.stdout, b"done\n")
        self.assertIn(b"the command ended (error, bad_exit: status 7, after ", result.stderr)
        self.assertIn(b"is still recorded as running", result.stderr)
        call = self.call()
        self.assertEqual(call["status"], "running")
        self.assertIn(call["id"].encode(), result.stderr)

    def test_its_stderr_is_still_passed_on(self):
        script = "import sys; sys.stderr.write('x' * 300000); sys.stderr.flush(); " + self.DISARM
        result = self.run_exec("python3", "-c", script)
        self.assertEqual(result.returncode, 125)
        self.assertTrue(result.stderr.startswith(b"x" * 300_000))


class Interrupted(runner.RunCase):
    """A signal while the store is being opened or written."""

    def test_nothing_is_left_half_done(self):
        process = self.start_exec("sleep", "30")
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=20)
        self.assertIn(status, (-signal.SIGTERM, 128 + signal.SIGTERM))
        if status > 0:
            self.assertEqual(self.call()["status"], "cancelled")


if __name__ == "__main__":
    runner.main()
