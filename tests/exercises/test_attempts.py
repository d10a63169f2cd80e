"""The check of every task tells right answers from wrong ones, and names the cause of these."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from attempts import Attempt

from d2l_local.exercises import evaluate
from d2l_local.exercises.tasks import Task, chapters, tasks_of

SEEDS = range(5)
TASKS = [task for chapter in chapters() for task in tasks_of(chapter)]
TABLES = {path.stem[-2:] for path in Path(__file__).parent.glob("attempts_*.py")}
ATTEMPTS: list[Attempt] = [
    attempt
    for chapter in sorted(TABLES)
    for attempt in importlib.import_module(f"attempts_{chapter}").attempts.table
]


@pytest.mark.parametrize("attempt", [a for a in ATTEMPTS if a.says is None], ids=str)
def test_a_right_answer_is_accepted(attempt: Attempt) -> None:
    for seed in SEEDS:
        result = evaluate(attempt.task, *attempt.answers, seed=seed)
        assert result.status == "right", f"seed {seed}: {result}"


@pytest.mark.parametrize("attempt", [a for a in ATTEMPTS if a.says is not None], ids=str)
def test_a_wrong_answer_is_rejected_with_its_cause(attempt: Attempt) -> None:
    for seed in SEEDS:
        result = evaluate(attempt.task, *attempt.answers, seed=seed)
        assert result.status == "wrong", f"seed {seed}: {result}"
        assert attempt.says in result.message, f"seed {seed}: {result}"


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.number)
def test_enough_answers_of_every_kind_are_tried(task: Task) -> None:
    own = [attempt for attempt in ATTEMPTS if attempt.task == task.number]
    coding = any(callable(answer) for attempt in own for answer in attempt.answers)
    causes = {attempt.says for attempt in own if attempt.says is not None}
    right = [attempt for attempt in own if attempt.says is None]
    assert len(causes) >= (6 if coding else 3), f"{task.number} tries {sorted(causes)}"
    assert len(right) >= (2 if coding else 1), f"{task.number} tries {len(right)} right answers"


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.number)
def test_every_task_has_hints_and_points(task: Task) -> None:
    assert len(task.hints) >= 2 and task.points >= 1


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_has_four_to_eight_tasks(chapter: str) -> None:
    assert 4 <= len(tasks_of(chapter)) <= 8
