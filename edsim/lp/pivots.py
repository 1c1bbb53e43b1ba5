"""The order in which the unknowns of a step are eliminated, found once for the pattern all steps share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from edsim.lp.matrix import IntArray
from edsim.lp.timechain import TimeChain

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pivot:
    """Elimination of one node.

    Attributes
    ----------
    node
        Column or row of a step that goes.
    diagonal
        Place of its own coefficient among the edges.
    edges
        Places of the edges to its neighbors: first `inner`, then `outer`.
    inner
        Neighbors that belong to a step.
    outer
        Neighbors that are shared places.
    targets
        (neighbor, neighbor, edge their product falls on), by position among the neighbors; products of two shared
        places go to the dense system and are not listed.
    """

    node: int
    diagonal: int
    edges: IntArray
    inner: tuple[int, ...]
    outer: tuple[int, ...]
    targets: tuple[tuple[int, int, int], ...]


def pivots(chain: TimeChain, late: Collection[int]) -> tuple[list[Pivot], dict[Pair, int]]:
    """Return the pivots by least degree, and the place of every edge, those that arise included.

    Parameters
    ----------
    chain
        Time structure.
    late
        Row slots that are equalities: eliminated after columns of theirs, one at least in every step the row is there,
        without which their pivot is near zero.
    """
    n, n_cols = chain.n_local, len(chain.local_cols)
    places: dict[Pair, int] = {}
    for a, b in chain.edges:
        places.setdefault(pair_of(a, b), len(places))
    near: dict[int, set[int]] = {k: set() for k in range(n)}
    for a, b in places:
        for own, other in ((a, b), (b, a)):
            if own < n:
                near[own].add(other)
    places.update({(k, k): len(places) + k for k in range(n)})
    waiting = {n_cols + k: chain.rows[k] >= 0 for k in late}
    met = {pair_of(a, b): value != 0 for (a, b), value in zip(chain.edges, chain.values, strict=True)}
    order: list[Pivot] = []
    while near:
        ready = [k for k in near if k not in waiting] or list(near)
        node = min(ready, key=lambda k: len(near[k]))
        neighbors = sorted(near.pop(node))
        order.append(_pivot(node, neighbors, chain.first_shared, places))
        for a in neighbors:
            if a < n:
                near[a].discard(node)
                near[a].update(k for k in neighbors if k != a)
        for row in waiting.keys() & neighbors if node < n_cols else ():
            waiting[row] = waiting[row] & ~met.get((node, row), False)
            if not waiting[row].any():
                del waiting[row]
    return order, places


def pair_of(a: int, b: int) -> Pair:
    """Return two nodes in ascending order."""
    return (a, b) if a <= b else (b, a)


def _pivot(node: int, neighbors: list[int], first_shared: int, places: dict[Pair, int]) -> Pivot:
    inner = tuple(k for k in neighbors if k < first_shared)
    outer = tuple(k for k in neighbors if k >= first_shared)
    both = (*inner, *outer)
    targets = [
        (i, j, places.setdefault(pair_of(a, both[j]), len(places)))
        for i, a in enumerate(inner)
        for j in range(i, len(both))
    ]
    edges = np.array([places[pair_of(node, k)] for k in both], np.int64)
    return Pivot(node, places[node, node], edges, inner, outer, tuple(targets))
