"""The task of chapter 06 that asks for beam search as a whole."""

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy

from .chapter_06_hypotheses import plain_numbers
from .comparing import Mistake, Random, check_function, same
from .tasks import Wrong, task

Path = tuple[list[int], float]
"""Tokens and their log-probability."""


def likeliest(paths: list[Path], count: int) -> list[Path]:
    return sorted(paths, key=lambda path: -path[1])[:count]


def flat(longer: list[list[Path]]) -> list[Path]:
    return [path for continuations in longer for path in continuations]


def keep(longer: list[list[Path]], done: list[Path], beam_size: int, alpha: float) -> list[Path]:
    """Return the next beam: what is finished, and the likeliest continuations of the others.

    Args:
        longer: for each unfinished hypothesis its continuations.
        done: the finished hypotheses.
    """
    return done + likeliest(flat(longer), beam_size - len(done))


def order(tokens: list[int], log_prob: float, eos: int, alpha: float) -> tuple[bool, float]:
    return tokens[-1] == eos, log_prob / len(tokens) ** alpha


def search_with(
    keep: Callable[..., list[Path]] = keep,
    order: Callable[..., Any] = order,
    add: Callable[[float, float], float] = operator.add,
    start: float = 0.0,
    ended: Callable[[list[bool]], bool] = all,
    more_steps: int = 0,
    report: Callable[..., Any] = lambda tokens, log_prob, eos, alpha: (tokens, log_prob),
) -> Callable[..., Any]:
    """Return beam search, or a variety of it that is wrong."""

    def search(step: Any, eos: int, beam_size: int, num_steps: int, alpha: float) -> Any:
        beam: list[Path] = [([], start)]
        for _ in range(num_steps + more_steps):
            done = [path for path in beam if path[0][-1:] == [eos]]
            longer = [
                [([*tokens, i], add(log_prob, log_p)) for i, log_p in enumerate(step(tokens))]
                for tokens, log_prob in beam
                if tokens[-1:] != [eos]
            ]
            beam = keep(longer, done, beam_size, alpha)
            if ended([tokens[-1] == eos for tokens, _ in beam]):
                break
        return report(*max(beam, key=lambda path: order(*path, eos, alpha)), eos, alpha)

    return search


def with_parent_of_its_rank(
    longer: list[list[Path]], done: list[Path], beam_size: int, alpha: float
) -> list[Path]:
    parents = [continuations[0][0][:-1] for continuations in longer]
    kept = likeliest(flat(longer), beam_size - len(done))
    return done + [
        ([*parents[rank % len(parents)], tokens[-1]], log_prob)
        for rank, (tokens, log_prob) in enumerate(kept)
    ]


def one_for_each_after_the_first_step(
    longer: list[list[Path]], done: list[Path], beam_size: int, alpha: float
) -> list[Path]:
    first = len(longer[0][0][0]) == 1
    return done + [p for paths in longer for p in likeliest(paths, beam_size if first else 1)]


def divided(paths: list[Path], alpha: float) -> list[Path]:
    return [(tokens, log_prob / len(tokens) ** alpha) for tokens, log_prob in paths]


def cut(tokens: list[int], log_prob: float, eos: int, alpha: float) -> Any:
    return tokens[: [*tokens, eos].index(eos) + 1], log_prob


def endless(report: Callable[..., Any]) -> Callable[..., Any]:
    """Return a search that knows no `eos` before the end."""

    def search(step: Any, eos: int, *rest: Any) -> Any:
        return report(*search_with()(step, -1, *rest), eos, 0)

    return search


NORMALISED = (
    "you normalise during the search. The log-probability stays a sum; `alpha` is for the choice "
    "at the end"
)
RUNS_ON = "the search doesn't stop at `eos`: a finished hypothesis must not be continued"
SEARCH_MISTAKES = [
    Mistake(
        "this is greedy search: one hypothesis is kept. The beam has `beam_size` places",
        lambda step, eos, beam_size, *rest: search_with()(step, eos, 1, *rest),
    ),
    Mistake(
        "finished hypotheses are forgotten. Keep them until the end",
        search_with(keep=lambda longer, done, k, alpha: likeliest(flat(longer), k)),
    ),
    Mistake(
        "finished hypotheses are dropped when others look better. Those are not finished yet, and "
        "will become less probable. Never drop a finished one",
        search_with(keep=lambda longer, done, k, alpha: likeliest(done + flat(longer), k)),
    ),
    Mistake(
        "a finished hypothesis keeps its place: continue with one place less for each of them",
        search_with(keep=lambda longer, done, k, alpha: done + likeliest(flat(longer), k)),
    ),
    Mistake(RUNS_ON, endless(lambda tokens, log_prob, eos, alpha: (tokens, log_prob))),
    Mistake(RUNS_ON, endless(cut)),
    Mistake(
        "the search ends with the first finished hypothesis. Go on while one is unfinished",
        search_with(ended=any),
    ),
    Mistake(
        "you added probabilities. Add their logarithms",
        search_with(add=lambda log_prob, log_p: log_prob + math.exp(log_p)),
    ),
    Mistake(
        "you multiplied probabilities. Add their logarithms: `alpha` works on these",
        search_with(add=lambda p, log_p: p * math.exp(log_p), start=1.0),
    ),
    Mistake(
        "the log-probability is that of the last token. Add it to that of the tokens before",
        search_with(add=lambda log_prob, log_p: log_p),
    ),
    Mistake(
        "after the first step each hypothesis keeps one continuation of its own. The places belong "
        "to all together",
        search_with(keep=one_for_each_after_the_first_step),
    ),
    Mistake(
        "each hypothesis has a beam of its own. The places belong to all together",
        search_with(
            keep=lambda longer, done, k, alpha: (
                done + [path for paths in longer for path in likeliest(paths, k)]
            )
        ),
    ),
    Mistake(
        "a token was put behind the wrong parent: the tokens and the log-probability don't belong "
        "together",
        search_with(keep=with_parent_of_its_rank),
    ),
    Mistake(
        NORMALISED,
        search_with(
            keep=lambda longer, *rest: keep([divided(p, rest[-1]) for p in longer], *rest),
            order=lambda tokens, score, eos, alpha: (tokens[-1] == eos, score),
        ),
    ),
    Mistake(
        NORMALISED,
        search_with(keep=lambda longer, *rest: keep([divided(p, rest[-1]) for p in longer], *rest)),
    ),
    Mistake(
        NORMALISED,
        search_with(
            keep=lambda longer, done, k, alpha: sorted(
                done + flat(longer), key=lambda path: -path[1] / len(path[0]) ** alpha
            )[:k]
        ),
    ),
    Mistake(
        "`alpha` is not used in the choice at the end",
        search_with(order=lambda tokens, log_prob, eos, alpha: (tokens[-1] == eos, log_prob)),
    ),
    Mistake(
        "you multiplied by the power of the length at the end. Divide by it",
        search_with(
            order=lambda tokens, log_prob, eos, alpha: (
                tokens[-1] == eos,
                log_prob * len(tokens) ** alpha,
            )
        ),
    ),
    Mistake(
        "the length at the end counts `eos`, too",
        search_with(
            order=lambda tokens, log_prob, eos, alpha: (
                tokens[-1] == eos,
                log_prob / max(1, len(tokens) - (tokens[-1] == eos)) ** alpha,
            )
        ),
    ),
    Mistake(
        "an unfinished hypothesis has won against a finished one. Finished ones go first",
        search_with(order=lambda *path: order(*path)[1]),
    ),
    Mistake(
        "this is the worst of the beam. Scores are negative: the best is the highest",
        search_with(order=lambda *path: (order(*path)[0], -order(*path)[1])),
    ),
    Mistake(
        "the tokens are right, but you return the score. Return the log-probability",
        search_with(report=lambda tokens, *rest: (tokens, order(tokens, *rest)[1])),
    ),
    Mistake(
        "`eos` is missing at the end of the tokens",
        search_with(
            report=lambda tokens, log_prob, eos, _: ([t for t in tokens if t != eos], log_prob)
        ),
    ),
    Mistake("the search takes one step too many", search_with(more_steps=1)),
    Mistake("the search takes one step too few", search_with(more_steps=-1)),
]


def random_model(random: Random, vocabulary: int) -> Callable[[list[int]], list[float]]:
    """Return a function from tokens to the log-probabilities of the next one."""
    scores = random.normal(0, 1.2, (10, vocabulary + 1, vocabulary))
    log_p = scores - numpy.log(numpy.exp(scores).sum(axis=-1, keepdims=True))

    def next_log_probs(tokens: list[int]) -> list[float]:
        last = int(tokens[-1]) if len(tokens) else vocabulary
        return [float(x) for x in log_p[len(tokens) % 10, last]]

    return next_log_probs


def random_case(random: Random) -> tuple[Any, ...]:
    beam_size, num_steps = int(random.integers(2, 5)), int(random.integers(2, 7))
    model = random_model(random, vocabulary=5)
    alpha = float(random.choice([0.0, 0.5, 1.0]))
    return model, int(random.integers(5)), beam_size, num_steps, alpha


def telling_cases(random: Random) -> Iterator[tuple[Any, ...]]:
    """Yield for each mistake a case in which it shows. Many show in few cases only."""
    right = search_with()
    for mistake in SEARCH_MISTAKES:
        case = random_case(random)
        while same(mistake.result(*case), right(*case)):
            case = random_case(random)
        yield case


def tokens_and_log_prob(result: Any) -> Any:
    if isinstance(result, list | tuple) and len(result) != 2:
        raise Wrong(f"return two things, the tokens and the log-probability, not {len(result)}")
    if isinstance(result, list | tuple) and hasattr(result[0], "asnumpy"):
        result = (result[0].asnumpy().tolist(), result[1])
    return plain_numbers(result)


@task(
    "06.3",
    "Beam search",
    points=4,
    hints=[
        "Keep two lists of pairs (tokens, log_prob): `alive` begins as [([], 0.0)], `done` empty.",
        "In each step make one list of all continuations of all hypotheses in `alive`, sort it by "
        "log-probability, and take the first beam_size - len(done).",
        "Those that end with `eos` go into `done`, the others are the new `alive`. When `alive` is "
        "empty, stop.",
        "At the end, max(done or alive, key=...) with log_prob / len(tokens) ** alpha.",
    ],
)
def check_beam_search(random: Random, beam_search: Any) -> None:
    cases = [case for _ in range(2) for case in telling_cases(random)]
    check_function(beam_search, cases, search_with(), SEARCH_MISTAKES, read=tokens_and_log_prob)
