"""Greedy search, beam search and scores, on token indices."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mxnet import np
from references import assert_same, fill, law

import d2l_local as d2l
from d2l_local.decoding import Beam, BeamNode, Hypothesis, beam_search, greedy_search, score

VOCAB = d2l.Vocab([["a", "b"]])  # <pad> <bos> <eos> <unk> a b
WRITABLE = [index for index in range(len(VOCAB)) if index not in (VOCAB.pad, VOCAB.bos)]
NUM_STEPS = 4
# Finished sentences of one to NUM_STEPS tokens, and what has none of the <eos> yet.
NUM_SEQUENCES = sum(3**length for length in range(NUM_STEPS)) + 3**NUM_STEPS

SOURCE_SIZE = 9
DECODERS = {"no attention": d2l.Seq2SeqDecoder, "attention": d2l.Seq2SeqAttentionDecoder}
both = pytest.mark.parametrize("kind", DECODERS)


def make_model(kind: str = "attention", seed: int = 0, layers: int = 2) -> d2l.EncoderDecoder:
    """Return a model with random values: unsure, and of another mind after each token."""
    model = d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(SOURCE_SIZE, 3, 4, layers),
        DECODERS[kind](len(VOCAB), 3, 4, layers),
    )
    model.initialize()
    fill(model, seed)
    model.decoder.dense.bias.data()[VOCAB.eos] += 1  # otherwise many sentences never end
    return model


def random_sources(seed: int, count: int, longest: int = 6) -> list[list[int]]:
    random = numpy.random.RandomState(seed)
    return [random.randint(SOURCE_SIZE, size=random.randint(1, longest + 1)).tolist()
            for _ in range(count)]  # fmt: skip


def assert_equal(actual: Hypothesis, expected: Hypothesis, atol: float = 1e-5) -> None:
    assert (actual.tokens, actual.finished) == (expected.tokens, expected.finished)
    assert actual.log_prob == pytest.approx(expected.log_prob, abs=atol)
    assert (actual.attention_weights is None) == (expected.attention_weights is None)
    if expected.attention_weights is not None:
        assert_same(actual.attention_weights, expected.attention_weights)


# A decoder whose probabilities can be read off


class Script(d2l.Decoder):
    """Knows what follows: {"source word: what was written": {token: probability}}.

    What does not stand there is followed by <eos>. It looks at source word t at its step t.
    """

    def __init__(self, script: dict[str, dict[str, float]]) -> None:
        super().__init__()
        self.script = {key: dict(follows) for key, follows in script.items()}
        self.calls = 0

    def init_state(self, enc_outputs: Any, *args: Any) -> list[tuple[str, ...]]:
        self.source_steps = enc_outputs.shape[1]
        return [(f"{VOCAB.to_tokens(row[0])}:",) for row in enc_outputs.asnumpy()]

    def forward(
        self, X: np.ndarray, state: list[tuple[str, ...]]
    ) -> tuple[np.ndarray, list[tuple[str, ...]]]:
        self.calls += 1
        tokens = VOCAB.to_tokens(X[:, 0])
        state = [
            (*written, token) if token != "<bos>" else written
            for written, token in zip(state, tokens, strict=True)
        ]
        p = numpy.zeros((len(state), 1, len(VOCAB)), dtype="float32")
        weights = numpy.zeros((len(state), 1, self.source_steps))
        for row, written in enumerate(state):
            for token, value in self.script.get(" ".join(written), {"<eos>": 1}).items():
                p[row, 0, VOCAB[token]] = value
            weights[row, 0, min(len(written), self.source_steps) - 1] = 1
        self.attention_weights = np.array(weights)
        with numpy.errstate(divide="ignore"):
            return np.array(numpy.log(p)), state

    def reorder_state(self, state: list[tuple[str, ...]], rows: np.ndarray) -> list:
        return [state[int(row)] for row in rows]


class Echo(d2l.Encoder):
    def forward(self, X: np.ndarray, *args: Any) -> np.ndarray:
        return X


def scripted(script: dict[str, dict[str, float]]) -> d2l.EncoderDecoder:
    return d2l.EncoderDecoder(Echo(), Script(script))


def sources(*words: str) -> list[list[int]]:
    return [VOCAB[sentence.split()] for sentence in words]


def text(hypothesis: Hypothesis) -> str:
    return " ".join(VOCAB.to_tokens(hypothesis.tokens))


# "a" looks better, but what follows it is a matter of chance; "b <eos>" is the likelier sentence.
GARDEN_PATH = {
    "a:": {"a": 0.6, "b": 0.4},
    "a: a": {"a": 0.3, "b": 0.3, "<unk>": 0.4},
    "a: b": {"<eos>": 0.9, "b": 0.1},
}


def test_greedy_search_takes_the_likeliest_token_of_each_step() -> None:
    [found] = greedy_search(scripted(GARDEN_PATH), sources("a"), VOCAB, 5)
    assert text(found) == "a <unk> <eos>"
    assert math.exp(found.log_prob) == pytest.approx(0.6 * 0.4)


def test_a_beam_of_two_finds_the_likelier_sentence() -> None:
    [beam] = beam_search(scripted(GARDEN_PATH), sources("a"), VOCAB, 5, beam_size=2)
    assert [text(h) for h in beam.hypotheses] == ["b <eos>", "a <unk> <eos>"]
    assert [math.exp(h.log_prob) for h in beam.hypotheses] == pytest.approx([0.36, 0.24])


def test_the_tree_tells_what_was_kept_at_each_step() -> None:
    [beam] = beam_search(scripted(GARDEN_PATH), sources("a"), VOCAB, 5, beam_size=2)
    kept = [
        [(" ".join(VOCAB.to_tokens(n.token for n in node.path())), node.log_prob) for node in step]
        for step in beam.steps
    ]
    assert kept == [
        [("a", pytest.approx(math.log(0.6))), ("b", pytest.approx(math.log(0.4)))],
        [("b <eos>", pytest.approx(math.log(0.36))), ("a <unk>", pytest.approx(math.log(0.24)))],
        [("a <unk> <eos>", pytest.approx(math.log(0.24)))],
    ]


def test_the_nodes_of_the_tree_know_their_parents() -> None:
    [beam] = beam_search(scripted(GARDEN_PATH), sources("a"), VOCAB, 5, beam_size=2)
    (a, b), (b_eos, a_unk), (a_unk_eos,) = beam.steps
    assert b_eos.parent is b and a_unk.parent is a and a_unk_eos.parent is a_unk
    assert a.parent is not None and a.parent is b.parent
    root = a.parent
    assert (root.parent, root.token, root.log_prob) == (None, VOCAB.bos, 0)
    assert root.path() == []


def test_a_tree_may_be_deeper_than_python_calls_functions() -> None:
    node = BeamNode(None, VOCAB.bos, 0.0, 0)
    for _ in range(5000):
        node = BeamNode(node, VOCAB["a"], 0.0, 0)
    assert len(node.path()) == 5000


# One short sentence, two longer ones that follow it ever closer.
LENGTHS = {
    "a:": {"<eos>": 0.4, "a": 0.6},
    "a: a": {"a": 0.9, "<eos>": 0.1},
    "a: a a": {"a": 0.5, "<eos>": 0.5},
}


@pytest.mark.parametrize(
    ("alpha", "best"),
    [
        (0, ["<eos>", "a a <eos>", "a a a <eos>", "a <eos>"]),
        (1, ["a a a <eos>", "a a <eos>", "<eos>", "a <eos>"]),
    ],
)
def test_length_normalisation_changes_what_wins(alpha: float, best: list[str]) -> None:
    [beam] = beam_search(scripted(LENGTHS), sources("a"), VOCAB, 5, 4, alpha)
    assert [text(h) for h in beam.hypotheses] == best


def test_the_score_is_the_log_probability_over_a_power_of_the_length() -> None:
    hypothesis = Hypothesis([VOCAB["a"], VOCAB["a"], VOCAB["a"], VOCAB.eos], -6.0, True, None)
    assert hypothesis.score() == -6
    assert hypothesis.score(0.5) == -3
    assert hypothesis.score(1) == -1.5


def test_the_exponent_does_not_change_what_is_found() -> None:
    model, given_ = make_model(), random_sources(0, 4)
    plain, normalised = (beam_search(model, given_, VOCAB, 5, 3, alpha) for alpha in (0, 2))
    for one, other in zip(plain, normalised, strict=True):
        found = [sorted(tuple(h.tokens) for h in beam.hypotheses) for beam in (one, other)]
        assert found[0] == found[1]


def test_a_finished_hypothesis_is_never_dropped() -> None:
    # "<eos>" is found first, and three likelier sentences come later.
    script = {"a:": {"<eos>": 0.1, "a": 0.9}, "a: a": {"a": 0.3, "b": 0.3, "<unk>": 0.4}}
    [beam] = beam_search(scripted(script), sources("a"), VOCAB, 5, beam_size=3)
    assert [text(h) for h in beam.hypotheses[:1]] == ["a <unk> <eos>"]
    assert "<eos>" in [text(h) for h in beam.hypotheses]
    assert len(beam.hypotheses) == 3


def test_finished_hypotheses_come_before_unfinished_ones() -> None:
    script = {"a:": {"<eos>": 0.1, "a": 0.9}, "a: a": {"a": 1}}
    [beam] = beam_search(scripted(script), sources("a"), VOCAB, num_steps=2, beam_size=2)
    assert [(text(h), h.finished) for h in beam.hypotheses] == [("<eos>", True), ("a a", False)]
    assert beam.hypotheses[0].log_prob < beam.hypotheses[1].log_prob


def search_best(model, given_, num_steps, beam_size, vocab=VOCAB) -> list[Hypothesis]:
    """Return the best hypothesis of each sentence; a beam of None is greedy search."""
    if beam_size is None:
        return greedy_search(model, given_, vocab, num_steps)
    return [b.hypotheses[0] for b in beam_search(model, given_, vocab, num_steps, beam_size)]


each_search = pytest.mark.parametrize("beam_size", [None, 1, 2, 5])


@each_search
def test_a_sentence_without_eos_ends_at_the_number_of_steps_unfinished(beam_size) -> None:
    endless = {f"a:{' a' * n}": {"a": 1} for n in range(9)}
    [found] = search_best(scripted(endless), sources("a"), 3, beam_size)
    assert (text(found), found.finished) == ("a a a", False)


@each_search
def test_a_sentence_that_ends_at_the_last_step_is_finished(beam_size) -> None:
    script = {"a:": {"a": 1}, "a: a": {"a": 1}}
    [found] = search_best(scripted(script), sources("a"), 3, beam_size)
    assert (text(found), found.finished) == ("a a <eos>", True)


@each_search
def test_the_search_stops_when_all_sentences_are_finished(beam_size) -> None:
    model = scripted({"a:": {"b": 1}, "a: b": {"b": 1}, "b:": {"a": 1}})
    found = search_best(model, sources("a", "b"), 50, beam_size)
    assert [text(h) for h in found] == ["b b <eos>", "a <eos>"]
    assert model.decoder.calls == 3


@each_search
def test_padding_and_bos_are_never_written(beam_size) -> None:
    script = {"a:": {"<pad>": 0.5, "<bos>": 0.3, "a": 0.2}}
    [found] = search_best(scripted(script), sources("a"), 3, beam_size)
    assert text(found) == "a <eos>"
    # What is left keeps the probability that the model gives it.
    assert math.exp(found.log_prob) == pytest.approx(0.2)


def test_a_beam_wider_than_there_are_sentences_holds_each_of_them_once() -> None:
    [beam] = beam_search(scripted(GARDEN_PATH), sources("a"), VOCAB, 5, beam_size=50)
    found = [text(h) for h in beam.hypotheses]
    assert sorted(found) == [
        "a <unk> <eos>", "a a <eos>", "a b <eos>", "b <eos>", "b b <eos>"
    ]  # fmt: skip
    assert sum(math.exp(h.log_prob) for h in beam.hypotheses) == pytest.approx(1)


@each_search
def test_each_row_of_weights_belongs_to_its_own_step(beam_size) -> None:
    # The sentences are of different lengths, so the first is padded.
    found = search_best(scripted(GARDEN_PATH), sources("a b", "a b a b a"), 5, beam_size)
    for hypothesis, length in zip(found, (2, 5), strict=True):
        looked = hypothesis.attention_weights
        assert looked is not None and looked.shape == (len(hypothesis.tokens), length)
        for step, row in enumerate(looked):
            assert row.tolist() == [float(j == step) for j in range(length)]


# Exact search


class AllSequences(NamedTuple):
    tokens: list[list[int]]
    log_probs: numpy.ndarray
    finished: list[bool]


def log_softmax(scores: numpy.ndarray) -> numpy.ndarray:
    return scores - numpy.log(numpy.exp(scores).sum(axis=-1, keepdims=True))


def next_log_probs(model, source: Sequence[int], written: Sequence[Sequence[int]]) -> numpy.ndarray:
    """Return log p (sequences, steps + 1, vocabulary) of what follows each beginning, all of one
    length, by one pass of teacher forcing over each."""
    X = np.array([source] * len(written), dtype="float32")
    Y = np.array([[VOCAB.bos, *tokens] for tokens in written], dtype="float32")
    scores, _ = model(X, Y, np.full((len(written),), len(source)))
    return log_softmax(scores.asnumpy().astype("float64"))


def all_sequences(model, source: Sequence[int], num_steps: int) -> AllSequences:
    tokens: list[list[int]] = []
    log_probs: list[float] = []
    going_on = [token for token in WRITABLE if token != VOCAB.eos]
    for length in range(1, num_steps + 1):
        beginnings = [list(p) for p in itertools.product(going_on, repeat=length - 1)]
        log_p = next_log_probs(model, source, beginnings)
        for beginning, steps in zip(beginnings, log_p, strict=True):
            before = sum(steps[t, token] for t, token in enumerate(beginning))
            for last in WRITABLE if length == num_steps else [VOCAB.eos]:
                tokens.append([*beginning, last])
                log_probs.append(before + steps[-1, last])
    finished = [sequence[-1] == VOCAB.eos for sequence in tokens]
    return AllSequences(tokens, numpy.array(log_probs), finished)


@both
@pytest.mark.parametrize("alpha", [0, 0.7, 1.5])
def test_a_wide_beam_agrees_with_a_search_over_all_sequences(kind: str, alpha: float) -> None:
    given_ = random_sources(1, 3)
    model = make_model(kind, seed=1)
    beams = beam_search(model, given_, VOCAB, NUM_STEPS, NUM_SEQUENCES, alpha)
    for source, beam in zip(given_, beams, strict=True):
        everything = all_sequences(model, source, NUM_STEPS)
        assert len(everything.tokens) == NUM_SEQUENCES == len(beam.hypotheses)
        scores = everything.log_probs / numpy.array([len(t) for t in everything.tokens]) ** alpha
        order = sorted(
            range(NUM_SEQUENCES), key=lambda i: (everything.finished[i], scores[i]), reverse=True
        )
        # Sentences of nearly one probability may change places.
        numpy.testing.assert_allclose(
            [h.score(alpha) for h in beam.hypotheses], scores[order], rtol=0, atol=1e-5
        )
        by_tokens = {tuple(h.tokens): h for h in beam.hypotheses}
        for tokens, log_prob, finished in zip(*everything, strict=True):
            found = by_tokens[tuple(tokens)]
            assert found.log_prob == pytest.approx(log_prob, abs=1e-5)
            assert found.finished == finished
        assert beam.hypotheses[0].tokens == everything.tokens[order[0]]


def slow_beam_search(
    model, source, num_steps: int, beam_size: int
) -> list[tuple[list[int], float]]:
    """Search for one sentence, each step from the start again, without any state."""
    alive: list[tuple[list[int], float]] = [([], 0.0)]
    done: list[tuple[list[int], float]] = []
    for _ in range(num_steps):
        log_p = next_log_probs(model, source, [tokens for tokens, _ in alive])[:, -1]
        continued = [
            ([*tokens, token], log_prob + log_p[row, token])
            for row, (tokens, log_prob) in enumerate(alive)
            for token in WRITABLE
        ]
        continued.sort(key=lambda pair: pair[1], reverse=True)
        kept = continued[: beam_size - len(done)]
        done += [pair for pair in kept if pair[0][-1] == VOCAB.eos]
        alive = [pair for pair in kept if pair[0][-1] != VOCAB.eos]
        if not alive:
            break
    key = lambda pair: (pair[0][-1] == VOCAB.eos, pair[1])  # noqa: E731
    return sorted(done + alive, key=key, reverse=True)


@both
@pytest.mark.parametrize("beam_size", [1, 2, 3, 7])
def test_the_batched_search_agrees_with_a_slow_one(kind: str, beam_size: int) -> None:
    model, given_ = make_model(kind, seed=2), random_sources(2, 6)
    beams = beam_search(model, given_, VOCAB, 6, beam_size)
    lengths = set()
    for source, beam in zip(given_, beams, strict=True):
        expected = slow_beam_search(model, source, 6, beam_size)
        assert [h.tokens for h in beam.hypotheses] == [tokens for tokens, _ in expected]
        assert [h.log_prob for h in beam.hypotheses] == pytest.approx(
            [log_prob for _, log_prob in expected], abs=1e-5
        )
        lengths |= {len(h.tokens) for h in beam.hypotheses}
    assert len(lengths) > 1, "all hypotheses are of one length: the test proves little"


# Laws

some_sources = st.lists(
    st.lists(st.integers(0, SOURCE_SIZE - 1), min_size=1, max_size=7), min_size=1, max_size=6
)
some_models = st.builds(
    make_model, st.sampled_from(list(DECODERS)), st.integers(0, 50), st.integers(1, 2)
)


@law
@given(some_models, some_sources, st.integers(1, 6))
def test_a_beam_of_one_is_greedy_search_exactly(model, given_, num_steps) -> None:
    beams = beam_search(model, given_, VOCAB, num_steps, beam_size=1)
    greedy = greedy_search(model, given_, VOCAB, num_steps)
    for beam, expected in zip(beams, greedy, strict=True):
        [found] = beam.hypotheses
        assert_equal(found, expected, atol=0)


@law
@given(some_models, some_sources)
def test_a_wide_beam_never_scores_below_greedy_search(model, given_) -> None:
    beams = beam_search(model, given_, VOCAB, NUM_STEPS, NUM_SEQUENCES)
    for beam, greedy in zip(beams, greedy_search(model, given_, VOCAB, NUM_STEPS), strict=True):
        best = beam.hypotheses[0]
        assert best.finished >= greedy.finished
        if best.finished == greedy.finished:
            assert best.score() >= greedy.score() - 1e-5


@law
@given(some_models, some_sources, st.integers(1, 4), st.integers(1, 7))
def test_scoring_what_was_found_gives_the_same_scores(model, given_, beam_size, num_steps) -> None:
    beams = beam_search(model, given_, VOCAB, num_steps, beam_size)
    pairs = [(source, h) for source, b in zip(given_, beams, strict=True) for h in b.hypotheses]
    again = score(model, [source for source, _ in pairs], [h.tokens for _, h in pairs], VOCAB)
    for (_, found), scored in zip(pairs, again, strict=True):
        assert_equal(scored, found, atol=1e-4)


@law
@given(some_models, some_sources, st.sampled_from([None, 1, 3]), st.randoms())
def test_the_order_of_the_sentences_does_not_matter(model, given_, beam_size, random) -> None:
    order = list(range(len(given_)))
    random.shuffle(order)
    here = search_best(model, given_, 5, beam_size)
    there = search_best(model, [given_[i] for i in order], 5, beam_size)
    for place, i in enumerate(order):
        assert_equal(there[place], here[i])


@law
@given(some_models, some_sources, st.sampled_from([None, 1, 3]))
def test_company_and_padding_do_not_matter(model, given_, beam_size) -> None:
    # The long last sentence pads all others.
    together = search_best(model, [*given_, [1] * 12], 5, beam_size)
    for source, found in zip(given_, together, strict=False):
        assert_equal(found, search_best(model, [source], 5, beam_size)[0])


@law
@given(some_models, some_sources, st.integers(1, 5))
def test_a_beam_is_sound(model, given_, beam_size) -> None:
    for beam in beam_search(model, given_, VOCAB, 5, beam_size):
        assert 1 <= len(beam.hypotheses) <= beam_size
        assert len({tuple(h.tokens) for h in beam.hypotheses}) == len(beam.hypotheses)
        for hypothesis in beam.hypotheses:
            assert set(hypothesis.tokens) <= set(WRITABLE)
            assert VOCAB.eos not in hypothesis.tokens[:-1]
            assert hypothesis.finished == (hypothesis.tokens[-1] == VOCAB.eos)
            assert hypothesis.finished or len(hypothesis.tokens) == 5
        assert_tree_is_sound(beam, beam_size)


def assert_tree_is_sound(beam: Beam, beam_size: int) -> None:
    finished = 0
    for depth, step in enumerate(beam.steps):
        assert 1 <= len(step) <= beam_size - finished
        finished += sum(node.token == VOCAB.eos for node in step)
        log_probs = [node.log_prob for node in step]
        assert log_probs == sorted(log_probs, reverse=True)
        for node in step:
            assert node.parent is not None and node.parent.log_prob >= node.log_prob
            assert depth == 0 or node.parent in beam.steps[depth - 1]
            assert len(node.path()) == depth + 1
    leaves = {tuple(n.token for n in node.path()) for node in leaves_of(beam)}
    assert leaves == {tuple(h.tokens) for h in beam.hypotheses}


def leaves_of(beam: Beam) -> Iterator[BeamNode]:
    for step in beam.steps:
        yield from (node for node in step if node.token == VOCAB.eos)
    yield from (node for node in beam.steps[-1] if node.token != VOCAB.eos)


# The state of a decoder


@both
@pytest.mark.parametrize("lengths", [None, [4, 1, 2]])
def test_a_reordered_state_goes_on_like_the_sentences_it_was_made_of(kind, lengths) -> None:
    decoder = make_model(kind, seed=3).decoder
    encoder = make_model(kind, seed=3).encoder
    X = np.array(numpy.random.RandomState(0).randint(SOURCE_SIZE, size=(3, 4)))
    lengths = None if lengths is None else np.array(lengths)
    state = decoder.init_state(encoder(X, lengths), lengths)
    before, state = decoder(np.array([[1, 4], [1, 5], [1, 3]]), state)
    assert numpy.ptp(before.asnumpy(), axis=0).min() > 0.01, "sentences are alike: proves nothing"
    rows = [2, 0, 2, 2]  # one dropped, one three times
    expected, _ = decoder(np.array([[4], [4], [4]]), state)
    reordered = decoder.reorder_state(state, np.array(rows, dtype="int32"))
    actual, _ = decoder(np.array([[4]] * 4), reordered)
    assert_same(actual, expected.asnumpy()[rows])


def test_a_decoder_without_a_way_to_reorder_its_state_says_what_it_needs() -> None:
    class Plain(d2l.Decoder):
        pass

    with pytest.raises(NotImplementedError, match=r"Plain needs a method reorder_state\(state"):
        Plain().reorder_state([], np.array([0]))


def test_greedy_search_needs_no_way_to_reorder_a_state(monkeypatch) -> None:
    monkeypatch.setattr(Script, "reorder_state", d2l.Decoder.reorder_state)
    assert greedy_search(scripted(GARDEN_PATH), sources("a"), VOCAB, 5)[0].finished


# Scores of given translations


def test_the_score_of_a_translation_is_the_product_of_its_probabilities() -> None:
    model = make_model("no attention", seed=4)
    source, target = [5, 1, 2], [*VOCAB[["a", "b"]], VOCAB.eos]
    [scored] = score(model, [source], [target], VOCAB)
    [log_p] = next_log_probs(model, source, [target[:-1]])
    expected = sum(log_p[t, token] for t, token in enumerate(target))
    assert scored.log_prob == pytest.approx(expected, abs=1e-5)
    assert scored.finished and scored.tokens == target and scored.attention_weights is None


def test_a_translation_without_eos_is_scored_as_unfinished() -> None:
    [scored] = score(make_model(), [[1]], [VOCAB[["a", "b"]]], VOCAB)
    assert not scored.finished


# What is answered to input that does not fit


@each_search
@pytest.mark.parametrize("num_steps", [0, -2])
def test_less_than_one_step_is_refused(beam_size, num_steps: int) -> None:
    with pytest.raises(ValueError, match=f"num_steps is {num_steps}.*at least 1"):
        search_best(make_model(), [[1]], num_steps, beam_size)


def test_less_than_one_hypothesis_is_refused() -> None:
    with pytest.raises(ValueError, match="beam_size is 0.*at least 1"):
        beam_search(make_model(), [[1]], VOCAB, 5, beam_size=0)


def test_a_negative_exponent_is_refused() -> None:
    with pytest.raises(ValueError, match="alpha is -1.*at least 0"):
        beam_search(make_model(), [[1]], VOCAB, 5, beam_size=2, alpha=-1)


@each_search
def test_no_sentences_are_refused(beam_size) -> None:
    with pytest.raises(ValueError, match="number of sources is 0.*at least 1"):
        search_best(make_model(), [], 5, beam_size)


@each_search
def test_the_vocabulary_of_another_model_is_refused(beam_size) -> None:
    other = d2l.Vocab([["a", "b", "c"]])
    with pytest.raises(ValueError, match=r"decoder's output has shape .* 6\), but .* 7\)"):
        search_best(make_model(), [[1]], 5, beam_size, other)


def test_scores_refuse_the_vocabulary_of_another_model() -> None:
    with pytest.raises(ValueError, match=r"decoder's output has shape .* 6\), but .* 7\)"):
        score(make_model(), [[1]], [[2]], d2l.Vocab([["a", "b", "c"]]))


def test_scores_need_one_target_for_each_source() -> None:
    with pytest.raises(ValueError, match="2 sources and 1 targets"):
        score(make_model(), [[1], [2]], [[2]], VOCAB)


def test_scores_refuse_an_empty_target_and_name_its_place() -> None:
    with pytest.raises(ValueError, match="target 2 of 2 is empty"):
        score(make_model(), [[1], [2]], [[2], []], VOCAB)


@both
def test_a_model_without_values_is_refused(kind: str) -> None:
    model = d2l.EncoderDecoder(
        d2l.Seq2SeqEncoder(SOURCE_SIZE, 3, 4, 1), DECODERS[kind](len(VOCAB), 3, 4, 1)
    )
    for search in (
        lambda: greedy_search(model, [[1]], VOCAB, 5),
        lambda: beam_search(model, [[1]], VOCAB, 5, 2),
        lambda: score(model, [[1]], [[2]], VOCAB),
    ):
        with pytest.raises(RuntimeError, match="not initialised"):
            search()


@pytest.mark.parametrize("poison", [math.nan, -math.inf])
@pytest.mark.parametrize("beam_size", [None, 1, 3])
def test_scores_that_are_no_numbers_are_named(poison: float, beam_size: int | None) -> None:
    model = make_model()
    model.decoder.dense.bias.set_data(np.full(len(VOCAB), poison))
    with pytest.raises(FloatingPointError, match="diverged"):
        if beam_size is None:
            greedy_search(model, [[4, 5]], VOCAB, NUM_STEPS)
        else:
            beam_search(model, [[4, 5]], VOCAB, NUM_STEPS, beam_size)
