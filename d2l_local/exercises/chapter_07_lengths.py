"""The task of chapter 07 that measures quality by the length of the source."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from .comparing import Mistake, Random, Symptom, check_function
from .tasks import task

Classes = list[tuple[int, int]]
Measure = Callable[[Sequence[str], Sequence[str]], float]


def word_hits(translations: Sequence[str], references: Sequence[str]) -> float:
    """Percentage of the words of the translations that stand in their reference."""
    if not translations:
        raise ValueError("there are no translations to measure")
    pairs = [(a.split(), b.split()) for a, b in zip(translations, references, strict=True)]
    hits = sum(word in wanted for ours, wanted in pairs for word in ours)
    return 100 * hits / sum(len(ours) for ours, _ in pairs)


def by_class(
    inside: Callable[[int, int, int], bool] = lambda length, low, high: low <= length <= high,
    length: Callable[[str, str, str], int] = lambda source, ours, wanted: len(source.split()),
    whole: bool = True,
    empty: float | None = None,
) -> Callable[..., list[float | None]]:
    """Return the function that measures each class, or one that is wrong."""

    def run(
        sources: list[str],
        translations: list[str],
        references: list[str],
        classes: Classes,
        measure: Measure,
    ) -> list[float | None]:
        results: list[float | None] = []
        for low, high in classes:
            rows = [
                (ours, wanted)
                for source, ours, wanted in zip(sources, translations, references, strict=True)
                if inside(length(source, ours, wanted), low, high)
            ]
            if not rows:
                results.append(empty)
            elif whole:
                ours, wanted = zip(*rows, strict=True)
                results.append(measure(ours, wanted))
            else:
                results.append(float(numpy.mean([measure([a], [b]) for a, b in rows])))
        return results

    return run


def without_empty(*inputs: Any) -> list[float | None]:
    return [score for score in by_class()(*inputs) if score is not None]


def last_class_is_open(
    sources: list[str],
    translations: list[str],
    references: list[str],
    classes: Classes,
    measure: Measure,
) -> list[float | None]:
    opened = [*classes[:-1], (classes[-1][0], 10**6)]
    return by_class()(sources, translations, references, opened, measure)


LENGTH_MISTAKES: list[Mistake | Symptom] = [
    Mistake(
        "the upper limit of a class is missing: a sentence of `high` tokens belongs to it",
        by_class(lambda length, low, high: low <= length < high),
    ),
    Mistake(
        "the lower limit of a class is missing: a sentence of `low` tokens belongs to it",
        by_class(lambda length, low, high: low < length <= high),
    ),
    Mistake(
        "both limits of a class are missing: sentences of `low` and of `high` tokens belong to it",
        by_class(lambda length, low, high: low < length < high),
    ),
    Mistake(
        "the classes have no lower limit: shorter sentences are in them, too",
        by_class(lambda length, low, high: length <= high),
    ),
    Mistake(
        "the classes have no upper limit: longer sentences are in them, too",
        by_class(lambda length, low, high: low <= length),
    ),
    Mistake(
        "this is the mean of the sentences' scores. Call `measure` once for all sentences of a "
        "class: it is a measure of a corpus",
        by_class(whole=False),
    ),
    Mistake(
        "the references are sorted into classes. Take the length of the source: it is what the "
        "model has to remember",
        by_class(length=lambda source, ours, wanted: len(wanted.split())),
    ),
    Mistake(
        "the translations are sorted into classes. Their length depends on the model, so two "
        "models would be compared on different sentences. Take the source",
        by_class(length=lambda source, ours, wanted: len(ours.split())),
    ),
    Mistake(
        "the length is counted in characters. Split the source into tokens",
        by_class(length=lambda source, ours, wanted: len(source)),
    ),
    Mistake(
        "each source counts as one token longer. Is it `<eos>`, or the number of spaces?",
        by_class(length=lambda source, ours, wanted: len(source.split()) + 1),
    ),
    Mistake(
        "each source counts as one token shorter. Did you count the spaces?",
        by_class(length=lambda source, ours, wanted: source.count(" ")),
    ),
    Mistake(
        "translations and references are exchanged in the call of `measure`",
        lambda sources, ours, wanted, *rest: by_class()(sources, wanted, ours, *rest),
    ),
    Mistake(
        "sentences longer than all classes are put into the last one. They belong to none",
        last_class_is_open,
    ),
    Mistake(
        "a class without sentences gets None, not 0: nothing was measured", by_class(empty=0.0)
    ),
    Mistake(
        "a class without sentences is missing in the list. Put None in its place", without_empty
    ),
    Symptom(
        "all classes have the same score. Are the sentences chosen anew for each class?",
        lambda got, *inputs: len(set(got)) == 1 and len(inputs[3]) > 1,
    ),
]


def sentences(random: Random, lengths: Sequence[int]) -> tuple[list[str], ...]:
    """Return sources of these lengths, translations and references; all have other lengths."""
    words = numpy.array(["le", "chat", "dort", "bien", "la", "porte", "est", "ici", "nous", "avec"])
    texts: list[list[str]] = [[], [], []]
    for length in random.permutation(lengths):
        wanted = [str(word) for word in random.choice(words, length + random.integers(2, 5))]
        wrong = ["faux"] * int(random.integers(1, 9))
        texts[0].append(" ".join(["word"] * (length - 1) + ["."]))
        texts[1].append(" ".join(wanted[: int(random.integers(1, length + 2))] + wrong))
        texts[2].append(" ".join(wanted))
    return tuple(texts)


@task(
    "07.3",
    "Quality by length",
    points=3,
    hints=[
        "For each class: the numbers of the sentences with low <= len(source.split()) <= high.",
        "Make two lists of texts from these numbers, and give them to `measure` in one call.",
        "If there are no such numbers, append None instead: `measure` may not like empty lists.",
    ],
)
def check_by_length(random: Random, by_length: Any) -> None:
    corpora: list[tuple[list[int], Classes]] = [
        ([1, 2, 3, 3, 4, 5, 5, 6, 6, 7, 9, 9, 10, 10, 11, 12], [(2, 3), (4, 6), (7, 10)]),
        ([2, 3, 4, 4, 8, 9, 10, 10, 14], [(3, 4), (5, 7), (8, 10)]),
        ([3, 4, 5, 6, 7, 7, 8, 9], [(8, 9), (4, 6)]),
        ([6, 6, 4, 3, 7, 9], [(4, 6)]),
    ]
    cases = [(*sentences(random, lengths), classes, word_hits) for lengths, classes in corpora]
    check_function(by_length, cases, by_class(), LENGTH_MISTAKES)
