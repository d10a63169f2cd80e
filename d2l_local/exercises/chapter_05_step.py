"""Tasks of chapter 05: the step of a decoder with attention, and the loop of such steps."""

from collections.abc import Callable
from typing import Any

import numpy
from mxnet import init, np

from ..attention import AdditiveAttention
from ..recurrent import LSTM
from .comparing import Array, Mistake, Random, check_function
from .tasks import Wrong, task


def top_state(x: Any, hidden: Any, memory: Any) -> Any:
    """Return the query (batch, hidden): the top layer's h after the previous step."""
    return hidden[0][-1]


def decoder(
    query: Callable[[Any, Any, Any], Any] = top_state,
    lengths: Callable[[Any], Any] = lambda n: n,
    join: Callable[[Any, Any], list[Any]] = lambda context, x: [context, x],
    context: Callable[[Any, Any], Any] = lambda context, memory: context,
    first_query: bool = False,
    first_state: bool = False,
    twice: bool = False,
) -> Callable[..., list[Array]]:
    """Return the decoder's loop over steps X (steps, batch, embed), or a variety that is wrong.

    The function returns a list of the outputs (steps, batch, hidden), and of the last h and c.
    """

    def run(X: Array, state: Any, memory: Array, n: Array, attention: Any, rnn: Any) -> list[Array]:
        hidden, memory, n, outputs = state, np.array(memory), lengths(np.array(n)), []
        for x in np.array(X):
            at_step = state if first_query else hidden
            for _ in range(1 + twice):
                q = np.expand_dims(query(x, at_step, memory), 1)  # (batch, 1, hidden)
                attended = context(attention(q, memory, memory, n).squeeze(1), memory)
                step = np.expand_dims(np.concatenate(join(attended, x), axis=-1), 0)
                output, after = rnn(step, state if first_state else hidden)
                at_step = after
            hidden = after
            outputs.append(output)
        return [np.concatenate(outputs).asnumpy(), *(part.asnumpy() for part in hidden)]

    return run


DECODERS: list[tuple[str, Any]] = [
    (
        "the query is the lowest layer's state. Take the top one: hidden[0][-1]",
        {"query": lambda x, hidden, memory: hidden[0][0]},
    ),
    (
        "the query is the cell c. Take the hidden state h: hidden[0], not hidden[1]",
        {"query": lambda x, hidden, memory: hidden[1][-1]},
    ),
    (
        "the valid lengths don't reach the attention, so it looks at padding",
        {"lengths": lambda n: None},
    ),
    (
        "all sentences use the first valid length. Each has its own",
        {"lengths": lambda n: n[:1].repeat(len(n))},
    ),
    (
        "the embedding stands before the context. The context comes first",
        {"join": lambda context, x: [x, context]},
    ),
    (
        "the query comes from the present step. Its result is not there yet: the context is part "
        "of its input. Take the state after the previous step",
        {"twice": True},
    ),
    (
        "the query is the mean of the memory. It should be the decoder's own state",
        {"query": lambda x, hidden, memory: memory.mean(axis=1)},
    ),
    (
        "the query is the last memory position. It should be the decoder's own state",
        {"query": lambda x, hidden, memory: memory[:, -1]},
    ),
    (
        "the context is the plain mean of the memory, without attention",
        {"context": lambda context, memory: memory.mean(axis=1)},
    ),
    (
        "the context is the last memory position. Let the attention choose",
        {"context": lambda context, memory: memory[:, -1]},
    ),
    ("the context is zero", {"context": lambda context, memory: 0 * context}),
]


def layers(random: Random, embed: int, hidden: int, num_layers: int) -> list[Any]:
    """Return an attention and an LSTM as the decoder has them, with values from `random`."""
    attention = AdditiveAttention(hidden, query_size=hidden, key_size=hidden)
    rnn = LSTM(hidden + embed, hidden, num_layers)
    for layer in (attention, rnn):
        layer.initialize(init.Zero())  # draws nothing from MXNet's own random numbers
        for parameter in layer.collect_params().values():
            if parameter.grad_req != "null":
                parameter.set_data(np.array(random.normal(0, 1, parameter.shape)))
    return [attention, rnn]


def decoder_cases(random: Random, steps: int) -> list[tuple[Any, ...]]:
    """Return embeddings (steps, batch, embed), a state, a memory, its lengths, and two layers."""
    cases = []
    for batch, source, embed, hidden, num_layers in ((4, 6, 3, 5, 2), (5, 7, 4, 4, 3)):
        state = tuple(
            np.array(random.normal(0, 1, (num_layers, batch, hidden)), dtype="float32")
            for _ in "hc"
        )
        X = random.normal(0, 1, (steps, batch, embed)).astype("float32")
        memory = random.normal(0, 1.5, (batch, source, hidden)).astype("float32")
        lengths = random.permutation(numpy.arange(batch) + 1).astype("float32")
        network = layers(random, embed, hidden, num_layers)
        cases.append((X, state, memory, lengths, *network))
    return cases


def one_step(run: Callable[..., list[Array]], index: int) -> Callable[..., Array]:
    """Return output, h or c of a decoder that reads one step x (batch, embed)."""
    return lambda x, *rest: run(x[None], *rest)[index].reshape(
        (len(x), -1) if index == 0 else rest[0][0].shape
    )


def step_part(index: int) -> Callable[[Any], Any]:
    """Return a function that takes output, h or c from what a step returns."""

    def read(result: Any) -> Any:
        if not isinstance(result, list | tuple) or len(result) != 2:
            raise Wrong("return two things: output, hidden")
        output, hidden = result
        if not isinstance(hidden, list | tuple) or len(hidden) != 2:
            raise Wrong("`hidden` should be the LSTM's new state [h, c]. Return it as it comes")
        return [output, *hidden][index]

    return read


@task(
    "05.3",
    "One step of the decoder",
    points=3,
    hints=[
        "The query is hidden[0][-1], of shape (batch, hidden). Attention wants (batch, 1, hidden): "
        "np.expand_dims(query, 1).",
        "Keys and values are the memory. np.concatenate([context, x], axis=-1) needs two arrays "
        "with the same number of axes: context.squeeze(1) has two.",
        "The LSTM wants (1, batch, hidden + embed) and returns (1, batch, hidden).",
    ],
)
def check_decoder_step(random: Random, decoder_step: Any) -> None:
    cases = [(X[0], *rest) for X, *rest in decoder_cases(random, steps=1)]
    for index, axes in enumerate(["(batch, hidden)"] + 2 * ["(layers, batch, hidden)"]):
        mistakes = [Mistake(why, one_step(decoder(**how), index)) for why, how in DECODERS]
        old = Mistake(
            "`hidden` is the old state. Return the one that the LSTM gave back",
            lambda x, state, *rest, k=index - 1: state[k].asnumpy(),
        )
        check_function(
            decoder_step,
            cases,
            one_step(decoder(), index),
            mistakes + [old] * (index > 0),
            axes,
            step_part(index),
        )


@task(
    "05.4",
    "Find two bugs: a decoder that does not crash",
    points=3,
    hints=[
        "Which layer's state is the query? hidden[0] has one row for each layer, the lowest first.",
        "Compare the call of the attention with the signature in chapter 4: what is missing?",
        "The query is hidden[0][-1], and valid_len is the fourth argument of the attention.",
    ],
)
def check_decode(random: Random, mended: Any) -> None:
    def outputs(**how: Any) -> Callable[..., Array]:
        return lambda *inputs: decoder(**how)(*inputs)[0]

    lowest, unmasked = DECODERS[0][1], DECODERS[2][1]
    mistakes = [
        Mistake(
            "neither bug is gone. One is in the line of the query, one in the line of the context",
            outputs(**lowest, **unmasked),
        ),
        *(Mistake(why, outputs(**how)) for why, how in DECODERS),
        Mistake(
            "the query is the same at each step: that of the first state. Ask anew each time",
            outputs(first_query=True),
        ),
        *(
            Mistake(
                "the LSTM starts from the first state at each step. Hand on its new one",
                outputs(first_state=True, first_query=asks_too),
            )
            for asks_too in (False, True)
        ),
        Mistake(
            "only the last step comes back. Return the outputs of all",
            lambda *inputs: outputs()(*inputs)[-1:],
        ),
    ]
    check_function(
        mended, decoder_cases(random, steps=3), outputs(), mistakes, axes="(steps, batch, hidden)"
    )
