"""The algorithm of the source text (d2l 0.11, MXNet), written anew from its formulas.

It is slow on purpose in the ways that the text is: one operator at a time in Python, sentences all
padded to one length, data gathered sample by sample, several operators for each parameter when
gradients are clipped. Its mistakes are kept too: see `tests/test_mistakes.py`.
"""

import math
import time
from typing import Any

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn, rnn

from .epochs import ByEpochs
from .workloads import BOS, EOS, LEARNING_RATE, PAD, Sentences, Workload, padded

npx.set_np()
MASKED = -1e6


class SeparateTanhAttention(nn.Block):
    """softmax over v·(tanh(W_q q) + tanh(W_k k)), by a broadcast sum of all queries and keys."""

    def __init__(self, units: int) -> None:
        super().__init__()
        options = {"use_bias": False, "flatten": False}
        self.of_query = nn.Dense(units, activation="tanh", **options)
        self.of_key = nn.Dense(units, activation="tanh", **options)
        self.score = nn.Dense(1, **options)
        self.dropout = nn.Dropout(0)  # called although it drops nothing

    def forward(self, query: np.ndarray, memory: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return the mean of the memory (batch, 1, size) for a query (batch, 1, size)."""
        q, k = self.of_query(query), self.of_key(memory)
        total = np.expand_dims(q, axis=2) + np.expand_dims(k, axis=1)  # (batch, 1, keys, units)
        scores = np.squeeze(self.score(total), axis=-1)  # (batch, 1, keys)
        keys = scores.shape[-1]
        flat = scores.reshape(-1, keys)
        lengths = lengths.repeat(scores.shape[1], axis=0)  # one for each query
        flat = npx.sequence_mask(flat, lengths, use_sequence_length=True, value=MASKED, axis=1)
        self.weights = self.dropout(npx.softmax(flat).reshape(scores.shape))
        return npx.batch_dot(self.weights, memory)


class Translator(nn.Block):
    """Encoder and decoder of LSTM layers, with or without attention before each step."""

    def __init__(self, workload: Workload, attention: bool) -> None:
        super().__init__()
        hidden, layers = workload.num_hiddens, workload.num_layers
        self.src_embedding = nn.Embedding(workload.src_vocab, workload.embed_size)
        self.encoder = rnn.LSTM(hidden, layers)
        self.attention = SeparateTanhAttention(hidden) if attention else None
        self.tgt_embedding = nn.Embedding(workload.tgt_vocab, workload.embed_size)
        self.decoder = rnn.LSTM(hidden, layers)
        self.dense = nn.Dense(workload.tgt_vocab, flatten=False)

    def encode(self, X: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the outputs (batch, steps, hidden) and the last state; padding is read too."""
        embedded = self.src_embedding(X).swapaxes(0, 1)
        outputs, state = self.encoder(embedded, self.encoder.begin_state(batch_size=len(X)))
        return outputs.swapaxes(0, 1), state

    def decode(
        self, Y: np.ndarray, memory: np.ndarray, lengths: np.ndarray, state: list[np.ndarray]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return scores (batch, steps, vocabulary) and the state after the last step."""
        embedded = self.tgt_embedding(Y).swapaxes(0, 1)  # (steps, batch, embed)
        if self.attention is None:
            outputs, state = self.decoder(embedded, state)
            return self.dense(outputs).swapaxes(0, 1), state
        steps = []
        for x in embedded:
            query = np.expand_dims(state[0][-1], axis=1)  # (batch, 1, hidden)
            context = self.attention(query, memory, lengths)
            x = np.concatenate([context, np.expand_dims(x, axis=1)], axis=-1)
            output, state = self.decoder(x.swapaxes(0, 1), state)
            steps.append(output)
        return self.dense(np.concatenate(steps, axis=0)).swapaxes(0, 1), state


def masked_loss(scores: np.ndarray, labels: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return, for each sentence, the mean over *all* steps of the cross-entropy of real tokens."""
    ones = np.expand_dims(np.ones_like(labels), axis=-1)
    real = npx.sequence_mask(ones, lengths, use_sequence_length=True, axis=1)
    return gluon.loss.SoftmaxCrossEntropyLoss()(scores, labels, real)


def clip_gradients(model: nn.Block, longest: float) -> None:
    """Shorten all gradients together to the length `longest`, one operator for each of them."""
    gradients = [parameter.grad() for parameter in model.collect_params().values()]
    norm = math.sqrt(sum((gradient**2).sum() for gradient in gradients))
    if norm > longest:
        for gradient in gradients:
            gradient[:] *= longest / norm


class Peer(ByEpochs):
    """The model of the source text and what the benchmark asks of it."""

    def __init__(self, workload: Workload, attention: bool = True, by_length: bool = False) -> None:
        if by_length:
            raise ValueError("by_length is True, but the source text pads all to one length.")
        self.workload = workload
        self.model = Translator(workload, attention)
        self._initialize()

    def _initialize(self) -> None:
        mx.random.seed(0)
        self.model.initialize(init.Xavier(), force_reinit=True)
        rate = {"learning_rate": LEARNING_RATE}
        self.trainer = gluon.Trainer(self.model.collect_params(), "adam", rate)
        data = self._arrays(self.workload.sources, self.workload.targets)
        dataset = gluon.data.ArrayDataset(*data)
        self.batches = gluon.data.DataLoader(dataset, self.workload.batch_size, shuffle=True)

    def _arrays(self, sources: Sentences, targets: Sentences) -> list[np.ndarray]:
        steps = self.workload.num_steps
        arrays = [padded(sources, steps), padded(targets, steps)]
        lengths = [(array != PAD).sum(axis=1) for array in arrays]
        order = (arrays[0], lengths[0], arrays[1], lengths[1])
        return [np.array(array, dtype="float32") for array in order]

    def _epoch(self) -> float:
        start = time.perf_counter()
        for X, X_lengths, Y, Y_lengths in self.batches:
            lengths = Y_lengths - 1
            with autograd.record():
                loss = self._loss(X, X_lengths, Y, lengths)
            loss.backward()
            clip_gradients(self.model, 1)
            num_tokens = lengths.sum()
            self.trainer.step(num_tokens)  # an array, which the trainer reads for each parameter
            loss.sum().item(), num_tokens.item()  # the text adds them up, so it waits for them
        return time.perf_counter() - start

    def _loss(
        self, X: np.ndarray, X_lengths: np.ndarray, Y: np.ndarray, lengths: np.ndarray
    ) -> np.ndarray:
        memory, state = self.model.encode(X)
        scores, _ = self.model.decode(Y[:, :-1], memory, X_lengths, state)
        return masked_loss(scores, Y[:, 1:], lengths)

    def _held_out(self) -> float:
        """Return the loss in nats per token, not in the text's own unit."""
        targets = self.workload.held_targets
        X, X_lengths, Y, Y_lengths = self._arrays(self.workload.held_sources, targets)
        means = self._loss(X, X_lengths, Y, Y_lengths - 1)
        nats = means.sum().item() * (self.workload.num_steps - 1)
        return nats / sum(len(target) - 1 for target in targets)

    def translate(self, num: int, how: str = "greedy") -> dict[str, float]:
        """Translate `num` training sentences one by one; return the seconds and the tokens."""
        start, written = time.perf_counter(), 0
        for source in self.workload.sources[:num]:
            written += len(self.predict(source))
        return {"seconds": time.perf_counter() - start, "tokens": written}

    def predict(self, source: list[int]) -> list[int]:
        """Return the likeliest token of each step until `<eos>`, which is not returned."""
        lengths = np.array([len(source)])
        X = np.array(padded([source], self.workload.num_steps), dtype="float32")
        memory, state = self.model.encode(X)
        token: Any = np.array([[BOS]])
        tokens: list[int] = []
        for _ in range(self.workload.num_steps):
            scores, state = self.model.decode(token, memory, lengths, state)
            token = scores.argmax(axis=2)
            index = int(token.item())
            if index == EOS:
                break
            tokens.append(index)
        return tokens
