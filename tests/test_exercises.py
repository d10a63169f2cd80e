"""Checks of exercises survive whatever a learner hands in, and say what happened."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from mxnet import np

from d2l_local.exercises import check, evaluate, grade, hint
from d2l_local.exercises.checking import Result
from d2l_local.exercises.comparing import Mistake, Symptom, check_function, check_values
from d2l_local.exercises.running import OutOfTime, time_limit
from d2l_local.exercises.tasks import TASKS, Task, Wrong, find

RIGHT = [1 / 8, 2 / 8, 5 / 8], [1 / 3, 2 / 3, 0]


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of a task that asks for a function that doubles an array."""

    def checker(random: Any, answer: Any) -> None:
        cases = [(random.normal(0, 1, (n, 3)).astype("float32"),) for n in (2, 4)]
        mistakes = [
            Mistake("this is the square", lambda x: x**2),
            Symptom("one of these is too big", lambda got, x: got.max() > 1000),
        ]
        check_function(answer, cases, lambda x: 2 * x, mistakes)

    monkeypatch.setitem(TASKS, "04.9", Task("04.9", "Double", 4, ("first", "second"), checker))
    return "04.9"


def blank(x: Any) -> Any:
    raise NotImplementedError  # your code here


@pytest.mark.parametrize("answer", [blank, ..., [..., 1]], ids=["function", "value", "list"])
def test_what_is_still_blank_is_not_called_wrong(double: str, answer: Any) -> None:
    assert str(evaluate(double, answer)) == '○ 04.9 Double: not done yet. hint("04.9") helps.'


def test_a_right_answer_gets_a_tick_and_its_points(
    double: str, capsys: pytest.CaptureFixture[str]
) -> None:
    check(double, lambda x: x + x)
    assert capsys.readouterr().out == "✓ 04.9 Double: right (4 points)\n"


def raises(x: Any) -> Any:
    return x / undefined_name  # noqa: F821


def raises_in_a_library(x: Any) -> Any:
    return np.dot(x, x)


def raises_late(x: Any) -> Any:
    return np.array([1.0, 2.0])[np.array([7, 8, 9])].reshape(5)


def leaves(x: Any) -> Any:
    raise SystemExit(3)


def loops(x: Any) -> Any:
    while True:
        pass


def loops_and_catches(x: Any) -> Any:
    while True:
        with contextlib.suppress(Exception):
            x.shape[7]


def changes_its_input(x: Any) -> Any:
    x *= 2
    return x


def recurses(x: Any) -> Any:
    return recurses(x)


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        (raises, ["NameError", "undefined_name", "line", "return x / undefined_name"]),
        (raises_in_a_library, ["stopped with", "return np.dot(x, x)"]),
        (raises_late, ["stopped with"]),
        (leaves, ["SystemExit: 3"]),
        (recurses, ["RecursionError"]),
        (changes_its_input, ["changes its argument `x` in place"]),
        (lambda x: None, ["`return`"]),
        (lambda x: "two", ["the text 'two'", "an array is expected"]),
        (lambda x: [1, 2], ["a list", "np.array"]),
        (lambda x: x.reshape(-1) * 2, ["the values are right", "shape (6,)", "(2, 3)"]),
        (lambda x: x[:, :2], ["shape (2, 2)", "(2, 3)"]),
        (lambda x: x * float("nan"), ["nan"]),
        (lambda x: x * 3000, ["too big"]),
        (lambda x: x * x, ["this is the square"]),
        (lambda x: np.concatenate([2 * x[:1], x[1:]]), ["first example of the batch"]),
        (lambda x: np.ones((2, 3)), ["the same answer for different inputs"]),
        (lambda: None, ["takes the arguments ()"]),
        (np.ones(3), ["not a function"]),
        (None, ["this is None, not a function"]),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(double: str, answer: Any, parts: list[str]) -> None:
    result = evaluate(double, answer, seed=0)
    assert result.status == "wrong"
    for part in parts:
        assert part in result.message
    assert "Traceback" not in result.message


def in_this_thread(function: Callable[[], Result]) -> Result:
    return function()


def in_another_thread(function: Callable[[], Result]) -> Result:
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


@pytest.mark.parametrize("answer", [loops, loops_and_catches])
@pytest.mark.parametrize("run", [in_this_thread, in_another_thread])
def test_an_endless_loop_is_stopped_and_its_line_is_shown(
    double: str, answer: Any, run: Callable[[Callable[[], Result]], Result]
) -> None:
    result = run(lambda: evaluate(double, answer, seconds=0.2))
    assert "stopped after 0.2 seconds" in result.message
    assert " of your code: " in result.message


def test_nothing_is_stopped_after_the_limit_when_the_code_has_ended() -> None:
    with time_limit(0.05):
        pass
    time.sleep(0.2)


def test_code_that_ends_when_its_time_does_leaves_nothing_behind() -> None:
    before, stopped = threading.active_count(), 0
    for number in range(400):  # the interpreter changes threads every 5 ms
        try:
            with time_limit(0.002):
                end = time.perf_counter() + 0.0065 + 0.00001 * (number % 100)
                while time.perf_counter() < end:
                    pass
        except OutOfTime:
            stopped += 1
    assert stopped > 0
    assert threading.active_count() == before
    time.sleep(0.1)  # a late OutOfTime would end this test


def test_what_the_answer_prints_is_not_shown(
    double: str, capfd: pytest.CaptureFixture[str]
) -> None:
    def chatty(x: Any) -> Any:
        print("here")
        return 2 * x

    assert evaluate(double, chatty).status == "right"
    assert capfd.readouterr() == ("", "")


def test_inputs_are_fresh_at_each_check(double: str) -> None:
    seen = []

    def remembers(x: Any) -> Any:
        seen.append(x.asnumpy().tolist())
        return 2 * x

    evaluate(double, remembers)
    evaluate(double, remembers)
    assert seen[0] != seen[2]


def test_hints_open_one_after_another(double: str, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        hint(double)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"Hint {i} of 2 for 04.9: {text}" for i, text in ((1, "first"), (2, "second"), (1, "first"))
    ]


def test_a_grade_is_all_points_or_none(double: str) -> None:
    assert grade(double, lambda x: 2 * x) == 4.0
    assert grade(double, blank) == 0.0


def test_a_lucky_answer_earns_nothing(double: str) -> None:
    calls = []

    def right_at_first(x: Any) -> Any:
        calls.append(x)
        return 2 * x if len(calls) <= 2 else x

    assert grade(double, right_at_first) == 0.0


def test_the_number_of_answers_is_checked() -> None:
    assert 'check("04.1", weights, masked_weights)' in str(evaluate("04.1", 1))


@pytest.mark.parametrize("number", ["04.0", "99.1", "4.2", 4.2])
def test_an_unknown_task_is_named_with_those_that_exist(number: Any) -> None:
    with pytest.raises(ValueError, match=r"no task .*\d\d\.1"):
        find(number)


def test_a_late_error_is_not_reported_for_the_next_task(double: str) -> None:
    np.array([1.0, 2.0])[np.array([7, 8, 9])]  # MXNet will notice when somebody reads something
    assert evaluate(double, lambda x: 2 * x).status == "right"


@pytest.mark.parametrize(
    ("answer", "expected", "message"),
    [
        ("B", "A", "look again"),
        (0.5, 0.25, "`x` is 0.5"),
        ("one", 1, "the text 'one', but"),
        ([1, 2], [1, 2, 3], "not right"),
        (None, 1, "None"),
        (True, 1, "True"),
    ],
)
def test_a_wrong_prediction_is_named(answer: Any, expected: Any, message: str) -> None:
    with pytest.raises(Wrong, match=message):
        check_values(answer, expected, {"look again": "B"}, what="`x`")


@pytest.mark.parametrize("answer", [0.33, 1 / 3, np.array(1 / 3), np.array([0.333])])
def test_a_prediction_may_be_rounded(answer: Any) -> None:
    check_values(answer, 1 / 3)
