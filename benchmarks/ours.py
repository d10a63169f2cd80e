"""This package, through its public functions only."""

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

import d2l_local as d2l  # before MXNet, which reads what the package sets for its threads

# isort: split
import mxnet as mx
import numpy
from mxnet import np, npx

from .workloads import LEARNING_RATE, Workload, initial_weights


class Clock:
    """Batches that know how long each pass over them took, training included.

    The held-out loss is measured between two passes, while the clock stands still.
    """

    def __init__(self, batches: d2l.TranslationBatches, measure: Any = None) -> None:
        self.batches, self.measure = batches, measure
        self.seconds: list[float] = []
        self.losses: list[float] = []
        self.started: float | None = None

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        self.stop()
        self.started = time.perf_counter()
        yield from self.batches

    def stop(self) -> None:
        """End the pass that is under way, if there is one."""
        if self.started is not None:
            mx.npx.waitall()
            self.seconds.append(time.perf_counter() - self.started)
            self.started = None
            if self.measure is not None:
                self.losses.append(self.measure())


class Peer:
    """This package's model and what the benchmark asks of it."""

    def __init__(self, workload: Workload, attention: bool = True, by_length: bool = True) -> None:
        if not by_length:
            raise ValueError("by_length is False, but this package sorts sentences by length.")
        self.workload, self.attention = workload, attention
        pairs = [(source, target) for source, target in workload.pairs]
        self.src_vocab, self.tgt_vocab, self.batches = d2l.load_translation_data(
            workload.batch_size, workload.num_steps, None, pairs=pairs
        )
        self.model = self._new_model()

    def _new_model(self) -> d2l.EncoderDecoder:
        work = self.workload
        sizes = (work.embed_size, work.num_hiddens, work.num_layers)
        decoder_class = d2l.Seq2SeqAttentionDecoder if self.attention else d2l.Seq2SeqDecoder
        encoder = d2l.Seq2SeqEncoder(work.src_vocab, *sizes)
        decoder = decoder_class(work.tgt_vocab, *sizes)
        model = d2l.EncoderDecoder(encoder, decoder)
        model.initialize()
        set_weights(model, initial_weights(work, self.attention))
        return model

    def train(self, epochs: int) -> list[float]:
        """Train for one epoch to warm up and `epochs` more; return the seconds of each of these."""
        clock = Clock(self.batches)
        d2l.train_seq2seq(self.model, clock, LEARNING_RATE, 1 + epochs)
        clock.stop()
        return clock.seconds[1:]

    def learn(self, epochs: int) -> list[list[float]]:
        """Train anew; return seconds of training so far and held-out loss after each epoch."""
        model = self._new_model()
        work = self.workload
        clock = Clock(self.batches, lambda: loss(model, work.held_sources, work.held_targets))
        d2l.train_seq2seq(model, clock, LEARNING_RATE, epochs)
        clock.stop()
        self.model = model
        so_far = numpy.cumsum(clock.seconds).tolist()
        return [list(point) for point in zip(so_far, clock.losses, strict=True)]

    def first_loss(self) -> float:
        """Return the loss of the initial weights on the first batch, in nats per token."""
        size, work = self.workload.batch_size, self.workload
        return loss(self._new_model(), work.sources[:size], work.targets[:size])

    def translate(self, num: int, how: str = "greedy") -> dict[str, float]:
        """Translate `num` training sentences; return the seconds and the tokens."""
        texts = [source for source, _ in self.workload.pairs[:num]]
        vocabs = (self.src_vocab, self.tgt_vocab, self.workload.num_steps)
        found: Sequence[d2l.Translation]
        start = time.perf_counter()
        if how == "one by one":
            found = [d2l.predict_seq2seq(self.model, text, *vocabs) for text in texts]
        else:
            beam_size = {"greedy": 1, "beam of 4": 4}[how]
            found = d2l.translate(self.model, texts, *vocabs, beam_size=beam_size)
        seconds = time.perf_counter() - start
        eos = d2l.data.EOS
        written = sum(len(t.target_tokens) - (t.target_tokens[-1] == eos) for t in found)
        return {"seconds": seconds, "tokens": written}

    def matrix_products(self) -> dict[str, float]:
        """Return the billions of floating-point operations a second that products reach."""
        size = 1024
        a, b = np.random.uniform(size=(2, size, size))
        products = {
            "npx.fully_connected": lambda: npx.fully_connected(a, b, num_hidden=size, no_bias=True),
            "np.dot": lambda: np.dot(a, b),
        }
        reached = {}
        for name, product in products.items():
            seconds = []
            for _ in range(10):
                start = time.perf_counter()
                product().wait_to_read()
                seconds.append(time.perf_counter() - start)
            reached[name] = 2 * size**3 / min(seconds) / 1e9
        return reached


def set_weights(model: d2l.EncoderDecoder, weights: dict[str, numpy.ndarray]) -> None:
    """Give the model the values of `initial_weights`."""
    named: dict[str, Any] = {"dense": model.decoder.dense.weight}
    named["dense_bias"] = model.decoder.dense.bias
    for side in ("encoder", "decoder"):
        block = getattr(model, side)
        named[f"{side}.embedding"] = block.embedding.weight
        for layer in range(block.rnn.num_layers):
            for letter in "WUb":
                named[f"{side}.{letter}{layer}"] = getattr(block.rnn, f"{letter}{layer}")
    if "W_q" in weights:
        for name in ("W_q", "W_k", "v"):
            named[name] = getattr(model.decoder.attention, name).weight
    for name, values in weights.items():
        named[name].set_data(np.array(values))


def loss(model: d2l.EncoderDecoder, sources: list[list[int]], targets: list[list[int]]) -> float:
    """Return the loss of sentences in nats per token."""
    X, X_valid_len = d2l.pad_batch(sources, 0)
    Y, Y_valid_len = d2l.pad_batch(targets, 0)
    return math.log(d2l.perplexity(model, [(X, X_valid_len, Y, Y_valid_len)]))
