"""What the checks of fnstore-query share: running it, in a pipe or on a terminal of its own, in a
fresh folder, and summing up as "N passed, N failed"."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from terminal import run_on_terminal

TOOL = pathlib.Path(os.environ["FNSTORE_TOOLS"]).resolve() / "fnstore-query"
SOURCE = pathlib.Path(__file__).resolve().parents[2]

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "xterm"}


class QueryTest(unittest.TestCase):
    """A test in a folder of its own."""

    maxDiff = 2000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fnstore-query-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_tool(self, *words, data=b"", status=0, environment=None, **options):
        """Runs it in a pipe, checks its exit status, returns what it printed."""
        done = subprocess.run(
            [TOOL, *words],
            cwd=self.folder,
            env={**ENVIRONMENT, **(environment or {})},
            input=data,
            capture_output=True,
            timeout=600,
            **options,
        )
        self.assertEqual(done.returncode, status, done.stderr[-2000:])
        return done

    def run_on_terminal(self, *words, columns=80, environment=None, stdout=None, stdin=None):
        """Runs it on a terminal of its own; returns its exit status and what the terminal got.
        `stdout` takes standard output away from the terminal."""
        words = [TOOL, *words]
        streams = {"stdin": stdin, "stdout": stdout}
        return run_on_terminal(words, columns=columns, cwd=self.folder, **streams,
                               env={**ENVIRONMENT, **(environment or {})})


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    # Of a test with several bad subtests, each is listed: it counts once.
    failed = len({getattr(test, "test_case", test) for test, _ in result.failures + result.errors})
    passed = result.testsRun - failed - len(result.skipped)
    print(f"{passed} passed, {failed + len(result.skipped)} failed")
    sys.exit(1 if failed or result.skipped or not passed else 0)
