#!/usr/bin/env python3
"""`fnstore-run worker` as a process: signals, sleep, pick-up and cancellation."""

import json
import pathlib
import signal
import statistics
import subprocess
import time

import runner
from runner import wait_until


def voluntary_switches(pid):
    """How often all threads of a process have gone to sleep so far."""
    total = 0
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                total += int(line.split()[1])
    return total


class Signals(runner.RunCase):
    """SIGTERM: nothing new is taken, what runs may end, what waits stays."""

    def test_what_runs_may_end(self):
        running = self.submit("sh", "-c", f"touch {self.folder}/begun; sleep 0.5")
        waiting = self.submit("touch", str(self.folder / "ran"))
        worker = self.start_worker("--concurrency", "1")
        self.assertTrue(wait_until((self.folder / "begun").exists))
        worker.terminate()
        self.assertEqual(worker.wait(30), 0)
        self.assertEqual(worker.stderr.read(), b"")
        self.assertEqual(self.get(running)["status"], "success")
        self.assertEqual(self.get(waiting)["status"], "queued")
        self.assertFalse((self.folder / "ran").exists())

    def test_what_does_not_end_is_handed_back(self):
        attempts = self.folder / "attempts"
        call_id = self.submit("sh", "-c", f"echo $FNSTORE_ATTEMPT >> {attempts}; "
                              f"test -e {self.folder}/quick || exec sleep 100")
        worker = self.start_worker("--patience", "0")
        self.assertTrue(wait_until(attempts.exists))
        worker.terminate()
        self.assertEqual(worker.wait(30), 0)
        self.assertEqual(self.get(call_id)["status"], "queued")
        (self.folder / "quick").touch()
        self.drain()
        self.assertEqual(attempts.read_text().split(), ["1", "2"])
        self.assertEqual(self.get(call_id)["status"], "success")

    def test_a_second_signal_ends_the_patience(self):
        self.submit("sh", "-c", f"touch {self.folder}/begun; exec sleep 100")
        worker = self.start_worker("--patience", "100")
        self.assertTrue(wait_until((self.folder / "begun").exists))
        worker.terminate()
        time.sleep(0.3)
        self.assertIsNone(worker.poll())
        begun = time.monotonic()
        worker.terminate()
        self.assertEqual(worker.wait(30), 0)
        self.assertLess(time.monotonic() - begun, runner.GRACE + runner.SLACK)

    def test_a_second_signal_ends_the_patience_of_a_drain(self):
        self.submit("sh", "-c", f"touch {self.folder}/begun; exec sleep 100")
        worker = self.start_worker("--drain", "--patience", "100")
        self.assertTrue(wait_until((self.folder / "begun").exists))
        worker.terminate()
        time.sleep(0.3)
        self.assertIsNone(worker.poll())
        worker.send_signal(signal.SIGINT)
        self.assertEqual(worker.wait(runner.GRACE + runner.SLACK), 0)
        self.assertEqual(self.call()["status"], "queued")

    def test_a_stray_signal_changes_nothing(self):
        self.submit("sh", "-c", f"touch {self.folder}/begun; sleep 0.5")
        worker = self.start_worker()
        self.assertTrue(wait_until((self.folder / "begun").exists))
        worker.send_signal(signal.SIGUSR2)
        self.assertTrue(wait_until(lambda: self.call()["status"] == "success"))
        self.assertIsNone(worker.poll())

    def test_no_store(self):
        result = subprocess.run([runner.RUN, "--db", str(self.folder / "no" / "folder"), "worker"],
                                check=False, capture_output=True, timeout=20)
        self.assertEqual(result.returncode, 125)
        self.assertIn(b"no", result.stderr)


class Idle(runner.RunCase):
    """A worker that has nothing to do."""

    def test_it_sleeps_and_wakes_for_work(self):
        worker = self.start_worker()
        self.assertTrue(wait_until(self.db.exists))
        time.sleep(1)
        before = voluntary_switches(worker.pid)
        time.sleep(3)
        woken = voluntary_switches(worker.pid) - before
        print(f"wake-ups in 3 s: {woken}")
        self.assertLess(woken, 30)
        waits = []
        for i in range(9):
            call_id = self.submit("true")
            self.assertTrue(wait_until(lambda: self.get(call_id)["status"] == "success"))
            call = self.get(call_id)
            waits.append(seconds(call["started_at"]) - seconds(call["created_at"]))
            time.sleep(0.05)
        print(f"pick-up, median: {1000 * statistics.median(waits):.0f} ms")
        self.assertLess(statistics.median(waits), 1)

    def test_a_delayed_command_runs_when_it_is_due(self):
        self.start_worker()
        call_id = self.submit("true", options=("--delay", "1"))
        self.assertTrue(wait_until(lambda: self.get(call_id)["status"] == "success"))
        call = self.get(call_id)
        waited = seconds(call["started_at"]) - seconds(call["created_at"])
        self.assertTrue(1 <= waited % 3600 < 1 + runner.SLACK, waited)


class Cancelling(runner.RunCase):
    """`fnstore-query cancel` while a worker runs."""

    def test_a_running_command_is_ended(self):
        pid_file = self.folder / "pid"
        call_id = self.submit("sh", "-c", f"echo $$ > {pid_file}; sleep 100 & wait")
        self.start_worker("--concurrency", "1")
        self.assertTrue(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
        group = int(pid_file.read_text())
        self.query("cancel", "f", call_id)
        self.assertTrue(wait_until(lambda: not runner.group_members(group),
                                   runner.GRACE + runner.SLACK))
        self.assertEqual(self.get(call_id)["error"], "client_request")
        follows = self.submit("true")
        self.assertTrue(wait_until(lambda: self.get(follows)["status"] == "success"))
        self.assertEqual(self.get(call_id)["status"], "cancelled")

    def test_a_waiting_command_is_never_run(self):
        call_id = self.submit("touch", str(self.folder / "ran"))
        self.query("cancel", "f", call_id)
        self.drain()
        self.assertFalse((self.folder / "ran").exists())

    def test_a_sync_command_is_ended(self):
        process = self.start_exec("sleep", "100")
        self.assertTrue(wait_until(lambda: self.db.exists() and self.calls()))
        self.query("cancel", "f", self.calls()[0]["id"])
        self.assertEqual(process.wait(30), 128 + 15)
        self.assertEqual(self.call()["status"], "cancelled")
        self.assertEqual(self.call()["error"], "client_request")


class Exchanged(runner.RunCase):
    """A restore puts another store under the worker: it ends, and the new store is left alone."""

    def setUp(self):
        super().setUp()
        self.backup = str(self.folder / "backup")
        self.run_exec("true", fn="kept")
        self.query("backup", self.backup)

    def restore(self):
        self.query("restore", self.backup, "--force")

    def check_end(self, worker):
        self.assertEqual(worker.wait(30), 125)
        said = worker.stderr.read().decode().splitlines()
        self.assertEqual(len(said), 2, said)
        self.assertIn("history.db: the store's file was exchanged while it was open", said[0])
        self.assertIn("the worker ends", said[1])
        self.assertIn("start it anew", said[1])
        self.assertTrue(json.loads(self.query("verify"))["ok"])

    def test_a_worker_that_has_run_nothing(self):
        worker = self.start_worker()
        self.assertFalse(wait_until(lambda: worker.poll() is not None, 1))
        self.restore()
        self.submit("true")
        self.check_end(worker)

    def test_an_idle_worker_ends_and_another_takes_over(self):
        worker = self.start_worker()
        first = self.submit("true")
        self.assertTrue(wait_until(lambda: self.get(first)["status"] == "success"))
        self.restore()
        queued = self.submit("true")
        self.check_end(worker)
        self.assertEqual(self.get(queued)["status"], "queued")
        self.drain()
        self.assertEqual(self.get(queued)["status"], "success")
        self.assertEqual(len(self.calls()), 2)

    def test_what_runs_may_end(self):
        worker = self.start_working("sleep 1", "--concurrency", "1")
        self.restore()
        queued = self.submit("true")
        self.check_end(worker)
        self.assertTrue((self.folder / "ended").exists())
        self.assertEqual([call["id"] for call in self.calls() if call["fn_id"] == "f"], [queued])

    def test_what_does_not_end_is_ended(self):
        worker = self.start_working("sleep 100", "--patience", "0")
        self.restore()
        self.submit("true")
        self.check_end(worker)
        self.assertFalse((self.folder / "ended").exists())

    def test_a_second_signal_ends_the_patience(self):
        worker = self.start_working("sleep 100", "--patience", "100")
        self.restore()
        self.submit("true")
        self.assertIn(b"was exchanged", worker.stderr.readline())
        worker.terminate()
        self.assertEqual(worker.wait(30), 125)
        self.assertFalse((self.folder / "ended").exists())

    def test_a_drain(self):
        worker = self.start_working("sleep 1", "--drain")
        self.restore()
        self.submit("true")
        self.check_end(worker)

    def start_working(self, command, *options):
        """A worker that is at a command, which leaves a file `ended` in the folder."""
        self.submit("sh", "-c", f"touch {self.folder}/begun; {command}; touch {self.folder}/ended")
        worker = self.start_worker(*options)
        self.assertTrue(wait_until((self.folder / "begun").exists))
        return worker


def seconds(text):
    """The seconds of an RFC 3339 time within its hour."""
    minutes, rest = text.split(":")[1:]
    return 60 * int(minutes) + float(rest.rstrip("Z"))


if __name__ == "__main__":
    runner.main()
