"""The masked cross-entropy."""

import math

import numpy
import pytest
import references
from d2l import mxnet as oracle
from hypothesis import given
from hypothesis import strategies as st
from mxnet import autograd, np
from references import assert_same, cross_entropy, fill, law, random_array

import d2l_local as d2l


def test_a_model_that_knows_nothing_pays_log_of_the_vocabulary_for_each_real_token():
    costs = d2l.MaskedSoftmaxCELoss()(np.ones((3, 4, 10)), np.ones((3, 4)), np.array([4, 2, 0]))
    assert_same(costs, [4 * math.log(10), 2 * math.log(10), 0])


def test_one_token_by_hand():
    pred = np.log(np.array([[[1.0, 2, 5], [5, 2, 1]]]))  # the label 2 has p = 5/8, then 1/8
    label, loss = np.array([[2, 2]]), d2l.MaskedSoftmaxCELoss()
    assert_same(loss(pred, label, np.array([1])), [math.log(8 / 5)])
    assert_same(loss(pred, label, np.array([2])), [math.log(8 / 5) + math.log(8)])


cases = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "steps": st.integers(1, 5),
        "vocabulary": st.integers(1, 6),
        "lengths": st.lists(st.integers(0, 5), min_size=1, max_size=4),
    }
)


def unpack(case):
    """Return scores, labels and valid lengths, as NumPy arrays."""
    shape = (len(case["lengths"]), case["steps"])
    random = numpy.random.RandomState(case["seed"])
    return (
        3 * random_array(case["seed"], *shape, case["vocabulary"]),
        random.randint(case["vocabulary"], size=shape).astype("float32"),
        numpy.minimum(case["lengths"], case["steps"]).astype("float32"),
    )


@law
@given(cases)
def test_the_loss_is_the_formula(case):
    arrays = unpack(case)
    costs = d2l.MaskedSoftmaxCELoss()(*map(np.array, arrays))
    assert_same(costs, references.cross_entropy(*arrays))


@law
@given(cases)
def test_the_loss_is_that_of_the_d2l_package_times_the_number_of_steps(case):
    arrays = [np.array(array) for array in unpack(case)]
    mean_over_steps = oracle.MaskedSoftmaxCELoss()(*arrays)
    assert_same(d2l.MaskedSoftmaxCELoss()(*arrays), mean_over_steps * case["steps"])


@law
@given(cases, st.integers(1, 4))
def test_the_loss_does_not_depend_on_padding(case, extra):
    pred, label, lengths = unpack(case)
    batch = len(lengths)
    longer_pred = numpy.concatenate(
        [pred, 9 * random_array(1, batch, extra, case["vocabulary"])], axis=1
    )
    longer_label = numpy.concatenate([label, numpy.zeros((batch, extra), "float32")], axis=1)
    loss = d2l.MaskedSoftmaxCELoss()
    costs = loss(*map(np.array, (pred, label, lengths)))
    assert_same(loss(*map(np.array, (longer_pred, longer_label, lengths))), costs)


def test_the_gradient_is_the_softmax_less_the_label_and_zero_on_padding():
    pred = np.array(random_array(0, 2, 3, 4))
    label, lengths = np.array([[0, 1, 2], [3, 0, 0]]), numpy.array([3, 1])
    pred.attach_grad()
    with autograd.record():
        d2l.MaskedSoftmaxCELoss()(pred, label, np.array(lengths)).sum().backward()
    powers = numpy.exp(pred.asnumpy())
    expected = (
        powers / powers.sum(axis=-1, keepdims=True) - numpy.eye(4)[label.asnumpy().astype(int)]
    )
    expected[numpy.arange(3) >= lengths.reshape(-1, 1)] = 0
    assert_same(pred.grad, expected)
    assert (pred.grad.asnumpy()[1, 1:] == 0).all()


def test_scores_too_large_for_exp_give_a_finite_loss():
    pred = np.array([[[1e4, -1e4]]])
    costs = d2l.MaskedSoftmaxCELoss()(pred, np.array([[1]]), np.array([1]))
    assert_same(costs, [2e4])


@pytest.mark.parametrize(
    ("pred", "label", "lengths", "message"),
    [
        ((2, 3), (2, 3), [1, 1], r"pred has shape \(2, 3\), but \(batch, steps, vocabulary\)"),
        ((2, 3, 4), (2, 2), [1, 1], r"pred has shape \(2, 3, 4\) and label \(2, 2\)"),
        ((2, 3, 4), (2,), [1, 1], r"pred has shape \(2, 3, 4\) and label \(2,\)"),
        ((2, 3, 4), (2, 3), [1], r"valid_len has shape \(1,\), .* asks for \(2,\)"),
        ((2, 3, 4), (2, 3), [1, 4], "a valid length is 4, but the sequences have 3 positions"),
        ((2, 3, 4), (2, 3), [-1, 3], "a valid length is -1"),
    ],
)
def test_the_loss_says_what_does_not_fit(pred, label, lengths, message):
    with pytest.raises(ValueError, match=message):
        d2l.MaskedSoftmaxCELoss()(np.zeros(pred), np.zeros(label), np.array(lengths))


# Perplexity

PAIRS = [
    ("Go.", "Va !"),
    ("I run.", "Je cours."),
    ("Who are you?", "Qui es-tu\u202f?"),
    ("The cat sees the dog.", "Le chat voit le chien."),
    ("We are very tired today.", "Nous sommes très fatigués."),
]


def make_model(src_vocab: d2l.Vocab, tgt_vocab: d2l.Vocab, dropout: float) -> d2l.EncoderDecoder:
    return d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(len(src_vocab), 3, 4, 2, dropout),
        d2l.Seq2SeqAttentionDecoder(len(tgt_vocab), 3, 4, 2, dropout),
    )


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_perplexity_is_exp_of_the_mean_cross_entropy_per_token(batch_size: int) -> None:
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(batch_size, 9, None, pairs=PAIRS)
    model = make_model(src_vocab, tgt_vocab, dropout=0.5)
    model.initialize()
    fill(model, seed=0)
    nats = 0.0
    for X, X_len, Y, Y_len in batches:
        pred, _ = model(X, Y[:, :-1], X_len)
        nats += cross_entropy(pred.asnumpy(), Y[:, 1:].asnumpy(), (Y_len - 1).asnumpy()).sum()
    tokens = sum(len(d2l.tokenize(french)) + 1 for _, french in PAIRS)  # each with its <eos>
    assert d2l.perplexity(model, batches) == pytest.approx(math.exp(nats / tokens), rel=1e-4)


def test_a_model_that_knows_nothing_is_as_unsure_as_its_vocabulary_is_large() -> None:
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(2, 9, None, pairs=PAIRS)
    model = make_model(src_vocab, tgt_vocab, dropout=0.0)
    model.initialize()
    fill(model, seed=0, scale=0.0)
    assert d2l.perplexity(model, batches) == pytest.approx(len(tgt_vocab), rel=1e-4)


def test_measuring_leaves_the_model_as_it_was() -> None:
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(2, 9, None, pairs=PAIRS)
    model = make_model(src_vocab, tgt_vocab, dropout=0.5)
    model.initialize()
    fill(model, seed=1)
    before = [p.data().asnumpy().copy() for p in model.collect_params().values()]
    assert d2l.perplexity(model, batches) == pytest.approx(d2l.perplexity(model, batches), rel=1e-6)
    after = [p.data().asnumpy() for p in model.collect_params().values()]
    for one, other in zip(before, after, strict=True):
        numpy.testing.assert_array_equal(one, other)


def test_perplexity_refuses_no_data_and_a_model_without_values() -> None:
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(2, 9, None, pairs=PAIRS)
    model = make_model(src_vocab, tgt_vocab, dropout=0.0)
    with pytest.raises(RuntimeError, match="not initialised"):
        d2l.perplexity(model, batches)
    model.initialize()
    with pytest.raises(ValueError, match="no batches"):
        d2l.perplexity(model, [])
