"""Answers to the tasks of chapter 02."""

import numpy
from attempts import Attempts
from mxnet import np, npx

from d2l_local import Decoder, Encoder

attempts = Attempts()

# 02.1

SCORES = (3, 5, 30)
attempts.add("02.1", (3, 7), (3, 4), SCORES, [3, 4, 1])
attempts.add("02.1", [3, 7], [3, 4], list(SCORES), np.array([3.0, 4.0, 1.0]))
attempts.add("02.1", (3, 6), (3, 4), SCORES, [3, 4, 1], says="`X_shape` does not count `<eos>`")
attempts.add("02.1", (7, 3), (3, 4), SCORES, [3, 4, 1], says="`X_shape`: the batch comes first")
attempts.add("02.1", (3, 7, 30), (3, 4), SCORES, [3, 4, 1], says="`X` holds indices")
attempts.add("02.1", (3, 7), (3, 7), SCORES, [3, 4, 1], says="however long the words are")
attempts.add("02.1", (3, 7), (3, 7, 4), SCORES, [3, 4, 1], says="not for each step")
attempts.add("02.1", (3, 7), (4,), SCORES, [3, 4, 1], says="that of one word")
attempts.add("02.1", (3, 7), (4, 3), SCORES, [3, 4, 1], says="`memory_shape`: the batch comes")
attempts.add("02.1", (3, 7), (3, 4), (3, 7, 30), [3, 4, 1], says="as many steps as `dec_X`")
attempts.add("02.1", (3, 7), (3, 4), (3, 5), [3, 4, 1], says="a score for every token")
attempts.add("02.1", (3, 7), (3, 4), (3, 30), [3, 4, 1], says="each of the five steps")
attempts.add("02.1", (3, 7), (3, 4), (3, 5, 26), [3, 4, 1], says="special tokens have scores")
attempts.add("02.1", (3, 7), (3, 4), (5, 3, 30), [3, 4, 1], says="`scores_shape`: the batch comes")
attempts.add("02.1", (3, 7), (3, 4), SCORES, [3, 6, 1], says="four letters only")
attempts.add("02.1", (3, 7), (3, 4), SCORES, [4, 4, 2], says="`left` counts `<eos>`. It is")
attempts.add("02.1", (3, 7), (3, 4), SCORES, [4, 7, 2], says="more letters than the memory")
attempts.add("02.1", (3, 7), (3, 4), SCORES, [4, 4, 4], says="Empty ones are not written")
attempts.add("02.1", 21, (3, 4), SCORES, [3, 4, 1], says="a list is expected")

# 02.2

attempts.add("02.2", ["burden", "warden", "harden"], 6)
attempts.add("02.2", {"harden", "burden", "warden"}, np.array(6.0))
attempts.add("02.2", ["warden", "harden"], 6, says="`burden` is missing")
attempts.add("02.2", ["burden", "harden"], 6, says="`warden` is missing")
attempts.add("02.2", ["burden", "warden"], 6, says="`harden` is missing")
attempts.add("02.2", ["burden", "warden", "golden", "harden"], 6, says="`golden` leaves")
attempts.add("02.2", ["burden", "warden", "harden", "den"], 6, says="`den` leaves an empty place")
attempts.add("02.2", ["garden", "burden", "warden", "harden"], 6, says="leave out `garden`")
attempts.add("02.2", ["burdens"], 6, says="'burdens' is not one of the words")
attempts.add("02.2", "burden", 6, says="should be a list of words")
attempts.add("02.2", ["burden", "warden", "harden"], 5, says="leave `a r d e n`")
attempts.add("02.2", ["burden", "warden", "harden"], 7, says="fewer than 7 are enough")
attempts.add("02.2", ["burden", "warden", "harden"], 4, says="`garden` and `burden` leave")

# 02.3


class Bag(Encoder):
    """The right counts, in methods that the attempts below replace."""

    def __init__(self, vocab_size):
        super().__init__()
        self.vocab_size = vocab_size

    def real(self, X, valid_len):
        return np.arange(X.shape[1], dtype="float32") < valid_len.reshape(-1, 1)

    def finish(self, counts, X, valid_len):
        return counts

    def forward(self, X, valid_len=None, *args):
        if valid_len is None:
            valid_len = np.full((X.shape[0],), X.shape[1])
        real = np.expand_dims(self.real(X, valid_len), 2)
        counts = (npx.one_hot(X, self.vocab_size) * real).sum(axis=1)
        return self.finish(counts, X, valid_len)


attempts.right("02.3")(Bag)


@attempts.right("02.3")
class ALoopInNumpy(Bag):
    def forward(self, X, valid_len=None, *args):
        counts = numpy.zeros((len(X), self.vocab_size), dtype="int64")
        for b, row in enumerate(X.asnumpy().astype(int)):
            length = len(row) if valid_len is None else int(valid_len[b])
            for token in row[:length]:
                counts[b, token] += 1
        return np.array(counts)


@attempts.right("02.3")
class StepByStep(Bag):
    def forward(self, X, valid_len=None, *args):
        counts = np.zeros((X.shape[0], self.vocab_size))
        for step in range(X.shape[1]):
            more = counts + npx.one_hot(X[:, step], self.vocab_size)
            if valid_len is None:
                counts = more
            else:
                counts = np.where(np.expand_dims(step < valid_len, 1), more, counts)
        return counts


@attempts.wrong("02.3", "`valid_len` is not used")
class ValidLenIgnored(Bag):
    def real(self, X, valid_len):
        return np.ones(X.shape)


@attempts.wrong("02.3", "recognise padding by its index")
class PaddingIsZero(Bag):
    def real(self, X, valid_len):
        return X != 0


@attempts.wrong("02.3", "index 0 is never counted")
class NeverZero(Bag):
    def finish(self, counts, X, valid_len):
        return np.concatenate([0 * counts[:, :1], counts[:, 1:]], axis=1)


@attempts.wrong("02.3", "the last real step is not counted")
class WithoutEos(Bag):
    def real(self, X, valid_len):
        return super().real(X, valid_len - 1)


@attempts.wrong("02.3", "one step too many")
class OffByOne(Bag):
    def real(self, X, valid_len):
        return np.arange(X.shape[1], dtype="float32") <= valid_len.reshape(-1, 1)


@attempts.wrong("02.3", "uses the first valid length")
class RightForBatchSize1(Bag):
    def real(self, X, valid_len):
        return super().real(X, np.full(valid_len.shape, valid_len[0]))


@attempts.wrong("02.3", "Count how often")
class Occurs(Bag):
    def finish(self, counts, X, valid_len):
        return counts > 0


@attempts.wrong("02.3", "shares of the sentence")
class Shares(Bag):
    def finish(self, counts, X, valid_len):
        return counts / np.expand_dims(valid_len, 1)


@attempts.wrong("02.3", "by the number of steps")
class MeanOverSteps(Bag):
    def finish(self, counts, X, valid_len):
        return counts / X.shape[1]


@attempts.wrong("02.3", "added up")
class SumOverTheBatch(Bag):
    def finish(self, counts, X, valid_len):
        return np.broadcast_to(counts.sum(axis=0), counts.shape)


@attempts.wrong("02.3", "that is (batch, vocabulary)")
class NotSummed(Bag):
    def forward(self, X, valid_len=None, *args):
        return npx.one_hot(X, self.vocab_size)


@attempts.wrong("02.3", "AttributeError: 'NoneType'")
class NoneForgotten(Bag):
    def forward(self, X, valid_len=None, *args):
        real = np.expand_dims(self.real(X, valid_len), 2)
        return (npx.one_hot(X, self.vocab_size) * real).sum(axis=1)


@attempts.wrong("02.3", "changes its argument `X` in place")
class PaddingOverwritten(Bag):
    def forward(self, X, valid_len=None, *args):
        counts = super().forward(X, valid_len)
        for b in range(X.shape[0]):
            X[b, 1:] = 0
        return counts


@attempts.wrong("02.3", "needs a method forward")
class MethodMisspelled(Encoder):
    def __init__(self, vocab_size):
        super().__init__()

    def foward(self, X, valid_len=None, *args):
        return X


@attempts.wrong("02.3", "end with `return`?")
class ReturnForgotten(Bag):
    def forward(self, X, valid_len=None, *args):
        super().forward(X, valid_len)


attempts.add("02.3", Bag(4), says="without brackets behind its name")

# 02.4


class Sorting(Decoder):
    """Write a bag in order. The attempts below replace single steps of it."""

    def __init__(self, vocab_size):
        super().__init__()
        self.vocab_size = vocab_size

    def one_hot(self, token):
        return npx.one_hot(token, self.vocab_size)

    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return enc_outputs * (1 - self.one_hot(np.array([2])))

    def choose(self, left):
        return np.minimum(left, 1).argmax(axis=1)

    def take(self, left, written):
        return np.maximum(left - written, 0)

    def forward(self, X, state):
        scores = []
        for _ in range(X.shape[1]):
            token = np.where(state.sum(axis=1) > 0, self.choose(state), 2)
            scores.append(self.one_hot(token))
            state = self.take(state, scores[-1])
        return np.stack(scores, axis=1), state


attempts.right("02.4")(Sorting)


@attempts.right("02.4")
class ListsOfTokens(Sorting):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        rows = enc_outputs.asnumpy().astype(int)
        return [[i for i, n in enumerate(row) for _ in range(n) if i != 2] for row in rows]

    def forward(self, X, state):
        steps = X.shape[1]
        tokens = [[*row, *[2] * steps][:steps] for row in state]
        return self.one_hot(np.array(tokens)), [row[steps:] for row in state]


@attempts.right("02.4")
class BagAndPosition(Sorting):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return {"bag": super().init_state(enc_outputs), "position": 0}

    def forward(self, X, state):
        end = state["position"] + X.shape[1]
        scores, _ = super().forward(np.ones((X.shape[0], end)), state["bag"])
        return scores[:, state["position"] :] - 0.5, {"bag": state["bag"], "position": end}


@attempts.wrong("02.4", "the same token in each of them")
class OneTokenForACall(Sorting):
    def forward(self, X, state):
        scores, state = super().forward(X[:, :1], state)
        return scores.repeat(X.shape[1], axis=1), state


@attempts.wrong("02.4", "the state is lost between two calls")
class OldStateReturned(Sorting):
    def forward(self, X, state):
        return super().forward(X, state)[0], state


@attempts.wrong("02.4", "nothing is taken out of the bag")
class NothingTaken(Sorting):
    def take(self, left, written):
        return left


@attempts.wrong("02.4", "<eos> comes first")
class EosInTheBag(Sorting):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return enc_outputs


@attempts.wrong("02.4", "must be written twice")
class AllOfOneKindTaken(Sorting):
    def take(self, left, written):
        return left * (1 - written)


@attempts.wrong("02.4", "the largest index comes first")
class LargestFirst(Sorting):
    def choose(self, left):
        return self.vocab_size - 1 - np.minimum(left[:, ::-1], 1).argmax(axis=1)


@attempts.wrong("02.4", "the most frequent token comes first")
class MostFrequentFirst(Sorting):
    def choose(self, left):
        return left.argmax(axis=1)


@attempts.wrong("02.4", "<pad> is written")
class PaddingAtTheEnd(Sorting):
    def forward(self, X, state):
        scores = []
        for _ in range(X.shape[1]):
            scores.append(self.one_hot(self.choose(state)))
            state = self.take(state, scores[-1])
        return np.stack(scores, axis=1), state


@attempts.wrong("02.4", "take only <eos> out")
class SpecialTokensTakenOut(Sorting):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return np.concatenate([0 * enc_outputs[:, :4], enc_outputs[:, 4:]], axis=1)


@attempts.wrong("02.4", "all rows end when the shortest does")
class OneEndForAll(Sorting):
    def forward(self, X, state):
        scores = []
        for _ in range(X.shape[1]):
            going_on = state.sum(axis=1).min() > 0
            token = self.choose(state) if going_on else np.full((len(state),), 2)
            scores.append(self.one_hot(token))
            state = self.take(state, scores[-1]) if going_on else 0 * state
        return np.stack(scores, axis=1), state


@attempts.wrong("02.4", "all rows are written like the first")
class SortsForBatchSize1(Sorting):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return super().init_state(enc_outputs[:1].repeat(len(enc_outputs), axis=0))


@attempts.wrong("02.4", "changes its argument `enc_outputs` in place")
class EosRemovedInPlace(Sorting):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        enc_outputs[:, 2] = 0
        return enc_outputs


@attempts.wrong("02.4", "should return two things")
class ScoresOnly(Sorting):
    def forward(self, X, state):
        return super().forward(X, state)[0]


@attempts.wrong("02.4", "that is (batch, steps, vocabulary)")
class TokensInsteadOfScores(Sorting):
    def forward(self, X, state):
        scores, state = super().forward(X, state)
        return scores.argmax(axis=2), state


@attempts.wrong("02.4", "that is (batch, steps, vocabulary)")
class StepsFirst(Sorting):
    def forward(self, X, state):
        scores, state = super().forward(X, state)
        return np.swapaxes(scores, 0, 1), state


@attempts.wrong("02.4", "needs a method init_state")
class WithoutInitState(Decoder):
    def __init__(self, vocab_size):
        super().__init__()


attempts.add("02.4", Sorting(4), says="not a class")

# 02.5


def column(token, X):
    return np.full((X.shape[0], 1), token)


def last_token(scores):
    return scores[:, -1:].argmax(axis=2).astype("float32")


@attempts.right("02.5")
def one_column_at_a_time(encoder, decoder, X, valid_len, bos, num_steps):
    state = decoder.init_state(encoder(X, valid_len), valid_len)
    tokens = [column(bos, X)]
    for _ in range(num_steps):
        scores, state = decoder(tokens[-1], state)
        tokens.append(scores.argmax(axis=-1))
    return np.concatenate(tokens[1:], axis=1)


@attempts.right("02.5")
def one_sentence_at_a_time(encoder, decoder, X, valid_len, bos, num_steps):
    rows = numpy.zeros((X.shape[0], num_steps), dtype="int64")
    for b in range(X.shape[0]):
        length = valid_len[b : b + 1]
        state = decoder.init_state(encoder(X[b : b + 1], length), length)
        token = bos
        for step in range(num_steps):
            scores, state = decoder(np.array([[token]]), state)
            token = rows[b, step] = int(scores[0, 0].asnumpy().argmax())
    return np.array(rows)


@attempts.right("02.5")
def everything_anew_at_each_step(encoder, decoder, X, valid_len, bos, num_steps):
    tokens = column(bos, X)
    for _ in range(num_steps):
        state = decoder.init_state(encoder(X, valid_len), valid_len)
        scores, _ = decoder(tokens, state)
        tokens = np.concatenate([tokens, last_token(scores)], axis=1)
    return tokens[:, 1:]


@attempts.wrong("02.5", "the encoder is not told the valid length")
def encoder_not_told(encoder, decoder, X, valid_len, bos, num_steps):
    return one_column_at_a_time(lambda X, n: encoder(X), decoder, X, valid_len, bos, num_steps)


class Wrapped:
    """A decoder that is called in another way."""

    def __init__(self, decoder):
        self.decoder = decoder

    def init_state(self, enc_outputs, enc_valid_len):
        return self.decoder.init_state(enc_outputs, enc_valid_len)

    def __call__(self, X, state):
        return self.decoder(X, state)


class NotTold(Wrapped):
    def init_state(self, enc_outputs, enc_valid_len):
        return self.decoder.init_state(enc_outputs)


class StateLost(Wrapped):
    def __call__(self, X, state):
        return self.decoder(X, state)[0], state


@attempts.wrong("02.5", "`init_state` is not told")
def decoder_not_told(encoder, decoder, X, valid_len, bos, num_steps):
    return one_column_at_a_time(encoder, NotTold(decoder), X, valid_len, bos, num_steps)


@attempts.wrong("02.5", "neither the encoder nor")
def nobody_told(encoder, decoder, X, valid_len, bos, num_steps):
    return encoder_not_told(encoder, NotTold(decoder), X, valid_len, bos, num_steps)


@attempts.wrong("02.5", "the state is not carried on")
def state_lost(encoder, decoder, X, valid_len, bos, num_steps):
    return one_column_at_a_time(encoder, StateLost(decoder), X, valid_len, bos, num_steps)


@attempts.wrong("02.5", "reads <bos> at every step. Let")
def always_bos(encoder, decoder, X, valid_len, bos, num_steps):
    state = decoder.init_state(encoder(X, valid_len), valid_len)
    columns = []
    for _ in range(num_steps):
        scores, state = decoder(column(bos, X), state)
        columns.append(scores.argmax(axis=2))
    return np.concatenate(columns, axis=1)


@attempts.wrong("02.5", "reads <bos> at every step. Let")
def one_call_of_all_steps(encoder, decoder, X, valid_len, bos, num_steps):
    state = decoder.init_state(encoder(X, valid_len), valid_len)
    scores, _ = decoder(np.full((X.shape[0], num_steps), bos), state)
    return scores.argmax(axis=2)


@attempts.wrong("02.5", "each step is the same")
def nothing_carried(encoder, decoder, X, valid_len, bos, num_steps):
    return always_bos(encoder, StateLost(decoder), X, valid_len, bos, num_steps)


@attempts.wrong("02.5", "reads all tokens so far")
def all_tokens_and_a_state(encoder, decoder, X, valid_len, bos, num_steps):
    state = decoder.init_state(encoder(X, valid_len), valid_len)
    tokens = column(bos, X)
    for _ in range(num_steps):
        scores, state = decoder(tokens, state)
        tokens = np.concatenate([tokens, last_token(scores)], axis=1)
    return tokens[:, 1:]


@attempts.wrong("02.5", "Each sentence has its own")
def writes_for_batch_size_1(encoder, decoder, X, valid_len, bos, num_steps):
    state = decoder.init_state(encoder(X, valid_len), valid_len)
    token, columns = bos, []
    for _ in range(num_steps):
        scores, state = decoder(column(token, X), state)
        columns.append(scores.argmax(axis=2))
        token = int(columns[-1][0, 0])
    return np.concatenate(columns, axis=1)


@attempts.wrong("02.5", "lowest score")
def argmin(encoder, decoder, X, valid_len, bos, num_steps):
    state = decoder.init_state(encoder(X, valid_len), valid_len)
    tokens = [column(bos, X)]
    for _ in range(num_steps):
        scores, state = decoder(tokens[-1], state)
        tokens.append(scores.argmin(axis=2))
    return np.concatenate(tokens[1:], axis=1)


@attempts.wrong("02.5", "begins with <bos>")
def with_bos(encoder, decoder, X, valid_len, bos, num_steps):
    written = one_column_at_a_time(encoder, decoder, X, valid_len, bos, num_steps)
    return np.concatenate([column(bos, X), written.astype("float32")], axis=1)


@attempts.wrong("02.5", "begins with <bos>")
def with_bos_and_cut(encoder, decoder, X, valid_len, bos, num_steps):
    return with_bos(encoder, decoder, X, valid_len, bos, num_steps)[:, :-1]


@attempts.wrong("02.5", "reads tokens (batch, steps), but got shape")
def token_without_steps(encoder, decoder, X, valid_len, bos, num_steps):
    return decoder(column(bos, X)[:, 0], decoder.init_state(encoder(X, valid_len), valid_len))


@attempts.wrong("02.5", "that is (batch, steps)")
def one_step_less(encoder, decoder, X, valid_len, bos, num_steps):
    return one_column_at_a_time(encoder, decoder, X, valid_len, bos, num_steps + 1)[:, 2:]


@attempts.wrong("02.5", "that is (batch, steps)")
def stacked(encoder, decoder, X, valid_len, bos, num_steps):
    return np.expand_dims(one_column_at_a_time(encoder, decoder, X, valid_len, bos, num_steps), 2)


# 02.6

LEAKING = ["B", "C"]


def behind(X, extra, value=0):
    return np.concatenate([X, np.full((X.shape[0], extra), value)], axis=1)


def change(encoder, X, valid_len, extra):
    return encoder(behind(X, extra), valid_len) - encoder(X, valid_len)


@attempts.right("02.6", rest=(LEAKING,))
def largest_change(encoder, X, valid_len, extra):
    return abs(change(encoder, X, valid_len, extra)).max()


@attempts.right("02.6", rest=({"C", "B"},))
def a_loop_over_rows(encoder, X, valid_len, extra):
    largest = 0.0
    for b in range(X.shape[0]):
        row = X.asnumpy()[b : b + 1]
        longer = np.array(numpy.pad(row, ((0, 0), (0, extra))))
        after = encoder(longer, valid_len[b : b + 1]).asnumpy()
        before = encoder(np.array(row), valid_len[b : b + 1]).asnumpy()
        largest = max(largest, *(float(abs(d)) for d in (after - before).ravel()))
    return largest


@attempts.right("02.6", rest=("BC",))
def up_or_down(encoder, X, valid_len, extra):
    difference = change(encoder, X, valid_len, extra)
    return max(float(difference.max()), -float(difference.min()))


@attempts.wrong("02.6", "the valid lengths have grown", rest=(LEAKING,))
def lengths_grow(encoder, X, valid_len, extra):
    return abs(encoder(behind(X, extra), valid_len + extra) - encoder(X, valid_len)).max()


@attempts.wrong("02.6", "not told the valid lengths", rest=(LEAKING,))
def lengths_left_out(encoder, X, valid_len, extra):
    return abs(encoder(behind(X, extra)) - encoder(X, valid_len)).max()


@attempts.wrong("02.6", "put in front", rest=(LEAKING,))
def in_front(encoder, X, valid_len, extra):
    longer = np.concatenate([np.zeros((X.shape[0], extra)), X], axis=1)
    return abs(encoder(longer, valid_len) - encoder(X, valid_len)).max()


@attempts.wrong("02.6", "one column was added", rest=(LEAKING,))
def one_column(encoder, X, valid_len, extra):
    return largest_change(encoder, X, valid_len, 1)


@attempts.wrong("02.6", "padded with ones", rest=(LEAKING,))
def ones(encoder, X, valid_len, extra):
    return abs(encoder(behind(X, extra, 1), valid_len) - encoder(X, valid_len)).max()


@attempts.wrong("02.6", "only the first row", rest=(LEAKING,))
def first_row(encoder, X, valid_len, extra):
    return abs(change(encoder, X, valid_len, extra)[0]).max()


@attempts.wrong("02.6", "A number can fall, too", rest=(LEAKING,))
def upwards(encoder, X, valid_len, extra):
    return change(encoder, X, valid_len, extra).max()


@attempts.wrong("02.6", "they cancel", rest=(LEAKING,))
def mean_with_sign(encoder, X, valid_len, extra):
    return change(encoder, X, valid_len, extra).mean()


@attempts.wrong("02.6", "this is the mean", rest=(LEAKING,))
def mean(encoder, X, valid_len, extra):
    return abs(change(encoder, X, valid_len, extra)).mean()


@attempts.wrong("02.6", "this is the sum", rest=(LEAKING,))
def total(encoder, X, valid_len, extra):
    return abs(change(encoder, X, valid_len, extra)).sum()


@attempts.wrong("02.6", "this is a square", rest=(LEAKING,))
def squared(encoder, X, valid_len, extra):
    return (change(encoder, X, valid_len, extra) ** 2).max()


@attempts.wrong("02.6", "is expected", rest=(LEAKING,))
def one_number_for_each_row(encoder, X, valid_len, extra):
    return abs(change(encoder, X, valid_len, extra)).max(axis=1)


attempts.add("02.6", largest_change, ["B"], says="C is missing")
attempts.add("02.6", largest_change, ["C"], says="B is missing")
attempts.add("02.6", largest_change, ["A", "B", "C"], says="A divides by the valid length")
attempts.add("02.6", largest_change, ["B", "C", "D"], says="D stops at the end")
attempts.add("02.6", largest_change, ["E"], says="are called A, B, C and D")
attempts.add("02.6", largest_change, 2, says="a list of names")

# 02.7


class Copying(Decoder):
    """Write the source, token by token. The attempts below replace single steps of it."""

    def __init__(self, vocab_size):
        super().__init__()
        self.vocab_size = vocab_size

    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return [enc_outputs, 0]

    def tokens(self, source, position, steps):
        return source[:, position : position + steps]

    def forward(self, X, state):
        source, position = state
        tokens = self.tokens(source, position, X.shape[1])
        return npx.one_hot(tokens, self.vocab_size), [source, position + X.shape[1]]


attempts.right("02.7")(Copying)


@attempts.right("02.7")
class WhatIsLeft(Copying):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return enc_outputs

    def forward(self, X, state):
        scores = [npx.one_hot(state[:, i], self.vocab_size) for i in range(X.shape[1])]
        return np.stack(scores, axis=1), state[:, X.shape[1] :]


@attempts.right("02.7")
class CopiedState(Copying):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return {"source": enc_outputs.asnumpy().astype(int), "position": 0}

    def forward(self, X, state):
        state = dict(state)
        scores = numpy.zeros((*X.shape, self.vocab_size))
        for step in range(X.shape[1]):
            for row, token in enumerate(state["source"][:, state["position"]]):
                scores[row, step, token] = 3.5
            state["position"] += 1
        return np.array(scores), state


@attempts.wrong("02.7", "disturb each other")
class Unchanged(Copying):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        self.position = 0
        return enc_outputs

    def forward(self, X, state):
        scores = []
        for _ in range(X.shape[1]):
            scores.append(npx.one_hot(state[:, self.position], self.vocab_size))
            self.position += 1
        return np.stack(scores, axis=1), state


@attempts.wrong("02.7", "`forward` changes it in place")
class ListChanged(Copying):
    def forward(self, X, state):
        scores, new_state = super().forward(X, state)
        state[1] = new_state[1]
        return scores, state


@attempts.wrong("02.7", "the position does not move on")
class PositionFixed(Copying):
    def tokens(self, source, position, steps):
        return source[:, :1].repeat(steps, axis=1)


@attempts.wrong("02.7", "Return a state with the new position")
class StateReturnedAsItWas(Copying):
    def forward(self, X, state):
        return super().forward(X, state)[0], state


@attempts.wrong("02.7", "each call begins with the first token")
class PositionSetToZero(Unchanged):
    def forward(self, X, state):
        self.position = 0
        return super().forward(X, state)


@attempts.wrong("02.7", "all steps of a call write the same token")
class OnePositionForACall(Copying):
    def tokens(self, source, position, steps):
        return source[:, position : position + 1].repeat(steps, axis=1)


@attempts.wrong("02.7", "the first token is skipped")
class BeginsWithOne(Copying):
    def init_state(self, enc_outputs, enc_valid_len=None, *args):
        return [enc_outputs, 1]


@attempts.wrong("02.7", "the first example of the batch is right, but not the others")
class CopiesForBatchSize1(Copying):
    def tokens(self, source, position, steps):
        return super().tokens(source[:1].repeat(len(source), axis=0), position, steps)


@attempts.wrong("02.7", "that is (batch, steps, vocabulary)")
class FirstRowOnly(Copying):
    def tokens(self, source, position, steps):
        return super().tokens(source[:1], position, steps)


@attempts.wrong("02.7", "should return two things")
class StateForgotten(Copying):
    def forward(self, X, state):
        return super().forward(X, state)[0]


@attempts.wrong("02.7", "changes its argument `first` in place")
class SourceOverwritten(Copying):
    def forward(self, X, state):
        scores, new_state = super().forward(X, state)
        state[0][:, state[1]] = 0
        return scores, new_state


attempts.add("02.7", Copying(9), says="without brackets")

# 02.8


def letters(X, valid_len, places=8):
    """Return X without <eos> and padding, as an array (batch, places)."""
    real = np.arange(X.shape[1], dtype="float32") < np.expand_dims(valid_len - 1, 1)
    return np.concatenate([X * real, np.zeros((X.shape[0], places))], axis=1)[:, :places]


@attempts.right("02.8")
class TwoDigits(Encoder):
    def forward(self, X, valid_len=None, *args):
        eight = letters(X, valid_len)
        return eight[:, ::2] + eight[:, 1::2] / 32


@attempts.right("02.8")
class ThreeNumbersInALoop(Encoder):
    def forward(self, X, valid_len=None, *args):
        memory = numpy.zeros((X.shape[0], 3))
        for row, tokens, length in zip(memory, X.asnumpy(), valid_len.asnumpy(), strict=True):
            for i, token in enumerate(tokens[: int(length)]):
                row[i // 3] = 30 * row[i // 3] + token
        return memory


def collect(X, valid_len, start, read):
    """Return one row for each word, made of its letters."""
    rows = zip(X.asnumpy(), valid_len.asnumpy(), strict=True)
    words = [row[: int(length) - 1].tolist() for row, length in rows]
    return np.array([[*read(word), *start][: len(start)] for word in words])


@attempts.wrong("02.8", "the beginning of the word is forgotten")
class LastFour(Encoder):
    def forward(self, X, valid_len=None, *args):
        return collect(X, valid_len, [0] * 4, lambda word: word[-4:])


@attempts.wrong("02.8", "the end of the word is forgotten")
class FirstFour(Encoder):
    def forward(self, X, valid_len=None, *args):
        return letters(X, valid_len)[:, :4]


@attempts.wrong("02.8", "the order of the letters is lost")
class SumOfPowers(Encoder):
    def forward(self, X, valid_len=None, *args):
        word = letters(X, valid_len)
        return np.stack([(word**k).sum(axis=1) for k in (1, 2, 3)], axis=1)


@attempts.wrong("02.8", "how often a letter occurs")
class SetOfLetters(Encoder):
    def forward(self, X, valid_len=None, *args):
        return collect(X, valid_len, [0, 0], lambda word: [sum(2**i for i in set(word)), 0])


@attempts.wrong("02.8", "at most 4")
class EightNumbers(Encoder):
    def forward(self, X, valid_len=None, *args):
        return letters(X, valid_len)


@attempts.wrong("02.8", "at most 4")
class NoSecondAxis(Encoder):
    def forward(self, X, valid_len=None, *args):
        return letters(X, valid_len).sum(axis=1)


@attempts.wrong("02.8", "the amount of padding")
class PaddingShiftsDigits(Encoder):
    def forward(self, X, valid_len=None, *args):
        memory = np.zeros((X.shape[0],))
        for step in range(X.shape[1]):
            memory = memory * 1.5 + X[:, step]
        return np.expand_dims(memory, 1)


@attempts.wrong("02.8", "when the other words of its batch are gone")
class BatchNormalised(Encoder):
    def forward(self, X, valid_len=None, *args):
        memory = TwoDigits()(X, valid_len)
        return memory - memory.mean(axis=0)


@attempts.wrong("02.8", "Is there randomness")
class RandomNumbers(Encoder):
    def forward(self, X, valid_len=None, *args):
        return np.random.uniform(size=(X.shape[0], 4))


@attempts.wrong("02.8", "not finite")
class TooLarge(Encoder):
    def forward(self, X, valid_len=None, *args):
        memory = np.zeros((X.shape[0], 1))
        for step in range(X.shape[1]):
            memory = memory * 1e6 + X[:, step : step + 1]
        return memory


@attempts.wrong("02.8", "one letter is rounded away")
class RoundedAway(Encoder):
    def forward(self, X, valid_len=None, *args):
        memory = np.zeros((X.shape[0],))
        for step in range(8):
            memory = memory * 30 + letters(X, valid_len)[:, step]
        return np.expand_dims(memory, 1)
