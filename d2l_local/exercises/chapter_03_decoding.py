"""Tasks of chapter 03: what the decoder reads in training, and when it stops in prediction."""

from collections.abc import Callable
from typing import Any

import numpy
from mxnet import np

from .chapter_03_recurrent import part
from .comparing import Array, Mistake, Random, check_function
from .tasks import Wrong, task

BOS, PAD, VOCABULARY = 1, 0, 10


def columns(first: int, behind: int) -> Callable[..., Array]:
    """Return the function that cuts columns off Y, at the front and at the back."""
    return lambda Y, n: Y[:, first : Y.shape[1] - behind]


INPUT_MISTAKES = [
    Mistake("inputs and labels are exchanged: the decoder reads `<bos>` first", columns(1, 0)),
    Mistake(
        "the inputs are all of Y. The last token is never an input: no label follows it",
        columns(0, 0),
    ),
    Mistake("the inputs lack two tokens at the end. Cut off one", columns(0, 2)),
    Mistake(
        "you cut off a sentence, not a token. The second axis holds the steps", lambda Y, n: Y[:-1]
    ),
    Mistake(
        "`<eos>` is replaced by padding in the inputs. It is harmless there, but leave it: cut the "
        "last column off, and nothing else",
        lambda Y, n: numpy.where(numpy.arange(Y.shape[1]) < n[:, None] - 1, Y, PAD)[:, :-1],
    ),
]
LABEL_MISTAKES = [
    Mistake(
        "each label is the token that the decoder reads at the same step, so it learns to copy. "
        "Labels are one step ahead",
        columns(0, 1),
    ),
    Mistake(
        "the labels are all of Y. Nobody predicts `<bos>`: cut off the first column", columns(0, 0)
    ),
    Mistake("the labels are two steps ahead of the inputs, not one", columns(2, 0)),
    Mistake(
        "you cut off a sentence, not a token. The second axis holds the steps", lambda Y, n: Y[1:]
    ),
    Mistake(
        "the labels are one step behind the inputs. They should be one step ahead",
        lambda Y, n: numpy.concatenate([0 * Y[:, :1], Y[:, :-2]], axis=1),
    ),
    Mistake(
        "the labels lack `<eos>`. Without it the model never learns to stop",
        lambda Y, n: numpy.where(numpy.arange(Y.shape[1]) < n[:, None] - 1, Y, PAD)[:, 1:],
    ),
]
LENGTH_MISTAKES = [
    Mistake("the lengths still count `<bos>`, which is not among the labels", lambda Y, n: n),
    Mistake("the lengths leave `<eos>` out. It is a label like others", lambda Y, n: n - 2),
    Mistake("the lengths have grown. The labels have one token less than Y", lambda Y, n: n + 1),
    Mistake("the lengths count the padding", lambda Y, n: numpy.full(len(n), Y.shape[1] - 1.0)),
]


@task(
    "03.2",
    "Inputs and labels",
    points=2,
    hints=[
        "The first axis of Y is the batch, the second one the steps: Y[:, ...].",
        "The decoder reads `<bos>` first, and its label at this step is the first word.",
        "The inputs are Y without its last column, the labels Y without its first one.",
    ],
)
def check_teacher_forcing(random: Random, teacher_forcing: Any) -> None:
    cases = []
    for batch, steps in ((4, 7), (3, 9), (1, 6)):
        lengths = random.permutation(numpy.arange(batch) % (steps - 3) + 3)
        Y = random.integers(4, 30, (batch, steps))
        Y[:, 0], Y[numpy.arange(batch), lengths - 1] = BOS, 2
        Y = numpy.where(numpy.arange(steps) < lengths[:, None], Y, PAD)
        cases.append((Y.astype("float32"), lengths.astype("float32")))
    parts: list[tuple[Callable[..., Array], list[Mistake], str]] = [
        (columns(0, 1), INPUT_MISTAKES, "(batch, steps - 1)"),
        (columns(1, 0), LABEL_MISTAKES, "(batch, steps - 1)"),
        (lambda Y, n: n - 1, LENGTH_MISTAKES, "(batch,)"),
    ]
    for index, (reference, mistakes, axes) in enumerate(parts):
        read = part(index, "Y_input, Y_label, label_len")
        check_function(teacher_forcing, cases, reference, mistakes, axes, read)


def model(random: Random, words: list[int], calls: int) -> Callable[[Any, int], Any]:
    """Return a step function that writes `words` if it is used well; its state counts steps.

    Fed with another token than the one it wrote last, it writes something else.
    """
    unused = [word for word in range(3, VOCABULARY) if word not in words]
    others = numpy.resize(unused, calls)
    noise = random.normal(-3, 0.5, (2, calls, VOCABULARY)).astype("float32")
    for table, choices in zip(noise, (words, others), strict=True):
        table[numpy.arange(calls), choices] = random.uniform(-0.9, -0.1, calls)
        table[numpy.arange(calls), PAD] = -9

    def step(token: Any, state: int) -> tuple[Any, int]:
        if state >= calls:
            raise RuntimeError(f"the model is asked for more than max_steps = {calls} tokens")
        astray = int(token) != [BOS, *words][state]
        return np.array(noise[int(astray), state]), state + 1

    return step


def greedy(
    stop: Callable[[int, int], bool] = lambda token, eos: token == eos,
    keep_state: bool = False,
    keep_token: bool = False,
    choose: Callable[[Array], Any] = numpy.argmax,
    steps: Callable[[int], int] = lambda n: n,
) -> Callable[..., list[int]]:
    """Return greedy search, or a variety of it that is wrong."""

    def search(step: Any, state: int, bos: int, eos: int, max_steps: int) -> list[int]:
        token, tokens = bos, []
        for _ in range(steps(max_steps)):
            scores, new_state = step(token, state)
            tokens.append(int(choose(scores.asnumpy())))
            state = state if keep_state else new_state
            token = bos if keep_token else tokens[-1]
            if stop(tokens[-1], eos):
                break
        return tokens

    return search


def never(token: int, eos: int) -> bool:
    return False


GREEDY_MISTAKES = [
    Mistake(
        "neither bug is gone: the model gets the first state again and again, and nothing stops at "
        "`eos`",
        greedy(never, keep_state=True),
    ),
    Mistake("the search goes on behind `eos`. Stop when the model writes it", greedy(never)),
    Mistake(
        "the model gets the first state at every step. Hand back the state that it returned",
        greedy(keep_state=True),
    ),
    Mistake(
        "the model reads `bos` at every step. Feed it the token that it wrote",
        greedy(keep_token=True),
    ),
    Mistake(
        "`eos` is missing at the end of the result. Append it, then stop",
        lambda *inputs: [t for t in greedy()(*inputs) if t != inputs[3]],
    ),
    Mistake(
        "the result begins with `bos`. The model did not write that",
        lambda *inputs: [inputs[2], *greedy()(*inputs)],
    ),
    Mistake("this takes the least likely token: argmax, not argmin", greedy(choose=numpy.argmin)),
    Mistake(
        "the last step is missing: at most max_steps tokens, not max_steps - 1",
        greedy(steps=lambda n: n - 1),
    ),
    Mistake(
        "the search stops at token 2, which is not `eos` here. Use the argument",
        greedy(lambda token, eos: token == 2),
    ),
    Mistake(
        "only one token comes back. Put `return` behind the loop",
        lambda *inputs: greedy()(*inputs)[:1],
    ),
]


def whole_numbers(result: Any) -> Any:
    """Return the learner's tokens as ints, whatever kind of numbers they are."""
    if not isinstance(result, list | tuple):
        return result
    try:
        return [int(token) for token in result]
    except (TypeError, ValueError):
        raise Wrong("the result holds something that is not a token, that is a number") from None


@task(
    "03.7",
    "Find two bugs: greedy search",
    points=3,
    hints=[
        "Print `state` in each step. Who changes it?",
        "scores, state = step(token, state) takes the new state.",
        "After tokens.append(token): if token == eos, break.",
    ],
)
def check_greedy(random: Random, mended: Any) -> None:
    cases = []
    for max_steps, end in ((7, 4), (6, 6), (5, 2), (4, 0)):
        eos, *rest = random.permutation(numpy.arange(3, VOCABULARY)).tolist()
        words = [*rest[:3], 2, *rest[:3]][:max_steps]  # 2 is a word here
        if end < max_steps:
            words[end] = eos
        cases.append((model(random, words, max_steps), 0, BOS, eos, max_steps))
    check_function(mended, cases, greedy(), GREEDY_MISTAKES, read=whole_numbers)
