"""Tasks of chapter 08: codes of positions, the chapter's and others."""

from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, check_function, plain, same
from .running import call
from .tasks import Wrong, task


def interleaved(first: Array, second: Array) -> Array:
    """Return the columns of both in turn: (positions, 2 * columns)."""
    return numpy.stack([first, second], axis=-1).reshape(len(first), -1)


def codes(
    exponent: Callable[[Array, int], Array] = lambda j, d: 2 * j / d,
    form: Callable[[Array], Array] = lambda angle: interleaved(numpy.sin(angle), numpy.cos(angle)),
    base: float = 10000.0,
    first: int = 0,
) -> Callable[[int, int], Array]:
    """Return the positional codes of the chapter, or a variety of them that is wrong."""

    def compute(num_positions: int, d: int) -> Array:
        positions = numpy.arange(first, first + num_positions)[:, None]
        return form(positions / base ** exponent(numpy.arange(d // 2), d))

    return compute


right_codes = codes()


def with_index_of_the_entry(num_positions: int, d: int) -> Array:
    entries = numpy.arange(d)
    angles = numpy.arange(num_positions)[:, None] / 10000.0 ** (entries / d)
    return numpy.where(entries % 2 == 0, numpy.sin(angles), numpy.cos(angles))


def with_twice_the_index(num_positions: int, d: int) -> Array:
    entries = numpy.arange(d)
    angles = numpy.arange(num_positions)[:, None] / 10000.0 ** (2 * entries / d)
    return numpy.where(entries % 2 == 0, numpy.sin(angles), numpy.cos(angles))


@task(
    "08.4",
    "Codes of positions",
    points=2,
    hints=[
        "One row for each position, one column for each j: the angles are an array of the shape "
        "(num_positions, d / 2).",
        "Sines go to columns 0, 2, 4, …, cosines to columns 1, 3, 5, …: codes[:, 0::2] = ...",
        "Both entries of a pair have the same angle, position / 10000 ** (2 * j / d).",
    ],
)
def check_positional_codes(random: Random, positional_codes: Any) -> None:
    mistakes = [
        Mistake(
            "all sines come first, then all cosines. They take turns: columns 0, 2, … and 1, 3, …",
            codes(form=lambda a: numpy.concatenate([numpy.sin(a), numpy.cos(a)], axis=1)),
        ),
        Mistake(
            "sine and cosine are exchanged: column 0 holds sines",
            codes(form=lambda a: interleaved(numpy.cos(a), numpy.sin(a))),
        ),
        Mistake(
            "there are sines only", codes(form=lambda a: interleaved(numpy.sin(a), numpy.sin(a)))
        ),
        Mistake(
            "the exponent is j / d here. It is 2 j / d, with j from 0 to d / 2 - 1",
            codes(exponent=lambda j, d: j / d),
        ),
        Mistake(
            "sine and cosine of a pair have different angles: the exponent of entry 2j + 1 is "
            "2j / d, too",
            with_index_of_the_entry,
        ),
        Mistake(
            "j counts pairs, not entries: columns 2j and 2j + 1 have the exponent 2j / d",
            with_twice_the_index,
        ),
        Mistake("the exponent is not divided by d", codes(exponent=lambda j, d: 2 * j)),
        Mistake(
            "you multiplied by the power of 10000. Divide by it, so that the waves become slower",
            codes(exponent=lambda j, d: -2 * j / d),
        ),
        Mistake("the base is 10000, not 1000", codes(base=1000.0)),
        Mistake("all columns turn equally fast: j is not used", codes(exponent=lambda j, d: 0 * j)),
        Mistake("positions count from 0. Yours count from 1", codes(first=1)),
        Mistake(
            "positions and entries are exchanged: one row for each position",
            lambda num_positions, d: right_codes(num_positions, d).T,
        ),
        Mistake(
            "these are the angles. Take sine and cosine of them",
            codes(form=lambda a: interleaved(a, a)),
        ),
    ]
    cases = [
        (int(random.integers(10, 30)), 2 * int(random.integers(4, 9))),
        (8, 8),
        (int(random.integers(30, 60)), 4),
        (1, 6),
    ]
    check_function(positional_codes, cases, right_codes, mistakes, axes="(num_positions, d)")


@task(
    "08.8",
    "Open: codes of your own",
    points=3,
    hints=[
        "Think of a clock: some hands turn fast, others slowly. Must the hands be round?",
        "A wave can also go straight up and down: a zigzag. Or write the number of the position "
        "with digits.",
        "Zigzags of the periods 4, 6, 9, 13.5, … work, each 1.5 times as long as the one before. "
        "With 4, 8, 16, … positions 63 and 65 look alike. Why?",
    ],
)
def check_own_codes(random: Random, my_codes: Any) -> None:
    def get(num_positions: int, d: int) -> Array:
        got = plain(call(my_codes, num_positions, d), numpy.empty((num_positions, d)))
        if got.shape != (num_positions, d):
            raise Wrong(
                f"for {num_positions} positions and d = {d} the codes have shape {got.shape}, but "
                f"{(num_positions, d)} is expected"
            )
        if not numpy.isfinite(got).all():
            raise Wrong("some entries are not finite numbers")
        return got

    check_codes(get, num_positions=100, d=2 * int(random.integers(8, 13)))


def check_codes(get: Callable[[int, int], Array], num_positions: int, d: int) -> None:
    """Raise Wrong, naming the law, if these codes are no use for a transformer."""
    P = get(num_positions, d)
    if not same(get(num_positions, d), P):
        raise Wrong("two calls give different codes. Is there randomness in it?")
    if not same(get(num_positions // 3, d), P[: num_positions // 3]):
        raise Wrong(
            "the code of a position changes with the number of positions. The first word of a long "
            "sentence should look like that of a short one"
        )
    if abs(P).max() > 2:
        place = int(abs(P).max(axis=1).argmax())
        raise Wrong(
            f"the code of position {place} has an entry of {P[place][abs(P[place]).argmax()]:.1f}. "
            "Stay between -2 and 2: larger codes drown the word vectors"
        )
    distances = numpy.sqrt(((P[:, None] - P[None]) ** 2).sum(axis=-1))
    p, q = numpy.unravel_index(
        (distances + 100 * numpy.eye(num_positions)).argmin(), distances.shape
    )
    if distances[p, q] < 0.1:
        raise Wrong(
            f"positions {min(p, q)} and {max(p, q)} have nearly the same code: the distance is "
            f"{distances[p, q]:.3f}. Make it 0.1 or more for all pairs"
        )
    near, far = (float(numpy.diagonal(distances, k).mean()) for k in (1, 20))
    if near > 0.9 * far:
        raise Wrong(
            f"neighbours are no more alike than strangers: the mean distance is {near:.2f} at one "
            f"step, and {far:.2f} at 20 steps"
        )
    if same(P, right_codes(num_positions, d)):
        raise Wrong("these are the codes of the chapter. Invent others")
