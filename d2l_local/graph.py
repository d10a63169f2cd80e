"""Parts of models as graphs, for speed (chapter 09).

A graph is built once and then run by MXNet without Python. What is computed in it takes `F`, the
operators: those of arrays or those of symbols.
"""

from collections.abc import Callable
from typing import Any

import mxnet as mx
import numpy
from mxnet import np
from mxnet.gluon import nn

from .checks import check_valid_len

ALL = 10_000  # more operators than any of our graphs has


class Graph(nn.HybridBlock):
    """A function as one graph.

    Args:
        function: called as function(F, *inputs); an input may be a list.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function
        # MXNet hands operators to its engine in groups of 15, unless we say more. Each has a price.
        self.hybridize(forward_bulk_size=ALL, backward_bulk_size=ALL)

    def hybrid_forward(self, F: Any, *inputs: Any) -> Any:
        return self.function(F, *inputs)


class Unrolled:
    """A function of a number of steps, with one graph for each number.

    Args:
        function: called as function(F, num_steps, *inputs); an input may be a list.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.graphs: dict[int, Graph] = {}

    def __call__(self, num_steps: int, *inputs: Any) -> Any:
        if num_steps not in self.graphs:
            self.graphs[num_steps] = Graph(lambda F, *x: self.function(F, num_steps, *x))
        return self.graphs[num_steps](*inputs)


def embed(F: Any, X: Any, layer: nn.Embedding, weight: Any) -> Any:
    """Return the embeddings (steps, batch, embed) of tokens X (batch, steps)."""
    vocab_size, embed_size = layer.weight.shape
    return F.npx.embedding(
        F.np.swapaxes(X, 0, 1), weight, input_dim=vocab_size, output_dim=embed_size
    )


def project(F: Any, outputs: Any, W: Any, b: Any, layer: nn.Dense) -> Any:
    """Return the scores (batch, steps, vocabulary) of outputs (steps, batch, hidden)."""
    return F.npx.fully_connected(
        F.np.swapaxes(outputs, 0, 1), W, b, num_hidden=layer.bias.shape[0], flatten=False
    )


def as_array(values: numpy.ndarray) -> np.ndarray:
    """Return an MXNet array that shares the memory of `values`, which nobody may change then.

    `np.array` waits until the device has finished all it was given to do. This does not.
    """
    return mx.nd.from_numpy(values).as_np_ndarray()


def lengths(valid_len: np.ndarray | None, shape: tuple[int, int], ctx: Any) -> np.ndarray:
    """Return the valid lengths (batch,) of a `shape` (batch, steps); all steps if None.

    Raises:
        ValueError: a valid length is out of range, or there is not one for each sentence.
    """
    batch, steps = shape
    if valid_len is None:
        return np.full((batch,), steps, dtype="float32", ctx=ctx)
    check_valid_len(valid_len, (batch,), steps)
    return valid_len.astype("float32", copy=False)


def parts(F: Any, X: Any, number: int) -> list[Any]:
    """Return `number` equal parts of X, cut along its first axis."""
    if number == 1:
        return [X]
    # The gradient of a slice is as large as X, and all of them must be added. np.split is slow.
    found = F.SliceChannel(X.as_nd_ndarray(), num_outputs=number, axis=0)
    return [x.as_np_ndarray() for x in found]


def add(F: Any, a: Any, b: Any) -> Any:
    """Return a + b for arrays of the same shape.

    The gradient of a sum that could broadcast is copied twice. That of this sum is not copied.
    """
    return F.elemwise_add(a.as_nd_ndarray(), b.as_nd_ndarray()).as_np_ndarray()


def times_transposed(F: Any, A: Any, B: Any) -> Any:
    """Return A Bᵀ for A (m, k) and B (n, k)."""
    # For matrices as small as those of one step, `fully_connected` costs more to call.
    return F.dot(A.as_nd_ndarray(), B.as_nd_ndarray(), transpose_b=True).as_np_ndarray()


def ones_beside(F: Any, X: Any) -> Any:
    """Return ones (a, b, 1) for X (a, b, size)."""
    return F.np.ones_like(F.npx.slice(X, begin=(None, None, 0), end=(None, None, 1)))


def mask(F: Any, X: Any, valid_len: Any, axis: int = 0) -> Any:
    """Return X, zero from position `valid_len` on; `axis` (0 or 1) is that of the positions."""
    # A product with a mask of ones and zeros costs several times more, most of it in the gradient.
    return F.npx.sequence_mask(X, valid_len, use_sequence_length=True, axis=axis)


def last(F: Any, X: Any, valid_len: Any) -> Any:
    """Return the last real step (batch, size) of each sentence in X (steps, batch, size)."""
    return F.SequenceLast(
        X.as_nd_ndarray(), valid_len.as_nd_ndarray(), use_sequence_length=True
    ).as_np_ndarray()


def reverse(F: Any, X: Any, valid_len: Any) -> Any:
    """Return X (steps, batch, size) with the real steps of each sentence in reverse order."""
    return F.SequenceReverse(
        X.as_nd_ndarray(), valid_len.as_nd_ndarray(), use_sequence_length=True
    ).as_np_ndarray()
