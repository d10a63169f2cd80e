"""English–French sentence pairs with gold word alignments, as many as a measurement needs.

A random meaning is put into both languages at once (`grammar/sentence.py`), with the words of
`grammar/lexicon.py`. One English sentence always gets the same French one, so a model can learn
the corpus perfectly and what it gets wrong is its own fault. The sentences say sensible things,
but of one small world: they measure learning within it, not the ability to translate.
"""

import random
from typing import NamedTuple

from d2l_local.grammar.sentence import AlignedPair, say
from d2l_local.grammar.speaker import Speaker

__all__ = ["AlignedPair", "Splits", "generate", "splits"]

# The longest sentence of each length class, in source tokens, and what usually leads to such
# sentences: the fewest and the most clauses joined to the first, and the detail (0 to 1).
LENGTH_CLASSES = {
    5: (0, 0, 0.06),
    10: (0, 1, 0.4),
    15: (0, 1, 0.5),
    20: (1, 2, 0.5),
    30: (2, 3, 0.5),
    40: (3, 4, 0.7),
}
LEAD = 20  # sentences by which one class may be ahead of another
TRIES = 3000  # in a row without a new sentence, before a length class counts as exhausted


class Splits(NamedTuple):
    """Training, validation and test pairs, and test pairs longer than all of those."""

    train: list[AlignedPair]
    valid: list[AlignedPair]
    test: list[AlignedPair]
    longer: list[AlignedPair]


def generate(
    num_pairs: int, seed: int, min_length: int = 3, max_length: int = 30
) -> list[AlignedPair]:
    """Return distinct sentence pairs in random order, equally many in each class of length.

    The classes are 3 to 5, 6 to 10, 11 to 15, 16 to 20, 21 to 30 and 31 to 40 source tokens, as
    far as the limits allow. Where a class has too few sentences the others give more.

    Args:
        num_pairs: how many pairs; no source sentence occurs twice.
        seed: the same seed gives the same pairs.
        min_length, max_length: limits of the source length in tokens, both included; the full
            stop counts.

    Raises:
        ValueError: the limits are not 3 <= min_length <= max_length <= 40, `num_pairs` is
            negative, or the grammar has fewer sentences of such lengths.

    >>> pair = generate(1, seed=1, max_length=5)[0]
    >>> len(pair.source) <= 5
    True
    """
    longest = max(LENGTH_CLASSES)
    if not 3 <= min_length <= max_length <= longest:
        raise ValueError(
            f"min_length is {min_length} and max_length is {max_length}, but the grammar makes "
            f"sentences for 3 <= min_length <= max_length <= {longest}."
        )
    if num_pairs < 0:
        raise ValueError(f"num_pairs is {num_pairs}, but it must be at least 0.")
    rng = random.Random(seed)
    found: dict[tuple[str, ...], AlignedPair] = {}
    tops = sorted(LENGTH_CLASSES)
    open_classes = [
        top
        for low, top in zip([2, *tops[:-1]], tops, strict=True)
        if low < max_length and top >= min_length
    ]
    counts = dict.fromkeys(open_classes, 0)
    failures = dict.fromkeys(open_classes, 0)
    while len(found) < num_pairs:
        if not open_classes:
            raise ValueError(
                f"num_pairs is {num_pairs}, but only {len(found)} different sentences of "
                f"{min_length} to {max_length} tokens were found: ask for fewer, or allow more "
                "lengths."
            )
        aim = min(open_classes, key=counts.__getitem__)
        pair = say(*_speaker(rng, aim).sentence())
        length = len(pair.source)
        top = next((top for top in tops if length <= top), longest)
        fits = min_length <= length <= max_length and counts[top] < counts[aim] + LEAD
        if fits and pair.source not in found:
            found[pair.source] = pair
            counts[top] += 1
            failures[aim] = 0
        else:
            failures[aim] += 1
            if failures[aim] == TRIES:
                open_classes.remove(aim)
    pairs = list(found.values())
    rng.shuffle(pairs)
    return pairs


def _speaker(rng: random.Random, longest: int) -> Speaker:
    fewest, most, detail = LENGTH_CLASSES[longest]
    return Speaker(rng, rng.randint(fewest, most), detail)


def splits(
    seed: int,
    train: int = 8000,
    valid: int = 500,
    test: int = 1000,
    longer: int = 500,
    max_length: int = 20,
    longest: int = 30,
) -> Splits:
    """Return training, validation and test pairs that share no source sentence.

    Args:
        seed: the same seed gives the same pairs.
        train, valid, test: how many pairs of up to `max_length` source tokens.
        longer: how many pairs of more than `max_length`, up to `longest` tokens.

    Raises:
        ValueError: as `generate`.
    """
    pairs = generate(train + valid + test, seed, max_length=max_length)
    return Splits(
        pairs[:train],
        pairs[train : train + valid],
        pairs[train + valid :],
        generate(longer, seed, max_length + 1, longest),
    )
