"""The charts of what operators wait for: opening, statistics, pruning."""

from . import formats, measured
from .line_chart import line_chart
from .plot import Figure, Panel, Row
from .row_chart import bar_chart


def opening(results):
    """From opening a history to its first page, over its size."""
    measures = results.select("scale", "first_page_ms")
    if not measures:
        return None
    panel = Panel("", measured.lines(measures, lambda one: one.params.get("calls", 0)))
    drawing = line_chart([panel], "milliseconds", "calls in the history", "Opening a history",
                         plot_height=170)
    note = ("From opening a closed history to its first page. Both axes are logarithmic. "
            + measured.runs_note(measures, sizes_shown=True))
    return Figure("opening", "Opening a history", note, drawing, measured.commands(measures))


def bars(results, workload, metric, name, title, label, about, **params):
    """A bar for each engine."""
    measures = [one for one in results.select(workload, metric, **params)
                if one.engine != "machine"]
    if not measures:
        return None
    rows = [Row(formats.engine_name(series.engine), (series,))
            for series in measured.series_of([measures])]
    drawing = bar_chart(rows, label, title)
    return Figure(name, title, about + " " + measured.runs_note(measures), drawing,
                  measured.commands(measures))


def statistics(results):
    return bars(results, "stats", "calls_per_s", "statistics", "Percentiles over everything",
                "calls/s", "Counts and exact percentiles of run time over the whole history.")


def pruning(results):
    return bars(results, "prune", "calls_per_s", "pruning", "Pruning", "calls/s",
                "Deleting the oldest half of a history and giving its room back.", part="half")
