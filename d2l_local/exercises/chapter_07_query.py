"""The task of chapter 07 that finds maps of an attention which ignores its query."""

from collections.abc import Callable
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, Symptom, check_function
from .tasks import task

TOLERANCE = 0.001


def for_each(found: Callable[[Array], Any], padding: bool = False) -> Callable[..., list[bool]]:
    """Return the function that asks `found` about the valid rows of every map."""

    def ask(weights: Array, target_len: Array) -> list[bool]:
        lengths = [weights.shape[1]] * len(weights) if padding else target_len.astype(int)
        return [bool(found(rows[:n])) for rows, n in zip(weights, lengths, strict=True)]

    return ask


def rows_agree(rows: Array) -> bool:
    return bool((rows.max(0) - rows.min(0)).max() < TOLERANCE)


right_answer = for_each(rows_agree)


def whole_batch(weights: Array, target_len: Array) -> list[bool]:
    rows = numpy.concatenate([w[: int(n)] for w, n in zip(weights, target_len, strict=True)])
    return [rows_agree(rows)] * len(weights)


QUERY_MISTAKES: list[Mistake | Symptom] = [
    Mistake(
        "the rows of padding are compared, too. A map has `target_len` valid rows",
        for_each(rows_agree, padding=True),
    ),
    Mistake(
        "rows that differ by a rounding error count as different. Allow differences below 0.001",
        for_each(lambda rows: (rows == rows[0]).all()),
    ),
    Mistake(
        "rows that differ clearly count as the same. Only differences below 0.001 are allowed",
        for_each(lambda rows: (rows.max(0) - rows.min(0)).max() < 0.1),
    ),
    Mistake(
        "only the first two rows are compared. Compare all of them",
        for_each(lambda rows: rows_agree(rows[:2])),
    ),
    Mistake(
        "only the first and the last row are compared. Compare all of them",
        for_each(lambda rows: rows_agree(rows[[0, -1]])),
    ),
    Mistake(
        "the weights within a row are compared. Compare the rows: one source word, all target "
        "words",
        for_each(lambda rows: (rows.max(1) - rows.min(1)).max() < TOLERANCE),
    ),
    Mistake(
        "only the place of the largest weight is compared. Two rows can differ and have it in the "
        "same place",
        for_each(lambda rows: len(set(rows.argmax(1).tolist())) == 1),
    ),
    Mistake(
        "the sums of the rows are compared. They are always 1",
        for_each(lambda rows: True),
    ),
    Mistake(
        "the differences have signs, and they cancel",
        for_each(lambda rows: abs((rows - rows.mean(0)).sum()) < TOLERANCE),
    ),
    Mistake(
        "the answers are the wrong way round: True is for a map that ignores its query",
        lambda weights, target_len: [not found for found in right_answer(weights, target_len)],
    ),
    Mistake(
        "the last valid row of each map is left out",
        lambda weights, target_len: right_answer(weights, target_len - 1),
    ),
    Mistake(
        "the maps of the batch are compared with each other. Each one is judged by itself",
        whole_batch,
    ),
]


def one_map(random: Random, kind: str, rows: int, steps: int, columns: int) -> Array:
    """Return a map (steps, columns) with `rows` valid rows; the rows of padding are random."""
    weights = random.uniform(0.3, 1, (steps, columns)) ** (3 if kind == "attends" else 1)
    weights /= weights.sum(1, keepdims=True)
    if kind == "attends":
        return weights
    row = numpy.ones(columns) if kind == "mean of all" else weights[0].copy()
    if kind != "mean of all":
        row[0] = 1.2 * row.max()  # it stays the largest weight when others change a little
    row /= row.sum()
    weights[:rows] = row + random.uniform(-1e-6, 1e-6, (rows, columns))
    changed = {"second row": 1, "middle row": rows // 2, "last row": rows - 1}
    if kind in changed:
        weights[changed[kind], 1:3] += 0.02, -0.02
    return weights


KINDS = (
    "middle row",
    "same rows",
    "no padding",
    "mean of all",
    "attends",
    "second row",
    "last row",
)


def batch_of_maps(
    random: Random, kinds: tuple[str, ...], steps: int, columns: int
) -> tuple[Array, Array]:
    order = random.permutation(len(kinds))
    full = numpy.array([kinds[k] == "no padding" for k in order])
    lengths = numpy.where(full, steps, random.integers(4, steps, len(kinds)))
    maps = [
        one_map(random, kinds[k], int(n), steps, columns)
        for k, n in zip(order, lengths, strict=True)
    ]
    return numpy.array(maps, dtype="float32"), lengths.astype("float32")


@task(
    "07.4",
    "Does this map ignore its query?",
    points=3,
    hints=[
        "Go through the sentences: weights[i, :n] are the valid rows of map i, n being "
        "int(target_len[i]).",
        "For each source word: the largest minus the smallest weight of all valid rows, over axis "
        "0. If the largest of these differences is below 0.001, the rows are the same.",
    ],
)
def check_ignores_query(random: Random, ignores_query: Any) -> None:
    cases = [
        batch_of_maps(random, KINDS, 8, 5),
        batch_of_maps(random, KINDS, 9, 6),
        batch_of_maps(random, KINDS[:2], 6, 7),
        batch_of_maps(random, KINDS[1:2], 7, 4),
    ]
    check_function(ignores_query, cases, right_answer, QUERY_MISTAKES)
