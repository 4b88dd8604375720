#!/usr/bin/env python3
"""Runs fnstore-bench on small work and checks what it prints, how it exits and what it leaves."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

BENCH = sys.argv[1]

KEYS = ["workload", "engine", "params", "metric", "unit", "median", "min", "max", "runs"]
QUICK = ["--runs", "2", "--samples", "20"]

INVOCATIONS = """HashFunction,HashApp,HashOwner,minute_1,minute_2
resize,images,owner,900,700
mail,letters,owner,0,1
never,letters,owner,0,0
"""
RUN_TIMES = """HashFunction,HashApp,Average,{}
resize,images,5,1,1,4,5,6,90,100
mail,letters,5,5,5,5,5,5,5,5
never,letters,5,5,5,5,5,5,5,5
""".format(",".join(f"percentile_Average_{p}" for p in (0, 1, 25, 50, 75, 99, 100)))
MEMORY = """HashApp,{}
images,10,20,30,40,50,60,70,80
letters,10,20,30,40,50,60,70,80
""".format(",".join(f"AverageAllocatedMb_pct{p}" for p in (1, 5, 25, 50, 75, 95, 99, 100)))


def write_trace(folder):
    prefix = folder / "tiny"
    for part, text in (("inv", INVOCATIONS), ("run", RUN_TIMES), ("mem", MEMORY)):
        pathlib.Path(f"{prefix}_{part}.csv").write_text(text, encoding="utf-8")
    return str(prefix)


def run(folder, *arguments):
    environment = dict(os.environ, TMPDIR=str(folder))
    return subprocess.run([BENCH, *arguments], env=environment, capture_output=True, text=True)


def results(folder, *arguments):
    """The result lines of a run that must go well and say nothing else."""
    done = run(folder, *arguments)
    assert done.returncode == 0, f"exit status {done.returncode}: {done.stderr}"
    assert done.stderr == "", f"stderr is no terminal, and yet: {done.stderr}"
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        assert list(line) == KEYS, line
        assert line["workload"] == arguments[0], line
        assert line["min"] <= line["median"] <= line["max"], line
    return lines


def figures(lines, metric, **params):
    found = [line for line in lines if line["metric"] == metric
             and params.items() <= line["params"].items()]
    assert found, f"no {metric} with {params}"
    return found


def left_over(folder):
    return sorted(path.name for path in folder.iterdir())


def test_ingest_reports_speed_size_and_the_machine(folder):
    lines = results(folder, "ingest", "--calls", "3000", "--fns", "40", "--batch", "100",
                    "--scatter", "20", "--verify", *QUICK)
    for metric in ("calls_per_s", "wall_calls_per_s", "bytes_per_call", "settle_s", "max_us"):
        line, = figures(lines, metric)
        assert line["engine"] == "fnstore" and line["runs"] == 2
        wanted = {"calls": 3000, "fns": 40, "batch": 100, "scatter": 20, "bulk": False,
                  "stats": 0, "durability": "power_safe", "seed": 1}
        assert wanted.items() <= line["params"].items(), line
    floor, = figures(lines, "fdatasync_per_s")
    assert floor["engine"] == "machine" and floor["median"] > 0
    assert left_over(folder) == []


def test_ingest_takes_every_durability(folder):
    for durability in ("power_safe", "crash_safe", "buffered"):
        lines = results(folder, "ingest", "--calls", "500", "--fns", "5", "--verify", "--runs", "1",
                        "--durability", durability)
        figures(lines, "calls_per_s", durability=durability)


def test_replay_verifies_every_call_and_measures_pages(folder):
    prefix = write_trace(folder)
    before = left_over(folder)
    for extra in ([], ["--bulk"], ["--stats", "2"]):
        lines = results(folder, "replay", "--trace", prefix, "--verify", *QUICK, *extra)
        verified, = figures(lines, "verified_calls", trace="tiny", calls=1601)
        assert verified["median"] == 1601
        for case in ("hot", "rare", "deep", "all", "all_deep"):
            for state in ("live", "settled"):
                figures(lines, "p50_us", case=case, state=state, query="page")
                figures(lines, "p99_us", case=case, state=state, query="page")
        for case in ("any", "hot", "all"):
            figures(lines, "p50_us", case=case, state="settled", query="range")
        figures(lines, "bytes_per_call", bulk="--bulk" in extra)
        figures(lines, "fdatasync_per_s")
    assert left_over(folder) == before


def test_a_kept_history_can_be_read_again(folder):
    kept = str(folder / "kept.db")
    results(folder, "ingest", "--calls", "2000", "--fns", "30", "--runs", "2", "--db", kept)
    assert not any(name.startswith("fnstore-bench-") for name in left_over(folder))
    for workload in ("page", "range"):
        lines = results(folder, workload, "--db", kept, *QUICK)
        line = figures(lines, "p50_us", db="kept.db", case="hot")[0]
        assert line["params"]["calls"] == 2000 and line["params"]["fns"] <= 30
    again = run(folder, "ingest", "--calls", "10", "--fns", "1", "--db", kept)
    assert again.returncode == 2 and "is there already" in again.stderr


def test_page_and_range_make_their_own_history(folder):
    for workload in ("page", "range"):
        lines = results(folder, workload, "--calls", "2000", "--fns", "30", *QUICK)
        figures(lines, "p50_us", calls=2000, case="hot")
    assert left_over(folder) == []


SMALL = ["--calls", "1500", "--fns", "20", *QUICK, "--seconds", "0.05"]


def test_group_compares_itself_with_the_disk(folder):
    lines = results(folder, "group", *SMALL, "--threads", "4")
    for metric in ("calls_per_s", "per_fsync"):
        figures(lines, metric, threads=4, calls=1500)
    for metric in ("p50_us", "p99_us", "max_us"):
        figures(lines, metric, case="insert")
    figures(lines, "fdatasync_per_s")
    assert left_over(folder) == []


def test_reading_workloads_have_their_cases_as_list_and_views(folder):
    wanted = {
        "page": ("hot", "rare", "deep", "all", "all_deep"),
        "range": ("any", "hot", "all"),
        "filter": ("errors", "errors_deep", "one_error", "error_text", "combination", "all_errors",
                   "empty"),
        "all-functions": ("newest", "deep", "range"),
    }
    for workload, cases in wanted.items():
        lines = results(folder, workload, *SMALL)
        for case in cases:
            for api in ("list", "views"):
                for metric in ("p50_us", "p99_us", "p999_us"):
                    figures(lines, metric, case=case, api=api, state="settled", samples=20)
    one, = figures(results(folder, "range", "--calls", "500", "--fns", "1", "--scatter", "30",
                           *QUICK), "p50_us", api="views")
    assert one["params"]["case"] == "one"
    assert left_over(folder) == []


def test_mixed_tells_pages_and_inserts_apart_in_every_state(folder):
    lines = results(folder, "mixed", *SMALL, "--batch", "50")
    for state in ("idle", "writing", "packing", "pruning"):
        for metric in ("p50_us", "p99_us", "p999_us"):
            figures(lines, metric, case="page", **{"while": state})
    for state in ("writing", "packing", "pruning"):
        figures(lines, "max_us", case="insert", **{"while": state})
        figures(lines, "calls_per_s", batch=50, **{"while": state})
    for state in ("packing", "pruning"):
        figures(lines, "p99_ratio", case="insert", **{"while": state})
    assert left_over(folder) == []


def test_prune_reports_what_remains(folder):
    lines = results(folder, "prune", *SMALL)
    for part, share in (("tenth", 0.9), ("half", 0.5)):
        remains, = figures(lines, "calls_share", part=part)
        assert abs(remains["median"] - share) < 0.01
        for metric in ("calls_per_s", "prune_s", "bytes_before", "bytes_after", "bytes_share"):
            figures(lines, metric, part=part)
    assert left_over(folder) == []


def test_reopen_serves_from_a_process_of_its_own(folder):
    lines = results(folder, "reopen", *SMALL)
    for cache in ("warm", "cold"):
        first, = figures(lines, "first_page_ms", cache=cache)
        opened, = figures(lines, "open_ms", cache=cache)
        assert 0 < opened["median"] <= first["median"]
        for metric in ("rss_growth_mib", "hwm_growth_mib", "served_pages"):
            figures(lines, metric, cache=cache)
        figures(lines, "p99_us", cache=cache, case="served")
    assert left_over(folder) == []


def test_stats_count_every_call(folder):
    lines = results(folder, "stats", *SMALL)
    for metric in ("ms", "calls_per_s", "calls_per_cpu_s"):
        figures(lines, metric, calls=1500)


def test_scale_goes_up_to_the_calls_it_is_given(folder):
    lines = results(folder, "scale", *SMALL)
    for metric in ("calls_per_s", "bytes_per_call", "settle_s", "open_ms", "first_page_ms"):
        figures(lines, metric, calls=1500, bulk=True)
    for case in ("newest", "depth_10", "depth_50", "depth_99"):
        figures(lines, "p999_us", calls=1500, case=case, api="views")
    assert left_over(folder) == []


def test_peers_do_the_same_job_in_the_same_run(folder):
    """Where they are built in: a rehearsal compares them, and fails the run if they differ."""
    if "rocksdb" not in run(folder, "--help").stdout:
        return
    peers = {"original", "original_tuned", "rows", "rocksdb", "lmdb"}
    for workload in ("ingest", "filter", "stats", "prune"):
        lines = results(folder, workload, "--peer", "all", "--stats", "2", "--scatter", "20",
                        *SMALL)
        assert {line["engine"] for line in lines} - {"machine"} == peers | {"fnstore"}, workload
    lines = results(folder, "ingest", "--peer", "rows", "--peer", "lmdb", "--peer-calls", "700",
                    *SMALL)
    for line in figures(lines, "calls_per_s"):
        assert line["params"]["calls"] == (1500 if line["engine"] == "fnstore" else 700), line
    assert left_over(folder) == []


def test_a_bad_trace_fails_with_its_line(folder):
    prefix = write_trace(folder)
    path = f"{prefix}_inv.csv"
    pathlib.Path(path).write_text(INVOCATIONS.replace("0,1", "0,x"), encoding="utf-8")
    done = run(folder, "replay", "--trace", prefix)
    assert done.returncode == 1 and done.stdout == ""
    assert f"invalid: {path}:3: " in done.stderr, done.stderr


def test_mistakes_are_usage_errors(folder):
    for arguments in ([], ["nonsense"], ["replay"], ["ingest", "--batch", "0"],
                      ["ingest", "--durability", "maybe"], ["ingest", "--nope"],
                      ["ingest", "--start", "yesterday"], ["ingest", "--runs", "0"],
                      ["ingest", "--dir", "/nowhere/at/all"], ["ingest", "--engine", "other"],
                      ["ingest", "--peer", "other"]):
        done = run(folder, *arguments)
        assert done.returncode == 2 and done.stdout == "" and done.stderr, arguments


def test_help_names_every_option_and_workload(folder):
    done = run(folder, "--help")
    assert done.returncode == 0 and done.stderr == ""
    for word in ("ingest", "page", "range", "replay", "--calls", "--fns", "--batch", "--seed",
                 "--durability", "--db", "--dir", "--trace", "--start", "--stats", "--bulk",
                 "--scatter", "--runs", "--samples", "--verify", "--engine", "--peer",
                 "--peer-calls", "--threads", "--readers", "--seconds", "group", "filter",
                 "all-functions", "mixed", "prune", "reopen", "stats", "scale"):
        assert word in done.stdout, word


def main():
    failed = 0
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    for name, test in tests:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(pathlib.Path(folder))
                print("ok    ", name)
            except (AssertionError, ValueError) as error:
                failed += 1
                print("FAILED", name, error)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
