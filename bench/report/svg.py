"""Writes SVG: shapes with classes, which theme.py gives their look."""

from xml.sax.saxutils import escape, quoteattr

from . import theme


# Paths of markers, from their middle on.
SHAPES = {"square": "m-3.2-3.2h6.4v6.4h-6.4z", "triangle": "m0-4.2l4 7.4h-8z",
          "diamond": "m0-4.4l4.2 4.4-4.2 4.4-4.2-4.4z",
          "cross": "m-3.2-3.2l6.4 6.4m0-6.4l-6.4 6.4", "plus": "m-4 0h8m-4-4v8"}


def fixed(value):
    """A coordinate: a tenth of a pixel is enough."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def text_width(text, size=12):
    """About how wide a text is drawn, in pixels; a little more rather than less."""
    narrow = sum(1 for letter in text if letter in "iIl.,:;|'()[]tfjr ")
    return size * (0.6 * (len(text) - narrow) + 0.36 * narrow)


class Drawing:
    """A chart of a fixed width; its height is set when all is drawn."""

    def __init__(self, width, label):
        self.width, self.height, self.label = width, 0, label
        self.parts = []

    def line(self, x1, y1, x2, y2, classes):
        self.parts.append(f'<line x1="{fixed(x1)}" y1="{fixed(y1)}" x2="{fixed(x2)}" '
                          f'y2="{fixed(y2)}" class="{classes}"/>')

    def path(self, points, classes):
        steps = "L".join(f"{fixed(x)} {fixed(y)}" for x, y in points)
        self.parts.append(f'<path d="M{steps}" class="{classes}"/>')

    def whisker(self, x1, y1, x2, y2, classes):
        """A line with a bar across each end, straight or upright; nothing when it would be no
        longer than a pixel."""
        if abs(x2 - x1) + abs(y2 - y1) <= 1:
            return
        if y1 == y2:
            steps = [f"M{fixed(x)} {fixed(y1 - 3)}v6" for x in (x1, x2)]
        else:
            steps = [f"M{fixed(x1 - 3)} {fixed(y)}h6" for y in (y1, y2)]
        self.parts.append(f'<path d="M{fixed(x1)} {fixed(y1)}L{fixed(x2)} {fixed(y2)}'
                          f'{"".join(steps)}" class="{classes}"/>')

    def rectangle(self, x, y, width, height, classes):
        self.parts.append(f'<rect x="{fixed(x)}" y="{fixed(y)}" width="{fixed(width)}" '
                          f'height="{fixed(height)}" class="{classes}"/>')

    def text(self, x, y, text, classes="ink", anchor="start", turned=False):
        place = f'x="{fixed(x)}" y="{fixed(y)}"'
        if turned:
            place += f' transform="rotate(-90 {fixed(x)} {fixed(y)})"'
        if anchor != "start":
            place += f' text-anchor="{anchor}"'
        self.parts.append(f'<text {place} class="{classes}">{escape(text)}</text>')

    def marker(self, x, y, engine, tip="", hollow=False):
        """The engine's mark; `tip` shows where a pointer rests on it."""
        shape = theme.marker_of(engine)
        classes = f"mark {theme.class_of(engine)}"
        if hollow and shape not in ("cross", "plus"):
            classes += " hollow"
        place = f'cx="{fixed(x)}" cy="{fixed(y)}" r="3.5"' if shape == "circle" else \
            f'd="M{fixed(x)} {fixed(y)}{SHAPES[shape]}"'
        element = "circle" if shape == "circle" else "path"
        content = f"><title>{escape(tip)}</title></{element}>" if tip else "/>"
        self.parts.append(f'<{element} {place} class="{classes}"{content}')

    def inline(self):
        """The element for a page that has theme.style() itself."""
        return self.element("")

    def file(self):
        """A file by itself."""
        text = self.element("")
        used = [engine for engine in (*theme.ENGINE_LOOKS, "other")
                if theme.class_of(engine) in text]
        return self.element(f"<style>{theme.style(used)}</style>") + "\n"

    def element(self, head):
        surface = f'<rect width="{self.width}" height="{fixed(self.height)}" class="surface"/>'
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} '
                f'{fixed(self.height)}" width="{self.width}" height="{fixed(self.height)}" '
                f'role="img" aria-label={quoteattr(self.label)}>{head}{surface}'
                + "\n".join(self.parts) + "</svg>")


def spread_apart(wanted, distance, least, greatest):
    """Places near `wanted` that keep their order, are at least `distance` apart and stay between
    `least` and `greatest` as far as there is room. Returned in the order of `wanted`."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    places = [min(max(wanted[index], least), greatest) for index in order]
    for _ in range(200):
        moved = False
        for index in range(len(places) - 1):
            overlap = distance - (places[index + 1] - places[index])
            if overlap > 0.01:
                places[index] -= overlap / 2
                places[index + 1] += overlap / 2
                moved = True
        if places and places[0] < least:
            places[0] = least
        if places and places[-1] > greatest:
            places[-1] = greatest
        if not moved:
            break
    result = [0.0] * len(wanted)
    for place, index in zip(places, order):
        result[index] = place
    return result
