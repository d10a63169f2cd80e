"""Tasks of chapter 02: shapes and states by hand, and encoders that respect the valid length."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, check_function, check_values
from .running import a_kind_of
from .tasks import Wrong, task


@task(
    "02.1",
    "Shapes by hand",
    points=1,
    hints=[
        "The batch always comes first. What else does an array have: steps, places, tokens?",
        "Each row of `X` ends with `<eos>`, then padding follows up to the longest row.",
        "The decoder knows nothing of the source's steps. It has as many steps as `dec_X`, and a "
        "score for each of the 30 tokens.",
    ],
)
def check_shapes(
    random: Random, X_shape: Any, memory_shape: Any, scores_shape: Any, left: Any
) -> None:
    batch_first = "the batch comes first"
    check_values(
        X_shape,
        (3, 7),
        {
            "`X_shape` does not count `<eos>`: `garden` has six letters and `<eos>`": (3, 6),
            f"`X_shape`: {batch_first}, then the steps": (7, 3),
            "`X_shape` has the letters of the vocabulary. `X` holds indices": (3, 7, 30),
        },
        what="`X_shape`",
    )
    check_values(
        memory_shape,
        (3, 4),
        {
            f"`memory_shape`: {batch_first}, then the places": (4, 3),
            "`memory_shape`: the memory has four places, however long the words are": (3, 7),
            "`memory_shape`: there is one memory for each word, not for each step": (3, 7, 4),
            "`memory_shape` is that of one word. There are three": (4,),
        },
        what="`memory_shape`",
    )
    check_values(
        scores_shape,
        (3, 5, 30),
        {
            "`scores_shape`: the decoder has as many steps as `dec_X`, not as the source": (
                3,
                7,
                30,
            ),
            "`scores_shape`: each step has a score for every token of the vocabulary": (3, 5),
            "`scores_shape`: there are scores for each of the five steps": (3, 30),
            f"`scores_shape`: {batch_first}, then the steps": (5, 3, 30),
            "`scores_shape`: the special tokens have scores, too": (3, 5, 26),
        },
        what="`scores_shape`",
    )
    check_values(
        left,
        [3, 4, 1],
        {
            "`left`: the memory of `garden` has four letters only": [3, 6, 1],
            "`left` counts `<eos>`. It is no letter, so it is not in the memory": [4, 4, 2],
            "`left` counts `<eos>`, and more letters than the memory has places": [4, 7, 2],
            "`left` counts the places of the memory. Empty ones are not written": [4, 4, 4],
        },
        what="`left`",
    )


@task(
    "02.2",
    "Words that a memory confuses",
    points=1,
    hints=[
        "With four places, `garden` leaves `r d e n`.",
        "`den` leaves an empty place, so its memory differs.",
        "Five places: `garden`, `warden` and `harden` still leave the same letters.",
    ],
)
def check_confused_words(random: Random, same_as_garden: Any, places_needed: Any) -> None:
    words = {"burden", "warden", "golden", "harden", "den"}
    if not isinstance(same_as_garden, list | tuple | set):
        raise Wrong(
            f"`same_as_garden` is {a_kind_of(same_as_garden)}, but should be a list of words"
        )
    named = set(same_as_garden)
    if "garden" in named:
        raise Wrong("leave out `garden` itself: name the others")
    if named - words:
        raise Wrong(f"{a_kind_of(min(map(str, named - words)))} is not one of the words")
    for word, confused, cause in (
        ("golden", False, "`golden` leaves `l d e n`, and `garden` leaves `r d e n`"),
        ("den", False, "`den` leaves an empty place in front. That is a different memory"),
        ("burden", True, "`burden` is missing. Four places hold only `r d e n`"),
        ("warden", True, "`warden` is missing. Write down its last four letters"),
        ("harden", True, "`harden` is missing. Write down its last four letters"),
    ):
        if (word in named) != confused:
            raise Wrong(cause)
    check_values(
        places_needed,
        6,
        {
            "with 5 places `garden`, `warden` and `harden` still leave `a r d e n`": 5,
            "with 4 places `garden` and `burden` leave the same letters": 4,
            "`<eos>` is not stored, so it needs no place: fewer than 7 are enough": 7,
        },
        what="`places_needed`",
    )


def check_is_class(answer: Any) -> None:
    """Raise Wrong unless the learner gave the class itself."""
    if not inspect.isclass(answer):
        raise Wrong(
            f"this is {a_kind_of(answer)}, not a class. Give `check` the class itself, without "
            "brackets behind its name"
        )


def bag(
    real: Callable[[Array, Array], Array] = lambda X, n: numpy.arange(X.shape[1]) < n[:, None],
    finish: Callable[[Array, Array, Array], Array] = lambda counts, X, n: counts,
) -> Callable[[int, Array, Array | None], Array]:
    """Return the function that counts tokens, or a variety of it that is wrong."""

    def count(vocab_size: int, X: Array, valid_len: Array | None) -> Array:
        n = numpy.full(len(X), X.shape[1]) if valid_len is None else valid_len
        one_hot = X[:, :, None] == numpy.arange(vocab_size)  # (batch, steps, vocabulary)
        return finish((one_hot * real(X, n)[:, :, None]).sum(1).astype("float32"), X, n)

    return count


def real_steps(more: int) -> Callable[[Array, Array], Array]:
    return lambda X, n: numpy.arange(X.shape[1]) < n[:, None] + more


BAG_MISTAKES = [
    Mistake("the padding is counted, too: `valid_len` is not used", bag(lambda X, n: X >= 0)),
    Mistake(
        "you recognise padding by its index. Only `valid_len` tells which steps are real: behind "
        "it, any number may stand",
        bag(lambda X, n: X != 0),
    ),
    Mistake(
        "index 0 is never counted. Within the valid length every index counts",
        bag(lambda X, n: real_steps(0)(X, n) & (X != 0)),
    ),
    Mistake(
        "the last real step is not counted. Does it hold `<eos>`? It counts", bag(real_steps(-1))
    ),
    Mistake(
        "one step too many is counted. Steps count from 0: compare with <, not <=",
        bag(real_steps(1)),
    ),
    Mistake(
        "every row uses the first valid length. Each sentence has its own",
        bag(lambda X, n: real_steps(0)(X, n[:1].repeat(len(n)))),
    ),
    Mistake(
        "this says whether a token occurs. Count how often",
        bag(finish=lambda counts, X, n: counts.clip(0, 1)),
    ),
    Mistake(
        "these are shares of the sentence. Don't divide the counts",
        bag(finish=lambda counts, X, n: counts / n[:, None]),
    ),
    Mistake(
        "you divided by the number of steps: now the result depends on the padding. Don't divide",
        bag(finish=lambda counts, X, n: counts / X.shape[1]),
    ),
    Mistake(
        "all rows are equal: the sentences of the batch are added up. Sum over the steps, axis 1",
        bag(finish=lambda counts, X, n: 0 * counts + counts.sum(0)),
    ),
]


@task(
    "02.3",
    "An encoder that counts",
    points=3,
    hints=[
        "npx.one_hot(X, vocab_size) has the shape (batch, steps, vocabulary). Its sum over the "
        "steps counts the tokens.",
        "Padding must not count: multiply by a mask of the shape (batch, steps, 1) before the sum.",
        'The mask: np.arange(steps, dtype="float32") < np.expand_dims(valid_len, 1). If '
        "valid_len is None, use no mask.",
    ],
)
def check_bag_encoder(random: Random, BagEncoder: Any) -> None:
    check_is_class(BagEncoder)

    def count(vocab_size: int, X: Any, valid_len: Any) -> Any:
        return BagEncoder(vocab_size)(X, valid_len)

    def tokens(batch: int, steps: int, vocab_size: int) -> Array:
        return random.integers(0, vocab_size, (batch, steps)).astype("float32")

    def lengths(*values: int) -> Array:
        return random.permutation(numpy.array(values, "float32"))

    cases = [
        (4, tokens(4, 9, 4), lengths(3, 4, 5, 6)),
        (6, tokens(3, 12, 6), lengths(5, 8, 12)),
        (5, tokens(3, 7, 5), None),
        (3, tokens(1, 6, 3), lengths(4)),
    ]
    check_function(count, cases, bag(), BAG_MISTAKES, axes="(batch, vocabulary)")
