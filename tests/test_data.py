"""From sentences to minibatches."""

import unicodedata
from itertools import pairwise

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

import d2l_local as d2l
from d2l_local.data import Pair

PAIRS: list[Pair] = [
    ("Go.", "Va !"),
    ("I run.", "Je cours."),
    ("I sleep.", "Je dors."),
    ("I see you.", "Je te vois."),
    ("Who are you?", "Qui es-tu\u202f?"),
]


# Normalising and tokenising


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Go.", "go ."),
        ("go .", "go ."),
        ("GO .", "go ."),
        ("  Go.\n", "go ."),
        ("Yes, I won!", "yes , i won !"),
        ("Va\u202f!", "va !"),
        ("Va\u00a0!", "va !"),
        ("Quoi ?!", "quoi ? !"),
        ("E\u0301cris !", "écris !"),
        ("Ça va ?", "ça va ?"),
        ("Aujourd'hui, est-ce l'été ?", "aujourd'hui , est-ce l'été ?"),
    ],
)
def test_two_spellings_of_a_sentence_have_one_normal_form(text: str, normal: str) -> None:
    assert d2l.normalize(text) == normal


@given(st.text())
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    normal = d2l.normalize(text)
    assert d2l.normalize(normal) == normal


# Their capitals have no composed form with this accent, their small letters have one.
@pytest.mark.parametrize("text", ["J\u030c", "H\u0331", "T\u0308", "W\u030a"])
def test_lower_case_leaves_no_letter_decomposed(text: str) -> None:
    assert unicodedata.is_normalized("NFC", d2l.normalize(text))


@given(st.text(alphabet="aAbéÉÇœ'-.,!? \u00a0\u202f"))
def test_the_normal_form_does_not_depend_on_how_accents_are_stored(text: str) -> None:
    assert d2l.normalize(unicodedata.normalize("NFD", text)) == d2l.normalize(text)


def test_tokens_are_words_and_marks() -> None:
    assert d2l.tokenize("I'm OK, thanks.") == ["i'm", "ok", ",", "thanks", "."]
    assert d2l.tokenize("Ça va\u202f?") == ["ça", "va", "?"]


@pytest.mark.parametrize("text", ["", " ", "\u202f\n"])
def test_a_blank_sentence_has_no_tokens(text: str) -> None:
    assert d2l.tokenize(text) == []


@given(st.text())
def test_no_token_is_empty_or_holds_white_space(text: str) -> None:
    assert all(len(token.split()) == 1 for token in d2l.tokenize(text))


@given(st.text())
def test_tokens_joined_by_spaces_are_the_normal_form(text: str) -> None:
    assert " ".join(d2l.tokenize(text)) == d2l.normalize(text)


# The vocabulary


def test_special_tokens_come_first() -> None:
    vocab = d2l.Vocab([["a"]])
    assert vocab.idx_to_token == ["<pad>", "<bos>", "<eos>", "<unk>", "a"]
    assert (vocab.pad, vocab.bos, vocab.eos, vocab.unk) == (0, 1, 2, 3)
    assert len(vocab) == 5


def test_frequent_tokens_come_first_and_ties_go_by_alphabet() -> None:
    vocab = d2l.Vocab([["b", "c", "rare"], ["c", "b", "a"], ["often", "often", "often"]])
    assert vocab.idx_to_token[4:] == ["often", "b", "c", "a", "rare"]
    assert vocab.token_freqs == [("often", 3), ("b", 2), ("c", 2), ("a", 1), ("rare", 1)]


def test_the_order_of_the_sentences_does_not_change_the_vocabulary() -> None:
    sentences = [["b", "a"], ["c"], ["a", "d"]]
    assert d2l.Vocab(sentences).idx_to_token == d2l.Vocab(sentences[::-1]).idx_to_token


def test_tokens_may_come_in_one_flat_list() -> None:
    assert d2l.Vocab(["to", "be", "to"]).idx_to_token[4:] == ["to", "be"]


def test_tokens_below_the_least_frequency_are_unknown() -> None:
    vocab = d2l.Vocab([["a", "a", "a", "b", "b", "c"]], min_freq=2)
    assert vocab.idx_to_token[4:] == ["a", "b"]
    assert vocab["c"] == vocab.unk
    assert "b" in vocab and "c" not in vocab


def test_unknown_tokens_share_one_index() -> None:
    vocab = d2l.Vocab([["a"]])
    assert vocab["never seen"] == vocab["nor this"] == vocab.unk
    assert vocab[["a", "never seen"]] == [4, 3]
    assert vocab.to_tokens(vocab["never seen"]) == "<unk>"


def test_a_list_gives_a_list() -> None:
    vocab = d2l.Vocab([["a", "b"]])
    assert vocab["a"] == 4 and vocab[["a"]] == [4] and vocab[[]] == []
    assert vocab.to_tokens(4) == "a" and vocab.to_tokens([4]) == ["a"]


@given(st.lists(st.lists(st.text(max_size=3), max_size=4), max_size=4))
def test_indices_lead_back_to_the_tokens(sentences: list[list[str]]) -> None:
    vocab = d2l.Vocab(sentences)
    assert [vocab.to_tokens(vocab[sentence]) for sentence in sentences] == sentences


def test_an_array_of_indices_leads_back_to_tokens() -> None:
    vocab = d2l.Vocab([["a", "b"]])
    array, _ = d2l.pad_batch([vocab[["b", "a"]]], vocab.pad)
    assert vocab.to_tokens(array[0]) == vocab.to_tokens(array[0].asnumpy()) == ["b", "a"]
    assert vocab.to_tokens(array[0, 0]) == "b"


def test_a_special_token_in_the_text_keeps_its_own_index() -> None:
    vocab = d2l.Vocab([["<eos>", "a", "<eos>"]])
    assert vocab["<eos>"] == 2
    assert vocab.idx_to_token.count("<eos>") == 1


def test_without_special_tokens_only_the_unknown_one_is_left() -> None:
    vocab = d2l.Vocab([["a", "b"]], use_special_tokens=False)
    assert vocab.idx_to_token == ["<unk>", "a", "b"]
    assert vocab.unk == vocab["<pad>"] == 0
    assert not hasattr(vocab, "pad")


# Padding


def test_a_batch_is_padded_to_its_longest_sentence() -> None:
    array, lengths = d2l.pad_batch([[5, 6], [7], [8, 9, 4]], pad=0)
    assert array.tolist() == [[5, 6, 0], [7, 0, 0], [8, 9, 4]]
    assert lengths.tolist() == [2, 1, 3]
    assert array.dtype == lengths.dtype == numpy.float32


def test_the_padding_is_the_token_that_was_asked_for() -> None:
    array, _ = d2l.pad_batch([[5, 6], [7]], pad=9)
    assert array.tolist() == [[5, 6], [7, 9]]


# Batches

Sentences = list[list[int]]


def random_sentences(number: int) -> tuple[Sentences, Sentences]:
    """Return sources and targets of random lengths; the first token is the sentence's number."""
    random = numpy.random.RandomState(0)
    lengths = random.randint(2, 30, size=number)
    sources = [[1000 + i] + [4] * (length + i % 3) for i, length in enumerate(lengths)]
    targets = [[1000 + i] + [5] * length for i, length in enumerate(lengths)]
    return sources, targets


def order_of(batches: d2l.TranslationBatches) -> list[int]:
    """Return the sentences of one pass, by their numbers, in the order of the batches."""
    return [int(row) - 1000 for X, *_ in batches for row in X[:, 0]]


@pytest.mark.parametrize("batch_size", [1, 7, 10, 25])
def test_each_pair_comes_once_in_a_pass(batch_size: int) -> None:
    batches = d2l.TranslationBatches(*random_sentences(25), batch_size, pad=0)
    sizes = [len(X) for X, *_ in batches]
    assert len(sizes) == len(batches) == -(-25 // batch_size)
    assert max(sizes) == batch_size
    assert sorted(order_of(batches)) == list(range(25))


def test_a_batch_holds_whole_pairs_padded_to_its_own_longest() -> None:
    sources, targets = random_sentences(40)
    for X, X_valid_len, Y, Y_valid_len in d2l.TranslationBatches(sources, targets, 8, pad=0):
        for array, lengths, corpus in ((X, X_valid_len, sources), (Y, Y_valid_len, targets)):
            assert array.shape == (8, lengths.max())
            for row, length, number in zip(array, lengths, X[:, 0], strict=True):
                sentence = corpus[int(number) - 1000]
                assert length == len(sentence)
                assert row.tolist() == sentence + [0] * (array.shape[1] - len(sentence))


def test_sentences_of_similar_length_come_together() -> None:
    sources, targets = random_sentences(400)

    def padding(batches: list[list[int]]) -> int:
        return sum(
            max(len(corpus[i]) for i in batch) * len(batch) - sum(len(corpus[i]) for i in batch)
            for batch in batches
            for corpus in (sources, targets)
        )

    def cut(order: list[int]) -> list[list[int]]:
        return [order[start : start + 20] for start in range(0, len(order), 20)]

    ours = order_of(d2l.TranslationBatches(sources, targets, 20, pad=0))
    at_random = numpy.random.RandomState(1).permutation(400).tolist()
    assert padding(cut(ours)) < 0.25 * padding(cut(at_random))


def test_every_pass_has_an_order_of_its_own() -> None:
    batches = d2l.TranslationBatches(*random_sentences(100), 10, pad=0)
    numpy.random.seed(0)
    orders = [order_of(batches) for _ in range(3)]
    assert orders[0] != orders[1] != orders[2] != orders[0]


def test_short_batches_do_not_always_come_first() -> None:
    batches = d2l.TranslationBatches(*random_sentences(100), 10, pad=0)
    lengths = [Y.shape[1] for *_, Y, _ in batches]
    assert any(first > second for first, second in pairwise(lengths))


def test_sentences_of_one_length_change_their_batch() -> None:
    sources = targets = [[1000 + i, 4] for i in range(20)]
    batches = d2l.TranslationBatches(sources, targets, 10, pad=0)
    numpy.random.seed(0)
    halves = {frozenset(order_of(batches)[:10]) for _ in range(3)}
    assert len(halves) == 3


def test_the_same_seed_gives_the_same_order() -> None:
    batches = d2l.TranslationBatches(*random_sentences(100), 10, pad=0)
    orders = []
    for seed in (3, 3, 4):
        numpy.random.seed(seed)
        orders.append([order_of(batches), order_of(batches)])
    assert orders[0] == orders[1] != orders[2]


def test_a_batch_above_the_data_is_refused() -> None:
    with pytest.raises(ValueError, match="batch_size is 4, but there are only 3 sentence pairs"):
        d2l.TranslationBatches(*random_sentences(3), 4, pad=0)


@pytest.mark.parametrize("batch_size", [0, -2])
def test_a_batch_of_nothing_is_refused(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"batch_size is {batch_size}.*at least 1"):
        d2l.TranslationBatches(*random_sentences(3), batch_size, pad=0)


# The whole path


def test_a_source_ends_with_eos_and_a_target_also_starts_with_bos() -> None:
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(1, 9, pairs=PAIRS[:1])
    ((X, X_valid_len, Y, Y_valid_len),) = batches
    assert src_vocab.to_tokens(X[0]) == ["go", ".", "<eos>"]
    assert tgt_vocab.to_tokens(Y[0]) == ["<bos>", "va", "!", "<eos>"]
    assert (X_valid_len.tolist(), Y_valid_len.tolist()) == ([3], [4])


def test_every_pair_comes_through_with_its_own_translation() -> None:
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(2, 9, pairs=PAIRS)
    seen = set()
    for X, X_valid_len, Y, Y_valid_len in batches:
        for x, n, y, m in zip(X, X_valid_len, Y, Y_valid_len, strict=True):
            source = src_vocab.to_tokens(x[: int(n) - 1])
            seen.add((" ".join(source), " ".join(tgt_vocab.to_tokens(y[1 : int(m) - 1]))))
    assert seen == {(d2l.normalize(english), d2l.normalize(french)) for english, french in PAIRS}


@pytest.mark.parametrize("num_examples", [1, 4, 5])
def test_exactly_as_many_pairs_come_as_were_asked_for(num_examples: int) -> None:
    src_vocab, _, batches = d2l.load_translation_data(1, 9, num_examples, pairs=PAIRS)
    assert sum(len(X) for X, *_ in batches) == num_examples
    assert ("go" in src_vocab) and ("who" in src_vocab) == (num_examples == 5)


def test_without_a_number_all_pairs_come() -> None:
    *_, batches = d2l.load_translation_data(1, 9, None, pairs=PAIRS)
    assert sum(len(X) for X, *_ in batches) == len(PAIRS)


def test_the_phrase_book_is_the_corpus_if_none_is_given() -> None:
    _, tgt_vocab, batches = d2l.load_translation_data(64, 12)
    assert sum(len(X) for X, *_ in batches) == 1000
    expected = {token for _, french in d2l.load_phrase_book(1000) for token in d2l.tokenize(french)}
    assert set(tgt_vocab.idx_to_token[4:]) == expected


def test_no_word_of_the_four_samples_is_unknown() -> None:
    src_vocab, _, _ = d2l.load_data_nmt(batch_size=64, num_steps=10)
    for sample in ("Go .", "Wow !", "I'm OK .", "I won !"):
        assert all(token in src_vocab for token in d2l.tokenize(sample)), sample


def test_long_sentences_are_cut_and_the_warning_counts_them() -> None:
    with pytest.warns(UserWarning, match=r"2 of 5 sentence pairs.*num_steps=5.*cut"):
        *_, batches = d2l.load_translation_data(
            # One is too long in French only, one in English only.
            batch_size=5,
            num_steps=5,
            pairs=[*PAIRS[:4], ("I am very well.", "Va !")],
        )
    ((X, X_valid_len, Y, Y_valid_len),) = batches
    assert X.shape == (5, 5) and Y.shape == (5, 5)
    assert X_valid_len.max() == Y_valid_len.max() == 5


def test_a_sentence_that_fits_exactly_is_not_cut() -> None:
    # <bos> je te vois . <eos>
    _, tgt_vocab, batches = d2l.load_translation_data(1, 6, pairs=PAIRS[3:4])
    ((_, _, Y, _),) = batches
    assert tgt_vocab.to_tokens(Y[0])[-1] == "<eos>"


@pytest.mark.parametrize("empty", [("", "Va !"), ("Go.", " "), ("Go.", "\u202f")])
def test_an_empty_sentence_is_refused_with_its_place(empty: Pair) -> None:
    with pytest.raises(ValueError, match="pair 3 has an empty sentence"):
        d2l.load_translation_data(1, 9, pairs=[*PAIRS[:2], empty])


def test_an_empty_corpus_is_refused() -> None:
    with pytest.raises(ValueError, match="only 0 sentence pairs"):
        d2l.load_translation_data(1, 9, pairs=[])


@pytest.mark.parametrize(
    ("name", "least"), [("batch_size", 1), ("num_steps", 2), ("num_examples", 1)]
)
@pytest.mark.parametrize("below", [1, 2])
def test_a_number_that_is_too_small_is_refused_by_name(name: str, least: int, below: int) -> None:
    value = least - below
    arguments = {"batch_size": 1, "num_steps": 9, "num_examples": 5, name: value}
    with pytest.raises(ValueError, match=f"{name} is {value}.*at least {least}"):
        d2l.load_translation_data(pairs=PAIRS, **arguments)


def test_a_batch_above_the_corpus_is_refused() -> None:
    with pytest.raises(ValueError, match="batch_size is 6, but there are only 5"):
        d2l.load_translation_data(6, 9, pairs=PAIRS)


def test_rare_words_become_unknown_only_on_request() -> None:
    src_vocab, _, _ = d2l.load_translation_data(5, 9, pairs=PAIRS)
    assert "sleep" in src_vocab
    src_vocab, tgt_vocab, batches = d2l.load_translation_data(5, 9, pairs=PAIRS, min_freq=3)
    assert src_vocab.idx_to_token[4:] == [".", "i"]
    assert tgt_vocab.idx_to_token[4:] == [".", "je"]
    ((X, *_),) = batches
    assert ["i", "<unk>", ".", "<eos>"] in [src_vocab.to_tokens(row[:4]) for row in X]


def test_the_name_in_the_source_text_is_the_same_function() -> None:
    assert d2l.load_data_nmt is d2l.load_translation_data


def test_more_pairs_than_the_book_has_are_refused() -> None:
    size = len(d2l.load_phrase_book())
    with pytest.raises(ValueError, match=f"num_examples is {size + 1}, but the book has {size}"):
        d2l.load_phrase_book(size + 1)
