"""The two translators, without and with attention."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mxnet import autograd, np
from mxnet.gluon import nn, rnn
from references import assert_same, fill, gradients, law, random_array

import d2l_local as d2l

VOCABULARY, EMBED, HIDDEN, LAYERS = 10, 3, 4, 2
DECODERS = [d2l.Seq2SeqDecoder, d2l.Seq2SeqAttentionDecoder]
both = pytest.mark.parametrize("decoder_class", DECODERS, ids=["no attention", "attention"])


def make_model(
    decoder_class=d2l.Seq2SeqAttentionDecoder,
    seed: int = 0,
    num_layers: int = LAYERS,
    dropout: float = 0.0,
) -> d2l.EncoderDecoder:
    sizes = (VOCABULARY, EMBED, HIDDEN, num_layers)
    model = d2l.EncoderDecoder(d2l.Seq2SeqEncoder(*sizes), decoder_class(*sizes, dropout))
    model.initialize()
    fill(model, seed)
    return model


def decode(model, source, target, lengths=None):
    """Return scores, attention weights and last state."""
    scores, state = model(source, target, lengths)
    return scores, model.decoder.attention_weights, state


def random_tokens(seed: int, batch: int, steps: int) -> np.ndarray:
    return np.array(
        numpy.random.RandomState(seed).randint(VOCABULARY, size=(batch, steps)), "float32"
    )


# Shapes


@pytest.mark.parametrize("lengths", [None, [7, 1, 3, 7]])
def test_the_shapes_of_the_source_text_with_attention(lengths):
    encoder, decoder = d2l.Seq2SeqEncoder(10, 8, 16, 2), d2l.Seq2SeqAttentionDecoder(10, 8, 16, 2)
    encoder.initialize()
    decoder.initialize()
    X, lengths = np.zeros((4, 7)), None if lengths is None else np.array(lengths)
    outputs, (h, c) = encoder(X, lengths)
    assert (outputs.shape, h.shape, c.shape) == ((7, 4, 16), (2, 4, 16), (2, 4, 16))
    state = decoder.init_state((outputs, [h, c]), lengths)
    scores, (memory, (h, c), passed_on) = decoder(X, state)
    assert scores.shape == (4, 7, 10)
    assert (memory.shape, h.shape, c.shape) == ((4, 7, 16), (2, 4, 16), (2, 4, 16))
    assert passed_on is lengths
    assert decoder.attention_weights.shape == (4, 7, 7)


def test_the_shapes_of_the_source_text_without_attention():
    encoder, decoder = d2l.Seq2SeqEncoder(10, 8, 16, 2), d2l.Seq2SeqDecoder(10, 8, 16, 2)
    encoder.initialize()
    decoder.initialize()
    X = np.zeros((4, 7))
    scores, (h, c) = decoder(X, decoder.init_state(encoder(X), None))
    assert (scores.shape, h.shape, c.shape) == ((4, 7, 10), (2, 4, 16), (2, 4, 16))
    assert decoder.attention_weights is None


@both
def test_no_valid_lengths_mean_that_every_token_is_real(decoder_class):
    model, source, target = (
        make_model(decoder_class),
        random_tokens(0, 3, 4),
        random_tokens(1, 3, 2),
    )
    scores, _ = model(source, target)
    assert_same(scores, model(source, target, np.array([4, 4, 4]))[0])


# A sentence does not depend on what surrounds it


sentences = st.lists(st.integers(1, VOCABULARY - 1), min_size=1, max_size=5)
pairs_of_sentences = st.lists(st.tuples(sentences, sentences), min_size=1, max_size=4)
seeds = st.integers(0, 10_000)


def pad(sentences, extra: int = 0, filler: int = 0):
    """Return the batch with `extra` more columns of padding than it needs, and the lengths."""
    X, lengths = d2l.pad_batch(sentences, pad=filler)
    return np.concatenate([X, np.full((len(sentences), extra), filler)], axis=1), lengths


def results(model, pairs, extra: int = 0, filler: int = 0):
    """Return a dict for each pair: encoding, scores, loss and attention over its real tokens."""
    source, source_len = pad([source for source, _ in pairs], extra, filler)
    target, target_len = pad([target for _, target in pairs], extra, filler)
    outputs, state = model.encoder(source, source_len)
    scores, _ = model(source, target, source_len)
    costs = d2l.MaskedSoftmaxCELoss()(scores, target, target_len)
    weights = model.decoder.attention_weights
    found = []
    for i, (s, t) in enumerate((len(s), len(t)) for s, t in pairs):
        one = {
            "outputs": outputs[:s, i],
            "h": state[0][:, i],
            "c": state[1][:, i],
            "scores": scores[i, :t],
            "loss": costs[i],
        }
        if weights is not None:
            one["weights"] = weights[i, :t, :s]
        found.append({name: array.asnumpy() for name, array in one.items()})
    return found


def assert_all_same(actual, expected):
    assert len(actual) == len(expected)
    for one, other in zip(actual, expected, strict=True):
        assert_same(one, other)


@both
@law
@given(seed=seeds, pairs=pairs_of_sentences, extra=st.integers(1, 4), filler=st.integers(0, 9))
def test_a_sentence_does_not_depend_on_how_much_padding_it_has(
    decoder_class, seed, pairs, extra, filler
):
    model = make_model(decoder_class, seed)
    assert_all_same(results(model, pairs, extra, filler), results(model, pairs))


@both
@law
@given(seed=seeds, pairs=pairs_of_sentences)
def test_a_sentence_does_not_depend_on_the_others_in_its_batch(decoder_class, seed, pairs):
    model = make_model(decoder_class, seed)
    alone = [results(model, [pair])[0] for pair in pairs]
    assert_all_same(results(model, pairs), alone)


@both
@law
@given(seed=seeds, pairs=pairs_of_sentences, order=st.permutations(range(4)))
def test_a_sentence_does_not_depend_on_its_place_in_the_batch(decoder_class, seed, pairs, order):
    model, order = make_model(decoder_class, seed), [i for i in order if i < len(pairs)]
    in_order = results(model, pairs)
    shuffled = results(model, [pairs[i] for i in order])
    assert_all_same(shuffled, [in_order[i] for i in order])


@both
def test_what_a_model_learns_does_not_depend_on_padding(decoder_class):
    model, found = make_model(decoder_class), []
    pairs = [([1, 2, 3], [4, 5]), ([6], [7, 8, 9])]
    for extra in (0, 3):
        source, source_len = pad([source for source, _ in pairs], extra)
        target, target_len = pad([target for _, target in pairs], extra)
        with autograd.record():
            scores, _ = model(source, target, source_len)
            d2l.MaskedSoftmaxCELoss()(scores, target, target_len).backward()
        found.append(gradients(model))
    assert_same(*found)
    assert all(abs(gradient).max() > 0 for gradient in found[0].values())


@both
@law
@given(seed=seeds, pairs=pairs_of_sentences)
def test_decoding_step_by_step_gives_what_decoding_at_once_gives(decoder_class, seed, pairs):
    model = make_model(decoder_class, seed)
    source, source_len = pad([source for source, _ in pairs])
    target, _ = pad([target for _, target in pairs])
    scores, weights, state = decode(model, source, target, source_len)
    step_state = model.decoder.init_state(model.encoder(source, source_len), source_len)
    for t in range(target.shape[1]):
        step_scores, step_state = model.decoder(target[:, t : t + 1], step_state)
        assert_same(step_scores, scores[:, t : t + 1])
        if weights is not None:
            assert_same(model.decoder.attention_weights, weights[:, t : t + 1])
    last, step_last = (s[1] if weights is not None else s for s in (state, step_state))
    assert_same(np.stack(step_last), np.stack(last))


# Attention


def decode_by_loop(decoder, X, state):
    """The decoder one step at a time, of the two parts that have tests of their own."""
    memory, hidden, lengths = state
    outputs, weights = [], []
    for x in decoder.embedding(X).swapaxes(0, 1):  # (batch, embed)
        query = np.expand_dims(hidden[0][-1], 1)  # (batch, 1, hidden)
        context = decoder.attention(query, memory, memory, lengths)  # (batch, 1, hidden)
        weights.append(decoder.attention.attention_weights)
        x = np.concatenate([context.swapaxes(0, 1), np.expand_dims(x, 0)], axis=-1)
        output, hidden = decoder.rnn(x, hidden)  # (1, batch, hidden)
        outputs.append(output)
    scores = decoder.dense(np.concatenate(outputs).swapaxes(0, 1))
    return scores, np.concatenate(weights, axis=1), hidden


@pytest.mark.parametrize("lengths", [None, [5, 2, 3]], ids=["no padding", "padding"])
@pytest.mark.parametrize("num_layers", [1, 2, 3])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_fast_decoder_is_the_loop_that_can_be_read(seed, num_layers, lengths):
    model = make_model(seed=seed, num_layers=num_layers)
    source, target = random_tokens(seed, 3, 5), random_tokens(seed + 1, 3, 4)
    lengths = None if lengths is None else np.array(lengths)
    factors = np.array(random_array(seed, 3, 4, VOCABULARY))
    found = []
    for by_loop in (False, True):
        with autograd.record():
            state = model.decoder.init_state(model.encoder(source, lengths), lengths)
            if by_loop:
                scores, weights, (h, c) = decode_by_loop(model.decoder, target, state)
            else:
                scores, (_, (h, c), _) = model.decoder(target, state)
                weights = model.decoder.attention_weights
            ((scores * factors).sum() + h.sum() + (c * c).sum()).backward()
        arrays = {"scores": scores, "weights": weights, "h": h, "c": c}
        arrays = {name: array.asnumpy() for name, array in arrays.items()}
        found.append({**arrays, **gradients(model)})
    fast, readable = found
    assert_same(fast, readable)
    assert all(abs(array).max() > 1e-4 for array in readable.values())


@law
@given(seed=seeds, pairs=pairs_of_sentences, extra=st.integers(0, 3))
def test_the_decoder_looks_at_real_tokens_only(seed, pairs, extra):
    model = make_model(seed=seed)
    source, lengths = pad([source for source, _ in pairs], extra)
    target, _ = pad([target for _, target in pairs])
    model(source, target, lengths)
    weights = model.decoder.attention_weights.asnumpy()
    assert (weights >= 0).all()
    assert_same(weights.sum(axis=2), numpy.ones(target.shape))
    for sentence, length in enumerate(lengths.asnumpy().astype(int)):
        assert (weights[sentence, :, length:] == 0).all()


def test_a_source_of_no_words_has_no_weights_and_no_nan():
    model = make_model()
    with autograd.record():
        scores, _ = model(random_tokens(0, 2, 3), random_tokens(1, 2, 2), np.array([0, 3]))
        scores.sum().backward()
    assert (model.decoder.attention_weights[0].asnumpy() == 0).all()
    assert numpy.isfinite(scores.asnumpy()).all()
    assert all(numpy.isfinite(gradient).all() for gradient in gradients(model).values())


def test_the_decoder_looks_elsewhere_at_each_step():
    model = make_model()
    model(random_tokens(0, 1, 5), np.array([[1, 2, 3]]))
    weights = model.decoder.attention_weights[0].asnumpy()
    assert abs(numpy.diff(weights, axis=0)).max(axis=1).min() > 1e-3


# Dropout


def decoder_case(num_layers: int, dropout: float):
    """Return an attention decoder, target tokens and a state."""
    decoder = make_model(num_layers=num_layers, dropout=dropout).decoder
    memory = np.array(random_array(0, 2, 6, HIDDEN))
    state = [np.array(random_array(seed, num_layers, 2, HIDDEN)) for seed in (1, 2)]
    return decoder, random_tokens(3, 2, 3), [memory, state, np.array([6, 4])]


def test_dropout_does_not_act_in_prediction():
    decoder, X, state = decoder_case(LAYERS, dropout=0.5)
    steady, _, _ = decoder_case(LAYERS, dropout=0)
    assert_same(decoder(X, state)[0], steady(X, state)[0])


def test_dropout_acts_on_the_attention_in_training():
    decoder, X, state = decoder_case(num_layers=1, dropout=0.5)  # no layers to drop between
    expected, _ = decoder(X, state)
    expected_weights = decoder.attention_weights
    with autograd.train_mode():
        scores, _ = decoder(X, state)
    assert abs((scores - expected).asnumpy()).max() > 0.01
    # At the first step the query is the same: the weights shown are those before dropout.
    assert_same(decoder.attention_weights[:, 0], expected_weights[:, 0])
    assert_same(decoder.attention_weights.sum(axis=2), numpy.ones((2, 3)))


def test_dropout_acts_between_the_layers_of_the_attention_decoder_in_training():
    decoder, X, (memory, state, lengths) = decoder_case(LAYERS, dropout=0.5)
    state = [np.zeros_like(memory), state, lengths]  # nothing for attention to lose
    expected, (_, expected_state, _) = decoder(X, state)
    with autograd.train_mode():
        scores, (_, in_training, _) = decoder(X, state)
    assert abs((scores - expected).asnumpy()).max() > 0.01
    assert_same(in_training[0][0], expected_state[0][0])  # the first layer reads whole inputs


@pytest.mark.parametrize("part", ["encoder", "decoder"])
def test_dropout_acts_between_the_layers_of_the_model_without_attention(part):
    sizes = (VOCABULARY, EMBED, HIDDEN, LAYERS)
    encoder = d2l.Seq2SeqEncoder(*sizes, dropout=0.5 if part == "encoder" else 0)
    decoder = d2l.Seq2SeqDecoder(*sizes, dropout=0.5 if part == "decoder" else 0)
    model = d2l.EncoderDecoder(encoder, decoder)
    model.initialize()
    fill(model, 0)
    source, target = random_tokens(0, 2, 4), random_tokens(1, 2, 3)
    encoder_outputs, _ = encoder(source)
    scores, _ = model(source, target)
    with autograd.train_mode():
        encoder_outputs_in_training, _ = encoder(source)
        scores_in_training, _ = model(source, target)
    assert abs((scores - scores_in_training).asnumpy()).max() > 0.001
    changed = abs((encoder_outputs - encoder_outputs_in_training).asnumpy()).max() > 0.001
    assert changed == (part == "encoder")


# The graph that decoders of one size share


def test_two_models_of_one_size_keep_their_own_results():
    source, target = random_tokens(0, 2, 4), random_tokens(1, 2, 3)
    one, other = make_model(seed=1), make_model(seed=2)
    first, first_of_other = one(source, target)[0], other(source, target)[0]
    assert abs((first - first_of_other).asnumpy()).max() > 0.01
    expected = [array.asnumpy().copy() for array in (first, first_of_other)]
    for _ in range(3):
        again, again_of_other = one(source, target)[0], other(source, target)[0]
        assert_same(again, expected[0])
        assert_same(again_of_other, expected[1])
    assert_same(first, expected[0])  # no later call writes over an earlier result


@pytest.mark.parametrize("recorded", [True, False])
def test_another_model_between_forward_and_backward_changes_no_gradient(recorded):
    source, target = random_tokens(0, 2, 4), random_tokens(1, 2, 3)
    one, other = make_model(seed=1), make_model(seed=2)

    def learn(interrupt: bool):
        with autograd.record():
            scores, _ = one(source, target)
            loss = (scores * scores).sum()
        if interrupt:
            with autograd.record() if recorded else autograd.predict_mode():
                other(source, target)[0].sum().asnumpy()
        loss.backward()
        return gradients(one)

    expected = learn(interrupt=False)
    assert_same(learn(interrupt=True), expected)
    assert_same(learn(interrupt=False), expected)


def test_two_models_of_one_size_learn_from_one_loss():
    source, target = random_tokens(0, 2, 4), random_tokens(1, 2, 3)
    models, expected = [make_model(seed=1), make_model(seed=2)], []
    for model in models:
        with autograd.record():
            model(source, target)[0].sum().backward()
        expected.append(gradients(model))
    with autograd.record():
        sum(model(source, target)[0].sum() for model in models).backward()
    for model, gradient in zip(models, expected, strict=True):
        assert_same(gradients(model), gradient)


def test_models_of_different_sizes_live_side_by_side():
    source, target = random_tokens(0, 2, 4), random_tokens(1, 2, 3)
    deep, shallow = make_model(num_layers=2), make_model(num_layers=1)
    expected = deep(source, target)[0].asnumpy().copy()
    shallow(source, target)
    assert_same(deep(source, target)[0], expected)


def test_a_gradient_flows_through_steps_taken_one_by_one():
    model, source, target = make_model(), random_tokens(0, 2, 4), random_tokens(1, 2, 3)
    with autograd.record():
        model(source, target)[0].sum().backward()
    expected = gradients(model)
    with autograd.record():
        state, total = model.decoder.init_state(model.encoder(source)), 0
        for t in range(3):
            scores, state = model.decoder(target[:, t : t + 1], state)
            total = total + scores.sum()
        total.backward()
    assert_same(gradients(model), expected)


@both
def test_saved_parameters_give_the_same_model_again(decoder_class, tmp_path):
    model, initialized = make_model(decoder_class, 1), make_model(decoder_class, 2)
    sizes = (VOCABULARY, EMBED, HIDDEN, LAYERS)
    fresh = d2l.EncoderDecoder(d2l.Seq2SeqEncoder(*sizes), decoder_class(*sizes))
    source, target = random_tokens(0, 2, 4), random_tokens(1, 2, 3)
    expected, _ = model(source, target, np.array([4, 2]))
    path = str(tmp_path / "model.params")
    model.save_parameters(path)
    for other in (initialized, fresh):
        other.load_parameters(path)
        assert_same(other(source, target, np.array([4, 2]))[0], expected)


# Bad input


@both
@pytest.mark.parametrize(
    ("num_hiddens", "num_layers", "shape"), [(5, 2, r"\(2, 3, 5\)"), (4, 1, r"\(1, 3, 4\)")]
)
def test_encoder_and_decoder_must_be_of_one_size(decoder_class, num_hiddens, num_layers, shape):
    encoder = d2l.Seq2SeqEncoder(VOCABULARY, EMBED, num_hiddens, num_layers)
    model = d2l.EncoderDecoder(encoder, decoder_class(VOCABULARY, EMBED, HIDDEN, LAYERS))
    model.initialize()
    message = (
        rf"state has shape {shape}, .* works with \(2, 3, 4\).*same num_layers and num_hiddens"
    )
    with pytest.raises(ValueError, match=message):
        model(random_tokens(0, 3, 4), random_tokens(0, 3, 2))


@both
def test_source_and_target_must_have_one_number_of_sentences(decoder_class):
    with pytest.raises(ValueError, match=r"\(2, 3, 4\), .* \(2, 2, 4\).*same number of sentences"):
        make_model(decoder_class)(random_tokens(0, 3, 4), random_tokens(0, 2, 4))


@both
@pytest.mark.parametrize(
    ("source", "target", "lengths", "message"),
    [
        ((3,), (3, 2), None, r"X has shape \(3,\), but \(batch, steps\) is expected"),
        ((3, 4, 5), (3, 2), None, r"X has shape \(3, 4, 5\), but \(batch, steps\) is expected"),
        ((3, 4), (3,), None, r"X has shape \(3,\), but \(batch, steps\) is expected"),
        ((3, 4), (3, 2), [1, 5, 1], "a valid length is 5, but the sequences have 4 positions"),
        ((3, 4), (3, 2), [1, -1, 1], "a valid length is -1"),
        ((3, 4), (3, 2), [1, 1], r"valid_len has shape \(2,\), .* asks for \(3,\)"),
    ],
)
def test_a_translator_says_what_does_not_fit(decoder_class, source, target, lengths, message):
    lengths = None if lengths is None else np.array(lengths)
    with pytest.raises(ValueError, match=message):
        make_model(decoder_class)(np.zeros(source), np.zeros(target), lengths)


@pytest.mark.parametrize(
    ("lengths", "message"),
    [([1, 1, 1], r"valid_len has shape \(3,\)"), ([1, 7], "a valid length is 7, .* 6 positions")],
)
def test_the_attention_decoder_checks_the_lengths_it_is_given(lengths, message):
    decoder, X, (memory, state, _) = decoder_case(LAYERS, dropout=0)
    with pytest.raises(ValueError, match=message):
        decoder(X, [memory, state, np.array(lengths)])


# A decoder in the style of the book, with the names and habits that its cells rely on


class HandWrittenDecoder(d2l.Decoder):
    def __init__(self, vocab_size, embed_size, num_hiddens, num_layers, dropout=0, **kwargs):
        super().__init__(**kwargs)
        self.attention_cell = d2l.MLPAttention(num_hiddens, dropout)
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.rnn = rnn.LSTM(num_hiddens, num_layers, dropout=dropout)
        self.dense = nn.Dense(vocab_size, flatten=False)

    def init_state(self, enc_outputs, enc_valid_len, *args):
        outputs, hidden_state = enc_outputs
        return (outputs.swapaxes(0, 1), hidden_state, enc_valid_len)

    def forward(self, X, state):
        enc_outputs, hidden_state, enc_valid_len = state
        step_outputs = []
        for x in self.embedding(X).swapaxes(0, 1):
            query = np.expand_dims(hidden_state[0][-1], axis=1)
            context = self.attention_cell(query, enc_outputs, enc_outputs, enc_valid_len)
            x = np.concatenate((context, np.expand_dims(x, axis=1)), axis=-1)
            step_output, hidden_state = self.rnn(x.swapaxes(0, 1), hidden_state)
            step_outputs.append(step_output)
        scores = self.dense(np.concatenate(step_outputs, axis=0)).swapaxes(0, 1)
        return scores, [enc_outputs, hidden_state, enc_valid_len]


def test_a_decoder_written_like_the_source_texts_has_its_shapes():
    encoder = d2l.Seq2SeqEncoder(vocab_size=10, embed_size=8, num_hiddens=16, num_layers=2)
    encoder.initialize()
    decoder = HandWrittenDecoder(vocab_size=10, embed_size=8, num_hiddens=16, num_layers=2)
    decoder.initialize()
    X = np.zeros((4, 7))
    state = decoder.init_state(encoder(X), None)
    out, state = decoder(X, state)
    shapes = (out.shape, len(state), state[0].shape, len(state[1]), state[1][0].shape)
    assert shapes == ((4, 7, 10), 3, (4, 7, 16), 2, (2, 4, 16))


def test_a_decoder_written_like_the_source_texts_is_trained_and_translates():
    embed_size, num_hiddens, num_layers, dropout = 8, 8, 2, 0.0
    batch_size, num_steps, lr, num_epochs, ctx = 64, 10, 0.005, 2, d2l.try_gpu()
    src_vocab, tgt_vocab, train_iter = d2l.load_data_nmt(batch_size, num_steps)
    encoder = d2l.Seq2SeqEncoder(len(src_vocab), embed_size, num_hiddens, num_layers, dropout)
    decoder = HandWrittenDecoder(len(tgt_vocab), embed_size, num_hiddens, num_layers, dropout)
    model = d2l.EncoderDecoder(encoder, decoder)
    history = d2l.train_s2s_ch9(model, train_iter, lr, num_epochs, ctx)
    assert history.losses[1] < history.losses[0]
    for sentence in ["Go .", "Wow !", "I'm OK .", "I won !"]:
        text = d2l.predict_s2s_ch9(model, sentence, src_vocab, tgt_vocab, num_steps, ctx)
        assert isinstance(text, str)


def test_a_decoder_written_like_the_source_texts_computes_what_ours_computes():
    model, source, target = make_model(), random_tokens(0, 3, 5), random_tokens(1, 3, 4)
    ours, lengths = model.decoder, np.array([5, 2, 3])
    theirs = HandWrittenDecoder(VOCABULARY, EMBED, HIDDEN, LAYERS)
    theirs.initialize()
    encoded = model.encoder(source, lengths)
    theirs(target, theirs.init_state(encoded, lengths))  # the first call tells it the sizes
    theirs.attention_cell.W_q.weight.set_data(ours.attention.W_q.weight.data())
    theirs.attention_cell.W_k.weight.set_data(ours.attention.W_k.weight.data())
    theirs.attention_cell.v.weight.set_data(ours.attention.v.weight.data())
    theirs.embedding.weight.set_data(ours.embedding.weight.data())
    theirs.dense.weight.set_data(ours.dense.weight.data())
    theirs.dense.bias.set_data(ours.dense.bias.data())
    for layer in range(LAYERS):
        for mine, name in zip("WUb", ("i2h_weight", "h2h_weight", "i2h_bias"), strict=True):
            value = getattr(ours.rnn, f"{mine}{layer}").data()
            getattr(theirs.rnn, f"l{layer}_{name}").set_data(value)
    scores, _ = theirs(target, theirs.init_state(encoded, lengths))
    assert_same(scores, model(source, target, lengths)[0])
