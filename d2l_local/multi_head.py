"""Multi-head attention, whose projected keys and values can be kept (chapter 08)."""

import math
from typing import Any, NamedTuple

from mxnet import np, npx
from mxnet.gluon import nn

from .checks import check_at_least, check_ndim, check_size, check_valid_len


class KeysValues(NamedTuple):
    """Keys and values of all heads, each (batch, heads, positions, size of a head)."""

    keys: np.ndarray
    values: np.ndarray

    def then(self, other: "KeysValues") -> "KeysValues":
        """Return these positions followed by the other ones."""
        pairs = zip(self, other, strict=True)
        return KeysValues(*(np.concatenate(pair, axis=2) for pair in pairs))

    def take(self, rows: np.ndarray) -> "KeysValues":
        """Return the sentences `rows` (new batch,), in this order."""
        return KeysValues(*(part.take(rows, axis=0) for part in self))


class MultiHeadAttention(nn.Block):
    """Several scaled dot-product attentions side by side (Vaswani et al., 2017, sec. 3.2.2).

    Each head has projections of its own to vectors of length d = num_hiddens / num_heads:

        head_i = softmax((W_q^i q) (W_k^i k)ᵀ / √d) W_v^i v,    output = W_o [head_1; …; head_h]

    The rows of `W_q`, `W_k` and `W_v` hold the heads one after the other, and all heads are
    computed by one product.

    Args:
        num_hiddens: length of the queries, keys, values and outputs.
        num_heads: number of heads; a divisor of `num_hiddens`.
        dropout: share of the weights set to zero, in training only.

    After a call, `attention_weights` holds the weights (batch, heads, queries, keys).

    Raises:
        ValueError: `num_hiddens` is not a multiple of `num_heads`.
    """

    def __init__(
        self, num_hiddens: int, num_heads: int, dropout: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        check_at_least("num_heads", num_heads, 1)
        if num_hiddens % num_heads:
            raise ValueError(
                f"num_hiddens is {num_hiddens} and num_heads {num_heads}, but each head gets an "
                "equal share: give a multiple of the number of heads."
            )
        self.num_hiddens, self.num_heads = num_hiddens, num_heads
        self.W_q, self.W_k, self.W_v, self.W_o = (
            nn.Dense(num_hiddens, use_bias=False, flatten=False, in_units=num_hiddens)
            for _ in range(4)
        )
        self.dropout = nn.Dropout(dropout)
        self.attention_weights: np.ndarray | None = None

    def forward(
        self,
        query: np.ndarray,
        key: np.ndarray,
        value: np.ndarray,
        valid_len: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return the outputs (batch, queries, num_hiddens).

        Args:
            query: (batch, queries, num_hiddens).
            key, value: (batch, keys, num_hiddens).
            valid_len: how many keys, counted from the first, a query may look at: (batch,), or
                (batch, queries); all if None. A query of valid length 0 has weights of 0.

        Raises:
            ValueError: the shapes don't fit each other, or a valid length is out of range.
        """
        for name, array in (("query", query), ("key", key), ("value", value)):
            check_ndim(name, array, ("batch", "positions", "num_hiddens"))
            check_size(name, array, self.num_hiddens)
        if key.shape != value.shape or key.shape[0] != query.shape[0]:
            raise ValueError(
                f"query has shape {query.shape}, key {key.shape} and value {value.shape}: the "
                "first axis, the batch, must agree, and each key needs its value."
            )
        shape = (*query.shape[:2], key.shape[1])
        lengths = None if valid_len is None else key_counts(valid_len, shape, self.num_heads)
        return self.attend(query, self.keys_values(key, value), lengths)

    def keys_values(self, key: np.ndarray, value: np.ndarray) -> KeysValues:
        """Return the projected keys and values of all heads, which a decoder keeps."""
        return KeysValues(self._split(self.W_k(key)), self._split(self.W_v(value)))

    def attend(
        self, query: np.ndarray, keys_values: KeysValues, lengths: np.ndarray | None
    ) -> np.ndarray:
        """Return the outputs for projected keys and values; `lengths` as `key_counts` gives."""
        query, keys, values = (
            array.reshape(-1, *array.shape[2:])  # (batch * heads, positions, size of a head)
            for array in (self._split(self.W_q(query)), *keys_values)
        )
        scores = npx.batch_dot(query, keys, transpose_b=True) / math.sqrt(query.shape[-1])
        # Exactly 0 beyond the length, like masked_softmax, with an operator that is 5 times faster.
        masked = {} if lengths is None else {"length": lengths, "use_length": True}
        weights = npx.softmax(scores, axis=-1, **masked)  # (batch * heads, queries, keys)
        self.attention_weights = weights.reshape(-1, self.num_heads, *weights.shape[1:])
        heads = npx.batch_dot(self.dropout(weights), values)
        heads = heads.reshape(-1, self.num_heads, *heads.shape[1:]).swapaxes(1, 2)
        return self.W_o(heads.reshape(*heads.shape[:2], -1))

    def _split(self, X: np.ndarray) -> np.ndarray:
        """Return X (batch, positions, num_hiddens) as (batch, heads, positions, size of a head)."""
        return X.reshape(*X.shape[:2], self.num_heads, -1).swapaxes(1, 2)


def key_counts(valid_len: np.ndarray, shape: tuple[int, int, int], num_heads: int) -> np.ndarray:
    """Return how many keys each query of each head may look at: (batch * heads, queries).

    Args:
        valid_len: (batch,) or (batch, queries).
        shape: (batch, queries, keys).

    Raises:
        ValueError: `valid_len` has another shape, or is out of range.
    """
    batch, queries, keys = shape
    check_valid_len(valid_len, (batch, queries) if valid_len.ndim == 2 else (batch,), keys)
    lengths = valid_len.astype("int32").reshape(batch, 1, -1)  # (batch, 1, queries or 1)
    return np.broadcast_to(lengths, (batch, num_heads, queries)).reshape(-1, queries)
