"""Solve the linear systems of an interior point on a program with a time structure, vectorized over the steps.

The system is the symmetric quasi-definite ``[[H, Aᵀ], [A, -W]]`` with diagonal H > 0 over columns and W > 0 over rows,
which has an L D Lᵀ factorization in any order (Vanderbei, SIAM Journal on Optimization 5, 1995). All steps have one
pattern, so that the order of elimination within a step is found once and each scalar operation is one on arrays of
all steps. What the next step reads remains as a cyclic block-tridiagonal system, solved by block cyclic reduction; the
columns and rows without a step are left for last, as a dense system.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edsim.lp.matrix import FloatArray, IntArray
from edsim.lp.pivots import Pivot, pair_of, pivots
from edsim.lp.timechain import TimeChain

_FEW_BLOCKS = 8
"""Blocks of steps that are left to the dense system."""
_LOST, _HELD = 1e-25, 1e25
"""A pivot this small or of the wrong sign is rounding; a large one in its place leaves the unknown as it is."""
_ABSENT = 1.0
"""Pivot where a slot has no column or row in a step."""


@dataclass(frozen=True, slots=True)
class _Eliminated:
    node: int
    pivot: FloatArray
    factors: FloatArray


@dataclass(frozen=True, slots=True)
class _Level:
    """One halving of the chain: what the odd blocks leave on their neighbors.

    `border`, their rows to the shared unknowns, is one flat matrix: products with it are many times faster than those
    of a stack of blocks.
    """

    to_left: FloatArray
    to_right: FloatArray
    inverse: FloatArray
    border: FloatArray
    odd: int
    total: int


class ChainFactor:
    """Factorization of the system of one program; `refactor` for new H and W, then `solve` as often as needed."""

    def __init__(self, chain: TimeChain, equality: npt.NDArray[np.bool_]) -> None:
        """Find the order of elimination.

        Parameters
        ----------
        chain
            Time structure of the program.
        equality : (rows,)
            Whether a row is an equality: it is eliminated after one of its columns.
        """
        self._chain = chain
        self._first_linked = chain.n_local
        self._first_before = chain.n_local + chain.n_linked
        self._first_shared = chain.first_shared
        late = [k for k, ids in enumerate(chain.rows) if equality[ids[ids >= 0]].any()]
        self._order, self._pairs = pivots(chain, late)
        self._template = np.zeros((len(self._pairs), chain.steps))
        self._template[[self._pairs[pair_of(a, b)] for a, b in chain.edges]] = chain.values
        self._done: list[_Eliminated] = []
        self._levels: list[_Level] = []
        self._left = 0
        self._whole: FloatArray = np.zeros((0, 0))
        self._inverse: FloatArray = np.zeros((0, 0))
        self._n_shared = len(chain.shared_cols) + len(chain.shared_rows)
        self._base = np.zeros((self._n_shared, self._n_shared))
        rows, cols, values = chain.shared_entries
        np.add.at(self._base, (rows, cols), values)
        np.add.at(self._base, (cols, rows), values)

    # ------------------------------------------------------------------ factorization
    def refactor(self, h: FloatArray, w: FloatArray) -> None:
        """Factorize for new diagonals.

        Parameters
        ----------
        h : (columns,)
            Diagonal of the columns, above 0.
        w : (rows,)
            Diagonal of the rows, above 0.
        """
        c = self._chain
        e = self._template.copy()
        diagonal = np.concatenate([_by_step(h, c.local_cols, _ABSENT), -_by_step(w, c.rows, _ABSENT)])
        dense = self._base.copy()
        dense[np.diag_indices(self._n_shared)] += np.concatenate([h[c.shared_cols], -w[c.shared_rows]])
        e[[p.diagonal for p in self._order]] = diagonal[[p.node for p in self._order]]
        self._done = [self._eliminate(p, e, dense) for p in self._order]
        self._reduce(e, h, dense)

    def _eliminate(self, p: Pivot, e: FloatArray, dense: FloatArray) -> _Eliminated:
        pivot, rows = e[p.diagonal], e[p.edges]
        sign = 1.0 if p.node < len(self._chain.local_cols) else -1.0
        lost = pivot * sign <= _LOST
        if lost.any():
            pivot[lost] = sign * _HELD
        factors = rows / pivot
        product = np.empty(self._chain.steps)
        for i, j, target in p.targets:
            np.multiply(factors[i], rows[j], out=product)
            np.subtract(e[target], product, out=e[target])
        if p.outer:
            self._shared_products(p, factors, rows, dense)
        return _Eliminated(p.node, pivot.copy(), factors)

    def _shared_products(self, p: Pivot, factors: FloatArray, rows: FloatArray, dense: FloatArray) -> None:
        first = len(p.inner)
        places = [self._chain.shared[k - self._first_shared] for k in p.outer]
        fixed = [k for k, s in enumerate(places) if s.constant is not None]
        at = np.array([places[k].constant for k in fixed], dtype=np.int64)
        own = [first + k for k in fixed]
        if fixed:
            dense[np.ix_(at, at)] -= factors[own] @ rows[own].T
        for k, s in enumerate(places):
            if s.constant is not None:
                continue
            for number, other in zip(at, own, strict=True):
                column = np.bincount(s.ids, factors[first + k] * rows[other], self._n_shared)
                dense[:, number] -= column
                dense[number, :] -= column
            for m, t in enumerate(places):
                if t.constant is None:
                    np.subtract.at(dense, (s.ids, t.ids), factors[first + k] * rows[first + m])

    def _reduce(self, e: FloatArray, h: FloatArray, dense: FloatArray) -> None:
        """Halve the chain of linked columns until few blocks are left; they join the dense system."""
        n = self._chain.n_linked
        self._levels = []
        block, link, border = self._blocks(e, h)
        while n and len(block) > _FEW_BLOCKS:
            block, link, border = self._halve(block, link, border, dense)
        left = len(block) if n else 0
        whole = np.zeros((left * n + self._n_shared,) * 2)
        for t in range(left):
            at, before = slice(t * n, t * n + n), slice((t - 1) % left * n, (t - 1) % left * n + n)
            whole[at, at] += block[t]
            whole[before, at] += link[t]
            whole[at, before] += link[t].T
            whole[at, left * n :] += border[t]
            whole[left * n :, at] += border[t].T
        whole[left * n :, left * n :] = dense
        self._left = left
        self._whole = whole
        self._inverse = np.asarray(np.linalg.inv(whole), np.float64) if len(whole) else whole

    def _blocks(self, e: FloatArray, h: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the blocks on the diagonal, those to the step before, and those to the shared unknowns."""
        c, n, steps = self._chain, self._chain.n_linked, self._chain.steps
        block, link = np.zeros((steps, n, n)), np.zeros((steps, n, n))
        border = np.zeros((steps, n, self._n_shared))
        own = _by_step(h, c.linked_cols, _ABSENT)
        block[:, np.arange(n), np.arange(n)] = own.T
        for (a, b), k in self._pairs.items():
            if a < self._first_linked:
                continue
            self._place(block, link, border, (a, b), e[k])
        return block, link, border

    def _place(
        self, block: FloatArray, link: FloatArray, border: FloatArray, pair: tuple[int, int], series: FloatArray
    ) -> None:
        (a, b), steps = pair, np.arange(self._chain.steps)
        back = a >= self._first_before
        i = a - (self._first_before if back else self._first_linked)
        shifted = np.roll(series, -1) if back else series
        if b >= self._first_shared:
            ids = self._chain.shared[b - self._first_shared].ids
            ids = np.roll(ids, -1) if back else ids
            border[steps, i, ids] += shifted
        elif not back and b >= self._first_before:
            link[:, b - self._first_before, i] += series
        else:
            j = b - (self._first_before if back else self._first_linked)
            block[:, i, j] += shifted
            if i != j:
                block[:, j, i] += shifted

    def _halve(
        self, block: FloatArray, link: FloatArray, border: FloatArray, dense: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        total = len(block)
        odd = total // 2
        inverse = np.asarray(np.linalg.inv(block[1::2]), np.float64)
        to_left, to_right = link[1::2], np.roll(link, -1, axis=0)[1::2]
        rest = border[1::2]
        n = block.shape[1]
        joined = np.concatenate([to_left.transpose(0, 2, 1), to_right, rest], axis=2)
        solved = inverse @ joined
        of_left, of_right, of_rest = solved[:, :, :n], solved[:, :, n : 2 * n], solved[:, :, 2 * n :]
        new_block, new_border = block[::2].copy(), border[::2].copy()
        back = to_right.transpose(0, 2, 1)
        right = np.arange(1, odd + 1) % len(new_block)
        new_block[:odd] -= to_left @ of_left
        new_block[right] -= back @ of_right
        new_border[:odd] -= to_left @ of_rest
        new_border[right] -= back @ of_rest
        flat = odd * n, self._n_shared
        border_of_odd = np.ascontiguousarray(rest).reshape(flat)
        dense -= border_of_odd.T @ of_rest.reshape(flat)
        new_link = np.empty_like(new_block)
        new_link[right] = -(to_left @ of_right)
        if total % 2:
            new_link[0] = link[0]
        self._levels.append(_Level(to_left, to_right, inverse, border_of_odd, odd, total))
        return new_block, new_link, new_border

    # ------------------------------------------------------------------ solutions
    def solve(self, of_cols: FloatArray, of_rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the unknowns of columns and rows for a right-hand side."""
        c = self._chain
        r = np.concatenate([_by_step(of_cols, c.local_cols, 0.0), _by_step(of_rows, c.rows, 0.0)])
        linked, before = _by_step(of_cols, c.linked_cols, 0.0), np.zeros((c.n_linked, c.steps))
        shared = np.concatenate([of_cols[c.shared_cols], of_rows[c.shared_rows]])
        for p, done in zip(self._order, self._done, strict=True):
            own = r[p.node]
            for k, node in enumerate(p.inner):
                product = done.factors[k] * own
                if node < self._first_linked:
                    r[node] -= product
                elif node < self._first_before:
                    linked[node - self._first_linked] -= product
                else:
                    before[node - self._first_before] -= product
            self._gather_shared(p, done.factors, own, shared)
        linked += np.roll(before, -1, axis=1)
        linked, shared = self._solve_chain(linked.T.copy(), shared)
        return self._back(r, linked.T, shared)

    def _gather_shared(self, p: Pivot, factors: FloatArray, own: FloatArray, shared: FloatArray) -> None:
        for k, node in enumerate(p.outer, len(p.inner)):
            place = self._chain.shared[node - self._first_shared]
            if place.constant is not None:
                shared[place.constant] -= factors[k] @ own
            else:
                shared -= np.bincount(place.ids, factors[k] * own, self._n_shared)

    def _solve_chain(self, linked: FloatArray, shared: FloatArray) -> tuple[FloatArray, FloatArray]:
        held: list[FloatArray] = []
        for level in self._levels:
            own = np.einsum("tij,tj->ti", level.inverse, linked[1::2])
            held.append(own)
            rest = linked[::2].copy()
            right = np.arange(1, level.odd + 1) % len(rest)
            rest[: level.odd] -= np.einsum("tij,tj->ti", level.to_left, own)
            rest[right] -= np.einsum("tji,tj->ti", level.to_right, own)
            shared = shared - own.reshape(-1) @ level.border
            linked = rest
        n = linked.shape[1]
        side = np.concatenate([linked[: self._left].ravel(), shared])
        answer = self._inverse @ side
        answer += self._inverse @ (side - self._whole @ answer)
        x, shared = answer[: self._left * n].reshape(self._left, n) if n else linked, answer[self._left * n :]
        for level, own in zip(reversed(self._levels), reversed(held), strict=True):
            right = np.arange(1, level.odd + 1) % len(x)
            pull = np.einsum("tji,tj->ti", level.to_left, x[: level.odd])
            pull += np.einsum("tij,tj->ti", level.to_right, x[right]) + (level.border @ shared).reshape(pull.shape)
            both = np.empty((level.total, n))
            both[::2], both[1::2] = x, own - np.einsum("tij,tj->ti", level.inverse, pull)
            x = both
        return x, shared

    def _back(self, r: FloatArray, linked: FloatArray, shared: FloatArray) -> tuple[FloatArray, FloatArray]:
        c = self._chain
        before = np.roll(linked, 1, axis=1)
        of_shared = [shared[s.ids] if s.constant is None else shared[s.constant] for s in c.shared]
        for p, done in zip(reversed(self._order), reversed(self._done), strict=True):
            value = r[p.node] / done.pivot
            for k, node in enumerate((*p.inner, *p.outer)):
                if node < self._first_linked:
                    value -= done.factors[k] * r[node]
                elif node < self._first_before:
                    value -= done.factors[k] * linked[node - self._first_linked]
                elif node < self._first_shared:
                    value -= done.factors[k] * before[node - self._first_before]
                else:
                    value -= done.factors[k] * of_shared[node - self._first_shared]
            r[p.node] = value
        x, y = np.zeros(c.n_cols), np.zeros(c.n_rows)
        for out, ids, values in (
            (x, c.local_cols, r[: len(c.local_cols)]),
            (y, c.rows, r[len(c.local_cols) :]),
            (x, c.linked_cols, linked),
        ):
            there = ids >= 0
            out[ids[there]] = values[there]
        x[c.shared_cols], y[c.shared_rows] = shared[: len(c.shared_cols)], shared[len(c.shared_cols) :]
        return x, y


def _by_step(values: FloatArray, ids: IntArray, absent: float) -> FloatArray:
    return np.append(values, absent)[ids]


def scaled_chain(chain: TimeChain, col: FloatArray, row: FloatArray, shared: FloatArray) -> TimeChain:
    """Return the structure of ``diag(row) A diag(col)``.

    Parameters
    ----------
    chain
        Structure of A.
    col, row
        Factors of the program's columns and rows.
    shared
        Factors of the shared columns and rows, in their order.
    """
    linked = _by_step(col, chain.linked_cols, 1.0)
    own = np.concatenate([_by_step(col, chain.local_cols, 1.0), _by_step(row, chain.rows, 1.0), linked])
    of_shared = np.array([shared[s.ids] for s in chain.shared]).reshape(-1, chain.steps)
    nodes = np.concatenate([own, np.roll(linked, 1, axis=1), of_shared])
    a, b = np.array(chain.edges).reshape(-1, 2).T
    r, j, value = chain.shared_entries
    return replace(
        chain, values=chain.values * nodes[a] * nodes[b], shared_entries=(r, j, value * shared[r] * shared[j])
    )
