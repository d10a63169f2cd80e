"""Tasks of chapter 07: which differences may be claimed, and a comparison that is unfair."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from .comparing import Mistake, Random, Symptom, check_function
from .tasks import Wrong, task

Table = dict[str, list[float]]
Read = Callable[[Sequence[float]], float]


def mean(runs: Sequence[float]) -> float:
    return sum(runs) / len(runs)


def spread(runs: Sequence[float]) -> float:
    return max(runs) - min(runs)


def claimed(
    needed: Callable[[Sequence[float], Sequence[float]], float] = lambda a, b: (
        spread(a) + spread(b)
    ),
    ours: Read = mean,
    theirs: Read | None = None,
) -> Callable[[Table], list[tuple[str, str]]]:
    """Return the function that finds what may be claimed, or one with another rule."""

    def find(scores: Table) -> list[tuple[str, str]]:
        pairs = itertools.permutations(scores, 2)
        gaps = {(a, b): ours(scores[a]) - (theirs or ours)(scores[b]) for a, b in pairs}
        return sorted((a, b) for (a, b), gap in gaps.items() if gap > needed(scores[a], scores[b]))

    return find


def swapped(scores: Table) -> list[tuple[str, str]]:
    return sorted((b, a) for a, b in claimed()(scores))


CLAIM_MISTAKES = [
    Mistake(
        "a gap is compared with the larger of the two spreads. Add them up: either model may have "
        "been lucky",
        claimed(lambda a, b: max(spread(a), spread(b))),
    ),
    Mistake(
        "only the spread of the better model is used. Add that of the other one",
        claimed(lambda a, b: spread(a)),
    ),
    Mistake(
        "only the spread of the worse model is used. Add that of the better one",
        claimed(lambda a, b: spread(b)),
    ),
    Mistake(
        "every gap is claimed, however small. Compare it with both spreads together",
        claimed(lambda a, b: 0),
    ),
    Mistake(
        "the spread here is a standard deviation. The chapter's is the best run minus the worst",
        claimed(lambda a, b: float(numpy.std(a, ddof=1) + numpy.std(b, ddof=1))),
    ),
    Mistake(
        "you claim what holds for the worst run against the best run of the other. The rule is "
        "stricter: the gap of the means must exceed both spreads",
        claimed(lambda a, b: 0, ours=min, theirs=max),
    ),
    Mistake("you compared the best runs. Compare the means", claimed(ours=max)),
    Mistake("you compared the first runs. Compare the means", claimed(ours=lambda a: a[0])),
    Mistake(
        "you compared the runs in the middle. Compare the means",
        claimed(ours=lambda a: float(numpy.median(a))),
    ),
    Mistake("the pairs are the wrong way round: the better model comes first", swapped),
    Mistake(
        "every claim is there in both orders. Keep the gap's sign: the better model comes first",
        lambda scores: sorted(claimed()(scores) + swapped(scores)),
    ),
]


def table(random: Random, models: int, runs: int) -> Table:
    """Return random scores of models, each gap clearly above or below what may be claimed.

    In a large table every mistake shows: each leads to other claims.
    """
    while True:
        means = 20 + random.uniform(0.5, 4.5, models).cumsum()
        half_width = random.uniform(0.5, 4, (models, 1))
        scores = means[:, None] + half_width * random.uniform(-1, 1, (models, runs))
        gaps = abs(scores.mean(1)[:, None] - scores.mean(1))
        spreads = numpy.ptp(scores, axis=1)
        unclear = abs(gaps - spreads[:, None] - spreads) < 0.2
        if unclear.any():
            continue
        names = random.permutation(list("ABCDEFGH")[:models])
        found = {str(n): runs for n, runs in zip(names, scores.round(2).tolist(), strict=True)}
        results = [claimed()(found), *(m.result(found) for m in CLAIM_MISTAKES)]
        if models < 8 or all(results.count(result) == 1 for result in results):
            return found


def sorted_pairs(result: Any) -> Any:
    """Return a learner's pairs in order; what is no list at all, as it is."""
    if not isinstance(result, list | tuple | set):
        return result
    try:
        return sorted((str(better), str(worse)) for better, worse in result)
    except (TypeError, ValueError):
        raise Wrong("return a list of pairs of names: [(better, worse), ...]") from None


@task(
    "07.2",
    "May the claim be made?",
    points=3,
    hints=[
        "The spread of a model is max(runs) - min(runs). You need the mean of the runs, too.",
        "Two loops over the names try every pair in both orders. Keep a pair if the first mean "
        "minus the second is larger than the sum of the two spreads.",
    ],
)
def check_claims(random: Random, claims: Any) -> None:
    cases = [(table(random, models, runs),) for models, runs in ((8, 4), (7, 3), (6, 5), (2, 3))]
    check_function(claims, cases, claimed(), CLAIM_MISTAKES, read=sorted_pairs)


Runs = list[list[str]]


def comparison(
    our_runs: Read = mean,
    their_runs: Read = mean,
    skip_ours: bool = False,
    skip_theirs: bool = False,
    with_known: bool = False,
) -> Callable[..., float]:
    """Return the fair comparison of two models, or one that is not fair."""

    def percent(run: list[str], references: list[str], used: list[int], skip: bool) -> float:
        rows = [i for i in used if run[i] or not skip]
        return 100 * sum(run[i] == references[i] for i in rows) / len(rows)

    def compare(
        ours: Runs, theirs: Runs, sources: list[str], references: list[str], known: set[str]
    ) -> float:
        used = [i for i, source in enumerate(sources) if with_known or source not in known]
        return our_runs([percent(run, references, used, skip_ours) for run in ours]) - their_runs(
            [percent(run, references, used, skip_theirs) for run in theirs]
        )

    return compare


def bugs_left() -> list[Mistake | Symptom]:
    """Return a mistake for each way to leave some of the three bugs in."""
    names = (
        "test sentences that were in training are counted",
        "the sentences that our model leaves empty are not counted for it",
        "our best seed stands against the mean of theirs",
    )
    mistakes: list[Mistake | Symptom] = []
    for left in itertools.product([False, True], repeat=3):
        if any(left):
            found = "; ".join(name for name, is_left in zip(names, left, strict=True) if is_left)
            number = ("one bug is", "two bugs are", "all three bugs are")[sum(left) - 1]
            ours: Read = max if left[2] else mean
            wrong = comparison(ours, with_known=left[0], skip_ours=left[1])
            mistakes.append(Mistake(f"{number} left: {found}", wrong))
    return mistakes


def two_models(random: Random, num_sentences: int, num_runs: int) -> tuple[Any, ...]:
    """Return translations by two models, test sentences, references and what was in training."""
    sources = [f"source {i}" for i in random.permutation(num_sentences)]
    references = [f"target {source.split()[1]}" for source in sources]
    known = set(sources[: num_sentences // 3]) | {"source of another sentence"}

    def run(right: float, empty: float) -> list[str]:
        # Each kind of sentence is there in every run.
        kinds = random.choice(
            ["right", "wrong", ""], num_sentences, p=[right, 1 - right - empty, empty]
        )
        kinds[-3:] = "right", "wrong", ""
        shown = {"right": "{}", "wrong": "{} de", "": ""}
        return [shown[kind].format(text) for kind, text in zip(kinds, references, strict=True)]

    ours, theirs = ([run(*shares) for _ in range(num_runs)] for shares in ((0.5, 0.2), (0.4, 0.1)))
    return ours, theirs, sources, references, known


@task(
    "07.6",
    "Find the bug: an unfair comparison",
    points=3,
    hints=[
        "Both models must be judged by the same sentences, and in the same way.",
        "First find the numbers of the sentences that count: those whose source is not in `known`.",
        "An empty translation is a wrong one. And take the mean over the seeds for both.",
    ],
)
def check_fair_comparison(random: Random, mended: Any) -> None:
    mistakes = [
        *bugs_left(),
        Mistake(
            "both models have their best seed. Take the mean: the best of many runs is luck",
            comparison(max, max),
        ),
        Mistake(
            "the empty translations are left out for both models. They are wrong ones: count them",
            comparison(skip_ours=True, skip_theirs=True),
        ),
        Mistake(
            "the sign is the wrong way round: our percentage comes first",
            lambda ours, theirs, *rest: comparison()(theirs, ours, *rest),
        ),
        Mistake(
            "these are shares between 0 and 1. Points of a percentage are asked for",
            lambda *inputs: comparison()(*inputs) / 100,
        ),
        Mistake(
            "now only the sentences that *were* in training are counted",
            lambda ours, theirs, sources, references, known: comparison()(
                ours, theirs, sources, references, set(sources) - known
            ),
        ),
        Mistake(
            "the right sentences are divided by the number of all test sentences. Divide by the "
            "number of those that count",
            lambda ours, theirs, sources, references, known: (
                comparison()(ours, theirs, sources, references, known)
                * sum(source not in known for source in sources)
                / len(sources)
            ),
        ),
        Mistake(
            "only the first seed is used",
            comparison(lambda runs: runs[0], lambda runs: runs[0]),
        ),
    ]
    cases = [two_models(random, *sizes) for sizes in ((40, 3), (31, 5), (24, 4), (20, 1))]
    check_function(mended, cases, comparison(), mistakes)
