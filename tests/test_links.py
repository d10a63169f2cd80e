"""Every link and image that points into the repository has something to point at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
MARKDOWN = MarkdownIt("commonmark").enable("table")


class _Attributes(HTMLParser):
    """Collects targets and anchors of a piece of HTML inside Markdown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "srcset"):
                self.targets.append(value or "")
            elif name == "id" or (name == "name" and tag == "a"):
                self.anchors.append(value or "")


def documents(root: Path) -> list[Path]:
    """Return the files of the repository `root` whose links a reader may follow."""
    patterns = ("README.md", "docs/**/*.md", "d2l_local/**/*.md", "notebooks/**/*.ipynb")
    found = [path for pattern in patterns for path in sorted(root.glob(pattern))]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def _tokens(document: Path) -> list[Token]:
    """Return the Markdown of `document` as tokens, each cell of a notebook on its own."""
    texts = [document.read_text(encoding="utf-8")]
    if document.suffix == ".ipynb":
        cells = nbformat.reads(texts[0], as_version=4).cells
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    blocks = [block for text in texts for block in MARKDOWN.parse(text)]
    return [token for block in blocks for token in (block, *(block.children or []))]


def _targets(document: Path) -> Iterator[str]:
    for token in _tokens(document):
        if token.type == "link_open":
            yield str(token.attrs["href"])
        elif token.type == "image":
            yield str(token.attrs["src"])
        elif token.type in ("html_inline", "html_block"):
            yield from _Attributes(token.content).targets


def _anchors(document: Path) -> set[str]:
    """Return what may follow `#` in a link to `document`.

    JupyterLab makes an anchor of a heading by putting hyphens for spaces. A code host, which shows
    the other documents, also lowers the case, drops punctuation and numbers repeated headings.
    """
    found: set[str] = set()
    seen: Counter[str] = Counter()
    tokens = _tokens(document)
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type in ("html_inline", "html_block"):
            found.update(_Attributes(opening.content).anchors)
        if opening.type != "heading_open":
            continue
        kinds = ("text", "code_inline")
        heading = "".join(part.content for part in inline.children or [] if part.type in kinds)
        if document.suffix == ".ipynb":
            found.add(heading.replace(" ", "-"))
            continue
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def _problem(document: Path, target: str, root: Path) -> str:
    """Return what is wrong with a link to `target` in `document`; empty if nothing is."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        secure = parts.scheme == "https" and "." in parts.netloc
        return "" if secure else "an outside link must begin with https:// and a host name"
    path = (document.parent / unquote(parts.path)).resolve() if parts.path else document
    if not path.is_relative_to(root):
        return "points out of the repository"
    if not path.exists():
        return "no such file"
    if document.suffix == ".ipynb" and path.suffix == ".md" and path.with_suffix(".ipynb").exists():
        return f"link to {path.stem}.ipynb, which shows its outputs everywhere"
    if not parts.fragment:
        return ""
    if path.suffix not in (".md", ".ipynb"):
        return "" if re.fullmatch(r"L\d+(-L\d+)?", parts.fragment) else "no such anchor"
    anchors = _anchors(path)
    if unquote(parts.fragment) not in anchors:
        return f"no such anchor; {path.name} has {sorted(anchors)}"
    return ""


def broken_links(document: Path, root: Path) -> list[str]:
    """Return one line for every link or image of `document` that leads nowhere."""
    pairs = [(target, _problem(document, target, root)) for target in _targets(document)]
    return [f"{document.name}: ({target}): {problem}" for target, problem in pairs if problem]


def test_readme_and_notebooks_are_among_the_documents() -> None:
    names = [path.name for path in documents(ROOT)]
    assert "README.md" in names
    assert any(name.endswith(".ipynb") for name in names)


@pytest.mark.parametrize(
    "document", documents(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_link_into_the_repository_leads_somewhere(document: Path) -> None:
    problems = broken_links(document, ROOT)
    assert not problems, "\n".join(problems)


# The check can fail.


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A repository of one README, one figure and one notebook, without a broken link."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "figure one.svg").write_text("<svg/>")
    (tmp_path / "README.md").write_text(
        '# Words, weights & `x`\n\n# Again\n\n# Again\n\n<a id="here"></a>\n\n'
        "[1](#words-weights--x) [2](#again-1) [3](notebooks/a.ipynb#The-Decoder's-part) [4](#here)"
        '\n[5](https://example.org/a) ![six](figure%20one.svg) <img src="figure one.svg">'
    )
    write_notebook(tmp_path, "## The Decoder's part\n\n[up](../README.md#again) [b](#Bottom)")
    return tmp_path


def write_notebook(root: Path, markdown: str) -> Path:
    cells = [nbformat.v4.new_markdown_cell(text) for text in (markdown, "# Bottom")]
    path = root / "notebooks" / "a.ipynb"
    path.with_suffix(".md").write_text(markdown)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_good_links_are_accepted(small: Path) -> None:
    assert len(documents(small)) == 2
    assert [line for path in documents(small) for line in broken_links(path, small)] == []


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("[x](b.ipynb)", "no such file"),
        ("![x](../figure.svg)", "no such file"),
        ('<img src="../figure.svg">', "no such file"),
        ("<p>\n<a href='b.ipynb'>x</a>\n</p>", "no such file"),
        ("[x](#bottom)", "no such anchor"),
        ("[x](../README.md#Again)", "no such anchor"),
        ("[x](../README.md#again-2)", "no such anchor"),
        ("[x][1]\n\n[1]: nowhere.md", "no such file"),
        ("[x](../../other)", "points out of the repository"),
        ("[x](http://example.org)", "https"),
        ("[x](https:/example.org)", "https"),
        ("[x](a.md)", "link to a.ipynb"),
    ],
)
def test_a_broken_link_is_found(small: Path, link: str, problem: str) -> None:
    (line,) = broken_links(write_notebook(small, f"Some text. {link}"), small)
    assert problem in line
