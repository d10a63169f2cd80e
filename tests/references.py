"""The formulas as NumPy loops in double precision, and random data to try them on."""

import numpy
from hypothesis import settings
from mxnet import gluon, np

# The same examples on every run, and no time limit for one: a first call plans its graph.
law = settings(max_examples=15, deadline=None, derandomize=True)


def random_array(seed: int, *shape: int) -> numpy.ndarray:
    """Return standard normal values in single precision."""
    return numpy.random.RandomState(seed).normal(size=shape).astype("float32")


def fill(model: gluon.Block, seed: int, scale: float = 1.0) -> None:
    """Give every parameter random values, biases too."""
    for number, parameter in enumerate(model.collect_params().values()):
        if parameter.grad_req != "null":
            values = scale * random_array(1000 * seed + number, *parameter.shape)
            parameter.set_data(np.array(values))


def gradients(model: gluon.Block) -> dict[str, numpy.ndarray]:
    """Return a copy of the gradient of every trained parameter."""
    parameters = model.collect_params().items()
    return {name: p.grad().asnumpy().copy() for name, p in parameters if p.grad_req != "null"}


def assert_same(actual, expected, atol: float = 1e-5) -> None:
    """Assert that two arrays, or two dicts of arrays, agree to `atol`."""
    if isinstance(expected, dict):
        assert actual.keys() == expected.keys()
        for name in expected:
            assert_same(actual[name], expected[name], atol)
        return
    actual, expected = (
        array.asnumpy() if isinstance(array, np.ndarray) else numpy.asarray(array)
        for array in (actual, expected)
    )
    assert actual.shape == expected.shape
    numpy.testing.assert_allclose(actual, expected, rtol=1e-5, atol=atol)


def masked_softmax(scores: numpy.ndarray, valid_len: numpy.ndarray) -> numpy.ndarray:
    """Softmax over the first keys of each row; scores (batch, queries, keys)."""
    weights = numpy.zeros(scores.shape)
    for b, q in numpy.ndindex(scores.shape[:2]):
        n = int(valid_len[b] if valid_len.ndim == 1 else valid_len[b, q])
        if n > 0:
            valid = scores[b, q, :n].astype("float64")
            powers = numpy.exp(valid - valid.max())
            weights[b, q, :n] = powers / powers.sum()
    return weights


def attend(score, query, key, value, valid_len) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the weighted sums of the values, and the weights, for any score(q, k)."""
    scores = numpy.array(
        [[[score(q, k) for k in ks] for q in qs] for qs, ks in zip(query, key, strict=True)]
    )
    weights = masked_softmax(scores, valid_len)
    return numpy.einsum("bqk,bkv->bqv", weights, value), weights


def sigmoid(x: numpy.ndarray) -> numpy.ndarray:
    return 1 / (1 + numpy.exp(-x))


def lstm(X, layers, h_0, c_0, valid_len) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """Run each sentence alone over its real steps; `layers` holds (W, U, b) of each layer.

    X (steps, batch, input), h_0 and c_0 (layers, batch, hidden).
    """
    h, c = numpy.array(h_0, dtype="float64"), numpy.array(c_0, dtype="float64")
    outputs = numpy.zeros((*X.shape[:2], h.shape[-1]))
    for sentence, length in enumerate(valid_len):
        for step in range(int(length)):
            x = X[step, sentence]
            for layer, (W, U, b) in enumerate(layers):
                i, f, g, o = numpy.split(W @ x + U @ h[layer, sentence] + b, 4)
                c[layer, sentence] = sigmoid(f) * c[layer, sentence] + sigmoid(i) * numpy.tanh(g)
                h[layer, sentence] = sigmoid(o) * numpy.tanh(c[layer, sentence])
                x = h[layer, sentence]
            outputs[step, sentence] = x
    return outputs, h, c


def cross_entropy(pred, label, valid_len) -> numpy.ndarray:
    """Sum of -log p(label) over the real tokens of each sentence, in nats."""
    costs = numpy.zeros(len(pred))
    for sentence, length in enumerate(valid_len):
        for step in range(int(length)):
            scores = pred[sentence, step].astype("float64")
            costs[sentence] += numpy.log(numpy.exp(scores).sum())
            costs[sentence] -= scores[int(label[sentence, step])]
    return costs
