"""The phrase book: the form of the file, and the French that a pattern can check."""

import re
import unicodedata
from collections import Counter
from importlib import resources

import pytest

import d2l_local as d2l

FOLDER = resources.files("d2l_local") / "phrasebook"
CONTENT = (FOLDER / "eng-fra.tsv").read_bytes()
LINES = CONTENT.decode("utf-8").split("\n")[:-1]
PAIRS = [tuple(line.split("\t")) for line in LINES]
NARROW_SPACE = "\u202f"

ENGLISH_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ENGLISH = set(ENGLISH_LETTERS + "é .,!?'-")
FRENCH = set(ENGLISH_LETTERS + "àâæçèéêëîïôœùûüÿÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸ .,!?'-" + NARROW_SPACE)

VOWEL = "[aeiouyàâæéèêëîïôœùûü]"
# Words that begin with a vowel and yet take no elision: "que oui", "le onze", "le yaourt".
BARE = r"oui\b|onz|y[aeo]"
# Many a French h is mute. These words of daily life begin with one.
MUTE = r"h(?:abi|erbe|eure|ier\b|istoir|iver|omme|onn|ôpit|ôtel|uile|uître|umeur)"


def french(pattern: str) -> list[str]:
    """Return the French sentences in which a regular expression finds something."""
    return [target for _, target in PAIRS if re.search(pattern, target, re.IGNORECASE)]


def test_lines_end_as_on_unix() -> None:
    assert b"\r" not in CONTENT
    assert CONTENT.endswith(b"\n") and not CONTENT.endswith(b"\n\n")


def test_the_file_is_utf_8_without_a_mark_at_its_start() -> None:
    assert not CONTENT.startswith(b"\xef\xbb\xbf")


def test_every_line_has_two_columns() -> None:
    assert [line for line in LINES if line.count("\t") != 1] == []


def test_there_are_at_least_two_thousand_pairs() -> None:
    assert len(PAIRS) >= 2000


def test_no_sentence_has_stray_white_space() -> None:
    for sentence in (sentence for pair in PAIRS for sentence in pair):
        assert sentence == sentence.strip() and sentence, repr(sentence)
        assert not re.search(r"\s\s| [.,!?]", sentence), repr(sentence)
        assert not re.search(r",(?! )", sentence), repr(sentence)


def test_every_character_is_in_its_composed_form() -> None:
    assert [line for line in LINES if not unicodedata.is_normalized("NFC", line)] == []


def test_only_expected_characters_occur() -> None:
    assert [e for e, _ in PAIRS if set(e) - ENGLISH] == []
    assert [f for _, f in PAIRS if set(f) - FRENCH] == []


def test_a_narrow_space_stands_before_each_french_mark_and_nowhere_else() -> None:
    assert french(rf"(?<!{NARROW_SPACE})[!?]") == []
    assert french(rf"{NARROW_SPACE}(?![!?])") == []


def test_no_pair_stands_twice() -> None:
    assert [pair for pair, count in Counter(PAIRS).items() if count > 1] == []


def test_no_pair_stands_twice_for_the_model() -> None:
    seen = Counter((d2l.normalize(e), d2l.normalize(f)) for e, f in PAIRS)
    assert [pair for pair, count in seen.items() if count > 1] == []


def test_few_english_sentences_have_more_than_one_translation() -> None:
    counts = Counter(english for english, _ in PAIRS)
    assert sum(count - 1 for count in counts.values()) < 0.05 * len(PAIRS)


def test_the_pairs_are_sorted_by_length_and_then_by_alphabet() -> None:
    # In an alphabet a space comes before the letters, and a narrow one is a space.
    keys = [(len(e), e, f.replace(NARROW_SPACE, " ")) for e, f in PAIRS]
    wrong = [pair for pair, key, last in zip(PAIRS[1:], keys[1:], keys, strict=False) if key < last]
    assert wrong == []


def test_sentences_start_with_a_capital_and_end_with_a_mark() -> None:
    for sentence in (sentence for pair in PAIRS for sentence in pair):
        assert sentence[0].isupper(), sentence
        assert sentence[-1] in ".!?", sentence


def test_questions_stay_questions() -> None:
    assert [pair for pair in PAIRS if pair[0].endswith("?") != pair[1].endswith("?")] == []


@pytest.mark.parametrize("sample", ["Go.", "Wow!", "I'm OK.", "I won!"])
def test_a_sample_sentence_stands_once_among_the_first_thousand(sample: str) -> None:
    places = [place for place, (english, _) in enumerate(PAIRS) if english == sample]
    assert len(places) == 1
    assert places[0] < 1000


def test_short_words_lose_their_vowel_before_another() -> None:
    short = "je|me|te|se|le|la|de|ne|que|ce|jusque|lorsque|puisque"
    # After a hyphen nothing is lost: "puis-je entrer", "est-ce ici".
    assert french(rf"(?<![\w'-])({short}) (?!{BARE})({VOWEL}|{MUTE})") == []
    assert french(r"(?<![\w'-])si ils?\b") == []


def test_no_vowel_is_lost_elsewhere() -> None:
    assert french(rf"(?<!\w)([jmtsldnc]|qu|jusqu|lorsqu|puisqu)'(?!{VOWEL}|h)") == []
    assert french(r"(?<!\w)s'(elles?|on|une?)\b") == []
    assert french(r"'\s|\s'") == []


def test_a_preposition_and_an_article_become_one_word() -> None:
    # "avant de les manger" is right: before a verb, "le" and "les" are pronouns.
    verb = r"\w+(er|ir|[ai]re|ndre|ettre)\b"
    assert french(rf"\b(de|à) les? (?!{verb})") == []


def test_possessives_and_adjectives_have_their_form_before_a_vowel() -> None:
    # "mon amie", not "ma amie"; "un bel homme", not "un beau homme"
    assert french(rf"(?<![\w'-])(ma|ta|sa|(un|le) (beau|nouveau|vieux)) ({VOWEL}|{MUTE})") == []
    assert french(rf"\bcet (?!{VOWEL}|{MUTE})") == []


def test_both_forms_of_address_occur() -> None:
    assert len(french(r"\b(tu|toi|t'|te)\b")) > 100
    assert len(french(r"\bvous\b")) > 100


def test_the_loader_gives_the_lines_as_they_stand() -> None:
    assert d2l.load_phrase_book() == PAIRS


def test_the_loader_gives_exactly_as_many_pairs_as_asked() -> None:
    for num_examples in (1, 2, 1000):
        assert d2l.load_phrase_book(num_examples) == PAIRS[:num_examples]


@pytest.mark.parametrize("num_examples", [0, -1])
def test_the_loader_refuses_less_than_one_pair(num_examples: int) -> None:
    with pytest.raises(ValueError, match=f"num_examples is {num_examples}.*at least 1"):
        d2l.load_phrase_book(num_examples)


def test_readme_and_licence_stand_beside_the_file() -> None:
    assert "eng-fra.tsv" in (FOLDER / "README.md").read_text("utf-8")
    licence = (FOLDER / "LICENSE").read_text("utf-8")
    assert "CC0 1.0" in licence and "public domain" in licence
