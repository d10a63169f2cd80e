"""Random meanings that make sense: who does what, and why, when and where."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from d2l_local.grammar.inflection import Adjective, Phrase, Pronoun, Verb
from d2l_local.grammar.lexicon import (
    ADVERBS,
    BE,
    BE_HUNGRY,
    HUNGERS,
    IF,
    IS_THERE,
    JOINS,
    MODALS,
    OPENING,
    POSITIONS,
    PRONOUNS,
    THAT,
    THERE_IS,
    THOUGHTS,
    TIMES,
    TITLES,
    VERBS,
    WEATHER,
    WITH,
    Join,
    kinds,
)
from d2l_local.grammar.meaning import Clause, Joined, Meaning, NounPhrase, Place, Referent
from d2l_local.grammar.scene import (
    ANIMATE,
    DEFINITE,
    HUMAN,
    INDEFINITE,
    SINGULAR,
    Scene,
    adjectives,
    nouns,
)

TENSES = ("simple", "simple", "progressive", "progressive", "past", "past", "past", "future")
THINGS = kinds("animal goods text edible drink house")
COUNTABLE = THINGS - SINGULAR
ASKED = ("who", "whom", "what", "where", "when", "why", *["which"] * 4, *["yes/no"] * 3)


def _weight(verb: Verb) -> int:
    """Make up for verbs that are used in one tense only, or with few nouns."""
    if "past" not in verb.tenses.split():
        return 4
    return 3 if verb.object and len(kinds(verb.object)) <= 4 else 1


@cache
def _verbs(subject: str, tense: str, wanted: frozenset[str], only_actions: bool) -> list[Verb]:
    """Return the verbs that fit; if kinds are `wanted`, those with such direct objects."""
    return [
        verb
        for verb in VERBS
        for _ in range(_weight(verb))
        if subject in kinds(verb.subject)
        and tense in verb.tenses.split()
        and (not wanted or wanted & kinds(verb.object))
        and (not only_actions or "past" in verb.tenses.split())
    ]


@cache
def _second_tenses(join: Join, tense: str) -> list[str]:
    """Return the tenses of B that go with `tense` of A."""
    pairs = (pair.split(":") for pair in join.tenses.split())
    return [b for a, b in pairs if a == tense]


class Speaker(Scene):
    """Thinks up one sentence.

    Args:
        rng, detail: as in `Scene`.
        joins: how many clauses are joined to the first.
    """

    def __init__(self, rng: random.Random, joins: int, detail: float) -> None:
        super().__init__(rng, detail)
        self.joins = joins
        self.free_time = True  # nothing says yet when it happens
        self.at_start = True  # nothing stands before the first clause yet
        self.closer_than = len(JOINS)
        self.is_complex = False  # the main clause has a reason or a moment
        self.has_reason = False
        self.not_about: Referent | None = None

    def sentence(self) -> tuple[Meaning, str]:
        """Return the meaning of a sentence and the mark at its end."""
        opening: Meaning | None = None
        if self.chance(0.3):
            name = self.pick(nouns(frozenset({"name"})))
            self.you = self.rng.choice([*TITLES, *[f"tu {name.gender}"] * 4])
            opening = TITLES.get(self.you) or NounPhrase(name, "")
            self.at_start = False
        body, mark = (self.question(), "?") if self.chance(0.3) else (self.statement(), ".")
        return (Joined(OPENING, opening, body) if opening else body), mark

    def statement(self) -> Meaning:
        if self.joins == 0 and self.chance(0.1):
            return self.there_is()
        if self.chance(self.detail / 3):
            thought = self.thought(self.subject(HUMAN), (self.joins + 1) // 2)
            return self.joined(self.joins // 2, "event", core=thought)[0]
        if self.at_start and self.chance(self.detail / 3):
            tense = self.rng.choice(TENSES)
            time = self.rng.choice(TIMES[tense])
            self.free_time = self.at_start = False
            clause = self.event(self.subject(), tense)
            return Joined(OPENING, time, self.joined(self.joins, core=clause)[0])
        return self.joined(self.joins)[0]

    def question(self) -> Meaning:
        self.at_start = False
        if self.chance(0.08):
            return self.thought(self.subject(HUMAN, asked=True), self.joins, "yes/no")
        if self.joins == 0 and self.chance(0.08):
            return self.there_is(asked=True)
        asked = self.rng.choice(ASKED)
        self.is_complex = self.joins > 0
        clause = self.asking(asked, self.rng.choice(TENSES))
        roles = {"yes/no": "reason moment", "when": ""}.get(asked, "moment")
        return self.joined(self.joins, roles, core=clause)[0]

    def joined(
        self,
        joins: int,
        roles: str = "reason moment event",
        tense: str = "",
        previous: Referent | None = None,
        core: Clause | None = None,
    ) -> tuple[Meaning, Clause]:
        """Return a statement of several clauses, and the one that the others are joined to.

        Args:
            roles: what the other clauses may be.
            core: the clause that the others are joined to; a new one if None.
        """
        tense = core.tense if core else tense or self.rng.choice(TENSES)
        join = self.join(tense, roles) if joins else None
        if not join:
            clause = core or self.clause(tense, previous)
            return clause, clause
        self.is_complex |= join.role != "event"
        self.has_reason |= join.role == "reason"
        tense_b = self.rng.choice(_second_tenses(join, tense))
        if join.phrase.english.startswith("A"):
            a, main = self.joined(joins - 1, roles, tense, previous, core)
            subject = None if main.subject is PRONOUNS["who"] else main.subject
            return Joined(join.phrase, a, self.second(join, tense_b, subject)), main
        b = self.second(join, tense_b, previous)
        subject = b.subject if isinstance(b, Clause) else previous
        a, main = self.joined(joins - 1, roles, tense, subject)
        return Joined(join.phrase, a, b), main

    def join(self, tense: str, roles: str) -> Join | None:
        """Choose a way to go on from a clause in `tense`; None if nothing is left.

        A sentence has one time or condition, one "because", one "but".
        """
        possible = [
            (closeness, join)
            for closeness, join in enumerate(JOINS[: self.closer_than])
            if _second_tenses(join, tense)
            and join.role in roles.split()
            and (join.role != "moment" or self.free_time)
            and (join.phrase.english.startswith("A") or self.at_start)
        ]
        if not possible:
            return None
        closeness, join = self.rng.choice(possible)
        if join.phrase.english.startswith("A"):
            self.closer_than = closeness
        self.free_time &= join.role != "moment"
        self.at_start = False
        return join

    def second(self, join: Join, tense: str, previous: Referent | None) -> Meaning:
        """Return the clause B of a join."""
        if join.role == "reason":
            return self.reason(tense, previous)
        if join.role == "moment" and tense == "simple" and self.chance(0.2):
            return self.rng.choice(WEATHER)
        return self.clause(tense, previous, is_moment=join.role == "moment")

    def thought(self, subject: Referent, joins: int, question: str = "") -> Clause:
        """Return what someone thinks, says or knows, or does not know."""
        verb = self.rng.choice([*THOUGHTS.values(), THOUGHTS["know"]])
        negation, conjunction = "", THAT
        if verb is THOUGHTS["know"] and (question or self.chance(0.5)):
            negation, conjunction = "" if question else "not", IF
            self.not_about = subject  # nobody asks whether they sleep themselves
        elif question:
            verb = THOUGHTS["think"]
        self.at_start = False
        previous = None if self.not_about else subject
        content = self.joined(joins, "reason moment", previous=previous)[0]
        self.closer_than = len(JOINS)
        return Clause(
            subject, verb, negation=negation, complement=(conjunction, content), question=question
        )

    def there_is(self, asked: bool = False) -> Meaning:
        kind = self.rng.choice(sorted(POSITIONS.keys() - HUMAN))
        negated = not asked and self.chance(0.3)
        thing = self.noun_phrase(frozenset({kind}), INDEFINITE)
        if negated:
            thing = replace(thing, determiner="")
        phrase = IS_THERE[thing.number] if asked else THERE_IS[thing.number, negated]
        return Joined(phrase, thing, self.place(POSITIONS[kind]))

    def clause(self, tense: str, previous: Referent | None, is_moment: bool = False) -> Clause:
        """Return a statement that may stand alone, or follow "when" if `is_moment`."""
        if previous and self.kind(previous) not in ANIMATE and self.is_complex:
            previous = None
        may_be_thing = not (previous or self.is_complex or self.not_about)
        if previous and self.chance(0.7):
            subject = self.back_reference(previous)
        elif may_be_thing and tense in ("simple", "past") and self.chance(0.12):
            subject = self.with_relative(self.noun_phrase(THINGS, DEFINITE))
            self.subject_thing = subject if subject.number == "s" else None
        else:
            subject = self.subject(but=self.not_about)
            if isinstance(subject, NounPhrase) and not is_moment:
                subject = self.with_relative(subject)
        kind = self.kind(subject)
        if kind not in ANIMATE or (
            tense != "progressive" and not self.has_reason and self.chance(0.2)
        ):
            state = self.state(
                subject,
                "simple" if tense == "progressive" else tense,
                only_passing=self.is_complex and kind in ANIMATE,
            )
            return replace(state, negation="", adverb="") if is_moment else state
        return self.event(subject, tense, is_moment=is_moment)

    def reason(self, tense: str, previous: Referent | None) -> Clause:
        """Return a clause that may follow "because": how someone is, what they want or like."""
        subject = self.back_reference(previous) if previous and self.chance(0.7) else self.subject()
        kind = self.kind(subject)
        if tense == "past" or kind not in HUMAN or self.chance(0.6):
            return self.state(subject, tense, only_passing=kind in ANIMATE)
        if self.chance(0.4):
            like = next(verb for verb in VERBS if verb.english == "like")
            negation = "not" if self.chance(0.3) else ""
            return Clause(subject, like, "simple", negation, object=self.object_noun(like))
        return self.event(subject, tense, modal=self.rng.choice(["want", "must"]))

    def state(self, subject: Referent, tense: str, only_passing: bool = False) -> Clause:
        """Return how or where something is."""
        kind = self.kind(subject)
        if isinstance(subject, NounPhrase) and subject.number == "s" and kind not in HUMAN:
            self.object_thing = subject
        negation = adverb = ""
        if self.chance(0.2):
            negation = self.rng.choice(["not", "not", "no longer" if tense == "simple" else "not"])
        if kind in ANIMATE and tense == "simple" and self.chance(0.15):
            return Clause(subject, BE_HUNGRY, tense, negation, predicate=self.rng.choice(HUNGERS))
        predicate: Adjective | Place
        time: list[Phrase] = []
        if kind in POSITIONS and not only_passing and self.chance(0.3):
            predicate = self.place(POSITIONS[kind])
        else:
            lasts = kind in ANIMATE and (tense != "simple" or only_passing)
            predicate = self.pick([a for a in adjectives(kind) if a.passing or not lasts])
            is_habit = predicate.passing and tense == "simple" and negation in ("", "not")
            if is_habit and self.chance(0.15):
                adverb = self.rng.choice(["often", "always"])
        is_passing = isinstance(predicate, Place) or predicate.passing
        may_have_time = kind in ANIMATE and is_passing and not only_passing and not adverb
        if may_have_time and self.free_time and self.chance(0.15):
            self.free_time = False
            time = [self.rng.choice(TIMES["progressive" if tense == "simple" else tense])]
        return Clause(
            subject, BE, tense, negation, adverb, predicate=predicate, adjuncts=tuple(time)
        )

    def event(
        self,
        subject: Referent | None,
        tense: str,
        *,
        head: NounPhrase | None = None,
        missing: frozenset[str] = frozenset(),
        modal: str = "",
        asked: str | NounPhrase = "",
        is_moment: bool = False,
    ) -> Clause:
        """Return what someone does.

        Args:
            head: the noun that a relative clause belongs to.
            missing: the kinds of the direct object, if it is not in this clause.
            asked: what the clause asks for.
        """
        agent = subject or head
        assert agent is not None, "someone must do it"
        kind, is_plain = self.kind(agent), is_moment or head is not None
        if tense == "simple" and not is_moment and kind in HUMAN and self.chance(0.25):
            modal = modal or self.rng.choice(list(MODALS))
        only_actions = bool(modal) or asked in ("where", "when", "why")
        only_actions |= is_moment or (self.is_complex and head is None)
        verbs = _verbs(kind, "future" if modal else tense, missing, only_actions)
        if asked == "where":
            verbs = [verb for verb in verbs if not verb.oblique or verb.french == "aller"]
        if head and missing and tense == "simple":  # the book that he likes, or wants to read
            modal = modal or self.rng.choice(["want", "can", ""])
            verbs = [verb for verb in verbs if bool(modal) == ("past" in verb.tenses)]
        verb = self.pick(verbs)
        is_action = "past" in verb.tenses.split()
        negation = adverb = ""
        may_be_negated = not is_plain and asked in ("", "who", "yes/no", "why")
        if may_be_negated and self.chance(0.15 if asked else 0.25):
            negation = self.rng.choice(self.negations(tense, modal, bool(asked), is_action))
        is_habit = tense == "simple" and is_action and not modal and not is_plain
        if is_habit and negation in ("", "not") and self.chance(0.15):
            adverb = self.rng.choice(["often", "always"] if negation else list(ADVERBS))

        object_: NounPhrase | Pronoun | None = None
        if verb.object and not missing:
            wanted = kinds(verb.object)
            if verb.english != "like" and self.chance(0.7):
                object_ = self.object_pronoun(wanted, agent)
            object_ = object_ or self.object_noun(verb, bool(negation), is_plain)
        oblique = None
        if verb.oblique and asked != "where":
            may_be_pronoun = kinds(verb.oblique.fits) == HUMAN and not isinstance(object_, Pronoun)
            oblique = self.place([verb.oblique], agent if may_be_pronoun else None)
        adjuncts: list[Place | Phrase] = []
        # "He saw the man who left yesterday": the time would belong to the relative clause.
        is_closed = isinstance(object_, NounPhrase) and object_.relative is not None
        if is_action and not is_plain and not is_closed:
            has_place = verb.oblique or verb.auxiliary == "être" or asked == "where"
            if not has_place and self.chance(self.detail * 0.4):
                adjuncts.append(self.place(POSITIONS[kind]))
            elif verb.company and kind in HUMAN and self.chance(self.detail * 0.6):
                adjuncts.append(self.place([WITH], agent))
            if negation in ("", "not") and not adverb and asked != "when":
                adjuncts += self.time(tense, verb, modal)
        return Clause(
            subject, verb, tense, negation, adverb, modal, None, object_, oblique, tuple(adjuncts),
            question="" if asked == "who" else asked,
        )  # fmt: skip

    def asking(self, asked: str, tense: str) -> Clause:
        """Return a question about the subject ("who"), an object, a place, ..."""
        if asked == "who":
            return self.event(PRONOUNS["who"], tense, asked=asked)
        has_object = asked in ("what", "whom", "which")
        subject = self.subject(HUMAN if has_object else ANIMATE, asked=True)
        if asked == "yes/no":
            if tense != "progressive" and self.joins == 0 and self.chance(0.3):
                state = self.state(subject, tense)
                return replace(state, question=asked)
            return self.event(subject, tense, asked=asked)
        if asked == "which":
            named = list(self.plurals)
            many = self.chance(0.4)
            wanted = COUNTABLE if many else THINGS | {"person", "child"}
            which = self.noun_phrase(wanted, ("how many" if many else "which",))
            # In "which dogs do they see" they are not the dogs.
            named, self.plurals = self.plurals, named
            clause = self.event(subject, tense, missing=frozenset({which.noun.kind}), asked=which)
            self.plurals = named + self.plurals
            return clause
        if has_object:
            missing = HUMAN if asked == "whom" else THINGS
            return self.event(subject, tense, missing=missing, asked=asked)
        return self.event(subject, "past" if tense == "progressive" else tense, asked=asked)

    def negations(self, tense: str, modal: str, asked: bool, is_action: bool) -> list[str]:
        if not asked and (modal == "want" or not is_action):
            return ["not", "no longer"]
        if asked or modal or tense in ("progressive", "future"):
            return ["not"]
        return ["not", "never"] if tense == "past" else ["not", "not", "never", "no longer"]

    def time(self, tense: str, verb: Verb, modal: str) -> list[Phrase]:
        if not self.free_time or not self.chance(0.15 + self.detail * 0.3):
            return []
        if tense == "simple" and not modal and "progressive" not in verb.tenses:
            return []
        self.free_time = False
        return [self.rng.choice(TIMES["future" if modal else tense])]

    def object_noun(self, verb: Verb, negated: bool = False, is_plain: bool = False) -> NounPhrase:
        """Return a direct object that suits the verb."""
        in_general = verb.english == "like"
        determiners: Sequence[str] = (*DEFINITE, *INDEFINITE)
        if verb.english == "know" or (negated and "person" in kinds(verb.object)):
            determiners = DEFINITE
        elif in_general or negated:
            determiners = (*DEFINITE, "a", "some")
        phrase = self.noun_phrase(kinds(verb.object), determiners, in_general)
        in_general &= phrase.determiner in INDEFINITE
        # "He saw the man who left when it rained" would be about the leaving.
        if self.free_time and not (is_plain or in_general or negated or verb.oblique):
            phrase = self.with_relative(phrase)
        if phrase.noun.kind not in HUMAN and phrase.number == "s":
            self.object_thing = phrase
        return phrase

    def with_relative(self, phrase: NounPhrase) -> NounPhrase:
        """Add what someone does to it, or what he, she or it does; not to everything."""
        fits = not phrase.owner and phrase.determiner in ("the", *INDEFINITE)
        if not fits or not self.chance(self.detail * 0.8):
            return phrase
        kind = frozenset({phrase.noun.kind})
        tense = self.rng.choice(["simple", *["past"] * 4])
        # Pronouns of the main clause do not refer to what only the relative clause names.
        named, thing = list(self.plurals), self.object_thing
        if kind <= ANIMATE and self.chance(0.5):
            relative = self.event(None, tense, head=phrase)
        else:
            relative = self.event(self.subject(HUMAN), tense, head=phrase, missing=kind)
        self.plurals, self.object_thing = named, thing
        return replace(phrase, relative=relative)
