#!/usr/bin/env python3
"""The biggest inputs, and those that never end: what fits comes back byte for byte, what does not
is refused before memory runs out. The last line is "N passed, N failed"."""

import base64
import json
import os
import resource
import subprocess

import query_testing
from query_testing import ENVIRONMENT, TOOL

CALL = {"id": "big", "fn_id": "f", "status": "success", "created_at": "2019-04-05T00:00:00.000Z"}
MOST = 64 << 20


def at_most(megabytes):
    """For preexec_fn: the process can have no more memory than that."""
    size = megabytes << 20
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))


class Limits(query_testing.QueryTest):
    def import_line(self, line, status=0):
        return self.run_tool("--db", "a.db", "import", data=line, status=status)

    def round_trip(self, suffix):
        first = self.run_tool("--db", "a.db", "export", "--format", suffix).stdout
        (self.folder / f"1.{suffix}").write_bytes(first)
        self.run_tool("--db", f"{suffix}.db", "import", f"1.{suffix}")
        again = self.run_tool("--db", f"{suffix}.db", "export", "--format", suffix).stdout
        self.assertTrue(again == first)

    def test_the_biggest_payload_and_log(self):
        data = os.urandom(1 << 20) * 64
        self.assertEqual(len(data), MOST)
        text = base64.b64encode(data).decode()
        call = {**CALL, "payload_base64": text, "log_base64": text}
        self.import_line(json.dumps(call).encode())
        self.assertTrue(self.run_tool("--db", "a.db", "log", "f", "big").stdout == data)
        self.round_trip("jsonl")
        self.round_trip("csv")

    def test_more_than_the_biggest(self):
        for name in ("payload", "log"):
            for key, text in ((name, "x" * (MOST + 1)),
                              (name + "_base64", base64.b64encode(bytes(MOST + 1)).decode())):
                with self.subTest(key=key):
                    line = json.dumps({**CALL, key: text}).encode()
                    error = self.import_line(line, status=1).stderr.decode()
                    self.assertIn("line 1: ", error)
                    self.assertEqual(error.count("\n"), 1)

    def test_texts_that_grow_in_json(self):
        """Control characters take six bytes in JSON, quotes two in JSON and CSV."""
        for text in ("\x01" * MOST, '"' * MOST, "\n" * MOST):
            with self.subTest(text=text[:1]):
                (self.folder / "a.db").unlink(missing_ok=True)
                self.import_line(json.dumps({**CALL, "log": text}).encode())
                got = self.run_tool("--db", "a.db", "log", "f", "big").stdout
                self.assertTrue(got == text.encode())
                self.round_trip("jsonl")
                self.round_trip("csv")
                for name in ("jsonl.db", "csv.db"):
                    (self.folder / name).unlink()

    def test_a_whole_call_in_escapes(self):
        """Six bytes a character in everything that has a limit of its own."""
        escaped = {"config": {"k": "\\u0001" * ((1 << 20) - 1)}}
        escaped["headers"] = {"k": ["\\u0001" * ((1 << 20) - 1)]}
        escaped["error"] = "\\u0001" * 65536
        line = json.dumps({**CALL, "status": "error", **escaped, "payload": "\\u0001" * MOST,
                           "log": "\\u0001" * MOST}).replace("\\\\u", "\\u")
        self.import_line(line.encode())
        self.round_trip("jsonl")

    def test_many_lines_take_little_memory(self):
        rows = "".join(json.dumps({**CALL, "id": f"{n:026}"}) + "\n" for n in range(200_000))
        self.run_tool("--db", "a.db", "import", data=rows.encode(), preexec_fn=at_most(600))
        info = json.loads(self.run_tool("--db", "a.db", "info").stdout)
        self.assertEqual(info["calls"], 200_000)
        self.run_tool("--db", "a.db", "export", "-o", "out", preexec_fn=at_most(600))

    def test_endless_lines_end(self):
        endless = {
            "letters": (b"", b"x", "starting with {", 1),
            "zeros": (b"", b"\0", "NUL", 1),
            "blanks": (b"", b" ", "too long", 20),
            "members": (b"{", b'"a":"b",', "too long", 20),
            "a string": (b'{"payload":"', b"x", "too long", 120),
            "escapes": (b'{"payload":"', b"\\n", "too long", 200),
            "long strings": (b"{", b'"a":"' + b"x" * (4 << 20) + b'",', "too long", 40),
        }
        for name, (first, unit, message, most) in endless.items():
            with self.subTest(name=name):
                block = unit * max(1, (1 << 20) // len(unit))
                self.endless(block, message, most, "jsonl", first)

    def test_endless_csv_ends(self):
        header = b"id,fn_id,status,log\n"
        for name, start in (("quoted", b'1,f,success,"'), ("bare", b"1,f,success,"),
                            ("cells", b"1,")):
            with self.subTest(name=name):
                block = b"," if name == "cells" else b"x\n" if name == "quoted" else b"x"
                message = "line 2: starts a row that is too long"
                self.endless(block * (1 << 19), message, 256, "csv", header + start)

    def endless(self, block, message, most, input_format, first):
        """Feeds the block for ever; the tool must stop after `most` MiB, with that message, in an
        address space that would not hold much more."""
        with subprocess.Popen(
                [TOOL, "--db", "a.db", "import", "--input-format", input_format],
                cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, bufsize=0,  # closing it then has nothing left to write
                preexec_fn=at_most(1024)) as process:
            fed = self.feed(process.stdin, first, block)
            error = process.stderr.read().decode()
            self.assertEqual(process.wait(timeout=60), 1, error)
            self.assertIn(message, error)
            self.assertLess(fed, (most + 2) << 20)

    def feed(self, pipe, first, block):
        """Writes until nobody reads any more; returns how much that was."""
        fed = 0
        try:
            pipe.write(first)
            while fed < 2 << 30:
                fed += pipe.write(block)
        except BrokenPipeError:
            pass
        return fed


if __name__ == "__main__":
    query_testing.main()
