"""The parts of d2l 1.0.3 (MXNet), put together as its text does.

What differs from this package's model: gated recurrent units in place of an LSTM, no mask in the
loss, so that padding is learned too, and padding that is read by the encoder. Its live plot is
switched off, which is in its favour.
"""

import time
from typing import Any

from d2l import mxnet as d2l
from mxnet import init, np, npx
from mxnet.gluon import nn, rnn
from mxnet.gluon.loss import SoftmaxCrossEntropyLoss

from .epochs import ByEpochs
from .workloads import LEARNING_RATE, PAD, Sentences, Workload, padded

npx.set_np()


class Decoder(d2l.AttentionDecoder):
    """GRU layers that attend before each step; the library has the attention, not the decoder."""

    def __init__(self, workload: Workload) -> None:
        super().__init__()
        hidden = workload.num_hiddens
        self.scores = d2l.AdditiveAttention(hidden, 0)
        self.embedding = nn.Embedding(workload.tgt_vocab, workload.embed_size)
        self.gru = rnn.GRU(hidden, workload.num_layers)
        self.out = nn.Dense(workload.tgt_vocab, flatten=False)
        self.initialize(init.Xavier())

    def init_state(self, enc_all_outputs: Any, enc_valid_lens: np.ndarray) -> tuple[Any, ...]:
        outputs, state = enc_all_outputs
        return outputs.swapaxes(0, 1), state, enc_valid_lens

    def forward(self, X: np.ndarray, state: tuple[Any, ...]) -> tuple[np.ndarray, Any]:
        memory, hidden, lengths = state
        outputs = []
        for x in self.embedding(X).swapaxes(0, 1):
            query = np.expand_dims(hidden[-1], axis=1)
            context = self.scores(query, memory, memory, lengths)
            x = np.concatenate([context, np.expand_dims(x, axis=1)], axis=-1)
            output, (hidden,) = self.gru(x.swapaxes(0, 1), [hidden])
            outputs.append(output)
        return self.out(np.concatenate(outputs)).swapaxes(0, 1), (memory, hidden, lengths)


class QuietModel(d2l.Seq2Seq):
    """The model without its live plot."""

    def plot(self, *args: Any, **kwargs: Any) -> None:
        pass


class Data(d2l.DataModule):
    """Sentences padded to one length, as the library's own data set has them."""

    def __init__(self, workload: Workload) -> None:
        super().__init__()
        self.batch_size = workload.batch_size
        self.arrays = arrays(workload.sources, workload.targets, workload.num_steps)

    def get_dataloader(self, train: bool) -> Any:
        return self.get_tensorloader(self.arrays, train) if train else None


class Peer(ByEpochs):
    """The model of d2l 1.0.3 and what the benchmark asks of it."""

    def __init__(self, workload: Workload, attention: bool = True, by_length: bool = False) -> None:
        if by_length or not attention:
            raise ValueError("d2l 1.0.3 is measured with attention and one padded length only.")
        self.workload, self.data = workload, Data(workload)
        self._initialize()

    def _initialize(self) -> None:
        work = self.workload
        encoder = d2l.Seq2SeqEncoder(
            work.src_vocab, work.embed_size, work.num_hiddens, work.num_layers
        )
        self.model = QuietModel(encoder, Decoder(work), tgt_pad=PAD, lr=LEARNING_RATE)
        self.trainer = d2l.Trainer(max_epochs=1, gradient_clip_val=1)
        self.trainer.prepare_data(self.data)
        self.trainer.prepare_model(self.model)
        self.trainer.optim = self.model.configure_optimizers()
        self.trainer.train_batch_idx = 0

    def _epoch(self) -> float:
        start = time.perf_counter()
        self.trainer.fit_epoch()
        npx.waitall()
        return time.perf_counter() - start

    def _held_out(self) -> float:
        work = self.workload
        X, Y, lengths, labels = arrays(work.held_sources, work.held_targets, work.num_steps)
        scores = self.model(X, Y, lengths)
        nats = SoftmaxCrossEntropyLoss()(scores, labels, np.expand_dims(labels != PAD, -1))
        return float(nats.sum() * labels.shape[1] / (labels != PAD).sum())


def arrays(sources: Sentences, targets: Sentences, num_steps: int) -> tuple[np.ndarray, ...]:
    """Return source, decoder input, source lengths and labels, padded to one length."""
    X, Y = (np.array(padded(s, num_steps), dtype="float32") for s in (sources, targets))
    return X, Y[:, :-1], (X != PAD).sum(axis=1), Y[:, 1:]
