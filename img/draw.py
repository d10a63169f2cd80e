"""Draw the figures of the course.

`python img/draw.py` writes every SVG next to this script. `python img/draw.py --check` writes
nothing and exits 1 if a file differs from what the script draws.

The visual language is the same in all figures. A colour never stands alone: each kind has its own
shape as well, so the figures also work in grey.

    encoder     blue, square corners          thin arrow    data of one step
    decoder     vermillion, round corners     thick arrow   recurrent state
    attention   green, cut corners            pale          already done
    token       grey pill                     dotted        still to come
    loss        yellow circle                 hatched       padding

The colours are the palette of Okabe and Ito (2008), with light tints for the areas. Each figure
brings its own light card, because an image cannot see whether the page around it is dark.
Coordinates name centres. A figure is 800 units wide, the width of a notebook in pixels.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import NamedTuple

WIDTH = 800
CARD, INK, MUTED, RULE = "#FDFDFB", "#1F2328", "#57606A", "#C5CBD3"
SANS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
MONO = "Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"
LINE = {
    "encoder": "#0072B2",
    "decoder": "#D55E00",
    "attention": "#009E73",
    "token": MUTED,
    "loss": INK,
    "plain": INK,
}
FILL = {
    "encoder": "#DCEBF5",
    "decoder": "#FBE5D8",
    "attention": "#D6F0E7",
    "token": "#ECEEF0",
    "loss": "#FBF6C4",
    "plain": CARD,
}
DASH = {"now": "", "done": "", "later": "1.5 4.5", "pad": "5 3"}

SOURCE = ["she", "is", "late", ".", "<eos>"]
TARGET = ["elle", "est", "en", "retard", ".", "<eos>"]

Point = tuple[float, float]


class Box(NamedTuple):
    """Centre and size of something drawn; arrows start and end at its sides."""

    x: float
    y: float
    w: float
    h: float

    def left(self, dy: float = 0) -> Point:
        return self.x - self.w / 2, self.y + dy

    def right(self, dy: float = 0) -> Point:
        return self.x + self.w / 2, self.y + dy

    def top(self, dx: float = 0) -> Point:
        return self.x + dx, self.y - self.h / 2

    def bottom(self, dx: float = 0) -> Point:
        return self.x + dx, self.y + self.h / 2


@dataclass
class Figure:
    title: str
    desc: str
    height: int
    parts: list[str] = field(default_factory=list)

    def add(self, tag: str, body: str = "", /, **attributes: str | float) -> None:
        pairs = ((k.replace("_", "-"), v) for k, v in attributes.items() if v != "")
        text = " ".join(
            f'{k}="{v:g}"' if isinstance(v, float | int) else f'{k}="{v}"' for k, v in pairs
        )
        self.parts.append(f"<{tag} {text}>{body}</{tag}>" if body else f"<{tag} {text}/>")

    def label(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 14,
        color: str = INK,
        anchor: str = "middle",
        bold: bool = False,
        code: bool = False,
        plate: bool = False,
    ) -> None:
        """Write lines of text centred vertically on y; outside code, `W_q` has a subscript q.

        A plate is a rim of card colour around the letters, for text on hatching.
        """
        lines = text.split("\n")
        step = size * 1.25
        for i, line in enumerate(lines):
            body = escape(line, quote=False)
            if not code:
                down = '<tspan dy="4" font-size="13">'
                body = re.sub(r"_(\w)([^_]*)", rf'{down}\1</tspan><tspan dy="-4">\2</tspan>', body)
            self.add(
                "text",
                body,
                x=x,
                y=round(y + (i - (len(lines) - 1) / 2) * step + size * 0.35, 2),
                font_size=size,
                fill=color,
                text_anchor=anchor,
                font_weight="bold" if bold else "",
                font_family=MONO if code else "",
                stroke=CARD if plate else "",
                stroke_width=6 if plate else "",
                paint_order="stroke" if plate else "",
            )

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        text: str = "",
        kind: str = "plain",
        tone: str = "now",
        size: float = 15,
        bold: bool = False,
    ) -> Box:
        look: dict[str, str | float] = {
            "fill": {"now": FILL[kind], "pad": "url(#hatch)"}.get(tone, CARD),
            "stroke": LINE[kind],
            "stroke_width": 2.0,
            "stroke_opacity": 0.45 if tone == "done" else "",
            "stroke_dasharray": DASH[tone],
        }
        box = Box(x, y, w, h)
        (x0, y0), (x1, y1) = (box.left()[0], box.top()[1]), (box.right()[0], box.bottom()[1])
        if kind == "attention":
            c = min(10, h / 3)
            corners = [(x0 + c, y0), (x1 - c, y0), (x1, y0 + c), (x1, y1 - c)]
            corners += [(x1 - c, y1), (x0 + c, y1), (x0, y1 - c), (x0, y0 + c)]
            self.add("polygon", points=" ".join(f"{a:g},{b:g}" for a, b in corners), **look)
        else:
            radius = {"decoder": 10, "token": h / 2, "loss": h / 2}.get(kind, 0)
            self.add("rect", x=x0, y=y0, width=w, height=h, rx=radius, **look)
        if text:
            color = INK if tone == "now" else MUTED
            self.label(x, y, text, size, color, bold=bold, plate=tone == "pad")
        return box

    def token(self, x: float, y: float, text: str, tone: str = "now", w: float = 62) -> Box:
        return self.box(x, y, w, 28, text, "token", tone)

    def sentence(self, x: float, y: float, words: list[str]) -> Box:
        """Draw a framed row of tokens centred on x, each as wide as its word needs."""
        widths = [18 + 9.5 * len(word) for word in words]
        total = sum(widths) + 5 * (len(words) - 1)
        frame = Box(x, y, total + 12, 40)
        left = x - total / 2
        self.add(
            "rect", x=left - 6, y=y - 20, width=frame.w, height=40, rx=20, fill="none", stroke=RULE
        )
        for word, w in zip(words, widths, strict=True):
            self.token(left + w / 2, y, word, w=w)
            left += w + 5
        return frame

    def arrow(
        self, *points: Point, kind: str = "plain", tone: str = "now", width: float = 1.6
    ) -> None:
        """Draw a line through the points, with a head whose tip is the last one."""
        (xa, ya), (xb, yb) = points[-2:]
        length = math.hypot(xb - xa, yb - ya)
        ux, uy = (xb - xa) / length, (yb - ya) / length
        head, half = 6 + 1.6 * width, 3 + width
        neck = (xb - ux * head, yb - uy * head)
        path = [*points[:-1], neck]
        faint = 0.45 if tone == "done" else ""
        self.add(
            "polyline",
            points=" ".join(f"{x:g},{y:g}" for x, y in path),
            fill="none",
            stroke=LINE[kind],
            stroke_width=width,
            stroke_linejoin="round",
            stroke_opacity=faint,
            stroke_dasharray=DASH[tone],
        )
        tip = [(xb, yb)]
        tip += [(neck[0] - s * uy * half, neck[1] + s * ux * half) for s in (1, -1)]
        points_text = " ".join(f"{round(x, 2):g},{round(y, 2):g}" for x, y in tip)
        self.add("polygon", points=points_text, fill=LINE[kind], fill_opacity=faint)

    def state(self, *points: Point, kind: str, tone: str = "now") -> None:
        self.arrow(*points, kind=kind, tone=tone, width=4)

    def line(self, a: Point, b: Point, color: str, width: float = 1.5) -> None:
        self.add("line", x1=a[0], y1=a[1], x2=b[0], y2=b[1], stroke=color, stroke_width=width)

    def svg(self) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.height}" '
            f'viewBox="0 0 {WIDTH} {self.height}" role="img" aria-labelledby="title desc" '
            f'font-family="{SANS}">'
        )
        card = (
            f'<rect x="2" y="2" width="{WIDTH - 4}" height="{self.height - 4}" rx="12" '
            f'fill="{CARD}" stroke="{RULE}"/>'
        )
        hatch = (
            '<defs><pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="9" height="9" fill="{CARD}"/>'
            f'<line x1="1" y1="0" x2="1" y2="9" stroke="{RULE}" stroke-width="2"/>'
            "</pattern></defs>"
        )
        names = (
            f'<title id="title">{escape(self.title)}</title>',
            f'<desc id="desc">{escape(self.desc)}</desc>',
        )
        return "\n".join([head, *names, hatch, card, *self.parts, "</svg>", ""])


def vector(numbers: Sequence[float]) -> str:
    return f"({', '.join(f'{round(n, 2):g}'.replace('-', '−') for n in numbers)})"


def encoder_decoder() -> Figure:
    f = Figure(
        "Encoder and decoder, joined by a state",
        "The source sentence 'she is late . <eos>' enters the encoder. The encoder's outputs "
        "become a state. The decoder reads the state and the target words so far, gives scores "
        "for the target sentence 'elle est en retard . <eos>', and hands itself a new state.",
        336,
    )
    encoder = f.box(150, 174, 200, 84, kind="encoder")
    f.label(150, 161, "Encoder", 18, bold=True)
    f.label(150, 189, "encoder(X, valid_len)", 13, code=True)
    f.arrow(f.sentence(150, 276, SOURCE).top(), encoder.bottom())
    f.label(150, 310, "source sentence", color=MUTED)

    state = f.box(370, 174, 100, 56, "state", size=18, bold=True)
    f.label(370, 114, "all that the decoder\nknows of the source", color=MUTED)
    f.label(370, 226, "decoder.init_state(\nenc_outputs, valid_len)", 13, code=True)
    f.state(encoder.right(), state.left(), kind="encoder")

    decoder = f.box(590, 174, 210, 84, kind="decoder")
    f.label(590, 161, "Decoder", 18, bold=True)
    f.label(590, 189, "decoder(X, state)", 13, code=True)
    f.state(state.right(), decoder.left(), kind="decoder")
    x, _ = decoder.right()
    f.state((x, 156), (x + 40, 156), (x + 40, 192), decoder.right(18), kind="decoder")
    f.label(x + 46, 216, "new state", color=MUTED)
    f.arrow(f.sentence(590, 276, ["<bos>", *TARGET[:-1]]).top(), decoder.bottom())
    f.label(590, 310, "<bos> and the target words so far", color=MUTED)
    f.arrow(decoder.top(), f.sentence(590, 70, TARGET).bottom())
    f.label(600, 111, "scores for each next word", color=MUTED, anchor="start")
    f.label(590, 36, "target sentence", color=MUTED)
    return f


def seq2seq_training() -> Figure:
    f = Figure(
        "Training: the decoder reads the true target, and its labels are one step ahead",
        "An encoder of LSTM steps reads 'she is late . <eos>'; its state after <eos> starts the "
        "decoder. The decoder reads '<bos> elle est en retard .' and is asked for 'elle est en "
        "retard . <eos>'. Each step has its own loss. Padding is hatched: the encoder's state "
        "skips it, and its loss is left out of the mean.",
        520,
    )
    columns = [160 + 90 * k for k in range(7)]

    f.label(22, 66, "Encoder", 16, anchor="start", bold=True)
    f.label(22, 120, "source", color=MUTED, anchor="start")
    cells = []
    for x, word in zip(columns, [*SOURCE, "<pad>"], strict=False):
        tone = "pad" if word == "<pad>" else "now"
        cells.append(f.box(x, 66, 60, 36, "LSTM", "encoder", tone))
        f.arrow(f.token(x, 120, word, tone).top(), cells[-1].bottom())
    for left, right in zip(cells[:4], cells[1:5], strict=True):
        f.state(left.right(), right.left(), kind="encoder")
    f.label(columns[5], 32, "padding: the state skips it", color=MUTED)

    f.label(22, 234, "labels", color=MUTED, anchor="start")
    f.label(22, 292, "loss", color=MUTED, anchor="start")
    f.label(22, 356, "Decoder", 16, anchor="start", bold=True)
    f.label(22, 412, "inputs", color=MUTED, anchor="start")
    before = None
    for k, x in enumerate(columns):
        tone = "now" if k < len(TARGET) else "pad"
        label = f.token(x, 234, [*TARGET, "<pad>"][k], tone)
        loss = f.box(x, 292, 36, 36, f"ℓ_{k + 1}" if tone == "now" else "0", "loss", tone)
        cell = f.box(x, 356, 60, 36, "LSTM", "decoder", tone)
        f.arrow(f.token(x, 412, ["<bos>", *TARGET][k], tone).top(), cell.bottom())
        f.arrow(cell.top(), loss.bottom())
        f.arrow(label.bottom(), loss.top())
        if before and tone == "now":
            f.state(before.right(), cell.left(), kind="decoder")
        before = cell

    path = [cells[4].right(), (565, 66), (565, 168), (106, 168), (106, 356), (130, 356)]
    f.state(*path, kind="encoder")
    f.label(340, 188, "the state after <eos> starts the decoder", color=MUTED)
    f.label(385, 450, "teacher forcing: the inputs are the true target, one step behind its labels")
    f.label(385, 484, "loss = (ℓ_1 + ℓ_2 + ℓ_3 + ℓ_4 + ℓ_5 + ℓ_6) / 6,  padding is not counted", 16)
    return f


def seq2seq_prediction() -> Figure:
    f = Figure(
        "Prediction: each output is the next input, until <eos>",
        "The encoder reads 'she is late . <eos>' and gives its state to the decoder. The decoder "
        "starts from <bos>. At each step the most likely word is the output and is fed back as the "
        "next input: elle, est, en, retard, a full stop. It stops when the output is <eos>.",
        350,
    )
    encoder = f.box(106, 180, 120, 44, "Encoder", "encoder", size=16, bold=True)
    f.arrow(f.token(106, 274, " ".join(SOURCE), w=166).top(), encoder.bottom())
    f.label(196, 76, "most likely\nnext word", color=MUTED, anchor="end")
    before = encoder
    fed = f.token(256, 274, "<bos>", w=64)
    for k, word in enumerate(TARGET):
        x = 256 + 96 * k
        cell = f.box(x, 180, 56, 44, "LSTM", "decoder")
        f.arrow(fed.top(), cell.bottom())
        f.state(before.right(), cell.left(), kind="decoder" if k else "encoder")
        output = f.token(x, 76, word, w=64)
        f.arrow(cell.top(), output.bottom())
        if word != "<eos>":
            fed = f.token(x + 96, 274, word, w=64)
            turn = x + 40
            f.arrow(output.right(), (turn, 76), (turn, 274), fed.left(), kind="token")
        before = cell
    f.line((778, 52), (778, 100), INK, 5)
    f.label(736, 36, "<eos>: stop", 15, bold=True)
    f.label(196, 160, "state", color=MUTED)
    f.label(496, 320, "each output is fed back as the next input", color=MUTED)
    return f


def attention_weighted_sum() -> Figure:
    query = (1, 2)
    keys = [(0, 1), (1, 0), (2, -1), (1, 1)]
    values = [(1, 0), (0, 1), (1, 1), (9, 9)]
    valid = 3
    scores = [query[0] * a + query[1] * b for a, b in keys]
    total = sum(math.exp(s) for s in scores[:valid])
    weights = [math.exp(s) / total for s in scores[:valid]] + [0.0]
    output = [sum(w * v[d] for w, v in zip(weights, values, strict=True)) for d in (0, 1)]
    f = Figure(
        "Attention is a weighted sum of values",
        "A query (1, 2) is compared with four keys by a dot product. The scores are 2, 1, 0 and 3. "
        "The fourth position is padding: the valid length is 3, so the masked softmax gives it "
        "weight exactly 0 although its score is the highest. The other weights are 0.67, 0.24 and "
        "0.09. The output is the sum of the values times their weights, (0.76, 0.33).",
        560,
    )
    columns = [336, 456, 576, 696]
    score = f.box(480, 166, 574, 48, kind="attention")
    softmax = f.box(480, 258, 574, 72, kind="attention")
    summed = f.box(480, 440, 574, 48, kind="attention")
    f.label(236, 166, "score\nq · k")
    f.label(236, 258, "masked\nsoftmax")
    f.label(236, 440, "weighted\nsum")
    f.arrow(f.box(98, 166, 150, 44, "query q = (1, 2)", "decoder").right(), score.left())
    f.arrow(f.box(98, 258, 150, 44, f"valid length = {valid}").right(), softmax.left())
    f.label(236, 94, "keys", 15, bold=True)
    f.label(236, 356, "values", 15, bold=True)
    for k, (x, w) in enumerate(zip(columns, weights, strict=True)):
        padded = k >= valid
        tone, path = ("pad", "later") if padded else ("now", "now")
        f.token(x, 42, "<pad>" if padded else SOURCE[k], tone)
        key = f.box(x, 94, 110, 40, f"k_{k + 1} = {vector(keys[k])}", "encoder", tone)
        f.arrow(key.bottom(), score.top(x - score.x))
        f.label(x, 166, f"{scores[k]}", 16)
        f.arrow(score.bottom(x - score.x), softmax.top(x - softmax.x), tone=path)
        f.label(x, 247, f"{w:.2f}" if w else "0", 16, bold=True)
        f.add("rect", x=x - 40, y=268, width=80, height=12, fill=CARD, stroke=LINE["attention"])
        f.add("rect", x=x - 40, y=268, width=round(80 * w, 2), height=12, fill=LINE["attention"])
        value = f.box(x, 356, 110, 40, f"v_{k + 1} = {vector(values[k])}", "encoder", tone)
        thick = 1.5 + 9 * w
        f.arrow(
            softmax.bottom(x - softmax.x), value.top(), kind="attention", tone=path, width=thick
        )
        f.arrow(value.bottom(), summed.top(x - summed.x), kind="attention", tone=path, width=thick)
        f.label(x, 440, f"{w:.2f} v_{k + 1}" if w else f"0 v_{k + 1}", 16)
        if k:
            f.label(x - 60, 440, "+", 16)
    result = f.box(480, 516, 240, 44, f"output = {vector(output)}", "attention", size=16, bold=True)
    f.arrow(summed.bottom(), result.top())
    return f


def additive_attention() -> Figure:
    f = Figure(
        "Additive attention: one tanh around the sum",
        "Two queries are projected by W_q and three keys by W_k to vectors of the same size. "
        "Broadcasting adds every projected query to every projected key, a grid of two by three "
        "sums. One tanh acts on each sum, and v turns each into one score. An inset, crossed out, "
        "shows the wrong arrangement: a tanh on each projection before the sum.",
        510,
    )
    xs, ys = [366, 434, 502], [198, 250]
    keys = f.box(434, 36, 110, 34, "3 keys", "encoder")
    w_k = f.box(434, 84, 60, 32, "W_k", "attention")
    f.arrow(keys.bottom(), w_k.top())
    queries = f.box(76, 224, 100, 40, "2 queries", "decoder")
    w_q = f.box(178, 224, 52, 32, "W_q", "attention")
    f.arrow(queries.right(), w_q.left())
    grid = Box(434, 224, 212, 112)
    f.add("rect", x=328, y=168, width=212, height=112, rx=4, fill="none", stroke=MUTED)
    for x, j in zip(xs, "123", strict=True):
        tile = f.box(x, 136, 60, 32, f"W_k k_{j}", "encoder")
        f.arrow(w_k.bottom(), tile.top())
        f.arrow(tile.bottom(), grid.top(x - grid.x))
    for y, i in zip(ys, "12", strict=True):
        tile = f.box(272, y, 68, 36, f"W_q q_{i}", "decoder")
        f.arrow(w_q.right(), tile.left())
        f.arrow(tile.right(), grid.left(y - grid.y))
        for x in xs:
            f.add("rect", x=x - 30, y=y - 22, width=30, height=44, fill=FILL["decoder"])
            f.add("rect", x=x, y=y - 22, width=30, height=44, fill=FILL["encoder"])
            f.label(x, y, "+", 18, bold=True)
    tanh = f.box(594, 224, 62, 44, "tanh", "attention", size=16, bold=True)
    v = f.box(664, 224, 38, 36, "v ·", "attention")
    scores = Box(740, 224, 78, 52)
    f.arrow(grid.right(), tanh.left())
    f.arrow(tanh.right(), v.left())
    f.arrow(v.right(), scores.left())
    for x, y in ((x, y) for x in (714, 740, 766) for y in (211, 237)):
        f.add("rect", x=x - 13, y=y - 13, width=26, height=26, fill=CARD, stroke=LINE["attention"])
    f.label(740, 184, "scores", bold=True)
    for x, y, shape in (
        (574, 36, "(batch, 3, key size)"),
        (618, 136, "(batch, 1, 3, units)"),
        (92, 264, "(batch, 2, query size)"),
        (252, 294, "(batch, 2, 1, units)"),
        (434, 294, "(batch, 2, 3, units)"),
        (610, 294, "(batch, 2, 3, units)"),
        (738, 264, "(batch, 2, 3)"),
    ):
        f.label(x, y, shape, color=MUTED)
    f.label(400, 342, "score(q, k) = v · tanh(W_q q + W_k k)", 20, bold=True)

    f.add("rect", x=24, y=376, width=752, height=112, rx=8, fill="none", stroke=MUTED)
    for y in (388, 476):
        f.line((44, y), (372, 864 - y), RULE, 12)
    plus = f.box(278, 432, 32, 32, "+", "attention", size=18)
    for y, text, kind in ((406, "W_q q", "decoder"), (458, "W_k k", "encoder")):
        tile = f.box(84, y, 68, 34, text, kind)
        wrong = f.box(174, y, 62, 34, "tanh", "attention")
        f.arrow(tile.right(), wrong.left())
        f.arrow(wrong.right(), plus.left(-5 if y < 432 else 5))
    v = f.box(338, 432, 38, 34, "v ·", "attention")
    f.arrow(plus.right(), v.left())
    f.label(382, 398, "Wrong: a tanh on each side", 15, anchor="start", bold=True)
    f.label(
        382,
        444,
        "The score splits into a term of q and a term of k.\n"
        "The term of q is the same for all keys, and softmax\n"
        "cancels it: the weights ignore the query.",
        anchor="start",
    )
    return f


def seq2seq_attention_architecture() -> Figure:
    f = Figure(
        "Encoder-decoder with attention at the second decoding step",
        "The encoder has read 'she is late . <eos>'. Its outputs, one for each source token, are "
        "the keys and values. The decoder's state after step 1 is the query. Attention gives a "
        "context; together with the embedding of the second input 'elle' it enters the LSTM, which "
        "gives the second output 'est'. Step 1 is pale because it is done. Step 3 is dotted "
        "because it is still to come.",
        484,
    )
    level = 180
    f.label(182, 36, "Encoder", 16, bold=True)
    attention = f.box(182, 356, 316, 180, kind="attention")
    f.label(182, 288, "keys = values = encoder outputs")
    f.label(182, 408, "weights at step 2")
    f.label(182, 430, "Attention", 16, bold=True)
    cells = []
    for k, w in enumerate((0.06, 0.71, 0.15, 0.04, 0.04)):
        x = 50 + 66 * k
        cells.append(f.box(x, level, 46, 40, "LSTM", "encoder", size=14))
        f.arrow(f.token(x, 92, SOURCE[k], w=56).bottom(), cells[-1].top())
        f.arrow(cells[-1].bottom(), attention.top(x - attention.x))
        bar = 80 * w
        f.add("rect", x=x - 14, y=388 - bar, width=28, height=bar, fill=LINE["attention"])
    f.line((34, 388), (330, 388), INK)
    for left, right in zip(cells, cells[1:], strict=False):
        f.state(left.right(), right.left(), kind="encoder")

    f.label(594, 36, "Decoder", 16, bold=True)
    lstm, concat = [], []
    steps = (("step 1: done", "done"), ("step 2: now", "now"), ("step 3: later", "later"))
    for k, (step, tone) in enumerate(steps):
        x = 466 + 128 * k
        f.label(x, 62, step, color=INK if tone == "now" else MUTED, bold=tone == "now")
        out = f.token(x, 92, TARGET[k], tone)
        dense = f.box(x, 135, 72, 26, "Dense", "decoder", tone, size=14)
        lstm.append(f.box(x, level, 72, 36, "LSTM", "decoder", tone, bold=tone == "now"))
        concat.append(f.box(x, 242, 104, 30, "concat", "plain", tone, size=14))
        embed = f.box(x + 14, 296, 66, 28, "Embed", "decoder", tone, size=14)
        token = f.token(x + 14, 346, ["<bos>", *TARGET][k], tone)
        f.arrow(token.top(), embed.bottom(), tone=tone)
        f.arrow(embed.top(), concat[k].bottom(14), tone=tone)
        f.arrow(concat[k].top(), lstm[k].bottom(), tone=tone)
        f.arrow(lstm[k].top(), dense.bottom(), tone=tone)
        f.arrow(dense.top(), out.bottom(), tone=tone)
    f.state(cells[-1].right(), lstm[0].left(), kind="encoder", tone="done")
    f.label(384, 160, "final state", color=MUTED)
    f.state(lstm[0].right(), lstm[1].left(), kind="decoder")
    f.state(lstm[1].right(), lstm[2].left(), kind="decoder", tone="later")

    for k, y, tone in ((0, 304, "done"), (1, 432, "now")):
        start, end = attention.right(y - attention.y), concat[k].bottom(-40)
        f.arrow(start, (end[0], y), end, kind="attention", tone=tone, width=2.5)
    f.arrow((530, level), (530, 390), attention.right(34), kind="decoder", width=2.5)
    f.label(352, 410, "query: state after step 1", anchor="start")
    f.label(566, 412, "context: weighted sum\nof the values", anchor="start")
    return f


def seq2seq_attention_layers() -> Figure:
    f = Figure(
        "The layers of the attention model, and what the decoder takes from the encoder",
        "Source tokens pass an embedding and n recurrent layers. Target tokens pass an embedding, "
        "are joined with the attention context, and pass n recurrent layers and a dense layer. "
        "Three things go from the encoder side to the decoder: 1, its outputs, as keys and values; "
        "2, its final state, as initial state; 3, the valid length, as mask. The previous decoder "
        "state is the query.",
        480,
    )

    def stack(x: float, kind: str) -> Box:
        for shift in (10, 5):
            f.box(x + shift, 206 - shift, 180, 54, kind=kind)
        return f.box(x, 206, 180, 54, "recurrent layers × n", kind)

    f.label(140, 140, "Encoder", 16, bold=True)
    encoder = stack(140, "encoder")
    embed = f.box(140, 370, 130, 36, "embedding", "encoder")
    f.arrow(embed.top(), encoder.bottom())
    f.arrow(f.token(140, 438, "source tokens", w=140).top(), embed.bottom())

    f.label(550, 78, "Decoder", 16, anchor="end", bold=True)
    decoder = stack(660, "decoder")
    dense = f.box(660, 112, 130, 36, "dense", "decoder")
    scores = f.token(660, 44, "scores for each word", w=190)
    concat = f.box(660, 302, 130, 36, "concat")
    embed = f.box(660, 370, 130, 36, "embedding", "decoder")
    f.arrow(f.token(660, 438, "target tokens", w=140).top(), embed.bottom())
    f.arrow(embed.top(), concat.bottom())
    f.arrow(concat.top(), decoder.bottom())
    f.arrow(decoder.top(), dense.bottom())
    f.arrow(dense.top(), scores.bottom())

    attention = f.box(412, 302, 150, 72, "Attention", "attention", size=16, bold=True)
    length = f.token(412, 438, "source valid length", w=176)
    f.state(encoder.right(-12), decoder.left(-12), kind="encoder")
    f.arrow(encoder.right(12), (286, 218), (286, 302), attention.left(), kind="encoder", width=2.5)
    f.arrow(length.top(), attention.bottom(), width=2.5)
    f.arrow(decoder.left(12), (450, 218), attention.top(38), kind="decoder", width=2.5)
    f.arrow(attention.right(), concat.left(), kind="attention", width=2.5)
    for number, x, y in (("1", 286, 260), ("2", 330, 194), ("3", 412, 374)):
        f.box(x, y, 26, 26, number, bold=True)
    f.label(268, 262, "outputs:\nkeys, values", anchor="end")
    f.label(352, 172, "final state → initial state", anchor="start")
    f.label(432, 374, "mask", anchor="start")
    f.label(462, 244, "query:\nprevious state", anchor="start")
    f.label(540, 320, "context")
    return f


FIGURES: dict[str, Callable[[], Figure]] = {
    "encoder-decoder": encoder_decoder,
    "seq2seq-training": seq2seq_training,
    "seq2seq-prediction": seq2seq_prediction,
    "attention-weighted-sum": attention_weighted_sum,
    "additive-attention": additive_attention,
    "seq2seq-attention-architecture": seq2seq_attention_architecture,
    "seq2seq-attention-layers": seq2seq_attention_layers,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Draw the figures of the course.")
    parser.add_argument("--check", action="store_true", help="write nothing, report differences")
    check = parser.parse_args().check
    differ = []
    for name, figure in FIGURES.items():
        path, drawing = Path(__file__).with_name(f"{name}.svg"), figure().svg()
        if not check:
            path.write_text(drawing, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != drawing:
            differ.append(path.name)
    if differ:
        print(f"not as drawn: {', '.join(differ)}; run `python img/draw.py`", file=sys.stderr)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
