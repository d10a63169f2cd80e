"""Tasks of chapter 03: the loss in nats per token, and what others report instead."""

import math
from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, check_function, check_values, softmax
from .tasks import Wrong, task

WORDS, REAL, PADDED = 200, 4, 6


@task(
    "03.1",
    "The price of a guess",
    points=1,
    hints=[
        "Each word gets the probability p = 1/200. The cost of a token is −ln p.",
        "Pad tokens cost nothing, and `<eos>` is a real token: there are 4 costs to add.",
        "The perplexity is the exponential of the nats per token.",
    ],
)
def check_guess(random: Random, nats: Any, sentence_nats: Any, perplexity: Any) -> None:
    right = math.log(WORDS)
    mistakes = {
        "this is a probability. The cost is minus its logarithm": 1 / WORDS,
        "a cost is positive: minus the logarithm of p": -right,
        "this is the logarithm to base 10. Nats belong to the natural logarithm": math.log10(WORDS),
        "these are bits, from the logarithm to base 2. Nats belong to the natural one": math.log2(
            WORDS
        ),
    }
    check_values(nats, right, mistakes, what="`nats`")
    sentence_mistakes = {
        "the padding is counted in `sentence_nats`. It costs nothing": (REAL + PADDED) * right,
        "`sentence_nats` is the cost of one token. The sentence has 4 real ones": right,
        "`sentence_nats` leaves `<eos>` out. The model has to predict it, too": (REAL - 1) * right,
        "`sentence_nats` is a mean over 10 steps. The sum is asked for": REAL
        * right
        / (REAL + PADDED),
    }
    check_values(sentence_nats, REAL * right, sentence_mistakes, what="`sentence_nats`")
    perplexity_mistakes = {
        "`perplexity` is still in nats. Take the exponential": right,
        "you took the exponential of the whole sentence's nats. Take that of one token's": math.exp(
            REAL * right
        ),
        "`perplexity` is 2 to the power of the nats. That is right for bits": 2**right,
    }
    check_values(perplexity, WORDS, perplexity_mistakes, what="`perplexity`")


def token_nats(scores: Array, labels: Array, axis: int = -1) -> Array:
    """Return the cost of each step, (batch, steps), padding included."""
    rows = labels[..., None].astype(int)
    return -numpy.take_along_axis(numpy.log(softmax(scores, axis)), rows, axis=-1)[..., 0]


def real(labels: Array, valid_len: Array) -> Array:
    """Return 1 for each real step and 0 on padding: (batch, steps)."""
    return (numpy.arange(labels.shape[1]) < valid_len[:, None]).astype(float)


def loss_per_token(
    nats: Callable[[Array, Array], Array] = token_nats,
    combine: Callable[[Array, Array, Array], Any] = lambda nats, mask, n: (
        (nats * mask).sum() / n.sum()
    ),
    lengths: Callable[[Array], Array] = lambda n: n,
) -> Callable[..., float]:
    """Return the loss in nats per token, or a variety of it that is wrong."""
    return lambda scores, labels, n: float(
        combine(nats(scores, labels), real(labels, lengths(n)), lengths(n))
    )


LOSS_MISTAKES = [
    Mistake(
        "you divided twice: a mean over the steps, and then a division by the number of tokens. "
        "Sum over the steps",
        loss_per_token(combine=lambda nats, mask, n: (nats * mask).mean(axis=1).sum() / n.sum()),
    ),
    Mistake(
        "you divided by the number of all steps, padding included. Divide by the real ones",
        loss_per_token(combine=lambda nats, mask, n: (nats * mask).mean()),
    ),
    Mistake(
        "there is no mask: the padding counts like real tokens",
        loss_per_token(combine=lambda nats, mask, n: nats.mean()),
    ),
    Mistake(
        "you divided by the number of real tokens, but the padding is still in the sum: mask "
        "before you sum",
        loss_per_token(combine=lambda nats, mask, n: nats.sum() / n.sum()),
    ),
    Mistake(
        "the mask comes after the sum over the steps, when real steps and padding are mixed. "
        "Mask each step first",
        loss_per_token(combine=lambda nats, mask, n: (nats.sum(1) * mask.mean(1)).sum() / n.sum()),
    ),
    Mistake(
        "this is the sum over the batch. Divide it by the number of real tokens",
        loss_per_token(combine=lambda nats, mask, n: (nats * mask).sum()),
    ),
    Mistake(
        "you divided by the number of sentences. Divide by the number of real tokens",
        loss_per_token(combine=lambda nats, mask, n: (nats * mask).sum() / len(n)),
    ),
    Mistake(
        "this is a mean of the sentences' means, so a token of a short sentence counts more. "
        "Sum over the whole batch, then divide once",
        loss_per_token(combine=lambda nats, mask, n: ((nats * mask).sum(1) / n).mean()),
    ),
    Mistake(
        "one step too many is real. Steps count from 0: compare with <, not <=",
        loss_per_token(lengths=lambda n: n + 1),
    ),
    Mistake(
        "one step too many is real. Steps count from 0: compare with <, not <=",
        lambda X, y, n: (token_nats(X, y) * real(y, n + 1)).sum() / n.sum(),
    ),
    Mistake(
        "the last real step of each sentence is left out, that is `<eos>`",
        lambda X, y, n: (token_nats(X, y) * real(y, n - 1)).sum() / n.sum(),
    ),
    Mistake(
        "every sentence uses the first valid length. Each has its own",
        loss_per_token(lengths=lambda n: n[:1].repeat(len(n))),
    ),
    Mistake(
        "the loss is negative. The cost is *minus* the logarithm of the probability",
        loss_per_token(nats=lambda X, y: -token_nats(X, y)),
    ),
    Mistake(
        "this is the mean probability of the labels. The cost is minus its logarithm",
        loss_per_token(nats=lambda X, y: numpy.exp(-token_nats(X, y))),
    ),
    Mistake(
        "these are bits. Nats need the natural logarithm",
        loss_per_token(nats=lambda X, y: token_nats(X, y) / math.log(2)),
    ),
    Mistake(
        "the softmax goes along the steps. The words of a step share the probability: last axis",
        loss_per_token(nats=lambda X, y: token_nats(X, y, axis=1)),
    ),
    Mistake(
        "there is no softmax: you took the scores themselves for logarithms of probabilities",
        loss_per_token(
            nats=lambda X, y: -numpy.take_along_axis(X, y[..., None].astype(int), axis=-1)[..., 0]
        ),
    ),
    Mistake(
        "you masked the scores. A step with scores of 0 is a guess, and a guess costs something: "
        "mask the costs",
        lambda X, y, n: token_nats(X * real(y, n)[..., None], y).sum() / n.sum(),
    ),
    Mistake(
        "this is the perplexity. The nats per token are asked for",
        lambda X, y, n: math.exp(loss_per_token()(X, y, n)),
    ),
]


def one_number(result: Any) -> Any:
    """Return the learner's result unless it holds several numbers."""
    if getattr(result, "size", 1) > 1:
        raise Wrong(
            f"the result has shape {result.shape}, but one number for the whole batch is expected"
        )
    return result


@task(
    "03.5",
    "The masked loss",
    points=3,
    hints=[
        "npx.log_softmax(scores, axis=-1) gives logarithms of probabilities; "
        "npx.pick(..., labels, axis=-1) takes those of the labels: (batch, steps).",
        "np.arange(steps) < lengths, with lengths of shape (batch, 1), is the mask.",
        "Mask, then sum over everything, then divide once, by the sum of the lengths.",
    ],
)
def check_masked_loss(random: Random, masked_loss: Any) -> None:
    cases = []
    for batch, steps, words in ((4, 6, 5), (3, 8, 7), (1, 5, 4)):
        lengths = random.permutation(numpy.arange(batch) % (steps - 2) + 1)
        cases.append(
            (
                random.normal(0, 1.5, (batch, steps, words)).astype("float32"),
                random.integers(0, words, (batch, steps)).astype("float32"),
                lengths.astype("float32"),
            )
        )
    check_function(masked_loss, cases, loss_per_token(), LOSS_MISTAKES, read=one_number)


@task(
    "03.6",
    "A loss that is too good",
    points=1,
    hints=[
        "Code A divides the nats of all tokens by the number of steps, and by that of the tokens.",
        "Undo one of the two divisions: multiply by the number of steps.",
        "The perplexity is the exponential of the nats per token. Lower is better for both.",
    ],
)
def check_too_good(random: Random, nats: Any, perplexity: Any, better: Any) -> None:
    mistakes = {
        "this is still the printed number. Undo the division by the number of steps": 0.08,
        "you divided once more. Undo a division: multiply": 0.08 / 25,
        "you multiplied by the number of words. The steps were divided by": 0.08 * 1000,
    }
    check_values(nats, 2, mistakes, what="`nats`")
    perplexity_mistakes = {
        "`perplexity` comes from the printed number. Convert it first": math.exp(0.08),
        "`perplexity` is 2 to the power of the nats. Take the exponential: e to their power": 4,
        "`perplexity` is still in nats. Take the exponential": 2,
    }
    check_values(perplexity, math.exp(2), perplexity_mistakes, what="`perplexity`")
    better_mistakes = {
        "A only prints the smaller number. Compare nats per token with nats per token": "A"
    }
    check_values(better, "B", better_mistakes, what="`better`")
