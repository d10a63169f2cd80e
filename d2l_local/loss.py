"""Cross-entropy over real tokens only (chapter 03), and perplexity (chapter 07)."""

import math
from collections.abc import Iterable
from typing import Any

import mxnet as mx
from mxnet import gluon, np
from mxnet.gluon import nn

from .checks import check_initialized, check_ndim
from .graph import lengths, mask


class MaskedSoftmaxCELoss(nn.Block):
    """The cross-entropy of each sentence in nats, summed over its real tokens.

    With p the softmax of the scores, sentence b of length n costs −Σ_{t<n} log p(label_bt).
    The sum over a batch divided by its number of real tokens is the loss in *nats per token*;
    exp of that is the perplexity. The book reports the mean over all padded steps divided
    by the number of tokens once more, so multiply its figures by the number of steps.
    """

    def forward(
        self, pred: np.ndarray, label: np.ndarray, valid_len: np.ndarray, *args: Any
    ) -> np.ndarray:
        """Return the cost of each sentence, (batch,), in nats.

        Args:
            pred: scores (batch, steps, vocabulary), before the softmax.
            label: token indices (batch, steps).
            valid_len: (batch,), the number of real tokens in each row of `label`.

        Raises:
            ValueError: the shapes don't fit, or a valid length is out of range.
        """
        check_ndim("pred", pred, ("batch", "steps", "vocabulary"))
        if pred.shape[:2] != label.shape:
            raise ValueError(
                f"pred has shape {pred.shape} and label {label.shape}: the first two axes of "
                "pred (batch, steps) must be those of label."
            )
        return masked_cross_entropy(mx.nd, pred, label, lengths(valid_len, label.shape, label.ctx))


def masked_cross_entropy(F: Any, pred: Any, label: Any, valid_len: Any) -> Any:
    """Return the cost of each sentence (batch,) in nats, as a part of any graph."""
    log_p = F.npx.pick(F.npx.log_softmax(pred, axis=-1), label, axis=-1)  # (batch, steps)
    return F.np.sum(mask(F, -log_p, valid_len, axis=1), axis=1)


def cost_of_scores(
    model: gluon.Block,
    X: np.ndarray,
    Y_input: np.ndarray,
    Y_label: np.ndarray,
    X_valid_len: np.ndarray,
    label_len: np.ndarray,
) -> np.ndarray:
    """Return the cost of each sentence (batch,) in nats, for any model that gives scores."""
    scores, _ = model(X, Y_input, X_valid_len, label_len)
    return MaskedSoftmaxCELoss()(scores, Y_label, label_len)


def perplexity(model: gluon.Block, batches: Iterable[tuple[np.ndarray, ...]]) -> float:
    """Return exp of the mean cross-entropy per target token, in nats, under teacher forcing.

    A model of perplexity 7 is as unsure of the next token as one that chooses among 7 equally
    likely ones. The best value is 1.

    Args:
        model: called as model(X, Y_input, X_valid_len, Y_valid_len); computes where its
            parameters are.
        batches: (X, X_valid_len, Y, Y_valid_len) as `TranslationBatches` gives.

    Raises:
        ValueError: there are no batches.
        RuntimeError: the model is not initialised.
    """
    check_initialized(model)
    ctx = next(iter(model.collect_params().values())).list_ctx()[0]
    nats = tokens = 0.0
    for batch in batches:
        X, X_valid_len, Y, Y_valid_len = (array.as_in_ctx(ctx) for array in batch)
        label_len = Y_valid_len - 1  # <bos> is read, not predicted
        nats += float(cost_of_scores(model, X, Y[:, :-1], Y[:, 1:], X_valid_len, label_len).sum())
        tokens += float(label_len.sum())
    if tokens == 0:
        raise ValueError("there are no batches: give held-out sentence pairs.")
    return math.exp(nats / tokens)
