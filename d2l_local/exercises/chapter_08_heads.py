"""Tasks of chapter 08: self-attention by hand, and several heads."""

import math
from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, check_function, check_values, softmax
from .tasks import task

LOW = -1e30


@task(
    "08.1",
    "Self-attention by hand",
    points=1,
    hints=[
        "The scores of the first word are 4 / √2, 0 and 0. Take exponentials, divide by their sum.",
        "The scores of the third word are all 0, so its three weights are equal.",
        "With the causal mask the first word can see one word. Which one?",
    ],
)
def check_self_attention(random: Random, weights: Any, third: Any, first_masked: Any) -> None:
    right = softmax(numpy.array([4 / math.sqrt(2), 0, 0]))
    mistakes = {
        "the scores of `weights` are not divided by √2": softmax(numpy.array([4.0, 0, 0])),
        "you divided the scores of `weights` by 2. Divide by its square root": softmax(
            numpy.array([2.0, 0, 0])
        ),
        "a score of 0 does not mean a weight of 0: its exponential is 1": [1, 0, 0],
        "these are the exponentials. Divide each by their sum": [16.92, 1, 1],
        "these are the scores. Take the softmax of them": [2.83, 0, 0],
        "the third word has equal weights, the first one has not: look at its scores": [1 / 3] * 3,
    }
    check_values(weights, right.tolist(), listed(mistakes), what="`weights`")
    third_mistakes = {
        "`third` is not 0: scores of 0 give equal weights, not none": [0, 0],
        "`third` is a sum. The weights sum to 1, so it is a mean": [2, 2],
        "a word looks at itself, too: there are three weights of 1/3 in `third`": [1, 1],
        "`third` needs two numbers, one for each entry of a vector": [1 / 3] * 3,
    }
    check_values(third, [2 / 3, 2 / 3], third_mistakes, what="`third`")
    masked_mistakes = {
        "a word sees itself: `first_masked` is not empty": [0, 0],
        "this is the new vector without a mask. With it, the first word sees no later one": [
            *(2 * right[0], 2 * right[1])
        ],
        "`first_masked` is the mean of all words. With the mask the first word sees itself only": [
            *(2 / 3, 2 / 3)
        ],
        "`first_masked` looks at the second word. That is the future": [1, 1],
        "this is the weight times the vector. A single weight is 1": [1.79, 0],
        "these are the weights. Multiply them by the vectors": [1, 0],
    }
    check_values(first_masked, [2, 0], masked_mistakes, what="`first_masked`")


def listed(mistakes: dict[str, Any]) -> dict[str, Any]:
    return {cause: numpy.asarray(result).tolist() for cause, result in mistakes.items()}


def split(X: Array, num_heads: int) -> Array:
    """Return X (batch, positions, num_hiddens) as (batch, heads, positions, size of a head)."""
    return X.reshape(*X.shape[:2], num_heads, -1).swapaxes(1, 2)


def split_without_moving(X: Array, num_heads: int) -> Array:
    return X.reshape(len(X), num_heads, X.shape[1], -1)


def split_interleaved(X: Array, num_heads: int) -> Array:
    return X.reshape(*X.shape[:2], -1, num_heads).transpose(0, 3, 1, 2)


def join(X: Array) -> Array:
    """Return X (batch, heads, positions, size) as (batch, positions, heads * size)."""
    return X.swapaxes(1, 2).reshape(len(X), X.shape[2], -1)


@task(
    "08.2",
    "Cut a vector into heads",
    points=2,
    hints=[
        "First cut the last axis: X.reshape(batch, positions, num_heads, size).",
        "reshape alone doesn't move anything. swapaxes(1, 2) exchanges positions and heads.",
        "Print X[0, 0], the first vector, and result[0, 0, 0]: its first `size` numbers.",
    ],
)
def check_split_heads(random: Random, split_heads: Any) -> None:
    mistakes = [
        Mistake(
            "the numbers of different positions are mixed up. reshape doesn't move anything: cut "
            "the last axis first, then exchange the axes of heads and positions",
            split_without_moving,
        ),
        Mistake(
            "head 0 gets every second or third entry of a vector. It should get the first ones, "
            "head 1 the next ones: the axis of heads comes before that of sizes",
            split_interleaved,
        ),
        Mistake(
            "the last axis is cut, but positions come before heads. Exchange these axes",
            lambda X, heads: X.reshape(*X.shape[:2], heads, -1),
        ),
        Mistake(
            "the heads come first, before the batch. The batch stays the first axis",
            lambda X, heads: numpy.moveaxis(X.reshape(*X.shape[:2], heads, -1), 2, 0),
        ),
        Mistake(
            "heads and batch are one axis. Leave them apart here",
            lambda X, heads: split(X, heads).reshape(-1, X.shape[1], X.shape[2] // heads),
        ),
        Mistake(
            "the last two axes are exchanged: (batch, heads, positions, size) is asked for",
            lambda X, heads: split(X, heads).swapaxes(2, 3),
        ),
        Mistake(
            "there are as many heads as the size of a head should be: the two are exchanged",
            lambda X, heads: split(X, X.shape[2] // heads),
        ),
        Mistake(
            "only the first example of the batch is in the result",
            lambda X, heads: split(X[:1], heads),
        ),
        Mistake("`num_heads` is not used: you have 2 heads always", lambda X, heads: split(X, 2)),
    ]
    shapes = ((3, 4, 10, 5), (2, 3, 12, 3), (4, 5, 6, 2), (1, 2, 8, 1))
    cases = [
        (random.normal(0, 1, (batch, positions, size)).astype("float32"), heads)
        for batch, positions, size, heads in shapes
    ]
    check_function(split_heads, cases, split, mistakes, axes="(batch, heads, positions, size)")


def valid(scores: Array, lengths: Array) -> Array:
    """Return whether a key is valid: (batch, heads, 1, keys), for lengths (batch, heads)."""
    return numpy.arange(scores.shape[-1]) < lengths[:, :, None, None]


def masked_weights(scores: Array, lengths: Array) -> Array:
    return softmax(numpy.where(valid(scores, lengths), scores, LOW))


def multi_head(
    split: Callable[[Array, int], Array] = split,
    join: Callable[[Array], Array] = join,
    scale: Callable[[int, int], float] = lambda num_hiddens, size: math.sqrt(size),
    lengths: Callable[[Array, int], Array] = lambda n, heads: n[:, None].repeat(heads, 1),
    weights: Callable[[Array, Array], Array] = masked_weights,
    project: Callable[[Array, Array], Array] = lambda X, W: X @ W.T,
    mix: Callable[[Array, Array], Array] = lambda X, W: X @ W.T,
) -> Callable[..., Array]:
    """Return multi-head attention, or a variety of it that is wrong."""

    def attention(
        query: Array,
        key: Array,
        value: Array,
        valid_len: Array,
        W_q: Array,
        W_k: Array,
        W_v: Array,
        W_o: Array,
        num_heads: int,
    ) -> Array:
        Q, K, V = (
            split(project(X, W), num_heads) for X, W in ((query, W_q), (key, W_k), (value, W_v))
        )
        scores = Q @ K.swapaxes(2, 3) / scale(query.shape[-1], Q.shape[-1])
        return mix(join(weights(scores, lengths(valid_len, num_heads)) @ V), W_o)

    return attention


HEAD_MISTAKES = [
    Mistake(
        "the scores are divided by the square root of num_hiddens. A head compares vectors of "
        "length num_hiddens / num_heads: divide by the square root of that",
        multi_head(scale=lambda num_hiddens, size: math.sqrt(num_hiddens)),
    ),
    Mistake(
        "the scores are not divided by the square root of a head's size",
        multi_head(scale=lambda num_hiddens, size: 1),
    ),
    Mistake(
        "you divided by the size of a head. Divide by its square root",
        multi_head(scale=lambda num_hiddens, size: size),
    ),
    Mistake(
        "this is one large head: `num_heads` is not used",
        lambda *inputs: multi_head()(*inputs[:-1], 1),
    ),
    Mistake(
        "the heads are cut by reshape alone, so that positions are mixed up. Cut the last axis, "
        "then exchange the axes of heads and positions",
        multi_head(split=split_without_moving),
    ),
    Mistake(
        "a head gets every second or third entry. It should get entries that stand side by side",
        multi_head(split=split_interleaved),
    ),
    Mistake(
        "the outputs of the heads are put together by reshape alone. Before it, bring the heads "
        "next to the last axis",
        multi_head(join=lambda X: X.reshape(len(X), X.shape[2], -1)),
    ),
    Mistake(
        "the outputs of the heads are interleaved. Put one head after the other",
        multi_head(join=lambda X: X.transpose(0, 2, 3, 1).reshape(len(X), X.shape[2], -1)),
    ),
    Mistake(
        "the valid lengths belong to other examples. All heads of the first example come first, so "
        "each length must be repeated: use repeat, not tile",
        multi_head(lengths=lambda n, heads: numpy.tile(n, heads).reshape(len(n), heads)),
    ),
    Mistake(
        "the padding is not masked in any head: `valid_len` is not used",
        multi_head(weights=lambda scores, lengths: softmax(scores)),
    ),
    Mistake(
        "you masked after the softmax, so the weights don't sum to 1",
        multi_head(weights=lambda scores, lengths: softmax(scores) * valid(scores, lengths)),
    ),
    Mistake("the last projection, W_o, is missing", multi_head(mix=lambda X, W: X)),
    Mistake(
        "W_o is not transposed: the dense layers of the chapter compute x Wᵀ",
        multi_head(mix=lambda X, W: X @ W),
    ),
    Mistake(
        "the projections are not transposed: the dense layers of the chapter compute x Wᵀ",
        multi_head(project=lambda X, W: X @ W, mix=lambda X, W: X @ W),
    ),
    Mistake(
        "W_q, W_k and W_v are not transposed: the dense layers of the chapter compute x Wᵀ",
        multi_head(project=lambda X, W: X @ W),
    ),
    Mistake(
        "queries, keys and values are not projected. Each head needs projections of its own",
        multi_head(project=lambda X, W: X),
    ),
    Mistake(
        "W_q and W_k are exchanged",
        lambda Q, K, V, n, W_q, W_k, *rest: multi_head()(Q, K, V, n, W_k, W_q, *rest),
    ),
    Mistake(
        "this is the weighted sum of the keys. Weight the values",
        lambda Q, K, V, *rest: multi_head()(Q, K, K, *rest),
    ),
    Mistake(
        "the softmax goes along the queries. Each query shares its weight among the keys",
        multi_head(weights=lambda X, n: softmax(X, axis=2) * valid(X, n)),
    ),
]


def attention_case(
    random: Random, batch: int, queries: int, keys: int, num_hiddens: int, num_heads: int
) -> tuple[Any, ...]:
    """Return the arguments of multi-head attention; the valid lengths of a batch differ."""
    shapes = [(batch, steps, num_hiddens) for steps in (queries, keys, keys)]
    inputs = [random.normal(0, 1, shape).astype("float32") for shape in shapes]
    lengths = random.permutation(numpy.arange(batch) % (keys - 2) + 1).astype("float32")
    shape = (4, num_hiddens, num_hiddens)
    parameters = random.normal(0, 2 / math.sqrt(num_hiddens), shape).astype("float32")
    return (*inputs, lengths, *parameters, num_heads)


@task(
    "08.3",
    "Multi-head attention",
    points=4,
    hints=[
        "Project all: Q = np.dot(query, W_q.T). With a loop, head h has the entries from h * size "
        "to (h + 1) * size of the last axis.",
        "Each head is one scaled dot-product attention. package_masked_softmax(scores, valid_len) "
        "gives the weights (batch, queries, keys).",
        "Without a loop, make heads and batch one axis, (batch * heads, positions, size), and "
        "repeat each length: valid_len.repeat(num_heads).",
        "np.concatenate(heads, axis=-1), then the last projection: np.dot(..., W_o.T).",
    ],
)
def check_multi_head(random: Random, multi_head_attention: Any) -> None:
    sizes = ((4, 3, 5, 8, 2), (3, 2, 6, 12, 3), (2, 4, 4, 6, 3), (1, 2, 4, 8, 4))
    cases = [attention_case(random, *size) for size in sizes]
    check_function(
        multi_head_attention,
        cases,
        multi_head(),
        HEAD_MISTAKES,
        axes="(batch, queries, num_hiddens)",
    )
