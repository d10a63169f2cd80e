"""What peers have in common that train one epoch at a time."""


class ByEpochs:
    """Training by the methods `_initialize`, `_epoch` (its seconds) and `_held_out` (a loss)."""

    def _initialize(self) -> None:
        raise NotImplementedError

    def _epoch(self) -> float:
        raise NotImplementedError

    def _held_out(self) -> float:
        raise NotImplementedError

    def _set_rate(self, epoch: int, epochs: int) -> None:
        """Set the learning rate of an epoch; without this method it stays level."""

    def train(self, epochs: int) -> list[float]:
        """Train for one epoch to warm up and `epochs` more; return the seconds of each of these."""
        return [self._epoch() for _ in range(1 + epochs)][1:]

    def learn(self, epochs: int) -> list[list[float]]:
        """Train anew; return seconds of training so far and held-out loss after each epoch."""
        self._initialize()
        curve, seconds = [], 0.0
        for epoch in range(epochs):
            self._set_rate(epoch, epochs)
            seconds += self._epoch()
            curve.append([seconds, self._held_out()])
        return curve
