"""The task of chapter 06 that compares word alignments."""

from collections.abc import Callable
from typing import Any

import numpy

from ..evaluation import Link, alignment_error_rate
from .comparing import Mistake, Random, check_function
from .tasks import task

Links = list[set[Link]]


def counted(rate: Callable[..., float]) -> Callable[[Links, Links, Links], float]:
    """Return `rate` of the summed sizes (|A ∩ S|, |A ∩ P|, |A|, |S|, |P|), S being part of P."""

    def of_corpus(predicted: Links, sure: Links, possible: Links) -> float:
        sizes = [
            (len(a & s), len(a & (p | s)), len(a), len(s), len(p | s))
            for a, s, p in zip(predicted, sure, possible, strict=True)
        ]
        return rate(*(sum(column) for column in zip(*sizes, strict=True)))

    return of_corpus


def possible_as_given(predicted: Links, sure: Links, possible: Links) -> float:
    sentences = list(zip(predicted, sure, possible, strict=True))
    hits = sum(len(a & s) + len(a & p) for a, s, p in sentences)
    return 1 - hits / sum(len(a) + len(s) for a, s, _ in sentences)


def mean_over_sentences(predicted: Links, sure: Links, possible: Links) -> float:
    sentences = zip(predicted, sure, possible, strict=True)
    return float(numpy.mean([alignment_error_rate([a], [s], [p]) for a, s, p in sentences]))


@task(
    "06.7",
    "Alignment error rate",
    points=3,
    hints=[
        "Python's sets can do it: `a & s` is the intersection, `p | s` the union.",
        "Two sums over all sentences: len(a & s) + len(a & (p | s)), and len(a) + len(s).",
        "Divide once, at the end, and take the result from 1.",
    ],
)
def check_alignment_error_rate(random: Random, error_rate: Any) -> None:
    mistakes = [
        Mistake(
            "this is the mean over the sentences. Add up the counts of all sentences, divide once",
            mean_over_sentences,
        ),
        Mistake(
            "a sure link is possible, too, even if `possible` doesn't name it: use the union",
            possible_as_given,
        ),
        Mistake(
            "`possible` is not used: a link that is possible is no error",
            counted(lambda sure, ok, a, s, p: 1 - 2 * sure / (a + s)),
        ),
        Mistake(
            "`sure` and `possible` are exchanged",
            lambda predicted, sure, possible: possible_as_given(predicted, possible, sure),
        ),
        Mistake(
            "you divided by |A| + |P|. Only a missing sure link is an error, so it is |A| + |S|",
            counted(lambda sure, ok, a, s, p: 1 - (sure + ok) / (a + p)),
        ),
        Mistake(
            "this is the share of right links. The error rate is 1 minus it",
            counted(lambda sure, ok, a, s, p: (sure + ok) / (a + s)),
        ),
        Mistake(
            "these are percentages. The rate lies between 0 and 1",
            counted(lambda sure, ok, a, s, p: 100 * (1 - (sure + ok) / (a + s))),
        ),
        Mistake(
            "this is the share of predicted links that are not possible. Missing sure links are "
            "errors, too",
            counted(lambda sure, ok, a, s, p: 1 - ok / a),
        ),
        Mistake(
            "this is the share of sure links that are missing. Predicted links that are not "
            "possible are errors, too",
            counted(lambda sure, ok, a, s, p: 1 - sure / s),
        ),
        Mistake(
            "only the first sentence is used",
            lambda *links: alignment_error_rate(*(part[:1] for part in links)),
        ),
    ]
    cases = [tuple(random_links(random, length) for length in (5, 9, 3)) for _ in range(3)]
    check_function(error_rate, [by_kind(case) for case in cases], alignment_error_rate, mistakes)


def random_links(random: Random, length: int) -> tuple[set[Link], set[Link], set[Link]]:
    """Return predicted, sure and possible links between sentences of `length` words."""
    pairs = [(i, j) for i in range(length) for j in range(length) if abs(i - j) <= 1]
    sure = {pair for pair in pairs if pair[0] == pair[1] and random.random() < 0.8} | {(0, 0)}
    near = {pair for pair in pairs if pair[0] != pair[1] and random.random() < 0.5} | {(1, 0)}
    predicted = {pair for pair in pairs if random.random() < 0.4} | {(0, 0), (1, 0)}
    return predicted, sure, near


def by_kind(sentences: tuple[tuple[set[Link], ...], ...]) -> tuple[Links, Links, Links]:
    """Return the predicted, the sure and the possible links of all sentences."""
    predicted, sure, possible = (list(kind) for kind in zip(*sentences, strict=True))
    return predicted, sure, possible
