"""Greedy and beam search over many sentences at once (chapter 06).

Both look for a target sentence y with a high log p(y | x) = Σ_t log p(y_t | y_<t, x), `<eos>`
included. They never write `<pad>` or `<bos>`: no training target holds one of them there. What is
left keeps the probability that the model gives it, so `score` finds the same sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mxnet as mx
import numpy
from mxnet import gluon, np, npx

from .checks import check_at_least, check_initialized, check_size
from .data import Vocab, pad_batch
from .loss import MaskedSoftmaxCELoss
from .training import try_gpu

IMPOSSIBLE = -numpy.inf  # the log-probability of what cannot be written
DIVERGED = "the model's scores are NaN or all minus infinity: has its training diverged?"
Sentences = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Hypothesis:
    """A target sentence, or the beginning of one, and what the model thinks of it."""

    tokens: list[int]
    """Target token indices, with that of `<eos>` at the end if it got there."""
    log_prob: float
    """log p(tokens | source) in nats."""
    finished: bool
    """False if the search ended before `<eos>`."""
    attention_weights: numpy.ndarray | None
    """(target tokens, source tokens); None for a model without attention."""

    def score(self, alpha: float = 0.0) -> float:
        """Return log_prob / Lᵅ, with L the number of tokens, `<eos>` included.

        Each further token makes a sentence less probable. With `alpha` 0 short sentences profit
        from it; with 1 the score is the mean per token. Wu et al. (2016, eq. 14) have
        (5 + L)ᵅ / 6ᵅ in place of the book's Lᵅ.
        """
        return self.log_prob / len(self.tokens) ** alpha


@dataclass(frozen=True, eq=False, slots=True)
class BeamNode:
    """A hypothesis in the tree of the beam: its parent and one token more."""

    parent: "BeamNode | None"
    """The hypothesis without its last token; None for the root, which is `<bos>`."""
    token: int
    """Index of the last token."""
    log_prob: float
    """Of all tokens up to this one, in nats."""
    row: int
    """The row of the decoder's batch in which the token was found."""

    def path(self) -> list["BeamNode"]:
        """Return the nodes from the first token after `<bos>` to this one."""
        nodes, node = [], self
        while node.parent is not None:
            nodes.append(node)
            node = node.parent
        return nodes[::-1]


@dataclass(frozen=True)
class Beam:
    """What beam search found for one sentence, and how."""

    hypotheses: list[Hypothesis]
    """The finished ones before the others, those of a higher score first."""
    steps: list[list[BeamNode]]
    """The tree: what was kept at each step, the likeliest first."""


def greedy_search(
    model: gluon.Block,
    sources: Sentences,
    vocab: Vocab,
    num_steps: int,
    ctx: mx.Context | None = None,
) -> list[Hypothesis]:
    """Translate sentences: at each step take the likeliest token, until `<eos>`.

    Args:
        model: an encoder–decoder with values.
        sources: token indices of each sentence, `<eos>` included.
        vocab: of the target language.
        num_steps: the most tokens of a translation, `<eos>` included.
        ctx: device; the first GPU, or the CPU if there is none.

    Returns:
        One hypothesis for each sentence.

    Raises:
        ValueError: `num_steps` is below 1, there are no sentences, or the vocabulary is not the
            model's.
        RuntimeError: the model is not initialised.
        FloatingPointError: the model's scores are no numbers.
    """
    check_at_least("num_steps", num_steps, 1)
    ctx = ctx or try_gpu()
    state = _encode(model, sources, vocab, ctx)
    writer = _Writer(model.decoder, vocab, ctx)
    token = np.full((len(sources),), vocab.bos, ctx=ctx)
    total = np.zeros((len(sources),), dtype="float64", ctx=ctx)
    tokens: list[numpy.ndarray] = []  # of each step, (batch,)
    totals: list[np.ndarray] = []
    finished = numpy.zeros(len(sources), dtype=bool)
    while len(tokens) < num_steps and not finished.all():
        log_p, state = writer.step(token, state)
        token = log_p.argmax(axis=1)
        total = total + npx.pick(log_p, token, axis=1)
        totals.append(total)
        tokens.append(token.asnumpy())  # the one time in a step that we wait for the device
        finished |= tokens[-1] == vocab.eos
    written, log_probs = numpy.stack(tokens, axis=1), np.stack(totals, axis=1).asnumpy()
    weights = writer.all_weights()
    hypotheses = []
    for i, row in enumerate(written.tolist()):
        length = row.index(vocab.eos) + 1 if finished[i] else len(row)
        looked = None if weights is None else weights[:length, i, : len(sources[i])]
        log_prob = float(log_probs[i, length - 1])
        if not numpy.isfinite(log_prob):
            raise FloatingPointError(DIVERGED)
        hypotheses.append(Hypothesis(row[:length], log_prob, bool(finished[i]), looked))
    return hypotheses


def beam_search(
    model: gluon.Block,
    sources: Sentences,
    vocab: Vocab,
    num_steps: int,
    beam_size: int,
    alpha: float = 0.0,
    ctx: mx.Context | None = None,
) -> list[Beam]:
    """Translate sentences and keep the likeliest hypotheses of each at every step.

    Each unfinished hypothesis is continued with every token, and the likeliest continuations stay:
    `beam_size` at first, one fewer for each hypothesis that has reached `<eos>` (Bahdanau et al.,
    2015, did the same). A finished hypothesis is never dropped. With `beam_size` 1 this is greedy
    search; with one as large as the number of all sequences it is exact.

    All continuations of one step have the same length. So `alpha` decides nothing during the
    search, only the order of what was found.

    Args:
        model: an encoder–decoder with values, its decoder with a method `reorder_state`.
        sources: token indices of each sentence, `<eos>` included.
        vocab: of the target language.
        num_steps: the most tokens of a translation, `<eos>` included.
        beam_size: hypotheses for each sentence.
        alpha: exponent of the length in the score: see `Hypothesis.score`.
        ctx: device; the first GPU, or the CPU if there is none.

    Returns:
        One beam for each sentence, with at most `beam_size` hypotheses.

    Raises:
        ValueError: `beam_size` or `num_steps` is below 1, `alpha` is negative, there are no
            sentences, or the vocabulary is not the model's.
        RuntimeError: the model is not initialised.
        FloatingPointError: the model's scores are no numbers.
    """
    check_at_least("num_steps", num_steps, 1)
    check_at_least("beam_size", beam_size, 1)
    check_at_least("alpha", alpha, 0)
    ctx = ctx or try_gpu()
    state = _encode(model, sources, vocab, ctx)
    writer = _Writer(model.decoder, vocab, ctx)
    alive = [[BeamNode(None, vocab.bos, 0.0, row)] for row in range(len(sources))]
    done: list[list[BeamNode]] = [[] for _ in sources]
    steps: list[list[list[BeamNode]]] = [[] for _ in sources]
    for _ in range(num_steps):
        # Sentence i has the rows from i * beam_size on. What it does not need is impossible, and
        # so is all that would follow.
        rows, tokens = numpy.zeros((2, len(sources) * beam_size), dtype="int32")
        log_probs = numpy.full((len(sources) * beam_size, 1), IMPOSSIBLE)
        for i, nodes in enumerate(alive):
            for row, node in enumerate(nodes, start=i * beam_size):
                rows[row], tokens[row], log_probs[row] = node.row, node.token, node.log_prob
        state = model.decoder.reorder_state(state, np.array(rows, dtype="int32", ctx=ctx))
        log_p, state = writer.step(np.array(tokens, ctx=ctx), state)
        total = np.array(log_probs, dtype="float64", ctx=ctx) + log_p  # (rows, vocabulary)
        # The best of (sentences, beam_size * vocabulary)
        best = npx.topk(total.reshape(len(sources), -1), k=beam_size, ret_typ="both", dtype="int32")
        values, picks = (array.asnumpy().tolist() for array in best)  # (sentences, beam_size)
        for i, parents in enumerate(alive):
            kept, room = [], beam_size - len(done[i])
            for log_prob, pick in zip(values[i][:room], picks[i][:room], strict=True):
                if log_prob > IMPOSSIBLE:
                    place, token = divmod(pick, len(vocab))
                    kept.append(BeamNode(parents[place], token, log_prob, i * beam_size + place))
            if kept:
                steps[i].append(kept)
            done[i] += [node for node in kept if node.token == vocab.eos]
            alive[i] = [node for node in kept if node.token != vocab.eos]
        if not any(alive):
            break
    weights = writer.all_weights()
    beams = []
    for i, source in enumerate(sources):
        hypotheses = []
        for node in done[i] + alive[i]:
            path = node.path()
            rows, finished = [n.row for n in path], node.token == vocab.eos
            looked = None if weights is None else weights[range(len(path)), rows, : len(source)]
            hypotheses.append(Hypothesis([n.token for n in path], node.log_prob, finished, looked))
        if not hypotheses:
            raise FloatingPointError(DIVERGED)
        hypotheses.sort(key=lambda h: (h.finished, h.score(alpha)), reverse=True)
        beams.append(Beam(hypotheses, steps[i]))
    return beams


def score(
    model: gluon.Block,
    sources: Sentences,
    targets: Sentences,
    vocab: Vocab,
    ctx: mx.Context | None = None,
) -> list[Hypothesis]:
    """Return what the model thinks of given translations, read by teacher forcing.

    Args:
        model: an encoder–decoder with values.
        sources: token indices of each sentence, `<eos>` included.
        targets: token indices of each translation, with `<eos>` at the end if it is finished.
        vocab: of the target language.
        ctx: device; the first GPU, or the CPU if there is none.

    Raises:
        ValueError: there is not one target for each source, a target is empty, there are no
            sentences, or the vocabulary is not the model's.
        RuntimeError: the model is not initialised.
    """
    if len(sources) != len(targets):
        raise ValueError(
            f"there are {len(sources)} sources and {len(targets)} targets: give one target for "
            "each source."
        )
    for number, target in enumerate(targets, start=1):
        if not len(target):
            raise ValueError(f"target {number} of {len(targets)} is empty: give at least <eos>.")
    ctx = ctx or try_gpu()
    state = _encode(model, sources, vocab, ctx)
    read, _ = pad_batch([[vocab.bos, *target[:-1]] for target in targets], vocab.pad)
    label, lengths = (array.as_in_ctx(ctx) for array in pad_batch(targets, vocab.pad))
    pred, _ = model.decoder(read.as_in_ctx(ctx), state)
    check_size("the decoder's output", pred, len(vocab))
    nats = MaskedSoftmaxCELoss()(pred.astype("float64"), label, lengths).asnumpy().tolist()
    weights = getattr(model.decoder, "attention_weights", None)
    weights = None if weights is None else weights.asnumpy()
    hypotheses = []
    for i, target in enumerate(targets):
        looked = None if weights is None else weights[i, : len(target), : len(sources[i])]
        finished = target[-1] == vocab.eos
        hypotheses.append(Hypothesis(list(target), -nats[i], finished, looked))
    return hypotheses


def _encode(model: gluon.Block, sources: Sentences, vocab: Vocab, ctx: mx.Context) -> Any:
    """Return the decoder's state before the first step."""
    check_at_least("the number of sources", len(sources), 1)
    check_initialized(model)
    X, X_valid_len = (array.as_in_ctx(ctx) for array in pad_batch(sources, vocab.pad))
    return model.decoder.init_state(model.encoder(X, X_valid_len), X_valid_len)


class _Writer:
    """A decoder that goes one step at a time and remembers where it looked."""

    def __init__(self, decoder: gluon.Block, vocab: Vocab, ctx: mx.Context) -> None:
        self.decoder = decoder
        banned = numpy.zeros(len(vocab))
        banned[[vocab.pad, vocab.bos]] = IMPOSSIBLE
        self.banned = np.array(banned, dtype="float64", ctx=ctx)
        self.weights: list[np.ndarray] = []

    def step(self, tokens: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """Read tokens (rows,); return log p of what follows (rows, vocabulary) and the state."""
        output, state = self.decoder(tokens.astype("float32").reshape(-1, 1), state)
        check_size("the decoder's output", output, len(self.banned))
        weights = getattr(self.decoder, "attention_weights", None)
        if weights is not None:
            self.weights.append(weights[:, -1])
        # In single precision MXNet's log_softmax is off by up to 5e-6, on each of many tokens.
        log_p = npx.log_softmax(output[:, -1].astype("float64"), axis=-1)
        return log_p + self.banned, state

    def all_weights(self) -> numpy.ndarray | None:
        """Return the weights of all steps (steps, rows, source steps)."""
        return np.stack(self.weights).asnumpy() if self.weights else None
