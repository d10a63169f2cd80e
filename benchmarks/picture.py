"""The picture of the benchmark: speed of training, and how it changes with size."""

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator, ScalarFormatter

from .team import D2L, LIBRARY, OURS

# Okabe & Ito's palette: distinct with any kind of colour vision.
COLOURS = {"this": "#0072B2", "source": "#D55E00", "PyTorch": "#009E73", "d2l": "#666666"}
MARKERS = {"this": "o", "source": "s", "PyTorch": "^", "d2l": "D"}


def kind(label: str) -> str:
    """Return whose measurement it is."""
    if label == D2L.label:
        return "d2l"
    if label.startswith(LIBRARY):  # the code of the source text, too
        return "source"
    return next(name for name in ("PyTorch", "source", "this") if name in label)


def draw(results: Mapping[str, Any], path: Path) -> None:
    """Draw bars of training speed and curves of growth, and write them to `path`."""
    bars = {
        f"workload {name}": results["quiet"][name]["tokens_per_second"]
        for name in ("A", "B")
        if name in results.get("quiet", {})
    }
    growth = results.get("growth", {})
    columns = max(len(bars), len(growth), 1)
    with matplotlib.rc_context({"svg.hashsalt": "benchmark", "font.size": 8}):
        figure = Figure(figsize=(max(2.8 * columns, 4.0 * len(bars)), 5.6), layout="constrained")
        top, bottom = figure.subfigures(2, 1)
        for axes, (title, speed) in zip(_row(top, len(bars)), bars.items(), strict=True):
            _bars(axes, title, speed)
        for axes, (size, curves) in zip(_row(bottom, len(growth)), growth.items(), strict=True):
            _curves(axes, size, curves)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _row(figure: Any, number: int) -> list[Any]:
    return list(figure.subplots(1, number, squeeze=False)[0]) if number else []


def _bars(axes: Any, title: str, speed: Mapping[str, list[float]]) -> None:
    labels = list(speed)[::-1]
    values = [median(speed[label]) for label in labels]
    spread = [
        [value - min(speed[label]) for label, value in zip(labels, values, strict=True)],
        [max(speed[label]) - value for label, value in zip(labels, values, strict=True)],
    ]
    colours = [COLOURS[kind(label)] for label in labels]
    axes.barh(labels, values, color=colours, xerr=spread, error_kw={"linewidth": 0.8})
    axes.set_title(f"Training, {title}")
    axes.set_xlabel("target tokens per second")


def _curves(axes: Any, size: str, curves: Mapping[str, list[list[float]]]) -> None:
    for label, curve in curves.items():
        whose = kind(label)
        name = OURS.label if whose == "this" else label.split(",")[0]
        x, y = zip(*curve, strict=True)
        axes.loglog(x, y, label=name, color=COLOURS[whose], marker=MARKERS[whose], markersize=4)
    axes.set_xticks(x, [str(value) for value in x])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.set_xlabel(size)
    axes.set_ylabel("target tokens per second")
    axes.legend(frameon=False)
