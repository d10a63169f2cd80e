"""Answers to the tasks of chapter 06."""

import heapq
import math
from collections import Counter

import numpy
from attempts import Attempts
from mxnet import np, npx

import d2l_local

attempts = Attempts()

# 06.1

attempts.add("06.1", ["A", "B", "C"], 0.68)
attempts.add("06.1", ("A", "B", "C"), np.log(np.array(1.6)) / math.log(2))
attempts.add("06.1", ["C", "C", "A"], 0.68, says="negative, so the best one is nearest to 0")
attempts.add("06.1", ["A", "A", "A"], 0.68, says="Did you multiply by the length?")
attempts.add("06.1", ["A", "C", "C"], 0.68, says="with α = 1 the mean per token decides")
attempts.add("06.1", ["A", "B", "B"], 0.68, says="with α = 2")
attempts.add("06.1", "ABC", 0.68, says="a list is expected")
attempts.add("06.1", ["A", "B", "C"], 0.51, says="without <eos>")
attempts.add("06.1", ["A", "B", "C"], 1.47, says="upside down")
attempts.add("06.1", ["A", "B", "C"], 0.47, says="Divide it by the logarithm of 2")
attempts.add("06.1", ["A", "B", "C"], 0.8, says="α is an exponent")
attempts.add("06.1", ["A", "B", "C"], 0.3, says="Do the calculation once more")

# 06.2


def continuations(log_probs, log_p_next):
    return log_probs.reshape(-1, 1) + log_p_next


def best_of(total, count):
    """The places and numbers of the highest entries of an MXNet array."""
    places = np.argsort(-total.reshape(-1))[:count].astype("int64").tolist()
    return [(*divmod(place, total.shape[1]), total.reshape(-1)[place].item()) for place in places]


@attempts.right("06.2")
def sorted_triples(log_probs, log_p_next, beam_size):
    found = []
    for parent, log_prob in enumerate(log_probs.tolist()):
        for token, log_p in enumerate(log_p_next[parent].tolist()):
            found.append((parent, token, log_prob + log_p))
    return heapq.nlargest(beam_size, found, key=lambda triple: triple[2])


@attempts.right("06.2")
def with_topk(log_probs, log_p_next, beam_size):
    total = continuations(log_probs, log_p_next).astype("float64")
    flat = total.reshape(1, -1)
    values, places = npx.topk(flat, k=beam_size, ret_typ="both", dtype="int32")
    size = log_p_next.shape[1]
    tokens = np.mod(places[0], size)
    parents = ((places[0] - tokens) / size).astype("int32")
    return [list(triple) for triple in zip(parents, tokens, values[0], strict=True)]  # of arrays


@attempts.right("06.2")
def numpy_argsort(log_probs, log_p_next, beam_size):
    total = log_probs.asnumpy()[:, None] + log_p_next.asnumpy()
    order = numpy.argsort(total.ravel())[::-1][:beam_size]
    rows, tokens = numpy.unravel_index(order, total.shape)
    return list(zip(rows, tokens, total[rows, tokens], strict=True))


@attempts.wrong("06.2", "`log_probs` is not used")
def forgets_the_past(log_probs, log_p_next, beam_size):
    return best_of(log_p_next, beam_size)


@attempts.wrong("06.2", "you multiplied log-probabilities")
def multiplies_logarithms(log_probs, log_p_next, beam_size):
    return best_of(log_probs.reshape(-1, 1) * log_p_next, beam_size)


@attempts.wrong("06.2", "you added probabilities")
def adds_probabilities(log_probs, log_p_next, beam_size):
    return best_of(np.exp(log_probs).reshape(-1, 1) + np.exp(log_p_next), beam_size)


@attempts.wrong("06.2", "these are probabilities")
def multiplies_probabilities(log_probs, log_p_next, beam_size):
    return best_of(np.exp(continuations(log_probs, log_p_next)), beam_size)


@attempts.wrong("06.2", "of the last token only")
def own_log_prob_only(log_probs, log_p_next, beam_size):
    found = best_of(continuations(log_probs, log_p_next), beam_size)
    return [(i, j, log_p_next[i, j].item()) for i, j, _ in found]


@attempts.wrong("06.2", "you keep the best token of each hypothesis")
def best_of_each(log_probs, log_p_next, beam_size):
    total = continuations(log_probs, log_p_next).asnumpy()
    found = [(i, int(row.argmax()), float(row.max())) for i, row in enumerate(total)]
    return sorted(found, key=lambda triple: -triple[2])[:beam_size]


@attempts.wrong("06.2", "a beam of its own")
def beam_for_each(log_probs, log_p_next, beam_size):
    total = continuations(log_probs, log_p_next)
    return [
        (i, token, number)
        for i in range(len(total))
        for _, token, number in best_of(total[i : i + 1], beam_size)
    ]


@attempts.wrong("06.2", "only the first hypothesis")
def right_for_one_hypothesis(log_probs, log_p_next, beam_size):
    return best_of(log_probs[0] + log_p_next[:1], beam_size)


@attempts.wrong("06.2", "parent and token are exchanged")
def exchanged(log_probs, log_p_next, beam_size):
    found = best_of(continuations(log_probs, log_p_next), beam_size)
    return [(j, i, number) for i, j, number in found]


@attempts.wrong("06.2", "divided the place by the number of hypotheses")
def wrong_divisor(log_probs, log_p_next, beam_size):
    total = continuations(log_probs, log_p_next).reshape(-1)
    places = np.argsort(-total)[:beam_size].astype("int64").tolist()
    return [(*divmod(place, len(log_probs)), total[place].item()) for place in places]


@attempts.wrong("06.2", "the least likely ones")
def smallest_first(log_probs, log_p_next, beam_size):
    found = best_of(-continuations(log_probs, log_p_next), beam_size)
    return [(i, j, -number) for i, j, number in found]


@attempts.wrong("06.2", "the likeliest comes first")
def wrong_order(log_probs, log_p_next, beam_size):
    return sorted_triples(log_probs, log_p_next, beam_size)[::-1]


@attempts.wrong("06.2", "as many as there were before")
def never_more_than_before(log_probs, log_p_next, beam_size):
    return sorted_triples(log_probs, log_p_next, len(log_probs))


@attempts.wrong("06.2", "one too few")
def off_by_one(log_probs, log_p_next, beam_size):
    return sorted_triples(log_probs, log_p_next, beam_size - 1)


@attempts.wrong("06.2", "changes its argument `log_p_next` in place")
def in_place(log_probs, log_p_next, beam_size):
    log_p_next += log_probs.reshape(-1, 1)
    return best_of(log_p_next, beam_size)


@attempts.wrong("06.2", "the same answer for different inputs")
def hard_coded(log_probs, log_p_next, beam_size):
    return [(1, 2, -1.14), (0, 3, -1.39)]


@attempts.wrong("06.2", "a list is expected")
def an_array_of_places(log_probs, log_p_next, beam_size):
    return {"parents": [0], "tokens": [1]}


# 06.3


def grown(step, tokens, log_prob):
    return [([*tokens, i], log_prob + log_p) for i, log_p in enumerate(step(tokens))]


def top(paths, count):
    return sorted(paths, key=lambda path: path[1], reverse=True)[:count]


def finish(done, alive, alpha):
    return max(done or alive, key=lambda path: path[1] / len(path[0]) ** alpha)


def split(paths, eos):
    ended = [path for path in paths if path[0][-1] == eos]
    return ended, [path for path in paths if path[0][-1] != eos]


@attempts.right("06.3")
def two_lists(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        ended, alive = split(top(longer, beam_size - len(done)), eos)
        done += ended
        if not alive:
            break
    return finish(done, alive, alpha)


@attempts.right("06.3")
def one_array_and_divmod(next_log_probs, eos, beam_size, num_steps, alpha):
    alive, done = [[]], []
    scores = numpy.zeros(1)
    while alive and len(alive[0]) < num_steps:
        total = scores[:, None] + numpy.array([next_log_probs(tokens) for tokens in alive])
        places = numpy.argsort(total, axis=None)[::-1][: beam_size - len(done)]
        rows, tokens = numpy.unravel_index(places, total.shape)
        beam = [[*alive[r], int(t)] for r, t in zip(rows, tokens, strict=True)]
        log_probs = total[rows, tokens]
        done += [pair for pair in zip(beam, log_probs, strict=True) if pair[0][-1] == eos]
        going_on = [i for i, tokens in enumerate(beam) if tokens[-1] != eos]
        alive, scores = [beam[i] for i in going_on], log_probs[going_on]
    pairs = done or list(zip(alive, scores, strict=True))
    lengths = numpy.array([len(tokens) for tokens, _ in pairs])
    best = numpy.argmax(numpy.array([p for _, p in pairs]) / lengths**alpha)
    return np.array(pairs[best][0], dtype="int32"), np.array(pairs[best][1])


@attempts.right("06.3")
def recursive(next_log_probs, eos, beam_size, num_steps, alpha, done=(), alive=(([], 0.0),)):
    if not num_steps or not alive:
        return finish(done, alive, alpha)
    longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
    ended, alive = split(top(longer, beam_size - len(done)), eos)
    done = [*done, *ended]
    return recursive(next_log_probs, eos, beam_size, num_steps - 1, alpha, done, alive)


@attempts.wrong("06.3", "this is greedy search")
def greedy(next_log_probs, eos, beam_size, num_steps, alpha):
    tokens, log_prob = [], 0.0
    while len(tokens) < num_steps and tokens[-1:] != [eos]:
        log_p = next_log_probs(tokens)
        tokens, log_prob = [*tokens, log_p.index(max(log_p))], log_prob + max(log_p)
    return tokens, log_prob


@attempts.wrong("06.3", "finished hypotheses are forgotten")
def forgets_the_finished(next_log_probs, eos, beam_size, num_steps, alpha):
    beam = [([], 0.0)]
    for _ in range(num_steps):
        alive = [path for path in beam if path[0][-1:] != [eos]]
        if not alive:
            break
        beam = top([p for t, s in alive for p in grown(next_log_probs, t, s)], beam_size)
    return finish(*split(beam, eos), alpha)


@attempts.wrong("06.3", "Never drop a finished one")
def finished_ones_compete(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        done, alive = split(top(done + longer, beam_size), eos)
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "a finished hypothesis keeps its place")
def finished_ones_take_no_place(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        ended, alive = split(top(longer, beam_size), eos)
        done += ended
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "doesn't stop at `eos`")
def does_not_stop(next_log_probs, eos, beam_size, num_steps, alpha):
    return two_lists(next_log_probs, None, beam_size, num_steps, alpha)


@attempts.wrong("06.3", "doesn't stop at `eos`")
def cuts_afterwards(next_log_probs, eos, beam_size, num_steps, alpha):
    tokens, log_prob = does_not_stop(next_log_probs, eos, beam_size, num_steps, alpha)
    return (tokens[: tokens.index(eos) + 1] if eos in tokens else tokens), log_prob


@attempts.wrong("06.3", "ends with the first finished hypothesis")
def first_finished(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        done, alive = split(top(longer, beam_size), eos)
        if done:
            break
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "you added probabilities")
def adds_probabilities_on_the_way(next_log_probs, eos, beam_size, num_steps, alpha):
    def probabilities(tokens):
        return [math.exp(log_p) for log_p in next_log_probs(tokens)]

    return two_lists(probabilities, eos, beam_size, num_steps, alpha)


@attempts.wrong("06.3", "you multiplied probabilities")
def product_of_probabilities(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 1.0)]
    for _ in range(num_steps):
        longer = [
            ([*tokens, i], p * math.exp(log_p))
            for tokens, p in alive
            for i, log_p in enumerate(next_log_probs(tokens))
        ]
        ended, alive = split(top(longer, beam_size - len(done)), eos)
        done += ended
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "that of the last token")
def does_not_add_up(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, _ in alive for path in grown(next_log_probs, tokens, 0.0)]
        ended, alive = split(top(longer, beam_size - len(done)), eos)
        done += ended
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "keeps one continuation of its own")
def one_for_each(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = split(top(grown(next_log_probs, [], 0.0), beam_size), eos)
    for _ in range(num_steps - 1):
        ended, alive = split([top(grown(next_log_probs, t, p), 1)[0] for t, p in alive], eos)
        done += ended
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "each hypothesis has a beam of its own")
def beam_of_its_own(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [p for t, s in alive for p in top(grown(next_log_probs, t, s), beam_size)]
        ended, alive = split(longer, eos)
        done += ended
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "behind the wrong parent")
def wrong_parent(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = split(top(grown(next_log_probs, [], 0.0), beam_size), eos)
    for _ in range(num_steps - 1):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        kept = top(longer, beam_size - len(done))
        beam = [([*alive[i][0], tokens[-1]], p) for i, (tokens, p) in enumerate(kept)]
        ended, alive = split(beam, eos)
        done += ended
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "you normalise during the search")
def normalises_on_the_way(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        longer = [(tokens, p / len(tokens) ** alpha) for tokens, p in longer]
        ended, alive = split(top(longer, beam_size - len(done)), eos)
        done += ended
    return max(done or alive, key=lambda path: path[1])


@attempts.wrong("06.3", "you normalise during the search")
def compares_lengths_on_the_way(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        longer = sorted(done + longer, key=lambda path: -path[1] / len(path[0]) ** alpha)
        done, alive = split(longer[:beam_size], eos)
    return finish(done, alive, alpha)


@attempts.wrong("06.3", "`alpha` is not used")
def without_alpha(next_log_probs, eos, beam_size, num_steps, alpha):
    return two_lists(next_log_probs, eos, beam_size, num_steps, 0)


@attempts.wrong("06.3", "you multiplied by the power of the length")
def multiplies_by_the_length(next_log_probs, eos, beam_size, num_steps, alpha):
    return two_lists(next_log_probs, eos, beam_size, num_steps, -alpha)


@attempts.wrong("06.3", "the length at the end counts `eos`, too")
def length_without_eos(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        ended, alive = split(top(longer, beam_size - len(done)), eos)
        done += ended
    return max(done or alive, key=lambda p: p[1] / max(1, len(p[0]) - bool(done)) ** alpha)


@attempts.wrong("06.3", "Finished ones go first")
def all_are_equal(next_log_probs, eos, beam_size, num_steps, alpha):
    done, alive = [], [([], 0.0)]
    for _ in range(num_steps):
        longer = [path for tokens, p in alive for path in grown(next_log_probs, tokens, p)]
        ended, alive = split(top(longer, beam_size - len(done)), eos)
        done += ended
    return finish(done + alive, [], alpha)


@attempts.wrong("06.3", "you return the score")
def returns_the_score(next_log_probs, eos, beam_size, num_steps, alpha):
    tokens, log_prob = two_lists(next_log_probs, eos, beam_size, num_steps, alpha)
    return tokens, log_prob / len(tokens) ** alpha


@attempts.wrong("06.3", "`eos` is missing")
def eos_is_cut_off(next_log_probs, eos, beam_size, num_steps, alpha):
    tokens, log_prob = two_lists(next_log_probs, eos, beam_size, num_steps, alpha)
    return [token for token in tokens if token != eos], log_prob


@attempts.wrong("06.3", "one step too many")
def one_step_too_many(next_log_probs, eos, beam_size, num_steps, alpha):
    return two_lists(next_log_probs, eos, beam_size, num_steps + 1, alpha)


@attempts.wrong("06.3", "one step too few")
def one_step_too_few(next_log_probs, eos, beam_size, num_steps, alpha):
    return two_lists(next_log_probs, eos, beam_size, num_steps - 1, alpha)


@attempts.wrong("06.3", "return two things")
def returns_three_things(next_log_probs, eos, beam_size, num_steps, alpha):
    return (*two_lists(next_log_probs, eos, beam_size, num_steps, alpha), True)


@attempts.wrong("06.3", "a list is expected")
def returns_a_number(next_log_probs, eos, beam_size, num_steps, alpha):
    return two_lists(next_log_probs, eos, beam_size, num_steps, alpha)[1]


@attempts.wrong("06.3", "Is there a loop that never ends?")
def never_ends(next_log_probs, eos, beam_size, num_steps, alpha):
    alive = [[]]
    while alive:
        alive = [tokens + [eos + 1] for tokens in alive]


# 06.4


def grams(words, n):
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


@attempts.right("06.4")
def with_counters(translation, reference, n):
    ours, wanted = (Counter(grams(text.split(), n)) for text in (translation, reference))
    total = sum(ours.values())
    return sum((ours & wanted).values()) / total if total else 0


@attempts.right("06.4")
def crossed_out_one_by_one(translation, reference, n):
    ours, left = grams(translation.split(), n), grams(reference.split(), n)
    hits = 0
    for gram in ours:
        if gram in left:
            left.remove(gram)
            hits += 1
    return np.array(hits / max(1, len(ours)))


@attempts.wrong("06.4", "this is not clipped")
def not_clipped(translation, reference, n):
    ours, wanted = grams(translation.split(), n), grams(reference.split(), n)
    return sum(gram in wanted for gram in ours) / max(1, len(ours))


@attempts.wrong("06.4", "you compared sets")
def as_sets(translation, reference, n):
    ours, wanted = set(grams(translation.split(), n)), set(grams(reference.split(), n))
    return len(ours & wanted) / max(1, len(ours))


@attempts.wrong("06.4", "left out of the total")
def total_of_kinds(translation, reference, n):
    ours, wanted = (Counter(grams(text.split(), n)) for text in (translation, reference))
    return sum((ours & wanted).values()) / max(1, len(ours))


@attempts.wrong("06.4", "that is recall")
def recall(translation, reference, n):
    return with_counters(reference, translation, n)


@attempts.wrong("06.4", "n-grams of characters")
def characters(translation, reference, n):
    ours, wanted = Counter(grams(translation, n)), Counter(grams(reference, n))
    return sum((ours & wanted).values()) / sum(ours.values())


@attempts.wrong("06.4", "the last n-gram is missing")
def last_one_is_missing(translation, reference, n):
    words = translation.split(), reference.split()
    ours, wanted = (Counter(tuple(w[i : i + n]) for i in range(len(w) - n)) for w in words)
    return sum((ours & wanted).values()) / max(1, sum(ours.values()))


@attempts.wrong("06.4", "you divided by the number of words")
def divided_by_words(translation, reference, n):
    ours, wanted = (Counter(grams(text.split(), n)) for text in (translation, reference))
    return sum((ours & wanted).values()) / len(translation.split())


@attempts.wrong("06.4", "this is the number of hits")
def hits_only(translation, reference, n):
    ours, wanted = (Counter(grams(text.split(), n)) for text in (translation, reference))
    return sum((ours & wanted).values())


@attempts.wrong("06.4", "these are percentages")
def percentages(translation, reference, n):
    return 100 * with_counters(translation, reference, n)


@attempts.wrong("06.4", "`n` is not used")
def single_words(translation, reference, n):
    return with_counters(translation, reference, 1)


@attempts.wrong("06.4", "ZeroDivisionError")
def nothing_to_divide_by(translation, reference, n):
    ours, wanted = (Counter(grams(text.split(), n)) for text in (translation, reference))
    return sum((ours & wanted).values()) / sum(ours.values())


@attempts.wrong("06.4", "the same answer for different inputs")
def precision_of_the_example(translation, reference, n):
    return 0.505


# 06.5


def total_words(texts):
    return sum(len(text.split()) for text in texts)


@attempts.right("06.5")
def minimum(translations, references):
    return min(1, math.exp(1 - total_words(references) / total_words(translations)))


@attempts.right("06.5")
def two_cases(translations, references):
    c = r = 0
    for ours, wanted in zip(translations, references, strict=True):
        c, r = c + ours.count(" ") + 1, r + wanted.count(" ") + 1
    return 1 if c >= r else np.exp(np.array(1 - r / c))


@attempts.wrong("06.5", "the mean of the penalties of single sentences")
def mean_of_sentences(translations, references):
    pairs = zip(translations, references, strict=True)
    return sum(minimum([ours], [wanted]) for ours, wanted in pairs) / len(translations)


@attempts.wrong("06.5", "long translations get a reward")
def reward(translations, references):
    return math.exp(1 - total_words(references) / total_words(translations))


@attempts.wrong("06.5", "r and c are exchanged")
def upside_down(translations, references):
    return min(1, math.exp(1 - total_words(translations) / total_words(references)))


@attempts.wrong("06.5", "you return c / r")
def ratio(translations, references):
    return min(1, total_words(translations) / total_words(references))


@attempts.wrong("06.5", "The penalty is the exponential of it")
def no_exponential(translations, references):
    return 1 - total_words(references) / total_words(translations)


@attempts.wrong("06.5", "you counted characters")
def counts_characters(translations, references):
    return min(1, math.exp(1 - len("".join(references)) / len("".join(translations))))


@attempts.wrong("06.5", "you counted sentences")
def counts_sentences(translations, references):
    return min(1, math.exp(1 - len(references) / len(translations)))


@attempts.wrong("06.5", "only the first sentence")
def right_for_one_sentence(translations, references):
    return minimum(translations[:1], references[:1])


@attempts.wrong("06.5", "the fraction is upside down")
def upside_down_without_a_limit(translations, references):
    return math.exp(1 - total_words(translations) / total_words(references))


@attempts.wrong("06.5", "the sign is wrong")
def wrong_sign(translations, references):
    return max(1, math.exp(total_words(references) / total_words(translations) - 1))


# 06.6


def bleu(translations, references, clip=True, brevity=True, longest=4, root=True):
    precisions = []
    for n in range(1, longest + 1):
        hits = total = 0
        for ours, wanted in zip(translations, references, strict=True):
            ours, wanted = (Counter(grams(text.split(), n)) for text in (ours, wanted))
            hits += sum(min(c, wanted[g]) if clip else c for g, c in ours.items() if g in wanted)
            total += sum(ours.values())
        precisions.append(hits / total)
    product = math.prod(precisions)
    penalty = minimum(translations, references) if brevity else 1
    return 100 * penalty * (product ** (1 / longest) if root else product)


def mean_bleu(translations, references, **options):
    pairs = list(zip(translations, references, strict=True))
    return sum(bleu([ours], [wanted], **options) for ours, wanted in pairs) / len(pairs)


@attempts.right("06.6")
def by_the_definition(translations, references):
    return bleu(translations, references)


@attempts.right("06.6")
def with_logarithms(translations, references):
    matches, totals = numpy.zeros(4), numpy.zeros(4)
    for ours, wanted in zip(translations, references, strict=True):
        for n in range(4):
            left = grams(wanted.split(), n + 1)
            for gram in grams(ours.split(), n + 1):
                totals[n] += 1
                if gram in left:
                    left.remove(gram)
                    matches[n] += 1
    if matches.min() == 0:
        return 0.0
    penalty = min(0, 1 - total_words(references) / total_words(translations))
    return numpy.exp(numpy.log(matches / totals).mean() + penalty) * 100


@attempts.wrong("06.6", "all three bugs are left")
def as_before(translations, references):
    return mean_bleu(translations, references, clip=False, brevity=False)


@attempts.wrong("06.6", "one bug is left: it isn't clipped")
def clipping_is_missing(translations, references):
    return bleu(translations, references, clip=False)


@attempts.wrong("06.6", "one bug is left: it is a mean over sentences")
def still_a_mean(translations, references):
    return mean_bleu(translations, references)


@attempts.wrong("06.6", "one bug is left: there is no brevity penalty")
def no_brevity_penalty(translations, references):
    return bleu(translations, references, brevity=False)


@attempts.wrong("06.6", "two bugs are left: it isn't clipped: an n-gram may count as often as")
def only_the_penalty(translations, references):
    return mean_bleu(translations, references, clip=False)


@attempts.wrong("06.6", "two bugs are left: it is a mean over sentences")
def only_clipped(translations, references):
    return mean_bleu(translations, references, brevity=False)


@attempts.wrong("06.6", "long translations get a reward")
def rewards_length(translations, references):
    return bleu(translations, references, brevity=False) * reward(translations, references)


@attempts.wrong("06.6", "upside down")
def penalty_upside_down(translations, references):
    return bleu(translations, references, brevity=False) * upside_down(translations, references)


@attempts.wrong("06.6", "the root of the product is missing")
def no_root(translations, references):
    return bleu(translations, references, root=False)


@attempts.wrong("06.6", "four words are missing")
def up_to_three(translations, references):
    return bleu(translations, references, longest=3)


@attempts.wrong("06.6", "Multiply by 100")
def between_0_and_1(translations, references):
    return bleu(translations, references) / 100


@attempts.wrong("06.6", "are exchanged")
def arguments_exchanged(translations, references):
    return bleu(references, translations)


@attempts.wrong("06.6", "the result should be 0")
def smoothed(translations, references):
    return d2l_local.bleu(translations, references).score


@attempts.wrong("06.6", "ValueError: math domain error")
def logarithm_of_zero(translations, references):
    result = bleu(translations, references)
    math.log(result)
    return result


# 06.7

attempts.add("06.7", d2l_local.alignment_error_rate)


def rate(predicted, sure, possible):
    hits = links = 0
    for a, s, p in zip(predicted, sure, possible, strict=True):
        hits += len(a & s) + len(a & (p | s))
        links += len(a) + len(s)
    return 1 - hits / links


@attempts.right("06.7")
def a_loop_over_links(predicted, sure, possible):
    hits = links = 0
    for a, s, p in zip(predicted, sure, possible, strict=True):
        for link in a:
            hits += 2 if link in s else link in p
        links += len(a) + len(s)
    return np.array(1 - hits / links)


@attempts.right("06.7")
def one_large_set(predicted, sure, possible):
    def pool(sentences):
        return {(i, *link) for i, links in enumerate(sentences) for link in links}

    a, s, p = pool(predicted), pool(sure), pool(possible) | pool(sure)
    return 1.0 - (len(a & s) + len(a & p)) / (len(a) + len(s))


@attempts.wrong("06.7", "the mean over the sentences")
def mean_of_rates(predicted, sure, possible):
    sentences = list(zip(predicted, sure, possible, strict=True))
    return sum(rate([a], [s], [p]) for a, s, p in sentences) / len(sentences)


@attempts.wrong("06.7", "use the union")
def sure_is_not_possible(predicted, sure, possible):
    sentences = list(zip(predicted, sure, possible, strict=True))
    hits = sum(len(a & s) + len(a & p) for a, s, p in sentences)
    return 1 - hits / sum(len(a) + len(s) for a, s, _ in sentences)


@attempts.wrong("06.7", "`possible` is not used")
def ignores_possible(predicted, sure, possible):
    return rate(predicted, sure, sure)


@attempts.wrong("06.7", "`sure` and `possible` are exchanged")
def kinds_exchanged(predicted, sure, possible):
    return sure_is_not_possible(predicted, possible, sure)


@attempts.wrong("06.7", "you divided by |A| + |P|")
def divided_by_possible(predicted, sure, possible):
    sentences = list(zip(predicted, sure, possible, strict=True))
    hits = sum(len(a & s) + len(a & (p | s)) for a, s, p in sentences)
    return 1 - hits / sum(len(a) + len(p | s) for a, s, p in sentences)


@attempts.wrong("06.7", "the share of right links")
def not_an_error(predicted, sure, possible):
    return 1 - rate(predicted, sure, possible)


@attempts.wrong("06.7", "these are percentages")
def in_percent(predicted, sure, possible):
    return 100 * rate(predicted, sure, possible)


@attempts.wrong("06.7", "that are not possible. Missing sure links")
def precision_error(predicted, sure, possible):
    sentences = list(zip(predicted, sure, possible, strict=True))
    return 1 - sum(len(a & (p | s)) for a, s, p in sentences) / sum(map(len, predicted))


@attempts.wrong("06.7", "sure links that are missing")
def recall_error(predicted, sure, possible):
    found = sum(len(a & s) for a, s in zip(predicted, sure, strict=True))
    return 1 - found / sum(map(len, sure))


@attempts.wrong("06.7", "changes its argument `possible` in place")
def union_in_place(predicted, sure, possible):
    for s, p in zip(sure, possible, strict=True):
        p |= s
    return rate(predicted, sure, possible)


@attempts.wrong("06.7", "only the first sentence")
def first_sentence(predicted, sure, possible):
    return rate(predicted[:1], sure[:1], possible[:1])


# 06.8


def table(first, **rows):
    return {"<bos>": first, **rows}


QUARTERS = dict.fromkeys("abcd", 0.25)
CERTAIN = {"d": 1.0}
SHARED = dict(a=QUARTERS, b=QUARTERS, c=QUARTERS)

attempts.add("06.8", table({"a": 0.26, "b": 0.26, "c": 0.26, "d": 0.22}, **SHARED, d=CERTAIN))
attempts.add(
    "06.8",
    table({w: 0.2 for w in "abcdef"[:4]} | {"e": 0.1, "f": 0.1}, **SHARED, d=QUARTERS, e=CERTAIN)
    | {"f": QUARTERS},
)
attempts.add(
    "06.8",
    table({"a": 0.4, "b": 0.3, "c": 0.3}, **SHARED),
    says="A beam of 3 keeps them all",
)
attempts.add(
    "06.8",
    table({"a": 0.3, "b": 0.25, "c": 0.25, "d": 0.2}, **{**SHARED, "a": CERTAIN}, d=CERTAIN),
    says="a beam of 3 finds the best answer, 'a d' (0.300)",
)
attempts.add("06.8", table(QUARTERS, **SHARED, d=CERTAIN), says="It must have less")
attempts.add(
    "06.8",
    table(
        {"a": 0.26, "b": 0.26, "c": 0.26, "d": 0.22},
        **{**SHARED, "b": {"a": 0.5, "b": 0.5}},
        d=CERTAIN,
    ),
    says="only 1.69 times as much",
)
attempts.add("06.8", table(QUARTERS, **SHARED), says="'d' can come first")
attempts.add("06.8", table({"a": 0.5, "b": 0.4}, **SHARED), says="sums to 0.900")
attempts.add("06.8", table({"a": 1.5, "b": -0.5}, **SHARED), says="not a probability")
attempts.add("06.8", {"a": QUARTERS}, says="the row of '<bos>' is missing")
attempts.add("06.8", [0.5, 0.5], says="a dictionary of dictionaries")
attempts.add("06.8", {"<bos>": [0.5, 0.5]}, says="a dictionary of dictionaries")
