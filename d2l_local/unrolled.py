"""The decoder's loop with attention, to be one graph for speed (chapter 09).

Chapter 05 builds the same computation one step at a time; a test proves that the two agree.
"""

from typing import Any

from .graph import add, ones_beside, parts, times_transposed
from .recurrent import pack, run


def attention_steps(
    F: Any,
    X: Any,  # (steps, batch, embed)
    h: Any,  # (layers, batch, hidden)
    c: Any,
    memory: Any,  # (batch, source steps, hidden)
    valid_len: Any,  # (batch,)
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
    # What does not depend on the step is computed once: keys, packed parameters.
    keys = F.npx.fully_connected(memory, W_k, num_hidden=hidden_size, no_bias=True, flatten=False)
    ones = ones_beside(F, memory)  # (batch, source steps, 1)
    real = valid_len.astype("int32")
    v = v.reshape(-1)  # (units,)
    num_layers = len(weights) // 3
    runs = pack(F, weights, together=dropout == 0)
    hs, cs = parts(F, h, len(runs)), parts(F, c, len(runs))
    if separate_tanh:
        keys = F.npx.activation(keys, act_type="tanh")
    output = parts(F, h, num_layers)[-1]  # (1, batch, hidden)
    outputs, all_weights = [], []
    for x in parts(F, X, num_steps):  # (1, batch, embed)
        # Where one of the axes is 1, reshaping is transposing, and costs nothing.
        query = times_transposed(F, output.reshape(-1, hidden_size), W_q)  # (batch, units)
        query = query.reshape(-1, 1, hidden_size)  # (batch, 1, units)
        if separate_tanh:
            query = F.npx.activation(query, act_type="tanh")
        # A product with ones copies the query to every source position. The gradient of a
        # broadcast sum does the same 30 times more slowly.
        features = add(F, F.npx.batch_dot(ones, query), keys)  # (batch, source steps, units)
        if not separate_tanh:
            features = F.npx.activation(features, act_type="tanh")
        scores = F.np.dot(features, v)  # (batch, source steps)
        attention = F.npx.softmax(scores, real, axis=-1, use_length=True)
        attention = F.npx.reshape(attention, (-2, 1, -1))  # (batch, 1, source steps)
        all_weights.append(attention)
        if dropout > 0:
            attention = F.npx.dropout(attention, p=dropout)
        context = F.npx.batch_dot(attention, memory)  # (batch, 1, hidden)
        context = context.reshape(1, -1, hidden_size)  # (1, batch, hidden)
        output = F.np.concatenate([context, x], axis=-1)
        for i, packed in enumerate(runs):
            if i > 0:
                output = F.npx.dropout(output, p=dropout)
            output, hs[i], cs[i] = run(
                F, output, hs[i], cs[i], packed, hidden_size, num_layers, len(runs)
            )
        outputs.append(output)
    return (
        F.np.concatenate(outputs),
        F.np.concatenate(all_weights, axis=1),
        F.np.concatenate(hs),
        F.np.concatenate(cs),
    )
