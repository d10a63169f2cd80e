"""What the explorer shows, as plain data: one model looked at while it translates one sentence."""

import difflib
from dataclasses import dataclass
from typing import NamedTuple

import mxnet as mx
import numpy
from mxnet import gluon, npx
from mxnet.util import use_np

from .data import EOS, UNK, Vocab, pad_batch, tokenize
from .decoding import Beam, beam_search
from .training import try_gpu
from .translation import ScoredTranslation, in_tokens

MOST_LIKELY = 4  # next words that are named at each step
LONGEST_NAME = 40  # characters of a word, or of what was cut off, in a note


class NextWord(NamedTuple):
    """A token that could come next."""

    token: str
    probability: float
    """As the model gives it, after all tokens before it in the chosen translation."""
    chosen: bool
    """Whether it stands in the chosen translation."""


class Kept(NamedTuple):
    """A beginning of a translation that the beam kept at one step."""

    token: str
    """The last token."""
    log_prob: float
    """Of all tokens up to this one, in nats."""
    parent: int | None
    """The place, in the step before, of what it continues; None at the first step."""
    finished: bool
    """Whether it has reached `<eos>`."""
    chosen: bool
    """Whether the chosen translation begins like this."""


@dataclass(frozen=True)
class View:
    """A translation, and what the model did to find it. Empty for a sentence without words."""

    found: list[ScoredTranslation]
    """What the beam ended with, best first; the first one is the chosen translation."""
    next_words: list[list[NextWord]]
    """For each target token: the likeliest tokens in its place, and the token itself."""
    beam: list[list[Kept]]
    """For each step of the search: what was kept, the likeliest first."""
    notes: list[str]
    """Whatever the reader should know about the sentence, in whole sentences."""

    @property
    def text(self) -> str:
        """The chosen translation without `<eos>`."""
        return self.found[0].text if self.found else ""


# JupyterLab lets widgets work in a thread of their own, and MXNet has a setting for each thread.
@use_np
def look(
    model: gluon.Block,
    sentence: str,
    src_vocab: Vocab,
    tgt_vocab: Vocab,
    num_steps: int,
    beam_size: int = 1,
    ctx: mx.Context | None = None,
) -> View:
    """Translate a sentence by beam search and remember what happened on the way.

    Whatever is wrong with the sentence becomes a note, never a warning or an exception.

    Args:
        model: an encoder–decoder with values, with or without attention.
        sentence: in any case, with or without a space before punctuation.
        src_vocab, tgt_vocab: the vocabularies of the training.
        num_steps: longest source that is read and longest translation, in tokens.
        beam_size: hypotheses of the beam search; 1 is greedy search.
        ctx: device; the first GPU, or the CPU if there is none.

    Raises:
        ValueError: a number is out of range, or the vocabulary is not the model's.
        RuntimeError: the model is not initialised.
    """
    words = tokenize(sentence)
    if not words:
        return View([], [], [], ["There is nothing to translate yet: type at least one word."])
    tokens = [*words, EOS]
    source, cut_off = tokens[:num_steps], tokens[num_steps:]
    ctx = ctx or try_gpu()
    [beam] = beam_search(model, [src_vocab[source]], tgt_vocab, num_steps, beam_size, ctx=ctx)
    unknown = [token for token in source if token not in src_vocab]
    found = [in_tokens(hypothesis, source, unknown, tgt_vocab) for hypothesis in beam.hypotheses]
    notes = [_about_unknown(word, src_vocab) for word in dict.fromkeys(unknown)]
    if cut_off:
        notes.append(
            f"The sentence has {len(tokens)} tokens, {EOS} included. The model reads the first "
            f"{num_steps} only. Cut off: {_short(' '.join(cut_off))}"
        )
    if not found[0].finished:
        notes.append(f"The translation was cut after {num_steps} tokens, before {EOS}.")
    chosen = beam.hypotheses[0].tokens
    p = next_word_probabilities(model, src_vocab[source], chosen, tgt_vocab, ctx)
    return View(found, _next_words(p, chosen, tgt_vocab), _kept(beam, tgt_vocab), notes)


def next_word_probabilities(
    model: gluon.Block,
    source: list[int],
    target: list[int],
    vocab: Vocab,
    ctx: mx.Context | None = None,
) -> numpy.ndarray:
    """Return p(token | source, target tokens before it), read by teacher forcing.

    Args:
        model: an encoder–decoder with values.
        source: token indices, `<eos>` included.
        target: token indices.
        vocab: of the target language.
        ctx: device; the first GPU, or the CPU if there is none.

    Returns:
        Probabilities (target tokens, vocabulary) in double precision.
    """
    X, X_valid_len = pad_batch([source], vocab.pad)  # (1, source tokens)
    read, _ = pad_batch([[vocab.bos, *target[:-1]]], vocab.pad)  # (1, target tokens)
    ctx = ctx or try_gpu()
    scores, _ = model(*(array.as_in_ctx(ctx) for array in (X, read, X_valid_len)))
    return npx.softmax(scores[0].astype("float64"), axis=-1).asnumpy()


def _next_words(p: numpy.ndarray, chosen: list[int], vocab: Vocab) -> list[list[NextWord]]:
    """Name the likeliest tokens of each row of `p`, and the chosen one if it is not among them."""
    rows = []
    for row, index in zip(p, chosen, strict=True):
        best = numpy.argsort(-row, kind="stable")[:MOST_LIKELY].tolist()
        named = best if index in best else [*best, index]
        rows.append([NextWord(vocab.to_tokens(i), float(row[i]), i == index) for i in named])
    return rows


def _kept(beam: Beam, vocab: Vocab) -> list[list[Kept]]:
    chosen = beam.hypotheses[0].tokens
    steps = []
    for number, nodes in enumerate(beam.steps):
        kept = []
        for node in nodes:
            begins = [other.token for other in node.path()] == chosen[: number + 1]
            # A node has no equal but itself, so its place is found by identity.
            parent = beam.steps[number - 1].index(node.parent) if number and node.parent else None
            finished = node.token == vocab.eos
            kept.append(Kept(vocab.to_tokens(node.token), node.log_prob, parent, finished, begins))
        steps.append(kept)
    return steps


def _about_unknown(word: str, vocab: Vocab) -> str:
    words = [token for token, _ in vocab.token_freqs if token in vocab]
    near = difflib.get_close_matches(word, words)
    help_ = f"Known words like it: {', '.join(near)}." if near else "No known word is much like it."
    return f"“{_short(word)}” is not in the vocabulary: the model reads it as {UNK}. {help_}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
