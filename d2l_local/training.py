"""Training a translator with teacher forcing (chapter 03)."""

import math
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import mxnet as mx
import numpy
from mxnet import autograd, gluon, init, np
from tqdm import tqdm

from .checks import check_at_least
from .graph import as_array
from .loss import cost_of_scores, perplexity
from .optimizer import ClippedAdam
from .plot import LiveCurve

DECAY = 0.25  # share of the epochs, at the end, in which the learning rate falls to zero

Batches = Iterable[tuple[np.ndarray, ...]]


@dataclass
class TrainingHistory:
    """What a training run leaves behind, complete or interrupted."""

    losses: list[float] = field(default_factory=list)
    """The mean loss of each finished epoch, in nats per target token."""
    tokens_per_second: float = 0.0
    """Real target tokens (no padding) per second, over the whole run."""
    interrupted: bool = False
    """True if the reader stopped the run before its last epoch."""
    perplexities: list[float] = field(default_factory=list)
    """The perplexity on held-out data after each finished epoch, if there were such data."""
    stopped_early: bool = False
    """True if the run ended because the held-out perplexity no longer fell."""


def try_gpu(i: int = 0) -> mx.Context:
    """Return GPU number `i` if there is one, else the CPU."""
    return mx.gpu(i) if mx.context.num_gpus() > i else mx.cpu()


def train_seq2seq(
    model: gluon.Block,
    train_iter: Batches,
    lr: float,
    num_epochs: int,
    ctx: mx.Context | None = None,
    seed: int = 0,
    max_norm: float = 1.0,
    valid_iter: Batches | None = None,
    patience: int | None = None,
) -> TrainingHistory:
    """Train an encoder–decoder with Adam on the cross-entropy per target token.

    Parameters that have no values yet are drawn by Xavier's rule; others are trained further.
    A bar shows the loss, the speed and the time left; a notebook shows the loss curve too.
    Stopping the run (the stop button, Ctrl-C) keeps the model and the curve so far.

    Args:
        model: called as model(X, Y_input, X_valid_len, Y_valid_len).
        train_iter: batches (X, X_valid_len, Y, Y_valid_len) as `TranslationBatches` gives.
        lr: learning rate of the first three quarters of the epochs; then it falls in a straight
            line to zero, so that the model settles.
        num_epochs: passes over the data.
        ctx: device; the first GPU, or the CPU if there is none.
        seed: of the initial values, the order of the data and dropout. The same seed on the same
            machine gives the same numbers.
        max_norm: longest gradient of the loss per token; a longer one is shortened to it.
        valid_iter: batches of held-out pairs; their perplexity is measured after each epoch.
            Measuring does not change the training.
        patience: stop when the held-out perplexity has had no new minimum for so many epochs.
            The model then goes back to the parameters of its best epoch, also if the run was
            stopped or came to its last epoch. If None, it keeps the last parameters.

    Raises:
        ValueError: `lr` is not positive, `num_epochs` or `patience` is below 1, or there is
            `patience` without `valid_iter`.
        FloatingPointError: the training has diverged. It is noticed a batch late, but the model has
            taken no step whose gradient was not finite.
    """
    if not lr > 0:  # also refuses NaN
        raise ValueError(f"lr is {lr}, but a learning rate must be above 0.")
    check_at_least("num_epochs", num_epochs, 1)
    if patience is not None:
        check_at_least("patience", patience, 1)
        if valid_iter is None:
            raise ValueError(
                f"patience is {patience}, but without held-out data nothing tells when to stop: "
                "give valid_iter."
            )
    ctx = ctx or try_gpu()
    mx.random.seed(seed)
    numpy.random.seed(seed)
    parameters = model.collect_params()
    for parameter in parameters.values():
        if parameter._data is None:
            parameter.initialize(ctx=ctx, default_init=init.Xavier())
    parameters.reset_ctx(ctx)
    optimizer = ClippedAdam(parameters, max_norm)
    history, curve = TrainingHistory(), LiveCurve(num_epochs)
    best = _Best(parameters)
    num_tokens, start = 0.0, time.perf_counter()
    # Standard output: a notebook would show standard error on a red ground.
    with tqdm(total=num_epochs, desc="Training", unit="epoch", file=sys.stdout) as bar:
        try:
            for epoch in range(num_epochs):
                rate = lr * min(1.0, (1 - epoch / num_epochs) / DECAY)
                nats, tokens = _train_epoch(model, train_iter, optimizer, rate, ctx)
                num_tokens += tokens
                history.losses.append(nats / tokens)
                history.tokens_per_second = num_tokens / (time.perf_counter() - start)
                status = f"{nats / tokens:.3f} nats/token"
                if valid_iter is not None:
                    history.perplexities.append(_held_out(model, valid_iter))
                    status += f", held-out perplexity {history.perplexities[-1]:.2f}"
                status += f", {history.tokens_per_second:,.0f} tokens/s"
                bar.set_postfix_str(status, refresh=False)
                bar.update()
                curve.update(_curves(history))
                if patience is not None:
                    best.look(history.perplexities)
                    history.stopped_early = best.age(history.perplexities) >= patience
                    if history.stopped_early:
                        break
        except KeyboardInterrupt:
            history.interrupted = True
    if history.interrupted:
        print(f"Stopped after {len(history.losses)} epochs. The model keeps what it has learned.")
    if patience is not None:
        best.restore()
    curve.draw(_curves(history))
    return history


def _curves(history: TrainingHistory) -> dict[str, list[float]]:
    """Return the losses to draw, in nats per token."""
    curves = {"training": history.losses}
    if history.perplexities:
        curves["held out"] = [math.log(value) for value in history.perplexities]
    return curves


def _held_out(model: gluon.Block, batches: Batches) -> float:
    """Return the perplexity; leave NumPy's random numbers, the order of the data, as they were."""
    state = numpy.random.get_state()
    value = perplexity(model, batches)
    numpy.random.set_state(state)
    return value


class _Best:
    """The parameters after the epoch with the lowest held-out perplexity."""

    def __init__(self, parameters: gluon.ParameterDict) -> None:
        self.parameters = parameters
        self.values: list[np.ndarray] = []

    def look(self, perplexities: list[float]) -> None:
        """Keep a copy of the parameters if the last perplexity is the lowest so far."""
        if self.age(perplexities) == 0:
            self.values = [p.data().copy() for p in self.parameters.values()]

    @staticmethod
    def age(perplexities: list[float]) -> int:
        """Return the number of epochs since the first lowest perplexity."""
        return len(perplexities) - 1 - perplexities.index(min(perplexities))

    def restore(self) -> None:
        """Give the parameters their best values back, if an epoch was finished."""
        for parameter, value in zip(self.parameters.values(), self.values, strict=False):
            parameter.set_data(value)


def _train_epoch(
    model: gluon.Block,
    train_iter: Batches,
    optimizer: ClippedAdam,
    lr: float,
    ctx: mx.Context,
) -> tuple[float, float]:
    """Make one pass over the data; return the summed loss in nats and the number of tokens."""
    cost = getattr(model, "cost", partial(cost_of_scores, model))
    total_nats, total_tokens = 0.0, 0.0
    under_way: list[tuple[np.ndarray, np.ndarray]] = []
    for batch in train_iter:
        # The decoder reads <bos> and the target; its task is the target and <eos>. The lengths
        # are counted before they go to the device, which has other work to do.
        label_len = batch[3].asnumpy() - 1
        X, X_valid_len, Y, label_valid_len = (
            array.as_in_ctx(ctx) for array in (*batch[:3], as_array(label_len))
        )
        with autograd.record():
            nats = cost(X, Y[:, :-1], Y[:, 1:], X_valid_len, label_valid_len).sum()
        nats.backward()
        tokens = float(label_len.sum())
        under_way.append((nats, optimizer.step(lr, tokens)))
        total_tokens += tokens
        # Reading waits for the device. It has this batch to work on while we wait for the last.
        if len(under_way) > 1:
            total_nats += _finished(*under_way.pop(0))
    return total_nats + sum(_finished(*batch) for batch in under_way), total_tokens


def _finished(nats: np.ndarray, norm: np.ndarray) -> float:
    """Return the loss of a batch in nats once the device has finished it.

    Raises:
        FloatingPointError: the length of its gradient is not finite.
    """
    if not math.isfinite(float(norm)):
        raise FloatingPointError(
            f"the gradient is {float(norm)}: the training has diverged. Start again with a new "
            "model and a smaller learning rate."
        )
    return float(nats)


train_s2s_ch9 = train_seq2seq  # the name in the book
