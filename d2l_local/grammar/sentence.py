"""From a meaning to an English sentence, its French translation and the word alignment.

A meaning is built from the classes of `grammar/meaning.py`. `say` puts it into both languages at
once. Every word is born with *links*, the numbers of the ideas it expresses. Two words are aligned
when they share a link; a word that merges with its neighbour ("le homme" becomes "l'homme")
inherits the links of both. What the gold alignments hold to:

* Every word of both languages is aligned. One that has no counterpart goes with the word it
  serves: a French article that English lacks with its noun, "do" with its verb.
* "not" belongs to "ne" and to "pas". The auxiliary in front of an English question belongs to the
  French verb and to "est-ce que".
* "saw" belongs to "a" and to "vu", but in "did see" each word has its own: "did" and "a", "see"
  and "vu". "Is going" belongs to "va", "to see" to "voir".
* "Paul's" belongs to "la", "de" and "paul" in "la voiture de paul".
"""

import itertools
import re
from functools import cache
from typing import NamedTuple

from d2l_local.grammar.inflection import (
    Adjective,
    Phrase,
    Pronoun,
    merge,
    starts_with_vowel,
)
from d2l_local.grammar.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BE,
    DETERMINERS,
    GO_FUTURE,
    IMPERFECT_OF_BE,
    MODALS,
    NEGATIONS,
    QUESTION_WORDS,
    kinds,
)
from d2l_local.grammar.meaning import Both, Clause, Joined, Meaning, NounPhrase, Place, Referent

FORMS_OF_BE = {"simple": "am are is are are are", "past": "was were was were were were"}
Word = tuple[str, tuple[int, ...]]


class AlignedPair(NamedTuple):
    """A sentence, its translation, and the pairs (source index, target index) of aligned words."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    alignment: frozenset[tuple[int, int]]


class Text(NamedTuple):
    """Words in both languages, each with its links."""

    english: list[Word]
    french: list[Word]


def say(meaning: Meaning, mark: str = ".") -> AlignedPair:
    """Return `meaning` in both languages as one sentence that ends with `mark`.

    >>> from d2l_local.grammar.lexicon import NOUNS
    >>> cat = next(noun for noun in NOUNS if noun.english == "cat")
    >>> pair = say(NounPhrase(cat), "!")
    >>> pair.source, pair.target, sorted(pair.alignment)
    (('the', 'cat', '!'), ('le', 'chat', '!'), [(0, 0), (1, 1), (2, 2)])
    """
    text = _Writer().write(meaning)
    english, french = _join_english(text.english), _join_french(text.french)
    where: dict[int, list[int]] = {}
    for i, (_, links) in enumerate(english):
        for link in links:
            where.setdefault(link, []).append(i)
    pairs = {(i, j) for j, (_, links) in enumerate(french) for k in links for i in where.get(k, ())}
    pairs.add((len(english), len(french)))
    source = (*(word for word, _ in english), mark)
    return AlignedPair(source, (*(word for word, _ in french), mark), frozenset(pairs))


def _join_english(words: list[Word]) -> list[Word]:
    """Write "an" before vowels and "cannot" as one word."""
    joined: list[Word] = []
    for word, links in words:
        if joined and joined[-1][0] == "a" and word[0] in "aeiou":
            joined[-1] = ("an", joined[-1][1])
        if joined and joined[-1][0] == "can" and word == "not":
            joined[-1] = ("cannot", joined[-1][1] + links)
        else:
            joined.append((word, links))
    return joined


def _join_french(words: list[Word]) -> list[Word]:
    """Elide and contract; from the right, because "de le ami" is "de l'ami" and not "du ami"."""
    joined: list[Word] = []  # in reverse
    for word, links in reversed(words):
        merged = merge(word, joined[-1][0]) if joined else (word,)
        if joined and len(merged) == 1:
            joined[-1] = (merged[0], links + joined[-1][1])
        else:
            joined.append((merged[0], links))
    return joined[::-1]


@cache
def _parse(side: str) -> list[tuple[str, str]]:
    """Split "last1 A" into [("last", "1"), ("A", "")]."""
    return [
        (re.sub(r"\d+$", "", word), "".join(re.findall(r"\d+$", word))) for word in side.split()
    ]


def _plain(words: str, *links: int) -> list[Word]:
    return [(word, links) for word in words.split()]


class _Writer:
    """Writes one sentence; the counter gives each idea its own link."""

    def __init__(self) -> None:
        self.links = itertools.count()

    def write(self, meaning: "Meaning | Referent") -> Text:
        match meaning:
            case Clause():
                return self.clause(meaning)
            case NounPhrase():
                return self.noun_phrase(meaning)
            case Phrase():
                return self.phrase(meaning)
            case Joined(phrase, a, b):
                return self.phrase(phrase, A=self.write(a), B=self.write(b))
            case Place(preposition, referent):
                before, after = self.phrase(preposition), self.write(referent)
                if isinstance(referent, Pronoun):
                    after = self.pronoun(referent, english=1, french=3)
                return Text(before.english + after.english, before.french + after.french)
            case Both(first, second):
                and_ = Phrase("A and1 B", "A et1 B")
                return self.phrase(and_, A=self.write(first), B=self.write(second))
            case Pronoun():
                return self.pronoun(meaning, english=0, french=0)

    def phrase(self, phrase: Phrase, **slots: Text) -> Text:
        links: dict[str, int] = {}
        text = Text([], [])
        for side, template in zip(text, (phrase.english, phrase.french), strict=True):
            for word, digit in _parse(template):
                if word in slots:
                    side += slots[word][side is text.french]
                else:
                    if digit not in links:
                        links[digit] = next(self.links)
                    side.append((word, (links[digit],)))
        return text

    def pronoun(self, pronoun: Pronoun, english: int, french: int) -> Text:
        link = next(self.links)
        return Text([(pronoun.english[english], (link,))], [(pronoun.french[french], (link,))])

    def noun_phrase(self, np: NounPhrase, form: str = "") -> Text:
        """Write a noun phrase; as an object, `form` may be "negated" or "general".

        An object of a negated verb has de for un, des and du. What one likes in general has the
        definite article in French: "she likes bread", "elle aime le pain".
        """
        the_link, noun_link = next(self.links), next(self.links)
        column = ("m", "f").index(np.gender) + (2 if np.number == "p" else 0)
        determiner = DETERMINERS["the" if np.owner else np.determiner]
        english = _plain(determiner.english[np.number == "p"], the_link)
        french_determiner = determiner.french[column]
        first = [a for a in np.adjectives if a.place == "before"]
        last = [a for a in np.adjectives if a.place != "before"]
        if np.determiner in ("a", "some") and not np.owner:
            if form == "general":
                french_determiner = DETERMINERS["the"].french[column]
            elif form == "negated" or (np.number == "p" and first):
                french_determiner = "de"
        # A French article that English lacks belongs to the noun.
        french = _plain(french_determiner, the_link if english or np.owner else noun_link)
        owned: list[Word] = []
        if np.owner:
            owner = self.noun_phrase(np.owner)
            word, links = owner.english[-1]
            english = [*owner.english[:-1], (word + "'s", (*links, the_link))]
            owned = [("de", (the_link,)), *owner.french]
        noun = np.noun.forms[np.number]
        adjectives = [(adjective, next(self.links)) for adjective in first + last]
        english += [(adjective.english, (link,)) for adjective, link in adjectives]
        english.append((noun[0], (noun_link,)))
        behind: list[Word] = [(noun[1], (noun_link,))]
        for adjective, link in reversed(adjectives[: len(first)]):
            word = adjective.form(np.gender, np.number)
            if np.gender == "m" and np.number == "s" and starts_with_vowel(behind[0][0]):
                word = adjective.before_vowel or word
            behind.insert(0, (word, (link,)))
        for adjective, link in adjectives[len(first) :]:
            behind.append((adjective.form(np.gender, np.number), (link,)))
        text = Text(english, french + behind + owned)
        if np.relative:
            relative = self.clause(np.relative, head=np)
            text = Text(text.english + relative.english, text.french + relative.french)
        return text

    def clause(self, c: Clause, head: NounPhrase | None = None) -> Text:
        """Write a clause; `head` is the noun that a relative clause belongs to."""
        opening, subject = Text([], []), Text([], [])
        ahead: NounPhrase | Pronoun | None = None  # a direct object that precedes the verb
        agent = c.subject
        if head:
            is_human = head.noun.kind in kinds("human")
            who = "who1" if is_human and agent is None else "that1"
            opening = self.phrase(Phrase(who, "qui1" if agent is None else "que1"))
            ahead = None if agent is None else head
        agent = agent or head
        assert agent is not None, "only a relative clause can do without a subject"
        if c.subject:
            subject = self.write(c.subject)
        ask = next(self.links)
        if isinstance(c.question, NounPhrase):
            opening, ahead = self.noun_phrase(c.question), c.question
        elif c.question in QUESTION_WORDS:
            opening = self.phrase(QUESTION_WORDS[c.question])
        if c.question:
            opening.french.extend([("est-ce", (ask,)), ("que", (ask,))])

        clitic: list[Word] = []
        objects = Text([], [])
        if isinstance(c.object, Pronoun):
            pronoun = self.pronoun(c.object, english=1, french=1)
            objects.english.extend(pronoun.english)
            clitic, ahead = pronoun.french, c.object
        elif c.object:
            general = c.verb.english == "like"
            form = "general" if general else "negated" if c.negation else ""
            _extend(objects, self.noun_phrase(c.object, form))
        if (
            c.oblique
            and isinstance(c.oblique.referent, Pronoun)
            and "à1" in c.oblique.preposition.french
        ):
            to = self.phrase(c.oblique.preposition)
            pronoun = self.pronoun(c.oblique.referent, english=1, french=2)
            objects.english.extend(to.english + pronoun.english)
            clitic = [(pronoun.french[0][0], to.french[0][1] + pronoun.french[0][1])]
        elif c.oblique:
            _extend(objects, self.write(c.oblique))
        for adjunct in c.adjuncts:
            _extend(objects, self.write(adjunct))
        if c.complement:
            _extend(objects, self.phrase(c.complement[0]))
            _extend(objects, self.write(c.complement[1]))

        negation = self.phrase(NEGATIONS[c.negation]) if c.negation else Text([], [])
        adverb = self.phrase(ADVERBS[c.adverb]) if c.adverb else Text([], [])
        predicate = Text([], [])
        if isinstance(c.predicate, Adjective):
            link = next(self.links)
            form = c.predicate.form(agent.gender, agent.number)
            predicate = Text([(c.predicate.english, (link,))], [(form, (link,))])
        elif c.predicate:
            predicate = self.write(c.predicate)

        finite_link, verb_link = next(self.links), next(self.links)
        auxiliary, main = _english_verb(c, agent.slot, finite_link, verb_link)
        if c.question:
            word, links = auxiliary[0]
            auxiliary = [(word, (*links, ask))]
        english = [
            *opening.english,
            *(auxiliary if c.question else []),
            *subject.english,
            *([] if c.question else auxiliary),
            *negation.english,
            *adverb.english,
            *main,
            *predicate.english,
            *objects.english,
        ]
        finite, rest = _french_verb(c, agent, ahead, finite_link, verb_link)
        with_infinitive = bool(c.modal) or c.tense == "future"
        french = [
            *opening.french,
            *subject.french,
            *negation.french[:1],
            *([] if with_infinitive else clitic),
            finite,
            *negation.french[1:],
            *adverb.french,
            *(clitic if with_infinitive else []),
            *rest,
            *predicate.french,
            *objects.french,
        ]
        return Text(english, french)


def _extend(text: Text, more: Text) -> None:
    text.english.extend(more.english)
    text.french.extend(more.french)


def _english_verb(c: Clause, slot: int, finite: int, verb: int) -> tuple[list[Word], list[Word]]:
    """Return the auxiliary (none or one word) and the other words of the English verb.

    The link `finite` belongs to the French auxiliary, `verb` to the French verb itself.
    """
    is_be = c.verb.english == "be"
    base, *particle = c.verb.english.split()
    after: list[Word] = [(word, (verb,)) for word in particle]
    forms = c.verb.english_forms
    be = FORMS_OF_BE["past" if c.tense == "past" else "simple"].split()[slot]
    own: tuple[int, ...]
    helping: tuple[int, ...]
    infinitive: list[Word] = [("to", (verb,)), (base, (verb,)), *after]
    if c.modal in ("can", "must"):
        return [(c.modal, (finite,))], infinitive[1:]
    if c.tense == "future":
        return [(be, (finite,))], [("going", (finite,)), *infinitive]
    if is_be and not c.modal:
        return [(be, (verb,))], []
    if c.tense == "progressive":
        return [(be, (verb,))], [(forms["ing"], (verb,)), *after]

    # No auxiliary yet. Questions and "not" ask for one: do.
    if c.modal:
        forms, after, own, helping = MODALS[c.modal].english_forms, infinitive, (finite,), (finite,)
    elif c.tense == "past":
        own, helping = (finite, verb) if c.verb.auxiliary else (verb,), (finite,)
    else:
        own, helping = (verb,), (verb,)
    third = slot == 2
    if c.negation == "not" or c.question:
        do = "did" if c.tense == "past" else "does" if third else "do"
        own = (verb,) if c.tense == "past" else own
        return [(do, helping)], [(forms["base"], own), *after]
    form = "past" if c.tense == "past" else "s" if third else "base"
    return [], [(forms[form], own), *after]


def _french_verb(
    c: Clause, agent: Referent, ahead: Referent | None, finite: int, verb: int
) -> tuple[Word, list[Word]]:
    """Return the conjugated French verb, and its infinitive or participle if there is one."""
    infinitive: list[Word] = [(c.verb.french, (verb,))]
    if c.modal:
        return (MODALS[c.modal].present_forms[agent.slot], (finite,)), infinitive
    if c.tense == "future":
        return (GO_FUTURE.present_forms[agent.slot], (finite,)), infinitive
    if c.tense != "past":
        return (c.verb.present_forms[agent.slot], (verb,)), []
    if c.verb is BE:
        return (IMPERFECT_OF_BE.split()[agent.slot], (verb,)), []
    auxiliary = AUXILIARIES[c.verb.auxiliary].present_forms[agent.slot]
    # With être the participle agrees with the subject, with avoir with an object before it.
    agrees = agent if c.verb.auxiliary == "être" else ahead
    gender, number = (agrees.gender, agrees.number) if agrees else ("m", "s")
    return (auxiliary, (finite,)), [(c.verb.participle_form(gender, number), (verb,))]
