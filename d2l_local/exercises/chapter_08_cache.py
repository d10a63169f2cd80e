"""The task of chapter 08 about a cache of keys and values."""

import math
from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, check_function, softmax
from .tasks import Wrong, task


def behind(past: Array, new: Array) -> Array:
    return numpy.concatenate([past, new], axis=1)


def kept(
    project: Callable[..., tuple[Array, Array]], join: Callable[[Array, Array], Array] = behind
) -> Any:
    """Return a function of (x, keys, values, W_q, W_k, W_v) that joins what `project` gives."""
    return lambda x, *rest: join(*project(x, *rest))


def new_keys(x: Array, keys: Array, values: Array, *W: Array) -> tuple[Array, Array]:
    return keys, x @ W[1].T


def new_values(x: Array, keys: Array, values: Array, *W: Array) -> tuple[Array, Array]:
    return values, x @ W[2].T


def mistakes_with(
    name: str, project: Callable[..., tuple[Array, Array]], index: int
) -> list[Mistake]:
    """Return the mistakes with what is kept, the keys (`index` 1) or the values (2)."""
    other = 3 - index
    return [
        Mistake(
            f"the new word is missing among the {name} that you return. The next word must see it",
            kept(project, lambda past, new: past),
        ),
        Mistake(
            f"only the new word is left among the {name} that you return. Put it behind the others",
            kept(project, lambda past, new: new),
        ),
        Mistake(
            f"the new word stands before the others among the {name}. Put it behind them",
            kept(project, lambda past, new: behind(new, past)),
        ),
        Mistake(
            f"among the {name} you keep the word itself. Keep its projection: that is the work "
            "which a cache saves",
            lambda x, *rest: behind(rest[index - 1], x),
        ),
        Mistake(
            f"W_q was used for the {name}",
            lambda x, *rest: behind(rest[index - 1], x @ rest[2].T),
        ),
        Mistake(
            "keys and values are exchanged",
            lambda x, *rest: behind(rest[other - 1], x @ rest[2 + other].T),
        ),
        Mistake(
            f"W_k and W_v are exchanged for the {name}",
            lambda x, *rest: behind(rest[index - 1], x @ rest[2 + other].T),
        ),
        Mistake(
            f"the projection of the {name} is not transposed: it is x Wᵀ",
            lambda x, *rest: behind(rest[index - 1], x @ rest[2 + index]),
        ),
        Mistake(
            f"the last of the {name} was overwritten by the new one. They become one more",
            kept(project, lambda past, new: behind(past[:, :-1], new)),
        ),
    ]


def attend(
    query: Callable[[Array, Array], Array] = lambda x, W_q: x @ W_q.T,
    scale: Callable[[int], float] = math.sqrt,
    seen: slice = slice(None),
    axis: int = 2,
) -> Callable[..., Array]:
    """Return the output of the step, or a variety of it that is wrong.

    Args:
        query: of the word and W_q.
        scale: of the length of a query.
        seen: the positions that the query looks at, in the keys of the step.
        axis: of the softmax, in (batch, 1, keys).
    """

    def output(x: Array, keys: Array, values: Array, W_q: Array, *W: Array) -> Array:
        K = behind(*new_keys(x, keys, values, W_q, *W))[:, seen]
        V = behind(*new_values(x, keys, values, W_q, *W))[:, seen]
        Q = query(x, W_q)
        return softmax(Q @ K.swapaxes(1, 2) / scale(Q.shape[2]), axis) @ V

    return output


OUTPUT_MISTAKES = [
    Mistake(
        "in the output the new word sees the words before it, and not itself. Join first, then "
        "attend",
        attend(seen=slice(None, -1)),
    ),
    Mistake(
        "in the output the new word sees only itself. Its query looks at all words so far",
        attend(seen=slice(-1, None)),
    ),
    Mistake(
        "in the output the new word sees only the first word. It is the last one, so no mask is "
        "needed",
        attend(seen=slice(None, 1)),
    ),
    Mistake("the scores are not divided by the square root of d", attend(scale=lambda d: 1)),
    Mistake("you divided the scores by d. Divide by its square root", attend(scale=lambda d: d)),
    Mistake("the query is not projected by W_q", attend(query=lambda x, W_q: x)),
    Mistake(
        "the query's projection is not transposed: it is x Wᵀ", attend(query=lambda x, W_q: x @ W_q)
    ),
    Mistake(
        "the softmax goes along the queries. There is one, so all weights are 1. Take the last "
        "axis, the keys",
        attend(axis=1),
    ),
    Mistake(
        "the output is the mean of the values: does the query matter?",
        lambda *inputs: behind(*new_values(*inputs)).mean(axis=1, keepdims=True),
    ),
]


def part(index: int) -> Callable[[Any], Any]:
    """Return a function that takes one of the learner's three results."""

    def read(result: Any) -> Any:
        if result is None:
            return None
        if not isinstance(result, tuple | list) or len(result) != 3:
            raise Wrong("return three things: the output, all keys, and all values")
        return result[index]

    return read


@task(
    "08.7",
    "One step with a cache",
    points=3,
    hints=[
        "The new word needs a query, a key and a value: np.dot(x, W_q.T), and so on.",
        "np.concatenate([keys, new_key], axis=1) puts the new key behind the others.",
        "Then one scaled dot-product attention of the new query with all keys and values, the new "
        "ones too. No mask: nothing later is there.",
    ],
)
def check_cached_step(random: Random, cached_step: Any) -> None:
    cases = []
    for batch, words, num_hiddens, d in ((3, 4, 5, 5), (2, 6, 7, 4), (1, 1, 3, 6)):
        x = random.normal(0, 1, (batch, 1, num_hiddens)).astype("float32")
        cache = random.normal(0, 1, (2, batch, words, d)).astype("float32")
        W = random.normal(0, 1, (3, d, num_hiddens)).astype("float32")
        cases.append((x, *cache, *W))
    for name, project, index in (("keys", new_keys, 1), ("values", new_values, 2)):
        check_function(
            cached_step,
            cases,
            kept(project),
            mistakes_with(name, project, index),
            axes=f"(batch, words + 1, d) for the {name}",
            read=part(index),
        )
    axes = "(batch, 1, d) for the output"
    check_function(cached_step, cases, attend(), OUTPUT_MISTAKES, axes=axes, read=part(0))
