#!/usr/bin/env python3
"""Processes that are killed: what they held is found, and handed out again or told to be lost."""

import os
import signal
import subprocess
import time

import runner
from runner import wait_until

# CONTRACT: handed out again within 15 s.
PROMISED = 15


class Lost(runner.RunCase):
    def test_a_lost_workers_call_is_handed_out_again(self):
        attempts = self.folder / "attempts"
        call_id = self.submit("sh", "-c", f"echo $FNSTORE_ATTEMPT $$ >> {attempts}; "
                              "test $FNSTORE_ATTEMPT = 2 || exec sleep 100")
        worker = self.start_worker()
        self.assertTrue(wait_until(lambda: attempts.exists() and attempts.read_text()))
        worker.kill()
        begun = time.monotonic()
        other = self.start_worker()
        self.assertTrue(wait_until(lambda: self.get(call_id)["status"] == "success",
                                   PROMISED + runner.SLACK))
        print(f"handed out again after {time.monotonic() - begun:.1f} s")
        lines = attempts.read_text().splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["1", "2"])
        runner.end_group(int(lines[0].split()[1]))  # what the killed worker left behind
        other.terminate()
        self.assertEqual(other.wait(30), 0)

    def test_a_lost_sync_call_is_found(self):
        pid_file = self.folder / "pid"
        process = self.start_exec("sh", "-c", f"echo $$ > {pid_file}; exec sleep 100")
        self.assertTrue(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
        call_id = self.calls()[0]["id"]
        process.kill()
        self.assertTrue(wait_until(self.is_lost(call_id), PROMISED + runner.SLACK))
        self.assertEqual(self.get(call_id)["error"],
                         "lost: the process that ran the call is gone")
        runner.end_group(int(pid_file.read_text()))  # what the killed process left behind

    def test_a_lost_detached_call_is_found_and_never_run_again(self):
        attempts = self.folder / "attempts"
        words = [runner.RUN, "--db", str(self.db), "detach", "f", "--", "sh", "-c",
                 f"echo $PPID $$ >> {attempts}; exec sleep 100"]
        answer = subprocess.run(words, check=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, timeout=30)
        call_id = answer.stdout.decode().strip()
        self.assertTrue(wait_until(lambda: attempts.exists() and attempts.read_text()))
        watcher, command = map(int, attempts.read_text().split())
        self.addCleanup(runner.end_group, command)  # what the killed watcher left behind
        os.kill(watcher, signal.SIGKILL)
        self.start_worker()
        self.assertTrue(wait_until(lambda: self.get(call_id)["status"] == "error",
                                   PROMISED + runner.SLACK))
        self.assertTrue(self.get(call_id)["error"].startswith("lost"), self.get(call_id))
        self.assertEqual(len(attempts.read_text().splitlines()), 1)

    def is_lost(self, call_id):
        """Looks whenever a next call is run."""
        def look():
            time.sleep(0.5)
            self.run_exec("true", fn="other")
            return self.get(call_id)["status"] == "error"
        return look

    def test_a_halted_worker_does_no_harm(self):
        attempts = self.folder / "attempts"
        call_id = self.submit("sh", "-c", f"echo $FNSTORE_ATTEMPT >> {attempts}; sleep 1; "
                              f"echo $FNSTORE_ATTEMPT >&2")
        worker = self.start_worker()
        self.assertTrue(wait_until(attempts.exists))
        worker.send_signal(signal.SIGSTOP)
        self.start_worker()
        self.assertTrue(wait_until(lambda: self.get(call_id)["status"] == "success",
                                   PROMISED + runner.SLACK))
        before = self.get(call_id)
        worker.send_signal(signal.SIGCONT)
        time.sleep(1)
        self.assertEqual(self.get(call_id), before)
        self.assertEqual(self.query("log", "f", call_id), b"2\n")
        worker.terminate()
        self.assertEqual(worker.wait(30), 0)


if __name__ == "__main__":
    runner.main()
