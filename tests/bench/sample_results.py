"""Made-up results that have something for every chart of the report."""

import json

ENGINES = {"fnstore": 1.0, "rocksdb": 2.0, "lmdb": 1.5, "rows": 4.0, "original_tuned": 6.0,
           "original": 20.0}

HEADER = {"version": "9.8.7", "revision": "0123456789", "date": "2026-11-27T01:02:03Z",
          "cpu": "A <CPU> & more", "cores": 2, "memory_mib": 4096, "kernel": "Linux 6",
          "filesystem": "ext4", "sqlite": "3.40.1", "suite": "quick",
          "command": "bench/run --quick"}

PAGES = {"page": ("hot", "deep"), "range": ("any",), "filter": ("errors", "one_error"),
         "all-functions": ("newest",)}


def line(workload, engine, metric, unit, value, **params):
    return {"workload": workload, "engine": engine, "params": params, "metric": metric,
            "unit": unit, "median": value, "min": value * 0.75, "max": value * 1.25, "runs": 3}


def latencies(workload, engine, slow, metrics=("p50_us", "p99_us"), **params):
    return [line(workload, engine, metric, "us", 5 * slow * 4 ** index, **params)
            for index, metric in enumerate(metrics)]


def run(command, status="done"):
    return {"run": {"command": f"build-bench/bench/fnstore-bench {command}", "seconds": 1.5,
                    "status": status}}


def writing():
    lines = []
    for durability in ("power_safe", "buffered"):
        for batch in (1, 1000):
            lines.append(run(f"ingest --batch {batch} --durability {durability}"))
            for engine, slow in ENGINES.items():
                calls = 200 if engine == "original" else 5000
                params = {"calls": calls, "batch": batch, "bulk": False, "durability": durability,
                          "stats": 0}
                lines += [line("ingest", engine, "calls_per_s", "calls/s", batch * 900 / slow,
                               **params),
                          line("ingest", engine, "bytes_per_call", "bytes", 8 * slow, **params)]
            lines.append(line("ingest", "machine", "fdatasync_per_s", "1/s", 5000.0, bytes=4096))
    lines += [run("columns"), line("columns", "fnstore", "bytes_per_call", "bytes", 2.5,
                                   calls=5000, column="created_at")]
    lines.append(run("group --threads 16"))
    return lines + [line("group", engine, "calls_per_s", "calls/s", 5000 / slow, threads=16,
                         durability="power_safe") for engine, slow in ENGINES.items()]


def reading():
    lines = []
    for workload, cases in PAGES.items():
        lines.append(run(f"{workload} --calls 5000"))
        for engine, slow in ENGINES.items():
            for case in cases:
                lines += latencies(workload, engine, slow, calls=5000, case=case, api="list")
        lines += latencies(workload, "fnstore", 0.5, calls=5000, case=cases[0], api="views")
    lines.append(run("scale --calls 1000000"))
    for engine, slow in ENGINES.items():
        for calls in (100_000, 1_000_000):
            for case in ("newest", "depth_10", "depth_50", "depth_99"):
                lines += latencies("scale", engine, slow, calls=calls, case=case, api="list")
            lines.append(line("scale", engine, "first_page_ms", "ms", 3 * slow, calls=calls))
    return lines


def meanwhile():
    lines = [run("mixed --seconds 1")]
    for engine, slow in ENGINES.items():
        for state in ("idle", "pruning"):
            for case, metrics in (("page", ("p50_us", "p99_us", "p999_us")),
                                  ("insert", ("p50_us", "p99_us", "max_us"))):
                lines += latencies("mixed", engine, slow, metrics, case=case, **{"while": state})
    lines.append(run("stats"))
    lines += [line("stats", engine, "calls_per_s", "calls/s", 3e7 / slow, calls=5000)
              for engine, slow in ENGINES.items()]
    lines.append(run("prune"))
    return lines + [line("prune", engine, "calls_per_s", "calls/s", 3e6 / slow, part="half")
                    for engine, slow in ENGINES.items()]


def write(path):
    """Writes all of it as a results file. One command of it was not done."""
    lines = [{"header": HEADER}, *writing(), *reading(), *meanwhile(),
             run("reopen --calls 5000", "out of time")]
    path.write_text("".join(json.dumps(fields) + "\n" for fields in lines), encoding="utf-8")
