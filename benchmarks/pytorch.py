"""The same model in PyTorch, eager: the same formulas, weights, clipping and learning rates."""

import time

import numpy
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .epochs import ByEpochs
from .workloads import (
    LEARNING_RATE,
    PAD,
    Sentences,
    Workload,
    initial_weights,
    learning_rate,
    padded,
    rows_of_batches,
)


class Translator(nn.Module):
    """LSTM encoder and decoder with additive attention before each step, or without."""

    def __init__(self, workload: Workload, attention: bool) -> None:
        super().__init__()
        embed, hidden, layers = workload.embed_size, workload.num_hiddens, workload.num_layers
        self.src_embedding = nn.Embedding(workload.src_vocab, embed)
        self.tgt_embedding = nn.Embedding(workload.tgt_vocab, embed)
        self.encoder = nn.LSTM(embed, hidden, layers)
        self.decoder = nn.LSTM(embed + hidden if attention else embed, hidden, layers)
        self.attention = attention
        if attention:
            self.W_q = nn.Linear(hidden, hidden, bias=False)
            self.W_k = nn.Linear(hidden, hidden, bias=False)
            self.v = nn.Linear(hidden, 1, bias=False)
        self.dense = nn.Linear(hidden, workload.tgt_vocab)

    def forward(self, X: torch.Tensor, lengths: torch.Tensor, Y: torch.Tensor) -> torch.Tensor:
        """Return scores (batch, target steps, vocabulary) for X and Y (batch, steps)."""
        embedded = self.src_embedding(X).transpose(0, 1)
        packed = pack_padded_sequence(embedded, lengths, enforce_sorted=False)
        outputs, state = self.encoder(packed)
        memory = pad_packed_sequence(outputs, total_length=X.shape[1])[0].transpose(0, 1)
        inputs = self.tgt_embedding(Y).transpose(0, 1)  # (target steps, batch, embed)
        if not self.attention:
            return self.dense(self.decoder(inputs, state)[0].transpose(0, 1))
        keys = self.W_k(memory)
        padding = torch.arange(X.shape[1]) >= lengths[:, None]  # (batch, source steps)
        steps = []
        for x in inputs:
            query = self.W_q(state[0][-1])[:, None]  # (batch, 1, hidden)
            scores = self.v(torch.tanh(query + keys)).squeeze(-1).masked_fill(padding, -1e30)
            context = torch.bmm(torch.softmax(scores, dim=-1)[:, None], memory)[:, 0]
            output, state = self.decoder(torch.cat([context, x], dim=-1)[None], state)
            steps.append(output)
        return self.dense(torch.cat(steps).transpose(0, 1))


class Peer(ByEpochs):
    """The model in PyTorch and what the benchmark asks of it."""

    def __init__(self, workload: Workload, attention: bool = True, by_length: bool = True) -> None:
        self.workload, self.attention, self.by_length = workload, attention, by_length
        self._initialize()

    def _initialize(self) -> None:
        self.model = Translator(self.workload, self.attention)
        self._set_weights(initial_weights(self.workload, self.attention))
        self.optimizer = torch.optim.Adam(self.model.parameters(), LEARNING_RATE)
        self.random = numpy.random.RandomState(0)

    def _set_weights(self, weights: dict[str, numpy.ndarray]) -> None:
        values = {name: torch.from_numpy(value) for name, value in weights.items()}
        model = self.model
        named = {"dense": model.dense.weight, "dense_bias": model.dense.bias}
        for side, embedding in (("encoder", model.src_embedding), ("decoder", model.tgt_embedding)):
            named[f"{side}.embedding"] = embedding.weight
            lstm = getattr(model, side)
            for layer in range(self.workload.num_layers):
                named[f"{side}.W{layer}"] = getattr(lstm, f"weight_ih_l{layer}")
                named[f"{side}.U{layer}"] = getattr(lstm, f"weight_hh_l{layer}")
                named[f"{side}.b{layer}"] = getattr(lstm, f"bias_ih_l{layer}")
                # PyTorch adds two biases; the formula has one.
                getattr(lstm, f"bias_hh_l{layer}").requires_grad_(False).zero_()
        for name in ("W_q", "W_k", "v") if self.attention else ():
            named[name] = getattr(model, name).weight
        with torch.no_grad():
            for name, value in values.items():
                named[name].copy_(value)

    def _set_rate(self, epoch: int, epochs: int) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(epoch, epochs)

    def _held_out(self) -> float:
        with torch.no_grad():
            return self._loss(self.workload.held_sources, self.workload.held_targets).item()

    def first_loss(self) -> float:
        """Return the loss of the initial weights on the first batch, in nats per token."""
        size = self.workload.batch_size
        self._initialize()
        return self._loss(self.workload.sources[:size], self.workload.targets[:size]).item()

    def _epoch(self) -> float:
        start = time.perf_counter()
        sources, targets = self.workload.sources, self.workload.targets
        size = self.workload.batch_size
        for rows in rows_of_batches(targets, size, self.by_length, self.random):
            loss = self._loss([sources[i] for i in rows], [targets[i] for i in rows])
            self.optimizer.zero_grad()
            loss.backward()
            clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            loss.item()  # ours reads it as well
        return time.perf_counter() - start

    def _loss(self, sources: Sentences, targets: Sentences) -> torch.Tensor:
        """Return the mean over the real tokens of a batch, in nats."""
        steps = None if self.by_length else self.workload.num_steps
        X, Y = (torch.from_numpy(padded(s, steps)) for s in (sources, targets))
        scores = self.model(X, (X != PAD).sum(dim=1), Y[:, :-1])
        return cross_entropy(scores.flatten(0, 1), Y[:, 1:].flatten(), ignore_index=PAD)

    def matrix_products(self) -> dict[str, float]:
        """Return the billions of floating-point operations a second that products reach."""
        size = 1024
        a, b = torch.rand(2, size, size)
        seconds = []
        for _ in range(10):
            start = time.perf_counter()
            torch.mm(a, b)
            seconds.append(time.perf_counter() - start)
        return {"torch.mm": 2 * size**3 / min(seconds) / 1e9}
