"""A class is graded: what each kind of submission gets, from the assignment to the grade sheet."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import build_exercises
import nbformat
import pytest
from nbformat import NotebookNode

from d2l_local.exercises.tasks import tasks_of

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-grading" / "bin" / "python"
CHAPTER = "04-attention"
FULL = {task.number: float(task.points) for task in tasks_of("04")}
NOTHING = dict.fromkeys(FULL, 0.0)

AFTER_THE_SOFTMAX = """\
def masked_softmax(X, valid_len):
    positions = np.arange(X.shape[2], dtype="float32")
    return npx.softmax(X, axis=-1) * (positions < valid_len.reshape(-1, 1, 1))"""
NOT_SCALED = """\
def dot_product_attention(Q, K, V, valid_len):
    scores = npx.batch_dot(Q, K, transpose_b=True)
    return npx.batch_dot(package_masked_softmax(scores, valid_len), V)"""


def solutions() -> dict[str, str]:
    """Return the right answer for each cell that is to be filled in, by its name in nbgrader."""
    notebook = build_exercises.solution_notebook(build_exercises.SOLUTIONS / f"{CHAPTER}.md")
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell.source
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def fill(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell.source = answers.get(name, cell.source)
    return notebook


def learners() -> NotebookNode:
    """Return the notebook in the learner's folder: it can be handed in, too."""
    return nbformat.read(ROOT / "notebooks" / "exercises" / f"{CHAPTER}.ipynb", as_version=4)


def changed_tests() -> NotebookNode:
    """Return a blank notebook with one test deleted, and others that give themselves points."""
    notebook = fill(learners(), {f"check-04-{i}": "3" for i in (1, 2, 3)})
    notebook.cells = [
        cell for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") != "check-04-4"
    ]  # fmt: skip
    for cell in notebook.cells:
        if cell.source.startswith("import math"):
            cell.source += "\ndef grade(*answers):\n    return 3"
    return notebook


def with_answers(**answers: str) -> Callable[[], NotebookNode]:
    renamed = {f"answer-{name[1:].replace('_', '-')}": code for name, code in answers.items()}
    return lambda: fill(learners(), {**solutions(), **renamed})


SUBMISSIONS: dict[str, Callable[[], NotebookNode]] = {
    "blank": learners,
    "changed-tests": changed_tests,
    "ends-python": with_answers(_04_5_1="import os\n\nos._exit(1)"),
    "full": with_answers(),
    "hangs": with_answers(_04_7_1="while True:\n    pass"),
    "raises": with_answers(_04_3_1="mended = 1 / 0"),
    "two-mistakes": with_answers(_04_2_1=AFTER_THE_SOFTMAX, _04_4_1=NOT_SCALED),
}
EXPECTED = {
    "blank": NOTHING,
    "changed-tests": NOTHING,
    "ends-python": FULL | {"04.5": 0, "04.6": 0, "04.7": 0, "04.8": 0},
    "full": FULL,
    "hangs": FULL | {"04.7": 0},
    "raises": FULL | {"04.3": 0},
    "two-mistakes": FULL | {"04.2": 0, "04.4": 0},
}


def run(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, ROOT / "tools" / "grade_course.py", "--course", course, *arguments, CHAPTER],
        env={k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder in which all submissions were graded, and one that is not a notebook."""
    assert PYTHON.exists(), "`make venv-grading` makes the environment with nbgrader"
    folder = tmp_path_factory.mktemp("a course")
    assigned = run(folder, "assign")
    assert assigned.returncode == 0, assigned.stdout + assigned.stderr
    for student, notebook in SUBMISSIONS.items():
        nbformat.write(notebook(), submission(folder, student))
    submission(folder, "another-file").write_text("My answers", encoding="utf-8")
    # A module of this name beside the notebook would take the place of the one with the checks.
    shadow = submission(folder, "blank").with_name("d2l_local.py")
    shadow.write_text("raise SystemExit", encoding="utf-8")
    graded = run(folder, "--timeout", "20", "grade")
    assert graded.returncode == 1 and f"{CHAPTER} another-file: " in graded.stdout, graded.stdout
    assert graded.stdout.count(": ok") == len(SUBMISSIONS), graded.stdout + graded.stderr
    return folder


def submission(course: Path, student: str) -> Path:
    path = course / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_each_task_gets_the_points_that_its_answer_earned(course: Path, student: str) -> None:
    own = [row for row in rows(course / "tasks.csv") if row["student_id"] == student]
    assert {row["task"]: float(row["score"]) for row in own} == EXPECTED[student]
    assert {row["task"]: float(row["max_score"]) for row in own} == FULL


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_the_grade_sheet_holds_the_sum(course: Path, student: str) -> None:
    (own,) = [row for row in rows(course / "grades.csv") if row["student_id"] == student]
    assert float(own["score"]) == sum(EXPECTED[student].values())
    assert float(own["max_score"]) == sum(FULL.values())


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_each_learner_gets_a_page_with_the_messages(course: Path, student: str) -> None:
    page = course / "feedback" / student / CHAPTER / f"{CHAPTER}.html"
    text = page.read_text(encoding="utf-8")
    assert "04.1 Weights by hand" in text
    assert ("did you mask after the softmax?" in text) == (student == "two-mistakes")


def test_the_release_is_what_the_learners_folder_holds(course: Path) -> None:
    released = nbformat.read(course / "release" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    assert [cell.source for cell in released.cells] == [cell.source for cell in learners().cells]
    assert not any(cell.get("outputs") for cell in released.cells)


def test_graders_and_readers_have_the_same_versions() -> None:
    locks = [
        dict(re.findall(r"^([a-z0-9][\w.-]*)==([^ \\;]+)", (ROOT / name).read_text("utf-8"), re.M))
        for name in ("requirements.lock", "requirements-grading.lock")
    ]
    readers, graders = locks
    assert {"mxnet", "numpy", "ipykernel", "nbgrader"} <= graders.keys()
    assert "nbgrader" not in readers
    assert {
        name: graders[name] for name in graders.keys() & readers.keys()
    }.items() <= readers.items()


def test_the_grading_lock_has_hashes_and_no_other_registry() -> None:
    text = (ROOT / "requirements-grading.lock").read_text("utf-8")
    entries = re.findall(r"^[a-z0-9].*==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.M)
    assert len(entries) == len(re.findall(r"^[a-z0-9]", text, re.M)) > 100
    assert not re.search(r"https?://|file:/|--(?:extra-)?index|--find-links| @ ", text)


def test_a_teachers_own_settings_stay(course: Path, tmp_path: Path) -> None:
    shutil.copy(course / "nbgrader_config.py", tmp_path)
    with (tmp_path / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    assert run(tmp_path, "assign").returncode == 0
    assert (tmp_path / "nbgrader_config.py").read_text(encoding="utf-8").endswith("# mine\n")
