#!/usr/bin/env python3
"""`fnstore-run submit` and `worker --drain`: what is queued, in which order it runs, what stays."""

import json
import subprocess

import runner


class Submit(runner.RunCase):
    """What a submission records."""

    def test_a_call_waits(self):
        call_id = self.submit("echo", "two words", fn="f", options=(
            "--app", "shop", "--timeout", "7", "--memory", "64", "--priority", "1",
            "--env", "STAGE=test"))
        call = self.call()
        self.assertEqual(call["id"], call_id)
        self.assertEqual((call["type"], call["status"], call["app_id"]),
                         ("async", "queued", "shop"))
        self.assertEqual((call["timeout"], call["memory"], call["priority"]), (7, 64, 1))
        self.assertEqual(call["annotations"], {"fnstore.argv": ["echo", "two words"],
                                               "fnstore.environment": ["STAGE=test"]})

    def test_a_delayed_call_is_not_run(self):
        self.submit("touch", str(self.folder / "ran"), options=("--delay", "3600"))
        self.drain()
        self.assertEqual(self.call()["status"], "delayed")
        self.assertFalse((self.folder / "ran").exists())

    def test_a_key_submits_once(self):
        first = self.submit("true", options=("--key", "once"))
        self.assertEqual(self.submit("true", options=("--key", "once")), first)
        self.assertEqual(len(self.calls()), 1)

    def test_an_id_that_cannot_be_printed(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([runner.RUN, "--db", str(self.db), "submit", "f", "--", "true"],
                                    check=False, stdin=subprocess.DEVNULL, stdout=full,
                                    stderr=subprocess.PIPE, timeout=30)
        self.assertEqual(result.returncode, 125)
        self.assertIn(f"call {self.call()['id']} was recorded".encode(), result.stderr)

    def test_an_input_that_is_too_long(self):
        with open(self.folder / "input", "wb") as file:
            file.truncate((64 << 20) + 1)
        result = subprocess.run([runner.RUN, "--db", str(self.db), "submit", "f", "--input",
                                 str(self.folder / "input"), "--", "true"], check=False,
                                capture_output=True, timeout=60)
        self.assertEqual((result.returncode, result.stdout), (2, b""))
        self.assertIn(b"64 MiB: nothing was submitted", result.stderr)
        self.assertFalse(self.db.exists())

    def test_input(self):
        (self.folder / "input").write_bytes(b"from a file\x00")
        copy = str(self.folder / "copy")
        self.submit("cp", "/dev/stdin", copy, options=("--input", str(self.folder / "input")))
        self.drain()
        self.assertEqual((self.folder / "copy").read_bytes(), b"from a file\x00")
        with open(self.folder / "input", "rb") as file:
            self.submit("tee", copy + "2", options=("--input", "-"), stdin=file)
        self.submit("sh", "-c", f"wc -c > {copy}3")
        self.drain()
        self.assertEqual((self.folder / "copy2").read_bytes(), b"from a file\x00")
        self.assertEqual((self.folder / "copy3").read_text().strip(), "0")


class Drained(runner.RunCase):
    """What a worker does with what was submitted."""

    def test_every_end_is_recorded(self):
        calls = {
            self.submit("sh", "-c", "echo said >&2; exit 0"): ("success", None),
            self.submit("sh", "-c", "exit 3"): ("error", "bad_exit: status 3"),
            self.submit("sh", "-c", "kill -9 $$"): ("error", "killed: signal 9 (SIGKILL)"),
            self.submit("sleep", "60", options=("--timeout", "1")):
                ("error", "timeout: after 1 s"),
            self.submit("/nonexistent/program"):
                ("error", "bad_exit: command not found: /nonexistent/program"),
        }
        self.drain("--concurrency", "5")
        for call_id, (status, error) in calls.items():
            call = self.get(call_id)
            self.assertEqual((call["status"], call.get("error")), (status, error))
            self.assertIn("started_at", call)
            self.assertIn("completed_at", call)
        first = next(iter(calls))
        self.assertEqual(self.query("log", "f", first), b"said\n")
        self.assertIn("cpu_total", self.get(first)["stats"][-1]["metrics"])

    def test_priority_then_order(self):
        order = self.folder / "order"
        for name, priority in ("d", 0), ("b", 1), ("a", 2), ("e", 0), ("c", 1):
            self.submit("sh", "-c", f"printf {name} >> {order}",
                        options=("--priority", str(priority)))
        self.drain("--concurrency", "1")
        self.assertEqual(order.read_text(), "abcde")

    def test_environment(self):
        seen = self.folder / "seen"
        call_id = self.submit("sh", "-c", f"env > {seen}", fn="shown",
                              options=("--timeout", "60", "--env", "STAGE=test"))
        self.drain()
        variables = dict(line.split("=", 1) for line in seen.read_text().splitlines())
        self.assertEqual(variables["FNSTORE_CALL_ID"], call_id)
        self.assertEqual(variables["FNSTORE_FN_ID"], "shown")
        self.assertEqual(variables["FNSTORE_ATTEMPT"], "1")
        self.assertEqual(variables["STAGE"], "test")
        self.assertRegex(variables["FNSTORE_DEADLINE"], r"^20\d\d-.*\.\d{3}Z$")
        self.assertNotIn("FNSTORE_TOOLS", variables)

    def test_retry(self):
        marker = self.folder / "marker"
        failed = self.submit("sh", "-c", f"test -e {marker}", options=("--priority", "2"))
        self.drain()
        self.assertEqual(self.get(failed)["error"], "bad_exit: status 1")
        marker.touch()
        again = json.loads(self.query("retry", "f", failed))
        self.assertEqual(again["annotations"]["fnstore.retry_of"], failed)
        self.drain()
        self.assertEqual(self.get(again["id"])["status"], "success")
        self.assertEqual(self.get(failed)["status"], "error")

    def test_two_workers_run_every_call_once(self):
        lines = self.folder / "lines"
        words = [runner.RUN, "--db", str(self.db), "submit", "f", "--", "sh", "-c"]
        submitters = [subprocess.Popen(
            ["sh", "-c", f"for i in $(seq 50); do {' '.join(words)} \"echo {lane}.$i >> {lines}\" "
             "|| exit 1; done"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            for lane in range(4)]
        workers = [self.start_worker("--concurrency", "2") for _ in range(2)]
        for submitter in submitters:
            self.assertEqual(submitter.wait(60), 0)
        self.drain("--concurrency", "2")
        for worker in workers:
            worker.terminate()
            self.assertEqual(worker.wait(30), 0)
        ran = lines.read_text().split()
        self.assertEqual(len(ran), 200)
        self.assertEqual(len(set(ran)), 200)


if __name__ == "__main__":
    runner.main()
