"""Answers to the tasks of chapter 07."""

import itertools
import math
import random
import statistics

import numpy
from attempts import Attempts
from mxnet import np

attempts = Attempts()

# 07.1

attempts.add("07.1", 1 / 11, 7 / 11)
attempts.add("07.1", np.array(0.09), 0.64)
attempts.add("07.1", 0, 7 / 11, says="one is missing")
attempts.add("07.1", 6 / 11, 7 / 11, says="the right links count twice")
attempts.add("07.1", 1 / 6, 7 / 11, says="The map's links count, too")
attempts.add("07.1", 0.91, 7 / 11, says="1 minus it")
attempts.add("07.1", 0.27, 7 / 11, says="Five are possible")
attempts.add("07.1", 1 / 11, 9 / 11, says="a word with one gold link")
attempts.add("07.1", 1 / 11, 3 / 5, says="the rows that are wrong")
attempts.add("07.1", 1 / 11, 5 / 11, says="no word stands in three")
attempts.add("07.1", 1 / 11, 0.5, says="Do the calculation once more")

# 07.2


def mean(runs):
    return sum(runs) / len(runs)


def spread(runs):
    return max(runs) - min(runs)


@attempts.right("07.2")
def two_loops(scores):
    found = []
    for a in scores:
        for b in scores:
            if mean(scores[a]) - mean(scores[b]) > spread(scores[a]) + spread(scores[b]):
                found.append((a, b))
    return found


@attempts.right("07.2")
def combinations_in_numpy(scores):
    found = set()
    for (a, x), (b, y) in itertools.combinations(scores.items(), 2):
        gap = numpy.mean(x) - numpy.mean(y)
        if abs(gap) > numpy.ptp(x) + numpy.ptp(y):
            found.add((a, b) if gap > 0 else (b, a))
    return found


@attempts.right("07.2")
def arrays_of_float32(scores):
    runs = {name: np.array(r) for name, r in scores.items()}
    return [
        [a, b]
        for a, b in itertools.permutations(runs, 2)
        if runs[a].mean() - runs[b].mean()
        > runs[a].max() - runs[a].min() + runs[b].max() - runs[b].min()
    ]


def with_rule(scores, rule):
    return [(a, b) for a, b in itertools.permutations(scores, 2) if rule(scores[a], scores[b])]


@attempts.wrong("07.2", "the larger of the two spreads")
def larger_spread(scores):
    return with_rule(scores, lambda a, b: mean(a) - mean(b) > max(spread(a), spread(b)))


@attempts.wrong("07.2", "only the spread of the better model")
def own_spread(scores):
    return with_rule(scores, lambda a, b: mean(a) - mean(b) > spread(a))


@attempts.wrong("07.2", "only the spread of the worse model")
def other_spread(scores):
    return with_rule(scores, lambda a, b: mean(a) - mean(b) > spread(b))


@attempts.wrong("07.2", "however small")
def any_gap(scores):
    return with_rule(scores, lambda a, b: mean(a) > mean(b))


@attempts.wrong("07.2", "a standard deviation")
def deviations(scores):
    stdev = statistics.stdev
    return with_rule(scores, lambda a, b: mean(a) - mean(b) > stdev(a) + stdev(b))


@attempts.wrong("07.2", "the worst run against the best")
def ranges_do_not_meet(scores):
    return with_rule(scores, lambda a, b: min(a) > max(b))


@attempts.wrong("07.2", "compared the best runs")
def best_runs(scores):
    return with_rule(scores, lambda a, b: max(a) - max(b) > spread(a) + spread(b))


@attempts.wrong("07.2", "compared the first runs")
def first_runs(scores):
    return with_rule(scores, lambda a, b: a[0] - b[0] > spread(a) + spread(b))


@attempts.wrong("07.2", "the runs in the middle")
def medians(scores):
    median = statistics.median
    return with_rule(scores, lambda a, b: median(a) - median(b) > spread(a) + spread(b))


@attempts.wrong("07.2", "the wrong way round")
def worse_first(scores):
    return [(b, a) for a, b in two_loops(scores)]


@attempts.wrong("07.2", "in both orders")
def sign_lost(scores):
    return with_rule(scores, lambda a, b: abs(mean(a) - mean(b)) > spread(a) + spread(b))


@attempts.wrong("07.2", "a list of pairs of names")
def names_only(scores):
    return [a for a, b in two_loops(scores)] or ["A"]


@attempts.wrong("07.2", "changes its argument `scores` in place")
def sorts_the_runs(scores):
    for runs in scores.values():
        runs.sort()
    return with_rule(scores, lambda a, b: mean(a) - mean(b) > a[-1] - a[0] + b[-1] - b[0])


@attempts.wrong("07.2", "KeyError")
def written_for_the_example(scores):
    return [("additive", "no attention")] if scores["additive"] > scores["no attention"] else []


# 07.3


def chosen(sources, translations, references, low, high):
    found = zip(sources, translations, references, strict=True)
    return [(t, r) for s, t, r in found if low <= len(s.split()) <= high]


@attempts.right("07.3")
def lists_of_pairs(sources, translations, references, classes, measure):
    scores = []
    for low, high in classes:
        pairs = chosen(sources, translations, references, low, high)
        scores.append(measure([t for t, _ in pairs], [r for _, r in pairs]) if pairs else None)
    return scores


@attempts.right("07.3")
def masks_in_numpy(sources, translations, references, classes, measure):
    lengths = numpy.array([len(source.split()) for source in sources])
    translations, references = numpy.array(translations), numpy.array(references)

    def score(low, high):
        inside = (lengths >= low) & (lengths <= high)
        if not inside.any():
            return None
        return numpy.float64(measure(translations[inside].tolist(), references[inside].tolist()))

    return tuple(score(*limits) for limits in classes)


def with_lengths(inputs, length, inside=lambda n, low, high: low <= n <= high):
    sources, translations, references, classes, measure = inputs
    scores = []
    for low, high in classes:
        rows = [
            i
            for i, texts in enumerate(zip(sources, translations, references, strict=True))
            if inside(length(*texts), low, high)
        ]
        lists = [[texts[i] for i in rows] for texts in (translations, references)]
        scores.append(measure(*lists) if rows else None)
    return scores


def source_length(source, translation, reference):
    return len(source.split())


@attempts.wrong("07.3", "the upper limit of a class is missing")
def range_without_its_end(sources, translations, references, classes, measure):
    inputs = sources, translations, references, classes, measure
    return with_lengths(inputs, source_length, lambda n, low, high: n in range(low, high))


@attempts.wrong("07.3", "the lower limit of a class is missing")
def above_low(sources, translations, references, classes, measure):
    inputs = sources, translations, references, classes, measure
    return with_lengths(inputs, source_length, lambda n, low, high: low < n <= high)


@attempts.wrong("07.3", "no lower limit")
def up_to_high(sources, translations, references, classes, measure):
    inputs = sources, translations, references, classes, measure
    return with_lengths(inputs, source_length, lambda n, low, high: n <= high)


@attempts.wrong("07.3", "no upper limit")
def from_low(sources, translations, references, classes, measure):
    inputs = sources, translations, references, classes, measure
    return with_lengths(inputs, source_length, lambda n, low, high: n >= low)


@attempts.wrong("07.3", "the mean of the sentences' scores")
def mean_of_sentences(sources, translations, references, classes, measure):
    scores = []
    for low, high in classes:
        pairs = chosen(sources, translations, references, low, high)
        scores.append(mean([measure([t], [r]) for t, r in pairs]) if pairs else None)
    return scores


@attempts.wrong("07.3", "the references are sorted into classes")
def by_target_length(sources, translations, references, classes, measure):
    return lists_of_pairs_by(references, sources, translations, references, classes, measure)


@attempts.wrong("07.3", "the translations are sorted into classes")
def by_translation_length(sources, translations, references, classes, measure):
    return lists_of_pairs_by(translations, sources, translations, references, classes, measure)


def lists_of_pairs_by(texts, sources, translations, references, classes, measure):
    return lists_of_pairs(texts, translations, references, classes, measure)


@attempts.wrong("07.3", "counted in characters")
def by_characters(sources, translations, references, classes, measure):
    inputs = sources, translations, references, classes, measure
    return with_lengths(inputs, lambda source, *_: len(source))


@attempts.wrong("07.3", "one token longer")
def with_eos(sources, translations, references, classes, measure):
    inputs = sources, translations, references, classes, measure
    return with_lengths(inputs, lambda source, *_: len([*source.split(), "<eos>"]))


@attempts.wrong("07.3", "one token shorter")
def counts_the_spaces(sources, translations, references, classes, measure):
    inputs = sources, translations, references, classes, measure
    return with_lengths(inputs, lambda source, *_: source.count(" "))


@attempts.wrong("07.3", "translations and references are exchanged")
def references_first(sources, translations, references, classes, measure):
    return lists_of_pairs(sources, references, translations, classes, measure)


@attempts.wrong("07.3", "They belong to none")
def last_class_without_end(sources, translations, references, classes, measure):
    classes = [*classes[:-1], (classes[-1][0], math.inf)]
    return lists_of_pairs(sources, translations, references, classes, measure)


@attempts.wrong("07.3", "gets None, not 0")
def zero_where_empty(sources, translations, references, classes, measure):
    scores = lists_of_pairs(sources, translations, references, classes, measure)
    return [score or 0 for score in scores]


@attempts.wrong("07.3", "is missing in the list")
def empty_left_out(sources, translations, references, classes, measure):
    scores = lists_of_pairs(sources, translations, references, classes, measure)
    return [score for score in scores if score is not None]


@attempts.wrong("07.3", "all classes have the same score")
def the_whole_corpus(sources, translations, references, classes, measure):
    return [measure(translations, references)] * len(classes)


@attempts.wrong("07.3", "there are no translations to measure")
def empty_lists_measured(sources, translations, references, classes, measure):
    scores = []
    for low, high in classes:
        pairs = chosen(sources, translations, references, low, high)
        scores.append(measure([t for t, _ in pairs], [r for _, r in pairs]))
    return scores


# 07.4


def lengths_of(target_len):
    return target_len.astype("int32").tolist()


@attempts.right("07.4")
def largest_minus_smallest(weights, target_len):
    return [
        bool((rows[:n].max(axis=0) - rows[:n].min(axis=0)).max() < 0.001)
        for rows, n in zip(weights, lengths_of(target_len), strict=True)
    ]


@attempts.right("07.4")
def compared_with_the_first_row(weights, target_len):
    weights = weights.asnumpy().astype("float64")
    differences = abs(weights - weights[:, :1]).max(axis=2)  # (batch, target steps)
    padding = numpy.arange(weights.shape[1]) >= target_len.asnumpy()[:, None]
    return numpy.where(padding, 0, differences).max(axis=1) < 1e-3


@attempts.right("07.4")
def every_pair_in_a_loop(weights, target_len):
    answers = []
    for rows, n in zip(weights.tolist(), lengths_of(target_len), strict=True):
        pairs = itertools.combinations(rows[:n], 2)
        answers.append(all(abs(x - y) < 1e-3 for a, b in pairs for x, y in zip(a, b, strict=True)))
    return tuple(answers)


def asked(weights, target_len, found):
    maps = weights.asnumpy()
    return [bool(found(rows[:n])) for rows, n in zip(maps, lengths_of(target_len), strict=True)]


@attempts.wrong("07.4", "the rows of padding are compared, too")
def padding_compared(weights, target_len):
    return ((weights.max(axis=1) - weights.min(axis=1)).max(axis=1) < 0.001).tolist()


@attempts.wrong("07.4", "a rounding error")
def exactly_equal(weights, target_len):
    return asked(weights, target_len, lambda rows: (rows[1:] == rows[:-1]).all())


@attempts.wrong("07.4", "rows that differ clearly count as the same")
def rounded_to_one_digit(weights, target_len):
    return asked(weights, target_len, lambda rows: abs(rows - rows[0]).max() < 0.1)


@attempts.wrong("07.4", "only the first two rows")
def first_two(weights, target_len):
    return asked(weights, target_len, lambda rows: abs(rows[0] - rows[1]).max() < 0.001)


@attempts.wrong("07.4", "only the first and the last row")
def first_and_last(weights, target_len):
    return asked(weights, target_len, lambda rows: abs(rows[0] - rows[-1]).max() < 0.001)


@attempts.wrong("07.4", "the weights within a row are compared")
def wrong_axis(weights, target_len):
    return asked(weights, target_len, lambda rows: numpy.ptp(rows, axis=1).max() < 0.001)


@attempts.wrong("07.4", "only the place of the largest weight")
def same_argmax(weights, target_len):
    return asked(weights, target_len, lambda rows: len(set(rows.argmax(axis=1))) == 1)


@attempts.wrong("07.4", "They are always 1")
def sums_of_rows(weights, target_len):
    return asked(weights, target_len, lambda rows: numpy.ptp(rows.sum(axis=1)) < 0.001)


@attempts.wrong("07.4", "the wrong way round")
def uses_its_query(weights, target_len):
    return [not answer for answer in largest_minus_smallest(weights, target_len)]


@attempts.wrong("07.4", "the last valid row")
def off_by_one(weights, target_len):
    return largest_minus_smallest(weights, target_len - 1)


@attempts.wrong("07.4", "compared with each other")
def the_batch_as_one_map(weights, target_len):
    rows = np.concatenate(
        [w[:n] for w, n in zip(weights, lengths_of(target_len), strict=True)], axis=0
    )
    return [bool((rows.max(axis=0) - rows.min(axis=0)).max() < 0.001)] * len(weights)


@attempts.wrong("07.4", "this is a bool, but a list is expected")
def right_for_batch_size_1(weights, target_len):
    rows = weights[0, : int(target_len[0])]
    return bool((rows.max(axis=0) - rows.min(axis=0)).max() < 0.001)


@attempts.wrong("07.4", "changes its argument `weights` in place")
def in_place(weights, target_len):
    weights -= weights[:, :1]
    return asked(weights, target_len, lambda rows: abs(rows).max() < 0.001)


# 07.5


def beside(weights, gold, offset):
    found = []
    for j, row in enumerate(weights.asnumpy()):
        positions = sorted(i for i, target in gold if target == j)
        if positions:
            found.append(offset(int(row.argmax()), positions))
    return found


@attempts.right("07.5")
def with_key(weights, gold):
    return beside(weights, gold, lambda looked, ps: min((looked - i for i in ps), key=abs))


@attempts.right("07.5")
def as_an_array(weights, gold):
    targets = sorted({j for _, j in gold})
    looked = weights.argmax(axis=1).astype("int32").asnumpy()
    found = []
    for j in targets:
        differences = looked[j] - numpy.array([i for i, target in gold if target == j])
        found.append(differences[abs(differences).argmin()])
    return numpy.array(found)


@attempts.right("07.5")
def sorted_by_distance(weights, gold):
    links = {}
    for i, j in gold:
        links.setdefault(j, []).append(float(weights[j].argmax()) - i)
    return tuple(sorted(links[j], key=lambda offset: offset**2)[0] for j in sorted(links))


@attempts.wrong("07.5", "the sign is the wrong way round")
def sign_swapped(weights, gold):
    return [-offset for offset in with_key(weights, gold)]


@attempts.wrong("07.5", "this is the distance")
def without_sign(weights, gold):
    return beside(weights, gold, lambda looked, ps: min(abs(looked - i) for i in ps))


@attempts.wrong("07.5", "you took the first one")
def first_gold_word(weights, gold):
    return beside(weights, gold, lambda looked, ps: looked - ps[0])


@attempts.wrong("07.5", "you took the last one")
def one_gold_word_kept(weights, gold):
    position = {j: i for i, j in sorted(gold)}
    looked = weights.argmax(axis=1)
    return [int(looked[j]) - position[j] for j in sorted(position)]


@attempts.wrong("07.5", "you took the mean position")
def mean_gold_position(weights, gold):
    return beside(weights, gold, lambda looked, ps: looked - sum(ps) / len(ps))


@attempts.wrong("07.5", "has no offset, and no place in the list")
def zero_without_gold(weights, gold):
    aligned = {j for _, j in gold}
    found = iter(with_key(weights, gold))
    return [next(found) if j in aligned else 0 for j in range(len(weights))]


@attempts.wrong("07.5", "read along the wrong axis")
def axis_swapped(weights, gold):
    looked = weights.argmax(axis=0).astype("int32").tolist()
    found = []
    for j in sorted({j for _, j in gold}):
        found.append(min((looked[j] - i for i, target in gold if target == j), key=abs))
    return found


@attempts.wrong("07.5", "a link is (source, target)")
def links_swapped(weights, gold):
    return with_key(weights, {(j, i) for i, j in gold if i < len(weights)})


@attempts.wrong("07.5", "from the diagonal")
def from_the_diagonal(weights, gold):
    looked = weights.argmax(axis=1)
    return [int(looked[j]) - j for j in sorted({j for _, j in gold})]


@attempts.wrong("07.5", "Subtract the gold position")
def places_only(weights, gold):
    return beside(weights, gold, lambda looked, ps: looked)


@attempts.wrong("07.5", "Take the largest")
def smallest_weight(weights, gold):
    return with_key(-weights, gold)


@attempts.wrong("07.5", "ValueError")
def no_word_without_gold(weights, gold):
    looked = weights.argmax(axis=1)
    return [
        min((int(looked[j]) - i for i, target in gold if target == j), key=abs)
        for j in range(len(weights))
    ]


# 07.6


def percents(runs, references, rows):
    return [100 * sum(run[i] == references[i] for i in rows) / len(rows) for run in runs]


def new_rows(sources, known):
    return [i for i, source in enumerate(sources) if source not in known]


@attempts.right("07.6")
def mean_of_percents(ours, theirs, sources, references, known):
    rows = new_rows(sources, known)
    return mean(percents(ours, references, rows)) - mean(percents(theirs, references, rows))


@attempts.right("07.6")
def arrays_of_texts(ours, theirs, sources, references, known):
    new = ~numpy.isin(sources, list(known))
    right = [(numpy.array(runs) == numpy.array(references))[:, new] for runs in (ours, theirs)]
    return numpy.float32(100 * (right[0].mean() - right[1].mean()))


def with_bugs(ours, theirs, sources, references, known, seen=False, empty=False, best=False):
    rows = range(len(sources)) if seen else new_rows(sources, known)
    our_percents = [
        percents([run], references, [i for i in rows if run[i] or not empty])[0] for run in ours
    ]
    return (max if best else mean)(our_percents) - mean(percents(theirs, references, rows))


@attempts.wrong("07.6", "all three bugs are left")
def as_before(ours, theirs, sources, references, known):
    return with_bugs(ours, theirs, sources, references, known, True, True, True)


@attempts.wrong("07.6", "two bugs are left: the sentences that our model leaves empty")
def only_known_removed(ours, theirs, sources, references, known):
    return with_bugs(ours, theirs, sources, references, known, empty=True, best=True)


@attempts.wrong("07.6", "two bugs are left: test sentences that were in training are counted; our")
def only_empty_counted(ours, theirs, sources, references, known):
    return with_bugs(ours, theirs, sources, references, known, seen=True, best=True)


@attempts.wrong("07.6", "two bugs are left: test sentences that were in training are counted; the")
def only_mean_taken(ours, theirs, sources, references, known):
    return with_bugs(ours, theirs, sources, references, known, seen=True, empty=True)


@attempts.wrong("07.6", "one bug is left: test sentences that were in training")
def training_sentences_left(ours, theirs, sources, references, known):
    return with_bugs(ours, theirs, sources, references, known, seen=True)


@attempts.wrong("07.6", "one bug is left: the sentences that our model leaves empty")
def empty_ones_left_out(ours, theirs, sources, references, known):
    return with_bugs(ours, theirs, sources, references, known, empty=True)


@attempts.wrong("07.6", "one bug is left: our best seed")
def best_seed(ours, theirs, sources, references, known):
    return with_bugs(ours, theirs, sources, references, known, best=True)


@attempts.wrong("07.6", "both models have their best seed")
def best_of_both(ours, theirs, sources, references, known):
    rows = new_rows(sources, known)
    return max(percents(ours, references, rows)) - max(percents(theirs, references, rows))


@attempts.wrong("07.6", "left out for both models")
def empty_left_out_for_both(ours, theirs, sources, references, known):
    rows = new_rows(sources, known)
    a, b = (
        mean([percents([run], references, [i for i in rows if run[i]])[0] for run in runs])
        for runs in (ours, theirs)
    )
    return a - b


@attempts.wrong("07.6", "the sign is the wrong way round")
def theirs_minus_ours(ours, theirs, sources, references, known):
    return -mean_of_percents(ours, theirs, sources, references, known)


@attempts.wrong("07.6", "these are shares between 0 and 1")
def shares(ours, theirs, sources, references, known):
    return mean_of_percents(ours, theirs, sources, references, known) / 100


@attempts.wrong("07.6", "that *were* in training")
def only_known(ours, theirs, sources, references, known):
    rows = [i for i, source in enumerate(sources) if source in known]
    return mean(percents(ours, references, rows)) - mean(percents(theirs, references, rows))


@attempts.wrong("07.6", "the number of all test sentences")
def divided_by_all(ours, theirs, sources, references, known):
    rows = new_rows(sources, known)
    a, b = (
        mean([100 * sum(run[i] == references[i] for i in rows) / len(sources) for run in runs])
        for runs in (ours, theirs)
    )
    return a - b


@attempts.wrong("07.6", "only the first seed")
def first_seed(ours, theirs, sources, references, known):
    return mean_of_percents(ours[:1], theirs[:1], sources, references, known)


@attempts.wrong("07.6", "changes its argument `")
def in_place_in_the_lists(ours, theirs, sources, references, known):
    for i in reversed(range(len(sources))):
        if sources[i] in known:
            del sources[i], references[i]
            for run in ours + theirs:
                del run[i]
    return mean_of_percents(ours, theirs, sources, references, known)


# 07.7

attempts.add("07.7", ["A", "D", "F"], "Q")
attempts.add("07.7", "FDA", "Q")
attempts.add("07.7", ["D", "F"], "Q", says="A follows")
attempts.add("07.7", ["A", "B", "D", "F"], "Q", says="B does not follow")
attempts.add("07.7", ["A", "C", "D", "F"], "Q", says="C does not follow")
attempts.add("07.7", ["A", "F"], "Q", says="D follows")
attempts.add("07.7", ["A", "D", "E", "F"], "Q", says="E does not follow")
attempts.add("07.7", ["A", "D"], "Q", says="F follows")
attempts.add("07.7", ["a", "d", "f"], "Q", says="are called A to F")
attempts.add("07.7", 3, "Q", says="a list of letters")
attempts.add("07.7", ["A", "D", "F"], "P", says="another seed is another model")
attempts.add("07.7", ["A", "D", "F"], "R", says="more maps show more weights")
attempts.add("07.7", ["A", "D", "F"], "S", says="with people's links")
attempts.add("07.7", ["A", "D", "F"], "X", says="Do the calculation once more")

# 07.8


def aligned_words(gold):
    return sorted({j for _, j in gold})


def gold_row(gold, j, columns):
    row = numpy.array([float((i, j) in gold) for i in range(columns)])
    return row / row.sum()


@attempts.right("07.8")
def weight_on_gold(weights, gold):
    return sum(float(weights[j, i]) for i, j in gold) / len(aligned_words(gold))


@attempts.right("07.8")
def cosine(weights, gold):
    rows = weights.asnumpy().astype("float64")
    found = []
    for j in aligned_words(gold):
        wanted = gold_row(gold, j, rows.shape[1])
        found.append(rows[j] @ wanted / numpy.linalg.norm(rows[j]) / numpy.linalg.norm(wanted))
    return np.array(numpy.mean(found))


@attempts.right("07.8")
def near_is_nearly_right(weights, gold):
    columns = weights.shape[1]
    distances = []
    for j in aligned_words(gold):
        to_gold = [min(abs(k - i) for i, word in gold if word == j) for k in range(columns)]
        distances.append(float((weights[j] * np.array(to_gold, dtype="float32")).sum()))
    return 1 - sum(distances) / len(distances) / columns


@attempts.wrong("07.8", "more than the largest weight of each row")
def share_of_right_looks(weights, gold):
    words = aligned_words(gold)
    return sum((int(weights[j].argmax()), j) in gold for j in words) / len(words)


@attempts.wrong("07.8", "a number from 0 to 1 is expected")
def not_a_mean(weights, gold):
    return sum(float(weights[j, i]) for i, j in gold)


@attempts.wrong("07.8", "the gold map itself gets")
def divided_by_all_rows(weights, gold):
    return not_a_mean(weights, gold) / len(weights)


@attempts.wrong("07.8", "the gold map itself gets")
def divided_by_links(weights, gold):
    return not_a_mean(weights, gold) / len(gold)


@attempts.wrong("07.8", "the gold map itself gets 0")
def an_error_rate(weights, gold):
    return 1 - weight_on_gold(weights, gold)


@attempts.wrong("07.8", "gets 1, too")
def constant(weights, gold):
    return 1.0


@attempts.wrong("07.8", "Is it random?")
def random_number(weights, gold):
    return random.random()


@attempts.wrong("07.8", "the last target word has no gold link, but")
def uniform_where_no_gold(weights, gold):
    rows = weights.asnumpy()
    words = aligned_words(gold)
    found = [sum(rows[j, i] for i, word in gold if word == j) for j in words]
    found += [1 - numpy.ptp(rows[j]) for j in range(len(rows)) if j not in words]
    return float(numpy.mean(found))


@attempts.wrong("07.8", "when the target words change places")
def first_words_count_more(weights, gold):
    words = aligned_words(gold)
    found = [sum(float(weights[j, i]) for i, word in gold if word == j) for j in words]
    return sum(x / (j + 1) for x, j in zip(found, words, strict=True)) / sum(
        1 / (j + 1) for j in words
    )


@attempts.wrong("07.8", "the result falls when weight moves")
def spread_is_rewarded(weights, gold):
    x = weight_on_gold(weights, gold)
    return x if x > 0.99 else 0.5 * (1 - x)


@attempts.wrong("07.8", "IndexError")
def axis_of_the_map_swapped(weights, gold):
    return sum(float(weights.asnumpy()[i, j]) for i, j in gold) / len(gold)


@attempts.wrong("07.8", "this is a list")
def one_number_for_each_word(weights, gold):
    return weights.max(axis=1)
