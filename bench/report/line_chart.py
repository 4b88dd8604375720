"""Line charts: values over sizes, a panel for each circumstance, both axes logarithmic."""

import math

from . import theme
from .plot import WIDTH
from .scale import CategoryScale, LogScale
from .svg import Drawing, spread_apart, text_width

LEFT, TOP, BOTTOM, GAP = 52, 44, 46, 18
LABEL_HEIGHT = 14


def value_scale(panels, start, end):
    """One for all panels, so that they compare; with the spreads and references in it."""
    values = [value for panel in panels for series in panel.series for point in series.points
              for value in (point.min, point.max)]
    values += [panel.reference[0] for panel in panels if panel.reference]
    return LogScale(values, start, end)


def x_scale(panels, categories, start, end):
    if categories:
        return CategoryScale(categories, start, end)
    return LogScale([point.x for panel in panels for series in panel.series
                     for point in series.points], start, end)


def draw_axes(drawing, across, up, title, x_label):
    """Grid, ticks and labels of one panel."""
    for value, label in up.ticks():
        y = up.at(value)
        drawing.line(across.start, y, across.end, y, "grid")
        drawing.text(across.start - 6, y + 4, label, "muted small", "end")
    drawing.line(across.start, up.start, across.end, up.start, "axis")
    for value, label in across.ticks():
        x = across.at(value)
        drawing.line(x, up.start, x, up.start + 4, "axis")
        drawing.text(x, up.start + 17, label, "muted small", "middle")
    drawing.text((across.start + across.end) / 2, up.start + 34, x_label, "muted small", "middle")
    drawing.text(across.start, up.end - 12, title, "ink title")


def draw_series(drawing, series, across, up):
    shade = theme.class_of(series.engine)
    places = [(across.at(point.x), up.at(point.median)) for point in series.points]
    strong = " strong" if series.engine == "fnstore" else ""
    if len(places) > 1:
        drawing.path(places, f"line {shade}{strong}")
    for point, (x, y) in zip(series.points, places):
        drawing.whisker(x, up.at(point.min), x, up.at(point.max), f"spread {shade}")
        drawing.marker(x, y, series.engine, point.tip)


def height_at(series, x, across, up):
    """Where a series' line passes x; None where it does not."""
    places = [(across.at(point.x), up.at(point.median)) for point in series.points]
    for (x1, y1), (x2, y2) in zip(places, places[1:]):
        if x1 <= x <= x2:
            return y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return None


def is_free(panel, series, across, up):
    """Whether a series that ends early has room for its name right behind its end."""
    x, y = across.at(series.points[-1].x), up.at(series.points[-1].median)
    width = text_width(series.name) + 8
    for other in panel.series:
        if other is series:
            continue
        heights = [height_at(other, x + step * width / 8, across, up) for step in range(9)]
        last_x = across.at(other.points[-1].x)
        if x - 1 <= last_x <= x + width:
            heights.append(up.at(other.points[-1].median))
        if any(abs(height - y) < LABEL_HEIGHT for height in heights if height is not None):
            return False
    return True


def draw_labels(drawing, panel, across, up):
    """The engines' names: behind the ends of their lines, or, of all that end at one x when one of
    these has no room there, beside the plot."""
    ends = [(series, across.at(series.points[-1].x), up.at(series.points[-1].median))
            for series in panel.series]
    crowded = {x for series, x, _ in ends
               if across.end - x <= 24 or not is_free(panel, series, across, up)}
    beside = [end for end in ends if end[1] in crowded]
    for series, x, y in ends:
        if x not in crowded:
            drawing.text(x + 9, y + 4, series.name, theme.class_of(series.engine))
    places = spread_apart([y for _, _, y in beside], LABEL_HEIGHT, up.end, up.start - 4)
    edge = across.end + 14
    for (series, x, y), place in zip(beside, places):
        shade = theme.class_of(series.engine)
        if abs(place - y) > 3 or edge - x > 24:
            drawing.path([(x + 6, y), (edge - 3, place)], f"spread {shade} leader")
        drawing.text(edge, place + 4, series.name, shade)


def draw_reference(drawing, panel, across, up):
    value, label = panel.reference
    y = up.at(value)
    drawing.line(across.start, y, across.end, y, "axis dashed")
    drawing.text(across.start + 4, y - 5, label, "muted small")


def line_chart(panels, y_label, x_label, label, categories=None, columns=2, plot_height=190,
               own_scales=False):
    """A Drawing of the panels, `columns` beside each other. With `own_scales` each has axes of its
    own, and `x_label` is a list: the panels show different things."""
    drawing = Drawing(WIDTH, label)
    columns = min(columns, len(panels))
    names = [series.name for panel in panels for series in panel.series]
    right = 20 + max(text_width(name) for name in names)
    cell = (WIDTH - GAP) / columns
    for index, panel in enumerate(panels):
        column, row = index % columns, index // columns
        top = TOP + row * (TOP + plot_height + BOTTOM - 8) + (14 if y_label else 0)
        left = GAP / 2 + column * cell + LEFT
        scaled = [panel] if own_scales else panels
        across = x_scale(scaled, categories, left, left - LEFT + cell - right)
        up = value_scale(scaled, top + plot_height, top)
        draw_axes(drawing, across, up, panel.title, x_label[index] if own_scales else x_label)
        if panel.reference:
            draw_reference(drawing, panel, across, up)
        # fnstore last, over the others.
        for series in sorted(panel.series, key=lambda one: one.engine == "fnstore"):
            draw_series(drawing, series, across, up)
        draw_labels(drawing, panel, across, up)
    if y_label:
        drawing.text(GAP / 2, 18, y_label, "muted small")
    rows = math.ceil(len(panels) / columns)
    drawing.height = TOP + rows * (TOP + plot_height + BOTTOM - 8) - (16 if y_label else 30)
    return drawing
