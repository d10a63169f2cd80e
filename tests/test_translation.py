"""Translation of text, one sentence or many."""

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mxnet import np
from references import fill, law

import d2l_local as d2l
from d2l_local.decoding import beam_search, score
from d2l_local.translation import ScoredTranslation, translate

PAIRS = [
    ("Go.", "Va !"),
    ("I run.", "Je cours."),
    ("We sleep.", "Nous dormons."),
    ("Who are you?", "Qui es-tu\u202f?"),
    ("The cat sees the dog.", "Le chat voit le chien."),
    ("We are very tired today.", "Nous sommes très fatigués aujourd'hui."),
]
SENTENCES = [english for english, _ in PAIRS] + ["You run.", "The dog.", "Are we the cat?"]
NUM_STEPS = 7


class Translator(NamedTuple):
    model: d2l.EncoderDecoder
    src_vocab: d2l.Vocab
    tgt_vocab: d2l.Vocab

    def one(self, sentence: str, num_steps: int = NUM_STEPS, **options: Any) -> ScoredTranslation:
        return translate(self.model, sentence, *self[1:], num_steps, **options)

    def many(self, sentences: Sequence[str], num_steps: int = NUM_STEPS, **options: Any):
        return translate(self.model, list(sentences), *self[1:], num_steps, **options)


def make_translator(decoder: type[d2l.Decoder], seed: int = 0) -> Translator:
    """Return a translator with random values: it writes nonsense, but each sentence its own."""
    src_vocab, tgt_vocab, _ = d2l.load_translation_data(2, 9, None, pairs=PAIRS)
    model = d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(len(src_vocab), 4, 6, num_layers=1),
        decoder(len(tgt_vocab), 4, 6, num_layers=1),
    )
    model.initialize()
    fill(model, seed)
    # A trained model knows that these are never written; predict_seq2seq relies on it.
    bias = model.decoder.dense.bias.data()
    bias[[tgt_vocab.pad, tgt_vocab.bos]] = -100
    return Translator(model, src_vocab, tgt_vocab)


WITH_ATTENTION = make_translator(d2l.Seq2SeqAttentionDecoder)
WITHOUT_ATTENTION = make_translator(d2l.Seq2SeqDecoder)
both = pytest.mark.parametrize(
    "translator", [WITH_ATTENTION, WITHOUT_ATTENTION], ids=["attention", "no attention"]
)


def assert_equal(actual: ScoredTranslation, expected: ScoredTranslation) -> None:
    assert actual.source_tokens == expected.source_tokens
    assert actual.target_tokens == expected.target_tokens
    assert actual.log_prob == pytest.approx(expected.log_prob, abs=1e-5)
    assert actual.score == pytest.approx(expected.score, abs=1e-5)
    assert (actual.unknown, actual.finished) == (expected.unknown, expected.finished)
    assert (actual.attention_weights is None) == (expected.attention_weights is None)
    if expected.attention_weights is not None:
        assert actual.attention_weights.shape == expected.attention_weights.shape
        numpy.testing.assert_allclose(
            actual.attention_weights, expected.attention_weights, atol=1e-5
        )
    assert len(actual.alternatives) == len(expected.alternatives)
    for one, other in zip(actual.alternatives, expected.alternatives, strict=True):
        assert_equal(one, other)


# One sentence and many


def test_one_sentence_gives_one_translation_and_a_list_gives_a_list() -> None:
    one = WITH_ATTENTION.one("Who are you?")
    assert isinstance(one, ScoredTranslation)
    many = WITH_ATTENTION.many(["Who are you?"])
    assert isinstance(many, list)
    assert_equal(many[0], one)
    assert WITH_ATTENTION.many([]) == []


@both
def test_without_a_beam_it_is_the_greedy_translation_of_chapter_03(translator) -> None:
    for sentence in SENTENCES:
        mine = translator.one(sentence)
        chapter = d2l.predict_seq2seq(translator.model, sentence, *translator[1:], NUM_STEPS)
        assert mine.text == chapter.text
        assert mine.target_tokens == chapter.target_tokens
        assert mine.source_tokens == chapter.source_tokens
        assert (mine.attention_weights is None) == (chapter.attention_weights is None)
        if chapter.attention_weights is not None:
            numpy.testing.assert_allclose(
                mine.attention_weights, chapter.attention_weights, atol=1e-5
            )


@law
@given(
    st.sampled_from([WITH_ATTENTION, WITHOUT_ATTENTION]),
    st.lists(st.sampled_from(SENTENCES), max_size=8),
    st.sampled_from([1, 3]),
    st.integers(1, 5),
)
def test_company_order_and_size_of_the_batch_do_not_matter(
    translator, sentences, beam_size, batch_size
) -> None:
    options = {"beam_size": beam_size, "alpha": 0.5}
    together = translator.many(sentences, batch_size=batch_size, **options)
    assert len(together) == len(sentences)
    for sentence, translation in zip(sentences, together, strict=True):
        assert_equal(translation, translator.one(sentence, **options))


def test_a_batch_costs_as_many_steps_as_one_sentence(monkeypatch) -> None:
    calls = []
    step = d2l.Seq2SeqDecoder.forward
    monkeypatch.setattr(
        d2l.Seq2SeqDecoder, "forward", lambda *args: (calls.append(args[1].shape), step(*args))[1]
    )
    WITHOUT_ATTENTION.many(SENTENCES * 20, batch_size=90)
    assert len(calls) <= 2 * NUM_STEPS
    assert {shape for shape in calls} == {(90, 1)}


def test_sentences_of_similar_length_go_together(monkeypatch) -> None:
    shapes = []
    encode = d2l.Seq2SeqEncoder.forward

    def spy(self, X, valid_len):
        shapes.append((X.shape, int(valid_len.min())))
        return encode(self, X, valid_len)

    monkeypatch.setattr(d2l.Seq2SeqEncoder, "forward", spy)
    WITHOUT_ATTENTION.many(["Go.", "The cat sees the dog."] * 3, batch_size=3)
    assert shapes == [((3, 3), 3), ((3, 7), 7)]


# What a translation tells


def test_a_translation_tells_its_probability_and_score() -> None:
    for translation in WITH_ATTENTION.many(SENTENCES, beam_size=3, alpha=0.5):
        for t in (translation, *translation.alternatives):
            source = WITH_ATTENTION.src_vocab[t.source_tokens]
            target = WITH_ATTENTION.tgt_vocab[t.target_tokens]
            [again] = score(WITH_ATTENTION.model, [source], [target], WITH_ATTENTION.tgt_vocab)
            assert t.log_prob == pytest.approx(again.log_prob, abs=1e-4)
            assert t.score == pytest.approx(t.log_prob / len(target) ** 0.5)
            assert t.finished == (t.target_tokens[-1] == "<eos>")


def test_a_greedy_translation_tells_its_score_too() -> None:
    translation = WITH_ATTENTION.one("Go.", alpha=1)
    assert translation.score == translation.log_prob / len(translation.target_tokens)
    assert translation.alternatives == ()


def test_the_alternatives_are_the_rest_of_the_beam() -> None:
    translation = WITH_ATTENTION.one("Who are you?", beam_size=4, alpha=1)
    source = WITH_ATTENTION.src_vocab[translation.source_tokens]
    model, _, vocab = WITH_ATTENTION
    [beam] = beam_search(model, [source], vocab, NUM_STEPS, beam_size=4, alpha=1)
    found = [translation, *translation.alternatives]
    assert [t.target_tokens for t in found] == [vocab.to_tokens(h.tokens) for h in beam.hypotheses]
    assert [t.alternatives for t in translation.alternatives] == [()] * 3


@both
def test_the_text_has_no_special_tokens_but_unk(translator) -> None:
    for translation in translator.many(SENTENCES, beam_size=2):
        assert not set(translation.text.split()) & {"<pad>", "<bos>", "<eos>"}


# Unknown words


class CopyDecoder(d2l.Decoder):
    """Writes <unk>, <unk>, "a", <eos>; looks at the place of each source word that `looks` says."""

    def __init__(self, looks: Sequence[int]) -> None:
        super().__init__()
        self.looks = list(looks)

    def init_state(self, enc_outputs: Any, *args: Any) -> tuple[int, int]:
        self.source_steps = enc_outputs.shape[1]
        return 0, len(enc_outputs)

    def forward(self, X: np.ndarray, state: tuple[int, int]) -> tuple[np.ndarray, tuple[int, int]]:
        step, batch = state
        scores = numpy.zeros((batch, 1, len(VOCAB)))
        scores[:, :, VOCAB[["<unk>", "<unk>", "a", "<eos>"][step]]] = 9
        weights = numpy.full((batch, 1, self.source_steps), 0.1)
        weights[:, :, self.looks[step]] = 0.7
        self.attention_weights = np.array(weights)
        return np.array(scores), (step + 1, batch)

    def reorder_state(self, state: tuple[int, int], rows: np.ndarray) -> tuple[int, int]:
        return state[0], len(rows)


class Echo(d2l.Encoder):
    def forward(self, X: np.ndarray, *args: Any) -> np.ndarray:
        return X


VOCAB = d2l.Vocab([["a", "b", "."]])


def copier(*looks: int) -> Translator:
    return Translator(d2l.EncoderDecoder(Echo(), CopyDecoder(looks)), VOCAB, VOCAB)


@pytest.mark.filterwarnings("ignore:not in the vocabulary")
@pytest.mark.parametrize("beam_size", [1, 2])
def test_unknown_words_are_copied_from_where_the_decoder_looked(beam_size: int) -> None:
    copied = copier(2, 0, 1, 3).one("Zebra a quagga.", copy_unknown=True, beam_size=beam_size)
    assert copied.target_tokens == ["quagga", "zebra", "a", "<eos>"]
    assert copied.text == "quagga zebra a"
    assert copied.unknown == ["zebra", "quagga"]


@pytest.mark.filterwarnings("ignore:not in the vocabulary")
def test_unknown_words_are_not_copied_unasked() -> None:
    assert copier(2, 0, 1, 3).one("Zebra a quagga.").text == "<unk> <unk> a"


@pytest.mark.filterwarnings("ignore:not in the vocabulary")
def test_the_end_of_the_sentence_is_no_word_to_copy() -> None:
    # It looks at <eos> most; all words share the rest.
    copied = copier(1, 1, 1, 1).one("Zebra", copy_unknown=True)
    assert copied.target_tokens == ["zebra", "zebra", "a", "<eos>"]


@pytest.mark.filterwarnings("ignore:not in the vocabulary", "ignore:1 of 1")
def test_the_last_word_of_a_cut_sentence_can_be_copied() -> None:
    copied = copier(1, 0, 0, 0).one("a zebra quagga", num_steps=2, copy_unknown=True)
    assert copied.target_tokens == ["zebra", "a"]
    assert not copied.finished


def test_copying_needs_attention() -> None:
    with pytest.raises(ValueError, match="copy_unknown is True.*no attention weights"):
        WITHOUT_ATTENTION.one("Go.", copy_unknown=True)


def test_unknown_words_are_named_once_for_all_sentences() -> None:
    with pytest.warns(UserWarning, match=r"read as <unk>: zebra, see, quagga\.$") as all_:
        first, second = WITH_ATTENTION.many(["The zebra sees.", "You see zebra quagga?"])
    assert len(all_) == 1
    assert first.unknown == ["zebra"]
    assert second.unknown == ["see", "zebra", "quagga"]


def test_a_warning_of_many_unknown_words_is_short() -> None:
    words = [f"w{number}" for number in range(14)]
    with pytest.warns(UserWarning, match=r"w0, w1, .*, w9 and 4 more\.$"):
        assert WITH_ATTENTION.one(" ".join(words), num_steps=20).unknown == words


def test_known_words_cause_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        WITH_ATTENTION.many(SENTENCES[:6])


# Sentences that do not fit


def test_a_long_sentence_is_cut_and_the_warning_says_what_is_lost() -> None:
    with pytest.warns(
        UserWarning, match=r"^1 of 2 .*num_steps=4.*number 2 with 7 tokens.*: dog \. <eos>$"
    ):
        _, translation = WITH_ATTENTION.many(["Go.", "The cat sees the dog."], num_steps=4)
    assert translation.source_tokens == ["the", "cat", "sees", "the"]
    assert len(translation.target_tokens) <= 4
    assert translation.attention_weights.shape == (len(translation.target_tokens), 4)


def test_warnings_point_to_the_line_of_the_reader() -> None:
    with pytest.warns(UserWarning) as caught:
        translate(WITH_ATTENTION.model, "The zebra and the dog.", *WITH_ATTENTION[1:], 5)
    assert [warning.filename for warning in caught] == [__file__] * 2


@pytest.mark.parametrize("empty", ["", "  ", "\u202f\n"])
def test_an_empty_sentence_is_refused_and_its_place_named(empty: str) -> None:
    with pytest.raises(ValueError, match="sentence 1 of 1 is empty"):
        WITH_ATTENTION.one(empty)
    with pytest.raises(ValueError, match="sentence 2 of 3 is empty"):
        WITH_ATTENTION.many(["Go.", empty, "Go."])


@pytest.mark.parametrize(
    ("argument", "value", "least"),
    [("num_steps", 0, 1), ("beam_size", 0, 1), ("alpha", -0.5, 0), ("batch_size", 0, 1)],
)
def test_numbers_out_of_range_are_refused(argument: str, value: float, least: int) -> None:
    with pytest.raises(ValueError, match=f"{argument} is {value}, .* at least {least}"):
        WITH_ATTENTION.one("Go.", **{argument: value})


@pytest.mark.parametrize("beam_size", [1, 3])
def test_a_model_without_values_is_refused(beam_size: int) -> None:
    _, src_vocab, tgt_vocab = WITH_ATTENTION
    model = d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(len(src_vocab), 4, 6, 1), d2l.Seq2SeqDecoder(len(tgt_vocab), 4, 6, 1)
    )
    with pytest.raises(RuntimeError, match="not initialised.*train_seq2seq"):
        translate(model, "Go.", src_vocab, tgt_vocab, 5, beam_size)
