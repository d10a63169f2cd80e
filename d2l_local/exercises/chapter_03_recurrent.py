"""Tasks of chapter 03: a step of the LSTM, a state that padding spoils, another summary."""

from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, check_function, plain, same
from .running import call
from .tasks import Wrong, task


def sigmoid(x: Array) -> Array:
    return 1 / (1 + numpy.exp(-x))


def gates(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> list[Array]:
    """Return i, f, g and o before their activations, each (batch, hidden)."""
    return numpy.split(x @ W.T + h @ U.T + b, 4, axis=1)


def cell(formula: Callable[..., Array]) -> Callable[..., Array]:
    """Return the new c, computed by formula(i, f, g, o, h, c) from raw gates and the old state."""
    return lambda x, h, c, W, U, b: formula(*gates(x, h, c, W, U, b), h, c)


new_c = cell(lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * numpy.tanh(g))


def output(formula: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    """Return the new h, computed by formula(o, new c)."""
    return lambda *inputs: formula(gates(*inputs)[3], new_c(*inputs))


new_h = output(lambda o, c: sigmoid(o) * numpy.tanh(c))


def columns_in_turn(x: Array, h: Array, c: Array, W: Array, U: Array, b: Array) -> Array:
    i, f, g, _ = numpy.moveaxis((x @ W.T + h @ U.T + b).reshape(*h.shape, 4), -1, 0)
    return sigmoid(f) * c + sigmoid(i) * numpy.tanh(g)


CELL_MISTAKES = [
    Mistake("you return c before h. The order is h, c", new_h),
    Mistake(
        "the gates are not in the order i, f, g, o: g and o are exchanged",
        cell(lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * numpy.tanh(o)),
    ),
    Mistake(
        "input gate and forget gate are exchanged. The forget gate f stands before the old c",
        cell(lambda i, f, g, o, h, c: sigmoid(i) * c + sigmoid(f) * numpy.tanh(g)),
    ),
    Mistake(
        "the candidate g has no tanh",
        cell(lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * g),
    ),
    Mistake(
        "the candidate g went through the sigmoid. It needs tanh",
        cell(lambda i, f, g, o, h, c: sigmoid(f) * c + sigmoid(i) * sigmoid(g)),
    ),
    Mistake(
        "the gates have no sigmoid, so they are not between 0 and 1",
        cell(lambda i, f, g, o, h, c: f * c + i * numpy.tanh(g)),
    ),
    Mistake(
        "the old c is not multiplied by the forget gate",
        cell(lambda i, f, g, o, h, c: c + sigmoid(i) * numpy.tanh(g)),
    ),
    Mistake(
        "the candidate is not multiplied by the input gate",
        cell(lambda i, f, g, o, h, c: sigmoid(f) * c + numpy.tanh(g)),
    ),
    Mistake(
        "the forget gate acts on the old h. It belongs to the old c",
        cell(lambda i, f, g, o, h, c: sigmoid(f) * h + sigmoid(i) * numpy.tanh(g)),
    ),
    Mistake(
        "c is all forgotten: the term of the forget gate is missing",
        cell(lambda i, f, g, o, h, c: sigmoid(i) * numpy.tanh(g)),
    ),
    Mistake("the bias b is missing", lambda x, h, c, W, U, b: new_c(x, h, c, W, U, 0 * b)),
    Mistake("the term U h is missing", lambda x, h, c, W, U, b: new_c(x, h, c, W, 0 * U, b)),
    Mistake(
        "the gates are taken from every fourth entry. They are four blocks, one behind the other: "
        "np.split",
        columns_in_turn,
    ),
]
OUTPUT_MISTAKES = [
    Mistake(
        "h is made of the old c. First change c, then compute h",
        lambda x, h, c, *w: sigmoid(gates(x, h, c, *w)[3]) * numpy.tanh(c),
    ),
    Mistake("in h, the new c has no tanh", output(lambda o, c: sigmoid(o) * c)),
    Mistake("in h, the output gate o has no sigmoid", output(lambda o, c: o * numpy.tanh(c))),
    Mistake("h is not multiplied by the output gate", output(lambda o, c: numpy.tanh(c))),
    Mistake("h is the old h: return the new one", lambda x, h, *rest: h),
    Mistake("you return the new c twice", new_c),
]


def part(index: int, names: str) -> Callable[[Any], Any]:
    """Return a function that takes one of several results, called `names`."""
    count = len(names.split(", "))

    def read(result: Any) -> Any:
        if not isinstance(result, list | tuple) or len(result) != count:
            raise Wrong(f"return {count} arrays: {names}")
        return result[index]

    return read


@task(
    "03.3",
    "One step of an LSTM",
    points=3,
    hints=[
        "np.dot(x, W.T) + np.dot(h, U.T) + b has the shape (batch, 4 * hidden).",
        "i, f, g, o = np.split(gates, 4, axis=1)",
        "First the new c from the old one, then the new h from the new c.",
    ],
)
def check_lstm_step(random: Random, lstm_step: Any) -> None:
    cases = []
    for batch, size, hidden in ((3, 5, 4), (5, 2, 3), (1, 3, 6)):
        state, rows = (batch, hidden), 4 * hidden
        shapes = [(batch, size), state, state, (rows, size), (rows, hidden), (rows,)]
        cases.append(tuple(random.normal(0, 1, shape).astype("float32") for shape in shapes))
    for index, reference, mistakes in ((1, new_c, CELL_MISTAKES), (0, new_h, OUTPUT_MISTAKES)):
        check_function(
            lstm_step, cases, reference, mistakes, axes="(batch, hidden)", read=part(index, "h, c")
        )


def last_state(
    keep: Callable[[Array, Array, Array], Array] = lambda real, new, old: numpy.where(
        real, new, old
    ),
    lengths: Callable[[Array], Array] = lambda n: n,
    read: Callable[[Array, Array], Array] = lambda x, real: x,
) -> Callable[..., Array]:
    """Return the function that gives the state after the last real step, or a wrong one."""

    def run(X: Array, W: Array, U: Array, b: Array, valid_len: Array) -> Array:
        h = numpy.zeros((X.shape[1], len(U)))
        for step, x in enumerate(X):
            real = (step < lengths(valid_len))[:, None]
            h = keep(real, numpy.tanh(read(x, real) @ W.T + h @ U.T + b), h)
        return h

    return run


STATE_MISTAKES = [
    Mistake(
        "the state still runs on over the padding. At a padded step, keep the old one",
        last_state(keep=lambda real, new, old: new),
    ),
    Mistake(
        "you made the input 0 on padding. The state changes all the same, by U h + b",
        last_state(keep=lambda real, new, old: new, read=lambda x, real: x * real),
    ),
    Mistake(
        "the state becomes 0 on padding, so short sentences are forgotten. Keep the old one",
        last_state(keep=lambda real, new, old: new * real),
    ),
    Mistake(
        "one step too many is real. Steps count from 0: compare with <, not <=",
        last_state(lengths=lambda n: n + 1),
    ),
    Mistake("the last real step of each sentence is left out", last_state(lengths=lambda n: n - 1)),
    Mistake(
        "all sentences stop with the shortest one. Each has its own length",
        last_state(lengths=lambda n: n.min().repeat(len(n))),
    ),
    Mistake(
        "all sentences stop with the longest one. Each has its own length",
        last_state(lengths=lambda n: n.max().repeat(len(n))),
    ),
    Mistake(
        "all sentences stop with the first one. Each has its own length",
        last_state(lengths=lambda n: n[:1].repeat(len(n))),
    ),
    Mistake(
        "the mask is the wrong way round: the state changes on padding only",
        last_state(keep=lambda real, new, old: numpy.where(real, old, new)),
    ),
    Mistake(
        "old and new state are added. Take the new one at a real step, else the old one",
        last_state(keep=lambda real, new, old: new * real + old),
    ),
]


@task(
    "03.4",
    "Find the bug: padding in the state",
    points=2,
    hints=[
        "Call the function with a short sentence alone, and with padding behind it.",
        "Count the steps with enumerate(X). Step number `step` is real where step < valid_len.",
        "np.where(real, new, old) with `real` of shape (batch, 1) chooses for each sentence.",
    ],
)
def check_last_state(random: Random, mended: Any) -> None:
    cases = []
    for steps, size, hidden, lengths in (
        (6, 3, 5, [4, 2, 5, 3]),
        (8, 2, 4, [3, 7, 1]),
        (4, 3, 3, [2]),
    ):
        batch = len(lengths)
        shapes = (steps, batch, size), (hidden, size), (hidden, hidden), (hidden,)
        arrays = [random.normal(0, 0.7, shape).astype("float32") for shape in shapes]
        cases.append((*arrays, numpy.array(lengths, dtype="float32")))
    check_function(mended, cases, last_state(), STATE_MISTAKES, axes="(batch, hidden)")


def check_laws(
    summary: Callable[[Array, Array], Array], X: Array, lengths: Array, Z: Array
) -> None:
    """Raise Wrong, naming the law, if this does not sum up sentences X (steps, batch, size).

    Z holds other numbers of the shape of X.
    """
    base = summary(X, lengths)
    if not same(summary(X, lengths), base):
        raise Wrong("two calls with the same input give different results: is there randomness?")
    steps = numpy.arange(len(X))[:, None, None]  # (steps, 1, 1)
    if not same(summary(numpy.where(steps < lengths[:, None], X, Z), lengths), base):
        raise Wrong("what stands on the padding changes the summary. Use `valid_len`")
    longer = summary(numpy.concatenate([X, 0 * Z]), lengths)
    if longer.shape != base.shape:
        raise Wrong("the summary grows with the number of steps. Its size should be fixed")
    if not same(longer, base):
        raise Wrong(
            "the summary changes with the amount of padding. Did you divide by the number of all "
            "steps?"
        )
    for row in range(len(lengths)):
        if not same(summary(X[:, row : row + 1], lengths[row : row + 1]), base[row : row + 1]):
            raise Wrong("the summary of a sentence changes with the other ones of its batch")
        for step in range(int(lengths[row])):
            changed = [X.copy(), X.copy()]
            changed[0][step, row] += 5
            changed[1][step, row] -= 5
            if all(same(summary(other, lengths)[row], base[row]) for other in changed):
                raise Wrong(
                    f"in a sentence of {lengths[row]:g} tokens, token {step + 1} doesn't count: "
                    "whatever its output is, the summary stays the same"
                )


@task(
    "03.8",
    "Open: another summary",
    points=3,
    hints=[
        "The mean of the outputs is a summary. Which steps may it count?",
        "Multiply the outputs by a mask of shape (steps, batch, 1).",
        "Divide the masked sum by the lengths, with shape (batch, 1), not by the number of steps.",
    ],
)
def check_summary(random: Random, my_summary: Any) -> None:
    def summary(X: Array, lengths: Array) -> Array:
        got = plain(call(my_summary, X, lengths), X)
        if got.ndim != 2 or len(got) != len(lengths):
            raise Wrong(
                f"for outputs {X.shape}, that is (steps, batch, hidden), the summary has shape "
                f"{got.shape}, but (batch, any size) is expected, with batch = {len(lengths)}"
            )
        if not numpy.isfinite(got).all():
            raise Wrong("some numbers of the summary are not finite")
        return got

    X, Z = random.normal(0, 1, (2, 5, 3, 4)).astype("float32")
    check_laws(summary, X, random.permutation([2, 3, 4]).astype("float32"), Z)
