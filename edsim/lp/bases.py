"""Bases of solves of one program for other costs: the next solve starts from the one whose costs resemble its own."""

from collections import deque
from typing import Any

import numpy as np

from edsim.lp.matrix import FloatArray

MOST_KEPT = 24
"""Bases kept; one takes a byte per row and column, comparing costs a product per column."""


class Bases:
    """Bases with the costs they are optimal for; all of the same rows, sides and bounds."""

    def __init__(self) -> None:
        self._kept: deque[tuple[FloatArray, Any]] = deque(maxlen=MOST_KEPT)

    def keep(self, cost: FloatArray, basis: Any) -> None:
        """Keep the optimal basis for `cost`, the last one found; the oldest goes when there are many."""
        self._kept.append((_direction(cost), basis))

    def clear(self) -> None:
        """Forget all: they belong to another program."""
        self._kept.clear()

    def nearest(self, cost: FloatArray) -> Any | None:
        """Return the basis for the costs nearest in direction; None where that is the last one, still in the solver.

        Only the direction of costs decides a basis: prices that all double keep it.
        """
        if not self._kept:
            return None
        wanted = _direction(cost)
        *others, last = (float(wanted @ own) for own, _ in self._kept)
        best = max(range(len(others)), key=others.__getitem__, default=0)
        return self._kept[best][1] if others and others[best] > last else None


def _direction(cost: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(cost))
    return cost / length if length > 0.0 else cost
