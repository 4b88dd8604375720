"""The charts of reading: pages by size, depth and case, and while other things go on."""

from . import formats, measured
from .line_chart import line_chart
from .plot import Figure, Panel, Row, Series
from .row_chart import dot_chart

DEPTHS = {"newest": "newest page", "depth_10": "10 % deep", "depth_50": "half-way down",
          "depth_99": "99 % deep"}

# workload: (title, {case: what it asks for})
PAGES = {
    "page": ("Pages", {"hot": "newest of a busy function", "rare": "newest of a rare function",
                       "deep": "anywhere in a function",
                       "all": "newest of all functions", "all_deep": "anywhere in all"}),
    "range": ("Time ranges far back", {"any": "of any function", "hot": "of the busiest function",
                                       "one": "of the only function", "all": "of all functions"}),
    "filter": ("Filters", {"errors": "newest errors", "errors_deep": "errors, deep",
                           "one_error": "the only error", "error_text": "errors by text",
                           "combination": "several filters",
                           "all_errors": "errors of all functions", "empty": "nothing matches"}),
    "all-functions": ("Over all functions", {"newest": "newest", "deep": "deep",
                                             "range": "time range far back"}),
}

STATES = {"idle": "idle", "writing": "a writer at work", "packing": "packing",
          "pruning": "pruning"}


def listed(measures):
    """Without those that only fnstore's light views have."""
    return [one for one in measures if one.params.get("api", "list") == "list"]


def calls_of(measure):
    return measure.params.get("calls", 0)


def latency_by_size(results):
    """The median page over the size of the history, a panel for each depth."""
    panels, used = [], []
    for case, title in DEPTHS.items():
        own = listed(results.select("scale", "p50_us", case=case))
        if own:
            panels.append(Panel(title, measured.lines(own, calls_of)))
            used += own
    if not panels:
        return None
    drawing = line_chart(panels, "microseconds a page of 30, p50", "calls in the history",
                         "Page latency by history size")
    note = ("The median page of 30 calls over the size of the history, from four places in it. "
            "Both axes are logarithmic. " + measured.runs_note(used, sizes_shown=True))
    return Figure("history_size", "Page latency against history size", note, drawing,
                  measured.commands(used))


def latency_by_depth(results):
    """p50 and p99 over the depth, in the largest history that the most engines have, and in the
    largest of all."""
    measures = listed([one for metric in ("p50_us", "p99_us")
                       for one in results.select("scale", metric)
                       if one.params.get("case") in DEPTHS])
    if not measures:
        return None
    sizes = {calls_of(one) for one in measures}
    shared = max(sizes, key=lambda size: (
        len(measured.engines([one for one in measures if calls_of(one) == size])), size))
    shown = sorted({shared, max(sizes)})
    panels, used = [], []
    for size in shown:
        for metric, word in (("p50_us", "p50"), ("p99_us", "p99")):
            own = [one for one in measures if calls_of(one) == size and one.metric == metric]
            used += own
            panels.append(Panel(f"{word}, {formats.short(size)} calls", depth_series(own)))
    drawing = line_chart(panels, "microseconds a page of 30", "depth of the page",
                         "Page latency by depth", categories=["newest", "10 %", "50 %", "99 %"],
                         plot_height=150)
    note = ("How long a page takes by how far down the history it begins: in the largest history "
            "that most engines have, and in the largest of all. "
            + measured.runs_note(used, sizes_shown=True))
    return Figure("depth", "Page latency against depth", note, drawing, measured.commands(used))


def depth_series(measures):
    """A Series for each engine over the names of the depths."""
    names = dict(zip(DEPTHS, ("newest", "10 %", "50 %", "99 %")))
    order = list(names)
    return tuple(
        Series(engine, formats.engine_name(engine),
               tuple(measured.point(one, names[one.params["case"]])
                     for one in sorted((m for m in measures if m.engine == engine),
                                       key=lambda m: order.index(m.params["case"]))))
        for engine in measured.engines(measures))


def with_views(series, p50s, p99s):
    """Adds fnstore's light views, which peers have nothing like, as a series of their own."""
    views = [[one for one in measures if one.params.get("api") == "views"]
             for measures in (p50s, p99s)]
    if not views[0]:
        return series
    own = measured.series_of(views)[0]
    return (*series[:1], Series("views", "fnstore, views", own.points), *series[1:])


def pages(results, workload):
    """Every kind of page of a workload: p50 with its spread, and p99 behind it."""
    title, cases = PAGES[workload]
    rows, used = [], []
    for case, words in cases.items():
        p50s, p99s = (results.select(workload, metric, case=case)
                      for metric in ("p50_us", "p99_us"))
        if not p50s:
            continue
        series = measured.series_of([listed(p50s), listed(p99s)])
        rows.append(Row(words, with_views(series, p50s, p99s)))
        used += p50s + p99s
    if not rows:
        return None
    drawing = dot_chart(rows, "microseconds a page of 30 (full mark: p50, hollow: p99)", title)
    note = ("Full marks are the median page, hollow ones the 99th percentile. Views are fnstore's "
            "listing without copies of texts. " + measured.runs_note(used))
    return Figure(workload, title, note, drawing, measured.commands(used))


def meanwhile(results, case, metrics, name, title, label, about):
    """Latencies while nothing else goes on, and while it does."""
    rows, used = [], []
    for state, words in STATES.items():
        by_metric = [listed(results.select("mixed", metric, case=case, **{"while": state}))
                     for metric in metrics]
        if not by_metric[0]:
            continue
        rows.append(Row(words, measured.series_of(by_metric)))
        used += [one for measures in by_metric for one in measures]
    if not rows:
        return None
    drawing = dot_chart(rows, label, title)
    return Figure(name, title, about + " " + measured.runs_note(used), drawing,
                  measured.commands(used))


def mixed_pages(results):
    return meanwhile(
        results, "page", ("p50_us", "p99_us", "p999_us"), "pages_meanwhile",
        "Pages while calls are written, packed and pruned",
        "microseconds a page of 30 (full mark: p50; hollow: p99, p99.9)",
        "Full marks are the median page, the two hollow ones behind it p99 and p99.9. Only fnstore "
        "packs.")


def mixed_writer(results):
    return meanwhile(
        results, "insert", ("p50_us", "p99_us", "max_us"), "writer_meanwhile",
        "A writer while calls are packed and pruned",
        "microseconds an insert (full mark: p50; hollow: p99, longest)",
        "One thread inserts batch after batch. Full marks are the median insert, the two hollow "
        "ones behind it p99 and the longest pause of all.")
