"""Cross-entropy over real tokens only (chapter 03), and perplexity (chapter 07)."""

import math
from collections.abc import Iterable
from typing import Any

from mxnet import gluon, np, npx
from mxnet.gluon import nn

from .checks import check_initialized, check_ndim, check_valid_len


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
        check_valid_len(valid_len, label.shape[:1], label.shape[1])
        log_p = npx.pick(npx.log_softmax(pred, axis=-1), label, axis=-1)  # (batch, steps)
        real = np.arange(label.shape[1], dtype="float32", ctx=pred.ctx) < np.expand_dims(
            valid_len.astype("float32"), 1
        )  # (batch, steps)
        return (-log_p * real).sum(axis=1)


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
    loss = MaskedSoftmaxCELoss()
    nats = tokens = 0.0
    for batch in batches:
        X, X_valid_len, Y, Y_valid_len = (array.as_in_ctx(ctx) for array in batch)
        label_len = Y_valid_len - 1  # <bos> is read, not predicted
        pred, _ = model(X, Y[:, :-1], X_valid_len, label_len)
        nats += float(loss(pred, Y[:, 1:], label_len).sum())
        tokens += float(label_len.sum())
    if tokens == 0:
        raise ValueError("there are no batches: give held-out sentence pairs.")
    return math.exp(nats / tokens)
