"""Which charts a report has, in their order."""

import functools

from . import charts_admin, charts_reading, charts_writing

CHARTS = (
    charts_writing.throughput,
    charts_writing.group,
    charts_writing.bytes_by_engine,
    charts_writing.bytes_by_column,
    charts_reading.latency_by_size,
    charts_reading.latency_by_depth,
    *(functools.partial(charts_reading.pages, workload=workload)
      for workload in charts_reading.PAGES),
    charts_reading.mixed_pages,
    charts_reading.mixed_writer,
    charts_admin.opening,
    charts_admin.statistics,
    charts_admin.pruning,
)


def figures_of(results):
    """The charts that these results have measures for."""
    return [figure for figure in (chart(results) for chart in CHARTS) if figure]
