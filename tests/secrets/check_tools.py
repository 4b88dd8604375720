#!/usr/bin/env python3
"""Plants secrets in all that the two tools are given, and looks for them in all that they leave: a
store's files, their output, and the arguments of every process they start."""

import base64
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

TOOLS = pathlib.Path(os.environ["FNSTORE_TOOLS"])
RUN = str(TOOLS / "fnstore-run")
QUERY = str(TOOLS / "fnstore-query")
SECRET = "q7Zt9xW2mK4vB8nR"
SECONDS = 200  # a process may be halted for a while

# Its payload cannot be compressed, so that the texts beside it would stand in the file as they are.
CALL = {
    "id": "one", "fn_id": "f", "status": "success",
    "payload_base64": base64.b64encode(random.Random(7).randbytes(4096)).decode(),
    "headers": {"Authorization": [f"Bearer {SECRET}"], "cookie": [SECRET], "Accept": ["text"]},
    "config": {"DB_PASSWORD": SECRET, "REGION": "north"},
    "annotations": {"api-key": SECRET, "fnstore.environment": [f"GITHUB_TOKEN={SECRET}", "HOME"]},
}


class Secrets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="fnstore-secrets-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.db = str(self.folder / "history.db")
        self.said = b""

    def tool(self, program, *words, stdin=b"", status=0, **environment):
        done = subprocess.run([program, "--db", self.db, *words], input=stdin, check=False,
                              capture_output=True, timeout=SECONDS,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, status, msg=done.stderr)
        self.said += done.stdout + done.stderr
        return done.stdout

    def files(self):
        """What stands in every file, while no process has the store open."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.iterdir()))

    def assert_nowhere(self):
        self.assertNotIn(SECRET.encode(), self.said)
        self.assertNotIn(SECRET.encode(), self.files())

    def test_imported_calls(self):
        self.tool(QUERY, "import", "-", stdin=json.dumps(CALL).encode())
        for words in (("get", "f", "one"), ("export",), ("list", "--format", "table"),
                      ("sql", "SELECT * FROM calls")):
            self.tool(QUERY, *words)
        self.assert_nowhere()
        found = json.loads(self.tool(QUERY, "get", "f", "one"))
        self.assertEqual(found["headers"], {"Authorization": ["[redacted]"],
                                            "cookie": ["[redacted]"], "Accept": ["text"]})
        self.assertEqual(found["config"], {"DB_PASSWORD": "[redacted]", "REGION": "north"})

    def test_what_is_exported_comes_back_the_same(self):
        self.tool(QUERY, "import", "-", stdin=json.dumps(CALL).encode())
        exported = self.tool(QUERY, "export")
        self.db = str(self.folder / "second.db")
        self.tool(QUERY, "import", "-", stdin=exported)
        self.assertEqual(self.tool(QUERY, "export"), exported)

    def test_a_line_that_cannot_be_imported(self):
        broken = {**CALL, "config": {"DB_PASSWORD": {"value": SECRET}}}
        self.tool(QUERY, "import", "-", stdin=json.dumps(broken).encode(), status=1)
        self.tool(QUERY, "import", "-", stdin=json.dumps(CALL).encode()[:-20], status=1)
        self.assert_nowhere()

    def test_a_command_that_is_queued(self):
        self.tool(RUN, "submit", "f", "--env", f"API_TOKEN={SECRET}", "--", "true", status=2)
        self.tool(RUN, "submit", "f", "--env", "API_TOKEN", "--", "sh", "-c",
                  'test -n "$API_TOKEN"', API_TOKEN=SECRET)
        self.tool(RUN, "worker", "--drain", API_TOKEN=SECRET)
        listed = json.loads(self.tool(QUERY, "list", "f"))["items"]
        self.assertEqual([call["status"] for call in listed], ["success"])  # the value came through
        self.assert_nowhere()

    def test_arguments_of_processes(self):
        sleeper = 'test -n "$API_TOKEN" && sleep 3'
        with subprocess.Popen([RUN, "--db", self.db, "exec", "f", "--env", "API_TOKEN", "--", "sh",
                               "-c", sleeper], env={**os.environ, "API_TOKEN": SECRET}) as running:
            seen = 0
            while running.poll() is None and seen < 40:
                for place in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        arguments = place.read_bytes()
                    except OSError:
                        continue  # it has ended
                    seen += sleeper.encode() in arguments
                    self.assertNotIn(SECRET.encode(), arguments)
                time.sleep(0.02)
            running.wait(SECONDS)
        self.assertGreater(seen, 0)
        self.assertEqual(running.returncode, 0)
        self.assert_nowhere()

    def test_a_detached_command(self):
        call_id = self.tool(RUN, "detach", "f", "--env", f"API_TOKEN={SECRET}", "--", "true")
        for _ in range(SECONDS * 10):
            found = json.loads(self.tool(QUERY, "get", "f", call_id.decode().strip()))
            if found["status"] != "running" and not pathlib.Path(self.db + "-lock").exists():
                break
            time.sleep(0.1)
        self.assert_nowhere()

    def test_control_without_the_rule_they_are_found(self):
        self.tool(QUERY, "import", "-", stdin=json.dumps(CALL).encode(), FNSTORE_REDACT="")
        self.tool(QUERY, "get", "f", "one")
        self.assertIn(SECRET.encode(), self.said)
        self.assertIn(SECRET.encode(), self.files())

    def test_a_rule_of_ones_own(self):
        self.tool(QUERY, "import", "-", stdin=json.dumps(CALL).encode(), FNSTORE_REDACT="reg*")
        found = json.loads(self.tool(QUERY, "get", "f", "one"))
        self.assertEqual(found["config"], {"DB_PASSWORD": SECRET, "REGION": "[redacted]"})


def main():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Secrets)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
