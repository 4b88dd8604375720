"""Charts of rows: dots on a common logarithmic axis, or bars from zero, an engine each."""

from . import formats, theme
from .plot import WIDTH
from .scale import LinearScale, LogScale
from .svg import Drawing, text_width

ROW, HEADING, BAR_GAP = 26, 30, 10
BAR = 15  # with the space between bars


def left_margin(names):
    return min(230, 22 + max((text_width(name) for name in names), default=0))


def engines_of(rows):
    """(engine, name) of all series, each once, in the order of first appearance."""
    found = {}
    for row in rows:
        for series in row.series:
            found.setdefault(series.engine, series.name)
    return list(found.items())


def draw_key(drawing, rows, y):
    """Which mark is whose. Dots of one row are too close to be labelled each."""
    x = 10
    for engine, name in engines_of(rows):
        drawing.marker(x + 4, y - 4, engine)
        drawing.text(x + 13, y, name, theme.class_of(engine))
        x += 13 + text_width(name) + 18
    return x


def draw_bottom(drawing, across, top, bottom, label):
    """The axis under all rows, and the grid through them."""
    for value, text in across.ticks():
        x = across.at(value)
        drawing.line(x, top, x, bottom, "grid")
        drawing.text(x, bottom + 16, text, "muted small", "middle")
    drawing.line(across.start, bottom, across.end, bottom, "axis")
    drawing.text((across.start + across.end) / 2, bottom + 33, label, "muted small", "middle")


def draw_dots(drawing, series, across, y):
    """The series' points in one row: the first a full mark with its spread, the others hollow, at
    the end of a thin line."""
    shade = theme.class_of(series.engine)
    first, others = series.points[0], series.points[1:]
    if others:
        drawing.line(across.at(first.median), y, across.at(others[-1].median), y,
                     f"spread faint {shade}")
    drawing.whisker(across.at(first.min), y, across.at(first.max), y, f"spread {shade}")
    for point in reversed(others):
        drawing.marker(across.at(point.median), y, series.engine, point.tip, hollow=True)
    drawing.marker(across.at(first.median), y, series.engine, first.tip)


def dot_chart(rows, x_label, label, line_height=13):
    """Each row as high as its engines need: one under the other, so that none covers another."""
    drawing = Drawing(WIDTH, label)
    left = left_margin([row.name for row in rows if row.series])
    values = [value for row in rows for series in row.series for point in series.points
              for value in (point.min, point.max)]
    across = LogScale(values, left, WIDTH - 24)
    draw_key(drawing, rows, 18)
    y = top = 32
    places = []
    for row in rows:
        if not row.series:
            places.append((row, y, y + HEADING))
        else:
            places.append((row, y, y + len(row.series) * line_height + 9))
        y = places[-1][2]
    shaded = False
    for row, begin, end in places:
        shaded = bool(row.series) and not shaded
        if shaded:
            drawing.rectangle(0, begin, WIDTH, end - begin, "band")
    draw_bottom(drawing, across, top, y, x_label)
    for row, begin, end in places:
        if not row.series:
            drawing.text(10, begin + 20, row.name, "ink title")
            continue
        drawing.text(left - 12, (begin + end) / 2 + 4, row.name, "ink", "end")
        for index, series in enumerate(row.series):
            draw_dots(drawing, series, across, begin + 5 + (index + 0.5) * line_height)
    drawing.height = y + 44
    return drawing


def bar_chart(rows, x_label, label, value_text=formats.short):
    """Bars from zero, one for the first point of each series, with a whisker for its spread and
    its value at its end. Where rows hold one series each, the row's name is the only label."""
    drawing = Drawing(WIDTH, label)
    single = all(len(row.series) <= 1 for row in rows)
    names = [row.name for row in rows if row.series] if single else \
        [name for _, name in engines_of(rows)]
    left = left_margin(names)
    greatest = max(point.max for row in rows for series in row.series for point in series.points)
    across = LinearScale(greatest, left, WIDTH - 70)
    y = top = 8
    marks = []
    for row in rows:
        if not single or not row.series:
            marks.append(("heading", y + 18, row.name, None))
            y += 24
        for series in row.series:
            marks.append(("bar", y, row.name if single else series.name, series))
            y += BAR + 4
        y += 0 if single else BAR_GAP
    draw_bottom(drawing, across, top, y + 4, x_label)
    for kind, place, name, series in marks:
        if kind == "heading":
            drawing.text(10, place, name, "ink title")
            continue
        draw_bar(drawing, across, place, name, series, value_text)
    drawing.height = y + 48
    return drawing


def draw_bar(drawing, across, place, name, series, value_text):
    shade = theme.class_of(series.engine)
    point = series.points[0]
    end = across.at(point.median)
    drawing.text(across.start - 8, place + 12, name, shade if name == series.name else "ink",
                 "end")
    drawing.rectangle(across.start, place + 2, max(end - across.start, 1), BAR - 2,
                      f"bar {shade}")
    middle = place + 2 + (BAR - 2) / 2
    drawing.whisker(across.at(point.min), middle, across.at(point.max), middle, "whisker")
    drawing.text(max(end, across.at(point.max)) + 6, place + 12, value_text(point.median), "ink")
