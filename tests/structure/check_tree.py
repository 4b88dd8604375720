#!/usr/bin/env python3
"""Holds the source tree against every rule. The last line is "N passed, N failed"."""

import os
import sys

import project
import rules


def main():
    files = project.read_tree(os.environ["FNSTORE_SOURCE"])
    failed = 0
    for rule in rules.ALL:
        violations = rule(files)
        print(f"{'FAILED' if violations else 'ok':6} {rule.__name__}: {rule.__doc__}")
        for violation in violations:
            print(f"       {violation}")
        failed += bool(violations)
    print(f"{len(rules.ALL) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
