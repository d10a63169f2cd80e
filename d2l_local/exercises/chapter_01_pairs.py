"""Tasks of chapter 01: read a file of pairs, and measure what a vocabulary leaves out."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from ..data import load_phrase_book, tokenize
from .comparing import Mistake, Random, check_function, check_values
from .running import call
from .tasks import Wrong, task

Sentences = list[list[str]]


def reader(
    columns: Callable[[list[str]], tuple[str, ...]] = lambda parts: (parts[0], parts[1]),
    forms: tuple[int, ...] = (2, 3),
    more: int = 0,
    blank_lines_count: bool = False,
) -> Callable[[list[str], int], list[tuple[str, ...]]]:
    """Return the function that reads pairs, or a variety of it that is wrong."""

    def read(lines: list[str], num_examples: int) -> list[tuple[str, ...]]:
        if not blank_lines_count:
            lines = [line for line in lines if line]
        rows = [line.split("\t") for line in lines[: num_examples + more]]
        return [columns(parts) for parts in rows if len(parts) in forms]

    return read


THIRD_COLUMN = "the lines with a third column are left out, so a newer file gives an empty list"
READING_MISTAKES = [
    *(
        Mistake(THIRD_COLUMN, reader(forms=(2,), more=more, blank_lines_count=blank))
        for more in (0, 1)
        for blank in (True, False)
    ),
    Mistake(
        "now the lines with two columns are left out. Both forms are allowed", reader(forms=(3,))
    ),
    Mistake(
        "the third column is in the result. A pair has two sentences",
        reader(columns=lambda parts: tuple(parts)),
    ),
    Mistake(
        "the attribution has become the translation: the last column isn't always the second",
        reader(columns=lambda parts: (parts[0], parts[-1])),
    ),
    Mistake("the two languages are exchanged", reader(columns=lambda parts: (parts[1], parts[0]))),
    Mistake(
        "there is one example too many: positions count from 0",
        reader(more=1),
    ),
    Mistake("there is one example too many", reader(more=1, blank_lines_count=True)),
    Mistake("there is one example too few", reader(more=-1)),
    Mistake(
        "a blank line is counted as an example. Count the pairs, not the lines",
        reader(blank_lines_count=True),
    ),
    Mistake("`num_examples` is not used", lambda lines, n: reader()(lines, len(lines))),
]


@task(
    "01.5",
    "Find the bug: the empty data set",
    points=2,
    hints=[
        "There are three faults. Two of them are in the cell's output: one line too many, and no "
        "line at all. The third concerns a blank line.",
        "Compare len(pairs), not the number of the line, with num_examples.",
        "Use columns[0] and columns[1] if there are two or three columns. Otherwise: "
        'raise ValueError(f"expected two or three columns: {line!r}").',
    ],
)
def check_third_column(random: Random, mended_reader: Any) -> None:
    def lines(*columns: int) -> list[str]:
        """Return a line with each number of columns; 0 is a blank line."""
        identities = [int(i) for i in random.integers(1000, 10000, len(columns))]
        parts = [
            [f"Number {i}.", f"Numéro {i}.", f"CC-BY 2.0 (France) tatoeba.org #{i}"]
            for i in identities
        ]
        return ["\t".join(p[:n]) for p, n in zip(parts, columns, strict=True)]

    cases = [
        (lines(3, 3, 3, 3, 3), 3),
        (lines(2, 3, 2, 2, 3, 2), 4),
        (lines(2, 0, 3, 2, 2, 3), 3),
        (lines(2, 2, 2), 3),
        (lines(3), 1),
    ]
    check_function(mended_reader, cases, reader(), READING_MISTAKES)
    for form, broken in (("without a tab", "No tab here."), ("of four columns", "a\tb\tc\td")):
        try:
            call(mended_reader, [*lines(2, 3), broken, *lines(2)], 4)
        except Wrong as problem:
            error = problem.__context__
            if not isinstance(error, ValueError):
                raise Wrong(f"a line {form} should raise a ValueError, but {problem}") from None
            if broken.replace("\t", "\\t") not in str(error).replace("\t", "\\t"):
                raise Wrong(
                    f"for a line {form} your ValueError says {str(error)!r}. Put the line into the "
                    "message: who reads it must find the line in a file of 100,000"
                ) from None
        else:
            raise Wrong(
                f"the right pairs are read, but a line {form} is passed over in silence. Raise a "
                "ValueError: silence is how the data set became empty"
            )


def flat(sentences: Sentences) -> list[str]:
    return [token for sentence in sentences for token in sentence]


def lost(sentence: list[str], known: set[str]) -> int:
    return sum(token not in known for token in sentence)


def share(
    corpus: Callable[[Sentences, Sentences], Sentences] = lambda train, test: train,
    measure: Callable[[Sentences, set[str]], float] = lambda test, known: (
        lost(flat(test), known) / len(flat(test))
    ),
    more: int = 0,
) -> Callable[[Sentences, Sentences, int], float]:
    """Return the function that computes the share of `<unk>`, or a wrong variety of it."""

    def compute(train: Sentences, test: Sentences, min_freq: int) -> float:
        counts = Counter(flat(corpus(train, test)))
        return measure(test, {w for w, count in counts.items() if count >= min_freq + more})

    return compute


SHARE_MISTAKES = [
    Mistake(
        "you counted each word once. Count the places where it stands: a word that occurs three "
        "times is lost three times",
        share(measure=lambda test, known: lost(list(set(flat(test))), known) / len({*flat(test)})),
    ),
    Mistake(
        "this is the share of the words that are known",
        share(measure=lambda test, known: 1 - lost(flat(test), known) / len(flat(test))),
    ),
    Mistake(
        "a word that occurs exactly `min_freq` times stays in the vocabulary: compare with >=",
        share(more=1),
    ),
    Mistake("`min_freq` is not used, or is one too low", share(more=-1)),
    Mistake(
        "the vocabulary is made of `test`. It must be made of `train`",
        share(corpus=lambda train, test: test),
    ),
    Mistake(
        "the vocabulary is made of `train` and `test`. At training time nobody has seen `test`",
        share(corpus=lambda train, test: train + test),
    ),
    Mistake(
        "you measured the loss in `train`. Count in `test`",
        lambda train, test, min_freq: share()(train, train, min_freq),
    ),
    Mistake(
        "this is the share of the sentences that lose a word. Count tokens",
        share(measure=lambda test, known: sum(lost(s, known) > 0 for s in test) / len(test)),
    ),
    Mistake(
        "this is the mean of the shares of the sentences. A long sentence has more tokens, and "
        "must count more",
        share(measure=lambda test, known: sum(lost(s, known) / len(s) for s in test) / len(test)),
    ),
    Mistake(
        "this is a number of tokens. Divide it by the number of all tokens in `test`",
        share(measure=lambda test, known: lost(flat(test), known)),
    ),
    Mistake(
        "this is a percentage. A share lies between 0 and 1",
        share(measure=lambda test, known: 100 * lost(flat(test), known) / len(flat(test))),
    ),
    Mistake(
        "you divided by the number of sentences. Divide by the number of tokens",
        share(measure=lambda test, known: lost(flat(test), known) / len(test)),
    ),
]


@task(
    "01.6",
    "What `<unk>` costs",
    points=3,
    hints=[
        "Count the tokens of `train` with collections.Counter. Known are those that occur at "
        "least `min_freq` times.",
        "Then go through all tokens of `test`: a counter for all, a counter for the unknown ones.",
        "For the phrase book: unknown_share(english, english, 3), and the same with french.",
    ],
)
def check_unknown_share(
    random: Random, unknown_share: Any, english_share: Any, french_share: Any
) -> None:
    def corpus(words: str, chances: list[float], sizes: tuple[int, ...]) -> Sentences:
        return [[str(w) for w in random.choice(list(words), n, p=chances)] for n in sizes]

    chances = [0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03]
    cases = []
    for min_freq in (3, 2, 4):
        train = [*corpus("abcdefghij", chances, (6, 9, 4, 7, 5)), ["s"] * min_freq]
        test = [*corpus("abcdefghij", chances, (3, 12, 5)), ["x", "s", "x"], ["s", "y"]]
        cases.append((train, test, min_freq))
    check_function(unknown_share, cases, share(), SHARE_MISTAKES)
    for side, name, answer in (
        (0, "english_share", english_share),
        (1, "french_share", french_share),
    ):
        sentences = [tokenize(pair[side]) for pair in load_phrase_book(1000)]
        causes = {str(m.cause): m.result(sentences, sentences, 3) for m in SHARE_MISTAKES}
        causes = {f"`{name}`: {cause}": result for cause, result in causes.items()}
        check_values(answer, share()(sentences, sentences, 3), causes, what=f"`{name}`")
