"""The open task of chapter 01: batches with little padding that differ from pass to pass."""

from typing import Any

import numpy

from .comparing import Random
from .running import a_kind_of, call
from .tasks import Wrong, task

PASSES = 4


def padding_share(batches: list[list[int]], sides: list[list[int]]) -> float:
    """Return the share of padding in batches of indices, for the lengths on both sides."""
    places = sum(len(rows) * max(side[i] for i in rows) for rows in batches for side in sides)
    return 1 - sum(map(sum, sides)) / places


def as_batches(result: Any) -> list[list[int]]:
    """Return the learner's batches as lists of int. Raises Wrong if they can't be that."""
    if not isinstance(result, list | tuple):
        raise Wrong(f"the result is {a_kind_of(result)}, but a list of batches is expected")
    batches = []
    for rows in result:
        rows = rows.asnumpy() if hasattr(rows, "asnumpy") else rows
        try:
            numbers = [int(i) for i in rows]
            whole = numbers == [float(i) for i in rows]
        except (TypeError, ValueError):
            whole = False
        if not whole:
            raise Wrong(
                "each batch should be a list of whole numbers, the positions of its pairs, but "
                f"there is {a_kind_of(rows)} that isn't"
            )
        batches.append(numbers)
    return batches


def check_complete(batches: list[list[int]], count: int, batch_size: int) -> None:
    """Raise Wrong unless every one of `count` pairs is in one batch, and no batch is too large."""
    positions = sorted(i for rows in batches for i in rows)
    missing = set(range(count)) - set(positions)
    if missing:
        raise Wrong(
            f"{len(missing)} of {count} pairs are in no batch, such as the one at {min(missing)}"
        )
    if positions != list(range(count)):
        raise Wrong(
            f"there are {len(positions)} positions in the batches, but {count} pairs: is a pair "
            "in two batches, or a position outside of the corpus?"
        )
    if max(map(len, batches)) > batch_size:
        raise Wrong(f"a batch has {max(map(len, batches))} pairs, but batch_size is {batch_size}")
    enough = -(-count // batch_size)
    if len(batches) > enough:
        raise Wrong(
            f"there are {len(batches)} batches, but {enough} are enough: all but one can be full"
        )


@task(
    "01.8",
    "Open: batches of your own",
    points=3,
    hints=[
        "Sort the positions by length first: sorted(range(n), key=lambda i: target_lengths[i]). "
        "Cut them into batches, and measure the padding.",
        "Where can chance come in? In the key, if you add a small random number to the length.",
        "Then shuffle the order of the batches: numpy.random.shuffle(batches).",
    ],
)
def check_own_batches(random: Random, my_batches: Any) -> None:
    count, batch_size = 200, 16
    source_lengths = [int(n) for n in random.integers(3, 16, count)]
    target_lengths = [n + int(random.integers(4)) for n in source_lengths]
    sides = [source_lengths, target_lengths]
    mixed = [int(i) for i in random.permutation(count)]
    worst = padding_share([mixed[i : i + batch_size] for i in range(0, count, batch_size)], sides)
    passes = []
    for _ in range(PASSES):
        batches = as_batches(call(my_batches, *sides, batch_size))
        check_complete(batches, count, batch_size)
        share = padding_share(batches, sides)
        if share > worst / 2:
            raise Wrong(
                f"{share:.0%} of the places are padding. With random batches it is {worst:.0%}: "
                "bring it down to half of that"
            )
        passes.append(batches)
    if len({frozenset(map(frozenset, batches)) for batches in passes}) == 1:
        raise Wrong(
            "the same pairs share a batch in every pass. Let chance decide a little: in the next "
            "pass a pair should have other neighbours"
        )
    means = [[numpy.mean([target_lengths[i] for i in b]) for b in batches] for batches in passes]
    if all((numpy.diff(m) >= 0).all() or (numpy.diff(m) <= 0).all() for m in means):
        raise Wrong(
            "the batches always come in the order of their lengths, so the model always learns "
            "from sentences of one kind last. Shuffle the batches"
        )
