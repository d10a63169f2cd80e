"""The benchmark of the course: this package against its source text, d2l 1.0 and PyTorch.

`python -m benchmarks` measures and prints the tables, `python -m benchmarks.report` prints them
again from `results.json`. Every peer runs in a process of its own, so that neither threads nor
memory mix; the processes take turns, so that a slow minute of the machine hits all of them.
"""
