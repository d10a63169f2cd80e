"""What a sentence means: the input from which both of its languages are written."""

from dataclasses import dataclass

from d2l_local.grammar.inflection import Adjective, Gender, Noun, Number, Phrase, Pronoun, Verb


@dataclass(frozen=True)
class NounPhrase:
    """A noun with what belongs to it; the owner takes the place of a determiner.

    A relative clause without a subject is about the noun as subject ("who sleeps"), one with a
    subject about the noun as direct object ("that he sees").
    """

    noun: Noun
    determiner: str = "the"
    number: Number = "s"
    adjectives: tuple[Adjective, ...] = ()
    owner: "NounPhrase | None" = None
    relative: "Clause | None" = None

    @property
    def gender(self) -> Gender:
        return self.noun.gender

    @property
    def slot(self) -> int:
        return 2 if self.number == "s" else 5


@dataclass(frozen=True)
class Both:
    """Two people: "Paul and Marie"."""

    first: NounPhrase
    second: NounPhrase
    number: Number = "p"
    slot: int = 5

    @property
    def gender(self) -> Gender:
        return "f" if self.first.gender == self.second.gender == "f" else "m"


Referent = NounPhrase | Both | Pronoun


@dataclass(frozen=True)
class Place:
    """A preposition with its noun phrase or pronoun; not only for places: "with him"."""

    preposition: Phrase
    referent: NounPhrase | Pronoun


@dataclass(frozen=True)
class Clause:
    """One verb with all that goes with it.

    Args:
        subject: None in a relative clause whose subject is the noun it belongs to.
        tense: "simple" or "progressive" (present), "past" or "future".
        modal: "want", "can" or "must".
        predicate: what follows "to be".
        oblique: object with a preposition; a pronoun after "to" moves before the French verb.
        adjuncts: places, company, times.
        complement: the thought or speech, with the conjunction before it.
        question: "yes/no", a key of QUESTION_WORDS, or the direct object asked for. A question
            about the subject is none of these: its subject is the pronoun "who".
    """

    subject: Referent | None
    verb: Verb
    tense: str = "simple"
    negation: str = ""
    adverb: str = ""
    modal: str = ""
    predicate: Adjective | Place | Phrase | None = None
    object: NounPhrase | Pronoun | None = None
    oblique: Place | None = None
    adjuncts: tuple[Place | Phrase, ...] = ()
    complement: "tuple[Phrase, Meaning] | None" = None
    question: str | NounPhrase = ""


@dataclass(frozen=True)
class Joined:
    """A phrase whose open places A and B are filled."""

    phrase: Phrase
    a: "Meaning"
    b: "Meaning"


Meaning = Clause | Joined | NounPhrase | Place | Phrase
