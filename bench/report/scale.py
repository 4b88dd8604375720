"""Axes: from values to places on the drawing, and where their ticks are."""

import math

from . import formats


class LinearScale:
    """From 0 to a round number at or above `greatest`, laid from `start` to `end`."""

    def __init__(self, greatest, start, end):
        self.start, self.end = start, end
        self.step = self.round_step(greatest or 1)
        self.limit = math.ceil((greatest or 1) / self.step - 1e-9) * self.step

    @staticmethod
    def round_step(greatest):
        """1, 2 or 5 times a power of ten, that goes into `greatest` about four times."""
        rough = greatest / 4
        power = 10 ** math.floor(math.log10(rough))
        return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)

    def at(self, value):
        return self.start + (self.end - self.start) * value / self.limit

    def ticks(self):
        """(value, label)."""
        return [(index * self.step, formats.short(index * self.step))
                for index in range(round(self.limit / self.step) + 1)]


class LogScale:
    """Whole decades around positive values, or parts of one where they span little."""

    MARKS = (1, 2, 5)

    def __init__(self, values, start, end):
        self.start, self.end = start, end
        values = [value for value in values if value > 0] or [1]
        least, greatest = min(values), max(values)
        marks = self.MARKS if greatest / least < 300 else (1,)
        stops = [mark * 10.0 ** power for power in range(math.floor(math.log10(least)) - 1,
                                                       math.ceil(math.log10(greatest)) + 2)
                 for mark in marks]
        first = max(index for index, stop in enumerate(stops) if stop <= least * 1.0001)
        last = min(index for index, stop in enumerate(stops) if stop >= greatest * 0.9999)
        self.stops = stops[first:max(last, first + 1) + 1]

    def at(self, value):
        low, high = math.log10(self.stops[0]), math.log10(self.stops[-1])
        share = (math.log10(max(value, self.stops[0])) - low) / (high - low)
        return self.start + (self.end - self.start) * share

    def ticks(self):
        """(value, label), at most some seven of them."""
        thinned = self.stops[::max(1, math.ceil(len(self.stops) / 7))]
        return [(stop, formats.short(stop)) for stop in thinned]


class CategoryScale:
    """Evenly spaced names, in their order."""

    def __init__(self, names, start, end):
        self.names, self.start, self.end = list(names), start, end

    def at(self, name):
        share = (self.names.index(name) + 0.5) / len(self.names)
        return self.start + (self.end - self.start) * share

    def ticks(self):
        return [(name, str(name)) for name in self.names]
