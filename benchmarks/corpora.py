"""The workloads A and B of the tables, and those by which one size grows at a time."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy

import d2l_local as d2l

from .workloads import Workload

HELD_OUT = 10  # every tenth pair is kept out where a held-out loss is measured


def workload_a(corpus: Path | None, num_pairs: int = 1000, hold_out: bool = False) -> Workload:
    """Return the first pairs of the corpus (the phrase book if None) and a small model."""
    pairs = d2l.load_phrase_book(num_pairs) if corpus is None else d2l.read_pairs(corpus, num_pairs)
    held = pairs[::HELD_OUT] if hold_out else []
    kept = [pair for i, pair in enumerate(pairs) if i % HELD_OUT] if hold_out else pairs
    return _workload("A", kept, held, 32, 32, 2, 64, 10)


def workload_b(num_pairs: int = 640) -> Workload:
    """Return sentences of 3 to 28 random words and a model of a realistic size."""
    pairs = synthetic_pairs(num_pairs, 3, 28, words=7996)  # with the special tokens 8,000
    return _workload("B", pairs, [], 256, 256, 1, 128, 30)


def growth(quick: bool) -> dict[str, list[tuple[int, Workload]]]:
    """Return workloads in which one size grows and the others stay."""

    def grown(pairs: int = 512, length: int = 8, words: int = 800, hidden: int = 32) -> Workload:
        text = synthetic_pairs(pairs, length, length, words)
        return _workload("growth", text, [], hidden, hidden, 2, 64, length + 2)

    if quick:
        return {"hidden units": [(size, grown(pairs=128, hidden=size)) for size in (8, 16)]}
    return {
        "words in a sentence": [(size, grown(length=size)) for size in (5, 10, 20, 40)],
        "words in the vocabulary": [(size, grown(words=size)) for size in (500, 1000, 2000, 4000)],
        "hidden units": [(size, grown(hidden=size)) for size in (32, 64, 128, 256)],
        "sentence pairs": [(size, grown(pairs=size)) for size in (256, 512, 1024, 2048)],
    }


def synthetic_pairs(num: int, shortest: int, longest: int, words: int) -> list[d2l.data.Pair]:
    """Return pairs of random words; each word occurs if the sentences have room for all."""
    random = numpy.random.RandomState(0)
    lengths = random.randint(shortest, longest + 1, (num, 2))
    lengths[:, 1] = numpy.clip(lengths[:, 0] + random.randint(-2, 3, num), shortest, longest)

    def sentences(sizes: numpy.ndarray) -> list[str]:
        total = int(sizes.sum())
        drawn = numpy.concatenate([random.permutation(words), random.randint(0, words, total)])
        parts = numpy.split(random.permutation(drawn[:total]), numpy.cumsum(sizes)[:-1])
        return [" ".join(f"w{word}" for word in part) for part in parts]

    return list(zip(sentences(lengths[:, 0]), sentences(lengths[:, 1]), strict=True))


def _workload(
    name: str,
    pairs: Sequence[d2l.data.Pair],
    held: Sequence[d2l.data.Pair],
    embed_size: int,
    num_hiddens: int,
    num_layers: int,
    batch_size: int,
    num_steps: int,
) -> Workload:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* were cut")  # for all peers alike
        src_vocab, tgt_vocab, batches = d2l.load_translation_data(
            batch_size, num_steps, None, pairs=pairs
        )
    eos, bos = d2l.data.EOS, d2l.data.BOS
    held_sources = [src_vocab[[*d2l.tokenize(source), eos]] for source, _ in held]
    held_targets = [tgt_vocab[[bos, *d2l.tokenize(target), eos]] for _, target in held]
    return Workload(
        name,
        [list(pair) for pair in pairs],
        [list(source) for source in batches.sources],
        [list(target) for target in batches.targets],
        [source[:num_steps] for source in held_sources],
        [target[:num_steps] for target in held_targets],
        len(src_vocab),
        len(tgt_vocab),
        embed_size,
        num_hiddens,
        num_layers,
        batch_size,
        num_steps,
    )
