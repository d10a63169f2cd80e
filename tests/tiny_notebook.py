"""A small notebook pair that takes a second to run, for tests that break it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from notebook_files import sync_notebooks

Change = Callable[[NotebookNode], None]

TINY = """\
# Two numbers

**Time:** 1 minute.

## Objectives

Add two numbers.

## Before you start

Nothing.

```python
first = 2
print("first:", first)
```

```python
second = 3 * first
second
```

```python
import sys

print("working", end="\\r")
print("done")
print("a warning", file=sys.stderr)
```

```python tags=["nbval-ignore-output"]
import time

now = time.perf_counter()
print(now)
```

```python
assert now > 0
first + second
```

![A line that joins two numbers](line.svg)

## Summary

Done.

## Exercises

Add three numbers.

← [Zero](00-zero.ipynb) | [Two](02-two.ipynb) →
"""


@cache
def _synchronised() -> tuple[str, str]:
    """Return the two files as `make sync` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "01-tiny.md"
        source.write_text(TINY, encoding="utf-8")
        sync_notebooks.synchronise(source)
        return source.read_text("utf-8"), source.with_suffix(".ipynb").read_text("utf-8")


def write_pair(folder: Path) -> Path:
    """Write a synchronised pair into `folder` and return its Markdown file."""
    source = folder / "01-tiny.md"
    for path, text in zip((source, source.with_suffix(".ipynb")), _synchronised(), strict=True):
        path.write_text(text, encoding="utf-8")
    return source


def code(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells of `notebook`."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def change_stored(source: Path, change: Change) -> Path:
    """Apply `change` to the .ipynb of a pair and return its path."""
    stored = source.with_suffix(".ipynb")
    notebook = nbformat.read(stored, as_version=4)
    before = nbformat.writes(notebook)
    change(notebook)
    assert nbformat.writes(notebook) != before, "the change does not apply"
    nbformat.write(notebook, stored)
    return stored


def set_first_output(notebook: NotebookNode) -> None:
    output = code(notebook)[0].outputs[0]
    output.text = output.text.replace("2", "7")


def remove_first_outputs(notebook: NotebookNode) -> None:
    code(notebook)[0].outputs = []


def swap_first_two_cells(notebook: NotebookNode) -> None:
    first, second = (notebook.cells.index(cell) for cell in code(notebook)[:2])
    notebook.cells[first], notebook.cells[second] = notebook.cells[second], notebook.cells[first]
