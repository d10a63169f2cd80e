"""Run a learner's code so that nothing it does can harm the notebook, and say what it did."""

import contextlib
import copy
import ctypes
import inspect
import os
import sys
import sysconfig
import threading
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
from mxnet import np, npx

from .tasks import NotDone, Wrong

MAX_MESSAGE = 300  # characters of an error message; MXNet's can fill a page
LIBRARIES = tuple(
    str(path)
    for path in {
        *(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")),
        Path(__file__).resolve().parents[1],
    }
)


class OutOfTime(BaseException):
    """The time is up. Not an Exception, so that `except Exception` in a loop can't swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block when it has run for `seconds`.

    A second thread raises it, which works wherever a notebook runs its cells; a signal would work
    in the main thread only. It is raised again and again, because the code may swallow it once.
    """
    learner = ctypes.c_ulong(threading.get_ident())
    begun, done = threading.Event(), threading.Event()
    over = False

    def watch() -> None:
        begun.wait()
        wait = seconds
        while not done.wait(wait) and not over:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(learner, ctypes.py_object(OutOfTime))
            wait = 0.05

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        begun.set()
        yield
    finally:
        # The limit may pass right here, and must not keep the watcher from being stopped. Python
        # raises at a call, so there is none outside the inner `try`, not even of `suppress`.
        over = True
        while True:
            try:
                done.set()
                watcher.join()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(learner, None)  # still on its way
                break
            except OutOfTime:
                continue


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallow what the block prints and warns."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def forget_late_errors() -> None:
    """Wait for all that MXNet still computes, and drop its errors.

    MXNet raises an error when a result is read, and if nobody reads it, at somebody else's next
    operation. It must not be reported for a task that it doesn't come from.
    """
    with contextlib.suppress(Exception):
        npx.waitall()


def call(function: Any, *inputs: Any) -> Any:
    """Return what the learner's `function` makes of fresh copies of `inputs`.

    NumPy arrays reach the learner as MXNet arrays. An array in the result is waited for, so that
    an error of MXNet's shows here.

    Raises:
        Wrong: it isn't a function, takes other arguments, raises, or changes its input.
        NotDone: its body is still blank.
    """
    signature = _signature(function, inputs)
    given = [_copy(value) for value in inputs]
    try:
        result = function(*given)
        for value in result if isinstance(result, tuple | list) else [result]:
            if hasattr(value, "wait_to_read"):
                value.wait_to_read()
    except (Exception, SystemExit) as error:
        if isinstance(error, NotImplementedError) and _innermost_is_learners(error):
            raise NotDone from None
        raise Wrong(f"your code stopped with {describe(error)}{place(error)}") from None
    for name, before, after in zip(signature, inputs, given, strict=False):
        if not _equal(before, after):
            raise Wrong(
                f"your function changes its argument `{name}` in place: whoever calls it still "
                "needs the old values. Work on a copy, or compute a new array"
            )
    return result


def _signature(function: Any, inputs: tuple[Any, ...]) -> list[str]:
    """Return the names of the learner's parameters, one for each input where possible."""
    if not callable(function):
        raise Wrong(
            f"this is {a_kind_of(function)}, not a function. Give `check` the function itself, "
            "without brackets behind its name"
        )
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions don't tell
        return [f"argument {i + 1}" for i in range(len(inputs))]
    try:
        signature.bind(*inputs)
    except TypeError:
        raise Wrong(
            f"your function takes the arguments {signature}, but it is called with "
            f"{len(inputs)} of them. Keep the first line of the function as it was"
        ) from None
    return list(signature.parameters)


def _copy(value: Any) -> Any:
    if isinstance(value, numpy.ndarray):
        return np.array(value, dtype=value.dtype)
    return copy.deepcopy(value) if isinstance(value, list | dict | set) else value


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, numpy.ndarray):
        return before.shape == after.shape and bool((before == after.asnumpy()).all())
    return not isinstance(before, list | dict | set) or bool(before == after)


def a_kind_of(value: Any) -> str:
    """Return what `value` is, in words and shortly: "a list", "None", "the text 'x'"."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return f"the text {shorten(repr(value), 40)}"
    kind = type(value).__name__
    if hasattr(value, "asnumpy") or isinstance(value, numpy.ndarray):
        return f"an array of shape {value.shape}"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def describe(error: BaseException) -> str:
    """Return the type and the message of an error in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if lines and lines[0].startswith("Traceback"):  # MXNet puts its own C++ stack first
        lines = lines[-1:]
    message = shorten(" ".join(lines), MAX_MESSAGE).removeprefix(f"{type(error).__name__}: ")
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def shorten(text: str, length: int) -> str:
    """Return `text`, cut to `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def place(error: BaseException) -> str:
    """Return the line of the learner's own code where `error` arose; empty if it didn't."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if _is_learners(frame.filename):
            return f"\n  line {frame.lineno} of your code: {frame.line}"
    return ""


def _innermost_is_learners(error: BaseException) -> bool:
    return _is_learners(traceback.extract_tb(error.__traceback__)[-1].filename)


def _is_learners(filename: str) -> bool:
    """Return whether a file is a cell or a script, and not part of a library."""
    if filename.startswith("<"):
        return filename.startswith("<ipython")
    return not filename.startswith((*LIBRARIES, sys.prefix + os.sep))
