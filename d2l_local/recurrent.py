"""LSTM layers whose state stops at the end of each sentence.

Chapter 03 builds the same computation as a loop that can be read line by line; a test proves
that the two agree.
"""

from typing import Any

import numpy
from mxnet import init, np
from mxnet.gluon import nn

from .checks import check_ndim, check_size, check_state, check_valid_len

SATURATED = 1e6  # sigmoid(-1e6) and sigmoid(1e6) are 0 and 1, whatever else the gate adds


class LSTM(nn.HybridBlock):
    """A stack of LSTM layers over time-major input (Hochreiter & Schmidhuber, 1997).

    With the gates i, f, g, o stacked in this order in the rows of W, U and b:

        [i; f; g; o] = W x_t + U h_{t-1} + b
        c_t = σ(f) c_{t-1} + σ(i) tanh(g),    h_t = σ(o) tanh(c_t)

    The state of a sentence stays what it was once the sentence is over. MXNet 1.9.1 has an
    option for this, `use_sequence_length`, and ignores it on CPU; it ignores dropout between
    layers there too. This class does both.

    Args:
        input_size: length of each input vector.
        hidden_size: number of hidden units in each layer.
        num_layers: number of layers.
        dropout: share of the values set to zero between layers, in training only.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.input_size, self.hidden_size = input_size, hidden_size
        self.num_layers, self.dropout = num_layers, dropout
        rows = 4 * hidden_size
        # A forget gate that starts open lets gradients through (Jozefowicz et al., 2015).
        open_gate = init.LSTMBias(forget_bias=1.0)
        for layer in range(num_layers):
            columns = input_size if layer == 0 else hidden_size
            shapes = {"W": (rows, columns), "U": (rows, hidden_size), "b": (rows,)}
            for letter, shape in shapes.items():
                initial = open_gate if letter == "b" else None
                parameter = self.params.get(f"{letter}{layer}", shape=shape, init=initial)
                setattr(self, f"{letter}{layer}", parameter)
        shut, idle = np.full((hidden_size, 1), -SATURATED), np.zeros((hidden_size, 1))
        self.padding_column = self.params.get_constant(
            "padding_column", np.concatenate([shut, -shut, idle, idle])
        )
        # One graph for all steps, not one operator at a time. Planning its memory for each shape
        # (static_alloc) gains nothing here, costs gigabytes where sentences have many lengths, and
        # such a graph goes on writing gradients into arrays that the model has given up.
        self.hybridize()

    def begin_state(self, batch_size: int, ctx: Any) -> list[np.ndarray]:
        """Return the zero state [h, c], each (layers, batch, hidden)."""
        shape = (self.num_layers, batch_size, self.hidden_size)
        return [np.zeros(shape, ctx=ctx), np.zeros(shape, ctx=ctx)]

    def forward(
        self,
        X: np.ndarray,
        state: list[np.ndarray] | None = None,
        valid_len: np.ndarray | None = None,
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Run over all steps.

        Args:
            X: (steps, batch, input).
            state: [h, c], each (layers, batch, hidden); zeros if None.
            valid_len: (batch,), the number of real steps of each sentence; all if None.

        Returns:
            The outputs of the top layer (steps, batch, hidden), zero after a sentence's end, and
            the state [h, c] after each sentence's last real step.

        Raises:
            ValueError: an array's shape or a valid length does not fit.
        """
        check_ndim("X", X, ("steps", "batch", "input"))
        check_size("X", X, self.input_size)
        steps, batch, _ = X.shape
        state = self.begin_state(batch, X.ctx) if state is None else state
        check_state(state, self.num_layers, batch, self.hidden_size)
        outputs, h, c = super().forward(
            X, *state, *self.padding(steps, batch, valid_len, X.ctx)[:2]
        )
        return outputs, [h, c]

    def hybrid_forward(
        self,
        F: Any,
        X: Any,
        h: Any,
        c: Any,
        after_end: Any,
        at_end: Any,
        padding_column: Any,
        **weights: Any,
    ) -> tuple[Any, Any, Any]:
        padding = [after_end, at_end, padding_column]
        return self.compute(F, X, h, c, list(weights.values()), padding)

    def compute(
        self, F: Any, X: Any, h: Any, c: Any, weights: list[Any], padding: list[Any] | None = None
    ) -> tuple[Any, Any, Any]:
        """Return the outputs and the last h and c, as a part of any graph.

        Args:
            F: the operators.
            X: (steps, batch, input).
            h, c: (layers, batch, hidden).
            weights: W, U and b of each layer in turn.
            padding: 1 after each sentence's end, 1 at its last real step, both (steps, batch, 1),
                and the padding column; None if all sentences are as long as the batch.
        """
        nothing: list[Any] = [None, None, None]
        after_end, at_end, column = padding or nothing
        last_h, last_c = [], []
        for layer, packed in enumerate(pack(F, weights, column)):
            h_0 = layer_slice(F, h, layer)  # (1, batch, hidden)
            if padding:
                # The extra input is 1 after the end. Its fixed weights shut the input gate and
                # open the forget gate, so the fused operator itself leaves the cell as it was.
                X = F.np.concatenate([X, after_end], axis=-1)
            X, h_n, c_n = run_layer(F, X, h_0, layer_slice(F, c, layer), packed, self.hidden_size)
            if padding:
                never_ran = 1 - F.np.sum(at_end, axis=0, keepdims=True)  # (1, batch, 1)
                h_n = F.np.sum(X * at_end, axis=0, keepdims=True) + h_0 * never_ran
            last_h.append(h_n)
            last_c.append(c_n)
            if self.dropout > 0 and layer < self.num_layers - 1:
                X = F.npx.dropout(X, p=self.dropout)
        if padding:
            X = X * (1 - after_end)
        return X, F.np.concatenate(last_h), F.np.concatenate(last_c)

    def padding(
        self, steps: int, batch: int, valid_len: np.ndarray | None, ctx: Any
    ) -> list[np.ndarray]:
        """Return what `compute` must know of the padding: two masks, and the padding column.

        Raises:
            ValueError: a valid length is out of range, or there is not one for each sentence.
        """
        lengths = numpy.full(batch, steps)
        if valid_len is not None:
            check_valid_len(valid_len, (batch,), steps)
            lengths = valid_len.asnumpy()
        step = numpy.arange(steps).reshape(-1, 1, 1)  # (steps, 1, 1)
        after_end = step >= lengths.reshape(1, -1, 1)  # (steps, batch, 1)
        at_end = step == lengths.reshape(1, -1, 1) - 1  # (steps, batch, 1)
        masks = [np.array(mask, dtype="float32", ctx=ctx) for mask in (after_end, at_end)]
        return [*masks, self.padding_column.data(ctx)]

    def weights(self, ctx: Any) -> list[np.ndarray]:
        """Return W, U and b of each layer in turn, as `pack` takes them."""
        constant = self.padding_column.name
        return [p.data(ctx) for p in self.params.values() if p.name != constant]


def pack(F: Any, weights: list[Any], padding_column: Any = None) -> list[Any]:
    """Return each layer's W, U and b as the one vector that the fused operator reads."""
    packed = []
    for W, U, b in zip(weights[::3], weights[1::3], weights[2::3], strict=True):
        if padding_column is not None:
            W = F.np.concatenate([W, padding_column], axis=1)
        # The operator adds two biases; the formula has one.
        parts = [W.reshape(-1), U.reshape(-1), b, F.np.zeros_like(b)]
        packed.append(F.np.concatenate(parts))
    return packed


def run_layer(
    F: Any, X: Any, h: Any, c: Any, packed: Any, hidden_size: int
) -> tuple[Any, Any, Any]:
    """Run one layer by MXNet's fused operator, the fastest there is even for one step."""
    outputs, h, c = F.npx.rnn(
        data=X,
        parameters=packed,
        state=h,
        state_cell=c,
        mode="lstm",
        state_size=hidden_size,
        num_layers=1,
        state_outputs=True,
        p=0.0,
    )
    return outputs, h, c


def layer_slice(F: Any, state: Any, layer: int) -> Any:
    """Return one layer of a state (layers, batch, hidden) as (1, batch, hidden)."""
    return F.npx.slice(state, begin=(layer, None, None), end=(layer + 1, None, None))
