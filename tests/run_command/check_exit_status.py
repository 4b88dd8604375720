#!/usr/bin/env python3
"""fnstore-run: exit statuses, what is recorded of an end, and command lines that make no sense."""

import os
import signal

import runner


class ExitStatus(runner.RunCase):
    """The command's own end, passed on and recorded."""

    def ends(self, status, recorded, error, *command, **more):
        result = self.run_exec(*command, **more)
        self.assertEqual(result.returncode, status, result.stderr)
        call = self.call()
        self.assertEqual(call["status"], recorded)
        self.assertEqual(call.get("error", ""), error)
        return result

    def script(self, text, mode=0o755):
        path = self.folder / "script"
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def test_success(self):
        self.assertEqual(self.ends(0, "success", "", "true").stderr, b"")

    def test_own_statuses_pass_unchanged(self):
        for status in (1, 2, 3, 124, 125, 126, 127, 128, 200, 255):
            with self.subTest(status=status):
                result = self.run_exec("sh", "-c", f"exit {status}")
                self.assertEqual(result.returncode, status)
                self.assertEqual(self.calls()[0]["error"], f"bad_exit: status {status}")
                self.assertEqual(result.stderr, b"", "the command's own failure is not our news")

    def test_killed_by_a_signal(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGUSR1,
                       signal.SIGPIPE):
            with self.subTest(signal=number):
                result = self.run_exec("sh", "-c", f"ulimit -c 0; kill -{int(number)} $$")
                self.assertEqual(result.returncode, 128 + number)
                call = self.calls()[0]
                self.assertEqual(call["status"], "error")
                self.assertEqual(call["error"], f"killed: signal {int(number)} ({number.name})")

    def test_killed_by_a_signal_without_a_name(self):
        self.ends(128 + 40, "error", "killed: signal 40", "bash", "-c", "kill -40 $$")

    def test_not_found(self):
        result = self.ends(127, "error", "bad_exit: command not found: no-such-program",
                           "no-such-program")
        self.assertIn(b"command not found: no-such-program", result.stderr)

    def test_not_found_as_a_path(self):
        self.ends(127, "error", "bad_exit: command not found: ./no/such", "./no/such")

    def test_an_empty_name_is_not_found(self):
        self.ends(127, "error", "bad_exit: command not found: ", "")

    def test_a_name_that_is_no_text_is_recorded_harmlessly(self):
        self.ends(127, "error", "bad_exit: command not found: a?b?", b"a\x1bb\xff")

    def test_a_very_long_name(self):
        result = self.run_exec("n" * 100_000)
        self.assertEqual(result.returncode, 126)
        self.assertLess(len(self.call()["error"]), 400)

    def test_not_executable(self):
        path = self.script("#!/bin/sh\n", 0o644)
        self.ends(126, "error", f"bad_exit: not executable: {path}: Permission denied", path)

    def test_a_folder_is_not_executable(self):
        self.ends(126, "error",
                  f"bad_exit: not executable: {self.folder}: Permission denied", str(self.folder))

    def test_a_script_without_interpreter_line_is_not_given_to_a_shell(self):
        path = self.script(f"touch {self.folder}/ran\n")
        self.ends(126, "error", f"bad_exit: not executable: {path}: Exec format error", path)
        self.assertFalse((self.folder / "ran").exists())

    def test_a_script_whose_interpreter_is_missing(self):
        path = self.script("#!/no/such/interpreter\n")
        self.ends(126, "error",
                  f"bad_exit: not executable: {path}: its interpreter does not exist", path)

    def test_timeout(self):
        result = self.ends(124, "error", "timeout: after 1 s", "sleep", "20",
                           options=("--timeout", "1"))
        self.assertIn(b"timeout: after 1 s", result.stderr)

    def test_no_timeout_with_0(self):
        self.ends(0, "success", "", "sleep", "0.1", options=("--timeout", "0"))

    def test_arguments_reach_the_command_as_they_are(self):
        words = ["a b", "", "--", "-x", "$HOME", "*", "'", "\n", "--timeout", "ü"]
        result = self.run_exec("printf", "[%s]", *words)
        self.assertEqual(result.stdout.decode(), "".join(f"[{word}]" for word in words))


class Program(runner.RunCase):
    """Where a program is looked for."""

    def setUp(self):
        super().setUp()
        self.tool = self.folder / "bin" / "fnstore-test-tool"
        self.tool.parent.mkdir()
        self.tool.write_text("#!/bin/sh\necho found\n")
        self.tool.chmod(0o755)

    def test_along_the_path_of_its_own_environment(self):
        path = f"/no/such:{self.tool}:{self.tool.parent}:{os.environ['PATH']}"
        result = self.run_exec(self.tool.name, options=("--env", f"PATH={path}"))
        self.assertEqual(result.stdout, b"found\n", result.stderr)

    def test_an_empty_part_of_the_path_is_the_current_folder(self):
        result = self.run_exec(self.tool.name, options=("--env", "PATH=:/bin"),
                               cwd=self.tool.parent)
        self.assertEqual(result.stdout, b"found\n", result.stderr)

    def test_a_later_match_is_taken_when_an_earlier_is_not_executable(self):
        other = self.folder / "other"
        other.mkdir()
        (other / self.tool.name).write_text("not executable")
        result = self.run_exec(self.tool.name, options=("--env",
                                                        f"PATH={other}:{self.tool.parent}:/bin"))
        self.assertEqual(result.stdout, b"found\n", result.stderr)

    def test_relative_to_the_current_folder(self):
        result = self.run_exec("bin/" + self.tool.name, cwd=self.folder)
        self.assertEqual(result.stdout, b"found\n", result.stderr)


class Record(runner.RunCase):
    """The call as a whole."""

    def test_fields(self):
        self.run_exec("true", fn="über fn", options=("--app", "shop", "--timeout", "60",
                                                     "--memory", "4096"))
        call = self.call()
        self.assertEqual(call["fn_id"], "über fn")
        self.assertEqual(call["app_id"], "shop")
        self.assertEqual(call["type"], "sync")
        self.assertEqual(call["timeout"], 60)
        self.assertEqual(call["memory"], 4096)
        self.assertEqual(call["created_at"], call["started_at"])
        self.assertGreaterEqual(call["completed_at"], call["started_at"])
        self.assertNotIn("payload", call)
        self.assertNotIn("annotations", call, "arguments may hold secrets")

    def test_the_command_sees_itself_running(self):
        words = [runner.QUERY, "--db", str(self.db), "--format", "json", "list"]
        result = self.run_exec(*words)
        self.assertIn(b'"status":"running"', result.stdout.replace(b'": "', b'":"'))
        self.assertEqual(self.call()["status"], "success")


class Usage(runner.RunCase):
    """Nothing is run or created for a command line that makes no sense."""

    def refused(self, message, *words, status=2):
        result = runner.subprocess.run([runner.RUN, "--db", str(self.db), *words], check=False,
                                       capture_output=True, timeout=20)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertIn(message.encode(), result.stderr)
        self.assertEqual(result.stdout, b"")
        self.assertFalse((self.folder / "ran").exists())

    def test_command_lines(self):
        ran = ("--", "touch", str(self.folder / "ran"))
        for message, *words in (
                ("the commands are: exec",),
                ("unknown command 'sumbit'; did you mean submit?; the commands are: exec submit "
                 "detach worker", "sumbit", "f", *ran),
                ("nothing to run; write submit FN_ID -- CMD", "submit", "f"),
                ("nothing to run", "detach", "f", "--"),
                ("'-1' is not a whole number", "submit", "f", "--delay=-1", *ran),
                ("'3' is not a whole number from 0 to 2", "submit", "f", "--priority", "3", *ran),
                ("unknown option --delay", "detach", "f", "--delay", "3", *ran),
                ("unknown option --drain", "submit", "f", "--drain", *ran),
                ("worker runs what was submitted", "worker", *ran),
                ("worker takes options only, and 'f' is none", "worker", "f"),
                ("--key has no value", "submit", "f", "--key", "", *ran),
                ("--key= has no value", "submit", "f", "--key=", *ran),
                ("unknown option --bad", "submit", "f", "--bad", *ran),
                ("nothing to run", "submit", "f", "--"),
                ("'-1' is not a whole number", "detach", "f", "--placement-timeout", "-1", *ran),
                ("'-1' is not a whole number", "worker", "--patience", "-1"),
                ("--concurrency: 0 would run nothing", "worker", "--concurrency", "0"),
                ("'1025' is not a whole", "worker", "--concurrency", "1025"),
                ("nothing to run", "exec", "f"),
                ("nothing to run", "exec", "f", "--"),
                ("FN_ID", "exec", *ran),
                ("write -- before", "exec", "f", "true"),
                ("unknown option --bad", "exec", "f", "--bad", *ran),
                ("--timeout= has no value", "exec", "f", "--timeout=", *ran),
                ("'-1' is not a whole number", "exec", "f", "--timeout=-1", *ran),
                ("'1.5' is not a whole number", "exec", "f", "--timeout", "1.5", *ran),
                ("'x?' is not a whole number", "exec", "f", "--timeout", "x\x1b", *ran),
                ("'1000000001' is not a whole", "exec", "f", "--timeout", "1000000001", *ran),
                ("'99999999999999999999' is not", "exec", "f", "--memory", "99999999999999999999",
                 *ran)):
            with self.subTest(words=words):
                self.refused(message, *words)
        self.assertFalse(self.db.exists())

    def test_what_the_library_refuses(self):
        ran = ("--", "touch", str(self.folder / "ran"))
        for message, *words in (
                ("FNSTORE_CALL_ID is set by fnstore", "exec", "f", "--env", "FNSTORE_CALL_ID=x",
                 *ran),
                ('not an environment variable: ""', "exec", "f", "--env", "=x", *ran),
                ("Fn ID", "exec", "", *ran),
                ("FNSTORE_CALL_ID is set by fnstore", "submit", "f", "--env", "FNSTORE_CALL_ID=x",
                 *ran),
                ("--input /nonexistent/file: No such file", "submit", "f", "--input",
                 "/nonexistent/file", *ran),
                (f"--input {self.folder}: Is a directory: nothing was submitted", "submit", "f",
                 "--input", str(self.folder), *ran),
                ("control character", "submit", "a\nb", *ran),
                ("control character", "detach", "a\nb", *ran),
                ("not run", "exec", "a\nb", *ran)):
            with self.subTest(words=words):
                self.refused(message, *words)
        self.assertEqual(self.calls(), [])

    def test_without_a_store(self):
        environment = {key: value for key, value in os.environ.items() if key != "FNSTORE_DB"}
        result = runner.subprocess.run([runner.RUN, "exec", "f", "--", "true"], check=False,
                                       capture_output=True, env=environment, timeout=20)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"FNSTORE_DB", result.stderr)

    def test_the_environment_names_the_store(self):
        result = runner.subprocess.run([runner.RUN, "exec", "f", "--", "true"], check=False,
                                       env={**os.environ, "FNSTORE_DB": str(self.db)}, timeout=20)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(self.call()["status"], "success")

    def test_help_and_version(self):
        for words in (["--help"], ["exec", "--help"], ["submit", "--help"], ["detach", "--help"],
                      ["worker", "--help"], ["--version"]):
            with self.subTest(words=words):
                result = runner.subprocess.run([runner.RUN, *words], check=False,
                                               capture_output=True, timeout=20)
                self.assertEqual(result.returncode, 0)
                self.assertEqual(result.stderr, b"")
                self.assertIn(b"fnstore-run", result.stdout)

    def test_help_names_every_option(self):
        text = runner.subprocess.run([runner.RUN, "exec", "--help"], check=True,
                                     capture_output=True, timeout=20).stdout.decode()
        for word in ("--db", "--app", "--timeout", "--memory", "--env", "Examples:", "124", "125",
                     "126", "127"):
            self.assertIn(word, text)


if __name__ == "__main__":
    runner.main()
