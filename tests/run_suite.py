#!/usr/bin/env python3
"""Runs the test programs of a build folder and counts the test cases in all of them.

The last line is "N passed, N failed". A program that crashes, times out, skips itself or holds no
test case counts as a failure, and so does a program that never came to run. The whole output of
a program that failed is printed.
"""

import argparse
import json
import pathlib
import re
import signal
import subprocess
import sys

# Catch2: "All tests passed (7 assertions in 2 test cases)".
ALL_PASSED = re.compile(r"^All tests passed \(\d+ assertions? in (\d+) test cases?\)$", re.M)
# Catch2: "test cases: 12 | 10 passed | 2 failed", any part may be absent.
CASES = re.compile(r"^test cases: +(?:\d+|- none -)(?P<parts>(?: *\| *\d+ [a-z ]+)*) *$", re.M)
PART = re.compile(r"(\d+) (passed|failed as expected|failed)")
# The scripts: "12 passed, 0 failed".
SCRIPT = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)

# Suites whose programs run only when the suite is asked for.
ONLY_BY_NAME = {"slow", "valgrind"}


def count_cases(output):
    """(passed, failed) as the last summary in a program's output says; (0, 0) without one."""
    found = []
    for match in ALL_PASSED.finditer(output):
        found.append((match.start(), int(match[1]), 0))
    for match in CASES.finditer(output):
        parts = {kind: int(number) for number, kind in PART.findall(match["parts"])}
        passed = parts.get("passed", 0) + parts.get("failed as expected", 0)
        found.append((match.start(), passed, parts.get("failed", 0)))
    for match in SCRIPT.finditer(output):
        found.append((match.start(), int(match[1]), int(match[2])))
    return max(found)[1:] if found else (0, 0)


def judge(run):
    """(passed, failed, reason) for one entry of meson's log; reason is empty when all is well."""
    passed, failed = count_cases(run.get("stdout") or "")
    if run["result"] != "OK":
        reason = f"{run['result']}, exit status {run['returncode']}"
        return passed, max(failed, 1), reason
    if failed:
        return passed, failed, "it reports failures and yet exits with 0"
    if not passed:
        return 0, 1, "it ran no test case"
    return passed, 0, ""


def registered_tests(build, filter_word, suites, left_out):
    """Names of the tests in the build that were asked for."""
    text = subprocess.run(["meson", "introspect", "--tests", build], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    names = []
    for test in json.loads(text):
        own = {suite.split(":", 1)[-1] for suite in test["suite"]}
        chosen = bool(own & suites) if suites else not own & ONLY_BY_NAME
        if any(word in test["name"] for word in left_out):
            continue
        if chosen and filter_word in test["name"]:
            names.append(test["name"])
    return names


def run_programs(build, names, options):
    """Runs them under meson, which shows its progress, and returns the entries of its log."""
    wrapped = "-" + pathlib.Path(options.wrapper.split()[0]).name if options.wrapper else ""
    log = pathlib.Path(build, "meson-logs", f"testlog{wrapped}.json")
    log.unlink(missing_ok=True)
    command = ["meson", "test", "-C", build, "--num-processes", str(options.jobs),
               "--timeout-multiplier", str(options.timeout_multiplier)]
    if not options.build_first:
        command.append("--no-rebuild")
    if options.wrapper:
        command += ["--wrapper", options.wrapper]
    subprocess.run(command + names, stdin=subprocess.DEVNULL, check=False)
    if not log.exists():
        return []
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [json.loads(line) for line in lines]


def plain_name(logged):
    """Meson logs "fnstore:model+codec / test-x" or just the name: what the test is called."""
    return logged.split(" / ")[-1].strip()


def report(names, runs):
    """Prints one line a program, then the output of those that failed. Returns the two sums."""
    by_name = {plain_name(run["name"]): run for run in runs}
    broken = []
    passed_sum = failed_sum = 0
    print()
    for name in names:
        run = by_name.get(name)
        if run is None:
            print(f"{name:28} never ran")
            failed_sum += 1
            continue
        passed, failed, reason = judge(run)
        passed_sum += passed
        failed_sum += failed
        note = f"  ({reason})" if reason else ""
        print(f"{name:28} {passed:5} passed {failed:3} failed {run['duration']:7.2f} s{note}")
        if reason:
            broken.append((name, run))
    for name, run in broken:
        print(f"\n----- {name}: {' '.join(run['command'])}")
        for stream in ("stdout", "stderr"):
            if run.get(stream):
                print(f"----- {stream}\n{run[stream].rstrip()}")
    print()
    return passed_sum, failed_sum


def main():
    # Who starts this in the background may have had them ignored, and tests send them.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="a folder that meson has set up and ninja has built")
    parser.add_argument("--filter", default="", metavar="WORD",
                        help="only the programs whose name contains WORD")
    parser.add_argument("--suite", action="append", default=[],
                        help="only programs of this suite; default: all but 'slow' and 'valgrind'")
    parser.add_argument("--except", action="append", default=[], metavar="WORD", dest="left_out",
                        help="no programs whose name contains WORD; may be repeated")
    parser.add_argument("--build", dest="build_first", action="store_true",
                        help="build what the selected programs need before they run")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--wrapper", default="", metavar="COMMAND",
                        help="run each program as the last argument of this command")
    parser.add_argument("--timeout-multiplier", type=float, default=4,
                        help="of the times in meson.build, which a usual machine needs half of")
    options = parser.parse_args()

    sys.stdout.reconfigure(line_buffering=True, errors="replace")
    if options.build_first:  # the list of tests may be older than the meson.build files
        subprocess.run(["ninja", "-C", options.folder, "build.ninja"], check=True,
                       stdout=subprocess.DEVNULL)
    names = registered_tests(options.folder, options.filter, set(options.suite),
                             options.left_out)
    if not names:
        print(f"run_suite: no test program in {options.folder} is selected by "
              f"filter '{options.filter}' and suites "
              f"{options.suite or 'all but slow and valgrind'}")
        print("0 passed, 1 failed")
        return 1
    runs = run_programs(options.folder, names, options)
    passed, failed = report(names, runs)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
