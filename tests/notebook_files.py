"""What must be true of every notebook in the repository, as functions that raise AssertionError.

`check_pair` is about one notebook and its stored outputs, `check_chapter` about the form that a
chapter of the course has. `run_nbval` runs the cells again and compares every output.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
HEADINGS = ["Objectives", "Before you start", "Summary", "Exercises"]
MIN_ALT_TEXT = 15  # characters; fewer cannot say what a figure shows

EXEMPT = {"nbval-ignore-output", "nbval-skip"}
NEEDS_REASON = {"nbval-skip", "raises-exception"}
OTHER_TOOLS = re.compile(
    r":(?:numref|label|cite[a-z]*|eqref|eqlabel|ref|fig|width|begin_tab|end_tab|bibliography):"
    r"|\{(?:ref|numref|cite|cite:[a-z]+|eq|doc|term)\}`|^:::|\{\.python",
    re.MULTILINE,
)
OTHER_TOOLS_CODE = re.compile(r"#\s*@(?:tab|save)\b|#\s*(?:NBVAL|PYTEST_VALIDATE)_\w+")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
LOCAL_PATH = re.compile(
    r"(?<![\w.:/-])/(?:home|Users|root|tmp|var|private|builds?|workspaces?|opt|usr|mnt|srv)/\w"
    r"|site-packages|\b[A-Z]:\\\\?\w"
)


def _load_sync_notebooks() -> ModuleType:
    """Import the script by its path: `tools` is a folder of scripts, not a package."""
    path = ROOT / "tools" / "sync_notebooks.py"
    spec = importlib.util.spec_from_file_location("sync_notebooks", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sync_notebooks = _load_sync_notebooks()


def all_pairs() -> list[Path]:
    """Return every notebook, without its suffix, of which at least one of the two files exists."""
    found = {
        p.with_suffix("") for suffix in ("md", "ipynb") for p in NOTEBOOKS.rglob(f"*.{suffix}")
    }
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def all_chapters() -> list[Path]:
    """Return the notebooks of the course, without suffix, in reading order."""
    return [path for path in all_pairs() if path.parent == NOTEBOOKS]


def run_nbval(notebook: Path, package: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `notebook` again and compare every output; the return code is 0 if all agree, else 1.

    `package` is a folder whose modules win over the installed ones.
    """
    environment = {**os.environ, **sync_notebooks.REPEATABLE}
    environment.pop("PYTEST_ADDOPTS", None)
    if package is not None:
        inherited = os.environ.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(package), inherited]))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env"]
        + [f"--nbval-cell-timeout={sync_notebooks.CELL_TIMEOUT}", "-p", "no:cacheprovider"]
        + ["--color=no", f"--rootdir={notebook.parent}", str(notebook)],
        cwd=notebook.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def check_pair(source: Path, stored: Path) -> None:
    """Raise AssertionError if the pair drifts apart or its outputs cannot be trusted."""
    for path, partner in ((source, stored), (stored, source)):
        assert path.exists(), f"{partner} has no partner {path.name}; `make sync` writes an .ipynb"
    drift = sync_notebooks.difference(source)
    assert not drift, f"{source.name} and {stored.name} differ; run `make sync`\n{drift}"

    notebook = nbformat.read(stored, as_version=4)
    _check_was_run_in_order(stored.name, notebook)
    for number, cell in enumerate(notebook.cells):
        where = f"{stored.name}, cell {number}"
        if cell.cell_type == "code":
            _check_code(where, cell)
            for output in cell.outputs:
                _check_output(where, output)
        else:
            _check_markdown(where, cell.source)
    _check_exemptions(stored.name, notebook)


def check_chapter(stored: Path, previous: str | None, following: str | None) -> None:
    """Raise AssertionError if a chapter lacks a part that every chapter has.

    `previous` and `following` are the file names of the neighbours in reading order.
    """
    cells = nbformat.read(stored, as_version=4).cells
    first, last = cells[0], cells[-1]
    headings = [heading for cell in cells for heading in _headings(cell)]
    name = stored.name
    assert headings[:1] and headings[0][0] == "h1", f"{name} does not begin with one `# Title`"
    assert re.search(r"^\*\*Time:\*\* .*\d", first.source, re.MULTILINE), (
        f"the first cell of {name} lacks a line like `**Time:** 30 minutes ...`"
    )
    required = [text for level, text in headings if level == "h2" and text in HEADINGS]
    assert required == HEADINGS, (
        f"{name} must have these headings with ##, once each and in this order: {HEADINGS}; "
        f"it has {required}"
    )
    for arrow, neighbour in (("←", previous), ("→", following)):
        assert neighbour is None or (f"({neighbour})" in last.source and arrow in last.source), (
            f"the last cell of {name} lacks a link to {neighbour} with the arrow {arrow}"
        )


def images(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield the target and the alt text of every image in `markdown`, HTML images included."""
    for token in _tokens(markdown):
        if token.type == "image":
            yield str(token.attrs["src"]), token.content
        elif token.type in ("html_inline", "html_block"):
            for tag in re.findall(r"<img\b[^>]*>", token.content):
                found = dict(re.findall(r"""\b(src|alt)=["']([^"']*)["']""", tag))
                yield found.get("src", ""), found.get("alt", "")


def _tokens(markdown: str) -> Iterator[Token]:
    for block in MarkdownIt("commonmark").enable("table").parse(markdown):
        yield block
        yield from block.children or []


def _headings(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    if cell.cell_type == "markdown":
        tokens = list(_tokens(cell.source))
        for opening, inline in zip(tokens, tokens[1:], strict=False):
            if opening.type == "heading_open":
                yield opening.tag, inline.content


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _tree(cell: NotebookNode) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(cell.source))


def _calls(node: ast.AST, prefix: str) -> bool:
    """Return whether `node` is a call of a function whose last name begins with `prefix`."""
    function = node.func if isinstance(node, ast.Call) else None
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name.startswith(prefix)


def _check_was_run_in_order(name: str, notebook: NotebookNode) -> None:
    cells = _code_cells(notebook)
    counts = [cell.execution_count for cell in cells]
    expected = list(range(1, len(cells) + 1))
    assert counts == expected, (
        f"the cells of {name} were not run once, from top to bottom: their execution counts are "
        f"{counts}, expected {expected}; run `make sync`"
    )
    assert any(cell.outputs for cell in cells), f"{name} stores no outputs; run `make sync`"


def _check_code(where: str, cell: NotebookNode) -> None:
    assert not OTHER_TOOLS_CODE.search(cell.source), (
        f"{where}: a comment meant for a tool; exemptions from nbval are tags of the cell"
    )
    unknown = {tag for tag in _tags(cell) if "nbval" in tag} - EXEMPT
    assert not unknown, f"{where}: tags {sorted(unknown)}; allowed are {sorted(EXEMPT)}"
    if _tags(cell) & NEEDS_REASON:
        assert cell.source.startswith("#"), (
            f"{where}: tagged {sorted(_tags(cell) & NEEDS_REASON)}; its first line must be a "
            "comment that gives the reason"
        )
    prints = any(isinstance(n, ast.Expr) and _calls(n.value, "print") for n in _tree(cell).body)
    if prints or _tags(cell) & EXEMPT:
        assert cell.outputs, f"{where}: its output is missing; run `make sync`"
    errors = [output.ename for output in cell.outputs if output.output_type == "error"]
    assert not errors or "raises-exception" in _tags(cell), f"{where}: stores the error {errors[0]}"


def _check_output(where: str, output: NotebookNode) -> None:
    data = output.get("data", {})
    assert "image/svg+xml" not in data and "image/jpeg" not in data, (
        f"{where}: figures are stored as PNG (SVG shows as text until the notebook is trusted)"
    )
    plain = data.get("text/plain", "")
    assert "image/png" not in data or plain, f"{where}: a figure without text/plain beside it"
    assert "image/png" in data or not plain.startswith("<Figure"), (
        f"{where}: a figure without its picture; begin the notebook with `%matplotlib inline`"
    )
    values = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    for text in [*values, *(str(v) for kind, v in data.items() if kind != "image/png")]:
        found = [*LOCAL_PATH.findall(text), *ADDRESS.findall(text)]
        found += [str(ROOT)] if f"{ROOT}/" in text else []
        assert not found, f"{where}: the output holds {found[0]!r}, which other machines lack"


def _check_markdown(where: str, markdown: str) -> None:
    found = OTHER_TOOLS.search(markdown)
    assert found is None, f"{where}: markup of another tool: {found.group()!r}"
    for target, alt in images(markdown):
        assert len(alt.strip()) >= MIN_ALT_TEXT, (
            f"{where}: alt text {alt!r} of image {target}; at least {MIN_ALT_TEXT} characters"
        )


def _check_exemptions(name: str, notebook: NotebookNode) -> None:
    cells = _code_cells(notebook)
    exempt = [index for index, cell in enumerate(cells) if _tags(cell) & EXEMPT]
    with_output = sum(bool(cell.outputs) for cell in cells)
    assert 4 * len(exempt) <= with_output, (
        f"{name}: {len(exempt)} of {with_output} cells with output are exempt from comparison; "
        "at most a quarter may be"
    )
    for index in exempt:
        nodes = [node for cell in cells[index : index + 2] for node in ast.walk(_tree(cell))]
        assert any(isinstance(node, ast.Assert) or _calls(node, "assert") for node in nodes), (
            f"{name}: code cell {index} is exempt from comparison, and neither it nor the next "
            "code cell asserts what its output means"
        )
