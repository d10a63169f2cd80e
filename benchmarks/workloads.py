"""What is trained and translated, in plain numbers that every peer can read.

This module needs NumPy only: the environment of PyTorch has no MXNet.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy

PAD, BOS, EOS, UNK = range(4)
JITTER = 3.0  # tokens by which lengths are blurred before sorting, as in d2l_local.data
LEARNING_RATE = 0.005

Sentences = list[list[int]]


@dataclass(frozen=True)
class Workload:
    """Sentence pairs and the size of the model that learns them."""

    name: str
    pairs: list[list[str]]
    """The training pairs as text; `sources` and `targets` are the same sentences."""
    sources: Sentences
    """Token indices, `<eos>` at the end."""
    targets: Sentences
    """Token indices, `<bos>` at the beginning, `<eos>` at the end."""
    held_sources: Sentences
    held_targets: Sentences
    src_vocab: int
    tgt_vocab: int
    embed_size: int
    num_hiddens: int
    num_layers: int
    batch_size: int
    num_steps: int
    """The most tokens of a sequence, special tokens included."""

    @property
    def num_tokens(self) -> int:
        """The real target tokens of an epoch: what is predicted, `<eos>` included, no padding."""
        return sum(len(target) - 1 for target in self.targets)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Workload":
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def padded(sentences: Sentences, num_steps: int | None = None) -> numpy.ndarray:
    """Return (sentences, steps) of token indices, padded to `num_steps` or to the longest."""
    steps = num_steps or max(len(sentence) for sentence in sentences)
    array = numpy.full((len(sentences), steps), PAD, dtype="int64")
    for row, sentence in zip(array, sentences, strict=True):
        row[: len(sentence)] = sentence
    return array


def rows_of_batches(
    targets: Sentences, batch_size: int, by_length: bool, random: numpy.random.RandomState
) -> Iterator[list[int]]:
    """Yield the rows of each batch: sentences of similar length together, or any."""
    lengths = numpy.array([len(target) for target in targets])
    keys = random.uniform(0, JITTER, len(lengths))
    order = numpy.argsort(lengths + keys if by_length else keys)
    for start in random.permutation(numpy.arange(0, len(order), batch_size)).tolist():
        yield order[start : start + batch_size].tolist()


def learning_rate(epoch: int, num_epochs: int) -> float:
    """Return the rate of `d2l_local.train_seq2seq`: level, then falling over the last quarter."""
    return LEARNING_RATE * min(1.0, (1 - epoch / num_epochs) / 0.25)


def initial_weights(workload: Workload, attention: bool, seed: int = 0) -> dict[str, numpy.ndarray]:
    """Return the values from which this package's model and PyTorch's both start."""
    random = numpy.random.RandomState(seed)
    embed, hidden = workload.embed_size, workload.num_hiddens

    def matrix(rows: int, columns: int) -> numpy.ndarray:
        bound = (6 / (rows + columns)) ** 0.5  # Glorot & Bengio, 2010
        return random.uniform(-bound, bound, (rows, columns)).astype("float32")

    weights: dict[str, numpy.ndarray] = {}
    for side, words in (("encoder", workload.src_vocab), ("decoder", workload.tgt_vocab)):
        weights[f"{side}.embedding"] = random.normal(size=(words, embed)).astype("float32")
        for layer in range(workload.num_layers):
            columns = embed if layer == 0 else hidden
            if side == "decoder" and layer == 0 and attention:
                columns += hidden
            weights[f"{side}.W{layer}"] = matrix(4 * hidden, columns)
            weights[f"{side}.U{layer}"] = matrix(4 * hidden, hidden)
            bias = numpy.zeros(4 * hidden, dtype="float32")
            bias[hidden : 2 * hidden] = 1  # the forget gate starts open
            weights[f"{side}.b{layer}"] = bias
    if attention:
        weights |= {"W_q": matrix(hidden, hidden), "W_k": matrix(hidden, hidden)}
        weights["v"] = matrix(1, hidden)
    weights["dense"] = matrix(workload.tgt_vocab, hidden)
    weights["dense_bias"] = numpy.zeros(workload.tgt_vocab, dtype="float32")
    return weights
