"""An explorer in a notebook: type a sentence and see how a model translates it."""

import base64
import html
import textwrap
import uuid
from collections.abc import Mapping
from typing import Any

import ipywidgets
from IPython.display import display
from mxnet import gluon

from .data import Vocab
from .decoding import beam_search
from .explorer_picture import in_words, png
from .explorer_view import View, look

BEAM_SIZES = range(1, 6)
LINE = 88  # characters
NO_WORDS = "(no words)"
STAND_IN = "Run this cell: here you can then type a sentence of your own and change the settings."


class Explorer:
    """Controls with a text below them, and a picture; both follow each change of a control.

    A notebook shows it where it is the last line of a cell. The picture is an ordinary output, no
    widget. So a stored notebook shows it without a kernel too.
    """

    view: View
    """What is shown: tokens, weights, probabilities, the beam, notes."""

    def __init__(
        self,
        models: Mapping[str, gluon.Block],
        src_vocab: Vocab,
        tgt_vocab: Vocab,
        num_steps: int,
        sentence: str,
        beam_size: int,
    ) -> None:
        self.models, self.num_steps = dict(models), num_steps
        self.src_vocab, self.tgt_vocab = src_vocab, tgt_vocab
        self.sentence = ipywidgets.Text(
            sentence,
            description="Sentence:",
            placeholder="Type a sentence, then press Enter",
            continuous_update=False,  # only when it is finished, with Enter or Tab
            layout={"width": "95%"},
        )
        # JupyterLab takes letters and arrow keys away from sliders and lists: they would move from
        # cell to cell. Fields keep them, and buttons need only Tab and the space bar.
        self.model = ipywidgets.ToggleButtons(
            options=list(models), description="Model:", layout={"width": "auto"}
        )
        self.beam_size = ipywidgets.BoundedIntText(
            beam_size, min=BEAM_SIZES[0], max=BEAM_SIZES[-1], description="Beam size:"
        )
        self.controls = [self.sentence, self.model, self.beam_size]
        if len(models) == 1:
            self.controls.remove(self.model)
        self.status = ipywidgets.HTML()
        self.identifier = uuid.uuid4().hex
        self._look()
        for control in self.controls:
            control.observe(self._follow, names="value")

    @property
    def text(self) -> str:
        """What stands below the controls: the sentence, its translations, and notes."""
        lines = [
            ("Sentence:", self.sentence.value.strip() or "(empty)"),
            ("Model:", f"{self.model.value}, beam size {self.beam_size.value}"),
        ]
        for number, each in enumerate(self.view.found):
            title = "Also found:" if number else "Translation:"
            end = "" if each.finished else ", not finished"
            score = f"(log-probability {each.log_prob:z.2f}{end})"
            lines.append((title, f"{each.text or NO_WORDS}  {score}"))
        lines += [("Note:", note) for note in self.view.notes]
        return "\n".join(
            textwrap.fill(line, LINE, initial_indent=f"{title:<13}", subsequent_indent=" " * 13)
            for title, line in lines
        )

    def _look(self) -> None:
        self.view = look(
            self.models[self.model.value],
            self.sentence.value,
            self.src_vocab,
            self.tgt_vocab,
            self.num_steps,
            self.beam_size.value,
        )
        # Programs that read the screen aloud announce a status when it changes.
        self.status.value = f'<pre role="status">{html.escape(self.text)}</pre>'

    def _follow(self, change: Any) -> None:
        self._look()
        self._show_picture(update=True)

    def _show_picture(self, update: bool) -> None:
        """Show the picture, or put it in the place of the one that is shown."""
        title = (
            f"{self.sentence.value} → {self.view.text or NO_WORDS}  "
            f"({self.model.value}, beam size {self.beam_size.value})"
        )
        data = {"image/png": base64.b64encode(png(self.view, title)).decode()}
        display(
            {**data, "text/plain": "<The picture of the explorer>"},
            metadata={"image/png": {"alt": f"{self.text}\n{in_words(self.view)}"}},
            raw=True,
            display_id=self.identifier,
            update=update,
        )

    def _ipython_display_(self) -> None:
        controls = ipywidgets.VBox([*self.controls, self.status])._repr_mimebundle_()
        # Where widgets can't be shown, a notebook shows the plain text in their place.
        display({**controls, "text/plain": STAND_IN}, raw=True)
        self._show_picture(update=False)


def explore(
    models: Mapping[str, gluon.Block],
    src_vocab: Vocab,
    tgt_vocab: Vocab,
    num_steps: int,
    sentence: str = "",
    beam_size: int = 3,
) -> Explorer:
    """Return an explorer; as the last line of a cell it shows itself.

    It has a field for a sentence, a choice of the model if there are several, and a choice of the
    beam size. It shows the translation, the attention weights, the likeliest next words at each
    step, and the beam. Its attribute `view` holds the same as data.

    Args:
        models: encoder–decoders with values, by name; the first one is shown first.
        src_vocab, tgt_vocab: the vocabularies of the training, the same for all models.
        num_steps: longest source that is read and longest translation, in tokens.
        sentence: what is translated first.
        beam_size: with how many hypotheses, from 1 to 5.

    Raises:
        ValueError: there is no model, a number is out of range, or the vocabulary is not the
            model's.
        RuntimeError: a model is not initialised.
    """
    if not models:
        raise ValueError('models is empty: give at least one, such as {"attention": model}.')
    if beam_size not in BEAM_SIZES:
        raise ValueError(
            f"beam_size is {beam_size}, but the explorer offers {BEAM_SIZES[0]} to "
            f"{BEAM_SIZES[-1]}."
        )
    for model in models.values():  # a model that can't translate shall fail now, not when chosen
        beam_search(model, [[src_vocab.eos]], tgt_vocab, num_steps, beam_size)
    return Explorer(models, src_vocab, tgt_vocab, num_steps, sentence, beam_size)
