"""The settings that a step of a transcript is run in: every combination of some widths, locales,
outputs and values of environment variables.

    columns 40 80, locale C.UTF-8 C, on pipe terminal, FORMAT json csv
"""

import itertools

# What holds where nothing is said.
DEFAULTS = {"columns": "80", "locale": "C.UTF-8", "on": "pipe"}


def parse(text):
    """{name: values} of a line of settings; no text: one setting, the default."""
    choices = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, *values = part.split()
        if not values or not (name in DEFAULTS or name.isupper()):
            raise ValueError(f"what is this setting? {part!r}")
        choices[name] = values
    return choices


def combinations(choices):
    """Every setting there is, as {name: value}."""
    return [dict(zip(choices, values)) for values in itertools.product(*choices.values())]


def whole(setting):
    """With the defaults for what it does not say."""
    return {**DEFAULTS, **setting}


def environment(setting):
    """What the setting adds to the environment. A terminal knows its width by itself."""
    full = whole(setting)
    variables = {name: value for name, value in setting.items() if name.isupper()}
    if full["on"] == "pipe":
        variables["COLUMNS"] = full["columns"]
    return {**variables, "LC_ALL": full["locale"]}


def heading(settings, choices):
    """Names some of the combinations as briefly as it can: "40 80 pipe; 40 terminal". What varies
    freely is left out, so all of them have no name at all."""
    return "; ".join(names(settings, choices, list(choices)))


def names(settings, choices, open_names):
    seen = {name: [value for value in choices[name]
                   if any(setting[name] == value for setting in settings)] for name in open_names}
    if len(settings) == _product(seen):
        partial = [" ".join(seen[name]) for name in open_names if seen[name] != choices[name]]
        return [" ".join(partial)] if partial else []
    # Not every value of one goes with every value of another: name them value by value.
    first = min(open_names, key=lambda name: (len(seen[name]) == 1, len(seen[name])))
    rest = [name for name in open_names if name != first]
    found = []
    for value in seen[first]:
        part = [setting for setting in settings if setting[first] == value]
        found += [f"{value} {name}".strip() for name in names(part, choices, rest) or [""]]
    return found


def _product(seen):
    size = 1
    for values in seen.values():
        size *= len(values)
    return size
