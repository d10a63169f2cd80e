"""How good a translation or an alignment is (chapters 06 and 07)."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy
from sacrebleu.metrics import BLEU, CHRF

from .data import EOS

Link = tuple[int, int]
"""A source word and a target word that translate each other, by their places."""


class Quality(NamedTuple):
    """A score from 0 to 100, and sacrebleu's record of how it was computed."""

    score: float
    signature: str


def bleu(hypotheses: Sequence[str], references: Sequence[str]) -> Quality:
    """Return BLEU of a whole corpus (Papineni et al., 2002), computed by sacrebleu.

    The text is taken as it is: tokens between spaces, as `normalize` and `Translation.text` give
    it. So the signature says `tok:none`, and the score compares with no other corpus's.

    Args:
        hypotheses: the translations.
        references: the right translation of each.

    Raises:
        ValueError: there are no translations, or not one reference for each.

    >>> bleu(["le chat dort bien ."], ["le chat dort bien ."]).score
    100.0
    """
    _check_lists(hypotheses, references)
    # Without force, sacrebleu warns that the text looks tokenised. It is, on purpose.
    metric = BLEU(tokenize="none", force=True)
    return _quality(metric, hypotheses, references)


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> Quality:
    """Return chrF2 of a whole corpus (Popović, 2015), computed by sacrebleu.

    It counts n-grams of one to six characters, so a word with a wrong ending is partly right.
    Arguments and errors as in `bleu`.
    """
    _check_lists(hypotheses, references)
    return _quality(CHRF(), hypotheses, references)


def exact_match(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Return the share (0 to 1) of the translations that are their reference, word for word.

    Errors as in `bleu`.

    >>> exact_match(["va !", "je cours ."], ["va !", "je dors ."])
    0.5
    """
    _check_lists(hypotheses, references)
    pairs = zip(hypotheses, references, strict=True)
    return sum(hypothesis == reference for hypothesis, reference in pairs) / len(hypotheses)


def alignment_error_rate(
    predicted: Sequence[AbstractSet[Link]],
    sure: Sequence[AbstractSet[Link]],
    possible: Sequence[AbstractSet[Link]] | None = None,
) -> float:
    """Return the alignment error rate of a corpus (Och & Ney, 2003): 0 is perfect, 1 all wrong.

    With A the predicted links of all sentences, S the sure ones and P the possible ones,

        AER = 1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|).

    A missing sure link is an error, and so is a predicted link that is not even possible. Every
    sure link is possible, whether or not it stands in `possible`.

    Args:
        predicted: the links (source, target) of each sentence.
        sure: the links that a person found certain.
        possible: the links that a person found acceptable; if None, only the sure ones are.

    Raises:
        ValueError: the numbers of sentences differ, or there is no link at all.

    >>> alignment_error_rate([{(0, 0), (1, 1)}], sure=[{(0, 0)}], possible=[{(1, 1)}])
    0.0
    """
    if possible is None:
        possible = sure
    if not len(predicted) == len(sure) == len(possible):
        raise ValueError(
            f"there are predicted links for {len(predicted)} sentences, sure ones for {len(sure)} "
            f"and possible ones for {len(possible)}: give one set for each sentence."
        )
    hits = links = 0
    for a, s, p in zip(predicted, sure, possible, strict=True):
        hits += len(a & s) + len(a & (p | s))
        links += len(a) + len(s)
    if links == 0:
        raise ValueError("neither predicted nor sure has a link, so there is no error rate.")
    return 1 - hits / links


def alignment_from_weights(
    weights: numpy.ndarray, source_tokens: Sequence[str], target_tokens: Sequence[str]
) -> set[Link]:
    """Return the links (source, target) that join each target word to where it looked most.

    `<eos>` is no word: its row gives no link, and a target word that looks most at the source's
    `<eos>` has none.

    Args:
        weights: attention weights (target tokens, source tokens).
        source_tokens, target_tokens: the tokens that they belong to, `<eos>` included.

    Raises:
        ValueError: the weights have another shape.
    """
    expected = (len(target_tokens), len(source_tokens))
    if weights.shape != expected:
        raise ValueError(
            f"weights has shape {weights.shape}, but there are {expected[0]} target and "
            f"{expected[1]} source tokens: give one row for each target token and one column for "
            "each source token, <eos> included."
        )
    links = {(int(row.argmax()), target) for target, row in enumerate(weights)}
    return {(i, j) for i, j in links if EOS not in (source_tokens[i], target_tokens[j])}


def _quality(metric: BLEU | CHRF, hypotheses: Sequence[str], references: Sequence[str]) -> Quality:
    result = metric.corpus_score(list(hypotheses), [list(references)])
    # Logarithms and their inverse make 100.00000000000004 of a perfect score.
    return Quality(round(result.score, 10), str(metric.get_signature()))


def _check_lists(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    for name, texts in (("hypotheses", hypotheses), ("references", references)):
        if isinstance(texts, str):
            raise ValueError(f"{name} is the string {texts!r}, but a list of strings is expected.")
    if len(hypotheses) != len(references):
        raise ValueError(
            f"there are {len(hypotheses)} hypotheses and {len(references)} references: give one "
            "reference for each hypothesis."
        )
    if not hypotheses:
        raise ValueError("hypotheses is empty: give at least one translation.")
