#!/usr/bin/env python3
"""tools/quickstart, on tools that are built already: shows every step, and notices a wrong one."""

import os
import pathlib
import shutil
import subprocess

import runner

QUICKSTART = str(pathlib.Path(os.environ["FNSTORE_SOURCE"]) / "tools" / "quickstart")


class Quickstart(runner.RunCase):
    """As a stranger starts it, without a terminal."""

    def start(self, build_dir, db):
        words = [QUICKSTART, "--no-build", "--build-dir", str(build_dir), "--db", str(db)]
        environment = {name: value for name, value in os.environ.items() if name != "TERM"}
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=300, text=True, env=environment)

    def copy_of_the_tools(self, broken, script):
        """A build folder in which a script stands in for one of the tools."""
        tools = self.folder / "build" / "tools"
        tools.mkdir(parents=True)
        for tool in ("fnstore-run", "fnstore-query"):
            (tools / tool).symlink_to(runner.TOOLS / tool)
        (tools / broken).unlink()
        (tools / broken).write_text(f"#!/bin/sh\nreal={shutil.which(broken, path=runner.TOOLS)}\n"
                                    + script)
        (tools / broken).chmod(0o755)
        return tools.parent

    def test_every_step_is_shown(self):
        db = self.folder / "a folder"
        db.mkdir()
        result = self.start(runner.TOOLS.parent, db / "history.db")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(result.stderr, "")
        for text in ("\n1. Run commands", "\n2. What ran?", "\n3. Page by page",
                     "\n4. What went wrong?", "\n5. One call", "\n6. And what it said",
                     "\n7. All of it", "What next?", "  HELLO\n", "bad_exit: status 3",
                     "timeout: after 1 s", "disk is not mounted", "a\\ folder/history.db"):
            self.assertIn(text, result.stdout)
        self.assertTrue((db / "history.db").exists())
        self.assertNotIn("\x1b", result.stdout)

    def test_a_file_that_exists_is_not_touched(self):
        path = self.folder / "there"
        path.write_text("mine")
        result = self.start(runner.TOOLS.parent, path)
        self.assertEqual(result.returncode, 2)
        self.assertEqual(path.read_text(), "mine")

    def test_a_wrong_answer_stops_it(self):
        build = self.copy_of_the_tools(
            "fnstore-query", '"$real" "$@" | sed "s/timeout: after 1 s/all is well/"\n')
        result = self.start(build, self.folder / "history.db")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("this is not what it should be: the list has: timeout", result.stderr)
        self.assertNotIn("What next?", result.stdout)

    def test_a_wrong_exit_status_stops_it(self):
        build = self.copy_of_the_tools("fnstore-run", '"$real" "$@" || exit 1\n')
        result = self.start(build, self.folder / "history.db")
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("exit status 1 is 3", result.stderr)


if __name__ == "__main__":
    runner.main()
