"""Parts of graphs: the same values and gradients as plain NumPy."""

import mxnet as mx
import numpy
import pytest
from mxnet import autograd, np

from d2l_local.graph import (
    Graph,
    Unrolled,
    add,
    as_array,
    last,
    lengths,
    mask,
    parts,
    reverse,
    times_transposed,
)

X = numpy.random.RandomState(0).normal(size=(4, 3, 2)).astype("float32")  # (steps, batch, size)
LENGTHS = numpy.array([4.0, 0.0, 2.0], dtype="float32")


def value_and_gradient(function, x: numpy.ndarray, *others: numpy.ndarray):
    """Return what the graph of `function` gives and the gradient of its weighted sum."""
    array, graph = np.array(x), Graph(function)
    array.attach_grad()
    with autograd.record():
        result = graph(array, *map(np.array, others))
        weights = np.arange(1, result.size + 1).reshape(result.shape)
        total = (result * weights).sum()
    total.backward()
    return result.asnumpy(), array.grad.asnumpy(), weights.asnumpy()


@pytest.mark.parametrize("axis", [0, 1])
def test_a_mask_keeps_the_first_positions_and_their_gradients(axis: int) -> None:
    x = X if axis == 0 else X.swapaxes(0, 1)
    real = (numpy.arange(4)[:, None] < LENGTHS)[:, :, None]
    real = real if axis == 0 else real.swapaxes(0, 1)
    found, gradient, weights = value_and_gradient(
        lambda F, x, n: mask(F, x, n, axis=axis), x, LENGTHS
    )
    assert numpy.array_equal(found, numpy.where(real, x, 0))
    assert numpy.array_equal(gradient, weights * real)


def test_a_mask_hides_what_is_not_a_number() -> None:
    poisoned = X.copy()
    poisoned[2:, 2] = numpy.nan
    found, gradient, _ = value_and_gradient(lambda F, x, n: mask(F, x, n), poisoned, LENGTHS)
    assert numpy.isfinite(found).all() and numpy.isfinite(gradient).all()


def test_the_last_real_step_of_each_sentence() -> None:
    lengths = numpy.array([4.0, 1.0, 2.0], dtype="float32")
    found, gradient, weights = value_and_gradient(lambda F, x, n: last(F, x, n), X, lengths)
    assert numpy.array_equal(found, X[[3, 0, 1], [0, 1, 2]])
    expected = numpy.zeros_like(X)
    expected[[3, 0, 1], [0, 1, 2]] = weights
    assert numpy.array_equal(gradient, expected)


def test_parts_are_slices_that_keep_their_axis() -> None:
    found = Graph(lambda F, x: parts(F, x, 4))(np.array(X))
    assert [part.shape for part in found] == [(1, 3, 2)] * 4
    assert numpy.array_equal(numpy.concatenate([part.asnumpy() for part in found]), X)


def test_each_part_has_its_own_gradient() -> None:
    found, gradient, weights = value_and_gradient(
        lambda F, x: F.np.concatenate(parts(F, x, 4)[::-1]), X
    )
    assert numpy.array_equal(found, X[::-1]) and numpy.array_equal(gradient, weights[::-1])


def test_a_single_part_is_the_whole() -> None:
    (found,) = parts(mx.nd, np.array(X[:1]), 1)
    assert found.asnumpy() == pytest.approx(X[:1])


def test_a_sum_passes_its_gradient_to_both() -> None:
    found, gradient, weights = value_and_gradient(add, X, 2 * X)
    assert found == pytest.approx(3 * X) and gradient == pytest.approx(weights)
    _, gradient, weights = value_and_gradient(lambda F, x, y: add(F, y, x), X, 2 * X)
    assert gradient == pytest.approx(weights)


def test_a_product_with_a_transposed_matrix_and_its_gradient() -> None:
    A, B = X[0], X[1] + 1
    found, gradient, weights = value_and_gradient(times_transposed, A, B)
    assert found == pytest.approx(A @ B.T, rel=1e-5)
    assert gradient == pytest.approx(weights @ B, rel=1e-5)


def test_reversing_leaves_padding_where_it_is() -> None:
    found = Graph(lambda F, x, n: reverse(F, x, n))(np.array(X), np.array([4.0, 1.0, 2.0]))
    assert numpy.array_equal(found.asnumpy()[:, 0], X[::-1, 0])
    assert numpy.array_equal(found.asnumpy()[:, 1], X[:, 1])
    assert numpy.array_equal(found.asnumpy()[:, 2], X[[1, 0, 2, 3], 2])


def test_there_is_one_graph_for_each_number_of_steps() -> None:
    built = []

    def function(F, num_steps, x):
        built.append(num_steps)
        return sum(parts(F, x, num_steps))

    unrolled = Unrolled(function)
    for steps in (4, 2, 4):
        found = unrolled(steps, np.array(X[:steps])).asnumpy()
        assert numpy.allclose(found[0], X[:steps].sum(axis=0), atol=1e-6)
    assert built == [4, 2]


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64"])
def test_lengths_are_numbers_that_graphs_can_read(dtype: str) -> None:
    found = lengths(np.array([3, 0, 5], dtype=dtype), (3, 5), np.zeros(1).ctx)
    assert found.dtype == numpy.float32 and found.tolist() == [3, 0, 5]


def test_without_lengths_all_steps_are_real() -> None:
    assert lengths(None, (3, 5), np.zeros(1).ctx).tolist() == [5, 5, 5]


@pytest.mark.parametrize("bad", [[1, 2], [1, 2, 6], [1, 2, -1]])
def test_lengths_that_do_not_fit_are_refused(bad: list[int]) -> None:
    with pytest.raises(ValueError, match="valid"):
        lengths(np.array(bad), (3, 5), np.zeros(1).ctx)


def test_an_array_takes_the_memory_and_not_a_copy() -> None:
    values = numpy.arange(6, dtype="float32").reshape(2, 3)
    array = as_array(values)
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]
    array[0, 0] = 7.0
    array.wait_to_read()
    assert values[0, 0] == 7.0
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 8.0


def test_an_array_lives_as_long_as_it_is_used() -> None:
    arrays = [as_array(numpy.full(1000, i, dtype="float32")) for i in range(100)]
    for i, array in enumerate(arrays):
        assert (array.asnumpy() == i).all()
