#!/usr/bin/env python3
"""fnstore-run: stdin, stdout, stderr and the log, descriptors, signal state and environment."""

import datetime
import fcntl
import os
import signal
import subprocess
import time

import runner

MIB = 1 << 20
EVERY_BYTE = bytes(range(256)) * 12_288  # 3 MiB


class PassThrough(runner.RunCase):
    """stdin and stdout are the caller's own."""

    def test_bytes_pass_unchanged(self):
        result = self.run_exec("cat", input=EVERY_BYTE)
        self.assertEqual(result.returncode, 0)
        self.assertTrue(result.stdout == EVERY_BYTE)
        self.assertEqual(result.stderr, b"")
        self.assertIsNone(self.log())

    def test_stdin_that_is_a_file_is_read_where_it_stands(self):
        path = self.folder / "input"
        path.write_bytes(b"first\nsecond\n")
        with open(path, "rb", buffering=0) as file:
            file.seek(6)
            self.assertEqual(self.run_exec("cat", stdin=file).stdout, b"second\n")

    def test_closed_descriptors_do_not_become_the_store(self):
        script = 'exec "$@" <&- >&- 2>&-'
        marker = self.folder / "seen"
        words = self.exec_words("sh", "-c", f"ls -l /proc/$$/fd > {marker}")
        result = subprocess.run(["sh", "-c", script, "sh", *words], check=False, timeout=20)
        self.assertEqual(result.returncode, 0)
        self.assertNotIn("history.db", marker.read_text())
        self.assertEqual(self.call()["status"], "success")


class Log(runner.RunCase):
    """stderr goes to stderr and into the log."""

    def test_both_get_the_same(self):
        result = self.run_exec("sh", "-c", r'printf "a\377\000b" >&2; echo out; printf end >&2')
        self.assertEqual(result.stderr, b"a\xff\0bend")
        self.assertEqual(result.stdout, b"out\n")
        self.assertEqual(self.log(), b"a\xff\0bend")

    def test_it_is_passed_on_at_once(self):
        process = self.start_exec("sh", "-c", "echo early >&2; sleep 20")
        started = time.monotonic()
        self.assertEqual(process.stderr.readline(), b"early\n")
        self.assertLess(time.monotonic() - started, 5)

    def test_a_long_one_is_passed_on_whole_and_cut_in_the_log(self):
        script = f"import sys; sys.stderr.buffer.write(bytes(range(256)) * {10 * MIB // 256})"
        result = self.run_exec("python3", "-c", script)
        whole = bytes(range(256)) * (10 * MIB // 256)
        self.assertTrue(result.stderr == whole)
        log = self.log()
        line = f"\n[fnstore: the log was cut here, {9 * MIB} bytes were left out]\n".encode()
        self.assertTrue(log.endswith(line), log[-100:])
        self.assertTrue(log[:-len(line)] == whole[:MIB])

    def test_one_of_exactly_the_limit_is_not_cut(self):
        result = self.run_exec("sh", "-c", f"head -c {MIB} /dev/zero >&2")
        self.assertEqual(len(result.stderr), MIB)
        self.assertTrue(self.log() == bytes(MIB))

    def test_no_character_is_cut_in_two(self):
        script = f"import sys; sys.stderr.buffer.write('€'.encode() * {MIB})"
        self.run_exec("python3", "-c", script, stderr=subprocess.DEVNULL)
        kept, _, cut = self.log().decode().partition("\n")
        self.assertEqual(kept, "€" * (MIB // 3))
        self.assertIn(f" {3 * MIB - MIB // 3 * 3} bytes", cut)

    def test_a_grandchild_that_holds_it_does_not_hang_us(self):
        started = time.monotonic()
        # More than a pipe's worth just before the end: none of it may be lost.
        result = self.run_exec("sh", "-c",
                               "sleep 30 > /dev/null & echo $$; "
                               "head -c 100000 /dev/zero >&2; echo bye >&2")
        self.addCleanup(runner.end_group, int(result.stdout))
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(result.returncode, 0)
        self.assertTrue(result.stderr == bytes(100_000) + b"bye\n")
        self.assertTrue(self.log() == bytes(100_000) + b"bye\n")
        self.assertEqual(len(runner.group_members(int(result.stdout))), 1, "it is let be")

    def test_a_grandchild_that_never_stops_writing_does_not_hang_us(self):
        started = time.monotonic()
        result = self.run_exec("sh", "-c", "{ yes >&2; } > /dev/null & echo $$; sleep 0.3",
                               stderr=subprocess.DEVNULL)
        self.addCleanup(runner.end_group, int(result.stdout))
        self.assertLess(time.monotonic() - started, 10)
        self.assertEqual(result.returncode, 0)


class Reader(runner.RunCase):
    """Whoever reads our stderr may be slow, stopped or gone."""

    FLOOD = ("sh", "-c", "exec yes >&2")

    def test_a_stopped_reader_does_not_stop_the_timeout(self):
        process = self.start_exec(*self.FLOOD, options=("--timeout", "2"))
        ended = runner.wait_until(lambda: self.db.exists() and self.calls()
                                  and self.calls()[0]["status"] == "error", 20)
        self.assertTrue(ended, "recorded although nobody has read yet")
        self.assertIsNone(process.poll(), "what waits is kept for the reader")
        _, errors = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 124)
        errors = errors.partition(b"fnstore-run: ")[0]
        self.assertEqual(self.log(), errors, "the reader gets what the log has")

    def test_a_stopped_reader_is_not_waited_for_after_a_signal(self):
        process = self.start_exec(*self.FLOOD, options=("--timeout", "2"))
        runner.wait_until(lambda: self.db.exists() and self.calls()
                          and self.calls()[0]["status"] == "error", 20)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=10), 124)

    def test_a_reader_that_is_gone(self):
        read, write = os.pipe()
        os.close(read)
        try:
            result = self.run_exec("sh", "-c", "echo one >&2; echo two >&2; echo out",
                                   stderr=write)
        finally:
            os.close(write)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout, b"out\n")
        self.assertEqual(self.log(), b"one\ntwo\n")

    def test_the_caller_s_descriptor_stays_as_it_is(self):
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        self.addCleanup(os.close, write)
        flags = fcntl.fcntl(write, fcntl.F_GETFL)
        process = self.start_exec("sh", "-c", "echo x >&2; sleep 20", stderr=write)
        os.read(read, 10)
        self.assertEqual(fcntl.fcntl(write, fcntl.F_GETFL), flags)
        self.assertIsNone(process.poll())

    def test_a_file_is_appended_to(self):
        path = self.folder / "errors"
        path.write_text("before\n")
        with open(path, "ab") as file:
            self.run_exec("sh", "-c", "echo one >&2", stderr=file)
            file.write(b"after\n")
        self.assertEqual(path.read_text(), "before\none\nafter\n")

    def test_a_socket(self):
        ours, theirs = runner.socket_pair(self)
        self.run_exec("sh", "-c", "echo one >&2", stderr=theirs)
        theirs.close()
        self.assertEqual(ours.recv(100), b"one\n")


class State(runner.RunCase):
    """What a command inherits."""

    def test_descriptors_above_2_are_closed(self):
        opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(3)]
        for descriptor in opened:
            self.addCleanup(os.close, descriptor)
        script = "import os; print(sorted(int(fd) for fd in os.listdir('/proc/self/fd')))"
        result = self.run_exec("python3", "-c", script, pass_fds=opened)
        self.assertEqual(result.stdout, b"[0, 1, 2, 3]\n", "3 is the listing itself")

    def test_it_leads_a_process_group(self):
        result = self.run_exec("sh", "-c", "cat /proc/$$/stat")
        fields = result.stdout.split()
        self.assertEqual(fields[0], fields[4])

    def test_no_signal_is_blocked_and_none_of_ours_is_handled(self):
        def block():
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1})
        status = self.run_exec("cat", "/proc/self/status", preexec_fn=block).stdout.decode()
        masks = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Sig"))
        for name in ("SigBlk", "SigIgn", "SigCgt"):
            self.assertEqual(int(masks[name], 16), 0, name)

    def test_an_ignored_signal_stays_ignored(self):
        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        status = self.run_exec("cat", "/proc/self/status", preexec_fn=ignore).stdout.decode()
        masks = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Sig"))
        self.assertEqual(int(masks["SigIgn"], 16), 1 << (signal.SIGHUP - 1))


class Environment(runner.RunCase):
    """The allow-list."""

    CALLER = {"PATH": os.environ["PATH"], "HOME": "/h", "LANG": "C.UTF-8", "LC_TIME": "C",
              "TZ": "UTC", "TERM": "dumb", "USER": "u", "LOGNAME": "l", "SHELL": "/bin/sh",
              "TMPDIR": "/t"}

    def environment_of(self, caller, *options):
        result = self.run_exec("env", "-0", env=caller, options=options)
        self.assertEqual(result.returncode, 0, result.stderr)
        entries = result.stdout.decode().split("\0")[:-1]
        return dict(entry.split("=", 1) for entry in entries)

    def test_only_what_is_allowed_passes(self):
        caller = {**self.CALLER, "SECRET": "x", "LD_PRELOAD": "", "FNSTORE_DB": "y",
                  "FNSTORE_CALL_ID": "z", "LCX": "n", "PATHS": "n"}
        seen = self.environment_of(caller)
        own = {key: seen.pop(key) for key in list(seen) if key.startswith("FNSTORE_")}
        self.assertEqual(seen, self.CALLER)
        self.assertEqual(own, {"FNSTORE_CALL_ID": self.call()["id"], "FNSTORE_FN_ID": "f",
                               "FNSTORE_ATTEMPT": "1"})

    def test_names_that_are_given(self):
        caller = {**self.CALLER, "ONE": "1", "TWO": "2", "EMPTY": "", "THREE": "3"}
        seen = self.environment_of(caller, "--env", "ONE", "--env", "TWO=a=b", "--env", "EMPTY",
                                   "--env", "UNSET", "--env", "HOME=", "--env", "ONE")
        extra = {key: value for key, value in seen.items() if not key.startswith("FNSTORE_")}
        self.assertEqual(extra, {**self.CALLER, "ONE": "1", "TWO": "a=b", "EMPTY": "", "HOME": ""})

    def test_the_deadline(self):
        before = datetime.datetime.now(datetime.timezone.utc)
        seen = self.environment_of(self.CALLER, "--timeout", "100")
        text = seen["FNSTORE_DEADLINE"]
        self.assertRegex(text, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        left = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - before
        self.assertGreater(left.total_seconds(), 99.9)
        self.assertLess(left.total_seconds(), 100 + runner.SLACK)


if __name__ == "__main__":
    runner.main()
