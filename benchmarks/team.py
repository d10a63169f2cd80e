"""Peers in processes of their own that take turns."""

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .workloads import Workload

ROOT = Path(__file__).resolve().parents[1]
THREAD_SETTINGS = ("OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "MXNET_")


@dataclass(frozen=True)
class Setting:
    """A peer and how it is run."""

    label: str
    module: str
    threads: int | None = 1
    """OpenMP threads; None leaves the choice to the peer."""
    attention: bool = True
    by_length: bool = False
    python: str = sys.executable


class Worker:
    """The process of one setting."""

    def __init__(self, setting: Setting, log: Path) -> None:
        self.setting, self.log = setting, log
        # What this process or a user has set for threads would favour one peer or another.
        environment = {k: v for k, v in os.environ.items() if not k.startswith(THREAD_SETTINGS)}
        if setting.threads is not None:
            environment["OMP_NUM_THREADS"] = str(setting.threads)
        options = json.dumps({"attention": setting.attention, "by_length": setting.by_length})
        command = ["-W", "ignore", "-m", "benchmarks.worker", setting.module, options]
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [setting.python, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                env=environment,
                encoding="utf-8",
            )

    def ask(self, name: str, *args: Any, limit: float | None = None) -> Any:
        """Have the peer's method called and return its answer.

        Raises:
            RuntimeError: the process has ended; the message shows what it printed.
            TimeoutError: there is no answer after `limit` seconds.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"call": name, "args": args}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer will be missing, and the reason is in what it printed
        return self.answer(name, limit)

    def answer(self, name: str = "ready", limit: float | None = None) -> Any:
        """Wait for the next answer."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], limit)[0]:
            raise TimeoutError(f"{self.setting.label!r} has no answer to {name!r} in {limit} s.")
        line = self.process.stdout.readline()
        if not line:
            printed = self.log.read_text(errors="replace")[-3000:]
            raise RuntimeError(f"{self.setting.label!r} ended in {name!r}:\n{printed}")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def team(settings: Sequence[Setting], workload: Workload | None) -> Iterator[list[Worker]]:
    """Start a worker for each setting, all with the workload, and end them at the end."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        workers = []
        for number, setting in enumerate(settings):
            workers.append(Worker(setting, Path(folder) / f"{number}.log"))
            stack.callback(workers[-1].close)
        for worker in workers:
            worker.answer()
        if workload is not None:
            for worker in workers:
                load(worker, workload)
        yield workers


def load(worker: Worker, workload: Workload) -> None:
    """Give a worker another workload."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workload.json"
        workload.save(path)
        worker.ask("load", str(path))


@contextmanager
def busy_cores() -> Iterator[None]:
    """Keep every core at work with something else."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


OURS = Setting("this package", "ours", None, by_length=True)
OURS_2 = replace(OURS, label="this package, 2 threads", threads=2)
OURS_PLAIN = replace(OURS, label="without attention: this package", attention=False)
SOURCE = Setting("source text's code, 1 thread", "source_text")
SOURCE_2 = replace(SOURCE, label="source text's code, 2 threads", threads=2)
SOURCE_PLAIN = replace(SOURCE, label="without attention: source text's code", attention=False)
D2L = Setting("d2l 1.0.3 (GRU)", "d2l_1_0")
LIBRARY = "d2l 0.11.4 itself"


def library_settings(python: Path) -> list[Setting]:
    """Return the source text's library with one and two threads."""
    one = Setting(f"{LIBRARY}, 1 thread", "d2l_0_11", python=str(python))
    return [one, replace(one, label=f"{LIBRARY}, 2 threads", threads=2)]


def torch_settings(python: Path) -> list[Setting]:
    """Return PyTorch with one and two threads, with batches of one padded length and sorted."""
    return [
        Setting(
            f"PyTorch, {batches} batches, {threads} thread{'s' * (threads > 1)}",
            "pytorch",
            threads,
            by_length=batches == "sorted",
            python=str(python),
        )
        for batches in ("padded", "sorted")
        for threads in (1, 2)
    ]
