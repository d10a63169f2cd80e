"""Answers to arguments that don't fit, in the caller's terms."""

from collections.abc import Sequence

from mxnet import np
from mxnet.gluon import nn


def check_at_least(name: str, value: float, least: float) -> None:
    """Raise ValueError unless `value` is at least `least`."""
    if value < least:
        raise ValueError(f"{name} is {value}, but it must be at least {least}.")


def check_ndim(name: str, array: np.ndarray, axes: Sequence[str]) -> None:
    """Raise ValueError unless `array` has one axis for each name in `axes`."""
    if array.ndim != len(axes):
        expected = f"({', '.join(axes)})"
        raise ValueError(f"{name} has shape {array.shape}, but {expected} is expected.")


def check_size(name: str, array: np.ndarray, size: int) -> None:
    """Raise ValueError unless the last axis of `array` has `size` entries."""
    if array.shape[-1] != size:
        expected = (*array.shape[:-1], size)
        raise ValueError(f"{name} has shape {array.shape}, but {expected} is expected.")


def check_valid_len(valid_len: np.ndarray, shape: tuple[int, ...], num_steps: int) -> None:
    """Raise ValueError unless every valid length lies in 0 … `num_steps` and the shape fits."""
    if valid_len.shape != shape:
        raise ValueError(
            f"valid_len has shape {valid_len.shape}, but the batch asks for {shape}: "
            "one length for each sequence."
        )
    lengths = valid_len.asnumpy()
    if lengths.size and (lengths.max() > num_steps or lengths.min() < 0):
        worst = lengths.max() if lengths.max() > num_steps else lengths.min()
        raise ValueError(
            f"a valid length is {worst:g}, but the sequences have {num_steps} positions: "
            f"valid lengths lie between 0 and {num_steps}."
        )


def check_initialized(model: nn.Block) -> None:
    """Raise RuntimeError if a parameter of `model` has no values yet and no plan to get them."""
    for name, param in model.collect_params().items():
        if param._data is None and not param._deferred_init:
            raise RuntimeError(
                f"the model is not initialised (parameter {name} has no values): train it with "
                "train_seq2seq, load its parameters, or call model.initialize()."
            )


def check_state(state: Sequence[np.ndarray], num_layers: int, batch: int, hidden_size: int) -> None:
    """Raise ValueError unless the state [h, c] fits a stack of LSTM layers and the batch."""
    expected = (num_layers, batch, hidden_size)
    for array in state:
        if array.shape != expected:
            raise ValueError(
                f"the state has shape {array.shape}, but this LSTM works with {expected}, that is "
                "(layers, batch, hidden units): build encoder and decoder with the same "
                "num_layers and num_hiddens, and give both the same number of sentences."
            )
