"""Tasks of chapter 04: look at scores, find those that ignore the query, invent some."""

import math
from collections.abc import Callable
from typing import Any

import numpy
from mxnet import np

from .comparing import (
    Array,
    Mistake,
    Random,
    check_function,
    check_values,
    plain,
    same,
    softmax,
)
from .running import call
from .tasks import Wrong, task


def on_any_arrays(function: Callable[..., Array]) -> Callable[..., Any]:
    """Return `function` of NumPy arrays for MXNet arrays as well."""

    def either(*arrays: Any) -> Any:
        if isinstance(arrays[0], numpy.ndarray):
            return function(*arrays)
        return np.array(function(*(array.asnumpy() for array in arrays)), dtype="float32")

    return either


@task(
    "04.6",
    "Find the bug: attention that ignores the query",
    points=3,
    hints=[
        "The weights have the shape (queries, keys). Compare the rows within one column.",
        "The largest weight minus the smallest weight of each column, over axis 0.",
        "float((weights.max(axis=0) - weights.min(axis=0)).max()). For the broken ones, print it.",
    ],
)
def check_query_influence(random: Random, query_influence: Any, broken: Any) -> None:
    W = random.normal(0, 0.4, (4, 4)).astype("float32")
    attention = on_any_arrays(lambda Q, K: softmax(Q @ W @ K.T))
    fixed = on_any_arrays(lambda Q, K: softmax(numpy.ones_like(Q) @ W @ K.T))
    inputs = [
        [random.normal(0, 1, (n, 4)).astype("float32") for n in sizes]
        for sizes in ((6, 5), (5, 6), (7, 4), (4, 4))
    ]
    cases = [(attention, *arrays) for arrays in inputs] + [(fixed, *inputs[0])]

    def measure(read: Callable[[Array], Any]) -> Callable[..., float]:
        return lambda attention, Q, K: float(read(attention(Q, K)))

    mistakes = [
        Mistake(
            "you compared the keys with each other. Compare the rows: one key, several queries",
            measure(lambda W: (W.max(1) - W.min(1)).max()),
        ),
        Mistake(
            "you compared all weights with each other. Compare those of one key only",
            measure(lambda W: W.max() - W.min()),
        ),
        Mistake(
            "only the first query is compared with the others. Compare every pair",
            measure(lambda W: abs(W - W[:1]).max()),
        ),
        Mistake(
            "only the first two queries are compared. Compare every pair",
            measure(lambda W: abs(W[0] - W[1]).max()),
        ),
        Mistake(
            "only neighbouring queries are compared. Compare every pair",
            measure(lambda W: abs(numpy.diff(W, axis=0)).max()),
        ),
        Mistake(
            "this is the mean over the keys. The largest is asked for",
            measure(lambda W: (W.max(0) - W.min(0)).mean()),
        ),
        Mistake(
            "this is the sum over the keys. The largest is asked for",
            measure(lambda W: (W.max(0) - W.min(0)).sum()),
        ),
        Mistake(
            "this is a standard deviation. The largest difference is asked for",
            measure(lambda W: W.std(0).max()),
        ),
        Mistake(
            "these are differences with a sign, and they cancel",
            measure(lambda W: (W - W.mean(0)).mean()),
        ),
    ]
    check_function(query_influence, cases, measure(lambda W: (W.max(0) - W.min(0)).max()), mistakes)
    if not isinstance(broken, list | tuple | set | str):
        raise Wrong('`broken` should be a list of names, such as ["A", "D"]')
    named = set(broken)
    if not named <= set("ABC"):
        raise Wrong(f"`broken` is {broken!r}. The candidates are called A, B and C")
    for name, cause in (
        ("A", "your measurement is right, but A does depend on the query: look at its number"),
        ("B", "B is missing in `broken`. Each of its projections has a tanh of its own"),
        ("C", "C is missing in `broken`. Without a tanh the score is a sum of two terms, too"),
    ):
        if (name in named) != (name in "BC"):
            raise Wrong(cause)


@task(
    "04.7",
    "How far scores spread",
    points=1,
    hints=[
        "A product of two entries is −1 or +1. Its mean is 0. What is its variance?",
        "The variance of a sum of independent numbers is the sum of their variances: 256.",
        "The spread asked for is the standard deviation, the square root of the variance.",
    ],
)
def check_spread(random: Random, spread: Any, scaled_spread: Any) -> None:
    mistakes = {
        "256 is the variance. The spread is its square root": 256,
        "1 is the spread of one product. There are 256 of them in the sum": 1,
        "this is the square root of 512. A product of two signs is again one sign": math.sqrt(512),
    }
    check_values(spread, 16, mistakes, what="`spread`")
    scaled = {
        "dividing the scores by 16 divides their spread by 16, too": 16,
        "you divided by d. The scores are divided by its square root": 16 / 256,
        "you divided twice. The spread of the scores is 16": 1 / 16,
    }
    check_values(scaled_spread, 1, scaled, what="`scaled_spread`")


def check_laws(scores: Callable[[Array, Array], Array], Q: Array, K: Array, order: Array) -> None:
    """Raise Wrong, naming the law, if these scores are no use for attention."""
    base = scores(Q, K)
    weights = softmax(base)
    if not same(scores(Q, K), base):
        raise Wrong(
            "two calls with the same input give different scores. Is there randomness in it?"
        )
    if same(base, base[:, :, :1].repeat(K.shape[1], axis=2)):
        raise Wrong("all keys get the same score, so the weights are always equal")
    if same(weights, weights[:, :1].repeat(Q.shape[1], axis=1)):
        raise Wrong(
            "the weights are the same for all queries. Does the query give the same number to all "
            "keys? Softmax cancels that"
        )
    if not same(scores(Q, K[:, order]), base[:, :, order]):
        raise Wrong("a key's score changes when the keys change places: it depends on the position")
    if not same(scores(Q, K[:, :-1]), base[:, :, :-1]):
        raise Wrong(
            "a key's score changes when another key is taken away. A score belongs to one pair; "
            "the softmax comes later"
        )
    if not same(scores(Q[:1], K[:1]), base[:1]):
        raise Wrong("the scores of a sentence change with the other sentences of its batch")
    ratio = base / (Q @ numpy.swapaxes(K, 1, 2))
    if same(ratio, numpy.full_like(ratio, ratio.flat[0])):
        raise Wrong("this is the dot product, only scaled. Invent another score")


@task(
    "04.8",
    "Open: a score of your own",
    points=3,
    hints=[
        "When are two vectors alike? The distance between them is one answer.",
        "A near key should have a high score, so a distance needs a minus sign.",
        "Q[:, :, None] - K[:, None] has the shape (batch, queries, keys, d): all pairs.",
    ],
)
def check_own_scores(random: Random, my_scores: Any) -> None:
    def scores(Q: Array, K: Array) -> Array:
        shape = (len(Q), Q.shape[1], K.shape[1])
        got = plain(call(my_scores, Q, K), numpy.empty(shape))
        if got.shape != shape:
            raise Wrong(
                f"for queries {Q.shape} and keys {K.shape} the scores have shape {got.shape}, but "
                f"{shape} is expected, that is (batch, queries, keys)"
            )
        if not numpy.isfinite(got).all():
            raise Wrong("some scores are not finite numbers")
        return got

    Q = random.normal(0, 1, (3, 2, 4)).astype("float32")
    K = random.normal(0, 1, (3, 5, 4)).astype("float32")
    check_laws(scores, Q, K, numpy.roll(numpy.arange(5), 2))
