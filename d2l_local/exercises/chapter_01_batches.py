"""Tasks of chapter 01: put sentences into batches, and lose nothing on the way."""

from collections.abc import Callable
from typing import Any

import numpy

from ..data import BOS, EOS, PAD, UNK
from .comparing import Array, Mistake, Random, check_function
from .tasks import Wrong, task

Table = dict[str, int]
Row = list[int]
Batches = list[list[tuple[list[int], list[int]]]]


def cut_row(tokens: list[str], table: Table, num_steps: int) -> Row:
    """Return the right row, without its padding: at most `num_steps` indices, <eos> included."""
    return [table.get(token, table[UNK]) for token in [*tokens[: num_steps - 1], EOS]]


def batch(
    row: Callable[[list[str], Table, int], Row] = cut_row,
    pad: Callable[[Row, int], Row] = lambda row, n: row + [0] * (n - len(row)),
    width: Callable[[list[Row], int], int] = lambda rows, num_steps: max(map(len, rows)),
) -> Callable[..., Array]:
    """Return the function that makes the array of a batch, or a wrong variety of it."""

    def make(sentences: list[list[str]], table: Table, num_steps: int) -> Array:
        rows = [row(tokens, table, num_steps) for tokens in sentences]
        return numpy.array([pad(r, width(rows, num_steps)) for r in rows], dtype="float32")

    return make


def lengths(length: Callable[[int, int], int]) -> Callable[..., Array]:
    """Return a function that computes valid lengths from numbers of tokens and `num_steps`."""
    return lambda sentences, table, num_steps: numpy.array(
        [length(len(tokens), num_steps) for tokens in sentences], dtype="float32"
    )


ARRAY_MISTAKES = [
    Mistake(
        "a sentence that is cut has lost its <eos>. Cut the words to num_steps - 1, then add it",
        batch(lambda s, table, n: cut_row(s, table, 10**6)[:n]),
    ),
    Mistake(
        "<eos> is missing. Each sentence ends with it",
        batch(lambda s, table, n: cut_row(s, table, 10**6)[:-1][:n]),
    ),
    Mistake(
        "<eos> is missing. Each sentence ends with it",
        batch(lambda s, table, n: cut_row(s, table, n)[:-1]),
    ),
    Mistake(
        "long sentences are not cut. A row has at most `num_steps` indices",
        batch(lambda s, table, n: cut_row(s, table, 10**6)),
    ),
    Mistake(
        "long sentences are one index too long. <eos> counts, too",
        batch(lambda s, table, n: cut_row(s, table, n + 1)),
    ),
    Mistake(
        "long sentences are one index too short",
        batch(lambda s, table, n: cut_row(s, table, n - 1)),
    ),
    Mistake(
        "all rows are padded to `num_steps`. Pad to the longest row of the batch: less work",
        batch(width=lambda rows, num_steps: num_steps),
    ),
    Mistake(
        "<eos> stands behind the padding. It ends the sentence, so it comes before the padding",
        batch(pad=lambda row, n: row[:-1] + [0] * (n - len(row)) + row[-1:]),
    ),
    Mistake(
        "the padding stands at the beginning. Put it at the end",
        batch(pad=lambda row, n: [0] * (n - len(row)) + row),
    ),
    Mistake(
        "the rows are padded with <eos>. The index of <pad> is 0",
        batch(pad=lambda row, n: row + [2] * (n - len(row))),
    ),
    Mistake(
        "there is <bos> at the beginning. Only target sentences have it",
        batch(lambda s, table, n: [table[BOS], *cut_row(s, table, n)]),
    ),
    Mistake(
        "there is <bos> at the beginning. Only target sentences have it",
        batch(lambda s, table, n: [table[BOS], *cut_row(s, table, n - 1)]),
    ),
    Mistake(
        "unknown words are left out. Each becomes <unk>",
        batch(lambda s, table, n: cut_row([w for w in s if w in table], table, n)),
    ),
    Mistake(
        "unknown words have become padding. Each becomes <unk>, index 3",
        batch(lambda s, table, n: [table.get(w, 0) for w in [*s[: n - 1], EOS]]),
    ),
]
LENGTH_MISTAKES = [
    Mistake(
        "the valid lengths don't count <eos>, but it is a real token",
        lengths(lambda size, n: min(size, n - 1)),
    ),
    Mistake(
        "the valid lengths don't count <eos>, but it is a real token",
        lengths(lambda size, n: min(size, n)),
    ),
    Mistake(
        "the valid lengths are those before the cut. Nothing behind `num_steps` is in the array",
        lengths(lambda size, n: size + 1),
    ),
    Mistake(
        "the valid lengths are numbers of words before the cut, and don't count <eos>",
        lengths(lambda size, n: size),
    ),
    Mistake(
        "the valid lengths count the padding: they are all equal",
        lambda sentences, table, n: (
            0 * lengths(min)(sentences, table, n) + batch()(sentences, table, n).shape[1]
        ),
    ),
    Mistake(
        "these are the numbers of padding tokens. Count the others",
        lambda sentences, table, n: (batch()(sentences, table, n) == 0).sum(1),
    ),
]


@task(
    "01.4",
    "A batch, and nothing lost",
    points=3,
    hints=[
        "First make a list of indices for each sentence. token_to_idx.get(token, 3) knows what to "
        "do with an unknown word.",
        "Keep the first num_steps - 1 words, and then add <eos>. So even a long sentence ends.",
        "Pad with zeros to the longest list. The valid length is the length before the padding.",
    ],
)
def check_make_batch(random: Random, make_batch: Any) -> None:
    words = [str(w) for w in random.permutation(["we", "you", "see", "hear", "it", "now", "."])]
    table = {token: i for i, token in enumerate([PAD, BOS, EOS, UNK, *words])}

    def sentences(*sizes: int) -> list[list[str]]:
        drawn = [[str(w) for w in random.choice(words, size)] for size in sizes]
        for tokens in drawn[:2]:
            tokens[int(random.integers(len(tokens) - 1))] = "unheard-of"
        return drawn

    def part(index: int) -> Callable[[Any], Any]:
        def read(result: Any) -> Any:
            if not isinstance(result, tuple | list) or len(result) != 2:
                raise Wrong("`make_batch` should return two arrays: return X, valid_len")
            return result[index]

        return read

    cases = [
        (sentences(5, 3, 8, 2), table, 6),
        (sentences(4, 2, 3), table, 9),
        (sentences(4, 6, 5, 7), table, 5),
        (sentences(3), table, 8),
    ]
    check_function(make_batch, cases, batch(), ARRAY_MISTAKES, "(batch, steps)", part(0))
    right = lengths(lambda size, n: min(size + 1, n))
    check_function(make_batch, cases, right, LENGTH_MISTAKES, "(batch,)", part(1))


def cut_into_batches(
    order: Callable[[list[Any], list[Any]], list[Any]] = lambda sources, targets: sorted(
        zip(sources, targets, strict=True), key=lambda pair: len(pair[1])
    ),
    end: Callable[[int, int], int] = lambda n, size: n,
) -> Callable[[list[Any], list[Any], int], Batches]:
    """Return the function that cuts sorted pairs into batches, or a wrong variety of it."""

    def cut(sources: list[Any], targets: list[Any], size: int) -> Batches:
        pairs = order(sources, targets)
        return [pairs[i : i + size] for i in range(0, end(len(pairs), size), size)]

    return cut


def torn_apart(sources: list[Any], targets: list[Any]) -> list[Any]:
    return list(zip(sorted(sources, key=len), sorted(targets, key=len), strict=True))


def sorted_by(key: Callable[[Any], Any]) -> Callable[[list[Any], list[Any]], list[Any]]:
    return lambda sources, targets: sorted(zip(sources, targets, strict=True), key=key)


TORN = "source and target no longer belong to each other: each side is sorted on its own"
LAST = "the last batch is missing, and with it some of the pairs"
BATCH_MISTAKES = [
    Mistake(f"{TORN}. Also, the last batch is missing", cut_into_batches(torn_apart, int.__sub__)),
    Mistake(TORN, cut_into_batches(torn_apart)),
    Mistake(LAST, cut_into_batches(end=int.__sub__)),
    Mistake(
        f"{LAST}: a batch that is not full counts, too",
        cut_into_batches(end=lambda n, size: n - n % size),
    ),
    Mistake(
        "the pairs are not sorted, so their lengths are mixed in each batch",
        cut_into_batches(lambda sources, targets: list(zip(sources, targets, strict=True))),
    ),
    Mistake(
        "the pairs are sorted by the length of the source, not of the target",
        cut_into_batches(sorted_by(lambda pair: len(pair[0]))),
    ),
    Mistake(
        "the longest pairs come first. Begin with the short ones",
        cut_into_batches(sorted_by(lambda pair: -len(pair[1]))),
    ),
    Mistake(
        "the pairs are sorted by their indices. Sort by the length of the target: "
        "key=lambda pair: len(pair[1])",
        cut_into_batches(sorted_by(lambda pair: pair)),
    ),
    Mistake(
        "pairs of the same target length should stay in the order of the corpus. Does your key "
        "hold more than the length?",
        cut_into_batches(sorted_by(lambda pair: (len(pair[1]), len(pair[0])))),
    ),
    Mistake(
        "pairs of the same target length should stay in the order of the corpus. Does your key "
        "hold more than the length?",
        cut_into_batches(sorted_by(lambda pair: (len(pair[1]), pair))),
    ),
]


@task(
    "01.7",
    "Find the bug: pairs torn apart",
    points=2,
    hints=[
        "Look at the output: does 11 belong to [21, 22, 23]? And where is the third pair?",
        "Make pairs first: zip(sources, targets). Then sort the list of pairs.",
        "range(0, len(pairs), batch_size) gives every start, also that of a batch that is not "
        "full: a slice may end beyond the list.",
    ],
)
def check_pairs_stay_together(random: Random, mended_batches: Any) -> None:
    def sentences(count: int) -> list[list[int]]:
        sizes = random.permutation(numpy.arange(count) % 4 + 2)
        return [[int(i) for i in random.integers(4, 100, size)] for size in sizes]

    cases = [
        (sentences(count), sentences(count), size) for count, size in ((10, 4), (12, 3), (5, 2))
    ]
    check_function(mended_batches, cases, cut_into_batches(), BATCH_MISTAKES)
