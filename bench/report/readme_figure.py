"""The one small chart for the README: throughput by batch size, and pages by history size."""

import dataclasses

from . import charts_writing, measured
from .line_chart import line_chart
from .plot import Panel


def readme_figure(results):
    """A Drawing of what is durable by default, with where and when it was measured; None when the
    results hold no such measures."""
    measures = [one for one in results.select("ingest", "calls_per_s", durability="power_safe")
                if charts_writing.is_plain(one) and one.engine != "machine"]
    if not measures:
        return None
    panels = [Panel("calls recorded a second, by batch size",
                    measured.lines(measures, charts_writing.batch_of))]
    pages = [one for one in results.select("scale", "p50_us", case="depth_50")
             if one.params.get("api", "list") == "list"]
    if pages:
        panels.append(Panel("microseconds a page of 30, half-way down",
                            measured.lines(pages, lambda one: one.params.get("calls", 0))))
    panels = [without_tips(panel) for panel in panels]
    drawing = line_chart(panels, "", ["calls in one insert", "calls in the history"],
                         "Throughput and page latency of fnstore and others", own_scales=True,
                         plot_height=170)
    for words in captions(results):
        drawing.text(9, drawing.height + 2, words, "muted small")
        drawing.height += 15
    return drawing


def without_tips(panel):
    """No pointer reaches into a picture on a page, so that tips would be bytes for nothing."""
    series = tuple(dataclasses.replace(one, points=tuple(
        dataclasses.replace(point, tip="") for point in one.points)) for one in panel.series)
    return dataclasses.replace(panel, series=series)


def captions(results):
    """What the figures hold for; and the version, the day and the machine, as far as known."""
    header = results.header
    known = []
    if header.get("version"):
        known.append(f"fnstore {header['version']}")
    if header.get("date"):
        known.append(str(header["date"])[:10])
    if header.get("cpu"):
        known.append(f"{header.get('cores', '?')} cores of {header['cpu']}"[:80])
    lines = ["Every insert is on disk before it is acknowledged (power_safe). Medians; bars from "
             "the least to the greatest run."]
    return lines + ([", ".join(known)] if known else [])
