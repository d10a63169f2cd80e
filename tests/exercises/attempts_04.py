"""Answers to the tasks of chapter 04."""

import math

import numpy
from attempts import Attempts
from mxnet import np, npx

import d2l_local

attempts = Attempts()


def valid(X, n):
    return np.arange(X.shape[2], dtype="float32") < n.reshape(-1, 1, 1)


# 04.1

attempts.add("04.1", [1 / 8, 1 / 4, 5 / 8], [1 / 3, 2 / 3, 0])
attempts.add("04.1", np.array([0.13, 0.25, 0.63]), (0.33, 0.67, 0.0))
attempts.add("04.1", [0, 0.3, 0.7], [1 / 3, 2 / 3, 0], says="exponentials first")
attempts.add("04.1", [1, 2, 5], [1, 2, 0], says="Divide each by their sum")
attempts.add("04.1", [12.5, 25, 62.5], [33, 67, 0], says="percentages")
attempts.add("04.1", [1 / 8, 1 / 4, 5 / 8], [1 / 8, 1 / 4, 0], says="masked after the softmax")
attempts.add("04.1", [1 / 8, 1 / 4, 5 / 8], [1 / 3, 2 / 3], says="for the padding, too")
attempts.add("04.1", [1 / 8, 1 / 4, 5 / 8], [0.5, 0.5, 0], says="shares the weight equally")
attempts.add("04.1", "1/8", [0.5, 0.5, 0], says="a list is expected")
attempts.add("04.1", [0.2, 0.3, 0.5], [0.5, 0.5, 0], says="Do the calculation once more")

# 04.2


@attempts.right("04.2")
def a_loop_over_numbers(X, valid_len):
    weights = numpy.zeros(X.shape)
    for b in range(X.shape[0]):
        for q in range(X.shape[1]):
            exponentials = [math.exp(x) for x in X[b, q, : int(valid_len[b])].tolist()]
            for k, exponential in enumerate(exponentials):
                weights[b, q, k] = exponential / sum(exponentials)
    return np.array(weights)


@attempts.right("04.2")
def filled_by_where(X, valid_len):
    return npx.softmax(np.where(valid(X, valid_len), X, -1e6), axis=-1)


@attempts.right("04.2")
def numpy_in_double_precision(X, valid_len):
    e = numpy.exp(X.asnumpy().astype("float64")) * valid(X, valid_len).asnumpy()
    return e / e.sum(axis=2, keepdims=True)


@attempts.wrong("04.2", "did you mask after the softmax?")
def masked_after_the_softmax(X, valid_len):
    return npx.softmax(X, axis=-1) * valid(X, valid_len)


@attempts.wrong("04.2", "`valid_len` is not used")
def not_masked(X, valid_len):
    return npx.softmax(X, axis=-1)


@attempts.wrong("04.2", "one position too many")
def off_by_one(X, valid_len):
    return npx.softmax(np.where(valid(X, valid_len + 1), X, -1e6), axis=-1)


@attempts.wrong("04.2", "Did you make the masked scores 0?")
def scores_times_mask(X, valid_len):
    return npx.softmax(X * valid(X, valid_len), axis=-1)


@attempts.wrong("04.2", "Is the number that you fill in low enough?")
def fill_is_not_low(X, valid_len):
    return npx.softmax(np.where(valid(X, valid_len), X, -10), axis=-1)


@attempts.wrong("04.2", "along the last axis")
def wrong_axis(X, valid_len):
    return npx.softmax(np.where(valid(X, valid_len), X, -1e30), axis=1)


@attempts.wrong("04.2", "the wrong way round")
def mask_inverted(X, valid_len):
    return npx.softmax(np.where(valid(X, valid_len), -1e30, X), axis=-1)


@attempts.wrong("04.2", "changes its argument `X` in place")
def in_place(X, valid_len):
    for b in range(X.shape[0]):
        X[b, :, int(valid_len[b]) :] = -1e6
    return npx.softmax(X, axis=-1)


@attempts.wrong("04.2", "uses the first valid length")
def right_for_batch_size_1(X, valid_len):
    positions = np.arange(X.shape[2], dtype="float32")
    return npx.softmax(np.where(positions < valid_len[0], X, -1e6), axis=-1)


@attempts.wrong("04.2", "the values are right, but the result has shape")
def wrong_shape(X, valid_len):
    return filled_by_where(X, valid_len).reshape(-1, X.shape[2])


@attempts.wrong("04.2", "the same answer for different inputs")
def hard_coded(X, valid_len):
    return np.array([[[0.67, 0.33, 0.0]]])


@attempts.wrong("04.2", "these are exponentials")
def not_divided(X, valid_len):
    return np.exp(X) * valid(X, valid_len)


@attempts.wrong("04.2", "Does your function end with `return`?")
def return_is_missing(X, valid_len):
    filled_by_where(X, valid_len)


@attempts.wrong("04.2", "AttributeError: 'ndarray' object has no attribute 'shapes'")
def raises(X, valid_len):
    return X.shapes


attempts.add("04.2", np.zeros((1, 1, 3)), says="not a function")

# 04.3


@attempts.right("04.3")
def multiplied_by_the_mask(X, valid_len):
    mask = valid(X, valid_len)
    return npx.softmax(np.where(mask, X, -1e6), axis=-1) * mask


@attempts.right("04.3")
def a_loop_over_examples(X, valid_len):
    weights = np.zeros(X.shape)
    for b, length in enumerate(valid_len.astype("int32").tolist()):
        if length > 0:
            weights[b, :, :length] = npx.softmax(X[b, :, :length], axis=-1)
    return weights


attempts.add("04.3", d2l_local.masked_softmax)


@attempts.wrong("04.3", "still shares its weight among padding")
def as_before(X, valid_len):
    mask = valid(X, valid_len)
    return npx.softmax(X * mask - 1e6 * (1 - mask), axis=-1)


@attempts.wrong("04.3", "weight on its first position")
def at_least_one(X, valid_len):
    return as_before(X, np.maximum(valid_len, 1))


@attempts.wrong("04.3", "attends to everything")
def no_mask_when_empty(X, valid_len):
    return as_before(X, np.where(valid_len == 0, float(X.shape[2]), valid_len))


@attempts.wrong("04.3", "NaN")
def infinity(X, valid_len):
    return npx.softmax(np.where(valid(X, valid_len), X, -np.inf), axis=-1)


@attempts.wrong("04.3", "NaN")
def zero_by_zero(X, valid_len):
    e = np.exp(X) * valid(X, valid_len)
    return e / e.sum(axis=-1, keepdims=True)


@attempts.wrong("04.3", "did you mask after the softmax?")
def only_multiplied(X, valid_len):
    return npx.softmax(X, axis=-1) * valid(X, valid_len)


@attempts.wrong("04.3", "now all rows are 0")
def all_empty(X, valid_len):
    return np.zeros(X.shape)


@attempts.wrong("04.3", "but (5, 2, 6) is expected")
def row_is_dropped(X, valid_len):
    keep = numpy.flatnonzero(valid_len.asnumpy()).tolist()
    return as_before(X[keep], valid_len[keep])


# 04.4


def dot_scores(Q, K):
    return npx.batch_dot(Q, K, transpose_b=True)


def weighted(scores, valid_len, V):
    return npx.batch_dot(d2l_local.masked_softmax(scores, valid_len), V)


@attempts.right("04.4")
def with_batch_dot(Q, K, V, valid_len):
    return weighted(dot_scores(Q, K) / math.sqrt(Q.shape[2]), valid_len, V)


@attempts.right("04.4")
def a_loop_in_numpy(Q, K, V, valid_len):
    Q, K, V = (x.asnumpy().astype("float64") for x in (Q, K, V))
    output = numpy.zeros((*Q.shape[:2], V.shape[2]))
    for b, length in enumerate(valid_len.astype("int32").tolist()):
        for q in range(Q.shape[1]):
            e = numpy.exp(K[b, :length] @ Q[b, q] / len(Q[b, q]) ** 0.5)
            output[b, q] = e / e.sum() @ V[b, :length]
    return output


attempts.add("04.4", d2l_local.DotProductAttention())


@attempts.wrong("04.4", "not divided by the square root")
def no_scale(Q, K, V, valid_len):
    return weighted(dot_scores(Q, K), valid_len, V)


@attempts.wrong("04.4", "you divided by d")
def divided_by_d(Q, K, V, valid_len):
    return weighted(dot_scores(Q, K) / Q.shape[2], valid_len, V)


@attempts.wrong("04.4", "number of keys")
def divided_by_keys(Q, K, V, valid_len):
    return weighted(dot_scores(Q, K) / math.sqrt(K.shape[1]), valid_len, V)


@attempts.wrong("04.4", "you multiplied by the square root")
def multiplied(Q, K, V, valid_len):
    return weighted(dot_scores(Q, K) * math.sqrt(Q.shape[2]), valid_len, V)


@attempts.wrong("04.4", "after the softmax, not before")
def scaled_late(Q, K, V, valid_len):
    return weighted(dot_scores(Q, K), valid_len, V) / math.sqrt(Q.shape[2])


@attempts.wrong("04.4", "the padding is not masked")
def padding_leaks(Q, K, V, valid_len):
    return weighted(dot_scores(Q, K) / math.sqrt(Q.shape[2]), None, V)


@attempts.wrong("04.4", "these are the weights")
def weights_only(Q, K, V, valid_len):
    return d2l_local.masked_softmax(dot_scores(Q, K) / math.sqrt(Q.shape[2]), valid_len)


@attempts.wrong("04.4", "Where is the softmax?")
def no_softmax(Q, K, V, valid_len):
    scores = dot_scores(Q, K) / math.sqrt(Q.shape[2])
    return npx.batch_dot(scores * valid(scores, valid_len), V)


@attempts.wrong("04.4", "batch_dot")
def transpose_is_missing(Q, K, V, valid_len):
    return npx.batch_dot(Q, K)


# 04.5


def pairs(Q, K, W_q, W_k):
    return np.dot(Q, W_q.T)[:, :, None], np.dot(K, W_k.T)[:, None]


@attempts.right("04.5")
def broadcast(Q, K, V, valid_len, W_q, W_k, v):
    q, k = pairs(Q, K, W_q, W_k)
    return weighted(np.dot(np.tanh(q + k), v), valid_len, V)


@attempts.right("04.5")
def a_loop_over_queries(Q, K, V, valid_len, W_q, W_k, v):
    columns = []
    for i in range(Q.shape[1]):
        hidden = np.tanh(np.dot(Q[:, i : i + 1], W_q.T) + np.dot(K, W_k.T))
        columns.append(weighted(np.dot(hidden, v)[:, None], valid_len, V))
    return np.concatenate(columns, axis=1)


@attempts.right("04.5")
def double_precision(*arrays):
    return broadcast(*(array.astype("float64") for array in arrays)).asnumpy()


@attempts.wrong("04.5", "each projection has a tanh of its own")
def separate_tanh(Q, K, V, valid_len, W_q, W_k, v):
    q, k = pairs(Q, K, W_q, W_k)
    return weighted(np.dot(np.tanh(q) + np.tanh(k), v), valid_len, V)


@attempts.wrong("04.5", "there is no tanh")
def no_tanh(Q, K, V, valid_len, W_q, W_k, v):
    q, k = pairs(Q, K, W_q, W_k)
    return weighted(np.dot(q + k, v), valid_len, V)


@attempts.wrong("04.5", "around the score")
def tanh_outside(Q, K, V, valid_len, W_q, W_k, v):
    q, k = pairs(Q, K, W_q, W_k)
    return weighted(np.tanh(np.dot(q + k, v)), valid_len, V)


@attempts.wrong("04.5", "W_q and W_k are exchanged")
def exchanged(Q, K, V, valid_len, W_q, W_k, v):
    return broadcast(Q, K, V, valid_len, W_k, W_q, v)


@attempts.wrong("04.5", "v is left out")
def no_v(Q, K, V, valid_len, W_q, W_k, v):
    q, k = pairs(Q, K, W_q, W_k)
    return weighted(np.tanh(q + k).sum(axis=-1), valid_len, V)


@attempts.wrong("04.5", "relu")
def relu(Q, K, V, valid_len, W_q, W_k, v):
    q, k = pairs(Q, K, W_q, W_k)
    return weighted(np.dot(npx.relu(q + k), v), valid_len, V)


@attempts.wrong("04.5", "the padding is not masked")
def mask_forgotten(Q, K, V, valid_len, W_q, W_k, v):
    return broadcast(Q, K, V, None, W_q, W_k, v)


@attempts.wrong("04.5", "these are the weights")
def values_forgotten(Q, K, V, valid_len, W_q, W_k, v):
    q, k = pairs(Q, K, W_q, W_k)
    return d2l_local.masked_softmax(np.dot(np.tanh(q + k), v), valid_len)


@attempts.wrong("04.5", "dot")
def not_transposed(Q, K, V, valid_len, W_q, W_k, v):
    return np.dot(Q, W_q)


# 04.6

BROKEN = ["B", "C"]


@attempts.right("04.6", rest=(BROKEN,))
def largest_minus_smallest(attention, queries, keys):
    weights = attention(queries, keys)
    return (weights.max(axis=0) - weights.min(axis=0)).max()


@attempts.right("04.6", rest=({"C", "B"},))
def every_pair_of_queries(attention, queries, keys):
    rows = attention(queries, keys).asnumpy()
    return max(abs(a - b).max() for a in rows for b in rows)


@attempts.wrong("04.6", "compared the keys with each other", rest=(BROKEN,))
def along_the_keys(attention, queries, keys):
    weights = attention(queries, keys)
    return (weights.max(axis=1) - weights.min(axis=1)).max()


@attempts.wrong("04.6", "compared all weights with each other", rest=(BROKEN,))
def over_everything(attention, queries, keys):
    weights = attention(queries, keys)
    return weights.max() - weights.min()


@attempts.wrong("04.6", "only the first two queries", rest=(BROKEN,))
def two_queries(attention, queries, keys):
    weights = attention(queries, keys)
    return abs(weights[0] - weights[1]).max()


@attempts.wrong("04.6", "only the first query", rest=(BROKEN,))
def against_the_first(attention, queries, keys):
    weights = attention(queries, keys)
    return abs(weights - weights[0]).max()


@attempts.wrong("04.6", "the mean over the keys", rest=(BROKEN,))
def mean_of_keys(attention, queries, keys):
    weights = attention(queries, keys)
    return (weights.max(axis=0) - weights.min(axis=0)).mean()


@attempts.wrong("04.6", "standard deviation", rest=(BROKEN,))
def deviation(attention, queries, keys):
    return attention(queries, keys).std(axis=0).max()


@attempts.wrong("04.6", "is expected", rest=(BROKEN,))
def one_number_for_each_key(attention, queries, keys):
    weights = attention(queries, keys)
    return weights.max(axis=0) - weights.min(axis=0)


attempts.add("04.6", largest_minus_smallest, ["B"], says="C is missing")
attempts.add("04.6", largest_minus_smallest, ["C"], says="B is missing")
attempts.add("04.6", largest_minus_smallest, "ABC", says="A does depend on the query")
attempts.add("04.6", largest_minus_smallest, 2, says="a list of names")
attempts.add("04.6", largest_minus_smallest, ["b"], says="are called A, B and C")

# 04.7

attempts.add("04.7", 16, 1)
attempts.add("04.7", np.sqrt(np.array(256.0)), 1.0)
attempts.add("04.7", 256, 1, says="the variance")
attempts.add("04.7", 1, 1, says="one product")
attempts.add("04.7", 16, 16, says="divides their spread by 16, too")
attempts.add("04.7", 16, 1 / 16, says="divided by d")
attempts.add("04.7", "sixteen", 1, says="the text 'sixteen'")

# 04.8


@attempts.right("04.8")
def negative_distance(Q, K):
    return -((Q[:, :, None] - K[:, None]) ** 2).sum(axis=-1)


@attempts.right("04.8")
def cosine(Q, K):
    sizes = np.linalg.norm(Q, axis=2)[:, :, None] * np.linalg.norm(K, axis=2)[:, None]
    return 5 * dot_scores(Q, K) / sizes


@attempts.right("04.8")
def agreeing_signs_in_a_loop(Q, K):
    Q, K = Q.asnumpy(), K.asnumpy()
    rows = [
        [[float((q * abs(k) > -0.5).sum() + q @ k) for k in ks] for q in qs]
        for qs, ks in zip(Q, K, strict=True)
    ]
    return np.array(rows)


@attempts.wrong("04.8", "this is the dot product")
def scaled_dot_product(Q, K):
    return dot_scores(Q, K) / math.sqrt(Q.shape[2])


@attempts.wrong("04.8", "the weights are the same for all queries")
def sum_of_two_terms(Q, K):
    return Q.sum(axis=-1)[:, :, None] + K.sum(axis=-1)[:, None]


@attempts.wrong("04.8", "all keys get the same score")
def constant(Q, K):
    return np.ones((*Q.shape[:2], K.shape[1]))


@attempts.wrong("04.8", "Is there randomness in it?")
def random_scores(Q, K):
    return np.random.normal(0, 1, (*Q.shape[:2], K.shape[1]))


@attempts.wrong("04.8", "depends on the position")
def counts_positions(Q, K):
    return negative_distance(Q, K) + np.arange(K.shape[1], dtype="float32")


@attempts.wrong("04.8", "when another key is taken away")
def softmax_inside(Q, K):
    return npx.softmax(negative_distance(Q, K), axis=-1)


@attempts.wrong("04.8", "with the other sentences of its batch")
def normalised_over_the_batch(Q, K):
    return negative_distance(Q - Q.mean(axis=0), K)


@attempts.wrong("04.8", "that is (batch, queries, keys)")
def keys_first(Q, K):
    return np.swapaxes(negative_distance(Q, K), 1, 2)


@attempts.wrong("04.8", "some scores are not finite")
def logarithm(Q, K):
    return np.log(dot_scores(Q, K))
