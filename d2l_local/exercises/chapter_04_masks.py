"""Tasks of chapter 04: the weights, and the mask that keeps them off the padding."""

import math
from typing import Any

import numpy

from .comparing import (
    Array,
    Mistake,
    Random,
    Symptom,
    check_function,
    check_values,
    softmax,
)
from .tasks import task


@task(
    "04.1",
    "Weights by hand",
    points=1,
    hints=[
        "The exponential of a logarithm is the number itself: exp(ln 5) = 5.",
        "The three exponentials are 1, 2 and 5. Divide each by their sum.",
        "With a valid length of 2 the third exponential is left out, also of the sum.",
    ],
)
def check_weights_by_hand(random: Random, weights: Any, masked_weights: Any) -> None:
    scores = [0.0, math.log(2), math.log(5)]
    mistakes = {
        "you divided the scores by their sum. The softmax takes their exponentials first": [
            score / sum(scores) for score in scores
        ],
        "these are the exponentials. Divide each by their sum": [1, 2, 5],
        "these are percentages. Weights sum to 1": [12.5, 25, 62.5],
    }
    check_values(weights, [1 / 8, 2 / 8, 5 / 8], mistakes, what="`weights`")
    masked_mistakes = {
        "`masked_weights` sums to 0.375: you masked after the softmax. Leave the padding out of "
        "the sum, too": [1 / 8, 2 / 8, 0],
        "padding has a weight in `masked_weights`: the third one must be 0": [1 / 8, 2 / 8, 5 / 8],
        "`masked_weights` needs a weight for the padding, too: it is 0": [1 / 3, 2 / 3],
        "`masked_weights` shares the weight equally. The valid scores are 0 and ln 2": [
            0.5,
            0.5,
            0,
        ],
        "a score of 0 is not a masked one: its exponential is 1": [0, 1, 0],
    }
    check_values(masked_weights, [1 / 3, 2 / 3, 0], masked_mistakes, what="`masked_weights`")


def valid(X: Array, valid_len: Array) -> Array:
    """Return whether a key of the scores X is valid: (batch, 1, keys)."""
    return numpy.arange(X.shape[-1]) < valid_len[:, None, None]


def fill(X: Array, valid_len: Array, number: float = -1e30) -> Array:
    return numpy.where(valid(X, valid_len), X, number)


def right_weights(X: Array, valid_len: Array) -> Array:
    return softmax(fill(X, valid_len)) * valid(X, valid_len)


def scores_and_lengths(random: Random, batch: int, queries: int, keys: int, least: int = 1) -> Any:
    """Return scores, higher on padding than elsewhere, and lengths from `least` to keys - 2."""
    lengths = random.permutation(numpy.arange(batch) % (keys - 2 - least) + least)
    scores = random.normal(0, 2, (batch, queries, keys))
    scores += 4 * (1 - valid(scores, lengths))
    return scores.astype("float32"), lengths.astype("float32")


def total(got: Array, X: Array, valid_len: Array) -> str:
    off = abs(got.sum(-1)[:, 0] - 1) > 1e-3
    row = int((off * valid_len).argmax())
    return (
        f"row {row} sums to {got[row, 0].sum():.2f} over its {valid_len[row]:g} valid positions: "
        "did you mask after the softmax?"
    )


def on_padding(got: Array, X: Array, valid_len: Array) -> str:
    share = (got * ~valid(X, valid_len)).sum(-1)[:, 0]
    row = int(share.argmax())
    return (
        f"{share[row]:.2f} of the weight of row {row} falls on padding, behind its "
        f"{valid_len[row]:g} valid positions"
    )


ZERO_SCORE = "a score of 0 is not low: its exponential is 1"
MASK_MISTAKES: list[Mistake | Symptom] = [
    Mistake(total, lambda X, n: softmax(X) * valid(X, n)),
    Mistake("`valid_len` is not used: padding gets weight", lambda X, n: softmax(X)),
    Mistake(
        lambda *a: f"{on_padding(*a)}. Did you make the masked scores 0? {ZERO_SCORE}",
        lambda X, n: softmax(fill(X, n, 0)),
    ),
    Mistake(
        "one position too many is valid. Positions count from 0: compare with <, not <=",
        lambda X, n: right_weights(X, n + 1),
    ),
    Mistake(
        "the mask is the wrong way round: the weight falls on the padding only",
        lambda X, n: softmax(numpy.where(valid(X, n), -1e30, X)),
    ),
    Mistake(
        "the columns sum to 1, not the rows: take the softmax along the last axis, the keys",
        lambda X, n: numpy.nan_to_num(softmax(fill(X, n), axis=1)) * valid(X, n),
    ),
    Mistake(
        "the columns sum to 1, not the rows: take the softmax along the last axis, the keys",
        lambda X, n: softmax(fill(X, n), axis=1),
    ),
    Mistake(
        "every row uses the first valid length. Each example has its own",
        lambda X, n: right_weights(X, n[:1].repeat(len(n))),
    ),
    Mistake(
        "these are logarithms of the weights: use softmax, not log_softmax",
        lambda X, n: numpy.log(right_weights(X, n)),
    ),
    Mistake(
        "these are exponentials. Divide each row by its sum",
        lambda X, n: numpy.exp(X) * valid(X, n),
    ),
    Symptom(
        lambda *a: f"{on_padding(*a)}. Is the number that you fill in low enough?",
        lambda got, X, n: (got * ~valid(X, n)).max() > 1e-5,
    ),
    Symptom(total, lambda got, X, n: abs(got.sum(-1)[n > 0] - 1).max() > 1e-3),
]


@task(
    "04.2",
    "Masked softmax",
    points=3,
    hints=[
        "Which positions are valid? Compare np.arange(keys) with the lengths. For that, give the "
        "lengths the shape (batch, 1, 1).",
        "Mask before the softmax: give the padding a score so low that its exponential is 0.",
        "np.where(valid, X, -1e6) puts such a score on the padding.",
    ],
)
def check_masked_softmax(random: Random, masked_softmax: Any) -> None:
    cases = [scores_and_lengths(random, *size) for size in ((4, 3, 7), (5, 1, 8), (1, 2, 4))]
    scores, lengths = scores_and_lengths(random, 3, 2, 6)
    cases.append((scores - 40, lengths))  # a fill of -10 is not low here
    check_function(
        masked_softmax, cases, right_weights, MASK_MISTAKES, axes="(batch, queries, keys)"
    )


@task(
    "04.3",
    "Find the bug: a row with nothing in it",
    points=2,
    hints=[
        "Print the weights of a row with valid length 0. All its scores are the same low number.",
        "Softmax gives equal scores equal weights. What must happen after the softmax?",
        "Multiply the weights by the mask, after the softmax that follows the filling.",
    ],
)
def check_empty_row(random: Random, mended: Any) -> None:
    mistakes: list[Mistake | Symptom] = [
        Mistake(
            "the row of valid length 0 still shares its weight among padding",
            lambda X, n: softmax(fill(X, n)),
        ),
        Mistake(
            "a row of valid length 0 has weight on its first position. Its weights must be 0",
            lambda X, n: right_weights(X, numpy.maximum(n, 1)),
        ),
        Mistake(
            "the row of valid length 0 attends to everything. Its weights must be 0",
            lambda X, n: right_weights(X, numpy.where(n == 0, X.shape[-1], n)),
        ),
        Mistake("now all rows are 0, also those that are not empty", lambda X, n: 0.0 * X),
        Symptom(
            "there is NaN in the row of valid length 0: 0 / 0, or infinity minus infinity",
            lambda got, X, n: numpy.isnan(got[n == 0]).any(),
        ),
        *MASK_MISTAKES,
    ]
    cases = [scores_and_lengths(random, 5, *size, least=0) for size in ((2, 6), (1, 7))]
    check_function(mended, cases, right_weights, mistakes, axes="(batch, queries, keys)")
