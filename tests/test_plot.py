"""The loss curve and the map of attention weights."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

import d2l_local as d2l
from d2l_local import plot

SOURCE, TARGET = ["i", "won", "!", "<eos>"], ["j'ai", "gagné", "!"]


@pytest.fixture(autouse=True)
def hidden_figures() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture
def ax() -> Axes:
    return plt.subplots()[1]


def weights(*shape: int) -> numpy.ndarray:
    return numpy.random.RandomState(0).dirichlet(numpy.ones(shape[-1]), size=shape[:-1])


# The map


def test_the_words_stand_on_the_axes() -> None:
    ax = d2l.show_attention(weights(3, 4), SOURCE, TARGET)
    assert [label.get_text() for label in ax.get_xticklabels()] == SOURCE
    assert [label.get_text() for label in ax.get_yticklabels()] == TARGET
    assert "source" in ax.get_xlabel() and "target" in ax.get_ylabel()


def test_every_weight_stands_in_the_row_of_its_target_word() -> None:
    values = weights(3, 4)
    ax = d2l.show_attention(values, SOURCE, TARGET)
    (image,) = ax.get_images()
    numpy.testing.assert_array_equal(image.get_array(), values)
    assert list(ax.get_xticks()) == [0, 1, 2, 3] and list(ax.get_yticks()) == [0, 1, 2]
    top, bottom = ax.get_ylim()[::-1]
    assert top < bottom, "the first target word stands at the top"


def test_colours_mean_the_same_in_every_map() -> None:
    (image,) = d2l.show_attention(weights(3, 4) / 2, SOURCE, TARGET).get_images()
    assert image.get_clim() == (0, 1)


def test_the_colour_bar_is_labelled() -> None:
    figure = d2l.show_attention(weights(3, 4), SOURCE, TARGET).figure
    assert "attention weight" in [other.get_ylabel() for other in figure.axes]


def test_a_map_can_be_drawn_beside_others() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    assert d2l.show_attention(weights(3, 4), SOURCE, TARGET, ax=right) is right
    assert right.get_images() and not left.get_images()
    assert plt.get_fignums() == [figure.number]


def test_weights_and_words_that_do_not_fit_are_refused_with_both_shapes() -> None:
    with pytest.raises(ValueError, match=r"\(4, 3\).*3 target and 4 source.*\(3, 4\)"):
        d2l.show_attention(weights(4, 3), SOURCE, TARGET)
    with pytest.raises(ValueError, match=r"\(1, 3, 4\).*\(3, 4\)"):
        d2l.show_attention(weights(1, 3, 4), SOURCE, TARGET)


def test_a_refused_map_leaves_no_figure() -> None:
    with pytest.raises(ValueError):
        d2l.show_attention(weights(4, 3), SOURCE, TARGET)
    assert plt.get_fignums() == []


# The curves


def test_a_curve_shows_its_losses_from_the_first_epoch(ax: Axes) -> None:
    assert d2l.plot_losses({"training": [3.0, 2.0, 1.5]}, ax) is ax
    (line,) = ax.get_lines()
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert list(line.get_ydata()) == [3.0, 2.0, 1.5]


def test_the_axes_of_a_curve_say_what_they_measure(ax: Axes) -> None:
    d2l.plot_losses({"training": [1.0]}, ax)
    assert ax.get_xlabel() == "epoch"
    assert "loss" in ax.get_ylabel() and "nats per token" in ax.get_ylabel()


def test_one_curve_needs_no_legend_and_two_do(ax: Axes) -> None:
    d2l.plot_losses({"with": [2.0, 1.0]}, ax)
    assert ax.get_legend() is None
    d2l.plot_losses({"with": [2.0, 1.0], "without": [2.0, 1.9, 1.8]}, plt.subplots()[1])
    legend = plt.gca().get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["with", "without"]


def test_curves_differ_in_colour_and_in_dashes(ax: Axes) -> None:
    d2l.plot_losses({str(number): [1.0, 2.0] for number in range(4)}, ax)
    lines = ax.get_lines()
    assert len({line.get_color() for line in lines}) == 4
    assert len({line.get_linestyle() for line in lines}) == 4


def test_more_curves_than_line_styles_are_refused(ax: Axes) -> None:
    with pytest.raises(ValueError, match="5 curves.*at most 4"):
        d2l.plot_losses({str(number): [1.0] for number in range(5)}, ax)


# The live curve


class Display:
    """Stands in for IPython's display and for the handle that it gives."""

    def __init__(self) -> None:
        self.shown: list[bytes] = []
        self.updates: list[bytes] = []

    def __call__(self, image: Any, display_id: bool) -> "Display":
        assert display_id, "without an id the picture cannot be updated"
        self.shown.append(image.data)
        return self

    def update(self, image: Any) -> None:
        self.updates.append(image.data)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Display:
    display = Display()
    monkeypatch.setattr(plot, "display", display)
    return display


def test_outside_a_notebook_there_is_no_live_curve(
    display: Display, capfd: pytest.CaptureFixture[str]
) -> None:
    curve = plot.LiveCurve(3)
    curve.update({"training": [1.0]})
    curve.draw({"training": [1.0]})
    assert not display.shown
    assert capfd.readouterr() == ("", "")


class TestInANotebook:
    @pytest.fixture(autouse=True)
    def kernel(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plot, "get_ipython", lambda: SimpleNamespace(kernel=object()))

    def test_one_picture_grows(self, display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plot, "SECONDS_BETWEEN_FRAMES", 0.0)
        curve = plot.LiveCurve(3)
        curve.update({"training": [3.0]})
        curve.update({"training": [3.0, 2.0]})
        curve.draw({"training": [3.0, 2.0, 1.0]})
        assert len(display.shown) == 1
        pictures = display.shown + display.updates
        assert len(set(pictures)) == len(pictures) >= 3
        assert all(picture.startswith(b"\x89PNG") for picture in pictures)

    def test_frames_keep_their_distance_but_the_last_one_is_drawn(
        self, display: Display, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(plot, "SECONDS_BETWEEN_FRAMES", 3600.0)
        curve = plot.LiveCurve(100)
        for epoch in range(1, 100):
            curve.update({"training": [1.0] * epoch})
        before = len(display.shown + display.updates)
        assert before <= 1
        curve.draw({"training": [1.0] * 100})
        assert len(display.shown + display.updates) == before + 1

    def test_a_run_stopped_in_its_first_epoch_has_a_curve_without_a_line(
        self, display: Display
    ) -> None:
        plot.LiveCurve(3).draw({"training": []})
        assert len(display.shown) <= 1

    def test_the_cell_does_not_show_the_figure_a_second_time(self, display: Display) -> None:
        plot.LiveCurve(3).draw({"training": [1.0]})
        assert display.shown and plt.get_fignums() == []
