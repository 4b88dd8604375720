"""What bench/run measures: the commands of the quick and of the full suite.

The quick suite is for two minutes of two cores, the full one for thirty. What does not fit into the
time is left out from the end, and the report says so."""

import dataclasses

QUICK_SECONDS, FULL_SECONDS = 120, 1800

# `original` commits each call by itself: where that would be most of the time, or where its answers
# are those of `original_tuned`, it is left out.
ALL_PEERS = ("all",)
FAST_PEERS = ("rocksdb", "lmdb", "rows", "original_tuned")
ONE_RUN_FROM = 10_000_000  # calls: making and loading them takes minutes
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
    batches: tuple           # (calls in an insert, calls), with 1, 100 and 1000 among them
    other_batches: tuple     # the same for durabilities other than power_safe
    bulk_calls: int
    stats_calls: int         # with samples of stats
    history_calls: int       # of page, range, filter, all-functions, mixed, prune, stats, reopen
    scales: tuple            # (calls of the largest history, peers)
    peer_calls: int
    slow_peers: tuple        # of all that does not show how slow a peer records


QUICK = Size(runs=2, samples=200, seconds=1,
             batches=((1, 1_000), (10, 2_000), (100, 20_000), (1_000, 200_000), (10_000, 200_000)),
             other_batches=((1, 5_000), (1_000, 50_000)),
             bulk_calls=500_000, stats_calls=20_000, history_calls=100_000,
             scales=((100_000, FAST_PEERS), (1_000_000, ())), peer_calls=100_000,
             slow_peers=FAST_PEERS)

FULL = Size(runs=5, samples=800, seconds=2,
            batches=((1, 5_000), (10, 50_000), (100, 200_000), (1_000, 1_000_000),
                     (10_000, 1_000_000)),
            other_batches=((1, 5_000), (100, 200_000), (1_000, 500_000)),
            bulk_calls=2_000_000, stats_calls=100_000, history_calls=1_000_000,
            scales=((1_000_000, ("rocksdb", "rows")), (10_000_000, ("rocksdb",)),
                    (100_000_000, ())),
            peer_calls=200_000, slow_peers=FAST_PEERS)


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
    fields["scales"] = tuple((fewer(calls), peers) for calls, peers in size.scales)
    fields["batches"], fields["other_batches"] = batches(size.batches), batches(size.other_batches)
    return Size(**fields)


def step(workload, calls, size, *more, runs=None, peers=None):
    """A Step with size.slow_peers unless told otherwise."""
    chosen = size.slow_peers if peers is None else peers
    names = [word for peer in chosen for word in ("--peer", peer)]
    return Step((workload, "--calls", str(calls), "--runs", str(runs or size.runs), *more, *names))


def ingest_step(size, durability, batch, calls):
    """One call at a time is where `original` is at home, and nowhere else."""
    peers = ALL_PEERS if durability == "power_safe" and batch == 1 else FAST_PEERS
    return step("ingest", calls, size, "--batch", str(batch), "--durability", durability,
                "--peer-calls", str(size.peer_calls), peers=peers)


def bulk_steps(size):
    """Bulk with its columns, and calls with samples of stats."""
    capped = ("--peer-calls", str(size.peer_calls))
    yield step("ingest", size.bulk_calls, size, "--bulk", *capped, peers=FAST_PEERS)
    yield Step(("ingest", "--calls", str(size.bulk_calls), "--runs", "1", "--bulk", "--db",
                "columns.db"), columns_of="columns.db")
    yield step("ingest", size.stats_calls, size, "--bulk", "--stats", "5", *capped,
               runs=min(size.runs, 3), peers=FAST_PEERS)


def scale_steps(size):
    for calls, peers in size.scales:
        runs = 1 if calls >= ONE_RUN_FROM else min(size.runs, 3)
        yield step("scale", calls, size, "--samples", str(size.samples), runs=runs, peers=peers)


def page_step(workload, size):
    # Without an index for it, `original` looks at every call for most filters, for minutes.
    # For ranges and over all functions the others take a second a page.
    peers = {"page": FAST_PEERS, "filter": ("rocksdb", "lmdb", "rows")}.get(
        workload, ("rocksdb", "lmdb"))
    return step(workload, size.history_calls, size, "--samples", str(size.samples), peers=peers)


def trace_steps(size, trace):
    """The day of a trace, in batches and in bulk, and what its columns take."""
    for more in ((), ("--bulk",)):
        yield Step(("replay", "--trace", trace, "--runs", str(min(size.runs, 3)), "--samples",
                    str(size.samples), *more, "--peer-calls", str(size.peer_calls),
                    *(word for peer in FAST_PEERS for word in ("--peer", peer))))
    yield Step(("ingest", "--trace", trace, "--runs", "1", "--bulk", "--db", "trace.db"),
               columns_of="trace.db")


def steps(size, trace=""):
    """All steps. Something of every chart comes first, and then the rest of each: a slow disk may
    leave no time for all."""
    seconds = ("--seconds", str(size.seconds))
    ingest = {batch: ingest_step(size, "power_safe", batch, calls)
              for batch, calls in size.batches}
    yield ingest.pop(1_000)
    yield from bulk_steps(size)
    yield page_step("page", size)
    yield from scale_steps(size)
    yield step("group", size.history_calls, size, *seconds, peers=ALL_PEERS)
    yield step("mixed", size.history_calls, size, *seconds, runs=min(size.runs, 3),
               peers=("rocksdb", "lmdb", "rows"))
    yield ingest.pop(1)
    yield ingest.pop(100)
    yield page_step("filter", size)
    yield step("stats", size.history_calls, size)
    yield step("prune", size.history_calls, size, runs=min(size.runs, 3))
    for workload in ("range", "all-functions"):
        yield page_step(workload, size)
    yield step("reopen", size.history_calls, size, peers=("rocksdb", "lmdb"))
    if trace:
        yield from trace_steps(size, trace)
    yield from ingest.values()
    for durability in DURABILITIES[1:]:
        for batch, calls in size.other_batches:
            yield ingest_step(size, durability, batch, calls)
