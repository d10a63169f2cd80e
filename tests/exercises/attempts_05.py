"""Answers to the tasks of chapter 05."""

import math

import numpy
from attempts import Attempts
from mxnet import np

attempts = Attempts()


# 05.1

attempts.add("05.1", 52, 32, [4, 7, 9])
attempts.add("05.1", 20 + 32, np.array(32), (4, 7, 9))
attempts.add("05.1", 20, 32, [4, 7, 9], says="Where does the context go?")
attempts.add("05.1", 32, 32, [4, 7, 9], says="that is the context alone")
attempts.add("05.1", 64, 32, [4, 7, 9], says="the state is no part of the input")
attempts.add("05.1", 308, 32, [4, 7, 9], says="one vector")
attempts.add("05.1", 52, 52, [4, 7, 9], says="the context enters only the first layer")
attempts.add("05.1", 52, 20, [4, 7, 9], says="the embedding enters the first layer")
attempts.add("05.1", 52, 64, [4, 7, 9], says="without a second context")
attempts.add("05.1", 52, 32, [4, 9, 7], says="target steps come before source steps")
attempts.add("05.1", 52, 32, [4, 7, 500], says="the shape of the scores")
attempts.add("05.1", 52, 32, [4, 7, 32], says="the shape of the contexts")
attempts.add("05.1", 52, 32, [4, 1, 9], says="that is one step")
attempts.add("05.1", 52, 32, [7, 4, 9], says="the batch comes first")
attempts.add("05.1", 52, 32, 252, says="a list is expected")

# 05.2


@attempts.right("05.2")
def swapped(enc_outputs, enc_valid_len):
    outputs, hidden = enc_outputs
    return [outputs.swapaxes(0, 1), hidden, enc_valid_len]


@attempts.right("05.2")
def transposed_in_a_tuple(enc_outputs, enc_valid_len):
    h, c = enc_outputs[1]
    return np.transpose(enc_outputs[0], (1, 0, 2)), (h, c), enc_valid_len


@attempts.right("05.2")
def a_loop_over_sentences(enc_outputs, enc_valid_len):
    outputs = enc_outputs[0].asnumpy().astype("float64")
    memory = numpy.stack([outputs[:, row] for row in range(outputs.shape[1])])
    return [memory, [part.copy() for part in enc_outputs[1]], enc_valid_len]


@attempts.wrong("05.2", "the memory has the steps first")
def steps_first(enc_outputs, enc_valid_len):
    return [*enc_outputs, enc_valid_len]


@attempts.wrong("05.2", "mixes the sentences")
def reshaped(enc_outputs, enc_valid_len):
    steps, batch, hidden = enc_outputs[0].shape
    return [enc_outputs[0].reshape(batch, steps, hidden), enc_outputs[1], enc_valid_len]


@attempts.wrong("05.2", ".T turns all three axes round")
def all_axes_reversed(enc_outputs, enc_valid_len):
    return [enc_outputs[0].T, enc_outputs[1], enc_valid_len]


@attempts.wrong("05.2", "the hidden units have come before the steps")
def other_axes(enc_outputs, enc_valid_len):
    return [enc_outputs[0].transpose(1, 2, 0), enc_outputs[1], enc_valid_len]


@attempts.wrong("05.2", "the encoder's last state h")
def state_as_memory(enc_outputs, enc_valid_len):
    return [enc_outputs[1][0], enc_outputs[1], enc_valid_len]


@attempts.wrong("05.2", "should have three parts")
def memory_and_lengths(enc_outputs, enc_valid_len):
    return [enc_outputs[0].swapaxes(0, 1), enc_valid_len]


@attempts.wrong("05.2", "both of them")
def without_the_cell(enc_outputs, enc_valid_len):
    return [enc_outputs[0].swapaxes(0, 1), enc_outputs[1][0], enc_valid_len]


@attempts.wrong("05.2", "the decoder starts from zeros")
def state_of_zeros(enc_outputs, enc_valid_len):
    zeros = [np.zeros_like(part) for part in enc_outputs[1]]
    return [enc_outputs[0].swapaxes(0, 1), zeros, enc_valid_len]


@attempts.wrong("05.2", "h and c are exchanged")
def cell_first(enc_outputs, enc_valid_len):
    return [enc_outputs[0].swapaxes(0, 1), enc_outputs[1][::-1], enc_valid_len]


@attempts.wrong("05.2", "only the top layer's state")
def top_layer_only(enc_outputs, enc_valid_len):
    top = [part[-1] for part in enc_outputs[1]]
    return [enc_outputs[0].swapaxes(0, 1), top, enc_valid_len]


@attempts.wrong("05.2", "the state's axes are exchanged")
def state_swapped_too(enc_outputs, enc_valid_len):
    turned = [part.swapaxes(0, 1) for part in enc_outputs[1]]
    return [enc_outputs[0].swapaxes(0, 1), turned, enc_valid_len]


@attempts.wrong("05.2", "the valid lengths are missing")
def lengths_dropped(enc_outputs, enc_valid_len):
    return [enc_outputs[0].swapaxes(0, 1), enc_outputs[1], None]


@attempts.wrong("05.2", "as long as the longest one")
def lengths_invented(enc_outputs, enc_valid_len):
    steps, batch, _ = enc_outputs[0].shape
    lengths = np.full(batch, steps, dtype="float32")
    return [enc_outputs[0].swapaxes(0, 1), enc_outputs[1], lengths]


@attempts.wrong("05.2", "'NoneType' object")
def no_length_no_state(enc_outputs, enc_valid_len):
    lengths = enc_valid_len.astype("float32")
    return [enc_outputs[0].swapaxes(0, 1), enc_outputs[1], lengths]


@attempts.wrong("05.2", "Hand on the None")
def full_length_for_none(enc_outputs, enc_valid_len):
    if enc_valid_len is None:
        return lengths_invented(enc_outputs, enc_valid_len)
    return swapped(enc_outputs, enc_valid_len)


# 05.3


def run(x, hidden, memory, valid_len, attention, rnn, query=None):
    query = hidden[0][-1] if query is None else query
    context = attention(np.expand_dims(query, 1), memory, memory, valid_len).squeeze(1)
    output, hidden = rnn(np.expand_dims(np.concatenate([context, x], axis=-1), 0), hidden)
    return output.squeeze(0), hidden


@attempts.right("05.3")
def two_axes_throughout(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, attention, rnn)


@attempts.right("05.3")
def three_axes_throughout(x, hidden, memory, valid_len, attention, rnn):
    h, c = hidden
    context = attention(h[-1:].swapaxes(0, 1), memory, memory, valid_len)
    step = np.concatenate([context, x[:, None]], axis=2).swapaxes(0, 1)
    output, (h, c) = rnn(step, [h, c])
    return [output[0], (h, c)]


@attempts.right("05.3")
def a_loop_over_the_batch_in_numpy(x, hidden, memory, valid_len, attention, rnn):
    rows = []
    for row in range(x.shape[0]):
        one = slice(row, row + 1)
        state = [part[:, one] for part in hidden]
        rows.append(run(x[one], state, memory[one], valid_len[one], attention, rnn))
    output = numpy.concatenate([output.asnumpy() for output, _ in rows])
    return output, [np.concatenate([state[k] for _, state in rows], axis=1) for k in (0, 1)]


@attempts.wrong("05.3", "the lowest layer's state")
def lowest_layer(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, attention, rnn, query=hidden[0][0])


@attempts.wrong("05.3", "the query is the cell c")
def cell_as_query(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, attention, rnn, query=hidden[1][-1])


@attempts.wrong("05.3", "the query comes from the present step")
def present_state(x, hidden, memory, valid_len, attention, rnn):
    _, after = run(x, hidden, memory, valid_len, attention, rnn)
    return run(x, hidden, memory, valid_len, attention, rnn, query=after[0][-1])


@attempts.wrong("05.3", "the last memory position")
def memory_as_query(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, attention, rnn, query=memory[:, -1])


@attempts.wrong("05.3", "the valid lengths don't reach the attention")
def lengths_forgotten(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, None, attention, rnn)


@attempts.wrong("05.3", "all sentences use the first valid length")
def right_for_batch_size_1(x, hidden, memory, valid_len, attention, rnn):
    lengths = valid_len[:1].repeat(valid_len.shape[0])
    return run(x, hidden, memory, lengths, attention, rnn)


@attempts.wrong("05.3", "the embedding stands before the context")
def joined_the_other_way(x, hidden, memory, valid_len, attention, rnn):
    context = attention(np.expand_dims(hidden[0][-1], 1), memory, memory, valid_len)
    step = np.concatenate([np.expand_dims(x, 1), context], axis=-1).swapaxes(0, 1)
    output, hidden = rnn(step, hidden)
    return output.squeeze(0), hidden


@attempts.wrong("05.3", "the plain mean of the memory")
def mean_of_memory(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, lambda q, k, v, n: v.mean(axis=1)[:, None], rnn)


@attempts.wrong("05.3", "the context is zero")
def no_context(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, lambda q, k, v, n: 0 * q, rnn)


@attempts.wrong("05.3", "`hidden` is the old state")
def old_state(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, attention, rnn)[0], hidden


@attempts.wrong("05.3", "return two things")
def state_forgotten(x, hidden, memory, valid_len, attention, rnn):
    return run(x, hidden, memory, valid_len, attention, rnn)[0]


@attempts.wrong("05.3", "the values are right, but the result has shape")
def a_step_too_many(x, hidden, memory, valid_len, attention, rnn):
    output, hidden = run(x, hidden, memory, valid_len, attention, rnn)
    return output[None], hidden


@attempts.wrong("05.3", "(batch, positions, size) is expected")
def query_with_two_axes(x, hidden, memory, valid_len, attention, rnn):
    return attention(hidden[0][-1], memory, memory, valid_len), hidden


@attempts.wrong("05.3", "X has shape")
def embedding_only(x, hidden, memory, valid_len, attention, rnn):
    return rnn(np.expand_dims(x, 0), hidden)


@attempts.wrong("05.3", "changes its argument `memory` in place")
def padding_overwritten(x, hidden, memory, valid_len, attention, rnn):
    for row, length in enumerate(valid_len.astype("int32").tolist()):
        memory[row, length:] = 0
    return run(x, hidden, memory, valid_len, attention, rnn)


# 05.4


def loop(X, hidden, memory, valid_len, attention, rnn, query=lambda hidden: hidden[0][-1]):
    outputs = []
    for x in X:
        output, hidden = run(x, hidden, memory, valid_len, attention, rnn, query(hidden))
        outputs.append(output)
    return np.stack(outputs)


@attempts.right("05.4")
def mended(X, hidden, memory, valid_len, attention, rnn):
    return loop(X, hidden, memory, valid_len, attention, rnn)


@attempts.right("05.4")
def calling_itself_in_numpy(X, hidden, memory, valid_len, attention, rnn):
    output, hidden = run(X[0], hidden, memory, valid_len, attention, rnn)
    first = output.asnumpy()[None]
    if X.shape[0] == 1:
        return first
    rest = calling_itself_in_numpy(X[1:], hidden, memory, valid_len, attention, rnn)
    return numpy.concatenate([first, rest])


@attempts.wrong("05.4", "neither bug is gone")
def as_it_was(X, hidden, memory, valid_len, attention, rnn):
    return loop(X, hidden, memory, None, attention, rnn, lambda hidden: hidden[0][0])


@attempts.wrong("05.4", "the lowest layer's state")
def still_the_lowest_layer(X, hidden, memory, valid_len, attention, rnn):
    return loop(X, hidden, memory, valid_len, attention, rnn, lambda hidden: hidden[0][0])


@attempts.wrong("05.4", "the valid lengths don't reach")
def still_no_lengths(X, hidden, memory, valid_len, attention, rnn):
    return loop(X, hidden, memory, None, attention, rnn)


@attempts.wrong("05.4", "the query is the cell c")
def asks_with_the_cell(X, hidden, memory, valid_len, attention, rnn):
    return loop(X, hidden, memory, valid_len, attention, rnn, lambda hidden: hidden[1][-1])


@attempts.wrong("05.4", "the query is the same at each step")
def query_before_the_loop(X, hidden, memory, valid_len, attention, rnn):
    query = hidden[0][-1]
    return loop(X, hidden, memory, valid_len, attention, rnn, lambda hidden: query)


@attempts.wrong("05.4", "starts from the first state at each step")
def state_not_handed_on(X, hidden, memory, valid_len, attention, rnn):
    return np.stack([run(x, hidden, memory, valid_len, attention, rnn)[0] for x in X])


@attempts.wrong("05.4", "the query comes from the present step")
def asks_too_late(X, hidden, memory, valid_len, attention, rnn):
    outputs = []
    for x in X:
        output, hidden = present_state(x, hidden, memory, valid_len, attention, rnn)
        outputs.append(output)
    return np.stack(outputs)


@attempts.wrong("05.4", "Return the outputs of all")
def last_output_only(X, hidden, memory, valid_len, attention, rnn):
    return loop(X, hidden, memory, valid_len, attention, rnn)[-1:]


@attempts.wrong("05.4", "that is (steps, batch, hidden)")
def batch_first(X, hidden, memory, valid_len, attention, rnn):
    return loop(X, hidden, memory, valid_len, attention, rnn).swapaxes(0, 1)


@attempts.wrong("05.4", "the embedding stands before the context")
def joined_wrongly(X, hidden, memory, valid_len, attention, rnn):
    outputs = []
    for x in X:
        output, hidden = joined_the_other_way(x, hidden, memory, valid_len, attention, rnn)
        outputs.append(output)
    return np.stack(outputs)


# 05.5


def names(decoder):
    letters = [f"rnn.{letter}{k}" for k in range(decoder.rnn.num_layers) for letter in "WUb"]
    return ["embedding.weight", *letters, "dense.weight", "dense.bias"]


def parameter(decoder, name):
    layer, name = name.split(".")
    return getattr(getattr(decoder, layer), name)


def copy_all(plain, attentive, leave=()):
    for name in names(plain):
        source, target = parameter(plain, name), parameter(attentive, name)
        if source.shape == target.shape and name not in leave:
            target.set_data(source.data())


def copy_columns(plain, attentive):
    context = attentive.rnn.W0.data()[:, : -plain.rnn.W0.shape[1]]
    columns = np.concatenate([context, plain.rnn.W0.data()], axis=1)
    attentive.rnn.W0.set_data(columns)


@attempts.right("05.5")
def by_name(plain, attentive):
    copy_all(plain, attentive)
    copy_columns(plain, attentive)


@attempts.right("05.5")
def by_order_in_numpy(plain, attentive):
    targets = list(attentive.collect_params().values())[3:]  # without attention
    for source, target in zip(plain.collect_params().values(), targets, strict=True):
        value = target.data().asnumpy()
        if value.ndim == 1:
            value[:] = source.data().asnumpy()
        else:
            value[:, value.shape[1] - source.shape[1] :] = source.data().asnumpy()
        target.set_data(np.array(value.astype("float64")))


@attempts.right("05.5")
def written_in_place(plain, attentive):
    for name in names(plain):
        value = parameter(plain, name).data()
        parameter(attentive, name).data()[..., -value.shape[-1] :] = value
    return attentive


@attempts.wrong("05.5", "`rnn.W0` is as before")
def same_shapes_only(plain, attentive):
    copy_all(plain, attentive)


@attempts.wrong("05.5", "you wrote to the first columns")
def first_columns(plain, attentive):
    copy_all(plain, attentive)
    attentive.rnn.W0.data()[:, : plain.rnn.W0.shape[1]] = plain.rnn.W0.data()


@attempts.wrong("05.5", "the context's columns of `rnn.W0` are 0 now")
def context_of_zeros(plain, attentive):
    by_name(plain, attentive)
    attentive.rnn.W0.data()[:, : -plain.rnn.W0.shape[1]] = 0


@attempts.wrong("05.5", "the context's columns of `rnn.W0` have changed")
def context_drawn_again(plain, attentive):
    by_name(plain, attentive)
    attentive.rnn.W0.data()[:, : -plain.rnn.W0.shape[1]] *= 2


@attempts.wrong("05.5", "not copied: `rnn.b0`, `rnn.b1`")
def without_biases(plain, attentive):
    copy_all(plain, attentive, leave=("rnn.b0", "rnn.b1"))
    copy_columns(plain, attentive)


@attempts.wrong("05.5", "not copied: `rnn.W1`, `rnn.U1`, `rnn.b1`")
def first_layer_only(plain, attentive):
    copy_all(plain, attentive, leave=("rnn.W1", "rnn.U1", "rnn.b1"))
    copy_columns(plain, attentive)


@attempts.wrong("05.5", "not copied: `dense.weight`, `dense.bias`")
def without_the_last_layer(plain, attentive):
    copy_all(plain, attentive, leave=("dense.weight", "dense.bias"))
    copy_columns(plain, attentive)


@attempts.wrong("05.5", "Copy from it, not to it")
def copied_backwards(plain, attentive):
    copy_all(attentive, plain)


@attempts.wrong("05.5", "training one would change the other")
def shared_embedding(plain, attentive):
    by_name(plain, attentive)
    attentive.embedding = plain.embedding


@attempts.wrong("05.5", "`attention.W_q.weight` has changed")
def attention_set_to_zero(plain, attentive):
    by_name(plain, attentive)
    attentive.attention.W_q.weight.data()[:] = 0


@attempts.wrong("05.5", "AttributeError: 'LSTM' object has no attribute 'W2'")
def three_layers_assumed(plain, attentive):
    by_name(plain, attentive)
    attentive.rnn.W2.set_data(plain.rnn.W2.data())


@attempts.wrong("05.5", "AssertionError")
def by_order_from_the_start(plain, attentive):
    pairs = zip(plain.collect_params().values(), attentive.collect_params().values(), strict=False)
    for source, target in pairs:
        target.set_data(source.data())


# 05.6

PREDICTED = (1 / 4, 6)


@attempts.right("05.6", rest=PREDICTED)
def differences_of_the_last_epoch(without, attentive):
    differences = without[:, -1] - attentive[:, -1]
    return float(differences.mean()), float(differences.std(ddof=1))


@attempts.right("05.6", rest=(0.25, np.array(6)))
def a_loop_over_seeds(without, attentive):
    differences = [float(a[-1]) - float(b[-1]) for a, b in zip(without, attentive, strict=True)]
    mean = sum(differences) / len(differences)
    squares = sum((d - mean) ** 2 for d in differences)
    return [mean, math.sqrt(squares / (len(differences) - 1))]


@attempts.right("05.6", rest=PREDICTED)
def arrays_in_double_precision(without, attentive):
    differences = (without - attentive).asnumpy().astype("float64")[:, -1]
    return np.array(differences.mean()), differences.std(ddof=1)


@attempts.wrong("05.6", "this takes the first epoch", rest=PREDICTED)
def first_epoch(without, attentive):
    return differences_of_the_last_epoch(without[:, ::-1], attentive[:, ::-1])


@attempts.wrong("05.6", "the mean over all epochs", rest=PREDICTED)
def all_epochs(without, attentive):
    return differences_of_the_last_epoch(
        without.mean(axis=1, keepdims=True), attentive.mean(axis=1, keepdims=True)
    )


@attempts.wrong("05.6", "the lowest loss of each run", rest=PREDICTED)
def best_epoch(without, attentive):
    return differences_of_the_last_epoch(
        without.min(axis=1, keepdims=True), attentive.min(axis=1, keepdims=True)
    )


@attempts.wrong("05.6", "Rows are seeds, columns epochs", rest=PREDICTED)
def wrong_axis(without, attentive):
    return differences_of_the_last_epoch(without.T, attentive.T)


@attempts.wrong("05.6", "the sign is the wrong way round", rest=PREDICTED)
def other_sign(without, attentive):
    return differences_of_the_last_epoch(attentive, without)


@attempts.wrong("05.6", "without their signs", rest=PREDICTED)
def absolute(without, attentive):
    mean = abs(without - attentive)[:, -1].mean()
    return mean, differences_of_the_last_epoch(without, attentive)[1]


@attempts.wrong("05.6", "ddof=1", rest=PREDICTED)
def divided_by_n(without, attentive):
    differences = (without - attentive)[:, -1]
    return differences.mean(), differences.std()


@attempts.wrong("05.6", "that of one model's losses", rest=PREDICTED)
def spread_of_one_model(without, attentive):
    return (without - attentive)[:, -1].mean(), attentive[:, -1].std(ddof=1)


@attempts.wrong("05.6", "are added up", rest=PREDICTED)
def not_paired(without, attentive):
    a, b = without[:, -1], attentive[:, -1]
    return (a - b).mean(), np.sqrt(a.std(ddof=1) ** 2 + b.std(ddof=1) ** 2)


@attempts.wrong("05.6", "the standard error", rest=PREDICTED)
def standard_error(without, attentive):
    mean, spread = differences_of_the_last_epoch(without, attentive)
    return mean, spread / math.sqrt(without.shape[0])


@attempts.wrong("05.6", "the largest minus the smallest", rest=PREDICTED)
def span(without, attentive):
    differences = (without - attentive)[:, -1]
    return differences.mean(), differences.max() - differences.min()


@attempts.wrong("05.6", "a variance", rest=PREDICTED)
def variance(without, attentive):
    mean, spread = differences_of_the_last_epoch(without, attentive)
    return mean, spread**2


@attempts.wrong("05.6", "return two numbers", rest=PREDICTED)
def one_for_each_seed(without, attentive):
    return without[:, -1] - attentive[:, -1]


@attempts.wrong("05.6", "the same answer for different inputs", rest=PREDICTED)
def written_into_it(without, attentive):
    return 0.05, 0.02


for chance, seeds, says in (
    (1 / 8, 6, "The other model may win, too"),
    (1 / 2, 6, "for two that agree"),
    (1 / 3, 6, "don't make thirds"),
    (1 / 4, 5, "6.25 %"),
    (1 / 4, 20, "It halves with each one"),
    (1 / 4, 7, "6 seeds are enough"),
):
    attempts.add("05.6", differences_of_the_last_epoch, chance, seeds, says=says)

# 05.7

BITS = 30 * math.log2(10)

attempts.add("05.7", ["A", "C"], BITS)
attempts.add("05.7", "CA", 99.66)
attempts.add("05.7", ["C"], BITS, says="A is missing")
attempts.add("05.7", ["A"], BITS, says="C is missing")
attempts.add("05.7", ["A", "B", "C"], BITS, says="B has one label")
attempts.add("05.7", {"A", "C", "D"}, BITS, says="D needs one word")
attempts.add("05.7", ["A", "C", "E"], BITS, says="E has two words")
attempts.add("05.7", ["a", "c"], BITS, says="are called A to E")
attempts.add("05.7", 2, BITS, says="a list of letters")
attempts.add("05.7", ["A", "C"], 30, says="one bit tells two things apart")
attempts.add("05.7", ["A", "C"], 69.08, says="these are nats")
attempts.add("05.7", ["A", "C"], 3.32, says="that is one digit")
attempts.add("05.7", ["A", "C"], 49.07, says="10 to the power of 30")
attempts.add("05.7", ["A", "C"], 300, says="Take the logarithm of ten")
attempts.add("05.7", ["A", "C"], 120, says="less than 4")

# 05.8


def places(source):
    return list(range(len(source)))


@attempts.right("05.8")
def reversed_order(source):
    return source[::-1], places(source)[::-1]


@attempts.right("05.8")
def neighbours_exchanged_in_a_loop(source):
    where = []
    for first in range(0, len(source), 2):
        where += [first + 1, first] if first + 1 < len(source) else [first]
    return [source[position] for position in where], where


@attempts.right("05.8")
def each_twice_as_arrays(source):
    return np.array(source).repeat(2), numpy.repeat(places(source), 2)


@attempts.right("05.8")
def halves_of_the_digits(source):
    return tuple(digit // 2 for digit in source), tuple(places(source))


@attempts.wrong("05.8", "source position 1 has no influence")
def every_other_digit(source):
    return source[::2], places(source)[::2]


@attempts.wrong("05.8", "but `where` says that it comes from")
def places_of_the_copy(source):
    return source[::-1], places(source)


@attempts.wrong("05.8", "but `where` says that it comes from")
def sorted_digits(source):
    where = sorted(places(source), key=source.__getitem__)
    return sorted(source), where


@attempts.wrong("05.8", "but `where` says that it comes from")
def running_sum(source):
    return [sum(source[: k + 1]) % 10 for k in places(source)], places(source)


@attempts.wrong("05.8", "the length of the target depends on the digits")
def odd_digits_twice(source):
    where = [k for k in places(source) for _ in range(1 + source[k] % 2)]
    return [source[k] for k in where], where


@attempts.wrong("05.8", "has no influence")
def always_the_same(source):
    return [7] * len(source), places(source)


@attempts.wrong("05.8", "Leave chance out")
def shuffled(source):
    where = numpy.random.permutation(len(source)).tolist()
    return [source[k] for k in where], where


@attempts.wrong("05.8", "is not a digit from 0 to 9")
def next_digit(source):
    return [digit + 10 for digit in source], places(source)


@attempts.wrong("05.8", "are 0 to 4")
def places_from_1(source):
    return source[::-1], [k + 1 for k in places(source)][::-1]


@attempts.wrong("05.8", "return two lists")
def target_only(source):
    return source[::-1]


@attempts.wrong("05.8", "Each target token needs one")
def one_place(source):
    return source[::-1], [0]


@attempts.wrong("05.8", "changes its argument `source` in place")
def reversed_in_place(source):
    source.reverse()
    return source, places(source)[::-1]
