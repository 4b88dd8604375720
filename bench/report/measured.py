"""From measures to what charts draw: series by engine, and what to say about them."""

import statistics

from . import formats
from .plot import Point, Series


def tip(measure):
    """What a pointer on a mark shows."""
    return (f"{formats.engine_name(measure.engine)}: {measure.metric} "
            f"{formats.number(measure.median)} {measure.unit} ({formats.number(measure.min)} to "
            f"{formats.number(measure.max)}), {formats.parameters(measure.params)}")


def point(measure, x=None):
    return Point(x, measure.median, measure.min, measure.max, tip(measure))


def engines(measures):
    """The engines in them, the machine left out, in the order of formats.ENGINE_ORDER."""
    return sorted({measure.engine for measure in measures} - {"machine"},
                  key=formats.engine_rank)


def most_calls(measures):
    """Of measures that differ in nothing that matters, the one of the most calls, then runs."""
    return max(measures, key=lambda measure: (measure.params.get("calls", 0), measure.runs))


def lines(measures, x_of):
    """A Series for each engine over x_of(measure); where several have one x, most_calls()."""
    found = []
    for engine in engines(measures):
        at = {}
        for measure in measures:
            if measure.engine == engine:
                at.setdefault(x_of(measure), []).append(measure)
        points = tuple(point(most_calls(at[x]), x) for x in sorted(at))
        found.append(Series(engine, formats.engine_name(engine), points))
    return tuple(found)


def series_of(metrics):
    """A Series for each engine, a point for each of the lists of measures: p50s, p99s, ..."""
    found = []
    for engine in engines(metrics[0]):
        points = []
        for measures in metrics:
            own = [measure for measure in measures if measure.engine == engine]
            if own:
                points.append(point(most_calls(own)))
        found.append(Series(engine, formats.engine_name(engine), tuple(points)))
    return tuple(found)


def commands(measures):
    """The commands that printed them, each once."""
    return tuple(dict.fromkeys(measure.run.command for measure in measures if measure.run))


def runs_note(measures, sizes_shown=False):
    """"Medians of 3 to 5 runs", and which engine recorded less than the others, unless the chart
    shows that itself."""
    counts = sorted({measure.runs for measure in measures})
    if counts == [1]:
        text = "One run each."
    else:
        runs = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        text = f"Medians of {runs} runs; the bars reach from the least to the greatest."
    return text + ("" if sizes_shown else fewer_calls_note(measures))


def fewer_calls_note(measures):
    """Names engines that recorded fewer calls than fnstore for otherwise equal measures."""
    fewer = {}
    for measure in measures:
        most = [other.params.get("calls", 0) for other in measures
                if other.engine == "fnstore" and other.metric == measure.metric
                and without_calls(other) == without_calls(measure)]
        calls = measure.params.get("calls", 0)
        if most and calls < max(most):
            fewer.setdefault(measure.engine, set()).add(calls)
    if not fewer:
        return ""
    parts = [f"{formats.engine_name(engine)} ({formats.number(max(fewer[engine]))})"
             for engine in sorted(fewer, key=formats.engine_rank)]
    return f" Recorded at most so many calls, fewer than fnstore: {', '.join(parts)}."


def without_calls(measure):
    """The params that tell whether two measures are of the same thing."""
    return {name: value for name, value in measure.params.items()
            if name not in ("calls", "samples", "api")}


def floor(measures):
    """The median of the machine's fdatasyncs a second among these measures; None without any."""
    values = [measure.median for measure in measures
              if measure.engine == "machine" and measure.metric == "fdatasync_per_s"]
    return statistics.median(values) if values else None
