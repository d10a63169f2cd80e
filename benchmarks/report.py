"""The tables of README and chapter 09, as Markdown: `python -m benchmarks.report`."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from .summary import best, common_level, ratio, seconds_to
from .team import D2L, LIBRARY, OURS, OURS_PLAIN

RESULTS = Path(__file__).parent / "results.json"
SOURCE_TEXT, PADDED, SORTED = "source text's code", "PyTorch, padded", "PyTorch, sorted"


def ratios(measured: Mapping[str, Any]) -> dict[str, float]:
    """Return how many times as fast this package is, against each peer's better thread setting.

    In workload A ours runs as it is imported, with one thread; in B with its better setting too.
    "without attention" is the other way round: how many times as slow attention is.
    """
    found = {}
    for name in ("A", "B"):
        speed = measured.get(name, {}).get("tokens_per_second", {})
        ours = OURS.label if name == "A" else best(speed, OURS.label)
        peers = {"d2l 0.11.4": LIBRARY, "source text": SOURCE_TEXT, "d2l 1.0.3": D2L.label}
        peers |= {"PyTorch, padded batches": PADDED, "PyTorch, the same batches": SORTED}
        for peer, start in peers.items():
            theirs = best(speed, start)
            if ours is not None and theirs is not None:
                found[f"{name}: training, against {peer}"] = ratio(speed[ours], speed[theirs])
        if OURS_PLAIN.label in speed:
            slower = ratio(speed[OURS_PLAIN.label], speed[OURS.label])
            found[f"{name}: attention, times as slow as without"] = slower
    speed = measured.get("decoding", {}).get("sentences_per_second", {})
    if speed:
        for peer, name in ((LIBRARY, "d2l 0.11.4's"), (SOURCE_TEXT, "source text's")):
            against = speed.get(f"{peer}, one by one")
            for how in ("greedy", "beam of 4", "one by one") if against else ():
                label = f"decoding, {how}, against {name} one by one"
                found[label] = ratio(speed[f"{OURS.label}, {how}"], against)
    return found


def markdown(results: Mapping[str, Any]) -> str:
    """Return all tables of the results."""
    parts = [_machine(results)]
    quiet = results.get("quiet", {})
    busy = ratios(results.get("busy", {}))
    rows = [
        [label, f"{value:.2f}", *([f"{busy[label]:.2f}"] if label in busy else [])]
        for label, value in ratios(quiet).items()
    ]
    if rows:
        title = ["ratio", "quiet"] + (["both cores busy"] if busy else [])
        parts.append(table(title, rows))
    for name in ("A", "B"):
        if name in quiet:
            parts.append(_training(name, quiet[name]))
    if "decoding" in quiet:
        parts.append(_decoding(quiet["decoding"]))
    if "learning" in results:
        parts.append(_learning(results["learning"]))
    parts += [_growth(size, curves) for size, curves in results.get("growth", {}).items()]
    if "roofline" in results:
        parts.append(_roofline(results["roofline"], quiet))
    if len(results.get("equality", {})) == 2:
        ours, theirs = results["equality"].values()
        parts.append(
            f"The same weights and batch give {ours:.5f} nats per token here and {theirs:.5f} in "
            "PyTorch."
        )
    return "\n\n".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _machine(results: Mapping[str, Any]) -> str:
    machine = results["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"{machine['cores']} cores, {machine['processor']}, {machine['system']}, Python "
        f"{machine['python']}, {versions}; data: {results['corpus']}. Load of the machine before "
        f"{machine['load']:.1f}, after {machine['load_at_the_end']:.1f}."
    )


def _training(name: str, measured: Mapping[str, Any]) -> str:
    speed, memory = measured["tokens_per_second"], measured["peak_memory"]
    rows = [
        [
            label,
            f"{median(values):,.0f}",
            f"{min(values):,.0f} – {max(values):,.0f}",
            f"{memory[label] / 2**20:,.0f}",
        ]
        for label, values in speed.items()
    ]
    rows += [
        [label, f"{value:,.0f}" if value else "", "left out after one turn", ""]
        for label, value in measured["dropped"].items()
    ]
    return table([f"training, workload {name}", "target tokens/s", "range", "peak MB"], rows)


def _decoding(measured: Mapping[str, Any]) -> str:
    words = measured["tokens_per_sentence"]
    rows = [
        [label, f"{median(values):,.0f}", f"{words[label]:.1f}"]
        for label, values in measured["sentences_per_second"].items()
    ]
    head = [f"decoding of {measured['sentences']} sentences", "sentences/s", "tokens written each"]
    return table(head, rows)


def _learning(curves: Mapping[str, Any]) -> str:
    level = common_level(curves)
    rows = [
        [label, f"{seconds_to(curve, level):.1f}", f"{min(loss for _, loss in curve):.2f}"]
        for label, curve in curves.items()
    ]
    return table(["learning", f"seconds to {level:.1f} nats", "lowest held-out loss"], rows)


def _growth(size: str, curves: Mapping[str, Any]) -> str:
    points = [str(value) for value, _ in next(iter(curves.values()))]
    rows = [[label, *(f"{speed:,.0f}" for _, speed in curve)] for label, curve in curves.items()]
    return table([f"tokens/s by {size}", *points], rows)


def _roofline(measured: Mapping[str, Any], quiet: Mapping[str, Any]) -> str:
    reached = measured["gflop_per_second"]
    roof = max(reached.values())
    rows = [
        [f"product of matrices: {label}", f"{value:.0f}", ""] for label, value in reached.items()
    ]
    for name, counted in measured["workloads"].items():
        per_token = counted["gflop_per_epoch"] / counted["tokens_per_epoch"]
        for label, values in quiet.get(name, {}).get("tokens_per_second", {}).items():
            if not label.startswith(("without", D2L.label)):
                rate = median(values) * per_token
                rows.append([f"{name}: {label}", f"{rate:.1f}", f"{100 * rate / roof:.0f} %"])
    return table(["arithmetic", "GFLOP/s", "of the fastest product"], rows)


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    print(markdown(json.loads(file.read_text(encoding="utf-8"))))
