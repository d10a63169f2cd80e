"""Tasks of chapter 05: the sizes of a decoder with attention, and the parts of its state."""

from collections.abc import Callable
from typing import Any

import numpy
from mxnet import np

from .comparing import Array, Mistake, Random, check_function, check_values
from .running import call
from .tasks import Wrong, task


@task(
    "05.1",
    "Sizes",
    points=1,
    hints=[
        "The first layer reads the context and the embedding, one after the other.",
        "The context is a weighted sum of encoder outputs, so it is as long as one of them: 32.",
        "Each target step of each sentence has one weight for each source step.",
    ],
)
def check_sizes(random: Random, first_input: Any, second_input: Any, weights_shape: Any) -> None:
    first_mistakes = {
        "that is the embedding alone, as in chapter 3. Where does the context go?": 20,
        "that is the context alone. The token's embedding enters the LSTM, too": 32,
        "the state is no part of the input. Context and embedding are: 32 + 20": 64,
        "the source has 9 steps, but the context is their weighted sum, one vector": 9 * 32 + 20,
        "the state is no part of the input. Context and embedding are": 32 + 32 + 20,
    }
    check_values(first_input, 52, first_mistakes, what="`first_input`")
    second_mistakes = {
        "the context enters only the first layer. The second one reads the first one's output": 52,
        "the embedding enters the first layer. The second one reads the first one's output": 20,
        "the second layer reads the first one's output, without a second context": 64,
    }
    check_values(second_input, 32, second_mistakes, what="`second_input`")
    shape_mistakes = {
        "target steps come before source steps: a row of the map is a target token": [4, 9, 7],
        "that is the shape of the scores. A weight belongs to a source step": [4, 7, 500],
        "that is the shape of the contexts. A weight is one number": [4, 7, 32],
        "that is one step. The decoder keeps the weights of all target steps": [4, 1, 9],
        "the batch comes first here, not the steps": [7, 4, 9],
        "each sentence of the batch has a map of its own": [7, 9],
    }
    check_values(weights_shape, [4, 7, 9], shape_mistakes, what="`weights_shape`")


def state_part(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that takes one part of a decoder's state after a look at its form."""

    def checked(result: Any) -> Any:
        if not isinstance(result, list | tuple) or len(result) != 3:
            raise Wrong("the state should have three parts: [memory, [h, c], valid_len]")
        if not isinstance(result[1], list | tuple) or len(result[1]) != 2:
            raise Wrong("the second part should be the encoder's last state [h, c], both of them")
        return read(result)

    return checked


def last_token(outputs: Array, n: Array) -> Array:
    """Return the output at each sentence's last real token, for all steps."""
    last = outputs[n.astype(int) - 1, numpy.arange(len(n))]
    return numpy.broadcast_to(last[:, None], numpy.swapaxes(outputs, 0, 1).shape)


MEMORY_MISTAKES = [
    Mistake(
        "the memory has the steps first, as the encoder gave it. Attention wants the batch first",
        lambda encoded, n: encoded[0].asnumpy(),
    ),
    Mistake(
        "reshape keeps the order of the numbers, so it mixes the sentences. Exchange the axes: "
        "swapaxes(0, 1)",
        lambda encoded, n: numpy.reshape(
            encoded[0].asnumpy(), numpy.swapaxes(encoded[0].asnumpy(), 0, 1).shape
        ),
    ),
    Mistake(
        ".T turns all three axes round. Exchange the first two: swapaxes(0, 1)",
        lambda encoded, n: encoded[0].asnumpy().T,
    ),
    Mistake(
        "the hidden units have come before the steps. Exchange the first two axes only",
        lambda encoded, n: numpy.moveaxis(encoded[0].asnumpy(), 0, 2),
    ),
    Mistake(
        "the memory is one output for all steps. The decoder should see each of them",
        lambda encoded, n: last_token(encoded[0].asnumpy(), n),
    ),
    Mistake(
        "the memory is the encoder's last state h. Take the outputs of all steps",
        lambda encoded, n: encoded[1][0].asnumpy(),
    ),
]
HIDDEN_MISTAKES = [
    Mistake(
        "the decoder starts from zeros. Take the encoder's last state, or the first query knows "
        "nothing",
        lambda encoded, n: 0 * encoded[1][0].asnumpy(),
    ),
    Mistake("h and c are exchanged", lambda encoded, n: encoded[1][1].asnumpy()),
    Mistake("h and c are exchanged", lambda encoded, n: encoded[1][0].asnumpy()),
    Mistake(
        "only the top layer's state is left. Each layer of the decoder needs its own",
        lambda encoded, n: encoded[1][0].asnumpy()[-1],
    ),
    Mistake(
        "the state's axes are exchanged. The LSTM wants (layers, batch, hidden), as it is",
        lambda encoded, n: numpy.swapaxes(encoded[1][0].asnumpy(), 0, 1),
    ),
]


@task(
    "05.2",
    "The three parts of the state",
    points=2,
    hints=[
        "outputs, hidden = enc_outputs",
        "The memory is for attention, which wants (batch, source steps, hidden). The outputs have "
        "the steps first.",
        "[outputs.swapaxes(0, 1), hidden, enc_valid_len]",
    ],
)
def check_init_state(random: Random, init_state: Any) -> None:
    cases = []
    for layers, steps, batch, hidden in ((2, 5, 3, 4), (3, 4, 5, 2), (1, 3, 1, 6)):
        state = (layers, batch, hidden)
        outputs, h, c = (
            np.array(random.normal(0, 1, shape), dtype="float32")
            for shape in ((steps, batch, hidden), state, state)
        )
        lengths = random.integers(1, steps + 1, batch).astype("float32")
        cases.append(((outputs, [h, c]), lengths))
    whole: list[tuple[Callable[..., Array], Any, list[Mistake], str]] = [
        (
            lambda encoded, n: numpy.swapaxes(encoded[0].asnumpy(), 0, 1),
            lambda state: state[0],
            MEMORY_MISTAKES,
            "(batch, source steps, hidden)",
        ),
        *(
            (
                lambda encoded, n, k=k: encoded[1][k].asnumpy(),
                lambda state, k=k: state[1][k],
                HIDDEN_MISTAKES,
                "(layers, batch, hidden)",
            )
            for k in (0, 1)
        ),
    ]
    for reference, read, mistakes, axes in whole:
        check_function(init_state, cases, reference, mistakes, axes, state_part(read))
    forgotten = "the valid lengths are missing, so the decoder would attend to padding"
    if call(init_state, *cases[0])[2] is None:
        raise Wrong(forgotten)
    read_lengths = state_part(lambda state: state[2])
    length_mistakes = [
        Mistake(
            "every sentence is as long as the longest one. Hand on the valid lengths",
            lambda encoded, n: numpy.full(len(n), float(len(encoded[0]))),
        ),
        Mistake("the valid lengths have changed: hand them on as they are", lambda _, n: n - 1),
    ]
    check_function(init_state, cases, lambda _, n: n, length_mistakes, "(batch,)", read_lengths)
    if call(init_state, cases[0][0], None)[2] is not None:
        raise Wrong("a valid length of None means that all tokens are real. Hand on the None")
