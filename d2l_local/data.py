"""From sentence pairs to minibatches (chapter 01)."""

import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Any, overload

import numpy
from mxnet import np

from .checks import check_at_least
from .graph import as_array

Pair = tuple[str, str]
PAD, BOS, EOS, UNK = "<pad>", "<bos>", "<eos>", "<unk>"

# Tokens by which lengths are blurred before sentences are sorted into batches. With batches of
# one exact length the steps pull in different directions: after 200 epochs on 1,000 pairs of the
# real corpus, 8 to 14 of 546 sentences came out wrong (two seeds) instead of 2 to 4.
JITTER = 3.0


def load_phrase_book(num_examples: int | None = None) -> list[Pair]:
    """Return the first English–French pairs of the phrase book that comes with the package.

    The pairs are sorted by length, short ones first.

    Args:
        num_examples: how many pairs; all if None.

    Raises:
        ValueError: `num_examples` is below 1 or above the number of pairs in the book.
    """
    if num_examples is not None:
        check_at_least("num_examples", num_examples, 1)
    text = (resources.files(__package__) / "phrasebook" / "eng-fra.tsv").read_text("utf-8")
    lines = text.splitlines()
    if num_examples is not None and num_examples > len(lines):
        raise ValueError(f"num_examples is {num_examples}, but the book has {len(lines)} pairs.")
    lines = lines[:num_examples]
    return [(english, french) for english, french in (line.split("\t") for line in lines)]


def normalize(text: str) -> str:
    """Return `text` in lower case, one form per character, with a space before . , ! and ?

    >>> normalize("Wow!  Ça va ?")
    'wow ! ça va ?'
    """
    # Lower case first: it can take a letter and its accent apart.
    text = unicodedata.normalize("NFC", text.lower())
    text = re.sub(r"([.,!?])", r" \1 ", text)
    return " ".join(text.split())  # split() knows the no-break spaces of French print


def tokenize(text: str) -> list[str]:
    """Return the tokens of a sentence: the words and punctuation marks of its normal form.

    >>> tokenize("I'm OK.")
    ["i'm", 'ok', '.']
    """
    return normalize(text).split(" ") if text.strip() else []


class Vocab:
    """A two-way map between tokens and indices, frequent tokens first.

    Index 0 is `<pad>`, 1 `<bos>`, 2 `<eos>`, 3 `<unk>`; unknown tokens get index 3.

    Args:
        tokens: tokens, or lists of tokens.
        min_freq: tokens seen less often are left out.
        use_special_tokens: False leaves only `<unk>`, at index 0.
    """

    def __init__(
        self,
        tokens: Iterable[str] | Iterable[Iterable[str]],
        min_freq: int = 1,
        use_special_tokens: bool = True,
    ) -> None:
        counts: Counter[str] = Counter()
        for item in tokens:
            counts.update([item] if isinstance(item, str) else item)
        special = [PAD, BOS, EOS, UNK] if use_special_tokens else [UNK]
        # Ties in alphabetical order, so that the same data give the same indices everywhere.
        self.token_freqs = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        self.idx_to_token = special + [
            token for token, freq in self.token_freqs if freq >= min_freq and token not in special
        ]
        self.token_to_idx = {token: index for index, token in enumerate(self.idx_to_token)}
        self.unk = self.token_to_idx[UNK]
        if use_special_tokens:
            self.pad, self.bos, self.eos = (self.token_to_idx[t] for t in (PAD, BOS, EOS))

    def __len__(self) -> int:
        return len(self.idx_to_token)

    def __contains__(self, token: str) -> bool:
        return token in self.token_to_idx

    @overload
    def __getitem__(self, tokens: str) -> int: ...

    @overload
    def __getitem__(self, tokens: list[str]) -> list[int]: ...

    def __getitem__(self, tokens: str | list[str]) -> int | list[int]:
        """Return the index of a token, or the indices of a list of tokens."""
        if isinstance(tokens, str):
            return self.token_to_idx.get(tokens, self.unk)
        return [self.token_to_idx.get(token, self.unk) for token in tokens]

    @overload
    def to_tokens(self, indices: int) -> str: ...

    @overload
    def to_tokens(self, indices: Iterable[int]) -> list[str]: ...

    def to_tokens(self, indices: Any) -> str | list[str]:
        """Return the token of an index, or the tokens of several indices."""
        # An MXNet array can be iterated over, but is no Iterable to Python.
        if isinstance(indices, Iterable) or getattr(indices, "ndim", 0) > 0:
            return [self.idx_to_token[int(index)] for index in indices]
        return self.idx_to_token[int(indices)]


def pad_batch(sentences: Sequence[Sequence[int]], pad: int) -> tuple[np.ndarray, np.ndarray]:
    """Return sentences as one array padded to the longest of them, and their valid lengths.

    Returns:
        Indices (batch, longest) and valid lengths (batch,), both as float32.
    """
    lengths = [len(sentence) for sentence in sentences]
    array = numpy.full((len(sentences), max(lengths)), pad, dtype="float32")
    for row, sentence in zip(array, sentences, strict=True):
        row[: len(sentence)] = sentence
    return as_array(array), as_array(numpy.array(lengths, dtype="float32"))


class TranslationBatches:
    """Minibatches (X, X_valid_len, Y, Y_valid_len) of sentences of similar length.

    X (batch, source steps) holds the source tokens with `<eos>` at the end. Y (batch, target
    steps) holds `<bos>`, the target tokens and `<eos>`. Each batch is padded to its own longest
    sentence. The order is drawn anew on each pass, from NumPy's global random generator.

    Args:
        sources, targets: token indices of each sentence.
        batch_size: sentences in a batch; the last one takes what is left.
        pad: index of the padding token.

    Raises:
        ValueError: the batch size is below 1 or above the number of sentence pairs.
    """

    def __init__(
        self,
        sources: Sequence[Sequence[int]],
        targets: Sequence[Sequence[int]],
        batch_size: int,
        pad: int,
    ) -> None:
        check_at_least("batch_size", batch_size, 1)
        if batch_size > len(sources):
            raise ValueError(
                f"batch_size is {batch_size}, but there are only {len(sources)} sentence pairs: "
                "choose a smaller batch or more examples."
            )
        self.sources, self.targets = sources, targets
        self.batch_size, self.pad = batch_size, pad

    def __len__(self) -> int:
        """Return the number of batches in one pass."""
        return -(-len(self.sources) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        lengths = numpy.array([len(target) for target in self.targets])
        order = numpy.argsort(lengths + numpy.random.uniform(0, JITTER, len(lengths)))
        starts = numpy.arange(0, len(order), self.batch_size)
        for start in numpy.random.permutation(starts).tolist():
            rows = order[start : start + self.batch_size]
            X, X_valid_len = pad_batch([self.sources[i] for i in rows], self.pad)
            Y, Y_valid_len = pad_batch([self.targets[i] for i in rows], self.pad)
            yield X, X_valid_len, Y, Y_valid_len


def load_translation_data(
    batch_size: int,
    num_steps: int,
    num_examples: int | None = 1000,
    pairs: Sequence[Pair] | None = None,
    min_freq: int = 1,
) -> tuple[Vocab, Vocab, TranslationBatches]:
    """Return the vocabularies and the minibatches of the first pairs of a corpus.

    Args:
        batch_size: sentence pairs in a batch.
        num_steps: longest sequence, in tokens, special tokens included; longer ones are cut
            (and lose their `<eos>`), with a warning.
        num_examples: how many pairs to take; all if None.
        pairs: (source, target) sentences; the phrase book if None.
        min_freq: words seen less often become `<unk>`. With 1, every word is known.

    Returns:
        Source vocabulary, target vocabulary, minibatches.

    Raises:
        ValueError: a number is below 1, there are no pairs, or the batch is above the data.
    """
    check_at_least("num_steps", num_steps, 2)  # a target is <bos> and one token at least
    if num_examples is not None:
        check_at_least("num_examples", num_examples, 1)
    chosen = (load_phrase_book() if pairs is None else pairs)[:num_examples]
    sources = [tokenize(source) for source, _ in chosen]
    targets = [tokenize(target) for _, target in chosen]
    for number, (source, target) in enumerate(zip(sources, targets, strict=True), start=1):
        if not source or not target:
            raise ValueError(f"pair {number} has an empty sentence: {chosen[number - 1]!r}.")
    src_vocab, tgt_vocab = Vocab(sources, min_freq), Vocab(targets, min_freq)
    src = [src_vocab[[*tokens, EOS]] for tokens in sources]
    tgt = [tgt_vocab[[BOS, *tokens, EOS]] for tokens in targets]
    num_cut = sum(max(len(s), len(t)) > num_steps for s, t in zip(src, tgt, strict=True))
    if num_cut:
        warnings.warn(
            f"{num_cut} of {len(src)} sentence pairs are longer than num_steps={num_steps} "
            "tokens and were cut.",
            stacklevel=2,
        )
    src, tgt = [s[:num_steps] for s in src], [t[:num_steps] for t in tgt]
    return src_vocab, tgt_vocab, TranslationBatches(src, tgt, batch_size, src_vocab.pad)


load_data_nmt = load_translation_data  # the name in the book
