"""Make the assignments of a class and grade what comes back, with nbgrader.

    python tools/grade_course.py --course course assign [04-attention ...]
    python tools/grade_course.py --course course grade [04-attention ...]

The course folder has nbgrader's layout:

    release/04-attention/04-attention.ipynb            what learners get
    submitted/STUDENT/04-attention/04-attention.ipynb  what they hand in; you put it there
    feedback/STUDENT/04-attention/04-attention.html    what they get back
    grades.csv, tasks.csv                              the grade sheet, by assignment and by task

It needs nbgrader, so it runs in `.venv-grading`: use `make assignment` and `make grade`. Submitted
code runs with your rights. Grade in a container or on an account that has nothing to lose.
"""

from __future__ import annotations

import argparse
import csv
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from build_exercises import ROOT, build_for_nbgrader, sources
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins.export import CsvExportPlugin
from traitlets.config import Config, PyFileConfigLoader

CONFIG = "nbgrader_config.py"


def prepare() -> None:
    """Settle what nbgrader takes from its surroundings."""
    # The kernel of this environment, not one of the same name in the user's home.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    # nbgrader calls a program that lies beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    # nbgrader 0.9 is older than the SQLAlchemy in the lock, whose warnings do no harm here.
    warnings.filterwarnings("ignore", module="nbgrader")
    logging.getLogger("traitlets").propagate = False  # each step returns its messages


class Course:
    """A course folder, as nbgrader sees it."""

    def __init__(self, root: Path, timeout: int | None = None) -> None:
        self.root = root.resolve()
        self.root.mkdir(parents=True, exist_ok=True)
        if not (self.root / CONFIG).exists():  # a teacher may have changed it
            shutil.copy(ROOT / "teaching" / CONFIG, self.root)
        config: Config = PyFileConfigLoader(CONFIG, path=str(self.root)).load_config()
        config.CourseDirectory.root = str(self.root)
        if timeout is not None:
            config.Execute.timeout = config.ExecuteToTheEnd.timeout = timeout
        self.folder = CourseDirectory(config=config)
        self.api = NbGraderAPI(coursedir=self.folder, config=config)

    def assign(self, source: Path) -> str:
        """Make the learners' version; return what went wrong, or nothing."""
        build_for_nbgrader(source, self.root / "source")
        return problem(self.api.generate_assignment(source.stem, force=True, create=True))

    def students(self, assignment: str) -> list[str]:
        """Return those who handed in something for the assignment."""
        return sorted(self.api.get_submitted_students(assignment))

    def grade(self, assignment: str, student: str) -> str:
        """Grade one submission and write its feedback; return what went wrong, or nothing."""
        return problem(self.api.autograde(assignment, student, force=True)) or problem(
            self.api.generate_feedback(assignment, student, force=True)
        )

    def write_sheets(self) -> None:
        """Write grades.csv, one line for each hand-in, and tasks.csv, one for each task of it."""
        with Gradebook(self.folder.db_url, self.folder.course_id) as book:
            export = CsvExportPlugin()
            export.to = str(self.root / "grades.csv")
            export.export(book)
            with (self.root / "tasks.csv").open("w", encoding="utf-8", newline="") as file:
                sheet = csv.writer(file)
                sheet.writerow(["assignment", "student_id", "task", "score", "max_score"])
                sheet.writerows(sorted(tasks(book)))


def tasks(book: Gradebook) -> Iterator[tuple[str, str, str, float, float]]:
    """Yield assignment, student, task, points and greatest possible points."""
    for assignment in book.assignments:
        for submission in book.assignment_submissions(assignment.name):
            student = submission.student_id
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    task = grade.name.removeprefix("check-").replace("-", ".")
                    yield assignment.name, student, task, grade.score, grade.max_score


def problem(result: dict[str, Any]) -> str:
    """Return why a step of nbgrader failed; nothing if it didn't."""
    return "" if result["success"] else result.get("log") or result.get("error") or "failed"


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when every assignment was made, or every submission graded; otherwise 1."""
    parser = argparse.ArgumentParser(description="Make and grade the assignments of a class.")
    parser.add_argument("--course", type=Path, default=Path("course"), help="the course folder")
    parser.add_argument("--timeout", type=int, metavar="SECONDS", help="for a cell (default: 60)")
    parser.add_argument("step", choices=["assign", "grade"])
    parser.add_argument("names", nargs="*", help="such as 04-attention (default: all)")
    options = parser.parse_args(arguments)
    prepare()
    course = Course(options.course, options.timeout)
    failed = False
    for source in sources(options.names):
        assignment = source.stem
        for student in course.students(assignment) if options.step == "grade" else [""]:
            trouble = course.grade(assignment, student) if student else course.assign(source)
            print(f"{assignment} {student}".rstrip() + f": {trouble or 'ok'}", flush=True)
            failed |= bool(trouble)
    if options.step == "grade":
        course.write_sheets()
        print(f"The grades are in {course.root}/grades.csv, by task in tasks.csv.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
