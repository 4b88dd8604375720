"""Whether more of a metric is better."""

HIGHER, LOWER, NEITHER = "higher", "lower", "neither"

BY_UNIT = {
    **dict.fromkeys(("calls/s", "1/s", "MB/s", "GB/s"), HIGHER),
    **dict.fromkeys(("us", "ms", "s", "bytes", "MiB"), LOWER),
}

# Where the unit does not tell.
BY_METRIC = {
    "per_fsync": HIGHER,      # calls stored by one fsync
    "p99_ratio": LOWER,       # p99 with something in the way, over p99 without
    "bytes_share": LOWER,     # of a pruned file, after over before
    "bytes_before": NEITHER,  # of a file that is going to be pruned
    "calls_share": NEITHER,
    "verified_calls": NEITHER,
}


def better(measure):
    """HIGHER, LOWER, or NEITHER when no direction is the good one or it is not known."""
    return BY_METRIC.get(measure.metric) or BY_UNIT.get(measure.unit, NEITHER)
