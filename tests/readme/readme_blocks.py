#!/usr/bin/env python3
"""Takes the fenced blocks of one language out of a Markdown file.

As a program: readme_blocks.py FILE LANGUAGE OUT writes the only such block to OUT."""

import pathlib
import re
import sys


def blocks(text, language):
    """The contents of every block fenced as ```language."""
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```$", text, re.M | re.S)


def main():
    source, language, target = sys.argv[1:]
    found = blocks(pathlib.Path(source).read_text(encoding="utf-8"), language)
    if len(found) != 1:
        sys.exit(f"{source} holds {len(found)} blocks of {language}, one is expected")
    pathlib.Path(target).write_text(found[0], encoding="utf-8")


if __name__ == "__main__":
    main()
