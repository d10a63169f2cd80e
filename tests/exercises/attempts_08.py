"""Answers to the tasks of chapter 08."""

import math

import numpy
from attempts import Attempts
from mxnet import np, npx

import d2l_local

attempts = Attempts()

# 08.1

WEIGHTS = [0.89, 0.05, 0.05]
MEAN = [0.67, 0.67]

attempts.add("08.1", WEIGHTS, MEAN, [2, 0])
attempts.add("08.1", np.array([0.8943, 0.0529, 0.0529]), (2 / 3, 2 / 3), np.array([2.0, 0.0]))
attempts.add("08.1", [0.96, 0.02, 0.02], MEAN, [2, 0], says="are not divided by √2")
attempts.add("08.1", [0.79, 0.11, 0.11], MEAN, [2, 0], says="by 2. Divide by its square root")
attempts.add("08.1", [1, 0, 0], MEAN, [2, 0], says="its exponential is 1")
attempts.add("08.1", [2.83, 0, 0], MEAN, [2, 0], says="Take the softmax")
attempts.add("08.1", [0.9, 0.1], MEAN, [2, 0], says="Do the calculation once more")
attempts.add("08.1", WEIGHTS, [0, 0], [2, 0], says="equal weights, not none")
attempts.add("08.1", WEIGHTS, [2, 2], [2, 0], says="so it is a mean")
attempts.add("08.1", WEIGHTS, [1, 1], [2, 0], says="a word looks at itself, too")
attempts.add("08.1", WEIGHTS, MEAN, [1.79, 0.11], says="without a mask")
attempts.add("08.1", WEIGHTS, MEAN, [0, 0], says="a word sees itself")
attempts.add("08.1", WEIGHTS, MEAN, MEAN, says="the mean of all words")
attempts.add("08.1", WEIGHTS, MEAN, 2, says="a list is expected")

# 08.2


@attempts.right("08.2")
def reshape_and_swap(X, num_heads):
    return X.reshape(*X.shape[:2], num_heads, X.shape[2] // num_heads).swapaxes(1, 2)


@attempts.right("08.2")
def slices_in_a_loop(X, num_heads):
    size = X.shape[2] // num_heads
    return np.stack([X[:, :, h * size : (h + 1) * size] for h in range(num_heads)], axis=1)


@attempts.right("08.2")
def numpy_split(X, num_heads):
    return numpy.stack(numpy.split(X.asnumpy(), num_heads, axis=2), axis=1)


@attempts.wrong("08.2", "different positions are mixed up")
def reshape_only(X, num_heads):
    return X.reshape(X.shape[0], num_heads, X.shape[1], -1)


@attempts.wrong("08.2", "It should get the first ones")
def interleaved(X, num_heads):
    return X.reshape(*X.shape[:2], -1, num_heads).transpose(0, 3, 1, 2)


@attempts.wrong("08.2", "positions come before heads")
def not_swapped(X, num_heads):
    return X.reshape(*X.shape[:2], num_heads, -1)


@attempts.wrong("08.2", "The batch stays the first axis")
def heads_first(X, num_heads):
    return X.reshape(*X.shape[:2], num_heads, -1).transpose(2, 0, 1, 3)


@attempts.wrong("08.2", "Leave them apart here")
def as_in_the_chapter(X, num_heads):
    batch, positions, num_hiddens = X.shape
    return reshape_and_swap(X, num_heads).reshape(-1, positions, num_hiddens // num_heads)


@attempts.wrong("08.2", "the last two axes are exchanged")
def wrong_axes(X, num_heads):
    return X.reshape(*X.shape[:2], num_heads, -1).transpose(0, 2, 3, 1)


@attempts.wrong("08.2", "the two are exchanged")
def size_for_heads(X, num_heads):
    return X.reshape(*X.shape[:2], -1, num_heads).swapaxes(1, 2)


@attempts.wrong("08.2", "only the first example of the batch")
def right_for_batch_size_1(X, num_heads):
    return reshape_and_swap(X[:1], num_heads)


@attempts.wrong("08.2", "you have 2 heads always")
def two_heads(X, num_heads):
    return reshape_and_swap(X, 2)


@attempts.wrong("08.2", "changes its argument `X` in place")
def in_place(X, num_heads):
    result = reshape_and_swap(X, num_heads)
    X[:] = 0
    return result


@attempts.wrong("08.2", "an array is expected")
def a_list_of_heads(X, num_heads):
    return list(np.split(X, num_heads, axis=2))


# 08.3


def cut(X, num_heads):
    heads = reshape_and_swap(X, num_heads)
    return heads.reshape(-1, *heads.shape[2:])  # (batch * heads, positions, size)


def attend(Q, K, V, lengths, scale):
    scores = npx.batch_dot(Q, K, transpose_b=True) / scale
    return npx.batch_dot(d2l_local.masked_softmax(scores, lengths), V)


def joined(heads, num_heads):
    heads = heads.reshape(-1, num_heads, *heads.shape[1:]).swapaxes(1, 2)
    return heads.reshape(*heads.shape[:2], -1)


def by_one_product(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads, **changes):
    cutting = changes.get("cut", cut)
    Q, K, V = (
        cutting(np.dot(X, W.T), num_heads) for X, W in ((query, W_q), (key, W_k), (value, W_v))
    )
    lengths = changes.get("repeat", lambda n: n.repeat(num_heads, axis=0))(valid_len)
    heads = attend(Q, K, V, lengths, changes.get("scale", math.sqrt(Q.shape[-1])))
    return np.dot(changes.get("join", joined)(heads, num_heads), W_o.T)


@attempts.right("08.3")
def one_product(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    return by_one_product(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads)


@attempts.right("08.3")
def a_loop_in_double_precision(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    arrays = (query, key, value, W_q, W_k, W_v, W_o)
    query, key, value, W_q, W_k, W_v, W_o = (x.asnumpy().astype("float64") for x in arrays)
    size = len(W_q) // num_heads
    output = numpy.zeros(query.shape)
    for b, length in enumerate(valid_len.astype("int32").tolist()):
        for h in range(num_heads):
            rows = slice(h * size, (h + 1) * size)
            Q, K, V = query[b] @ W_q[rows].T, key[b] @ W_k[rows].T, value[b] @ W_v[rows].T
            e = numpy.exp(Q @ K[:length].T / size**0.5)
            output[b, :, rows] = e / e.sum(axis=1, keepdims=True) @ V[:length]
    return output @ W_o.T


@attempts.right("08.3")
def the_layer_of_the_package(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    layer = d2l_local.MultiHeadAttention(query.shape[-1], num_heads)
    layer.initialize()
    for name, W in (("W_q", W_q), ("W_k", W_k), ("W_v", W_v), ("W_o", W_o)):
        getattr(layer, name).weight.set_data(W)
    return layer(query, key, value, valid_len)


@attempts.wrong("08.3", "divided by the square root of num_hiddens")
def scale_of_all(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    scale = math.sqrt(query.shape[-1])
    parameters = (W_q, W_k, W_v, W_o)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads, scale=scale)


@attempts.wrong("08.3", "are not divided by the square root of a head's size")
def no_scale(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    return by_one_product(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads, scale=1)


@attempts.wrong("08.3", "you divided by the size of a head")
def no_root(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    scale = query.shape[-1] // num_heads
    parameters = (W_q, W_k, W_v, W_o)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads, scale=scale)


@attempts.wrong("08.3", "this is one large head")
def one_head(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    return by_one_product(query, key, value, valid_len, W_q, W_k, W_v, W_o, 1)


@attempts.wrong("08.3", "the heads are cut by reshape alone")
def cut_by_reshape(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    def by_reshape(X, num_heads):
        return X.reshape(X.shape[0] * num_heads, X.shape[1], -1)

    parameters = (W_q, W_k, W_v, W_o)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads, cut=by_reshape)


@attempts.wrong("08.3", "put together by reshape alone")
def joined_by_reshape(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    def by_reshape(heads, num_heads):
        return heads.reshape(*query.shape)

    parameters = (W_q, W_k, W_v, W_o)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads, join=by_reshape)


@attempts.wrong("08.3", "use repeat, not tile")
def lengths_tiled(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    def tile(lengths):
        return np.tile(lengths, num_heads)

    parameters = (W_q, W_k, W_v, W_o)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads, repeat=tile)


@attempts.wrong("08.3", "the padding is not masked")
def not_masked(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    def no_lengths(lengths):
        return None

    parameters = (W_q, W_k, W_v, W_o)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads, repeat=no_lengths)


@attempts.wrong("08.3", "W_o, is missing")
def without_the_last_projection(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    identity = np.eye(len(W_o))
    return by_one_product(query, key, value, valid_len, W_q, W_k, W_v, identity, num_heads)


@attempts.wrong("08.3", "W_o is not transposed")
def last_transpose_is_missing(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    return by_one_product(query, key, value, valid_len, W_q, W_k, W_v, W_o.T, num_heads)


@attempts.wrong("08.3", "the projections are not transposed")
def all_transposes_are_missing(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    parameters = (W_q.T, W_k.T, W_v.T, W_o.T)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads)


@attempts.wrong("08.3", "W_q and W_k are exchanged")
def exchanged(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    return by_one_product(query, key, value, valid_len, W_k, W_q, W_v, W_o, num_heads)


@attempts.wrong("08.3", "Weight the values")
def keys_are_weighted(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    return by_one_product(query, key, key, valid_len, W_q, W_k, W_v, W_o, num_heads)


@attempts.wrong("08.3", "valid_len")
def lengths_are_not_repeated(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    def as_they_are(lengths):
        return lengths

    parameters = (W_q, W_k, W_v, W_o)
    return by_one_product(query, key, value, valid_len, *parameters, num_heads, repeat=as_they_are)


@attempts.wrong("08.3", "but (4, 3, 8) is expected, that is (batch, queries, num_hiddens)")
def heads_not_joined(query, key, value, valid_len, W_q, W_k, W_v, W_o, num_heads):
    Q, K, V = (cut(np.dot(X, W.T), num_heads) for X, W in ((query, W_q), (key, W_k), (value, W_v)))
    return attend(Q, K, V, valid_len.repeat(num_heads), math.sqrt(Q.shape[-1]))


# 08.4


def angles(num_positions, d, power=lambda j, d: 2 * j / d):
    return numpy.arange(num_positions)[:, None] / 10000.0 ** power(numpy.arange(d // 2), d)


def in_turn(first, second):
    return np.array(numpy.stack([first, second], axis=2).reshape(len(first), -1))


@attempts.right("08.4")
def stacked(num_positions, d):
    a = angles(num_positions, d)
    return in_turn(numpy.sin(a), numpy.cos(a))


@attempts.right("08.4")
def number_by_number(num_positions, d):
    codes = np.zeros((num_positions, d))
    for p in range(num_positions):
        for entry in range(d):
            angle = p / 10000 ** ((entry - entry % 2) / d)
            codes[p, entry] = math.cos(angle) if entry % 2 else math.sin(angle)
    return codes


@attempts.right("08.4")
def mxnet_in_single_precision(num_positions, d):
    j = np.arange(0, d, 2, dtype="float32")
    a = np.arange(num_positions, dtype="float32").reshape(-1, 1) / np.power(10000, j / d)
    return np.stack([np.sin(a), np.cos(a)], axis=-1).reshape(num_positions, d)


@attempts.wrong("08.4", "all sines come first")
def halves(num_positions, d):
    a = angles(num_positions, d)
    return np.array(numpy.concatenate([numpy.sin(a), numpy.cos(a)], axis=1))


@attempts.wrong("08.4", "sine and cosine are exchanged")
def cosine_first(num_positions, d):
    a = angles(num_positions, d)
    return in_turn(numpy.cos(a), numpy.sin(a))


@attempts.wrong("08.4", "the exponent is j / d here")
def exponent_without_2(num_positions, d):
    a = angles(num_positions, d, lambda j, d: j / d)
    return in_turn(numpy.sin(a), numpy.cos(a))


@attempts.wrong("08.4", "have different angles")
def index_of_the_entry(num_positions, d):
    codes = np.zeros((num_positions, d))
    for p in range(num_positions):
        for entry in range(d):
            angle = p / 10000 ** (entry / d)
            codes[p, entry] = math.cos(angle) if entry % 2 else math.sin(angle)
    return codes


@attempts.wrong("08.4", "j counts pairs")
def twice_the_index_of_the_entry(num_positions, d):
    codes = np.zeros((num_positions, d))
    for p in range(num_positions):
        for entry in range(d):
            angle = p / 10000 ** (2 * entry / d)
            codes[p, entry] = math.cos(angle) if entry % 2 else math.sin(angle)
    return codes


@attempts.wrong("08.4", "is not divided by d")
def exponent_without_d(num_positions, d):
    a = angles(num_positions, d, lambda j, d: 2 * j)
    return in_turn(numpy.sin(a), numpy.cos(a))


@attempts.wrong("08.4", "so that the waves become slower")
def multiplied(num_positions, d):
    a = angles(num_positions, d, lambda j, d: -2 * j / d)
    return in_turn(numpy.sin(a), numpy.cos(a))


@attempts.wrong("08.4", "Yours count from 1")
def counts_from_1(num_positions, d):
    return stacked(num_positions + 1, d)[1:]


@attempts.wrong("08.4", "positions and entries are exchanged")
def transposed(num_positions, d):
    return stacked(num_positions, d).T


@attempts.wrong("08.4", "there are sines only")
def sines_only(num_positions, d):
    a = angles(num_positions, d)
    return in_turn(numpy.sin(a), numpy.sin(a))


@attempts.wrong("08.4", "an array is expected: make it one")
def a_list(num_positions, d):
    return stacked(num_positions, d).tolist()


@attempts.wrong("08.4", "is expected, that is (num_positions, d)")
def with_an_axis_for_the_batch(num_positions, d):
    return stacked(num_positions, d)[None, 1:]


@attempts.wrong("08.4", "the values are right, but")
def with_an_axis_more(num_positions, d):
    return stacked(num_positions, d)[None]


# 08.5


@attempts.right("08.5")
def smaller_of_two(valid_len, steps):
    return np.minimum(np.arange(1, steps + 1, dtype="float32"), valid_len.reshape(-1, 1))


@attempts.right("08.5")
def a_loop_over_queries(valid_len, steps):
    rows = [[min(t + 1, int(n)) for t in range(steps)] for n in valid_len.tolist()]
    return np.array(rows, dtype="int32")


@attempts.wrong("08.5", "sees nothing, not even itself")
def from_0(valid_len, steps):
    return np.minimum(np.arange(steps, dtype="float32"), valid_len.reshape(-1, 1))


@attempts.wrong("08.5", "one position too many")
def one_too_many(valid_len, steps):
    return np.minimum(np.arange(2, steps + 2, dtype="float32"), valid_len.reshape(-1, 1))


@attempts.wrong("08.5", "`valid_len` is not used")
def padding_is_seen(valid_len, steps):
    return np.tile(np.arange(1, steps + 1), (len(valid_len), 1))


@attempts.wrong("08.5", "the future is not")
def future_is_seen(valid_len, steps):
    return valid_len.reshape(-1, 1).repeat(steps, axis=1)


@attempts.wrong("08.5", "Take the smaller one")
def larger_of_two(valid_len, steps):
    return np.maximum(np.arange(1, steps + 1, dtype="float32"), valid_len.reshape(-1, 1))


@attempts.wrong("08.5", "uses the first valid length")
def first_length_for_all(valid_len, steps):
    row = np.minimum(np.arange(1, steps + 1, dtype="float32"), valid_len[0])
    return np.tile(row, (len(valid_len), 1))


@attempts.wrong("08.5", "queries in the padding see nothing")
def nothing_in_the_padding(valid_len, steps):
    row = np.arange(1, steps + 1, dtype="float32")
    return row * (row <= valid_len.reshape(-1, 1))


@attempts.wrong("08.5", "sentences and queries are exchanged")
def steps_first(valid_len, steps):
    return smaller_of_two(valid_len, steps).T


@attempts.wrong("08.5", "this is a mask of zeros and ones")
def a_mask(valid_len, steps):
    lengths = smaller_of_two(valid_len, steps)
    return np.arange(steps) < np.expand_dims(lengths, 2)


@attempts.wrong("08.5", "a mask of zeros and ones for one sentence")
def a_triangle(valid_len, steps):
    return np.tril(np.ones((steps, steps)))


@attempts.wrong("08.5", "the lengths fall")
def backwards(valid_len, steps):
    return np.minimum(np.arange(steps, 0, -1, dtype="float32"), valid_len.reshape(-1, 1))


# 08.6


def causal(X, W_q, W_k, W_v, num_heads, see, scale):
    batch, steps, _ = X.shape
    Q, K, V = (cut(np.dot(X, W.T), num_heads) for W in (W_q, W_k, W_v))
    positions = np.arange(steps)
    seen = see(positions.reshape(1, -1), positions.reshape(-1, 1))
    scores = npx.batch_dot(Q, K, transpose_b=True) / scale
    weights = npx.softmax(np.where(seen, scores, -1e30), axis=-1)
    return joined(npx.batch_dot(weights, V), num_heads)


def past(key, query):
    return key <= query


def ahead(key, query):
    return key <= query + 1


def of_head(X, num_heads):
    return math.sqrt(X.shape[-1] / num_heads)


@attempts.right("08.6")
def both_mended(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, past, of_head(X, num_heads))


@attempts.right("08.6")
def query_by_query(X, W_q, W_k, W_v, num_heads):
    size = X.shape[-1] // num_heads
    outputs = []
    for step in range(X.shape[1]):
        heads = []
        for h in range(num_heads):
            rows = slice(h * size, (h + 1) * size)
            Q = np.dot(X[:, step : step + 1], W_q[rows].T)
            K, V = (np.dot(X[:, : step + 1], W[rows].T) for W in (W_k, W_v))
            heads.append(attend(Q, K, V, None, math.sqrt(size)))
        outputs.append(np.concatenate(heads, axis=-1))
    return np.concatenate(outputs, axis=1)


@attempts.right("08.6")
def with_valid_lengths(X, W_q, W_k, W_v, num_heads):
    Q, K, V = (cut(np.dot(X, W.T), num_heads) for W in (W_q, W_k, W_v))
    lengths = np.tile(np.arange(1, X.shape[1] + 1), (len(Q), 1))
    return joined(attend(Q, K, V, lengths, math.sqrt(Q.shape[2])), num_heads)


@attempts.wrong("08.6", "both bugs are left")
def as_before(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, ahead, math.sqrt(X.shape[-1]))


@attempts.wrong("08.6", "the scale is right now. But position 0 still sees position 1")
def future_left(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, ahead, of_head(X, num_heads))


@attempts.wrong("08.6", "the mask is right now. But the scores are still divided")
def scale_left(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, past, math.sqrt(X.shape[-1]))


@attempts.wrong("08.6", "are not divided at all")
def scale_removed(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, past, 1)


@attempts.wrong("08.6", "take its square root")
def divided_by_the_size(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, past, X.shape[-1] // num_heads)


@attempts.wrong("08.6", "the number of heads")
def divided_by_heads(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, past, math.sqrt(num_heads))


@attempts.wrong("08.6", "a position doesn't see itself")
def strictly_past(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, np.less, of_head(X, num_heads))


@attempts.wrong("08.6", "the first position sees nothing")
def minus_infinity(X, W_q, W_k, W_v, num_heads):
    Q, K, V = (cut(np.dot(X, W.T), num_heads) for W in (W_q, W_k, W_v))
    lengths = np.tile(np.arange(X.shape[1]), (len(Q), 1))
    return joined(attend(Q, K, V, lengths, math.sqrt(Q.shape[2])), num_heads)


@attempts.wrong("08.6", "the wrong way round")
def past_is_hidden(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, np.greater_equal, of_head(X, num_heads))


@attempts.wrong("08.6", "there is no mask any more")
def no_mask(X, W_q, W_k, W_v, num_heads):
    return causal(
        X, W_q, W_k, W_v, num_heads, lambda key, query: key >= 0 * query, of_head(X, num_heads)
    )


@attempts.wrong("08.6", "every position sees itself only")
def only_itself(X, W_q, W_k, W_v, num_heads):
    return causal(X, W_q, W_k, W_v, num_heads, np.equal, of_head(X, num_heads))


# 08.7


def with_new(x, keys, values, W_k, W_v):
    new = np.dot(x, W_k.T), np.dot(x, W_v.T)
    return [np.concatenate(pair, axis=1) for pair in zip((keys, values), new, strict=True)]


def looked_up(query, keys, values):
    return attend(query, keys, values, None, math.sqrt(query.shape[-1]))


@attempts.right("08.7")
def join_then_attend(x, keys, values, W_q, W_k, W_v):
    keys, values = with_new(x, keys, values, W_k, W_v)
    return looked_up(np.dot(x, W_q.T), keys, values), keys, values


@attempts.right("08.7")
def a_loop_in_numpy(x, keys, values, W_q, W_k, W_v):
    x, keys, values, W_q, W_k, W_v = (
        a.asnumpy().astype("float64") for a in (x, keys, values, W_q, W_k, W_v)
    )
    keys = numpy.concatenate([keys, x @ W_k.T], axis=1)
    values = numpy.concatenate([values, x @ W_v.T], axis=1)
    output = numpy.zeros((len(x), 1, values.shape[2]))
    for b in range(len(x)):
        e = numpy.exp(keys[b] @ (W_q @ x[b, 0]) / len(W_q) ** 0.5)
        output[b, 0] = e / e.sum() @ values[b]
    return [output, keys, values]


@attempts.wrong("08.7", "the new word is missing among the keys")
def nothing_is_added(x, keys, values, W_q, W_k, W_v):
    return join_then_attend(x, keys, values, W_q, W_k, W_v)[0], keys, values


@attempts.wrong("08.7", "only the new word is left among the keys")
def past_is_forgotten(x, keys, values, W_q, W_k, W_v):
    keys, values = np.dot(x, W_k.T), np.dot(x, W_v.T)
    return looked_up(np.dot(x, W_q.T), keys, values), keys, values


@attempts.wrong("08.7", "the new word is missing among the values")
def values_are_forgotten(x, keys, values, W_q, W_k, W_v):
    output, new_keys, _ = join_then_attend(x, keys, values, W_q, W_k, W_v)
    return output, new_keys, values


@attempts.wrong("08.7", "the new word stands before the others among the keys")
def in_front(x, keys, values, W_q, W_k, W_v):
    keys = np.concatenate([np.dot(x, W_k.T), keys], axis=1)
    values = np.concatenate([np.dot(x, W_v.T), values], axis=1)
    return looked_up(np.dot(x, W_q.T), keys, values), keys, values


@attempts.wrong("08.7", "you keep the word itself")
def not_projected(x, keys, values, W_q, W_k, W_v):
    keys, values = np.concatenate([keys, x], axis=1), np.concatenate([values, x], axis=1)
    return looked_up(np.dot(x, W_q.T), keys, values), keys, values


@attempts.wrong("08.7", "are exchanged for the keys")
def projections_exchanged(x, keys, values, W_q, W_k, W_v):
    return join_then_attend(x, keys, values, W_q, W_v, W_k)


@attempts.wrong("08.7", "keys and values are exchanged")
def results_exchanged(x, keys, values, W_q, W_k, W_v):
    output, keys, values = join_then_attend(x, keys, values, W_q, W_k, W_v)
    return output, values, keys


@attempts.wrong("08.7", "was overwritten by the new one")
def last_one_is_overwritten(x, keys, values, W_q, W_k, W_v):
    return join_then_attend(x, keys[:, :-1], values[:, :-1], W_q, W_k, W_v)


@attempts.wrong("08.7", "your code stopped with")
def along_the_batch(x, keys, values, W_q, W_k, W_v):
    keys = np.concatenate([keys, np.dot(x, W_k.T)])
    values = np.concatenate([values, np.dot(x, W_v.T)])
    return looked_up(np.dot(x, W_q.T), keys, values), keys, values


@attempts.wrong("08.7", "changes its argument `keys` in place")
def in_place_of_the_last(x, keys, values, W_q, W_k, W_v):
    keys[:, -1:] = np.dot(x, W_k.T)
    return looked_up(np.dot(x, W_q.T), keys, values), keys, values


@attempts.wrong("08.7", "and not itself")
def attends_first(x, keys, values, W_q, W_k, W_v):
    return looked_up(np.dot(x, W_q.T), keys, values), *with_new(x, keys, values, W_k, W_v)


@attempts.wrong("08.7", "the new word sees only itself")
def sees_only_itself(x, keys, values, W_q, W_k, W_v):
    return np.dot(x, W_v.T), *with_new(x, keys, values, W_k, W_v)


@attempts.wrong("08.7", "sees only the first word")
def masked_like_the_first_word(x, keys, values, W_q, W_k, W_v):
    return values[:, :1], *with_new(x, keys, values, W_k, W_v)


@attempts.wrong("08.7", "the scores are not divided")
def no_scale_in_the_step(x, keys, values, W_q, W_k, W_v):
    keys, values = with_new(x, keys, values, W_k, W_v)
    return attend(np.dot(x, W_q.T), keys, values, None, 1), keys, values


@attempts.wrong("08.7", "so all weights are 1")
def softmax_over_queries(x, keys, values, W_q, W_k, W_v):
    keys, values = with_new(x, keys, values, W_k, W_v)
    return values.sum(axis=1, keepdims=True), keys, values


@attempts.wrong("08.7", "return three things")
def output_only(x, keys, values, W_q, W_k, W_v):
    return join_then_attend(x, keys, values, W_q, W_k, W_v)[0]


@attempts.wrong("08.7", "Does your function end with `return`?")
def return_is_missing(x, keys, values, W_q, W_k, W_v):
    join_then_attend(x, keys, values, W_q, W_k, W_v)


# 08.8


def zigzags(num_positions, d, factor):
    phase = numpy.arange(num_positions)[:, None] / (4 * factor ** numpy.arange(d)) % 1
    return np.array(abs(2 * phase - 1))


@attempts.right("08.8")
def zigzags_without_a_common_mirror(num_positions, d):
    return zigzags(num_positions, d, 1.5)


@attempts.wrong("08.8", "positions 63 and 65 have nearly the same code")
def zigzags_with_a_common_mirror(num_positions, d):
    return zigzags(num_positions, d, 2.0)


@attempts.right("08.8")
def other_waves(num_positions, d):
    a = 0.8 * angles(num_positions, d, lambda j, d: 1.5 * j / d)
    return in_turn(numpy.cos(a), numpy.sin(a))


@attempts.right("08.8")
def binary_digits(num_positions, d):
    rows = [[(p >> entry) % 2 for entry in range(d)] for p in range(num_positions)]
    return np.array(rows)


attempts.add("08.8", stacked, says="these are the codes of the chapter")


@attempts.wrong("08.8", "Is there randomness in it?")
def random_codes(num_positions, d):
    return np.random.uniform(-1, 1, (num_positions, d))


@attempts.wrong("08.8", "no more alike than strangers")
def fixed_random_codes(num_positions, d):
    return numpy.random.default_rng(3).uniform(-1, 1, (num_positions, d))


@attempts.wrong("08.8", "changes with the number of positions")
def share_of_the_sentence(num_positions, d):
    return numpy.linspace(0, 2, num_positions)[:, None].repeat(d, axis=1)


@attempts.wrong("08.8", "larger codes drown the word vectors")
def the_number_itself(num_positions, d):
    return np.arange(num_positions).reshape(-1, 1).repeat(d, axis=1)


@attempts.wrong("08.8", "have nearly the same code")
def one_wave_only(num_positions, d):
    wave = numpy.sin(2 * math.pi * numpy.arange(num_positions) / 10)
    return wave[:, None].repeat(d, axis=1)


@attempts.wrong("08.8", "have nearly the same code")
def a_very_flat_line(num_positions, d):
    return numpy.arange(num_positions)[:, None].repeat(d, axis=1) / 1000


@attempts.wrong("08.8", "is expected")
def one_number_for_each_position(num_positions, d):
    return np.arange(num_positions)


@attempts.wrong("08.8", "not finite numbers")
def divided_by_the_position(num_positions, d):
    return 1 / np.zeros((num_positions, d))
