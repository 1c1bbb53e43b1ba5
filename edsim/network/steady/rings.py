"""Rings on slopes at low load, where warm and cold columns decide the flow, and plants of given heat.

What drives the water round a ring is one number, the weight of its columns that is left over, Pa. Flows follow from
these numbers alone, temperatures from the flows, and the weights from the temperatures. Taken in turn they swing
without end where a little more or less flow warms or cools a whole column. So here the leftover weights, one per ring,
follow their own steady value as if in time, with steps that grow as they come closer (pseudo-transient continuation,
Kelley and Keyes 1998, https://doi.org/10.1137/S0036142996304796): small steps lead round reversals of flow, large ones
are Newton's. The flow of a second plant of given heat, which follows from the temperature of the water it draws to
itself, is a number of the same kind and found beside them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.hydraulics import held_nodes
from edsim.network.steady.inputs import SteadyInputs

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
MOST_RINGS = 40
_NUDGE, _SETTLED = 0.01, 1e-5
_FIRST_STEP, _LEAST_STEP, _MOST_STEP = 0.1, 1e-4, 1e9
_MOST_STEPS = 80


@dataclass(frozen=True, slots=True)
class Rings:
    """Rings with columns in them.

    Attributes
    ----------
    closing : (r,)
        Position of the pipe that closes each ring.
    around : (r, p)
        +1 or -1 for the pipes of each ring, along the pipe that closes it, else 0.
    """

    closing: IntArray
    around: Array

    def leftover_pa(self, column_pa: Array) -> Array:
        """Return the weight left over round each ring, Pa."""
        return np.asarray(self.around @ column_pa)

    def as_columns_pa(self, leftover_pa: Array) -> Array:
        """Return columns that drive the rings by the given weights and nothing else, Pa."""
        column = np.zeros(self.around.shape[1])
        column[self.closing] = leftover_pa
        return column


def find_rings(inputs: SteadyInputs) -> Rings:
    """Return the rings of pipes, loop stations and nodes of known pressure, those all on one level left out."""
    series, held = inputs.series, held_nodes(inputs)[0].tolist()
    a = np.concatenate([inputs.consumer_from[series], inputs.pipe_from])
    b = np.concatenate([inputs.consumer_to[series], inputs.pipe_to])
    parent = list(range(inputs.n_nodes))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for node in held[1:]:
        parent[root(node)] = root(held[0])
    closing: list[int] = []
    tree: list[int] = []
    for k, (u, v) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        (closing if root(u) == root(v) else tree).append(k)
        parent[root(u)] = root(v)
    free = np.setdiff1d(np.arange(inputs.n_nodes), held)
    around = _around(a, b, np.array(closing, dtype=np.int64), np.array(tree, dtype=np.int64), free)[:, len(series) :]
    level = inputs.z_m[inputs.pipe_from] == inputs.z_m[inputs.pipe_to]
    uneven = np.abs(around[:, ~level]).sum(axis=1) > 0.0
    return Rings(np.array(closing, dtype=np.int64)[uneven] - len(series), around[uneven])


def _around(a: IntArray, b: IntArray, closing: IntArray, tree: IntArray, free: IntArray) -> Array:
    """Return the links of each ring: its closing link carries one unit, and links of the tree carry it back."""
    from scipy.sparse import coo_array, csc_array
    from scipy.sparse.linalg import splu

    around = np.zeros((len(a), len(closing)))
    if not len(closing):
        return around.T
    around[closing, np.arange(len(closing))] = 1.0
    signs = np.repeat([1.0, -1.0], len(a))
    ends = (np.concatenate([a, b]), np.tile(np.arange(len(a)), 2))
    incidence = csc_array(coo_array((signs, ends), shape=(int(max(a.max(), b.max())) + 1, len(a))))[free]
    if len(tree):
        around[tree] = splu(csc_array(incidence[:, tree])).solve(-incidence[:, closing].toarray())
    return np.asarray(np.round(around.T))


def settle_drives(after: Callable[[Array], Array], start: Array) -> Array | None:
    """Return leftover weights, Pa, and scaled flows of plants that reproduce themselves; None when none are found.

    Parameters
    ----------
    after
        What follows from the temperatures that follow from given ones.
    start : (d,)
        Where to start.
    """
    now, step = start, _FIRST_STEP
    miss = after(now) - now
    slopes: Array | None = None
    for _ in range(_MOST_STEPS):
        size = float(np.abs(miss).max())
        if size < _SETTLED:
            return now
        if slopes is None:
            slopes = _slopes(after, now, miss)
            step = min(step, _away_frac(slopes))
        ahead = np.linalg.solve(np.eye(len(now)) / step - slopes, miss)
        there = after(now + ahead) - (now + ahead)
        then = float(np.abs(there).max())
        surprise = float(np.abs(there - miss - slopes @ ahead).max()) / max(size, then)
        if (surprise <= 1.0 and then < 3.0 * size) or step < _LEAST_STEP:
            step *= (3.0 if surprise < 0.3 else 1.2) * float(np.clip(size / max(then, 1e-30), 1.0, 10.0))
            now, miss, slopes, step = now + ahead, there, None, min(step, _MOST_STEP)
        else:
            step *= 0.25
    return None


def _away_frac(slopes: Array) -> float:
    """Return the longest step where one runs away from where it is: Newton's would lead it back there."""
    fastest = float(np.linalg.eigvals(slopes).real.max())
    return 0.5 / fastest if fastest > 0.0 else _MOST_STEP


def _slopes(after: Callable[[Array], Array], now: Array, miss: Array) -> Array:
    """Return how the miss of each moves with each, by small steps."""
    nudges = _NUDGE * np.eye(len(now))
    return np.stack([(after(now + x) - (now + x) - miss) / _NUDGE for x in nudges], axis=1)
