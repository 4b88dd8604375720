"""Which commands stand in the transcripts, in which formats and with what outcome."""

import dataclasses
import pathlib
import re

from transcript import Transcript

FOLDER = pathlib.Path(__file__).parent / "transcripts"
VALUED = ("--db", "--format", "--color")
QUOTED = re.compile(r"\"\$\([^)]*\)\"|'[^']*'|\"[^\"]*\"")


@dataclasses.dataclass(frozen=True)
class Use:
    program: str
    command: str
    format: str  # as asked for; without being asked, what it is in a pipe
    help: bool
    succeeds: bool


def transcript_uses():
    """Every use of a program in every setting."""
    uses = []
    for path in sorted(FOLDER.glob("*.txt")):
        for step in Transcript(path).steps:
            text = "\n".join(line[2:] for line in step.command)
            for part in re.split(r"[|;&\n]", QUOTED.sub("QUOTED", text)):
                uses += uses_in(part.split(), step)
    return uses


def uses_in(words, step):
    names = [word for word in words if word in ("fnstore-query", "fnstore-run")]
    if not names:
        return []
    words = words[words.index(names[0]) + 1:]
    formats = ["json"]
    command = ""
    while words:
        word = words.pop(0)
        value = words[0] if word in VALUED and words else ""
        if word == "--format":
            formats = step.choices.get("FORMAT", []) if value == "$FORMAT" else [value]
        if word in VALUED:
            words = words[1:]
        elif not command and re.fullmatch("[a-z]+", word):
            command = word
        elif word == "--help":
            return [Use(names[0], command, "", True, True)]
    return [Use(names[0], command, each, False, succeeds_in(step, each)) for each in formats]


def succeeds_in(step, format_name):
    """Whether it ends well in that format. What is printed in some settings only stands after a
    line that names them."""
    others = set(step.choices.get("FORMAT", [])) - {format_name}
    ours = True
    for line in step.expected:
        if line.startswith(":"):
            named = set(line[2:].replace(";", " ").split())
            ours = format_name in named or not named & others
        elif line.startswith("= ") and ours:
            return False
    return True
