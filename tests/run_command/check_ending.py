#!/usr/bin/env python3
"""fnstore-run: timeouts, signals, process groups, and being killed."""

import os
import signal
import time

import runner

STUBBORN = 'trap "" TERM INT HUP QUIT; '


class EndingCase(runner.RunCase):
    """Knows a command's group by the number that the command prints."""

    def start_group(self, script, options=(), **popen):
        """Starts `sh -c script`; the script is told to have begun when the group is known."""
        process = self.start_exec("sh", "-c", f"echo $$; {script}", options=options, **popen)
        group = int(process.stdout.readline())
        self.addCleanup(runner.end_group, group)
        return process, group


class Timeout(EndingCase):
    """SIGTERM, a grace, SIGKILL, for all of the group."""

    def test_a_command_that_ignores_term_with_grandchildren(self):
        started = time.monotonic()
        process, group = self.start_group(
            STUBBORN + f"sh -c '{STUBBORN} sleep 60; sleep 60' & sleep 60 & "
            "while :; do sleep 60; done", options=("--timeout", "1"))
        self.assertEqual(process.wait(timeout=20), 124)
        took = time.monotonic() - started
        self.assertEqual(runner.group_members(group), [])
        self.assertGreater(took, 1 + runner.GRACE)
        self.assertLess(took, 1 + runner.GRACE + runner.SLACK)
        call = self.call()
        self.assertEqual(call["status"], "error")
        self.assertEqual(call["error"],
                         "timeout: after 1 s; SIGTERM did not end all of it, SIGKILL did")

    def test_a_leader_that_ends_leaves_nobody_behind(self):
        process, group = self.start_group(f"sh -c '{STUBBORN} sleep 60; sleep 60' & wait",
                                          options=("--timeout", "1"))
        self.assertEqual(process.wait(timeout=20), 124)
        self.assertEqual(runner.group_members(group), [])

    def test_grandchildren_get_the_grace_too(self):
        cleaned = self.folder / "cleaned"
        process, group = self.start_group(
            f"sh -c 'trap \"sleep 0.3; touch {cleaned}; exit\" TERM; while :; do sleep 0.1; done' "
            "& exec sleep 60", options=("--timeout", "1"))
        started = time.monotonic()
        self.assertEqual(process.wait(timeout=20), 124)
        self.assertTrue(cleaned.exists())
        self.assertEqual(runner.group_members(group), [])
        self.assertLess(time.monotonic() - started, 1 + runner.GRACE,
                        "it does not wait longer than they need")
        self.assertEqual(self.call()["error"], "timeout: after 1 s")

    def test_a_stopped_command(self):
        process, _ = self.start_group("kill -STOP $$; sleep 60", options=("--timeout", "1"))
        self.assertEqual(process.wait(timeout=20), 124)
        self.assertEqual(self.call()["error"], "timeout: after 1 s", "SIGTERM reached it")

    def test_status_0_after_the_timeout_is_a_timeout(self):
        process, _ = self.start_group("trap 'exit 0' TERM; while :; do sleep 0.1; done",
                                      options=("--timeout", "1"))
        self.assertEqual(process.wait(timeout=20), 124)
        self.assertEqual(self.call()["error"], "timeout: after 1 s")


class Signals(EndingCase):
    """Signals to fnstore-run reach the command, and the call is recorded."""

    def test_each_is_passed_on(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(signal=number.name):
                process, group = self.start_group("ulimit -c 0; exec sleep 60")
                process.send_signal(number)
                self.assertEqual(process.wait(timeout=20), 128 + number)
                self.assertEqual(runner.group_members(group), [])
                call = self.calls()[0]
                self.assertEqual(call["status"], "cancelled")
                self.assertEqual(call["error"], f"killed: {number.name} was sent to the runner")
                self.assertIn("completed_at", call)

    def test_the_command_may_end_in_its_own_way(self):
        for status, recorded in ((5, "cancelled"), (0, "success")):
            with self.subTest(status=status):
                process, _ = self.start_group(f"trap 'echo bye; exit {status}' TERM; echo ready; "
                                              "while :; do sleep 0.1; done")
                self.assertEqual(process.stdout.readline(), b"ready\n")
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(timeout=20), status)
                self.assertEqual(process.stdout.read(), b"bye\n")
                self.assertEqual(self.calls()[0]["status"], recorded)

    def test_a_command_that_ignores_it_is_killed_after_the_grace(self):
        process, group = self.start_group(STUBBORN + "echo ready; while :; do sleep 60; done")
        process.stdout.readline()
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=20), 128 + signal.SIGKILL)
        took = time.monotonic() - started
        self.assertGreater(took, runner.GRACE - 0.1)
        self.assertLess(took, runner.GRACE + runner.SLACK)
        self.assertEqual(runner.group_members(group), [])
        self.assertEqual(self.call()["status"], "cancelled")

    def test_one_that_was_ignored_stays_without_effect(self):
        process, _ = self.start_group("sleep 0.7", preexec_fn=lambda: signal.signal(
            signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(timeout=20), 0)
        self.assertEqual(self.call()["status"], "success")

    def test_a_caller_that_ignores_sigchld(self):
        result = self.run_exec("sh", "-c", "exit 7", preexec_fn=lambda: signal.signal(
            signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(result.returncode, 7)
        self.assertEqual(self.call()["error"], "bad_exit: status 7")


class Background(EndingCase):
    """A command that ends by itself."""

    def test_what_it_left_running_is_let_be(self):
        process, group = self.start_group("sleep 60 2>&1 > /dev/null & exit 0")
        self.assertEqual(process.wait(timeout=10), 0)
        self.assertEqual(len(runner.group_members(group)), 1)
        self.assertEqual(self.call()["status"], "success")


class Killed(EndingCase):
    """kill -9 of fnstore-run itself."""

    def test_the_call_stays_recorded_as_running(self):
        process, _ = self.start_group("sleep 60")
        process.kill()
        process.wait()
        call = self.call()
        self.assertEqual(call["status"], "running")
        self.assertNotIn("completed_at", call)


class Quiet(EndingCase):
    """Waiting costs next to nothing."""

    def test_wake_ups(self):
        process, _ = self.start_group("sleep 60")
        time.sleep(0.3)
        before = self.wake_ups(process.pid)
        time.sleep(3)
        self.assertLessEqual(self.wake_ups(process.pid) - before, 8,
                             "one sample a second, and whatever the store does for itself")

    def wake_ups(self, pid):
        """Of all threads of a process."""
        total = 0
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file
                             if line.startswith("voluntary_ctxt_switches"))
        return total


if __name__ == "__main__":
    runner.main()
