"""A terminal of one's own to run a program on."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time


def run_on_terminal(words, columns=80, seconds=120, **options):
    """Runs it on a terminal of that width; returns its exit status and what the terminal got.
    `options` are those of Popen; with stdin or stdout it has that instead of the terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    streams = {name: options.pop(name, None) or theirs for name in ("stdin", "stdout", "stderr")}
    process = subprocess.Popen(words, close_fds=True, **streams, **options)
    os.close(theirs)
    try:
        seen = read_terminal(ours, seconds)
    finally:
        os.close(ours)
    return process.wait(timeout=60), seen


def read_terminal(descriptor, seconds):
    """Everything until the other side is closed."""
    seen = b""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([descriptor], [], [], 1)
        if not ready:
            continue
        try:
            data = os.read(descriptor, 65536)
        except OSError:  # what Linux gives when nobody has the terminal open any more
            return seen
        if not data:
            return seen
        seen += data
    raise TimeoutError(f"the terminal was still open after {seconds} s")
