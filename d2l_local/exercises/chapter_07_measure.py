"""The open task of chapter 07: a measure for maps that sees more than the largest weight."""

from collections.abc import Callable
from typing import Any

import numpy

from ..evaluation import Link
from .comparing import Array, Random, plain, same
from .running import call
from .tasks import Wrong, task

Measure = Callable[[Array, set[Link]], float]


def gold_map(gold: set[Link], rows: int, columns: int) -> Array:
    """Return the map that shares the weight of each row equally among its gold words."""
    weights = numpy.zeros((rows, columns), dtype="float32")
    for i, j in gold:
        weights[j, i] = 1
    weights[weights.sum(1) == 0] = 1
    return weights / weights.sum(1, keepdims=True)


def beside(gold: set[Link], rows: int, columns: int) -> Array:
    """Return the map that has no weight on gold words, and shares it among all others."""
    weights = numpy.ones((rows, columns), dtype="float32")
    for i, j in gold:
        weights[j, i] = 0
    return weights / weights.sum(1, keepdims=True)


@task(
    "07.8",
    "Open: a measure of your own",
    points=3,
    hints=[
        "How much of the weight of a row lies on its gold words? That is a number from 0 to 1.",
        "Take the mean of it over the target words that have gold links.",
        "For something bolder: how far is the weight from the gold word, on average?",
    ],
)
def check_own_measure(random: Random, my_agreement: Any) -> None:
    def measure(weights: Array, gold: set[Link]) -> float:
        got = float(plain(call(my_agreement, weights, gold), 0.0))
        if not numpy.isfinite(got):
            raise Wrong(f"the result is {got}. Is there a division by 0, or a logarithm of 0?")
        if not -1e-4 <= got <= 1 + 1e-4:
            raise Wrong(f"the result is {got:.3g}, but a number from 0 to 1 is expected")
        return got

    for rows, columns in ((7, 5), (6, 7)):
        gold = {(int(random.integers(0, columns)), j) for j in range(rows - 1)}
        gold |= {((i + 2) % columns, j) for i, j in gold if j == 0}
        check_laws(random, measure, gold, rows, columns)


def check_laws(random: Random, measure: Measure, gold: set[Link], rows: int, columns: int) -> None:
    """Raise Wrong, naming the law, if this can't be a measure of agreement with the gold links.

    The first target word has two gold words, the last one has none.
    """
    best, worst = gold_map(gold, rows, columns), beside(gold, rows, columns)
    top = measure(best, gold)
    if not same(measure(best, gold), top):
        raise Wrong("two calls with the same map give different results. Is it random?")
    if not same(top, 1.0, tolerance=1e-3):
        raise Wrong(
            f"the gold map itself gets {top:.3g}, not 1. In it a word with two gold words has a "
            "weight of one half on each, and the last target word has no gold link"
        )
    if same(measure(worst, gold), top):
        raise Wrong("a map without any weight on gold words gets 1, too")
    mixed = [(1 - t) * worst + t * best for t in numpy.linspace(0, 1, 21, dtype="float32")]
    scores = [measure(weights, gold) for weights in mixed]
    steps = numpy.diff(scores)
    if (steps < -1e-5).any():
        raise Wrong("the result falls when weight moves from other words to the gold words")
    if (steps < 1e-6).sum() > 2:
        raise Wrong(
            "the result stays the same when some weight moves from other words to the gold words. "
            "Do you use more than the largest weight of each row?"
        )
    weights = mixed[10].copy()
    weights[-1] = random.dirichlet(numpy.ones(columns))
    if not same(measure(weights, gold), scores[10]):
        raise Wrong(
            "the last target word has no gold link, but the result changes with its row. Leave "
            "such words out"
        )
    order = random.permutation(rows)
    moved = {(i, int(numpy.flatnonzero(order == j)[0])) for i, j in gold}
    uneven = best * random.uniform(0.2, 0.8, (rows, 1)).astype("float32")
    uneven += worst * (1 - uneven.sum(1, keepdims=True))
    if not same(measure(uneven[order], moved), measure(uneven, gold)):
        raise Wrong("the result changes when the target words change places, with rows and links")
