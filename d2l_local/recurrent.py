"""LSTM layers whose state stops at the end of each sentence.

Chapter 03 builds the same computation as a loop that can be read line by line; a test proves
that the two agree.
"""

from typing import Any

from mxnet import init, np
from mxnet.gluon import nn

from .checks import check_ndim, check_size, check_state
from .graph import last, lengths, mask, ones_beside, parts

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
        outputs, h, c = super().forward(X, *state, lengths(valid_len, (batch, steps), X.ctx))
        return outputs, [h, c]

    def hybrid_forward(
        self,
        F: Any,
        X: Any,
        h: Any,
        c: Any,
        valid_len: Any,
        padding_column: Any,
        **weights: Any,
    ) -> tuple[Any, Any, Any]:
        return self.compute(F, X, h, c, list(weights.values()), valid_len, padding_column)

    def compute(
        self,
        F: Any,
        X: Any,
        h: Any,
        c: Any,
        weights: list[Any],
        valid_len: Any = None,
        padding_column: Any = None,
    ) -> tuple[Any, Any, Any]:
        """Return the outputs and the last h and c, as a part of any graph.

        Args:
            F: the operators.
            X: (steps, batch, input).
            h, c: (layers, batch, hidden).
            weights: W, U and b of each layer in turn.
            valid_len: (batch,); None if all sentences are as long as the batch.
            padding_column: the constant of this name, if there is `valid_len`.
        """
        padded = valid_len is not None
        if padded:
            after_end = 1 - mask(F, ones_beside(F, X), valid_len)  # (steps, batch, 1)
        runs = pack(F, weights, padding_column, together=not padded and self.dropout == 0)
        states = zip(parts(F, h, len(runs)), parts(F, c, len(runs)), strict=True)
        last_h, last_c = [], []
        for number, (packed, (h_0, c_0)) in enumerate(zip(runs, states, strict=True)):
            if number > 0 and self.dropout > 0:
                X = F.npx.dropout(X, p=self.dropout)
            if padded:
                # The extra input is 1 after the end. Its fixed weights shut the input gate and
                # open the forget gate, so the fused operator itself leaves the cell as it was.
                X = F.np.concatenate([X, after_end], axis=-1)
            X, h_n, c_n = run(F, X, h_0, c_0, packed, self.hidden_size, self.num_layers, len(runs))
            if padded:  # a sentence without words keeps the state it started from
                h_n = last(F, F.np.concatenate([h_0, X]), valid_len + 1)
                h_n = h_n.reshape(1, -1, self.hidden_size)  # (1, batch, hidden)
            last_h.append(h_n)
            last_c.append(c_n)
        if padded:
            X = mask(F, X, valid_len)
        return X, F.np.concatenate(last_h), F.np.concatenate(last_c)

    def weights(self, ctx: Any) -> list[np.ndarray]:
        """Return W, U and b of each layer in turn, as `pack` takes them."""
        constant = self.padding_column.name
        return [p.data(ctx) for p in self.params.values() if p.name != constant]


def pack(
    F: Any, weights: list[Any], padding_column: Any = None, together: bool = False
) -> list[Any]:
    """Return W, U and b of the layers as vectors, each for one call of the fused operator.

    Args:
        F: the operators.
        weights: W, U and b of each layer in turn.
        padding_column: appended to each W, if given.
        together: one call for all layers. Nothing can happen between them then.
    """
    matrices, biases = [], []
    for W, U, b in zip(weights[::3], weights[1::3], weights[2::3], strict=True):
        if padding_column is not None:
            W = F.np.concatenate([W, padding_column], axis=1)
        matrices.append([W.reshape(-1), U.reshape(-1)])
        biases.append([b, F.np.zeros_like(b)])  # the operator adds two; the formula has one
    if together:
        matrices, biases = [sum(matrices, [])], [sum(biases, [])]
    return [F.np.concatenate([*m, *b]) for m, b in zip(matrices, biases, strict=True)]


def run(
    F: Any, X: Any, h: Any, c: Any, packed: Any, hidden_size: int, num_layers: int, num_runs: int
) -> tuple[Any, Any, Any]:
    """Run one of `num_runs` parts of the layers by MXNet's fused operator.

    It is the fastest there is even for one step, and one call is faster than one for each layer.
    """
    outputs, h, c = F.npx.rnn(
        data=X,
        parameters=packed,
        state=h,
        state_cell=c,
        mode="lstm",
        state_size=hidden_size,
        num_layers=num_layers // num_runs,
        state_outputs=True,
        p=0.0,
    )
    return outputs, h, c
