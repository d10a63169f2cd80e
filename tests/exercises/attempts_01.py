"""Answers to the tasks of chapter 01."""

import re
import unicodedata
from collections import Counter

import numpy
from attempts import Attempts
from mxnet import np

import d2l_local

attempts = Attempts()
SPECIAL = ["<pad>", "<bos>", "<eos>", "<unk>"]

# 01.1

ROWS = [[6, 7, 2, 0, 0], [8, 5, 3, 4, 2]]
attempts.add("01.1", ROWS, [3, 5])
attempts.add("01.1", np.array(ROWS), np.array([3.0, 5.0]))
attempts.add("01.1", [[6, 7, 0, 0], [8, 5, 3, 4]], [2, 4], says="`<eos>` is missing")
attempts.add("01.1", [[6, 7, 0, 0, 2], ROWS[1]], [3, 5], says="behind the padding")
attempts.add("01.1", [[0, 0, 6, 7, 2], ROWS[1]], [3, 5], says="at the end of the short sentence")
attempts.add("01.1", [[1, 6, 7, 2, 0, 0], [1, *ROWS[1]]], [4, 6], says="begins with `<bos>`")
attempts.add("01.1", [[6, 7, 2], ROWS[1]], [3, 5], says="different lengths")
attempts.add("01.1", [[4, 7, 2, 0, 0], [8, 5, 3, 6, 2]], [3, 5], says="alphabetical order")
attempts.add("01.1", [[6, 7, 2, 0, 0], [8, 5, 9, 4, 2]], [3, 5], says="`now` is not in")
attempts.add("01.1", [[6, 7, 2, 0], [8, 5, 4, 2]], [3, 4], says="is left out of `rows`")
attempts.add("01.1", [[2, 3, 2, 0, 0], [4, 1, 3, 0, 2]], [3, 5], says="begin with index 4")
attempts.add("01.1", ROWS, [2, 4], says="does not count `<eos>`")
attempts.add("01.1", ROWS, [5, 5], says="counts the padding, too")
attempts.add("01.1", ROWS, [3, 4], says="does not count `<unk>`")
attempts.add("01.1", ROWS, [2, 0], says="counts the padding, not the tokens")
attempts.add("01.1", ROWS, [4, 5], says="Do the calculation once more")
attempts.add("01.1", "6 7 2", [3, 5], says="a list is expected")

# 01.2


@attempts.right("01.2")
def with_one_expression(text):
    text = unicodedata.normalize("NFC", text.lower().replace("\u2019", "'"))
    return re.findall(r"[.,!?;:]|[^\s.,!?;:']*'|[^\s.,!?;:']+", text)


@attempts.right("01.2")
def letter_by_letter(text):
    tokens = [""]
    for letter in unicodedata.normalize("NFC", text).lower():
        if letter in ".,!?;:":
            tokens += [letter, ""]
        elif letter in "'\u2019":
            tokens[-1] += "'"
            tokens.append("")
        elif letter.isspace():
            tokens.append("")
        else:
            tokens[-1] += letter
    return [token for token in tokens if token]


@attempts.right("01.2")
def a_tuple_from_the_package(text):
    for old, new in (("\u2019", "'"), ("'", "' "), (";", " ; "), (":", " : ")):
        text = text.replace(old, new)
    return tuple(d2l_local.tokenize(text))


@attempts.wrong("01.2", "the words behind an apostrophe")
def like_the_chapter(text):
    return d2l_local.tokenize(text.replace(";", " ; ").replace(":", " : ").replace("\u2019", "'"))


@attempts.wrong("01.2", "; and : are not tokens of their own")
def marks_of_the_chapter(text):
    return d2l_local.tokenize(text.replace("\u2019", "'").replace("'", "' "))


@attempts.wrong("01.2", "capital letters are left")
def no_lower_case(text):
    text = unicodedata.normalize("NFC", text).replace("\u2019", "'").replace("'", "' ")
    return re.sub(r"([.,!?;:])", r" \1 ", text).split()


@attempts.wrong("01.2", "still two characters")
def no_normal_form(text):
    text = text.lower().replace("\u2019", "'").replace("'", "' ")
    return re.sub(r"([.,!?;:])", r" \1 ", text).split()


@attempts.wrong("01.2", "NFC joins them")
def taken_apart(text):
    return [unicodedata.normalize("NFD", token) for token in letter_by_letter(text)]


@attempts.wrong("01.2", "the accents are lost")
def ascii_only(text):
    return [t.encode("ascii", "ignore").decode() for t in taken_apart(text)]


@attempts.wrong("01.2", "a no-break space is still in a token")
def plain_spaces_only(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("\u2019", "'").replace("'", "' ")
    return [t for t in re.sub(r"([.,!?;:])", r" \1 ", text).split(" ") if t]


@attempts.wrong("01.2", "a no-break space is still in a token")
def narrow_space_forgotten(text):
    return plain_spaces_only(text.replace("\u00a0", " "))


@attempts.wrong("01.2", "there are empty tokens")
def split_at_one_space(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("\u2019", "'").replace("'", "' ")
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r"([.,!?;:])", r" \1 ", text).split(" ")


@attempts.wrong("01.2", "and no-break spaces")
def split_at_one_plain_space(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("\u2019", "'").replace("'", "' ")
    return re.sub(r"([.,!?;:])", r" \1 ", text).split(" ")


@attempts.wrong("01.2", "the apostrophe ’")
def one_apostrophe(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("'", "' ")
    return re.sub(r"([.,!?;:])", r" \1 ", text).split()


@attempts.wrong("01.2", "the apostrophe is a token of its own")
def apostrophe_alone(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("\u2019", "'")
    return re.sub(r"([.,!?;:'])", r" \1 ", text).split()


@attempts.wrong("01.2", "before the second word")
def apostrophe_behind(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("\u2019", "'").replace("'", " '")
    return re.sub(r"([.,!?;:])", r" \1 ", text).split()


@attempts.wrong("01.2", "the apostrophe is lost")
def words_and_marks(text):
    return re.findall(r"[\w-]+|[.,!?;:]", unicodedata.normalize("NFC", text.lower()))


@attempts.wrong("01.2", "the punctuation is lost")
def words_only(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("\u2019", "'")
    return re.findall(r"[\w-]+'?", text)


@attempts.wrong("01.2", "still part of the words")
def no_space_at_marks(text):
    text = unicodedata.normalize("NFC", text.lower()).replace("\u2019", "'")
    return text.replace("'", "' ").split()


@attempts.wrong("01.2", "a list is expected")
def joined(text):
    return " ".join(letter_by_letter(text))


@attempts.wrong("01.2", "the same answer for different inputs")
def the_example(text):
    return ["l'", "été", ":", "j'", "ai", "soif", "!"]


@attempts.wrong("01.2", "single letters")
def letters(text):
    return list("".join(letter_by_letter(text)).replace("'", "' ").replace(" ", ""))


# 01.3


def by_frequency(sentences):
    counts = Counter(token for sentence in sentences for token in sentence)
    return sorted(counts, key=lambda token: (-counts[token], token))


@attempts.right("01.3")
def with_a_counter(sentences, max_size):
    return (SPECIAL + by_frequency(sentences))[:max_size]


@attempts.right("01.3")
def sorted_twice(sentences, max_size):
    counts = {}
    for sentence in sentences:
        for token in sentence:
            counts[token] = counts.get(token, 0) + 1
    words = sorted(counts)
    words.sort(key=counts.get, reverse=True)
    return (*SPECIAL, *words[: max_size - 4])


@attempts.right("01.3")
def by_the_package(sentences, max_size):
    return d2l_local.Vocab(sentences).idx_to_token[:max_size]


@attempts.wrong("01.3", "four words too many")
def special_not_counted(sentences, max_size):
    return SPECIAL + by_frequency(sentences)[:max_size]


@attempts.wrong("01.3", "one word too many")
def one_more(sentences, max_size):
    return (SPECIAL + by_frequency(sentences))[: max_size + 1]


@attempts.wrong("01.3", "one word too few")
def one_less(sentences, max_size):
    return (SPECIAL + by_frequency(sentences))[: max_size - 1]


@attempts.wrong("01.3", "`max_size` is not used")
def all_words(sentences, max_size):
    return SPECIAL + by_frequency(sentences)


@attempts.wrong("01.3", "special tokens are missing")
def no_special(sentences, max_size):
    return by_frequency(sentences)[:max_size]


@attempts.wrong("01.3", "special tokens stand at the end")
def special_last(sentences, max_size):
    return by_frequency(sentences)[: max_size - 4] + SPECIAL


@attempts.wrong("01.3", "not in the order in which they come")
def most_common(sentences, max_size):
    counts = Counter(token for sentence in sentences for token in sentence)
    return SPECIAL + [token for token, _ in counts.most_common(max_size - 4)]


@attempts.wrong("01.3", "alphabetical order")
def reversed_ties(sentences, max_size):
    counts = Counter(token for sentence in sentences for token in sentence)
    words = sorted(counts, key=lambda token: (counts[token], token), reverse=True)
    return SPECIAL + words[: max_size - 4]


@attempts.wrong("01.3", "the rare words come first")
def rare_first(sentences, max_size):
    counts = Counter(token for sentence in sentences for token in sentence)
    return SPECIAL + sorted(counts, key=lambda t: (counts[t], t))[: max_size - 4]


@attempts.wrong("01.3", "whatever their frequency")
def by_alphabet(sentences, max_size):
    return SPECIAL + sorted(set(sum(sentences, [])))[: max_size - 4]


@attempts.wrong("01.3", "then sorted by the alphabet")
def kept_words_by_alphabet(sentences, max_size):
    return SPECIAL + sorted(by_frequency(sentences)[: max_size - 4])


@attempts.wrong("01.3", "in how many sentences")
def sentences_that_have_it(sentences, max_size):
    return with_a_counter([sorted(set(sentence)) for sentence in sentences], max_size)


@attempts.wrong("01.3", "a list is expected")
def a_dictionary(sentences, max_size):
    return {token: i for i, token in enumerate(with_a_counter(sentences, max_size))}


@attempts.wrong("01.3", "changes its argument `sentences` in place")
def emptied(sentences, max_size):
    words = []
    while sentences:
        words.append(sentences.pop())
    return with_a_counter(words, max_size)


# 01.4


def pad(rows, longest=None, value=0):
    longest = longest or max(len(row) for row in rows)
    return np.array([row + [value] * (longest - len(row)) for row in rows], dtype="float32")


def indices(tokens, table):
    return [table.get(token, 3) for token in tokens]


def cut(sentences, table, num_steps):
    return [[*indices(tokens[: num_steps - 1], table), 2] for tokens in sentences]


def sizes(rows):
    return np.array([len(row) for row in rows], dtype="float32")


@attempts.right("01.4")
def lists_first(sentences, table, num_steps):
    rows = cut(sentences, table, num_steps)
    return pad(rows), sizes(rows)


@attempts.right("01.4")
def the_package_pads(sentences, table, num_steps):
    return d2l_local.pad_batch(cut(sentences, table, num_steps), 0)


@attempts.right("01.4")
def numpy_of_whole_numbers(sentences, table, num_steps):
    valid_len = numpy.array([min(len(tokens) + 1, num_steps) for tokens in sentences])
    X = numpy.zeros((len(sentences), valid_len.max()), dtype="int64")
    for row, tokens, length in zip(X, sentences, valid_len, strict=True):
        for step in range(length - 1):
            row[step] = table[tokens[step]] if tokens[step] in table else table["<unk>"]
        row[length - 1] = table["<eos>"]
    return [X, valid_len]


@attempts.wrong("01.4", "has lost its <eos>")
def eos_is_cut(sentences, table, num_steps):
    rows = [[*indices(tokens, table), 2][:num_steps] for tokens in sentences]
    return pad(rows), sizes(rows)


@attempts.wrong("01.4", "<eos> is missing")
def no_eos(sentences, table, num_steps):
    rows = [indices(tokens, table)[:num_steps] for tokens in sentences]
    return pad(rows), sizes(rows)


@attempts.wrong("01.4", "<eos> is missing")
def no_eos_cut_early(sentences, table, num_steps):
    rows = [indices(tokens, table)[: num_steps - 1] for tokens in sentences]
    return pad(rows), sizes(rows)


@attempts.wrong("01.4", "long sentences are not cut")
def not_cut(sentences, table, num_steps):
    rows = [[*indices(tokens, table), 2] for tokens in sentences]
    return pad(rows), sizes(rows)


@attempts.wrong("01.4", "one index too long")
def cut_late(sentences, table, num_steps):
    return lists_first(sentences, table, num_steps + 1)


@attempts.wrong("01.4", "one index too short")
def cut_early(sentences, table, num_steps):
    return lists_first(sentences, table, num_steps - 1)


@attempts.wrong("01.4", "all rows are padded to `num_steps`")
def padded_to_num_steps(sentences, table, num_steps):
    rows = cut(sentences, table, num_steps)
    return pad(rows, num_steps), sizes(rows)


@attempts.wrong("01.4", "behind the padding")
def eos_last(sentences, table, num_steps):
    rows = cut(sentences, table, num_steps)
    longest = max(len(row) for row in rows)
    padded = [row[:-1] + [0] * (longest - len(row)) + [2] for row in rows]
    return np.array(padded), sizes(rows)


@attempts.wrong("01.4", "at the beginning")
def padded_in_front(sentences, table, num_steps):
    rows = cut(sentences, table, num_steps)
    longest = max(len(row) for row in rows)
    return np.array([[0] * (longest - len(row)) + row for row in rows]), sizes(rows)


@attempts.wrong("01.4", "padded with <eos>")
def padded_with_eos(sentences, table, num_steps):
    rows = cut(sentences, table, num_steps)
    return pad(rows, value=2), sizes(rows)


@attempts.wrong("01.4", "there is <bos>")
def begins_with_bos(sentences, table, num_steps):
    rows = [[1, *row] for row in cut(sentences, table, num_steps)]
    return pad(rows), sizes(rows)


@attempts.wrong("01.4", "unknown words are left out")
def unknown_left_out(sentences, table, num_steps):
    known = [[token for token in tokens if token in table] for tokens in sentences]
    return lists_first(known, table, num_steps)


@attempts.wrong("01.4", "unknown words have become padding")
def unknown_is_zero(sentences, table, num_steps):
    rows = [[table.get(t, 0) for t in [*s[: num_steps - 1], "<eos>"]] for s in sentences]
    return pad(rows), sizes(rows)


@attempts.wrong("01.4", "KeyError: 'unheard-of'")
def unknown_raises(sentences, table, num_steps):
    return pad([[table[token] for token in tokens] for tokens in sentences])


@attempts.wrong("01.4", "don't count <eos>")
def lengths_without_eos(sentences, table, num_steps):
    rows = cut(sentences, table, num_steps)
    return pad(rows), sizes(rows) - 1


@attempts.wrong("01.4", "before the cut. Nothing")
def lengths_before_the_cut(sentences, table, num_steps):
    return pad(cut(sentences, table, num_steps)), sizes(sentences) + 1


@attempts.wrong("01.4", "before the cut, and don't count <eos>")
def lengths_of_the_input(sentences, table, num_steps):
    return pad(cut(sentences, table, num_steps)), sizes(sentences)


@attempts.wrong("01.4", "they are all equal")
def lengths_of_the_rows(sentences, table, num_steps):
    X = pad(cut(sentences, table, num_steps))
    return X, sizes(X)


@attempts.wrong("01.4", "numbers of padding tokens")
def padding_counted(sentences, table, num_steps):
    X = pad(cut(sentences, table, num_steps))
    return X, (X == 0).sum(axis=1)


@attempts.wrong("01.4", "should return two arrays")
def array_only(sentences, table, num_steps):
    return pad(cut(sentences, table, num_steps))


@attempts.wrong("01.4", "make it one with np.array")
def plain_lists(sentences, table, num_steps):
    X, valid_len = lists_first(sentences, table, num_steps)
    return X.tolist(), valid_len.tolist()


@attempts.wrong("01.4", "that is (batch, steps)")
def steps_first(sentences, table, num_steps):
    X, valid_len = lists_first(sentences, table, num_steps)
    return X.T, valid_len


@attempts.wrong("01.4", "that is (batch, steps)")
def first_sentence_only(sentences, table, num_steps):
    return lists_first(sentences[:1], table, num_steps)


@attempts.wrong("01.4", "changes its argument `sentences` in place")
def eos_appended(sentences, table, num_steps):
    for tokens in sentences:
        tokens[num_steps - 1 :] = ["<eos>"]
    rows = [indices(tokens, table) for tokens in sentences]
    return pad(rows), sizes(rows)


# 01.5


def columns_of(line):
    columns = line.split("\t")
    if len(columns) not in (2, 3):
        raise ValueError(f"not a pair: {line}")
    return columns


@attempts.right("01.5")
def blank_lines_first(lines, num_examples):
    lines = [line for line in lines if line.strip()]
    return [tuple(columns_of(line)[:2]) for line in lines[:num_examples]]


@attempts.right("01.5")
def one_line_at_a_time(lines, num_examples):
    pairs = []
    for line in lines:
        if line and len(pairs) < num_examples:
            english, french, *_ = columns_of(line)
            pairs.append([english, french])
    return pairs


@attempts.wrong("01.5", "the lines with a third column are left out")
def as_it_was(lines, num_examples):
    pairs = []
    for number, line in enumerate(lines):
        if number > num_examples:
            break
        columns = line.split("\t")
        if len(columns) == 2:
            pairs.append((columns[0], columns[1]))
    return pairs


@attempts.wrong("01.5", "the lines with a third column are left out")
def only_the_count_mended(lines, num_examples):
    rows = [line.split("\t") for line in lines[:num_examples]]
    return [tuple(row) for row in rows if len(row) == 2]


@attempts.wrong("01.5", "one example too many: positions count from 0")
def one_too_many(lines, num_examples):
    return blank_lines_first(lines, num_examples + 1)


@attempts.wrong("01.5", "one example too many")
def only_the_columns_mended(lines, num_examples):
    pairs = []
    for number, line in enumerate(lines):
        if number > num_examples:
            break
        if line:
            pairs.append(tuple(columns_of(line)[:2]))
    return pairs


@attempts.wrong("01.5", "one example too few")
def one_too_few(lines, num_examples):
    return blank_lines_first(lines, num_examples - 1)


@attempts.wrong("01.5", "a blank line is counted as an example")
def lines_counted(lines, num_examples):
    return [tuple(columns_of(line)[:2]) for line in lines[:num_examples] if line]


@attempts.wrong("01.5", "the third column is in the result")
def three_columns(lines, num_examples):
    lines = [line for line in lines if line]
    return [tuple(columns_of(line)) for line in lines[:num_examples]]


@attempts.wrong("01.5", "the attribution has become the translation")
def last_column(lines, num_examples):
    lines = [line for line in lines if line]
    return [(columns_of(line)[0], columns_of(line)[-1]) for line in lines[:num_examples]]


@attempts.wrong("01.5", "the lines with two columns are left out")
def three_columns_needed(lines, num_examples):
    rows = [line.split("\t") for line in lines if line]
    return [tuple(row[:2]) for row in rows[:num_examples] if len(row) == 3]


@attempts.wrong("01.5", "the two languages are exchanged")
def french_first(lines, num_examples):
    return [(french, english) for english, french in blank_lines_first(lines, num_examples)]


@attempts.wrong("01.5", "`num_examples` is not used")
def all_pairs(lines, num_examples):
    return blank_lines_first(lines, None)


@attempts.wrong("01.5", "without a tab is passed over in silence")
def silent(lines, num_examples):
    lines = [line for line in lines if line.count("\t") in (1, 2)]
    return blank_lines_first(lines, num_examples)


@attempts.wrong("01.5", "of four columns is passed over in silence")
def four_columns_accepted(lines, num_examples):
    lines = [line for line in lines if line]
    for line in lines:
        if "\t" not in line:
            raise ValueError(line)
    return [tuple(line.split("\t")[:2]) for line in lines[:num_examples]]


@attempts.wrong("01.5", "should raise a ValueError, but your code stopped with IndexError")
def unhelpful_type(lines, num_examples):
    rows = [line.split("\t") for line in lines if line]
    return [(row[0], row[1]) for row in rows[:num_examples]]


@attempts.wrong("01.5", "Put the line into the message")
def unhelpful_message(lines, num_examples):
    pairs = []
    for line in [line for line in lines if line][:num_examples]:
        english, french, *_ = line.split("\t")
        pairs.append((english, french))
    return pairs


# 01.6

ENGLISH, FRENCH = (
    [d2l_local.tokenize(p[i]) for p in d2l_local.load_phrase_book(1000)] for i in (0, 1)
)


def counted(sentences):
    return Counter(token for sentence in sentences for token in sentence)


def share_of_unknown(train, test, min_freq):
    counts = counted(train)
    unknown = [counts[token] < min_freq for sentence in test for token in sentence]
    return sum(unknown) / len(unknown)


SHARES = [share_of_unknown(side, side, 3) for side in (ENGLISH, FRENCH)]
attempts.add("01.6", share_of_unknown, *SHARES)


@attempts.right("01.6", rest=(0.11, 0.19))
def with_the_packages_vocabulary(train, test, min_freq):
    vocab = d2l_local.Vocab(train, min_freq)
    indices = np.array([index for sentence in test for index in vocab[sentence]])
    return (indices == vocab.unk).mean()


@attempts.right("01.6", rest=SHARES)
def two_counters(train, test, min_freq):
    counts = counted(train)
    unknown = total = 0
    for sentence in test:
        for token in sentence:
            total += 1
            unknown += token not in counts or counts[token] < min_freq
    return unknown / total


@attempts.wrong("01.6", "you counted each word once", rest=SHARES)
def each_word_once(train, test, min_freq):
    counts, words = counted(train), set(sum(test, []))
    return sum(counts[word] < min_freq for word in words) / len(words)


@attempts.wrong("01.6", "the words that are known", rest=SHARES)
def share_of_known(train, test, min_freq):
    return 1 - share_of_unknown(train, test, min_freq)


@attempts.wrong("01.6", "compare with >=", rest=SHARES)
def more_than_min_freq(train, test, min_freq):
    return share_of_unknown(train, test, min_freq + 1)


@attempts.wrong("01.6", "is one too low", rest=SHARES)
def off_by_one(train, test, min_freq):
    return share_of_unknown(train, test, min_freq - 1)


@attempts.wrong("01.6", "must be made of `train`", rest=SHARES)
def vocabulary_of_test(train, test, min_freq):
    return share_of_unknown(test, test, min_freq)


@attempts.wrong("01.6", "nobody has seen `test`", rest=SHARES)
def vocabulary_of_both(train, test, min_freq):
    return share_of_unknown(train + test, test, min_freq)


@attempts.wrong("01.6", "Count in `test`", rest=SHARES)
def measured_in_train(train, test, min_freq):
    return share_of_unknown(train, train, min_freq)


@attempts.wrong("01.6", "the sentences that lose a word", rest=SHARES)
def sentences_that_lose(train, test, min_freq):
    return sum(share_of_unknown(train, [s], min_freq) > 0 for s in test) / len(test)


@attempts.wrong("01.6", "the mean of the shares", rest=SHARES)
def mean_of_shares(train, test, min_freq):
    return sum(share_of_unknown(train, [s], min_freq) for s in test) / len(test)


@attempts.wrong("01.6", "this is a number of tokens", rest=SHARES)
def not_divided(train, test, min_freq):
    return share_of_unknown(train, test, min_freq) * len(sum(test, []))


@attempts.wrong("01.6", "a percentage", rest=SHARES)
def percentage(train, test, min_freq):
    return 100 * share_of_unknown(train, test, min_freq)


@attempts.wrong("01.6", "by the number of sentences", rest=SHARES)
def divided_by_sentences(train, test, min_freq):
    return not_divided(train, test, min_freq) / len(test)


@attempts.wrong("01.6", "the same answer for different inputs", rest=SHARES)
def constant(train, test, min_freq):
    return 0.107


attempts.add(
    "01.6", share_of_unknown, 1 - SHARES[0], SHARES[1], says="`english_share`: this is the share"
)
attempts.add("01.6", share_of_unknown, *SHARES[::-1], says="`english_share` is 0.18")
attempts.add(
    "01.6",
    share_of_unknown,
    SHARES[0],
    each_word_once(FRENCH, FRENCH, 3),
    says="`french_share`: you counted each word once",
)

# 01.7


@attempts.right("01.7")
def pairs_sorted(sources, targets, batch_size):
    pairs = sorted(zip(sources, targets, strict=True), key=lambda pair: len(pair[1]))
    return [pairs[i : i + batch_size] for i in range(0, len(pairs), batch_size)]


@attempts.right("01.7")
def positions_sorted(sources, targets, batch_size):
    order = sorted(range(len(targets)), key=lambda i: len(targets[i]))
    batches = []
    while order:
        rows, order = order[:batch_size], order[batch_size:]
        batches.append(tuple((sources[i], targets[i]) for i in rows))
    return batches


@attempts.wrong("01.7", "each side is sorted on its own. Also, the last batch is missing")
def unchanged(sources, targets, batch_size):
    sources, targets = sorted(sources, key=len), sorted(targets, key=len)
    batches = []
    for start in range(0, len(sources) - batch_size, batch_size):
        rows = slice(start, start + batch_size)
        batches.append(list(zip(sources[rows], targets[rows], strict=True)))
    return batches


@attempts.wrong("01.7", "each side is sorted on its own")
def only_the_end_mended(sources, targets, batch_size):
    return cut_pairs(
        list(zip(sorted(sources, key=len), sorted(targets, key=len), strict=True)), batch_size
    )


def cut_pairs(pairs, batch_size):
    return [pairs[i : i + batch_size] for i in range(0, len(pairs), batch_size)]


@attempts.wrong("01.7", "the last batch is missing")
def only_the_pairs_mended(sources, targets, batch_size):
    batches = pairs_sorted(sources, targets, batch_size)
    return batches[: -(-(len(sources) - batch_size) // batch_size)]


@attempts.wrong("01.7", "a batch that is not full counts, too")
def full_batches_only(sources, targets, batch_size):
    return [b for b in pairs_sorted(sources, targets, batch_size) if len(b) == batch_size]


@attempts.wrong("01.7", "the pairs are not sorted")
def order_of_the_corpus(sources, targets, batch_size):
    return cut_pairs(list(zip(sources, targets, strict=True)), batch_size)


@attempts.wrong("01.7", "of the source, not of the target")
def by_source(sources, targets, batch_size):
    pairs = sorted(zip(sources, targets, strict=True), key=lambda pair: len(pair[0]))
    return cut_pairs(pairs, batch_size)


@attempts.wrong("01.7", "the longest pairs come first")
def longest_first(sources, targets, batch_size):
    pairs = zip(sources, targets, strict=True)
    return cut_pairs(sorted(pairs, key=lambda pair: len(pair[1]), reverse=True), batch_size)


@attempts.wrong("01.7", "sorted by their indices")
def without_a_key(sources, targets, batch_size):
    return cut_pairs(sorted(zip(sources, targets, strict=True)), batch_size)


@attempts.wrong("01.7", "in the order of the corpus")
def by_both_lengths(sources, targets, batch_size):
    pairs = sorted(zip(sources, targets, strict=True), key=lambda p: (len(p[1]), len(p[0])))
    return cut_pairs(pairs, batch_size)


@attempts.wrong("01.7", "changes its argument `sources` in place")
def sorted_in_place(sources, targets, batch_size):
    sources.sort(key=len)
    targets.sort(key=len)
    return cut_pairs(list(zip(sources, targets, strict=True)), batch_size)


# 01.8


def chunks(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


@attempts.right("01.8")
def blurred_lengths(source_lengths, target_lengths, batch_size):
    noise = numpy.random.uniform(0, 2, len(target_lengths))
    batches = chunks(numpy.argsort(noise + target_lengths), batch_size)
    return [batches[i] for i in numpy.random.permutation(len(batches))]


@attempts.right("01.8")
def ties_by_chance(source_lengths, target_lengths, batch_size):
    shuffled = numpy.random.permutation(len(target_lengths)).tolist()
    order = sorted(shuffled, key=lambda i: (target_lengths[i], source_lengths[i]))
    batches = [np.array(rows) for rows in chunks(order, batch_size)]
    return sorted(batches, key=lambda rows: numpy.random.uniform())


@attempts.wrong("01.8", "bring it down to half of that")
def random_order(source_lengths, target_lengths, batch_size):
    return chunks(numpy.random.permutation(len(target_lengths)).tolist(), batch_size)


@attempts.wrong("01.8", "share a batch in every pass")
def strictly_sorted(source_lengths, target_lengths, batch_size):
    order = sorted(range(len(target_lengths)), key=lambda i: target_lengths[i])
    batches = chunks(order, batch_size)
    numpy.random.shuffle(batches)
    return batches


@attempts.wrong("01.8", "Shuffle the batches")
def short_to_long(source_lengths, target_lengths, batch_size):
    shuffled = numpy.random.permutation(len(target_lengths)).tolist()
    return chunks(sorted(shuffled, key=lambda i: target_lengths[i]), batch_size)


@attempts.wrong("01.8", "pairs are in no batch")
def last_batch_dropped(source_lengths, target_lengths, batch_size):
    batches = blurred_lengths(source_lengths, target_lengths, batch_size)
    return [rows for rows in batches if len(rows) == batch_size]


@attempts.wrong("01.8", "is a pair in two batches")
def last_batch_filled_up(source_lengths, target_lengths, batch_size):
    batches = blurred_lengths(source_lengths, target_lengths, batch_size)
    return [[*rows, *[0] * (batch_size - len(rows))] for rows in batches]


@attempts.wrong("01.8", "but batch_size is 16")
def too_large(source_lengths, target_lengths, batch_size):
    return blurred_lengths(source_lengths, target_lengths, batch_size + 1)


@attempts.wrong("01.8", "13 are enough")
def one_length_in_a_batch(source_lengths, target_lengths, batch_size):
    lengths = sorted(set(target_lengths))
    rows = [[i for i, n in enumerate(target_lengths) if n == length] for length in lengths]
    return [batch for group in rows for batch in chunks(group, batch_size)]


@attempts.wrong("01.8", "the positions of its pairs")
def lengths_instead_of_positions(source_lengths, target_lengths, batch_size):
    return chunks(sorted(zip(source_lengths, target_lengths, strict=True)), batch_size)


@attempts.wrong("01.8", "a list of batches is expected")
def an_array(source_lengths, target_lengths, batch_size):
    return np.argsort(np.array(target_lengths))


@attempts.wrong("01.8", "an int that isn't")
def not_cut_into_batches(source_lengths, target_lengths, batch_size):
    return numpy.argsort(target_lengths).tolist()
