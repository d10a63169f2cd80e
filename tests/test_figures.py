"""The figures of the course: drawn by their script, readable everywhere, free of collisions."""

from __future__ import annotations

import importlib.util
import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from xml.etree import ElementTree

import matplotlib
import pytest
from PIL import ImageFont

IMG = Path(__file__).parents[1] / "img"
FIGURES = sorted(IMG.glob("*.svg"), key=lambda path: path.name)
SVG = "{http://www.w3.org/2000/svg}"
NOTEBOOK_WIDTH = 800
SMALLEST_FONT = 13
# DejaVu is about a sixth wider than Helvetica and Arial: what fits in it fits in any fallback.
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

each_figure = pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)


class Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Area) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def holds(self, other: Area) -> bool:
        wide = self.left <= other.left and other.right <= self.right
        return wide and self.top <= other.top and other.bottom <= self.bottom

    def has_on_its_edge(self, x: float, y: float, within: float = 0.5) -> bool:
        outer = Area(
            self.left - within, self.top - within, self.right + within, self.bottom + within
        )
        inner = Area(
            self.left + within, self.top + within, self.right - within, self.bottom - within
        )
        point = Area(x, y, x, y)
        return outer.holds(point) and not inner.holds(point)


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw", IMG / "draw.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up here
    spec.loader.exec_module(module)
    return module


draw = script()


def root_of(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_text(encoding="utf-8"))


def points_of(element: ElementTree.Element) -> list[tuple[float, float]]:
    pairs = (pair.split(",") for pair in element.attrib["points"].split())
    return [(float(x), float(y)) for x, y in pairs]


def text_areas(root: ElementTree.Element) -> list[tuple[str, Area]]:
    areas = []
    for text in root.iter(f"{SVG}text"):
        size, bold = float(text.attrib["font-size"]), text.get("font-weight") == "bold"
        mono = "monospace" in text.get("font-family", "")
        name = f"DejaVuSans{'Mono' if mono else ''}{'-Bold' if bold else ''}.ttf"
        runs = [(text.text or "", size)]
        for span in text:
            runs.append((span.text or "", float(span.get("font-size", size))))
            runs.append((span.tail or "", size))
        width = sum(
            ImageFont.truetype(str(FONTS / name), 100).getlength(run) * scale / 100
            for run, scale in runs
        )
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        left = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attrib["text-anchor"]]
        area = Area(left, y - 0.76 * size, left + width, y + 0.22 * size)
        areas.append(("".join(run for run, _ in runs), area))
    return areas


def outlines(root: ElementTree.Element) -> list[Area]:
    """Every closed shape with a line around it, the card first."""
    areas = []
    for shape in root:
        if shape.tag == f"{SVG}rect" and "stroke" in shape.attrib:
            x, y, w, h = (float(shape.attrib[name]) for name in ("x", "y", "width", "height"))
            areas.append(Area(x, y, x + w, y + h))
        elif shape.tag == f"{SVG}polygon" and "stroke" in shape.attrib:
            xs, ys = zip(*points_of(shape), strict=True)
            areas.append(Area(min(xs), min(ys), max(xs), max(ys)))
    return areas


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#RRGGBB` colours as WCAG 2 defines it, from 1 to 21."""

    def luminance(color: str) -> float:
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_drawing_has_its_file_and_every_file_its_drawing() -> None:
    assert {path.stem for path in FIGURES} == set(draw.FIGURES)


@each_figure
def test_file_is_what_the_script_draws(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == draw.FIGURES[path.stem]().svg()


def test_check_reports_a_changed_and_a_missing_file_and_writes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "draw.py"
    shutil.copy(IMG / "draw.py", copy)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, copy, *arguments], capture_output=True, text=True)

    assert run().returncode == 0
    assert run("--check").returncode == 0
    changed, missing = (tmp_path / f"{name}.svg" for name in list(draw.FIGURES)[:2])
    changed.write_text("<svg/>")
    missing.unlink()
    report = run("--check")
    assert report.returncode == 1
    assert changed.name in report.stderr and missing.name in report.stderr
    assert changed.read_text() == "<svg/>" and not missing.exists()


@each_figure
def test_figure_tells_a_screen_reader_what_it_shows(path: Path) -> None:
    root = root_of(path)
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text and desc.text and len(desc.text) > len(title.text)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


@each_figure
def test_figure_needs_nothing_from_outside_and_holds_no_raster_image(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tags = {element.tag.removeprefix(SVG) for element in root_of(path).iter()}
    assert tags.isdisjoint({"image", "script", "style", "foreignObject", "use", "a"})
    assert set(re.findall(r"\w+://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"href|@import|data:|url\((?!#)", text)


@each_figure
def test_every_letter_is_large_enough_at_notebook_width(path: Path) -> None:
    root = root_of(path)
    width = float(root.attrib["viewBox"].split()[2])
    sizes = [
        float(element.attrib["font-size"])
        for element in root.iter()
        if element.tag == f"{SVG}text" or "font-size" in element.attrib
    ]
    assert sizes
    assert min(sizes) * NOTEBOOK_WIDTH / width >= SMALLEST_FONT


@each_figure
def test_every_font_stack_ends_in_a_generic_family(path: Path) -> None:
    stacks = [e.attrib["font-family"] for e in root_of(path).iter() if "font-family" in e.attrib]
    assert stacks
    assert all(stack.split(", ")[-1] in {"sans-serif", "monospace"} for stack in stacks)


@each_figure
def test_text_stays_on_the_card_and_in_its_box_with_a_wide_font(path: Path) -> None:
    root = root_of(path)
    boxes = outlines(root)
    for words, area in text_areas(root):
        x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
        around = [box for box in boxes if box.holds(Area(x, y, x, y))]
        smallest = min(around, key=lambda box: (box.right - box.left) * (box.bottom - box.top))
        assert smallest.holds(area), f"{words!r} sticks out of its box"


@each_figure
def test_texts_do_not_run_into_each_other_or_across_a_box_with_a_wide_font(path: Path) -> None:
    root = root_of(path)
    texts = text_areas(root)
    for (one, a), (other, b) in itertools.combinations(texts, 2):
        assert not a.overlaps(b), f"{one!r} runs into {other!r}"
    for (words, area), box in itertools.product(texts, outlines(root)):
        assert box.holds(area) or not box.overlaps(area), f"{words!r} crosses the edge of {box}"


@each_figure
def test_no_line_runs_through_a_text_on_the_open_card(path: Path) -> None:
    root = root_of(path)
    boxes = outlines(root)[1:]
    open_texts = [
        (words, area) for words, area in text_areas(root) if not any(b.holds(area) for b in boxes)
    ]
    for line in root.iter(f"{SVG}polyline"):
        half = float(line.attrib["stroke-width"]) / 2
        for (xa, ya), (xb, yb) in itertools.pairwise(points_of(line)):
            stroke = Area(
                min(xa, xb) - half, min(ya, yb) - half, max(xa, xb) + half, max(ya, yb) + half
            )
            for words, area in open_texts:
                assert not stroke.overlaps(area), f"a line runs through {words!r}"


@each_figure
def test_every_arrow_ends_at_a_box(path: Path) -> None:
    root = root_of(path)
    boxes = outlines(root)[1:]
    heads = [p for p in root.iter(f"{SVG}polygon") if "stroke" not in p.attrib]
    assert heads
    for tip, *_ in map(points_of, heads):
        assert any(box.has_on_its_edge(*tip) for box in boxes), f"an arrow ends in the air at {tip}"


@each_figure
def test_figure_brings_an_opaque_card_with_a_margin(path: Path) -> None:
    root = root_of(path)
    width, height = (float(value) for value in root.attrib["viewBox"].split()[2:])
    card = next(element for element in root if element.tag == f"{SVG}rect")
    assert card.get("fill") == draw.CARD and card.get("fill-opacity", "1") == "1"
    x, y, w, h = (float(card.attrib[name]) for name in ("x", "y", "width", "height"))
    assert 0 < x <= 8 and 0 < y <= 8
    assert (w, h) == (width - 2 * x, height - 2 * y)


@each_figure
def test_text_contrasts_with_the_card_and_with_every_tint(path: Path) -> None:
    for text in root_of(path).iter(f"{SVG}text"):
        for area in (draw.CARD, *draw.FILL.values()):
            assert contrast(text.attrib["fill"], area) >= 4.5


def test_the_lines_of_every_kind_contrast_with_the_card() -> None:
    for kind, color in draw.LINE.items():
        assert contrast(color, draw.CARD) >= 3, kind
