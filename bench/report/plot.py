"""What charts are made of: points with their spread, series of them, panels, and whole figures."""

import dataclasses

WIDTH = 760  # pixels, of every chart


@dataclasses.dataclass(frozen=True)
class Point:
    """A median at `x`, and the least and the greatest of the runs."""

    x: object
    median: float
    min: float
    max: float
    tip: str = ""


@dataclasses.dataclass(frozen=True)
class Series:
    """The points of one engine, in order of x; `name` is its label."""

    engine: str
    name: str
    points: tuple


@dataclasses.dataclass(frozen=True)
class Panel:
    """One of the plots of a line chart, with its own axes. `reference` is (value, label) of a
    line across it, if any."""

    title: str
    series: tuple
    reference: tuple | None = None


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of a dot or bar chart: its name, and a Series of one or more points for each engine.
    A row without series is a heading."""

    name: str
    series: tuple = ()


@dataclasses.dataclass(frozen=True)
class Figure:
    """A finished chart for the report. `name` names its file; `note` says what is shown and of how
    many runs; `commands` measured it."""

    name: str
    title: str
    note: str
    drawing: object
    commands: tuple = ()
