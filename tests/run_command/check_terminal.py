#!/usr/bin/env python3
"""fnstore-run at a terminal: reading from it, Ctrl-C and Ctrl-Z, in scripts and pipelines."""

import os
import pty
import select
import shlex
import signal
import time

import runner

CTRL_C = b"\x03"
CTRL_D = b"\x04"
CTRL_Z = b"\x1a"


class Terminal:
    """A program in a session and on a terminal of its own."""

    def __init__(self, words):
        self.pid, self.side = pty.fork()
        if self.pid == 0:
            os.environ.update({"PS1": "PROMPT> ", "PS2": "", "HISTFILE": ""})
            os.execvp(words[0], words)
        self.seen = b""
        self.status = None

    def type(self, text):
        os.write(self.side, text)

    def read(self, seconds):
        """More of what the terminal shows; False when there was none, or never will be."""
        if not select.select([self.side], [], [], seconds)[0]:
            return False
        try:
            more = os.read(self.side, 65536)
        except OSError:
            return False
        self.seen += more
        return bool(more)

    def expect(self, text, seconds=10.0):
        """Reads until the text appears and forgets all up to it."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            if time.monotonic() > end:
                raise AssertionError(f"the terminal never showed {text!r}, but {self.seen!r}")
            self.read(0.1)
        self.seen = self.seen.partition(text)[2]

    def wait(self, seconds=10.0):
        """How the program ended, as subprocess has it."""
        end = time.monotonic() + seconds
        while self.status is None:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise AssertionError(f"it did not end; the terminal shows {self.seen!r}")
        while self.read(0.05):
            pass
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.side)


class TerminalCase(runner.RunCase):
    """Opens terminals."""

    def open(self, *words):
        terminal = Terminal(list(words))
        self.addCleanup(terminal.close)
        return terminal

    def shell(self):
        """An interactive one, with job control."""
        terminal = self.open("bash", "--norc", "--noprofile", "--noediting", "-i")
        terminal.expect(b"PROMPT> ")
        return terminal

    def line(self, *command, **more):
        """A shell's command line."""
        return shlex.join(self.exec_words(*command, **more)).encode()


class Reading(TerminalCase):
    """A command in a group of its own reads from the terminal."""

    def test_a_line(self):
        terminal = self.open(*self.exec_words("sh", "-c", "read line; echo got:$line"))
        terminal.type(b"hello\n")
        terminal.expect(b"got:hello")
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(self.call()["status"], "success")

    def test_the_shell_has_the_terminal_again_afterwards(self):
        terminal = self.shell()
        terminal.type(self.line("sh", "-c", "read line; echo got:$line") + b"\n")
        terminal.type(b"hello\n")
        terminal.expect(b"got:hello")
        terminal.expect(b"PROMPT> ")
        terminal.type(b"read line; echo shell:$line\n")
        terminal.type(b"again\n")
        terminal.expect(b"shell:again")

    def test_a_pipeline_s_other_end_keeps_it(self):
        terminal = self.open("sh", "-c", self.line("sh", "-c", "sleep 0.5; echo data").decode()
                             + " | sh -c 'read line < /dev/tty; echo tty:$line; cat'")
        terminal.type(b"key\n")
        terminal.expect(b"tty:key")
        terminal.expect(b"data")
        self.assertEqual(terminal.wait(), 0)


class CtrlC(TerminalCase):
    """The user interrupts."""

    LOOP = "for i in 1 2 3; do {}; done; echo survived"

    def test_a_command_that_does_not_read_and_the_loop_around_it(self):
        terminal = self.open("bash", "-c", self.LOOP.format(
            self.line("sh", "-c", "echo begun; sleep 30").decode()))
        terminal.expect(b"begun")
        terminal.type(CTRL_C)
        self.assertEqual(terminal.wait(), -signal.SIGINT)
        self.assertNotIn(b"survived", terminal.seen)
        call = self.call()
        self.assertEqual(call["status"], "cancelled")
        self.assertEqual(call["error"], "killed: SIGINT was sent to the runner")

    def test_a_command_that_ignores_it_and_the_loop_around_it(self):
        terminal = self.open("bash", "-c", self.LOOP.format(
            self.line("sh", "-c", "trap '' INT; echo begun; sleep 30").decode()))
        terminal.expect(b"begun")
        terminal.type(CTRL_C)
        self.assertEqual(terminal.wait(runner.GRACE + 10), -signal.SIGINT)
        self.assertNotIn(b"begun", terminal.seen)
        self.assertEqual(self.call()["error"], "killed: SIGINT was sent to the runner")

    def test_a_command_that_catches_it_and_the_loop_around_it(self):
        terminal = self.open("bash", "-c", self.LOOP.format(
            self.line("sh", "-c", "trap 'exit 3' INT; echo begun; while :; do sleep 0.1; done")
            .decode()))
        for _ in range(3):
            terminal.expect(b"begun")
            terminal.type(CTRL_C)
        self.assertEqual(terminal.wait(), 0)
        self.assertIn(b"survived", terminal.seen)
        self.assertEqual([call["status"] for call in self.calls()], 3 * ["cancelled"])

    def test_a_command_that_reads(self):
        terminal = self.shell()
        terminal.type(self.LOOP.format(self.line("cat").decode()).encode() + b"\n")
        terminal.type(b"one\n")
        terminal.expect(b"one\r\none\r\n")
        terminal.type(CTRL_C)
        terminal.expect(b"PROMPT> ")
        self.assertNotIn(b"survived", terminal.seen)
        self.assertEqual(self.call()["error"], "killed: signal 2 (SIGINT)")


class CtrlZ(TerminalCase):
    """The user suspends."""

    def test_a_command_that_reads(self):
        terminal = self.shell()
        terminal.type(self.line("cat") + b"\n")
        terminal.type(b"one\n")
        terminal.expect(b"one\r\none\r\n")
        terminal.type(CTRL_Z)
        terminal.expect(b"Stopped")
        terminal.expect(b"PROMPT> ")
        self.assertEqual(self.call()["status"], "running")
        terminal.type(b"fg\n")
        terminal.expect(b" -- cat\r\n")
        terminal.type(b"two\n")
        terminal.expect(b"two\r\ntwo\r\n")
        terminal.type(CTRL_D)
        terminal.expect(b"PROMPT> ")
        self.assertEqual(self.call()["status"], "success")

    def test_in_the_background_it_stops_when_it_reads(self):
        terminal = self.shell()
        terminal.type(self.line("sh", "-c", "read line; echo got:$line") + b" &\n")
        end = time.monotonic() + 30
        while b"Stopped" not in terminal.seen and time.monotonic() < end:
            terminal.type(b"\n")  # a shell tells of its jobs at the next prompt
            terminal.read(0.5)
        terminal.expect(b"Stopped")
        terminal.type(b"fg\n")
        terminal.type(b"late\n")
        terminal.expect(b"got:late")
        terminal.expect(b"PROMPT> ")
        self.assertEqual(self.call()["status"], "success")


if __name__ == "__main__":
    runner.main()
