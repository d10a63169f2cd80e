"""Run the notebooks and store what they show.

The Markdown file of a pair is the source. This script turns it into a notebook, runs every cell
in a fresh kernel, and writes the `.ipynb` next to it. A second run without a change in between
writes nothing.

    python tools/sync_notebooks.py                              # all notebooks
    python tools/sync_notebooks.py notebooks/04-attention.md    # one
    python tools/sync_notebooks.py --check                      # run nothing, report drift
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import os
import re
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupytext.config import JupytextConfiguration, load_jupytext_configuration_file
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
CELL_TIMEOUT = 900  # seconds; the regression check allows a cell the same
# Without these two, the order of a set and the identifiers in an SVG differ from run to run.
REPEATABLE = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"}
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# nbval forgets overwritten progress with this same expression, so both see the same text.
OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)


class CellFailed(Exception):
    """A cell raised an exception, ran too long, or ended its kernel."""


def all_sources() -> list[Path]:
    """Return the Markdown file of every notebook, in the order in which they are read."""
    found = sorted((ROOT / "notebooks").rglob("*.md"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


@cache
def configuration() -> JupytextConfiguration:
    """Return the repository's jupytext settings, whatever folder the notebook lies in."""
    return load_jupytext_configuration_file(str(ROOT / "jupytext.toml"))


def to_markdown(notebook: NotebookNode) -> str:
    """Return the Markdown text that pairs with `notebook`."""
    return jupytext.writes(notebook, fmt="md", config=configuration())


def to_notebook(markdown: str) -> NotebookNode:
    """Return the notebook, without outputs, that pairs with the text `markdown`."""
    notebook = jupytext.reads(markdown, fmt="md", config=configuration())
    # Versions of Python and of jupytext would change the file without changing what it teaches.
    notebook.metadata = NotebookNode(kernelspec=KERNELSPEC, language_info={"name": "python"})
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        # An identifier made from the content stays the same when a cell is inserted above.
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        cell.id = f"{digest}-{seen[digest]}"
        seen[digest] += 1
    return notebook


def difference(source: Path) -> str:
    """Return how the notebook next to `source` differs in its cells; empty when it does not.

    Cell types, sources, tags and their order count. Outputs do not.
    """
    stored = source.with_suffix(".ipynb")
    for path in (source, stored):
        if not path.exists():
            return f"{path} is missing"
    lines = difflib.unified_diff(
        source.read_text(encoding="utf-8").splitlines(keepends=True),
        to_markdown(nbformat.read(stored, as_version=4)).splitlines(keepends=True),
        fromfile=source.name,
        tofile=stored.name,
    )
    return "".join(lines)


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run all cells in order, in a fresh kernel of this interpreter that works in `folder`.

    Raises:
        CellFailed: names the first cell that failed, with its source and its traceback.
    """
    # No kernel folders: a kernel of the same name in the user's home must not take its place.
    manager = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=CELL_TIMEOUT,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel(cleanup_kc=True, env={**os.environ, **REPEATABLE}):
        for number, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, number)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise CellFailed(f"cell {number} failed\n{error}") from error


def tidy(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return `outputs` without what changes from run to run.

    Pieces of one stream are joined, a progress bar keeps its last state, and a widget keeps its
    text (its identifier is random, and nothing shows without a running kernel).
    """
    kept: list[NotebookNode] = []
    for output in outputs:
        output.get("data", {}).pop(WIDGET_VIEW, None)
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    for output in kept:
        if output.output_type == "stream":
            output.text = OVERWRITTEN.sub("", output.text)
    return kept


def write(path: Path, text: str) -> None:
    """Replace the content of `path` in one step; leave the file alone if nothing changed."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def synchronise(source: Path) -> None:
    """Run the notebook whose Markdown file is `source` and write both files of the pair.

    Raises:
        CellFailed: if a cell failed, or if `source` was edited meanwhile. Nothing is written.
    """
    text = source.read_text(encoding="utf-8")
    notebook = to_notebook(text)
    execute(notebook, source.parent)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
            cell.outputs = tidy(cell.outputs)
    if source.read_text(encoding="utf-8") != text:
        raise CellFailed("the file was edited while its cells ran; run this again")
    write(source, to_markdown(notebook))
    write(source.with_suffix(".ipynb"), nbformat.writes(notebook) + "\n")


def report(source: Path, check: bool) -> bool:
    """Synchronise or check one pair, print one line about it, and return whether all is well."""
    start = time.perf_counter()
    print(f"{source.name} ... ", end="", flush=True)
    problem = ""
    try:
        if check:
            problem = difference(source)
        else:
            synchronise(source)
    except CellFailed as error:
        problem = str(error)
    if problem:
        print(f"FAILED\n{problem}")
        return False
    print("ok" if check else f"{time.perf_counter() - start:.1f} s")
    return True


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when every notebook was synchronised, otherwise 1."""
    parser = argparse.ArgumentParser(description="Run the notebooks and store what they show.")
    parser.add_argument("--check", action="store_true", help="run nothing, report pairs that drift")
    parser.add_argument("notebooks", nargs="*", type=Path, help="Markdown files (default: all)")
    options = parser.parse_args(arguments)
    sources = [path.with_suffix(".md") for path in options.notebooks] or all_sources()
    missing = [str(path) for path in sources if not path.exists()]
    if missing or not sources:
        parser.error(f"no such Markdown file: {', '.join(missing) or 'notebooks/*.md'}")
    results = [report(path, options.check) for path in sources]
    if not all(results) and options.check:
        print("Run `make sync` to bring the pairs together.")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
