"""The task of chapter 06 with mistakes in BLEU."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy

from .chapter_06_precision import clipped, corpus, ngrams, not_clipped, penalty
from .comparing import Mistake, Random, Symptom, check_function
from .tasks import task


def geometric_mean(precisions: list[float]) -> float:
    return math.prod(precisions) ** (1 / len(precisions))


def bleu(
    clip: bool = True,
    whole_corpus: bool = True,
    brevity: Callable[[int, int], float] = penalty,
    mean: Callable[[list[float]], float] = geometric_mean,
    longest: int = 4,
) -> Callable[[list[str], list[str]], float]:
    """Return BLEU, or a variety of it that is wrong."""

    def score(pairs: list[tuple[list[str], list[str]]]) -> float:
        precisions = []
        for n in range(1, longest + 1):
            counts = [(ngrams(ours, n), ngrams(wanted, n)) for ours, wanted in pairs]
            share = clipped if clip else not_clipped
            total = sum(ours.total() for ours, _ in counts)
            hits = sum(share(ours, wanted) * ours.total() for ours, wanted in counts if ours)
            precisions.append(hits / total)
        c, r = (sum(len(pair[i]) for pair in pairs) for i in range(2))
        return 100 * brevity(c, r) * mean(precisions)

    def run(translations: list[str], references: list[str]) -> float:
        texts = zip(translations, references, strict=True)
        pairs = [(ours.split(), wanted.split()) for ours, wanted in texts]
        if whole_corpus:
            return score(pairs)
        return float(numpy.mean([score([pair]) for pair in pairs]))

    return run


def bugs_left() -> list[Mistake | Symptom]:
    """Return a mistake for each way to leave some of the three bugs in."""
    names = (
        "it isn't clipped: an n-gram may count as often as the reference has it",
        "it is a mean over sentences: add up hits, totals and lengths of the corpus first",
        "there is no brevity penalty",
    )
    mistakes: list[Mistake | Symptom] = []
    for left in itertools.product([False, True], repeat=3):
        if any(left):
            found = "; ".join(name for name, is_left in zip(names, left, strict=True) if is_left)
            number = ("one bug is", "two bugs are", "all three bugs are")[sum(left) - 1]
            no_penalty = (lambda c, r: 1.0) if left[2] else penalty
            wrong = bleu(clip=not left[0], whole_corpus=not left[1], brevity=no_penalty)
            mistakes.append(Mistake(f"{number} left: {found}", wrong))
    return mistakes


@task(
    "06.6",
    "Find the bug: three mistakes in a BLEU",
    points=3,
    hints=[
        "Print the score of ['le chat dort bien'] with the reference ['le chat dort bien ici .']. "
        "Does it deserve 100?",
        "A word, or an n-gram, may count as often as the reference has it. That is one of the "
        "three.",
        "The loop over sentences should collect sums only: hits[n - 1] and totals[n - 1] for each "
        "n, and both lengths. The formula stands behind the loop.",
    ],
)
def check_mended_bleu(random: Random, mended: Any) -> None:
    right = bleu()
    mistakes = [
        *bugs_left(),
        Mistake(
            "long translations get a reward: where c > r the brevity penalty is 1",
            bleu(brevity=lambda c, r: math.exp(1 - r / c)),
        ),
        Mistake(
            "the fraction in the brevity penalty is upside down: it is r / c",
            bleu(brevity=lambda c, r: min(1.0, math.exp(1 - c / r))),
        ),
        Mistake(
            "the brevity penalty is c / r here. It should be exp(1 - r / c)",
            bleu(brevity=lambda c, r: min(1.0, c / r)),
        ),
        Mistake(
            "this is the arithmetic mean of the precisions. BLEU takes the geometric one",
            bleu(mean=lambda precisions: sum(precisions) / len(precisions)),
        ),
        Mistake(
            "the root of the product is missing: the geometric mean of four numbers",
            bleu(mean=math.prod),
        ),
        Mistake("the n-grams of four words are missing", bleu(longest=3)),
        Mistake("the result is between 0 and 1. Multiply by 100", lambda *a: right(*a) / 100),
        Mistake(
            "translations and references are exchanged",
            lambda ours, wanted: right(wanted, ours),
        ),
        Symptom(
            "where no n-gram of four words is a hit, the result should be 0",
            lambda got, ours, wanted: right(ours, wanted) == 0,
        ),
    ]
    shapes = [
        [(6, 2, 8), (5, 0, 8), (9, 1, 8)],
        [(8, 1, 0), (5, 2, 0), (6, 0, 1)],
        [(7, 0, 6), (8, 0, 3)],
        [(3, 0, 2), (2, 1, 4)],
    ]
    check_function(mended, [corpus(random, shape) for shape in shapes], right, mistakes)
