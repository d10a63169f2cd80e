"""`make sync` writes what a reader sees, and nothing else."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from notebook_files import sync_notebooks

SOURCE = """\
# Progress

```python
import sys
import time

for step in range(3):
    print(f"\\rstep {step}", end="", flush=True)
    time.sleep(0.3)
print()
print("rows")
```

```python
{f"word {i}" for i in range(20)}
```
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "progress.md"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def content(source: Path) -> tuple[str, str]:
    return source.read_text(), source.with_suffix(".ipynb").read_text()


def test_a_second_run_changes_nothing(source: Path) -> None:
    assert sync_notebooks.main([str(source)]) == 0
    first = content(source)
    assert sync_notebooks.main([str(source.with_suffix(".ipynb"))]) == 0
    assert content(source) == first
    assert sync_notebooks.main(["--check", str(source)]) == 0


def test_a_progress_bar_keeps_its_last_state(source: Path) -> None:
    sync_notebooks.synchronise(source)
    notebook = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    (stream,) = notebook.cells[1].outputs
    assert stream.text == "step 2\nrows\n"


def test_a_failing_cell_is_named_and_leaves_the_old_notebook_alone(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sync_notebooks.synchronise(source)
    _, before = content(source)
    source.write_text(SOURCE.replace('print("rows")', "print(1 / 0)"))
    edited = source.read_text()

    assert sync_notebooks.main([str(source)]) == 1
    assert content(source) == (edited, before)
    shown = capsys.readouterr().out
    for part in ("progress.md", "cell 1", "print(1 / 0)", "ZeroDivisionError"):
        assert part in shown


def test_an_edit_while_the_cells_run_is_not_lost(source: Path) -> None:
    edit = 'from pathlib import Path\nPath("progress.md").write_text("# Edited")\n'
    source.write_text(SOURCE.replace("import sys\n", edit))
    with pytest.raises(sync_notebooks.CellFailed, match="edited"):
        sync_notebooks.synchronise(source)
    assert source.read_text() == "# Edited"
    assert not source.with_suffix(".ipynb").exists()


def test_an_inserted_cell_keeps_the_identifiers_of_the_others() -> None:
    before = [cell.id for cell in sync_notebooks.to_notebook(SOURCE).cells]
    after = [cell.id for cell in sync_notebooks.to_notebook("New.\n\n\n" + SOURCE).cells]
    assert len(set(before)) == len(before)
    assert set(before) <= set(after)


def test_check_reports_a_pair_that_drifts(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sync_notebooks.main(["--check", str(source)]) == 1
    assert "progress.ipynb is missing" in capsys.readouterr().out
