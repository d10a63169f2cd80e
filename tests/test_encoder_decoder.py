"""The two interfaces and their composition."""

import pytest
from mxnet import np
from references import assert_same

import d2l_local as d2l


class AddingEncoder(d2l.Encoder):
    """Adds up the real tokens of each sentence."""

    def forward(self, X, valid_len, *args):
        real = np.arange(X.shape[1]) < np.expand_dims(valid_len, 1)
        return (X * real).sum(axis=1)


class CountingDecoder(d2l.Decoder):
    """Starts from the encoder's sum and adds each token to it."""

    def init_state(self, enc_outputs, enc_valid_len, *args):
        return enc_outputs + 100 * enc_valid_len

    def forward(self, X, state):
        return np.expand_dims(X + np.expand_dims(state, 1), 2), state + X.sum(axis=1)


def test_the_model_encodes_makes_the_state_and_decodes():
    model = d2l.EncoderDecoder(AddingEncoder(), CountingDecoder())
    source, target = np.array([[1, 2, 4], [8, 16, 32]]), np.array([[0, 1], [0, 1]])
    scores, state = model(source, target, np.array([2, 1]))
    assert_same(scores, [[[203], [204]], [[108], [109]]])
    assert_same(state, [204, 109])


class RecordingEncoder(d2l.Encoder):
    def forward(self, X, *args):
        return args


class RecordingDecoder(d2l.Decoder):
    def init_state(self, enc_outputs, *args):
        return enc_outputs, args

    def forward(self, X, state):
        return X, state


def test_further_arguments_reach_the_encoder_and_the_state():
    model = d2l.EncoderDecoder(RecordingEncoder(), RecordingDecoder())
    assert model("source", "target", "lengths", 1, 2) == (
        "target",
        (("lengths", 1, 2), ("lengths", 1, 2)),
    )
    assert model("source", "target") == ("target", ((None,), (None,)))


def test_the_model_holds_the_parameters_of_both_parts():
    encoder = d2l.Seq2SeqEncoder(10, 3, 4, 2)
    decoder = d2l.Seq2SeqAttentionDecoder(10, 3, 4, 2)
    model = d2l.EncoderDecoder(encoder, decoder)
    names = set(encoder.collect_params()) | set(decoder.collect_params())
    assert set(model.collect_params()) == names


class Unfinished(d2l.Encoder, d2l.Decoder):
    """Keeps no promise."""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: d2l.Encoder()(np.zeros((1, 1))), r"^Encoder needs a method forward\(X, valid_len"),
        (lambda: d2l.Decoder()(np.zeros((1, 1)), None), r"^Decoder needs .* forward\(X, state\)"),
        (
            lambda: d2l.Decoder().init_state(None),
            r"^Decoder needs a method init_state\(enc_outputs",
        ),
        (lambda: Unfinished()(np.zeros((1, 1))), "^Unfinished needs a method forward"),
        (lambda: Unfinished().init_state(None, None), "^Unfinished needs a method init_state"),
    ],
)
def test_a_missing_method_is_named(call, message):
    with pytest.raises(NotImplementedError, match=message):
        call()


def test_a_decoder_without_attention_has_no_weights_to_show():
    assert d2l.Decoder().attention_weights is None
