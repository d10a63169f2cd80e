"""A small transformer: positions, encoder and decoder (chapter 08).

The layers differ from Vaswani et al. (2017) in one point: each sublayer normalises its input, not
its output. Xiong et al. (2020) showed that gradients are then well scaled from the start, so
`train_seq2seq` can begin with the full learning rate and needs no warm-up.

Nothing here is hybridized. The layers are a few large operators, and one graph of them was
measured to be no faster.
"""

from typing import Any, NamedTuple

import numpy
from mxnet import np
from mxnet.gluon import nn

from .checks import check_ndim, check_size
from .encoder_decoder import Decoder, Encoder
from .multi_head import KeysValues, MultiHeadAttention, key_counts
from .seq2seq import EMBEDDING


class PositionalEncoding(nn.Block):
    """Adds to each vector a code of its position (Vaswani et al., 2017, sec. 3.5).

    With d the length of the vectors, entry 2j of position p is sin(p / 10000^(2j/d)), and entry
    2j + 1 is the cosine of the same angle.

    Args:
        num_hiddens: length of the vectors; even.
        dropout: share of the sums set to zero, in training only.
        max_len: positions that have a code.

    Raises:
        ValueError: `num_hiddens` is odd.
    """

    def __init__(
        self, num_hiddens: int, dropout: float = 0.0, max_len: int = 1000, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if num_hiddens % 2:
            raise ValueError(
                f"num_hiddens is {num_hiddens}, but each angle needs a sine and a cosine: give an "
                "even number."
            )
        frequencies = 10000.0 ** (-numpy.arange(0, num_hiddens, 2) / num_hiddens)
        angles = numpy.outer(numpy.arange(max_len), frequencies)  # (max_len, num_hiddens / 2)
        codes = numpy.stack([numpy.sin(angles), numpy.cos(angles)], axis=-1)
        self.P = np.array(codes.reshape(max_len, num_hiddens), dtype="float32")
        self.dropout = nn.Dropout(dropout)

    def forward(self, X: np.ndarray, start: int = 0) -> np.ndarray:
        """Return X (batch, steps, num_hiddens) plus the codes of positions from `start` on.

        Raises:
            ValueError: X does not fit, or has positions without a code.
        """
        check_ndim("X", X, ("batch", "steps", "num_hiddens"))
        check_size("X", X, self.P.shape[1])
        end = start + X.shape[1]
        if end > len(self.P):
            raise ValueError(
                f"the sequence has {end} positions, but only {len(self.P)} have a code: give "
                "PositionalEncoding a larger max_len, or shorten the sequence."
            )
        return self.dropout(X + self.P[start:end].as_in_ctx(X.ctx))


class EncoderLayer(nn.Block):
    """Self-attention and a feed-forward network, each added to its own input.

    Arguments as in `TransformerEncoder`.
    """

    def __init__(self, num_hiddens: int, ffn_hiddens: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(num_hiddens, num_heads, dropout)
        self.attention_norm = nn.LayerNorm(in_channels=num_hiddens)
        self.ffn = feed_forward(num_hiddens, ffn_hiddens)
        self.ffn_norm = nn.LayerNorm(in_channels=num_hiddens)
        self.dropout = nn.Dropout(dropout)

    def forward(self, X: np.ndarray, lengths: np.ndarray | None) -> np.ndarray:
        """Return (batch, steps, num_hiddens), as X is; `lengths` as `key_counts` gives."""
        Y = self.attention_norm(X)
        own = self.attention.keys_values(Y, Y)
        X = X + self.dropout(self.attention.attend(Y, own, lengths))
        return X + self.dropout(self.ffn(self.ffn_norm(X)))


class DecoderLayer(nn.Block):
    """Self-attention, attention to the memory and a feed-forward network.

    Arguments as in `TransformerDecoder`.
    """

    def __init__(self, num_hiddens: int, ffn_hiddens: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(num_hiddens, num_heads, dropout)
        self.self_norm = nn.LayerNorm(in_channels=num_hiddens)
        self.cross_attention = MultiHeadAttention(num_hiddens, num_heads, dropout)
        self.cross_norm = nn.LayerNorm(in_channels=num_hiddens)
        self.ffn = feed_forward(num_hiddens, ffn_hiddens)
        self.ffn_norm = nn.LayerNorm(in_channels=num_hiddens)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        X: np.ndarray,
        past: KeysValues | None,
        memory: KeysValues,
        own_lengths: np.ndarray,
        memory_lengths: np.ndarray | None,
    ) -> tuple[np.ndarray, KeysValues]:
        """Return (batch, steps, num_hiddens), as X is, and the past with these steps added."""
        Y = self.self_norm(X)
        own = self.self_attention.keys_values(Y, Y)
        past = own if past is None else past.then(own)
        X = X + self.dropout(self.self_attention.attend(Y, past, own_lengths))
        Y = self.cross_norm(X)
        X = X + self.dropout(self.cross_attention.attend(Y, memory, memory_lengths))
        return X + self.dropout(self.ffn(self.ffn_norm(X))), past


def feed_forward(num_hiddens: int, ffn_hiddens: int) -> nn.Sequential:
    """Return two dense layers that treat each position alone (Vaswani et al., 2017, sec. 3.3)."""
    ffn = nn.Sequential()
    ffn.add(
        nn.Dense(ffn_hiddens, activation="relu", flatten=False, in_units=num_hiddens),
        nn.Dense(num_hiddens, flatten=False, in_units=ffn_hiddens),
    )
    return ffn


class TransformerEncoder(Encoder):
    """Embedding, positions and layers of self-attention over the source sentence.

    Args:
        vocab_size: number of source tokens.
        num_hiddens: length of the vector of each position, of its embedding too; even.
        ffn_hiddens: hidden units of the feed-forward networks.
        num_heads: heads of each attention; a divisor of `num_hiddens`.
        num_layers: layers.
        dropout: share of values set to zero, in training only.

    After a call, `self_attention_weights` holds the weights of each layer, (batch, heads, steps,
    steps).
    """

    def __init__(
        self,
        vocab_size: int,
        num_hiddens: int,
        ffn_hiddens: int,
        num_heads: int,
        num_layers: int,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_heads = num_heads
        # Their variance is 1, like that of the codes. The paper draws small embeddings and
        # multiplies them by the square root of their length, to the same effect.
        self.embedding = nn.Embedding(vocab_size, num_hiddens, weight_initializer=EMBEDDING)
        self.positions = PositionalEncoding(num_hiddens, dropout)
        self.layers = nn.Sequential()
        for _ in range(num_layers):
            self.layers.add(EncoderLayer(num_hiddens, ffn_hiddens, num_heads, dropout))
        self.norm = nn.LayerNorm(in_channels=num_hiddens)
        self.self_attention_weights: list[np.ndarray] = []

    def forward(self, X: np.ndarray, valid_len: np.ndarray | None = None, *args: Any) -> np.ndarray:
        """Encode tokens X (batch, steps) as the memory (batch, steps, num_hiddens).

        A padding position has a vector too. It means nothing, and no real position looks at it.
        """
        check_ndim("X", X, ("batch", "steps"))
        batch, steps = X.shape
        lengths = None
        if valid_len is not None:
            lengths = key_counts(valid_len, (batch, steps, steps), self.num_heads)
        X = self.positions(self.embedding(X))  # (batch, steps, num_hiddens)
        for layer in self.layers:
            X = layer(X, lengths)
        self.self_attention_weights = [layer.attention.attention_weights for layer in self.layers]
        return self.norm(X)


class TransformerState(NamedTuple):
    """What a decoder knows before its next step; both lists have one entry for each layer."""

    memory: list[KeysValues]
    """Keys and values of the source positions, projected once for all steps."""
    valid_len: np.ndarray | None
    """(batch,), the number of real source tokens."""
    past: list[KeysValues | None]
    """The *cache*: keys and values of all target positions so far; None before the first."""


class TransformerDecoder(Decoder):
    """Embedding, positions and layers that attend to what is written and to the memory.

    A step looks at itself and at the steps before it, never at later ones. The keys and values of
    a step never change, so the state keeps them: reading tokens one at a time gives the same
    scores as reading them at once.

    Arguments as in `TransformerEncoder`, with the target's vocabulary.

    After a call, these hold the weights of its steps:
        `attention_weights`: attention to the memory in the last layer, the mean of its heads:
            (batch, steps, source steps).
        `cross_attention_weights`: the same of each layer and head: a list of
            (batch, heads, steps, source steps).
        `self_attention_weights`: attention to the target of each layer and head: a list of
            (batch, heads, steps, all steps so far).
    """

    def __init__(
        self,
        vocab_size: int,
        num_hiddens: int,
        ffn_hiddens: int,
        num_heads: int,
        num_layers: int,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.num_hiddens, self.num_heads = num_hiddens, num_heads
        self.embedding = nn.Embedding(vocab_size, num_hiddens, weight_initializer=EMBEDDING)
        self.positions = PositionalEncoding(num_hiddens, dropout)
        self.layers = nn.Sequential()
        for _ in range(num_layers):
            self.layers.add(DecoderLayer(num_hiddens, ffn_hiddens, num_heads, dropout))
        self.norm = nn.LayerNorm(in_channels=num_hiddens)
        self.dense = nn.Dense(vocab_size, flatten=False, in_units=num_hiddens)
        self.cross_attention_weights: list[np.ndarray] = []
        self.self_attention_weights: list[np.ndarray] = []

    def init_state(
        self, enc_outputs: np.ndarray, enc_valid_len: np.ndarray | None = None, *args: Any
    ) -> TransformerState:
        """Return the state before the first step, from the memory (batch, steps, num_hiddens)."""
        check_ndim("enc_outputs", enc_outputs, ("batch", "steps", "num_hiddens"))
        check_size("enc_outputs", enc_outputs, self.num_hiddens)
        memory = [
            layer.cross_attention.keys_values(enc_outputs, enc_outputs) for layer in self.layers
        ]
        return TransformerState(memory, enc_valid_len, [None] * len(memory))

    def forward(
        self, X: np.ndarray, state: TransformerState
    ) -> tuple[np.ndarray, TransformerState]:
        """Read tokens X (batch, steps), which follow those of the state.

        Returns:
            Scores (batch, steps, vocabulary) of what follows each token, and the new state.

        Raises:
            ValueError: X or a valid length does not fit the state.
        """
        check_ndim("X", X, ("batch", "steps"))
        batch, steps = X.shape
        memory_batch, _, source_steps, _ = state.memory[0].keys.shape
        if batch != memory_batch:
            raise ValueError(
                f"X has shape {X.shape}, but the state holds {memory_batch} sentences: give both "
                "the same number of sentences."
            )
        start = 0 if state.past[0] is None else state.past[0].keys.shape[2]
        # The causal mask: a step sees itself and what is before it.
        seen = np.broadcast_to(np.arange(start + 1, start + steps + 1, ctx=X.ctx), X.shape)
        own_lengths = key_counts(seen, (batch, steps, start + steps), self.num_heads)
        memory_lengths = None
        if state.valid_len is not None:
            shape = (batch, steps, source_steps)
            memory_lengths = key_counts(state.valid_len, shape, self.num_heads)
        X = self.positions(self.embedding(X), start)  # (batch, steps, num_hiddens)
        past: list[KeysValues | None] = []
        for layer, before, memory in zip(self.layers, state.past, state.memory, strict=True):
            X, kept = layer(X, before, memory, own_lengths, memory_lengths)
            past.append(kept)
        self.self_attention_weights = [
            layer.self_attention.attention_weights for layer in self.layers
        ]
        self.cross_attention_weights = [
            layer.cross_attention.attention_weights for layer in self.layers
        ]
        self.attention_weights = self.cross_attention_weights[-1].mean(axis=1)
        return self.dense(self.norm(X)), state._replace(past=past)

    def reorder_state(self, state: TransformerState, rows: np.ndarray) -> TransformerState:
        """Return the state of the sentences `rows` (new batch,), in this order."""
        return TransformerState(
            [memory.take(rows) for memory in state.memory],
            None if state.valid_len is None else state.valid_len.take(rows),
            [None if past is None else past.take(rows) for past in state.past],
        )
