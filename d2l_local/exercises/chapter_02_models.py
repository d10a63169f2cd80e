"""Tasks of chapter 02: use any encoder and decoder, and measure whether padding matters."""

from collections.abc import Callable
from typing import Any

import numpy
from mxnet import np

from .comparing import Array, Mistake, Random, check_function
from .tasks import Wrong, task


def as_numpy(array: Any) -> Array:
    return numpy.asarray(array.asnumpy() if hasattr(array, "asnumpy") else array)


class RandomEncoder:
    """An encoder of random numbers for NumPy and MXNet arrays; its outputs are NumPy's."""

    def __init__(self, random: Random, vocab_size: int, size: int) -> None:
        self.embedding = random.normal(0, 1, (vocab_size, size))

    def __call__(self, X: Any, valid_len: Any = None, *args: Any) -> Array:
        X = as_numpy(X).astype(int)
        n = numpy.full(len(X), X.shape[1]) if valid_len is None else as_numpy(valid_len)
        real = numpy.arange(X.shape[1]) < n[:, None]
        return (self.embedding[X] * real[:, :, None]).sum(1)


class RandomDecoder:
    """A decoder of random numbers; each token depends on the state and on the token before."""

    def __init__(self, random: Random, vocab_size: int, size: int) -> None:
        self.embedding = random.normal(0, 2, (vocab_size, size))
        self.recurrent = random.normal(0, 1, (size, size))
        self.output = random.normal(0, 1, (size, vocab_size))

    def init_state(
        self, enc_outputs: Array, enc_valid_len: Any = None, *args: Any
    ) -> tuple[Array, Array]:
        if enc_valid_len is None:
            return enc_outputs, numpy.zeros((len(enc_outputs), 1))
        return enc_outputs, as_numpy(enc_valid_len)[:, None] / 2

    def __call__(self, X: Any, state: tuple[Array, Array]) -> tuple[Any, tuple[Array, Array]]:
        if len(X.shape) != 2:
            raise ValueError(f"the decoder reads tokens (batch, steps), but got shape {X.shape}")
        h, length = state
        scores = []
        for tokens in as_numpy(X).astype(int).T:
            h = numpy.tanh(h @ self.recurrent + self.embedding[tokens] + length)
            scores.append(h @ self.output)
        result = numpy.stack(scores, axis=1)  # (batch, steps, vocabulary)
        return (result if isinstance(X, numpy.ndarray) else np.array(result)), (h, length)


def greedy(
    tell_encoder: bool = True,
    tell_decoder: bool = True,
    carry_on: bool = True,
    read: Callable[[list[Array], Array], Array] = lambda tokens, bos: tokens[-1],
    choose: Callable[[Array], Array] = lambda scores: scores.argmax(-1),
) -> Callable[..., Array]:
    """Return the function that writes greedily with a model, or a wrong variety of it.

    `read` makes the decoder's next input of the tokens (batch, 1) so far, <bos> first.
    """

    def write(
        encoder: Any, decoder: Any, X: Array, valid_len: Array, bos: int, num_steps: int
    ) -> Array:
        outputs = encoder(X, valid_len if tell_encoder else None)
        state = decoder.init_state(outputs, valid_len if tell_decoder else None)
        tokens = [numpy.full((len(X), 1), bos)]
        for _ in range(num_steps):
            scores, new_state = decoder(read(tokens, tokens[0]), state)
            tokens.append(choose(scores[:, -1:]))
            state = new_state if carry_on else state
        return numpy.concatenate(tokens[1:], axis=1).astype("float32")

    return write


GREEDY_MISTAKES = [
    Mistake("the encoder is not told the valid length", greedy(tell_encoder=False)),
    Mistake("`init_state` is not told the valid length", greedy(tell_decoder=False)),
    Mistake(
        "neither the encoder nor `init_state` is told the valid length",
        greedy(tell_encoder=False, tell_decoder=False),
    ),
    Mistake(
        "the state is not carried on: every step gets the first state. Use the new one",
        greedy(carry_on=False),
    ),
    Mistake(
        "the decoder reads <bos> at every step. Let it read the token that it wrote last",
        greedy(read=lambda tokens, bos: bos),
    ),
    Mistake(
        "the decoder reads <bos> at every step, and always gets the first state: each step is the "
        "same",
        greedy(carry_on=False, read=lambda tokens, bos: bos),
    ),
    Mistake(
        "the decoder reads all tokens so far, although the state already knows the older ones. "
        "Give it only the last",
        greedy(read=lambda tokens, bos: numpy.concatenate(tokens, axis=1)),
    ),
    Mistake(
        "the last token of the first sentence is read by all. Each sentence has its own",
        greedy(read=lambda tokens, bos: 0 * bos + tokens[-1][:1]),
    ),
    Mistake(
        "the token with the lowest score is written. Take the highest",
        greedy(choose=lambda scores: scores.argmin(-1)),
    ),
    Mistake(
        "the result begins with <bos>. It was read, not written",
        lambda *inputs: numpy.concatenate(
            [numpy.full((len(inputs[2]), 1), inputs[4]), greedy()(*inputs)[:, :-1]], axis=1
        ).astype("float32"),
    ),
    Mistake(
        "the result begins with <bos>. It was read, not written",
        lambda *inputs: numpy.concatenate(
            [numpy.full((len(inputs[2]), 1), inputs[4]), greedy()(*inputs)], axis=1
        ).astype("float32"),
    ),
]


@task(
    "02.5",
    "Write with any model",
    points=3,
    hints=[
        "Before the loop: enc_outputs, then the first state, then a column of <bos>: "
        "np.full((batch, 1), bos).",
        "In the loop: scores, state = decoder(token, state). The name `state` is assigned anew, so "
        "the state is carried on.",
        "scores.argmax(axis=2) has the shape (batch, 1): it is the next input, and a column of the "
        "result. Join the columns with np.concatenate(columns, axis=1).",
    ],
)
def check_write_greedily(random: Random, write_greedily: Any) -> None:
    cases = []
    for batch, steps, num_steps, bos in ((5, 6, 7, 1), (4, 5, 3, 4), (3, 4, 1, 1), (1, 5, 6, 2)):
        model = RandomEncoder(random, 12, 6), RandomDecoder(random, 12, 6)
        X = random.integers(4, 12, (batch, steps)).astype("float32")
        n = random.permutation(numpy.arange(batch) % (steps - 2) + 1).astype("float32")
        cases.append((*model, X, n, bos, num_steps))
    check_function(write_greedily, cases, greedy(), GREEDY_MISTAKES, axes="(batch, steps)")


def on_any_arrays(function: Callable[[Array, Array], Array]) -> Callable[..., Any]:
    """Return an encoder made of `function`, for NumPy and MXNet arrays."""

    def encoder(X: Any, valid_len: Any = None) -> Any:
        n = numpy.full(len(X), X.shape[1]) if valid_len is None else as_numpy(valid_len)
        result = function(as_numpy(X), n)
        return result if isinstance(X, numpy.ndarray) else np.array(result, dtype="float32")

    return encoder


def padded(X: Array, extra: int, value: int = 0) -> Array:
    return numpy.concatenate([X, numpy.full((len(X), extra), value, "float32")], axis=1)


def influence(
    measure: Callable[[Array], Any] = lambda change: abs(change).max(),
    change: Callable[[Array, Array, int], tuple[Array, Array | None]] = lambda X, n, extra: (
        padded(X, extra),
        n,
    ),
) -> Callable[..., float]:
    """Return the function that measures the influence of padding, or a wrong variety of it."""
    return lambda encoder, X, valid_len, extra: float(
        measure(encoder(*change(X, valid_len, extra)) - encoder(X, valid_len))
    )


INFLUENCE_MISTAKES = [
    Mistake(
        "the valid lengths have grown with the padding. They must stay: padding is not real",
        influence(change=lambda X, n, extra: (padded(X, extra), n + extra)),
    ),
    Mistake(
        "the encoder is not told the valid lengths of the longer array",
        influence(change=lambda X, n, extra: (padded(X, extra), None)),
    ),
    Mistake(
        "the padding was put in front. It belongs at the end",
        influence(change=lambda X, n, extra: (padded(X[:, ::-1], extra)[:, ::-1], n)),
    ),
    Mistake(
        "one column was added. `extra` says how many",
        influence(change=lambda X, n, extra: (padded(X, 1), n)),
    ),
    Mistake(
        "the array was padded with ones. The index of <pad> is 0",
        influence(change=lambda X, n, extra: (padded(X, extra, 1), n)),
    ),
    Mistake("this is the largest change upwards. A number can fall, too", influence(numpy.max)),
    Mistake(
        "this is the mean of the changes. Return the largest", influence(lambda c: abs(c).mean())
    ),
    Mistake(
        "these are changes with a sign, and they cancel",
        influence(numpy.mean),
    ),
    Mistake(
        "this is the sum of the changes. Return the largest", influence(lambda c: abs(c).sum())
    ),
    Mistake("only the first row is compared", influence(lambda c: abs(c[0]).max())),
    Mistake("this is a square. Return the size of the change", influence(lambda c: (c**2).max())),
]


@task(
    "02.6",
    "Find the bug: padding in the summary",
    points=3,
    hints=[
        "np.zeros((batch, extra)) are the new columns. np.concatenate([X, columns], axis=1) puts "
        "them behind the others.",
        "Call the encoder with X and with the longer array, and with the same valid_len both "
        "times.",
        "float(abs(second - first).max()). Print it for the four candidates.",
    ],
)
def check_padding_influence(random: Random, padding_influence: Any, leaking: Any) -> None:
    table = random.normal(0, 1, (9, 3))
    table[:, 0] += 5  # the largest change is a fall, and not in the first row
    table[0] = random.uniform(0.1, 0.2, 3)
    table[1] = random.uniform(0.5, 0.7, 3)

    def decaying(X: Array, n: Array) -> Array:
        """Leak in every way at once, so that each mistake shows."""
        weight = 0.8 ** numpy.arange(X.shape[1])[::-1]
        real = numpy.arange(X.shape[1]) < n[:, None]
        seen = table[X.astype(int)] * numpy.where(real, 1, 0.3)[:, :, None]
        return (seen * weight[None, :, None]).sum(1)

    def careful(X: Array, n: Array) -> Array:
        real = numpy.arange(X.shape[1]) < n[:, None]
        return (table[X.astype(int)] * real[:, :, None]).sum(1)

    cases = []
    for kind, batch, steps, extra in (
        (decaying, 4, 5, 3),
        (decaying, 3, 6, 2),
        (careful, 3, 5, 4),
        (decaying, 1, 4, 2),
    ):
        X = random.integers(2, 9, (batch, steps)).astype("float32")
        X[0] = 1
        n = random.permutation(numpy.arange(batch) % (steps - 1) + 1).astype("float32")
        cases.append((on_any_arrays(kind), X, n, extra))
    check_function(padding_influence, cases, influence(), INFLUENCE_MISTAKES)
    if not isinstance(leaking, list | tuple | set | str):
        raise Wrong('`leaking` should be a list of names, such as ["A", "D"]')
    named = set(leaking)
    if not named <= set("ABCD"):
        raise Wrong(f"`leaking` is {leaking!r}. The candidates are called A, B, C and D")
    for name, leaks, cause in (
        ("A", False, "your measurement is right, but A divides by the valid length: no leak"),
        ("B", True, "B is missing in `leaking`. It goes on forgetting while it reads padding"),
        ("C", True, "C is missing in `leaking`. It divides by a number that grows with padding"),
        ("D", False, "your measurement is right, but D stops at the end of each sentence: no leak"),
    ):
        if (name in named) != leaks:
            raise Wrong(cause)
