"""The LSTM whose state stops at the end of each sentence."""

import numpy
import pytest
import references
from hypothesis import given
from hypothesis import strategies as st
from mxnet import autograd, np
from mxnet.gluon import rnn
from references import assert_same, fill, gradients, law, random_array

import d2l_local as d2l

INPUT, HIDDEN = 3, 4


def make_lstm(num_layers: int = 2, seed: int = 0, dropout: float = 0.0) -> d2l.LSTM:
    lstm = d2l.LSTM(INPUT, HIDDEN, num_layers, dropout)
    lstm.initialize()
    fill(lstm, seed)
    return lstm


def random_state(seed: int, num_layers: int, batch: int) -> list[np.ndarray]:
    return [np.array(random_array(seed + k, num_layers, batch, HIDDEN)) for k in (0, 1)]


def formula(lstm, X, state, lengths):
    """The reference with the weights of `lstm`."""
    weights = [array.asnumpy().astype("float64") for array in lstm.weights(X.ctx)]
    layers = list(zip(weights[::3], weights[1::3], weights[2::3], strict=True))
    return references.lstm(X.asnumpy(), layers, *(array.asnumpy() for array in state), lengths)


lengths_of_batches = st.lists(st.integers(0, 5), min_size=1, max_size=4)
seeds = st.integers(0, 10_000)


@law
@given(seeds, st.integers(1, 3), lengths_of_batches)
def test_outputs_and_state_are_the_formula(seed, num_layers, lengths):
    lstm, steps, batch = make_lstm(num_layers, seed), max(1, *lengths), len(lengths)
    X = np.array(random_array(seed, steps, batch, INPUT))
    state = random_state(seed, num_layers, batch)
    outputs, (h, c) = lstm(X, state, np.array(lengths))
    for actual, expected in zip((outputs, h, c), formula(lstm, X, state, lengths), strict=True):
        assert_same(actual, expected)


def test_one_step_of_one_unit_by_hand():
    lstm = d2l.LSTM(1, 1)
    lstm.initialize()
    ln_3 = float(numpy.log(3))  # sigmoid(ln 3) = 3/4, tanh(ln 3) = 4/5
    for parameter, value in zip(
        (lstm.W0, lstm.U0, lstm.b0),
        ([[0], [ln_3], [0], [0]], [[0], [0], [ln_3], [0]], [ln_3, 0, 0, -ln_3]),
        strict=True,
    ):
        parameter.set_data(np.array(value))
    # i = 3/4, f = 3/4, g = 4/5, o = 1/4, so c = 3/4 · 2 + 3/4 · 4/5 = 2.1
    _, (h, c) = lstm(np.ones((1, 1, 1)), [np.ones((1, 1, 1)), np.full((1, 1, 1), 2.0)])
    assert_same(c, [[[2.1]]])
    assert_same(h, [[[numpy.tanh(2.1) / 4]]])


def test_the_state_starts_at_zero():
    lstm, X = make_lstm(), np.array(random_array(0, 3, 2, INPUT))
    zeros = [np.zeros((2, 2, HIDDEN)), np.zeros((2, 2, HIDDEN))]
    outputs, state = lstm(X)
    expected_outputs, expected_state = lstm(X, zeros)
    assert_same(outputs, expected_outputs)
    assert_same(np.stack(state), np.stack(expected_state))


@pytest.mark.parametrize("num_layers", [1, 2, 3])
def test_full_sentences_give_what_the_lstm_of_mxnet_gives(num_layers):
    ours = make_lstm(num_layers)
    theirs = rnn.LSTM(HIDDEN, num_layers, input_size=INPUT)
    theirs.initialize()
    for layer in range(num_layers):
        W, U, b = (getattr(ours, f"{letter}{layer}").data() for letter in "WUb")
        values = {"i2h_weight": W, "h2h_weight": U, "i2h_bias": 0.3 * b, "h2h_bias": 0.7 * b}
        for name, value in values.items():
            getattr(theirs, f"l{layer}_{name}").set_data(value)
    X, state = np.array(random_array(1, 5, 3, INPUT)), random_state(2, num_layers, 3)
    outputs, (h, c) = ours(X, state)
    their_outputs, (their_h, their_c) = theirs(X, state)
    for actual, expected in ((outputs, their_outputs), (h, their_h), (c, their_c)):
        assert_same(actual, expected)


@law
@given(seeds, lengths_of_batches, st.integers(0, 3), st.sampled_from([1, 1000]))
def test_each_sentence_runs_as_if_it_were_alone_and_without_padding(seed, lengths, extra, scale):
    lstm, steps, batch = make_lstm(seed=seed), max(1, *lengths) + extra, len(lengths)
    X, state = random_array(seed, steps, batch, INPUT), random_state(seed, 2, batch)
    X[numpy.arange(steps).reshape(-1, 1) >= numpy.array(lengths)] *= scale  # the padding
    outputs, (h, c) = lstm(np.array(X), state, np.array(lengths))
    for sentence, length in enumerate(lengths):
        here = slice(sentence, sentence + 1)
        assert (outputs[length:, sentence].asnumpy() == 0).all()
        if length == 0:
            assert (h[:, here].asnumpy() == state[0][:, here].asnumpy()).all()
            assert (c[:, here].asnumpy() == state[1][:, here].asnumpy()).all()
            continue
        alone, (h_alone, c_alone) = lstm(
            np.array(X[:length, here]), [array[:, here] for array in state]
        )
        assert_same(outputs[:length, here], alone)
        assert_same(h[:, here], h_alone)
        assert_same(c[:, here], c_alone)


def objective(outputs, h, c):
    """A number in which every output and every state counts differently."""
    total = 0
    for seed, array in enumerate((outputs, h, c)):
        factors = random_array(seed, *array.shape)
        total = (
            total
            + (array * (np.array(factors) if isinstance(array, np.ndarray) else factors)).sum()
        )
    return total


def test_the_gradient_is_the_slope_of_the_formula():
    lstm, lengths = make_lstm(num_layers=2), [4, 2, 0]
    X, state = np.array(random_array(1, 4, 3, INPUT)), random_state(2, 2, 3)
    parameters = [p for p in lstm.collect_params().values() if p.grad_req != "null"]
    for array in (X, *state):
        array.attach_grad()
    with autograd.record():
        outputs, (h, c) = lstm(X, state, np.array(lengths))
        objective(outputs, h, c).backward()

    variables = [array.asnumpy().astype("float64") for array in (X, *state)]
    variables += [p.data().asnumpy().astype("float64") for p in parameters]
    slopes = [array.grad.asnumpy() for array in (X, *state)]
    slopes += [p.grad().asnumpy() for p in parameters]

    def value(variables):
        X, h, c, *weights = variables
        layers = list(zip(weights[::3], weights[1::3], weights[2::3], strict=True))
        return objective(*references.lstm(X, layers, h, c, lengths))

    assert len(variables) == 3 + 2 * 3
    for number, slope in enumerate(slopes):
        direction = random_array(10 + number, *slope.shape)
        moved = []
        for step in (1e-5, -1e-5):
            changed = list(variables)
            changed[number] = variables[number] + step * direction
            moved.append(value(changed))
        expected = (moved[0] - moved[1]) / 2e-5
        assert (slope * direction).sum() == pytest.approx(expected, rel=1e-3, abs=1e-4)


@law
@given(seeds, st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 3))
def test_the_gradient_with_padding_is_the_gradient_without(seed, lengths, extra):
    lstm, steps, batch = make_lstm(seed=seed), max(lengths) + extra, len(lengths)
    X = random_array(seed, steps, batch, INPUT)
    factors = [np.array(random_array(k, 2, batch, HIDDEN)) for k in (1, 2)]
    with autograd.record():
        outputs, (h, c) = lstm(np.array(X), None, np.array(lengths))
        (outputs.sum() + (h * factors[0] + c * factors[1]).sum()).backward()
    padded, alone = gradients(lstm), {}
    for sentence, length in enumerate(lengths):
        here = slice(sentence, sentence + 1)
        with autograd.record():
            outputs, (h, c) = lstm(np.array(X[:length, here]))
            scores = h * factors[0][:, here] + c * factors[1][:, here]
            (outputs.sum() + scores.sum()).backward()
        for name, gradient in gradients(lstm).items():
            alone[name] = alone.get(name, 0) + gradient
    assert_same(padded, alone, atol=1e-4)


def test_dropout_acts_between_the_layers_and_in_training_only():
    X = np.array(random_array(1, 4, 3, INPUT))
    steady, lstm = make_lstm(), make_lstm(dropout=0.5)
    expected, (expected_h, _) = steady(X)
    assert_same(lstm(X)[0], expected)
    with autograd.train_mode():
        outputs, (h, _) = lstm(X)
    assert_same(h[0], expected_h[0])  # the first layer reads whole inputs
    assert abs((outputs - expected).asnumpy()).max() > 0.01
    assert (outputs.asnumpy() != 0).all()  # the top layer's outputs are whole
    assert_same(outputs[-1], h[1])


def test_one_layer_has_nothing_to_drop():
    X = np.array(random_array(1, 4, 3, INPUT))
    with autograd.train_mode():
        outputs, _ = make_lstm(num_layers=1, dropout=0.5)(X)
    assert_same(outputs, make_lstm(num_layers=1)(X)[0])


def test_before_training_only_the_forget_gate_is_held_open_by_its_bias():
    lstm = d2l.LSTM(INPUT, HIDDEN)
    lstm.initialize()
    _, forget_gate, _, _ = gates = lstm.b0.data().asnumpy().reshape(4, HIDDEN)
    assert (forget_gate == 1).all()
    assert gates.sum() == HIDDEN


def test_the_column_for_padding_is_not_trained():
    lstm = make_lstm(num_layers=1)
    trained = [p for p in lstm.collect_params().values() if p.grad_req != "null"]
    assert trained == [lstm.W0, lstm.U0, lstm.b0]


@pytest.mark.parametrize(
    ("X", "state", "lengths", "message"),
    [
        ((4, 3), None, None, r"X has shape \(4, 3\), but \(steps, batch, input\) is expected"),
        ((4, 2, 5), None, None, r"X has shape \(4, 2, 5\), but \(4, 2, 3\) is expected"),
        ((4, 2, 3), (1, 2, 4), None, r"state has shape \(1, 2, 4\), .* works with \(2, 2, 4\)"),
        ((4, 2, 3), (2, 3, 4), None, r"state has shape \(2, 3, 4\), .* works with \(2, 2, 4\)"),
        ((4, 2, 3), (2, 2, 5), None, r"state has shape \(2, 2, 5\), .* works with \(2, 2, 4\)"),
        ((4, 2, 3), None, [1, 2, 3], r"valid_len has shape \(3,\), .* asks for \(2,\)"),
        ((4, 2, 3), None, [[1], [2]], r"valid_len has shape \(2, 1\), .* asks for \(2,\)"),
        ((4, 2, 3), None, [1, 5], "a valid length is 5, but the sequences have 4 positions"),
        ((4, 2, 3), None, [-1, 4], "a valid length is -1"),
    ],
)
def test_the_lstm_says_what_does_not_fit(X, state, lengths, message):
    state = state and [np.zeros(state), np.zeros(state)]
    with pytest.raises(ValueError, match=message):
        make_lstm()(np.zeros(X), state, None if lengths is None else np.array(lengths))
