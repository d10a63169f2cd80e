"""Greedy translation of one sentence (chapter 03)."""

import warnings
from dataclasses import dataclass

import mxnet as mx
import numpy
from mxnet import gluon, np

from .checks import check_at_least, check_initialized
from .data import EOS, Vocab, tokenize
from .training import try_gpu


@dataclass(frozen=True)
class Translation:
    """A translated sentence and how it came about."""

    source_tokens: list[str]
    """What the encoder read, `<eos>` included."""
    target_tokens: list[str]
    """What the decoder wrote, with `<eos>` at the end if it got there."""
    unknown: list[str]
    """Source words that are not in the vocabulary; the encoder read `<unk>` instead."""
    attention_weights: numpy.ndarray | None
    """(target tokens, source tokens); None for a model without attention."""

    @property
    def text(self) -> str:
        """The translation without `<eos>`, tokens separated by spaces."""
        return " ".join(token for token in self.target_tokens if token != EOS)


def predict_seq2seq(
    model: gluon.Block,
    sentence: str,
    src_vocab: Vocab,
    tgt_vocab: Vocab,
    num_steps: int,
    ctx: mx.Context | None = None,
) -> Translation:
    """Translate a sentence: at each step take the likeliest token, until `<eos>`.

    Args:
        model: an encoder–decoder with values.
        sentence: in any case, with or without a space before punctuation.
        src_vocab, tgt_vocab: the vocabularies of the training.
        num_steps: longest source that is read and longest translation, in tokens.
        ctx: device; the first GPU, or the CPU if there is none.

    Raises:
        ValueError: the sentence is empty, or `num_steps` is below 1.
        RuntimeError: the model is not initialised.

    Warns of words that are not in the vocabulary, and of a sentence that had to be cut.
    """
    check_at_least("num_steps", num_steps, 1)
    check_initialized(model)
    tokens = tokenize(sentence)
    if not tokens:
        raise ValueError("the sentence is empty: give at least one word to translate.")
    unknown = [token for token in tokens if token not in src_vocab]
    if unknown:
        warnings.warn(f"not in the vocabulary, read as <unk>: {', '.join(unknown)}.", stacklevel=2)
    source = [*tokens, EOS]
    if len(source) > num_steps:
        warnings.warn(
            f"the sentence has {len(source)} tokens, <eos> included; the model reads "
            f"num_steps={num_steps} of them. Cut off: {' '.join(source[num_steps:])}",
            stacklevel=2,
        )
        source = source[:num_steps]
    ctx = ctx or try_gpu()
    X = np.array([src_vocab[source]], ctx=ctx, dtype="float32")  # (1, source steps)
    X_valid_len = np.array([len(source)], ctx=ctx, dtype="float32")
    state = model.decoder.init_state(model.encoder(X, X_valid_len), X_valid_len)
    token = np.array([[tgt_vocab.bos]], ctx=ctx, dtype="float32")  # (1, 1)
    target, rows = [], []
    for _ in range(num_steps):
        scores, state = model.decoder(token, state)  # (1, 1, vocabulary)
        token = scores.argmax(axis=2).astype("float32")
        weights = getattr(model.decoder, "attention_weights", None)
        if weights is not None:
            rows.append(weights[0, 0].asnumpy())  # (source steps,)
        target.append(tgt_vocab.to_tokens(int(token)))
        if target[-1] == EOS:
            break
    return Translation(source, target, unknown, numpy.stack(rows) if rows else None)


def predict_s2s_ch9(
    model: gluon.Block,
    src_sentence: str,
    src_vocab: Vocab,
    tgt_vocab: Vocab,
    num_steps: int,
    ctx: mx.Context | None = None,
) -> str:
    """Return the text of `predict_seq2seq`, as the function of this name in the book does."""
    return predict_seq2seq(model, src_sentence, src_vocab, tgt_vocab, num_steps, ctx).text
