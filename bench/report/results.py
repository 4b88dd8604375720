"""Results files: JSON lines, of which each is a header, a run or a measure.

    {"header":{"version":...,"cpu":...}}          once: what was measured, and where
    {"run":{"command":...,"seconds":...,"status":...}}   one a command; its measures follow
    {"workload":...,"engine":...,"params":{...},"metric":...,"unit":...,"median":...,"min":...,
     "max":...,"runs":...}                        one a metric, as fnstore-bench prints it

Bare output of fnstore-bench is a results file too: one without a header and runs."""

import dataclasses
import json
import statistics

# How many samples were taken depends on how fast the machine is, not on what was asked for.
UNMATCHED_PARAMS = {"samples"}

TEXTS = ("workload", "engine", "metric", "unit")
NUMBERS = ("median", "min", "max", "runs")


class ResultsError(Exception):
    """A file that cannot be read as results; the text says where and why."""


@dataclasses.dataclass(frozen=True)
class Run:
    """One command of the suite. status: "done", "failed" or "out of time"."""

    command: str
    seconds: float = 0.0
    status: str = "done"


@dataclasses.dataclass(frozen=True)
class Measure:
    """A metric of one engine; `run` is the command that printed it, None when that is unknown."""

    workload: str
    engine: str
    params: dict
    metric: str
    unit: str
    median: float
    min: float
    max: float
    runs: int
    run: Run | None = None

    def key(self):
        """What equal measures of two files have in common."""
        params = tuple(sorted((name, json.dumps(value)) for name, value in self.params.items()
                              if name not in UNMATCHED_PARAMS))
        return self.workload, self.engine, params, self.metric


@dataclasses.dataclass
class Results:
    """All of a file, in its order."""

    header: dict = dataclasses.field(default_factory=dict)
    runs: list = dataclasses.field(default_factory=list)
    measures: list = dataclasses.field(default_factory=list)

    def select(self, workload, metric, **params):
        """The measures of a workload whose params have these values. None: it must be absent."""
        return [measure for measure in self.measures
                if measure.workload == workload and measure.metric == metric
                and all(measure.params.get(name) == value for name, value in params.items())]


def measure_of(fields, run=None):
    """A Measure of a decoded line; ValueError says what it lacks."""
    for name in TEXTS:
        if not isinstance(fields.get(name), str):
            raise ValueError(f'"{name}" is not a text')
    for name in NUMBERS:
        value = fields.get(name)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise ValueError(f'"{name}" is not a number')
    if not isinstance(fields.get("params"), dict):
        raise ValueError('"params" is not an object')
    if not fields["min"] <= fields["median"] <= fields["max"]:
        raise ValueError("the median is not between min and max")
    return Measure(run=run, params=fields["params"],
                   **{name: fields[name] for name in TEXTS + NUMBERS})


def add_line(results, fields):
    """Adds a decoded line to results; ValueError when it is none of the three kinds."""
    if not isinstance(fields, dict):
        raise ValueError("the line is not a JSON object")
    if isinstance(fields.get("header"), dict):
        results.header = fields["header"]
    elif isinstance(fields.get("run"), dict):
        run = fields["run"]
        results.runs.append(Run(str(run.get("command", "")), float(run.get("seconds", 0)),
                                str(run.get("status", "done"))))
    else:
        results.measures.append(measure_of(fields, results.runs[-1] if results.runs else None))


def decoded_lines(path):
    """(line number, decoded JSON) of a file of JSON lines, or of one JSON array."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ResultsError(f"{path}: cannot be read: {error}") from error
    if text.lstrip().startswith("["):
        try:
            return [(1, fields) for fields in json.loads(text)]
        except json.JSONDecodeError as error:
            raise ResultsError(f"{path}:{error.lineno}: is not JSON: {error.msg}") from error
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            lines.append((number, json.loads(line)))
        except json.JSONDecodeError as error:
            raise ResultsError(f"{path}:{number}: is not JSON: {error.msg}") from error
    return lines


def read_results(path):
    """The Results in a file; ResultsError when it is none, or holds no measure."""
    results = Results()
    for number, fields in decoded_lines(path):
        try:
            add_line(results, fields)
        except (TypeError, ValueError) as error:
            raise ResultsError(f"{path}:{number}: {error}") from error
    if not results.measures:
        raise ResultsError(f"{path}: holds no measure; give what bench/run or fnstore-bench wrote")
    return results


def merged(measures):
    """One Measure for all with the same key: the median of their medians, the widest spread."""
    if len(measures) == 1:
        return measures[0]
    return dataclasses.replace(
        measures[0], median=statistics.median(measure.median for measure in measures),
        min=min(measure.min for measure in measures), max=max(measure.max for measure in measures),
        runs=sum(measure.runs for measure in measures))


def by_key(measures):
    """{key: Measure}, in the order in which the keys first appear."""
    groups = {}
    for measure in measures:
        groups.setdefault(measure.key(), []).append(measure)
    return {key: merged(group) for key, group in groups.items()}
