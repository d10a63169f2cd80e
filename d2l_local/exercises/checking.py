"""The functions that an exercise notebook calls: check, hint and, for a class, grade."""

import inspect
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy

from .running import OutOfTime, describe, forget_late_errors, place, quiet, time_limit
from .tasks import NotDone, Task, Wrong, find

CHECK_SECONDS = 1.5  # a learner waits for the answer
GRADE_SECONDS = 10.0  # nobody waits, and the machine may be busy
GRADE_SEEDS = 3  # each hidden test is repeated with other random inputs

_hints_given: Counter[str] = Counter()


@dataclass(frozen=True)
class Result:
    """What a check found out about an answer; its text is what the learner reads."""

    task: Task
    status: Literal["right", "wrong", "not done"]
    message: str

    def __str__(self) -> str:
        sign = {"right": "✓", "wrong": "✗", "not done": "○"}[self.status]
        title = self.task.title + ("" if self.task.title.endswith("?") else ":")
        return f"{sign} {self.task.number} {title} {self.message}"


def check(number: str, *answers: Any) -> None:
    """Print whether the answers to a task are right and, if they aren't, what is wrong.

    Args:
        number: the task, such as "04.2".
        answers: the learner's function, number or choice, as the notebook asks.

    Raises:
        ValueError: there is no such task.
    """
    print(evaluate(number, *answers))


def hint(number: str) -> None:
    """Print the next hint for a task; after the last one, begin again.

    Raises:
        ValueError: there is no such task.
    """
    task = find(number)
    index = _hints_given[number] % len(task.hints)
    _hints_given[number] += 1
    print(f"Hint {index + 1} of {len(task.hints)} for {number}: {task.hints[index]}")


def grade(number: str, *answers: Any) -> float:
    """Return the points that the answers earn in a class: all of the task's, or 0.

    The check is repeated with other random inputs and has more time.

    Raises:
        ValueError: there is no such task.
    """
    for _ in range(GRADE_SEEDS):
        result = evaluate(number, *answers, seconds=GRADE_SECONDS)
        if result.status != "right":
            print(result)
            return 0.0
    return float(result.task.points)


def evaluate(
    number: str, *answers: Any, seed: int | None = None, seconds: float = CHECK_SECONDS
) -> Result:
    """Return what the check of a task says about the answers. Nothing they do raises here.

    Args:
        number: the task, such as "04.2".
        answers: as for `check`.
        seed: makes the random inputs repeatable; fresh ones if None.
        seconds: time until the learner's code is stopped.

    Raises:
        ValueError: there is no such task.
    """
    task = find(number)
    forget_late_errors()
    try:
        _check_answers(task, answers)
        with time_limit(seconds), quiet():
            task.checker(numpy.random.default_rng(seed), *answers)
    except NotDone:
        return Result(task, "not done", f'not done yet. hint("{number}") helps.')
    except Wrong as problem:
        return Result(task, "wrong", str(problem))
    except OutOfTime as error:
        message = f"stopped after {seconds:g} seconds. Is there a loop that never ends?"
        return Result(task, "wrong", message + place(error))
    except Exception as error:  # an answer so odd that the check itself stumbled over it
        return Result(task, "wrong", f"the check can't read this answer ({describe(error)})")
    finally:
        forget_late_errors()
    return Result(task, "right", f"right ({task.points} point{'s' * (task.points > 1)})")


def _check_answers(task: Task, answers: tuple[Any, ...]) -> None:
    """Raise NotDone if an answer is blank, and Wrong if there are too few or too many."""
    parts = [p for a in answers for p in (a if isinstance(a, list | tuple) else [a])]
    if any(part is ... for part in parts):
        raise NotDone
    names = list(inspect.signature(task.checker).parameters)[1:]
    if len(names) != len(answers):
        expected = ", ".join([f'"{task.number}"', *names])
        raise Wrong(f"the check expects check({expected}), but got {len(answers)} answers")
