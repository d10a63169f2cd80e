"""Mistakes of well-known code, and the proof that each would be noticed.

A check says what must hold. It passes on this package, and it fails on a version into which the
mistake has been put back.
"""

import math
from types import SimpleNamespace

import mxnet as mx
import pytest
from d2l import mxnet as oracle
from mxnet import gluon, np, npx
from mxnet.gluon import nn
from references import fill, random_array

import d2l_local as d2l
from d2l_local import loss

SAMPLES = ["Go .", "Wow !", "I'm OK .", "I won !"]


# 1. The separate tanh


class SeparateTanh(d2l.AdditiveAttention):
    """The mistake: one tanh for the query and one for the key."""

    def forward(self, query, key, value, valid_len=None):
        query, key = np.tanh(self.W_q(query)), np.tanh(self.W_k(key))
        features = np.expand_dims(query, 2) + np.expand_dims(key, 1)
        self.attention_weights = d2l.masked_softmax(self.v(features).squeeze(-1), valid_len)
        return npx.batch_dot(self.attention_weights, value)


def check_where_it_looks_depends_on_the_query(attention_class: type) -> None:
    attention = attention_class(8, query_size=4, key_size=4)
    attention.initialize()
    fill(attention, seed=0)
    query, key = np.array(random_array(1, 1, 3, 4)), np.array(random_array(2, 1, 5, 4))
    attention(query, key, key)
    weights = attention.attention_weights[0].asnumpy()  # (queries, keys)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(weights[one] - weights[other]).max() > 0.01


def test_additive_attention_looks_where_the_query_tells_it_to():
    check_where_it_looks_depends_on_the_query(d2l.AdditiveAttention)


def test_a_separate_tanh_would_be_noticed():
    with pytest.raises(AssertionError):
        check_where_it_looks_depends_on_the_query(SeparateTanh)


# 2. Padding leaks into the encoder state


class LeakyEncoder(d2l.Seq2SeqEncoder):
    """The mistake: the LSTM runs on over the padding."""

    def forward(self, X, valid_len=None, *args):
        return super().forward(X, None)


def check_the_state_of_a_sentence_does_not_depend_on_padding(encoder_class: type) -> None:
    encoder = encoder_class(10, 3, 4, 2)
    encoder.initialize()
    fill(encoder, seed=0)
    _, state = encoder(np.array([[5, 6, 7]]), np.array([3]))
    _, padded = encoder(np.array([[5, 6, 7, 0, 0]]), np.array([3]))
    for one, other in zip(state, padded, strict=True):
        assert abs((one - other).asnumpy()).max() < 1e-5


def test_padding_does_not_reach_the_state_of_the_encoder():
    check_the_state_of_a_sentence_does_not_depend_on_padding(d2l.Seq2SeqEncoder)


def test_padding_that_leaks_would_be_noticed():
    with pytest.raises(AssertionError):
        check_the_state_of_a_sentence_does_not_depend_on_padding(LeakyEncoder)


# 3. The loss that is not per token


class Clueless(gluon.Block):
    """Gives every token the same score, so each real one costs the log of the vocabulary."""

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.dense = nn.Dense(vocab_size, in_units=1, weight_initializer="zeros", flatten=False)

    def forward(self, X, Y, *args):
        return self.dense(np.zeros((*Y.shape, 1))), None


def check_the_printed_loss_is_in_nats_per_token() -> None:
    vocab_size, pad = 7, 0
    sentences = [[1, 4, 2], [1, 4, 5, 6, 3, 2], [1, 2], [1, 6, 2]]
    batches = d2l.TranslationBatches(sentences, sentences, batch_size=2, pad=pad)
    history = d2l.train_seq2seq(Clueless(vocab_size), batches, lr=1e-9, num_epochs=1, ctx=mx.cpu())
    assert history.losses[0] == pytest.approx(math.log(vocab_size), abs=1e-5)


def test_the_printed_loss_is_in_nats_per_token():
    check_the_printed_loss_is_in_nats_per_token()


def test_a_mean_over_steps_divided_by_the_tokens_would_be_noticed(monkeypatch):
    monkeypatch.setattr(loss, "MaskedSoftmaxCELoss", oracle.MaskedSoftmaxCELoss)
    with pytest.raises(AssertionError):
        check_the_printed_loss_is_in_nats_per_token()


# 4. A row with nothing to attend to


def check_nothing_to_attend_to_gets_no_weight(masked_softmax) -> None:
    lengths = np.array([0, 2])
    for scores in (np.zeros((2, 1, 3)), np.full((2, 1, 3), 1e4), np.full((2, 1, 3), -1e4)):
        weights = masked_softmax(scores, lengths).asnumpy()
        assert weights.tolist() == [[[0, 0, 0]], [[0.5, 0.5, 0]]]


def fill_with_minus_infinity(X, valid_len):
    mask = np.expand_dims(np.arange(X.shape[-1]) < np.expand_dims(valid_len, 1), 1)
    return npx.softmax(X + np.log(mask.astype("float32")), axis=-1)


def test_nothing_to_attend_to_gets_no_weight():
    check_nothing_to_attend_to_gets_no_weight(d2l.masked_softmax)


def test_a_decoder_with_nothing_to_attend_to_gives_no_weight():
    def weights_of_decoder(scores, lengths):
        batch, queries, keys = scores.shape
        decoder = d2l.Seq2SeqAttentionDecoder(10, 3, 4, 1)
        decoder.initialize()
        memory, state = np.zeros((batch, keys, 4)), np.zeros((1, batch, 4))  # equal scores
        decoder(np.zeros((batch, queries)), [memory, [state, state], lengths])
        return decoder.attention_weights

    check_nothing_to_attend_to_gets_no_weight(weights_of_decoder)


@pytest.mark.parametrize("wrong", [oracle.masked_softmax, fill_with_minus_infinity])
def test_weight_on_padding_would_be_noticed(wrong):
    with pytest.raises(AssertionError):
        check_nothing_to_attend_to_gets_no_weight(wrong)


# 5. Rare words dropped from the demo


def check_the_model_knows_the_words_of_the_samples(**settings) -> None:
    src_vocab, _, _ = d2l.load_data_nmt(batch_size=64, num_steps=10, **settings)
    for sample in SAMPLES:
        for token in d2l.tokenize(sample):
            assert token in src_vocab
            assert src_vocab[token] != src_vocab.unk


def test_the_model_knows_the_words_of_the_samples():
    check_the_model_knows_the_words_of_the_samples()


def test_the_samples_are_in_the_data_with_their_translations():
    pairs = dict.fromkeys(d2l.normalize(source) for source, _ in d2l.load_phrase_book(1000))
    assert set(map(d2l.normalize, SAMPLES)) <= set(pairs)


def test_a_minimum_frequency_of_three_would_be_noticed():
    with pytest.raises(AssertionError):
        check_the_model_knows_the_words_of_the_samples(min_freq=3)


# 6. Decoding that does not stop at <eos>


class Script(d2l.Decoder):
    """Says "ok . <eos>" whatever the source, and starts again if it is asked to go on."""

    def __init__(self, vocab: d2l.Vocab) -> None:
        super().__init__()
        self.vocab, self.lines = vocab, vocab[["ok", ".", "<eos>"]]

    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return 0

    def forward(self, X, state):
        spoken = np.array([[self.lines[state % len(self.lines)]]])
        return npx.one_hot(spoken, len(self.vocab)), state + 1


class Deaf(d2l.Encoder):
    def forward(self, X, valid_len=None, *args):
        return X


def predict_without_end(model, sentence, src_vocab, tgt_vocab, num_steps, ctx):
    """The mistake: the loop runs to the last step."""
    state, token, words = model.decoder.init_state(None), np.zeros((1, 1)), []
    for _ in range(num_steps):
        scores, state = model.decoder(token, state)
        token = scores.argmax(axis=2)
        words.append(tgt_vocab.to_tokens(int(token)))
    return SimpleNamespace(target_tokens=words, text=" ".join(w for w in words if w != "<eos>"))


def check_a_translation_ends_at_eos(predict) -> None:
    vocab = d2l.Vocab(["ok", "."])
    model = d2l.EncoderDecoder(Deaf(), Script(vocab))
    translation = predict(model, "ok .", vocab, vocab, 8, mx.cpu())
    assert translation.target_tokens == ["ok", ".", "<eos>"]
    assert translation.text == "ok ."


def test_a_translation_ends_at_eos():
    check_a_translation_ends_at_eos(d2l.predict_seq2seq)


def test_decoding_past_eos_would_be_noticed():
    with pytest.raises(AssertionError):
        check_a_translation_ends_at_eos(predict_without_end)


# 7. An off-by-one in the number of examples, and a third column that empties the data set
# (for downloads see test_corpus.py)


def check_the_pairs_are_the_first_lines_of_the_file(read, path) -> None:
    lines = ["Go.\tVa !", "Wow!\tOuah !", "I won!\tJ'ai gagné !", "Run!\tCours !"]
    for third_column in ("", "\tCC-BY 2.0 (France) Attribution: tatoeba.org"):
        path.write_text("".join(line + third_column + "\n" for line in lines), encoding="utf-8")
        for count in (1, 2, 4):
            assert read(path, count) == [tuple(line.split("\t")) for line in lines[:count]]


def read_one_too_many(path, num_examples):
    pairs = []
    for i, line in enumerate(path.read_text("utf-8").splitlines()):
        if i > num_examples:
            break
        pairs.append(tuple(line.split("\t")[:2]))
    return pairs


def read_lines_of_two_columns_only(path, num_examples):
    parts = [line.split("\t") for line in path.read_text("utf-8").splitlines()[:num_examples]]
    return [tuple(part) for part in parts if len(part) == 2]


def test_the_pairs_are_the_first_lines_of_the_file(tmp_path):
    check_the_pairs_are_the_first_lines_of_the_file(d2l.read_pairs, tmp_path / "pairs.txt")


@pytest.mark.parametrize("wrong", [read_one_too_many, read_lines_of_two_columns_only])
def test_a_wrong_number_of_pairs_would_be_noticed(wrong, tmp_path):
    with pytest.raises(AssertionError):
        check_the_pairs_are_the_first_lines_of_the_file(wrong, tmp_path / "pairs.txt")


def check_the_batches_hold_as_many_pairs_as_asked_for(load) -> None:
    _, _, batches = load(batch_size=2, num_steps=10, num_examples=5)
    assert sum(len(X) for X, _, _, _ in batches) == 5
    assert len(batches) == 3


def test_the_batches_hold_as_many_pairs_as_asked_for():
    check_the_batches_hold_as_many_pairs_as_asked_for(d2l.load_data_nmt)


def test_one_pair_too_many_in_the_batches_would_be_noticed():
    def load_one_too_many(batch_size, num_steps, num_examples):
        return d2l.load_data_nmt(batch_size, num_steps, num_examples + 1)

    with pytest.raises(AssertionError):
        check_the_batches_hold_as_many_pairs_as_asked_for(load_one_too_many)
