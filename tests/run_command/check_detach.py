#!/usr/bin/env python3
"""`fnstore-run detach`: acknowledged once it has started, and on its own from then on."""

import os
import pathlib
import signal
import subprocess
import time

import runner
from runner import wait_until


class Detach(runner.RunCase):
    def detach(self, *command, options=()):
        """The finished `fnstore-run detach`, whose output is a pipe that must end."""
        return subprocess.run([runner.RUN, "--db", str(self.db), "detach", "f", *options, "--",
                               *command], check=False, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=30)

    def watcher_of(self, group):
        """The process that watches over a command, its parent."""
        stat = pathlib.Path(f"/proc/{group}/stat").read_text()
        return int(stat.rpartition(") ")[2].split()[1])

    def test_it_goes_on_by_itself(self):
        pid_file = self.folder / "pid"
        script = f"echo $$ > {pid_file}; sleep 4; echo out; echo err >&2; exit 3"
        begun = time.monotonic()
        result = self.detach("sh", "-c", script)
        self.assertLess(time.monotonic() - begun, 4)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        call_id = result.stdout.decode().strip()
        call = self.get(call_id)
        self.assertEqual((call["type"], call["status"]), ("detached", "running"))
        self.assertTrue(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
        command = int(pid_file.read_text())
        for pid in command, self.watcher_of(command):
            for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
                if int(entry.name) <= 2:
                    self.assertRegex(os.readlink(entry), "^(/dev/null|pipe:)", f"{pid} {entry}")
            self.assertNotEqual(os.getsid(pid), os.getsid(0))
        self.assertTrue(wait_until(lambda: self.get(call_id)["status"] != "running"))
        self.assertEqual(self.get(call_id)["error"], "bad_exit: status 3")
        self.assertEqual(self.query("log", "f", call_id), b"err\n")
        self.assertTrue(wait_until(lambda: not pathlib.Path(f"/proc/{command}").exists()))

    def test_it_can_be_cancelled(self):
        call_id = self.detach("sleep", "100").stdout.decode().strip()
        self.query("cancel", "f", call_id)
        time.sleep(0.2)
        self.assertEqual(self.get(call_id)["error"], "client_request")

    def test_a_signal_to_the_watcher_cancels_it(self):
        pid_file = self.folder / "pid"
        call_id = self.detach("sh", "-c", f"echo $$ > {pid_file}; exec sleep 100")
        call_id = call_id.stdout.decode().strip()
        self.assertTrue(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
        command = int(pid_file.read_text())
        os.kill(self.watcher_of(command), signal.SIGTERM)
        self.assertTrue(wait_until(lambda: not runner.group_members(command)))
        self.assertEqual(self.get(call_id)["status"], "cancelled")

    def test_a_timeout(self):
        call_id = self.detach("sleep", "100", options=("--timeout", "1")).stdout.decode().strip()
        self.assertTrue(wait_until(lambda: self.get(call_id)["status"] != "running"))
        self.assertEqual(self.get(call_id)["error"], "timeout: after 1 s")

    def test_what_cannot_start(self):
        result = self.detach("/nonexistent/program")
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertIn(b"command not found: /nonexistent/program", result.stderr)
        self.assertEqual(self.call()["status"], "error")

    def test_no_store(self):
        self.db = self.folder / "no" / "folder"
        result = self.detach("true")
        self.assertEqual((result.returncode, result.stdout), (125, b""))


if __name__ == "__main__":
    runner.main()
