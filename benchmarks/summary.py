"""From repeated measurements to one number."""

import math
from collections.abc import Mapping, Sequence
from statistics import median

Samples = Sequence[float]


def ratio(ours: Samples, theirs: Samples) -> float:
    """Return the median over the rounds of ours / theirs.

    The two of one round were measured one after the other, so a slow minute of the machine hits
    both and cancels; the ratio of two medians would keep it.

    Raises:
        ValueError: there are not as many of one as of the other, or none.
    """
    if len(ours) != len(theirs) or not ours:
        raise ValueError(
            f"{len(ours)} measurements of ours and {len(theirs)} of theirs: measure both once in "
            "each round."
        )
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def best(measured: Mapping[str, Samples], start: str) -> str | None:
    """Return the label that starts so and has the highest median; None if there is none."""
    labels = [label for label in measured if label.startswith(start)]
    return max(labels, key=lambda label: median(measured[label]), default=None)


def common_level(curves: Mapping[str, Sequence[Sequence[float]]]) -> float:
    """Return the lowest loss, in steps of 0.1 nats, that every curve of (seconds, loss) reaches."""
    worst = max(min(loss for _, loss in curve) for curve in curves.values())
    return math.ceil(worst * 10) / 10


def seconds_to(curve: Sequence[Sequence[float]], level: float) -> float:
    """Return the seconds of training after which the held-out loss is at most `level`.

    Raises:
        ValueError: it never is.
    """
    for seconds, loss in curve:
        if loss <= level:
            return seconds
    lowest = min(loss for _, loss in curve)
    raise ValueError(f"the level is {level}, but the lowest loss of the curve is {lowest:.3f}.")
