#!/usr/bin/env python3
"""What goes out with export comes back with import, and goes out again byte for byte: binary logs
and payloads, NULs, foreign ids, every field. The last line is "N passed, N failed"."""

import json
import os
import random

import query_testing
from random_calls import RandomCalls, to_line

SEED = int(os.environ.get("FNSTORE_SEED", "20190405"))


def distinct(calls):
    """By function and id: the last one of each."""
    return list({(call["fn_id"], call["id"]): call for call in calls}.values())


def listed(calls):
    """In the order of list: id, then function, both descending as bytes."""
    return sorted(calls, key=lambda c: (c["id"].encode(), c["fn_id"].encode()), reverse=True)


class RoundTrip(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        print(f"FNSTORE_SEED={SEED}")

    def make(self, count, nul):
        source = RandomCalls(random.Random(SEED + count), nul)
        calls = distinct([source.record(number) for number in range(count)])
        (self.folder / "calls.jsonl").write_bytes(b"".join(map(to_line, calls)))
        self.run_tool("--db", "a.db", "import", "calls.jsonl")
        return calls

    def export(self, store, *words):
        return self.run_tool("--db", store, "export", *words).stdout

    def again(self, store, name, *words):
        """Imports a file into a new store; returns its export."""
        counts = json.loads(self.run_tool("--db", store, "import", name).stdout)
        self.assertEqual(counts["skipped"], 0)
        return self.export(store, *words)

    def test_every_field_comes_out_as_it_went_in(self):
        calls = self.make(2000, nul=True)
        exported = [json.loads(line) for line in self.export("a.db").splitlines()]
        self.assertEqual(len(exported), len(calls))
        for wanted, got in zip(listed(calls), exported):
            self.assertEqual(wanted, got)

    def test_jsonl_again_is_the_same_bytes(self):
        self.make(3000, nul=True)
        first = self.export("a.db")
        (self.folder / "1.jsonl").write_bytes(first)
        self.assertTrue(self.again("b.db", "1.jsonl") == first)

    def test_csv_again_is_the_same_bytes(self):
        self.make(3001, nul=False)
        first = self.export("a.db", "--format", "csv")
        (self.folder / "1.csv").write_bytes(first)
        self.assertTrue(self.again("b.db", "1.csv", "--format", "csv") == first)
        self.assertTrue(self.export("b.db") == self.export("a.db"))

    def test_a_part_of_the_history(self):
        calls = self.make(500, nul=True)
        wanted = [call["id"] for call in listed(calls) if call["fn_id"] == "-dash"]
        got = self.run_tool("--db", "a.db", "export", "--", "-dash").stdout
        self.assertEqual([json.loads(line)["id"] for line in got.splitlines()], wanted)


if __name__ == "__main__":
    query_testing.main()
