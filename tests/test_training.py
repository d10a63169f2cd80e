"""Training: what it does to a model, what it reports, and how it stops."""

import math
import re
from collections.abc import Iterator
from typing import Any

import mxnet as mx
import numpy
import pytest
from jupyter_client.manager import KernelManager
from mxnet import autograd, gluon, init, np
from mxnet.gluon import nn

import d2l_local as d2l
from d2l_local import training
from d2l_local.optimizer import ClippedAdam
from d2l_local.seq2seq import SeparateTanhDecoder

PAIRS = [
    ("Go.", "Va !"),
    ("I run.", "Je cours."),
    ("I see you.", "Je te vois."),
    ("We see you.", "Nous te voyons."),
    ("Who are you?", "Qui es-tu ?"),
    ("We run.", "Nous courons."),
]
TOO_SMALL_TO_LEARN = 1e-12

Data = tuple[d2l.Vocab, d2l.Vocab, d2l.TranslationBatches]


@pytest.fixture(scope="module")
def data() -> Data:
    return d2l.load_translation_data(batch_size=3, num_steps=9, num_examples=None, pairs=PAIRS)


def attention_model(data: Data, dropout: float = 0.0, num_layers: int = 1) -> d2l.EncoderDecoder:
    src_vocab, tgt_vocab, _ = data
    return d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(len(src_vocab), 8, 16, num_layers, dropout),
        d2l.Seq2SeqAttentionDecoder(len(tgt_vocab), 8, 16, num_layers, dropout),
    )


class NoEncoder(d2l.Encoder):
    """Leaves the decoder without any knowledge of the source sentence."""

    def forward(self, X: np.ndarray, valid_len: Any = None, *args: Any) -> None:
        return None


class WordByWordDecoder(d2l.Decoder):
    """Guesses the next token from the last one. Its dense layer finds its input size by itself."""

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 8)
        self.dense = nn.Dense(vocab_size, flatten=False)

    def init_state(self, enc_outputs: Any, enc_valid_len: Any = None, *args: Any) -> None:
        return None

    def forward(self, X: np.ndarray, state: None) -> tuple[np.ndarray, None]:
        return self.dense(self.embedding(X)), None


def deferred_model(data: Data) -> d2l.EncoderDecoder:
    return d2l.EncoderDecoder(NoEncoder(), WordByWordDecoder(len(data[1])))


def learned(model: gluon.Block) -> dict[str, numpy.ndarray]:
    """Return the values that training changes, by name."""
    parameters = model.collect_params().items()
    return {name: p.data().asnumpy() for name, p in parameters if p.grad_req != "null"}


def values(model: gluon.Block) -> list[numpy.ndarray]:
    return list(learned(model).values())


def same(first: list[numpy.ndarray], second: list[numpy.ndarray]) -> bool:
    return all(numpy.array_equal(a, b) for a, b in zip(first, second, strict=True))


def loss_by_hand(model: gluon.Block, batches: d2l.TranslationBatches) -> float:
    """Return the cross-entropy per target token, from the formula, one sentence at a time."""
    nats, tokens = 0.0, 0
    for source, target in zip(batches.sources, batches.targets, strict=True):
        X, Y = np.array([source], dtype="float32"), np.array([target[:-1]], dtype="float32")
        scores, _ = model(X, Y, np.array([len(source)], dtype="float32"))
        scores = scores.asnumpy()[0].astype("float64")  # (steps, vocabulary)
        log_p = scores - numpy.log(numpy.exp(scores).sum(axis=1, keepdims=True))
        labels = target[1:]
        nats -= log_p[numpy.arange(len(labels)), labels].sum()
        tokens += len(labels)
    return nats / tokens


# Learning


@pytest.mark.parametrize("decoder", [d2l.Seq2SeqDecoder, d2l.Seq2SeqAttentionDecoder])
def test_a_model_learns_a_tiny_task(data: Data, decoder: type[d2l.Decoder]) -> None:
    src_vocab, tgt_vocab, batches = data
    model = d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(len(src_vocab), 8, 16, 1), decoder(len(tgt_vocab), 8, 16, 1)
    )
    history = d2l.train_seq2seq(model, batches, lr=0.02, num_epochs=60)
    assert len(history.losses) == 60
    assert history.losses[0] > 2.0
    assert history.losses[-1] < 0.1
    assert not history.interrupted
    assert history.tokens_per_second > 0


def test_every_parameter_takes_part(data: Data) -> None:
    model = attention_model(data, num_layers=2)
    d2l.train_seq2seq(model, data[2], lr=TOO_SMALL_TO_LEARN, num_epochs=1)
    before = learned(model)
    d2l.train_seq2seq(model, data[2], lr=0.01, num_epochs=1)
    after = learned(model)
    assert [name for name in before if numpy.array_equal(before[name], after[name])] == []


def test_every_parameter_takes_part_after_a_new_start(data: Data) -> None:
    model = attention_model(data, num_layers=2)
    d2l.train_seq2seq(model, data[2], lr=0.01, num_epochs=1)
    model.initialize(mx.init.Xavier(), force_reinit=True)
    before = learned(model)
    d2l.train_seq2seq(model, data[2], lr=0.01, num_epochs=1)
    after = learned(model)
    assert [name for name in before if numpy.array_equal(before[name], after[name])] == []


def test_losses_are_nats_per_target_token(data: Data) -> None:
    model = attention_model(data)
    history = d2l.train_seq2seq(model, data[2], lr=TOO_SMALL_TO_LEARN, num_epochs=2)
    by_hand = loss_by_hand(model, data[2])
    assert history.losses == pytest.approx([by_hand, by_hand], rel=1e-5)


def test_before_any_learning_all_tokens_are_about_equally_likely(data: Data) -> None:
    history = d2l.train_seq2seq(attention_model(data), data[2], lr=TOO_SMALL_TO_LEARN, num_epochs=1)
    assert history.losses[0] == pytest.approx(math.log(len(data[1])), rel=0.05)


def test_the_decoder_reads_what_stands_before_the_token_it_learns() -> None:
    # The first word cannot be known from the source here, the second follows from the first.
    pairs = [("Say it.", "rouge chat"), ("Say it.", "vert chien")] * 4
    data = d2l.load_translation_data(8, 9, None, pairs=pairs)
    model = attention_model(data)
    history = d2l.train_seq2seq(model, data[2], lr=0.03, num_epochs=100)
    # Two equally likely sentences of three tokens: log 2 nats for three tokens, and no less.
    assert history.losses[-1] == pytest.approx(math.log(2) / 3, abs=0.05)


def test_the_loss_of_a_batch_does_not_depend_on_its_padding(data: Data) -> None:
    def padded(batches: Any) -> list[tuple[np.ndarray, ...]]:
        more = ((0, 0), (0, 4))
        return [(np.pad(X, more), n, np.pad(Y, more), m) for X, n, Y, m in batches]

    numpy.random.seed(0)
    batches = list(data[2])
    losses = [
        d2l.train_seq2seq(attention_model(data), b, lr=0.01, num_epochs=3).losses
        for b in (batches, padded(batches))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_any_iterable_of_batches_will_do(data: Data) -> None:
    numpy.random.seed(0)
    history = d2l.train_seq2seq(attention_model(data), list(data[2]), lr=0.02, num_epochs=10)
    assert history.losses[-1] < history.losses[0]


def test_the_name_in_the_source_text_is_the_same_function() -> None:
    assert d2l.train_s2s_ch9 is d2l.train_seq2seq


def test_without_a_gpu_the_cpu_is_used() -> None:
    if mx.context.num_gpus():
        pytest.skip("this machine has a GPU")
    assert d2l.try_gpu() == d2l.try_gpu(3) == mx.cpu()


# The seed


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_the_same_seed_gives_the_same_numbers(data: Data, dropout: float) -> None:
    runs = []
    for disturbance in (1, 2):
        mx.random.seed(disturbance)
        numpy.random.seed(disturbance)
        model = attention_model(data, dropout, num_layers=2)
        history = d2l.train_seq2seq(model, data[2], lr=0.01, num_epochs=3, seed=5)
        runs.append((history.losses, values(model)))
    assert runs[0][0] == runs[1][0]
    assert same(runs[0][1], runs[1][1])


def test_another_seed_gives_other_numbers(data: Data) -> None:
    models = [attention_model(data), attention_model(data)]
    histories = [
        d2l.train_seq2seq(model, data[2], lr=TOO_SMALL_TO_LEARN, num_epochs=1, seed=seed)
        for seed, model in enumerate(models)
    ]
    assert histories[0].losses != histories[1].losses
    assert not same(values(models[0]), values(models[1]))


def test_the_seed_also_sets_the_order_of_the_data(data: Data) -> None:
    class Recorded(d2l.TranslationBatches):
        def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
            for batch in super().__iter__():
                seen.append(batch[0].tolist())
                yield batch

    _, _, batches = data
    orders = []
    for seed in (1, 1, 2):
        seen: list[Any] = []
        recorded = Recorded(batches.sources, batches.targets, 1, batches.pad)
        d2l.train_seq2seq(attention_model(data), recorded, lr=0.01, num_epochs=3, seed=seed)
        orders.append(seen)
    assert orders[0] == orders[1] != orders[2]


# Models in different states


def test_a_trained_model_is_trained_further(data: Data) -> None:
    model = attention_model(data)
    first = d2l.train_seq2seq(model, data[2], lr=0.02, num_epochs=30)
    before = values(model)
    second = d2l.train_seq2seq(model, data[2], lr=TOO_SMALL_TO_LEARN, num_epochs=1)
    assert second.losses[0] < 0.5 * first.losses[0]
    for old, new in zip(before, values(model), strict=True):
        numpy.testing.assert_allclose(new, old, atol=1e-9)


def test_a_model_with_values_keeps_them(data: Data) -> None:
    model = attention_model(data)
    model.initialize(init.Normal(0.2))
    before = values(model)
    d2l.train_seq2seq(model, data[2], lr=TOO_SMALL_TO_LEARN, num_epochs=1)
    for old, new in zip(before, values(model), strict=True):
        numpy.testing.assert_allclose(new, old, atol=1e-9)


@pytest.mark.parametrize("planned", [False, True])
def test_a_layer_that_finds_its_size_by_itself_is_trained(data: Data, planned: bool) -> None:
    model = deferred_model(data)
    if planned:
        model.initialize()
    history = d2l.train_seq2seq(model, data[2], lr=0.05, num_epochs=20)
    assert history.losses[-1] < 0.5 * history.losses[0]


# Stopping


class StoppedIn:
    """Batches that the reader stops in the middle of an epoch."""

    def __init__(self, epoch: int, batches: d2l.TranslationBatches) -> None:
        self.epochs_left, self.batches = epoch, batches

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        self.epochs_left -= 1
        for number, batch in enumerate(self.batches):
            if self.epochs_left == 0 and number == 1:
                raise KeyboardInterrupt
            yield batch


def train_and_stop(model: gluon.Block, batches: StoppedIn) -> d2l.TrainingHistory:
    try:
        return d2l.train_seq2seq(model, batches, lr=0.01, num_epochs=9)
    except KeyboardInterrupt:  # would end the whole test run
        pytest.fail("the interrupt came through")


def test_stopping_keeps_the_model_and_the_curve_so_far(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    src_vocab, tgt_vocab, batches = data
    model = attention_model(data)
    history = train_and_stop(model, StoppedIn(3, batches))
    assert history.interrupted
    assert len(history.losses) == 2 and history.losses[1] < history.losses[0]
    assert history.tokens_per_second > 0
    output, errors = capsys.readouterr()
    assert "Stopped after 2 epochs" in output and not errors
    assert d2l.predict_seq2seq(model, "I run.", src_vocab, tgt_vocab, 9).target_tokens
    # and it can go on
    assert not d2l.train_seq2seq(model, batches, lr=0.01, num_epochs=1).interrupted


def test_stopping_before_the_first_epoch_has_ended_leaves_no_losses(data: Data) -> None:
    history = train_and_stop(attention_model(data), StoppedIn(1, data[2]))
    assert history.interrupted and history.losses == []


@pytest.mark.parametrize("lr", [0, -0.1, math.nan])
def test_a_learning_rate_that_is_not_positive_is_refused(data: Data, lr: float) -> None:
    with pytest.raises(ValueError, match=f"lr is {lr}, but a learning rate must be above 0"):
        d2l.train_seq2seq(attention_model(data), data[2], lr=lr, num_epochs=1)


@pytest.mark.parametrize("num_epochs", [0, -1])
def test_less_than_one_epoch_is_refused(data: Data, num_epochs: int) -> None:
    with pytest.raises(ValueError, match=f"num_epochs is {num_epochs}.*at least 1"):
        d2l.train_seq2seq(attention_model(data), data[2], lr=0.01, num_epochs=num_epochs)


@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_a_training_that_diverges_says_what_to_do(data: Data, poison: float) -> None:
    model = attention_model(data)
    model.initialize()
    model.decoder.dense.bias.set_data(np.full(len(data[1]), poison))
    with pytest.raises(FloatingPointError, match="diverged.*smaller learning rate"):
        d2l.train_seq2seq(model, data[2], lr=0.01, num_epochs=1)


def test_an_enormous_learning_rate_diverges(data: Data) -> None:
    with pytest.raises(FloatingPointError, match="diverged"):
        d2l.train_seq2seq(attention_model(data), data[2], lr=1e38, num_epochs=5)


# The cost as one graph


PARTS = [
    (encoder, decoder)
    for encoder in (d2l.Seq2SeqEncoder, d2l.BidirectionalEncoder)
    for decoder in (d2l.Seq2SeqDecoder, d2l.Seq2SeqAttentionDecoder, SeparateTanhDecoder)
]


def cost_and_gradients(model: gluon.Block, cost: Any) -> list[numpy.ndarray]:
    """Return the costs of a batch and the gradients of all parameters."""
    X, X_valid_len = np.array([[4, 5, 6], [7, 8, 0], [3, 0, 0]]), np.array([3, 2, 1])
    Y, label, label_len = np.array([[1, 4]] * 3), np.array([[4, 2], [2, 0], [5, 2]]), [2, 1, 2]
    with autograd.record():
        costs = cost(X, Y, label, X_valid_len, np.array(label_len))
        total = costs.sum()
    total.backward()
    parameters = model.collect_params().values()
    return [costs.asnumpy()] + [
        p.grad().asnumpy().copy() for p in parameters if p.grad_req != "null"
    ]


@pytest.mark.parametrize(("encoder", "decoder"), PARTS)
@pytest.mark.parametrize("num_layers", [1, 2])
def test_the_cost_as_one_graph_is_that_of_the_parts(
    encoder: type[d2l.Encoder], decoder: type[d2l.Decoder], num_layers: int
) -> None:
    model = d2l.EncoderDecoder(encoder(9, 4, 8, num_layers), decoder(9, 4, 8, num_layers))
    model.initialize(init.Normal(0.5))

    def by_parts(X: Any, Y: Any, label: Any, X_valid_len: Any, label_len: Any) -> np.ndarray:
        scores, _ = model(X, Y, X_valid_len)
        return d2l.MaskedSoftmaxCELoss()(scores, label, label_len)

    ours, theirs = (cost_and_gradients(model, cost) for cost in (model.cost, by_parts))
    assert all(abs(array).max() > 0 for array in ours)
    for one, other in zip(ours, theirs, strict=True):
        numpy.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_a_model_of_other_parts_has_the_cost_of_its_scores(data: Data) -> None:
    model = deferred_model(data)
    model.initialize()
    X, Y, label = np.array([[4, 5]]), np.array([[1, 4]]), np.array([[4, 2]])
    costs = model.cost(X, Y, label, np.array([2]), np.array([2]))
    scores, _ = model(X, Y)
    expected = d2l.MaskedSoftmaxCELoss()(scores, label, np.array([2]))
    assert float(costs) == pytest.approx(float(expected))
    assert float(costs) > 0


def test_a_model_without_a_method_cost_is_trained_by_its_scores(data: Data) -> None:
    class Plain(gluon.Block):
        def __init__(self, model: gluon.Block) -> None:
            super().__init__()
            self.model = model

        def forward(self, *args: Any) -> Any:
            return self.model(*args)

    losses = [
        d2l.train_seq2seq(wrap(attention_model(data)), data[2], lr=0.01, num_epochs=3).losses
        for wrap in (Plain, lambda model: model)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


# Held-out data and early stopping


HELD_OUT = [("I run.", "Va !"), ("Go.", "Je cours.")]  # what training teaches is wrong here


def held_out(data: Data) -> d2l.TranslationBatches:
    src_vocab, tgt_vocab, _ = data
    sources = [src_vocab[[*d2l.tokenize(source), "<eos>"]] for source, _ in HELD_OUT]
    targets = [tgt_vocab[["<bos>", *d2l.tokenize(target), "<eos>"]] for _, target in HELD_OUT]
    return d2l.TranslationBatches(sources, targets, 1, src_vocab.pad)


def test_held_out_perplexity_is_that_of_the_model_after_each_epoch(data: Data) -> None:
    model = attention_model(data)
    history = d2l.train_seq2seq(model, data[2], lr=0.02, num_epochs=3, valid_iter=held_out(data))
    assert len(history.perplexities) == 3
    assert history.perplexities[-1] == pytest.approx(d2l.perplexity(model, held_out(data)))
    assert len(set(history.perplexities)) == 3


def test_watching_held_out_data_does_not_change_the_training(data: Data) -> None:
    models = [attention_model(data, dropout=0.3), attention_model(data, dropout=0.3)]
    losses = [
        d2l.train_seq2seq(model, data[2], 0.02, num_epochs=4, valid_iter=valid_iter).losses
        for model, valid_iter in zip(models, (None, held_out(data)), strict=True)
    ]
    assert losses[0] == losses[1]
    assert same(values(models[0]), values(models[1]))


def test_training_stops_when_the_held_out_perplexity_no_longer_falls(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    model = attention_model(data)
    history = d2l.train_seq2seq(
        model, data[2], lr=0.02, num_epochs=200, valid_iter=held_out(data), patience=4
    )
    assert history.stopped_early and not history.interrupted
    best = numpy.argmin(history.perplexities)
    assert len(history.losses) == len(history.perplexities) == best + 5 < 200
    assert d2l.perplexity(model, held_out(data)) == pytest.approx(min(history.perplexities))
    assert f"held-out perplexity {history.perplexities[-1]:.2f}" in capsys.readouterr().out


def test_with_enough_patience_the_best_epoch_is_kept_all_the_same(data: Data) -> None:
    model = attention_model(data)
    history = d2l.train_seq2seq(
        model, data[2], lr=0.02, num_epochs=30, valid_iter=held_out(data), patience=100
    )
    assert not history.stopped_early and len(history.losses) == 30
    assert min(history.perplexities) < history.perplexities[-1]
    assert d2l.perplexity(model, held_out(data)) == pytest.approx(min(history.perplexities))


def test_a_run_stopped_by_its_reader_goes_back_to_its_best_epoch(data: Data) -> None:
    model = attention_model(data)
    stopped = StoppedIn(25, data[2])
    history = d2l.train_seq2seq(
        model, stopped, lr=0.02, num_epochs=30, valid_iter=held_out(data), patience=100
    )
    assert history.interrupted and len(history.losses) == 24
    assert min(history.perplexities) < history.perplexities[-1]
    assert d2l.perplexity(model, held_out(data)) == pytest.approx(min(history.perplexities))


def test_without_patience_the_last_parameters_stay(data: Data) -> None:
    model = attention_model(data)
    history = d2l.train_seq2seq(model, data[2], 0.02, num_epochs=30, valid_iter=held_out(data))
    assert min(history.perplexities) < history.perplexities[-1]
    assert d2l.perplexity(model, held_out(data)) == pytest.approx(history.perplexities[-1])


def test_a_stop_before_any_measurement_keeps_the_model(data: Data) -> None:
    history = d2l.train_seq2seq(
        attention_model(data), StoppedIn(1, data[2]), 0.02, 5, valid_iter=held_out(data), patience=1
    )
    assert history.interrupted and history.perplexities == []


def test_patience_without_held_out_data_is_refused(data: Data) -> None:
    with pytest.raises(ValueError, match="patience is 3.*give valid_iter"):
        d2l.train_seq2seq(attention_model(data), data[2], lr=0.01, num_epochs=1, patience=3)
    with pytest.raises(ValueError, match="patience is 0.*at least 1"):
        d2l.train_seq2seq(
            attention_model(data), data[2], 0.01, 1, valid_iter=held_out(data), patience=0
        )


# Never waiting


def test_a_loss_is_read_when_the_next_batch_is_on_its_way(
    data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []

    def noting(name: str, function: Any) -> Any:
        def noted(*args: Any) -> Any:
            events.append(name)
            return function(*args)

        return noted

    monkeypatch.setattr(ClippedAdam, "step", noting("step", ClippedAdam.step))
    monkeypatch.setattr(training, "_finished", noting("read", training._finished))
    batches = [next(iter(data[2]))] * 3
    history = d2l.train_seq2seq(attention_model(data), batches, lr=0.01, num_epochs=1)
    assert events == ["step", "step", "read", "step", "read", "read"]
    assert len(history.losses) == 1


def test_the_loss_of_an_epoch_is_that_of_all_its_batches(data: Data) -> None:
    model, batches = attention_model(data), list(data[2])
    history = d2l.train_seq2seq(model, batches, lr=TOO_SMALL_TO_LEARN, num_epochs=1)
    nats = sum(float(summed_loss(model, batch)) for batch in batches)
    tokens = sum(float((batch[3] - 1).sum()) for batch in batches)
    assert len(batches) > 1
    assert history.losses == [pytest.approx(nats / tokens, rel=1e-5)]


def summed_loss(model: gluon.Block, batch: tuple[np.ndarray, ...]) -> np.ndarray:
    X, X_valid_len, Y, Y_valid_len = batch
    scores, _ = model(X, Y[:, :-1], X_valid_len)
    return d2l.MaskedSoftmaxCELoss()(scores, Y[:, 1:], Y_valid_len - 1).sum()


# Progress


def test_a_terminal_shows_loss_speed_and_time_left(
    data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    history = d2l.train_seq2seq(attention_model(data), data[2], lr=0.01, num_epochs=3)
    output, errors = capsys.readouterr()
    assert errors == ""
    final = output.rstrip("\n").split("\r")[-1]
    assert f"{history.losses[-1]:.3f} nats/token" in final
    assert f"{history.tokens_per_second:,.0f} tokens/s" in final
    assert "3/3" in final and re.search(r"\[\d\d:\d\d<\d\d:\d\d", final)
    assert "Image" not in output and "Figure" not in output


CELL = """
import d2l_local as d2l
from d2l_local import plot

plot.SECONDS_BETWEEN_FRAMES = 0.0
pairs = [("Go.", "Va !"), ("I run.", "Je cours.")]
src_vocab, tgt_vocab, batches = d2l.load_translation_data(2, 9, pairs=pairs)
model = d2l.EncoderDecoder(
    d2l.Seq2SeqEncoder(len(src_vocab), 4, 4, 1), d2l.Seq2SeqDecoder(len(tgt_vocab), 4, 4, 1)
)
_ = d2l.train_seq2seq(model, batches, lr=0.01, num_epochs=4)
"""


def test_a_notebook_shows_the_bar_and_one_curve_that_grows() -> None:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    messages: list[dict[str, Any]] = []
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        reply = client.execute_interactive(CELL, output_hook=messages.append, timeout=120)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok", reply["content"]
    streams = [m["content"] for m in messages if m["msg_type"] == "stream"]
    assert {stream["name"] for stream in streams} == {"stdout"}, streams
    assert "nats/token" in "".join(stream["text"] for stream in streams)
    pictures = [m for m in messages if m["msg_type"] in ("display_data", "update_display_data")]
    assert [m["msg_type"] for m in pictures[:2]] == ["display_data", "update_display_data"]
    assert [m["msg_type"] for m in pictures].count("display_data") == 1
    contents = [m["content"] for m in pictures]
    assert len({content["transient"]["display_id"] for content in contents}) == 1
    assert all("image/png" in content["data"] for content in contents)
    # One for each of the four epochs at least, and each with a longer line.
    assert len({content["data"]["image/png"] for content in contents}) >= 4
