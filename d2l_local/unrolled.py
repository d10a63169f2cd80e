"""The decoder's loop with attention, to be one graph for speed (chapter 09).

Chapter 05 builds the same computation one step at a time; a test proves that the two agree.
"""

from typing import Any

from .attention import MASKED_SCORE
from .recurrent import layer_slice, pack, run_layer


def attention_steps(
    F: Any,
    X: Any,  # (steps, batch, embed)
    h: Any,  # (layers, batch, hidden)
    c: Any,
    memory: Any,  # (batch, source steps, hidden)
    mask: Any,  # (batch, 1, source steps)
    W_q: Any,
    W_k: Any,
    v: Any,
    weights: list[Any],
    num_steps: int,
    hidden_size: int,
    dropout: float,
    separate_tanh: bool,
) -> tuple[Any, Any, Any, Any]:
    """Return outputs (steps, batch, hidden), attention (batch, steps, source steps), h and c.

    With `separate_tanh` it makes the mistake of chapter 04.
    """
    # What does not depend on the step is computed once: keys, mask, packed parameters.
    keys = F.npx.fully_connected(memory, W_k, num_hidden=hidden_size, no_bias=True, flatten=False)
    ones = F.np.ones_like(mask).transpose(0, 2, 1)  # (batch, source steps, 1)
    # Where nothing is valid, the softmax spreads its weight over padding. There it finds zeros.
    memory = memory * mask.transpose(0, 2, 1)
    masked = (1 - mask) * MASKED_SCORE
    layers = pack(F, weights)
    hs = [layer_slice(F, h, layer) for layer in range(len(layers))]
    cs = [layer_slice(F, c, layer) for layer in range(len(layers))]
    if separate_tanh:
        keys = F.npx.activation(keys, act_type="tanh")
    outputs, all_weights = [], []
    for step in range(num_steps):
        # One of the axes is 1, so reshaping is transposing, and costs nothing.
        query = hs[-1].reshape(-1, 1, hidden_size)  # (batch, 1, hidden)
        query = F.npx.fully_connected(
            query, W_q, num_hidden=hidden_size, no_bias=True, flatten=False
        )  # (batch, 1, units)
        # A product with ones copies the query to every source position. The gradient of a
        # broadcast sum does the same 30 times more slowly.
        if separate_tanh:
            query = F.npx.activation(query, act_type="tanh")
            features = F.npx.batch_dot(ones, query) + keys
        else:
            features = F.npx.activation(F.npx.batch_dot(ones, query) + keys, act_type="tanh")
        scores = F.npx.fully_connected(features, v, num_hidden=1, no_bias=True, flatten=False)
        scores = F.npx.reshape(scores, (-2, 1, -1)) + masked  # (batch, 1, source steps)
        attention = F.npx.softmax(scores, axis=-1)
        all_weights.append(attention)
        if dropout > 0:
            attention = F.npx.dropout(attention, p=dropout)
        context = F.npx.batch_dot(attention, memory)  # (batch, 1, hidden)
        context = context.reshape(1, -1, hidden_size)  # (1, batch, hidden)
        output = F.np.concatenate([context, layer_slice(F, X, step)], axis=-1)
        for layer, packed in enumerate(layers):
            if layer > 0 and dropout > 0:
                output = F.npx.dropout(output, p=dropout)
            output, hs[layer], cs[layer] = run_layer(
                F, output, hs[layer], cs[layer], packed, hidden_size
            )
        outputs.append(output)
    return (
        F.np.concatenate(outputs),
        F.np.concatenate(all_weights, axis=1) * mask,
        F.np.concatenate(hs),
        F.np.concatenate(cs),
    )
