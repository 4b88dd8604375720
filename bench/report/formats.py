"""Numbers and names as people read them."""

ENGINE_NAMES = {
    "fnstore": "fnstore",
    "rocksdb": "RocksDB",
    "lmdb": "LMDB",
    "rows": "rows",
    "original_tuned": "original, tuned",
    "original": "original",
    "machine": "machine",
}

# The order in which engines are listed; others come behind, by name.
ENGINE_ORDER = tuple(ENGINE_NAMES)


def engine_name(engine):
    return ENGINE_NAMES.get(engine, engine)


def engine_rank(engine):
    """For sorting engines."""
    known = engine in ENGINE_ORDER
    return (ENGINE_ORDER.index(engine) if known else len(ENGINE_ORDER)), engine


def number(value):
    """Three digits that count, with commas: 394,000, 6.71, 0.35, 1,234."""
    magnitude = abs(value)
    if magnitude >= 10_000:
        digits = len(str(int(magnitude)))
        return f"{round(value, 3 - digits):,.0f}"
    if magnitude >= 100 or value == int(value):
        return f"{value:,.0f}"
    for bound, decimals in ((10, 1), (1, 2), (0.1, 2), (0.01, 3)):
        if magnitude >= bound:
            return f"{value:.{decimals}f}"
    return f"{value:.2g}"


def short(value):
    """For axes and labels in charts: 1.2 M, 394 k, 6.7."""
    for bound, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= bound * 0.9995:
            scaled = value / bound
            return f"{scaled:.3g} {letter}" if scaled < 999.5 else f"{scaled:.0f} {letter}"
    return f"{value:.3g}"


def ratio(value):
    """2.31, 12.4, 640, 0.87."""
    for bound, decimals in ((100, 0), (10, 1)):
        if value >= bound:
            return f"{value:,.{decimals}f}"
    return f"{value:.2f}" if value >= 0.01 else f"{value:.2g}"


# What tells measures of one workload apart comes first.
FIRST_PARAMS = ("case", "part", "while", "cache", "column", "api", "query", "state", "batch",
                "bulk", "threads", "durability", "calls")


def parameter_rank(name):
    known = name in FIRST_PARAMS
    return (FIRST_PARAMS.index(name) if known else len(FIRST_PARAMS)), name


def parameters(params, without=()):
    """"case=hot durability=power_safe"; flags that are off are left out."""
    words = []
    for name in sorted(params, key=parameter_rank):
        value = params[name]
        if name in without or value is False:
            continue
        words.append(name if value is True else f"{name}={value}")
    return " ".join(words)
