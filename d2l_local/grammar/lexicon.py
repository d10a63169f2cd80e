"""The words and the fixed phrases of the course's English–French grammar, as tables.

To teach the grammar a word, add one line to a table: nothing else has to change.

* A noun: `Noun("lamp", "lampe", "f", "thing")`. The kind says what may be done with it: a thing
  can be bought, food is eaten, a text is read. Plurals are regular unless they are given.
* An adjective: give its feminine if it does more than add -e, and the kinds of noun it fits.
* A verb: say who does it (`subject`) and to what (`object`). Kinds are separated by spaces.
* A time phrase, a preposition or a conjunction: write both languages. Words that translate each
  other carry the same digit: `"last1 week2"`, `"la2 semaine2 dernière1"`.

One rule keeps the corpus learnable: an English sentence must have one French translation only.
"""

from dataclasses import dataclass
from typing import Literal

from d2l_local.grammar.inflection import (
    Adjective,
    Determiner,
    Noun,
    Phrase,
    Preposition,
    Pronoun,
    Verb,
)

GROUPS = {
    "human": "name person child family",
    "animate": "name person child family animal",
    "edible": "food fruit",
    "home": "house room",
    "goods": "thing furniture vehicle",
}


def kinds(names: str) -> frozenset[str]:
    """Return the kinds of noun in a list such as "human thing", groups spelled out.

    >>> sorted(kinds("edible thing"))
    ['food', 'fruit', 'thing']
    """
    return frozenset(" ".join(GROUPS.get(name, name) for name in names.split()).split())


@dataclass(frozen=True)
class Join:
    """A way to build one statement from two, A and B, with the role that B plays.

    Args:
        tenses: which tenses of A go with which of B, as in "past:past future:simple".
    """

    phrase: Phrase
    role: Literal["reason", "moment", "event"]
    tenses: str


NOUNS = [
    Noun("man", "homme", "m", "person", plural="men"),
    Noun("woman", "femme", "f", "person", plural="women"),
    Noun("boy", "garçon", "m", "child"),
    Noun("girl", "fille", "f", "child"),
    Noun("child", "enfant", "m", "child", plural="children"),
    Noun("doctor", "médecin", "m", "person"),
    Noun("brother", "frère", "m", "family"),
    Noun("sister", "sœur", "f", "family"),
    Noun("friend", "ami", "m", "family"),
    Noun("cat", "chat", "m", "animal"),
    Noun("dog", "chien", "m", "animal"),
    Noun("bird", "oiseau", "m", "animal"),
    Noun("turtle", "tortue", "f", "animal"),
    Noun("hamster", "hamster", "m", "animal"),
    Noun("bread", "pain", "m", "food"),
    Noun("meat", "viande", "f", "food"),
    Noun("cheese", "fromage", "m", "food"),
    Noun("apple", "pomme", "f", "fruit"),
    Noun("cake", "gâteau", "m", "fruit"),
    Noun("water", "eau", "f", "drink"),
    Noun("coffee", "café", "m", "drink"),
    Noun("lemonade", "limonade", "f", "drink"),
    Noun("book", "livre", "m", "text"),
    Noun("letter", "lettre", "f", "text"),
    Noun("newspaper", "journal", "m", "text"),
    Noun("story", "histoire", "f", "text"),
    Noun("car", "voiture", "f", "vehicle"),
    Noun("key", "clé", "f", "thing"),
    Noun("bag", "sac", "m", "thing"),
    Noun("hat", "chapeau", "m", "thing"),
    Noun("dress", "robe", "f", "thing"),
    Noun("computer", "ordinateur", "m", "thing"),
    Noun("table", "table", "f", "furniture"),
    Noun("chair", "chaise", "f", "furniture"),
    Noun("house", "maison", "f", "house"),
    Noun("garden", "jardin", "m", "room"),
    Noun("kitchen", "cuisine", "f", "room"),
    Noun("school", "école", "f", "place"),
    Noun("market", "marché", "m", "place"),
    Noun("station", "gare", "f", "place"),
    Noun("museum", "musée", "m", "place"),
    Noun("hotel", "hôtel", "m", "place"),
    Noun("paul", "paul", "m", "name"),
    Noun("thomas", "thomas", "m", "name"),
    Noun("nicolas", "nicolas", "m", "name"),
    Noun("marie", "marie", "f", "name"),
    Noun("julie", "julie", "f", "name"),
    Noun("claire", "claire", "f", "name"),
]

ADJECTIVES = [
    Adjective("big", "grand", "before", "animal goods home place"),
    Adjective("small", "petit", "before", "child animal goods home place"),
    Adjective(
        "old",
        "vieux",
        "before",
        "name person family animal goods text place house",
        "vieille",
        "vieux",
        "vieil",
    ),
    Adjective(
        "new", "nouveau", "before", "goods text place house", "nouvelle", "nouveaux", "nouvel"
    ),
    Adjective("young", "jeune", "before", "name person family animal", "jeune"),
    Adjective("good", "bon", "before", "text edible drink", "bonne"),
    Adjective(
        "beautiful", "beau", "before", "child animal goods home place", "belle", "beaux", "bel"
    ),
    Adjective("black", "noir", "colour", "animal goods"),
    Adjective("white", "blanc", "colour", "animal goods", "blanche"),
    Adjective("red", "rouge", "colour", "goods", "rouge"),
    Adjective("interesting", "intéressant", "after", "text"),
    Adjective("expensive", "cher", "after", "goods edible house", "chère"),
    Adjective("cold", "froid", "after", "drink"),
    Adjective("happy", "heureux", "after", "animate", "heureuse", "heureux", passing=True),
    Adjective("sad", "triste", "after", "animate", "triste", passing=True),
    Adjective("sick", "malade", "after", "animate", "malade", passing=True),
    Adjective("tired", "fatigué", "after", "animate", passing=True),
]

TO, FROM = Phrase("to1", "à1"), Phrase("from1", "de1")
IN, ABOUT = Phrase("in1", "dans1"), Phrase("about1", "de1")

# fmt: off
VERBS = [
    Verb("sleep", "dormir", "animate", past="slept",
         present="dors dors dort dormons dormez dorment", participle="dormi"),
    Verb("work", "travailler", "human", company=True),
    Verb("sing", "chanter", "human", past="sang", company=True),
    Verb("play", "jouer", "animate", company=True),
    Verb("go", "aller", "human", oblique=Preposition(TO, "place"), past="went", auxiliary="être",
         present="vais vas va allons allez vont", participle="allé", company=True),
    Verb("come", "venir", "human", oblique=Preposition(FROM, "place home"), past="came",
         present="viens viens vient venons venez viennent", participle="venu", auxiliary="être",
         tenses="simple progressive past"),
    Verb("stay", "rester", "animate", oblique=Preposition(IN, "home"), auxiliary="être"),
    Verb("leave", "partir", "human", past="left", auxiliary="être",
         present="pars pars part partons partez partent", participle="parti", company=True),
    Verb("eat", "manger", "animate", "edible", past="ate",
         present="mange manges mange mangeons mangez mangent"),
    Verb("drink", "boire", "human", "drink", past="drank",
         present="bois bois boit buvons buvez boivent", participle="bu"),
    Verb("read", "lire", "human", "text", past="read", tenses="progressive past future",
         present="lis lis lit lisons lisez lisent", participle="lu"),
    Verb("see", "voir", "animate", "animate goods", past="saw", tenses="simple past future",
         present="vois vois voit voyons voyez voient", participle="vu"),
    Verb("look for", "chercher", "human", "animate goods text"),
    Verb("meet", "rencontrer", "human", "human", past="met", tenses="simple past future"),
    Verb("take", "prendre", "human", "edible drink thing text", past="took",
         present="prends prends prend prenons prenez prennent", participle="pris"),
    Verb("sell", "vendre", "human", "edible goods text house", past="sold",
         present="vends vends vend vendons vendez vendent", participle="vendu"),
    Verb("know", "connaître", "human", "human text house", tenses="simple",
         present="connais connais connaît connaissons connaissez connaissent"),
    Verb("like", "aimer", "human", "edible drink animal text", tenses="simple"),
    Verb("have", "avoir", "human", "animal goods text", tenses="simple",
         present="ai as a avons avez ont"),
    Verb("give", "donner", "human", "goods text fruit", Preposition(TO, "human"), past="gave"),
    Verb("show", "montrer", "human", "goods text", Preposition(TO, "human")),
    Verb("talk", "parler", "human", oblique=Preposition(TO, "human")),
    Verb("talk", "parler", "human", oblique=Preposition(ABOUT, "text person animal")),
]
# fmt: on

BE = Verb("be", "être", "", past="was", tenses="simple past future", participle="été",
          present="suis es est sommes êtes sont")  # fmt: skip
IMPERFECT_OF_BE = "étais étais était étions étiez étaient"
# "Paul is hungry" is "Paul a faim": he has hunger.
BE_HUNGRY = Verb("be", "avoir", "", present="ai as a avons avez ont", tenses="simple")
HUNGERS = [Phrase("hungry1", "faim1"), Phrase("thirsty1", "soif1")]

MODALS = {
    "want": Verb("want", "vouloir", "", present="veux veux veut voulons voulez veulent"),
    "can": Verb("can", "pouvoir", "", present="peux peux peut pouvons pouvez peuvent"),
    "must": Verb("must", "devoir", "", present="dois dois doit devons devez doivent"),
}
GO_FUTURE = next(verb for verb in VERBS if verb.french == "aller")
AUXILIARIES = {
    "avoir": next(verb for verb in VERBS if verb.french == "avoir"),
    "être": BE,
}

# Verbs of thought and speech, and the conjunction before what is thought or said.
THOUGHTS = {
    "think": Verb("think", "penser", "", tenses="simple"),
    "say": Verb("say", "dire", "", tenses="simple", present="dis dis dit disons dites disent"),
    "know": Verb("know", "savoir", "", tenses="simple",
                 present="sais sais sait savons savez savent"),
}  # fmt: skip
THAT, IF = Phrase("that1", "que1"), Phrase("if1", "si1")

# "You" is one word in English and two in French. Whoever is called by name is tu, sir and madam
# are vous, and without such a word at the beginning "you" means several people.
PRONOUNS = {
    "i": Pronoun(("i", "me"), ("je", "me", "me", "moi"), 0, "m", "s"),
    "he": Pronoun(("he", "him"), ("il", "le", "lui", "lui"), 2, "m", "s"),
    "she": Pronoun(("she", "her"), ("elle", "la", "lui", "elle"), 2, "f", "s"),
    "we": Pronoun(("we", "us"), ("nous", "nous", "nous", "nous"), 3, "m", "p"),
    "it m": Pronoun(("it", "it"), ("il", "le", "lui", "lui"), 2, "m", "s"),
    "it f": Pronoun(("it", "it"), ("elle", "la", "lui", "elle"), 2, "f", "s"),
    "they m": Pronoun(("they", "them"), ("ils", "les", "leur", "eux"), 5, "m", "p"),
    "they f": Pronoun(("they", "them"), ("elles", "les", "leur", "elles"), 5, "f", "p"),
    "tu m": Pronoun(("you", "you"), ("tu", "te", "te", "toi"), 1, "m", "s"),
    "tu f": Pronoun(("you", "you"), ("tu", "te", "te", "toi"), 1, "f", "s"),
    "sir": Pronoun(("you", "you"), ("vous", "vous", "vous", "vous"), 4, "m", "s"),
    "madam": Pronoun(("you", "you"), ("vous", "vous", "vous", "vous"), 4, "f", "s"),
    "you": Pronoun(("you", "you"), ("vous", "vous", "vous", "vous"), 4, "m", "p"),
    "who": Pronoun(("who", "who"), ("qui", "", "", ""), 2, "m", "s"),
}
TITLES = {"sir": Phrase("sir1", "monsieur1"), "madam": Phrase("madam1", "madame1")}

DETERMINERS = {
    "": Determiner(("", ""), ("", "", "", "")),
    "the": Determiner(("the", "the"), ("le", "la", "les", "les")),
    "a": Determiner(("a", ""), ("un", "une", "des", "des")),
    "some": Determiner(("", ""), ("de le", "de la", "des", "des")),  # bread: du pain
    "this": Determiner(("this", "these"), ("ce", "cette", "ces", "ces")),
    "two": Determiner(("", "two"), ("", "", "deux", "deux")),
    "three": Determiner(("", "three"), ("", "", "trois", "trois")),
    "many": Determiner(("", "many"), ("", "", "beaucoup de", "beaucoup de")),
    "which": Determiner(("which", "which"), ("quel", "quelle", "quels", "quelles")),
    "how many": Determiner(("", "how many"), ("", "", "combien de", "combien de")),
    "my": Determiner(("my", "my"), ("mon", "ma", "mes", "mes")),
    "your tu": Determiner(("your", "your"), ("ton", "ta", "tes", "tes")),
    "your vous": Determiner(("your", "your"), ("votre", "votre", "vos", "vos")),
    "his": Determiner(("his", "his"), ("son", "sa", "ses", "ses")),
    "her": Determiner(("her", "her"), ("son", "sa", "ses", "ses")),
    "our": Determiner(("our", "our"), ("notre", "notre", "nos", "nos")),
    "their": Determiner(("their", "their"), ("leur", "leur", "leurs", "leurs")),
}
POSSESSIVES = ("my", "your", "his", "her", "our", "their")

# The determiners that suit each kind of noun; one that stands twice is chosen twice as often.
SUITABLE = {
    "person": "the the a this two three",
    "child": "the the a this two three",
    "family": "own",
    "name": "",
    "animal": "the the a this own two three many",
    "food": "some some the this own",
    "drink": "some some the this own",
    "fruit": "the a a this own two three many",
    "text": "the the a a this own two three many",
    "thing": "the the a a this own two three many",
    "vehicle": "the the a a this own two three many",
    "furniture": "the the a this own two three many",
    "house": "the the a this own own",
    "room": "the the this own own",
    "place": "the",
}
UNCOUNTABLE = kinds("food drink")

TIMES = {
    "simple": [
        Phrase("every1 day2", "tous1 les1 jours2"),
        Phrase("in1 the1 morning2", "le1 matin2"),
        Phrase("in1 the1 evening2", "le1 soir2"),
        Phrase("on1 sundays2", "le1 dimanche2"),
    ],
    "progressive": [
        Phrase("now1", "maintenant1"),
        Phrase("today1", "aujourd'hui1"),
        Phrase("this1 morning2", "ce1 matin2"),
        Phrase("this1 evening2", "ce1 soir2"),
    ],
    "past": [
        Phrase("yesterday1", "hier1"),
        Phrase("yesterday1 morning2", "hier1 matin2"),
        Phrase("last1 week2", "la2 semaine2 dernière1"),
        Phrase("two1 days2 ago3", "il3 y3 a3 deux1 jours2"),
        Phrase("three1 days2 ago3", "il3 y3 a3 trois1 jours2"),
    ],
    "future": [
        Phrase("tomorrow1", "demain1"),
        Phrase("tomorrow1 morning2", "demain1 matin2"),
        Phrase("tomorrow1 evening2", "demain1 soir2"),
        Phrase("next1 week2", "la2 semaine2 prochaine1"),
        Phrase("in1 two2 days3", "dans1 deux2 jours3"),
        Phrase("this1 evening2", "ce1 soir2"),
    ],
}

# Adverbs that stand before the English verb and behind the French one.
ADVERBS = {
    "often": Phrase("often1", "souvent1"),
    "always": Phrase("always1", "toujours1"),
    "sometimes": Phrase("sometimes1", "parfois1"),
}
# The first French word stands before the verb, the second behind it.
NEGATIONS = {
    "not": Phrase("not1", "ne1 pas1"),
    "never": Phrase("never1", "ne1 jamais1"),
    "no longer": Phrase("no1 longer1", "ne1 plus1"),
}
QUESTION_WORDS = {
    "what": Phrase("what1", "que1"),
    "whom": Phrase("who1", "qui1"),
    "where": Phrase("where1", "où1"),
    "when": Phrase("when1", "quand1"),
    "why": Phrase("why1", "pourquoi1"),
}

AT, NEAR = Phrase("at1", "à1"), Phrase("near1", "près1 de1")
WITH = Preposition(Phrase("with1", "avec1"), "human")
ON, UNDER = Phrase("on1", "sur1"), Phrase("under1", "sous1")
EVENT_PLACES = [Preposition(IN, "home"), Preposition(AT, "place"), Preposition(NEAR, "place house")]
# Where each kind of noun may be found.
POSITIONS = {
    "name": EVENT_PLACES,
    "person": EVENT_PLACES,
    "child": EVENT_PLACES,
    "family": EVENT_PLACES,
    "animal": [Preposition(UNDER, "furniture"), Preposition(IN, "home")],
    "vehicle": [Preposition(NEAR, "place house")],
    "furniture": [Preposition(IN, "home")],
    "thing": [Preposition(ON, "furniture"), Preposition(UNDER, "furniture")],
    "text": [Preposition(ON, "furniture"), Preposition(IN, "home")],
    "fruit": [Preposition(ON, "furniture")],
}

# From the closest to the loosest. "He left because he was tired, but she stayed": the part with
# "because" belongs to his leaving, and so stands closer to it.
JOINS = [
    Join(Phrase("A if1 B", "A si1 B"), "moment", "future:simple"),
    Join(Phrase("if1 B ,2 A", "si1 B ,2 A"), "moment", "simple:simple future:simple"),
    Join(Phrase("A when1 B", "A quand1 B"), "moment", "simple:simple past:past"),
    Join(Phrase("when1 B ,2 A", "quand1 B ,2 A"), "moment", "simple:simple past:past"),
    Join(
        Phrase("A because1 B", "A parce1 que1 B"),
        "reason",
        "simple:simple progressive:simple past:past future:simple",
    ),
    Join(
        Phrase("A and1 B", "A et1 B"),
        "event",
        "simple:simple progressive:progressive past:past future:future",
    ),
    Join(
        Phrase("A ,2 but1 B", "A ,2 mais1 B"),
        "event",
        "simple:simple progressive:progressive past:past future:future simple:past past:future",
    ),
]
# Before a statement: a time, or the name of the person who is spoken to.
OPENING = Phrase("A ,1 B", "A ,1 B")
WEATHER = [Phrase("it1 rains2", "il1 pleut2"), Phrase("it1 snows2", "il1 neige2")]
# A is what is there, B the place.
THERE_IS = {
    ("s", False): Phrase("there1 is2 A B", "il1 y1 a2 A B"),
    ("p", False): Phrase("there1 are2 A B", "il1 y1 a2 A B"),
    ("s", True): Phrase("there1 is2 no3 A B", "il1 ne3 y1 a2 pas3 de3 A B"),
    ("p", True): Phrase("there1 are2 no3 A B", "il1 ne3 y1 a2 pas3 de3 A B"),
}
IS_THERE = {
    "s": Phrase("is1 there2 A B", "est-ce1 que1 il2 y2 a1 A B"),
    "p": Phrase("are1 there2 A B", "est-ce1 que1 il2 y2 a1 A B"),
}
