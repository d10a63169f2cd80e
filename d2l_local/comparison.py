"""The same translator with three kinds of attention, trained and measured alike (chapter 07)."""

import time
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple

import mxnet as mx
from mxnet import gluon, init, np

from . import grammar
from .data import EOS, TranslationBatches, Vocab, load_translation_data
from .decoding import score
from .encoder_decoder import EncoderDecoder
from .evaluation import alignment_error_rate, alignment_from_weights, bleu, exact_match
from .grammar import AlignedPair
from .seq2seq import (
    BidirectionalEncoder,
    SeparateTanhDecoder,
    Seq2SeqAttentionDecoder,
    Seq2SeqDecoder,
    Seq2SeqEncoder,
)
from .training import TrainingHistory, train_seq2seq
from .translation import translate

LENGTH_CLASSES = [(3, 5), (6, 10), (11, 15), (16, 20), (21, 30)]
LONG = 16  # source tokens from which a sentence counts as long
NUM_STEPS = 45  # tokens of the longest translation
SIZES = {"embed_size": 64, "num_hiddens": 128, "num_layers": 1}
LEARNING_RATE = 0.005


class Kind(NamedTuple):
    """One of the models that are compared. Its number of epochs gives all about the same time."""

    encoder: Callable[..., gluon.Block]
    decoder: Callable[..., gluon.Block]
    num_epochs: int


KINDS = {
    "no attention": Kind(BidirectionalEncoder, Seq2SeqDecoder, 16),
    "separate tanh": Kind(BidirectionalEncoder, SeparateTanhDecoder, 8),
    "additive": Kind(BidirectionalEncoder, Seq2SeqAttentionDecoder, 8),
    "additive, one direction": Kind(Seq2SeqEncoder, Seq2SeqAttentionDecoder, 8),
    "no attention, 8 epochs": Kind(BidirectionalEncoder, Seq2SeqDecoder, 8),
}


class Corpus(NamedTuple):
    """The pairs of the comparison, and what training needs of them."""

    splits: grammar.Splits
    src_vocab: Vocab
    tgt_vocab: Vocab
    train_iter: TranslationBatches


class Quality(NamedTuple):
    """What was measured of one trained model."""

    bleu_by_length: list[float]
    """BLEU of the test sentences of each length class."""
    bleu_long: float
    """BLEU of all test sentences of 16 source tokens or more."""
    exact: float
    """Share of the test sentences that come out as their reference."""
    alignment_error_rate: float | None
    """Of the test sentences as long as those in training; None without attention."""


def sentences(pairs: Sequence[AlignedPair]) -> list[tuple[str, str]]:
    """Return the text of each pair, without its alignment."""
    return [(" ".join(pair.source), " ".join(pair.target)) for pair in pairs]


def load_corpus() -> Corpus:
    """Return 8,000 training pairs of up to 20 source tokens, and test pairs of up to 30."""
    splits = grammar.splits(seed=0)
    train = load_translation_data(64, NUM_STEPS, None, sentences(splits.train))
    return Corpus(splits, *train)


def train_kind(name: str, corpus: Corpus, seed: int) -> tuple[gluon.Block, TrainingHistory, float]:
    """Build and train one of `KINDS`; return it, its history and the seconds of computing.

    Raises:
        ValueError: there is no such kind.
    """
    if name not in KINDS:
        raise ValueError(f"name is {name!r}, but the kinds are {', '.join(map(repr, KINDS))}.")
    encoder, decoder, num_epochs = KINDS[name]
    model = EncoderDecoder(
        encoder(len(corpus.src_vocab), **SIZES), decoder(len(corpus.tgt_vocab), **SIZES)
    )
    start = time.process_time()
    history = train_seq2seq(model, corpus.train_iter, LEARNING_RATE, num_epochs, seed=seed)
    return model, history, time.process_time() - start


def measure(model: gluon.Block, corpus: Corpus) -> Quality:
    """Translate the test sentences greedily, and compare with the references."""
    test = corpus.splits.test + corpus.splits.longer
    sources, references = zip(*sentences(test), strict=True)
    translations = translate(
        model, sources, corpus.src_vocab, corpus.tgt_vocab, NUM_STEPS, batch_size=250
    )
    texts = [translation.text for translation in translations]

    def bleu_between(low: int, high: int) -> float:
        rows = [i for i, pair in enumerate(test) if low <= len(pair.source) <= high]
        return bleu([texts[i] for i in rows], [references[i] for i in rows]).score

    return Quality(
        [bleu_between(low, high) for low, high in LENGTH_CLASSES],
        bleu_between(LONG, LENGTH_CLASSES[-1][1]),
        exact_match(texts, references),
        None
        if translations[0].attention_weights is None
        else alignment_error(model, corpus.splits.test, corpus),
    )


def alignment_error(model: gluon.Block, pairs: Sequence[AlignedPair], corpus: Corpus) -> float:
    """Return the alignment error rate of a decoder that reads the references."""
    links = []
    for start in range(0, len(pairs), 100):
        batch = [([*pair.source, EOS], [*pair.target, EOS]) for pair in pairs[start : start + 100]]
        read = score(
            model,
            [corpus.src_vocab[source] for source, _ in batch],
            [corpus.tgt_vocab[target] for _, target in batch],
            corpus.tgt_vocab,
        )
        for hypothesis, (source, target) in zip(read, batch, strict=True):
            assert hypothesis.attention_weights is not None  # (target tokens, source tokens)
            links.append(alignment_from_weights(hypothesis.attention_weights, source, target))
    return alignment_error_rate(links, [pair.alignment for pair in pairs])


def train_from_same_start(seed: int, num_epochs: int) -> dict[str, list[float]]:
    """Train the models of chapters 03 and 05 from the same values on 1,000 phrase-book pairs.

    Returns:
        The losses in nats per token of each epoch, without and with attention.
    """
    src_vocab, tgt_vocab, train_iter = load_translation_data(64, 10)
    models = {}
    mx.random.seed(seed)
    for name, decoder in (("without", Seq2SeqDecoder), ("with", Seq2SeqAttentionDecoder)):
        models[name] = EncoderDecoder(
            Seq2SeqEncoder(len(src_vocab), 32, 32, 2), decoder(len(tgt_vocab), 32, 32, 2)
        )
        models[name].initialize(init.Xavier())
    copy_shared(models["without"], models["with"])
    return {
        name: train_seq2seq(model, train_iter, 0.005, num_epochs, seed=seed).losses
        for name, model in models.items()
    }


def copy_shared(plain: gluon.Block, attending: gluon.Block) -> None:
    """Give a model with attention all values of one without that it has a place for.

    In the decoder's first layer these are the columns of W that read the embedding, the last ones.
    What reads the context keeps its own values, and so does the attention.
    """
    for part in ("encoder", "decoder.embedding", "decoder.rnn", "decoder.dense"):
        blocks = [attrgetter(part)(model).collect_params() for model in (plain, attending)]
        for given, taken in zip(*(block.values() for block in blocks), strict=True):
            value, own = given.data(), taken.data()
            if value.shape != own.shape:
                value = np.concatenate([own[:, : own.shape[1] - value.shape[1]], value], axis=1)
            taken.set_data(value)
