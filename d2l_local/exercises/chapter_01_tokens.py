"""Tasks of chapter 01: from sentences to tokens, and from tokens to indices."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from ..data import BOS, EOS, PAD, UNK
from .comparing import Mistake, Random, check_function, check_values
from .tasks import task

SPECIAL = [PAD, BOS, EOS, UNK]
Sentences = list[list[str]]


@task(
    "01.1",
    "A batch by hand",
    points=1,
    hints=[
        "Indices 0 to 3 are the special tokens. `.`, `home` and `run` occur twice: which comes "
        "first?",
        "The vocabulary is 4 `.`, 5 `home`, 6 `run`, 7 `!`, 8 `go`. The word `now` is not in it.",
        "`<eos>` is a real token: it stands before the padding, and the valid length counts it.",
    ],
)
def check_batch_by_hand(random: Random, rows: Any, valid_len: Any) -> None:
    mistakes = {
        "`<eos>` is missing in `rows`: each source sentence ends with it": [
            [6, 7, 0, 0],
            [8, 5, 3, 4],
        ],
        "in `rows` the first `<eos>` stands behind the padding. It ends the sentence, so it comes "
        "before the padding": [[6, 7, 0, 0, 2], [8, 5, 3, 4, 2]],
        "the padding of `rows` must be at the end of the short sentence": [
            [0, 0, 6, 7, 2],
            [8, 5, 3, 4, 2],
        ],
        "`rows` begins with `<bos>`. Only target sentences do": [
            [1, 6, 7, 2, 0, 0],
            [1, 8, 5, 3, 4, 2],
        ],
        "the rows have different lengths. Put padding at the end of the short one": [
            [6, 7, 2],
            [8, 5, 3, 4, 2],
        ],
        "words of equal frequency stand in alphabetical order, not in the order in which they "
        "come": [[4, 7, 2, 0, 0], [8, 5, 3, 6, 2]],
        "`now` is not in the vocabulary. An unknown word gets the index of `<unk>`": [
            [6, 7, 2, 0, 0],
            [8, 5, 9, 4, 2],
        ],
        "the unknown word `now` is left out of `rows`. It becomes `<unk>`": [
            [6, 7, 2, 0],
            [8, 5, 4, 2],
        ],
        "the words don't begin with index 4. Four special tokens come before them": [
            [2, 3, 2, 0, 0],
            [4, 1, 3, 0, 2],
        ],
    }
    check_values(rows, [[6, 7, 2, 0, 0], [8, 5, 3, 4, 2]], mistakes, what="`rows`")
    length_mistakes = {
        "`valid_len` does not count `<eos>`, but it is a real token": [2, 4],
        "`valid_len` counts the padding, too": [5, 5],
        "`valid_len` does not count `<unk>`. It stands for a word that is there": [3, 4],
        "`valid_len` counts the padding, not the tokens": [2, 0],
    }
    check_values(valid_len, [3, 5], length_mistakes, what="`valid_len`")


def tokenizer(
    lower: Callable[[str], str] = str.lower,
    form: Callable[[str], str] = lambda text: unicodedata.normalize("NFC", text),
    typographic: str = "'",
    apostrophe: str = "' ",
    mark: str = r" \1 ",
    marks: str = ".,!?;:",
    split: Callable[[str], list[str]] = str.split,
) -> Callable[[str], list[str]]:
    """Return the tokenizer of the task, or a variety of it that is wrong."""

    def tokens(text: str) -> list[str]:
        text = form(lower(text)).replace("’", typographic).replace("'", apostrophe)
        return split(re.sub(f"([{marks}])", mark, text))

    return tokens


def split_at_plain_spaces(text: str) -> list[str]:
    return [token for token in text.split(" ") if token]


NO_BREAK = (
    "a no-break space is still in a token. split() without an argument knows all kinds of "
    "white space"
)
TOKEN_MISTAKES = [
    Mistake("capital letters are left", tokenizer(lower=str)),
    Mistake(
        "a letter and its accent are still two characters in some words: use the form NFC",
        tokenizer(form=str),
    ),
    Mistake(
        "NFD takes letter and accent apart. NFC joins them",
        tokenizer(form=lambda text: unicodedata.normalize("NFD", text)),
    ),
    Mistake(
        "the accents are lost: where (où) has become or (ou)",
        lambda text: [
            "".join(c for c in unicodedata.normalize("NFD", token) if not unicodedata.combining(c))
            for token in tokenizer()(text)
        ],
    ),
    Mistake("the apostrophe ’ (U+2019) is not treated as '", tokenizer(typographic="’")),
    Mistake("the words behind an apostrophe are not split off", tokenizer(apostrophe="'")),
    Mistake("the apostrophe is a token of its own", tokenizer(apostrophe=" ' ")),
    Mistake("the apostrophe stands before the second word", tokenizer(apostrophe=" '")),
    Mistake("the apostrophe is lost. It stays with the first word", tokenizer(apostrophe=" ")),
    Mistake("; and : are not tokens of their own", tokenizer(marks=".,!?")),
    Mistake("the punctuation is lost. Its marks are tokens", tokenizer(mark=" ")),
    Mistake("the punctuation marks are still part of the words", tokenizer(mark=r"\1")),
    Mistake(NO_BREAK, tokenizer(split=split_at_plain_spaces)),
    Mistake(
        NO_BREAK,
        tokenizer(split=lambda text: split_at_plain_spaces(text.replace("\u00a0", " "))),
    ),
    Mistake(
        NO_BREAK,
        tokenizer(split=lambda text: split_at_plain_spaces(text.replace("\u202f", " "))),
    ),
    Mistake(
        "there are empty tokens. Runs of spaces are one space: split() without an argument",
        tokenizer(split=lambda text: re.sub(r"\s", " ", text).split(" ")),
    ),
    Mistake(
        "there are empty tokens, and no-break spaces. split() without an argument helps with both",
        tokenizer(split=lambda text: text.split(" ")),
    ),
    Mistake(
        "these are single letters. A token is a word or a mark",
        tokenizer(split=lambda text: list("".join(text.split()))),
    ),
]


@task(
    "01.2",
    "A tokenizer for French",
    points=3,
    hints=[
        'unicodedata.normalize("NFC", text.lower()) does the first two things. Then text.replace '
        "makes one apostrophe of the two.",
        "Put a space where a token ends: behind each apostrophe, and on both sides of each mark.",
        'Marks: re.sub(r"([.,!?;:])", r" \\1 ", text). At the end split() without an argument: it '
        "knows the no-break spaces.",
    ],
)
def check_french_tokens(random: Random, french_tokens: Any) -> None:
    def pick(*words: str) -> str:
        return str(random.choice(words))

    vowel = pick("ai", "adore", "habite", "écoute")
    place = pick("forêt", "fenêtre", "école", "église")
    cases = [
        (f"J'{vowel}, et toi\u202f?",),
        (f"{pick('Où', 'Là', 'Déjà')} est l’{pick('été', 'eau', 'amie')}; ici\u00a0?",),
        (unicodedata.normalize("NFD", f"Ma {place}  est {pick('très', 'à côté')}."),),
        (f"{pick('Élise', 'Noël')} dit\u00a0: {pick('non', 'oui')}\u202f!",),
        (f"Qu'{pick('as-tu', 'a-t-il')} {pick('dit', 'vu')}\u202f?!",),
    ]
    check_function(french_tokens, cases, tokenizer(), TOKEN_MISTAKES)


def vocabulary(
    kept: Callable[[list[str], int], list[str]] = lambda words, size: SPECIAL + words[: size - 4],
    order: Callable[[str, int], Any] = lambda token, count: (-count, token),
    count: Callable[[Sentences], Counter[str]] = lambda sentences: Counter(sum(sentences, [])),
) -> Callable[[Sentences, int], list[str]]:
    """Return the function that makes a vocabulary, or a variety of it that is wrong."""

    def build(sentences: Sentences, max_size: int) -> list[str]:
        counts = count(sentences)
        return kept(sorted(counts, key=lambda token: order(token, counts[token])), max_size)

    return build


TIES = "words of equal frequency must stand in alphabetical order"
VOCAB_MISTAKES = [
    Mistake(
        "`max_size` counts the special tokens, too: your vocabulary has four words too many",
        vocabulary(lambda words, size: SPECIAL + words[:size]),
    ),
    Mistake(
        "there is one word too many",
        vocabulary(lambda words, size: SPECIAL + words[: size - 3]),
    ),
    Mistake(
        "there is one word too few",
        vocabulary(lambda words, size: SPECIAL + words[: size - 5]),
    ),
    Mistake(
        "`max_size` is not used: all words are kept",
        vocabulary(lambda words, size: SPECIAL + words),
    ),
    Mistake("the special tokens are missing", vocabulary(lambda words, size: words[: size - 4])),
    Mistake("the special tokens are missing", vocabulary(lambda words, size: words[:size])),
    Mistake(
        "the special tokens stand at the end. They have the indices 0 to 3",
        vocabulary(lambda words, size: words[: size - 4] + SPECIAL),
    ),
    Mistake(f"{TIES}, not in the order in which they come", vocabulary(order=lambda t, n: -n)),
    Mistake(
        f"{TIES}. reverse=True turns that order around, too",
        vocabulary(
            lambda words, size: SPECIAL + words[::-1][: size - 4], lambda token, n: (n, token)
        ),
    ),
    Mistake("the rare words come first", vocabulary(order=lambda token, n: (n, token))),
    Mistake(
        "the words are in alphabetical order whatever their frequency",
        vocabulary(order=lambda token, n: token),
    ),
    Mistake(
        "the right words are kept, but then sorted by the alphabet. Frequent words come first",
        vocabulary(lambda words, size: SPECIAL + sorted(words[: size - 4])),
    ),
    Mistake(
        "you counted in how many sentences a word occurs. A word can occur twice in a sentence",
        vocabulary(count=lambda sentences: Counter(w for s in sentences for w in set(s))),
    ),
]


def counted_sentences(random: Random, counts: Sequence[int]) -> Sentences:
    """Return sentences with one word for each of `counts`, which occurs as often as that says."""
    pool = "the a cat dog sees hears big small red old never here now today"
    words = [str(word) for word in random.permutation(pool.split())[: len(counts)]]
    first = sorted(words, reverse=True)  # so that ties come in another order than the alphabet's
    often = [words[0]] * (counts[0] - 1)  # all in one sentence
    rest = [w for w, n in zip(words[1:], counts[1:], strict=True) for _ in range(n - 1)]
    rest = [str(word) for word in random.permutation(rest)]
    return [first, often, *(rest[i : i + 3] for i in range(0, len(rest), 3))]


@task(
    "01.3",
    "A vocabulary of limited size",
    points=2,
    hints=[
        "collections.Counter counts: counts.update(sentence) for each sentence.",
        "Sort by two things: sorted(counts, key=lambda token: (-counts[token], token)).",
        "Four of the places belong to the special tokens, so max_size - 4 words remain.",
    ],
)
def check_limited_vocab(random: Random, limited_vocab: Any) -> None:
    cases = [
        (counted_sentences(random, (5, 7, 4, 4, 3, 3, 3, 2, 1, 1)), 9),
        (counted_sentences(random, (4, 6, 5, 2, 2, 2, 2, 1)), 9),
        (counted_sentences(random, (3, 4, 2, 2)), 50),
    ]
    check_function(limited_vocab, cases, vocabulary(), VOCAB_MISTAKES)
