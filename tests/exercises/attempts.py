"""Answers that learners give: a table for each chapter, `attempts_NN.py`, and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Attempt:
    """Answers to one task. `says` is a part of the message that a wrong one must get."""

    task: str
    answers: tuple[Any, ...]
    says: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.task}-{self.name}"


@dataclass
class Attempts:
    """The table of a chapter.

    A function is entered with a decorator, `@attempts.wrong("04.2", "mask after the softmax")` or
    `@attempts.right("04.2")`; numbers, choices and lambdas with `attempts.add`. Further answers
    that the check of the task expects go behind: `@attempts.right("04.6", rest=(["B", "C"],))`.
    """

    table: list[Attempt] = field(default_factory=list)

    def add(self, task: str, *answers: Any, says: str | None = None) -> None:
        """Enter an attempt that is right or, with `says`, wrong."""
        name = getattr(answers[0], "__name__", "") if answers else ""
        if name in ("", "<lambda>"):
            name = says or "right"
        self.table.append(Attempt(task, answers, says, name))

    def right(self, task: str, rest: tuple[Any, ...] = ()) -> Callable[[Any], Any]:
        """Enter the decorated function as a right answer."""
        return self._enter(task, None, rest)

    def wrong(self, task: str, says: str, rest: tuple[Any, ...] = ()) -> Callable[[Any], Any]:
        """Enter the decorated function as a wrong answer whose message contains `says`."""
        return self._enter(task, says, rest)

    def _enter(self, task: str, says: str | None, rest: tuple[Any, ...]) -> Callable[[Any], Any]:
        def enter(function: Any) -> Any:
            self.add(task, function, *rest, says=says)
            return function

        return enter
