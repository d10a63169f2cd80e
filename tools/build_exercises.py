"""Make the learner's exercises, the teacher's solutions and the source for nbgrader.

There is one source for each exercise notebook: its solution, `teaching/solutions/NN-name.md`.

    python tools/build_exercises.py                          # notebooks/exercises, all of them
    python tools/build_exercises.py 04-attention             # one
    python tools/build_exercises.py --check                  # write nothing, report what is old
    python tools/build_exercises.py --solutions build/solutions    # notebooks that are run
    python tools/build_exercises.py --nbgrader course/source       # with points and hidden tests

What stands between `### BEGIN SOLUTION` and `### END SOLUTION` is replaced in the learner's
version: in a function by `raise NotImplementedError`, elsewhere by `name = ...` for each name that
the solution assigns and a check uses.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from sync_notebooks import ROOT, CellFailed, execute, synchronise, tidy, to_markdown, to_notebook

from d2l_local.exercises.tasks import find

SOLUTIONS = ROOT / "teaching" / "solutions"
EXERCISES = ROOT / "notebooks" / "exercises"
REGION = re.compile(r"^( *)### BEGIN SOLUTION\n(.*?)^\1### END SOLUTION$", re.DOTALL | re.MULTILINE)
CHECK = re.compile(r'^check\("(\d\d\.\d)",.*\)$', re.MULTILINE)


def sources(names: list[str]) -> list[Path]:
    """Return the solution files with these stems, or all of them.

    Raises:
        FileNotFoundError: one of them does not exist.
    """
    paths = [SOLUTIONS / f"{name}.md" for name in names] or sorted(SOLUTIONS.glob("*.md"))
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path.relative_to(ROOT)} does not exist")
    return paths


def blank(code: str, checked: set[str]) -> str:
    """Return the code of a cell with every solution replaced by the place for an answer.

    Args:
        code: the source of a cell.
        checked: the names that the checks of the notebook use.

    Raises:
        ValueError: a region is not closed, or outside of functions and without a checked name.
    """

    def place_for_answer(region: re.Match[str]) -> str:
        indent, solution = region.groups()
        if indent:
            return f"{indent}raise NotImplementedError  # your code here"
        names = [name for name in assigned(solution) if name in checked]
        if not names:
            raise ValueError(f"the solution assigns no name that a check uses:\n{solution}")
        return "\n".join(f"{name} = ...  # your answer here" for name in names)

    result = REGION.sub(place_for_answer, code)
    if "# BEGIN SOLUTION" in result or "# END SOLUTION" in result:
        raise ValueError(f"a solution is opened and not closed, or the reverse:\n{code}")
    return result


def assigned(code: str) -> list[str]:
    """Return the names that the statements of `code` assign, in order."""
    statements = [node for node in ast.parse(code).body if isinstance(node, ast.Assign)]
    targets = [target for statement in statements for target in statement.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def names_in_checks(notebook: NotebookNode) -> set[str]:
    """Return every name that stands in a `check(...)` of the notebook."""
    calls = [call.group() for cell in notebook.cells for call in CHECK.finditer(cell.source)]
    nodes = [node for call in calls for node in ast.walk(ast.parse(call))]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def solution_notebook(source: Path) -> NotebookNode:
    """Return the notebook with solutions, each cell with what nbgrader must know of it.

    The cells before a check hold the answers to its task.

    Raises:
        ValueError: a solution without a check behind it, or a check of a task that doesn't exist.
    """
    notebook = to_notebook(source.read_text(encoding="utf-8"))
    answers: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if REGION.search(cell.source):
            answers.append(cell)
        elif found := CHECK.search(cell.source):
            task = find(found[1])
            name = task.number.replace(".", "-")
            for index, answer in enumerate(answers, start=1):
                answer.metadata["nbgrader"] = grading(f"answer-{name}-{index}", solution=True)
            cell.metadata["nbgrader"] = grading(f"check-{name}", points=task.points)
            answers = []
    if answers:
        raise ValueError(f"{source.name}: no check follows this solution:\n{answers[0].source}")
    return notebook


def grading(grade_id: str, solution: bool = False, points: int | None = None) -> dict[str, Any]:
    """Return nbgrader's metadata for a cell to be filled in or, with points, a cell that tests."""
    tests = points is not None
    return {  # in alphabetical order, as in an .ipynb
        "grade": tests,
        "grade_id": grade_id,
        "locked": tests,
        **({"points": points} if tests else {}),
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }


def learners_notebook(source: Path) -> NotebookNode:
    """Return the notebook that a learner fills in."""
    notebook = solution_notebook(source)
    checked = names_in_checks(notebook)
    for cell in notebook.cells:
        cell.source = blank(cell.source, checked)
    return notebook


def nbgrader_notebook(source: Path) -> NotebookNode:
    """Return the learner's notebook with hidden tests behind each check."""
    notebook = learners_notebook(source)
    for cell in notebook.cells:
        if found := CHECK.search(cell.source):
            again = found.group().replace("check(", "grade(", 1)
            cell.source += (
                "\n### BEGIN HIDDEN TESTS\n"
                f"from d2l_local.exercises import grade\n\n{again}\n"
                "### END HIDDEN TESTS"
            )
    return notebook


def build_learners(source: Path) -> None:
    """Write and run the learner's pair. Raises CellFailed if a cell does."""
    target = EXERCISES / source.name
    target.parent.mkdir(exist_ok=True)
    target.write_text(to_markdown(learners_notebook(source)), encoding="utf-8")
    synchronise(target)


def is_current(source: Path) -> bool:
    """Return whether the learner's Markdown is what the solution makes it."""
    target = EXERCISES / source.name
    wanted = to_markdown(learners_notebook(source))
    return target.exists() and target.read_text(encoding="utf-8") == wanted


def build_solution(source: Path, folder: Path) -> None:
    """Write the solution as a notebook that was run. Raises CellFailed if a cell does."""
    notebook = solution_notebook(source)
    execute(notebook, source.parent)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
            cell.outputs = tidy(cell.outputs)
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{source.stem}.ipynb")


def build_for_nbgrader(source: Path, folder: Path) -> None:
    """Write the source of an assignment, named after the chapter, where nbgrader expects it."""
    target = folder / source.stem / f"{source.stem}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbgrader_notebook(source), target)


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when everything was made, or is up to date with --check; otherwise 1."""
    parser = argparse.ArgumentParser(description="Make notebooks/exercises from the solutions.")
    parser.add_argument("--check", action="store_true", help="write nothing, report what is old")
    parser.add_argument("--solutions", type=Path, metavar="FOLDER", help="run the solutions")
    parser.add_argument("--nbgrader", type=Path, metavar="FOLDER", help="write nbgrader's source")
    parser.add_argument("names", nargs="*", help="such as 04-attention (default: all)")
    options = parser.parse_args(arguments)
    failed = False
    for source in sources(options.names):
        problem = ""
        try:
            if options.check:
                problem = "" if is_current(source) else "is out of date: run `make exercises`"
            elif options.solutions:
                build_solution(source, options.solutions)
            elif options.nbgrader:
                build_for_nbgrader(source, options.nbgrader)
            else:
                build_learners(source)
        except (CellFailed, ValueError) as error:
            problem = f"FAILED\n{error}"
        print(f"{source.stem}: {problem or 'ok'}", flush=True)
        failed |= bool(problem)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
