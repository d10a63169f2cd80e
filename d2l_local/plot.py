"""The two pictures of the course: a loss curve and a labelled map of attention weights."""

import io
import time
from collections.abc import Mapping, Sequence

import numpy
from IPython import get_ipython
from IPython.display import Image, display
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# From the palette of Okabe and Ito, which colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
LINE_STYLES = [(BLUE, "-"), (ORANGE, "--"), (GREEN, ":"), (PURPLE, "-.")]
SECONDS_BETWEEN_FRAMES = 1.0  # drawing a frame takes about 0.05 s


def plot_losses(curves: Mapping[str, Sequence[float]], ax: Axes) -> Axes:
    """Draw losses, in nats per token, against the epoch; one line for each name.

    Raises:
        ValueError: there are more curves than line styles to tell them apart.
    """
    if len(curves) > len(LINE_STYLES):
        raise ValueError(f"there are {len(curves)} curves, but at most {len(LINE_STYLES)} fit.")
    for (name, losses), (color, style) in zip(curves.items(), LINE_STYLES, strict=False):
        ax.plot(range(1, len(losses) + 1), losses, color=color, linestyle=style, label=name)
    ax.set_xlabel("epoch")
    ax.set_ylabel("loss (nats per token)")
    ax.grid(alpha=0.3)
    if len(curves) > 1:
        ax.legend()
    return ax


def show_attention(
    weights: numpy.ndarray,
    source_tokens: Sequence[str],
    target_tokens: Sequence[str],
    ax: Axes | None = None,
) -> Axes:
    """Draw attention weights as a map: one row for each target token, one column a source token.

    Args:
        weights: (target tokens, source tokens), between 0 and 1.
        source_tokens, target_tokens: the words on the axes.

    Raises:
        ValueError: the shape of the weights is not that of the words.
    """
    expected = (len(target_tokens), len(source_tokens))
    if weights.shape != expected:
        raise ValueError(
            f"weights have shape {weights.shape}, but there are {expected[0]} target and "
            f"{expected[1]} source tokens: expected {expected}."
        )
    if ax is None:
        size = (1.6 + 0.7 * expected[1], 1.2 + 0.45 * expected[0])
        _, ax = plt.subplots(figsize=size, layout="constrained")
    image = ax.imshow(weights, cmap="Greens", vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(expected[1]), source_tokens, rotation=45, ha="left")
    ax.set_yticks(range(expected[0]), target_tokens)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("source token (key)")
    ax.set_ylabel("target token (query)")
    ax.figure.colorbar(image, ax=ax, label="attention weight")
    return ax


class LiveCurve:
    """Loss curves that grow while a notebook cell trains; nothing outside of a notebook."""

    def __init__(self, num_epochs: int) -> None:
        self.num_epochs = num_epochs
        self.in_notebook = getattr(get_ipython(), "kernel", None) is not None
        self.handle = None
        self.draw({})

    def update(self, curves: Mapping[str, Sequence[float]]) -> None:
        """Draw the losses so far, by name, unless the last frame is too fresh."""
        if self.in_notebook and time.perf_counter() - self.last_frame > SECONDS_BETWEEN_FRAMES:
            self.draw(curves)

    def draw(self, curves: Mapping[str, Sequence[float]]) -> None:
        """Draw the losses so far, by name, in the place of the frame before."""
        if not self.in_notebook:
            return
        # A figure of its own, unknown to pyplot: the cell must not show it a second time.
        figure = Figure(figsize=(5, 3), layout="constrained")
        ax = plot_losses(curves, figure.subplots())
        ax.set_xlim(0, self.num_epochs)
        ax.set_ylim(bottom=0)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=100)
        image = Image(buffer.getvalue(), alt="Loss in nats per token against the epoch.")
        if self.handle is None:
            self.handle = display(image, display_id=True)
        else:
            self.handle.update(image)
        self.last_frame = time.perf_counter()
