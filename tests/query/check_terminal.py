#!/usr/bin/env python3
"""What a person sees on a terminal and a script must never see: progress, colours, hints, data
made harmless. The last line is "N passed, N failed"."""

import json
import re
import subprocess

import query_testing

ESCAPE = b"\x1b"
# Colours, and lines of progress.
OURS = re.compile("\x1b\\[[0-9;]*m|\r[^\r\n]*\x1b\\[K|\x1b\\[K")


class OnATerminal(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        rows = [{"id": f"c{n:05}", "fn_id": "f", "status": "error", "error": "lost",
                 "created_at": "2019-04-05T00:00:00Z"} for n in range(1, 301)]
        rows.append({"id": "evil", "fn_id": "evil", "status": "error",
                     "error": "\x1b]0;owned\x07\u009b31m\x7f\u202e\u265b",
                     "payload": "\u265b\x1b[2J", "app_id": "\u00e4",
                     "log": "a\x1b[31mb\n\tc\r\nd\re",
                     "created_at": "2019-04-05T00:00:00Z"})
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (self.folder / "calls.jsonl").write_text(text)
        self.run_tool("--db", "a.db", "import", "calls.jsonl")

    def test_import_shows_progress_and_a_pipe_sees_none(self):
        status, seen = self.run_on_terminal("--db", "b.db", "import", "calls.jsonl")
        self.assertEqual(status, 0)
        for part in (b"import [", b"%", b"/s", b" left", b"import: 301 calls in "):
            self.assertIn(part, seen)
        self.assertIn(b'{"imported":301,"skipped":0}', seen)
        done = self.run_tool("--db", "c.db", "import", "calls.jsonl")
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.stdout, b'{"imported":301,"skipped":0}\n')

    def test_progress_without_a_size_has_a_rate_only(self):
        with subprocess.Popen(["cat", "calls.jsonl"], cwd=self.folder,
                              stdout=subprocess.PIPE) as cat:
            status, seen = self.run_on_terminal("--db", "b.db", "import", stdin=cat.stdout)
        self.assertEqual(status, 0)
        self.assertIn(b"calls  ", seen)
        self.assertNotIn(b" left", seen)

    def test_export_shows_progress_beside_its_data(self):
        with open(self.folder / "out", "wb") as out:
            status, seen = self.run_on_terminal("--db", "a.db", "export", stdout=out)
        self.assertEqual(status, 0)
        for part in (b"export [", b"%", b" left", b"export: 301 calls in "):
            self.assertIn(part, seen)
        lines = (self.folder / "out").read_bytes().splitlines()
        self.assertEqual(len(lines), 301)
        self.assertNotIn(b"export [", b"".join(lines))
        self.assertEqual(self.run_tool("--db", "a.db", "export").stderr, b"")

    def test_progress_fits_a_narrow_terminal(self):
        status, seen = self.run_on_terminal("--db", "b.db", "import", "calls.jsonl", columns=40)
        self.assertEqual(status, 0)
        for drawn in seen.split(b"\r"):
            if b"/s" in drawn and b"left" in drawn:
                self.assertLess(len(drawn.split(b"\x1b")[0]), 40)

    def test_an_error_starts_on_a_clean_line(self):
        (self.folder / "bad.jsonl").write_text("{}\n")
        status, seen = self.run_on_terminal("--db", "b.db", "import", "bad.jsonl")
        self.assertEqual(status, 1)
        self.assertRegex(seen, rb"\n(\r\x1b\[K)?fnstore-query: line 1: Missing call ID\r\n")

    def test_a_table_with_colours_is_the_default(self):
        status, seen = self.run_on_terminal("--db", "a.db", "list", "f", "--per-page", "2")
        self.assertEqual(status, 0)
        self.assertIn(b"\x1b[1mID\x1b[0m", seen)
        self.assertIn(b"\x1b[31merror\x1b[0m", seen)
        self.assertIn(b"\x1b[2mnext page: fnstore-query --db a.db list f --per-page 2", seen)

    def test_colours_can_be_refused(self):
        for words, environment in ((["--color", "never"], {}), ([], {"NO_COLOR": "1"}),
                                   ([], {"TERM": "dumb"})):
            status, seen = self.run_on_terminal(*words, "--db", "a.db", "list", "f",
                                                environment=environment)
            self.assertEqual(status, 0)
            self.assertNotIn(ESCAPE, seen)
            self.assertIn(b"error", seen)

    def test_the_terminal_knows_its_width(self):
        for columns in (40, 80, 200):
            _, seen = self.run_on_terminal("--db", "a.db", "list", "--color", "never",
                                           columns=columns)
            rows = [row for row in seen.decode().split("\r\n") if row.startswith(("c", "e", "ID"))]
            self.assertEqual(len(rows), 31)
            self.assertLessEqual(max(map(len, rows)), columns)
        _, seen = self.run_on_terminal("--db", "a.db", "list", columns=200,
                                       environment={"COLUMNS": "30"})
        self.assertIn(b"no room for: ", seen)

    def test_other_formats_hint_at_the_next_page(self):
        for name in ("jsonl", "csv"):
            _, seen = self.run_on_terminal("--db", "a.db", "list", "f", "--format", name,
                                           "--per-page", "1")
            self.assertIn(b"next page: fnstore-query", seen)
            done = self.run_tool("--db", "a.db", "list", "f", "--format", name, "--per-page", "1")
            self.assertEqual(done.stderr, b"")

    def test_nothing_in_the_data_drives_the_terminal(self):
        """Whatever the format, the locale and the outcome: only colours and progress move it."""
        words = [["log", "evil", "evil"], ["export", "evil"], ["list", "evil", "--all"],
                 ["export", "evil", "--format", "csv"], ["cancel", "evil", "evil"],
                 ["get", "evil", "\x1b[31m\u009b"], ["\x1b[2J"],
                 ["list", "--app", "\x1b[31m", "--cursor", "\x1b"],
                 ["list", "--\x1b[2J"], ["import", "\x1b[2J"]]
        for name in ("table", "json", "jsonl", "csv"):
            words += [["list", "evil", "--format", name], ["get", "evil", "evil", "--format", name],
                      ["info", "--format", name], ["import", "bad.jsonl", "--format", name]]
        (self.folder / "bad.jsonl").write_text('{"id":"\x9b2J\u2028","fn_id":"f"\x1b}\n')
        for locale in ("C.UTF-8", "C"):
            for each in words:
                with self.subTest(locale=locale, words=each):
                    _, seen = self.run_on_terminal("--db", "a.db", *each,
                                                   environment={"LC_ALL": locale})
                    text = OURS.sub("", seen.decode())
                    self.assertIsNone(re.search("[^\\S\r\n\t ]|[\x00-\x08\x0e-\x1f\x7f-\x9f\u202e]",
                                                text), seen)
                    self.assertTrue(locale != "C" or text.isascii(), text)

    def test_json_on_a_terminal_means_the_same(self):
        _, seen = self.run_on_terminal("--db", "a.db", "list", "evil", "--format", "json")
        plain = self.run_tool("--db", "a.db", "list", "evil").stdout
        self.assertEqual(json.loads(seen), json.loads(plain))
        self.assertNotEqual(seen.strip(), plain.strip())

    def test_a_log_in_a_pipe_is_untouched(self):
        _, seen = self.run_on_terminal("--db", "a.db", "log", "evil", "evil")
        self.assertEqual(seen.replace(b"\r\n", b"\n"), b"a\\x1b[31mb\n\tc\r\nd\\x0de")
        raw = self.run_tool("--db", "a.db", "log", "evil", "evil").stdout
        self.assertEqual(raw, b"a\x1b[31mb\n\tc\r\nd\re")


if __name__ == "__main__":
    query_testing.main()
