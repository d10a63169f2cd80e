"""Tasks of chapter 02: decoders, and the state that must carry everything."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy
from mxnet import np

from ..data import Vocab
from .chapter_02_encoders import check_is_class
from .comparing import Array, Mistake, Random, check_function
from .tasks import task

EOS = Vocab([]).eos


def step(decoder: Any, state: Any, batch: int, steps: int, vocab_size: int) -> tuple[Array, Any]:
    """Call the learner's decoder once; return the tokens (batch, steps) and the new state.

    Raises:
        TypeError, ValueError: it returns something else than scores and a state.
    """
    result = decoder(np.ones((batch, steps)), state)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError("`forward` should return two things: the scores and the new state")
    scores, new_state = result
    expected = (batch, steps, vocab_size)
    if getattr(scores, "shape", None) != expected:
        raise ValueError(
            f"the scores have shape {getattr(scores, 'shape', None)}, but {expected} is expected, "
            "that is (batch, steps, vocabulary)"
        )
    best = scores.argmax(axis=2)
    return (best.asnumpy() if hasattr(best, "asnumpy") else best), new_state


def listed(counts: Array) -> list[int]:
    return [index for index, count in enumerate(counts) for _ in range(int(count))]


def written(rows: Sequence[Sequence[int]], total: int, end: int = EOS) -> Array:
    """Return the rows as one array of tokens (batch, total), cut or filled up with `end`."""
    return numpy.array([[*row, *[end] * total][:total] for row in rows], dtype="float64")


def without_eos(counts: Array) -> list[int]:
    return [index for index in listed(counts) if index != EOS]


def most_frequent_first(counts: Array) -> list[int]:
    left, row = counts.copy(), []
    left[EOS] = 0
    while left.any():
        row.append(int(left.argmax()))
        left[row[-1]] -= 1
    return row


def sorting(
    row: Callable[[Array], list[int]] = without_eos,
    end: int = EOS,
) -> Callable[[Array, tuple[int, ...]], Array]:
    """Return the function that writes the tokens of a bag in order, or a wrong variety of it."""
    return lambda bags, pieces: written([row(c) for c in bags], sum(pieces), end)


def column_of_each_step(
    columns: Callable[[tuple[int, ...]], list[int]],
) -> Callable[[Array, tuple[int, ...]], Array]:
    """Return a function that writes, at each step, the right token of another step."""
    return lambda bags, pieces: sorting()(bags, (99,))[:, columns(pieces)]


SORTING_MISTAKES = [
    Mistake(
        "one call of several steps writes the same token in each of them. The state must change "
        "at every step of a call, not once in a call",
        column_of_each_step(lambda p: [i for i, n in enumerate(p) for _ in range(n)]),
    ),
    Mistake(
        "the state is lost between two calls: each call begins anew. Return the new state",
        column_of_each_step(lambda p: [i for n in p for i in range(n)]),
    ),
    Mistake(
        "every step writes the first token: nothing is taken out of the bag",
        column_of_each_step(lambda p: [0] * sum(p)),
    ),
    Mistake(
        "<eos> comes first: it is in the bag, and has the smallest index. `init_state` must take "
        "it out",
        sorting(listed),
    ),
    Mistake(
        "a token that is in the bag twice must be written twice. Take out one at a time",
        sorting(lambda c: sorted({*without_eos(c)})),
    ),
    Mistake(
        "the largest index comes first. Begin with the smallest",
        sorting(lambda c: without_eos(c)[::-1]),
    ),
    Mistake(
        "the most frequent token comes first. Begin with the smallest index",
        sorting(most_frequent_first),
    ),
    Mistake(
        "when the bag is empty, <pad> is written. Write <eos>: it says that the sentence is over",
        sorting(end=0),
    ),
    Mistake(
        "`<unk>` is not written. It stands for a real token: take only <eos> out of the bag",
        sorting(lambda c: [i for i in listed(c) if i > 3]),
    ),
    Mistake(
        "all rows end when the shortest does. Each row has its own bag",
        lambda bags, pieces: written(
            [without_eos(c)[: min(len(without_eos(c)) for c in bags)] for c in bags], sum(pieces)
        ),
    ),
    Mistake(
        "all rows are written like the first. Each row has its own bag",
        lambda bags, pieces: sorting()(bags[:1].repeat(len(bags), 0), pieces),
    ),
]


@task(
    "02.4",
    "A decoder that sorts",
    points=3,
    hints=[
        "The state can be the bag: the counts (batch, vocabulary) of what is still to be written. "
        "`init_state` returns it without <eos>: multiply by a row of ones with a 0 at index 2.",
        "The smallest index that is left: np.minimum(left, 1).argmax(axis=1). It is 0 if nothing "
        "is left, and then np.where(left.sum(axis=1) > 0, ..., 2) takes <eos>.",
        "At each step: token, then scores.append(npx.one_hot(token, vocab_size)), then take the "
        "token out: left = np.maximum(left - scores[-1], 0). At the end np.stack(scores, axis=1).",
    ],
)
def check_sorting_decoder(random: Random, SortingDecoder: Any) -> None:
    check_is_class(SortingDecoder)

    def write(enc_outputs: Any, pieces: tuple[int, ...]) -> Array:
        batch, vocab_size = enc_outputs.shape
        decoder = SortingDecoder(vocab_size)
        state = decoder.init_state(enc_outputs, enc_outputs.sum(axis=1))
        tokens = []
        for steps in pieces:
            some, state = step(decoder, state, batch, steps, vocab_size)
            tokens.append(some)
        return numpy.concatenate(tokens, axis=1)

    def bags(batch: int, vocab_size: int, most: int) -> Array:
        counts = numpy.zeros((batch, vocab_size), "float32")
        counts[:, EOS] = 1
        for row, size in zip(
            counts, random.permutation(numpy.arange(batch) + most - batch + 1), strict=True
        ):
            kinds = random.permutation(numpy.arange(3, vocab_size))[:2]
            for token in [*kinds, *random.choice(kinds, int(size) - 2)]:
                row[token] += 1
        counts[0, 3] += 1  # <unk>, which a decoder has to write like any word
        return counts

    cases = [
        (bags(3, 9, 5), (8,)),
        (bags(3, 8, 5), (1,) * 8),
        (bags(3, 7, 6), (2, 3, 1, 3)),
        (bags(1, 8, 4), (1, 2, 3)),
    ]
    check_function(write, cases, sorting(), SORTING_MISTAKES, axes="(batch, steps)")


Plan = list[tuple[int, int, int]]  # which sentence, which of its states, how many steps


def replay(
    column: Callable[[int, int, int, int], int] = lambda start, i, total, own: start + i,
) -> Callable[..., Array]:
    """Return the function that copies sentences according to a plan, or a wrong variety of it.

    `column` gets the right first column of a call, the step within it, and how many steps were
    made before the call: by all sentences, and by its own.
    """

    def run(first: Array, second: Array, plan: Plan) -> Array:
        starts: list[list[int]] = [[0], [0]]
        made = [0, 0]
        columns = []
        for sentence, number, steps in plan:
            start = starts[sentence][number]
            for i in range(steps):
                index = column(start, i, sum(made), made[sentence])
                columns.append((first, second)[sentence][:, index])
            made[sentence] += steps
            starts[sentence].append(start + steps)
        return numpy.stack(columns, axis=1).astype("float64")

    return run


REPLAY_MISTAKES = [
    Mistake(
        "two sentences that are written in turn disturb each other. The position is still in "
        "`self`: put it into the state",
        replay(lambda start, i, total, own: total + i),
    ),
    Mistake(
        "every step writes the first token: the position does not move on",
        replay(lambda start, i, total, own: 0),
    ),
    Mistake(
        "each call begins with the first token. Return a state with the new position",
        replay(lambda start, i, total, own: i),
    ),
    Mistake(
        "all steps of a call write the same token. The position moves on at each step",
        replay(lambda start, i, total, own: start),
    ),
    Mistake(
        "a state that was used once gives something else the second time: `forward` changes it in "
        "place. Return a new one, and leave the old one as it was",
        replay(lambda start, i, total, own: own + i),
    ),
    Mistake(
        "the first token is skipped. The position begins with 0",
        replay(lambda start, i, total, own: start + i + 1),
    ),
]


@task(
    "02.7",
    "Find the bug: a decoder with a memory of its own",
    points=3,
    hints=[
        "Which variable does the decoder need from one call to the next, and where is it kept?",
        "`init_state` can return a list: what the encoder gave, and the position 0.",
        "`forward` must not change that list. It returns a new one, with a new position.",
    ],
)
def check_mended_decoder(random: Random, Mended: Any) -> None:
    check_is_class(Mended)
    vocab_size = 40

    def write(first: Any, second: Any, plan: Plan) -> Array:
        decoder = Mended(vocab_size)
        states = [[decoder.init_state(outputs, None)] for outputs in (first, second)]
        tokens = []
        for sentence, number, steps in plan:
            some, state = step(decoder, states[sentence][number], len(first), steps, vocab_size)
            tokens.append(some)
            states[sentence].append(state)
        return numpy.concatenate(tokens, axis=1)

    def sentences(batch: int, steps: int) -> list[Array]:
        """Return two arrays (batch, steps); all tokens of a row differ."""
        rows = [random.permutation(numpy.arange(4, vocab_size)) for _ in range(batch)]
        both = numpy.array(rows, dtype="float32")
        return [both[:, :steps], both[:, steps : 2 * steps]]

    in_turn = [(0, 0, 1), (1, 0, 1), (0, 1, 1), (1, 1, 1), (1, 2, 2), (0, 2, 2)]
    again = [(0, 0, 2), (0, 1, 1), (0, 1, 1), (1, 0, 1), (0, 2, 3), (0, 1, 2)]
    alone = [(0, 0, 1), (0, 1, 3), (0, 2, 1)]
    cases = [
        (*sentences(3, 12), in_turn),
        (*sentences(2, 14), again),
        (*sentences(2, 8), alone),
        (*sentences(1, 12), in_turn),
    ]
    check_function(write, cases, replay(), REPLAY_MISTAKES, axes="(batch, steps)")
