"""The learner's exercises are made from the solutions, and from nothing else."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import build_exercises
import jupytext
import pytest

from d2l_local.exercises.tasks import chapters, tasks_of

SOLUTIONS = sorted(build_exercises.SOLUTIONS.glob("*.md"))
LEARNERS = [build_exercises.EXERCISES / path.name for path in SOLUTIONS]


def stem(path: Path) -> str:
    return path.stem


def code(path: Path) -> list[str]:
    cells = jupytext.read(path).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def checks(path: Path) -> list[str]:
    """Run the cells of a notebook and return the lines that its checks print."""
    names: dict[str, Any] = {"__name__": "__main__"}
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        for number, source in enumerate(code(path)):
            source = re.sub(r"^%.*$", "", source, flags=re.MULTILINE)
            exec(compile(source, f"{path.name}, code cell {number}", "exec"), names)
    return re.findall(r"^[✓✗○] .*$", output.getvalue(), flags=re.MULTILINE)


@pytest.mark.parametrize("source", SOLUTIONS, ids=stem)
def test_the_learners_version_is_up_to_date(source: Path) -> None:
    assert build_exercises.is_current(source), "run `make exercises`"


def test_every_exercise_has_a_solution_and_a_chapter() -> None:
    for suffix in ("md", "ipynb"):
        made = {path.stem for path in build_exercises.EXERCISES.glob(f"*.{suffix}")}
        assert made == {path.stem for path in SOLUTIONS}
    of_chapters = {path.stem for path in build_exercises.EXERCISES.parent.glob("*.md")}
    assert {path.stem for path in SOLUTIONS} <= of_chapters


def test_every_chapter_with_tasks_has_a_notebook() -> None:
    assert [path.stem[:2] for path in SOLUTIONS] == chapters()


@pytest.mark.parametrize("path", SOLUTIONS, ids=stem)
def test_the_solution_solves_every_task(path: Path) -> None:
    lines = checks(path)
    assert [line[:6] for line in lines] == [f"✓ {t.number}"[:6] for t in tasks_of(path.stem[:2])]


@pytest.mark.parametrize("path", LEARNERS, ids=stem)
def test_the_blank_exercises_run_and_nothing_is_done_yet(path: Path) -> None:
    lines = checks(path)
    assert [line[:6] for line in lines] == [f"○ {t.number}"[:6] for t in tasks_of(path.stem[:2])]
    assert all("not done yet" in line for line in lines)


@pytest.mark.parametrize("path", LEARNERS, ids=stem)
def test_the_headings_are_the_titles_of_the_tasks(path: Path) -> None:
    headings = re.findall(r"^## (\d\d\.\d .*)$", path.read_text("utf-8"), flags=re.MULTILINE)
    assert headings == [f"{task.number} {task.title}" for task in tasks_of(path.stem[:2])]


@pytest.mark.parametrize("path", LEARNERS, ids=stem)
def test_an_exercise_says_its_time_and_links_to_its_chapter(path: Path) -> None:
    first = jupytext.read(path).cells[0].source
    assert re.search(r"^\*\*Time:\*\* .*\d", first, flags=re.MULTILINE)
    assert f"(../{path.stem}.ipynb)" in path.read_text("utf-8")


@pytest.mark.parametrize("path", LEARNERS, ids=stem)
def test_the_learners_version_holds_no_solution(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "SOLUTION" not in text and "HIDDEN" not in text


# How a solution is blanked.


def test_a_solution_in_a_function_becomes_an_error_that_checks_know() -> None:
    cell = "def f(x):\n    ### BEGIN SOLUTION\n    y = x\n\n    return y\n    ### END SOLUTION"
    assert build_exercises.blank(cell, {"f"}) == (
        "def f(x):\n    raise NotImplementedError  # your code here"
    )


def test_a_solution_outside_of_functions_keeps_the_names_that_are_checked() -> None:
    cell = "a = 1\n### BEGIN SOLUTION\nb = 2\nc = b\n### END SOLUTION\nprint(c)"
    assert build_exercises.blank(cell, {"c"}) == "a = 1\nc = ...  # your answer here\nprint(c)"


@pytest.mark.parametrize(
    "cell",
    [
        "### BEGIN SOLUTION\nb = 2",
        "b = 2\n### END SOLUTION",
        "### BEGIN SOLUTION\nprint(3)\n### END SOLUTION",
        "def f():\n    ### BEGIN SOLUTION\n    return 2\n### END SOLUTION",
    ],
    ids=["not closed", "not opened", "no name", "another indentation"],
)
def test_a_solution_that_cannot_be_blanked_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError, match="solution"):
        build_exercises.blank(cell, {"c"})
