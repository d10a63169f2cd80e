"""Tasks of chapter 06: scores of hypotheses, and one step of beam search."""

import math
from typing import Any

import numpy

from .comparing import Array, Mistake, Random, check_function, check_values
from .tasks import task


@task(
    "06.1",
    "Which hypothesis wins?",
    points=1,
    hints=[
        "With α = 0 every length becomes 1: the log-probabilities themselves decide.",
        "All scores are negative. The best one is the one nearest to 0.",
        "A and B are equal when 2.4 / 1.5 = (6 / 3) to the power of α. Take logarithms.",
    ],
)
def check_winners(random: Random, winners: Any, tie: Any) -> None:
    mistakes = {
        "you chose the lowest scores. They are negative, so the best one is nearest to 0": [
            *("C", "C", "A")
        ],
        "A does not always win. Did you multiply by the length? Divide by its power": ["A"] * 3,
        "B does not always win: with α = 0 the length doesn't count, with α = 2 more than with 1": [
            *("B", "B", "B")
        ],
        "with α = 1 the mean per token decides. The longest hypothesis has not the best one": [
            *("A", "C", "C")
        ],
        "with α = 2 the length counts twice as a factor: divide by 9, 36 and 100": ["A", "B", "B"],
    }
    check_values(winners, ["A", "B", "C"], mistakes, what="`winners`")
    tie_mistakes = {
        "you counted the tokens without <eos> in `tie`. The lengths are 3 and 6": (
            math.log(1.6) / math.log(5 / 2)
        ),
        "`tie` is upside down: 2 to the power of α must be 1.6": math.log(2) / math.log(1.6),
        "`tie` is the logarithm of 1.6. Divide it by the logarithm of 2": math.log(1.6),
        "`tie` is 1.6 / 2. But α is an exponent, so take logarithms": 1.6 / 2,
        "`tie` is 1.6. That is what 2 to the power of α must be": 1.6,
    }
    check_values(tie, math.log(1.6) / math.log(2), tie_mistakes, what="`tie`")


def plain_numbers(result: Any) -> Any:
    """Return a list or tuple with plain numbers where it holds arrays of one number."""
    if isinstance(result, list | tuple):
        return [plain_numbers(part) for part in result]
    return result.item() if getattr(result, "size", 0) == 1 else result


def highest(total: Array, count: int) -> list[tuple[int, int, float]]:
    """Return (row, column, entry) of the `count` highest entries of `total`, in order."""
    places = [divmod(int(i), total.shape[1]) for i in numpy.argsort(-total, axis=None)[:count]]
    return [(row, column, float(total[row, column])) for row, column in places]


def all_continuations(log_probs: Array, log_p_next: Array) -> Array:
    return log_probs[:, None] + log_p_next


def right_step(log_probs: Array, log_p_next: Array, beam_size: int) -> list[Any]:
    return highest(all_continuations(log_probs, log_p_next), beam_size)


def one_from_each(log_probs: Array, log_p_next: Array, beam_size: int) -> list[Any]:
    total = all_continuations(log_probs, log_p_next)
    best = [(row, int(entries.argmax()), entries.max()) for row, entries in enumerate(total)]
    return sorted(best, key=lambda triple: -triple[2])[:beam_size]


def several_from_each(log_probs: Array, log_p_next: Array, beam_size: int) -> list[Any]:
    total = all_continuations(log_probs, log_p_next)
    return [(i, *rest) for i in range(len(total)) for _, *rest in highest(total[[i]], beam_size)]


def wrong_divisor(log_probs: Array, log_p_next: Array, beam_size: int) -> list[Any]:
    size, rows = log_p_next.shape[1], len(log_probs)
    found = right_step(log_probs, log_p_next, beam_size)
    return [(*divmod(row * size + token, rows), total) for row, token, total in found]


@task(
    "06.2",
    "One step of beam search",
    points=3,
    hints=[
        "log_probs.reshape(-1, 1) + log_p_next holds all continuations: (hypotheses, vocabulary).",
        "Make it flat, and look for the highest numbers in all of it: np.argsort(-flat), or sort a "
        "Python list of triples.",
        "divmod(place, vocabulary) gives the row and the column of a place in the flat array.",
    ],
)
def check_beam_step(random: Random, beam_step: Any) -> None:
    mistakes = [
        Mistake(
            "what the hypotheses had before is not added: `log_probs` is not used",
            lambda a, p, k: highest(p, k),
        ),
        Mistake(
            "you multiplied log-probabilities. Probabilities are multiplied, logarithms added",
            lambda a, p, k: highest(a[:, None] * p, k),
        ),
        Mistake(
            "you added probabilities. Add their logarithms",
            lambda a, p, k: highest(numpy.exp(a[:, None]) + numpy.exp(p), k),
        ),
        Mistake(
            "the choice is right, but these are probabilities. Return log-probabilities",
            lambda a, p, k: highest(numpy.exp(all_continuations(a, p)), k),
        ),
        Mistake(
            "the choice is right, but you return the log-probability of the last token only, not "
            "that of the whole hypothesis",
            lambda a, p, k: [(i, j, p[i, j]) for i, j, _ in right_step(a, p, k)],
        ),
        Mistake(
            "you keep the best token of each hypothesis. The beam is shared: two that stay may "
            "come from one parent, and none from another",
            one_from_each,
        ),
        Mistake(
            "each hypothesis keeps a beam of its own. Together they have `beam_size` places",
            several_from_each,
        ),
        Mistake(
            "only the first hypothesis is continued",
            lambda a, p, k: right_step(a[:1], p[:1], k),
        ),
        Mistake(
            "parent and token are exchanged: divmod(place, vocabulary) gives (parent, token)",
            lambda a, p, k: [(j, i, total) for i, j, total in right_step(a, p, k)],
        ),
        Mistake(
            "you divided the place by the number of hypotheses. A row has as many numbers as the "
            "vocabulary",
            wrong_divisor,
        ),
        Mistake(
            "these are the least likely ones. argsort begins with the smallest",
            lambda a, p, k: [(i, j, -x) for i, j, x in highest(-all_continuations(a, p), k)],
        ),
        Mistake(
            "the choice is right, but the order is not: the likeliest comes first",
            lambda a, p, k: right_step(a, p, k)[::-1],
        ),
        Mistake(
            "you keep as many as there were before. `beam_size` says how many to keep: in the "
            "first step there is one hypothesis only",
            lambda a, p, k: right_step(a, p, len(a)),
        ),
        Mistake("you keep one too few", lambda a, p, k: right_step(a, p, k - 1)),
        Mistake("you keep one too many", lambda a, p, k: right_step(a, p, k + 1)),
    ]
    cases = []
    for rows, vocabulary, beam_size in ((4, 7, 4), (3, 5, 3), (3, 8, 2), (1, 6, 3)):
        scores = random.normal(0, 1.5, (rows, vocabulary))
        log_p = scores - numpy.log(numpy.exp(scores).sum(axis=1, keepdims=True))
        log_probs = -random.uniform(0.2, 2.5, rows)
        cases.append((log_probs.astype("float32"), log_p.astype("float32"), beam_size))
    check_function(beam_step, cases, right_step, mistakes, read=plain_numbers)
