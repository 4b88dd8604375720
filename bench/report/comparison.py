"""Two results files beside each other: ratios, and whether they are more than noise."""

import dataclasses

from . import direction, formats
from .results import by_key

BETTER, WORSE, SAME, CHANGED = "better", "worse", "same", "changed"


@dataclasses.dataclass(frozen=True)
class Ratio:
    """B over A of one measure. None where A's value is 0. `least` and `greatest` are what the
    spread of both files leaves open."""

    value: float | None
    least: float | None
    greatest: float | None


def divided(above, below):
    return above / below if below else None


def ratio_of(a, b):
    return Ratio(divided(b.median, a.median), divided(b.min, a.max), divided(b.max, a.min))


def is_noise(a, b):
    """Whether the ranges of the two overlap."""
    return a.min <= b.max and b.min <= a.max


def verdict(a, b):
    """BETTER or WORSE where the ranges do not overlap, CHANGED when neither direction is good."""
    if is_noise(a, b):
        return SAME
    good = direction.better(a)
    if good == direction.NEITHER:
        return CHANGED
    return BETTER if (b.median > a.median) == (good == direction.HIGHER) else WORSE


def is_doubtful(a, b):
    """With a single run on either side there is no spread to tell noise by."""
    return verdict(a, b) != SAME and min(a.runs, b.runs) < 2


def subject(measure):
    """What was measured: the heading over its metrics."""
    return (f"{measure.workload}, {formats.engine_name(measure.engine)}: "
            + formats.parameters(measure.params, without=("samples",)))


def ratio_text(ratio):
    if ratio.value is None:
        return f"{'-':>6}  {'':18}"
    least, greatest = (formats.ratio(value) if value is not None else "?"
                       for value in (ratio.least, ratio.greatest))
    return f"{formats.ratio(ratio.value):>6}  {f'({least} to {greatest})':18}"


def line_of(a, b):
    word = verdict(a, b) + ("?" if is_doubtful(a, b) else "")
    return (f"  {word:8} {ratio_text(ratio_of(a, b))}  {a.metric:18} "
            f"{formats.number(a.median)} -> {formats.number(b.median)} {a.unit}")


def about(name, results):
    """One line on where a file comes from."""
    header = results.header
    revision = header.get("revision", "")
    known = [f"fnstore {header['version']}" + (f" ({revision})" if revision else "")] \
        if "version" in header else []
    known += [str(header[field]) for field in ("date", "cpu") if header.get(field)]
    return f"{name}: {', '.join(known) or 'no header'}"


def missing_lines(heading, measures):
    if not measures:
        return []
    return ["", heading] + [f"  {subject(measure)}: {measure.metric} "
                            f"{formats.number(measure.median)} {measure.unit}"
                            for measure in measures]


def machine_lines(results_a, results_b, pairs):
    """What makes the two hard to compare, whatever the engine: another machine, another disk."""
    lines = [f"A and B differ in {name}: {results_a.header[name]} / {results_b.header[name]}"
             for name in ("cpu", "cores", "kernel", "filesystem")
             if name in results_a.header and name in results_b.header
             and results_a.header[name] != results_b.header[name]]
    for a, b in pairs:
        if a.engine == "machine" and verdict(a, b) != SAME:
            lines.append(f"the machine itself was not the same during {a.workload}: {a.metric} "
                         f"{formats.ratio(ratio_of(a, b).value)}")
    return lines


def compare(results_a, results_b, only_changed=False):
    """The lines to print: per subject its metrics, what only one file has, and the sum."""
    measures_a, measures_b = by_key(results_a.measures), by_key(results_b.measures)
    pairs = [(a, measures_b[key]) for key, a in measures_a.items() if key in measures_b]
    counts = dict.fromkeys((BETTER, WORSE, SAME, CHANGED), 0)
    subjects = {}
    for a, b in pairs:
        word = verdict(a, b)
        counts[word] += 1
        if not (only_changed and word == SAME):
            subjects.setdefault(subject(a), []).append(line_of(a, b))
    lines = [about("A", results_a), about("B", results_b),
             "ratio B/A (what the spread of both leaves open)"]
    for heading, found in subjects.items():
        lines += ["", heading, *found]
    only_a = [measure for key, measure in measures_a.items() if key not in measures_b]
    only_b = [measure for key, measure in measures_b.items() if key not in measures_a]
    lines += missing_lines("only in A", only_a) + missing_lines("only in B", only_b)
    lines += ["", *machine_lines(results_a, results_b, pairs)]
    sums = [f"{count} {word}" for word, count in counts.items() if count or word != CHANGED]
    return [*lines, ", ".join(sums) + f", {len(only_a)} only in A, {len(only_b)} only in B"]
