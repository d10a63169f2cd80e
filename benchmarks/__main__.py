"""Run the benchmark: `python -m benchmarks --help`."""

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import corpora, measure, picture, report
from .team import (
    D2L,
    OURS,
    OURS_2,
    OURS_PLAIN,
    ROOT,
    SOURCE,
    SOURCE_2,
    SOURCE_PLAIN,
    Setting,
    busy_cores,
    library_settings,
    torch_settings,
)

PARTS = ("equality", "training", "decoding", "learning", "growth", "roofline")


def main(arguments: list[str] | None = None) -> None:
    """Measure, write the results and the picture, print the tables."""
    options = parse(arguments)
    every = 2 if options.quick else 1
    python = measure.python_of("torch", options.torch_python) if not options.no_torch else None
    torch = [] if python is None else torch_settings(python)[::every]
    python = measure.python_of("d2l", options.d2l_python) if not options.no_d2l else None
    library = [] if python is None else library_settings(python)[::every]
    results = run(options, torch, library)
    if options.output is not None:
        options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if options.picture is not None:
        picture.draw(results, options.picture)
    print(report.markdown(results))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test with tiny data")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some parts only")
    parser.add_argument("--busy", action="store_true", help="repeat the ratios with busy cores")
    parser.add_argument("--repeats", type=int, default=5, help="turns of each peer")
    parser.add_argument("--corpus", type=Path, help="fra-eng.zip; the phrase book if not given")
    parser.add_argument("--torch-python", type=Path, help="a Python that has PyTorch")
    parser.add_argument("--no-torch", action="store_true", help="leave PyTorch out")
    parser.add_argument("--d2l-python", type=Path, help="a Python that has d2l 0.11.4")
    parser.add_argument("--no-d2l", action="store_true", help="leave d2l 0.11.4 out")
    parser.add_argument("--output", type=Path, help="the results, as JSON")
    parser.add_argument("--picture", type=Path, help="the picture, as SVG")
    options = parser.parse_args(arguments)
    if not options.quick and set(options.only) == set(PARTS):  # part of a run replaces no whole one
        options.output = options.output or ROOT / "benchmarks" / "results.json"
        options.picture = options.picture or ROOT / "benchmarks" / "benchmark.svg"
    return options


def run(
    options: argparse.Namespace, torch: list[Setting], library: list[Setting]
) -> dict[str, Any]:
    """Return all measurements that were asked for."""
    quick, start = options.quick, time.time()
    sorted_batches = [s for s in torch if s.by_length and s.threads == 1]
    repeats = 1 if quick else options.repeats
    a = corpora.workload_a(options.corpus, 128 if quick else 1000)
    held = corpora.workload_a(options.corpus, 128 if quick else 1000, hold_out=True)
    b = corpora.workload_b()
    results: dict[str, Any] = {
        "machine": measure.machine(),
        "corpus": "phrase book" if options.corpus is None else options.corpus.name,
        "quick": quick,
        "workloads": {w.name: {"tokens": w.num_tokens, "words": w.tgt_vocab} for w in (a, b)},
    }

    def say(part: str) -> bool:
        if part in options.only:
            print(f"[{time.time() - start:5.0f} s] {part}", flush=True)
        return part in options.only

    def ratios(most_threads: int) -> dict[str, Any]:
        measured: dict[str, Any] = {}

        def few(settings: Sequence[Setting]) -> list[Setting]:
            return [s for s in settings if (s.threads or 1) <= most_threads]

        if say("training"):
            # Two threads can be very slow on a busy machine: nothing for a quick look.
            others = () if quick else (OURS_2, SOURCE_2, SOURCE_PLAIN, D2L)
            settings = (OURS, OURS_PLAIN, SOURCE, *others, *library, *torch)
            measured["A"] = measure.training(a, few(settings), repeats, 1 if quick else 3)
            if not quick:
                measured["B"] = measure.training(b, few((OURS, OURS_2, *torch)), min(repeats, 3), 1)
        if say("decoding"):
            sentences, epochs = (32, 1) if quick else (1000, 30)
            measured["decoding"] = measure.decoding(
                a, library[:1], min(repeats, 3), sentences, epochs
            )
        return measured

    if say("equality"):
        results["equality"] = measure.equality(a, torch)
    results["quiet"] = ratios(2)
    if options.busy:
        # Two threads of one peer that wait for each other take minutes here, whoever the peer is.
        with busy_cores():
            results["busy"] = ratios(1)
    if say("learning"):
        results["learning"] = measure.learning(held, sorted_batches, 2 if quick else 40)
    if say("growth"):
        results["growth"] = measure.growth((OURS, SOURCE, *sorted_batches), quick)
    if say("roofline"):
        results["roofline"] = measure.roofline((a, b), torch)
    results["machine"]["load_at_the_end"] = os.getloadavg()[0]
    results["seconds"] = time.time() - start
    return results


if __name__ == "__main__":
    main()
