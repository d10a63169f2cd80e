"""Compare what a learner's function returns with what is right, and name the cause if they differ.

The cause is found by trying: each typical mistake is computed from the same random input, and the
one that gives the learner's numbers is the one that the learner made.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from .running import a_kind_of, call, shorten
from .tasks import Wrong

Array = numpy.ndarray
Random = numpy.random.Generator
TOLERANCE = 1e-4  # absolute and relative; a float32 result is right to about 1e-6


@dataclass(frozen=True)
class Mistake:
    """A mistake that learners make, known by the numbers that it gives.

    Attributes:
        cause: what to tell them, or a function of (their array, *inputs) that says it with numbers.
        result: what one who makes it computes from the same inputs (NumPy arrays).
    """

    cause: str | Callable[..., str]
    result: Callable[..., Any]

    def made(self, got: Any, inputs: tuple[Any, ...]) -> bool:
        """Return whether the mistake gives the learner's result."""
        return same(got, self.result(*inputs))


@dataclass(frozen=True)
class Symptom:
    """Something that is visibly wrong with a result, whatever led to it. Put it after mistakes.

    Attributes:
        cause: as for a mistake.
        shows: a function of (their array, *inputs) that returns whether it is there.
    """

    cause: str | Callable[..., str]
    shows: Callable[..., Any]

    def made(self, got: Any, inputs: tuple[Any, ...]) -> bool:
        """Return whether the learner's result has the symptom."""
        return bool(self.shows(got, *inputs))


def check_function(
    answer: Any,
    cases: Sequence[tuple[Any, ...]],
    reference: Callable[..., Any],
    mistakes: Sequence[Mistake | Symptom] = (),
    axes: str = "",
    read: Callable[[Any], Any] = lambda result: result,
) -> None:
    """Raise Wrong unless `answer` gives for every case what `reference` gives.

    Args:
        answer: the learner's function.
        cases: the arguments of each call, random, the most telling case first. `reference` gets
            NumPy arrays as they are, the learner gets copies as MXNet arrays.
        reference: the right function. It may return an array, a number, a text, or lists of these.
        mistakes: tried in this order when the answer differs.
        axes: names for a message about shapes: "(batch, queries, keys)".
        read: takes from the learner's result the part to compare; may raise Wrong.
    """

    def compare(inputs: tuple[Any, ...]) -> tuple[Any, Any]:
        expected = reference(*inputs)
        return plain(read(call(answer, *inputs)), expected), expected

    for number, inputs in enumerate(cases):
        got, expected = compare(inputs)
        if same(got, expected):
            continue
        found = [m for m in mistakes if _made(m, got, expected, inputs)]
        found = [m for m in found if isinstance(m, Mistake)] or found[:1]
        if len(found) > 1:  # results of one case can coincide: take what explains all of them
            results = [(got, expected, inputs)]
            with contextlib.suppress(Wrong):
                results += [(*compare(case), case) for case in cases]
            found.sort(key=lambda m: not all(_made(m, *result) for result in results))
        if found:
            cause = found[0].cause
            raise Wrong(cause if isinstance(cause, str) else cause(got, *inputs))
        other, other_expected = compare(cases[number - 1])
        if same(other, got) and not same(other_expected, expected):
            raise Wrong(
                "your function gives the same answer for different inputs. Is the answer "
                "written into it, or does it use a variable from outside?"
            )
        raise Wrong(difference(got, expected, axes))


def check_values(
    answer: Any, expected: Any, mistakes: Mapping[str, Any] | None = None, what: str = "your answer"
) -> None:
    """Raise Wrong unless a predicted number, list or choice is the expected one.

    `mistakes` maps what to tell the learner to the wrong answer that deserves it.
    """
    got = plain(answer, expected)
    if same(got, expected, tolerance=6e-3):  # predictions are rounded to two digits
        return
    for cause, result in (mistakes or {}).items():
        if same(got, result, tolerance=6e-3):
            raise Wrong(cause)
    shown = f"the text {got!r}" if isinstance(got, str) else shorten(str(got), 60)
    raise Wrong(f"{what} is {shown}, and that is not right. Do the calculation once more")


def plain(value: Any, expected: Any) -> Any:
    """Return `value` as the kind of thing that `expected` is: an array, a number, a text, a list.

    Raises:
        Wrong: it can't be one.
    """
    if value is None:
        raise Wrong("the result is None. Does your function end with `return`?")
    if hasattr(value, "asnumpy"):
        value = value.asnumpy()
    if isinstance(expected, numpy.ndarray):
        if isinstance(value, numpy.ndarray | numpy.number) and value.dtype.kind in "biuf":
            return numpy.asarray(value, dtype="float64")
        more = ": make it one with np.array(...)" if isinstance(value, list | tuple) else ""
        raise Wrong(f"the result is {a_kind_of(value)}, but an array is expected{more}")
    if isinstance(value, numpy.ndarray | numpy.number) and value.dtype.kind in "biuf":
        value = value.item() if value.size == 1 and _is_number(expected) else value.tolist()
    for kind, name in ((str, "a text"), (list | tuple, "a list"), (dict, "a dictionary")):
        if isinstance(expected, kind) != isinstance(value, kind):
            wanted = name if isinstance(expected, kind) else a_kind_of(expected)
            raise Wrong(f"this is {a_kind_of(value)}, but {wanted} is expected")
    return value


def same(got: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Return whether two results agree, numbers and arrays up to rounding."""
    if isinstance(expected, numpy.ndarray):
        got = numpy.asarray(got)
        return got.shape == expected.shape and numpy.allclose(
            got, expected, rtol=tolerance, atol=tolerance, equal_nan=True
        )
    if isinstance(expected, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(expected)
            and all(same(g, e, tolerance) for g, e in zip(got, expected, strict=True))
        )
    if _is_number(expected):
        return _is_number(got) and bool(
            numpy.isclose(got, expected, rtol=tolerance, atol=tolerance)
        )
    return bool(got == expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | numpy.number) and not isinstance(value, bool)


def _made(mistake: Mistake | Symptom, got: Any, expected: Any, inputs: tuple[Any, ...]) -> bool:
    if isinstance(mistake, Symptom) and numpy.shape(got) != numpy.shape(expected):
        return False  # first things first: the shape
    try:
        with numpy.errstate(all="ignore"):
            return mistake.made(got, inputs)
    except (ValueError, IndexError, TypeError):
        return False  # it is not possible with inputs of this form


def softmax(scores: Array, axis: int = -1) -> Array:
    """Return the softmax of NumPy scores along an axis, for references and mistakes."""
    exponentials = numpy.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def difference(got: Any, expected: Any, axes: str = "") -> str:
    """Say how a result differs from the expected one when no typical mistake explains it."""
    if not isinstance(expected, numpy.ndarray):
        return f"the result is {shorten(repr(got), 80)}, but {shorten(repr(expected), 80)} is right"
    if got.shape != expected.shape:
        shapes = f"the result has shape {got.shape}, but {expected.shape} is expected"
        shapes += f", that is {axes}" if axes else ""
        if got.size == expected.size and numpy.allclose(got.ravel(), expected.ravel(), atol=1e-4):
            return f"the values are right, but {shapes}"
        return shapes
    if not numpy.isfinite(got).all():
        return f"the result is {got[~numpy.isfinite(got)][0]} in some places"
    if got.ndim > 1 and got.shape[0] > 1 and same(got[0], expected[0]):
        return (
            "the first example of the batch is right, but not the others. Does something in your "
            "code treat a batch as one example, or use an index of 0?"
        )
    if got.ndim > 1 and same(numpy.swapaxes(got, -1, -2).reshape(got.shape), expected):
        return "rows and columns are exchanged: the last two axes are transposed"
    worst = numpy.unravel_index(numpy.argmax(abs(got - expected)), got.shape)
    where = f" at {[int(i) for i in worst]}" if worst else ""
    return f"the result{where} is {got[worst]:.4g}, but {expected[worst]:.4g} is right"
