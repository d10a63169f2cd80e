"""Tasks of chapter 06: the parts of BLEU, clipped precision and brevity penalty."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Mistake, Random, check_function
from .tasks import task

TEXT = "le chat noir dort bien la vieille voiture est ici nous ne savons pas où elle va demain avec"
Counts = Callable[[list[str], int], Counter[tuple[str, ...]]]


def ngrams(tokens: list[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def sentences(random: Random, kept: int, repeats: int, lost: int) -> tuple[str, str]:
    """Return a translation and its reference.

    The translation begins with `kept` words of the reference. Then it repeats the first two of
    them. Then come two words that are wrong. The reference goes on with `lost` words. Then it
    repeats its first two, once.
    """
    words = [str(word) for word in random.permutation(TEXT.split())]
    right, missing = words[:kept], words[kept : kept + lost]
    translation = [*right, *(words[:2] * repeats), *words[-2:]]
    return " ".join(translation), " ".join([*right, *missing, *words[:2]])


def precision(
    share: Callable[[Counter[Any], Counter[Any]], float], counts: Counts = ngrams
) -> Callable[[str, str, int], float]:
    """Return a function that compares the n-grams of two texts; 0 where there are none."""

    def compare(translation: str, reference: str, n: int) -> float:
        ours, wanted = counts(translation.split(), n), counts(reference.split(), n)
        return share(ours, wanted) if ours and wanted else 0.0

    return compare


def clipped(ours: Counter[Any], wanted: Counter[Any]) -> float:
    return (ours & wanted).total() / ours.total()


def not_clipped(ours: Counter[Any], wanted: Counter[Any]) -> float:
    return sum(count for gram, count in ours.items() if gram in wanted) / ours.total()


def one_too_few(tokens: list[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n))


def all_up_to(tokens: list[str], n: int) -> Counter[tuple[str, ...]]:
    return sum((ngrams(tokens, m) for m in range(1, n + 1)), Counter())


right_precision = precision(clipped)


@task(
    "06.4",
    "Clipped precision",
    points=2,
    hints=[
        "Split both texts into words first. The n-grams are tuple(words[i : i + n]), and there are "
        "len(words) - n + 1 of them.",
        "Count both with collections.Counter. `ours & wanted` keeps of each n-gram the smaller "
        "count.",
        "Divide the hits by the number of n-grams of the translation; return 0 if it has none.",
    ],
)
def check_clipped_precision(random: Random, clipped_precision: Any) -> None:
    mistakes = [
        Mistake(
            "this is not clipped: an n-gram that stands once in the reference counts once only, "
            "however often the translation has it",
            precision(not_clipped),
        ),
        Mistake(
            "you compared sets of n-grams, so that a repeated one counts once, also in the total. "
            "Count them",
            precision(lambda ours, wanted: len(ours.keys() & wanted.keys()) / len(ours)),
        ),
        Mistake(
            "repeated n-grams are left out of the total. Divide by all n-grams of the translation",
            precision(lambda ours, wanted: (ours & wanted).total() / len(ours)),
        ),
        Mistake(
            "you divided by the n-grams of the reference: that is recall. Divide by those of the "
            "translation",
            precision(lambda ours, wanted: (ours & wanted).total() / wanted.total()),
        ),
        Mistake(
            "these are n-grams of characters. Split the texts into words",
            precision(clipped, lambda tokens, n: ngrams(list(" ".join(tokens)), n)),
        ),
        Mistake(
            "the last n-gram is missing. There are len(words) - n + 1 of them",
            precision(clipped, one_too_few),
        ),
        Mistake(
            "you divided by the number of words. There are fewer n-grams than words",
            lambda translation, reference, n: (
                (ngrams(translation.split(), n) & ngrams(reference.split(), n)).total()
                / len(translation.split())
            ),
        ),
        Mistake(
            "this is the number of hits. Divide it by the number of n-grams",
            precision(lambda ours, wanted: (ours & wanted).total()),
        ),
        Mistake(
            "these are percentages. A precision lies between 0 and 1",
            precision(lambda ours, wanted: 100 * clipped(ours, wanted)),
        ),
        Mistake(
            "`n` is not used: these are single words",
            lambda translation, reference, n: right_precision(translation, reference, 1),
        ),
        Mistake(
            "you counted all n-grams from 1 to n. Count those of n words only",
            precision(clipped, all_up_to),
        ),
    ]
    cases: list[tuple[str, str, int]] = []
    for n, kept, repeats, lost in ((2, 7, 2, 3), (1, 6, 2, 2), (3, 8, 1, 0), (4, 9, 1, 2)):
        cases.append((*sentences(random, kept, repeats, lost), n))
    cases += [(*sentences(random, 6, 3, 0), 1), ("oui .", "mais oui .", 3)]
    check_function(clipped_precision, cases, right_precision, mistakes)


def lengths(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def penalty(ours: float, wanted: float) -> float:
    return min(1.0, math.exp(1 - wanted / ours))


def of_corpus(formula: Callable[[int, int], float]) -> Callable[[list[str], list[str]], float]:
    return lambda ours, wanted: formula(sum(lengths(ours)), sum(lengths(wanted)))


@task(
    "06.5",
    "Brevity penalty",
    points=2,
    hints=[
        "Add up the words of all translations, and those of all references. Then use the formula "
        "once.",
        "It is a penalty for brevity only: where the translations are longer, it is 1.",
        "min(1, math.exp(1 - r / c)), with c words in the translations and r in the references.",
    ],
)
def check_brevity_penalty(random: Random, brevity_penalty: Any) -> None:
    mistakes = [
        Mistake(
            "this is the mean of the penalties of single sentences. Add the lengths up first, and "
            "use the formula once",
            lambda ours, wanted: float(
                numpy.mean(list(map(penalty, lengths(ours), lengths(wanted))))
            ),
        ),
        Mistake(
            "this is more than 1: long translations get a reward. Where c > r the penalty is 1",
            of_corpus(lambda c, r: math.exp(1 - r / c)),
        ),
        Mistake(
            "the fraction is upside down: it is r / c",
            of_corpus(lambda c, r: math.exp(1 - c / r)),
        ),
        Mistake(
            "you return c / r. The penalty is an exponential of 1 - r / c",
            of_corpus(lambda c, r: min(1.0, c / r)),
        ),
        Mistake(
            "you return 1 - r / c. The penalty is the exponential of it",
            of_corpus(lambda c, r: min(1.0, 1 - r / c)),
        ),
        Mistake(
            "the sign is wrong: it is exp(1 - r / c), which is below 1 where c < r",
            of_corpus(lambda c, r: max(1.0, math.exp(r / c - 1))),
        ),
        Mistake(
            "you counted characters. Count words",
            lambda ours, wanted: penalty(sum(map(len, ours)), sum(map(len, wanted))),
        ),
        Mistake(
            "you counted sentences. Count their words",
            lambda ours, wanted: penalty(len(ours), len(wanted)),
        ),
        Mistake(
            "only the first sentence is used",
            lambda ours, wanted: of_corpus(penalty)(ours[:1], wanted[:1]),
        ),
        Mistake(
            "r and c are exchanged: c is the length of the translations, and it is r / c",
            of_corpus(lambda c, r: penalty(r, c)),
        ),
    ]
    # Too short as a whole, though one sentence is not; then too long as a whole.
    shapes = [[(5, 0, 8), (4, 2, 0), (6, 1, 8)], [(5, 2, 0), (7, 0, 9), (4, 3, 0)], [(5, 0, 6)]]
    check_function(
        brevity_penalty, [corpus(random, shape) for shape in shapes], of_corpus(penalty), mistakes
    )


def corpus(random: Random, shapes: list[tuple[int, int, int]]) -> tuple[list[str], list[str]]:
    """Return translations and references, made by `sentences`."""
    pairs = [sentences(random, *shape) for shape in shapes]
    return [ours for ours, _ in pairs], [wanted for _, wanted in pairs]
