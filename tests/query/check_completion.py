#!/usr/bin/env python3
"""The completion of bash, zsh and fish: what the tab key really types. The last line is
"N passed, N failed"."""

import json
import subprocess

import query_testing
from shell_line import ShellLine, bash_candidates, fish_candidates, is_there, script

# Each is found by its first letter. None may be taken apart, expanded or run by a shell.
AWKWARD = ["it's", "$(touch owned)", "`touch owned`", "m n", "*", "~", "q\"q", "semi;touch owned",
           "back\\slash", "x&y|z>w<v", "{1,2}", "!!", "#no", "ünïcode", "[ab]", "line?"]
PLAIN = ["app/resize", "resize", "rename", "red:green", "red:blue"]


class Completion(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        rows = [{"id": "1", "fn_id": name, "status": "success"}
                for name in [*AWKWARD, *PLAIN, "-dash", "right\u202eleft"]]
        rows += [{"id": id, "fn_id": "rename", "status": "success"} for id in "23"]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        self.run_tool("--db", "a.db", "import", data=text.encode())

    def shell(self, name, installed=False):
        line = ShellLine(name, self.folder, installed)
        self.addCleanup(line.close)
        return line

    def test_the_scripts_are_sound(self):
        for shell in ("bash", "zsh", "fish"):
            for program in ("fnstore-query", "fnstore-run"):
                text = script(program, shell)
                if is_there(shell):
                    done = subprocess.run([shell, "-n", "/dev/stdin"], input=text.encode(),
                                          capture_output=True, timeout=60, check=False)
                    self.assertEqual((done.returncode, done.stderr), (0, b""), shell)

    def test_bash_offers_what_fits(self):
        for line, offered in (
                ("fnstore-query li", ["list"]),
                ("fnstore-query list --st", ["--status"]),
                ("fnstore-query list --status ", ["delayed", "queued", "running", "success",
                                                  "error", "cancelled"]),
                ("fnstore-query list --status=e", ["error"]),
                ("fnstore-query --format js", ["json", "jsonl"]),
                ("fnstore-query import --on-conflict s", ["skip"]),
                ("fnstore-query --db a", ["a.db"]),
                ("fnstore-query import a", ["a.db"]),
                ("fnstore-query completion ", ["bash", "zsh", "fish"]),
                ("fnstore-query --db a.db list res", ["resize"]),
                ("fnstore-query list --db=a.db res", ["resize"]),
                ("fnstore-query --db a.db list --from 1h res", ["resize"]),
                ("fnstore-query --db a.db list red:", ["blue", "green"]),
                ("fnstore-query --db a.db get resize r", []),
                ("fnstore-query --db a.db get resize ", ["1"]),
                ("fnstore-query --db a.db get rename ", ["3", "2", "1"]),
                ("fnstore-query --db a.db get rename 2", ["2"]),
                ("fnstore-query --db a.db log --color never it\\'s ", ["1"]),
                ("fnstore-query --db a.db get none ", []),
                ("fnstore-query --db a.db list -- -", ["-dash"]),
                ("fnstore-query --db a.db get ri", []),
                ("fnstore-query list --from ", [])):
            self.assertEqual(bash_candidates(self.folder, line), offered, line)
        for line, offered in (
                ("fnstore-run s", ["submit"]), ("fnstore-run --db a.db exec rena", ["rename"]),
                ("fnstore-run submit f --priority ", ["0", "1", "2"]),
                ("fnstore-run exec f -- fnstore-q", ["fnstore-query"]),
                ("fnstore-run exec f -- cat a.d", ["a.db"])):
            self.assertEqual(bash_candidates(self.folder, line, "fnstore-run"), offered, line)

    def test_a_failure_says_nothing(self):
        (self.folder / "broken.db").write_text("no store at all" * 500)
        for words in ("", "--db missing.db ", "--db broken.db ", "--db postgresql://x ",
                      "--db . "):
            self.assertEqual(bash_candidates(self.folder, f"fnstore-query {words}list r"), [])
        self.assertFalse((self.folder / "missing.db").exists())
        done = self.run_tool("--db", "missing.db", "completion", "--fn-ids=", status=1)
        self.assertEqual((done.stdout, done.stderr), (b"", b""))

    def test_ids_have_a_prefix_and_a_limit(self):
        ask = lambda *words: self.run_tool("--db", "a.db", "completion", *words).stdout.decode()
        self.assertEqual(ask("--fn-ids=red:"), "red:blue\nred:green\n")
        self.assertEqual(ask("--fn-ids", "r", "--limit", "2"), "red:blue\nred:green\n")
        self.assertEqual(len(ask("--fn-ids=").splitlines()), len(AWKWARD) + len(PLAIN) + 1)

    def try_keys(self, shell):
        """Real keys on a real terminal, and the words that come out of it."""
        line = self.shell(shell)
        self.assertEqual(line.words("fnstore-query li\t"), ["fnstore-query", "list"])
        self.assertEqual(line.words("fnstore-query list --stat\terr\t"),
                         ["fnstore-query", "list", "--status=error"] if shell == "zsh" else
                         ["fnstore-query", "list", "--status", "error"])
        for name in [*AWKWARD, "resize", "app/resize"]:
            first = name[:3] if name in PLAIN else "\\" + name[0]
            words = line.words(f"fnstore-query --db a.db list {first}\t")
            self.assertEqual(words, ["fnstore-query", "--db", "a.db", "list", name], shell)
        self.assertEqual(line.words("fnstore-query --db a.db list red:g\t")[-1], "red:green")
        self.assertEqual(line.words("fnstore-run --db a.db exec resi\t")[-1], "resize")
        self.assertEqual(line.words("fnstore-query --db a.d\t")[-1], "a.db")
        self.assertEqual(line.words("fnstore-query --db a.db get m\\ n \t")[-2:], ["m n", "1"])
        self.assertEqual(line.words("fnstore-query --db a.db log 'it'\\''s' \t")[-1],
                         "1" if shell == "zsh" else "it's")
        self.assertFalse((self.folder / "owned").exists())
        return line

    def test_the_tab_key_in_bash(self):
        line = self.try_keys("bash")
        for typed, name in (("'it", None), ('"m ', "m n"), ("'m ", "m n"), ("'back", None)):
            closed = "" if name else typed[0]
            words = line.words(f"fnstore-query --db a.db list {typed}\t{closed}")
            self.assertEqual(words[-1], name or typed[1:])

    def test_the_tab_key_in_zsh(self):
        if is_there("zsh"):
            self.try_keys("zsh")

    def test_zsh_finds_what_is_installed(self):
        if is_there("zsh"):
            line = self.shell("zsh", installed=True)
            self.assertEqual(line.words("fnstore-query li\t"), ["fnstore-query", "list"])
            self.assertEqual(line.words("fnstore-query --db a.db list resi\t")[-1], "resize")
            self.assertEqual(line.words("fnstore-run wor\t"), ["fnstore-run", "worker"])

    def test_fish_offers_what_fits(self):
        if not is_there("fish"):
            return
        for line, offered in (
                ("fnstore-query li", ["list\tList calls, newest first, one page or all"]),
                ("fnstore-query list --status e", ["error\tOnly calls in this state. May be given "
                                                   "several times"]),
                ("fnstore-query --db a.db list resi", ["resize\tfunction"]),
                ("fnstore-query --db a.db list --from 1h resi", ["resize\tfunction"]),
                ("fnstore-query --db missing.db list r", []),
                ("fnstore-query --db a.db get rename ", ["3\tcall", "2\tcall", "1\tcall"]),
                ("fnstore-query --db a.db get m\\ n ", ["1\tcall"]),
                ("fnstore-query --db a.db list m\\ ", ["m n\tfunction"])):
            self.assertEqual(fish_candidates(self.folder, line), offered, line)
        self.assertEqual(fish_candidates(self.folder, "fnstore-run --db a.db exec resi",
                                         "fnstore-run"), ["resize\tfunction"])


if __name__ == "__main__":
    query_testing.main()
