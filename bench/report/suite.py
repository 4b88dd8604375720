"""What bench/run measures: the commands of the quick and of the full suite, the most telling first.

The quick suite is for two minutes of two cores, the full one for thirty. What does not fit into the
time is left out from the end, and the report says so."""

import dataclasses

QUICK_SECONDS, FULL_SECONDS = 120, 1800

PEERS = ("--peer", "all")
DURABILITIES = ("power_safe", "crash_safe", "buffered")


@dataclasses.dataclass(frozen=True)
class Step:
    """A run of fnstore-bench. `columns_of` names a history that it keeps: what each column takes in
    that one is asked next, and the file removed."""

    arguments: tuple
    columns_of: str = ""

    @property
    def workload(self):
        return self.arguments[0]


@dataclasses.dataclass(frozen=True)
class Size:
    """How much of everything. Calls are those of fnstore; peers, which take longer, record
    `peer_calls` at most."""

    runs: int
    samples: int             # pages a case and run
    seconds: int             # of group and mixed, a run and state
    batches: tuple           # (calls in an insert, calls)
    other_batches: tuple     # the same for durabilities other than power_safe
    bulk_calls: int
    stats_calls: int         # with samples of stats
    history_calls: int       # of page, range, filter, all-functions, mixed, prune, stats, reopen
    scale_calls: int
    peer_calls: int


QUICK = Size(runs=2, samples=200, seconds=1,
             batches=((1, 2_000), (10, 10_000), (100, 50_000), (1_000, 200_000), (10_000, 200_000)),
             other_batches=((1, 5_000), (100, 50_000), (1_000, 100_000)),
             bulk_calls=500_000, stats_calls=20_000, history_calls=100_000, scale_calls=1_000_000,
             peer_calls=100_000)

FULL = Size(runs=5, samples=2_000, seconds=2,
            batches=((1, 10_000), (10, 50_000), (100, 500_000), (1_000, 2_000_000),
                     (10_000, 2_000_000)),
            other_batches=((1, 20_000), (10, 100_000), (100, 500_000), (1_000, 1_000_000),
                           (10_000, 1_000_000)),
            bulk_calls=5_000_000, stats_calls=100_000, history_calls=1_000_000,
            scale_calls=100_000_000, peer_calls=1_000_000)


def shrunk(size, divisor):
    """With all numbers of calls divided, but not below what makes sense."""
    def fewer(calls):
        return max(calls // divisor, min(calls, 1_000))

    def batches(pairs):
        return tuple((batch, max(fewer(calls), min(calls, batch))) for batch, calls in pairs)

    fields = {field.name: getattr(size, field.name) for field in dataclasses.fields(size)}
    for name, value in fields.items():
        if name.endswith("_calls"):
            fields[name] = fewer(value)
    fields["batches"], fields["other_batches"] = batches(size.batches), batches(size.other_batches)
    return Size(**fields)


def step(workload, calls, size, *more, runs=None):
    return Step((workload, "--calls", str(calls), "--runs", str(runs or size.runs), *more, *PEERS))


def ingest_steps(size):
    capped = ("--peer-calls", str(size.peer_calls))
    for durability in DURABILITIES:
        pairs = size.batches if durability == "power_safe" else size.other_batches
        for batch, calls in sorted(pairs, reverse=True):
            yield step("ingest", calls, size, "--batch", str(batch), "--durability", durability,
                       *capped)
        if durability == "power_safe":
            yield step("ingest", size.bulk_calls, size, "--bulk", *capped)
            yield step("ingest", size.stats_calls, size, "--bulk", "--stats", "5", *capped)


def reading_steps(size):
    samples = ("--samples", str(size.samples))
    for workload in ("page", "range", "filter", "all-functions"):
        yield step(workload, size.history_calls, size, *samples)


def steps(size, trace=""):
    """All steps, the most telling first."""
    seconds = ("--seconds", str(size.seconds))
    ingest = list(ingest_steps(size))
    durable = len(size.batches) + 2
    yield from ingest[:durable]
    yield Step(("ingest", "--calls", str(size.bulk_calls), "--runs", "1", "--bulk", "--db",
                "columns.db"), columns_of="columns.db")
    yield step("group", size.history_calls, size, *seconds)
    yield from reading_steps(size)
    yield step("scale", size.scale_calls, size, "--samples", str(size.samples), "--peer-calls",
               str(size.peer_calls), runs=min(size.runs, 3))
    yield step("mixed", size.history_calls, size, *seconds, runs=min(size.runs, 3))
    if trace:
        yield Step(("replay", "--trace", trace, "--runs", str(min(size.runs, 3)), "--samples",
                    str(size.samples), "--peer-calls", str(size.peer_calls), *PEERS))
        yield Step(("replay", "--trace", trace, "--runs", str(min(size.runs, 3)), "--samples",
                    str(size.samples), "--bulk", "--peer-calls", str(size.peer_calls), *PEERS))
        yield Step(("ingest", "--trace", trace, "--runs", "1", "--bulk", "--db", "trace.db"),
                   columns_of="trace.db")
    for workload in ("stats", "prune", "reopen"):
        yield step(workload, size.history_calls, size)
    yield from ingest[durable:]
