"""Adam with clipping, against Gluon's Adam and a norm taken by NumPy."""

import math

import numpy
import pytest
from mxnet import autograd, gluon, np
from mxnet.gluon import nn

from d2l_local.optimizer import ClippedAdam

TOKENS = 7.0


class Numbers(nn.Block):
    """Arrays of several shapes, and a constant; the loss is made of the numbers that are given."""

    def __init__(self, num_arrays: int = 3) -> None:
        super().__init__()
        for i in range(num_arrays):
            setattr(self, f"x{i}", self.params.get(f"x{i}", shape=(2, i % 4 + 1)))
        self.fixed = self.params.get_constant("fixed", np.array([3.0]))
        self.initialize(force_reinit=True)

    def trained(self) -> list[gluon.Parameter]:
        return [p for p in self.params.values() if p.grad_req != "null"]

    def set_gradients(self, gradients: list[numpy.ndarray]) -> None:
        """Make a loss with these gradients and send it backward."""
        with autograd.record():
            terms = zip(self.trained(), gradients, strict=True)
            loss = sum((p.data() * np.array(gradient)).sum() for p, gradient in terms)
        loss.backward()

    def values(self) -> list[numpy.ndarray]:
        return [p.data().asnumpy() for p in self.trained()]

    def set_values(self, values: list[numpy.ndarray]) -> None:
        for p, value in zip(self.trained(), values, strict=True):
            p.set_data(np.array(value))


def draw(model: Numbers, scale: float, seed: int = 0) -> list[numpy.ndarray]:
    random = numpy.random.RandomState(seed)
    return [random.normal(0, scale, p.shape).astype("float32") for p in model.trained()]


def length(arrays: list[numpy.ndarray]) -> float:
    return float(numpy.linalg.norm(numpy.concatenate([a.ravel() for a in arrays]).astype("f8")))


@pytest.mark.parametrize("num_arrays", [1, 3, 50, 51, 120])
@pytest.mark.parametrize("scale", [0.01, 100.0], ids=["short", "long"])
def test_steps_are_those_of_gluons_adam_on_clipped_gradients(num_arrays: int, scale: float) -> None:
    ours, theirs = Numbers(num_arrays), Numbers(num_arrays)
    theirs.set_values(ours.values())
    optimizer = ClippedAdam(ours.collect_params(), max_norm=2.0)
    trainer = gluon.Trainer(theirs.collect_params(), "adam")
    for step in range(4):
        rate = 0.1 / (step + 1)
        gradients = draw(ours, scale * (step + 1), seed=step)
        norm = length(gradients) / TOKENS
        assert (norm > 2.0) == (scale > 1)
        for model in (ours, theirs):
            model.set_gradients(gradients)
        returned = optimizer.step(rate, TOKENS)
        trainer.set_learning_rate(rate)
        trainer.step(TOKENS * max(1.0, norm / 2.0))
        assert float(returned) == pytest.approx(norm, rel=1e-5)
        for mine, other in zip(ours.values(), theirs.values(), strict=True):
            # A number moves by about the rate. The two round 1 - β₂ differently.
            assert numpy.allclose(mine, other, rtol=0, atol=1e-4 * 0.1)
    assert ours.fixed.data().item() == 3.0


def test_the_first_step_by_hand() -> None:
    # At first the mean of the gradients is g and that of the squares g², so each number moves
    # by lr · g / (|g| + ε), however long the gradient is.
    model = Numbers(1)
    before = model.values()[0]
    model.set_gradients([numpy.array([[4.0], [-0.5]], dtype="float32")])
    ClippedAdam(model.collect_params(), max_norm=1.0).step(0.1, num_tokens=1)
    assert numpy.allclose(model.values()[0] - before, [[-0.1], [0.1]], atol=1e-5)


@pytest.mark.parametrize("poison", [math.nan, math.inf, -math.inf])
def test_a_step_that_is_not_finite_is_left_out(poison: float) -> None:
    model = Numbers()
    optimizer = ClippedAdam(model.collect_params(), max_norm=1.0)
    model.set_gradients(draw(model, 1.0))
    assert math.isfinite(float(optimizer.step(0.1, TOKENS)))
    before = model.values()
    gradients = draw(model, 1.0, seed=1)
    gradients[1][0, 0] = poison
    model.set_gradients(gradients)
    assert not math.isfinite(float(optimizer.step(0.1, TOKENS)))
    for old, new in zip(before, model.values(), strict=True):
        assert numpy.array_equal(old, new)


def test_a_step_reads_nothing_from_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Numbers()
    optimizer = ClippedAdam(model.collect_params(), max_norm=1.0)
    model.set_gradients(draw(model, 1.0))

    def refused(array: np.ndarray) -> None:
        raise AssertionError("the step waits for the device")

    # Whatever turns an array into Python's numbers, or waits for it, goes through one of these.
    nd_array = type(np.zeros(1).as_nd_ndarray())
    for name in ("asnumpy", "wait_to_read"):
        monkeypatch.setattr(nd_array, name, refused)
        monkeypatch.setattr(np.ndarray, name, refused)
    with pytest.raises(AssertionError, match="waits"):
        float(np.zeros(1))
    optimizer.step(0.1, TOKENS)
