"""Cross-entropy over real tokens only (chapter 03)."""

from typing import Any

from mxnet import np, npx
from mxnet.gluon import nn

from .checks import check_ndim, check_valid_len


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
