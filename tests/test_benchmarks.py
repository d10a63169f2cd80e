"""The benchmark: its peers compute what they should, and its numbers are what they say."""

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy
import pytest
from mxnet import np

import d2l_local as d2l
from benchmarks import corpora, measure, ours, picture, report, source_text
from benchmarks.__main__ import main, parse
from benchmarks.epochs import ByEpochs
from benchmarks.measure import hopeless
from benchmarks.roofline import training_flops
from benchmarks.summary import best, common_level, ratio, seconds_to
from benchmarks.team import OURS, ROOT, SOURCE, SOURCE_2, Worker, team
from benchmarks.workloads import BOS, EOS, PAD, UNK, Workload, initial_weights, padded
from benchmarks.workloads import learning_rate as rate_of_the_peers
from d2l_local.optimizer import ClippedAdam

SPECIAL = ["<pad>", "<bos>", "<eos>", "<unk>"]


def small_workload(num_pairs: int = 6, num_words: int = 4) -> Workload:
    """Return sentences of one length, so that nothing is padded, and a model of two layers."""
    pairs = corpora.synthetic_pairs(num_pairs, num_words, num_words, words=9)
    vocab_and_data = d2l.load_translation_data(num_pairs, num_words + 2, None, pairs=pairs)
    src_vocab, tgt_vocab, batches = vocab_and_data
    return Workload(
        name="small",
        pairs=[list(pair) for pair in pairs],
        sources=[list(source) for source in batches.sources],
        targets=[list(target) for target in batches.targets],
        held_sources=[],
        held_targets=[],
        src_vocab=len(src_vocab),
        tgt_vocab=len(tgt_vocab),
        embed_size=5,
        num_hiddens=6,
        num_layers=2,
        batch_size=num_pairs,
        num_steps=num_words + 2,
    )


# The source text's algorithm


def source_text_with(workload: Workload, weights: dict[str, numpy.ndarray]) -> Any:
    """Return the source text's model with the weights of `initial_weights`."""
    model = source_text.Peer(workload, attention="W_q" in weights).model
    attention = model.attention
    X, lengths = np.zeros((1, 2)), np.array([2])
    memory, state = model.encode(X)
    model.decode(X, memory, lengths, state)  # the first call finds the shapes
    named = {"dense": model.dense.weight, "dense_bias": model.dense.bias}
    named |= {"encoder.embedding": model.src_embedding.weight}
    named |= {"decoder.embedding": model.tgt_embedding.weight}
    for side in ("encoder", "decoder"):
        lstm = getattr(model, side)
        for layer in range(workload.num_layers):
            named[f"{side}.W{layer}"] = getattr(lstm, f"l{layer}_i2h_weight")
            named[f"{side}.U{layer}"] = getattr(lstm, f"l{layer}_h2h_weight")
            named[f"{side}.b{layer}"] = getattr(lstm, f"l{layer}_i2h_bias")
    if attention is not None:
        named |= {"W_q": attention.of_query.weight, "W_k": attention.of_key.weight}
        named["v"] = attention.score.weight
    for name, values in weights.items():
        named[name].set_data(np.array(values))
    return model


def ours_with(workload: Workload, weights: dict[str, numpy.ndarray]) -> d2l.EncoderDecoder:
    peer = ours.Peer(workload, attention="W_q" in weights)
    ours.set_weights(peer.model, weights)
    return peer.model


def losses(workload: Workload, weights: dict[str, numpy.ndarray]) -> tuple[float, float]:
    """Return the loss of the package and of the source text's algorithm, in nats per token."""
    here = ours.loss(ours_with(workload, weights), workload.sources, workload.targets)
    model = source_text_with(workload, weights)
    X, Y = (np.array(padded(s), dtype="float32") for s in (workload.sources, workload.targets))
    lengths = np.full((len(X),), X.shape[1])
    memory, state = model.encode(X)
    scores, _ = model.decode(Y[:, :-1], memory, lengths, state)
    target_lengths = np.full((len(Y),), Y.shape[1] - 1)
    # The text's loss is a mean over the steps; nothing is padded, so that is nats per token.
    return here, float(source_text.masked_loss(scores, Y[:, 1:], target_lengths).mean())


def test_the_source_texts_model_without_attention_is_the_packages_where_nothing_is_padded() -> None:
    workload = small_workload()
    here, there = losses(workload, initial_weights(workload, attention=False))
    assert here == pytest.approx(there, abs=1e-5)


def test_the_source_texts_loss_is_the_packages_without_the_query_where_nothing_is_padded() -> None:
    workload = small_workload()
    weights = initial_weights(workload, attention=True)
    _, there = losses(workload, weights)
    here, _ = losses(workload, {**weights, "W_q": numpy.zeros_like(weights["W_q"])})
    assert here == pytest.approx(there, abs=1e-6)


def test_the_source_texts_attention_is_the_packages_without_its_query() -> None:
    query, memory = (np.random.normal(0, 2, size=(2, steps, 3)) for steps in (1, 5))
    lengths = np.array([2, 5])
    theirs, additive = source_text.SeparateTanhAttention(4), d2l.AdditiveAttention(4)
    for attention in (theirs, additive):
        attention.initialize()
    theirs(query, memory, lengths)  # the first call finds the shapes
    additive(query, memory, memory, lengths)
    additive.W_k.weight.set_data(3 * theirs.of_key.weight.data())
    additive.W_q.weight.set_data(100 * theirs.of_query.weight.data())
    theirs.of_key.weight.set_data(additive.W_k.weight.data())
    additive.v.weight.set_data(theirs.score.weight.data())
    context = theirs(query, memory, lengths).asnumpy()
    assert abs(additive(query, memory, memory, lengths).asnumpy() - context).max() > 0.01
    additive.W_q.weight.set_data(np.zeros((4, 3)))
    assert additive(query, memory, memory, lengths).asnumpy() == pytest.approx(context, abs=1e-5)


def test_the_source_texts_attention_ignores_padding() -> None:
    attention = source_text.SeparateTanhAttention(4)
    attention.initialize()
    query, memory = np.ones((2, 1, 3)), np.random.uniform(size=(2, 5, 3))
    attention(query, memory, np.array([2, 5]))
    weights = attention.weights.asnumpy()
    assert weights[0, 0, 2:] == pytest.approx(0) and weights.sum(axis=-1) == pytest.approx(1)


def test_the_source_texts_loss_is_divided_by_all_steps() -> None:
    scores, labels = np.zeros((1, 8, 4)), np.ones((1, 8))
    loss = source_text.masked_loss(scores, labels, np.array([2]))
    assert float(loss) == pytest.approx(2 * numpy.log(4) / 8, abs=1e-5)


def test_clipping_one_parameter_at_a_time_gives_the_length_that_was_asked_for() -> None:
    workload = small_workload()
    peer = source_text.Peer(workload)
    for X, X_lengths, Y, Y_lengths in peer.batches:
        with source_text.autograd.record():
            loss = 1000 * peer._loss(X, X_lengths, Y, Y_lengths - 1)
        loss.backward()
    source_text.clip_gradients(peer.model, 1)
    gradients = [p.grad().asnumpy().ravel() for p in peer.model.collect_params().values()]
    assert numpy.linalg.norm(numpy.concatenate(gradients)) == pytest.approx(1, abs=1e-4)


def test_the_source_text_stops_at_the_end_of_a_sentence() -> None:
    workload = small_workload()
    weights = initial_weights(workload, attention=True)
    weights["dense_bias"][EOS] = 1000
    peer = source_text.Peer(workload)
    peer.model = source_text_with(workload, weights)
    assert peer.predict(workload.sources[0]) == []
    weights["dense_bias"][[EOS, 5]] = 0, 2000
    peer.model = source_text_with(workload, weights)
    assert peer.predict(workload.sources[0]) == [5] * workload.num_steps


# Equal data for all


def test_the_special_tokens_have_the_packages_indices() -> None:
    vocab = d2l.Vocab(["a"])
    assert [vocab[token] for token in SPECIAL] == [PAD, BOS, EOS, UNK]


def test_all_peers_count_the_tokens_that_the_package_counts() -> None:
    workload = corpora.workload_a(None, 200)
    batches = ours.Peer(workload).batches
    assert batches.targets == workload.targets and batches.sources == workload.sources
    counted = sum(float((Y_valid_len - 1).sum()) for *_, Y_valid_len in batches)
    assert workload.num_tokens == counted


def test_held_out_pairs_are_not_trained_on() -> None:
    workload = corpora.workload_a(None, 200, hold_out=True)
    assert len(workload.held_sources) == 20 and len(workload.sources) == 180
    held = [list(pair) for pair in d2l.load_phrase_book(200)[::10]]
    assert not [pair for pair in held if pair in workload.pairs]


def test_workload_b_has_8000_words_and_30_steps() -> None:
    workload = corpora.workload_b()
    assert (workload.src_vocab, workload.tgt_vocab) == (8000, 8000)
    longest = max(map(len, workload.sources + workload.targets))
    assert longest == workload.num_steps == 30


def test_a_workload_survives_the_way_to_another_process(tmp_path: Path) -> None:
    workload = small_workload()
    workload.save(tmp_path / "w.json")
    assert Workload.load(tmp_path / "w.json") == workload


def test_the_peers_learn_at_the_packages_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[float] = []
    step = ClippedAdam.step

    def recorded(self: ClippedAdam, rate: float, num_tokens: float) -> Any:
        used.append(rate)
        return step(self, rate, num_tokens)

    monkeypatch.setattr(ClippedAdam, "step", recorded)
    workload = small_workload()
    peer = ours.Peer(workload)
    d2l.train_seq2seq(peer.model, list(peer.batches)[:1], 0.005, 8)
    assert used == pytest.approx([rate_of_the_peers(epoch, 8) for epoch in range(8)])


class Metronome(ByEpochs):
    """A peer whose epochs take one second, then two, and so on."""

    def __init__(self) -> None:
        self.called: list[Any] = []

    def _initialize(self) -> None:
        self.called = ["initialize"]

    def _set_rate(self, epoch: int, epochs: int) -> None:
        self.called.append((epoch, epochs))

    def _epoch(self) -> float:
        self.called.append("epoch")
        return float(self.called.count("epoch"))

    def _held_out(self) -> float:
        return 10.0 - self.called.count("epoch")


def test_a_learning_curve_counts_the_seconds_of_training_so_far() -> None:
    peer = Metronome()
    assert peer.learn(3) == [[1.0, 9.0], [3.0, 8.0], [6.0, 7.0]]
    assert peer.called == ["initialize", (0, 3), "epoch", (1, 3), "epoch", (2, 3), "epoch"]


def test_the_epoch_that_warms_up_is_not_counted() -> None:
    assert Metronome().train(2) == [2.0, 3.0]


def test_the_arithmetic_is_that_of_the_products_of_matrices() -> None:
    workload = small_workload(num_pairs=1)
    s, t, e, h, words = 5, 5, 5, 6, workload.tgt_vocab
    assert (len(workload.sources[0]), len(workload.targets[0]) - 1) == (s, t)
    # (rows, inner, columns) of each product of the forward pass, one step after the other
    encoder = [(1, e + h, 4 * h), (1, h + h, 4 * h)] * s + [(s, h, h)]
    step = [(1, h, h), (s, h, 1), (1, s, h), (1, e + h + h, 4 * h), (1, h + h, 4 * h)]
    products = encoder + [*step, (1, h, words)] * t
    assert training_flops(workload) == 3 * sum(2 * a * b * c for a, b, c in products)


# Numbers


def test_a_slow_minute_that_hits_both_peers_does_not_change_the_ratio() -> None:
    assert ratio([20, 2, 20], [10, 1, 10]) == 2


def test_a_ratio_needs_as_many_measurements_of_one_as_of_the_other() -> None:
    for pair in (([1.0], [1.0, 2.0]), ([], [])):
        with pytest.raises(ValueError, match="measure both once in each round"):
            ratio(*pair)


def test_a_peer_is_taken_with_its_better_thread_setting() -> None:
    speed = {"PyTorch, 1": [3.0, 3.0, 90.0], "PyTorch, 2": [5.0, 5.0, 5.0], "this": [9.0]}
    assert best(speed, "PyTorch") == "PyTorch, 2"
    assert best(speed, "d2l") is None


def test_only_a_setting_far_below_its_sibling_is_left_out() -> None:
    first = {SOURCE.label: 10.0, SOURCE_2.label: 1.0, OURS.label: 100.0}
    settings = (SOURCE, SOURCE_2, OURS)
    assert [hopeless(s, settings, first) for s in settings] == [False, True, False]


def test_the_loss_to_reach_is_one_that_every_curve_reaches() -> None:
    curves = {"a": [[1.0, 3.0], [2.0, 2.01]], "b": [[5.0, 2.5], [9.0, 2.33]]}
    level = common_level(curves)
    assert level == 2.4
    assert [seconds_to(curve, level) for curve in curves.values()] == [2.0, 9.0]
    with pytest.raises(ValueError, match=r"level is 2.3, but the lowest loss .* 2.330"):
        seconds_to(curves["b"], 2.3)


# Report, picture, processes

RESULTS: dict[str, Any] = {
    "machine": {
        "processor": "a processor",
        "cores": 2,
        "system": "Linux",
        "python": "3.11",
        "versions": {"mxnet": "1.9.1"},
        "load": 0.1,
        "load_at_the_end": 1.2,
    },
    "corpus": "phrase book",
    "quiet": {
        "A": {
            "tokens_per_second": {
                "this package": [30.0, 32.0],
                "without attention: this package": [60.0, 64.0],
                "source text's code, 1 thread": [5.0, 8.0],
                "source text's code, 2 threads": [4.0, 4.0],
                "d2l 0.11.4 itself, 1 thread": [3.0, 4.0],
                "d2l 0.11.4 itself, 2 threads": [2.0, 2.0],
                "PyTorch, padded batches, 1 thread": [10.0, 16.0],
                "PyTorch, sorted batches, 1 thread": [40.0, 40.0],
            },
            "peak_memory": dict.fromkeys(
                (
                    "this package",
                    "without attention: this package",
                    "source text's code, 1 thread",
                    "source text's code, 2 threads",
                    "d2l 0.11.4 itself, 1 thread",
                    "d2l 0.11.4 itself, 2 threads",
                    "PyTorch, padded batches, 1 thread",
                    "PyTorch, sorted batches, 1 thread",
                ),
                300 * 2**20,
            ),
            "dropped": {"PyTorch, sorted batches, 2 threads": 3.0},
        }
    },
    "equality": {"ours": 4.98130, "pytorch": 4.98131},
    "learning": {"this package": [[1.0, 2.0]], "d2l 1.0.3 (GRU)": [[3.0, 2.05]]},
    "growth": {"hidden units": {"this package": [[8, 20.0], [16, 10.0]]}},
    "roofline": {
        "gflop_per_second": {"np.dot, 1 thread": 100.0},
        "workloads": {"A": {"gflop_per_epoch": 8.0, "tokens_per_epoch": 2}},
    },
}


def test_the_ratios_compare_round_by_round_with_the_better_setting() -> None:
    found = report.ratios(RESULTS["quiet"])
    assert found["A: training, against d2l 0.11.4"] == (10 + 8) / 2
    assert found["A: training, against source text"] == (6 + 4) / 2
    assert found["A: training, against PyTorch, padded batches"] == (3 + 2) / 2
    assert found["A: training, against PyTorch, the same batches"] == pytest.approx(0.775)
    assert found["A: attention, times as slow as without"] == 2


def test_decoding_is_compared_with_each_peer_that_was_measured() -> None:
    speed = {f"this package, {how}": [60.0, 80.0] for how in ("greedy", "beam of 4", "one by one")}
    speed["source text's code, one by one"] = [10.0, 20.0]
    without = report.ratios({"decoding": {"sentences_per_second": speed}})
    assert set(without) == {
        f"decoding, {how}, against source text's one by one"
        for how in ("greedy", "beam of 4", "one by one")
    }
    speed["d2l 0.11.4 itself, one by one"] = [5.0, 5.0]
    found = report.ratios({"decoding": {"sentences_per_second": speed}})
    assert found["decoding, greedy, against d2l 0.11.4's one by one"] == (12 + 16) / 2
    assert found["decoding, greedy, against source text's one by one"] == (6 + 4) / 2


def test_a_python_of_a_peer_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "python"
    with pytest.raises(FileNotFoundError, match=f"--d2l-python is {re.escape(str(missing))}"):
        measure.python_of("d2l", missing)


def test_a_peer_without_an_environment_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert measure.python_of("nobody", None) is None
    assert "`make bench-nobody` makes it" in capsys.readouterr().err


def test_the_report_shows_every_measurement() -> None:
    text = report.markdown(RESULTS)
    for line in (
        "| A: training, against source text | 5.00 |",
        "| this package | 31 | 30 – 32 | 300 |",
        "| PyTorch, sorted batches, 2 threads | 3 | left out after one turn |  |",
        "| learning | seconds to 2.1 nats | lowest held-out loss |",
        "| d2l 1.0.3 (GRU) | 3.0 | 2.05 |",
        "| this package | 20 | 10 |",
        "| A: this package | 124.0 | 124 % |",
    ):
        assert line in text.splitlines(), line
    assert "2 cores, a processor" in text and "4.98130" in text and "4.98131" in text


def test_what_was_measured_with_busy_cores_stands_beside_the_rest() -> None:
    text = report.markdown({**RESULTS, "busy": RESULTS["quiet"]})
    assert "| A: training, against source text | 5.00 | 5.00 |" in text.splitlines()


def test_the_package_prepares_mxnet_before_it_is_measured() -> None:
    code = """
import os, sys

class Spy:
    @staticmethod
    def find_spec(name, *args):
        if name == "mxnet":
            print("policy when MXNet is imported:", os.environ.get("OMP_WAIT_POLICY"))

sys.meta_path.insert(0, Spy)
import benchmarks.ours
"""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OMP_")}
    command = [sys.executable, "-W", "ignore", "-c", code]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.stdout == "policy when MXNet is imported: PASSIVE\n", run.stderr


def test_the_stored_results_are_those_of_a_whole_run() -> None:
    stored = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    assert not stored["quick"] and {"quiet", "busy", "learning", "growth", "roofline"} <= set(
        stored
    )
    assert {"A", "B", "decoding"} <= set(stored["quiet"])
    labels = set(stored["quiet"]["A"]["tokens_per_second"])
    assert {"this package", "d2l 1.0.3 (GRU)"} <= labels
    for peer in ("PyTorch", "d2l 0.11.4"):
        assert any(label.startswith(peer) for label in labels), f"{peer} was left out"


@pytest.mark.parametrize("page", ["README.md", "benchmarks/README.md"])
def test_the_tables_in_the_pages_are_those_of_the_stored_results(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    parts = report.markdown(json.loads(report.RESULTS.read_text(encoding="utf-8"))).split("\n\n")
    # The front page has the machine, the ratios and the speeds of training and decoding.
    shown = parts[:5] if page == "README.md" else parts
    assert "workload B" in parts[3] and "decoding of" in parts[4]
    for part in shown:
        assert part in text, f"not in {page}; put in what `python -m benchmarks.report` prints"


def test_the_picture_names_every_peer(tmp_path: Path) -> None:
    picture.draw(RESULTS, tmp_path / "benchmark.svg")
    ElementTree.parse(tmp_path / "benchmark.svg")
    drawn = (tmp_path / "benchmark.svg").read_text()
    for label in RESULTS["quiet"]["A"]["tokens_per_second"]:
        assert label in drawn, label


def test_a_part_of_a_run_does_not_replace_the_results_of_a_whole_one() -> None:
    assert parse(["--quick"]).output is None
    assert parse(["--only", "training"]).output is None
    assert parse([]).output.name == "results.json"


def test_the_process_of_a_peer_says_why_it_ended() -> None:
    with team((OURS,), None) as workers, pytest.raises(RuntimeError, match="AttributeError"):
        workers[0].ask("no_such_measurement")


def test_a_peer_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PATIENCE", 0.0)
    with team((SOURCE,), small_workload()) as workers:
        assert measure.first_turn(workers[0], small_workload()) == 0
        assert workers[0].process.poll() is not None


def test_a_process_has_none_of_the_settings_of_this_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    monkeypatch.setattr(
        "benchmarks.team.subprocess.Popen", lambda *args, **options: given.update(options)
    )
    Worker(SOURCE_2, tmp_path / "log")
    assert "OMP_WAIT_POLICY" not in given["env"] and given["env"]["OMP_NUM_THREADS"] == "2"


def test_a_small_run_measures_every_peer_but_pytorch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results, drawing = tmp_path / "results.json", tmp_path / "benchmark.svg"
    parts = ["--only", "training", "decoding", "learning"]
    files = ["--output", str(results), "--picture", str(drawing)]
    main(["--quick", "--no-torch", "--no-d2l", *parts, *files])
    measured = json.loads(results.read_text(encoding="utf-8"))
    assert set(measured["learning"]) >= {"this package", "d2l 1.0.3 (GRU)"}
    assert report.ratios(measured["quiet"])["A: training, against source text"] > 0
    assert "| this package, beam of 4 |" in capsys.readouterr().out
    assert drawing.exists()
