"""The open task of chapter 06: a model that deceives beam search."""

import math
from collections.abc import Mapping
from typing import Any

import numpy

from .comparing import Random
from .tasks import Wrong, task

BEAM_SIZE = 3
FACTOR = 2


@task(
    "06.8",
    "Open: a trap for a beam of 3",
    points=3,
    hints=[
        "The beam drops a first word if three others are likelier. So you need four words.",
        "After the fourth word one path should keep all the probability. After the three others "
        "it should be shared among many words.",
        "Begin with 0.26, 0.25, 0.25 and 0.24. How equally must the three others share?",
    ],
)
def check_trap(random: Random, trap: Any) -> None:
    check_table(trap)
    first = trap["<bos>"]
    ranked = sorted(first, key=first.get, reverse=True)
    if len(ranked) <= BEAM_SIZE:
        raise Wrong(
            f"the row of '<bos>' has {len(ranked)} words. A beam of 3 keeps them all, so it can't "
            "miss the best answer. Take more words"
        )
    answers = {(a, b): first[a] * p for a in first for b, p in trap[a].items()}
    best = max(answers, key=lambda answer: answers[answer])
    lowest_kept = first[ranked[BEAM_SIZE - 1]]
    if first[best[0]] >= lowest_kept:
        raise Wrong(
            f"a beam of 3 finds the best answer, '{best[0]} {best[1]}' ({answers[best]:.3f}): "
            f"its first word has {first[best[0]]:.3f}, and the third of the first words has "
            f"{lowest_kept:.3f}. It must have less"
        )
    found = max(p for answer, p in answers.items() if answer[0] in ranked[:BEAM_SIZE])
    if answers[best] < FACTOR * found * (1 - 1e-9):
        raise Wrong(
            f"a beam of 3 misses the best answer, so this is a trap. But what it finds has "
            f"{found:.3f}, and the best one has {answers[best]:.3f}, which is only "
            f"{answers[best] / found:.2f} times as much. Make it 2 times or more"
        )


def check_table(table: Any) -> None:
    """Raise Wrong unless `table` is a model of answers of two words, such as the chapter's."""
    if not isinstance(table, Mapping) or not all(isinstance(r, Mapping) for r in table.values()):
        raise Wrong(
            "`trap` should be a dictionary of dictionaries, such as "
            '{"<bos>": {"mais": 0.6, "si": 0.4}, "mais": {"oui": 1.0}, "si": {"si": 1.0}}'
        )
    if "<bos>" not in table:
        raise Wrong("the row of '<bos>' is missing: it says which words can come first")
    for word in table["<bos>"]:
        if word not in table:
            raise Wrong(f"{word!r} can come first, but `trap` has no row for it")
    for before in ("<bos>", *table["<bos>"]):
        row = table[before]
        for word, p in row.items():
            if not isinstance(p, int | float | numpy.number) or not 0 <= p <= 1:
                raise Wrong(f"after {before!r} the word {word!r} has {p!r}, not a probability")
        if not math.isclose(sum(row.values()), 1, abs_tol=1e-6):
            raise Wrong(f"the row of {before!r} sums to {sum(row.values()):.3f}, not to 1")
