"""Masked softmax and two attention functions: scaled dot product and additive.

Chapter 04 builds each of them from numbers that can be checked by hand.
"""

import math
from typing import Any

import numpy
from mxnet import np, npx
from mxnet.gluon import nn

from .checks import check_ndim, check_size, check_valid_len

MASKED_SCORE = -1e30  # below any real score; -inf would give NaN in an empty row


def masked_softmax(X: np.ndarray, valid_len: np.ndarray | None = None) -> np.ndarray:
    """Return the softmax over the first `valid_len` keys of each query, exactly 0 elsewhere.

    Args:
        X: scores (batch, queries, keys).
        valid_len: (batch,), one length for all queries of an example, or (batch, queries);
            all keys are valid if None. A row of valid length 0 gets weights of 0 throughout.

    Returns:
        Weights (batch, queries, keys), ≥ 0; each row sums to 1, or to 0 if nothing is valid.

    Raises:
        ValueError: X is not three-dimensional, or `valid_len` does not fit X.

    >>> masked_softmax(np.zeros((1, 1, 4)), np.array([2]))
    array([[[0.5, 0.5, 0. , 0. ]]])
    """
    check_ndim("X", X, ("batch", "queries", "keys"))
    if valid_len is None:
        return npx.softmax(X, axis=-1)
    mask = valid_mask(valid_len, X.shape)
    # Not np.where(mask, X, number): in MXNet 1.9.1 its gradient goes to the masked scores.
    return npx.softmax(X + (1 - mask) * MASKED_SCORE, axis=-1) * mask


def valid_mask(valid_len: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Return 1 where a key is valid and 0 where it is padding: (batch, queries or 1, keys).

    Raises:
        ValueError: `valid_len` is neither (batch,) nor (batch, queries), or out of range.
    """
    batch, queries, keys = shape
    check_valid_len(valid_len, (batch, queries) if valid_len.ndim == 2 else (batch,), keys)
    lengths = valid_len.asnumpy().reshape(batch, -1, 1)  # (batch, queries or 1, 1)
    return np.array(numpy.arange(keys) < lengths, dtype="float32", ctx=valid_len.ctx)


class DotProductAttention(nn.Block):
    """Scaled dot-product attention: softmax(Q Kᵀ / √d) V (Vaswani et al., 2017, eq. 1).

    Args:
        dropout: share of the weights set to zero, in training only.

    After a call, `attention_weights` holds the weights (batch, queries, keys).
    """

    def __init__(self, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dropout = nn.Dropout(dropout)
        self.attention_weights: np.ndarray | None = None

    def forward(
        self,
        query: np.ndarray,
        key: np.ndarray,
        value: np.ndarray,
        valid_len: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return the weighted sums of the values: (batch, queries, value size).

        Args:
            query: (batch, queries, d).
            key: (batch, keys, d).
            value: (batch, keys, value size).
            valid_len: (batch,) or (batch, queries).

        Raises:
            ValueError: the shapes don't fit each other.
        """
        check_attention_shapes(query, key, value)
        if query.shape[-1] != key.shape[-1]:
            raise ValueError(
                f"query has shape {query.shape} and key {key.shape}: a dot product needs vectors "
                f"of one length, not {query.shape[-1]} and {key.shape[-1]}. AdditiveAttention "
                "takes different lengths."
            )
        scores = npx.batch_dot(query, key, transpose_b=True) / math.sqrt(query.shape[-1])
        self.attention_weights = masked_softmax(scores, valid_len)  # (batch, queries, keys)
        return npx.batch_dot(self.dropout(self.attention_weights), value)


class AdditiveAttention(nn.Block):
    """Additive (MLP) attention: score(q, k) = vᵀ tanh(W_q q + W_k k) (Bahdanau et al., 2015).

    The tanh stands around the sum. One tanh for each term would make a score of the query plus
    a score of the key, softmax would cancel the first, and the weights would not depend on the
    query at all.

    Args:
        units: length of the projected vectors, that is of v.
        dropout: share of the weights set to zero, in training only.
        query_size, key_size: lengths of the vectors; 0 means that the first call tells.

    After a call, `attention_weights` holds the weights (batch, queries, keys).
    """

    def __init__(
        self,
        units: int,
        dropout: float = 0.0,
        query_size: int = 0,
        key_size: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.W_q = nn.Dense(units, use_bias=False, flatten=False, in_units=query_size)
        self.W_k = nn.Dense(units, use_bias=False, flatten=False, in_units=key_size)
        self.v = nn.Dense(1, use_bias=False, flatten=False, in_units=units)
        self.dropout = nn.Dropout(dropout)
        self.attention_weights: np.ndarray | None = None

    def forward(
        self,
        query: np.ndarray,
        key: np.ndarray,
        value: np.ndarray,
        valid_len: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return the weighted sums of the values: (batch, queries, value size).

        Args:
            query: (batch, queries, query size).
            key: (batch, keys, key size).
            value: (batch, keys, value size).
            valid_len: (batch,) or (batch, queries).

        Raises:
            ValueError: the shapes don't fit each other.
        """
        check_attention_shapes(query, key, value)
        for name, array, layer in (("query", query, self.W_q), ("key", key, self.W_k)):
            if layer.weight.shape[1] > 0:  # known from the start or since the first call
                check_size(name, array, layer.weight.shape[1])
        # (batch, queries, 1, units) + (batch, 1, keys, units) -> (batch, queries, keys, units)
        features = np.expand_dims(self.W_q(query), 2) + np.expand_dims(self.W_k(key), 1)
        scores = self.v(npx.activation(features, act_type="tanh")).squeeze(-1)
        self.attention_weights = masked_softmax(scores, valid_len)  # (batch, queries, keys)
        return npx.batch_dot(self.dropout(self.attention_weights), value)


def check_attention_shapes(query: np.ndarray, key: np.ndarray, value: np.ndarray) -> None:
    """Raise ValueError unless the three arrays fit each other, naming the shapes that don't."""
    for name, array in (("query", query), ("key", key), ("value", value)):
        check_ndim(name, array, ("batch", "positions", "size"))
    if key.shape[:2] != value.shape[:2]:
        raise ValueError(
            f"key has shape {key.shape} and value {value.shape}: each key needs its value, so "
            "the first two axes (batch, positions) must agree."
        )
    if query.shape[0] != key.shape[0]:
        raise ValueError(
            f"query has shape {query.shape} and key {key.shape}: the first axis, the batch, must "
            "agree."
        )


MLPAttention = AdditiveAttention  # the name in the book
