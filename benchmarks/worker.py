"""The process of one peer: reads a request a line, answers a line."""

import importlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from .workloads import Workload

UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


def main(module: str, options: str) -> None:
    """Serve requests {"call": name, "args": [...]} until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # progress bars must not mix with answers
    if module == "pytorch":
        import torch

        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    peer_class = importlib.import_module(f".{module}", __package__).Peer
    peer: Any = None
    answers.write(json.dumps("ready") + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        name, args = request["call"], request["args"]
        answer: Any = None
        if name == "load":
            peer = peer_class(Workload.load(Path(args[0])), **json.loads(options))
        elif name == "peak_memory":
            answer = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
        else:
            answer = getattr(peer, name)(*args)
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
