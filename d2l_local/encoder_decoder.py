"""The encoder–decoder architecture: two interfaces and their composition (chapter 02)."""

from typing import Any

from mxnet import np
from mxnet.gluon import nn

from .graph import Unrolled, lengths
from .loss import cost_of_scores, masked_cross_entropy


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
        self.graph = Unrolled(self._cost)

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

    def cost(
        self,
        enc_X: np.ndarray,
        dec_X: np.ndarray,
        label: np.ndarray,
        enc_valid_len: np.ndarray,
        valid_len: np.ndarray,
    ) -> np.ndarray:
        """Return what `MaskedSoftmaxCELoss` says of the model's scores: nats, (batch,).

        If both parts have a method `compute`, all of it is one graph (chapter 09).

        Args:
            enc_X, dec_X, enc_valid_len: as in `forward`.
            label: the tokens that should follow those of dec_X, (batch, target steps).
            valid_len: (batch,), the number of real tokens in each row of `label`.
        """
        encoder, decoder = self.encoder, self.decoder
        if not (hasattr(encoder, "compute") and hasattr(decoder, "compute")):
            return cost_of_scores(self, enc_X, dec_X, label, enc_valid_len, valid_len)
        ctx = enc_X.ctx
        return self.graph(
            dec_X.shape[1],
            encoder.inputs(enc_X, enc_valid_len),
            encoder.weights(ctx),
            dec_X,
            decoder.weights(ctx),
            label,
            lengths(valid_len, label.shape, ctx),
        )

    def _cost(
        self,
        F: Any,
        num_steps: int,
        enc_inputs: list[Any],
        enc_weights: list[Any],
        dec_X: Any,
        dec_weights: list[Any],
        label: Any,
        valid_len: Any,
    ) -> Any:
        outputs, h, c = self.encoder.compute(F, enc_inputs, enc_weights)
        memory = F.np.swapaxes(outputs, 0, 1)  # (batch, source steps, hidden)
        state = [memory, h, c, enc_inputs[-1]]
        scores, *_ = self.decoder.compute(F, num_steps, dec_X, state, dec_weights)
        return masked_cross_entropy(F, scores, label, valid_len)
