"""The checks of `notebook_files.py` accept a good notebook and refuse each kind of bad one."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from notebook_files import ROOT, check_chapter, check_pair, sync_notebooks
from tiny_notebook import (
    TINY,
    Change,
    change_stored,
    code,
    remove_first_outputs,
    swap_first_two_cells,
    write_pair,
)

PLAIN = "text/plain"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The Markdown file of a small synchronised pair, to be broken."""
    return write_pair(tmp_path)


def check(source: Path) -> None:
    check_pair(source, source.with_suffix(".ipynb"))


def test_a_synchronised_pair_passes_every_check(tiny: Path) -> None:
    check(tiny)
    check_chapter(tiny.with_suffix(".ipynb"), "00-zero.ipynb", "02-two.ipynb")


def edit_code(notebook: NotebookNode) -> None:
    code(notebook)[0].source += "  # changed"


def edit_prose(notebook: NotebookNode) -> None:
    notebook.cells[0].source += "\n\nMore."


def tag(notebook: NotebookNode) -> None:
    code(notebook)[0].metadata["tags"] = ["nbval-ignore-output"]


def run_again(notebook: NotebookNode) -> None:
    code(notebook)[0].execution_count = 9


def store_error(notebook: NotebookNode) -> None:
    code(notebook)[0].outputs = [
        nbformat.v4.new_output("error", ename="NameError", evalue="x", traceback=[])
    ]


def show(data: dict[str, str]) -> Change:
    def change(notebook: NotebookNode) -> None:
        code(notebook)[0].outputs = [nbformat.v4.new_output("display_data", data=data)]

    return change


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (edit_code, r"differ; run `make sync`"),
        (edit_prose, r"differ; run `make sync`"),
        (tag, r"differ; run `make sync`"),
        (swap_first_two_cells, r"differ; run `make sync`"),
        (run_again, r"execution counts"),
        (remove_first_outputs, r"output is missing"),
        (store_error, r"stores the error NameError"),
        (show({PLAIN: "<object at 0x7f12ab34cd56>"}), r"holds '0x7f12ab34cd56'"),
        (show({PLAIN: "/home/ada/data.txt"}), r"holds '/home/a"),
        (show({"text/html": f"<b>{ROOT}/data.txt</b>"}), r"output holds"),
        (show({PLAIN: "<Figure>", "image/svg+xml": "<svg/>"}), r"stored as PNG"),
        (show({"image/png": "iVBORw0K"}), r"without text/plain"),
        (show({PLAIN: "<Figure size 640x480 with 1 Axes>"}), r"without its picture"),
    ],
)
def test_a_changed_notebook_is_refused(tiny: Path, change: Change, complaint: str) -> None:
    change_stored(tiny, change)
    with pytest.raises(AssertionError, match=complaint):
        check(tiny)


@pytest.mark.parametrize("suffix", [".md", ".ipynb"])
def test_a_notebook_without_its_partner_is_refused(tiny: Path, suffix: str) -> None:
    tiny.with_suffix(suffix).unlink()
    with pytest.raises(AssertionError, match="no partner"):
        check(tiny)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Add two", "As in :numref:`sec_x`, add two", r"another tool: ':numref:'"),
        ("Add two", "As in {ref}`sec_x`, add two", r"another tool"),
        ("![A line that joins two numbers]", "![A line]", r"alt text 'A line'"),
        ("![A line that joins two numbers](line.svg)", '<img src="a.svg">', r"alt text ''"),
        ("first = 2", "first = 2  #@save", r"comment meant for a tool"),
        ("first = 2", "# NBVAL_SKIP\nfirst = 2", r"comment meant for a tool"),
        ("```python\nfirst", '```python tags=["nbval-skip"]\nfirst', r"gives the reason"),
        ("```python\nfirst", '```python tags=["nbval-check-it"]\nfirst', r"nbval-check-it"),
        ("```python\nfirst", '```python tags=["nbval-ignore-output"]\nfirst', r"at most a quarter"),
        ("assert now > 0", "now > 0", r"asserts what its output means"),
    ],
)
def test_a_badly_written_notebook_is_refused(
    tiny: Path, old: str, new: str, complaint: str
) -> None:
    assert old in TINY
    tiny.write_text(TINY.replace(old, new, 1))
    written = sync_notebooks.to_notebook(tiny.read_text())
    stored = nbformat.read(tiny.with_suffix(".ipynb"), as_version=4)
    for fresh, run in zip(code(written), code(stored), strict=True):
        fresh.outputs, fresh.execution_count = run.outputs, run.execution_count
    nbformat.write(written, tiny.with_suffix(".ipynb"))
    tiny.write_text(sync_notebooks.to_markdown(written))
    with pytest.raises(AssertionError, match=complaint):
        check(tiny)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("# Two numbers", "Two numbers", r"begin with one `# Title`"),
        ("**Time:** 1 minute", "Time: 1 minute", r"\*\*Time:\*\*"),
        ("## Objectives", "## Aims", r"headings with ##"),
        ("## Summary", "### Summary", r"headings with ##"),
        ("## Before you start", "## Exercises", r"headings with ##"),
        ("(00-zero.ipynb)", "(zero.ipynb)", r"link to 00-zero.ipynb"),
        (" →", "", r"link to 02-two.ipynb with the arrow →"),
    ],
)
def test_a_chapter_that_lacks_a_part_is_refused(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    assert old in TINY
    stored = tmp_path / "01-tiny.ipynb"
    nbformat.write(sync_notebooks.to_notebook(TINY.replace(old, new, 1)), stored)
    with pytest.raises(AssertionError, match=complaint):
        check_chapter(stored, "00-zero.ipynb", "02-two.ipynb")
