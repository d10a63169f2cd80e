"""Tasks of chapter 04: scaled dot-product attention and additive attention."""

import math
from collections.abc import Callable
from typing import Any

import numpy

from .chapter_04_masks import right_weights, valid
from .comparing import Array, Mistake, Random, check_function, softmax
from .tasks import task


def transposed(X: Array) -> Array:
    return numpy.swapaxes(X, 1, 2)


def keys_and_values(random: Random, batch: int, keys: int, *sizes: int) -> list[Array]:
    """Return an array (batch, keys, size) for each size, and valid lengths."""
    arrays = [random.normal(0, 1.5, (batch, keys, size)).astype("float32") for size in sizes]
    lengths = random.permutation(numpy.arange(batch) % (keys - 2) + 1).astype("float32")
    return [*arrays, lengths]


def dot_product(
    scale: Callable[[Array, Array], float] = lambda Q, K: math.sqrt(Q.shape[-1]),
    weights: Callable[[Array, Array], Array] = right_weights,
) -> Callable[..., Array]:
    """Return scaled dot-product attention, or a variety of it that is wrong."""
    return lambda Q, K, V, n: weights(Q @ transposed(K) / scale(Q, K), n) @ V


def attention_mistakes(attention: Callable[..., Callable[..., Array]]) -> list[Mistake]:
    """Return the mistakes that can be made with the scores of any attention function."""
    return [
        Mistake(
            "the padding is not masked: its values leak into the output",
            attention(weights=lambda X, n: softmax(X)),
        ),
        Mistake(
            "you masked after the softmax, so the weights don't sum to 1",
            attention(weights=lambda X, n: softmax(X) * valid(X, n)),
        ),
        Mistake(
            "the softmax goes along the queries. Each query shares its weight among the keys",
            attention(weights=lambda X, n: softmax(X, axis=1) * valid(X, n)),
        ),
        Mistake(
            "the scores themselves weight the values. Where is the softmax?",
            attention(weights=lambda X, n: X * valid(X, n)),
        ),
    ]


@task(
    "04.4",
    "Scaled dot-product attention",
    points=2,
    hints=[
        "npx.batch_dot(Q, K, transpose_b=True) has the shape (batch, queries, keys).",
        "Divide the scores by the square root of the length of a query, then mask.",
        "The weights times the values: npx.batch_dot(weights, V).",
    ],
)
def check_dot_product_attention(random: Random, dot_product_attention: Any) -> None:
    mistakes = [
        Mistake("the scores are not divided by the square root of d", dot_product(lambda Q, K: 1)),
        Mistake(
            "you divided by d. Divide by its square root", dot_product(lambda Q, K: Q.shape[-1])
        ),
        Mistake(
            "you multiplied by the square root of d. Divide by it",
            dot_product(lambda Q, K: Q.shape[-1] ** -0.5),
        ),
        Mistake(
            "you divided by the square root of the number of keys. d is the length of a vector",
            dot_product(lambda Q, K: math.sqrt(K.shape[1])),
        ),
        Mistake(
            "you divided after the softmax, not before",
            lambda Q, K, V, n: dot_product(lambda Q, K: 1)(Q, K, V, n) / math.sqrt(Q.shape[-1]),
        ),
        Mistake(
            "these are the weights. Multiply them by the values",
            lambda Q, K, V, n: right_weights(Q @ transposed(K) / math.sqrt(Q.shape[-1]), n),
        ),
        Mistake(
            "this is the weighted sum of the keys. Weight the values",
            lambda Q, K, V, n: dot_product()(Q, K, K, n),
        ),
        *attention_mistakes(dot_product),
    ]
    cases = []
    for batch, queries, keys, d, size in ((4, 3, 5, 7, 2), (3, 1, 6, 4, 4), (1, 2, 4, 9, 3)):
        query = random.normal(0, 1.5, (batch, queries, d)).astype("float32")
        cases.append((query, *keys_and_values(random, batch, keys, d, size)))
    check_function(
        dot_product_attention, cases, dot_product(), mistakes, axes="(batch, queries, value size)"
    )


def additive(
    hidden: Callable[[Array, Array], Array] = lambda q, k: numpy.tanh(q + k),
    weights: Callable[[Array, Array], Array] = right_weights,
) -> Callable[..., Array]:
    """Return additive attention, or a variety of it that is wrong."""

    def attention(
        Q: Array, K: Array, V: Array, n: Array, W_q: Array, W_k: Array, v: Array
    ) -> Array:
        features = hidden((Q @ W_q.T)[:, :, None], (K @ W_k.T)[:, None])
        return weights(features @ v, n) @ V

    return attention


@task(
    "04.5",
    "Additive attention",
    points=3,
    hints=[
        "Project first: np.dot(Q, W_q.T) has the shape (batch, queries, units).",
        "np.expand_dims gives the projections the shapes (batch, queries, 1, units) and "
        "(batch, 1, keys, units). Their sum has an entry for each pair.",
        "One tanh around the sum, then np.dot(..., v): the scores (batch, queries, keys).",
    ],
)
def check_additive_attention(random: Random, additive_attention: Any) -> None:
    mistakes = [
        Mistake(
            "each projection has a tanh of its own, so the query cancels and the weights don't "
            "depend on it. Put one tanh around the sum",
            additive(lambda q, k: numpy.tanh(q) + numpy.tanh(k)),
        ),
        Mistake("there is no tanh, so the query cancels", additive(lambda q, k: q + k)),
        Mistake("the hidden layer uses relu, not tanh", additive(lambda q, k: (q + k).clip(0))),
        Mistake(
            "the hidden layer uses the sigmoid function, not tanh",
            additive(lambda q, k: 1 / (1 + numpy.exp(-q - k))),
        ),
        Mistake(
            "the projections are multiplied. Add them", additive(lambda q, k: numpy.tanh(q * k))
        ),
        Mistake(
            "the projections are subtracted. Add them", additive(lambda q, k: numpy.tanh(q - k))
        ),
        Mistake(
            "W_q and W_k are exchanged",
            lambda Q, K, V, n, W_q, W_k, v: additive()(Q, K, V, n, W_k, W_q, v),
        ),
        Mistake(
            "v is left out: you summed the hidden units",
            lambda Q, K, V, n, W_q, W_k, v: additive()(Q, K, V, n, W_q, W_k, 0 * v + 1),
        ),
        Mistake(
            "the tanh stands around the score. It belongs inside, before the product with v",
            lambda *inputs: additive(
                lambda q, k: q + k, lambda X, n: right_weights(numpy.tanh(X), n)
            )(*inputs),
        ),
        *attention_mistakes(lambda weights: additive(weights=weights)),
        Mistake(
            "these are the weights. Multiply them by the values",
            lambda Q, K, V, n, *parameters: additive()(
                Q, K, numpy.eye(K.shape[1])[None], n, *parameters
            ),
        ),
    ]
    cases = []
    for batch, queries, keys, q_size, k_size in ((4, 3, 5, 4, 4), (3, 1, 6, 5, 2), (1, 2, 4, 2, 3)):
        query = random.normal(0, 1.5, (batch, queries, q_size)).astype("float32")
        shapes = (6, q_size), (6, k_size), (6,)
        parameters = [random.normal(0, 1, shape).astype("float32") for shape in shapes]
        inputs = keys_and_values(random, batch, keys, k_size, 2)
        cases.append((query, *inputs, *parameters))
    check_function(
        additive_attention, cases, additive(), mistakes, axes="(batch, queries, value size)"
    )
