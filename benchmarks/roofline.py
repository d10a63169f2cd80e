"""The arithmetic of the model, and how fast this machine multiplies matrices."""

from .workloads import Workload


def training_flops(workload: Workload) -> float:
    """Return the floating-point operations of one epoch with attention, padding not counted.

    With e the embedding, h the hidden units, V the target words, s and t the steps of source and
    target, a product of an (m, k) with a (k, n) matrix counts 2mkn. Forward, for one sentence:

        encoder   s · Σ_l 2 · 4h (i_l + h)         i_0 = e, i_l = h
        decoder   t · Σ_l 2 · 4h (i_l + h)         i_0 = e + h, i_l = h
        keys      s · 2hh
        attention t · (2hh + 2sh + 2sh)            query, scores, context
        words     t · 2hV

    The gradient costs twice that: one product for the inputs, one for the weights. What is done
    number by number (gates, softmax, Adam) is not counted.
    """
    e, h, layers = workload.embed_size, workload.num_hiddens, workload.num_layers
    upper = (layers - 1) * 2 * 4 * h * (h + h)
    encoder = 2 * 4 * h * (e + h) + upper
    decoder = 2 * 4 * h * (e + h + h) + upper
    words = 2 * h * workload.tgt_vocab
    total = 0.0
    for source, target in zip(workload.sources, workload.targets, strict=True):
        s, t = len(source), len(target) - 1
        total += s * (encoder + 2 * h * h) + t * (decoder + 2 * h * h + 4 * s * h + words)
    return 3 * total
