"""Tasks of chapter 08: masks that hide the future, or should."""

import math
from collections.abc import Callable
from typing import Any

import numpy

from .chapter_08_heads import LOW, join, split
from .comparing import Array, Mistake, Random, Symptom, check_function, softmax
from .tasks import task


def each_query(steps: int, first: int = 1) -> Array:
    return numpy.arange(first, first + steps)[None]


def causal_lengths(valid_len: Array, steps: int) -> Array:
    return numpy.minimum(each_query(steps), valid_len[:, None])


@task(
    "08.5",
    "The causal mask as valid lengths",
    points=2,
    hints=[
        "Without padding the lengths are 1, 2, 3, … for each sentence.",
        "A query may see neither the future nor padding. Of two limits the smaller one counts.",
        "np.minimum of np.arange(1, steps + 1) and valid_len.reshape(-1, 1): two shapes that "
        "broadcast to (batch, steps).",
    ],
)
def check_causal_lengths(random: Random, lengths_of_queries: Any) -> None:
    mistakes = [
        Mistake(
            "query 0 sees nothing, not even itself. The lengths begin with 1",
            lambda n, steps: numpy.minimum(each_query(steps, 0), n[:, None]),
        ),
        Mistake(
            "each query sees one position too many, the next one: the lengths begin with 1",
            lambda n, steps: numpy.minimum(each_query(steps, 2), n[:, None]),
        ),
        Mistake(
            "the padding is seen: `valid_len` is not used",
            lambda n, steps: each_query(steps).repeat(len(n), 0),
        ),
        Mistake(
            "the padding is hidden, but the future is not",
            lambda n, steps: n[:, None].repeat(steps, 1),
        ),
        Mistake(
            "you took the larger of the two limits. Take the smaller one",
            lambda n, steps: numpy.maximum(each_query(steps), n[:, None]),
        ),
        Mistake(
            "every sentence uses the first valid length. Each one has its own",
            lambda n, steps: numpy.minimum(each_query(steps), n[:1, None]).repeat(len(n), 0),
        ),
        Mistake(
            "the lengths fall. The first query sees one position, the last one all",
            lambda n, steps: numpy.minimum(each_query(steps)[:, ::-1], n[:, None]),
        ),
        Mistake(
            "queries in the padding see nothing. That is allowed in principle, but here they may "
            "see all words of the sentence",
            lambda n, steps: each_query(steps) * (each_query(steps) <= n[:, None]),
        ),
        Mistake(
            "sentences and queries are exchanged: (batch, steps) is asked for",
            lambda n, steps: causal_lengths(n, steps).T,
        ),
        Mistake(
            "this is a mask of zeros and ones for one sentence. Lengths are asked for",
            lambda n, steps: numpy.tril(numpy.ones((steps, steps))),
        ),
        Mistake(
            "this is a mask of zeros and ones. Lengths are asked for",
            lambda n, steps: (numpy.arange(steps) < causal_lengths(n, steps)[:, :, None]).astype(
                "float32"
            ),
        ),
    ]
    cases: list[tuple[Array, int]] = []
    for batch, steps in ((4, 6), (5, 5), (3, 7), (1, 4)):
        lengths = random.permutation(numpy.arange(batch) % steps + 1)
        cases.append((lengths.astype("float32"), steps))
    check_function(lengths_of_queries, cases, causal_lengths, mistakes, axes="(batch, steps)")


def causal_self_attention(
    ahead: int = 0,
    scale: Callable[[int, int], float] = lambda num_hiddens, size: math.sqrt(size),
    mask: Callable[[Array, Array], Array] = numpy.less_equal,
) -> Callable[..., Array]:
    """Return self-attention of several heads that hides the future, or a wrong variety.

    Args:
        ahead: how many positions of the future are seen.
        scale: of num_hiddens and the size of a head.
        mask: of the positions of keys (1, steps) and queries (steps, 1).
    """

    def attention(X: Array, W_q: Array, W_k: Array, W_v: Array, num_heads: int) -> Array:
        Q, K, V = (split(X @ W.T, num_heads) for W in (W_q, W_k, W_v))
        positions = numpy.arange(X.shape[1])
        seen = mask(positions[None], positions[:, None] + ahead)
        scores = Q @ K.swapaxes(2, 3) / scale(X.shape[-1], Q.shape[-1])
        return join(softmax(numpy.where(seen, scores, LOW)) @ V)

    return attention


def sqrt_of_all(num_hiddens: int, size: int) -> float:
    return math.sqrt(num_hiddens)


@task(
    "08.6",
    "Find the bug: a glimpse of the future",
    points=3,
    hints=[
        "Change the last vector of X, and look at which positions of the output move. Only the "
        "last one should.",
        "Print the mask. How many keys may the first query see?",
        "The other mistake is in the scores. How long are the vectors that one head compares?",
    ],
)
def check_mended_attention(random: Random, mended: Any) -> None:
    future = "position 0 still sees position 1: compare with <= and without adding 1"
    wrong_scale = (
        "the scores are still divided by the square root of num_hiddens. The vectors of a head "
        "are shorter"
    )
    mistakes: list[Mistake | Symptom] = [
        Mistake(
            f"both bugs are left: {future}; {wrong_scale}",
            causal_self_attention(ahead=1, scale=sqrt_of_all),
        ),
        Mistake(f"the scale is right now. But {future}", causal_self_attention(ahead=1)),
        Mistake(f"the mask is right now. But {wrong_scale}", causal_self_attention(0, sqrt_of_all)),
        Mistake(
            "the mask is right now, but the scores are not divided at all",
            causal_self_attention(scale=lambda num_hiddens, size: 1),
        ),
        Mistake(
            "the mask is right now. But you divided by the size of a head: take its square root",
            causal_self_attention(scale=lambda num_hiddens, size: size),
        ),
        Mistake(
            "the mask is right now. But you divided by the square root of the number of heads",
            causal_self_attention(scale=lambda num_hiddens, size: math.sqrt(num_hiddens / size)),
        ),
        Mistake(
            "now a position doesn't see itself, and the first one sees nothing. It may see itself",
            causal_self_attention(mask=numpy.less),
        ),
        Mistake(
            "now a position doesn't see itself, and the scale is wrong",
            causal_self_attention(mask=numpy.less, scale=sqrt_of_all),
        ),
        Mistake(
            "the mask is the wrong way round: now the past is hidden, not the future",
            causal_self_attention(mask=numpy.greater_equal),
        ),
        Mistake(
            "there is no mask any more: everything sees everything",
            causal_self_attention(mask=lambda keys, queries: keys > -1),
        ),
        Mistake(
            "now every position sees itself only. The past may be seen",
            causal_self_attention(mask=numpy.equal),
        ),
        Symptom(
            "the first position sees nothing, so its output is NaN or 0. It may see itself",
            lambda got, *inputs: not (numpy.isfinite(got[:, 0]) & (got[:, 0] != 0)).any(),
        ),
    ]
    cases = []
    for batch, steps, num_hiddens, num_heads in ((3, 5, 8, 2), (2, 4, 12, 3), (1, 6, 8, 4)):
        X = random.normal(0, 1, (batch, steps, num_hiddens)).astype("float32")
        shape = (3, num_hiddens, num_hiddens)
        parameters = random.normal(0, 2 / math.sqrt(num_hiddens), shape).astype("float32")
        cases.append((X, *parameters, num_heads))
    check_function(
        mended, cases, causal_self_attention(), mistakes, axes="(batch, steps, num_hiddens)"
    )
