"""Who and what a random sentence is about, and which pronouns may stand for them.

English hides what French shows, such as the gender of "they". For one translation per sentence,
whatever English hides must follow from the English words:

* "they" are the people or animals named last in the plural; if there are none, men;
* "it" as an object is the thing that was an object last, "it" as a subject the last subject;
* "them" is said only of what was named last in the plural, or of men if nothing was;
* "you" depends on the name or title at the beginning; I, we and friends are men.
"""

import random
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from d2l_local.grammar.inflection import Adjective, Noun, Number, Preposition, Pronoun, Verb
from d2l_local.grammar.lexicon import ADJECTIVES, NOUNS, POSSESSIVES, PRONOUNS, SUITABLE, kinds
from d2l_local.grammar.meaning import Both, NounPhrase, Place, Referent

SEVERAL = ("two", "three", "many")
INDEFINITE = ("a", "some", *SEVERAL)
DEFINITE = ("the", "this", "own")
HUMAN, ANIMATE, UNCOUNTABLE = kinds("human"), kinds("animate"), kinds("food drink")
SINGULAR = UNCOUNTABLE | kinds("place home name")
OWNED = kinds("animal goods text family")
AnyWord = TypeVar("AnyWord", Noun, Verb, Adjective)


@cache
def nouns(wanted: frozenset[str]) -> list[Noun]:
    """Return the nouns of the kinds `wanted`."""
    return [noun for noun in NOUNS if noun.kind in wanted]


@cache
def adjectives(kind: str) -> list[Adjective]:
    """Return the adjectives that describe nouns of a kind."""
    return [adjective for adjective in ADJECTIVES if kind in kinds(adjective.fits)]


class Scene:
    """The memory of one sentence.

    Args:
        rng: the source of all randomness.
        detail: how often something gets what it could do without, from 0 to 1.
    """

    def __init__(self, rng: random.Random, detail: float) -> None:
        self.rng, self.detail = rng, detail
        self.you = "you"
        self.used: set[str] = set()
        self.plurals: list[NounPhrase | Both] = []
        # What "it" refers to, as a subject and as an object.
        self.subject_thing: NounPhrase | None = None
        self.object_thing: NounPhrase | None = None

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def pick(self, words: Sequence[AnyWord]) -> AnyWord:
        """Choose a word, if possible one that the sentence does not have yet."""
        for _ in range(10):
            word = self.rng.choice(words)
            if word.english not in self.used:
                break
        self.used.add(word.english)
        return word

    def kind(self, referent: Referent) -> str:
        """Return the kind of noun that someone or something belongs to."""
        if isinstance(referent, NounPhrase):
            return referent.noun.kind
        if isinstance(referent, Pronoun):
            if referent.english[0] == "it" and self.subject_thing:
                return self.subject_thing.noun.kind
            if referent.english[0] == "they" and self.animates():
                return self.kind(self.animates()[-1])
        return "name"

    def animates(self) -> list[NounPhrase | Both]:
        return [plural for plural in self.plurals if self.kind(plural) in ANIMATE]

    def noun_phrase(
        self,
        wanted: frozenset[str],
        determiners: Sequence[str],
        in_general: bool = False,
        is_single: bool = False,
    ) -> NounPhrase:
        """Return a noun of one of the kinds `wanted` with one of the determiners that suit it.

        Args:
            in_general: "books" and never "a book".
            is_single: no plural.
        """
        noun = self.pick(nouns(wanted))
        kind = noun.kind
        if kind == "name":
            return NounPhrase(noun, "")
        suitable = [d for d in SUITABLE[kind].split() if d in determiners] or determiners
        determiner = self.rng.choice(suitable)
        is_plural = kind not in SINGULAR and not is_single and self.chance(0.4)
        is_plural |= determiner in (*SEVERAL, "how many") or (in_general and determiner == "a")
        number: Number = "p" if is_plural else "s"
        described: list[Adjective] = []
        if self.chance(self.detail * 0.6):
            lasting = [a for a in adjectives(kind) if not a.passing or self.chance(0.3)]
            described.append(self.pick(lasting))
            colours = [a for a in adjectives(kind) if a.place == "colour"]
            if described[0].place == "before" and colours and self.chance(0.3):
                described.append(self.rng.choice(colours))
        owner = None
        if determiner in ("the", "own") and kind in OWNED and self.chance(self.detail * 0.25):
            owner = self.noun_phrase(HUMAN, ("the", "own"), is_single=True)
        if determiner == "own":
            determiner = self.possessive()
        phrase = NounPhrase(noun, determiner, number, tuple(described), owner)
        if is_plural:
            self.plurals.append(phrase)
        return phrase

    def possessive(self) -> str:
        possessive = self.rng.choice(POSSESSIVES)
        if possessive == "your":
            return "your tu" if self.you.startswith("tu") else "your vous"
        return possessive

    def subject(
        self, wanted: frozenset[str] = ANIMATE, asked: bool = False, but: Referent | None = None
    ) -> Referent:
        """Return a person, or another of the kinds `wanted`, to talk about.

        Args:
            asked: the sentence is a question; nobody asks what they do themselves.
            but: someone else, if it is I, you or we.
        """
        if self.chance(0.55):
            names = ["he", "she", "we", "they", "you", "you"]
            names += ["you"] * 5 + ["we"] if self.you != "you" else []
            names += ["i"] * (4 if self.you != "you" else 2) if not asked else []
            name = self.rng.choice(names)
            if isinstance(but, Pronoun) and name in but.english:
                name = "she"
            if name == "they" and self.kind(self.they()) in wanted:
                return self.they()
            name = "he" if name == "they" else name
            return PRONOUNS[self.you if name == "you" else name]
        if self.chance(0.4):
            first = self.noun_phrase(frozenset({"name"}), ())
            if self.chance(0.15):
                both = Both(first, self.noun_phrase(frozenset({"name"}), ()))
                self.plurals.append(both)
                return both
            return first
        subject = self.noun_phrase(wanted - {"name"}, DEFINITE)
        if subject.noun.kind == "animal" and subject.number == "s":
            self.subject_thing = subject
        return subject

    def they(self) -> Pronoun:
        animates = self.animates()
        return PRONOUNS[f"they {animates[-1].gender if animates else 'm'}"]

    def back_reference(self, referent: Referent) -> Referent:
        """Return a pronoun for the subject of another clause, or a new subject."""
        if isinstance(referent, Pronoun):
            return self.they() if referent.english[0] == "they" else referent
        if referent.number == "p" and self.kind(referent) in ANIMATE:
            return self.they()
        if self.kind(referent) in HUMAN:
            return PRONOUNS["he" if referent.gender == "m" else "she"]
        if referent is self.subject_thing:
            return PRONOUNS[f"it {referent.gender}"]
        return self.subject()

    def person_pronoun(self, agent: Referent) -> Pronoun:
        """Return a pronoun for a person who is not the `agent`, the one who acts."""
        names = ["he", "she"]
        names += ["i", "i", "we"] if agent.slot not in (0, 3) else []
        names += [self.you] * (5 if self.you != "you" else 1) if agent.slot not in (1, 4) else []
        return PRONOUNS[self.rng.choice(names)]

    def object_pronoun(self, wanted: frozenset[str], agent: Referent) -> Pronoun | None:
        """Return a direct object that was named before, or a person; None if there is neither."""
        is_it = isinstance(agent, Pronoun) and agent.english[0] == "it"
        thing = self.object_thing
        if thing and thing.noun.kind in wanted and thing is not agent and not is_it:
            return PRONOUNS[f"it {thing.gender}"]
        if self.plurals and agent.slot != 5 and self.kind(self.plurals[-1]) in wanted:
            return PRONOUNS[f"they {self.plurals[-1].gender}"]
        if "person" not in wanted:
            return None
        if not self.plurals and agent.slot != 5 and self.chance(0.2):
            return PRONOUNS["they m"]
        return self.person_pronoun(agent)

    def place(self, prepositions: Sequence[Preposition], agent: Referent | None = None) -> Place:
        """Return a preposition with a noun, or with a pronoun for someone other than `agent`."""
        preposition = self.rng.choice(prepositions)
        if agent and self.chance(0.4):
            return Place(preposition.phrase, self.person_pronoun(agent))
        return Place(preposition.phrase, self.noun_phrase(kinds(preposition.fits), DEFINITE))
