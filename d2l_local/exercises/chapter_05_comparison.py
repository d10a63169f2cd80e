"""Tasks of chapter 05: compare the models with and without attention from the same start."""

from collections.abc import Callable
from typing import Any

import numpy
from mxnet import init, np
from mxnet.gluon import Parameter

from ..seq2seq import Seq2SeqAttentionDecoder, Seq2SeqDecoder
from .comparing import Array, Mistake, Random, check_function, check_values, same
from .running import call
from .tasks import Wrong, task


def named(decoder: Any) -> dict[str, Parameter]:
    """Return the parameters that both decoders have, under the names that a learner writes."""
    rnn = decoder.rnn
    parameters = {"embedding.weight": decoder.embedding.weight}
    for layer in range(rnn.num_layers):
        for letter in "WUb":
            parameters[f"rnn.{letter}{layer}"] = getattr(rnn, f"{letter}{layer}")
    parameters["dense.weight"] = decoder.dense.weight
    parameters["dense.bias"] = decoder.dense.bias
    return parameters


def attention_parameters(decoder: Any) -> dict[str, Parameter]:
    attention = decoder.attention
    return {f"attention.{n}.weight": getattr(attention, n).weight for n in ("W_q", "W_k", "v")}


def values(parameters: dict[str, Parameter]) -> dict[str, Array]:
    return {name: parameter.data().asnumpy() for name, parameter in parameters.items()}


def two_decoders(random: Random, *sizes: int) -> list[Any]:
    """Return a decoder without and one with attention, their values from `random`."""
    plain, attentive = decoders = [Seq2SeqDecoder(*sizes), Seq2SeqAttentionDecoder(*sizes)]
    for decoder in decoders:
        decoder.initialize(init.Zero())  # draws nothing from MXNet's own random numbers
    for parameters in (named(plain), named(attentive) | attention_parameters(attentive)):
        for parameter in parameters.values():
            parameter.set_data(np.array(random.normal(0, 1, parameter.shape)))
    return decoders


@task(
    "05.5",
    "The same start",
    points=3,
    hints=[
        "decoder.embedding.weight.data() reads a parameter, .set_data(array) writes it. The LSTM's "
        "are called rnn.W0, rnn.U0, rnn.b0, rnn.W1 and so on; the last ones dense.weight and "
        "dense.bias.",
        "All shapes agree but one: W0 has as many columns as the input has numbers.",
        "Read W0 of the second decoder, put the first one's W0 into its last columns, set it.",
    ],
)
def check_copy_shared(random: Random, copy_shared: Any) -> None:
    for sizes in ((7, 3, 4, 2), (5, 4, 2, 3), (6, 2, 3, 1)):  # vocabulary, embed, hidden, layers
        plain, attentive = two_decoders(random, *sizes)
        source, before = values(named(plain)), values(named(attentive))
        attention = values(attention_parameters(attentive))
        call(copy_shared, plain, attentive)
        after = values(named(attentive))
        check_untouched(plain, attentive, source, attention)
        check_columns(after["rnn.W0"], before["rnn.W0"], source["rnn.W0"])
        missing = [n for n in source if n != "rnn.W0" and not same(after[n], source[n])]
        if missing:
            raise Wrong(f"not copied: {', '.join(f'`{name}`' for name in missing)}")


def check_untouched(
    plain: Any, attentive: Any, source: dict[str, Array], attention: dict[str, Array]
) -> None:
    """Raise Wrong if something was written to that should stay, or is now one for both."""
    changed = [n for n, value in values(named(plain)).items() if not same(value, source[n])]
    if changed:
        raise Wrong(
            f"`{changed[0]}` of the decoder without attention has changed. Copy from it, not to it"
        )
    pairs = zip(named(plain).items(), named(attentive).values(), strict=True)
    shared = [name for (name, ours), theirs in pairs if ours is theirs]
    if shared:
        raise Wrong(
            f"both decoders now have the same `{shared[0]}`, not two with equal values: training "
            "one would change the other. Copy the numbers, with set_data"
        )
    for name, value in values(attention_parameters(attentive)).items():
        if not same(value, attention[name]):
            raise Wrong(f"`{name}` has changed. The other decoder has no attention: leave it")


def check_columns(after: Array, before: Array, source: Array) -> None:
    """Raise Wrong unless the last columns of W0 are the source, and the others as before."""
    size = source.shape[1]
    context, embedding = after[:, :-size], after[:, -size:]
    if same(after, before):
        raise Wrong(
            "`rnn.W0` is as before. Its shape differs in the two decoders, but the columns of the "
            "embedding are in both"
        )
    if same(after[:, :size], source):
        raise Wrong(
            "you wrote to the first columns of `rnn.W0`. The input begins with the context: the "
            "columns of the embedding are the last ones"
        )
    if not same(embedding, source):
        raise Wrong(f"the last {size} columns of `rnn.W0` should be those of the other decoder")
    if same(context, 0 * context):
        raise Wrong(
            "the context's columns of `rnn.W0` are 0 now. The other decoder has no such columns: "
            "leave them as they were"
        )
    if not same(context, before[:, :-size]):
        raise Wrong("the context's columns of `rnn.W0` have changed. Leave them as they were")


def comparison(
    last: Callable[[Array], Array] = lambda curves: curves[:, -1],
    spread: Callable[[Array, Array], Any] = lambda a, b: (a - b).std(ddof=1),
    mean: Callable[[Array, Array], Any] = lambda a, b: (a - b).mean(),
) -> Callable[..., list[float]]:
    """Return the function that compares the losses of two models, or one that is wrong."""

    def compare(without: Array, attentive: Array) -> list[float]:
        a, b = (last(curves.astype(float)) for curves in (without, attentive))
        return [float(mean(a, b)), float(spread(a, b))]

    return compare


COMPARISON_MISTAKES = [
    Mistake("this takes the first epoch. Take the last one", comparison(lambda X: X[:, 0])),
    Mistake(
        "this takes the mean over all epochs. Take the last one", comparison(lambda X: X.mean(1))
    ),
    Mistake(
        "this takes the lowest loss of each run. Take that of the last epoch",
        comparison(lambda X: X.min(1)),
    ),
    Mistake(
        "this takes the last seed, and its spread over the epochs. Rows are seeds, columns epochs",
        comparison(lambda X: X[-1]),
    ),
    Mistake(
        "the sign is the wrong way round: the loss without attention comes first",
        comparison(mean=lambda a, b: (b - a).mean()),
    ),
    Mistake(
        "the mean is that of the differences without their signs. They may cancel, and should",
        comparison(mean=lambda a, b: abs(a - b).mean()),
    ),
    Mistake(
        "the spread divides by the number of seeds. Divide by one less: ddof=1",
        comparison(spread=lambda a, b: (a - b).std()),
    ),
    Mistake(
        "the spread is that of all losses together. First subtract, seed by seed: that takes away "
        "what the two runs of a seed share",
        comparison(spread=lambda a, b: numpy.concatenate([a, b]).std(ddof=1)),
    ),
    *(
        Mistake(
            "the spread is that of one model's losses. First subtract, seed by seed",
            comparison(spread=lambda *both, k=k: both[k].std(ddof=1)),
        )
        for k in (0, 1)
    ),
    Mistake(
        "the spreads of the two models are added up. First subtract, seed by seed: that takes away "
        "what the two runs of a seed share",
        comparison(spread=lambda a, b: (a.var(ddof=1) + b.var(ddof=1)) ** 0.5),
    ),
    Mistake(
        "the spread is a variance. Take its square root",
        comparison(spread=lambda a, b: (a - b).var(ddof=1)),
    ),
    Mistake(
        "the spread is the standard error, already divided by the root of the number of seeds",
        comparison(spread=lambda a, b: (a - b).std(ddof=1) / len(a) ** 0.5),
    ),
    Mistake(
        "the spread is the largest minus the smallest difference. Take the standard deviation",
        comparison(spread=lambda a, b: (a - b).max() - (a - b).min()),
    ),
]


def two_numbers(result: Any) -> list[float]:
    """Return a learner's two numbers as floats, whatever kind of numbers they are."""
    try:
        mean, spread = result
        return [float(mean), float(spread)]
    except (TypeError, ValueError):
        raise Wrong("return two numbers: mean, spread. Each is one number for all seeds") from None


@task(
    "05.6",
    "Is the difference larger than the spread?",
    points=3,
    hints=[
        "without[:, -1] holds the last loss of each run, one for each seed.",
        "Subtract seed by seed, and only then take mean and standard deviation: .std(ddof=1).",
        "Two equal models: each sign is like the toss of a coin. How often do three coins agree? "
        "For n seeds it is 2 / 2**n.",
    ],
)
def check_comparison(random: Random, compare: Any, chance: Any, seeds: Any) -> None:
    cases = []
    for runs, epochs in ((5, 8), (3, 6), (8, 4)):
        falling = numpy.linspace(4, 0, epochs).clip(1)  # flat at the end
        shared = random.normal(0, 0.3, (runs, 1)) + falling
        noise = random.normal(0, 0.2, (2, runs, epochs))
        curves = shared + noise + numpy.array([0.05, 0])[:, None, None]
        cases.append(tuple(curves.astype("float32")))
    check_function(compare, cases, comparison(), COMPARISON_MISTAKES, read=two_numbers)
    chance_mistakes = {
        "1/8 is the chance that attention wins three times. The other model may win, too": 1 / 8,
        "1/2 is the chance for one difference, or for two that agree": 1 / 2,
        "three differences don't make thirds: each sign has two possibilities": 1 / 3,
        "this is the chance that they do *not* all agree": 3 / 4,
    }
    check_values(chance, 1 / 4, chance_mistakes, what="`chance`")
    seeds_mistakes = {
        "with 5 seeds the chance is 2/32, that is 6.25 %: still above 5 %": 5,
        "a chance of 1/20 doesn't need 20 seeds. It halves with each one": 20,
        "with 4 seeds the chance is 2/16, that is 12.5 %": 4,
        "6 seeds are enough: 2/64 is about 3 %. The smallest number is asked for": 7,
    }
    check_values(seeds, 6, seeds_mistakes, what="`seeds`")
