"""Every command that writes: how to run one, and what may be different after it was killed.

To add a command: a function that takes a `random.Random` and returns the words after --db FILE, and
what it may change. The store that it finds is the one that `calls()` fills."""

import dataclasses
import json
from typing import Callable

SIZES = {"kept": 3000, "old": 2000, "waiting": 50, "ended": 50}
NEW_CALLS = 20_000


def calls():
    """Four functions: only the three that a command may change have telling names."""
    for function, size in SIZES.items():
        for number in range(size):
            call = {"id": f"{number:06}", "fn_id": function, "app_id": "", "app_name": "",
                    "trigger_id": "", "status": "queued" if function == "waiting" else "success",
                    "created_at": f"2019-04-05T{number // 3600:02}:{number // 60 % 60:02}:"
                                  f"{number % 60:02}.000Z"}
            if function == "kept" and number % 10 == 0:
                call["log"] = f"log of {number}\n" * 20
            yield call


def new_calls():
    """What `import` adds, in the order of its file."""
    for number in range(NEW_CALLS):
        yield {"id": f"{number:06}", "fn_id": "new", "app_id": "", "app_name": "",
               "trigger_id": "", "status": "success", "created_at": "2020-01-01T00:00:00.000Z"}


def nothing(before, after, _words):
    """The same calls, with all they carry."""
    assert after == before


def a_beginning_of_the_file(before, after, _words):
    added = sorted(key for key in after if key not in before)
    assert added == [("new", f"{number:06}") for number in range(len(added))]
    assert {key: after[key] for key in before} == before


def the_cancelled_call(before, after, words):
    key = (words[1], words[2])
    assert {k: v for k, v in after.items() if k != key} == (
        {k: v for k, v in before.items() if k != key})
    assert after[key] == before[key] or after[key]["status"] == "cancelled"


def a_new_call(before, after, words):
    added = [call for key, call in after.items() if key not in before]
    assert len(added) <= 1
    for call in added:
        assert (call["fn_id"], call["status"]) == (words[1], "queued"), call
        assert call["annotations"]["fnstore.retry_of"] == words[2]
    assert {key: after[key] for key in before} == before


def fewer_of_one_function(before, after, words):
    gone = [key for key in before if key not in after]
    assert {function for function, _ in gone} <= {words[1]}
    assert after == {key: before[key] for key in before if key not in gone}


def one_call_less(before, after, words):
    fewer_of_one_function(before, after, words)
    assert {key for key in before if key not in after} <= {(words[1], words[2])}


@dataclasses.dataclass(frozen=True)
class WritingCommand:
    """`output`: a file it makes, which is whole or not there; None for none."""

    words: Callable
    may_change: Callable
    output: str | None = None


WRITING = {
    "import": WritingCommand(
        lambda random: ["import", "new.jsonl", "--on-conflict",
                        random.choice(["error", "skip", "replace"])],
        a_beginning_of_the_file),
    "export": WritingCommand(lambda random: ["export", "-o", "out"], nothing, "out"),
    "cancel": WritingCommand(
        lambda random: ["cancel", "waiting", f"{random.randrange(SIZES['waiting']):06}"],
        the_cancelled_call),
    "retry": WritingCommand(
        lambda random: ["retry", "ended", f"{random.randrange(SIZES['ended']):06}"], a_new_call),
    "delete": WritingCommand(
        lambda random: ["delete", "old", f"{random.randrange(SIZES['old']):06}"], one_call_less),
    "prune": WritingCommand(
        lambda random: ["prune", "old", "--keep-last", str(random.randrange(100))],
        fewer_of_one_function),
    "compact": WritingCommand(lambda random: ["compact"], nothing),
    "backup": WritingCommand(lambda random: ["backup", "out", "--force"], nothing, "out"),
    "restore": WritingCommand(lambda random: ["restore", "source.db", "--force"], nothing),
}

# Those that write nothing but their output.
READING = {"list", "get", "log", "info", "stats", "top", "tail", "verify", "sql", "completion"}


def lines_of(some_calls):
    return "".join(json.dumps(call) + "\n" for call in some_calls).encode()
