"""Greedy translation of one sentence."""

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy
import pytest
from mxnet import np

import d2l_local as d2l

PAIRS = [
    ("Go.", "Va !"),
    ("I run.", "Je cours."),
    ("I sleep.", "Je dors."),
    ("We run.", "Nous courons."),
    ("I see you.", "Je te vois."),
    ("You see me.", "Tu me vois."),
    ("Who are you?", "Qui es-tu\u202f?"),
    ("Where are you?", "Où es-tu\u202f?"),
    ("We are very tired.", "Nous sommes très fatigués."),
    ("The cat sees the dog.", "Le chat voit le chien."),
    ("The dog sees the cat.", "Le chien voit le chat."),
]
NUM_STEPS = 9


class Translator(NamedTuple):
    model: d2l.EncoderDecoder
    src_vocab: d2l.Vocab
    tgt_vocab: d2l.Vocab

    def __call__(self, sentence: str, num_steps: int = NUM_STEPS) -> d2l.Translation:
        return d2l.predict_seq2seq(
            self.model, sentence, self.src_vocab, self.tgt_vocab, num_steps=num_steps
        )


def new_translator(decoder: type[d2l.Decoder]) -> tuple[Translator, d2l.TranslationBatches]:
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(6, NUM_STEPS, None, pairs=PAIRS)
    model = d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(len(src_vocab), 16, 32, num_layers=1),
        decoder(len(tgt_vocab), 16, 32, num_layers=1),
    )
    return Translator(model, src_vocab, tgt_vocab), batches


def trained_translator(decoder: type[d2l.Decoder]) -> Translator:
    translator, batches = new_translator(decoder)
    d2l.train_seq2seq(translator.model, batches, lr=0.02, num_epochs=100)
    return translator


@pytest.fixture(scope="module")
def with_attention() -> Translator:
    return trained_translator(d2l.Seq2SeqAttentionDecoder)


@pytest.fixture(scope="module")
def without_attention() -> Translator:
    return trained_translator(d2l.Seq2SeqDecoder)


@pytest.fixture(params=["with_attention", "without_attention"])
def translator(request: pytest.FixtureRequest) -> Translator:
    return request.getfixturevalue(request.param)


def looked(translation: d2l.Translation) -> numpy.ndarray:
    assert isinstance(translation.attention_weights, numpy.ndarray)
    return translation.attention_weights


# What is translated


def test_the_training_sentences_are_translated_exactly(translator: Translator) -> None:
    assert {english: translator(english).text for english, _ in PAIRS} == {
        english: d2l.normalize(french) for english, french in PAIRS
    }


@pytest.mark.parametrize(
    "spelling", ["Who are you?", "who are you ?", "WHO ARE YOU\u202f?", "  Who are\nyou?  "]
)
def test_case_and_spacing_do_not_matter(with_attention: Translator, spelling: str) -> None:
    translation = with_attention(spelling)
    assert translation.source_tokens == ["who", "are", "you", "?", "<eos>"]
    assert translation.text == "qui es-tu ?"


def test_a_translation_keeps_its_tokens(with_attention: Translator) -> None:
    translation = with_attention("I run.")
    assert translation.source_tokens == ["i", "run", ".", "<eos>"]
    assert translation.target_tokens == ["je", "cours", ".", "<eos>"]
    assert translation.text == "je cours ."
    assert translation.unknown == []


def test_one_sentence_always_gets_the_same_translation(with_attention: Translator) -> None:
    first, second = with_attention("I see you."), with_attention("I see you.")
    assert first.target_tokens == second.target_tokens
    numpy.testing.assert_array_equal(looked(first), looked(second))


def test_the_name_in_the_source_text_gives_the_text(with_attention: Translator) -> None:
    model, src_vocab, tgt_vocab = with_attention
    for sentence in ("Go .", "I run ."):
        text = d2l.predict_s2s_ch9(model, sentence, src_vocab, tgt_vocab, NUM_STEPS, d2l.try_gpu())
        assert type(text) is str
        assert text == with_attention(sentence).text


# Where it stops


class ScriptedDecoder(d2l.Decoder):
    """Finds the tokens of a script the likeliest, one after the other, whatever the source."""

    def __init__(self, script: Sequence[int], vocab_size: int) -> None:
        super().__init__()
        self.script, self.vocab_size = list(script), vocab_size
        self.read: list[int] = []

    def init_state(self, enc_outputs: Any, enc_valid_len: Any = None, *args: Any) -> int:
        return 0

    def forward(self, X: np.ndarray, state: int) -> tuple[np.ndarray, int]:
        self.read.append(int(X))
        scores = numpy.zeros((1, 1, self.vocab_size))
        scores[0, 0, self.script[state]] = 1
        return np.array(scores), state + 1


class NoEncoder(d2l.Encoder):
    def forward(self, X: np.ndarray, valid_len: Any = None, *args: Any) -> None:
        return None


VOCAB = d2l.Vocab([["a", "b", "."]])


def scripted(*script: str) -> tuple[d2l.EncoderDecoder, ScriptedDecoder]:
    decoder = ScriptedDecoder([VOCAB.token_to_idx[token] for token in script], len(VOCAB))
    return d2l.EncoderDecoder(NoEncoder(), decoder), decoder


def test_a_translation_stops_at_eos() -> None:
    model, _ = scripted("a", "<eos>", "b", "b")
    translation = d2l.predict_seq2seq(model, "a .", VOCAB, VOCAB, num_steps=4)
    assert translation.target_tokens == ["a", "<eos>"]
    assert translation.text == "a"


def test_a_translation_may_be_empty() -> None:
    model, _ = scripted("<eos>", "a")
    assert d2l.predict_seq2seq(model, "a .", VOCAB, VOCAB, num_steps=4).text == ""


@pytest.mark.parametrize("num_steps", [3, 5])
def test_a_translation_without_eos_stops_at_the_number_of_steps(num_steps: int) -> None:
    model, _ = scripted(*"abababab")
    translation = d2l.predict_seq2seq(model, "a .", VOCAB, VOCAB, num_steps)
    assert translation.target_tokens == list("abababab")[:num_steps]


def test_each_step_reads_the_token_before_it_and_the_first_one_reads_bos() -> None:
    model, decoder = scripted("b", "a", "<eos>")
    d2l.predict_seq2seq(model, "a .", VOCAB, VOCAB, num_steps=9)
    assert VOCAB.to_tokens(decoder.read) == ["<bos>", "b", "a"]


# What is answered to input that does not fit


@pytest.mark.parametrize("sentence", ["", "  ", "\u202f\n"])
def test_an_empty_sentence_is_refused(with_attention: Translator, sentence: str) -> None:
    with pytest.raises(ValueError, match="the sentence is empty"):
        with_attention(sentence)


@pytest.mark.parametrize("num_steps", [0, -3])
def test_less_than_one_step_is_refused(with_attention: Translator, num_steps: int) -> None:
    with pytest.raises(ValueError, match=f"num_steps is {num_steps}.*at least 1"):
        with_attention("Go.", num_steps)


def test_unknown_words_are_named_and_the_rest_is_translated(with_attention: Translator) -> None:
    with pytest.warns(UserWarning, match=r"not in the vocabulary.*<unk>: zebra, quagga\.") as all_:
        translation = with_attention("The zebra sees the quagga.")
    assert len(all_) == 1
    assert translation.unknown == ["zebra", "quagga"]
    assert translation.source_tokens == ["the", "zebra", "sees", "the", "quagga", ".", "<eos>"]
    assert translation.text


def test_known_words_cause_no_warning(translator: Translator) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        translator("The cat sees the dog.", num_steps=7)


def test_a_long_sentence_is_cut_and_the_warning_says_what_is_lost(
    with_attention: Translator,
) -> None:
    with pytest.warns(UserWarning, match=r"7 tokens.*num_steps=4.*Cut off: dog \. <eos>$"):
        translation = with_attention("The cat sees the dog.", num_steps=4)
    assert translation.source_tokens == ["the", "cat", "sees", "the"]
    assert len(translation.target_tokens) <= 4
    assert looked(translation).shape[1] == 4


def test_warnings_point_to_the_line_of_the_reader(with_attention: Translator) -> None:
    with pytest.warns(UserWarning) as caught:
        d2l.predict_seq2seq(*with_attention[:1], "The zebra and the dog.", *with_attention[1:], 5)
    assert [warning.filename for warning in caught] == [__file__] * 2


@pytest.mark.parametrize("decoder", [d2l.Seq2SeqDecoder, d2l.Seq2SeqAttentionDecoder])
def test_a_model_without_values_is_refused(decoder: type[d2l.Decoder]) -> None:
    translator, _ = new_translator(decoder)
    with pytest.raises(RuntimeError, match="not initialised.*train_seq2seq"):
        translator("Go.")


def test_an_untrained_model_translates_badly_but_does_translate() -> None:
    translator, _ = new_translator(d2l.Seq2SeqAttentionDecoder)
    translator.model.initialize()
    assert 1 <= len(translator("Go.").target_tokens) <= NUM_STEPS


# Where it looked


def test_there_is_a_row_of_weights_for_each_target_token(with_attention: Translator) -> None:
    for english, _ in PAIRS:
        translation = with_attention(english)
        weights = looked(translation)
        assert weights.shape == (len(translation.target_tokens), len(translation.source_tokens))
        assert (weights >= 0).all()
        numpy.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)


def test_each_row_belongs_to_its_own_step(with_attention: Translator) -> None:
    model, src_vocab, tgt_vocab = with_attention
    translation = with_attention("The cat sees the dog.")
    source, target = src_vocab[translation.source_tokens], tgt_vocab[translation.target_tokens]
    X = np.array([source], dtype="float32")
    Y = np.array([[tgt_vocab.bos, *target[:-1]]], dtype="float32")
    model(X, Y, np.array([len(source)], dtype="float32"))
    at_once = model.decoder.attention_weights[0].asnumpy()
    numpy.testing.assert_allclose(looked(translation), at_once, atol=1e-5)
    assert numpy.ptp(at_once, axis=0).max() > 0.01, "all rows are equal: the test proves nothing"


def test_without_attention_there_are_no_weights(without_attention: Translator) -> None:
    assert without_attention("Go.").attention_weights is None


# What does not matter


class Step(NamedTuple):
    """One step of a translation."""

    token: str
    scores: numpy.ndarray  # (vocabulary,)
    weights: numpy.ndarray  # (source tokens,), empty without attention


def greedy(translator: Translator, sentences: Sequence[str], padding: int) -> list[list[Step]]:
    """Translate a whole batch at once, padded by so many tokens more than it needs."""
    model, src_vocab, tgt_vocab = translator
    indices = [src_vocab[[*d2l.tokenize(sentence), "<eos>"]] for sentence in sentences]
    X, valid_len = d2l.pad_batch(indices, src_vocab.pad)
    X = np.pad(X, ((0, 0), (0, padding)), constant_values=src_vocab.pad)
    state = model.decoder.init_state(model.encoder(X, valid_len), valid_len)
    token = np.full((len(X), 1), tgt_vocab.bos)
    translations: list[list[Step]] = [[] for _ in sentences]
    for _ in range(NUM_STEPS):
        scores, state = model.decoder(token, state)
        token = scores.argmax(axis=2).astype("float32")
        weights = model.decoder.attention_weights
        for row, steps in enumerate(translations):
            if not steps or steps[-1].token != "<eos>":
                looked = numpy.empty(0) if weights is None else weights[row, 0].asnumpy()
                word = tgt_vocab.to_tokens(int(token[row, 0]))
                steps.append(Step(word, scores[row, 0].asnumpy(), looked[: len(indices[row])]))
    return translations


def assert_same_as_alone(
    translator: Translator, sentences: Sequence[str], translations: list[list[Step]]
) -> None:
    for sentence, steps in zip(sentences, translations, strict=True):
        (alone,) = greedy(translator, [sentence], padding=0)
        assert [step.token for step in steps] == translator(sentence).target_tokens
        for step, expected in zip(steps, alone, strict=True):
            numpy.testing.assert_allclose(step.scores, expected.scores, atol=1e-4)
            numpy.testing.assert_allclose(step.weights, expected.weights, atol=1e-5)


# No model has seen the last of these.
SENTENCES = [english for english, _ in PAIRS] + [
    "I see the dog.",
    "You are the cat.",
    "The dog sees me.",
    "We sleep.",
    "You.",
]


@pytest.mark.parametrize("padding", [1, 20])
def test_translation_does_not_depend_on_padding(translator: Translator, padding: int) -> None:
    padded = [greedy(translator, [sentence], padding)[0] for sentence in SENTENCES]
    assert_same_as_alone(translator, SENTENCES, padded)


@pytest.mark.parametrize("seed", [0, 1])
def test_translation_does_not_depend_on_the_rest_of_the_batch(
    translator: Translator, seed: int
) -> None:
    order = numpy.random.RandomState(seed).permutation(len(SENTENCES)).tolist()
    chosen = [SENTENCES[i] for i in order]
    assert_same_as_alone(translator, chosen, greedy(translator, chosen, padding=3))
    assert_same_as_alone(translator, chosen[:4], greedy(translator, chosen[:4], padding=0))
