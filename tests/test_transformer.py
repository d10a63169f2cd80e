"""Multi-head attention, positions, and the transformer's encoder and decoder."""

import math

import numpy
import pytest
from d2l import mxnet as oracle
from hypothesis import given
from hypothesis import strategies as st
from mxnet import autograd, np
from references import assert_same, attend, fill, gradients, law, random_array

import d2l_local as d2l
from d2l_local.decoding import beam_search, greedy_search
from d2l_local.multi_head import MultiHeadAttention
from d2l_local.transformer import PositionalEncoding, TransformerDecoder, TransformerEncoder

VOCABULARY, HIDDEN, FFN, HEADS, LAYERS = 10, 8, 6, 2, 2
seeds = st.integers(0, 10_000)


def make_attention(
    seed: int = 0, num_hiddens: int = HIDDEN, num_heads: int = HEADS, dropout: float = 0.0
) -> MultiHeadAttention:
    attention = MultiHeadAttention(num_hiddens, num_heads, dropout)
    attention.initialize()
    fill(attention, seed, scale=num_hiddens**-0.5)
    return attention


def projections(attention) -> list[numpy.ndarray]:
    layers = (attention.W_q, attention.W_k, attention.W_v, attention.W_o)
    return [layer.weight.data().asnumpy().astype("float64") for layer in layers]


def multi_head(attention, query, key, value, valid_len):
    """Return the formula's outputs and its weights (batch, heads, queries, keys)."""
    W_q, W_k, W_v, W_o = projections(attention)
    size = len(W_q) // attention.num_heads
    heads, weights = [], []
    for head in range(attention.num_heads):
        rows = slice(head * size, (head + 1) * size)
        output, weight = attend(
            lambda q, k: q @ k / math.sqrt(size),
            query @ W_q[rows].T,
            key @ W_k[rows].T,
            value @ W_v[rows].T,
            valid_len,
        )
        heads.append(output)
        weights.append(weight)
    return numpy.concatenate(heads, axis=-1) @ W_o.T, numpy.stack(weights, axis=1)


# Multi-head attention


@st.composite
def cases(draw, least: int = 0):
    """An attention, its query, key and value, and lengths of either kind."""
    heads, size = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    batch, queries, keys = draw(st.tuples(*[st.integers(1, 4)] * 3))
    shape = (batch, queries) if draw(st.booleans()) else (batch,)
    count = math.prod(shape)
    lengths = draw(st.lists(st.integers(least, keys), min_size=count, max_size=count))
    seed = draw(seeds)
    arrays = [
        random_array(seed + number, batch, positions, heads * size)
        for number, positions in enumerate((queries, keys, keys))
    ]
    attention = make_attention(seed, heads * size, heads)
    return attention, arrays, numpy.array(lengths, dtype="float32").reshape(shape)


def call(attention, arrays, lengths=None):
    arrays = [np.array(array) for array in arrays]
    return attention(*arrays, None if lengths is None else np.array(lengths))


@law
@given(cases())
def test_multi_head_attention_is_the_formula(case):
    attention, arrays, lengths = case
    output, weights = multi_head(attention, *arrays, lengths)
    assert_same(call(attention, arrays, lengths), output)
    assert_same(attention.attention_weights, weights)


@law
@given(cases(least=1))
def test_multi_head_attention_and_its_gradients_are_those_of_the_d2l_package(case):
    attention, arrays, lengths = case
    theirs = oracle.MultiHeadAttention(attention.num_hiddens, attention.num_heads, 0.0)
    theirs.initialize()
    call(theirs, arrays, lengths)  # the first call tells it its sizes
    found = []
    for model in (attention, theirs):
        inputs = [np.array(array) for array in arrays]
        for name in ("W_q", "W_k", "W_v", "W_o"):
            getattr(model, name).weight.set_data(getattr(attention, name).weight.data())
        for array in inputs:
            array.attach_grad()
        with autograd.record():
            output = model(*inputs, np.array(lengths))
            (output * np.cos(np.arange(output.size).reshape(output.shape))).sum().backward()
        slopes = [array.grad for array in inputs] + list(gradients(model).values())
        found.append([output, *slopes])
    for ours, other in zip(*found, strict=True):
        assert_same(ours, other)


@law
@given(cases())
def test_no_lengths_mean_that_every_key_is_valid(case):
    attention, arrays, _ = case
    batch, keys, _ = arrays[1].shape
    assert_same(call(attention, arrays), call(attention, arrays, numpy.full(batch, keys)))


@law
@given(seed=seeds)
def test_one_head_is_dot_product_attention_of_projected_vectors(seed):
    attention = make_attention(seed, num_heads=1)
    query, key, value = (np.array(random_array(seed + i, 2, 3, HIDDEN)) for i in range(3))
    lengths = np.array([3, 2])
    plain = d2l.DotProductAttention()
    inside = plain(attention.W_q(query), attention.W_k(key), attention.W_v(value), lengths)
    assert_same(attention(query, key, value, lengths), attention.W_o(inside))
    assert_same(attention.attention_weights[:, 0], plain.attention_weights)


@law
@given(case=cases(), order=st.permutations(range(4)))
def test_the_keys_are_a_set(case, order):
    attention, (query, key, value), _ = case
    order = [i for i in order if i < key.shape[1]]
    shuffled = call(attention, (query, key[:, order], value[:, order]))
    assert_same(shuffled, call(attention, (query, key, value)))


@law
@given(cases())
def test_weights_are_shares_of_the_valid_keys_and_zero_beyond(case):
    attention, arrays, lengths = case
    call(attention, arrays, lengths)
    weights = attention.attention_weights.asnumpy()
    for b, h, q in numpy.ndindex(weights.shape[:3]):
        n = int(lengths[b] if lengths.ndim == 1 else lengths[b, q])
        assert (weights[b, h, q] >= 0).all()
        assert (weights[b, h, q, n:] == 0).all()
        assert weights[b, h, q].sum() == (pytest.approx(1, abs=1e-6) if n else 0)


def test_each_head_looks_elsewhere():
    attention = make_attention()
    call(attention, [random_array(i, 1, 3, HIDDEN) for i in range(3)])
    first, second = attention.attention_weights[0].asnumpy()
    assert abs(first - second).max(axis=1).min() > 1e-3


def test_a_query_that_may_look_at_nothing_gives_zero_and_no_nan():
    attention = make_attention()
    with autograd.record():
        output = call(attention, [random_array(i, 1, 2, HIDDEN) for i in range(3)], [[0, 2]])
        output.sum().backward()
    assert (output[0, 0].asnumpy() == 0).all()
    assert (output[0, 1].asnumpy() != 0).all()
    assert all(numpy.isfinite(gradient).all() for gradient in gradients(attention).values())


def test_dropout_drops_weights_in_training_only():
    attention = make_attention(dropout=0.5)
    arrays = [random_array(i, 4, 5, HIDDEN) for i in range(3)]
    assert_same(call(attention, arrays), call(make_attention(), arrays))
    with autograd.train_mode():
        assert abs(call(attention, arrays) - call(make_attention(), arrays)).max() > 0.01


# Positions


@law
@given(size=st.integers(1, 5), steps=st.integers(1, 6), start=st.integers(0, 50))
def test_the_code_of_a_position_is_the_formula(size, steps, start):
    codes = PositionalEncoding(2 * size)(np.zeros((1, steps, 2 * size)), start)[0].asnumpy()
    for (step, entry), code in numpy.ndenumerate(codes):
        angle = (start + step) / 10000 ** (entry // 2 / size)
        expected = math.cos(angle) if entry % 2 else math.sin(angle)
        assert code == pytest.approx(expected, abs=1e-6)


def test_positions_are_added_as_the_d2l_package_adds_them():
    X = np.array(random_array(0, 2, 30, HIDDEN))
    assert_same(PositionalEncoding(HIDDEN)(X), oracle.PositionalEncoding(HIDDEN, 0.0)(X))


@law
@given(step=st.integers(1, 20))
def test_how_alike_two_codes_are_depends_on_their_distance_only(step):
    codes = PositionalEncoding(HIDDEN)(np.zeros((1, 60, HIDDEN)))[0].asnumpy()
    products = (codes[:-step] * codes[step:]).sum(axis=1)
    assert products == pytest.approx(products[0], abs=1e-5)
    assert products[0] < HIDDEN / 2 - 1e-3  # a code times itself gives one half for each entry


def test_dropout_drops_sums_in_training_only():
    encoding, X = PositionalEncoding(HIDDEN, dropout=0.5), np.ones((1, 9, HIDDEN))
    assert_same(encoding(X), PositionalEncoding(HIDDEN)(X))
    with autograd.train_mode():
        share = (encoding(X).asnumpy() == 0).mean()
    assert 0.2 < share < 0.8


# The whole model


def make_model(seed: int = 0, num_layers: int = LAYERS, dropout: float = 0.0) -> d2l.EncoderDecoder:
    sizes = (VOCABULARY, HIDDEN, FFN, HEADS, num_layers, dropout)
    model = d2l.EncoderDecoder(TransformerEncoder(*sizes), TransformerDecoder(*sizes))
    model.initialize()
    fill(model, seed, scale=0.5)
    return model


def random_tokens(seed: int, batch: int, steps: int) -> np.ndarray:
    return np.array(
        numpy.random.RandomState(seed).randint(VOCABULARY, size=(batch, steps)), "float32"
    )


def dense(layer, X):
    bias = 0 if layer.bias is None else layer.bias.data().asnumpy()
    return X @ layer.weight.data().asnumpy().T + bias


def normalised(norm, X):
    X = (X - X.mean(axis=-1, keepdims=True)) / numpy.sqrt(X.var(axis=-1, keepdims=True) + 1e-5)
    return X * norm.gamma.data().asnumpy() + norm.beta.data().asnumpy()


def embedded(part, tokens):
    X = part.embedding.weight.data().asnumpy()[tokens].astype("float64")
    return X + part.positions.P[: tokens.shape[1]].asnumpy()


def fed_forward(layer, X):
    first, second = layer.ffn
    return X + dense(second, numpy.maximum(0, dense(first, normalised(layer.ffn_norm, X))))


def transformer(model, source, target, lengths):
    """Return the scores of the formula, in double precision."""
    X = embedded(model.encoder, source.asnumpy().astype(int))
    for layer in model.encoder.layers:
        Y = normalised(layer.attention_norm, X)
        X = fed_forward(layer, X + multi_head(layer.attention, Y, Y, Y, lengths)[0])
    memory = normalised(model.encoder.norm, X)
    X = embedded(model.decoder, target.asnumpy().astype(int))
    before = numpy.tile(numpy.arange(1, X.shape[1] + 1), (len(X), 1))
    for layer in model.decoder.layers:
        Y = normalised(layer.self_norm, X)
        X = X + multi_head(layer.self_attention, Y, Y, Y, before)[0]
        Y = normalised(layer.cross_norm, X)
        X = X + multi_head(layer.cross_attention, Y, memory, memory, lengths)[0]
        X = fed_forward(layer, X)
    return dense(model.decoder.dense, normalised(model.decoder.norm, X))


@law
@given(seed=seeds, num_layers=st.integers(1, 3), lengths=st.tuples(*[st.integers(0, 5)] * 2))
def test_the_model_is_the_formula(seed, num_layers, lengths):
    model = make_model(seed, num_layers)
    source, target = random_tokens(seed, 2, 5), random_tokens(seed + 1, 2, 4)
    scores, _ = model(source, target, np.array(lengths))
    expected = transformer(model, source, target, numpy.array(lengths))
    assert_same(scores, expected, atol=1e-4)


def test_shapes_of_what_encoder_and_decoder_give():
    model = make_model()
    source, target, lengths = random_tokens(0, 3, 5), random_tokens(1, 3, 4), np.array([5, 1, 3])
    memory = model.encoder(source, lengths)
    assert memory.shape == (3, 5, HIDDEN)
    scores, state = model.decoder(target, model.decoder.init_state(memory, lengths))
    assert scores.shape == (3, 4, VOCABULARY)
    assert len(state.memory) == len(state.past) == LAYERS
    for memory, past in zip(state.memory, state.past, strict=True):
        assert memory.keys.shape == memory.values.shape == (3, HEADS, 5, HIDDEN // HEADS)
        assert past.keys.shape == past.values.shape == (3, HEADS, 4, HIDDEN // HEADS)


def test_the_decoder_shows_where_each_head_looked_and_the_mean_of_the_last_layer():
    model = make_model()
    model(random_tokens(0, 3, 5), random_tokens(1, 3, 4), np.array([5, 1, 3]))
    encoder, decoder = model.encoder, model.decoder
    shapes = [
        (encoder.self_attention_weights, (3, HEADS, 5, 5)),
        (decoder.self_attention_weights, (3, HEADS, 4, 4)),
        (decoder.cross_attention_weights, (3, HEADS, 4, 5)),
    ]
    for layers, shape in shapes:
        assert [weights.shape for weights in layers] == [shape] * LAYERS
        assert abs(layers[0] - layers[1]).max() > 1e-3
    last = decoder.cross_attention_weights[-1].asnumpy()
    assert_same(decoder.attention_weights, last.mean(axis=1))
    assert (last[1, :, :, 1:] == 0).all()
    later = ~numpy.tri(4, dtype=bool)
    for weights in decoder.self_attention_weights:
        assert (weights.asnumpy()[:, :, later] == 0).all()
        assert_same(weights.sum(axis=-1), numpy.ones((3, HEADS, 4)))


# A sentence does not depend on what surrounds it


sentences = st.lists(st.integers(1, VOCABULARY - 1), min_size=1, max_size=5)
pairs_of_sentences = st.lists(st.tuples(sentences, sentences), min_size=1, max_size=3)


def pad(sentences, extra: int = 0, filler: int = 0):
    """Return the batch with `extra` more columns of padding than it needs, and the lengths."""
    X, lengths = d2l.pad_batch(sentences, pad=filler)
    return np.concatenate([X, np.full((len(sentences), extra), filler)], axis=1), lengths


def results(model, pairs, extra: int = 0, filler: int = 0):
    """Return what the model gives for the real tokens of each pair, and all gradients."""
    source, source_len = pad([source for source, _ in pairs], extra, filler)
    target, target_len = pad([target for _, target in pairs], extra, filler)
    with autograd.record():
        scores, _ = model(source, target, source_len)
        costs = d2l.MaskedSoftmaxCELoss()(scores, target, target_len)
        costs.backward()
    memory, weights = model.encoder(source, source_len), model.decoder.attention_weights
    found = []
    for i, (s, t) in enumerate((len(s), len(t)) for s, t in pairs):
        arrays = (memory[i, :s], scores[i, :t], costs[i], weights[i, :t, :s])
        found.append([array.asnumpy() for array in arrays])
    return found, gradients(model)


def assert_all_same(actual, expected):
    for one, other in zip(actual, expected, strict=True):
        for array, wanted in zip(one, other, strict=True):
            assert_same(array, wanted)


@law
@given(seed=seeds, pairs=pairs_of_sentences, extra=st.integers(1, 4), filler=st.integers(0, 9))
def test_neither_a_translation_nor_a_gradient_depends_on_padding(seed, pairs, extra, filler):
    model = make_model(seed)
    actual, actual_gradients = results(model, pairs, extra, filler)
    expected, expected_gradients = results(model, pairs)
    assert_all_same(actual, expected)
    assert_same(actual_gradients, expected_gradients, atol=1e-4)


def test_every_parameter_has_a_gradient():
    _, found = results(make_model(), [([1, 2, 3], [4, 5]), ([6], [7, 8, 9])])
    assert all(abs(gradient).max() > 1e-4 for gradient in found.values())


@law
@given(seed=seeds, pairs=pairs_of_sentences)
def test_a_sentence_does_not_depend_on_the_others_in_its_batch(seed, pairs):
    model = make_model(seed)
    alone = [results(model, [pair])[0][0] for pair in pairs]
    assert_all_same(results(model, pairs)[0], alone)


def scores_and_gradients(model, source, target, lengths, steps):
    """Return the scores of the first steps, and the gradients of a function of them alone."""
    with autograd.record():
        scores = model(source, target, lengths)[0][:, :steps]
        (scores * np.cos(np.arange(scores.size).reshape(scores.shape))).sum().backward()
    return scores.asnumpy(), gradients(model)


@law
@given(seed=seeds, steps=st.integers(1, 4), data=st.data())
def test_no_step_sees_a_later_one(seed, steps, data):
    model, lengths = make_model(seed), np.array([4, 2])
    source, target = random_tokens(seed, 2, 4), random_tokens(seed + 1, 2, 5)
    changed = target.copy()
    later = data.draw(st.integers(steps, 4))
    changed[:, later] = (target[:, later] + data.draw(st.integers(1, VOCABULARY - 1))) % VOCABULARY
    before = scores_and_gradients(model, source, target, lengths, steps)
    after = scores_and_gradients(model, source, changed, lengths, steps)
    assert_same(after[0], before[0])
    assert_same(after[1], before[1])
    changed_itself = model(source, changed, lengths)[0] - model(source, target, lengths)[0]
    assert (abs(changed_itself[:, later]).max(axis=-1) > 1e-4).all()


def test_each_step_sees_all_earlier_ones():
    model, source, target = make_model(), random_tokens(0, 1, 4), random_tokens(1, 1, 5)
    scores, _ = model(source, target)
    for earlier in range(5):
        changed = target.copy()
        changed[:, earlier] = (target[:, earlier] + 1) % VOCABULARY
        differences = abs(model(source, changed)[0] - scores).max(axis=-1)[0]
        assert (differences[earlier:] > 1e-4).all()


def test_each_source_position_sees_all_others():
    model, source = make_model(), random_tokens(0, 1, 4)
    memory = model.encoder(source)
    for position in range(4):
        changed = source.copy()
        changed[:, position] = (source[:, position] + 1) % VOCABULARY
        assert (abs(model.encoder(changed) - memory).max(axis=-1) > 1e-4).all()


def test_the_order_of_the_words_matters_because_of_the_positions():
    encoder, source = make_model().encoder, np.array([[1, 2, 3]])
    memory, reverse = encoder(source), encoder(source[:, ::-1])
    assert abs(reverse[:, ::-1] - memory).max() > 0.01
    encoder.positions.P[:] = 0
    assert_same(encoder(source[:, ::-1])[:, ::-1], encoder(source))


def test_a_source_of_no_words_has_no_weights_and_no_nan():
    model = make_model()
    with autograd.record():
        scores, _ = model(random_tokens(0, 2, 3), random_tokens(1, 2, 2), np.array([0, 3]))
        scores.sum().backward()
    assert (model.decoder.attention_weights[0].asnumpy() == 0).all()
    assert numpy.isfinite(scores.asnumpy()).all()
    assert all(numpy.isfinite(gradient).all() for gradient in gradients(model).values())


# Decoding with a cache


def pieces(target, cuts):
    edges = [0, *sorted(cuts), target.shape[1]]
    return [target[:, a:b] for a, b in zip(edges[:-1], edges[1:], strict=True)]


@law
@given(seed=seeds, cuts=st.sets(st.integers(1, 5)))
def test_decoding_in_any_pieces_gives_what_decoding_at_once_gives(seed, cuts):
    model, lengths = make_model(seed), np.array([4, 2])
    source, target = random_tokens(seed, 2, 4), random_tokens(seed + 1, 2, 6)
    scores, whole = model(source, target, lengths)
    decoder = model.decoder
    cross, own = decoder.cross_attention_weights, decoder.self_attention_weights
    state, done = decoder.init_state(model.encoder(source, lengths), lengths), 0
    for piece in pieces(target, cuts):
        now = slice(done, done + piece.shape[1])
        done = now.stop
        piece_scores, state = decoder(piece, state)
        assert_same(piece_scores, scores[:, now])
        assert_same(decoder.attention_weights, cross[-1].mean(axis=1)[:, now])
        for layer in range(LAYERS):
            assert_same(decoder.cross_attention_weights[layer], cross[layer][:, :, now])
            assert_same(decoder.self_attention_weights[layer], own[layer][:, :, now, :done])
    for past, expected in zip(state.past, whole.past, strict=True):
        assert_same(past.keys, expected.keys)
        assert_same(past.values, expected.values)


def test_a_step_leaves_the_state_it_started_from_as_it_was():
    model = make_model()
    start = model.decoder.init_state(model.encoder(random_tokens(0, 1, 4)))
    first, second = np.array([[1]]), np.array([[2]])
    scores, state = model.decoder(first, start)
    again, _ = model.decoder(second, state)
    assert_same(model.decoder(first, start)[0], scores)
    assert_same(model.decoder(second, state)[0], again)


@law
@given(seed=seeds, rows=st.lists(st.integers(0, 2), min_size=1, max_size=4), when=st.integers(0, 2))
def test_sentences_of_a_state_can_be_kept_dropped_and_doubled(seed, rows, when):
    model, lengths = make_model(seed), np.array([4, 2, 3])
    source, target = random_tokens(seed, 3, 4), random_tokens(seed + 1, 3, 3)
    decoder, chosen = model.decoder, np.array(rows, dtype="int32")
    state = decoder.init_state(model.encoder(source, lengths), lengths)
    if when > 0:
        _, state = decoder(target[:, :when], state)
    scores, _ = decoder(target[:, when:], state)
    kept, _ = decoder(target[chosen, when:], decoder.reorder_state(state, chosen))
    assert_same(kept, scores[chosen])


def test_a_state_without_valid_lengths_can_be_reordered():
    decoder = make_model().decoder
    memory = np.array(random_array(0, 2, 3, HIDDEN))
    state = decoder.reorder_state(decoder.init_state(memory), np.array([1], dtype="int32"))
    expected, _ = decoder(np.array([[1]]), decoder.init_state(memory[1:]))
    assert_same(decoder(np.array([[1]]), state)[0], expected)


# With the rest of the package


@pytest.fixture(scope="module")
def trained():
    """A model that has learned to write six short sentences backwards, and its vocabularies."""
    words = ["zero", "one", "two", "three", "four", "five", "six"]
    pairs = [
        (f"{a} {b} {c} .", f"{c} {b} {a} .")
        for a, b, c in [(0, 1, 2), (1, 0, 2), (3, 4, 5), (6, 5, 4), (2, 2, 1), (5, 3, 6)]
        for a, b, c in [(words[a], words[b], words[c])]
    ]
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(2, 6, None, pairs)
    model = d2l.EncoderDecoder(
        TransformerEncoder(len(src_vocab), 16, 32, 2, 1),
        TransformerDecoder(len(tgt_vocab), 16, 32, 2, 1),
    )
    history = d2l.train_seq2seq(model, batches, lr=0.005, num_epochs=40)
    return model, src_vocab, tgt_vocab, pairs, history


def test_training_and_translating_need_no_change(trained):
    model, src_vocab, tgt_vocab, pairs, history = trained
    assert history.losses[-1] < 0.1 * history.losses[0]
    for source, target in pairs:
        translation = d2l.predict_seq2seq(model, source, src_vocab, tgt_vocab, 6)
        assert translation.text == target
        assert translation.attention_weights.shape == (5, 5)


def test_a_beam_of_one_is_greedy_search(trained):
    model, src_vocab, tgt_vocab, pairs, _ = trained
    sources = [src_vocab[[*source.split(), "<eos>"]] for source, _ in pairs]
    greedy = greedy_search(model, sources, tgt_vocab, 6)
    narrow = [beam.hypotheses[0] for beam in beam_search(model, sources, tgt_vocab, 6, 1)]
    wide = [beam.hypotheses[0] for beam in beam_search(model, sources, tgt_vocab, 6, 3)]
    for one, other, best in zip(greedy, narrow, wide, strict=True):
        assert one.tokens == other.tokens == best.tokens
        assert one.log_prob == pytest.approx(other.log_prob, abs=1e-5)
        assert_same(one.attention_weights, other.attention_weights)


def test_dropout_acts_in_training_only():
    model, twin = make_model(dropout=0.3), make_model()
    source, target = random_tokens(0, 2, 4), random_tokens(1, 2, 4)
    assert_same(model(source, target)[0], twin(source, target)[0])
    with autograd.train_mode():
        assert abs(model(source, target)[0] - twin(source, target)[0]).max() > 0.01


# Errors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MultiHeadAttention(8, 3), "num_hiddens is 8 and num_heads 3"),
        (lambda: MultiHeadAttention(8, 0), "num_heads is 0"),
        (lambda: make_attention()(*[np.zeros((2, 8))] * 3), r"query has shape \(2, 8\)"),
        (lambda: make_attention()(*[np.zeros((2, 3, 4))] * 3), r"\(2, 3, 8\) is expected"),
        (
            lambda: make_attention()(*(np.zeros((2, n, 8)) for n in (3, 4, 5))),
            "each key needs its value",
        ),
        (
            lambda: make_attention()(*(np.zeros((b, 3, 8)) for b in (1, 2, 2))),
            "the batch, must agree",
        ),
        (
            lambda: make_attention()(*[np.zeros((2, 3, 8))] * 3, np.array([3, 4])),
            "a valid length is 4",
        ),
        (lambda: PositionalEncoding(7), "num_hiddens is 7"),
        (lambda: PositionalEncoding(8)(np.zeros((1, 2, 6))), r"\(1, 2, 8\) is expected"),
        (lambda: PositionalEncoding(8)(np.zeros((2, 8))), r"X has shape \(2, 8\)"),
        (lambda: PositionalEncoding(8, max_len=5)(np.zeros((1, 3, 8)), 3), "has 6 positions"),
        (lambda: make_model().encoder(np.zeros(3)), r"X has shape \(3,\)"),
        (lambda: make_model().encoder(np.zeros((1, 3)), np.array([4])), "a valid length is 4"),
        (lambda: make_model().decoder.init_state(np.zeros((1, 2, 6))), r"enc_outputs has shape"),
        (lambda: make_model().decoder.init_state(np.zeros((2, 8))), r"enc_outputs has shape"),
        (
            lambda: (d := make_model().decoder)(
                np.zeros((3, 1)), d.init_state(np.zeros((2, 4, 8)))
            ),
            "the state holds 2 sentences",
        ),
        (
            lambda: (d := make_model().decoder)(np.zeros(3), d.init_state(np.zeros((3, 4, 8)))),
            r"X has shape \(3,\)",
        ),
    ],
)
def test_an_argument_that_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
