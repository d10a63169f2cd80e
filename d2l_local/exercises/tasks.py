"""What a task is, where to find it by its number, and what its checking function may say."""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Checker = Callable[..., None]


class Wrong(Exception):
    """The answer is wrong; the message tells the learner why, in their terms."""


class NotDone(Exception):
    """The place for the answer still holds what the blank notebook has there."""


@dataclass(frozen=True)
class Task:
    """One task of an exercise notebook.

    Attributes:
        number: chapter and task, such as "04.2".
        title: the heading in the notebook.
        points: what a right answer is worth in a class.
        hints: opened one after another by `hint`.
        checker: called with a fresh random generator and the answers; raises Wrong.
    """

    number: str
    title: str
    points: int
    hints: tuple[str, ...]
    checker: Checker


TASKS: dict[str, Task] = {}


def task(
    number: str, title: str, points: int, hints: Sequence[str]
) -> Callable[[Checker], Checker]:
    """Make the decorated checking function the task `number`."""

    def register(checker: Checker) -> Checker:
        TASKS[number] = Task(number, title, points, tuple(hints), checker)
        return checker

    return register


def _modules() -> list[str]:
    found = [m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return sorted(name for name in found if name.startswith("chapter_"))


def chapters() -> list[str]:
    """Return the numbers of the chapters that have exercises: ["04", ...]."""
    return sorted({name.split("_")[1] for name in _modules()})


def tasks_of(chapter: str) -> list[Task]:
    """Return the tasks of a chapter such as "04", in order; none if it has no exercises."""
    for name in _modules():
        if name.split("_")[1] == chapter:
            importlib.import_module(f"{__package__}.{name}")
    return [TASKS[number] for number in sorted(TASKS) if number.startswith(f"{chapter}.")]


def find(number: str) -> Task:
    """Return the task with this number, such as "04.2".

    Raises:
        ValueError: there is none; the message lists those that exist.
    """
    tasks = tasks_of(str(number).partition(".")[0])
    for candidate in tasks:
        if candidate.number == number:
            return candidate
    known = [t.number for t in tasks] or [f"{chapter}.1" for chapter in chapters()]
    raise ValueError(f"there is no task {number!r}; there are {', '.join(known)}, as texts.")
