"""Train the models of chapter 07 with several seeds and write what they reach.

The result stands in notebooks/results/07-when-attention-wins.json; the chapter compares it with the
model that it trains itself. One run of everything takes about 20 minutes on one core.
"""

import argparse
import json
from pathlib import Path

import d2l_local  # noqa: F401  first, for its settings of the threads
from d2l_local.comparison import (
    KINDS,
    load_corpus,
    measure,
    train_from_same_start,
    train_kind,
)

SAME_START_EPOCHS = 100
RESULTS = Path(__file__).parent.parent / "notebooks" / "results" / "07-when-attention-wins.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    seeds = parser.parse_args().seeds
    corpus = load_corpus()
    results: dict[str, dict[str, dict[str, object]]] = {kind: {} for kind in KINDS}
    results["same start"] = {}
    for seed in seeds:
        for kind in KINDS:
            print(f"{kind}, seed {seed}", flush=True)
            model, history, seconds = train_kind(kind, corpus, seed)
            quality = measure(model, corpus)
            aer = quality.alignment_error_rate
            results[kind][str(seed)] = {
                "bleu_by_length": [round(score, 1) for score in quality.bleu_by_length],
                "bleu_long": round(quality.bleu_long, 1),
                "exact": round(quality.exact, 3),
                "alignment_error_rate": None if aer is None else round(aer, 3),
                "epochs": len(history.losses),
                "loss": round(history.losses[-1], 3),
                "seconds": round(seconds),
            }
            print(results[kind][str(seed)], flush=True)
        results["same start"][str(seed)] = {
            name: [round(loss, 4) for loss in losses]
            for name, losses in train_from_same_start(seed, SAME_START_EPOCHS).items()
        }
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")  # after each seed


if __name__ == "__main__":
    main()
