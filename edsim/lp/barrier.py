"""An interior point for programs with a time structure: sizes and multipliers of a full year in seconds.

Primal-dual with infeasible start, Mehrotra's predictor and corrector (SIAM Journal on Optimization 2, 1992) and
weighted centrality correctors (Colombo and Gondzio, Computational Optimization and Applications 41, 2008). Its linear
systems are solved by :mod:`edsim.lp.elimination`, which is what makes it fast.

The program is ``min c·x`` over ``A x = s`` with bounds on x and s; an equality has s fixed. All finite bounds of x and
s that differ are one vector of slacks S > 0 with multipliers Z > 0.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from edsim.lp.elimination import ChainFactor, scaled_chain
from edsim.lp.matrix import INF, CompiledLP, FloatArray
from edsim.lp.scaled_program import ScaledProgram
from edsim.lp.timechain import TimeChain

End = Literal["optimal", "time_limit", "interrupted", "error"]
MOST_ITERATIONS = 200
REGULAR, MORE_REGULAR = 1e-8, 1e-5
"""Added to the diagonals of the factorized system; refinement takes its effect out of the steps. The second where
rounding spoils the first: two stores that can stand in for each other leave directions that cost next to nothing."""
POOR = 0.1
"""A direction of which the system is met no better than to this share of its right side is none."""
HELD = 1e20
"""Diagonal of a column that is fixed."""
STAY = 0.995
"""Share of the longest step that is taken."""
CORRECTORS = 6
LEAST_GAIN = 0.03
"""A centrality corrector that lengthens the steps by less is the last one."""
WEIGHTS = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Shares of a correction that are tried."""
CENTRAL = 4.0
"""A product S·Z between target / CENTRAL and CENTRAL · target is left as it is."""
REFINEMENTS, MORE_REFINEMENTS, RESIDUAL = 3, 7, 1e-10
LOOSE_RESIDUAL = 1e-3
"""Share of the tolerance to which a system is met where that is more than RESIDUAL: a loose solve needs no closer
steps, and takes a third less without them."""
STALLED, GAIN, MORE_GAIN = 15, 0.98, 0.5
"""Iterations without a gap below GAIN times the best, after which the method gives up; MORE_GAIN once the system is
regularized more, for what rounding leaves comes too slowly to wait for."""
NEARLY, ROUNDED = 1e-6, 5
"""A best point this good is where rounding ends progress: after so many iterations without gain it is the answer."""
PULL = 1e-5
"""A slack below this share of its multiplier is zero at the optimum."""
LEAST_ROOM = 1e-2
"""Values nearer to a bound move like those at this distance when the rows are met again."""
PROJECTIONS = 5
"""Rounds in which a point is moved onto rows it misses; a program of a year took three or four."""
LOST = 1e3
"""A point this many times worse than the best one: rounding has taken over."""


@dataclass(frozen=True, slots=True)
class BarrierAnswer:
    """Where the interior point ended, in the units of the program.

    Attributes
    ----------
    x, row_dual
        Columns and multipliers of rows.
    end
        ``optimal``, or why it ended before: ``time_limit``, ``interrupted``, ``error`` (no progress).
    iterations
        Iterations made.
    gap, primal, dual
        Relative gap and residuals at the end.
    """

    x: FloatArray
    row_dual: FloatArray
    end: End
    iterations: int
    gap: float
    primal: float
    dual: float


@dataclass(frozen=True, slots=True)
class _Direction:
    point: FloatArray
    row_dual: FloatArray
    slack: FloatArray
    mult: FloatArray

    def plus(self, other: _Direction, weight: float) -> _Direction:
        return _Direction(
            self.point + weight * other.point,
            self.row_dual + weight * other.row_dual,
            self.slack + weight * other.slack,
            self.mult + weight * other.mult,
        )


class Barrier:
    """One solve."""

    def __init__(self, lp: CompiledLP, cost: FloatArray, chain: TimeChain) -> None:
        self._q = ScaledProgram(lp, cost)
        q = self._q
        sizes = q.col[chain.shared_cols], q.row[chain.shared_rows]
        self._factor = ChainFactor(scaled_chain(chain, q.col, q.row, np.concatenate(sizes)), q.equal)
        self._at = np.concatenate([q.lower, q.upper])
        self._sign = np.concatenate([np.ones(len(q.lower)), -np.ones(len(q.upper))])
        self._side = np.concatenate([q.low[q.lower], q.high[q.upper]])
        self._regular, self._unmet, self._close = REGULAR, 0.0, RESIDUAL
        self._start()

    # ------------------------------------------------------------------ start
    def _start(self) -> None:
        """Take the nearest point to a plain one that meets the rows, and push it inside its bounds."""
        q, n = self._q, self._q.n
        plain = np.where(q.fixed, q.value, np.clip(0.0, q.low, q.high))
        h = np.where(q.held, HELD, 1.0)
        self._factor.refactor(h, np.where(q.equal, REGULAR, 1.0))
        dx, _ = self._factor.solve(np.zeros(n), plain[n:] - q.a @ plain[:n])
        point = plain.copy()
        point[:n] += np.where(q.held, 0.0, dx)
        point[n:] = np.where(q.equal, q.value[n:], q.a @ point[:n])
        _, y = self._factor.solve(np.where(q.held, 0.0, q.c), np.zeros(len(q.equal)))
        reduced = np.concatenate([q.c - q.at @ y, y])
        width = q.high - q.low
        margin = np.minimum(np.where(np.isfinite(width), 0.25 * width, 1.0), 1.0)
        self._point = np.where(q.fixed, q.value, np.clip(point, q.low + margin, q.high - margin))
        self._slack = self._sign * (self._point[self._at] - self._side)
        self._mult = np.maximum(self._sign * reduced[self._at], 0.0) + 1.0
        self._y = np.where(q.equal, y, self._spread(self._mult)[n:])

    def _spread(self, values: FloatArray) -> FloatArray:
        """Return the signed sum over both bounds by column and row."""
        q = self._q
        out = np.zeros(len(q.low))
        out[q.lower] += values[: len(q.lower)]
        out[q.upper] -= values[len(q.lower) :]
        return out

    # ------------------------------------------------------------------ iterations
    def solve(
        self, tolerance: float, time_limit_s: float = INF, stop: Callable[[], bool] = lambda: False
    ) -> BarrierAnswer:
        """Iterate until gap and residuals are below `tolerance`, and return the best point.

        Parameters
        ----------
        tolerance
            Relative gap and residuals, in the scaled program.
        time_limit_s
            Limit in processor seconds of this thread: other work on the machine does not end a solve.
        stop
            Asked before every iteration whether to end.
        """
        started = time.thread_time()
        self._close = max(RESIDUAL, LOOSE_RESIDUAL * tolerance)
        end: End = "error"
        best = (INF, INF, INF), self._point, self._y
        least, since, number = INF, 0, 0
        while number < MOST_ITERATIONS:
            errors = self._measure()
            if not np.isfinite(errors).all() or max(errors) > LOST * max(best[0]):
                break
            if max(errors) < max(best[0]):
                best = errors, self._point, self._y
            gain = GAIN if self._regular == REGULAR else MORE_GAIN
            least, since = (errors[0], 0) if errors[0] < gain * least else (least, since + 1)
            late = time.thread_time() - started > time_limit_s
            ended = _ended(solved=max(errors) <= tolerance, late=late, stopped=stop())
            if ended or since > (ROUNDED if max(best[0]) < NEARLY else STALLED):
                end = ended or end
                break
            self._iterate()
            number += 1
        q, (errors, point, y) = self._q, best
        self._point, self._y = point, y
        return BarrierAnswer(self._values(point), y * q.row * q.c_unit, end, number, *errors)

    def settled(self, near: float) -> FloatArray:
        """Return the point `solve` ended at with what only approaches its bound put there, and the rows met again.

        An interior point leaves every flow a little above zero, unserved demand too. The rows are met by the change
        that is least in proportion to each value's distance from its bounds. The caller checks what comes out.

        Parameters
        ----------
        near
            Largest slack, in the scaled program, that may go; a row of which nothing may move is off by as much.
        """
        q = self._q
        reduced = np.concatenate([q.c - q.at @ self._y, self._y])
        slack = self._sign * (self._point[self._at] - self._side)
        pull = self._sign * reduced[self._at]
        there = (slack < near) & (slack < PULL * pull)
        point, still = self._point.copy(), q.fixed.copy()
        point[self._at[there]] = self._side[there]
        still[self._at[there]] = True
        moved = np.where(still, point, point + self._to_rows(point, still))
        return self._values(np.clip(moved, q.low, q.high))

    def meet_rows(self) -> FloatArray:
        """Move the point `solve` ended at onto its rows, within all bounds, and return it.

        Rounding may leave a small flow without what it needs, pulled to its bound too early. In each round the rows
        are met by the least change, and what passes a bound stays there in those that follow.
        """
        q, n = self._q, self._q.n
        point, still = self._point, q.fixed
        least = _largest(point[n:] - q.a @ point[:n])
        for _ in range(PROJECTIONS):
            moved = point + self._to_rows(point, still)
            still = still | (moved < q.low) | (moved > q.high)
            point = np.clip(moved, q.low, q.high)
            off = _largest(point[n:] - q.a @ point[:n])
            if off < least:
                self._point, least = point, off
        return self._values(self._point)

    def _to_rows(self, point: FloatArray, still: npt.NDArray[np.bool_]) -> FloatArray:
        """Return the least change, in proportion to the distance from bounds, on which columns and rows agree."""
        q, n = self._q, self._q.n
        room = np.full(len(q.low), INF)
        np.minimum.at(room, self._at, self._sign * (point[self._at] - self._side))
        stiff = 1.0 / np.clip(room, LEAST_ROOM, 1.0) ** 2
        self._h = np.where(still[:n], HELD, stiff[:n])
        self._w = np.where(still[n:], 0.0, 1.0 / stiff[n:])
        self._factor.refactor(self._h + self._regular, self._w + self._regular)
        dx, dv = self._refined(np.zeros(n), point[n:] - q.a @ point[:n], still[:n])
        return np.where(still, 0.0, np.concatenate([dx, dv * self._w]))

    def _values(self, point: FloatArray) -> FloatArray:
        """Return the columns of a point in the units of the program."""
        q = self._q
        return np.asarray(point[: q.n] * q.col * q.x_unit)

    def _measure(self) -> tuple[float, float, float]:
        """Return relative gap and residuals; keep the residuals for the next iteration."""
        q, n = self._q, self._q.n
        self._primal = self._point[n:] - q.a @ self._point[:n]
        reduced = q.c - q.at @ self._y
        self._dual = np.where(q.held, 0.0, reduced - self._spread(self._mult)[:n])
        cost = float(q.c @ self._point[:n])
        bound = float(self._y[q.equal] @ q.value[n:][q.equal] + reduced[q.held] @ q.value[:n][q.held])
        bound += float((self._sign * self._side) @ self._mult)
        gap = abs(cost - bound) / (1.0 + abs(cost))
        largest = 1.0 + float(np.abs(q.value).max(initial=0.0))
        costliest = 1.0 + float(np.abs(q.c).max(initial=0.0))
        return gap, _largest(self._primal) / largest, _largest(self._dual) / costliest

    def _iterate(self) -> None:
        """Take one step; where rounding spoils its direction, find that anew with more regularization, kept from then.

        The spread of the diagonals grows until the end, so that what was too little stays so.
        """
        q = self._q
        ratio = self._mult / self._slack
        h = np.zeros(len(q.low))
        h[q.lower] += ratio[: len(q.lower)]
        h[q.upper] += ratio[len(q.lower) :]
        self._h = np.where(q.held, HELD, h[: q.n])
        self._w = np.where(q.equal, 0.0, 1.0 / np.maximum(h[q.n :], 1e-30))
        d, sizes = self._direction()
        if self._unmet > POOR and self._regular < MORE_REGULAR:
            self._regular = MORE_REGULAR
            d, sizes = self._direction()
        ap, ad = (min(1.0, STAY * size) for size in sizes)
        self._point = self._point + ap * d.point
        self._slack = self._slack + ap * d.slack
        self._y = self._y + ad * d.row_dual
        self._mult = self._mult + ad * d.mult

    def _direction(self) -> tuple[_Direction, tuple[float, float]]:
        """Factorize, predict, correct, center: return the direction and the longest steps on it."""
        self._factor.refactor(self._h + self._regular, self._w + self._regular)
        self._unmet = 0.0
        mu = float(self._slack @ self._mult) / len(self._slack)
        d = self._newton(-self._slack * self._mult, self._primal, self._dual)
        sizes = self._lengths(d)
        after = float((self._slack + sizes[0] * d.slack) @ (self._mult + sizes[1] * d.mult)) / len(self._slack)
        target = mu * min(max((after / mu) ** 3, 1e-6), 1.0)
        d, sizes = self._corrected(d, target - d.slack * d.mult, (0.0, 0.0))
        for _ in range(CORRECTORS):
            if min(sizes) > 0.95:
                break
            tp, td = (min(1.0, size + 0.3) for size in sizes)
            product = (self._slack + tp * d.slack) * (self._mult + td * d.mult)
            push = np.clip(product, target / CENTRAL, target * CENTRAL) - product
            trial, longer = self._corrected(d, np.maximum(push, -CENTRAL * target), sizes)
            if sum(longer) < sum(sizes) + LEAST_GAIN:
                break
            d, sizes = trial, longer
        return d, sizes

    def _corrected(
        self, d: _Direction, product: FloatArray, least: tuple[float, float]
    ) -> tuple[_Direction, tuple[float, float]]:
        """Return the direction with the share of a correction that allows the longest steps, and these steps."""
        correction = self._newton(product, np.zeros_like(self._primal), np.zeros_like(self._dual))
        best, sizes = 0.0, least
        for weight in WEIGHTS:
            longest = (
                _longest(self._slack, d.slack + weight * correction.slack),
                _longest(self._mult, d.mult + weight * correction.mult),
            )
            if sum(longest) >= sum(sizes):
                best, sizes = weight, longest
        return (d.plus(correction, best) if best else d), sizes

    def _lengths(self, d: _Direction) -> tuple[float, float]:
        return _longest(self._slack, d.slack), _longest(self._mult, d.mult)

    def _newton(self, product: FloatArray, primal: FloatArray, dual: FloatArray) -> _Direction:
        """Return the direction on which products change by `product` and the residuals go."""
        q, n = self._q, self._q.n
        f = self._spread(product / self._slack)
        of_cols = np.where(q.held, 0.0, f[:n] - dual)
        of_rows = primal + np.where(q.equal, 0.0, f[n:] * self._w)
        dx, dv = self._refined(of_cols, of_rows, q.held)
        point = np.concatenate([dx, np.where(q.equal, 0.0, (f[n:] + dv) * self._w)])
        point[q.fixed] = 0.0
        slack = self._sign * point[self._at]
        mult = (product - self._mult * slack) / self._slack
        return _Direction(point, -dv, slack, mult)

    def _refined(
        self, of_cols: FloatArray, of_rows: FloatArray, held: npt.NDArray[np.bool_]
    ) -> tuple[FloatArray, FloatArray]:
        """Return the solution of the system without the regularization; columns that are held take no part.

        Refinement ends where it gains nothing: beyond it, an unstable factorization makes every step worse.
        """
        q = self._q
        dx, dv = found = self._factor.solve(of_cols, of_rows)
        scale = (_largest(of_cols) or _largest(dv)) + 1e-300, (_largest(of_rows) or _largest(dx)) + 1e-300
        least = INF
        for _ in range(1 + (REFINEMENTS if self._regular == REGULAR else MORE_REFINEMENTS)):
            r_cols = np.where(held, 0.0, of_cols - self._h * dx - q.at @ dv)
            r_rows = of_rows - q.a @ dx + self._w * dv
            unmet = max(_largest(r_cols) / scale[0], _largest(r_rows) / scale[1])
            if not unmet < least:
                break
            found, least = (dx, dv), unmet
            if unmet < self._close:
                break
            more_x, more_v = self._factor.solve(r_cols, r_rows)
            dx, dv = dx + more_x, dv + more_v
        self._unmet = max(self._unmet, least)
        return found


def _largest(values: FloatArray) -> float:
    return float(np.abs(values).max(initial=0.0))


def _longest(values: FloatArray, change: FloatArray) -> float:
    """Return the longest step, at most 1, that keeps values at or above zero."""
    worst = float((change / values).min(initial=0.0))
    return 1.0 if worst >= -1.0 else -1.0 / worst


def _ended(*, solved: bool, late: bool, stopped: bool) -> End | None:
    return "optimal" if solved else "time_limit" if late else "interrupted" if stopped else None
