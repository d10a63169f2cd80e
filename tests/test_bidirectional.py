"""The encoder that reads in both directions."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mxnet import autograd, np
from references import assert_same, fill, gradients, law

import d2l_local as d2l

LENGTHS = [6, 3, 1]


def make_encoder(encoder_class=d2l.BidirectionalEncoder, seed: int = 0) -> d2l.Encoder:
    encoder = encoder_class(vocab_size=10, embed_size=3, num_hiddens=4, num_layers=2)
    encoder.initialize()
    fill(encoder, seed)
    return encoder


def tokens(seed: int = 0) -> np.ndarray:
    return np.array(numpy.random.RandomState(seed).randint(10, size=(3, 6)), dtype="float32")


def test_it_has_the_shapes_of_the_other_encoder():
    for encoder_class in (d2l.Seq2SeqEncoder, d2l.BidirectionalEncoder):
        outputs, (h, c) = make_encoder(encoder_class)(tokens(), np.array(LENGTHS))
        assert (outputs.shape, h.shape, c.shape) == ((6, 3, 4), (2, 3, 4), (2, 3, 4))


@law
@given(seed=st.integers(0, 1000))
def test_a_sentence_is_encoded_in_a_batch_as_it_is_alone(seed):
    encoder, X = make_encoder(seed=seed), tokens(seed)
    outputs, state = encoder(X, np.array(LENGTHS))
    for row, length in enumerate(LENGTHS):
        alone, alone_state = encoder(X[row : row + 1, :length])
        assert_same(outputs[:length, row], alone[:, 0])
        assert (outputs[length:, row].asnumpy() == 0).all()
        for together, single in zip(state, alone_state, strict=True):
            assert_same(together[:, row], single[:, 0])


def test_padding_changes_no_gradient():
    encoder, X = make_encoder(), tokens()

    def gradients_of(source, lengths):
        with autograd.record():
            outputs, (h, c) = encoder(source, lengths)
            loss = (outputs**2).sum() + (h * 3).sum() + (c**3).sum()
        loss.backward()
        return gradients(encoder)

    padded = gradients_of(X, np.array(LENGTHS))
    alone = [gradients_of(X[row : row + 1, :n], None) for row, n in enumerate(LENGTHS)]
    for name, gradient in padded.items():
        assert_same(gradient, sum(each[name] for each in alone))


def knows_the_last_word_at_the_first(encoder: d2l.Encoder) -> bool:
    X = tokens()
    other = X.copy()
    other[0, 5] = (X[0, 5] + 1) % 10
    first, _ = encoder(X)
    changed, _ = encoder(other)
    return bool(abs(first[0, 0] - changed[0, 0]).max() > 1e-3)


def test_its_first_output_knows_the_last_word():
    assert knows_the_last_word_at_the_first(make_encoder())
    assert not knows_the_last_word_at_the_first(make_encoder(d2l.Seq2SeqEncoder))


def test_an_odd_number_of_units_cannot_be_halved():
    with pytest.raises(ValueError, match="num_hiddens is 5.*even"):
        d2l.BidirectionalEncoder(10, 3, 5, 1)
