"""The open task of chapter 02: an encoder that tells words apart by four numbers."""

from typing import Any

import numpy

from ..data import Vocab, pad_batch
from .chapter_02_encoders import check_is_class
from .comparing import Array, Random, plain, same
from .running import call
from .tasks import Wrong, task


def words_to_tell_apart(random: Random) -> list[str]:
    """Return different words of up to eight letters; many pairs differ in one respect only."""
    consonants = list("bcdfghjklmnpqrstvwxz")  # no real words come out
    letters = [str(letter) for letter in random.permutation(consonants)]
    a, b, c, d, e, f, *_ = letters
    words = {a + b + c + d, d + c + b + a, b + a + c + d}  # another order
    words |= {letter + a + b + c + d for letter in (e, f)}  # the same end
    words |= {a + b + c + d + letter for letter in (e, f)}  # the same beginning
    words |= {a, a + a, a + a + a, b + e, b + e + e}  # repeated letters
    seven = "".join(letters[7:14])
    words |= {seven + e, seven + f, e + seven, f + seven}  # the same but for one end
    for _ in range(40):
        words.add("".join(str(x) for x in random.choice(letters, 8)))
    return sorted(words, key=lambda word: (len(word), word))


def why_confused(first: str, second: str) -> str:
    """Say what an encoder has lost that gives these two words the same memory."""
    if sorted(first) == sorted(second):
        return "the order of the letters is lost"
    if set(first) == set(second):
        return "it is lost how often a letter occurs"
    if len(first) == 8 and (first[:7] == second[:7] or first[1:] == second[1:]):
        return "one letter is rounded away. float32 holds whole numbers up to 16,777,216 exactly"
    if first[-4:] == second[-4:]:
        return "the beginning of the word is forgotten"
    if first[:4] == second[:4]:
        return "the end of the word is forgotten"
    return "what differs is lost"


@task(
    "02.8",
    "Open: a word in four numbers",
    points=3,
    hints=[
        "How can one number hold two letters? Think of the two digits of 47.",
        "There are fewer than 30 indices. first * 30 + second is different for each pair.",
        "Eight letters in four numbers: put two into each. Make padding and missing letters 0 "
        "first.",
    ],
)
def check_own_encoder(random: Random, MyEncoder: Any) -> None:
    check_is_class(MyEncoder)
    words = words_to_tell_apart(random)
    vocab = Vocab("abcdefghijklmnopqrstuvwxyz")
    encoder = call(MyEncoder)

    def encode(some_words: list[str], padding: int = 0) -> Array:
        X, valid_len = pad_batch([vocab[[*word, "<eos>"]] for word in some_words], vocab.pad)
        X = numpy.pad(X.asnumpy(), ((0, 0), (0, padding)))
        memory = plain(
            call(lambda X, valid_len: encoder(X, valid_len), X, valid_len.asnumpy()),
            numpy.empty(0),
        )
        if memory.ndim != 2 or len(memory) != len(X) or not 1 <= memory.shape[1] <= 4:
            raise Wrong(
                f"for {len(X)} words the memory has shape {memory.shape}, but (batch, at most 4) "
                f"is expected, here ({len(X)}, 4) or less"
            )
        if not numpy.isfinite(memory).all():
            raise Wrong("some numbers are not finite. Did they become too large?")
        return memory.astype("float32")

    memory = encode(words)
    if not same(encode(words), memory):
        raise Wrong("two calls give the same words different numbers. Is there randomness in it?")
    if not same(encode(words, padding=3), memory):
        raise Wrong("the numbers change with the amount of padding. Use `valid_len`")
    for i in (0, len(words) // 2, len(words) - 1):
        if not same(encode(words[i : i + 1]), memory[i : i + 1]):
            raise Wrong(
                f"the numbers of {words[i]!r} change when the other words of its batch are gone"
            )
    seen: dict[tuple[float, ...], str] = {}
    for word, row in zip(words, memory.tolist(), strict=True):
        other = seen.setdefault(tuple(row), word)
        if other != word:
            raise Wrong(f"{other!r} and {word!r} get the same numbers: {why_confused(other, word)}")
