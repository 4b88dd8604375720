"""Golden transcripts: a file of shell commands with what each must print.

A line starts with two characters that say what it is:

    #     a remark
    $     a command, run by sh in a folder of its own that the whole transcript shares
    >     the next line of that command (a here-document, mostly)
    |     a line of its standard output;  ~ the same, when the output ends without a newline
    !     a line of its standard error
    =     its exit status, when that is not 0
    %     PATTERN => TEXT: what cannot be the same twice is replaced before it is compared

The folder's own path is replaced by FOLDER. Bytes that a text file should not hold are written as
the hexadecimal number in angle brackets: the escape character is U+27E8 1b U+27E9.
"""

import os
import re
import subprocess
import tempfile

OPEN, CLOSE = "\u27e8", "\u27e9"


class Step:
    """A command with its expected lines, and the lines that stand before it."""

    def __init__(self, number, before, command):
        self.number = number
        self.before = before
        self.command = command
        self.expected = []


class Transcript:
    def __init__(self, path):
        self.path = path
        self.steps = []
        self.patterns = []
        self.after = []
        self._parse()

    def _parse(self):
        before = []
        with open(self.path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for number, line in enumerate(lines[:-1], 1):
            kind = line[:1]
            if kind == "$":
                self.steps.append(Step(number, before, [line]))
                before = []
            elif kind == ">" and self.steps:
                self.steps[-1].command.append(line)
            elif kind and kind in "|~!=" and self.steps:
                self.steps[-1].expected.append(line)
            elif kind == "%":
                pattern, text = line[2:].split(" => ", 1)
                self.patterns.append((re.compile(pattern), text))
                before.append(line)
            elif kind in ("", "#"):
                before.append(line)
            else:
                raise ValueError(f"{self.path}:{number}: what is this line? {line!r}")
        self.after = before

    def run(self, tools):
        """Yields each step with the lines its command really gave."""
        with tempfile.TemporaryDirectory(prefix="fnstore-transcript-") as folder:
            environment = {
                "PATH": tools + os.pathsep + "/usr/bin:/bin",
                "HOME": folder,
                "TZ": "UTC",
                "LC_ALL": "C.UTF-8",
                "COLUMNS": "80",
                "TERM": "xterm",
            }
            for step in self.steps:
                script = "\n".join(line[2:] for line in step.command) + "\n"
                done = subprocess.run(
                    ["sh", "-c", script],
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=120,
                )
                yield step, self._lines(done, os.path.realpath(folder))

    def _lines(self, done, folder):
        lines = []
        out = self._readable(done.stdout, folder)
        if out:
            whole = out.endswith("\n")
            parts = out[:-1].split("\n") if whole else out.split("\n")
            lines += [("| " + part).rstrip(" ") for part in parts]
            if not whole:
                lines[-1] = "~ " + parts[-1]
        error = self._readable(done.stderr, folder)
        if error:
            lines += [("! " + part).rstrip(" ") for part in error.rstrip("\n").split("\n")]
        if done.returncode != 0:
            lines.append(f"= {done.returncode}")
        return lines

    def _readable(self, data, folder):
        text = data.decode("utf-8", "surrogateescape").replace(folder, "FOLDER")
        for pattern, replacement in self.patterns:
            text = pattern.sub(replacement, text)

        def escape(match):
            character = ord(match.group())
            number = character - 0xDC00 if 0xDC80 <= character <= 0xDCFF else character
            return f"{OPEN}{number:02x}{CLOSE}"

        return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\udc80-\udcff]", escape, text)

    def write(self, results):
        lines = []
        for step, actual in results:
            lines += step.before + step.command + actual
        lines += self.after
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
