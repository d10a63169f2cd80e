"""Kinds of words, and the forms that they take in English and in French.

Regular forms follow from rules; a word of the lexicon states only what the rules do not give.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Gender = Literal["m", "f"]
Number = Literal["s", "p"]

# French words that begin with h and yet keep the vowel before it: "le hamster".
ASPIRATED = {"hamster", "hamsters", "haricot", "haricots", "hibou", "hiboux", "héros"}
ELIDED = {"je", "me", "te", "le", "la", "ne", "de", "que"}
BEFORE_VOWEL = {"ma": "mon", "ta": "ton", "sa": "son", "ce": "cet"}
CONTRACTED = {
    ("à", "le"): "au",
    ("à", "les"): "aux",
    ("de", "le"): "du",
    ("de", "les"): "des",
}


def starts_with_vowel(french: str) -> bool:
    """Say whether the word before `french` loses its last vowel, as in l'homme.

    >>> starts_with_vowel("homme"), starts_with_vowel("hamster")
    (True, False)
    """
    return french[0] in "aàâeéèêhiîoôuyœ" and french not in ASPIRATED


def merge(first: str, second: str) -> tuple[str, ...]:
    """Return two neighbouring French words as they are written: one word, or two.

    >>> merge("le", "homme"), merge("de", "les"), merge("ma", "école"), merge("le", "chat")
    (("l'homme",), ('des',), ('mon', 'école'), ('le', 'chat'))
    """
    if (first, second) in CONTRACTED:
        return (CONTRACTED[first, second],)
    if first == "si" and second in ("il", "ils"):
        return (f"s'{second}",)
    if starts_with_vowel(second):
        if first in ELIDED:
            return (f"{first[:-1]}'{second}",)
        return BEFORE_VOWEL.get(first, first), second
    return first, second


def _english_s(word: str) -> str:
    """Add the -s of plural nouns and of verbs with he, she or it."""
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh", "o")) else "s")


def _french_plural(word: str) -> str:
    if word.endswith("al"):
        return word[:-2] + "aux"
    if word.endswith("eau"):
        return word + "x"
    return word if word.endswith(("s", "x", "z")) else word + "s"


@dataclass(frozen=True)
class Noun:
    """A noun; its kind says what may be done with it. Plurals are regular unless given."""

    english: str
    french: str
    gender: Gender
    kind: str
    plural: str = ""
    french_plural: str = ""

    @cached_property
    def forms(self) -> dict[Number, tuple[str, str]]:
        """English and French form of the singular and of the plural.

        >>> Noun("story", "histoire", "f", "text").forms["p"]
        ('stories', 'histoires')
        """
        return {
            "s": (self.english, self.french),
            "p": (
                self.plural or _english_s(self.english),
                self.french_plural or _french_plural(self.french),
            ),
        }


@dataclass(frozen=True)
class Adjective:
    """An adjective.

    Args:
        place: where it stands beside a French noun; a colour may be the second adjective.
        fits: the kinds of noun that it describes.
        before_vowel: masculine singular before a vowel, as in "un vieil ami".
        passing: it comes and goes, and is a reason to do something: tired.
    """

    english: str
    french: str
    place: Literal["before", "after", "colour"]
    fits: str
    feminine: str = ""
    plural: str = ""
    before_vowel: str = ""
    passing: bool = False

    def form(self, gender: Gender, number: Number) -> str:
        """Return the French form.

        >>> Adjective("white", "blanc", "colour", "thing", "blanche").form("f", "p")
        'blanches'
        """
        if gender == "f":
            word = self.feminine or self.french + "e"
            return word + "s" if number == "p" else word
        return (self.plural or _french_plural(self.french)) if number == "p" else self.french


@dataclass(frozen=True)
class Phrase:
    """Words that are translated as a whole; equal digits mark words that correspond.

    Capital letters are places for other words: `Phrase("A because1 B", "A parce1 que1 B")`.
    """

    english: str
    french: str


@dataclass(frozen=True)
class Preposition:
    """A preposition, and the kinds of noun that it stands before."""

    phrase: Phrase
    fits: str


@dataclass(frozen=True)
class Verb:
    """A verb. An English particle stands behind a space: "look for".

    Args:
        subject, object: who does it, and to what: kinds of noun. No object: leave empty.
        oblique: an object that stands behind a preposition, as in "go to the market".
        past, ing: English forms; regular if empty.
        present: the French present for je, tu, il, nous, vous, ils; regular -er if empty.
        participle: French past participle, masculine singular; regular -er if empty.
        auxiliary: of the passé composé.
        tenses: those in which it is used. A verb of state is used in the "simple" present only.
        company: it may be done "with" someone.

    Raises:
        ValueError: an English form would belong to two tenses.
    """

    english: str
    french: str
    subject: str = ""
    object: str = ""
    oblique: Preposition | None = None
    past: str = ""
    ing: str = ""
    present: str = ""
    participle: str = ""
    auxiliary: Literal["avoir", "être"] = "avoir"
    tenses: str = "simple progressive past future"
    company: bool = False

    def __post_init__(self) -> None:
        if self.past == self.english and "simple" in self.tenses.split():
            raise ValueError(
                f'the past of "{self.english}" is spelled like its present, so that one English '
                'sentence would have two translations: leave "simple" out of its tenses '
                f'("{self.tenses}").'
            )

    @cached_property
    def english_forms(self) -> dict[str, str]:
        """The forms of the English verb, without its particle.

        >>> Verb("look for", "chercher").english_forms["past"]
        'looked'
        """
        base = self.english.split()[0]
        stem = base[:-1] if base.endswith("e") and not base.endswith("ee") else base
        return {
            "base": base,
            "s": "has" if base == "have" else _english_s(base),
            "past": self.past or base + ("d" if base.endswith("e") else "ed"),
            "ing": self.ing or stem + "ing",
        }

    @cached_property
    def present_forms(self) -> list[str]:
        """The French present for je, tu, il, nous, vous, ils.

        >>> Verb("work", "travailler").present_forms[3]
        'travaillons'
        """
        endings = ("e", "es", "e", "ons", "ez", "ent")
        return self.present.split() or [self.french[:-2] + ending for ending in endings]

    def participle_form(self, gender: Gender, number: Number) -> str:
        """Return the French past participle in agreement.

        >>> Verb("work", "travailler").participle_form("f", "p")
        'travaillées'
        """
        word = self.participle or self.french[:-2] + "é"
        word += "e" if gender == "f" else ""
        return _french_plural(word) if number == "p" else word


@dataclass(frozen=True)
class Pronoun:
    """A personal pronoun.

    Args:
        english: subject and object form.
        french: subject, direct object, indirect object and stressed form ("avec moi").
        slot: which of a verb's six forms it takes: 0 je, 1 tu, 2 il, 3 nous, 4 vous, 5 ils.
        gender, number: those of the words that agree with it.
    """

    english: tuple[str, str]
    french: tuple[str, str, str, str]
    slot: int
    gender: Gender
    number: Number


@dataclass(frozen=True)
class Determiner:
    """A determiner: English singular and plural; French m. and f. singular, m. and f. plural."""

    english: tuple[str, str]
    french: tuple[str, str, str, str]
