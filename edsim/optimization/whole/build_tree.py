"""Lower bounds of designs with whole numbers: the numbers that are bought are branched on, running units stay relaxed.

The relaxation of a year buys 2.3 units, keeps a tenth of a reserve, builds a third of a site. Here the range of the
numbers bought is cut into boxes. Any multipliers y of the rows bound every box, not only the one they were found in::

    bound(box) = constant(y) + sum over numbers bought j of the least of reduced cost[j](y) * number[j] in the box

of which the largest over all multipliers known counts. The box with the least bound is solved with the year relaxed,
its multipliers join, and it is cut in two at a number the solution does not buy whole; boxes in which a row cannot
hold, whatever its columns do within their bounds, leave. The least bound of all boxes holds for every design and, as
that of the relaxation, trusts no solver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.lp import CompiledLP, LPResult, SolverOptions, has_no_point, multiplier_cut, solve_arrays
from edsim.lp.changes import keeping_rows

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

_WHOLE = 1e-4
"""Rounding of a bound on a number."""
_NEARLY_WHOLE = 5e-3
"""Distance from a whole number that counts as one: boxes are solved loosely."""
_MOST_UNSOLVED = 3
"""Boxes without an answer that are cut all the same: each may have taken the limit of a solve."""
_WEEK = 168
_DEARER = 100.0
"""Unserved demand costs this many times its price where a box leaves some: a size used in one hour of the year pays."""
_NOISE_FRAC = 1e-6
"""Unserved share of the demand that is noise."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The relaxed program of a plan and where its numbers bought stand.

    Attributes
    ----------
    lp, constant
        Program with its objective and everything served, and the constant of the objective.
    columns
        Numbers of units, sites and banks that stand.
    unserved, most_unserved
        Columns of unserved demand, and their bounds where it is allowed.
    """

    lp: CompiledLP
    constant: float
    columns: IntArray
    unserved: IntArray
    most_unserved: Array


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """A range of the numbers bought with what no design in it goes below; `solved` ones are not cut any further."""

    lower: Array
    upper: Array
    bound: float
    solved: bool = False


class BuildTree:
    """Boxes of the numbers bought and the multipliers known; solved one box at a time.

    `first` is the answer of the relaxation where it buys everything whole, to be tried like that of a box.
    """

    def __init__(self, numbers: Numbers, relaxation: LPResult | None, options: SolverOptions) -> None:
        """Begin with one box, bounded by the multipliers of the relaxation: what the peaks leave of the range.

        Parameters
        ----------
        numbers
            What is bounded.
        relaxation
            Answer of the relaxed program, where there is one.
        options
            How a box is solved.
        """
        self._numbers, self._options = numbers, options
        self.first: Array | None = None
        self._unsolved = 0
        self._cuts: list[tuple[float, Array]] = []
        self._learn(relaxation)
        lower, upper = self._range()
        self._boxes = [_Box(lower, upper, self._bound(lower, upper))]
        if relaxation is not None and relaxation.x is not None:
            number = relaxation.x[numbers.columns]
            if ((number >= lower - _WHOLE) & (number <= upper + _WHOLE)).all():  # the answer of this box
                self.first = relaxation.x if self._cut(self._boxes.pop(), number) else None

    def _range(self) -> tuple[Array, Array]:
        """Return the numbers that may be bought: the least of each that serves the peaks whatever the others are.

        Only the rows of peak steps are asked: with all of them the work would grow with the square of the banks.
        """
        lp, columns = _of_peaks(self._numbers.lp), self._numbers.columns
        lower, upper = np.ceil(lp.col_lower[columns] - _WHOLE), np.floor(lp.col_upper[columns] + _WHOLE)
        for k in np.argsort(upper, kind="stable"):  # whether a bank stands decides how many units it needs
            most, high = upper.copy(), upper[k]
            tried = lower[k]  # most numbers need none: that is asked first
            while lower[k] < high:  # least number that is not shown to be too small
                most[k] = tried
                if not has_no_point(_within(lp, columns, lower, most)):
                    high = most[k]
                else:
                    lower[k] = most[k] + 1.0
                tried = np.floor((lower[k] + high) / 2.0)
        return lower, upper

    @property
    def lower(self) -> float:
        """Return what no design goes below."""
        return min(b.bound for b in self._boxes) if self._boxes else -np.inf

    @property
    def is_exhausted(self) -> bool:
        """Return whether the box with the least bound cannot be cut any further."""
        return not self._boxes or min(self._boxes, key=lambda b: b.bound).solved

    def step(self) -> Array | None:
        """Solve the box with the least bound; return its point where everything is bought whole, else cut it."""
        box = min(self._boxes, key=lambda b: b.bound)
        self._boxes.remove(box)
        result = self._solved(box)
        self._learn(result)
        self._boxes = [replace(b, bound=max(b.bound, self._bound(b.lower, b.upper))) for b in self._boxes]
        bound = max(box.bound, self._bound(box.lower, box.upper))
        box = replace(box, bound=bound)
        if result.x is None:  # its parts may be solved where the whole is not
            self._halve(box)
            return None
        return result.x if self._cut(box, result.x[self._numbers.columns]) else None

    def _cut(self, box: _Box, number: Array) -> bool:
        """Cut a box in two where its solution buys no whole number; return whether it buys whole numbers only."""
        number = np.clip(number, box.lower, box.upper)
        part = np.abs(number - np.round(number))
        if part.max(initial=0.0) <= _NEARLY_WHOLE:
            self._boxes.append(replace(box, solved=True))
            return True
        binary = box.upper - box.lower <= 1.0
        k = int(np.argmax(part + binary * (part > _NEARLY_WHOLE)))  # banks and sites first: they move more
        self._split(box, k, float(np.floor(number[k])))
        return False

    def _halve(self, box: _Box) -> None:
        """Cut a box that has no answer at the middle of its widest range; a point, or one box too many, stays."""
        self._unsolved += 1
        width = box.upper - box.lower
        if self._unsolved > _MOST_UNSOLVED or not width.max(initial=0.0):
            self._boxes.append(replace(box, solved=True))
            return
        k = int(np.argmax(width))
        self._split(box, k, float(np.floor(0.5 * (box.lower[k] + box.upper[k]))))

    def _split(self, box: _Box, k: int, most: float) -> None:
        """Put the two parts of a box, number `k` up to `most` and above, in its place, where they are possible."""
        below, above = box.upper.copy(), box.lower.copy()
        below[k], above[k] = most, most + 1.0
        for low, high in ((box.lower, below), (above, box.upper)):
            if self._is_possible(low, high):
                self._boxes.append(_Box(low, high, max(box.bound, self._bound(low, high))))

    def _solved(self, box: _Box) -> LPResult:
        """Return the relaxed year in a box, demand unserved at its price: so it has a solution.

        Where some is left, it is solved again at a price no design pays. A price so high is not put first: loose solves
        stall with it, and what a stalled one proves may be far below what its box costs.
        """
        result = self._priced(box, 1.0)
        noise = _NOISE_FRAC * float(self._numbers.most_unserved.sum())
        if result.x is None or float(result.x[self._numbers.unserved].sum()) <= noise:
            return result
        self._learn(result)
        return self._priced(box, _DEARER)

    def _priced(self, box: _Box, dearer: float) -> LPResult:
        """Return the relaxed year in a box with unserved demand at so many times its price."""
        own = self._numbers
        columns = np.concatenate([own.columns, own.unserved])
        lower = np.concatenate([box.lower, np.zeros(len(own.unserved))])
        lp = _within(own.lp, columns, lower, np.concatenate([box.upper, own.most_unserved]))
        cost = lp.cost.copy()
        cost[own.unserved] *= dearer
        return solve_arrays(replace(lp, cost=cost), self._options)

    def _is_possible(self, lower: Array, upper: Array) -> bool:
        return not has_no_point(_within(self._numbers.lp, self._numbers.columns, lower, upper))

    def _learn(self, result: LPResult | None) -> None:
        found = None if result is None else result.row_dual
        duals = np.zeros(self._numbers.lp.num_rows) if found is None else found
        constant, slopes = multiplier_cut(self._numbers.lp, duals, self._numbers.columns)
        self._cuts.append((constant + self._numbers.constant, slopes))

    def _bound(self, lower: Array, upper: Array) -> float:
        return max(c + float(np.minimum(s * lower, s * upper).sum()) for c, s in self._cuts)


def _of_peaks(lp: CompiledLP) -> CompiledLP:
    """Return the program with the rows of those steps alone in which a row has its largest side of a week."""
    steps = lp.longest_axis
    at = lp.step_of_rows(steps)
    stepped = at >= 0
    side = np.abs(np.where(np.isfinite(lp.row_lower), lp.row_lower, 0.0))
    peaks = [np.zeros(0, np.int64)]
    for layout in lp.rows.values():
        if layout.shape and layout.shape[-1] == steps and layout.size:
            for ids in layout.ids().reshape(-1, steps):
                sides = np.where(ids >= 0, side[ids], 0.0)
                if sides.any():
                    peaks += [first + np.argmax(sides[first : first + _WEEK], keepdims=True)
                              for first in range(0, steps, _WEEK)]  # fmt: skip
    kept = ~stepped | np.isin(at, np.concatenate(peaks))
    return keeping_rows(lp, kept, {})


def _within(lp: CompiledLP, columns: IntArray, lower: Array, upper: Array) -> CompiledLP:
    """Return the program with other bounds of some columns."""
    low, high = lp.col_lower.copy(), lp.col_upper.copy()
    low[columns], high[columns] = lower, upper
    return replace(lp, col_lower=low, col_upper=high)
