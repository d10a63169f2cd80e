"""The picture that the explorer draws: where the model looked, what it expected, what it kept."""

import io
import textwrap
import warnings
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from .explorer_view import View
from .plot import BLUE, show_attention

NO_PICTURE = "No sentence, no picture."
WIDTH, MARGIN = 10.0, 1.0  # inches, as all sizes here
GRID_ROW, ROW, COLUMN = 0.3, 0.42, 0.75
SLANTED = 0.06  # height of a character in a slanted word
CHARACTERS, LONGEST_TOKEN = 110, 14  # that fit into a line, and into a cell
SHOWN_FROM = 0.05  # smaller weights have no number, which would hide the pattern
DARK = 0.77  # from here on white text has more contrast than black
RAMP = "Greens"  # as in show_attention: one hue, so that lightness alone tells the value


def png(view: View, title: str) -> bytes:
    """Return the picture of a view, with a title, as a PNG file, 1,000 pixels wide."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # Readers may type any sign; one without a shape in the font is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
        draw(view, title).savefig(buffer, format="png", dpi=100)
    return buffer.getvalue()


def in_words(view: View) -> str:
    """Return what the picture of a view shows, for those who can't see it."""
    lines = []
    for number, (words, kept) in enumerate(zip_longest(view.next_words, view.beam), start=1):
        line = f"Step {number}."
        if words:
            line += f" Next word: {_listed((w.token, w.probability, w.chosen) for w in words)}."
            if view.found[0].attention_weights is not None:
                row = view.found[0].attention_weights[number - 1]
                source = view.found[0].source_tokens[row.argmax()]
                line += f" Looked most at {source} {row.max():.2f}."
        line += f" Kept: {_listed((k.token, k.log_prob, k.chosen) for k in kept)}."
        lines.append(line)
    return "\n".join(lines) or NO_PICTURE


def _listed(named: Iterable[tuple[str, float, bool]]) -> str:
    return ", ".join(
        f"{token} {value:z.2f}{' (chosen)' if chosen else ''}" for token, value, chosen in named
    )


# Readers may type a dollar sign. It begins no formula.
@plt.rc_context({"text.parse_math": False, "font.size": 9})
def draw(view: View, title: str) -> Figure:
    """Draw the attention weights, and below them the next words beside the beam."""
    if not view.found:
        figure = Figure(figsize=(WIDTH, ROW))
        figure.text(0, 0.5, NO_PICTURE, va="center")
        return figure
    title = textwrap.fill(title, CHARACTERS, max_lines=3, placeholder=" …")
    upper = GRID_ROW * len(title.splitlines())
    if view.found[0].attention_weights is None:
        upper += ROW
    else:  # the colour bar needs the height of a few rows, long words room above the grid
        longest = max(map(len, view.found[0].source_tokens))
        upper += MARGIN + SLANTED * min(longest, LONGEST_TOKEN)
        upper += GRID_ROW * max(4, len(view.next_words))
    lower = MARGIN + ROW * len(view.beam)
    figure = Figure(figsize=(WIDTH, upper + lower), layout="constrained")
    above, below = figure.subfigures(2, height_ratios=[upper, lower])
    above.suptitle(title, x=0.01, ha="left", weight="bold")
    _draw_attention(view, above)
    left, right = below.subplots(1, 2, sharey=True)
    _draw_next_words(view, left)
    _draw_beam(view, right)
    return figure


def _draw_attention(view: View, figure: SubFigure) -> None:
    best = view.found[0]
    weights = best.attention_weights
    if weights is None:
        text = "This model has no attention: it does not look back at the source tokens."
        figure.text(0.01, 0.1, text)
        return
    # A grid of few columns leaves the rest of the width empty.
    used = min(WIDTH, 2 * MARGIN + COLUMN * len(best.source_tokens))
    cells = figure.add_gridspec(1, 2, width_ratios=[used, WIDTH - used + 0.01])
    ax = figure.add_subplot(cells[0])
    source = [
        f"{_label(token)} (<unk>)" if token in best.unknown else _label(token)
        for token in best.source_tokens
    ]
    show_attention(weights, source, list(map(_label, best.target_tokens)), ax)
    for row, column in zip(*(weights >= SHOWN_FROM).nonzero(), strict=True):
        weight = weights[row, column]
        _write_on_ramp(f"{weight:.2f}".lstrip("0"), weight, column, row, ax)


def _draw_next_words(view: View, ax: Axes) -> None:
    """Draw a row for each target token: what could stand there, in the order of likelihood."""
    num_columns = max(map(len, view.next_words))
    table = [[word.probability for word in row] for row in view.next_words]
    table = [row + [0.0] * (num_columns - len(row)) for row in table]
    ax.imshow(table, cmap=RAMP, vmin=0, vmax=1, aspect="auto")
    for y, row in enumerate(view.next_words):
        for x, word in enumerate(row):
            mark = "▸ " if word.chosen else ""
            text = f"{mark}{_label(word.token)}\n{word.probability:.2f}"
            _write_on_ramp(text, word.probability, x, y, ax)
            if word.chosen:
                frame = Rectangle((x - 0.47, y - 0.46), 0.94, 0.92, fill=False)
                frame.set(edgecolor=BLUE, linewidth=2)
                ax.add_patch(frame)
    ax.set_title(
        "next word: the likeliest, with probability\n(framed and ▸: the one in the translation)"
    )
    ax.set_xticks([])
    ax.set_yticks(range(len(view.beam)), range(1, len(view.beam) + 1))
    ax.set_ylabel("step")


def _draw_beam(view: View, ax: Axes) -> None:
    """Draw a row for each step: what was kept, and lines to what it continues."""
    for y, row in enumerate(view.beam):
        for x, kept in enumerate(row):
            color, style, width = (BLUE, "-", 2) if kept.chosen else ("0.4", ":", 1)
            if kept.parent is not None:
                ax.plot([kept.parent, x], [y - 1, y], style, color=color, linewidth=width, zorder=1)
            frame = {
                "boxstyle": "square" if kept.finished else "round",
                "facecolor": "white",
                "edgecolor": color,
                "linestyle": style,
                "linewidth": width,
            }
            text = f"{_label(kept.token)}\n{kept.log_prob:z.2f}"
            _write(text, x, y, ax, bbox=frame)
    ax.set_title(
        "beam: what was kept, with log-probability\n(thick: the translation; square: finished)"
    )
    ax.set_xticks([])
    ax.set_xlim(-0.6, max(map(len, view.beam)) - 0.4)
    ax.set_ylim(len(view.beam) - 0.5, -0.5)  # shared: the first step stands above


def _write(text: str, x: float, y: float, ax: Axes, **options: Any) -> None:
    ax.text(x, y, text, ha="center", va="center", fontsize=8, **options)


def _write_on_ramp(text: str, value: float, x: float, y: float, ax: Axes) -> None:
    _write(text, x, y, ax, color="white" if value > DARK else "black")


def _label(token: str) -> str:
    """Return what stands for a token: quotes make a full stop visible, and long words are cut."""
    if not any(map(str.isalnum, token)):
        token = f"“{token}”"
    return token if len(token) <= LONGEST_TOKEN else f"{token[:LONGEST_TOKEN]}…"
