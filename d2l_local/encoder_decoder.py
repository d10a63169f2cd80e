"""The encoder–decoder architecture: two interfaces and their composition (chapter 02)."""

from typing import Any

from mxnet import np
from mxnet.gluon import nn


class Encoder(nn.Block):
    """Turns a source sequence of any length into outputs that a decoder can start from."""

    def forward(self, X: np.ndarray, valid_len: np.ndarray | None = None, *args: Any) -> Any:
        """Encode token indices X (batch, steps) of which `valid_len` (batch,) are real."""
        raise NotImplementedError(
            f"{type(self).__name__} needs a method forward(X, valid_len, *args)."
        )


class Decoder(nn.Block):
    """Turns a state into a target sequence, one or more steps at a time.

    A decoder with attention leaves the weights of its last call in `attention_weights`
    (batch, target steps, source steps); other decoders leave it None.
    """

    attention_weights: np.ndarray | None = None

    def init_state(
        self, enc_outputs: Any, enc_valid_len: np.ndarray | None = None, *args: Any
    ) -> Any:
        """Return the state before the first step, made of what the encoder gave."""
        raise NotImplementedError(
            f"{type(self).__name__} needs a method init_state(enc_outputs, enc_valid_len, *args)."
        )

    def forward(self, X: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """Read tokens X (batch, steps); return scores (batch, steps, vocabulary) and state."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(X, state).")

    def reorder_state(self, state: Any, rows: np.ndarray) -> Any:
        """Return the state of the sentences `rows` of the batch, in this order.

        Beam search keeps several hypotheses of a sentence and drops others: `rows` (new batch,)
        holds integers, and a row may occur again or not at all. Greedy search needs no such method.
        """
        raise NotImplementedError(
            f"{type(self).__name__} needs a method reorder_state(state, rows) for beam search."
        )


class EncoderDecoder(nn.Block):
    """An encoder and a decoder as one model, as used in training (teacher forcing)."""

    def __init__(self, encoder: nn.Block, decoder: nn.Block, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder

    def forward(
        self, enc_X: np.ndarray, dec_X: np.ndarray, enc_valid_len: Any = None, *args: Any
    ) -> tuple[np.ndarray, Any]:
        """Return the decoder's scores (batch, target steps, vocabulary) and its last state.

        Args:
            enc_X: source tokens (batch, source steps).
            dec_X: target tokens, shifted right by one, (batch, target steps).
            enc_valid_len: (batch,), the number of real source tokens.
        """
        enc_outputs = self.encoder(enc_X, enc_valid_len, *args)
        return self.decoder(dec_X, self.decoder.init_state(enc_outputs, enc_valid_len, *args))
