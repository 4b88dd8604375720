"""What the tests of fnstore-run share: a store of their own, and ways to run, watch and look up.

FNSTORE_TOOLS is the folder of the built tools."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TOOLS = pathlib.Path(os.environ["FNSTORE_TOOLS"])
RUN = str(TOOLS / "fnstore-run")
QUERY = str(TOOLS / "fnstore-query")

# What a busy machine may add to a time that is promised.
SLACK = 3.0
GRACE = 2.0


class RunCase(unittest.TestCase):
    """A test case with an empty folder and a store in it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fnstore-run-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.db = self.folder / "history.db"

    def exec_words(self, *command, fn="f", options=()):
        """The words of a command line that runs `command`."""
        return [RUN, "--db", str(self.db), "exec", fn, *options, "--", *command]

    def run_exec(self, *command, fn="f", options=(), **popen):
        """Runs a command to its end; stdin is empty unless told otherwise."""
        if "stdin" not in popen and "input" not in popen:
            popen["stdin"] = subprocess.DEVNULL
        popen.setdefault("stdout", subprocess.PIPE)
        popen.setdefault("stderr", subprocess.PIPE)
        return subprocess.run(self.exec_words(*command, fn=fn, options=options), check=False,
                              timeout=60, **popen)

    def start_exec(self, *command, options=(), **popen):
        """Starts one; it is killed when the test ends before it."""
        popen.setdefault("stdin", subprocess.DEVNULL)
        popen.setdefault("stdout", subprocess.PIPE)
        popen.setdefault("stderr", subprocess.PIPE)
        process = subprocess.Popen(self.exec_words(*command, options=options), **popen)
        self.addCleanup(self.end, process)
        return process

    def submit(self, *command, fn="f", options=(), **popen):
        """Submits a command and returns the call's id."""
        popen.setdefault("stdin", subprocess.DEVNULL)
        words = [RUN, "--db", str(self.db), "submit", fn, *options, "--", *command]
        answer = subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=60, **popen)
        self.assertRegex(answer.stdout, rb"^[0-9A-Z]{26}\n$")
        return answer.stdout.decode().strip()

    def drain(self, *options):
        """Runs a worker until nothing waits."""
        subprocess.run([RUN, "--db", str(self.db), "worker", "--drain", *options], check=True,
                       stdin=subprocess.DEVNULL, timeout=120)

    def start_worker(self, *options):
        """Starts a worker; it is killed when the test ends before it."""
        process = subprocess.Popen([RUN, "--db", str(self.db), "worker", *options],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(self.end, process)
        return process

    def get(self, call_id, fn="f"):
        """One call, whole."""
        return json.loads(self.query("get", fn, call_id))

    def end(self, process):
        """Leaves nothing of a process and closes the pipes to it."""
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()

    def query(self, *words):
        """What fnstore-query answers, as bytes; it must succeed."""
        return subprocess.run([QUERY, "--db", str(self.db), "--format", "json", *words],
                              stdout=subprocess.PIPE, check=True, timeout=60).stdout

    def calls(self):
        """Every call in the store, newest first."""
        return json.loads(self.query("list"))["items"]

    def call(self):
        """The one call in the store, whole."""
        calls = self.calls()
        self.assertEqual(len(calls), 1, calls)
        return json.loads(self.query("get", calls[0]["fn_id"], calls[0]["id"]))

    def log(self):
        """The log of the one call; None when it has none."""
        call = self.call()
        answer = subprocess.run([QUERY, "--db", str(self.db), "log", call["fn_id"], call["id"]],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                                timeout=60)
        if answer.returncode == 3 and b"Call log not found" in answer.stderr:
            return None
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return answer.stdout


def wait_until(condition, seconds=10.0):
    """Waits for a condition to hold; returns whether it came to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def group_members(group):
    """The pids of a process group's members, without zombies."""
    members = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] not in "ZX":
            members.append(int(entry.name))
    return members


def socket_pair(case):
    """Two connected sockets that are closed when the case ends."""
    pair = socket.socketpair()
    for end in pair:
        case.addCleanup(end.close)
    return pair


def end_group(group):
    """Kills what is left of a group, if anything is."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def names_of(suite):
    """The names of all cases in a suite, as the command line takes them."""
    if isinstance(suite, unittest.TestCase):
        return [suite.id().removeprefix("__main__.")]
    return [name for part in suite for name in names_of(part)]


def run_cases(names):
    """Runs cases of the calling script; returns how many passed and failed."""
    suite = unittest.defaultTestLoader.loadTestsFromNames(names, sys.modules["__main__"])
    outcome = unittest.TextTestRunner(verbosity=2).run(suite)
    bad = len(outcome.failures) + len(outcome.errors) + len(outcome.skipped)
    return outcome.testsRun - bad, bad


def run_side_by_side(names, processes):
    """The same in several processes at once: most cases spend their time asleep."""
    command = [sys.executable, "-B", sys.argv[0]]
    parts = [subprocess.Popen([*command, *names[i::processes]], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
             for i in range(processes)]
    passed = failed = 0
    for part in parts:
        output = part.communicate()[0]
        print(output, flush=True)
        counts = re.search(r"^(\d+) passed, (\d+) failed$", output, re.M)
        passed += int(counts[1]) if counts else 0
        failed += int(counts[2]) if counts else 1
    return passed, failed


def main(processes=3):
    """Runs the calling script's cases, or those named on the command line. The last line is
    "N passed, N failed"."""
    if len(sys.argv) > 1:
        passed, failed = run_cases(sys.argv[1:])
    else:
        names = names_of(unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"]))
        passed, failed = run_side_by_side(names, processes)
        if passed + failed != len(names):
            print(f"{len(names)} cases, but {passed + failed} of them ran")
            failed += 1
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
