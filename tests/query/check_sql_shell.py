#!/usr/bin/env python3
"""The loadable extension in the sqlite3 shell: the same answers as `fnstore-query sql`, from the
same file, and clear words where it has nothing to answer. The last line is "N passed, N failed"."""

import json
import os
import pathlib
import random
import subprocess

import query_testing
from query_testing import ENVIRONMENT

EXTENSION = pathlib.Path(os.environ["FNSTORE_EXTENSION"]).resolve()

STATEMENTS = [
    "SELECT id, fn_id, app_id, app_name, trigger_id, type, status, error, created_at, started_at, "
    "completed_at, wait_ms, run_ms, stats FROM calls ORDER BY id, fn_id",
    "SELECT fn_id, status, count(*) AS n, avg(run_ms) AS mean FROM calls GROUP BY fn_id, status "
    "ORDER BY fn_id, status",
    "SELECT id FROM calls WHERE fn_id = 'f1' AND status IN ('error', 'cancelled') ORDER BY id DESC",
    "SELECT id FROM calls WHERE created_at BETWEEN '2019-04-05T00:05' AND '2019-04-05T00:10' "
    "ORDER BY id LIMIT 50",
    "SELECT fn_id, min_id, max_id, calls, errors, cancelled, min_created_at, max_created_at, bytes "
    "FROM blocks ORDER BY fn_id, min_id",
    "SELECT fn_id, calls, errors, cancelled, unfinished, oldest, newest FROM functions "
    "ORDER BY fn_id",
    "SELECT f.fn_id, (SELECT c.id FROM calls AS c WHERE c.fn_id = f.fn_id ORDER BY c.id DESC "
    "LIMIT 1) AS last FROM functions AS f ORDER BY f.fn_id",
    "SELECT fn_id, column_name, calls, bytes FROM block_columns ORDER BY fn_id, column_name",
]


def row(number, finished):
    """A call with some of everything."""
    pick = random.Random(number)
    status = pick.choice(["success"] * 5 + ["error", "cancelled"]) if finished else "running"
    minute, second = divmod(number // 4 % 3600, 60)
    call = {"id": f"{number:026}", "fn_id": f"f{number % 4}", "status": status,
            "created_at": f"2019-04-05T00:{minute:02}:{second:02}.{number % 1000:03}Z",
            "started_at": "2019-04-05T01:00:00Z", "app_id": pick.choice(["", "shop", "mail"])}
    if finished:
        call["completed_at"] = f"2019-04-05T01:00:01.{number % 1000:03}Z"
    if status == "error":
        call["error"] = pick.choice(["timeout", "a \"quoted\" é", "bad_exit: 3"])
    if number % 9 == 0:
        call["stats"] = [{"timestamp": "2019-04-05T01:00:00Z", "metrics": {"cpu_user": number}}]
    return json.dumps(call).encode() + b"\n"


class Shell(query_testing.QueryTest):
    def setUp(self):
        super().setUp()
        self.run_tool("--db", "a.db", "import",
                      data=b"".join(row(n, True) for n in range(6_000)))  # into blocks
        self.run_tool("--db", "a.db", "import",
                      data=b"".join(row(n, n % 3 > 0) for n in range(6_000, 6_090)))  # into rows

    def shell(self, *words, database="a.db", status=0, load=True):
        loading = ["-cmd", f".load {EXTENSION.with_suffix('')}"] if load else []
        done = subprocess.run(["sqlite3", "-json", *loading, database, *words], cwd=self.folder,
                              env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def test_the_same_answers(self):
        for sql in STATEMENTS:
            with self.subTest(sql=sql):
                ours = json.loads(self.run_tool("--db", "a.db", "sql", sql).stdout)["rows"]
                theirs = json.loads(self.shell(sql).stdout)
                self.assertGreater(len(ours), 2)
                self.assertEqual(theirs, ours)

    def test_a_read_only_shell(self):
        done = self.shell("-readonly", "SELECT count(*) AS n FROM calls")
        self.assertEqual(json.loads(done.stdout), [{"n": 6_090}])

    def test_the_file_stays_as_it_is(self):
        before = (self.folder / "a.db").read_bytes()
        self.shell("SELECT count(*) FROM calls, functions", "SELECT bytes FROM blocks")
        self.assertEqual((self.folder / "a.db").read_bytes(), before)
        self.shell("SELECT name FROM sqlite_schema WHERE name IN ('calls', 'blocks', 'functions')",
                   load=False)
        self.run_tool("--db", "a.db", "info")

    def test_the_table_cannot_be_written(self):
        done = self.shell("DELETE FROM calls", status=1)
        self.assertIn(b"may not be modified", done.stderr)

    def test_what_is_no_store(self):
        done = self.shell("SELECT 1", database=":memory:", status=0)
        self.assertIn(b"no fnstore file", done.stderr)

    def test_a_newer_store(self):
        self.shell("PRAGMA user_version = 999", load=False)
        done = self.shell("SELECT 1")
        self.assertIn(b"newer fnstore", done.stderr)

    def test_damage_is_told(self):
        self.shell("UPDATE block_bodies SET columns = x'00'", load=False)
        done = self.shell("SELECT count(*) FROM calls", status=11)  # SQLITE_CORRUPT
        self.assertIn(b"damaged", done.stderr)

    def test_only_the_entry_point_is_seen(self):
        symbols = subprocess.run(["nm", "-D", "--defined-only", EXTENSION], capture_output=True,
                                 check=True).stdout.split()
        self.assertEqual([name for name in symbols if name.startswith(b"sqlite3_")],
                         [b"sqlite3_fnstorecalls_init"])


if __name__ == "__main__":
    query_testing.main()
