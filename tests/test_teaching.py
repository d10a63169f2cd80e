"""What the teacher's guide names exists, and its times, points and sums are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from d2l_local.exercises.tasks import chapters, tasks_of

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
GUIDE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
CHAPTERS = {path.name[:2]: path for path in sorted(NOTEBOOKS.glob("[0-9][0-9]-*.md"))}


def unknown_targets(text: str) -> set[str]:
    """Return what `text` tells to make and the Makefile doesn't know."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))
    code = re.findall(r"`make ([a-z-]+)", text)
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
        code += re.findall(r"\bmake ([a-z-]+)", block)
    return set(code) - known


def unknown_tasks(text: str) -> set[str]:
    """Return the task numbers in `text` that no task has."""
    known = {task.number for chapter in chapters() for task in tasks_of(chapter)}
    return set(re.findall(r"(?<![\d.])0\d\.\d(?!\d)", text)) - known


def unknown_sections(text: str) -> list[str]:
    """Return the sections that `text` names in a chapter without a heading like this."""
    named = re.findall(r'\b(\d\d)(?:,| up to) "([^"]+)"', text)
    named += [(n, name) for name, n in re.findall(r'"([^"]+)"\)? (?:of|in) chapter (\d\d)', text)]
    assert named
    return [
        f"{number} {name}"
        for number, name in named
        if not re.search(
            rf"^##+ {re.escape(name)}$", CHAPTERS[number].read_text("utf-8"), flags=re.MULTILINE
        )
    ]


def missing_files(text: str) -> list[str]:
    """Return the files and folders of the repository that `text` names and that are not there."""
    paths = re.findall(r"`((?:notebooks|teaching|tools|img|d2l_local)/[^`]*)`", text)
    paths += re.findall(r"`([\w.-]+\.(?:lock|yml|toml))`", text)
    return [path for path in paths if not (ROOT / path).exists()]


def wrong_products(text: str) -> list[str]:
    """Return the calculations "a × b = c" and "a / b = c" in `text` that are not right."""
    number, unit = r"([\d.,]*\d)", r"(?: (?:GB|s))?"
    calculation = rf"{number}{unit}\s+([×/])\s+{number}{unit}\s+=\s+{number}"
    wrong = []
    for match in re.finditer(calculation, text):
        a, b, c = (float(match[i].replace(",", "")) for i in (1, 3, 4))
        right = a * b if match[2] == "×" else a / b
        if abs(right - c) > 0.51:
            wrong.append(match[0])
    return wrong


def stated_minutes(path: Path) -> str:
    """Return the first number of the line in which a notebook states its time."""
    line = re.search(r"^\*\*Time:\*\* about (\d+) minutes", path.read_text("utf-8"), re.MULTILINE)
    assert line, f"{path.name} does not state its time"
    return line[1]


def test_every_make_target_exists() -> None:
    assert not unknown_targets(GUIDE)


def test_every_task_exists() -> None:
    assert not unknown_tasks(GUIDE)


def test_every_section_that_is_named_exists() -> None:
    assert not unknown_sections(GUIDE)


def test_every_file_that_is_named_exists() -> None:
    assert not missing_files(GUIDE)


def test_the_calculations_are_right() -> None:
    assert not wrong_products(GUIDE)


@pytest.mark.parametrize("chapter", sorted({"00", *chapters()}))
def test_times_and_points_are_those_of_the_notebooks(chapter: str) -> None:
    row = re.search(rf"^\| \[{chapter} .*$", GUIDE, flags=re.MULTILINE)
    assert row, f"the table of times has no row for chapter {chapter}"
    _, name, reading, _, exercises, points, _ = (cell.strip() for cell in row[0].split("|"))
    path = CHAPTERS[chapter]
    assert path.stem in name
    assert reading == stated_minutes(path)
    if chapter == "00":
        assert (exercises, points) == ("–", "–")
        return
    assert exercises == stated_minutes(NOTEBOOKS / "exercises" / path.name)
    assert points == str(sum(task.points for task in tasks_of(chapter)))


def test_no_task_is_left_out() -> None:
    every = {task.number for chapter in chapters() for task in tasks_of(chapter)}
    named = set(re.findall(r"0\d\.\d", GUIDE))
    assert not every - named, "name them in a session or among the misconceptions"


def test_the_settings_of_the_hub_are_python() -> None:
    (settings,) = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    compile(settings, "jupyterhub_config.py", "exec")


# The checks can fail.


def test_what_does_not_exist_is_found() -> None:
    assert unknown_targets("`make tea`, and\n```sh\nPIP_NO_INDEX=1 make coffee\n```") == {
        "tea",
        "coffee",
    }
    assert unknown_tasks("04.2, 04.9 and 0.66 or 104.3") == {"04.9"}
    assert unknown_sections('04, "Masked softmax" and chapter 04 up to "Nothing"') == ["04 Nothing"]
    assert missing_files("`tools/sync_notebooks.py`, `tools/nothing.py`") == ["tools/nothing.py"]
    assert wrong_products("300 × 0.5 GB = 150 GB, 36,600 / 32 = 144 s") == ["36,600 / 32 = 144"]
