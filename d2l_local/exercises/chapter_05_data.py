"""Tasks of chapter 05: for which tasks attention should be clearly better."""

import math
from typing import Any

from .comparing import Random, check_values, plain
from .running import call, shorten
from .tasks import Wrong, task

DIGITS = 10


@task(
    "05.7",
    "Which tasks need it?",
    points=2,
    hints=[
        "Without attention all that the target needs must fit into one state. Attention helps if "
        "that is much, and if each target token needs a few source tokens only.",
        "A label, one word, two words: a state can hold these, whatever the length of the source.",
        "One of ten equally likely digits holds log2(10) bits, about 3.32.",
    ],
)
def check_which_tasks(random: Random, better: Any, bits: Any) -> None:
    if not isinstance(better, list | tuple | set | str):
        raise Wrong('`better` should be a list of letters, such as ["A", "D"]')
    named = set(better)
    if not named <= set("ABCDE"):
        raise Wrong(f"`better` is {better!r}. The tasks are called A to E")
    for name, cause in (
        ("A", "A is missing: the state would have to hold 30 digits in order"),
        ("B", "B has one label as its target. Whether or not it is hard, a state can hold it"),
        ("C", "C is missing: the state would have to hold 30 words in order"),
        ("D", "D needs one word of the source. The encoder's last state still holds it"),
        ("E", "E has two words to remember. The bottleneck is not tight"),
    ):
        if (name in named) != (name in "AC"):
            raise Wrong(cause)
    mistakes = {
        "one bit tells two things apart. A digit is one of ten": 30,
        "these are nats. Bits need the logarithm to base 2": 30 * math.log(10),
        "that is one digit. There are 30": math.log2(10),
        "there are 10 to the power of 30 sequences, not 30 to the power of 10": 10 * math.log2(30),
        "that is the number of digits times ten. Take the logarithm of ten, to base 2": 300,
        "a digit in 4 bits is possible, but log2(10) is less than 4": 120,
    }
    check_values(bits, 30 * math.log2(10), mistakes, what="`bits`")


def digits_and_places(rule: Any, source: list[int]) -> tuple[list[int], list[int]]:
    """Return what the learner's rule makes of a source, as two lists of whole numbers."""
    result = call(rule, source)
    if not isinstance(result, list | tuple) or len(result) != 2:
        raise Wrong("return two lists: target, where")
    try:
        target, where = ([int(number) for number in plain(part, [0])] for part in result)
    except (TypeError, ValueError):
        raise Wrong("both lists should hold whole numbers") from None
    if not target or len(target) != len(where):
        raise Wrong(
            f"for {len(source)} source digits, the target has {len(target)} tokens and `where` "
            f"{len(where)} entries. Each target token needs one"
        )
    if min(target) < 0 or max(target) >= DIGITS:
        raise Wrong(f"a target token is not a digit from 0 to 9: {shorten(str(target), 60)}")
    if min(where) < 0 or max(where) >= len(source):
        raise Wrong(
            f"`where` is {shorten(str(where), 60)}, but the positions of {len(source)} source "
            f"digits are 0 to {len(source) - 1}"
        )
    return target, where


def check_position(rule: Any, source: list[int], position: int, target: list[int]) -> None:
    """Raise Wrong unless this source digit changes the target where the rule says, only there."""
    moved = False
    for digit in set(range(DIGITS)) - {source[position]}:
        other = [*source[:position], digit, *source[position + 1 :]]
        new, where = digits_and_places(rule, other)
        if len(new) != len(target):
            raise Wrong(
                "the length of the target depends on the digits. Let it depend on their number only"
            )
        changed = [i for i in range(len(new)) if new[i] != target[i]]
        astray = [i for i in changed if where[i] != position]
        if astray:
            raise Wrong(
                f"with another digit at source position {position}, target position {astray[0]} "
                f"changes, but `where` says that it comes from {where[astray[0]]}. For {source} "
                f"the target was {target}"
            )
        moved = moved or bool(changed)
    if not moved:
        raise Wrong(
            f"source position {position} has no influence: whatever digit stands there, the target "
            f"of {len(source)} digits stays the same. The state could forget it"
        )


@task(
    "05.8",
    "Open: a language for attention",
    points=3,
    hints=[
        "Begin with the copy: target = list(source), where = [0, 1, 2, ...].",
        "Then change the order, or the digits, or both. Each source position must stay in use.",
        "Neighbours exchanged, every third one first, each digit twice, 9 minus the digit ...",
    ],
)
def check_rule(random: Random, my_rule: Any) -> None:
    for length in (5, 8, 1, 2, 3):
        source = random.integers(0, DIGITS, length).tolist()
        target, where = digits_and_places(my_rule, source)
        if digits_and_places(my_rule, source) != (target, where):
            raise Wrong("the same source gives another target the second time. Leave chance out")
        for position in range(length):
            check_position(my_rule, source, position, target)
