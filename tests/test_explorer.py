"""What the explorer shows, how it draws it, and how it follows the reader."""

import base64
import html
import math
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from notebook_files import check_pair, run_nbval, sync_notebooks
from references import fill, law

import d2l_local as d2l
from d2l_local import explorer as explorer_module
from d2l_local import explorer_view
from d2l_local.explorer import BEAM_SIZES, Explorer, explore
from d2l_local.explorer_picture import SHOWN_FROM, draw, in_words, png
from d2l_local.explorer_view import MOST_LIKELY, NextWord, View, look
from d2l_local.seq2seq import SeparateTanhDecoder

PAIRS = [
    ("Go.", "Va !"),
    ("I run.", "Je cours."),
    ("Who are you?", "Qui es-tu ?"),
    ("The cat sees the dog.", "Le chat voit le chien."),
    ("We are very tired today.", "Nous sommes très fatigués aujourd'hui."),
]
SENTENCES = [english for english, _ in PAIRS] + ["You run.", "Are we the cat?"]
NUM_STEPS = 8
TITLE = "a title"
SRC_VOCAB, TGT_VOCAB, _ = d2l.load_translation_data(2, 9, None, pairs=PAIRS)


def make_model(decoder: type[d2l.Decoder], initialize: bool = True) -> d2l.EncoderDecoder:
    """Return a model with random values: it writes nonsense, but each sentence its own."""
    model = d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(len(SRC_VOCAB), 4, 6, num_layers=1),
        decoder(len(TGT_VOCAB), 4, 6, num_layers=1),
    )
    if initialize:
        model.initialize()
        fill(model, seed=3)
        # A trained model knows that these two are never written.
        model.decoder.dense.bias.data()[[TGT_VOCAB.pad, TGT_VOCAB.bos]] = -100
    return model


MODELS = {
    "attention": make_model(d2l.Seq2SeqAttentionDecoder),
    "separate tanh": make_model(SeparateTanhDecoder),
    "no attention": make_model(d2l.Seq2SeqDecoder),
}
every_model = pytest.mark.parametrize("name", MODELS)
every_beam = pytest.mark.parametrize("beam_size", BEAM_SIZES)


def view_of(
    name: str, sentence: str = "Who are you?", beam_size: int = 3, num_steps: int = NUM_STEPS
) -> View:
    return look(MODELS[name], sentence, SRC_VOCAB, TGT_VOCAB, num_steps, beam_size)


def score(name: str, view: View, tokens: list[str]) -> float:
    """Return the log-probability of target tokens, found in another way."""
    source = SRC_VOCAB[view.found[0].source_tokens]
    [read] = d2l.score(MODELS[name], [source], [TGT_VOCAB[tokens]], TGT_VOCAB)
    return read.log_prob


# What is shown


@every_model
@every_beam
def test_the_translation_is_that_of_translate(name: str, beam_size: int) -> None:
    for sentence in SENTENCES:
        view = view_of(name, sentence, beam_size)
        expected = d2l.translate(
            MODELS[name], sentence, SRC_VOCAB, TGT_VOCAB, NUM_STEPS, beam_size=beam_size
        )
        assert view.text == expected.text
        found, rest = view.found[0], [each.text for each in view.found[1:]]
        assert found.source_tokens == expected.source_tokens
        assert found.log_prob == pytest.approx(expected.log_prob, abs=1e-5)
        assert rest == [each.text for each in expected.alternatives]
        if name == "no attention":
            assert found.attention_weights is None
        else:
            numpy.testing.assert_allclose(
                found.attention_weights, expected.attention_weights, atol=1e-5
            )


@every_model
def test_a_beam_of_one_is_greedy_search(name: str) -> None:
    for sentence in SENTENCES:
        view = view_of(name, sentence, beam_size=1)
        greedy = d2l.predict_seq2seq(MODELS[name], sentence, SRC_VOCAB, TGT_VOCAB, NUM_STEPS)
        assert view.found[0].target_tokens == greedy.target_tokens
        assert [[kept.token for kept in step] for step in view.beam] == [
            [token] for token in greedy.target_tokens
        ]
        # Greedy search takes the likeliest word, at each step.
        assert all(words[0].chosen for words in view.next_words)


@every_model
@every_beam
def test_the_chosen_words_have_the_probability_of_the_translation(
    name: str, beam_size: int
) -> None:
    view = view_of(name, beam_size=beam_size)
    total = 0.0
    for token, words in zip(view.found[0].target_tokens, view.next_words, strict=True):
        [chosen] = [word for word in words if word.chosen]
        assert chosen.token == token
        total += math.log(chosen.probability)
    assert total == pytest.approx(view.found[0].log_prob, abs=1e-4)


@every_model
def test_the_next_words_are_the_likeliest_of_the_vocabulary(name: str) -> None:
    view = view_of(name, beam_size=4)
    target = view.found[0].target_tokens
    for step, words in enumerate(view.next_words):
        before = score(name, view, target[:step]) if step else 0.0
        p = {
            token: math.exp(score(name, view, [*target[:step], token]) - before)
            for token in TGT_VOCAB.idx_to_token
            # The loss counts no padding, so `score` has no answer for it.
            if token != "<pad>"
        }
        likeliest = sorted(p, key=p.__getitem__, reverse=True)[:MOST_LIKELY]
        assert [word.token for word in words[:MOST_LIKELY]] == likeliest
        assert {word.token for word in words[MOST_LIKELY:]} <= {target[step]}
        for word in words:
            assert word.probability == pytest.approx(p[word.token], abs=1e-5)


def test_the_chosen_word_is_named_though_it_is_not_among_the_likeliest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explorer_view, "MOST_LIKELY", 1)
    lengths = set()
    for sentence in SENTENCES:
        view = view_of("attention", sentence, beam_size=5)
        for token, words in zip(view.found[0].target_tokens, view.next_words, strict=True):
            assert (words[-1].token, words[-1].chosen) == (token, True)
            lengths.add(len(words))
        assert draw(view, TITLE)
    assert lengths == {1, 2}, "both cases occur"


@every_model
@every_beam
def test_the_beam_is_a_tree_that_ends_in_what_was_found(name: str, beam_size: int) -> None:
    view = view_of(name, beam_size=beam_size)
    paths: list[list[list[str]]] = []
    finished = []
    for number, step in enumerate(view.beam):
        assert 1 <= len(step) <= beam_size
        assert step == sorted(step, key=lambda kept: -kept.log_prob), "the likeliest first"
        paths.append([])
        for kept in step:
            path = [kept.token]
            if number:
                parent = view.beam[number - 1][kept.parent]
                assert not parent.finished and parent.log_prob >= kept.log_prob
                path = [*paths[-2][kept.parent], kept.token]
            else:
                assert kept.parent is None
            paths[-1].append(path)
            assert kept.log_prob == pytest.approx(score(name, view, path), abs=1e-4)
            assert kept.finished == (kept.token == "<eos>")
            finished += [path] if kept.finished else []
            assert kept.chosen == (path == view.found[0].target_tokens[: len(path)])
    ends = finished + [path for path in paths[-1] if path not in finished]
    assert sorted(ends) == sorted(each.target_tokens for each in view.found)


def test_it_works_in_a_thread_of_its_own() -> None:
    # JupyterLab runs what follows a change of a widget in a second thread.
    views = []
    thread = threading.Thread(target=lambda: views.append(view_of("attention")))
    thread.start()
    thread.join()
    assert views[0].text == view_of("attention").text
    assert views[0].next_words == view_of("attention").next_words


# Sentences that do not fit


@pytest.fixture
def no_warnings() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("no_warnings")
def test_known_words_need_no_note() -> None:
    assert view_of("attention").notes == [] or not view_of("attention").found[0].finished
    assert not [
        note for s in SENTENCES for note in view_of("attention", s).notes if "<unk>" in note
    ]


@pytest.mark.usefixtures("no_warnings")
def test_an_unknown_word_is_named_with_known_words_like_it() -> None:
    notes = view_of("attention", "The cats see the cats, qqq.").notes
    about = {word: [note for note in notes if f"“{word}”" in note] for word in ("cats", "see")}
    assert len(about["cats"]) == 1, "once, though it stands there twice"
    assert "read" in about["cats"][0] and "<unk>" in about["cats"][0]
    assert about["cats"][0].endswith("Known words like it: cat.")
    assert about["see"][0].endswith("Known words like it: sees.")
    [strange] = [note for note in notes if "“qqq”" in note]
    assert "No known word" in strange


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize("empty", ["", "  ", "\u202f\n"])
def test_an_empty_sentence_gets_a_note_and_no_translation(empty: str) -> None:
    view = view_of("attention", empty)
    assert (view.text, view.found, view.next_words, view.beam) == ("", [], [], [])
    [note] = view.notes
    assert "type at least one word" in note


@pytest.mark.usefixtures("no_warnings")
def test_a_long_sentence_is_cut_and_the_note_says_what_is_lost() -> None:
    view = view_of("attention", "The cat sees the dog.", num_steps=4)
    assert view.found[0].source_tokens == ["the", "cat", "sees", "the"]
    [note] = [note for note in view.notes if "Cut off" in note]
    assert "7 tokens" in note and "first 4" in note and note.endswith("dog . <eos>")


def test_words_that_are_cut_off_are_not_called_unknown() -> None:
    notes = view_of("attention", "The cat sees the zebra.", num_steps=4).notes
    assert not [note for note in notes if "“zebra”" in note]


def test_a_translation_without_an_end_gets_a_note() -> None:
    for name in MODELS:
        view = view_of(name, num_steps=2, sentence="Go")
        cut = [note for note in view.notes if "cut after 2 tokens" in note]
        assert len(cut) == (not view.found[0].finished)


@law
@example("$\\foo$ ${ 走れ 🦓 <b>a</b> \x07")
@example("a" * 3000)
@given(st.text())
def test_whatever_is_typed_there_is_a_picture_and_no_warning(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view = view_of("attention", text)
        assert png(view, text).startswith(b"\x89PNG")
        assert in_words(view)


# The picture


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def axes(view: View) -> dict[str, Axes]:
    *grid, next_words, beam = [
        ax for ax in draw(view, TITLE).axes if ax.get_ylabel() != "attention weight"
    ]
    return {"next words": next_words, "beam": beam, **({"grid": grid[0]} if grid else {})}


def test_the_grid_has_words_on_its_axes_and_numbers_in_its_cells() -> None:
    view = view_of("attention", "The cats, see?")
    best = view.found[0]
    ax = axes(view)["grid"]
    across = [label.get_text() for label in ax.get_xticklabels()]
    assert across == ["the", "cats (<unk>)", "“,” (<unk>)", "see (<unk>)", "“?”", "<eos>"]
    down = [label.get_text().strip("“”") for label in ax.get_yticklabels()]
    assert down == best.target_tokens
    written = {tuple(map(int, text.get_position())): text.get_text() for text in ax.texts}
    for row, column in numpy.ndindex(best.attention_weights.shape):
        weight = best.attention_weights[row, column]
        if weight >= SHOWN_FROM:
            assert float(written.pop((column, row))) == pytest.approx(weight, abs=0.0051)
    assert written == {}


def test_a_model_without_attention_says_so() -> None:
    figure = draw(view_of("no attention"), TITLE)
    said = [text.get_text() for part in figure.subfigs for text in part.texts]
    assert [text for text in said if "no attention" in text]
    assert "grid" not in axes(view_of("no attention"))


def luminance(color: Any) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return float(numpy.dot([0.2126, 0.7152, 0.0722], linear))


def test_the_ramp_has_one_hue_and_numbers_can_be_read_on_it() -> None:
    words = [NextWord("a", value, False) for value in numpy.linspace(0, 1, 51)]
    view = replace(view_of("attention"), next_words=[words])
    ax = axes(view)["next words"]
    (image,) = ax.get_images()
    ramp = [luminance(image.cmap(word.probability)[:3]) for word in words]
    assert ramp == sorted(ramp, reverse=True), "darker means more, with or without colour vision"
    assert image.get_clim() == (0, 1)
    for ground, text in zip(ramp, ax.texts, strict=True):
        low, high = sorted([ground, luminance(text.get_color())])
        assert (high + 0.05) / (low + 0.05) >= 4.5, "the least contrast that WCAG 2 allows for text"
    (grid,) = axes(view_of("attention"))["grid"].get_images()
    assert (grid.cmap, grid.get_clim()) == (image.cmap, image.get_clim())


def test_the_chosen_word_is_marked_by_more_than_colour() -> None:
    view = view_of("attention", beam_size=4)
    marked = {}
    for text in axes(view)["next words"].texts:
        x, y = map(int, text.get_position())
        word = view.next_words[y][x]
        assert f"{word.probability:.2f}" in text.get_text()
        assert word.token in text.get_text()
        if text.get_text().startswith("▸"):
            marked[y] = word.token
    assert list(marked.values()) == view.found[0].target_tokens


def test_the_tree_tells_finished_and_chosen_by_form() -> None:
    view = view_of("attention", beam_size=4)
    ax = axes(view)["beam"]
    assert len(ax.texts) == sum(map(len, view.beam))
    for text in ax.texts:
        x, y = map(int, text.get_position())
        kept, frame = view.beam[y][x], text.get_bbox_patch()
        assert kept.token in text.get_text() and f"{kept.log_prob:.2f}" in text.get_text()
        assert (type(frame.get_boxstyle()).__name__ == "Square") == kept.finished
        assert (frame.get_linewidth() > 1) == kept.chosen
    ends = [tuple(map(int, [*line.get_xdata(), *line.get_ydata()])) for line in ax.lines]
    assert sorted(ends) == sorted(
        (kept.parent, x, y - 1, y)
        for y, step in enumerate(view.beam)
        for x, kept in enumerate(step)
        if kept.parent is not None
    )
    assert ax.yaxis_inverted(), "the first step stands at the top"


def test_the_picture_can_be_told_in_words() -> None:
    view = view_of("attention")
    lines = in_words(view).splitlines()
    assert len(lines) == len(view.beam)
    for line, step in zip(lines, view.beam, strict=True):
        kept = line.partition(" Kept: ")[2]
        assert [part.split()[0] for part in kept.split(", ")] == [node.token for node in step]
    best = view.found[0]
    for line, words, weights in zip(lines, view.next_words, best.attention_weights, strict=False):
        for word in words:
            mark = " (chosen)" if word.chosen else ""
            assert f"{word.token} {word.probability:.2f}{mark}" in line
        looked_at = best.source_tokens[weights.argmax()]
        assert f"Looked most at {looked_at} {weights.max():.2f}" in line
    assert "Looked" not in in_words(view_of("no attention"))


# The controls


class Screen:
    """What a notebook would show: the identifiers in their order, and the content of each."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.content: dict[str, dict[str, str]] = {}
        self.metadata: list[dict[str, dict[str, str]]] = []

    def display(
        self,
        data: dict[str, str],
        raw: bool,
        display_id: str = "",
        update: bool = False,
        metadata: dict[str, dict[str, str]] | None = None,
    ) -> None:
        assert raw and update == (display_id in self.content)
        if not update:
            self.shown.append(display_id)
        self.content[display_id] = data
        self.metadata += [metadata] if metadata else []


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setattr(explorer_module, "display", screen.display)
    return screen


def open_explorer(sentence: str = "Who are you?", **options: Any) -> Explorer:
    return explore(MODELS, SRC_VOCAB, TGT_VOCAB, NUM_STEPS, sentence, **options)


def test_it_shows_controls_with_a_text_and_then_the_picture(screen: Screen) -> None:
    explorer = open_explorer()
    explorer._ipython_display_()
    controls, picture = (screen.content[name] for name in screen.shown)
    assert "application/vnd.jupyter.widget-view+json" in controls
    assert "Run this cell" in controls["text/plain"], "where there is no kernel"
    assert base64.b64decode(picture["image/png"]).startswith(b"\x89PNG")


def test_the_title_of_the_picture_is_the_sentence_and_its_translation() -> None:
    figure = draw(view_of("attention"), "who are you → " + "le " * 60)
    title = figure.subfigs[0]._suptitle.get_text()
    assert title.split() == ["who", "are", "you", "→", *["le"] * 60]
    assert len(title.splitlines()) == 2, "a long one takes two lines"
    title = draw(view_of("attention"), "le " * 900).subfigs[0]._suptitle.get_text()
    assert len(title.splitlines()) == 3 and title.endswith(" …")


CHANGES: dict[str, Callable[[Explorer], None]] = {
    "sentence": lambda explorer: setattr(explorer.sentence, "value", "We are very tired today."),
    "model": lambda explorer: setattr(explorer.model, "value", "no attention"),
    "beam size": lambda explorer: setattr(explorer.beam_size, "value", 5),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_a_control_changes_the_rest(screen: Screen, change: str) -> None:
    explorer = open_explorer()
    explorer._ipython_display_()
    controls, picture = screen.shown
    before, status = dict(screen.content), explorer.status.value
    CHANGES[change](explorer)
    assert screen.shown == [controls, picture], "nothing new is shown: the old is replaced"
    assert screen.content[controls] is before[controls]
    assert screen.content[picture]["image/png"] != before[picture]["image/png"]
    assert explorer.status.value != status
    expected = view_of(explorer.model.value, explorer.sentence.value, explorer.beam_size.value)
    assert explorer.view.text == expected.text
    assert html.escape(expected.text) in explorer.status.value


def test_what_is_typed_is_shown_as_it_is() -> None:
    assert "“&lt;b&gt;a&lt;/b&gt;” is not" in open_explorer("<b>a</b>").status.value


def test_all_that_is_shown_can_be_read_beside_the_picture(screen: Screen) -> None:
    explorer = open_explorer()
    explorer._ipython_display_()
    [metadata] = screen.metadata
    alt = metadata["image/png"]["alt"]
    assert explorer.text in alt and in_words(explorer.view) in alt


def test_the_text_tells_the_sentence_the_model_the_translations_and_the_notes() -> None:
    explorer = open_explorer("Who are the cats?")
    text = " ".join(explorer.text.split())
    assert "Sentence: Who are the cats? Model: attention, beam size 3 Translation: " in text
    for each in explorer.view.found:
        assert f"{each.text} (log-probability {each.log_prob:.2f}" in text
    assert "Note: “cats” is not in the vocabulary" in text
    assert max(map(len, explorer.text.splitlines())) <= 88


def test_every_control_has_a_label_and_is_safe_to_use_with_keys() -> None:
    explorer = open_explorer()
    assert [control.description for control in explorer.controls] == [
        "Sentence:",
        "Model:",
        "Beam size:",
    ]
    # In JupyterLab only fields keep their keys; in a list, "d" "d" would delete the cell.
    assert [control._view_name for control in explorer.controls] == [
        "TextView",
        "ToggleButtonsView",
        "IntTextView",
    ]
    assert not explorer.sentence.continuous_update, "a translation for Enter, not for each letter"


def test_the_choice_of_the_model_needs_several() -> None:
    explorer = explore({"one": MODELS["attention"]}, SRC_VOCAB, TGT_VOCAB, NUM_STEPS, "Go.")
    assert explorer.model not in explorer.controls
    assert explorer.view.text == view_of("attention", "Go.").text


@pytest.mark.parametrize(("typed", "used"), [(0, 1), (17, 5), (-3, 1)])
def test_a_beam_size_out_of_range_becomes_the_nearest_one(
    screen: Screen, typed: int, used: int
) -> None:
    explorer = open_explorer()
    explorer._ipython_display_()
    explorer.beam_size.value = typed
    assert explorer.beam_size.value == used
    assert f"beam size {used}" in explorer.text


def test_an_explorer_without_a_sentence_waits_for_one(screen: Screen) -> None:
    explorer = open_explorer("")
    explorer._ipython_display_()
    assert "type at least one word" in explorer.text
    explorer.sentence.value = "Go."
    assert explorer.view.text == view_of("attention", "Go.").text


# Arguments that don't fit


def test_no_model_is_refused() -> None:
    with pytest.raises(ValueError, match="models is empty.*give at least one"):
        explore({}, SRC_VOCAB, TGT_VOCAB, NUM_STEPS, "Go.")


@pytest.mark.parametrize("beam_size", [0, 6])
def test_a_first_beam_size_out_of_range_is_refused(beam_size: int) -> None:
    with pytest.raises(ValueError, match=f"beam_size is {beam_size}, .*1 to 5"):
        open_explorer(beam_size=beam_size)


def test_a_model_that_cannot_translate_is_refused_before_it_is_chosen() -> None:
    models = {**MODELS, "new": make_model(d2l.Seq2SeqDecoder, initialize=False)}
    with pytest.raises(RuntimeError, match="not initialised"):
        explore(models, SRC_VOCAB, TGT_VOCAB, NUM_STEPS, "")
    with pytest.raises(ValueError, match="the decoder's output"):
        explore(MODELS, SRC_VOCAB, SRC_VOCAB, NUM_STEPS, "")
    with pytest.raises(ValueError, match="num_steps is 0"):
        explore(MODELS, SRC_VOCAB, TGT_VOCAB, 0, "")


# In a notebook

NOTEBOOK = """\
```python
import d2l_local

pairs = [("Go.", "Va !"), ("I run.", "Je cours.")]
src_vocab, tgt_vocab, _ = d2l_local.load_translation_data(2, 9, None, pairs=pairs)
model = d2l_local.EncoderDecoder(
    d2l_local.Seq2SeqEncoder(len(src_vocab), 4, 6, 1),
    d2l_local.Seq2SeqAttentionDecoder(len(tgt_vocab), 4, 6, 1),
)
model.initialize()
explorer = d2l_local.explore({"attention": model}, src_vocab, tgt_vocab, 5, "Go.")
explorer
```

```python
explorer.sentence.value = "I run."
print(explorer.view.found[0].source_tokens)
```
"""


def test_a_stored_notebook_shows_the_picture_without_a_kernel_and_can_be_compared(
    tmp_path: Path,
) -> None:
    source = tmp_path / "01-explorer.md"
    source.write_text(NOTEBOOK, "utf-8")
    sync_notebooks.synchronise(source)
    stored = source.with_suffix(".ipynb")
    check_pair(source, stored)
    cells = [cell for cell in nbformat.read(stored, 4).cells if cell.cell_type == "code"]
    controls, picture = (output.data for output in cells[0].outputs)
    assert list(controls) == ["text/plain"] and "Run this cell" in controls["text/plain"]
    assert set(picture) == {"image/png", "text/plain"}
    alt = cells[0].outputs[1].metadata["image/png"]["alt"]
    assert "Sentence:    I run." in alt, "it has followed the change in the second cell"
    # The model is untrained, and another one in each run. No output depends on it.
    result = run_nbval(stored)
    assert result.returncode == 0, result.stdout
