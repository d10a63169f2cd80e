"""What is measured. Every function returns plain numbers for `results.json`."""

import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from . import corpora
from .roofline import training_flops
from .team import D2L, LIBRARY, OURS, OURS_2, SOURCE, Setting, Worker, load, team
from .workloads import Workload

HOPELESS = 0.4  # of the best thread setting of a peer: not worth further turns
PATIENCE = 60.0  # seconds for a first turn: threads that wait for each other may need minutes


def machine() -> dict[str, Any]:
    """Return what the numbers depend on besides the code."""
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":")[1].strip() if names else model
    packages = ("mxnet", "d2l", "numpy")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system() + " " + platform.release(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
        "load": os.getloadavg()[0],
    }


def training(
    workload: Workload, settings: Sequence[Setting], repeats: int, epochs: int
) -> dict[str, Any]:
    """Return target tokens a second of each setting, and the peak memory of its process.

    After a turn to warm up, a thread setting far below the same peer's best is measured no more.
    """
    speed: dict[str, list[float]] = {}
    memory = {}
    with team(settings, workload) as workers:
        first = {worker.setting.label: first_turn(worker, workload) for worker in workers}
        stay = [worker for worker in workers if not hopeless(worker.setting, settings, first)]
        for _ in range(repeats):
            for worker in stay:
                speed.setdefault(worker.setting.label, []).append(turn(worker, workload, epochs))
        for worker in stay:
            memory[worker.setting.label] = worker.ask("peak_memory")
    dropped = {label: value for label, value in first.items() if label not in speed}
    return {"tokens_per_second": speed, "peak_memory": memory, "dropped": dropped}


def first_turn(worker: Worker, workload: Workload) -> float:
    """Return the target tokens a second of the turn to warm up; 0 if it took too long."""
    try:
        return turn(worker, workload, 1, PATIENCE)
    except TimeoutError:
        worker.close()
        return 0.0


def turn(worker: Worker, workload: Workload, epochs: int, limit: float | None = None) -> float:
    """Return the target tokens a second of one turn."""
    return workload.num_tokens / median(worker.ask("train", epochs, limit=limit))


def hopeless(setting: Setting, settings: Sequence[Setting], first: dict[str, float]) -> bool:
    """Return whether the same peer is far faster with another number of threads."""
    siblings = [
        first[other.label]
        for other in settings
        if (other.module, other.attention, other.by_length)
        == (setting.module, setting.attention, setting.by_length)
    ]
    return first[setting.label] <= HOPELESS * max(siblings)


def decoding(
    workload: Workload, library: Sequence[Setting], repeats: int, num: int, epochs: int
) -> dict[str, Any]:
    """Return sentences a second, by models that have been trained first, so that they stop."""
    speed: dict[str, list[float]] = {}
    words: dict[str, float] = {}
    hows = ("greedy", "beam of 4", "one by one")
    jobs = [(OURS, how, f"{OURS.label}, {how}") for how in hows]
    jobs.append((SOURCE, "greedy", "source text's code, one by one"))
    jobs += [(setting, "greedy", f"{LIBRARY}, one by one") for setting in library]
    with team((OURS, SOURCE, *library), workload) as workers:
        by_setting = {worker.setting: worker for worker in workers}
        for worker in workers:
            worker.ask("train", epochs)
        for setting, how, _ in jobs:
            by_setting[setting].ask("translate", min(num, 64), how)
        for _ in range(repeats):
            for setting, how, label in jobs:
                found = by_setting[setting].ask("translate", num, how)
                speed.setdefault(label, []).append(num / found["seconds"])
                words[label] = found["tokens"] / num
    return {"sentences": num, "sentences_per_second": speed, "tokens_per_sentence": words}


def learning(workload: Workload, torch: Sequence[Setting], epochs: int) -> dict[str, Any]:
    """Return curves of (seconds of training, held-out loss in nats per token)."""
    settings = (OURS, SOURCE, D2L, *torch)
    with team(settings, workload) as workers:
        return {worker.setting.label: worker.ask("learn", epochs) for worker in workers}


def growth(settings: Sequence[Setting], quick: bool) -> dict[str, Any]:
    """Return, for each size that grows, each setting's tokens a second at each point."""
    measured: dict[str, Any] = {}
    with team(settings, None) as workers:
        for size, points in corpora.growth(quick).items():
            for value, workload in points:
                for worker in workers:
                    load(worker, workload)
                    speed = turn(worker, workload, 1)
                    label = worker.setting.label
                    measured.setdefault(size, {}).setdefault(label, []).append([value, speed])
    return measured


def equality(workload: Workload, torch: Sequence[Setting]) -> dict[str, float]:
    """Return each peer's loss of one batch with the same weights, in nats per token."""
    with team((OURS, *torch[-1:]), workload) as workers:
        return {worker.setting.module: worker.ask("first_loss") for worker in workers}


def roofline(workloads: Sequence[Workload], torch: Sequence[Setting]) -> dict[str, Any]:
    """Return the arithmetic of an epoch and what products of matrices reach, in GFLOP/s."""
    reached: dict[str, float] = {}
    with team((OURS, OURS_2, *torch[:2]), workloads[0]) as workers:
        for worker in workers:
            for product, value in worker.ask("matrix_products").items():
                threads = worker.setting.threads or 1
                reached[f"{product}, {threads} thread{'s' * (threads > 1)}"] = value
    counted = {
        workload.name: {
            "gflop_per_epoch": training_flops(workload) / 1e9,
            "tokens_per_epoch": workload.num_tokens,
        }
        for workload in workloads
    }
    return {"gflop_per_second": reached, "workloads": counted}


def python_of(name: str, given: Path | None) -> Path | None:
    """Return the Python that has the peer: the given one, or that of `make bench-<name>`."""
    path = given or Path(__file__).resolve().parents[1] / f".venv-{name}" / "bin" / "python"
    if path.exists():
        return path
    if given is not None:
        raise FileNotFoundError(f"--{name}-python is {given}, but there is no such file.")
    print(f"No .venv-{name}: it is left out. `make bench-{name}` makes it.", file=sys.stderr)
    return None
