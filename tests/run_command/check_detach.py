#!/usr/bin/env python3
"""`fnstore-run detach`: acknowledged once it has started, and on its own from then on."""

import os
import pathlib
import select
import signal
import subprocess
import time

import runner
from runner import wait_until


class Detach(runner.RunCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.expect_no_watchers)

    def expect_no_watchers(self):
        """Each ends soon after its call has; until then it writes to the store's folder."""
        self.assertTrue(wait_until(lambda: not self.watchers(), runner.GRACE + runner.SLACK))

    def watchers(self):
        """The processes that were started with this store, by their command lines."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.fsencode(self.db) in words:
                found.append(int(entry.name))
        return found

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

    def test_the_caller_gets_its_descriptors_back(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        words = [runner.RUN, "--db", str(self.db), "detach", "f", "--", "sleep", "100"]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              pass_fds=[writer]) as process:
            os.close(writer)
            call_id = process.stdout.read().decode().strip()
        self.assertEqual(process.returncode, 0)
        self.assertTrue(select.select([reader], [], [], runner.SLACK)[0])
        self.assertEqual(os.read(reader, 1), b"")
        self.assertEqual(self.get(call_id)["status"], "running")
        self.query("cancel", "f", call_id)

    def test_a_shell_takes_the_id(self):
        script = f"id=$({runner.RUN} --db {self.db} detach f -- sleep 100) && echo got $id"
        answer = subprocess.run(["sh", "-c", script], check=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, timeout=30).stdout.decode()
        self.assertRegex(answer, r"^got [0-9A-Z]{26}\n$")
        call_id = answer.split()[1]
        self.assertEqual(self.get(call_id)["status"], "running")
        self.query("cancel", "f", call_id)

    def test_commands_that_end_at_once(self):
        for _ in range(20):
            result = self.detach("true")
            self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertTrue(wait_until(
            lambda: [call["status"] for call in self.calls()] == ["success"] * 20))

    def test_an_id_that_cannot_be_printed(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([runner.RUN, "--db", str(self.db), "detach", "f", "--", "true"],
                                    check=False, stdin=subprocess.DEVNULL, stdout=full,
                                    stderr=subprocess.PIPE, timeout=30)
        self.assertEqual(result.returncode, 125)
        self.assertIn(f"call {self.call()['id']} was recorded".encode(), result.stderr)

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

    def test_a_signal_ends_it_though_the_store_is_gone(self):
        pid_file = self.folder / "pid"
        self.db = self.folder / "sub" / "history.db"
        self.db.parent.mkdir()
        self.detach("sh", "-c", f"echo $$ > {pid_file}; exec sleep 100")
        self.assertTrue(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
        command = int(pid_file.read_text())
        self.addCleanup(runner.end_group, command)
        self.db.parent.rename(self.folder / "gone")  # at once: it makes its lock file anew
        os.kill(self.watcher_of(command), signal.SIGTERM)
        self.assertTrue(wait_until(lambda: not runner.group_members(command)))
        self.assertTrue(wait_until(lambda: not self.watchers()))

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
