"""Parts of models as graphs, for speed (chapter 09).

A graph is built once and then run by MXNet without Python. What is computed in it takes `F`, the
operators: those of arrays or those of symbols.
"""

from collections.abc import Callable
from typing import Any

from mxnet.gluon import nn


class Graph(nn.HybridBlock):
    """A function as one graph.

    Args:
        function: called as function(F, *inputs); an input may be a list.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function
        self.hybridize()

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
    return F.npx.embedding(X.transpose(1, 0), weight, input_dim=vocab_size, output_dim=embed_size)


def project(F: Any, outputs: Any, W: Any, b: Any, layer: nn.Dense) -> Any:
    """Return the scores (batch, steps, vocabulary) of outputs (steps, batch, hidden)."""
    return F.npx.fully_connected(
        outputs.transpose(1, 0, 2), W, b, num_hidden=layer.bias.shape[0], flatten=False
    )


def reverse(F: Any, X: Any, valid_len: Any) -> Any:
    """Return X (steps, batch, size) with the real steps of each sentence in reverse order."""
    return F.SequenceReverse(
        X.as_nd_ndarray(), valid_len.as_nd_ndarray(), use_sequence_length=True
    ).as_np_ndarray()
