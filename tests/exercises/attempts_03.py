"""Answers to the tasks of chapter 03."""

import math

import numpy
from attempts import Attempts
from mxnet import np, npx

import d2l_local

attempts = Attempts()


# 03.1

GUESS = math.log(200)

attempts.add("03.1", GUESS, 4 * GUESS, 200)
attempts.add("03.1", 5.3, np.array(21.19), 200.3)
attempts.add("03.1", 1 / 200, 0.02, 200, says="this is a probability")
attempts.add("03.1", -5.3, -21.19, 200, says="a cost is positive")
attempts.add("03.1", 2.3, 9.2, 10, says="logarithm to base 10")
attempts.add("03.1", 7.64, 30.6, 200, says="these are bits")
attempts.add("03.1", 5.3, 52.98, 200, says="the padding is counted")
attempts.add("03.1", 5.3, 5.3, 200, says="the cost of one token")
attempts.add("03.1", 5.3, 15.9, 200, says="leaves `<eos>` out")
attempts.add("03.1", 5.3, 2.12, 200, says="a mean over 10 steps")
attempts.add("03.1", 5.3, 21.19, 5.3, says="still in nats")
attempts.add("03.1", 5.3, 21.19, 39.4, says="right for bits")
attempts.add("03.1", 5.3, 21.19, math.exp(4 * GUESS), says="the whole sentence's nats")

# 03.2


@attempts.right("03.2")
def slices(Y, Y_valid_len):
    return Y[:, :-1], Y[:, 1:], Y_valid_len - 1


@attempts.right("03.2")
def loops_in_whole_numbers(Y, Y_valid_len):
    rows = Y.astype("int32").asnumpy()
    inputs = numpy.array([list(row)[:-1] for row in rows])
    labels = np.array([list(row)[1:] for row in rows], dtype="int32")
    return [inputs, labels, np.array([n - 1 for n in Y_valid_len.asnumpy()])]


@attempts.wrong("03.2", "so it learns to copy")
def not_shifted(Y, Y_valid_len):
    return Y[:, :-1], Y[:, :-1], Y_valid_len - 1


@attempts.wrong("03.2", "are exchanged")
def exchanged(Y, Y_valid_len):
    return Y[:, 1:], Y[:, :-1], Y_valid_len - 1


@attempts.wrong("03.2", "The last token is never an input")
def inputs_not_cut(Y, Y_valid_len):
    return Y, Y[:, 1:], Y_valid_len - 1


@attempts.wrong("03.2", "Nobody predicts `<bos>`")
def labels_not_cut(Y, Y_valid_len):
    return Y[:, :-1], Y, Y_valid_len - 1


@attempts.wrong("03.2", "two steps ahead")
def two_ahead(Y, Y_valid_len):
    return Y[:, :-1], Y[:, 2:], Y_valid_len - 1


@attempts.wrong("03.2", "not a token")
def wrong_axis(Y, Y_valid_len):
    return Y[:-1], Y[1:], Y_valid_len - 1


@attempts.wrong("03.2", "still count `<bos>`")
def lengths_as_they_were(Y, Y_valid_len):
    return Y[:, :-1], Y[:, 1:], Y_valid_len


@attempts.wrong("03.2", "leave `<eos>` out")
def lengths_without_eos(Y, Y_valid_len):
    return Y[:, :-1], Y[:, 1:], Y_valid_len - 2


@attempts.wrong("03.2", "count the padding")
def lengths_of_the_batch(Y, Y_valid_len):
    return Y[:, :-1], Y[:, 1:], np.full(Y.shape[0], Y.shape[1] - 1)


@attempts.wrong("03.2", "never learns to stop")
def eos_cut_off(Y, Y_valid_len):
    steps = np.arange(Y.shape[1], dtype="float32")
    without = np.where(steps < Y_valid_len.reshape(-1, 1) - 1, Y, np.zeros_like(Y))
    return Y[:, :-1], without[:, 1:], Y_valid_len - 1


@attempts.wrong("03.2", "`<eos>` is replaced by padding")
def inputs_without_eos(Y, Y_valid_len):
    return np.where(Y == 2, 0 * Y, Y)[:, :-1], Y[:, 1:], Y_valid_len - 1


@attempts.wrong("03.2", "changes its argument `Y_valid_len` in place")
def in_place(Y, Y_valid_len):
    Y_valid_len -= 1
    return Y[:, :-1], Y[:, 1:], Y_valid_len


@attempts.wrong("03.2", "return 3 arrays")
def without_lengths(Y, Y_valid_len):
    return Y[:, :-1], Y[:, 1:]


@attempts.wrong("03.2", "the same answer for different inputs")
def hard_coded(Y, Y_valid_len):
    return (np.array([[1, 7, 5, 9, 2], [1, 8, 2, 0, 0]]), *slices(Y, Y_valid_len)[1:])


# 03.3


def four(x, h, W, U, b):
    return np.split(np.dot(x, W.T) + np.dot(h, U.T) + b, 4, axis=1)


def finish(o, new_c):
    return npx.sigmoid(o) * np.tanh(new_c), new_c


@attempts.right("03.3")
def with_split(x, h, c, W, U, b):
    i, f, g, o = four(x, h, W, U, b)
    return finish(o, npx.sigmoid(f) * c + npx.sigmoid(i) * np.tanh(g))


@attempts.right("03.3")
def a_loop_over_units_in_double_precision(x, h, c, W, U, b):
    x, h, c, W, U, b = (array.asnumpy().astype("float64") for array in (x, h, c, W, U, b))
    new_h, new_c = numpy.zeros_like(h), numpy.zeros_like(c)
    size = h.shape[1]
    for row in range(len(x)):
        for unit in range(size):
            k = [unit + block * size for block in range(4)]
            i, f, g, o = W[k] @ x[row] + U[k] @ h[row] + b[k]
            forget, put, show = (1 / (1 + math.exp(-gate)) for gate in (f, i, o))
            new_c[row, unit] = forget * c[row, unit] + put * math.tanh(g)
            new_h[row, unit] = show * math.tanh(new_c[row, unit])
    return [new_h, new_c]


@attempts.wrong("03.3", "g and o are exchanged")
def another_order(x, h, c, W, U, b):
    i, f, o, g = four(x, h, W, U, b)
    return finish(o, npx.sigmoid(f) * c + npx.sigmoid(i) * np.tanh(g))


@attempts.wrong("03.3", "input gate and forget gate are exchanged")
def gates_exchanged(x, h, c, W, U, b):
    f, i, g, o = four(x, h, W, U, b)
    return finish(o, npx.sigmoid(f) * c + npx.sigmoid(i) * np.tanh(g))


@attempts.wrong("03.3", "the candidate g has no tanh")
def candidate_without_tanh(x, h, c, W, U, b):
    i, f, g, o = four(x, h, W, U, b)
    return finish(o, npx.sigmoid(f) * c + npx.sigmoid(i) * g)


@attempts.wrong("03.3", "the candidate g went through the sigmoid")
def sigmoid_everywhere(x, h, c, W, U, b):
    i, f, g, o = (npx.sigmoid(gate) for gate in four(x, h, W, U, b))
    new_c = f * c + i * g
    return o * np.tanh(new_c), new_c


@attempts.wrong("03.3", "the gates have no sigmoid")
def raw_gates(x, h, c, W, U, b):
    i, f, g, o = four(x, h, W, U, b)
    return finish(o, f * c + i * np.tanh(g))


@attempts.wrong("03.3", "h is made of the old c")
def h_too_early(x, h, c, W, U, b):
    i, f, g, o = four(x, h, W, U, b)
    new_h = npx.sigmoid(o) * np.tanh(c)
    return new_h, npx.sigmoid(f) * c + npx.sigmoid(i) * np.tanh(g)


@attempts.wrong("03.3", "the new c has no tanh")
def output_without_tanh(x, h, c, W, U, b):
    _, new_c = with_split(x, h, c, W, U, b)
    return npx.sigmoid(four(x, h, W, U, b)[3]) * new_c, new_c


@attempts.wrong("03.3", "the term U h is missing")
def input_only(x, h, c, W, U, b):
    return with_split(x, 0 * h, c, W, U, b)


@attempts.wrong("03.3", "the bias b is missing")
def no_bias(x, h, c, W, U, b):
    return with_split(x, h, c, W, U, 0 * b)


@attempts.wrong("03.3", "every fourth entry")
def reshaped(x, h, c, W, U, b):
    gates = (np.dot(x, W.T) + np.dot(h, U.T) + b).reshape(h.shape[0], h.shape[1], 4)
    i, f, g, o = (gates[:, :, k] for k in range(4))
    return finish(o, npx.sigmoid(f) * c + npx.sigmoid(i) * np.tanh(g))


@attempts.wrong("03.3", "you return c before h")
def c_first(x, h, c, W, U, b):
    return with_split(x, h, c, W, U, b)[::-1]


@attempts.wrong("03.3", "changes its argument `c` in place")
def cell_in_place(x, h, c, W, U, b):
    i, f, g, o = four(x, h, W, U, b)
    c *= npx.sigmoid(f)
    c += npx.sigmoid(i) * np.tanh(g)
    return finish(o, c)


@attempts.wrong("03.3", "dot")
def transpose_is_missing(x, h, c, W, U, b):
    return np.dot(x, W), np.dot(h, U)


@attempts.wrong("03.3", "return 2 arrays: h, c")
def only_h(x, h, c, W, U, b):
    return with_split(x, h, c, W, U, b)[0]


@attempts.wrong("03.3", "the first example of the batch is right")
def right_for_batch_size_1(x, h, c, W, U, b):
    new_h, new_c = with_split(x, h, c, W, U, b)
    return new_h, new_c[:1].repeat(new_c.shape[0], axis=0)


# 03.4


def run(X, W, U, b, keep):
    h = np.zeros((X.shape[1], U.shape[0]))
    for step, x in enumerate(X):
        h = keep(step, np.tanh(np.dot(x, W.T) + np.dot(h, U.T) + b), h)
    return h


def column(condition):
    return condition.astype("float32").reshape(-1, 1)


def until(X, W, U, b, lengths):
    return run(X, W, U, b, lambda step, new, old: np.where(column(step < lengths), new, old))


@attempts.right("03.4")
def with_where(X, W, U, b, valid_len):
    return until(X, W, U, b, valid_len)


@attempts.right("03.4")
def each_sentence_alone(X, W, U, b, valid_len):
    rows = []
    for row, length in enumerate(valid_len.astype("int32").tolist()):
        rows.append(run(X[:length, row : row + 1], W, U, b, lambda step, new, old: new))
    return np.concatenate(rows)


@attempts.right("03.4")
def all_states_then_the_right_one(X, W, U, b, valid_len):
    states = []
    run(X, W, U, b, lambda step, new, old: states.append(new) or new)
    last = valid_len.asnumpy().astype(int) - 1
    return numpy.stack([s.asnumpy() for s in states])[last, numpy.arange(len(last))]


@attempts.wrong("03.4", "still runs on over the padding")
def as_before(X, W, U, b, valid_len):
    return run(X, W, U, b, lambda step, new, old: new)


@attempts.wrong("03.4", "you made the input 0 on padding")
def inputs_of_zero(X, W, U, b, valid_len):
    steps = np.arange(X.shape[0], dtype="float32").reshape(-1, 1)
    return as_before(X * np.expand_dims(steps < valid_len, 2), W, U, b, valid_len)


@attempts.wrong("03.4", "the state becomes 0 on padding")
def states_of_zero(X, W, U, b, valid_len):
    return run(X, W, U, b, lambda step, new, old: column(step < valid_len) * new)


@attempts.wrong("03.4", "one step too many")
def less_or_equal(X, W, U, b, valid_len):
    return until(X, W, U, b, valid_len + 1)


@attempts.wrong("03.4", "the last real step")
def one_step_less(X, W, U, b, valid_len):
    return until(X, W, U, b, valid_len - 1)


@attempts.wrong("03.4", "stop with the shortest one")
def shortest(X, W, U, b, valid_len):
    return as_before(X[: int(valid_len.min())], W, U, b, valid_len)


@attempts.wrong("03.4", "stop with the longest one")
def longest(X, W, U, b, valid_len):
    return as_before(X[: int(valid_len.max())], W, U, b, valid_len)


@attempts.wrong("03.4", "stop with the first one")
def right_for_batch_size_one(X, W, U, b, valid_len):
    return as_before(X[: int(valid_len[0])], W, U, b, valid_len)


@attempts.wrong("03.4", "wrong way round")
def mask_inverted(X, W, U, b, valid_len):
    return run(X, W, U, b, lambda step, new, old: np.where(column(step < valid_len), old, new))


@attempts.wrong("03.4", "are added")
def added(X, W, U, b, valid_len):
    return run(X, W, U, b, lambda step, new, old: column(step < valid_len) * new + old)


@attempts.wrong("03.4", "that is (batch, hidden)")
def all_steps(X, W, U, b, valid_len):
    states = []
    run(X, W, U, b, lambda step, new, old: states.append(new) or new)
    return np.stack(states)


# 03.5


def nats_and_mask(scores, labels, valid_len, more=0):
    nats = -npx.pick(npx.log_softmax(scores, axis=-1), labels, axis=-1)
    real = np.arange(labels.shape[1], dtype="float32") < valid_len.reshape(-1, 1) + more
    return nats, real


@attempts.right("03.5")
def masked_and_summed(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    return (nats * real).sum() / valid_len.sum()


@attempts.right("03.5")
def a_double_loop(scores, labels, valid_len):
    nats, tokens = 0.0, 0
    for sentence, words, length in zip(scores, labels, valid_len, strict=True):
        for step in range(int(length)):
            e = [math.exp(score) for score in sentence[step].tolist()]
            nats -= math.log(e[int(words[step])] / sum(e))
            tokens += 1
    return nats / tokens


@attempts.right("03.5")
def with_the_package(scores, labels, valid_len):
    costs = d2l_local.MaskedSoftmaxCELoss()(scores, labels, valid_len)
    return numpy.float64(costs.sum() / valid_len.sum())


@attempts.wrong("03.5", "you divided twice")
def mean_and_division(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    return (nats * real).mean(axis=1).sum() / valid_len.sum()


@attempts.wrong("03.5", "the number of all steps")
def mean_over_all_steps(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    return (nats * real).mean()


@attempts.wrong("03.5", "there is no mask")
def not_masked(scores, labels, valid_len):
    return nats_and_mask(scores, labels, valid_len)[0].mean()


@attempts.wrong("03.5", "the padding is still in the sum")
def only_divided(scores, labels, valid_len):
    return nats_and_mask(scores, labels, valid_len)[0].sum() / valid_len.sum()


@attempts.wrong("03.5", "the mask comes after the sum")
def masked_after_the_sum(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    share = valid_len / labels.shape[1]
    return (nats.sum(axis=1) * share).sum() / valid_len.sum()


@attempts.wrong("03.5", "this is the sum over the batch")
def not_divided(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    return (nats * real).sum()


@attempts.wrong("03.5", "by the number of sentences")
def divided_by_the_batch(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    return (nats * real).sum(axis=1).mean()


@attempts.wrong("03.5", "a mean of the sentences' means")
def mean_of_means(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    return ((nats * real).sum(axis=1) / valid_len).mean()


@attempts.wrong("03.5", "one step too many")
def off_by_one(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len, more=1)
    return (nats * real).sum() / real.astype("float32").sum()


@attempts.wrong("03.5", "that is `<eos>`")
def eos_left_out(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len, more=-1)
    return (nats * real).sum() / valid_len.sum()


@attempts.wrong("03.5", "the first valid length")
def right_for_one_sentence(scores, labels, valid_len):
    nats = nats_and_mask(scores, labels, valid_len)[0]
    return nats[:, : int(valid_len[0])].mean()


@attempts.wrong("03.5", "the loss is negative")
def sign_forgotten(scores, labels, valid_len):
    return -masked_and_summed(scores, labels, valid_len)


@attempts.wrong("03.5", "the mean probability")
def logarithm_forgotten(scores, labels, valid_len):
    nats, real = nats_and_mask(scores, labels, valid_len)
    return (np.exp(-nats) * real).sum() / valid_len.sum()


@attempts.wrong("03.5", "these are bits")
def bits(scores, labels, valid_len):
    return masked_and_summed(scores, labels, valid_len) / math.log(2)


@attempts.wrong("03.5", "the softmax goes along the steps")
def softmax_along_steps(scores, labels, valid_len):
    nats = -npx.pick(npx.log_softmax(scores, axis=1), labels, axis=-1)
    return (nats * nats_and_mask(scores, labels, valid_len)[1]).sum() / valid_len.sum()


@attempts.wrong("03.5", "there is no softmax")
def no_softmax(scores, labels, valid_len):
    nats = -npx.pick(scores, labels, axis=-1)
    return (nats * nats_and_mask(scores, labels, valid_len)[1]).sum() / valid_len.sum()


@attempts.wrong("03.5", "you masked the scores")
def scores_masked(scores, labels, valid_len):
    real = nats_and_mask(scores, labels, valid_len)[1]
    masked = scores * np.expand_dims(real, 2)
    return nats_and_mask(masked, labels, valid_len)[0].sum() / valid_len.sum()


@attempts.wrong("03.5", "this is the perplexity")
def exponential(scores, labels, valid_len):
    return np.exp(masked_and_summed(scores, labels, valid_len))


@attempts.wrong("03.5", "one number for the whole batch")
def one_for_each_sentence(scores, labels, valid_len):
    return d2l_local.MaskedSoftmaxCELoss()(scores, labels, valid_len)


@attempts.wrong("03.5", "changes its argument `scores` in place")
def scores_in_place(scores, labels, valid_len):
    for row in range(scores.shape[0]):
        scores[row, int(valid_len[row]) :] = 0
    return masked_and_summed(scores, labels, valid_len)


@attempts.wrong("03.5", "the same answer for different inputs")
def always_the_same(scores, labels, valid_len):
    return 2.3026


# 03.6

attempts.add("03.6", 2, math.exp(2), "B")
attempts.add("03.6", np.array(2.0), 7.39, "B")
attempts.add("03.6", 0.08, 1.08, "A", says="still the printed number")
attempts.add("03.6", 0.0032, 1.0, "A", says="you divided once more")
attempts.add("03.6", 80, 1.0, "B", says="multiplied by the number of words")
attempts.add("03.6", 2, 1.083, "B", says="comes from the printed number")
attempts.add("03.6", 2, 4, "B", says="2 to the power")
attempts.add("03.6", 2, 2, "B", says="still in nats")
attempts.add("03.6", 2, 7.39, "A", says="A only prints the smaller number")
attempts.add("03.6", 2, 7.39, "both", says="that is not right")

# 03.7


@attempts.right("03.7")
def with_break(step, state, bos, eos, max_steps):
    token, tokens = bos, []
    for _ in range(max_steps):
        scores, state = step(token, state)
        token = int(scores.argmax())
        tokens.append(token)
        if token == eos:
            break
    return tokens


@attempts.right("03.7")
def arrays_in_a_while_loop(step, state, bos, eos, max_steps):
    tokens = [np.array(bos)]
    while len(tokens) <= max_steps and int(tokens[-1]) != eos:
        scores, state = step(tokens[-1], state)
        tokens.append(scores.argmax())
    return tokens[1:]


@attempts.right("03.7")
def calling_itself(step, state, bos, eos, max_steps):
    if max_steps == 0:
        return []
    scores, state = step(bos, state)
    token = scores.asnumpy().argmax()
    rest = [] if token == eos else calling_itself(step, state, token, eos, max_steps - 1)
    return [token, *rest]


@attempts.wrong("03.7", "neither bug is gone")
def as_it_was(step, state, bos, eos, max_steps):
    token, tokens = bos, []
    for _ in range(max_steps):
        scores, _ = step(token, state)
        token = int(scores.argmax())
        tokens.append(token)
    return tokens


@attempts.wrong("03.7", "goes on behind `eos`")
def does_not_stop(step, state, bos, eos, max_steps):
    token, tokens = bos, []
    for _ in range(max_steps):
        scores, state = step(token, state)
        token = int(scores.argmax())
        tokens.append(token)
    return tokens


@attempts.wrong("03.7", "the first state at every step")
def stale_state(step, state, bos, eos, max_steps):
    return with_break(lambda token, _: step(token, state), state, bos, eos, max_steps)


@attempts.wrong("03.7", "reads `bos` at every step")
def stale_token(step, state, bos, eos, max_steps):
    return with_break(lambda _, state: step(bos, state), state, bos, eos, max_steps)


@attempts.wrong("03.7", "`eos` is missing at the end")
def without_eos(step, state, bos, eos, max_steps):
    return [token for token in with_break(step, state, bos, eos, max_steps) if token != eos]


@attempts.wrong("03.7", "begins with `bos`")
def with_bos(step, state, bos, eos, max_steps):
    return [bos, *with_break(step, state, bos, eos, max_steps)]


@attempts.wrong("03.7", "argmax, not argmin")
def least_likely(step, state, bos, eos, max_steps):
    def turned(token, state):
        scores, state = step(token, state)
        return -scores, state

    return with_break(turned, state, bos, eos, max_steps)


@attempts.wrong("03.7", "the last step is missing")
def one_step_too_few(step, state, bos, eos, max_steps):
    return with_break(step, state, bos, eos, max_steps - 1)


@attempts.wrong("03.7", "more than max_steps")
def until_eos(step, state, bos, eos, max_steps):
    return with_break(step, state, bos, eos, 10**6)


@attempts.wrong("03.7", "stops at token 2")
def eos_hard_coded(step, state, bos, eos, max_steps):
    return with_break(step, state, bos, 2, max_steps)


@attempts.wrong("03.7", "Put `return` behind the loop")
def return_inside_the_loop(step, state, bos, eos, max_steps):
    return with_break(step, state, bos, eos, 1)


@attempts.wrong("03.7", "something that is not a token")
def words_not_tokens(step, state, bos, eos, max_steps):
    return ["elle", "est"]


# 03.8


def real_steps(outputs, valid_len):
    steps = np.arange(outputs.shape[0], dtype="float32").reshape(-1, 1)
    return np.expand_dims(steps < valid_len, 2)  # (steps, batch, 1)


@attempts.right("03.8")
def mean_of_real_outputs(outputs, valid_len):
    total = (outputs * real_steps(outputs, valid_len)).sum(axis=0)
    return total / valid_len.reshape(-1, 1)


@attempts.right("03.8")
def largest_entries_in_a_loop(outputs, valid_len):
    rows = []
    for row, length in enumerate(valid_len.astype("int32").tolist()):
        rows.append(outputs[:length, row].asnumpy().max(axis=0))
    return numpy.stack(rows)


@attempts.right("03.8")
def fading_sum(outputs, valid_len):
    h = np.zeros(outputs.shape[1:])
    real = real_steps(outputs, valid_len)
    for output, now in zip(outputs, real, strict=True):
        h = np.where(now, 0.5 * h + output, h)
    return h


@attempts.wrong("03.8", "what stands on the padding")
def mean_of_everything(outputs, valid_len):
    return outputs.mean(axis=0)


@attempts.wrong("03.8", "the amount of padding")
def divided_by_all_steps(outputs, valid_len):
    return (outputs * real_steps(outputs, valid_len)).mean(axis=0)


@attempts.wrong("03.8", "grows with the number of steps")
def everything_in_one_vector(outputs, valid_len):
    masked = outputs * real_steps(outputs, valid_len)
    return masked.swapaxes(0, 1).reshape(outputs.shape[1], -1)


@attempts.wrong("03.8", "token 1 doesn't count")
def last_output(outputs, valid_len):
    last = valid_len.astype("int32").tolist()
    return np.stack([outputs[length - 1, row] for row, length in enumerate(last)])


@attempts.wrong("03.8", "doesn't count")
def first_output(outputs, valid_len):
    return outputs[0]


@attempts.wrong("03.8", "with the other ones of its batch")
def normalised_over_the_batch(outputs, valid_len):
    means = mean_of_real_outputs(outputs, valid_len)
    return means - means.mean(axis=0)


@attempts.wrong("03.8", "is there randomness?")
def random_numbers(outputs, valid_len):
    return np.random.normal(0, 1, outputs.shape[1:])


@attempts.wrong("03.8", "but (batch, any size) is expected")
def one_for_each_step(outputs, valid_len):
    return outputs * real_steps(outputs, valid_len)


@attempts.wrong("03.8", "are not finite")
def logarithms(outputs, valid_len):
    return np.log(mean_of_real_outputs(outputs, valid_len))


@attempts.wrong("03.8", "in place")
def padding_overwritten(outputs, valid_len):
    for row, length in enumerate(valid_len.astype("int32").tolist()):
        outputs[length:, row] = 0
    return outputs.sum(axis=0)
