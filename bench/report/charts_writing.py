"""The charts of recording: throughput, and what a call takes on disk."""

from . import formats, measured
from .line_chart import line_chart
from .plot import Figure, Panel, Row
from .row_chart import bar_chart

DURABILITIES = ("power_safe", "crash_safe", "buffered")
BYTES = "bytes a call, of the closed files"


def is_plain(measure):
    """Made-up calls without stats, in the order of their ids: the common case."""
    params = measure.params
    return "trace" not in params and not params.get("scatter") and not params.get("stats")


def batch_of(measure):
    return measure.params.get("batch", 0)


def throughput(results):
    """Calls a second over the size of a batch, a panel for each durability."""
    measures = [one for one in results.select("ingest", "calls_per_s") if is_plain(one)]
    panels, used = [], []
    for durability in DURABILITIES:
        own = [one for one in measures if one.params.get("durability") == durability]
        series = measured.lines([one for one in own if one.engine != "machine"], batch_of)
        if series:
            panels.append(Panel(durability, series))
            used += own
    if not panels:
        return None
    drawing = line_chart(panels, "calls/s", "calls in one insert", "Throughput by batch size")
    note = ("Calls recorded a second, the last flush included, over the size of an insert, for "
            "what an acknowledged insert survives. Both axes are logarithmic. "
            + ("The original commits each call by itself, whatever the batch. "
               if "original" in measured.engines(used) else "") + measured.runs_note(used))
    return Figure("throughput", "Throughput against batch size and durability", note, drawing,
                  measured.commands(used))


def group(results):
    """Many threads with one call each, beside the fsyncs that the disk can do."""
    measures = results.select("group", "calls_per_s")
    if not measures:
        return None
    rows = [Row(formats.engine_name(series.engine), (series,))
            for series in measured.series_of([measures])]
    threads = measures[0].params.get("threads")
    drawing = bar_chart(rows, "calls/s", "Throughput of many threads")
    note = (f"{threads} threads, each inserts one call after the other, "
            f"{measures[0].params.get('durability')}. " + measured.runs_note(measures))
    floor = measured.floor([one for one in results.measures if one.workload == "group"])
    if floor:
        note += f" The disk did {formats.number(floor)} fdatasync a second meanwhile."
    return Figure("group", f"{threads} threads with one call each", note, drawing,
                  measured.commands(measures))


def content_of(measure):
    """What was recorded, in words."""
    params = measure.params
    if "trace" in params:
        calls = f"a day of real traffic ({params['trace']})"
    else:
        calls = "made-up calls" + (", created out of order" if params.get("scatter") else "")
    return calls + (f", {params['stats']} samples of stats each" if params.get("stats") else "")


def bytes_by_engine(results):
    """A group of bars for each kind of content."""
    measures = [one for workload in ("ingest", "replay")
                for one in results.select(workload, "bytes_per_call")]
    contents = {}
    for measure in measures:
        contents.setdefault(content_of(measure), []).append(measure)
    # Small histories are mostly headers: of each engine its largest history counts.
    rows = [Row(content, measured.series_of([own])) for content, own in contents.items()]
    shown = [one for content in contents.values() for engine in measured.engines(content)
             for one in [measured.most_calls([m for m in content if m.engine == engine])]]
    if not rows:
        return None
    drawing = bar_chart(rows, BYTES, "Bytes a call by engine")
    note = ("All files of a closed history, divided by its calls; of each engine the largest "
            "history of the suite. " + measured.runs_note(shown))
    return Figure("bytes", "Bytes a call", note, drawing, measured.commands(shown))


def bytes_by_column(results):
    """Where fnstore's bytes go."""
    measures = results.select("columns", "bytes_per_call")
    contents = {}
    for measure in measures:
        contents.setdefault(content_of(measure), []).append(measure)
    rows = []
    for content, own in contents.items():
        if len(contents) > 1:
            rows.append(Row(content))
        for one in sorted(own, key=lambda measure: -measure.median):
            series = measured.series_of([[one]])
            rows.append(Row(str(one.params.get("column")), series))
    if not rows:
        return None
    drawing = bar_chart(rows, "bytes a call, in packed blocks", "Bytes a call by column")
    note = ("fnstore's packed blocks, column by column; what SQLite's pages add is not in it, and "
            "is in the chart above. Sizes are exact: the same calls take the same bytes.")
    return Figure("columns", "Bytes a call by column", note, drawing, measured.commands(measures))
