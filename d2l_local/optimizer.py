"""Adam with gradient clipping that never waits for the device (chapter 09)."""

import math

import mxnet as mx
from mxnet import gluon, np

AT_ONCE = 50  # MXNet 1.9.1 crashes if one call updates more arrays than this


class ClippedAdam:
    """Adam (Kingma & Ba, 2015, algorithm 1); a gradient that is too long is shortened first.

    The gradients of all parameters together count as one vector. Gluon's trainer wants the factor
    that shortens it as a Python number, so it waits until the device has computed all gradients,
    and the device waits for Python to send the next work. Here the factor stays on the device.

    If the length is not finite, the step is left out.

    Args:
        parameters: those that are trained; constants among them are left alone.
        max_norm: longest gradient of the loss per token.
        beta1, beta2: share of the old value in the running means of gradient and square.
        epsilon: added to the root of the mean square.
    """

    def __init__(
        self,
        parameters: gluon.ParameterDict,
        max_norm: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.trained = [p for p in parameters.values() if p.grad_req != "null"]
        self.max_norm, self.num_steps = max_norm, 0
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def step(self, lr: float, num_tokens: float) -> np.ndarray:
        """Update the parameters by the gradient of a loss that is summed over `num_tokens`.

        Returns:
            The length of the gradient per token before it was shortened, (1,); not yet computed.
        """
        if self.num_steps == 0:  # some layers learn their shape from the first batch
            self.values = [p.data().as_nd_ndarray() for p in self.trained]
            self.gradients = [p.grad().as_nd_ndarray() for p in self.trained]
            self.means = [mx.nd.zeros_like(value) for value in self.values]
            self.squares = [mx.nd.zeros_like(value) for value in self.values]
        self.num_steps += 1
        # The means start at zero; this makes up for it.
        lr *= math.sqrt(1 - self.beta2**self.num_steps) / (1 - self.beta1**self.num_steps)
        squares = mx.nd.multi_sum_sq(*self.gradients, num_arrays=len(self.gradients))
        norm = squares.sum().sqrt() / num_tokens
        factor = 1 / (num_tokens * mx.nd.maximum(1, norm / self.max_norm))
        for start in range(0, len(self.values), AT_ONCE):
            chosen = slice(start, start + AT_ONCE)
            values, number = self.values[chosen], len(self.values[chosen])
            # With a weight decay of 0, AdamW is Adam.
            mx.nd.contrib.multi_adamw_update(
                values,
                self.gradients[chosen],
                self.means[chosen],
                self.squares[chosen],
                factor,
                out=values,
                size=number,
                lrs=[lr] * number,
                etas=[1.0] * number,
                wds=[0.0] * number,
                beta1=self.beta1,
                beta2=self.beta2,
                epsilon=self.epsilon,
            )
        return norm.as_np_ndarray()
