"""Tasks of chapter 07: what maps of attention weights show."""

from collections.abc import Callable
from typing import Any

import numpy

from ..evaluation import Link
from .comparing import Array, Mistake, Random, Symptom, check_function, check_values
from .tasks import Wrong, task

FACTOR_FORGOTTEN = "the right links count twice: |A| and |G| both contain them"


@task(
    "07.1",
    "One link for each row",
    points=1,
    hints=[
        "A map of five rows gives five links. The gold alignment has six.",
        "If all five links are right, the rate is 1 - 2 * 5 / (5 + 6).",
        "All rows look at one source word. Which one stands in the most gold links?",
    ],
)
def check_floor(random: Random, floor: Any, one_word: Any) -> None:
    floor_mistakes = {
        "a map with five rows gives five links, but there are six gold links: one is missing": 0,
        FACTOR_FORGOTTEN: 1 - 5 / 11,
        "this is the share of the gold links that is missing. The map's links count, too": 1 / 6,
        "this is the share of what is right. The error rate is 1 minus it": 10 / 11,
        "this is the rate with four right links. Five are possible": 1 - 8 / 11,
    }
    check_values(floor, 1 / 11, floor_mistakes, what="`floor`")
    one_word_mistakes = {
        "this is the rate for a word with one gold link, or the factor 2 is missing. One word has "
        "two gold links": 1 - 2 / 11,
        "this is the share of the rows that are wrong. The gold links count, too": 3 / 5,
        "this is the share of what is right. The error rate is 1 minus it": 4 / 11,
        "the gold alignment has six links, and the map five": 1 - 4 / 12,
        "no word stands in three gold links": 1 - 6 / 11,
    }
    check_values(one_word, 1 - 4 / 11, one_word_mistakes, what="`one_word`")


def distances(
    offset: Callable[[int, list[int], int], float],
    axis: int = 1,
    unaligned: bool = False,
    swap: bool = False,
    extreme: Callable[..., Any] = numpy.argmax,
) -> Callable[[Array, set[Link]], list[float]]:
    """Return the function that measures how far beside the gold a map looks, or a wrong one.

    `offset` gets where the word looks, its gold positions in order, and its own position.
    """

    def measure(weights: Array, gold: set[Link]) -> list[float]:
        links = sorted((j, i) for i, j in gold) if not swap else sorted(gold)
        looked = extreme(weights, axis=axis)
        found = []
        for j in range(weights.shape[0]):
            positions = [i for word, i in links if word == j]
            if positions:
                found.append(offset(int(looked[j]), positions, j))
            elif unaligned:
                found.append(0)
        return found

    return measure


def nearest(looked: int, positions: list[int], j: int) -> int:
    return min((looked - i for i in positions), key=abs)


OFFSET_MISTAKES: list[Mistake | Symptom] = [
    Mistake(
        "the sign is the wrong way round: +1 is one word to the right of the gold word",
        distances(lambda looked, positions, j: -nearest(looked, positions, j)),
    ),
    Mistake(
        "this is the distance. Keep its sign: left and right are not the same",
        distances(lambda looked, positions, j: abs(nearest(looked, positions, j))),
    ),
    Mistake(
        "of several gold words you took the first one. Take the nearest",
        distances(lambda looked, positions, j: looked - positions[0]),
    ),
    Mistake(
        "of several gold words you took the last one. Take the nearest",
        distances(lambda looked, positions, j: looked - positions[-1]),
    ),
    Mistake(
        "of several gold words you took the farthest one. Take the nearest",
        distances(lambda looked, ps, j: max((looked - i for i in ps), key=abs)),
    ),
    Mistake(
        "of several gold words you took the mean position. Take the nearest",
        distances(lambda looked, positions, j: looked - float(numpy.mean(positions))),
    ),
    Mistake(
        "a target word without a gold link has no offset, and no place in the list",
        distances(nearest, unaligned=True),
    ),
    Mistake(
        "the map is read along the wrong axis: a row is a target word, a column a source word",
        distances(nearest, axis=0),
    ),
    Mistake(
        "the links are read the wrong way round: a link is (source, target)",
        distances(nearest, swap=True),
    ),
    Mistake(
        "this is the distance from the diagonal. Use the gold links",
        distances(lambda looked, positions, j: looked - j),
    ),
    Mistake(
        "these are the places where the map looks. Subtract the gold position",
        distances(lambda looked, positions, j: looked),
    ),
    Mistake(
        "you took the smallest weight of each row. Take the largest",
        distances(nearest, extreme=numpy.argmin),
    ),
]


def map_and_gold(random: Random, rows: int, columns: int) -> tuple[Array, set[Link]]:
    """Return a map and its gold links: one to three neighbours for each word, for one word none."""
    gold = set()
    for j in range(rows):
        first = int(random.integers(0, columns - 2))
        count = (2, 0, 3)[j] if j < 3 else int(random.integers(1, 3))
        gold |= {(first + k, j) for k in range(count)}
    weights = random.uniform(0.1, 1, (rows, columns)).astype("float32")
    return weights / weights.sum(1, keepdims=True), gold


@task(
    "07.5",
    "How far beside the gold?",
    points=3,
    hints=[
        "Row j belongs to target word j, and int(weights[j].argmax()) is where it looks.",
        "The gold positions of word j: [i for i, target in gold if target == j]. Skip the word if "
        "there are none.",
        "min((looked - i for i in positions), key=abs) is the offset with the smallest distance.",
    ],
)
def check_offsets(random: Random, offsets: Any) -> None:
    sizes = ((9, 9), (7, 11), (10, 8), (4, 6))
    check_function(
        offsets, [map_and_gold(random, *s) for s in sizes], distances(nearest), OFFSET_MISTAKES
    )


STATEMENTS = {
    "A": "A follows: the row says how the context of this step was mixed",
    "B": "B does not follow. The neighbours' outputs know the word, too, and so does the state. "
    "Hide the word and look",
    "C": "C does not follow: most links that are not gold lead to a neighbour, which does as well",
    "D": "D follows: the context is a sum of the encoder outputs with these weights",
    "E": "E does not follow. Think of the two models that reverse letters",
    "F": "F follows: the encoder has read more than this one word",
}


@task(
    "07.7",
    "What does a map prove?",
    points=1,
    hints=[
        "The weights say where the context comes from, not what the model makes of it.",
        "Two models of the chapter reverse letters equally well. How do their maps differ?",
        "To show that something is needed, take it away.",
    ],
)
def check_proof(random: Random, follows: Any, experiment: Any) -> None:
    if not isinstance(follows, list | tuple | set | str):
        raise Wrong('`follows` should be a list of letters, such as ["A", "B"]')
    named = set(follows)
    if not named <= set(STATEMENTS):
        raise Wrong(f"`follows` is {follows!r}. The statements are called A to F")
    for letter, cause in STATEMENTS.items():
        if (letter in named) != (letter in "ADF"):
            raise Wrong(cause)
    mistakes = {
        "another seed is another model. It says nothing about this one": "P",
        "more maps show more weights. Whether the word is needed, they do not show": "R",
        "the error rate compares the map with people's links, not with what the model needs": "S",
    }
    check_values(experiment, "Q", mistakes, what="`experiment`")
