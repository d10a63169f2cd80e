"""Measures of translations, alignments and models, on cases that can be counted by hand."""

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from references import law

from d2l_local.evaluation import (
    alignment_error_rate,
    alignment_from_weights,
    bleu,
    chrf,
    exact_match,
)

# BLEU and chrF


def test_bleu_is_the_product_that_one_counts_by_hand() -> None:
    # Precisions of 1 to 4 words: 5/6, 4/5, 3/4, 2/3. Six words against six: no penalty.
    score, _ = bleu(["le chat dort très bien ici"], ["le chat dort très bien !"])
    assert score == pytest.approx(100 * (5 / 6 * 4 / 5 * 3 / 4 * 2 / 3) ** 0.25)


def test_bleu_punishes_a_translation_that_is_too_short() -> None:
    # All that is there is right: five words of six.
    score, _ = bleu(["le chat dort très bien"], ["le chat dort très bien !"])
    assert score == pytest.approx(100 * math.exp(1 - 6 / 5))


def test_bleu_counts_over_the_corpus_and_not_sentence_by_sentence() -> None:
    hypotheses, references = ["a b c d e", "v w x y z"], ["a b c d e", "v w x y !"]
    # 9/10 words, 7/8 pairs, 5/6 triples, 3/4 runs of four.
    expected = 100 * (9 / 10 * 7 / 8 * 5 / 6 * 3 / 4) ** 0.25
    assert bleu(hypotheses, references).score == pytest.approx(expected)


def test_bleu_takes_the_tokens_as_they_are() -> None:
    # A tokeniser would part the full stop from the word, and find all five tokens right.
    assert bleu(["a b c d."], ["a b c d ."]).score < 70
    assert bleu(["A b c d ."], ["a b c d ."]).score < 70


def test_the_signature_says_how_bleu_was_computed() -> None:
    _, signature = bleu(["va !"], ["va !"])
    fields = dict(field.split(":") for field in signature.split("|"))
    assert fields["tok"] == "none" and fields["nrefs"] == "1" and fields["case"] == "mixed"
    assert "version" in fields


def test_tokenised_text_causes_no_warning(caplog) -> None:
    bleu(["le chat dort ."] * 200, ["le chat dort ."] * 200)
    assert caplog.records == []


def test_chrf_sees_that_a_wrong_ending_is_half_right() -> None:
    wrong_ending, wrong_word = chrf(["fatigués"], ["fatiguée"]), chrf(["contente"], ["fatiguée"])
    assert wrong_ending.score > 60 > 20 > wrong_word.score
    assert bleu(["fatigués"], ["fatiguée"]).score == bleu(["contente"], ["fatiguée"]).score == 0


def test_chrf_is_the_f_measure_that_one_counts_by_hand() -> None:
    # "abc" against "abd": 2 of 3 letters, 1 of 2 pairs, 0 of 1 triples, as precision and recall.
    # With both alike, every F-measure is their mean: (2/3 + 1/2 + 0) / 3.
    score, signature = chrf(["abc"], ["abd"])
    assert score == pytest.approx(100 * (2 / 3 + 1 / 2) / 3)
    assert "nc:6" in signature and "nw:0" in signature and "version" in signature


@pytest.mark.parametrize("measure", [bleu, chrf])
def test_a_perfect_translation_has_exactly_100(measure) -> None:
    texts = ["je cours .", "le chat voit le chien .", "qui es-tu aujourd'hui ?"]
    assert measure(texts, texts).score == 100.0


def test_exact_match_is_the_share_of_translations_without_any_fault() -> None:
    references = ["va !", "je cours .", "je dors .", "qui ?"]
    assert exact_match(["va !", "je cours", "je dors .", "Qui ?"], references) == 0.5
    assert exact_match(references, references) == 1
    assert exact_match(["non"] * 4, references) == 0


@pytest.mark.parametrize("measure", [bleu, chrf, exact_match])
def test_texts_that_do_not_fit_are_refused(measure) -> None:
    with pytest.raises(ValueError, match="2 hypotheses and 1 references"):
        measure(["a", "b"], ["a"])
    with pytest.raises(ValueError, match="hypotheses is empty"):
        measure([], [])
    with pytest.raises(ValueError, match="hypotheses is the string 'a b'.*list"):
        measure("a b", ["a"])
    with pytest.raises(ValueError, match="references is the string 'a'.*list"):
        measure(["a"], "a")


# Alignments

SURE = {(0, 0), (1, 1)}
POSSIBLE = {(0, 0), (1, 1), (1, 2), (2, 2)}


@pytest.mark.parametrize(
    ("predicted", "error"),
    [
        (SURE, 0),
        (POSSIBLE, 0),  # what is possible is never wrong
        ({(0, 0)}, 1 - (1 + 1) / (1 + 2)),  # a sure link is missing
        ({(0, 0), (1, 1), (2, 0)}, 1 - (2 + 2) / (3 + 2)),  # one is not even possible
        ({(0, 0), (2, 2)}, 1 - (1 + 2) / (2 + 2)),
        ({(0, 1), (1, 0)}, 1),  # source and target confused
        (set(), 1),
    ],
)
def test_the_alignment_error_rate_of_hand_made_cases(predicted, error: float) -> None:
    assert alignment_error_rate([predicted], [SURE], [POSSIBLE]) == pytest.approx(error)


def test_without_possible_links_only_the_sure_ones_are_right() -> None:
    # Then it is 1 less the F1 measure: precision 2/3, recall 2/2.
    f1 = 2 * (2 / 3 * 1) / (2 / 3 + 1)
    assert alignment_error_rate([SURE | {(1, 2)}], [SURE]) == pytest.approx(1 - f1)


def test_every_sure_link_is_possible_whether_listed_or_not() -> None:
    predicted = {(0, 0), (1, 2)}
    listed = alignment_error_rate([predicted], [SURE], [POSSIBLE])
    assert alignment_error_rate([predicted], [SURE], [POSSIBLE - SURE]) == listed


def test_the_error_rate_counts_links_over_the_corpus() -> None:
    # A sentence with one link, wrong, weighs less than one with three, right.
    three = {(0, 0), (1, 1), (2, 2)}
    assert alignment_error_rate([{(0, 1)}, three], [{(0, 0)}, three]) == pytest.approx(1 - 6 / 8)


links = st.frozensets(st.tuples(st.integers(0, 3), st.integers(0, 3)))


@law
@given(st.lists(st.tuples(links, links, links), min_size=1))
def test_an_error_rate_lies_between_0_and_1(corpus) -> None:
    predicted, sure, possible = ([case[k] for case in corpus] for k in range(3))
    sure[0] = sure[0] | {(0, 0)}
    assert 0 <= alignment_error_rate(predicted, sure, possible) <= 1
    assert alignment_error_rate(sure, sure, possible) == 0


def test_an_error_rate_needs_one_set_for_each_sentence_and_a_link() -> None:
    with pytest.raises(ValueError, match="2 sentences, sure ones for 1 and possible ones for 1"):
        alignment_error_rate([SURE, SURE], [SURE])
    with pytest.raises(ValueError, match="possible ones for 2"):
        alignment_error_rate([SURE], [SURE], [SURE, SURE])
    with pytest.raises(ValueError, match="neither predicted nor sure has a link"):
        alignment_error_rate([set(), set()], [set(), set()])


WEIGHTS = numpy.array(
    [
        # the  red  car  <eos>
        [0.7, 0.1, 0.1, 0.1],  # la
        [0.1, 0.2, 0.6, 0.1],  # voiture
        [0.2, 0.5, 0.2, 0.1],  # rouge
        [0.1, 0.1, 0.2, 0.6],  # <eos>
    ]
)
SOURCE, TARGET = ["the", "red", "car", "<eos>"], ["la", "voiture", "rouge", "<eos>"]


def test_a_target_word_is_linked_to_where_it_looked_most() -> None:
    assert alignment_from_weights(WEIGHTS, SOURCE, TARGET) == {(0, 0), (2, 1), (1, 2)}


def test_several_target_words_may_look_at_one_source_word() -> None:
    weights = numpy.array([[0.9, 0.1], [0.8, 0.2]])
    assert alignment_from_weights(weights, ["not", "."], ["ne", "pas"]) == {(0, 0), (0, 1)}


def test_the_end_of_a_sentence_has_no_links() -> None:
    weights = WEIGHTS.copy()
    weights[1] = [0, 0, 0, 1]  # a word that looks at <eos>
    weights[3] = [0, 0, 1, 0]  # <eos> that looks at a word
    assert alignment_from_weights(weights, SOURCE, TARGET) == {(0, 0), (1, 2)}


def test_the_last_word_of_an_unfinished_translation_has_its_link() -> None:
    found = alignment_from_weights(WEIGHTS[:3, :3], SOURCE[:3], TARGET[:3])
    assert found == {(0, 0), (2, 1), (1, 2)}


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(4, 4\), but there are 3 target and 4 source tokens"):
        alignment_from_weights(WEIGHTS, SOURCE, TARGET[:3])
    with pytest.raises(ValueError, match="2 target and 3 source"):
        alignment_from_weights(WEIGHTS[:3, :2], SOURCE[:3], TARGET[:2])
