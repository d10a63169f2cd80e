"""The two translators: an LSTM encoder–decoder without (chapter 03) and with attention (05)."""

from typing import Any

import mxnet as mx
from mxnet import init, np
from mxnet.gluon import nn

from .attention import AdditiveAttention, valid_mask
from .checks import check_ndim, check_state
from .encoder_decoder import Decoder, Encoder
from .recurrent import LSTM
from .unrolled import unrolled_steps

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

    def forward(
        self, X: np.ndarray, valid_len: np.ndarray | None = None, *args: Any
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Encode tokens X (batch, steps).

        Returns:
            Outputs of the top layer (steps, batch, hidden), zero on padding, and the state
            [h, c], each (layers, batch, hidden), after each sentence's last real token.
        """
        check_ndim("X", X, ("batch", "steps"))
        X = self.embedding(X).swapaxes(0, 1)  # (steps, batch, embed)
        return self.rnn(X, None, valid_len)


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

    def forward(
        self, X: np.ndarray, valid_len: np.ndarray | None = None, *args: Any
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Encode tokens X (batch, steps); return as `Seq2SeqEncoder` does.

        The state [h, c] of the leftward half is the one after the sentence's first token.
        """
        check_ndim("X", X, ("batch", "steps"))
        if valid_len is None:
            valid_len = np.full((X.shape[0],), X.shape[1], ctx=X.ctx)
        X = self.embedding(X).swapaxes(0, 1)  # (steps, batch, embed)
        right, right_state = self.rightward(X, None, valid_len)
        left, left_state = self.leftward(reverse(X, valid_len), None, valid_len)
        outputs = np.concatenate([right, reverse(left, valid_len)], axis=-1)
        state = [
            np.concatenate(pair, axis=-1) for pair in zip(right_state, left_state, strict=True)
        ]
        return outputs, state


def reverse(X: np.ndarray, valid_len: np.ndarray) -> np.ndarray:
    """Return X (steps, batch, size) with the real steps of each sentence in reverse order."""
    return mx.nd.SequenceReverse(
        X.as_nd_ndarray(),
        valid_len.astype("float32").as_nd_ndarray(),
        use_sequence_length=True,
    ).as_np_ndarray()


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
        X = self.embedding(X).swapaxes(0, 1)  # (steps, batch, embed)
        outputs, state = self.rnn(X, state)
        return self.dense(outputs.swapaxes(0, 1)), state

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
        batch, source_steps, _ = memory.shape
        check_state([h, c], self.rnn.num_layers, len(X), self.rnn.hidden_size)
        X = self.embedding(X).swapaxes(0, 1)  # (steps, batch, embed)
        # What does not depend on the step is computed once: the projected keys and the mask.
        keys = self.attention.W_k(memory)  # (batch, source steps, units)
        ones = np.ones((batch, source_steps, 1), ctx=X.ctx)
        mask = ones.swapaxes(1, 2)  # (batch, 1, source steps)
        if valid_len is not None:
            mask = valid_mask(valid_len, mask.shape)
        W_q, v = (layer.weight.data(X.ctx) for layer in (self.attention.W_q, self.attention.v))
        inputs = [X, h, c, memory, keys, mask, ones, W_q, v, *self.rnn.weights(X.ctx)]
        rnn = self.rnn
        steps = unrolled_steps(
            len(X), rnn.num_layers, rnn.hidden_size, rnn.dropout, self.separate_tanh
        )
        outputs, weights, h, c = steps(*inputs)
        self.attention_weights = weights
        return self.dense(outputs.swapaxes(0, 1)), [memory, [h, c], valid_len]

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
