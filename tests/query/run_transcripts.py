#!/usr/bin/env python3
"""Runs the golden transcripts of fnstore-query and compares; with --update, rewrites them.

    run_transcripts.py [--update] TOOLS_FOLDER [TRANSCRIPT...]

TOOLS_FOLDER holds the built fnstore-query, such as build/tools. Without TRANSCRIPT, all of
transcripts/*.txt. Read what --update changed before you keep it: it is the new promise.
"""

import argparse
import difflib
import pathlib
import sys

from transcript import Transcript


def check(path, tools, update):
    """Returns how many commands passed and failed."""
    transcript = Transcript(path)
    results = list(transcript.run(tools))
    if update:
        transcript.write(results)
        return len(results), 0
    passed = failed = 0
    for step, actual in results:
        if actual == step.expected:
            passed += 1
            continue
        failed += 1
        print(f"{path}:{step.number}: {step.command[0]}")
        for line in difflib.unified_diff(
            step.expected, actual, "expected", "actual", lineterm="", n=3
        ):
            print("    " + line)
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("tools")
    parser.add_argument("transcripts", nargs="*")
    arguments = parser.parse_args()
    tools = pathlib.Path(arguments.tools).resolve()
    if not (tools / "fnstore-query").is_file():
        sys.exit(f"{tools} holds no fnstore-query; build it first")
    folder = pathlib.Path(__file__).parent / "transcripts"
    paths = arguments.transcripts or sorted(folder.glob("*.txt"))
    passed = failed = 0
    for path in paths:
        good, bad = check(path, str(tools), arguments.update)
        passed += good
        failed += bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
