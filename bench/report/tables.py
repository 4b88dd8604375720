"""The table of every measure, as HTML: medians, spreads, and how many times better fnstore does."""

from html import escape

from . import direction, formats, measured
from .results import merged

# In these the number of calls is what is compared; in all others an engine may record fewer.
BY_SIZE = {"scale"}
UNSHOWN = {"samples"}


def ratio_of(own, peer):
    """How many times better `own` is than `peer`; None when no direction is the good one."""
    good = direction.better(own)
    if good == direction.NEITHER or not own.median or not peer.median:
        return None
    if good == direction.HIGHER:
        return own.median / peer.median
    return peer.median / own.median


def row_key(measure):
    """What the measures of one row share."""
    without = UNSHOWN | (set() if measure.workload in BY_SIZE else {"calls"})
    params = {name: value for name, value in measure.params.items() if name not in without}
    return formats.parameters(params), measure.metric, measure.unit


def rows_of(measures):
    """{row key: {engine: Measure}}, in the order of first appearance."""
    rows = {}
    for measure in measures:
        rows.setdefault(row_key(measure), {}).setdefault(measure.engine, []).append(measure)
    return {key: {engine: merged(own) if engine == "machine" else measured.most_calls(own)
                  for engine, own in engines.items()}
            for key, engines in rows.items()}


def shared_words(keys):
    """The params that all rows have: said once, over the table."""
    words = [key[0].split(" ") for key in keys]
    return [word for word in words[0] if word and all(word in other for other in words)]


def cell(measure, own):
    """A peer's or fnstore's figure; `own` is fnstore's measure in this row, if there is one."""
    if measure is None:
        return "<td></td>"
    text, below = f"<b>{formats.number(measure.median)}</b>", []
    if own is not None and measure is not own:
        times = ratio_of(own, measure)
        if times is not None:
            kind = "better" if times >= 1 else "worse"
            text += f' <span class="{kind}">{formats.ratio(times)}×</span>'
    if measure.min != measure.max:
        below.append(f"{formats.number(measure.min)}–{formats.number(measure.max)}")
    if own is not None and measure.params.get("calls") != own.params.get("calls"):
        below.append(f"of {formats.number(measure.params.get('calls', 0))} calls")
    return f"<td>{text}{''.join(f'<br><small>{words}</small>' for words in below)}</td>"


def name_of(metric, unit):
    """A metric with its unit, unless it ends with that."""
    return escape(metric) if metric.endswith("_" + unit.lower()) else \
        f"{escape(metric)} <small>{escape(unit)}</small>"


def table(workload, measures):
    """The table of one workload: under each set of params its metrics."""
    rows = rows_of(measures)
    engines = measured.engines(measures)
    if any(measure.engine == "machine" for measure in measures):
        engines.append("machine")
    shared = shared_words([key for key, by_engine in rows.items()
                           if set(by_engine) != {"machine"}] or list(rows))
    groups = {}
    for (words, metric, unit), by_engine in rows.items():
        groups.setdefault(words, []).append((name_of(metric, unit), by_engine))
    heads = "".join(f"<th>{escape(formats.engine_name(engine))}</th>" for engine in engines)
    lines = [f"<h3>{escape(workload)}</h3>", f'<p class="muted">{escape(" ".join(shared))}</p>',
             f'<div class="wide"><table><thead><tr><th></th>{heads}</tr></thead><tbody>']
    for words, metrics in groups.items():
        rest = " ".join(word for word in words.split(" ") if word not in shared)
        if rest:
            lines.append(f'<tr class="group"><th colspan="{len(engines) + 1}">{escape(rest)}</th>'
                         "</tr>")
        for name, by_engine in metrics:
            own = by_engine.get("fnstore")
            cells = "".join(cell(by_engine.get(engine), own) for engine in engines)
            lines.append(f"<tr><th>{name}</th>{cells}</tr>")
    return "\n".join([*lines, "</tbody></table></div>"])


def tables(results):
    """All of them, a workload each."""
    by_workload = {}
    for measure in results.measures:
        by_workload.setdefault(measure.workload, []).append(measure)
    return "\n".join(table(workload, own) for workload, own in by_workload.items())
