"""Translation of text, one sentence or many (chapter 06)."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

import mxnet as mx
import numpy
from mxnet import gluon

from .checks import check_at_least
from .data import EOS, UNK, Vocab, tokenize
from .decoding import Hypothesis, beam_search, greedy_search
from .prediction import Translation
from .training import try_gpu

MOST_NAMED = 10  # unknown words that a warning names


@dataclass(frozen=True)
class ScoredTranslation(Translation):
    """A translated sentence, what the model thinks of it, and what else it found."""

    log_prob: float
    """log p(target tokens | source) in nats."""
    score: float
    """What the search ranks by: `log_prob` over a power of the length."""
    finished: bool
    """False if the translation was cut at `num_steps`, before `<eos>`."""
    alternatives: tuple["ScoredTranslation", ...] = ()
    """The other hypotheses of the beam, best first."""


@overload
def translate(
    model: gluon.Block,
    sentences: str,
    src_vocab: Vocab,
    tgt_vocab: Vocab,
    num_steps: int,
    beam_size: int = ...,
    alpha: float = ...,
    copy_unknown: bool = ...,
    batch_size: int = ...,
    ctx: mx.Context | None = ...,
) -> ScoredTranslation: ...


@overload
def translate(
    model: gluon.Block,
    sentences: list[str] | tuple[str, ...],
    src_vocab: Vocab,
    tgt_vocab: Vocab,
    num_steps: int,
    beam_size: int = ...,
    alpha: float = ...,
    copy_unknown: bool = ...,
    batch_size: int = ...,
    ctx: mx.Context | None = ...,
) -> list[ScoredTranslation]: ...


def translate(
    model: gluon.Block,
    sentences: str | list[str] | tuple[str, ...],
    src_vocab: Vocab,
    tgt_vocab: Vocab,
    num_steps: int,
    beam_size: int = 1,
    alpha: float = 0.0,
    copy_unknown: bool = False,
    batch_size: int = 256,
    ctx: mx.Context | None = None,
) -> ScoredTranslation | list[ScoredTranslation]:
    """Translate one sentence or many; the company a sentence is in does not change its result.

    Args:
        model: an encoder–decoder with values.
        sentences: one or several, in any case, with or without a space before punctuation.
        src_vocab, tgt_vocab: the vocabularies of the training.
        num_steps: longest source that is read and longest translation, in tokens.
        beam_size: hypotheses of the beam search; 1 is greedy search.
        alpha: exponent of the length in the score: see `Hypothesis.score`.
        copy_unknown: put, in place of each `<unk>` in a translation, the source word that the
            decoder gave the largest weight (Luong et al., 2015, "Addressing the rare word
            problem").
        batch_size: sentences translated at once. Those of similar length go together.
        ctx: device; the first GPU, or the CPU if there is none.

    Returns:
        The translation of a single sentence, or a list of translations in the order given.

    Raises:
        ValueError: a sentence is empty, a number is out of range, or `copy_unknown` is asked of a
            model without attention.
        RuntimeError: the model is not initialised.

    Warns of words that are not in the vocabulary, and of sentences that had to be cut.
    """
    check_at_least("num_steps", num_steps, 1)
    check_at_least("beam_size", beam_size, 1)
    check_at_least("alpha", alpha, 0)
    check_at_least("batch_size", batch_size, 1)
    texts = [sentences] if isinstance(sentences, str) else sentences
    sources = _read(texts, src_vocab, num_steps)
    ctx = ctx or try_gpu()
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    translations = {}
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        batch = [src_vocab[sources[i]] for i in chosen]
        if beam_size == 1:
            greedy = greedy_search(model, batch, tgt_vocab, num_steps, ctx)
            found = [[hypothesis] for hypothesis in greedy]
        else:
            beams = beam_search(model, batch, tgt_vocab, num_steps, beam_size, alpha, ctx)
            found = [beam.hypotheses for beam in beams]
        for i, hypotheses in zip(chosen, found, strict=True):
            unknown = [token for token in sources[i] if token not in src_vocab]
            best, *others = (
                in_tokens(h, sources[i], unknown, tgt_vocab, alpha, copy_unknown)
                for h in hypotheses
            )
            translations[i] = replace(best, alternatives=tuple(others))
    if isinstance(sentences, str):
        return translations[0]
    return [translations[i] for i in range(len(sources))]


def _read(texts: Sequence[str], vocab: Vocab, num_steps: int) -> list[list[str]]:
    """Return the tokens of each sentence, `<eos>` included, at most `num_steps` of them."""
    sources = [[*tokenize(text), EOS] for text in texts]
    for number, source in enumerate(sources, start=1):
        if source == [EOS]:
            raise ValueError(
                f"sentence {number} of {len(sources)} is empty: give at least one word to "
                "translate."
            )
    words = [token for source in sources for token in source if token not in vocab]
    unknown = list(dict.fromkeys(words))
    if unknown:
        more = len(unknown) - MOST_NAMED
        warnings.warn(
            f"not in the vocabulary, read as <unk>: {', '.join(unknown[:MOST_NAMED])}"
            + (f" and {more} more." if more > 0 else "."),
            stacklevel=3,
        )
    long = [(n, source) for n, source in enumerate(sources, start=1) if len(source) > num_steps]
    if long:
        number, source = long[0]
        warnings.warn(
            f"{len(long)} of {len(sources)} sentences are longer than num_steps={num_steps} "
            f"tokens, <eos> included, and were cut. The first is number {number} with "
            f"{len(source)} tokens. Cut off: {' '.join(source[num_steps:])}",
            stacklevel=3,
        )
    return [source[:num_steps] for source in sources]


def in_tokens(
    hypothesis: Hypothesis,
    source: list[str],
    unknown: list[str],
    vocab: Vocab,
    alpha: float = 0.0,
    copy_unknown: bool = False,
) -> ScoredTranslation:
    """Return a hypothesis of the tokens `source` as a translation; see `translate`."""
    target, weights = vocab.to_tokens(hypothesis.tokens), hypothesis.attention_weights
    if copy_unknown:
        if weights is None:
            raise ValueError(
                "copy_unknown is True, but the model's decoder has no attention weights that tell "
                "which word to copy: use a model with attention, or copy_unknown=False."
            )
        words = source[: len(source) - (source[-1] == EOS)]
        for position in range(len(target)):
            if target[position] == UNK:
                target[position] = words[int(numpy.argmax(weights[position, : len(words)]))]
    return ScoredTranslation(
        source,
        target,
        unknown,
        weights,
        hypothesis.log_prob,
        hypothesis.score(alpha),
        hypothesis.finished,
    )
