"""What each changed input explains of the difference between two alternatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, combinations

from edsim.finance.allocation import shapley
from edsim.studies.vary import Point

MOST_SHAPLEY = 6
"""Inputs up to which every order is averaged (2^6 evaluations); beyond, inputs change one after the other."""


def waterfall(
    point: Point, value: Callable[[Sequence[Point]], Sequence[float]], *, most: int = MOST_SHAPLEY
) -> dict[str, float]:
    """Return changed input → its part of the change from the case as it stands to `point`; the parts add up to it.

    Up to `most` inputs the parts are Shapley values: the change an input makes, averaged over all orders in which the
    inputs can change (Shapley 1953), so that no order is favored. With more inputs they change in the order given.

    Parameters
    ----------
    point
        The alternative.
    value
        Values of the indicator for a list of points.
    most
        Largest number of inputs for Shapley values.
    """
    paths = tuple(point.values)
    if len(paths) > most:
        steps = [Point("", {p: point.values[p] for p in paths[:k]}) for k in range(len(paths) + 1)]
        found = list(value(steps))
        return {p: found[k + 1] - found[k] for k, p in enumerate(paths)}
    subsets = list(chain.from_iterable(combinations(paths, k) for k in range(len(paths) + 1)))
    found = list(value([Point("", {p: point.values[p] for p in subset}) for subset in subsets]))
    known = {frozenset(s): v for s, v in zip(subsets, found, strict=True)}
    nothing = known[frozenset()]
    return dict(shapley(paths, lambda s: known[s] - nothing))
