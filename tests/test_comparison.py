"""The comparison of chapter 07, and its stored results."""

import json
from pathlib import Path

import numpy
import pytest
from mxnet import init, np
from references import assert_same

import d2l_local as d2l
from d2l_local import comparison, grammar
from d2l_local.seq2seq import SeparateTanhDecoder

RESULTS = Path(__file__).parent.parent / "notebooks" / "results" / "07-when-attention-wins.json"


@pytest.fixture(scope="module")
def small() -> comparison.Corpus:
    splits = grammar.splits(seed=3, train=60, valid=5, test=60, longer=20)
    return comparison.Corpus(
        splits, *d2l.load_translation_data(20, 45, None, comparison.sentences(splits.train))
    )


def untrained(corpus: comparison.Corpus, decoder: type[d2l.Decoder]) -> d2l.EncoderDecoder:
    model = d2l.EncoderDecoder(
        d2l.BidirectionalEncoder(len(corpus.src_vocab), 4, 8, 1),
        decoder(len(corpus.tgt_vocab), 4, 8, 1),
    )
    model.initialize(init.Normal(0.5))
    return model


# The mistake that is measured


def test_the_faulty_decoder_computes_the_formula_of_chapter_04() -> None:
    decoder = SeparateTanhDecoder(10, 4, 8, 1)
    decoder.initialize(init.Normal(0.7))
    memory = np.random.normal(0, 1, (2, 5, 8))
    h = np.random.normal(0, 1, (1, 2, 8))
    decoder(np.array([[1], [2]]), [memory, [h, h], np.array([5, 3])])
    W_q, W_k, v = (
        layer.weight.data().asnumpy()
        for layer in (decoder.attention.W_q, decoder.attention.W_k, decoder.attention.v)
    )
    query, keys = h.asnumpy()[0] @ W_q.T, memory.asnumpy() @ W_k.T
    scores = (numpy.tanh(query)[:, None] + numpy.tanh(keys)) @ v[0]  # (batch, source steps)
    scores[1, 3:] = -numpy.inf
    weights = numpy.exp(scores) / numpy.exp(scores).sum(axis=1, keepdims=True)
    assert_same(decoder.attention_weights[:, 0], weights)


@pytest.mark.parametrize("decoder", [SeparateTanhDecoder, d2l.Seq2SeqAttentionDecoder])
def test_only_the_faulty_decoder_looks_the_same_way_at_each_step(decoder) -> None:
    model = d2l.EncoderDecoder(d2l.BidirectionalEncoder(9, 4, 8, 1), decoder(9, 4, 8, 1))
    model.initialize(init.Normal(0.7))
    model(np.array([[4, 5, 6, 7]]), np.array([[1, 4, 5]]), np.array([3]))
    rows = model.decoder.attention_weights.asnumpy()[0]  # (steps, source steps)
    same = abs(rows - rows[0]).max() < 1e-6
    assert same == (decoder is SeparateTanhDecoder)


# Measuring


def test_a_model_that_always_gives_the_reference_gets_full_marks(small, monkeypatch) -> None:
    references = dict(comparison.sentences(small.splits.test + small.splits.longer))

    def perfect(model, sources, *args, **kwargs):
        return [
            d2l.ScoredTranslation(s.split(), references[s].split(), [], None, 0.0, 0.0, True)
            for s in sources
        ]

    monkeypatch.setattr(comparison, "translate", perfect)
    quality = comparison.measure(untrained(small, d2l.Seq2SeqDecoder), small)
    assert quality.bleu_by_length == [pytest.approx(100)] * len(comparison.LENGTH_CLASSES)
    assert (quality.bleu_long, quality.exact) == (pytest.approx(100), 1.0)
    assert quality.alignment_error_rate is None


def test_each_class_counts_its_own_sentences_only(small, monkeypatch) -> None:
    pairs = small.splits.test + small.splits.longer
    references = dict(comparison.sentences(pairs))
    assert {len(pair.source) for pair in pairs} & {15, 16}

    def right_up_to_15(model, sources, *args, **kwargs):
        return [
            d2l.ScoredTranslation(
                s.split(), references[s].split() if len(s.split()) < 16 else ["non"], [], None,
                0.0, 0.0, True,
            )
            for s in sources
        ]  # fmt: skip

    monkeypatch.setattr(comparison, "translate", right_up_to_15)
    quality = comparison.measure(untrained(small, d2l.Seq2SeqDecoder), small)
    assert quality.bleu_by_length[:3] == [pytest.approx(100)] * 3
    assert quality.bleu_by_length[3:] == [0, 0] and quality.bleu_long == 0
    assert quality.exact == sum(len(p.source) < 16 for p in pairs) / len(pairs)


@pytest.mark.filterwarnings("ignore:not in the vocabulary")
def test_the_alignment_error_is_that_of_the_maps_of_the_references(small) -> None:
    model, links = untrained(small, d2l.Seq2SeqAttentionDecoder), []
    for pair in small.splits.test:
        source, target = [*pair.source, "<eos>"], [*pair.target, "<eos>"]
        read = np.array([small.tgt_vocab[["<bos>", *pair.target]]])
        model(np.array([small.src_vocab[source]]), read)
        weights = model.decoder.attention_weights[0].asnumpy()
        links.append(d2l.alignment_from_weights(weights, source, target))
    expected = d2l.alignment_error_rate(links, [pair.alignment for pair in small.splits.test])
    assert comparison.measure(model, small).alignment_error_rate == pytest.approx(expected)


def test_training_gives_a_model_its_history_and_its_time(small, monkeypatch) -> None:
    kind = comparison.KINDS["additive"]._replace(num_epochs=2)
    monkeypatch.setitem(comparison.KINDS, "additive", kind)
    model, history, seconds = comparison.train_kind("additive", small, seed=1)
    assert isinstance(model.decoder, d2l.Seq2SeqAttentionDecoder)
    assert len(history.losses) == 2 and history.losses[1] < history.losses[0]
    assert seconds > 0


def test_an_unknown_kind_is_refused(small) -> None:
    with pytest.raises(ValueError, match="'dot'.*'no attention', 'separate tanh', 'additive'"):
        comparison.train_kind("dot", small, seed=0)


# The same start


def test_models_with_the_same_start_differ_in_the_context_only() -> None:
    plain, attending = (
        d2l.EncoderDecoder(d2l.Seq2SeqEncoder(9, 4, 8, 2), decoder(9, 4, 8, 2))
        for decoder in (d2l.Seq2SeqDecoder, d2l.Seq2SeqAttentionDecoder)
    )
    for model in (plain, attending):
        model.initialize(init.Normal(0.7))
    X, Y, valid_len = np.array([[4, 5, 6], [7, 8, 0]]), np.array([[1, 4], [1, 5]]), np.array([3, 2])
    comparison.copy_shared(plain, attending)
    assert abs(plain(X, Y, valid_len)[0] - attending(X, Y, valid_len)[0]).max() > 1e-3
    W = attending.decoder.rnn.W0
    W.set_data(np.concatenate([np.zeros((32, 8)), W.data()[:, 8:]], axis=1))  # no context
    assert_same(plain(X, Y, valid_len)[0], attending(X, Y, valid_len)[0])


# What is stored


def test_the_stored_results_are_of_the_models_that_the_chapter_compares() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    assert list(results) == [*comparison.KINDS, "same start"]
    for name, kind in comparison.KINDS.items():
        assert list(results[name]) == ["0", "1", "2"]
        for run in results[name].values():
            assert run["epochs"] == kind.num_epochs
            assert len(run["bleu_by_length"]) == len(comparison.LENGTH_CLASSES)
    for runs in results["same start"].values():
        assert {len(losses) for losses in runs.values()} == {100}


@pytest.mark.parametrize("kind", ["separate tanh", "additive"])
def test_what_the_chapter_says_holds_for_every_stored_seed(kind: str) -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    for seed in ("0", "1", "2"):
        gain = results[kind][seed]["bleu_long"] - results["no attention"][seed]["bleu_long"]
        assert gain > 45 if kind == "additive" else gain < 15
