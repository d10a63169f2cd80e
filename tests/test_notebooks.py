"""The notebooks agree with their sources, and comparing their outputs finds mistakes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from nbformat import NotebookNode
from notebook_files import (
    NOTEBOOKS,
    ROOT,
    all_chapters,
    all_pairs,
    check_chapter,
    check_pair,
    run_nbval,
)
from tiny_notebook import (
    Change,
    change_stored,
    code,
    remove_first_outputs,
    set_first_output,
    swap_first_two_cells,
    write_pair,
)


def name(path: Path) -> str:
    return path.relative_to(NOTEBOOKS).as_posix()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The Markdown file of a small synchronised pair, to be broken."""
    return write_pair(tmp_path)


def check(source: Path) -> None:
    check_pair(source, source.with_suffix(".ipynb"))


# The course's own notebooks.


def test_there_are_notebooks() -> None:
    assert len(all_chapters()) >= 6, f"{NOTEBOOKS} holds {len(all_chapters())} of chapters 00 to 05"


@pytest.mark.parametrize("path", all_pairs(), ids=name)
def test_markdown_and_notebook_are_one_and_the_outputs_are_fresh(path: Path) -> None:
    check_pair(path.with_suffix(".md"), path.with_suffix(".ipynb"))


@pytest.mark.parametrize("path", all_chapters(), ids=name)
def test_a_chapter_has_all_its_parts(path: Path) -> None:
    names = [chapter.with_suffix(".ipynb").name for chapter in all_chapters()]
    position = names.index(path.with_suffix(".ipynb").name)
    previous, following = ([None, *names][position], [*names, None][position + 1])
    check_chapter(path.with_suffix(".ipynb"), previous, following)


# A comparison of the outputs is green for a good notebook and red after each of these mistakes.


def test_nbval_is_green_for_a_synchronised_notebook(tiny: Path) -> None:
    result = run_nbval(tiny.with_suffix(".ipynb"))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("change", [set_first_output, remove_first_outputs, swap_first_two_cells])
def test_nbval_is_red_when_a_stored_notebook_was_changed(tiny: Path, change: Change) -> None:
    result = run_nbval(change_stored(tiny, change))
    assert result.returncode == 1, result.stdout
    assert "::Cell 0" in result.stdout


def test_nbval_is_red_when_code_was_changed_without_running_it(tiny: Path) -> None:
    tiny.write_text(tiny.read_text().replace("3 * first", "4 * first"))

    def edit(notebook: NotebookNode) -> None:
        code(notebook)[1].source = code(notebook)[1].source.replace("3 * first", "4 * first")

    stored = change_stored(tiny, edit)
    check(tiny)  # the pair agrees: this mistake is seen only by running
    result = run_nbval(stored)
    assert result.returncode == 1, result.stdout
    assert "::Cell 1" in result.stdout


def run_chapter_04(folder: Path, old: str, new: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of chapter 04 with a copy of the package in which `old` reads `new`."""
    shutil.copytree(ROOT / "d2l_local", folder / "d2l_local")
    module = folder / "d2l_local" / "attention.py"
    text = module.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is not one place in {module.name}; update this test"
    module.write_text(text.replace(old, new), encoding="utf-8")
    stored = NOTEBOOKS / "04-attention.ipynb"
    assert stored.exists(), f"{stored} is missing"
    return run_nbval(Path(shutil.copy(stored, folder)), package=folder)


def test_chapter_04_is_green_with_a_true_copy_of_the_package(tmp_path: Path) -> None:
    result = run_chapter_04(tmp_path, "arange(keys) < lengths", "arange(keys) < lengths")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("arange(keys) < lengths", "arange(keys) >= lengths"),
        ("expand_dims(self.W_q(query), 2) +", "expand_dims(self.W_q(query), 2) -"),
    ],
    ids=["mask", "query"],
)
def test_nbval_is_red_when_a_helper_has_the_wrong_sign(tmp_path: Path, old: str, new: str) -> None:
    result = run_chapter_04(tmp_path, old, new)
    assert result.returncode == 1, result.stdout
    assert "Cell outputs differ" in result.stdout or "caused an exception" in result.stdout


def clear(notebook: NotebookNode) -> None:
    for cell in code(notebook):
        cell.execution_count, cell.outputs = None, []


def test_a_cleared_notebook_passes_nbval_but_not_our_check(tiny: Path) -> None:
    stored = change_stored(tiny, clear)
    assert run_nbval(stored).returncode == 0
    with pytest.raises(AssertionError, match="execution counts"):
        check(tiny)
