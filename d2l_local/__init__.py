"""Sequence-to-sequence learning with attention: the helper package of the course.

Each concept has one home: the chapter that teaches it, and the function of the same name here.
"""

import os
import warnings
from pathlib import Path

# libgomp, MXNet's thread library, reads these when it is loaded. At the sizes of this course one
# thread is as fast as two. If you ask for more, they must not spin for long while they wait for
# each other: on a busy machine that made two threads up to a hundred times slower than one.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Not spinning at all is as bad on a quiet machine: measured 50 ms a batch, against 15 with this.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

# The OpenBLAS in MXNet's wheel does not know processors made after it, and treats them like one
# of 2004. Told that a processor has AVX2, it multiplies matrices twice as fast.
_cpuinfo = Path("/proc/cpuinfo")  # on Linux
if _cpuinfo.exists() and {"avx2", "fma"} <= set(_cpuinfo.read_text("utf-8").split()):
    os.environ.setdefault("OPENBLAS_CORETYPE", "Haswell")

with warnings.catch_warnings():
    # MXNet 1.9.1 uses names that NumPy 1.23 is about to drop.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"mxnet(\.|$)")
    import mxnet

mxnet.npx.set_np()  # NumPy's semantics of shapes and arrays, throughout

from .attention import (  # noqa: E402
    AdditiveAttention,
    DotProductAttention,
    MLPAttention,
    masked_softmax,
)
from .corpus import DownloadError, fetch_fra_eng, read_pairs  # noqa: E402
from .data import (  # noqa: E402
    TranslationBatches,
    Vocab,
    load_data_nmt,
    load_phrase_book,
    load_translation_data,
    normalize,
    pad_batch,
    tokenize,
)
from .decoding import (  # noqa: E402
    Beam,
    BeamNode,
    Hypothesis,
    beam_search,
    greedy_search,
    score,
)
from .encoder_decoder import Decoder, Encoder, EncoderDecoder  # noqa: E402
from .evaluation import (  # noqa: E402
    Quality,
    alignment_error_rate,
    alignment_from_weights,
    bleu,
    chrf,
    exact_match,
)
from .explorer import explore  # noqa: E402
from .loss import MaskedSoftmaxCELoss, perplexity  # noqa: E402
from .multi_head import MultiHeadAttention  # noqa: E402
from .plot import plot_losses, show_attention  # noqa: E402
from .prediction import Translation, predict_s2s_ch9, predict_seq2seq  # noqa: E402
from .recurrent import LSTM  # noqa: E402
from .seq2seq import (  # noqa: E402
    BidirectionalEncoder,
    Seq2SeqAttentionDecoder,
    Seq2SeqDecoder,
    Seq2SeqEncoder,
)
from .training import TrainingHistory, train_s2s_ch9, train_seq2seq, try_gpu  # noqa: E402
from .transformer import (  # noqa: E402
    PositionalEncoding,
    TransformerDecoder,
    TransformerEncoder,
)
from .translation import ScoredTranslation, translate  # noqa: E402

__all__ = [
    "LSTM",
    "AdditiveAttention",
    "Beam",
    "BeamNode",
    "BidirectionalEncoder",
    "Decoder",
    "DotProductAttention",
    "DownloadError",
    "Encoder",
    "EncoderDecoder",
    "Hypothesis",
    "MLPAttention",
    "MaskedSoftmaxCELoss",
    "MultiHeadAttention",
    "PositionalEncoding",
    "Quality",
    "ScoredTranslation",
    "Seq2SeqAttentionDecoder",
    "Seq2SeqDecoder",
    "Seq2SeqEncoder",
    "TrainingHistory",
    "TransformerDecoder",
    "TransformerEncoder",
    "Translation",
    "TranslationBatches",
    "Vocab",
    "alignment_error_rate",
    "alignment_from_weights",
    "beam_search",
    "bleu",
    "chrf",
    "exact_match",
    "explore",
    "fetch_fra_eng",
    "greedy_search",
    "load_data_nmt",
    "load_phrase_book",
    "load_translation_data",
    "masked_softmax",
    "normalize",
    "pad_batch",
    "perplexity",
    "plot_losses",
    "predict_s2s_ch9",
    "predict_seq2seq",
    "read_pairs",
    "score",
    "show_attention",
    "tokenize",
    "train_s2s_ch9",
    "train_seq2seq",
    "translate",
    "try_gpu",
]
