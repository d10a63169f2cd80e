"""The source text's library, d2l 0.11.4, as it is: its data loader, training loop and predictor.

It can't live beside d2l 1.0.3, so `make bench-d2l` makes an environment of its own. The decoder
with attention is not in the library but on the text's pages; here it is put together from the
library's parts. Its live plot is switched off, which is in its favour.
"""

import time
from collections.abc import Iterator
from typing import Any

import mxnet as mx
from d2l import d2l
from mxnet import np, npx
from mxnet.gluon import nn, rnn

from .workloads import BOS, EOS, LEARNING_RATE, PAD, Workload, padded

npx.set_np()


class NoPlot:
    """Takes the place of the live plot."""

    def __init__(self, **options: Any) -> None:
        pass

    def add(self, x: float, y: Any) -> None:
        pass


d2l.Animator = NoPlot


class Decoder(d2l.Decoder):
    """LSTM layers that attend before each step."""

    def __init__(self, workload: Workload) -> None:
        super().__init__()
        hidden = workload.num_hiddens
        self.scores = d2l.MLPAttention(hidden, 0)
        self.embedding = nn.Embedding(workload.tgt_vocab, workload.embed_size)
        self.lstm = rnn.LSTM(hidden, workload.num_layers)
        self.out = nn.Dense(workload.tgt_vocab, flatten=False)

    def init_state(self, enc_outputs: Any, enc_valid_len: np.ndarray, *args: Any) -> list[Any]:
        outputs, state = enc_outputs
        return [outputs.swapaxes(0, 1), state, enc_valid_len]

    def forward(self, X: np.ndarray, state: list[Any]) -> tuple[np.ndarray, list[Any]]:
        memory, hidden, lengths = state
        outputs = []
        for x in self.embedding(X).swapaxes(0, 1):
            query = np.expand_dims(hidden[0][-1], axis=1)
            context = self.scores(query, memory, memory, lengths)
            x = np.concatenate([context, np.expand_dims(x, axis=1)], axis=-1)
            output, hidden = self.lstm(x.swapaxes(0, 1), hidden)
            outputs.append(output)
        return self.out(np.concatenate(outputs)).swapaxes(0, 1), [memory, hidden, lengths]


class Timed:
    """Batches that note how long each pass took; the loop has read its last loss by the end."""

    def __init__(self, batches: Any) -> None:
        self.batches = batches
        self.seconds: list[float] = []

    def __iter__(self) -> Iterator[Any]:
        start = time.perf_counter()
        yield from self.batches
        self.seconds.append(time.perf_counter() - start)


class Numbers:
    """A vocabulary whose words are the numbers of the tokens."""

    special = {"<pad>": PAD, "<bos>": BOS, "<eos>": EOS}

    def __getitem__(self, words: Any) -> Any:
        if isinstance(words, str):
            return self.special[words] if words in self.special else int(words)
        return [self[word] for word in words]

    def to_tokens(self, tokens: list[int]) -> list[str]:
        return [str(token) for token in tokens]


class Peer:
    """The library's model and what the benchmark asks of it."""

    def __init__(self, workload: Workload, attention: bool = True, by_length: bool = False) -> None:
        if by_length or not attention:
            raise ValueError("d2l 0.11.4 is measured with attention and one padded length only.")
        self.workload = workload
        sizes = (workload.embed_size, workload.num_hiddens, workload.num_layers)
        encoder = d2l.Seq2SeqEncoder(workload.src_vocab, *sizes)
        self.model = d2l.EncoderDecoder(encoder, Decoder(workload))
        arrays = []
        for sentences in (workload.sources, workload.targets):
            array = padded(sentences, workload.num_steps)
            arrays += [np.array(array), np.array((array != PAD).sum(axis=1))]
        self.batches = d2l.load_array(arrays, workload.batch_size)

    def train(self, epochs: int) -> list[float]:
        """Train for one epoch to warm up and `epochs` more; return the seconds of each of these."""
        timed = Timed(self.batches)
        d2l.train_s2s_ch9(self.model, timed, LEARNING_RATE, 1 + epochs, mx.cpu())
        return timed.seconds[1:]

    def translate(self, num: int, how: str = "greedy") -> dict[str, float]:
        """Translate `num` training sentences one by one; return the seconds and the tokens."""
        texts = [" ".join(map(str, source)) for source in self.workload.sources[:num]]
        words, steps = Numbers(), self.workload.num_steps
        start, written = time.perf_counter(), 0
        for text in texts:
            found = d2l.predict_s2s_ch9(self.model, text, words, words, steps, mx.cpu())
            written += len(found.split())
        return {"seconds": time.perf_counter() - start, "tokens": written}
