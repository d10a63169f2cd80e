"""Masked softmax, dot-product attention and additive attention."""

import math

import mxnet as mx
import numpy
import pytest
import references
from d2l import mxnet as oracle
from hypothesis import given
from hypothesis import strategies as st
from mxnet import autograd, np
from references import assert_same, law, random_array

import d2l_local as d2l

SIZE, VALUE_SIZE, UNITS = 4, 3, 5


# Masked softmax


def test_softmax_of_logarithms_gives_their_shares():
    scores = np.log(np.array([[[1.0, 2, 5]]]))
    assert_same(d2l.masked_softmax(scores), [[[1 / 8, 2 / 8, 5 / 8]]])
    assert_same(d2l.masked_softmax(scores, np.array([2])), [[[1 / 3, 2 / 3, 0]]])


def test_each_query_may_have_a_valid_length_of_its_own():
    weights = d2l.masked_softmax(np.zeros((2, 2, 3)), np.array([[1, 2], [3, 0]]))
    third = 1 / 3
    assert_same(weights, [[[1, 0, 0], [0.5, 0.5, 0]], [[third, third, third], [0, 0, 0]]])


@st.composite
def scores_and_lengths(draw, least: int = 0, largest: float = 1e4):
    batch, queries, keys = draw(st.tuples(*[st.integers(1, 4)] * 3))
    shape = (batch, queries) if draw(st.booleans()) else (batch,)
    count = math.prod(shape)
    lengths = draw(st.lists(st.integers(least, keys), min_size=count, max_size=count))
    count = batch * queries * keys
    value = st.sampled_from([-largest, 0, largest]) | st.floats(-largest, largest, width=32)
    scores = draw(st.lists(value, min_size=count, max_size=count))
    return (
        numpy.array(scores, dtype="float32").reshape(batch, queries, keys),
        numpy.array(lengths, dtype="float32").reshape(shape),
    )


@law
@given(scores_and_lengths())
def test_weights_are_shares_of_the_valid_positions_and_zero_on_padding(case):
    scores, lengths = case
    weights = d2l.masked_softmax(np.array(scores), np.array(lengths)).asnumpy()
    for b, q in numpy.ndindex(weights.shape[:2]):
        n = int(lengths[b] if lengths.ndim == 1 else lengths[b, q])
        assert (weights[b, q] >= 0).all()  # a NaN is not
        assert (weights[b, q, n:] == 0).all()
        assert weights[b, q].sum() == (pytest.approx(1, abs=1e-6) if n else 0)


@law
@given(scores_and_lengths())
def test_masked_softmax_is_the_formula(case):
    scores, lengths = case
    weights = d2l.masked_softmax(np.array(scores), np.array(lengths))
    assert_same(weights, references.masked_softmax(scores, lengths))


@law
@given(scores_and_lengths(least=1))
def test_masked_softmax_agrees_with_the_d2l_package_where_something_is_valid(case):
    scores, lengths = (np.array(array) for array in case)
    assert_same(d2l.masked_softmax(scores, lengths), oracle.masked_softmax(scores, lengths))
    assert_same(d2l.masked_softmax(scores), oracle.masked_softmax(scores, None))


def test_even_the_lowest_scores_outweigh_padding():
    scores = np.array([[[-1e9, -1e9, 0]]])
    assert_same(d2l.masked_softmax(scores, np.array([2])), [[[0.5, 0.5, 0]]])


def test_a_row_with_nothing_to_attend_to_has_a_gradient_of_zero():
    scores = np.array(random_array(0, 2, 1, 3))
    scores.attach_grad()
    with autograd.record():
        loss = (d2l.masked_softmax(scores, np.array([0, 3])) * np.arange(3)).sum()
    loss.backward()
    gradient = scores.grad.asnumpy()
    assert (gradient[0] == 0).all()
    assert (gradient[1] != 0).all()


@law
@given(scores_and_lengths(least=1, largest=3))
def test_the_gradient_of_masked_softmax_is_that_of_the_d2l_package(case):
    scores, lengths = (np.array(array) for array in case)
    direction = np.array(random_array(1, *scores.shape))
    gradients = []
    for softmax in (d2l.masked_softmax, oracle.masked_softmax):
        scores.attach_grad()
        with autograd.record():
            (softmax(scores, lengths) * direction).sum().backward()
        gradients.append(scores.grad.copy())
    assert_same(*gradients)


# Both attentions


def make_dot_product(seed: int = 0, dropout: float = 0.0) -> d2l.DotProductAttention:
    return d2l.DotProductAttention(dropout)


def make_additive(seed: int = 0, dropout: float = 0.0) -> d2l.AdditiveAttention:
    attention = d2l.AdditiveAttention(UNITS, dropout, query_size=SIZE, key_size=SIZE)
    attention.initialize()
    references.fill(attention, seed)
    return attention


def dot_product_score(attention):
    return lambda q, k: (q @ k) / math.sqrt(len(q))


def additive_score(attention):
    layers = (attention.W_q, attention.W_k, attention.v)
    W_q, W_k, v = (layer.weight.data().asnumpy().astype("float64") for layer in layers)
    return lambda q, k: (v @ numpy.tanh(W_q @ q + W_k @ k)).item()


both = pytest.mark.parametrize(
    "make", [make_dot_product, make_additive], ids=["dot product", "additive"]
)
cases = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "queries": st.integers(1, 3),
        "keys": st.integers(1, 5),
        "lengths": st.lists(st.integers(0, 5), min_size=1, max_size=3),
    }
)


def unpack(case):
    """Return query, key, value and valid lengths, as NumPy arrays."""
    seed, batch, keys = case["seed"], len(case["lengths"]), case["keys"]
    return (
        random_array(seed, batch, case["queries"], SIZE),
        random_array(seed + 1, batch, keys, SIZE),
        random_array(seed + 2, batch, keys, VALUE_SIZE),
        numpy.minimum(case["lengths"], keys).astype("float32"),
    )


@pytest.mark.parametrize(
    ("make", "score"),
    [(make_dot_product, dot_product_score), (make_additive, additive_score)],
    ids=["dot product", "additive"],
)
@law
@given(case=cases)
def test_attention_is_the_formula(make, score, case):
    attention, arrays = make(case["seed"]), unpack(case)
    context = attention(*map(np.array, arrays))
    expected_context, expected_weights = references.attend(score(attention), *arrays)
    assert_same(context, expected_context)
    assert_same(attention.attention_weights, expected_weights)


@law
@given(case=cases)
def test_dot_product_attention_agrees_with_the_d2l_package(case):
    query, key, value, lengths = map(np.array, unpack(case))
    lengths = np.maximum(lengths, 1)
    ours, theirs = d2l.DotProductAttention(), oracle.DotProductAttention(0)
    assert_same(ours(query, key, value, lengths), theirs(query, key, value, lengths))
    assert_same(ours.attention_weights, theirs.attention_weights)


@law
@given(case=cases)
def test_additive_attention_agrees_with_the_d2l_package(case):
    query, key, value, lengths = map(np.array, unpack(case))
    lengths = np.maximum(lengths, 1)
    ours, theirs = make_additive(case["seed"]), oracle.AdditiveAttention(UNITS, 0)
    theirs.initialize()
    theirs(query, key, value, lengths)  # the first call tells it the sizes
    theirs.W_q.weight.set_data(ours.W_q.weight.data())
    theirs.W_k.weight.set_data(ours.W_k.weight.data())
    theirs.w_v.weight.set_data(ours.v.weight.data())
    assert_same(ours(query, key, value, lengths), theirs(query, key, value, lengths))
    assert_same(ours.attention_weights, theirs.attention_weights)


@both
@law
@given(case=cases, extra=st.integers(1, 4))
def test_attention_does_not_see_padding(make, case, extra):
    attention, (query, key, value, lengths) = make(case["seed"]), unpack(case)
    batch = len(lengths)
    longer_key = numpy.concatenate([key, 9 * random_array(7, batch, extra, SIZE)], axis=1)
    longer_value = numpy.concatenate([value, 9 * random_array(8, batch, extra, VALUE_SIZE)], axis=1)
    context = attention(*map(np.array, (query, key, value, lengths)))
    longer = attention(*map(np.array, (query, longer_key, longer_value, lengths)))
    assert_same(longer, context)


@both
@law
@given(case=cases, order=st.permutations(range(5)))
def test_attention_does_not_depend_on_the_order_of_keys_and_values(make, case, order):
    attention, (query, key, value, _) = make(case["seed"]), unpack(case)
    order = [position for position in order if position < case["keys"]]
    context = attention(*map(np.array, (query, key, value)))
    assert_same(attention(*map(np.array, (query, key[:, order], value[:, order]))), context)


@both
def test_the_weights_depend_on_the_query(make):
    attention = make()
    query, key = np.array(random_array(1, 1, 3, SIZE)), np.array(random_array(2, 1, 6, SIZE))
    attention(query, key, key)
    first, second, third = attention.attention_weights[0].asnumpy()
    for one, other in ((first, second), (second, third), (first, third)):
        assert abs(one - other).max() > 0.01


@both
def test_nothing_to_attend_to_gives_a_context_of_zero(make):
    query, key = np.array(random_array(1, 2, 1, SIZE)), np.array(random_array(2, 2, 3, SIZE))
    context = make()(query, key, key, np.array([0, 3])).asnumpy()
    assert (context[0] == 0).all()
    assert (context[1] != 0).all()


@both
def test_dropout_acts_on_the_weights_in_training_only(make):
    attention, steady = make(dropout=0.5), make()
    query, key = np.array(random_array(1, 2, 3, SIZE)), np.array(random_array(2, 2, 9, SIZE))
    expected = steady(query, key, key)
    assert_same(attention(query, key, key), expected)
    with autograd.train_mode():
        in_training = attention(query, key, key)
    assert abs((in_training - expected).asnumpy()).max() > 0.01
    # What is shown to a reader are the weights before dropout.
    assert_same(attention.attention_weights, steady.attention_weights)


@both
def test_dropout_drops_the_share_asked_for(make):
    mx.random.seed(0)
    keys = 400
    query, key = np.zeros((1, 1, SIZE)), np.zeros((1, keys, SIZE))
    with autograd.train_mode():  # the values are unit vectors: the context is the weights
        context = make(dropout=0.25)(query, key, np.expand_dims(np.eye(keys), 0)).asnumpy()
    assert (context == 0).mean() == pytest.approx(0.25, abs=0.07)
    assert context.max() == pytest.approx(1 / 0.75 / keys, rel=1e-4)


# Numbers by hand


def test_dot_product_attention_by_hand():
    # The scores are 2 ln 3 / √4 = ln 3 and 0, the weights 3/4 and 1/4.
    query = np.array([[[2, 0, 0, 0]]])
    key = np.array([[[math.log(3), 0, 0, 0], [0, 7, 7, 7]]])
    attention = d2l.DotProductAttention()
    assert_same(attention(query, key, np.array([[[4], [8]]])), [[[5]]])
    assert_same(attention.attention_weights, [[[0.75, 0.25]]])


def test_additive_attention_by_hand():
    attention = d2l.AdditiveAttention(units=1)
    attention.initialize()
    half, ln_3 = math.atanh(0.5), math.log(3)
    query, key = np.array([[[0], [half], [100]]]), np.array([[[half], [-half]]])
    attention(query, key, key)
    for layer, value in ((attention.W_q, 1), (attention.W_k, 1), (attention.v, ln_3)):
        layer.weight.set_data(np.array([[value]]))
    attention(query, key, key)
    expected = [
        [3 / 4, 1 / 4],  # tanh gives 0.5 and -0.5; the scores differ by ln 3
        # tanh(2 atanh ½) = 0.8 and tanh(0) = 0; the scores differ by 0.8 ln 3
        [3**0.8 / (1 + 3**0.8), 1 / (1 + 3**0.8)],
        [1 / 2, 1 / 2],  # tanh is 1 for both keys
    ]
    assert_same(attention.attention_weights, [expected])


def test_the_source_text_calls_additive_attention_mlp_attention():
    assert d2l.MLPAttention is d2l.AdditiveAttention


# Bad input


@pytest.mark.parametrize(
    ("shape", "lengths", "message"),
    [
        ((2, 3), [1, 1], r"X has shape \(2, 3\), but \(batch, queries, keys\) is expected"),
        ((2, 3, 4), [1, 1, 1], r"valid_len has shape \(3,\), but the batch asks for \(2,\)"),
        ((2, 3, 4), [[1, 1]], r"valid_len has shape \(1, 2\), .* asks for \(2, 3\)"),
        ((2, 3, 4), [[[1]]], r"valid_len has shape \(1, 1, 1\), .* asks for \(2,\)"),
        ((2, 3, 4), [4, 5], "a valid length is 5, but the sequences have 4 positions"),
        ((2, 3, 4), [-1, 4], "a valid length is -1, .* between 0 and 4"),
    ],
)
def test_masked_softmax_says_what_does_not_fit(shape, lengths, message):
    with pytest.raises(ValueError, match=message):
        d2l.masked_softmax(np.zeros(shape), np.array(lengths))


@both
@pytest.mark.parametrize(
    ("query", "key", "value", "message"),
    [
        ((1, 4), (1, 3, 4), (1, 3, 4), r"query has shape \(1, 4\), but \(batch, positions, size\)"),
        ((1, 1, 4), (3, 4), (1, 3, 4), r"key has shape \(3, 4\), but"),
        ((1, 1, 4), (1, 3, 4), (3,), r"value has shape \(3,\), but"),
        ((1, 1, 4), (1, 3, 4), (1, 2, 4), r"key has shape \(1, 3, 4\) and value \(1, 2, 4\)"),
        ((2, 1, 4), (1, 3, 4), (1, 3, 4), r"query has shape \(2, 1, 4\) and key \(1, 3, 4\)"),
    ],
)
def test_attention_names_the_shapes_that_do_not_fit(make, query, key, value, message):
    with pytest.raises(ValueError, match=message):
        make()(np.zeros(query), np.zeros(key), np.zeros(value))


def test_a_dot_product_needs_vectors_of_one_length():
    with pytest.raises(
        ValueError, match=r"query has shape \(1, 1, 4\) and key \(1, 3, 5\).*4 and 5"
    ):
        d2l.DotProductAttention()(np.zeros((1, 1, 4)), np.zeros((1, 3, 5)), np.zeros((1, 3, 5)))


@pytest.mark.parametrize(
    ("query_size", "key_size", "message"),
    [
        (3, 4, r"query has shape \(1, 1, 3\), but \(1, 1, 4\) is expected"),
        (4, 5, r"key has shape \(1, 2, 5\), but \(1, 2, 4\) is expected"),
    ],
)
def test_additive_attention_refuses_vectors_it_was_not_made_for(query_size, key_size, message):
    query, key = np.zeros((1, 1, query_size)), np.zeros((1, 2, key_size))
    with pytest.raises(ValueError, match=message):
        make_additive()(query, key, key)


def test_additive_attention_takes_queries_and_keys_of_different_lengths():
    attention = d2l.AdditiveAttention(UNITS)
    attention.initialize()
    context = attention(np.zeros((2, 1, 3)), np.zeros((2, 4, 6)), np.ones((2, 4, 7)))
    assert_same(context, numpy.ones((2, 1, 7)))
