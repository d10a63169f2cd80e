"""The two translators: an LSTM encoder–decoder without (chapter 03) and with attention (05)."""

from typing import Any

from mxnet import init, np
from mxnet.gluon import nn

from .attention import AdditiveAttention
from .checks import check_ndim, check_state
from .encoder_decoder import Decoder, Encoder
from .graph import Graph, Unrolled, embed, lengths, project, reverse
from .recurrent import LSTM
from .unrolled import attention_steps

# Xavier's rule draws very small embeddings for a large vocabulary, and the first epochs are spent
# on making them grow. Measured on 1,000 pairs: 0.43 nats per token instead of 0.81 after 100.
EMBEDDING = init.Normal(1.0)


class Seq2SeqEncoder(Encoder):
    """Embedding and LSTM layers over the source sentence (Sutskever et al., 2014).

    Args:
        vocab_size: number of source tokens.
        embed_size: length of an embedding.
        num_hiddens: hidden units in each layer.
        num_layers: LSTM layers.
        dropout: share of values set to zero between layers, in training only.
    """

    def __init__(
        self,
        vocab_size: int,
        embed_size: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(vocab_size, embed_size, weight_initializer=EMBEDDING)
        self.rnn = LSTM(embed_size, num_hiddens, num_layers, dropout)
        self.graph = Graph(self.compute)

    def forward(
        self, X: np.ndarray, valid_len: np.ndarray | None = None, *args: Any
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Encode tokens X (batch, steps).

        Returns:
            Outputs of the top layer (steps, batch, hidden), zero on padding, and the state
            [h, c], each (layers, batch, hidden), after each sentence's last real token.
        """
        outputs, h, c = self.graph(self.inputs(X, valid_len), self.weights(X.ctx))
        return outputs, [h, c]

    def inputs(self, X: np.ndarray, valid_len: np.ndarray | None) -> list[np.ndarray]:
        """Return what `compute` reads besides the weights; the valid lengths come last."""
        check_ndim("X", X, ("batch", "steps"))
        state = self.rnn.begin_state(len(X), X.ctx)
        return [X, *state, lengths(valid_len, X.shape, X.ctx)]

    def weights(self, ctx: Any) -> list[np.ndarray]:
        """Return the parameters that `compute` reads."""
        column = self.rnn.padding_column.data(ctx)
        return [self.embedding.weight.data(ctx), column, *self.rnn.weights(ctx)]

    def compute(self, F: Any, inputs: list[Any], weights: list[Any]) -> tuple[Any, Any, Any]:
        """Return the outputs (steps, batch, hidden), h and c, as a part of any graph."""
        X, h, c, valid_len = inputs
        embedding, column, *rest = weights
        X = embed(F, X, self.embedding, embedding)
        return self.rnn.compute(F, X, h, c, rest, valid_len, column)


class BidirectionalEncoder(Encoder):
    """An encoder that reads the sentence in both directions (Schuster & Paliwal, 1997).

    Half of the hidden units read from left to right, half from right to left, so each output
    knows the words on both sides of its own. It takes the place of `Seq2SeqEncoder`: arguments
    and results have the same meaning and shapes.

    Raises:
        ValueError: `num_hiddens` is odd.
    """

    def __init__(
        self,
        vocab_size: int,
        embed_size: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if num_hiddens % 2:
            raise ValueError(
                f"num_hiddens is {num_hiddens}, but each direction gets half of the units: give "
                "an even number."
            )
        self.embedding = nn.Embedding(vocab_size, embed_size, weight_initializer=EMBEDDING)
        self.rightward = LSTM(embed_size, num_hiddens // 2, num_layers, dropout)
        self.leftward = LSTM(embed_size, num_hiddens // 2, num_layers, dropout)
        self.graph = Graph(self.compute)

    def forward(
        self, X: np.ndarray, valid_len: np.ndarray | None = None, *args: Any
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Encode tokens X (batch, steps); return as `Seq2SeqEncoder` does.

        The state [h, c] of the leftward half is the one after the sentence's first token.
        """
        outputs, h, c = self.graph(self.inputs(X, valid_len), self.weights(X.ctx))
        return outputs, [h, c]

    def inputs(self, X: np.ndarray, valid_len: np.ndarray | None) -> list[np.ndarray]:
        """Return what `compute` reads besides the weights; the valid lengths come last."""
        check_ndim("X", X, ("batch", "steps"))
        state = self.rightward.begin_state(len(X), X.ctx)
        return [X, *state, lengths(valid_len, X.shape, X.ctx)]

    def weights(self, ctx: Any) -> list[np.ndarray]:
        """Return the parameters that `compute` reads."""
        right, left = self.rightward.weights(ctx), self.leftward.weights(ctx)
        column = self.rightward.padding_column.data(ctx)
        return [self.embedding.weight.data(ctx), column, *right, *left]

    def compute(self, F: Any, inputs: list[Any], weights: list[Any]) -> tuple[Any, Any, Any]:
        """Return the outputs (steps, batch, hidden), h and c, as a part of any graph."""
        X, h, c, valid_len = inputs
        embedding, column, *rest = weights
        X, half = embed(F, X, self.embedding, embedding), len(rest) // 2
        right, *right_state = self.rightward.compute(F, X, h, c, rest[:half], valid_len, column)
        X = reverse(F, X, valid_len)
        left, *left_state = self.leftward.compute(F, X, h, c, rest[half:], valid_len, column)
        pairs = [(right, reverse(F, left, valid_len)), *zip(right_state, left_state, strict=True)]
        outputs, h, c = (F.np.concatenate(pair, axis=-1) for pair in pairs)
        return outputs, h, c


class Seq2SeqDecoder(Decoder):
    """Embedding, LSTM layers and a dense layer over the target sentence, without attention.

    All it knows of the source sentence is the encoder's last state. Arguments as in
    `Seq2SeqEncoder`, with the target's vocabulary.
    """

    def __init__(
        self,
        vocab_size: int,
        embed_size: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(vocab_size, embed_size, weight_initializer=EMBEDDING)
        self.rnn = LSTM(embed_size, num_hiddens, num_layers, dropout)
        self.dense = nn.Dense(vocab_size, flatten=False, in_units=num_hiddens)
        self.graph = Unrolled(self.compute)

    def init_state(
        self, enc_outputs: Any, enc_valid_len: np.ndarray | None = None, *args: Any
    ) -> list[np.ndarray]:
        """Return the encoder's state [h, c], each (layers, batch, hidden)."""
        _, state = enc_outputs
        return state

    def forward(
        self, X: np.ndarray, state: list[np.ndarray]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Read tokens X (batch, steps); return scores (batch, steps, vocabulary) and state."""
        check_ndim("X", X, ("batch", "steps"))
        batch, steps = X.shape
        check_state(state, self.rnn.num_layers, batch, self.rnn.hidden_size)
        scores, h, c = self.graph(steps, X, [None, *state, None], self.weights(X.ctx))
        return scores, [h, c]

    def weights(self, ctx: Any) -> list[np.ndarray]:
        """Return the parameters that `compute` reads."""
        own = (self.embedding.weight, self.dense.weight, self.dense.bias)
        return [*(p.data(ctx) for p in own), *self.rnn.weights(ctx)]

    def compute(
        self, F: Any, num_steps: int, X: Any, state: list[Any], weights: list[Any]
    ) -> tuple[Any, Any, Any]:
        """Return the scores (batch, steps, vocabulary), h and c, as a part of any graph.

        Args:
            F: the operators.
            num_steps: the number of target tokens.
            X: (batch, steps).
            state: encoder outputs (batch, steps, hidden), h, c and source lengths.
            weights: those of `weights`.
        """
        _, h, c, _ = state
        embedding, W, b, *rest = weights
        X = embed(F, X, self.embedding, embedding)
        outputs, h, c = self.rnn.compute(F, X, h, c, rest)
        return project(F, outputs, W, b, self.dense), h, c

    def reorder_state(self, state: list[np.ndarray], rows: np.ndarray) -> list[np.ndarray]:
        """Return the state of the sentences `rows` (new batch,), in this order."""
        return [part.take(rows, axis=1) for part in state]


class Seq2SeqAttentionDecoder(Decoder):
    """An LSTM decoder that looks at all encoder outputs before each step.

    The query is the top layer's hidden state after the previous step, as in Bahdanau et al.
    (2015), eq. 4 to 6; keys and values are the encoder outputs. The context is concatenated
    with the input embedding. Chapter 05 builds the same computation step by step.

    Arguments as in `Seq2SeqEncoder`, with the target's vocabulary.
    """

    separate_tanh = False

    def __init__(
        self,
        vocab_size: int,
        embed_size: int,
        num_hiddens: int,
        num_layers: int,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.attention = AdditiveAttention(
            num_hiddens, dropout, query_size=num_hiddens, key_size=num_hiddens
        )
        self.embedding = nn.Embedding(vocab_size, embed_size, weight_initializer=EMBEDDING)
        self.rnn = LSTM(num_hiddens + embed_size, num_hiddens, num_layers, dropout)
        self.dense = nn.Dense(vocab_size, flatten=False, in_units=num_hiddens)
        self.graph = Unrolled(self.compute)

    def init_state(
        self, enc_outputs: Any, enc_valid_len: np.ndarray | None = None, *args: Any
    ) -> list[Any]:
        """Return [encoder outputs (batch, steps, hidden), state [h, c], valid lengths]."""
        outputs, state = enc_outputs
        return [outputs.swapaxes(0, 1), state, enc_valid_len]

    def forward(self, X: np.ndarray, state: list[Any]) -> tuple[np.ndarray, list[Any]]:
        """Read tokens X (batch, steps); return scores (batch, steps, vocabulary) and state.

        Afterwards `attention_weights` holds the weights (batch, steps, source steps).
        """
        check_ndim("X", X, ("batch", "steps"))
        memory, (h, c), valid_len = state
        check_state([h, c], self.rnn.num_layers, len(X), self.rnn.hidden_size)
        real = lengths(valid_len, memory.shape[:2], X.ctx)
        scores, h, c, self.attention_weights = self.graph(
            X.shape[1], X, [memory, h, c, real], self.weights(X.ctx)
        )
        return scores, [memory, [h, c], valid_len]

    def weights(self, ctx: Any) -> list[np.ndarray]:
        """Return the parameters that `compute` reads."""
        attention = self.attention
        layers = (self.embedding, self.dense, attention.W_q, attention.W_k, attention.v)
        own = [layer.weight.data(ctx) for layer in layers]
        return [*own, self.dense.bias.data(ctx), *self.rnn.weights(ctx)]

    def compute(
        self, F: Any, num_steps: int, X: Any, state: list[Any], weights: list[Any]
    ) -> tuple[Any, Any, Any, Any]:
        """Return scores, h, c and attention weights, as a part of any graph."""
        memory, h, c, valid_len = state
        embedding, W, W_q, W_k, v, b, *rest = weights
        outputs, attention, h, c = attention_steps(
            F, embed(F, X, self.embedding, embedding), h, c, memory, valid_len, W_q, W_k, v, rest,
            num_steps, self.rnn.hidden_size, self.rnn.dropout, self.separate_tanh,
        )  # fmt: skip
        return project(F, outputs, W, b, self.dense), h, c, attention

    def reorder_state(self, state: list[Any], rows: np.ndarray) -> list[Any]:
        """Return the state of the sentences `rows` (new batch,), in this order."""
        memory, (h, c), valid_len = state
        return [
            memory.take(rows, axis=0),
            [h.take(rows, axis=1), c.take(rows, axis=1)],
            None if valid_len is None else valid_len.take(rows),
        ]


class SeparateTanhDecoder(Seq2SeqAttentionDecoder):
    """A mistake kept for measurement: the decoder above with the faulty scores of chapter 04.

    v·(tanh(W_q q) + tanh(W_k k)) in place of v·tanh(W_q q + W_k k). The softmax cancels the
    query's term, so every step gets the same weights: a fixed mean of the encoder outputs.
    Chapter 07 measures what that costs.
    """

    separate_tanh = True
